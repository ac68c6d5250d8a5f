/* SPDX-License-Identifier: Apache-2.0 */
/* Orders, their token bucket, and what is due and not done. */
#include "keys/keyring_private.h"
#include "sys/clock.h"

static const int64_t TOKEN_US = KEY_ORDER_EVERY_S * (int64_t)SECOND_US;

int64_t keyring_bucket_wait_us(const struct keyring *keyring,
                               const struct bucket *bucket)
{
    int64_t wait_us = bucket->full_us - (KEY_ORDER_BURST - 1) * TOKEN_US -
                      clock_boot(keyring->clock).us;
    return wait_us > 0 ? wait_us : 0;
}

int64_t keyring_bucket_after_us(const struct keyring *keyring,
                                const struct bucket *bucket, bool takes_one)
{
    int64_t now_us = clock_boot(keyring->clock).us;
    int64_t full_us = bucket->full_us;
    full_us = full_us > now_us ? full_us : now_us;
    return takes_one ? full_us + TOKEN_US : full_us;
}

/* Beyond, nothing can have been recorded. */
static void cut(const struct keyring *keyring, struct span *span)
{
    int64_t most_us =
        keyring_now(keyring).us + KEY_REPLACE_AFTER_S * (int64_t)SECOND_US;
    if (span->to.us > most_us)
        span->to.us = most_us;
}

void keyring_cut_orders(struct keyring *keyring)
{
    for (size_t i = 0; i < keyring->order_count; i++) {
        struct span *span = &keyring->orders[i].span;
        if (subject_is_hold(keyring->orders[i].subject))
            continue;
        cut(keyring, span);
        if (span_is_empty(*span)) /* of what has no name any more */
            *span = (struct span){{INT64_MIN}, {INT64_MIN + 1}};
    }
}

enum status keyring_order(struct keyring *keyring,
                          const struct key_order *order)
{
    struct key_order taken = *order;
    bool is_hold = subject_is_hold(taken.subject);
    if (is_hold) /* all of it, always: its slots are nobody else's */
        taken.span = (struct span){{INT64_MIN / 4}, {INT64_MAX / 4}};
    else
        cut(keyring, &taken.span);
    if (taken.entry == 0 || span_is_empty(taken.span) ||
        (taken.subject > CAMERA_NUMBER_MAX && !is_hold) ||
        (taken.with_text && taken.subject != 0))
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < keyring->order_count; i++) {
        if (keyring->orders[i].entry == taken.entry)
            return STATUS_OK;
    }
    if (keyring->order_count == KEY_ORDERS_MAX)
        return STATUS_LIMIT;
    keyring->orders[keyring->order_count++] = taken;
    return STATUS_OK;
}

static bool is_carried_out(const struct keyring *keyring,
                           const struct key_order *order)
{
    return !rotation_erasure_is_due(keyring->rotation) &&
           !key_state_holds(&keyring->state, order, keyring_now(keyring));
}

/* From the list of deaths, so that a second asking is answered as the first. */
static struct key_order_result result_of(const struct keyring *keyring,
                                         const struct key_order *order)
{
    const struct key_state *state = &keyring->state;
    struct key_order_result result = {.entry = order->entry,
                                      .epoch = keyring_epoch(keyring),
                                      .died_at = keyring_now(keyring)};
    for (size_t i = 0; i < state->death_count; i++) {
        const struct death *row = &state->deaths[i];
        if (row->order_entry != order->entry || row->cause != CAUSE_ORDERED)
            continue;
        result.epoch = row->epoch;
        result.died_at = row->died_at;
        result.seeds += row->seeds;
    }
    return result;
}

bool keyring_take_result(struct keyring *keyring, struct key_order_result *out)
{
    for (size_t i = 0; i < keyring->order_count; i++) {
        if (!is_carried_out(keyring, &keyring->orders[i]))
            continue;
        *out = result_of(keyring, &keyring->orders[i]);
        keyring->orders[i] = keyring->orders[--keyring->order_count];
        return true;
    }
    return false;
}

/* Due and tried in vain; or due, and its turn has not come. */
static enum pending pending_reason(const struct keyring *keyring)
{
    enum status s = keyring->last_status;
    bool is_due = rotation_erasure_is_due(keyring->rotation) ||
                  keyring->order_count > 0 || keyring->settle_is_due ||
                  key_state_holds(&keyring->state, NULL, keyring_earliest(keyring));
    if (is_due && s == STATUS_LIMIT)
        return PENDING_BUSY;
    if (is_due && s != STATUS_OK && s != STATUS_AGAIN)
        return PENDING_FAILED;
    if (keyring->order_count > 0 && keyring_bucket_wait_us(keyring, &keyring->ordered) > 0)
        return PENDING_BUCKET;
    return trusted_clock_wants_word(&keyring->trusted) &&
                   key_state_holds(&keyring->state, NULL, keyring_latest(keyring))
               ? PENDING_CLOCK
               : PENDING_NONE;
}

struct keyring_health keyring_health(const struct keyring *keyring)
{
    int64_t wait_us = keyring_bucket_wait_us(keyring, &keyring->ordered);
    return (struct keyring_health){
        .reason = pending_reason(keyring),
        .orders_waiting = (uint32_t)keyring->order_count,
        .next_order_s =
            (uint32_t)((wait_us + SECOND_US - 1) / SECOND_US),
        .last_scrub = keyring->last_scrub,
        .unconfirmed_us = keyring->trusted.unconfirmed_us,
        .claimed_us = keyring->trusted.claimed_us,
        .behind_us = keyring->trusted.behind_us,
        .scrub_damage = keyring->scrub_damage};
}
