/* SPDX-License-Identifier: Apache-2.0 */
#include "store/volume_end.h"

#include <string.h>

#include "model/hold.h"
#include "support/fake_disk.h"
#include "unit/test.h"

enum { VOLUME_BYTES = 1024 * 1024, NUMBER = 7 };

/* Rows as they came: of cameras, and of the copies of holds. */
static void its_rows_come_back(void **state)
{
    (void)state;
    struct fake_disk *disk = fake_disk_create();
    struct directory before = {0};
    for (uint32_t i = 0; i < 20; i++) {
        const struct record_row row = {
            .offset = VOLUME_HEADER_SIZE + i * UINT64_C(4096),
            .sequence = i + 1,
            .start = {INT64_C(1790000000000000) + i},
            .duration_us = 900000,
            .camera = i % 2 == 0 ? i + 1 : hold_subject(i, 60000 + i),
            .sealed_size = 3000,
            .samples = 15,
            .gop_place = i,
            .first_number = i * 15,
            .flags = 1,
            .unit_s = 60,
        };
        CHECK_OK(directory_add(&before, &row));
    }
    struct buffer end = buffer_with_limit(SIZE_MAX);
    volume_end_encode(&before, NUMBER, &end);
    CHECK_OK(buffer_status(&end));
    CHECK(end.size == volume_end_size(before.count));
    struct file *file = NULL;
    CHECK_OK(file_open(fake_disk_layer(disk), "/v",
                       FILE_READ | FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_preallocate(file, VOLUME_BYTES));
    CHECK_OK(file_write_at(file, VOLUME_BYTES - end.size,
                           buffer_bytes(&end)));
    struct directory after = {0};
    CHECK_OK(volume_end_read(file, VOLUME_BYTES, NUMBER, &after));
    CHECK(after.count == before.count);
    for (size_t i = 0; i < after.count; i++) {
        CHECK(after.rows[i].camera == before.rows[i].camera);
        CHECK(after.rows[i].offset == before.rows[i].offset);
        CHECK(after.rows[i].sequence == before.rows[i].sequence);
        CHECK(after.rows[i].first_number == before.rows[i].first_number);
    }
    struct directory none = {0};
    CHECK_STATUS(STATUS_NOT_FOUND, volume_end_read(file, VOLUME_BYTES,
                                                   NUMBER + 1, &none));
    directory_deinit(&before);
    directory_deinit(&after);
    buffer_deinit(&end);
    file_close(&file);
    fake_disk_destroy(&disk);
}

TEST_MAIN("store/volume_end", TEST(its_rows_come_back))
