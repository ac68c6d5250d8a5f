/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate/outbox - what the gate wants brought to other servers, one letter at a
 * time: the courier's question waits here until somebody has one, and what came
 * back goes to who wrote it. A courier that dies takes its letter with it.
 *
 * Threads: the gate's.
 */
#ifndef ROLES_GATE_OUTBOX_H
#define ROLES_GATE_OUTBOX_H

#include "base/bytes.h"
#include "base/text.h"

struct gate;
struct plant_server;

/* An HTTP POST. Borrowed for the call. */
struct gate_letter {
    const struct plant_server *to;
    struct text path; /* at this server */
    struct text type; /* of the body, as Content-Type has it */
    struct bytes body;
};

/* code: of HTTP; 0: there is no answer, and detail says why. Borrowed. */
typedef void gate_letter_fn(struct gate *gate, unsigned code,
                            struct text detail, struct bytes body);

/* Whether a courier waits and carries nothing. */
bool gate_outbox_is_free(const struct gate *gate);

/* on_answer runs once, later. Only where it is free. */
void gate_outbox_post(struct gate *gate, const struct gate_letter *letter,
                      gate_letter_fn *on_answer);

/* Gives up on an answer that is overdue. Each second. */
void gate_outbox_tick(struct gate *gate);

#endif
