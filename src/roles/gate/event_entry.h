/* SPDX-License-Identifier: Apache-2.0 */
/* roles/gate/event_entry - an event of the vault as the log tells it. */
#ifndef ROLES_GATE_EVENT_ENTRY_H
#define ROLES_GATE_EVENT_ENTRY_H

#include "base/encoding.h"
#include "log/entry.h"
#include "model/event.h"
#include "model/recorded.h"

enum { EVENT_ENTRY_WORDS = HEX_SIZE(RECORDED_HASH_SIZE) + 1 };

/*
 * number: the event's, by which the log knows it. words: for a hash that *out
 * views, as long as it is used; *out views the event's detail too.
 * Fails with: BAD_INPUT (a root or a day that cannot be read).
 */
MUST_USE enum status event_entry(const struct event *event, uint64_t number,
                                 char words[EVENT_ENTRY_WORDS],
                                 struct entry *out);

#endif
