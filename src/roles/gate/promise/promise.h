/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/promise - what was promised against what is measured.
 *
 *   promise.c  measured each minute; drift becomes entries
 *   json.c     the promises for those who work here, and for everybody
 *   public.c   the pages that everybody may read
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_PROMISE_H
#define ROLES_GATE_PROMISE_H

#include "roles/gate/gate.h"

MUST_USE enum status gate_promises_begin(struct gate *gate);
/* The members "promises" and "drift" of a status: with remedies. */
void gate_promises_write(const struct gate *gate, struct json *json);
/* What everybody may know, as one JSON document. */
void gate_promises_publish(const struct gate *gate, struct buffer *out);
/* The member "drift": what is open in the log. */
void gate_drifts_write(const struct gate *gate, struct json *json);

/* One of the pages, appended. Fails with: NOT_FOUND (no such version), AGAIN
 * (nothing is measured yet), NO_MEMORY. */
MUST_USE enum status gate_public_make(struct gate *gate, enum public_page page,
                                      uint32_t number, enum language language,
                                      struct buffer *out);

#endif
