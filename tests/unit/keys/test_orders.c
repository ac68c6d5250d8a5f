/* SPDX-License-Identifier: Apache-2.0 */
/* Ordered deletions: what dies, what stays, how often, and what is told. */
#include <stdlib.h>

#include "base/writer.h"
#include "keys/offline.h"
#include "unit/keys/keyring_support.h"

enum { HOUR_S = 3600, UNIT_S = 60, UNITS = 180, TOKEN_S = KEY_ORDER_EVERY_S };

static struct key_order order_of(uint64_t entry, int64_t from_s, int64_t to_s)
{
    return (struct key_order){.entry = entry,
                              .subject = LONG_CAMERA,
                              .span = {at_s(from_s), at_s(to_s)}};
}

static void start_long(struct bench *bench)
{
    bench_start(bench);
    const struct policy policy = policy_of(LONG_CAMERA, RETENTION_DAYS, 60);
    CHECK_OK(keyring_set_policies(bench->keyring, &policy, 1));
}

static enum status key_at(struct bench *bench, int64_t s,
                          struct unit_keys *keys)
{
    struct keyring_unit unit = {0};
    enum status status = bench_unseal(bench, LONG_CAMERA, at_s(s), &unit);
    *keys = unit.keys;
    return status;
}

static bool seals_at(struct bench *bench, int64_t s)
{
    struct keyring_unit unit;
    return keyring_seal(bench->keyring, LONG_CAMERA, at_s(s), &unit) ==
           STATUS_OK;
}

/* Units of the rows of ordered deaths; each must be told once. */
static uint32_t told_units(struct bench *bench, const bool *is_dead)
{
    static uint8_t rows[KEY_DEATHS_MESSAGE * DEATH_SIZE];
    bool is_told[UNITS] = {false};
    uint32_t units = 0;
    uint64_t cursor = 0;
    struct writer out = writer_on(rows, sizeof rows);
    (void)keyring_deaths_after(bench->keyring, &cursor, &out);
    struct reader in = reader_on(writer_written(&out));
    while (reader_more(&in)) {
        struct death row;
        CHECK_OK(death_decode(&in, &row));
        if (row.cause != CAUSE_ORDERED)
            continue;
        for (int64_t s = row.slot.from.us / SECOND_US;
             s < row.slot.to.us / SECOND_US; s += UNIT_S) {
            int64_t unit = (s - NOW_S) / UNIT_S;
            CHECK(unit >= 0 && unit < UNITS && !is_told[unit] && is_dead[unit]);
            is_told[unit] = true;
            units++;
        }
    }
    return units;
}

/* Any orders over three hours: each minute dies if and only if one touched it,
 * the others keep their very keys; after a restart and offline too. */
static void minutes_die_as_ordered_and_no_others(void **state)
{
    (void)state;
    struct test_random random = {.state = 77};
    for (int round = 0; round < 12; round++) {
        AUTO(bench_stop) struct bench bench;
        start_long(&bench);
        bench_jump_s(&bench, 3 * HOUR_S);
        struct unit_keys keys[UNITS];
        bool is_dead[UNITS] = {false};
        uint32_t dead = 0;
        for (int i = 0; i < UNITS; i++)
            CHECK_OK(key_at(&bench, NOW_S + i * UNIT_S, &keys[i]));
        for (uint64_t n = 1; n <= 6; n++) {
            int64_t from = NOW_S + (int64_t)(test_random_next(&random) % 9000);
            int64_t to = from + 1 + (int64_t)(test_random_next(&random) % 4000);
            if (to > NOW_S + 3 * HOUR_S)
                to = NOW_S + 3 * HOUR_S;
            const struct key_order order = order_of(n, from, to);
            (void)bench_order(&bench, &order);
            for (int64_t i = (from - NOW_S) / UNIT_S;
                 i * UNIT_S + NOW_S < to; i++) {
                dead += !is_dead[i];
                is_dead[i] = true;
            }
        }
        CHECK(told_units(&bench, is_dead) == dead);
        bench_restart(&bench);
        AUTO(keys_offline_close) struct keys_offline *offline = NULL;
        CHECK_OK(keys_offline_open(fake_disk_layer(bench.disk), "/keys", NULL,
                                   &offline));
        for (int i = 0; i < UNITS; i++) {
            enum status meant = is_dead[i] ? STATUS_NOT_FOUND : STATUS_OK;
            struct unit_keys found;
            struct unit_keys theirs;
            int64_t s = NOW_S + i * UNIT_S;
            CHECK_STATUS(meant, key_at(&bench, s, &found));
            CHECK_STATUS(meant, keys_offline_unit(offline, LONG_CAMERA,
                                                  at_s(s), UNIT_S, &theirs,
                                                  NULL));
            if (is_dead[i])
                continue;
            assert_memory_equal(&found, &keys[i], sizeof found);
            assert_memory_equal(&theirs, &keys[i], sizeof theirs);
        }
    }
}

/* The minute at hand and two before it; the recording goes on behind. */
static void the_present_hour_goes_on_without_what_died(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    bench_jump_s(&bench, 1810);
    const int64_t now_s = NOW_S + 1810;
    struct unit_keys before;
    struct unit_keys later;
    struct unit_keys found;
    CHECK_OK(key_at(&bench, NOW_S, &before));
    CHECK_OK(key_at(&bench, now_s + 50, &later));
    const struct key_order order = order_of(5, now_s - 100, now_s + 1);
    struct key_order_result result = bench_order(&bench, &order);
    CHECK(result.seeds == 1);
    for (int i = 0; i < 2; i++) {
        CHECK(!seals_at(&bench, now_s) && !seals_at(&bench, now_s - 120));
        CHECK(seals_at(&bench, now_s + 50) && seals_at(&bench, now_s - 180));
        CHECK_OK(key_at(&bench, now_s + 50, &found));
        assert_memory_equal(&found, &later, sizeof found);
        CHECK_OK(key_at(&bench, NOW_S, &found));
        assert_memory_equal(&found, &before, sizeof found);
        bench_restart(&bench);
    }
    /* The hour's end, and an order for all there is and will be. */
    bench_jump_s(&bench, 1700);
    const struct key_order all = order_of(6, 0, INT64_MAX / SECOND_US);
    (void)bench_order(&bench, &all);
    CHECK(!seals_at(&bench, now_s + 1700));
    bench_run_s(&bench, 200);
    CHECK(!seals_at(&bench, now_s + 1900));
    bench_run_s(&bench, 200);
    CHECK(seals_at(&bench, now_s + 2100));
    CHECK_STATUS(STATUS_NOT_FOUND, key_at(&bench, NOW_S + 3700, &found));
    CHECK_STATUS(STATUS_NOT_FOUND, key_at(&bench, NOW_S + 3500, &found));
}

static void kept_minutes_die_at_their_hours_time(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    bench_jump_s(&bench, 2 * HOUR_S);
    struct unit_keys found;
    const struct key_order order = order_of(5, NOW_S + 60, NOW_S + 120);
    (void)bench_order(&bench, &order);
    CHECK_OK(key_at(&bench, NOW_S, &found));
    /* A longer period touches nothing, a shorter one does. */
    struct policy policy = policy_of(LONG_CAMERA, RETENTION_DAYS, 90);
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    policy.retention.count = 2;
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    const int64_t end_s = NOW_S + 2 * 86400 + 12 * HOUR_S;
    bench_jump_s(&bench, end_s - NOW_S - 2 * HOUR_S - 1);
    CHECK_OK(key_at(&bench, NOW_S, &found));
    bench_run_s(&bench, 1);
    CHECK_STATUS(STATUS_NOT_FOUND, key_at(&bench, NOW_S, &found));
    CHECK_STATUS(STATUS_NOT_FOUND, key_at(&bench, NOW_S + HOUR_S, &found));
}

static void an_order_is_carried_out_once_and_answered_again(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    bench_jump_s(&bench, 10000);
    const struct key_order order = order_of(77, NOW_S, NOW_S + 2 * HOUR_S);
    struct unit_keys found;
    struct key_order_result result = bench_order(&bench, &order);
    CHECK(result.seeds == 2 && result.epoch == keyring_epoch(bench.keyring));
    CHECK(result.died_at.us == keyring_now(bench.keyring).us);
    CHECK_STATUS(STATUS_NOT_FOUND, key_at(&bench, NOW_S, &found));
    CHECK_OK(key_at(&bench, NOW_S + 2 * HOUR_S, &found));
    bench_restart(&bench);
    uint64_t epoch = keyring_epoch(bench.keyring);
    struct key_order_result again = bench_order(&bench, &order);
    CHECK(again.epoch == result.epoch && again.seeds == result.seeds &&
          again.died_at.us == result.died_at.us);
    CHECK(keyring_epoch(bench.keyring) == epoch);
    const struct key_order wrong[] = {
        order_of(0, NOW_S, NOW_S + 1), order_of(1, NOW_S, NOW_S),
        {.entry = 2, .subject = SUBJECT_TEXT_MONTH, .span = all_time()},
        {.entry = 2, .subject = 1, .span = all_time(), .with_text = true}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, keyring_order(bench.keyring, &wrong[i]));
    for (uint64_t i = 0; i < KEY_ORDERS_MAX; i++) {
        const struct key_order one = order_of(100 + i, NOW_S, NOW_S + HOUR_S);
        CHECK_OK(keyring_order(bench.keyring, &one));
        CHECK_OK(keyring_order(bench.keyring, &one));
    }
    CHECK_STATUS(STATUS_LIMIT, keyring_order(bench.keyring, &order));
    for (uint64_t i = 0; i < KEY_ORDERS_MAX; i++)
        CHECK(keyring_take_result(bench.keyring, &again) && again.seeds == 0);
    CHECK(!keyring_take_result(bench.keyring, &again));
}

static void ordered_rotations_are_limited_expiry_is_not(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    bench_jump_s(&bench, 2 * HOUR_S);
    for (uint64_t i = 0; i < KEY_ORDER_BURST; i++) {
        struct key_order order = order_of(i + 1, NOW_S + (int64_t)i * UNIT_S,
                                          NOW_S + (int64_t)(i + 1) * UNIT_S);
        (void)bench_order(&bench, &order);
    }
    uint64_t epoch = keyring_epoch(bench.keyring);
    struct key_order_result result;
    for (uint64_t i = 0; i < 3; i++) {
        struct key_order order =
            order_of(i + 50, NOW_S + 1000 + (int64_t)i * UNIT_S,
                     NOW_S + 1000 + (int64_t)(i + 1) * UNIT_S);
        CHECK_OK(keyring_order(bench.keyring, &order));
        CHECK(!keyring_take_result(bench.keyring, &result));
    }
    struct keyring_health health = keyring_health(bench.keyring);
    CHECK(health.reason == PENDING_BUCKET && health.orders_waiting == 3);
    CHECK(health.next_order_s == TOKEN_S);
    CHECK(keyring_rotation_in_us(bench.keyring) ==
          TOKEN_S * (int64_t)SECOND_US);
    bench_run_s(&bench, TOKEN_S - 1);
    CHECK(keyring_epoch(bench.keyring) == epoch);
    bench_run_s(&bench, 1);
    CHECK(keyring_epoch(bench.keyring) == epoch + 1);
    for (int i = 0; i < 3; i++)
        CHECK(keyring_take_result(bench.keyring, &result));
    CHECK(keyring_health(bench.keyring).reason == PENDING_NONE);
    /* The bucket stands in the table: a restart fills nothing. */
    bench_restart(&bench);
    CHECK(keyring_health(bench.keyring).next_order_s == TOKEN_S);
    /* Orders ride along where a rotation is due anyway. */
    const struct key_order last = order_of(99, NOW_S + 3000, NOW_S + 3060);
    CHECK_OK(keyring_order(bench.keyring, &last));
    const struct policy policy = policy_of(LONG_CAMERA, RETENTION_DAYS, 61);
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    CHECK(keyring_take_result(bench.keyring, &result) && result.entry == 99);
    CHECK(keyring_health(bench.keyring).next_order_s == TOKEN_S);
}

static void a_root_that_refuses_keeps_orders_waiting(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    bench_jump_s(&bench, HOUR_S);
    const struct key_order order = order_of(9, NOW_S, NOW_S + 60);
    struct key_order_result result;
    CHECK_OK(keyring_order(bench.keyring, &order));
    fake_disk_fail_at(bench.disk, FAKE_WRITE, 3, STATUS_IO);
    CHECK_STATUS(STATUS_IO, keyring_rotate(bench.keyring));
    CHECK(!keyring_take_result(bench.keyring, &result));
    CHECK(keyring_health(bench.keyring).reason == PENDING_FAILED);
    CHECK(keyring_health(bench.keyring).orders_waiting == 1);
    bench_run_s(&bench, KEYRING_RETRY_S);
    CHECK(keyring_take_result(bench.keyring, &result));
    /* It died when the root was overwritten, not when that was planned. */
    CHECK(result.died_at.us == keyring_now(bench.keyring).us);
    CHECK(keyring_health(bench.keyring).reason == PENDING_NONE);
}

/* What a captured gate would do to wear erasable memory out. */
static void policies_that_change_all_the_time_wait(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    uint64_t epoch = keyring_epoch(bench.keyring);
    for (uint32_t i = 0; i < 100; i++) {
        const struct policy policy =
            policy_of(LONG_CAMERA, RETENTION_DAYS, 70 + i);
        CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    }
    CHECK(keyring_epoch(bench.keyring) <= epoch + KEY_ORDER_BURST);
    epoch = keyring_epoch(bench.keyring);
    CHECK(keyring_rotation_in_us(bench.keyring) ==
          TOKEN_S * (int64_t)SECOND_US);
    bench_run_s(&bench, TOKEN_S);
    CHECK(keyring_epoch(bench.keyring) == epoch + 1);
    /* The last word holds, and has not to be said again. */
    const struct policy last = policy_of(LONG_CAMERA, RETENTION_DAYS, 169);
    CHECK_OK(keyring_set_policies(bench.keyring, &last, 1));
    CHECK(keyring_epoch(bench.keyring) == epoch + 1);
    /* Orders have tokens of their own. */
    const struct key_order order = order_of(77, NOW_S, NOW_S + 60);
    (void)bench_order(&bench, &order);
}

static void decommission_takes_cameras_and_texts(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_run_s(&bench, 100);
    const uint32_t november = (2026 - 1970) * 12 + 10;
    uint8_t key[MONTH_KEY_SIZE];
    uint8_t fresh[MONTH_KEY_SIZE];
    CHECK_OK(keyring_month_key(bench.keyring, november, key));
    const struct key_order order = {
        .entry = 3, .span = all_time(), .with_text = true};
    struct key_order_result result = bench_order(&bench, &order);
    CHECK(result.seeds > 3);
    struct keyring_unit unit;
    for (int64_t s = NOW_S - 200; s < NOW_S + 100; s++) {
        CHECK(bench_unseal(&bench, LONG_CAMERA, at_s(s), &unit) != STATUS_OK);
        CHECK(bench_unseal(&bench, SHORT_CAMERA, at_s(s), &unit) != STATUS_OK);
    }
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_seal(bench.keyring, LONG_CAMERA,
                              keyring_now(bench.keyring), &unit));
    /* What is written afterwards has a key of its own. */
    CHECK_OK(keyring_month_key(bench.keyring, november, fresh));
    assert_memory_not_equal(key, fresh, sizeof key);
    bench_restart(&bench);
    CHECK(bench_order(&bench, &order).seeds == result.seeds);
    CHECK_OK(keyring_month_key(bench.keyring, november, key));
    assert_memory_equal(key, fresh, sizeof key);
}

/* Where no key for sealing was given out, the row says so. */
static void seeds_without_video_are_marked(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    start_long(&bench);
    bench_jump_s(&bench, 3 * HOUR_S);
    bench_jump_s(&bench, HOUR_S);
    CHECK(seals_at(&bench, NOW_S + 4 * HOUR_S));
    bench_jump_s(&bench, 3 * HOUR_S);
    const struct key_order order = order_of(1, NOW_S, NOW_S + 7 * HOUR_S);
    CHECK(bench_order(&bench, &order).seeds == 7);
    static uint8_t rows[KEY_DEATHS_MESSAGE * DEATH_SIZE];
    struct writer out = writer_on(rows, sizeof rows);
    uint64_t cursor = 0;
    CHECK(keyring_deaths_after(bench.keyring, &cursor, &out) == 3);
    struct reader in = reader_on(writer_written(&out));
    for (int i = 0; i < 3; i++) {
        struct death row;
        CHECK_OK(death_decode(&in, &row));
        CHECK(row.is_unused == (i != 1));
        CHECK(row.seeds == (i == 0 ? 4 : i == 1 ? 1 : 2));
    }
    /* A keeper that was killed does not know what it gave: all near then. */
    bench_restart(&bench);
    const struct key_order next =
        order_of(2, NOW_S + 7 * HOUR_S, NOW_S + 7 * HOUR_S + 1);
    (void)bench_order(&bench, &next);
    out = writer_on(rows, sizeof rows);
    CHECK(keyring_deaths_after(bench.keyring, &cursor, &out) == 1);
    in = reader_on(writer_written(&out));
    struct death row;
    CHECK_OK(death_decode(&in, &row));
    CHECK(!row.is_unused && row.order_entry == 2);
}

TEST_MAIN("keys/orders", TEST(minutes_die_as_ordered_and_no_others),
          TEST(the_present_hour_goes_on_without_what_died),
          TEST(kept_minutes_die_at_their_hours_time),
          TEST(an_order_is_carried_out_once_and_answered_again),
          TEST(ordered_rotations_are_limited_expiry_is_not),
          TEST(a_root_that_refuses_keeps_orders_waiting),
          TEST(policies_that_change_all_the_time_wait),
          TEST(decommission_takes_cameras_and_texts),
          TEST(seeds_without_video_are_marked))
