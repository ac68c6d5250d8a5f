/* SPDX-License-Identifier: Apache-2.0 */
/* The disk that other tests trust must itself be trusted. */
#include "support/fake_disk.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "unit/test.h"

enum { SECTOR = 512, SIZE = 64 * SECTOR };

static uint8_t old_bytes[SIZE];
static uint8_t new_bytes[SIZE];

/* A durable file "/f" of old bytes, overwritten with new ones, not synced. */
static void overwrite(const struct file_layer *layer, struct file **file)
{
    memset(old_bytes, 'o', SIZE);
    memset(new_bytes, 'n', SIZE);
    CHECK_OK(file_open(layer, "/f", FILE_READ | FILE_WRITE | FILE_CREATE,
                       file));
    CHECK_OK(layer->sync_directory(layer, "/"));
    CHECK_OK(file_write_at(*file, 0, bytes_of(old_bytes, SIZE)));
    CHECK_OK(file_sync(*file));
    CHECK_OK(file_write_at(*file, 0, bytes_of(new_bytes, SIZE)));
}

static void read_back(const struct file_layer *layer, uint8_t out[SIZE])
{
    uint8_t *content = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(layer, "/f", SIZE, &content, &size));
    assert_int_equal(SIZE, size);
    memcpy(out, content, SIZE);
    alloc_free(content);
}

/* How many sectors came out old, new, and neither. */
struct outcome {
    size_t olds;
    size_t news;
    size_t torn;
};

static struct outcome outcome_of(enum fake_crash mode, uint64_t seed)
{
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    overwrite(layer, &file);
    fake_disk_crash(disk, mode, seed);
    uint8_t got[SIZE];
    CHECK_STATUS(STATUS_IO, file_read_at(file, 0, got, 1));
    read_back(layer, got);
    struct outcome outcome = {0};
    for (size_t i = 0; i < SIZE; i += SECTOR) {
        if (memcmp(got + i, old_bytes, SECTOR) == 0)
            outcome.olds++;
        else if (memcmp(got + i, new_bytes, SECTOR) == 0)
            outcome.news++;
        else
            outcome.torn++;
    }
    return outcome;
}

static void sectors_are_kept_lost_or_torn(void **state)
{
    (void)state;
    struct outcome keep = outcome_of(FAKE_CRASH_KEEP, 1);
    CHECK(keep.news == 64);
    struct outcome lose = outcome_of(FAKE_CRASH_LOSE, 1);
    CHECK(lose.olds == 64);
    struct outcome mix = outcome_of(FAKE_CRASH_MIX, 1);
    CHECK(mix.olds > 10 && mix.news > 10 && mix.torn == 0);
    struct outcome tear = outcome_of(FAKE_CRASH_TEAR, 1);
    CHECK(tear.olds > 5 && tear.news > 5 && tear.torn > 5);
    struct outcome again = outcome_of(FAKE_CRASH_TEAR, 1);
    assert_memory_equal(&tear, &again, sizeof tear);
}

static void what_is_synced_stays(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    overwrite(layer, &file);
    CHECK_OK(file_sync(file));
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    uint8_t got[SIZE];
    read_back(layer, got);
    assert_memory_equal(new_bytes, got, SIZE);
}

static void a_failed_sync_is_final(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    overwrite(layer, &file);
    fake_disk_fail_at(disk, FAKE_SYNC, 1, STATUS_IO);
    CHECK_STATUS(STATUS_IO, file_sync(file));
    CHECK_STATUS(STATUS_IO, file_sync(file)); /* ours stays failed */
    CHECK(file_has_failed_sync(file));
    CHECK_OK(layer->sync(file)); /* the disk says OK, and means nothing */
    uint8_t got[SIZE];
    CHECK_OK(file_read_at(file, 0, got, SIZE)); /* the page cache */
    assert_memory_equal(new_bytes, got, SIZE);
    file_forget_cached(file);
    CHECK_OK(file_read_at(file, 0, got, SIZE)); /* the medium */
    assert_memory_equal(old_bytes, got, SIZE);
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    read_back(layer, got);
    assert_memory_equal(old_bytes, got, SIZE);
}

/* What bypasses the page cache is written again before its sync is repeated. */
static void a_direct_files_sync_may_be_repeated(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(fake_disk_layer(disk), "/direct",
                       FILE_READ | FILE_WRITE | FILE_CREATE | FILE_DIRECT,
                       &file));
    fake_disk_fail_at(disk, FAKE_SYNC, 1, STATUS_IO);
    CHECK_STATUS(STATUS_IO, file_sync(file));
    CHECK_OK(file_sync(file));
    CHECK(!file_has_failed_sync(file));
}

static bool exists(const struct file_layer *layer, const char *path)
{
    AUTO(file_close) struct file *file = NULL;
    return file_open(layer, path, FILE_READ, &file) == STATUS_OK;
}

static void names_need_their_directory_synced(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, "/d"));
    CHECK_OK(file_replace(layer, "/d/kept", bytes_of("x", 1)));
    CHECK_OK(layer->sync_directory(layer, "/"));
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(layer, "/d/lost", FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_sync(file));
    CHECK_OK(layer->rename(layer, "/d/kept", "/d/renamed"));
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    CHECK(exists(layer, "/d/kept"));
    CHECK(!exists(layer, "/d/lost"));
    CHECK(!exists(layer, "/d/renamed"));
    CHECK_OK(layer->rename(layer, "/d/kept", "/d/renamed"));
    CHECK_OK(layer->sync_directory(layer, "/d"));
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    CHECK(!exists(layer, "/d/kept"));
    CHECK(exists(layer, "/d/renamed"));
}

static void direct_writes_are_durable_at_once(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    static uint8_t block[4096] = {1, 2, 3};
    CHECK_OK(file_open(layer, "/f", FILE_WRITE | FILE_CREATE | FILE_DIRECT,
                       &file));
    CHECK_OK(layer->sync_directory(layer, "/"));
    CHECK_OK(file_write_at(file, 0, bytes_of(block, sizeof block)));
    CHECK(fake_disk_contains(disk, bytes_of(block, 3)));
    fake_disk_crash(disk, FAKE_CRASH_LOSE, 1);
    CHECK(fake_disk_contains(disk, bytes_of(block, 3)));
    CHECK(!fake_disk_contains(disk, bytes_of("\7\7\7", 3)));
}

static void calls_fail_as_told(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    overwrite(layer, &file);
    fake_disk_fail_at(disk, FAKE_WRITE, 2, STATUS_NO_SPACE);
    CHECK_OK(file_write_at(file, 0, bytes_of("a", 1)));
    CHECK_OK(file_sync(file));
    CHECK_STATUS(STATUS_NO_SPACE, file_write_at(file, 0, bytes_of("b", 1)));
    CHECK_OK(file_write_at(file, 0, bytes_of("c", 1)));
    fake_disk_power_off_at(disk, 2);
    CHECK_OK(file_write_at(file, 0, bytes_of("d", 1)));
    CHECK_STATUS(STATUS_IO, file_write_at(file, 1, bytes_of("e", 1)));
    CHECK(fake_disk_is_off(disk));
    CHECK_STATUS(STATUS_IO, file_sync(file));
    fake_disk_crash(disk, FAKE_CRASH_KEEP, 1);
    uint8_t got[SIZE];
    read_back(layer, got);
    assert_memory_equal("de", got, 2); /* e was on its way */
}

static void space_is_counted(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    AUTO(file_close) struct file *other = NULL;
    fake_disk_set_capacity(disk, 10 * 4096);
    CHECK_OK(file_open(layer, "/f", FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_open(layer, "/g", FILE_WRITE | FILE_CREATE, &other));
    CHECK_OK(file_preallocate(file, 8 * 4096));
    CHECK_STATUS(STATUS_NO_SPACE, file_preallocate(other, 3 * 4096));
    CHECK_OK(file_punch(file, 100, 2 * 4096)); /* one whole page */
    CHECK_OK(file_preallocate(other, 3 * 4096));
    uint64_t space = 1;
    CHECK_OK(layer->free_bytes(layer, "/", &space));
    CHECK(space == 0);
    CHECK_OK(layer->unlink(layer, "/f"));
    CHECK_OK(layer->free_bytes(layer, "/", &space));
    CHECK(space == 7 * 4096);
}

static void damage_is_done_and_mended(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    AUTO(file_close) struct file *file = NULL;
    overwrite(layer, &file);
    CHECK_OK(file_sync(file));
    AUTO(fake_disk_destroy) struct fake_disk *copy = fake_disk_copy(disk);
    fake_disk_break_sectors(disk, "/f", 700, 10);
    uint8_t got[SIZE];
    CHECK_OK(file_read_at(file, 0, got, 512));
    CHECK_STATUS(STATUS_IO, file_read_at(file, 512, got, 1));
    CHECK_OK(file_read_at(file, 1024, got, 512));
    CHECK_OK(file_write_at(file, 512, bytes_of(new_bytes, 512)));
    CHECK_OK(file_read_at(file, 0, got, SIZE));
    fake_disk_flip(disk, "/f", 3, 1);
    CHECK_OK(file_read_at(file, 0, got, SIZE));
    CHECK((got[3] ^ new_bytes[3]) == 0xff);
    read_back(fake_disk_layer(copy), got);
    assert_memory_equal(new_bytes, got, SIZE);
}

/* A replaced file is the old one or the new one, wherever the power goes. */
static void replacing_a_file_survives_every_crash(void **state)
{
    (void)state;
    for (size_t n = 1; n < 20; n++) {
        for (uint64_t seed = 0; seed < 40; seed++) {
            AUTO(fake_disk_destroy) struct fake_disk *disk =
                fake_disk_create();
            const struct file_layer *layer = fake_disk_layer(disk);
            CHECK_OK(file_replace(layer, "/f", bytes_of("old", 3)));
            fake_disk_power_off_at(disk, n);
            enum status s = file_replace(layer, "/f", bytes_of("new!", 4));
            fake_disk_crash(disk, (enum fake_crash)(seed % FAKE_CRASH_MODES),
                            seed);
            uint8_t *content = NULL;
            size_t size = 0;
            CHECK_OK(file_read_all(layer, "/f", 4, &content, &size));
            bool is_new = size == 4 && memcmp(content, "new!", 4) == 0;
            bool is_old = size == 3 && memcmp(content, "old", 3) == 0;
            alloc_free(content);
            CHECK(s == STATUS_OK ? is_new : is_new || is_old);
        }
    }
}

TEST_MAIN("support/fake_disk", TEST(sectors_are_kept_lost_or_torn),
          TEST(what_is_synced_stays), TEST(a_failed_sync_is_final),
          TEST(a_direct_files_sync_may_be_repeated),
          TEST(names_need_their_directory_synced),
          TEST(direct_writes_are_durable_at_once), TEST(calls_fail_as_told),
          TEST(space_is_counted), TEST(damage_is_done_and_mended),
          TEST(replacing_a_file_survives_every_crash))
