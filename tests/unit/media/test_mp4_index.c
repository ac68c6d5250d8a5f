/* SPDX-License-Identifier: Apache-2.0 */
#include "media/mp4_index.h"

#include <string.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "unit/media/stream.h"
#include "unit/test.h"

enum { OUTPUT_MAX = 1 << 20, PIECES = 3 };

/* A file of three pieces; *moov: what stands in its last box. */
static void write_file(const struct stream *stream, struct buffer *file,
                       struct bytes *moov)
{
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    CHECK_OK(mp4_create(0, &mp4));
    mp4_begin(file);
    for (int piece = 0; piece < PIECES; piece++) {
        for (size_t i = 0; i < stream->count; i++) {
            struct sample sample = stream->samples[i];
            sample.time_us += piece * INT64_C(3000000);
            CHECK_OK(mp4_add(mp4, &stream->config, &sample));
        }
        CHECK_OK(mp4_piece(mp4, file));
        for (size_t i = 0; i < stream->count; i++)
            buffer_append(file, stream->samples[i].data);
    }
    size_t end = file->size;
    CHECK_OK(mp4_end(mp4, file));
    CHECK(!file->failed);
    *moov = bytes_of(file->data + end + 8, file->size - end - 8);
}

static void every_sample_is_where_it_was_written(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    struct bytes moov;
    struct mp4_index index;
    write_file(stream, &file, &moov);
    CHECK_OK(mp4_index_read(moov, &index));
    CHECK(index.count == PIECES * stream->count);
    CHECK(index.timescale == MP4_TIMESCALE && index.config_count == 1);
    CHECK(index.configs[0].size == stream->config.record.size);
    CHECK(memcmp(index.configs[0].data, stream->config.record.data,
                 index.configs[0].size) == 0);
    for (uint32_t i = 0; i < index.count; i++) {
        const struct sample *sample = &stream->samples[i % stream->count];
        const struct mp4_place *place = &index.places[i];
        int64_t us = sample->time_us - stream->samples[0].time_us +
                     (int64_t)(i / stream->count) * 3000000;
        CHECK(place->size == sample->data.size);
        CHECK(memcmp(file.data + place->offset, sample->data.data,
                     place->size) == 0);
        CHECK(place->ticks == (uint64_t)us * 9 / 100);
    }
    mp4_index_deinit(&index);
}

static void every_beginning_is_refused(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    struct bytes moov;
    write_file(stream, &file, &moov);
    for (size_t size = 0; size < moov.size; size++) {
        struct mp4_index index;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     mp4_index_read(bytes_of(moov.data, size), &index));
    }
}

static enum status read_it(void *context)
{
    struct mp4_index index;
    enum status s = mp4_index_read(*(const struct bytes *)context, &index);
    mp4_index_deinit(&index);
    return s;
}

static void without_memory_nothing_is_left(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    struct bytes moov;
    write_file(stream, &file, &moov);
    test_every_allocation_fails(read_it, &moov);
}

TEST_MAIN("media/mp4_index", TEST(every_sample_is_where_it_was_written),
          TEST(every_beginning_is_refused),
          TEST(without_memory_nothing_is_left))
