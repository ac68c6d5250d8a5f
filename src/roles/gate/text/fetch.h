/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/text_fetch - personal texts of entries, read: first their months'
 * keys, from the keeper, one after another; then the texts themselves.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_TEXT_FETCH_H
#define ROLES_GATE_TEXT_FETCH_H

#include "roles/gate/gate.h"

enum gate_text_state {
    GATE_TEXT_DAMAGED, /* or not there at all */
    GATE_TEXT_ERASED,  /* its month's key is dead */
    GATE_TEXT_THERE,
};

/* A text of an entry whose month's key has been fetched; *size bytes of plain,
 * 0 where it is not there. Whoever calls wipes plain. */
enum gate_text_state gate_text_read(const struct gate *gate, uint64_t entry,
                                    const char *member,
                                    char plain[LOG_TEXT_MAX], size_t *size);

struct gate_fetch;
/* status: OK, or AGAIN where the keeper is away. Ends the call, frees. */
typedef void gate_fetched_fn(struct gate_fetch *fetch, enum status status);

/* Whose texts are to be read: first member of its own struct. call has begun
 * (gate_call_begin) and has its asker. */
struct gate_fetch {
    struct gate_call call; /* first */
    const uint64_t *entries; /* lives as long */
    size_t count;
    gate_fetched_fn *on_done;
    uint32_t month_asked; /* and so many so far: */
    size_t months_asked;
};

/* Fetches the keys of all the entries' texts, then on_done; perhaps at once. A
 * text that is damaged asks for nothing. */
void gate_fetch_texts(struct gate_fetch *fetch);

#endif
