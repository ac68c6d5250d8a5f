/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directory with which a volume ends, its sums made right: rows that say
 * anything. What is believed lies in the volume, in order.
 *
 * Input: rows of 48 bytes, as they stand in the file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/writer.h"
#include "fuzz/one_file.h"
#include "store/limits.h"
#include "store/volume_end.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROW_BYTES = 48, FOOT_BYTES = 512, NUMBER = 3, VOLUME_BYTES = 1 << 20 };

static uint8_t volume[VOLUME_BYTES];

static void put_end(const uint8_t *data, size_t rows)
{
    size_t used = rows * ROW_BYTES;
    uint8_t *foot = volume + VOLUME_BYTES - FOOT_BYTES;
    memset(volume, 0, sizeof volume);
    if (used > 0)
        memcpy(volume + VOLUME_BYTES - volume_end_size(rows), data, used);
    struct writer w = writer_on(foot, FOOT_BYTES);
    writer_bytes(&w, bytes_of("HEND", 4));
    writer_u32be(&w, 1 << 16);
    writer_u32be(&w, NUMBER);
    writer_u32be(&w, (uint32_t)rows);
    writer_u32be(&w, crc32c(bytes_of(data, used)));
    writer_u32be(&w, crc32c(bytes_of(foot, 20)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 65536)
        return 0;
    put_end(data, size / ROW_BYTES);
    const struct one_file_layer disk = one_file_layer(volume, sizeof volume);
    struct file *file = NULL;
    if (file_open(&disk.layer, "volume", FILE_READ, &file) != STATUS_OK)
        return 0;
    struct directory directory = {0};
    uint64_t from = VOLUME_HEADER_SIZE;
    if (volume_end_read(file, VOLUME_BYTES, NUMBER, &directory) == STATUS_OK) {
        for (size_t i = 0; i < directory.count; i++) {
            const struct record_row *row = &directory.rows[i];
            if (row->offset < from || record_row_end(row) > VOLUME_BYTES)
                abort();
            from = record_row_end(row);
        }
        directory_deinit(&directory);
    }
    file_close(&file);
    return 0;
}
