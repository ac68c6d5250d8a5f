/* SPDX-License-Identifier: Apache-2.0 */
/* Damage at rest: what the daily scrub finds, and that a rotation heals it. */
#include "unit/keys/keyring_support.h"

static const char *const NAMES[] = {
    "/keys/root-0",   "/keys/root-1",   "/keys/table-0a", "/keys/table-0b",
    "/keys/table-1a", "/keys/table-1b", "/keys/spare-a",  "/keys/spare-b"};

enum { FILES = 8, DAY_S = 86400, SECTOR = 4096 };

static void run_long(struct bench *bench)
{
    bench_start(bench);
    const struct policy policy = policy_of(LONG_CAMERA, RETENTION_DAYS, 60);
    CHECK_OK(keyring_set_policies(bench->keyring, &policy, 1));
    bench_jump_s(bench, 7200);
    const struct key_order order = {
        .entry = 1,
        .subject = LONG_CAMERA,
        .span = {at_s(NOW_S + 600), at_s(NOW_S + 1200)}};
    (void)bench_order(bench, &order);
}

/* A day later: what the scrub found, after it has rotated if need be. */
static uint32_t scrubbed(struct bench *bench)
{
    fake_clock_advance(&bench->clock, DAY_S * (int64_t)SECOND_US);
    if (keyring_scrub(bench->keyring))
        CHECK_OK(keyring_rotate(bench->keyring));
    CHECK(keyring_health(bench->keyring).last_scrub.us ==
          keyring_now(bench->keyring).us);
    return keyring_health(bench->keyring).scrub_damage;
}

static void a_scrub_is_daily_and_finds_nothing_in_whole_files(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    run_long(&bench);
    CHECK(keyring_health(bench.keyring).last_scrub.us == at_s(NOW_S).us);
    CHECK(!keyring_scrub(bench.keyring));
    CHECK(keyring_health(bench.keyring).last_scrub.us == at_s(NOW_S).us);
    CHECK(scrubbed(&bench) == 0);
}

/* Every sector of every file, flipped or unreadable. */
static void any_bad_sector_is_found_and_costs_nothing(void **state)
{
    (void)state;
    size_t found = 0;
    for (unsigned f = 0; f < FILES; f++) {
        for (uint64_t at = 0; at < (f < 2 ? 2 : 5) * SECTOR; at += SECTOR) {
            for (int is_flip = 0; is_flip < 2; is_flip++) {
                AUTO(bench_stop) struct bench bench;
                run_long(&bench);
                struct keyring_unit before;
                struct keyring_unit after;
                CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S),
                                      &before));
                if (is_flip != 0)
                    fake_disk_flip(bench.disk, NAMES[f], at + 20, 1);
                else
                    fake_disk_break_sectors(bench.disk, NAMES[f], at, SECTOR);
                found += scrubbed(&bench);
                CHECK(scrubbed(&bench) == 0);
                bench_restart(&bench);
                CHECK_OK(
                    bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &after));
                assert_memory_equal(&before.keys, &after.keys,
                                    sizeof after.keys);
                CHECK_STATUS(STATUS_NOT_FOUND,
                             bench_unseal(&bench, LONG_CAMERA,
                                          at_s(NOW_S + 600), &after));
            }
        }
    }
    /* Four copies of roots, and one pair of tables is in use: four sectors of
     * five (one is padding), in both ways; the spare only where unwritable. */
    CHECK(found >= 4 * 2 + 2 * 4 * 2);
}

static void a_spare_that_refuses_is_told(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    run_long(&bench);
    fake_clock_advance(&bench.clock, DAY_S * (int64_t)SECOND_US);
    fake_disk_fail_at(bench.disk, FAKE_WRITE, 1, STATUS_IO);
    CHECK(!keyring_scrub(bench.keyring));
    CHECK(keyring_health(bench.keyring).scrub_damage == 1);
}

/* Both copies of one sector: what stood in it is gone, and said; no more than
 * one camera-day, or four chunks of it. */
static void a_sector_gone_in_both_copies_costs_a_camera_day(void **state)
{
    (void)state;
    for (uint64_t block = 0; block < 16; block++) {
        AUTO(bench_stop) struct bench bench;
        run_long(&bench);
        size_t before = 0;
        size_t after = 0;
        uint64_t at = SECTOR + block * 1024 + 100;
        struct keyring_unit unit;
        for (int64_t s = 0; s < 3 * DAY_S; s += 60)
            before += bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S + s),
                                   &unit) == STATUS_OK;
        for (unsigned f = 2; f < FILES; f++)
            fake_disk_flip(bench.disk, NAMES[f], at, 1);
        bench_restart(&bench);
        for (int64_t s = 0; s < 3 * DAY_S; s += 60)
            after += bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S + s),
                                  &unit) == STATUS_OK;
        CHECK(after + DAY_S / 60 >= before);
    }
}

TEST_MAIN("keys/scrub",
          TEST(a_scrub_is_daily_and_finds_nothing_in_whole_files),
          TEST(any_bad_sector_is_found_and_costs_nothing),
          TEST(a_spare_that_refuses_is_told),
          TEST(a_sector_gone_in_both_copies_costs_a_camera_day))
