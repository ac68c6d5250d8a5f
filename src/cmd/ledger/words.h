/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/ledger/words - the cells of a row, in words, from its fact.
 *
 * Threads: none; no state.
 */
#ifndef CMD_LEDGER_WORDS_H
#define CMD_LEDGER_WORDS_H

#include <jansson.h>

#include "base/status.h"
#include "model/language.h"
#include "model/ledger_row.h"

/* What numbers and ids are called; borrowed. */
struct ledger_names {
    const json_t *cameras; /* as GET /api/v1/cameras */
    const json_t *people;  /* array: members of the pages' people */
    enum language language;
};

/* [kind, time, file, person, purpose, recipient, basis, form, period]; NULL
 * without memory. The caller's. */
json_t *ledger_words(const struct ledger_names *names, const json_t *fact);

/*
 * Rows of an array of such cells, numbered from 1; *out is the caller's
 * (alloc_free), its texts are views into cells. Fails with: BAD_INPUT (other
 * than above, or not plain), LIMIT (LEDGER_FACTS_MAX), NO_MEMORY.
 */
MUST_USE enum status ledger_rows_read(const json_t *cells,
                                      struct ledger_row **out);

#endif
