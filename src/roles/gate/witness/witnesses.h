/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate/witnesses - who outside speaks of our log, and of whose log we speak:
 *
 *   gate/witness/witness.c    asks the witnesses of our log
 *   gate/witness/timestamp.c  asks a time-stamping service about it
 *   gate/witness/witnessed.c  answers the logs whose witness we are
 *
 * Threads: the gate's.
 */
#ifndef ROLES_GATE_WITNESSES_H
#define ROLES_GATE_WITNESSES_H

#include "base/status.h"
#include "base/time.h"

struct gate;
struct json;

/* What the plant names. Fails with: NO_MEMORY, LIMIT, and as sys/file.h. */
MUST_USE enum status gate_witnesses_open(struct gate *gate);
MUST_USE enum status gate_witnessed_open(struct gate *gate);
MUST_USE enum status gate_timestamps_open(struct gate *gate);

/* Writes a letter where the outbox is free and one is due. */
void gate_witnesses_work(struct gate *gate);
void gate_timestamps_work(struct gate *gate);

/* When a witness has cosigned our log last; 0: none has. */
struct wall_time gate_witnesses_last(const struct gate *gate);

/* "witnesses" (of what everybody who signs in sees, too), "witnessed" and
 * "timestamps" of a status. */
void gate_witnesses_write(const struct gate *gate, struct json *json);
void gate_witnessed_write(const struct gate *gate, struct json *json);
void gate_timestamps_write(const struct gate *gate, struct json *json);

#endif
