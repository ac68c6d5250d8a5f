/* SPDX-License-Identifier: Apache-2.0 */
/* What lives of a subject: for a disk that was away while others died. */
#include "keys/keyring_private.h"

static void widen(struct span *span, struct span by)
{
    if (by.from.us < span->from.us)
        span->from = by.from;
    if (by.to.us > span->to.us)
        span->to = by.to;
}

static void add(struct span *out, size_t limit, size_t *count,
                struct span span)
{
    struct span *last = *count > 0 ? &out[*count - 1] : NULL;
    bool goes_on = last != NULL && last->to.us == span.from.us;
    if (last != NULL && (goes_on || *count == limit))
        widen(last, span);
    else
        out[(*count)++] = span;
}

enum status keyring_alive(const struct keyring *keyring, uint32_t subject,
                          struct span *out, size_t limit, size_t *count)
{
    *count = 0;
    if (rotation_erasure_is_due(keyring->rotation))
        return STATUS_AGAIN;
    for (size_t i = 0; i < keyring->state.table.count; i++) {
        const struct key_chunk *chunk = &keyring->state.table.chunks[i];
        for (unsigned k = 0;
             chunk->subject == subject && k < key_chunk_cells(chunk); k++) {
            struct key_slot slot = key_chunk_slot(chunk, k);
            if (key_chunk_has(chunk, k))
                add(out, limit, count, key_slot_span(&slot));
        }
    }
    return STATUS_OK;
}
