/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trusted clock under random histories against a true time that only this
 * test knows; and a keyring through the dates that clocks stumble over.
 *
 * What is assumed of the world: people confirm, and a time service steers, only
 * a wall clock that is right. Everything else (steps, reboots, hours off, lost
 * tables, restarts) comes in any order.
 */
#include <stdlib.h>
#include <time.h>

#include "unit/keys/keyring_support.h"

enum {
    HISTORIES = 400,
    EVENTS = 60,
    DAY_S = 86400,
    LIMIT_S = CLOCK_STEP_MAX_S,
    DAYS_CAMERA = 9,
};

/* ---- random histories ----------------------------------------------------- */

struct world {
    uint64_t random;
    int64_t true_us;
    int64_t wall_us;
    int64_t boot_us;
    bool is_steered; /* by a time service: only while the wall clock is right */
    uint8_t boot_id[BOOT_ID_SIZE];
    struct trusted_clock clock;
    struct trusted_mark mark; /* of the last table */
    int64_t least_us;         /* earliest may never be behind this */
    int64_t reboots;          /* each may add LIMIT_S without a witness */
};

static uint64_t draw(struct world *world, uint64_t below)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return world->random % below;
}

static struct clock_reading reading_of(const struct world *world)
{
    return (struct clock_reading){
        {world->boot_us}, {world->wall_us}, world->is_steered};
}

static void pass(struct world *world, int64_t us)
{
    world->true_us += us;
    world->wall_us += us;
    world->boot_us += us;
}

static void step_wall(struct world *world)
{
    static const int64_t STEPS_S[] = {1,     299,        301,         7200,
                                      DAY_S, 40 * DAY_S, 4000 * DAY_S};
    int64_t by_s = STEPS_S[draw(world, 7)];
    world->wall_us += (draw(world, 2) == 0 ? by_s : -by_s) * SECOND_US;
    world->is_steered = false;
}

static void set_right(struct world *world)
{
    world->wall_us = world->true_us;
    world->is_steered = draw(world, 2) == 0;
}

static void start(struct world *world)
{
    const struct clock_reading reading = reading_of(world);
    world->clock =
        trusted_clock_start(&world->mark, world->boot_id, &reading);
}

static void reboot(struct world *world)
{
    pass(world, (int64_t)draw(world, 3 * DAY_S) * SECOND_US);
    world->boot_us = (int64_t)draw(world, 100) * SECOND_US;
    world->boot_id[0]++;
    world->reboots++;
    world->is_steered = world->is_steered && draw(world, 2) == 0;
    start(world);
}

static void write_table(struct world *world)
{
    const struct boot_time boot = {world->boot_us};
    world->mark = trusted_clock_mark(&world->clock, boot);
    world->clock.taken_back_us = 0;
    world->least_us = trusted_clock_earliest(&world->clock, boot).us;
}

static void observe(struct world *world)
{
    const struct clock_reading reading = reading_of(world);
    (void)trusted_clock_observe(&world->clock, &reading);
    /* What the wall clock claims is over is not shown. */
    CHECK(trusted_clock_latest(&world->clock, reading.boot).us >=
          world->wall_us - LIMIT_S * (int64_t)SECOND_US);
}

/* A word that is kept: a settled clock counts once it is in a table. */
static void confirm(struct world *world)
{
    const struct boot_time boot = {world->boot_us};
    world->wall_us = world->true_us;
    const struct clock_reading reading = reading_of(world);
    int64_t before_us = trusted_clock_earliest(&world->clock, boot).us;
    (void)trusted_clock_settle(&world->clock, &reading);
    write_table(world);
    CHECK(!trusted_clock_wants_word(&world->clock));
    int64_t now_us = trusted_clock_now(&world->clock, boot).us;
    CHECK(trusted_clock_earliest(&world->clock, boot).us == now_us);
    CHECK(trusted_clock_latest(&world->clock, boot).us == now_us);
    /* It is the true time, or what could not be taken back. */
    int64_t off_us = now_us - world->true_us;
    CHECK(off_us >= -LIMIT_S * (int64_t)SECOND_US);
    CHECK(off_us <= LIMIT_S * (int64_t)SECOND_US || now_us == before_us);
}

static void happen(struct world *world)
{
    switch (draw(world, 9)) {
    case 0:
        step_wall(world);
        break;
    case 1:
        set_right(world);
        break;
    case 2:
        reboot(world);
        break;
    case 3:
        start(world); /* killed, and back in the same boot */
        break;
    case 4:
        write_table(world);
        break;
    case 5:
        confirm(world);
        break;
    case 6:
        pass(world, (int64_t)draw(world, 40 * DAY_S) * SECOND_US);
        break;
    default:
        pass(world, (int64_t)draw(world, 7200) * SECOND_US);
        observe(world);
        break;
    }
}

static void nothing_dies_early_whatever_happens(void **state)
{
    (void)state;
    for (uint64_t history = 1; history <= HISTORIES; history++) {
        struct world world = {.random = history * 0x9e3779b97f4a7c15u,
                              .true_us = NOW_S * (int64_t)SECOND_US,
                              .boot_us = 50 * (int64_t)SECOND_US};
        world.wall_us = world.true_us; /* the first start believes it */
        start(&world);
        write_table(&world);
        for (int i = 0; i < EVENTS; i++) {
            happen(&world);
            const struct boot_time boot = {world.boot_us};
            int64_t earliest_us =
                trusted_clock_earliest(&world.clock, boot).us;
            int64_t trusted_us = trusted_clock_now(&world.clock, boot).us;
            CHECK(earliest_us <= trusted_us);
            CHECK(trusted_us <= trusted_clock_latest(&world.clock, boot).us);
            /* Nothing dies early, ... */
            CHECK(earliest_us <=
                  world.true_us + (world.reboots + 1) * LIMIT_S * SECOND_US);
            /* ... and what a table knew to be over is over for ever. */
            CHECK(earliest_us >= world.least_us);
        }
    }
}

/* ---- dates ----------------------------------------------------------------- */

static void begin_at(struct bench *bench, int64_t wall_s)
{
    bench_start(bench);
    keyring_close(&bench->keyring);
    fake_disk_destroy(&bench->disk);
    bench->disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(bench->disk);
    CHECK_OK(layer->make_directory(layer, "/keys"));
    CHECK_OK(layer->sync_directory(layer, "/"));
    bench->clock = fake_clock_at(wall_s * SECOND_US);
    CHECK_OK(bench_open(bench));
    const struct policy policies[] = {
        policy_of(SHORT_CAMERA, RETENTION_SECONDS, KEPT_S),
        policy_of(DAYS_CAMERA, RETENTION_DAYS, 1)};
    CHECK_OK(keyring_set_policies(bench->keyring, policies, 2));
}

static bool is_shown(struct bench *bench, uint32_t camera, int64_t time_s)
{
    struct keyring_unit unit;
    return bench_unseal(bench, camera, at_s(time_s), &unit) == STATUS_OK;
}

static bool may_seal(struct bench *bench, uint32_t camera)
{
    struct keyring_unit unit;
    return keyring_seal(bench->keyring, camera, keyring_now(bench->keyring),
                        &unit) == STATUS_OK;
}

/* 2038-01-19T03:14:07Z, and where 32 bits without a sign end. */
static void the_ends_of_32_bits_are_times_like_others(void **state)
{
    (void)state;
    static const int64_t ENDS_S[] = {INT32_MAX, UINT32_MAX};
    for (size_t i = 0; i < 2; i++) {
        AUTO(bench_stop) struct bench bench;
        begin_at(&bench, ENDS_S[i] - 30);
        CHECK(may_seal(&bench, SHORT_CAMERA) && may_seal(&bench, DAYS_CAMERA));
        bench_run_s(&bench, 60);
        CHECK(keyring_now(bench.keyring).us == (ENDS_S[i] + 30) * SECOND_US);
        CHECK(may_seal(&bench, SHORT_CAMERA) && may_seal(&bench, DAYS_CAMERA));
        CHECK(is_shown(&bench, SHORT_CAMERA, ENDS_S[i] - 20));
        bench_restart(&bench);
        CHECK(is_shown(&bench, SHORT_CAMERA, ENDS_S[i] - 20));
        bench_run_s(&bench, KEPT_S + 10);
        CHECK(!is_shown(&bench, SHORT_CAMERA, ENDS_S[i] - 20));
        bench_jump_s(&bench, 2 * DAY_S);
        CHECK(!is_shown(&bench, DAYS_CAMERA, ENDS_S[i] - 20));
    }
}

/* 2016-12-31T23:59:60Z: a wall clock repeats a second, or is a second ahead. */
static void a_leap_second_is_no_step(void **state)
{
    (void)state;
    static const int64_t STEPS[] = {-1, 1};
    enum { LEAP_S = 1483228800 };
    for (size_t i = 0; i < 2; i++) {
        AUTO(bench_stop) struct bench bench;
        begin_at(&bench, LEAP_S - 20);
        bench.clock.is_synchronised = true;
        bench_run_s(&bench, 20);
        CHECK(may_seal(&bench, SHORT_CAMERA));
        bench.clock.wall.us += STEPS[i] * SECOND_US;
        CHECK(!keyring_observe_clock(bench.keyring));
        struct keyring_health health = keyring_health(bench.keyring);
        CHECK(health.claimed_us == 0 && health.behind_us == 0);
        bench_run_s(&bench, KEPT_S - 2);
        CHECK(is_shown(&bench, SHORT_CAMERA, LEAP_S));
        bench_run_s(&bench, 10);
        CHECK(!is_shown(&bench, SHORT_CAMERA, LEAP_S));
        CHECK(may_seal(&bench, SHORT_CAMERA));
    }
}

/* New York, 2026-03-08 and 2026-11-01: a day of 23 hours, and one of 25. The
 * process's zone moves no period: days are Korea's. */
static void daylight_saving_elsewhere_moves_no_end(void **state)
{
    (void)state;
    static const int64_t NOONS_S[] = {1772938800, 1793502000}; /* 12:00 KST */
    CHECK(setenv("TZ", "America/New_York", 1) == 0);
    tzset();
    for (size_t i = 0; i < 2; i++) {
        AUTO(bench_stop) struct bench bench;
        begin_at(&bench, NOONS_S[i]);
        CHECK(may_seal(&bench, DAYS_CAMERA));
        /* The day after, 24:00; the rotation is due at that very moment. */
        bench_jump_s(&bench, 36 * 3600 - 1);
        CHECK(is_shown(&bench, DAYS_CAMERA, NOONS_S[i]));
        bench_jump_s(&bench, 1);
        CHECK(!is_shown(&bench, DAYS_CAMERA, NOONS_S[i]));
    }
    CHECK(unsetenv("TZ") == 0);
    tzset();
}

TEST_MAIN("keys/clock_properties", TEST(nothing_dies_early_whatever_happens),
          TEST(the_ends_of_32_bits_are_times_like_others),
          TEST(a_leap_second_is_no_step),
          TEST(daylight_saving_elsewhere_moves_no_end))
