/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/deaths.h"

#include <string.h>

#include "base/alloc.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

/* The rows of one cause, as a rotation writes them. */
struct burial {
    struct key_state *state;
    struct key_moment moment;
    const struct key_order *order; /* NULL: what is past its time */
    size_t rows_left;
    bool is_full; /* something was left for want of rows */
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

/* The row that goes on with this; NULL: none. */
static struct death *row_before(const struct burial *burial,
                                const struct death *fresh)
{
    struct key_state *state = burial->state;
    if (state->death_count == 0)
        return NULL;
    struct death *row = &state->deaths[state->death_count - 1];
    bool goes_on = row->epoch == fresh->epoch &&
                   row->subject == fresh->subject &&
                   row->cause == fresh->cause &&
                   row->order_entry == fresh->order_entry &&
                   row->is_unused == fresh->is_unused &&
                   row->slot.to.us == fresh->slot.from.us;
    return goes_on ? row : NULL;
}

static enum status add_row(struct burial *burial, const struct death *fresh,
                           struct bytes secret)
{
    struct key_state *state = burial->state;
    struct death *row = row_before(burial, fresh);
    uint8_t digest[SHA256_SIZE];
    const struct bytes parts[] = {
        bytes_of(row == NULL ? NULL : row->commitment,
                 row == NULL ? 0 : sizeof row->commitment),
        secret};
    burial->is_full = row == NULL && burial->rows_left == 0;
    if (burial->is_full)
        return STATUS_OK;
    enum status s = sha256(parts, 2, digest);
    if (s == STATUS_OK && row == NULL) {
        s = key_state_add_death(state, fresh);
        burial->rows_left -= s == STATUS_OK;
    }
    if (s != STATUS_OK)
        return s;
    if (row == NULL)
        row = &state->deaths[state->death_count - 1];
    row->slot.to = fresh->slot.to;
    row->seeds++;
    memcpy(row->commitment, digest, sizeof row->commitment);
    return STATUS_OK;
}

/* What of the cell dies: whole units. */
static struct span dying_span(const struct burial *burial,
                              const struct key_slot *slot)
{
    struct span span = key_slot_span(slot);
    if (burial->order == NULL || slot->length_s == 0)
        return span;
    int64_t unit_us = (int64_t)SECOND_US;
    uint32_t unit_s = key_slot_unit_s(slot->length_s);
    unit_us *= unit_s == 0 ? slot->length_s : unit_s;
    struct span asked = burial->order->span;
    if (asked.from.us > span.from.us)
        span.from.us = floor_divide(asked.from.us, unit_us) * unit_us;
    if (asked.to.us < span.to.us)
        span.to.us = -floor_divide(-asked.to.us, unit_us) * unit_us;
    return span;
}

/* Into the list, and out of the table; what stays of a seed is kept as units,
 * which stand before it: *at, the chunk's index, moves. */
static enum status bury(struct burial *burial, size_t *at, unsigned index)
{
    struct key_table *table = &burial->state->table;
    const struct key_chunk *chunk = &table->chunks[*at];
    struct key_slot slot = key_chunk_slot(chunk, index);
    struct death row = {.epoch = burial->moment.epoch,
                        .subject = chunk->subject,
                        .cause = CAUSE_EXPIRED,
                        .is_unused = (chunk->unused >> index & 1u) != 0,
                        .slot = dying_span(burial, &slot),
                        .died_at = burial->moment.now};
    if (burial->order != NULL) {
        row.cause = CAUSE_ORDERED;
        row.order_entry = burial->order->entry;
    }
    enum status s = add_row(burial, &row, key_chunk_secret(chunk, index));
    if (s != STATUS_OK || burial->is_full)
        return s;
    if (burial->order != NULL && !key_chunk_is_units(chunk)) {
        struct key_seed seed = chunk->of.seeds[index];
        size_t count = table->count;
        s = key_table_keep(table, &slot, &seed, row.is_unused, row.slot);
        *at += table->count - count;
        secret_wipe(&seed, sizeof seed);
    }
    if (s == STATUS_OK)
        key_chunk_drop(&table->chunks[*at], index);
    return s;
}

/* A month under an order: told once, though this month has a new key then. */
static bool is_told(const struct key_state *state, const struct key_slot *slot,
                    uint64_t entry)
{
    for (size_t i = 0; i < state->death_count; i++) {
        const struct death *row = &state->deaths[i];
        if (row->subject == slot->subject && row->order_entry == entry &&
            span_overlaps(row->slot, key_slot_span(slot)))
            return true;
    }
    return false;
}

/* order NULL: past its time. */
static bool is_doomed(const struct key_state *state, size_t at, unsigned index,
                      const struct key_order *order, struct wall_time earliest)
{
    struct key_chunk *chunk = &state->table.chunks[at];
    if (!key_chunk_has(chunk, index))
        return false;
    if (order == NULL)
        return key_chunk_die_at(chunk, index)->us <= earliest.us;
    struct key_slot slot = key_chunk_slot(chunk, index);
    if (!span_overlaps(key_slot_span(&slot), order->span))
        return false;
    if (chunk->subject == SUBJECT_TEXT_MONTH)
        return order->with_text && !is_told(state, &slot, order->entry);
    return order->subject == 0 || order->subject == chunk->subject;
}

static enum status bury_all(struct burial *burial)
{
    struct key_state *state = burial->state;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < state->table.count; i++) {
        unsigned cells = key_chunk_cells(&state->table.chunks[i]);
        for (unsigned k = 0; s == STATUS_OK && k < cells; k++) {
            if (is_doomed(state, i, k, burial->order, burial->moment.earliest))
                s = bury(burial, &i, k);
            if (burial->is_full)
                return s;
        }
    }
    return s;
}

enum status key_state_destroy(struct key_state *state,
                              const struct key_order *orders, size_t count,
                              const struct key_moment *moment, bool *is_more)
{
    struct burial burial = {.state = state,
                            .moment = *moment,
                            .rows_left = KEY_DEATHS_MESSAGE};
    enum status s = bury_all(&burial);
    for (size_t i = 0; s == STATUS_OK && !burial.is_full && i < count; i++) {
        burial.order = &orders[i];
        s = bury_all(&burial);
        if (orders[i].with_text)
            state->policy_count = 0; /* nothing is recorded any more */
    }
    key_table_compact(&state->table);
    *is_more = burial.is_full;
    return s;
}

bool key_state_holds(const struct key_state *state,
                     const struct key_order *order, struct wall_time now)
{
    for (size_t i = 0; i < state->table.count; i++) {
        unsigned cells = key_chunk_cells(&state->table.chunks[i]);
        for (unsigned k = 0; k < cells; k++) {
            if (is_doomed(state, i, k, order, now))
                return true;
        }
    }
    return false;
}

uint64_t key_state_deaths_before(const struct key_state *state)
{
    return state->deaths_total - state->death_count;
}

/* Rows that keep a slot near the present from being made again. */
static bool is_needed(const struct death *row, struct wall_time now)
{
    return row->slot.to.us > now.us - KEY_MAKE_BEHIND_S * (int64_t)SECOND_US;
}

void key_state_forget_deaths(struct key_state *state, uint64_t told,
                             struct wall_time now)
{
    uint64_t before = key_state_deaths_before(state);
    size_t count = state->death_count;
    size_t least = count > KEY_DEATHS_MAX ? count - KEY_DEATHS_MAX : 0;
    size_t most =
        count > KEY_DEATHS_TOLD_KEPT ? count - KEY_DEATHS_TOLD_KEPT : 0;
    size_t forgotten = 0;
    while (forgotten < least ||
           (forgotten < most && before + forgotten < told &&
            !is_needed(&state->deaths[forgotten], now)))
        forgotten++;
    if (forgotten == 0)
        return;
    state->death_count -= forgotten;
    memmove(state->deaths, state->deaths + forgotten,
            state->death_count * sizeof state->deaths[0]);
}
