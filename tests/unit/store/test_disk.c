/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk.h"

#include <string.h>

#include "support/fake_disk.h"
#include "unit/test.h"

enum { VOLUME_BYTES = 32 * 1024 * 1024 };

/* One disk at /d, and the book that the vault keeps of it. */
struct rig {
    struct fake_disk *disk;
    struct disk_book book;
};

static void rig_make(struct rig *rig)
{
    *rig = (struct rig){.disk = fake_disk_create()};
    const struct file_layer *layer = fake_disk_layer(rig->disk);
    CHECK_OK(layer->make_directory(layer, "/d"));
}

/* A start: the state in which the disk is found. */
static enum disk_state start_as(struct rig *rig, const char *id)
{
    const struct disk_options options = {fake_disk_layer(rig->disk), id,
                                         "/d"};
    struct disk disk;
    CHECK_OK(disk_open(&disk, &rig->book, &options, VOLUME_BYTES));
    enum disk_state state = disk.state;
    CHECK(disk_is_writable(&disk) == (state == DISK_OK));
    CHECK(state != DISK_OK || disk_is_there(&disk));
    disk_close(&disk);
    rig->book.is_there = true;
    return state;
}

static enum status accept(struct rig *rig, bool is_read_only,
                          enum disk_state *out)
{
    const struct disk_options options = {fake_disk_layer(rig->disk), "d1",
                                         "/d"};
    struct disk disk;
    CHECK_OK(disk_open(&disk, &rig->book, &options, VOLUME_BYTES));
    enum status s = disk_accept(&disk, &rig->book, is_read_only);
    *out = disk.state;
    disk_close(&disk);
    return s;
}

static void its_generation_rises(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    CHECK(rig.book.disk_count == 1 && rig.book.disks[0].generation == 3);
    /* Power went between disk and book. */
    rig.book.disks[0].generation = 2;
    CHECK(start_as(&rig, "d1") == DISK_OK);
    CHECK(rig.book.disks[0].generation == 4);
    fake_disk_destroy(&rig.disk);
}

static void a_lost_book_believes_the_disk(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    CHECK(start_as(&rig, "d0") == DISK_OK);
    CHECK(start_as(&rig, "d0") == DISK_OK);
    struct disk_book before = rig.book;
    rig.book = (struct disk_book){0};
    CHECK(start_as(&rig, "d0") == DISK_OK);
    CHECK(memcmp(before.installation, rig.book.installation,
                 INSTALLATION_ID_SIZE) == 0);
    CHECK(rig.book.disks[0].generation == 3);
    fake_disk_destroy(&rig.disk);
}

static void an_old_copy_is_stale(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    struct fake_disk *copy = fake_disk_copy(rig.disk);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    fake_disk_destroy(&rig.disk);
    rig.disk = copy;
    size_t syncs = fake_disk_syncs(rig.disk);
    CHECK(start_as(&rig, "d1") == DISK_STALE);
    CHECK(fake_disk_syncs(rig.disk) == syncs); /* not touched */
    enum disk_state now = DISK_OK;
    CHECK_OK(accept(&rig, true, &now));
    CHECK(now == DISK_READ_ONLY);
    CHECK(start_as(&rig, "d1") == DISK_READ_ONLY);
    CHECK_OK(accept(&rig, false, &now));
    CHECK(now == DISK_OK);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    fake_disk_destroy(&rig.disk);
}

static void a_mount_point_without_its_disk_is_missing(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    fake_disk_destroy(&rig.disk);
    rig.disk = fake_disk_create();
    CHECK(start_as(&rig, "d1") == DISK_MISSING); /* not even the directory */
    const struct file_layer *layer = fake_disk_layer(rig.disk);
    CHECK_OK(layer->make_directory(layer, "/d"));
    CHECK(start_as(&rig, "d1") == DISK_MISSING); /* empty */
    struct file *identity = NULL;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 file_open(layer, "/d/identity", FILE_READ, &identity));
    enum disk_state now = DISK_OK;
    CHECK_STATUS(STATUS_NOT_FOUND, accept(&rig, true, &now));
    CHECK_OK(accept(&rig, false, &now)); /* a fresh disk in its place */
    CHECK(start_as(&rig, "d1") == DISK_OK);
    fake_disk_destroy(&rig.disk);
}

static void a_new_disk_waits_for_a_word(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    struct fake_disk *first = rig.disk;
    struct disk_book book = rig.book;
    rig_make(&rig);
    rig.book = book;
    CHECK(start_as(&rig, "d2") == DISK_NEW);
    CHECK(rig.book.disk_count == 1);
    fake_disk_destroy(&rig.disk);
    fake_disk_destroy(&first);
}

static void strangers_are_not_touched(void **state)
{
    (void)state;
    struct rig ours;
    struct rig theirs;
    rig_make(&ours);
    rig_make(&theirs);
    CHECK(start_as(&ours, "d1") == DISK_OK);
    CHECK(start_as(&theirs, "d1") == DISK_OK);
    struct fake_disk *swapped = ours.disk;
    ours.disk = theirs.disk;
    CHECK(start_as(&ours, "d1") == DISK_STRANGER);
    enum disk_state now = DISK_OK;
    CHECK_STATUS(STATUS_NOT_FOUND, accept(&ours, true, &now));
    CHECK(start_as(&theirs, "d1") == DISK_OK); /* as it was */
    /* Our own disk under another of our names. */
    ours.disk = swapped;
    CHECK(start_as(&ours, "d2") == DISK_STRANGER);
    fake_disk_flip(ours.disk, "/d/identity", 3, 1);
    CHECK(start_as(&ours, "d1") == DISK_STRANGER);
    CHECK_OK(accept(&ours, false, &now));
    CHECK(start_as(&ours, "d1") == DISK_OK);
    fake_disk_destroy(&ours.disk);
    fake_disk_destroy(&theirs.disk);
}

static void a_disk_that_went_is_noticed(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    const struct file_layer *layer = fake_disk_layer(rig.disk);
    const struct disk_options options = {layer, "d1", "/d"};
    struct disk disk;
    CHECK_OK(disk_open(&disk, &rig.book, &options, VOLUME_BYTES));
    CHECK(disk_is_there(&disk));
    CHECK_OK(layer->unlink(layer, "/d/identity"));
    CHECK(!disk_is_there(&disk));
    disk_close(&disk);
    fake_disk_destroy(&rig.disk);
}

/* Shares by size; the loss of one disk moves its own cameras only. */
static void cameras_spread_and_stay(void **state)
{
    (void)state;
    enum { DISKS = 3, CAMERAS = 3000 };
    struct disk disks[DISKS];
    size_t shares[DISKS] = {0};
    for (size_t i = 0; i < DISKS; i++) {
        disks[i] = (struct disk){.bytes = (i + 1) << 40};
        memset(disks[i].uuid, (int)(i * 77 + 5), DISK_UUID_SIZE);
    }
    for (uint32_t camera = 1; camera <= CAMERAS; camera++) {
        struct disk *order[DISKS_MAX];
        CHECK(disk_order(disks, DISKS, camera, order) == DISKS);
        shares[order[0] - disks]++;
        struct disk *second = order[1];
        struct disk *first = order[0];
        disks[1].state = DISK_STALLED;
        CHECK(disk_order(disks, DISKS, camera, order) == DISKS - 1);
        CHECK(order[0] == (first == &disks[1] ? second : first));
        disks[1].state = DISK_OK;
    }
    for (size_t i = 0; i < DISKS; i++) {
        size_t right = CAMERAS * (i + 1) / 6;
        CHECK(shares[i] > right * 8 / 10 && shares[i] < right * 12 / 10);
    }
}

static void the_book_comes_back(void **state)
{
    (void)state;
    struct rig rig;
    rig_make(&rig);
    const struct file_layer *layer = fake_disk_layer(rig.disk);
    CHECK(start_as(&rig, "d1") == DISK_OK);
    struct pool_rate *pool = disk_book_pool(&rig.book, 30);
    *pool = (struct pool_rate){30, 9, 2250000, 86400};
    CHECK_OK(disk_book_write(&rig.book, layer, "/book"));
    struct disk_book found;
    CHECK_OK(disk_book_read(&found, layer, "/book"));
    CHECK(found.is_there && memcmp(&found, &rig.book, sizeof found) == 0);
    uint64_t size = 0;
    struct file *file = NULL;
    CHECK_OK(file_open(layer, "/book", FILE_READ, &file));
    CHECK_OK(file_size(file, &size));
    file_close(&file);
    for (uint64_t i = 0; i < size; i++) {
        fake_disk_flip(rig.disk, "/book", i, 1);
        CHECK_STATUS(STATUS_CORRUPT, disk_book_read(&found, layer, "/book"));
        CHECK(found.is_there && found.disk_count == 0);
        fake_disk_flip(rig.disk, "/book", i, 1);
    }
    CHECK_OK(disk_book_read(&found, layer, "/none"));
    CHECK(!found.is_there);
    fake_disk_destroy(&rig.disk);
}

TEST_MAIN("store/disk", TEST(its_generation_rises),
          TEST(a_lost_book_believes_the_disk), TEST(an_old_copy_is_stale),
          TEST(a_mount_point_without_its_disk_is_missing),
          TEST(a_new_disk_waits_for_a_word), TEST(strangers_are_not_touched),
          TEST(a_disk_that_went_is_noticed), TEST(cameras_spread_and_stay),
          TEST(the_book_comes_back))
