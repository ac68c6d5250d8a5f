/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that refuses single calls while records are written, forgotten and
 * volumes are opened: nothing crashes, what was acknowledged before is there,
 * and recording goes on with the next call.
 */
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

static const char DIRECTORY[] = "/volumes";
enum { BEFORE = 40, AFTER = 20 };

static struct span seconds(int64_t from_s, int64_t to_s)
{
    return (struct span){{FIXTURE_START_US + from_s * SECOND_US},
                         {FIXTURE_START_US + to_s * SECOND_US}};
}

static size_t samples_of(struct store_fixture *fixture, uint32_t camera)
{
    size_t samples = 0;
    CHECK_OK(
        fixture_count_samples(fixture, camera, fixture_all(), &samples));
    return samples;
}

static struct fake_disk *disk_with_records(void)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct store_fixture fixture;
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(fixture_open(&fixture, layer, DIRECTORY, NULL));
    CHECK_OK(fixture_record(&fixture, 2, 0, BEFORE - 1));
    CHECK_OK(fixture_sync(&fixture));
    fixture_close(&fixture);
    return disk;
}

/* One call of these kinds fails, the n-th; then everything works again. */
static bool try_with_fault(unsigned calls, size_t n, enum status fault)
{
    struct fake_disk *disk = disk_with_records();
    struct store_fixture fixture;
    fake_disk_fail_at(disk, calls, n, fault);
    size_t before = fake_disk_calls(disk);
    enum status s =
        fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL);
    bool was_open = s == STATUS_OK;
    if (was_open) {
        s = fixture_record(&fixture, 2, BEFORE, BEFORE + AFTER - 1);
        (void)fixture_forget(&fixture, 1, seconds(0, 1));
        fixture_close(&fixture);
    }
    size_t used = fake_disk_calls(disk) - before;
    fake_disk_fail_at(disk, 0, 0, STATUS_OK);

    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    CHECK(samples_of(&fixture, 2) >= BEFORE);
    CHECK(samples_of(&fixture, 1) >= BEFORE - 10);
    uint64_t next = BEFORE + AFTER;
    CHECK_OK(fixture_record(&fixture, 2, next, next + 9));
    CHECK(samples_of(&fixture, 1) >= BEFORE);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
    return n <= used;
}

static void one_failing_call_costs_little(void **state)
{
    (void)state;
    for (size_t n = 1; try_with_fault(FAKE_ANY, n, STATUS_IO); n++)
        CHECK(n < 1000);
    for (size_t n = 1; n < 12; n++)
        (void)try_with_fault(FAKE_WRITE, n, STATUS_NO_SPACE);
}

/* A sector that cannot be read any more costs the records that lie on it. */
static void a_bad_sector_costs_its_records(void **state)
{
    (void)state;
    struct fake_disk *disk = disk_with_records();
    fake_disk_break_sectors(disk, "/volumes/class-00001-000001.vol",
                            VOLUME_HEADER_SIZE, 512); /* the first header */
    struct store_fixture fixture;
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    CHECK(samples_of(&fixture, 1) + samples_of(&fixture, 2) ==
          2 * BEFORE - 10);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

TEST_MAIN("crash/volume_faults", TEST(one_failing_call_costs_little),
          TEST(a_bad_sector_costs_its_records))
