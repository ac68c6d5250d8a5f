/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/text/keys - month keys of personal texts: asked from the keeper,
 * remembered, forgotten. Threads: the loop's.
 */
#ifndef ROLES_GATE_TEXT_KEYS_H
#define ROLES_GATE_TEXT_KEYS_H

#include "roles/gate/gate.h"

MUST_USE enum status gate_text_keys_create(struct gate_text_keys **out);
void gate_text_keys_destroy(struct gate_text_keys **keys);
/* Months since 1970-01, in Korea. */
uint32_t gate_month(struct wall_time time);
/* Asks the keeper for this month's key where it is not there yet. */
void gate_texts_refresh(struct gate *gate);
/* Forgets all keys but the one in use: some may have died. */
void gate_texts_forget(struct gate *gate);
/* NULL: not there, or dead. *is_known: whether the keeper has been asked. */
const uint8_t *gate_texts_key(const struct gate *gate, uint32_t month,
                              bool *is_known);
/* Remembers what the keeper said; key NULL: there is none. */
void gate_texts_take(struct gate *gate, uint32_t month, const uint8_t *key);

#endif
