/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sync says, and when it is asked.
 *
 *   - Each sync in turn is refused once, the writer's and those of a sweep that
 *     frees space in the same volume; then power goes. What was acknowledged and
 *     not told as lost is there.
 *   - A recorder is killed before its sync, the kernel's own attempt fails, and
 *     the next start hears of it at any of its syncs. What that start lists and
 *     does not tell as lost survives a power cut.
 *   - Power goes at every call while volumes fill up and get their ends. Every
 *     record that is listed opens: no end without what it lists.
 *
 * Known-bad variants, which the same checks must catch: one that takes the next
 * sync's word after one has failed, and one that writes the end of a volume before
 * its records are synced.
 *
 * CRASH_LONG takes every crash mode with many seeds.
 */
#include <stdlib.h>

#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    CAMERAS = 2,
    ROUNDS = 6,
    ROUND_SAMPLES = 10,
    CALLS_MAX = 2000,
    ROOM_BYTES = 30 * 1024, /* for one record, in a volume made to look full */
    QUICK_SEEDS = 2,
    LONG_SEEDS = 24,
    BAD_SEEDS = 4,
};

static const char DIRECTORY[] = "/volumes";

struct schedule {
    size_t n;
    enum fake_crash mode;
    uint64_t seed;
    bool is_bad;
    bool has_run_through; /* the n-th call never came */
};

static bool is_long(void)
{
    return getenv("CRASH_LONG") != NULL;
}

static struct fake_disk *fresh_disk(void)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(layer->sync_directory(layer, "/"));
    return disk;
}

static size_t samples_of(struct store_fixture *fixture, uint32_t camera)
{
    size_t samples = 0;
    enum status s =
        fixture_count_samples(fixture, camera, fixture_all(), &samples);
    return s == STATUS_OK ? samples : SIZE_MAX;
}

static size_t samples_lost(const struct store_fixture *fixture,
                           uint32_t camera)
{
    size_t samples = 0;
    for (size_t i = 0; i < fixture->lost_count; i++) {
        struct span span = fixture->lost[i].span;
        if (fixture->lost[i].camera == camera)
            samples += (size_t)((span.to.us - span.from.us) /
                                FIXTURE_SAMPLE_US);
    }
    return samples;
}

/* The bad one: what failed is forgotten, and the next sync counts. */
static void forgive(struct store_fixture *fixture)
{
    struct volume_walk walk = {0};
    struct volume *volume = NULL;
    while ((volume = store_next_volume(&fixture->store, &walk)) != NULL)
        atomic_store(&volume->file->has_failed_sync, false);
}

/* Camera 1's first second dies: punched and synced beside the writer. */
static void sweep(struct store_fixture *fixture, bool is_bad)
{
    struct span span = {{FIXTURE_START_US}, {FIXTURE_START_US + SECOND_US}};
    struct punch punch;
    CHECK_OK(store_forget(&fixture->store, 1, span, 1));
    enum status s = STATUS_AGAIN;
    while (s == STATUS_AGAIN) {
        s = store_sweep_next(&fixture->store, &punch);
        punch_run(&punch);
        if (is_bad)
            forgive(fixture);
        store_punched(&fixture->store, &punch);
    }
}

static void sync_all(struct store_fixture *fixture, bool is_bad)
{
    for (unsigned i = 0; i < 3; i++) { /* what failed goes elsewhere */
        disk_writer_run(fixture->store.disks[0].writer, true);
        if (is_bad)
            forgive(fixture);
        fixture->now_us += SECOND_US / 10;
        intake_run(&fixture->intake, (struct boot_time){fixture->now_us});
    }
}

/* ---- a sync that is refused ---- */

static bool holds_after_refusal(struct schedule *schedule)
{
    struct fake_disk *disk = fresh_disk();
    struct store_fixture fixture;
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    size_t before = fake_disk_syncs(disk);
    fake_disk_fail_at(disk, FAKE_SYNC, schedule->n, STATUS_IO);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        CHECK_OK(fixture_record(&fixture, CAMERAS, round * ROUND_SAMPLES,
                                (round + 1) * ROUND_SAMPLES - 1));
        if (round == 2)
            sweep(&fixture, schedule->is_bad);
        sync_all(&fixture, schedule->is_bad);
    }
    schedule->has_run_through = fake_disk_syncs(disk) - before < schedule->n;
    fake_disk_fail_at(disk, 0, 0, STATUS_OK);
    size_t lost = samples_lost(&fixture, 2);
    fixture_close(&fixture);
    fake_disk_crash(disk, schedule->mode, schedule->seed);
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    size_t there = samples_of(&fixture, 2);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
    return there != SIZE_MAX &&
           there + lost >= (size_t)ROUNDS * ROUND_SAMPLES;
}

/* ---- one that nobody heard of ---- */

static bool holds_after_kill(struct schedule *schedule)
{
    struct fake_disk *disk = fresh_disk();
    struct store_fixture fixture;
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    CHECK_OK(fixture_record(&fixture, CAMERAS, 0, ROUND_SAMPLES - 1));
    sync_all(&fixture, false);
    CHECK_OK(fixture_record(&fixture, CAMERAS, ROUND_SAMPLES,
                            2 * ROUND_SAMPLES - 1));
    fixture_close(&fixture); /* written, and never synced */
    size_t before = fake_disk_syncs(disk);
    fake_disk_fail_at(disk, FAKE_SYNC, schedule->n, STATUS_IO);
    size_t listed = 0;
    if (fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL) ==
        STATUS_OK) {
        enum status s = fixture_record(&fixture, CAMERAS, 3 * ROUND_SAMPLES,
                                       4 * ROUND_SAMPLES - 1);
        (void)s; /* its disk may take no part */
        sync_all(&fixture, false);
        listed = samples_of(&fixture, 2);
        fixture_close(&fixture);
    }
    schedule->has_run_through = fake_disk_syncs(disk) - before < schedule->n;
    fake_disk_fail_at(disk, 0, 0, STATUS_OK);
    fake_disk_crash(disk, schedule->mode, schedule->seed);
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    size_t there = samples_of(&fixture, 2);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
    return listed != SIZE_MAX && there != SIZE_MAX && there >= listed;
}

/* ---- ends ---- */

/* The open volume has room for a few records more. */
static void make_nearly_full(struct store_fixture *fixture)
{
    struct volume_walk walk = {0};
    struct volume *volume = NULL;
    while ((volume = store_next_volume(&fixture->store, &walk)) != NULL) {
        if (volume->is_open)
            volume->append_at = volume->header.size - ROOM_BYTES;
    }
}

static void write_ends(struct store_fixture *fixture, bool is_bad)
{
    struct volume_walk walk = {0};
    struct volume *volume = NULL;
    while (is_bad &&
           (volume = store_next_volume(&fixture->store, &walk)) != NULL)
        volume->last_job = 0; /* as if all of it were on the disk */
    (void)store_sweep_all(&fixture->store);
}

static void fill_volumes(struct store_fixture *fixture, bool is_bad,
                         size_t *promised)
{
    for (uint64_t round = 0; round < ROUNDS; round++) {
        enum status s =
            fixture_record(fixture, CAMERAS, round * ROUND_SAMPLES,
                           (round + 1) * ROUND_SAMPLES - 1);
        write_ends(fixture, is_bad); /* between the write and its sync */
        if (s == STATUS_OK)
            s = fixture_sync(fixture);
        if (s != STATUS_OK)
            return;
        *promised = (size_t)(round + 1) * ROUND_SAMPLES;
        if (round % 2 == 0)
            make_nearly_full(fixture);
    }
}

static bool holds_after_cut(struct schedule *schedule)
{
    struct fake_disk *disk = fresh_disk();
    struct store_fixture fixture;
    size_t promised = 0;
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    fixture.sample_bytes = 2000;
    fake_disk_power_off_at(disk, schedule->n);
    fill_volumes(&fixture, schedule->is_bad, &promised);
    schedule->has_run_through = !fake_disk_is_off(disk);
    fixture_close(&fixture);
    fake_disk_crash(disk, schedule->mode, schedule->seed);
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    fixture.sample_bytes = 2000;
    bool holds = true;
    for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
        size_t there = samples_of(&fixture, camera);
        holds &= there != SIZE_MAX && there >= promised;
    }
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
    return holds;
}

/* ---- all of them ---- */

typedef bool holds_fn(struct schedule *schedule);

struct part {
    const char *name;
    holds_fn *holds;
    const char *bad; /* the variant; NULL: none */
};

static const struct part REFUSED = {
    "a sync refused, then a power cut", holds_after_refusal,
    "the next sync is believed"};
static const struct part KILLED = {
    "killed before a sync that fails, then a power cut", holds_after_kill,
    NULL};
static const struct part ENDS = {
    "ends of volumes, power cut at every call", holds_after_cut,
    "the end before its records"};

/* Returns violations; every n until the n-th call does not come. */
static size_t try_all(const struct part *part, bool is_bad, size_t seeds)
{
    size_t schedules = 0;
    size_t violations = 0;
    bool has_run_through = false;
    for (size_t n = 1; !has_run_through && n < CALLS_MAX; n++) {
        for (uint64_t i = 0; i < seeds * FAKE_CRASH_MODES; i++) {
            struct schedule schedule = {
                .n = n,
                .mode = (enum fake_crash)(i % FAKE_CRASH_MODES),
                .seed = n << 8 | i,
                .is_bad = is_bad};
            bool holds = part->holds(&schedule);
            schedules++;
            violations += !holds;
            has_run_through = schedule.has_run_through;
            if (!holds && !is_bad)
                (void)printf("# violation: %s, n %zu, seed %llu\n",
                             part->name, n, (unsigned long long)i);
        }
    }
    crash_tell(part->name, is_bad ? part->bad : NULL, schedules, violations);
    return violations;
}

static void run(const struct part *part)
{
    assert_int_equal(
        try_all(part, false, is_long() ? LONG_SEEDS : QUICK_SEEDS), 0);
    if (part->bad != NULL)
        CHECK(try_all(part, true, BAD_SEEDS) > 0);
}

static void a_failed_sync_stays_failed(void **state)
{
    (void)state;
    run(&REFUSED);
}

static void a_start_asks_the_medium(void **state)
{
    (void)state;
    run(&KILLED);
}

static void no_end_without_its_records(void **state)
{
    (void)state;
    run(&ENDS);
}

TEST_MAIN("crash/volume_syncs", TEST(a_failed_sync_stays_failed),
          TEST(a_start_asks_the_medium), TEST(no_end_without_its_records))
