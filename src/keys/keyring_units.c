/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are given out: for sealing, for reading, of holds, of months. */
#include "crypto/secret.h"
#include "keys/keyring_private.h"

/* now: by which the unit must not be past its time. */
static enum status unit_of(const struct keyring *keyring, uint32_t camera,
                           struct wall_time time, uint32_t unit_s,
                           struct wall_time now, struct keyring_unit *out)
{
    struct wall_time die_at = {0};
    enum status s = key_table_unit(&keyring->state.table, camera, time, unit_s,
                                   &out->keys, &die_at);
    if (s == STATUS_OK && die_at.us <= now.us) {
        secret_wipe(&out->keys, sizeof out->keys);
        s = STATUS_NOT_FOUND;
    }
    if (s != STATUS_OK)
        return s;
    struct wall_time start = slot_start(time, unit_s);
    out->unit_s = unit_s;
    out->span = (struct span){start, {start.us + (int64_t)unit_s * SECOND_US}};
    return STATUS_OK;
}

static bool is_camera(uint32_t subject)
{
    return subject >= CAMERA_NUMBER_MIN && subject <= CAMERA_NUMBER_MAX;
}

enum status keyring_seal(struct keyring *keyring, uint32_t camera,
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
    enum status s = unit_of(keyring, camera, time, unit_s,
                            (struct wall_time){now_us}, out);
    if (s == STATUS_OK)
        key_table_mark_used(&keyring->state.table, camera, out->span);
    return s;
}

enum status keyring_unseal(const struct keyring *keyring, uint32_t camera,
                           struct wall_time time, uint32_t unit_s,
                           struct span allowed, struct keyring_unit *out)
{
    const struct policy *policy = key_state_policy(&keyring->state, camera);
    struct wall_time now = keyring_latest(keyring);
    enum status s = STATUS_NOT_FOUND;
    if (!is_camera(camera))
        return s;
    if (unit_s != 0) {
        s = unit_of(keyring, camera, time, unit_s, now, out);
    } else {
        const uint32_t tries[] = {
            policy == NULL ? 0 : slot_grid_of(policy->retention).unit_s,
            slot_grid_of((struct retention){RETENTION_DAYS, 1}).unit_s,
            slot_grid_of((struct retention){RETENTION_SECONDS, 1}).unit_s};
        for (size_t i = 0; s == STATUS_NOT_FOUND && i < 3; i++)
            s = unit_of(keyring, camera, time, tries[i], now, out);
    }
    if (s == STATUS_OK && !span_overlaps(out->span, allowed))
        s = STATUS_DENIED;
    return s;
}

enum status keyring_hold_unit(struct keyring *keyring, uint32_t subject,
                              struct wall_time time, struct span allowed,
                              struct keyring_unit *out)
{
    if (!subject_is_hold(subject))
        return STATUS_NOT_FOUND;
    enum status s = unit_of(keyring, subject, time, HOLD_UNIT_S,
                            keyring_latest(keyring), out);
    if (s == STATUS_OK && !span_overlaps(out->span, allowed)) {
        secret_wipe(&out->keys, sizeof out->keys);
        s = STATUS_DENIED;
    }
    if (s == STATUS_OK)
        key_table_mark_used(&keyring->state.table, subject, out->span);
    return s;
}

enum status keyring_month_key(const struct keyring *keyring, uint32_t month,
                              uint8_t out[MONTH_KEY_SIZE])
{
    const struct key_slot slot = {SUBJECT_TEXT_MONTH, 0, (int64_t)month};
    const struct key_seed *seed = key_table_find(&keyring->state.table, &slot);
    struct wall_time now = keyring_now(keyring);
    struct wall_time limit = keyring_latest(keyring);
    /* What is to be written now can be, whatever a wall clock claims: without
     * it nobody could sign in to settle that clock. */
    if (slot.number >= key_slot_at(SUBJECT_TEXT_MONTH, 0, now).number)
        limit = now;
    if (seed == NULL || seed->die_at.us <= limit.us)
        return STATUS_NOT_FOUND;
    return month_key_derive(seed->bytes, month, out);
}
