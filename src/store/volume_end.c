/* SPDX-License-Identifier: Apache-2.0 */
#include "store/volume_end.h"

#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "base/reader.h"
#include "base/writer.h"

enum {
    VERSION = 1,
    ROW_SIZE = 48,
    CAMERA_BITS = 16, /* the hold's number of a copy stands apart */
    FOOT_SIZE = STORE_ALIGNMENT,
    FOOT_USED = 24,
    AT_ONCE_BYTES = 256 * 1024, /* holds the directory of most volumes */
};

static const char MAGIC[4] = {'H', 'E', 'N', 'D'};

static uint64_t rows_size(size_t records)
{
    uint64_t size = (uint64_t)records * ROW_SIZE;
    return (size + STORE_ALIGNMENT - 1) / STORE_ALIGNMENT * STORE_ALIGNMENT;
}

uint64_t volume_end_size(size_t records)
{
    return rows_size(records) + FOOT_SIZE;
}

static void write_row(struct writer *w, const struct record_row *row)
{
    writer_u32be(w, (uint32_t)(row->offset / STORE_ALIGNMENT));
    writer_u16be(w, (uint16_t)row->camera);
    writer_u16be(w, row->flags);
    writer_u64be(w, row->sequence);
    writer_i64be(w, row->start.us);
    writer_u32be(w, row->duration_us);
    writer_u32be(w, row->sealed_size);
    writer_u16be(w, (uint16_t)row->samples);
    writer_u16be(w, row->unit_s);
    writer_u32be(w, row->gop_place);
    writer_u32be(w, row->first_number);
    writer_u32be(w, row->camera >> CAMERA_BITS);
}

static struct record_row read_row(struct reader *r)
{
    struct record_row row = {.offset = (uint64_t)reader_u32be(r) *
                                       STORE_ALIGNMENT};
    row.camera = reader_u16be(r);
    row.flags = reader_u16be(r);
    row.sequence = reader_u64be(r);
    row.start.us = reader_i64be(r);
    row.duration_us = reader_u32be(r);
    row.sealed_size = reader_u32be(r);
    row.samples = reader_u16be(r);
    row.unit_s = reader_u16be(r);
    row.gop_place = reader_u32be(r);
    row.first_number = reader_u32be(r);
    row.camera |= reader_u32be(r) << CAMERA_BITS;
    return row;
}

void volume_end_encode(const struct directory *directory, uint32_t number,
                       struct buffer *out)
{
    buffer_clear(out);
    size_t size = (size_t)volume_end_size(directory->count);
    uint8_t *bytes = buffer_reserve(out, size);
    if (bytes == NULL)
        return;
    struct writer w = writer_on(bytes, size);
    for (size_t i = 0; i < directory->count; i++)
        write_row(&w, &directory->rows[i]);
    size_t used = directory->count * ROW_SIZE;
    writer_zeros(&w, (size_t)rows_size(directory->count) - used);
    uint8_t *foot = bytes + size - FOOT_SIZE;
    writer_bytes(&w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u16be(&w, VERSION);
    writer_u16be(&w, 0);
    writer_u32be(&w, number);
    writer_u32be(&w, (uint32_t)directory->count);
    writer_u32be(&w, crc32c(bytes_of(bytes, used)));
    writer_u32be(&w, crc32c(bytes_of(foot, FOOT_USED - 4)));
    writer_zeros(&w, FOOT_SIZE - FOOT_USED);
}

/* How many rows stand before the foot, and their sum. NOT_FOUND. */
static enum status read_foot(const uint8_t foot[FOOT_SIZE], uint32_t number,
                             uint64_t volume_bytes, uint32_t *count,
                             uint32_t *checksum)
{
    struct reader r = reader_on(bytes_of(foot, FOOT_USED));
    struct bytes magic = reader_bytes(&r, sizeof MAGIC);
    uint32_t version = reader_u32be(&r) >> 16;
    uint32_t volume = reader_u32be(&r);
    *count = reader_u32be(&r);
    *checksum = reader_u32be(&r);
    uint32_t own = reader_u32be(&r);
    if (r.failed || memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 ||
        own != crc32c(bytes_of(foot, FOOT_USED - 4)) || version != VERSION ||
        volume != number || *count > VOLUME_RECORDS_MAX ||
        volume_end_size(*count) > volume_bytes - VOLUME_HEADER_SIZE)
        return STATUS_NOT_FOUND;
    return STATUS_OK;
}

static bool is_plausible(const struct record_row *row, uint64_t from,
                         uint64_t to)
{
    return row->offset >= from && row->unit_s > 0 && row->camera > 0 &&
           row->sealed_size <= RECORD_SEALED_MAX &&
           record_row_end(row) <= to;
}

static enum status read_rows(struct bytes rows, uint64_t end,
                             struct directory *out)
{
    struct directory directory = {0};
    struct reader r = reader_on(rows);
    uint64_t from = VOLUME_HEADER_SIZE;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&r)) {
        struct record_row row = read_row(&r);
        if (!is_plausible(&row, from, end))
            s = STATUS_NOT_FOUND;
        else
            s = directory_add(&directory, &row);
        from = record_row_end(&row);
    }
    if (s == STATUS_OK)
        *out = directory;
    else
        directory_deinit(&directory);
    return s;
}

/* tail: room for the end of the file, of which have bytes are there. */
static enum status read_all(struct file *file, uint64_t volume_bytes,
                            uint32_t number, struct buffer *tail,
                            struct directory *out)
{
    size_t have = volume_bytes < AT_ONCE_BYTES ? (size_t)volume_bytes
                                               : AT_ONCE_BYTES;
    uint8_t *bytes = buffer_reserve(tail, have);
    if (bytes == NULL)
        return STATUS_NO_MEMORY;
    uint32_t count = 0;
    uint32_t checksum = 0;
    if (file_read_at(file, volume_bytes - have, bytes, have) != STATUS_OK)
        return STATUS_NOT_FOUND;
    enum status s = read_foot(bytes + have - FOOT_SIZE, number, volume_bytes,
                              &count, &checksum);
    size_t size = (size_t)volume_end_size(count);
    if (s == STATUS_OK && size > have) {
        buffer_clear(tail);
        bytes = buffer_reserve(tail, size);
        if (bytes == NULL)
            return STATUS_NO_MEMORY;
        if (file_read_at(file, volume_bytes - size, bytes, size) != STATUS_OK)
            return STATUS_NOT_FOUND;
        have = size;
    }
    if (s != STATUS_OK)
        return s;
    struct bytes rows =
        bytes_of(bytes + have - size, (size_t)count * ROW_SIZE);
    if (crc32c(rows) != checksum)
        return STATUS_NOT_FOUND;
    return read_rows(rows, volume_bytes - size, out);
}

enum status volume_end_read(struct file *file, uint64_t volume_bytes,
                            uint32_t number, struct directory *out)
{
    if (volume_bytes < VOLUME_HEADER_SIZE + FOOT_SIZE)
        return STATUS_NOT_FOUND;
    struct buffer tail =
        buffer_with_limit((size_t)volume_end_size(VOLUME_RECORDS_MAX));
    enum status s = read_all(file, volume_bytes, number, &tail, out);
    buffer_deinit(&tail);
    return s;
}
