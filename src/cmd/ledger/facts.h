/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/ledger/facts - the facts of the API's pages, of which one a row is made.
 *
 * Deeds of people stay one by one. What died by a person's order is told in the
 * order's own row: one destruction, one row. Other deaths of one civil day
 * (Korea) and one cause, order and hold are joined into the place of the first:
 * with nine cameras and a cycle of minutes they are hundreds a day. What is
 * joined says how many entries, and the first and the last.
 *
 * Threads: none; no state.
 */
#ifndef CMD_LEDGER_FACTS_H
#define CMD_LEDGER_FACTS_H

#include <jansson.h>

#include "base/status.h"

enum { LEDGER_FACTS_MAX = 20000 };

/*
 * Takes the rows of a page into facts, an array; borrowed. Joined ones get the
 * members entries (how many), last_entry and last_us. Fails with: BAD_INPUT (no
 * such page), LIMIT (LEDGER_FACTS_MAX), NO_MEMORY.
 */
MUST_USE enum status ledger_facts_take(json_t *facts, const json_t *page);

#endif
