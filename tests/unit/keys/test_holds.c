/* SPDX-License-Identifier: Apache-2.0 */
/* Seeds of holds: when they stand, when they die, and what is refused. */
#include "base/writer.h"
#include "model/hold.h"
#include "unit/keys/keyring_support.h"

enum { HOUR_S = 3600, DAY_S = 86400, KEPT_FOR_S = 2 * HOUR_S };

static const uint32_t SUBJECT = 5 << HOLD_SHIFT | LONG_CAMERA;

/* A span of an hour and a half, which lies in three hours. */
static struct key_hold hold_until(int64_t die_s)
{
    return (struct key_hold){
        .subject = SUBJECT,
        .span = {at_s(NOW_S - HOUR_S - 600), at_s(NOW_S + 100)},
        .die_at = at_s(die_s)};
}

static enum status key_of(struct bench *bench, int64_t s, struct unit_keys *out)
{
    struct keyring_unit unit = {0};
    enum status status =
        keyring_hold_unit(bench->keyring, SUBJECT, at_s(s), all_time(), &unit);
    *out = unit.keys;
    return status;
}

/* Asked again until they stand, as the gate does. */
static void make(struct bench *bench, const struct key_hold *hold)
{
    CHECK_STATUS(STATUS_AGAIN, keyring_hold(bench->keyring, hold));
    CHECK_STATUS(STATUS_AGAIN, keyring_hold(bench->keyring, hold));
    CHECK(keyring_rotation_in_us(bench->keyring) == 0);
    CHECK_OK(keyring_rotate(bench->keyring));
    CHECK_OK(keyring_hold(bench->keyring, hold));
}

/* Seeds of the subject that have died, as the keeper tells. */
static uint32_t told(struct bench *bench, enum cause cause)
{
    static uint8_t rows[KEY_DEATHS_MESSAGE * DEATH_SIZE];
    uint32_t seeds = 0;
    uint64_t cursor = 0;
    struct writer out = writer_on(rows, sizeof rows);
    (void)keyring_deaths_after(bench->keyring, &cursor, &out);
    struct reader in = reader_on(writer_written(&out));
    while (reader_more(&in)) {
        struct death row;
        CHECK_OK(death_decode(&in, &row));
        if (row.subject != SUBJECT)
            continue;
        CHECK(row.cause == cause);
        seeds += row.seeds;
    }
    return seeds;
}

static void they_stand_after_a_rotation_and_die_at_their_own_end(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    struct unit_keys keys;
    struct unit_keys other;
    bench_start(&bench);
    bench_set_policies(&bench);
    const struct key_hold hold = hold_until(NOW_S + KEPT_FOR_S);
    CHECK_STATUS(STATUS_NOT_FOUND, key_of(&bench, NOW_S, &keys));
    make(&bench, &hold);
    CHECK_OK(key_of(&bench, NOW_S, &keys));
    CHECK_OK(key_of(&bench, NOW_S - HOUR_S, &other));
    CHECK(memcmp(&keys, &other, sizeof keys) != 0);
    CHECK_OK(key_of(&bench, NOW_S - 60, &other));
    CHECK(memcmp(&keys, &other, sizeof keys) != 0);
    CHECK_STATUS(STATUS_NOT_FOUND, key_of(&bench, NOW_S - 3 * HOUR_S, &other));
    bench_restart(&bench);
    CHECK_OK(key_of(&bench, NOW_S, &other));
    assert_memory_equal(&keys, &other, sizeof keys);
    bench_jump_s(&bench, KEPT_FOR_S - 60);
    CHECK_OK(key_of(&bench, NOW_S, &other));
    bench_run_s(&bench, 61);
    CHECK_STATUS(STATUS_NOT_FOUND, key_of(&bench, NOW_S, &other));
    assert_int_equal(3, told(&bench, CAUSE_EXPIRED));
    CHECK_STATUS(STATUS_NOT_FOUND, keyring_hold(bench.keyring, &hold));
}

static void nothing_raises_their_end(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    struct unit_keys keys;
    bench_start(&bench);
    bench_set_policies(&bench);
    const struct key_hold hold = hold_until(NOW_S + KEPT_FOR_S);
    const struct key_hold longer = hold_until(NOW_S + DAY_S);
    make(&bench, &hold);
    CHECK_OK(keyring_hold(bench.keyring, &longer));
    /* Nor does a policy of the camera's that keeps for longer. */
    const struct policy policy = policy_of(LONG_CAMERA, RETENTION_DAYS, 90);
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    bench_run_s(&bench, KEPT_FOR_S + 1);
    CHECK_STATUS(STATUS_NOT_FOUND, key_of(&bench, NOW_S, &keys));
    CHECK_STATUS(STATUS_NOT_FOUND, keyring_hold(bench.keyring, &longer));
}

/* K3, with a restart between. */
static void ordered_dead_they_are_never_made_again(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    struct unit_keys keys;
    bench_start(&bench);
    bench_set_policies(&bench);
    const struct key_hold hold = hold_until(NOW_S + KEPT_FOR_S);
    make(&bench, &hold);
    const struct key_order end = {
        .entry = 9, .subject = SUBJECT, .span = all_time()};
    struct key_order_result result = bench_order(&bench, &end);
    assert_int_equal(3, result.seeds);
    assert_int_equal(3, told(&bench, CAUSE_ORDERED));
    for (int i = 0; i < 2; i++) {
        CHECK_STATUS(STATUS_NOT_FOUND, key_of(&bench, NOW_S, &keys));
        CHECK_STATUS(STATUS_NOT_FOUND, keyring_hold(bench.keyring, &hold));
        bench_restart(&bench);
    }
    /* The camera's own hours live. */
    struct keyring_unit unit;
    CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &unit));
}

static void ended_before_they_were_made_they_are_not_made(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    struct unit_keys keys;
    bench_start(&bench);
    bench_set_policies(&bench);
    const struct key_hold hold = hold_until(NOW_S + KEPT_FOR_S);
    const struct key_order end = {
        .entry = 9, .subject = SUBJECT, .span = all_time()};
    CHECK_STATUS(STATUS_AGAIN, keyring_hold(bench.keyring, &hold));
    (void)bench_order(&bench, &end);
    CHECK_STATUS(STATUS_NOT_FOUND, key_of(&bench, NOW_S, &keys));
}

static void what_is_no_hold_is_refused(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    struct keyring_unit unit;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct key_hold hold = hold_until(NOW_S + KEPT_FOR_S);
    const uint32_t subjects[] = {LONG_CAMERA, SUBJECT_TEXT_MONTH,
                                 7 << HOLD_SHIFT, 0};
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct key_hold wrong = hold;
        wrong.subject = subjects[i];
        CHECK_STATUS(STATUS_BAD_INPUT, keyring_hold(bench.keyring, &wrong));
    }
    struct key_hold wrong = hold;
    wrong.span.to = wrong.span.from;
    CHECK_STATUS(STATUS_BAD_INPUT, keyring_hold(bench.keyring, &wrong));
    wrong.span.to = at_s(NOW_S + 33 * DAY_S);
    CHECK_STATUS(STATUS_BAD_INPUT, keyring_hold(bench.keyring, &wrong));
    wrong = hold_until(NOW_S + INT64_C(11) * 366 * DAY_S);
    CHECK_STATUS(STATUS_BAD_INPUT, keyring_hold(bench.keyring, &wrong));
    wrong = hold_until(NOW_S);
    CHECK_STATUS(STATUS_NOT_FOUND, keyring_hold(bench.keyring, &wrong));
    for (uint32_t i = 0; i < KEY_HOLDS_MAX; i++) {
        hold.subject = hold_subject(10 + i, LONG_CAMERA);
        CHECK_STATUS(STATUS_AGAIN, keyring_hold(bench.keyring, &hold));
    }
    hold.subject = hold_subject(9, LONG_CAMERA);
    CHECK_STATUS(STATUS_LIMIT, keyring_hold(bench.keyring, &hold));
    CHECK_OK(keyring_rotate(bench.keyring));
    CHECK_STATUS(STATUS_AGAIN, keyring_hold(bench.keyring, &hold));
    /* Outside what the ticket allows. */
    struct span elsewhere = {at_s(NOW_S + 600), at_s(NOW_S + 900)};
    CHECK_STATUS(STATUS_DENIED,
                 keyring_hold_unit(bench.keyring, hold_subject(10, LONG_CAMERA),
                                   at_s(NOW_S), elsewhere, &unit));
}

/* Killed or out of power at each call of the rotation that makes them: all of
 * them stand or none, and asking again ends well. */
static void a_crash_makes_all_of_them_or_none(void **state)
{
    (void)state;
    const struct key_hold hold = hold_until(NOW_S + KEPT_FOR_S);
    bool is_through = false;
    for (size_t n = 1; !is_through; n++) {
        AUTO(bench_stop) struct bench bench;
        struct unit_keys keys;
        bench_start(&bench);
        bench_set_policies(&bench);
        CHECK_STATUS(STATUS_AGAIN, keyring_hold(bench.keyring, &hold));
        fake_disk_power_off_at(bench.disk, n);
        is_through = keyring_rotate(bench.keyring) == STATUS_OK &&
                     !fake_disk_is_off(bench.disk);
        keyring_close(&bench.keyring);
        fake_disk_crash(bench.disk, FAKE_CRASH_TEAR, n);
        CHECK_OK(bench_open(&bench));
        enum status first = key_of(&bench, NOW_S - HOUR_S - 600, &keys);
        for (int64_t s = NOW_S - HOUR_S; s <= NOW_S; s += HOUR_S)
            CHECK_STATUS(first, key_of(&bench, s, &keys));
        CHECK(first == STATUS_OK || first == STATUS_NOT_FOUND);
        CHECK(first == STATUS_OK || !is_through);
        if (first != STATUS_OK)
            make(&bench, &hold);
        CHECK_OK(keyring_hold(bench.keyring, &hold));
    }
}

TEST_MAIN("keys/holds",
          TEST(they_stand_after_a_rotation_and_die_at_their_own_end),
          TEST(nothing_raises_their_end),
          TEST(ordered_dead_they_are_never_made_again),
          TEST(ended_before_they_were_made_they_are_not_made),
          TEST(what_is_no_hold_is_refused),
          TEST(a_crash_makes_all_of_them_or_none))
