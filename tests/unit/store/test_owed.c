/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deaths that a disk missed, because it was away, refused, or was writing the
 * dead record just then: it owes them, over any number of starts, and pays when
 * it is there: space, directory and runs.
 */
#include <stdio.h>
#include <string.h>

#include "store/disk_identity.h"
#include "store/store.h"
#include "support/fake_disk.h"
#include "support/store_fixture.h"
#include "unit/test.h"

enum { DISKS = 2, CAMERAS = 6, SAMPLES = 100, DEATHS_EPOCH = 7 };

struct rig {
    struct fake_disk *disks[DISKS];
    struct fake_disk *away; /* what stands where the second disk was */
    struct fake_disk *book;
    struct store_fixture fixture;
    bool is_away;
    char directory[128];
    char index[160];
};

static struct span seconds(int64_t from_s, int64_t to_s)
{
    return (struct span){{FIXTURE_START_US + from_s * SECOND_US},
                         {FIXTURE_START_US + to_s * SECOND_US}};
}

static const struct span LONG_AGO = {
    {INT64_MIN / 4}, {FIXTURE_START_US + 5 * (int64_t)SECOND_US}};

static void start(struct rig *rig, bool has_index)
{
    const struct disk_options options[DISKS] = {
        {fake_disk_layer(rig->disks[0]), "d1", "/d"},
        {fake_disk_layer(rig->is_away ? rig->away : rig->disks[1]), "d2",
         "/d"},
    };
    const struct fixture_disks disks = {
        .disks = options,
        .count = DISKS,
        .book_layer = fake_disk_layer(rig->book),
        .book_path = "/book",
        .index_path = has_index ? rig->index : NULL,
    };
    CHECK_OK(fixture_open_disks(&rig->fixture, &disks));
}

/* Disks that have been used before: no camera's place is by chance. */
static void put_identity(struct fake_disk *disk, size_t slot)
{
    const struct disk_identity identity = {
        .installation = {7},
        .uuid = {(uint8_t)(slot * 77 + 5)},
        .slot = (uint16_t)slot,
        .generation = 1,
    };
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, "/d"));
    CHECK_OK(disk_identity_write(layer, "/d", &identity));
}

static void make(struct rig *rig, bool has_index)
{
    *rig = (struct rig){.book = fake_disk_create(),
                        .away = fake_disk_create()};
    for (size_t i = 0; i < DISKS; i++) {
        rig->disks[i] = fake_disk_create();
        put_identity(rig->disks[i], i);
    }
    test_directory_make(rig->directory, sizeof rig->directory);
    (void)snprintf(rig->index, sizeof rig->index, "%s/runs.db",
                   rig->directory);
    start(rig, has_index);
    CHECK_OK(fixture_record(&rig->fixture, CAMERAS, 0, SAMPLES - 1));
    CHECK_OK(fixture_sync(&rig->fixture));
    for (size_t i = 0; i < DISKS; i++) /* each has something of them */
        CHECK(rig->fixture.store.disks[i].set.count > 0);
}

static void destroy(struct rig *rig)
{
    fixture_close(&rig->fixture);
    for (size_t i = 0; i < DISKS; i++)
        fake_disk_destroy(&rig->disks[i]);
    fake_disk_destroy(&rig->away);
    fake_disk_destroy(&rig->book);
    test_directory_remove(rig->directory);
}

/* The first half of each camera dies. */
static void die(struct rig *rig)
{
    struct store *store = &rig->fixture.store;
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        CHECK_OK(store_forget(store, camera, seconds(0, 5), DEATHS_EPOCH));
    store_note_epoch(store, DEATHS_EPOCH);
    (void)store_sweep_all(store);
}

/* As the vault does where the keeper has said what lives. */
static void pay(struct rig *rig)
{
    struct store *store = &rig->fixture.store;
    store_begin_to_pay(store);
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        CHECK_OK(store_forget_late(store, camera, LONG_AGO, 9));
    store_pay(store);
    (void)store_sweep_all(store);
}

static bool owes(struct rig *rig)
{
    uint64_t epoch = 0;
    bool does = store_owes(&rig->fixture.store, &epoch);
    CHECK(!does || epoch == DEATHS_EPOCH);
    return does;
}

/* Samples in all readable volumes, and the seconds that runs tell of. */
static size_t samples_there(struct rig *rig)
{
    size_t all = 0;
    for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
        size_t samples = 0;
        CHECK_OK(fixture_count_samples(&rig->fixture, camera, fixture_all(),
                                       &samples));
        all += samples;
    }
    return all;
}

static bool tells_of_the_dead(const struct rig *rig)
{
    struct span found;
    bool tells = false;
    for (uint32_t camera = 1; camera <= CAMERAS; camera++)
        tells |= store_spans(&rig->fixture.store, camera, seconds(0, 5),
                             &found, 1) > 0;
    return tells;
}

/* Bytes of a record of the first half on this disk. */
static void dead_bytes(const struct rig *rig, size_t disk, uint8_t out[64])
{
    const struct volume *volume = rig->fixture.store.disks[disk].set.volumes[0];
    CHECK_OK(file_read_at(volume->file,
                          volume->directory.rows[0].offset +
                              RECORD_HEADER_SIZE,
                          out, 64));
}

static void pays_when_it_comes_back(bool has_index)
{
    struct rig rig;
    uint8_t dead[DISKS][64];
    make(&rig, has_index);
    for (size_t i = 0; i < DISKS; i++)
        dead_bytes(&rig, i, dead[i]);
    fixture_close(&rig.fixture);

    rig.is_away = true;
    start(&rig, has_index);
    die(&rig);
    CHECK(!fake_disk_contains(rig.disks[0], bytes_of(dead[0], 64)));
    CHECK(fake_disk_contains(rig.disks[1], bytes_of(dead[1], 64)));
    CHECK(!owes(&rig)); /* nobody here to pay */
    fixture_close(&rig.fixture);

    rig.is_away = false;
    start(&rig, has_index);
    CHECK(owes(&rig));
    fixture_close(&rig.fixture); /* power, before it could */

    start(&rig, has_index);
    CHECK(owes(&rig));
    pay(&rig);
    CHECK(!owes(&rig));
    CHECK(rig.fixture.freed > 0);
    CHECK(!tells_of_the_dead(&rig));
    CHECK(samples_there(&rig) == CAMERAS * SAMPLES / 2);
    CHECK(!fake_disk_contains(rig.disks[1], bytes_of(dead[1], 64)));
    fixture_close(&rig.fixture);

    start(&rig, has_index);
    CHECK(!owes(&rig));
    CHECK(!tells_of_the_dead(&rig));
    CHECK(samples_there(&rig) == CAMERAS * SAMPLES / 2);
    destroy(&rig);
}

static void a_disk_that_was_away_pays(void **state)
{
    (void)state;
    pays_when_it_comes_back(true);
    pays_when_it_comes_back(false);
}

/* It refuses to punch: the next start does it, when the keeper's list of these
 * deaths may be gone. */
static void a_disk_that_refuses_pays_at_the_next_start(void **state)
{
    (void)state;
    struct rig rig;
    make(&rig, false);
    fake_disk_power_off_at(rig.disks[1], 1);
    die(&rig);
    fake_disk_power_off_at(rig.disks[1], 0);
    CHECK(owes(&rig));
    pay(&rig); /* it works again; but not all of it is known to be done */
    CHECK(!owes(&rig));
    fixture_close(&rig.fixture);
    start(&rig, false);
    CHECK(owes(&rig));
    pay(&rig);
    CHECK(!owes(&rig) && !tells_of_the_dead(&rig));
    CHECK(samples_there(&rig) == CAMERAS * SAMPLES / 2);
    fixture_close(&rig.fixture);
    start(&rig, false);
    CHECK(!owes(&rig));
    destroy(&rig);
}

/* A volume that could not be read at this start can be at the next. */
static void a_broken_volume_is_owed(void **state)
{
    (void)state;
    struct rig rig;
    make(&rig, false);
    fixture_close(&rig.fixture);
    start(&rig, false);
    struct catalogue *catalogue = &rig.fixture.store.catalogue;
    const struct catalogue_row row = {
        .number = 1, .class_id = 1, .is_unread = true, .is_broken = true};
    CHECK_OK(catalogue_put(catalogue, &row));
    die(&rig);
    CHECK(owes(&rig));
    pay(&rig); /* but for the broken one */
    CHECK(!owes(&rig));
    fixture_close(&rig.fixture);
    start(&rig, false);
    CHECK(owes(&rig));
    pay(&rig);
    CHECK(!owes(&rig) && !tells_of_the_dead(&rig));
    destroy(&rig);
}

/* The record dies between the writer's hands: it is committed after the sweep
 * has passed, and goes all the same. */
static void a_late_commit_goes(void **state)
{
    (void)state;
    struct rig rig;
    make(&rig, false);
    struct store_fixture *fixture = &rig.fixture;
    fixture->is_frozen[0] = fixture->is_frozen[1] = true;
    CHECK_STATUS(STATUS_IO, fixture_record(fixture, 1, SAMPLES, SAMPLES + 9));
    CHECK(fixture->intake.unwritten == 1);
    CHECK_OK(intake_forget(&fixture->intake, 1, seconds(10, 20),
                           DEATHS_EPOCH));
    CHECK_OK(store_forget(&fixture->store, 1, seconds(10, 20), DEATHS_EPOCH));
    CHECK(store_sweep_all(&fixture->store) == 0);
    CHECK(intake_has_dead(&fixture->intake));
    fixture->is_frozen[0] = fixture->is_frozen[1] = false;
    fixture_pump(fixture, true);
    CHECK(!intake_has_dead(&fixture->intake));
    CHECK(samples_there(&rig) == CAMERAS * SAMPLES + 10); /* too late */
    CHECK(owes(&rig));
    store_begin_to_pay(&fixture->store);
    CHECK_OK(store_forget_late(&fixture->store, 1, seconds(10, 20), 9));
    store_pay(&fixture->store);
    CHECK(store_sweep_all(&fixture->store) == 1);
    CHECK(!owes(&rig));
    CHECK(samples_there(&rig) == CAMERAS * SAMPLES);
    destroy(&rig);
}

/* What waits for a disk goes at once, and is told. */
static void what_waits_dies_waiting(void **state)
{
    (void)state;
    struct rig rig;
    make(&rig, false);
    struct store_fixture *fixture = &rig.fixture;
    for (size_t i = 0; i < DISKS; i++)
        fixture->store.disks[i].state = DISK_FAILED;
    CHECK_STATUS(STATUS_IO, fixture_record(fixture, 1, SAMPLES, SAMPLES + 9));
    CHECK_OK(intake_forget(&fixture->intake, 1, seconds(10, 20),
                           DEATHS_EPOCH));
    CHECK(fixture->intake.unwritten == 0);
    CHECK(fixture->lost_count == 1 &&
          fixture->lost[0].cause == CAUSE_EXPIRED);
    destroy(&rig);
}

TEST_MAIN("store/owed", TEST(a_disk_that_was_away_pays),
          TEST(a_disk_that_refuses_pays_at_the_next_start),
          TEST(a_broken_volume_is_owed), TEST(a_late_commit_goes),
          TEST(what_waits_dies_waiting))
