/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/keyring.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "keys/rotation.h"
#include "sys/clock.h"
#include "sys/logger.h"

struct keyring {
    const struct clock *clock;
    struct rotation *rotation;
    struct key_state state; /* in use: exactly what stands on the medium */
    struct policy *wanted;  /* from the gate, where not yet in state */
    size_t wanted_count;
    bool has_wanted;
    struct key_order orders[KEY_ORDERS_MAX]; /* not carried out yet */
    size_t order_count;
    struct trusted_clock trusted;
    uint64_t acknowledged; /* deaths, by the gate */
    struct wall_time last; /* the last attempt at a rotation */
    bool last_failed;
};

struct wall_time keyring_now(const struct keyring *keyring)
{
    return trusted_clock_now(&keyring->trusted, clock_boot(keyring->clock));
}

int64_t keyring_trusted_minus_boot_us(const struct keyring *keyring)
{
    return keyring->trusted.trusted_minus_boot_us;
}

uint64_t keyring_epoch(const struct keyring *keyring)
{
    return rotation_epoch(keyring->rotation);
}

bool keyring_deletion_is_pending(const struct keyring *keyring)
{
    return rotation_deletion_is_pending(keyring->rotation);
}

unsigned keyring_level(const struct keyring *keyring)
{
    return rotation_level(keyring->rotation);
}

/* ---- rotation ------------------------------------------------------------ */

/* The state of the epoch to come. */
static enum status plan(struct keyring *keyring, struct key_state *next,
                        bool *is_more)
{
    struct wall_time now = keyring_now(keyring);
    enum status s = key_state_copy(&keyring->state, next);
    if (s == STATUS_OK && keyring->has_wanted)
        s = key_state_set_policies(next, keyring->wanted, keyring->wanted_count,
                                   now);
    const struct key_moment moment = {keyring_epoch(keyring) + 1, now};
    if (s == STATUS_OK)
        s = key_state_destroy(next, keyring->orders, keyring->order_count,
                              &moment, is_more);
    if (s == STATUS_OK)
        s = key_state_make_ahead(next, now);
    if (s == STATUS_OK) {
        key_state_forget_deaths(next, keyring->acknowledged);
        next->mark =
            trusted_clock_mark(&keyring->trusted, clock_boot(keyring->clock));
    }
    return s;
}

static void drop_wanted(struct keyring *keyring)
{
    alloc_free(keyring->wanted);
    keyring->wanted = NULL;
    keyring->wanted_count = 0;
    keyring->has_wanted = false;
}

static enum status rotate_once(struct keyring *keyring, bool *is_more)
{
    AUTO(key_state_deinit) struct key_state next = {0};
    bool is_committed = false;
    enum status s = plan(keyring, &next, is_more);
    if (s == STATUS_OK)
        s = rotation_run(keyring->rotation, &next, &is_committed);
    if (is_committed) {
        struct key_state before = keyring->state;
        keyring->state = next;
        next = before;
        drop_wanted(keyring);
        (void)!rotation_reserve(keyring->rotation, /* logged */
                                table_size_grown(&keyring->state));
    }
    return s;
}

enum status keyring_rotate(struct keyring *keyring)
{
    bool is_more = true;
    enum status s = STATUS_OK;
    keyring->last = keyring_now(keyring);
    for (int i = 0; s == STATUS_OK && is_more && i < KEYRING_ROTATIONS_MAX; i++)
        s = rotate_once(keyring, &is_more);
    keyring->last_failed = s != STATUS_OK || is_more;
    if (s != STATUS_OK && s != STATUS_AGAIN)
        log_line(LOG_ERROR, "keys: rotation failed epoch=%llu status=%s",
                 (unsigned long long)keyring_epoch(keyring), status_name(s));
    return s;
}

enum status keyring_collect(struct keyring *keyring)
{
    enum status s = rotation_erase(keyring->rotation);
    if (s == STATUS_OK && keyring->last_failed)
        return keyring_rotate(keyring);
    return s;
}

static uint32_t finest_rotation_s(const struct keyring *keyring)
{
    uint32_t finest_s =
        slot_grid_of((struct retention){RETENTION_DAYS, 1}).rotation_s;
    for (size_t i = 0; i < keyring->state.policy_count; i++) {
        struct slot_grid grid =
            slot_grid_of(keyring->state.policies[i].retention);
        if (grid.rotation_s < finest_s)
            finest_s = grid.rotation_s;
    }
    return finest_s;
}

int64_t keyring_rotation_in_us(const struct keyring *keyring)
{
    int64_t length_us = (int64_t)finest_rotation_s(keyring) * SECOND_US;
    int64_t last_us = keyring->last.us;
    int64_t due_us = (floor_divide(last_us, length_us) + 1) * length_us;
    int64_t retry_us = last_us + KEYRING_RETRY_S * (int64_t)SECOND_US;
    if (keyring->last_failed && retry_us < due_us)
        due_us = retry_us;
    int64_t now_us = keyring_now(keyring).us;
    if (keyring->order_count > 0 && !keyring->last_failed)
        due_us = now_us;
    return due_us > now_us ? due_us - now_us : 0;
}

static bool policies_differ(const struct keyring *keyring,
                            const struct policy *policies, size_t count)
{
    if (count != keyring->state.policy_count)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct policy *known =
            key_state_policy(&keyring->state, policies[i].camera);
        if (known == NULL || known->class_id != policies[i].class_id ||
            known->retention.unit != policies[i].retention.unit ||
            known->retention.count != policies[i].retention.count ||
            known->utc_offset_s != policies[i].utc_offset_s)
            return true;
    }
    return false;
}

enum status keyring_set_policies(struct keyring *keyring,
                                 const struct policy *policies, size_t count)
{
    if (!policies_differ(keyring, policies, count)) {
        drop_wanted(keyring);
        return STATUS_OK;
    }
    enum status s = key_policies_check(policies, count);
    if (s != STATUS_OK)
        return s;
    struct policy *wanted = alloc_array(count, sizeof wanted[0]);
    if (wanted == NULL)
        return STATUS_NO_MEMORY;
    if (count > 0)
        memcpy(wanted, policies, count * sizeof wanted[0]);
    drop_wanted(keyring);
    keyring->wanted = wanted;
    keyring->wanted_count = count;
    keyring->has_wanted = true;
    return keyring_rotate(keyring);
}

/* ---- orders -------------------------------------------------------------- */

static bool orders_equal(const struct key_order *a, const struct key_order *b)
{
    return a->subject == b->subject && a->span.from.us == b->span.from.us &&
           a->span.to.us == b->span.to.us && a->with_text == b->with_text;
}

enum status keyring_order(struct keyring *keyring,
                          const struct key_order *order)
{
    if (order->entry == 0 || span_is_empty(order->span) ||
        order->subject > CAMERA_NUMBER_MAX ||
        (order->with_text && order->subject != 0))
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < keyring->order_count; i++) {
        if (keyring->orders[i].entry == order->entry)
            return orders_equal(&keyring->orders[i], order) ? STATUS_OK
                                                            : STATUS_CONFLICT;
    }
    if (keyring->order_count == KEY_ORDERS_MAX)
        return STATUS_LIMIT;
    keyring->orders[keyring->order_count++] = *order;
    return STATUS_OK;
}

static bool is_carried_out(const struct keyring *keyring,
                           const struct key_order *order)
{
    return !rotation_erasure_is_due(keyring->rotation) &&
           !key_state_holds(&keyring->state, order);
}

/* From the list of deaths, so that a second asking is answered as the first. */
static struct key_order_result result_of(const struct keyring *keyring,
                                         const struct key_order *order)
{
    const struct key_state *state = &keyring->state;
    struct key_order_result result = {.entry = order->entry};
    for (size_t i = 0; i < state->death_count; i++) {
        const struct death *row = &state->deaths[i];
        if (row->order_entry != order->entry || row->cause != CAUSE_ORDERED)
            continue;
        result.epoch = row->epoch;
        result.died_at = row->died_at;
        result.seeds += row->seeds;
    }
    if (result.seeds == 0) {
        result.epoch = keyring_epoch(keyring);
        result.died_at = keyring_now(keyring);
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

struct keyring_pending keyring_pending(const struct keyring *keyring)
{
    struct keyring_pending pending = {
        .orders_waiting = (uint32_t)keyring->order_count};
    if (keyring_deletion_is_pending(keyring))
        pending.reason = PENDING_FAILED;
    return pending;
}

/* ---- open and close ------------------------------------------------------ */

enum status keyring_open(const struct file_layer *layer, const char *directory,
                         struct root_store *store, const struct clock *clock,
                         const uint8_t boot_id[BOOT_ID_SIZE],
                         struct keyring **out)
{
    *out = NULL;
    AUTO(keyring_close) struct keyring *keyring = alloc_zeroed(sizeof *keyring);
    if (keyring == NULL)
        return STATUS_NO_MEMORY;
    struct rotation_start start;
    enum status s = rotation_open(layer, directory, store, &keyring->rotation,
                                  &keyring->state, &start);
    if (s != STATUS_OK)
        return s;
    keyring->clock = clock;
    keyring->trusted = trusted_clock_start(
        &keyring->state.mark, boot_id, clock_boot(clock), clock_wall(clock));
    if (keyring->trusted.wall_was_behind)
        log_line(LOG_WARNING, "keys: the wall clock is behind the last known "
                              "time; going on from that");
    if (start.damage.lost_chunks > 0)
        log_line(LOG_ERROR, "keys: seeds lost by damage camera_days=%zu",
                 start.damage.lost_chunks);
    /* Its failure is logged, and tried again: recording fails open. */
    (void)!keyring_rotate(keyring);
    *out = keyring;
    keyring = NULL;
    return STATUS_OK;
}

void keyring_close(struct keyring **keyring)
{
    if (*keyring == NULL)
        return;
    rotation_close(&(*keyring)->rotation);
    key_state_deinit(&(*keyring)->state);
    alloc_free((*keyring)->wanted);
    alloc_free(*keyring);
    *keyring = NULL;
}

/* ---- keys ---------------------------------------------------------------- */

static enum status unit_of(const struct keyring *keyring, uint32_t camera,
                           struct wall_time time, uint32_t unit_s,
                           struct keyring_unit *out)
{
    struct key_slot slot =
        key_slot_at(camera, key_slot_length_of_unit(unit_s), time);
    const struct key_seed *seed = key_table_find(&keyring->state.table, &slot);
    if (slot.length_s == 0 || seed == NULL ||
        seed->die_at.us <= keyring_now(keyring).us)
        return STATUS_NOT_FOUND;
    struct wall_time start = slot_start(time, unit_s);
    out->unit_s = unit_s;
    out->span = (struct span){start, {start.us + (int64_t)unit_s * SECOND_US}};
    return unit_keys_derive(seed->bytes, camera, start, unit_s, &out->keys);
}

static bool is_camera(uint32_t subject)
{
    return subject >= CAMERA_NUMBER_MIN && subject <= CAMERA_NUMBER_MAX;
}

enum status keyring_seal(const struct keyring *keyring, uint32_t camera,
                         struct wall_time time, struct keyring_unit *out)
{
    const struct policy *policy = key_state_policy(&keyring->state, camera);
    if (!is_camera(camera) || policy == NULL)
        return STATUS_NOT_FOUND;
    uint32_t unit_s = slot_grid_of(policy->retention).unit_s;
    int64_t now_us = keyring_now(keyring).us;
    int64_t ahead_s = KEY_SEAL_AHEAD_S + 2 * (int64_t)unit_s;
    if (time.us < now_us - KEY_MAKE_BEHIND_S * (int64_t)SECOND_US ||
        time.us > now_us + ahead_s * SECOND_US)
        return STATUS_DENIED;
    return unit_of(keyring, camera, time, unit_s, out);
}

enum status keyring_unseal(const struct keyring *keyring, uint32_t camera,
                           struct wall_time time, uint32_t unit_s,
                           struct span allowed, struct keyring_unit *out)
{
    const struct policy *policy = key_state_policy(&keyring->state, camera);
    enum status s = STATUS_NOT_FOUND;
    if (!is_camera(camera))
        return s;
    if (unit_s != 0) {
        s = unit_of(keyring, camera, time, unit_s, out);
    } else {
        const uint32_t tries[] = {
            policy == NULL ? 0 : slot_grid_of(policy->retention).unit_s,
            slot_grid_of((struct retention){RETENTION_DAYS, 1}).unit_s,
            slot_grid_of((struct retention){RETENTION_SECONDS, 1}).unit_s};
        for (size_t i = 0; s == STATUS_NOT_FOUND && i < 3; i++)
            s = unit_of(keyring, camera, time, tries[i], out);
    }
    if (s == STATUS_OK && !span_overlaps(out->span, allowed))
        s = STATUS_DENIED;
    return s;
}

enum status keyring_month_key(const struct keyring *keyring, uint32_t month,
                              uint8_t out[MONTH_KEY_SIZE])
{
    const struct key_slot slot = {SUBJECT_TEXT_MONTH, 0, (int64_t)month};
    const struct key_seed *seed = key_table_find(&keyring->state.table, &slot);
    if (seed == NULL || seed->die_at.us <= keyring_now(keyring).us)
        return STATUS_NOT_FOUND;
    return month_key_derive(seed->bytes, month, out);
}

/* ---- deaths -------------------------------------------------------------- */

/* The newest epoch whose erasure is done. */
static uint64_t erased_epoch(const struct keyring *keyring)
{
    uint64_t epoch = keyring_epoch(keyring);
    return rotation_erasure_is_due(keyring->rotation) ? epoch - 1 : epoch;
}

size_t keyring_deaths_after(struct keyring *keyring, uint64_t *cursor,
                            struct writer *out)
{
    const struct key_state *state = &keyring->state;
    uint64_t before = key_state_deaths_before(state);
    if (*cursor <= state->deaths_total)
        keyring->acknowledged = *cursor;
    uint64_t from = *cursor;
    if (from > state->deaths_total || from < before)
        from = before;
    size_t told = 0;
    for (size_t i = (size_t)(from - before);
         i < state->death_count && told < KEY_DEATHS_MESSAGE; i++) {
        if (state->deaths[i].epoch > erased_epoch(keyring))
            break;
        death_encode(&state->deaths[i], out);
        told++;
    }
    if (told > 0)
        *cursor = from + told;
    return told;
}

size_t keyring_deaths_since(const struct keyring *keyring, uint64_t *epoch,
                            struct writer *out)
{
    const struct key_state *state = &keyring->state;
    uint64_t last = erased_epoch(keyring);
    size_t first = 0;
    while (first < state->death_count && state->deaths[first].epoch <= *epoch)
        first++;
    size_t end = first;
    while (end < state->death_count && state->deaths[end].epoch <= last)
        end++;
    if (end - first > KEY_DEATHS_MESSAGE) {
        /* Back to where an epoch ends; one alone always fits. */
        end = first + KEY_DEATHS_MESSAGE;
        while (end > first + 1 &&
               state->deaths[end].epoch == state->deaths[end - 1].epoch)
            end--;
        last = state->deaths[end - 1].epoch;
    }
    for (size_t i = first; i < end; i++)
        death_encode(&state->deaths[i], out);
    *epoch = last;
    return end - first;
}
