/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/writer.h"
#include "crypto/hash.h"

void key_state_deinit(struct key_state *state)
{
    key_table_deinit(&state->table);
    alloc_free(state->policies);
    alloc_free(state->deaths);
    *state = (struct key_state){0};
}

static enum status copy_array(const void *from, size_t count, size_t size,
                              void **out)
{
    *out = NULL;
    if (count == 0)
        return STATUS_OK;
    *out = alloc_array(count, size);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    memcpy(*out, from, count * size);
    return STATUS_OK;
}

enum status key_state_copy(const struct key_state *state, struct key_state *out)
{
    struct key_state copy = *state;
    copy.table = (struct key_table){0};
    copy.deaths = NULL;
    void *policies = NULL;
    void *deaths = NULL;
    enum status s = copy_array(state->policies, state->policy_count,
                               sizeof state->policies[0], &policies);
    copy.policies = policies;
    if (s == STATUS_OK)
        s = copy_array(state->deaths, state->death_count,
                       sizeof state->deaths[0], &deaths);
    copy.deaths = deaths;
    copy.death_capacity = deaths == NULL ? 0 : copy.death_count;
    if (s == STATUS_OK)
        s = key_table_copy(&state->table, &copy.table);
    if (s != STATUS_OK) {
        key_state_deinit(&copy);
        return s;
    }
    *out = copy;
    return STATUS_OK;
}

static bool chunks_equal(struct key_chunk *a, struct key_chunk *b)
{
    if (a->subject != b->subject || a->length_s != b->length_s ||
        a->number != b->number || a->present != b->present ||
        a->unused != b->unused)
        return false;
    bool is_equal = true;
    for (unsigned i = 0; i < key_chunk_cells(a); i++) {
        struct bytes secret = key_chunk_secret(a, i);
        is_equal = is_equal &&
                   (!key_chunk_has(a, i) ||
                    (key_chunk_die_at(a, i)->us == key_chunk_die_at(b, i)->us &&
                     secret_equal(secret.data, key_chunk_secret(b, i).data,
                                  secret.size)));
    }
    return is_equal;
}

bool key_policies_equal(const struct policy *a, const struct policy *b)
{
    return a->camera == b->camera && a->class_id == b->class_id &&
           a->retention.unit == b->retention.unit &&
           a->retention.count == b->retention.count &&
           a->utc_offset_s == b->utc_offset_s;
}

static bool deaths_equal(const struct death *a, const struct death *b)
{
    uint8_t a_bytes[DEATH_SIZE];
    uint8_t b_bytes[DEATH_SIZE];
    struct writer a_writer = writer_on(a_bytes, sizeof a_bytes);
    struct writer b_writer = writer_on(b_bytes, sizeof b_bytes);
    death_encode(a, &a_writer);
    death_encode(b, &b_writer);
    return memcmp(a_bytes, b_bytes, sizeof a_bytes) == 0; /* not secret */
}

bool key_state_equal(const struct key_state *a, const struct key_state *b)
{
    if (a->table.count != b->table.count ||
        a->policy_count != b->policy_count ||
        a->death_count != b->death_count ||
        a->deaths_total != b->deaths_total ||
        a->order_debt_us != b->order_debt_us ||
        !trusted_mark_equal(&a->mark, &b->mark))
        return false;
    for (size_t i = 0; i < a->table.count; i++) {
        if (!chunks_equal(&a->table.chunks[i], &b->table.chunks[i]))
            return false;
    }
    for (size_t i = 0; i < a->policy_count; i++) {
        if (!key_policies_equal(&a->policies[i], &b->policies[i]))
            return false;
    }
    for (size_t i = 0; i < a->death_count; i++) {
        if (!deaths_equal(&a->deaths[i], &b->deaths[i]))
            return false;
    }
    return true;
}

/* ---- policies ---------------------------------------------------------- */

static int compare_policies(const void *a, const void *b)
{
    const struct policy *first = a;
    const struct policy *second = b;
    return (first->camera > second->camera) - (first->camera < second->camera);
}

const struct policy *key_state_policy(const struct key_state *state,
                                      uint32_t subject)
{
    const struct policy wanted = {.camera = subject};
    if (state->policy_count == 0)
        return NULL;
    return bsearch(&wanted, state->policies, state->policy_count, sizeof wanted,
                   compare_policies);
}

/* As retention_die_at, but a long slot under a short period counts from its
 * own end. */
static struct wall_time slot_die_at(const struct policy *policy,
                                    const struct key_slot *slot)
{
    struct span span = key_slot_span(slot);
    if (policy->retention.unit == RETENTION_SECONDS)
        return (struct wall_time){span.to.us +
                                  policy->retention.count * (int64_t)SECOND_US};
    return retention_die_at(policy->retention, span.from, policy->utc_offset_s);
}

static void apply_policy(struct key_chunk *chunk, const struct policy *policy,
                         struct wall_time now)
{
    int64_t far_us = now.us + KEY_REPLACE_AFTER_S * (int64_t)SECOND_US;
    bool is_units = key_chunk_is_units(chunk);
    for (unsigned i = 0; i < key_chunk_cells(chunk); i++) {
        if (!key_chunk_has(chunk, i))
            continue;
        struct key_slot slot = key_chunk_slot(chunk, i);
        struct wall_time start = key_slot_span(&slot).from;
        if (is_units)
            slot = key_slot_at(slot.subject,
                               key_slot_length_of_unit(slot.length_s), start);
        int64_t end_us = slot_die_at(policy, &slot).us;
        struct wall_time *die_at = key_chunk_die_at(chunk, i);
        if (end_us < die_at->us)
            die_at->us = end_us;
        else if (end_us > die_at->us && start.us > far_us && !is_units &&
                 (chunk->unused >> i & 1u) != 0) /* a clock was ahead once */
            key_chunk_drop(chunk, i); /* nothing was sealed with it */
    }
}

static enum status copy_sorted(const struct policy *policies, size_t count,
                               struct policy **out)
{
    *out = NULL;
    if (count > KEY_POLICIES_MAX)
        return STATUS_LIMIT;
    void *copy = NULL;
    enum status s = copy_array(policies, count, sizeof policies[0], &copy);
    if (s != STATUS_OK)
        return s;
    struct policy *sorted = copy;
    if (count > 0)
        qsort(sorted, count, sizeof sorted[0], compare_policies);
    for (size_t i = 1; i < count; i++) {
        if (sorted[i].camera == sorted[i - 1].camera) {
            alloc_free(sorted);
            return STATUS_BAD_INPUT;
        }
    }
    *out = sorted;
    return STATUS_OK;
}

enum status key_policies_check(const struct policy *policies, size_t count)
{
    struct policy *sorted = NULL;
    enum status s = copy_sorted(policies, count, &sorted);
    alloc_free(sorted);
    return s;
}

enum status key_state_set_policies(struct key_state *state,
                                   const struct policy *policies, size_t count,
                                   struct wall_time now)
{
    struct policy *sorted = NULL;
    enum status s = copy_sorted(policies, count, &sorted);
    if (s != STATUS_OK)
        return s;
    alloc_free(state->policies);
    state->policies = sorted;
    state->policy_count = count;
    for (size_t i = 0; i < state->table.count; i++) {
        struct key_chunk *chunk = &state->table.chunks[i];
        const struct policy *policy = key_state_policy(state, chunk->subject);
        if (policy != NULL && chunk->length_s != 0)
            apply_policy(chunk, policy, now);
    }
    key_table_compact(&state->table);
    return STATUS_OK;
}

/* ---- a clock that was ahead ---------------------------------------------- */

/* When personal text of a month goes. */
static struct wall_time text_die_at(const struct key_slot *month)
{
    int64_t end_day = civil_day(key_slot_span(month).to, UTC_OFFSET_KOREA_S);
    return civil_day_start(civil_day_add_months(end_day, KEY_TEXT_MONTHS),
                           UTC_OFFSET_KOREA_S);
}

/* Text of a month that has not come was written before it: it goes with this
 * month's. Next month's is always there, and may wait for what is to come. */
static void take_month_back(struct key_chunk *chunk, unsigned index,
                            struct wall_time now)
{
    const struct key_slot present = key_slot_at(SUBJECT_TEXT_MONTH, 0, now);
    struct wall_time end = text_die_at(&present);
    struct wall_time *die_at = key_chunk_die_at(chunk, index);
    if (key_chunk_slot(chunk, index).number > present.number + 1 &&
        end.us < die_at->us)
        *die_at = end;
}

static void take_cell_back(struct key_chunk *chunk, unsigned index,
                           int64_t by_us, struct wall_time now)
{
    const struct key_slot slot = key_chunk_slot(chunk, index);
    struct wall_time *die_at = key_chunk_die_at(chunk, index);
    bool is_unused = (chunk->unused >> index & 1u) != 0;
    int64_t ahead_us =
        slot_grid_of((struct retention){RETENTION_DAYS, 1}).ahead_s *
        (int64_t)SECOND_US;
    if (!is_unused)
        die_at->us -= by_us;
    else if (key_slot_span(&slot).from.us > now.us + ahead_us)
        die_at->us = die_at->us < now.us ? die_at->us : now.us;
}

void key_state_take_back(struct key_state *state, struct wall_time from,
                         int64_t by_us, struct wall_time now)
{
    for (size_t i = 0; i < state->table.count; i++) {
        struct key_chunk *chunk = &state->table.chunks[i];
        unsigned cells = key_chunk_cells(chunk);
        for (unsigned k = 0; k < cells; k++) {
            const struct key_slot slot = key_chunk_slot(chunk, k);
            if (!key_chunk_has(chunk, k) ||
                key_slot_span(&slot).to.us <= from.us)
                continue;
            if (chunk->length_s == 0)
                take_month_back(chunk, k, now);
            else
                take_cell_back(chunk, k, by_us, now);
            if (key_chunk_is_units(chunk))
                break; /* they share one end */
        }
    }
}

/* ---- seeds ahead -------------------------------------------------------- */

/* A row of a slot that nothing was sealed in, of a time that was taken back. */
static bool is_of_no_time(const struct death *row, struct wall_time now)
{
    return row->is_unused && row->died_at.us > now.us;
}

/* A slot that has died, or some of it, stays so, also under a longer period.
 * Beyond far no key was ever given out: what comes there is another seed. */
static bool has_died(const struct key_state *state, const struct key_slot *slot,
                     struct wall_time now)
{
    const int64_t far_us = KEY_REPLACE_AFTER_S * (int64_t)SECOND_US;
    struct span span = key_slot_span(slot);
    if (key_table_has_units(&state->table, slot))
        return true;
    if (span.from.us > now.us + far_us)
        return false;
    for (size_t i = state->death_count; i > 0; i--) {
        const struct death *row = &state->deaths[i - 1];
        if (row->died_at.us + far_us < span.from.us)
            break; /* rows are in the order of their deaths */
        if (row->subject == slot->subject && span_overlaps(row->slot, span) &&
            row->cause != CAUSE_CORRUPT && !is_of_no_time(row, now))
            return true;
    }
    return false;
}

static enum status make_of_policy(struct key_state *state,
                                  const struct policy *policy,
                                  struct wall_time now)
{
    struct slot_grid grid = slot_grid_of(policy->retention);
    struct wall_time behind = {now.us - KEY_MAKE_BEHIND_S * (int64_t)SECOND_US};
    struct wall_time ahead = {now.us + grid.ahead_s * (int64_t)SECOND_US};
    struct key_slot slot = key_slot_at(policy->camera, grid.slot_s, behind);
    int64_t last = key_slot_at(policy->camera, grid.slot_s, ahead).number;
    enum status s = STATUS_OK;
    for (; s == STATUS_OK && slot.number <= last; slot.number++) {
        struct wall_time die_at = slot_die_at(policy, &slot);
        if (die_at.us > now.us &&
            key_table_find(&state->table, &slot) == NULL &&
            !has_died(state, &slot, now))
            s = key_table_make(&state->table, &slot, die_at);
    }
    return s;
}

size_t key_chunks_of(struct retention retention)
{
    enum { DAY_S = 86400, MONTH_DAYS_MAX = 31, MARGIN = 2 };
    struct slot_grid grid = slot_grid_of(retention);
    uint64_t kept_s = retention.count;
    if (retention.unit == RETENTION_DAYS)
        kept_s *= DAY_S;
    else if (retention.unit == RETENTION_MONTHS)
        kept_s *= (uint64_t)MONTH_DAYS_MAX * DAY_S;
    uint64_t chunk_s = (uint64_t)grid.slot_s * KEY_CHUNK_SLOTS;
    return (size_t)((kept_s + grid.ahead_s) / chunk_s) + MARGIN;
}

enum status key_state_make_ahead(struct key_state *state, struct wall_time now)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < state->policy_count; i++) {
        if (state->policies[i].camera <= CAMERA_NUMBER_MAX)
            s = make_of_policy(state, &state->policies[i], now);
    }
    struct key_slot month = key_slot_at(SUBJECT_TEXT_MONTH, 0, now);
    int64_t last = month.number + 1;
    for (; s == STATUS_OK && month.number <= last; month.number++)
        s = key_table_make(&state->table, &month, text_die_at(&month));
    return s;
}
