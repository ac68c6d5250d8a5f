/* SPDX-License-Identifier: Apache-2.0 */
/* Seeds of holds: made with a rotation, dead at the hold's own end. */
#include "keys/keyring_private.h"

static struct key_slot first_slot(const struct key_hold *hold)
{
    return key_slot_at(hold->subject, HOLD_SLOT_S, hold->span.from);
}

static bool is_before_end(const struct key_hold *hold,
                          const struct key_slot *slot)
{
    return key_slot_span(slot).from.us < hold->span.to.us;
}

/* K3: where one has died, by order or at its end, none is made again. */
static bool has_died(const struct key_state *state, uint32_t subject)
{
    for (size_t i = 0; i < state->death_count; i++) {
        if (state->deaths[i].subject == subject)
            return true;
    }
    return false;
}

static bool is_ordered_dead(const struct keyring *keyring, uint32_t subject)
{
    for (size_t i = 0; i < keyring->order_count; i++) {
        if (keyring->orders[i].subject == subject)
            return true;
    }
    return false;
}

static bool is_made(const struct key_state *state,
                    const struct key_hold *hold)
{
    struct key_slot slot = first_slot(hold);
    for (; is_before_end(hold, &slot); slot.number++) {
        if (key_table_find(&state->table, &slot) == NULL)
            return false;
    }
    return true;
}

enum status keyring_make_holds(const struct keyring *keyring,
                               struct key_state *next)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < keyring->hold_count; i++) {
        const struct key_hold *hold = &keyring->holds[i];
        struct key_slot slot = first_slot(hold);
        if (has_died(next, hold->subject) ||
            is_ordered_dead(keyring, hold->subject))
            continue;
        for (; s == STATUS_OK && is_before_end(hold, &slot); slot.number++)
            s = key_table_make(&next->table, &slot, hold->die_at);
    }
    return s;
}

void keyring_drop_made_holds(struct keyring *keyring)
{
    size_t kept = 0;
    for (size_t i = 0; i < keyring->hold_count; i++) {
        const struct key_hold *hold = &keyring->holds[i];
        if (!is_made(&keyring->state, hold) &&
            !has_died(&keyring->state, hold->subject) &&
            hold->die_at.us > keyring_now(keyring).us)
            keyring->holds[kept++] = *hold;
    }
    keyring->hold_count = kept;
}

enum status keyring_hold(struct keyring *keyring, const struct key_hold *hold)
{
    int64_t now_us = keyring_now(keyring).us;
    const int64_t year_us = INT64_C(366) * 86400 * SECOND_US;
    if (!subject_is_hold(hold->subject) || span_is_empty(hold->span) ||
        hold->span.to.us - hold->span.from.us >
            (HOLD_SPAN_MAX_S + 2 * HOLD_SLOT_S) * (int64_t)SECOND_US ||
        hold->die_at.us > now_us + HOLD_YEARS_MAX * year_us)
        return STATUS_BAD_INPUT;
    if (has_died(&keyring->state, hold->subject) ||
        hold->die_at.us <= now_us)
        return STATUS_NOT_FOUND;
    if (is_made(&keyring->state, hold))
        return STATUS_OK;
    for (size_t i = 0; i < keyring->hold_count; i++) {
        if (keyring->holds[i].subject == hold->subject)
            return STATUS_AGAIN;
    }
    if (keyring->hold_count == KEY_HOLDS_MAX)
        return STATUS_LIMIT;
    keyring->holds[keyring->hold_count++] = *hold;
    return STATUS_AGAIN;
}
