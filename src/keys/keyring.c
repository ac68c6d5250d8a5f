/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/keyring_private.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/clock.h"
#include "sys/logger.h"

struct wall_time keyring_now(const struct keyring *keyring)
{
    return trusted_clock_now(&keyring->trusted, clock_boot(keyring->clock));
}

struct wall_time keyring_earliest(const struct keyring *keyring)
{
    return trusted_clock_earliest(&keyring->trusted,
                                  clock_boot(keyring->clock));
}

struct wall_time keyring_latest(const struct keyring *keyring)
{
    return trusted_clock_latest(&keyring->trusted, clock_boot(keyring->clock));
}

static struct clock_reading reading_of(const struct clock *clock)
{
    return (struct clock_reading){clock_boot(clock), clock_wall(clock),
                                  clock_is_synchronised(clock)};
}

int64_t keyring_trusted_minus_boot_us(const struct keyring *keyring)
{
    return keyring->trusted.trusted_minus_boot_us;
}

uint64_t keyring_epoch(const struct keyring *keyring)
{
    return rotation_epoch(keyring->rotation);
}

unsigned keyring_level(const struct keyring *keyring)
{
    return rotation_level(keyring->rotation);
}

/* ---- rotation ------------------------------------------------------------ */

/* The state of the epoch to come. with_requests: with what others ask for,
 * policies and orders. */
static enum status plan(struct keyring *keyring, bool with_requests,
                        struct key_state *next, bool *is_more)
{
    struct wall_time now = keyring_now(keyring);
    const struct key_moment moment = {keyring_epoch(keyring) + 1, now,
                                      keyring_earliest(keyring)};
    size_t orders = with_requests ? keyring->order_count : 0;
    enum status s = key_state_copy(&keyring->state, next);
    if (s == STATUS_OK && keyring->trusted.taken_back_us > 0)
        key_state_take_back(next, keyring->trusted.taken_back_from,
                            keyring->trusted.taken_back_us, now);
    if (s == STATUS_OK && keyring->has_wanted && with_requests)
        s = key_state_set_policies(next, keyring->wanted, keyring->wanted_count,
                                   now);
    if (s == STATUS_OK)
        s = key_state_destroy(next, keyring->orders, orders, &moment, is_more);
    if (s == STATUS_OK) {
        s = key_state_make_ahead(next, now);
        if (s == STATUS_LIMIT && !with_requests) {
            log_line(LOG_ERROR, "keys: the table is full, no seeds ahead");
            s = STATUS_OK; /* what dies, dies all the same */
        }
    }
    if (s == STATUS_OK && with_requests)
        s = keyring_make_holds(keyring, next);
    if (s == STATUS_OK) {
        key_state_forget_deaths(next, keyring->acknowledged, now);
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

/* bucket_full_us: as it will be. *is_unfinished: another must follow. */
static enum status rotate_once(struct keyring *keyring, int64_t bucket_full_us,
                               bool *is_unfinished)
{
    AUTO(key_state_deinit) struct key_state next = {0};
    bool is_committed = false;
    bool is_more = false;
    enum status s = plan(keyring, true, &next, &is_more);
    bool is_refused = s == STATUS_LIMIT;
    if (is_refused) {
        log_line(LOG_ERROR, "keys: the table has no room for what is asked");
        key_state_deinit(&next);
        s = plan(keyring, false, &next, &is_more);
    }
    next.order_debt_us = bucket_full_us - clock_boot(keyring->clock).us;
    if (s == STATUS_OK)
        s = rotation_run(keyring->rotation, &next, &is_committed);
    if (is_committed) {
        struct key_state before = keyring->state;
        keyring->state = next;
        next = before;
        keyring->ordered.full_us = bucket_full_us;
        keyring->trusted.taken_back_us = 0;
        keyring->settle_is_due = false;
        if (!is_refused)
            drop_wanted(keyring);
        keyring_drop_made_holds(keyring);
        (void)!rotation_reserve(keyring->rotation, /* logged */
                                table_size_grown(&keyring->state));
    }
    *is_unfinished =
        is_more || !is_committed || (s != STATUS_OK && s != STATUS_AGAIN);
    return s == STATUS_OK && is_refused ? STATUS_NO_SPACE : s;
}

/* A further attempt under way is no end of a failure. */
static void note_status(struct keyring *keyring, enum status s)
{
    if (s != STATUS_AGAIN || keyring->failures == 0)
        keyring->last_status = s;
    if (s == STATUS_OK)
        keyring->failures = 0;
    else if (s != STATUS_AGAIN && keyring->failures <= KEYRING_DOUBLINGS_MAX)
        keyring->failures++;
}

/* An erasure that came late is listed with its own time. */
static enum status settle(struct keyring *keyring)
{
    struct key_state *state = &keyring->state;
    if (!rotation_erasure_is_due(keyring->rotation))
        return STATUS_OK;
    enum status s = rotation_erase(keyring->rotation);
    for (size_t i = state->death_count; s == STATUS_OK && i > 0; i--) {
        if (state->deaths[i - 1].epoch != keyring_epoch(keyring))
            break;
        state->deaths[i - 1].died_at = keyring_now(keyring);
    }
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

/* Twice as long after each failure: an attempt renews the waiting root, and
 * that wears erasable memory out, also where it is a table that is refused. */
static int64_t retry_s(const struct keyring *keyring)
{
    unsigned further = keyring->failures > 0 ? keyring->failures - 1 : 0;
    return (int64_t)KEYRING_RETRY_S << further;
}

/* When a rotation is due for another reason than an order. */
static int64_t regular_due_us(const struct keyring *keyring)
{
    int64_t length_us = (int64_t)finest_rotation_s(keyring) * SECOND_US;
    int64_t due_us =
        (floor_divide(keyring->last.us, length_us) + 1) * length_us;
    int64_t retry_us = keyring->last.us + retry_s(keyring) * SECOND_US;
    return keyring->is_unfinished && retry_us < due_us ? retry_us : due_us;
}

/* Before its time: only because somebody asks. */
static bool is_early(const struct keyring *keyring)
{
    return !keyring->is_unfinished &&
           keyring_now(keyring).us < regular_due_us(keyring);
}

int64_t keyring_rotation_in_us(const struct keyring *keyring)
{
    int64_t wait_us = regular_due_us(keyring) - keyring_now(keyring).us;
    int64_t order_us = keyring_bucket_wait_us(keyring, &keyring->ordered);
    int64_t change_us = keyring_bucket_wait_us(keyring, &keyring->changed);
    if (keyring->order_count + keyring->hold_count > 0 &&
        !keyring->is_unfinished && order_us < wait_us)
        wait_us = order_us;
    if (keyring->has_wanted && !keyring->is_unfinished && change_us < wait_us)
        wait_us = change_us;
    return wait_us > 0 ? wait_us : 0;
}

enum status keyring_rotate(struct keyring *keyring)
{
    /* A rotation for a request alone costs a token. */
    bool is_asked = is_early(keyring);
    bool is_changed = is_asked && keyring->has_wanted &&
                      keyring_bucket_wait_us(keyring, &keyring->changed) == 0;
    bool is_ordered = is_asked && !is_changed &&
                      keyring->order_count + keyring->hold_count > 0;
    int64_t full_us =
        keyring_bucket_after_us(keyring, &keyring->ordered, is_ordered);
    keyring->changed.full_us =
        keyring_bucket_after_us(keyring, &keyring->changed, is_changed);
    keyring->last = keyring_now(keyring);
    keyring->is_unfinished = true;
    enum status s = settle(keyring);
    for (int i = 0; s == STATUS_OK && keyring->is_unfinished &&
                    i < KEYRING_ROTATIONS_MAX;
         i++)
        s = rotate_once(keyring, full_us, &keyring->is_unfinished);
    note_status(keyring, s);
    if (s != STATUS_OK && s != STATUS_AGAIN)
        log_line(LOG_ERROR, "keys: rotation failed epoch=%llu status=%s",
                 (unsigned long long)keyring_epoch(keyring), status_name(s));
    return s;
}

enum status keyring_collect(struct keyring *keyring)
{
    enum status s = settle(keyring);
    note_status(keyring, s);
    if (s != STATUS_OK && s != STATUS_AGAIN)
        keyring->is_unfinished = true;
    if (s == STATUS_OK && keyring->is_unfinished)
        return keyring_rotate(keyring);
    return s;
}

/* ---- the wall clock as a witness ------------------------------------------ */

bool keyring_observe_clock(struct keyring *keyring)
{
    const struct clock_reading reading = reading_of(keyring->clock);
    int64_t before_us = keyring->trusted.claimed_us;
    bool is_confirmed = trusted_clock_observe(&keyring->trusted, &reading);
    if (is_confirmed)
        log_line(LOG_INFO, "keys: a time service bears out the clock of the "
                           "start");
    if (before_us == 0 && keyring->trusted.claimed_us > 0)
        log_line(LOG_WARNING, "keys: the wall clock stepped ahead seconds=%lld",
                 (long long)(keyring->trusted.claimed_us / SECOND_US));
    return is_confirmed;
}

int64_t keyring_settle_clock(struct keyring *keyring)
{
    const struct clock_reading reading = reading_of(keyring->clock);
    bool is_news = trusted_clock_wants_word(&keyring->trusted);
    int64_t step_us = trusted_clock_settle(&keyring->trusted, &reading);
    if (step_us < 0)
        keyring_cut_orders(keyring);
    if (is_news || step_us != 0) {
        keyring->settle_is_due = true;
        (void)!keyring_rotate(keyring); /* logged, and tried again */
    }
    return step_us;
}

bool keyring_clock_is_settled(const struct keyring *keyring)
{
    return !keyring->settle_is_due;
}

/* ---- scrub and policies -------------------------------------------------- */

bool keyring_scrub(struct keyring *keyring)
{
    const int64_t every_us = KEY_SCRUB_EVERY_S * (int64_t)SECOND_US;
    int64_t now_us = keyring_now(keyring).us;
    if (keyring->last_scrub.us != 0 && now_us >= keyring->last_scrub.us &&
        now_us - keyring->last_scrub.us < every_us)
        return false;
    struct rotation_scrub found;
    if (rotation_scrub(keyring->rotation, &found) != STATUS_OK)
        return false;
    keyring->last_scrub.us = now_us;
    keyring->scrub_damage =
        found.table_copies + found.root_copies + found.spare_copies;
    log_line(keyring->scrub_damage > 0 ? LOG_ERROR : LOG_INFO,
             "keys: scrub epoch=%llu bad_table_copies=%u bad_root_copies=%u "
             "bad_spare_copies=%u",
             (unsigned long long)keyring_epoch(keyring), found.table_copies,
             found.root_copies, found.spare_copies);
    /* All is in memory: the next table and roots are whole again. */
    return found.table_copies + found.root_copies > 0;
}

static bool policies_differ(const struct keyring *keyring,
                            const struct policy *policies, size_t count)
{
    if (count != keyring->state.policy_count)
        return true;
    for (size_t i = 0; i < count; i++) {
        const struct policy *known =
            key_state_policy(&keyring->state, policies[i].camera);
        if (known == NULL || !key_policies_equal(known, &policies[i]))
            return true;
    }
    return false;
}

/* A rotation every 5 s would wear a TPM out within days. */
static bool has_seconds(const struct policy *policies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (policies[i].retention.unit == RETENTION_SECONDS)
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
    if (s == STATUS_OK && keyring_level(keyring) > 0 &&
        has_seconds(policies, count))
        s = STATUS_DENIED;
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
    if (is_early(keyring) &&
        keyring_bucket_wait_us(keyring, &keyring->changed) > 0) {
        log_line(LOG_WARNING, "keys: policies change too often, they wait");
        return STATUS_OK;
    }
    enum status rotated = keyring_rotate(keyring);
    return rotated == STATUS_AGAIN ? STATUS_OK : rotated;
}

/* ---- open and close ------------------------------------------------------ */

static void tell_clock(const struct trusted_clock *clock)
{
    if (clock->behind_us > 0)
        log_line(LOG_WARNING, "keys: the wall clock is behind the last known "
                              "time; going on from that");
    if (clock->unconfirmed_us > 0)
        log_line(LOG_WARNING,
                 "keys: the wall clock is ahead of what is known, nothing dies "
                 "by it until it is confirmed seconds=%lld",
                 (long long)(clock->unconfirmed_us / SECOND_US));
}

/* Whether the table found is as good as a new one: of this boot, whole, with
 * its erasure done, and nothing in it past its time. */
static bool is_fresh(const struct keyring *keyring,
                     const struct rotation_start *start)
{
    const struct trusted_mark *mark = &keyring->state.mark;
    return mark->is_set && start->damage.blocks == 0 && !start->is_moving &&
           trusted_mark_is_of(mark, keyring->trusted.boot_id,
                              clock_boot(keyring->clock)) &&
           !rotation_erasure_is_due(keyring->rotation) &&
           keyring_now(keyring).us < regular_due_us(keyring) &&
           !key_state_holds(&keyring->state, NULL, keyring_earliest(keyring));
}

/* What was given out since the table was written is not in it: up to now, or,
 * where the clock has gone back, for as long as a table is in use. */
static void mark_given_since(struct keyring *keyring)
{
    const struct trusted_mark *mark = &keyring->state.mark;
    struct slot_grid grid = slot_grid_of((struct retention){RETENTION_DAYS, 1});
    int64_t until_us =
        mark->trusted.us + grid.rotation_s * (int64_t)SECOND_US;
    if (keyring_now(keyring).us > until_us)
        until_us = keyring_now(keyring).us;
    key_table_mark_used(
        &keyring->state.table, 0,
        (struct span){
            {mark->trusted.us - KEY_MAKE_BEHIND_S * (int64_t)SECOND_US},
            {until_us + KEY_REPLACE_AFTER_S * (int64_t)SECOND_US}});
}

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
    const struct clock_reading reading = reading_of(clock);
    keyring->trusted =
        trusted_clock_start(&keyring->state.mark, boot_id, &reading);
    tell_clock(&keyring->trusted);
    if (start.damage.lost_chunks > 0)
        log_line(LOG_ERROR, "keys: seeds lost by damage camera_days=%zu",
                 start.damage.lost_chunks);
    mark_given_since(keyring);
    keyring->ordered.full_us =
        clock_boot(clock).us + keyring->state.order_debt_us;
    keyring->last = keyring->state.mark.trusted;
    /* Its failure is logged, and tried again: recording fails open. */
    if (!is_fresh(keyring, &start))
        (void)!keyring_rotate(keyring);
    if (keyring_scrub(keyring))
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
