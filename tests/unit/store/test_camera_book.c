/* SPDX-License-Identifier: Apache-2.0 */
#include "store/camera_book.h"

#include <string.h>

#include "base/alloc.h"
#include "support/fake_disk.h"
#include "unit/test.h"

static const char PATH[] = "/cameras";

static void fill(struct camera_book *book)
{
    static const uint8_t record[] = {1, 2, 3};
    for (uint32_t camera = 1; camera <= 3; camera++) {
        struct camera_page *page = NULL;
        CHECK_OK(camera_book_add(book, camera,
                                 (struct wall_time){camera * 10}, &page));
        page->covered.us = camera * 100;
        const struct codec_config config = {
            .codec = CODEC_H265,
            .width = (uint16_t)(camera * 2),
            .height = 480,
            .record = {record, camera == 2 ? 0 : sizeof record},
        };
        CHECK(camera_page_set_config(page, &config));
        CHECK(!camera_page_set_config(page, &config)); /* as before */
    }
}

static void round_trip(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct camera_book book;
    CHECK_OK(camera_book_read(&book, layer, PATH)); /* none yet: empty */
    CHECK(book.count == 0);
    fill(&book);
    CHECK_OK(camera_book_write(&book, layer, PATH));
    camera_book_deinit(&book);

    CHECK_OK(camera_book_read(&book, layer, PATH));
    CHECK(book.count == 3);
    const struct camera_page *page = camera_book_find(&book, 3);
    CHECK(page->added.us == 30 && page->covered.us == 300);
    CHECK(page->config.codec == CODEC_H265 && page->config.width == 6);
    CHECK(page->config.record.size == 3);
    assert_memory_equal(page->config.record.data, "\1\2\3", 3);
    CHECK(camera_book_find(&book, 2)->config.record.size == 0);
    CHECK(camera_book_find(&book, 4) == NULL);
    camera_book_deinit(&book);
    fake_disk_destroy(&disk);
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    struct camera_book book = {0};
    fill(&book);
    CHECK_OK(camera_book_write(&book, layer, PATH));
    camera_book_deinit(&book);
    uint8_t *content = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(layer, PATH, 4096, &content, &size));
    struct file *file = NULL;
    CHECK_OK(file_open(layer, PATH, FILE_WRITE | FILE_READ, &file));
    for (size_t bit = 0; bit < 8 * size; bit++) {
        content[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_OK(file_write_at(file, 0, bytes_of(content, size)));
        CHECK_STATUS(STATUS_CORRUPT, camera_book_read(&book, layer, PATH));
        content[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    file_close(&file);
    alloc_free(content);
    fake_disk_destroy(&disk);
}

/* Whatever the crash while it is replaced: the old book or the new one. */
static void every_crash_leaves_a_book(void **state)
{
    (void)state;
    for (int mode = 0; mode < FAKE_CRASH_MODES; mode++) {
        for (size_t n = 1; n < 12; n++) {
            struct fake_disk *disk = fake_disk_create();
            const struct file_layer *layer = fake_disk_layer(disk);
            struct camera_book book = {0};
            fill(&book);
            CHECK_OK(camera_book_write(&book, layer, PATH));
            book.pages[0]->covered.us = 777;
            fake_disk_power_off_at(disk, n);
            enum status s = camera_book_write(&book, layer, PATH);
            camera_book_deinit(&book);
            fake_disk_crash(disk, (enum fake_crash)mode, n);
            CHECK_OK(camera_book_read(&book, layer, PATH));
            CHECK(book.count == 3);
            int64_t covered_us = book.pages[0]->covered.us;
            CHECK(covered_us == 777 || (covered_us == 100 && s != STATUS_OK));
            camera_book_deinit(&book);
            fake_disk_destroy(&disk);
        }
    }
}

TEST_MAIN("store/camera_book", TEST(round_trip),
          TEST(every_flipped_bit_is_noticed),
          TEST(every_crash_leaves_a_book))
