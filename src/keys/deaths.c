/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/deaths.h"

#include <string.h>

#include "base/alloc.h"
#include "crypto/hash.h"

/* What one rotation destroys, and how far it has come. */
struct burial {
    struct key_state *state;
    uint64_t epoch;
    struct wall_time now;
    enum cause cause;
    uint64_t order_entry;
    size_t rows_at_first;
};

enum status key_state_add_death(struct key_state *state,
                                const struct death *death)
{
    if (state->death_count == state->death_capacity) {
        size_t capacity = 2 * state->death_capacity + 16;
        struct death *grown =
            alloc_resize(state->deaths, capacity, sizeof state->deaths[0]);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        state->deaths = grown;
        state->death_capacity = capacity;
    }
    state->deaths[state->death_count++] = *death;
    state->deaths_total++;
    return STATUS_OK;
}

/* The row that the seed of this span belongs to; NULL: none yet. */
static struct death *row_before(const struct burial *burial, uint32_t subject,
                                struct span span)
{
    struct key_state *state = burial->state;
    if (state->death_count == 0)
        return NULL;
    struct death *row = &state->deaths[state->death_count - 1];
    bool follows = row->epoch == burial->epoch && row->subject == subject &&
                   row->cause == burial->cause &&
                   row->order_entry == burial->order_entry &&
                   row->died_at.us == burial->now.us &&
                   row->slot.to.us == span.from.us;
    return follows ? row : NULL;
}

/* Into the list, and out of the table. LIMIT: another row would be too much. */
static enum status bury(struct burial *burial, struct key_chunk *chunk,
                        unsigned index)
{
    struct key_state *state = burial->state;
    struct key_slot slot = key_chunk_slot(chunk, index);
    struct span span = key_slot_span(&slot);
    struct death *row = row_before(burial, chunk->subject, span);
    uint8_t digest[SHA256_SIZE];
    const struct bytes parts[] = {
        bytes_of(row == NULL ? NULL : row->commitment,
                 row == NULL ? 0 : sizeof row->commitment),
        bytes_of(chunk->seeds[index].bytes, SEED_SIZE)};
    enum status s = sha256(parts, 2, digest);
    if (s == STATUS_OK && row == NULL) {
        if (state->deaths_total - burial->rows_at_first >= KEY_DEATHS_MESSAGE)
            return STATUS_LIMIT;
        const struct death fresh = {.epoch = burial->epoch,
                                    .subject = chunk->subject,
                                    .cause = burial->cause,
                                    .slot = span,
                                    .died_at = burial->now,
                                    .order_entry = burial->order_entry};
        s = key_state_add_death(state, &fresh);
        row = &state->deaths[state->death_count - 1];
    }
    if (s != STATUS_OK)
        return s;
    row->slot.to = span.to;
    row->seeds++;
    memcpy(row->commitment, digest, sizeof row->commitment);
    key_chunk_drop(chunk, index);
    return STATUS_OK;
}

/* NULL order: what is past its time. */
static bool is_doomed(const struct key_chunk *chunk, unsigned index,
                      const struct key_order *order, struct wall_time now)
{
    if (!key_chunk_has(chunk, index))
        return false;
    if (order == NULL)
        return chunk->seeds[index].die_at.us <= now.us;
    bool is_text = chunk->subject == SUBJECT_TEXT_MONTH;
    struct key_slot slot = key_chunk_slot(chunk, index);
    if (is_text ? !order->with_text
                : order->subject != 0 && order->subject != chunk->subject)
        return false;
    return span_overlaps(key_slot_span(&slot), order->span);
}

static enum status bury_all(struct burial *burial,
                            const struct key_order *order, bool *is_more)
{
    struct key_table *table = &burial->state->table;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < table->count; i++) {
        struct key_chunk *chunk = &table->chunks[i];
        for (unsigned k = 0; s == STATUS_OK && k < KEY_CHUNK_SLOTS; k++) {
            if (is_doomed(chunk, k, order, burial->now))
                s = bury(burial, chunk, k);
        }
    }
    key_table_compact(table);
    *is_more = s == STATUS_LIMIT;
    return s == STATUS_LIMIT ? STATUS_OK : s;
}

enum status key_state_destroy(struct key_state *state,
                              const struct key_order *orders, size_t count,
                              const struct key_moment *moment, bool *is_more)
{
    struct burial burial = {.state = state,
                            .epoch = moment->epoch,
                            .now = moment->now,
                            .cause = CAUSE_EXPIRED,
                            .rows_at_first = state->deaths_total};
    enum status s = bury_all(&burial, NULL, is_more);
    burial.cause = CAUSE_ORDERED;
    for (size_t i = 0; s == STATUS_OK && !*is_more && i < count; i++) {
        burial.order_entry = orders[i].entry;
        s = bury_all(&burial, &orders[i], is_more);
    }
    return s;
}

bool key_state_holds(const struct key_state *state,
                     const struct key_order *order)
{
    for (size_t i = 0; i < state->table.count; i++) {
        const struct key_chunk *chunk = &state->table.chunks[i];
        for (unsigned k = 0; k < KEY_CHUNK_SLOTS; k++) {
            if (is_doomed(chunk, k, order, (struct wall_time){0}))
                return true;
        }
    }
    return false;
}

uint64_t key_state_deaths_before(const struct key_state *state)
{
    return state->deaths_total - state->death_count;
}

void key_state_forget_deaths(struct key_state *state, uint64_t told)
{
    uint64_t before = key_state_deaths_before(state);
    size_t forgotten = 0;
    if (told > before)
        forgotten = told - before > state->death_count
                        ? state->death_count
                        : (size_t)(told - before);
    size_t spare = state->death_count > KEY_DEATHS_TOLD_KEPT
                       ? state->death_count - KEY_DEATHS_TOLD_KEPT
                       : 0;
    forgotten = forgotten < spare ? forgotten : spare;
    if (state->death_count - forgotten > KEY_DEATHS_MAX)
        forgotten = state->death_count - KEY_DEATHS_MAX;
    if (forgotten == 0)
        return;
    state->death_count -= forgotten;
    memmove(state->deaths, state->deaths + forgotten,
            state->death_count * sizeof state->deaths[0]);
}
