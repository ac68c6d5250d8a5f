/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single refusals in all that a store does: it is opened, records are written
 * until a volume is full, some die, a volume dies as a whole, all is read
 * through, and it is closed. Every call to the disk in turn is refused with EIO
 * or ENOSPC, and every allocation in turn fails. Then nothing has crashed or
 * leaked, what was acknowledged before and lives is there at the next start, and
 * recording goes on.
 *
 * CRASH_LONG takes every n; else every few.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "store/scrub.h"
#include "support/crash_count.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum {
    CAMERAS = 2,
    BEFORE = 40,  /* samples that were acknowledged */
    AFTER = 140,  /* under the fault: more than a volume holds */
    LARGE_BYTES = 100000, /* ten of them are a record */
    QUICK_STRIDE = 31,
    N_MAX = 100000,
};

static const char DIRECTORY[] = "/volumes";

/* What is refused, once. */
struct fault {
    const char *name;
    unsigned calls; /* 0: an allocation */
    enum status status;
};

static const struct fault FAULTS[] = {
    {"a call refused with EIO", FAKE_ANY, STATUS_IO},
    {"a change refused with ENOSPC", FAKE_WRITE | FAKE_SYNC | FAKE_NAMES,
     STATUS_NO_SPACE},
    {"an allocation fails", 0, STATUS_NO_MEMORY},
};

static struct span seconds(int64_t from_s, int64_t to_s)
{
    return (struct span){{FIXTURE_START_US + from_s * SECOND_US},
                         {FIXTURE_START_US + to_s * SECOND_US}};
}

static size_t samples_of(struct store_fixture *fixture, uint32_t camera,
                         struct span span)
{
    size_t samples = 0;
    CHECK_OK(fixture_count_samples(fixture, camera, span, &samples));
    return samples;
}

static struct fake_disk *disk_with_records(void)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct store_fixture fixture;
    CHECK_OK(layer->make_directory(layer, DIRECTORY));
    CHECK_OK(fixture_open(&fixture, layer, DIRECTORY, NULL));
    fixture.sample_bytes = LARGE_BYTES;
    CHECK_OK(fixture_record(&fixture, CAMERAS, 0, BEFORE - 1));
    CHECK_OK(fixture_sync(&fixture));
    fixture_close(&fixture);
    return disk;
}

static void read_through(struct store *store)
{
    struct scrub *scrub = alloc_zeroed(sizeof *scrub);
    struct volume *volume = NULL;
    if (scrub != NULL && store_borrow(store, 1, &volume) == STATUS_OK &&
        scrub_prepare(scrub, volume, 0) == STATUS_OK)
        scrub_run(scrub);
    if (scrub != NULL)
        scrub_deinit(scrub);
    alloc_free(scrub);
}

/* All that a store does; what fails, fails. */
static void live(struct fake_disk *disk)
{
    struct store_fixture fixture;
    if (fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL) !=
        STATUS_OK)
        return;
    fixture.sample_bytes = LARGE_BYTES;
    for (uint64_t k = BEFORE; k < BEFORE + AFTER; k += 20) {
        enum status s = fixture_record(&fixture, CAMERAS, k, k + 19);
        if (s == STATUS_OK)
            s = fixture_sync(&fixture);
        (void)s; /* recorded or not */
        if (k == BEFORE)
            (void)fixture_forget(&fixture, 1, seconds(0, 1));
    }
    read_through(&fixture.store);
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        (void)fixture_forget(&fixture, camera, seconds(4, 12));
    fixture_close(&fixture);
}

/* Whether what lives is there, and recording goes on. */
static bool is_sound(struct fake_disk *disk)
{
    struct store_fixture fixture;
    CHECK_OK(fixture_open(&fixture, fake_disk_layer(disk), DIRECTORY, NULL));
    fixture.sample_bytes = LARGE_BYTES;
    bool holds = samples_of(&fixture, 2, seconds(0, 4)) == BEFORE &&
                 samples_of(&fixture, 1, seconds(1, 4)) == BEFORE - 10;
    uint64_t next = BEFORE + AFTER + 100;
    CHECK_OK(fixture_record(&fixture, CAMERAS, next, next + 9));
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        holds &= samples_of(&fixture, camera, seconds(28, 29)) == 10;
    fixture_close(&fixture);
    return holds;
}

/* The n-th is refused. False: there were not so many. */
static bool refuse(const struct fault *fault, size_t n, size_t *violations)
{
    struct fake_disk *disk = disk_with_records();
    size_t before = fake_disk_calls(disk);
    if (fault->calls != 0)
        fake_disk_fail_at(disk, fault->calls, n, fault->status);
    else
        (void)alloc_fail_at(n);
    live(disk);
    bool was_called = fault->calls == 0
                          ? alloc_fail_at(0) == 0
                          : n <= fake_disk_calls(disk) - before;
    fake_disk_fail_at(disk, 0, 0, STATUS_OK);
    bool holds = is_sound(disk);
    if (!holds)
        (void)printf("# violation: %s, n %zu\n", fault->name, n);
    *violations += !holds;
    fake_disk_destroy(&disk);
    return was_called;
}

static void refuse_all(const struct fault *fault)
{
    size_t stride = getenv("CRASH_LONG") != NULL ? 1 : QUICK_STRIDE;
    size_t schedules = 0;
    size_t violations = 0;
    for (size_t n = 1; n < N_MAX && refuse(fault, n, &violations);
         n += stride)
        schedules++;
    crash_tell(fault->name, NULL, schedules, violations);
    CHECK(schedules > 5 && violations == 0);
}

static void every_call_is_refused_with_eio(void **state)
{
    (void)state;
    refuse_all(&FAULTS[0]);
}

static void every_change_is_refused_with_enospc(void **state)
{
    (void)state;
    refuse_all(&FAULTS[1]);
}

static void every_allocation_fails(void **state)
{
    (void)state;
    refuse_all(&FAULTS[2]);
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
    fixture.sample_bytes = LARGE_BYTES;
    CHECK(samples_of(&fixture, 1, fixture_all()) +
              samples_of(&fixture, 2, fixture_all()) ==
          2 * BEFORE - 10);
    fixture_close(&fixture);
    fake_disk_destroy(&disk);
}

TEST_MAIN("crash/volume_faults", TEST(every_call_is_refused_with_eio),
          TEST(every_change_is_refused_with_enospc),
          TEST(every_allocation_fails), TEST(a_bad_sector_costs_its_records))
