/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts while records are written, at every call to the disk and in every
 * way in which a disk forgets. Afterwards:
 *
 *   - every record that was acknowledged opens, with all its samples;
 *   - every record that the store lists opens: a torn one is not listed;
 *   - recording goes on.
 *
 * A writer that acknowledges before its sync must be caught by this very test.
 */
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    ROUNDS = 5,
    ROUND_SAMPLES = 20, /* two records of each camera */
    CAMERAS = 2,
};

static const char DIRECTORY[] = "/volumes";

static size_t cuts; /* since the beginning */

struct outcome {
    uint64_t acknowledged; /* rounds whose records are durable, it was said */
    bool has_run_through;
};

static void record_rounds(struct fake_disk *disk, bool acknowledges_early,
                          struct outcome *outcome)
{
    struct store_fixture fixture;
    *outcome = (struct outcome){0};
    if (fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL) !=
        STATUS_OK)
        return;
    enum status s = STATUS_OK;
    for (uint64_t round = 0; s == STATUS_OK && round < ROUNDS; round++) {
        s = fixture_record(&fixture, CAMERAS, round * ROUND_SAMPLES,
                           (round + 1) * ROUND_SAMPLES - 1);
        if (s == STATUS_OK && acknowledges_early)
            outcome->acknowledged = round + 1;
        if (s == STATUS_OK)
            s = fixture_sync(&fixture);
        if (s == STATUS_OK)
            outcome->acknowledged = round + 1;
    }
    outcome->has_run_through = s == STATUS_OK;
    fixture_close(&fixture);
}

/* Samples of the camera that are there; SIZE_MAX where a listed record does
 * not open. */
static size_t samples_there(struct store_fixture *fixture, uint32_t camera)
{
    size_t samples = 0;
    enum status s =
        fixture_count_samples(fixture, camera, fixture_all(), &samples);
    return s == STATUS_OK ? samples : SIZE_MAX;
}

/* Whether the recovered store keeps its promises. */
static bool keeps_promises(struct fake_disk *disk,
                           const struct outcome *outcome)
{
    struct store_fixture fixture;
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    bool keeps = true;
    size_t promised = (size_t)outcome->acknowledged * ROUND_SAMPLES;
    size_t before[CAMERAS];
    for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
        size_t samples = samples_there(&fixture, camera);
        before[camera - 1] = samples;
        keeps &= samples != SIZE_MAX && samples >= promised;
    }
    uint64_t next = ROUNDS * ROUND_SAMPLES;
    CHECK_OK(fixture_record(&fixture, CAMERAS, next, next + 9));
    CHECK_OK(fixture_sync(&fixture));
    for (uint32_t camera = 1; keeps && camera <= CAMERAS; camera++)
        keeps &= samples_there(&fixture, camera) == before[camera - 1] + 10;
    fixture_close(&fixture);
    return keeps;
}

static struct fake_disk *fresh_disk(void)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(layer->sync_directory(layer, "/"));
    return disk;
}

/* Cuts the power at every call in turn; how many cuts broke a promise. */
static size_t cut_everywhere(enum fake_crash mode, bool acknowledges_early)
{
    size_t broken = 0;
    struct outcome outcome = {0};
    for (size_t n = 1; !outcome.has_run_through; n++) {
        struct fake_disk *disk = fresh_disk();
        fake_disk_power_off_at(disk, n);
        record_rounds(disk, acknowledges_early, &outcome);
        fake_disk_crash(disk, mode, n);
        broken += !keeps_promises(disk, &outcome);
        cuts++;
        fake_disk_destroy(&disk);
    }
    return broken;
}

static void keeps_what_it_acknowledged(void **state)
{
    (void)state;
    size_t broken = 0;
    for (int mode = 0; mode < FAKE_CRASH_MODES; mode++)
        broken += cut_everywhere((enum fake_crash)mode, false);
    crash_tell("records, power cut at every call", NULL, cuts, broken);
    assert_int_equal(broken, 0);
}

static void acknowledging_before_the_sync_is_caught(void **state)
{
    (void)state;
    size_t before = cuts;
    size_t lost = cut_everywhere(FAKE_CRASH_LOSE, true);
    size_t mixed = cut_everywhere(FAKE_CRASH_MIX, true);
    size_t torn = cut_everywhere(FAKE_CRASH_TEAR, true);
    crash_tell("records", "acknowledged before the sync", cuts - before,
               lost + mixed + torn);
    CHECK(lost > 0 && mixed > 0 && torn > 0);
}

TEST_MAIN("crash/volume_power_cut", TEST(keeps_what_it_acknowledged),
          TEST(acknowledging_before_the_sync_is_caught))
