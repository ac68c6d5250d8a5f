/* SPDX-License-Identifier: Apache-2.0 */
/* What clocks that step do to seeds: nothing dies early, nothing stays late. */
#include "base/writer.h"
#include "unit/keys/keyring_support.h"

enum { DAY_S = 86400, KEPT_DAYS = 30, DAYS_CAMERA = 9 };

static void set_policies(struct bench *bench)
{
    const struct policy policies[] = {
        policy_of(DAYS_CAMERA, RETENTION_DAYS, KEPT_DAYS)};
    CHECK_OK(keyring_set_policies(bench->keyring, policies, 1));
}

/* Off, and on again with another boot; the wall clock shows so much more. */
static void reboot(struct bench *bench, int64_t wall_ahead_s)
{
    keyring_close(&bench->keyring);
    bench->boot_id[0]++;
    bench->clock.boot.us = 20 * (int64_t)SECOND_US;
    bench->clock.wall.us += wall_ahead_s * SECOND_US;
    CHECK_OK(bench_open(bench));
}

static bool is_shown(struct bench *bench, int64_t time_s)
{
    struct keyring_unit unit;
    return bench_unseal(bench, DAYS_CAMERA, at_s(time_s), &unit) == STATUS_OK;
}

static bool may_seal(struct bench *bench)
{
    struct keyring_unit unit;
    return keyring_seal(bench->keyring, DAYS_CAMERA,
                        keyring_now(bench->keyring), &unit) == STATUS_OK;
}

static enum pending reason(struct bench *bench)
{
    return keyring_health(bench->keyring).reason;
}

static size_t deaths_of(struct bench *bench)
{
    static uint8_t rows[KEY_DEATHS_MESSAGE * DEATH_SIZE];
    struct writer out = writer_on(rows, sizeof rows);
    uint64_t cursor = 0;
    return keyring_deaths_after(bench->keyring, &cursor, &out);
}

static void forty_days_ahead_hides_and_waits(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench) && is_shown(&bench, NOW_S));
    reboot(&bench, 40 * DAY_S);
    CHECK(!is_shown(&bench, NOW_S));  /* past its period by the later clock */
    CHECK(may_seal(&bench));          /* recording goes on */
    CHECK(deaths_of(&bench) == 0);    /* and nothing has died */
    CHECK(reason(&bench) == PENDING_CLOCK);
    bench_jump_s(&bench, 7200);
    CHECK(deaths_of(&bench) == 0 && reason(&bench) == PENDING_CLOCK);
    /* Confirmed: at once. */
    CHECK(keyring_settle_clock(bench.keyring) == 0);
    CHECK(deaths_of(&bench) > 0 && reason(&bench) == PENDING_NONE);
    CHECK(!is_shown(&bench, NOW_S) && may_seal(&bench));
}

static void forty_days_ahead_was_wrong(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench));
    reboot(&bench, 40 * DAY_S);
    CHECK(may_seal(&bench)); /* under a name 40 days ahead */
    int64_t wrong_s = NOW_S + 40 * DAY_S;
    fake_clock_advance(&bench.clock, 1800 * (int64_t)SECOND_US);
    bench.clock.wall.us -= 40 * DAY_S * (int64_t)SECOND_US;
    int64_t step_us = keyring_settle_clock(bench.keyring);
    CHECK(step_us < -39 * DAY_S * (int64_t)SECOND_US);
    CHECK(is_shown(&bench, NOW_S)); /* nothing had died */
    CHECK(reason(&bench) == PENDING_NONE && may_seal(&bench));
    CHECK(is_shown(&bench, wrong_s));
    /* What has the wrong name is not kept longer for it. */
    for (int day = 0; day <= KEPT_DAYS; day++)
        bench_jump_s(&bench, DAY_S);
    CHECK(!is_shown(&bench, NOW_S) && !is_shown(&bench, wrong_s));
}

static void the_next_boot_has_the_right_clock(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench));
    reboot(&bench, 400 * DAY_S);
    CHECK(may_seal(&bench));
    int64_t wrong_s = NOW_S + 400 * DAY_S;
    reboot(&bench, -400 * DAY_S + 60);
    CHECK(reason(&bench) == PENDING_NONE && may_seal(&bench));
    CHECK(is_shown(&bench, NOW_S) && is_shown(&bench, wrong_s));
    for (int day = 0; day <= KEPT_DAYS; day++)
        bench_jump_s(&bench, DAY_S);
    CHECK(!is_shown(&bench, wrong_s));
}

static void a_day_back_kills_and_keeps_nothing(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench));
    reboot(&bench, -DAY_S);
    CHECK(keyring_health(bench.keyring).behind_us > 0);
    CHECK(is_shown(&bench, NOW_S) && may_seal(&bench));
    CHECK(deaths_of(&bench) == 0);
    /* Thirty-one days of boot time later it is over, whatever the wall says. */
    for (int day = 0; day <= KEPT_DAYS; day++)
        bench_jump_s(&bench, DAY_S);
    CHECK(!is_shown(&bench, NOW_S) && deaths_of(&bench) > 0);
}

static void a_step_while_running_hides_and_waits(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench));
    bench.clock.wall.us += 40 * DAY_S * (int64_t)SECOND_US;
    bench.clock.is_synchronised = true;
    CHECK(!keyring_observe_clock(bench.keyring));
    CHECK(!is_shown(&bench, NOW_S) && may_seal(&bench));
    CHECK(reason(&bench) == PENDING_CLOCK && deaths_of(&bench) == 0);
    /* Put back: as if nothing had been. */
    bench.clock.wall.us -= 40 * DAY_S * (int64_t)SECOND_US;
    CHECK(!keyring_observe_clock(bench.keyring));
    CHECK(is_shown(&bench, NOW_S) && reason(&bench) == PENDING_NONE);
}

static void a_weekend_off_is_borne_out_by_a_time_service(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench));
    for (int day = 1; day < KEPT_DAYS; day++)
        bench_jump_s(&bench, DAY_S);
    reboot(&bench, 3 * DAY_S);
    CHECK(!is_shown(&bench, NOW_S) && reason(&bench) == PENDING_CLOCK);
    bench_jump_s(&bench, 60);
    bench.clock.is_synchronised = true;
    CHECK(keyring_observe_clock(bench.keyring));
    CHECK_OK(keyring_rotate(bench.keyring));
    CHECK(deaths_of(&bench) > 0 && reason(&bench) == PENDING_NONE);
}

/* Killed before it is settled: it waits on. */
static void waiting_outlives_a_restart(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    CHECK(may_seal(&bench));
    reboot(&bench, 40 * DAY_S);
    bench_restart(&bench);
    CHECK(reason(&bench) == PENDING_CLOCK && deaths_of(&bench) == 0);
    reboot(&bench, 60);
    CHECK(reason(&bench) == PENDING_CLOCK && deaths_of(&bench) == 0);
    CHECK(!is_shown(&bench, NOW_S) && may_seal(&bench));
}

/* Three days off, rightly; the clock of the boot after is a minute slow. */
static void a_slow_clock_is_no_wrong_step(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    reboot(&bench, 3 * DAY_S);
    CHECK(may_seal(&bench));
    int64_t named_s = NOW_S + 3 * DAY_S;
    reboot(&bench, -60);
    CHECK(reason(&bench) == PENDING_NONE && may_seal(&bench));
    CHECK(keyring_health(bench.keyring).unconfirmed_us > 0);
    CHECK(keyring_settle_clock(bench.keyring) == 0);
    for (int day = 0; day < KEPT_DAYS; day++)
        bench_jump_s(&bench, DAY_S);
    CHECK(is_shown(&bench, named_s)); /* not a day too early */
    bench_jump_s(&bench, DAY_S);
    CHECK(!is_shown(&bench, named_s));
}

/* A wrong step, and days off the service before the clock is right. */
static void a_late_start_takes_back_too(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    reboot(&bench, 2 * DAY_S);
    CHECK(may_seal(&bench));
    int64_t wrong_s = NOW_S + 2 * DAY_S;
    keyring_close(&bench.keyring);
    bench.boot_id[0]++;
    bench.clock.boot.us = 3 * DAY_S * (int64_t)SECOND_US;
    bench.clock.wall.us = at_s(NOW_S + 3 * DAY_S).us;
    CHECK_OK(bench_open(&bench));
    CHECK(may_seal(&bench));
    for (int day = 3; day <= KEPT_DAYS; day++)
        bench_jump_s(&bench, DAY_S);
    CHECK(!is_shown(&bench, wrong_s));
}

/* An order given while the clock was ahead covers days to come; when that is
 * taken back, these are recorded. */
static void an_order_of_a_wrong_time_stops_no_recording(void **state)
{
    (void)state;
    for (int waits = 0; waits < 2; waits++) {
        AUTO(bench_stop) struct bench bench;
        bench_start(&bench);
        set_policies(&bench);
        CHECK(may_seal(&bench));
        reboot(&bench, 40 * DAY_S);
        CHECK(may_seal(&bench));
        const struct key_order order = {
            .entry = 7, .subject = DAYS_CAMERA, .span = all_time()};
        if (waits == 0)
            (void)bench_order(&bench, &order);
        else
            CHECK_OK(keyring_order(bench.keyring, &order));
        bench.clock.wall.us -= 40 * DAY_S * (int64_t)SECOND_US;
        CHECK(keyring_settle_clock(bench.keyring) < 0);
        CHECK(!is_shown(&bench, NOW_S));
        struct key_order_result result;
        CHECK(keyring_take_result(bench.keyring, &result) == (waits == 1));
        /* The hour in which it was ordered is gone for good. */
        for (int hour = 0; hour < 80; hour++) {
            bench_jump_s(&bench, 3600);
            CHECK(may_seal(&bench));
        }
    }
}

/* What was recorded under a name to come is not dropped for a longer period. */
static void a_longer_period_drops_nothing_used(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    reboot(&bench, 7200);
    CHECK(may_seal(&bench));
    int64_t wrong_s = NOW_S + 7200;
    bench.clock.wall.us -= 7200 * (int64_t)SECOND_US;
    CHECK(keyring_settle_clock(bench.keyring) < 0);
    struct keyring_unit before;
    struct keyring_unit after;
    CHECK_OK(bench_unseal(&bench, DAYS_CAMERA, at_s(wrong_s), &before));
    const struct policy longer = policy_of(DAYS_CAMERA, RETENTION_DAYS, 60);
    CHECK_OK(keyring_set_policies(bench.keyring, &longer, 1));
    CHECK_OK(bench_unseal(&bench, DAYS_CAMERA, at_s(wrong_s), &after));
    CHECK(memcmp(&before.keys, &after.keys, sizeof before.keys) == 0);
}

/* Personal text of a month that has not come goes with this month's; and what
 * is written now has a key, whatever a wall clock claims. */
static void personal_text_follows(void **state)
{
    (void)state;
    enum { NOVEMBER = (2026 - 1970) * 12 + 10, FAR_MONTHS = 120 };
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    uint8_t key[MONTH_KEY_SIZE];
    reboot(&bench, 3653 * DAY_S);
    CHECK_OK(keyring_month_key(bench.keyring, NOVEMBER + FAR_MONTHS, key));
    bench.clock.wall.us -= 3653 * DAY_S * (int64_t)SECOND_US;
    CHECK(keyring_settle_clock(bench.keyring) < 0);
    CHECK_OK(keyring_month_key(bench.keyring, NOVEMBER + FAR_MONTHS, key));
    bench_jump_s(&bench, 37 * 31 * DAY_S);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_month_key(bench.keyring, NOVEMBER, key));
    CHECK_STATUS(
        STATUS_NOT_FOUND,
        keyring_month_key(bench.keyring, NOVEMBER + FAR_MONTHS, key));
    bench.clock.wall.us += 3653 * DAY_S * (int64_t)SECOND_US;
    (void)keyring_observe_clock(bench.keyring);
    CHECK_OK(keyring_month_key(bench.keyring, NOVEMBER + 38, key));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_month_key(bench.keyring, NOVEMBER + 37, key));
}

/* Asked over and over: nothing to settle, no erasable memory worn. */
static void settling_nothing_is_free(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    uint64_t epoch = keyring_epoch(bench.keyring);
    for (int i = 0; i < 100; i++)
        CHECK(keyring_settle_clock(bench.keyring) == 0);
    CHECK(keyring_epoch(bench.keyring) == epoch);
}

/* Two people have spoken, and no table can be written: not done, and said so;
 * a restart forgets it. */
static void a_word_counts_when_it_stands_on_the_medium(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    set_policies(&bench);
    reboot(&bench, 40 * DAY_S);
    CHECK(keyring_clock_is_settled(bench.keyring));
    for (int i = 0; i < 2; i++) {
        fake_disk_power_off_at(bench.disk, 1);
        CHECK(keyring_settle_clock(bench.keyring) == 0);
        CHECK(!keyring_clock_is_settled(bench.keyring));
        CHECK(reason(&bench) == PENDING_FAILED);
        bench_restart(&bench);
        CHECK(keyring_health(bench.keyring).unconfirmed_us > 0);
        CHECK(reason(&bench) == PENDING_CLOCK && deaths_of(&bench) == 0);
    }
    /* Refused once, then written: done with the later rotation. */
    fake_disk_fail_at(bench.disk, FAKE_WRITE, 1, STATUS_IO);
    (void)keyring_settle_clock(bench.keyring);
    bench_run_s(&bench, KEYRING_RETRY_S + 1);
    CHECK(keyring_clock_is_settled(bench.keyring));
    CHECK(reason(&bench) == PENDING_NONE);
    bench_restart(&bench);
    CHECK(keyring_health(bench.keyring).unconfirmed_us == 0);
}

TEST_MAIN("keys/clock_steps", TEST(forty_days_ahead_hides_and_waits),
          TEST(forty_days_ahead_was_wrong),
          TEST(the_next_boot_has_the_right_clock),
          TEST(a_day_back_kills_and_keeps_nothing),
          TEST(a_step_while_running_hides_and_waits),
          TEST(a_weekend_off_is_borne_out_by_a_time_service),
          TEST(waiting_outlives_a_restart),
          TEST(a_slow_clock_is_no_wrong_step),
          TEST(a_late_start_takes_back_too),
          TEST(an_order_of_a_wrong_time_stops_no_recording),
          TEST(a_word_counts_when_it_stands_on_the_medium),
          TEST(a_longer_period_drops_nothing_used),
          TEST(personal_text_follows), TEST(settling_nothing_is_free))
