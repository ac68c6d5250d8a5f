/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "media/mp4.h"
#include "unit/media/boxes.h"
#include "unit/media/player.h"
#include "unit/media/stream.h"

enum { OUTPUT_MAX = 1 << 20 };

/* A piece with its samples. */
static void add_piece(struct mp4 *mp4, const struct stream *stream,
                      size_t from, size_t to, int64_t from_us,
                      struct buffer *file)
{
    for (size_t i = from; i < to; i++) {
        struct sample sample = stream->samples[i];
        sample.time_us += from_us;
        CHECK_OK(mp4_add(mp4, &stream->config, &sample));
    }
    CHECK_OK(mp4_piece(mp4, file));
    for (size_t i = from; i < to; i++)
        buffer_append(file, stream->samples[i].data);
}

static void write_file(const struct buffer *file, char *directory, char *path)
{
    CHECK(!file->failed);
    test_directory_make(directory, 64);
    (void)snprintf(path, 128, "%s/all.mp4", directory);
    const struct bytes whole = buffer_bytes(file);
    player_write(path, &whole, 1);
}

static void ffmpeg_and_gstreamer_play_a_download(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    CHECK_OK(mp4_create(INT64_C(1795320000000000), &mp4));
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    mp4_begin(&file);
    add_piece(mp4, stream, 0, stream->count, 77000000, &file);
    CHECK_OK(mp4_end(mp4, &file));
    char directory[64];
    char path[128];
    write_file(&file, directory, path);
    player_decodes(path);
    char said[4096];
    player_run(said, sizeof said,
               "ffprobe -v error -count_frames -show_entries "
               "stream=codec_tag_string,width,height,nb_read_frames,duration:"
               "format_tags=creation_time -of default=nw=1 %s 2>&1",
               path);
    assert_string_equal("codec_tag_string=avc1\nwidth=64\nheight=48\n"
                        "duration=1.999989\nnb_read_frames=30\n"
                        "TAG:creation_time=2026-11-22T04:00:00.000000Z\n",
                        said);
    player_run(said, sizeof said,
               "gst-launch-1.0 -q filesrc location=%s ! qtdemux ! h264parse !"
               " fakesink 2>&1",
               path);
    assert_string_equal("", said);
    test_directory_remove(directory);
}

/* What a demuxer takes out is, byte by byte, what went in. */
static void samples_are_exact(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-90x66.h264", CODEC_H264, 15);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    CHECK_OK(mp4_create(0, &mp4));
    AUTO(buffer_deinit) struct buffer file_bytes =
        buffer_with_limit(OUTPUT_MAX);
    mp4_begin(&file_bytes);
    add_piece(mp4, stream, 0, 1, 0, &file_bytes);
    add_piece(mp4, stream, 1, 7, 0, &file_bytes);
    add_piece(mp4, stream, 7, stream->count, 0, &file_bytes);
    CHECK_OK(mp4_end(mp4, &file_bytes));
    char directory[64];
    char path[128];
    char said[4096];
    write_file(&file_bytes, directory, path);
    player_run(
        said, sizeof said,
        "ffmpeg -nostdin -v error -i %s -map 0:v -c copy -f data %s/raw 2>&1",
        path, directory);
    char raw_path[128];
    (void)snprintf(raw_path, sizeof raw_path, "%s/raw", directory);
    static uint8_t raw[65536];
    FILE *file = fopen(raw_path, "rb");
    assert_non_null(file);
    size_t size = fread(raw, 1, sizeof raw, file);
    (void)fclose(file);
    assert_int_equal(stream->data.size, size);
    assert_memory_equal(stream->data.data, raw, size);
    test_directory_remove(directory);
}

static void a_change_of_size_and_a_gap_in_one_file(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *a = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(stream_close)
    struct stream *b = stream_open("tiny-90x66.h264", CODEC_H264, 15);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    CHECK_OK(mp4_create(0, &mp4));
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    mp4_begin(&file);
    add_piece(mp4, a, 0, a->count, 0, &file);
    /* Eight seconds of nothing. */
    add_piece(mp4, b, 0, b->count, 10000000, &file);
    add_piece(mp4, a, 0, a->count, 11000000, &file);
    CHECK_OK(mp4_end(mp4, &file));
    char directory[64];
    char path[128];
    write_file(&file, directory, path);
    static char packets[16384];
    player_packets(path, packets, sizeof packets);
    size_t lines = 0;
    double last = 0;
    for (char *line = strtok(packets, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        double time = 0;
        double duration = 0;
        assert_int_equal(2, sscanf(line, "%lf,%lf", &time, &duration));
        if (lines == 29)
            CHECK(duration > 8.06 && duration < 8.07);
        if (lines == 30)
            CHECK(time > 9.9999 && time < 10.0001);
        CHECK(lines == 0 || time > last);
        last = time;
        lines++;
    }
    assert_int_equal(75, lines);
    char said[4096];
    player_run(said, sizeof said,
               "ffmpeg -nostdin -v error -i %s -f null - 2>&1", path);
    assert_string_equal("", said);
    test_directory_remove(directory);
}

/* Decoded evenly, shown in another order: as ffprobe reads it. */
static void pictures_are_shown_when_they_should_be(void **state)
{
    (void)state;
    static const unsigned AFTER[] = {1, 3, 0, 1, 3, 0}; /* in pictures */
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 10);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(1 << 20);
    char directory[64];
    char path[128];
    char said[4096];
    for (size_t i = 0; i < 6; i++)
        stream->samples[i].shown_after_us = AFTER[i] * 100000;
    CHECK_OK(mp4_create(0, &mp4));
    mp4_begin(&file);
    add_piece(mp4, stream, 0, 6, 0, &file);
    CHECK_OK(mp4_end(mp4, &file));
    write_file(&file, directory, path);
    player_run(said, sizeof said,
               "ffprobe -v error -show_entries packet=pts_time,dts_time -of "
               "csv=p=0 %s 2>&1",
               path);
    test_directory_remove(directory);
    assert_string_equal(said, "0.100000,0.000000\n0.400000,0.100000\n"
                              "0.200000,0.200000\n0.400000,0.300000\n"
                              "0.700000,0.400000\n0.500000,0.500000\n");
}

/* Beyond 4 GiB offsets have 64 bits; no file is needed to see it. */
static void large_files_have_wide_offsets(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    CHECK_OK(mp4_create(0, &mp4));
    mp4_begin(&file);
    const uint64_t begin = file.size;
    struct sample sample = stream->samples[0];
    const uint8_t byte = 0;
    sample.data = bytes_of(&byte, SAMPLE_SIZE_MAX); /* only its size is read */
    for (int i = 0; i < 300; i++) {
        sample.time_us = (int64_t)i * 1000000;
        CHECK_OK(mp4_add(mp4, &stream->config, &sample));
        if (i % 100 == 99) /* three pieces of 1.6 GiB */
            CHECK_OK(mp4_piece(mp4, &file));
    }
    buffer_clear(&file);
    CHECK_OK(mp4_end(mp4, &file));
    struct reader in = reader_on(
        boxes_find(buffer_bytes(&file), "moov.trak.mdia.minf.stbl.co64"));
    reader_skip(&in, 4);
    uint32_t chunks = reader_u32be(&in);
    assert_int_equal(12, chunks); /* 100 in 32, 32, 32, 4; three times */
    for (uint64_t i = 0; i < chunks; i++)
        CHECK(reader_u64be(&in) ==
              begin + (i / 4 + 1) * 8 +
                  (i / 4 * 100 + i % 4 * 32) * SAMPLE_SIZE_MAX);
    CHECK(reader_done(&in));
}

static void a_piece_has_less_than_4_gib(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    AUTO(buffer_deinit) struct buffer file = buffer_with_limit(OUTPUT_MAX);
    CHECK_OK(mp4_create(0, &mp4));
    struct sample sample = stream->samples[0];
    const uint8_t byte = 0;
    sample.data = bytes_of(&byte, SAMPLE_SIZE_MAX);
    for (int i = 0; i < 256; i++)
        CHECK_OK(mp4_add(mp4, &stream->config, &sample));
    CHECK_STATUS(STATUS_LIMIT, mp4_piece(mp4, &file));
}

static void what_cannot_be_written_is_refused(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    AUTO(buffer_deinit) struct buffer head = buffer_with_limit(OUTPUT_MAX);
    CHECK_OK(mp4_create(0, &mp4));
    CHECK_STATUS(STATUS_BAD_INPUT, mp4_piece(mp4, &head));
    CHECK_STATUS(STATUS_BAD_INPUT, mp4_end(mp4, &head));
    struct sample sample = stream->samples[0];
    CHECK_OK(mp4_add(mp4, &stream->config, &sample));
    sample.time_us = MP4_SPAN_MAX_US + 1;
    CHECK_STATUS(STATUS_LIMIT, mp4_add(mp4, &stream->config, &sample));
    sample.time_us = 5;
    sample.data.size = SAMPLE_SIZE_MAX + 1;
    CHECK_STATUS(STATUS_LIMIT, mp4_add(mp4, &stream->config, &sample));
    sample.data.size = 0;
    CHECK_STATUS(STATUS_BAD_INPUT, mp4_add(mp4, &stream->config, &sample));
    sample.data.size = 1;
    struct codec_config none = {0};
    CHECK_STATUS(STATUS_BAD_INPUT, mp4_add(mp4, &none, &sample));
    struct codec_config config = stream->config;
    for (uint16_t i = 1; i < MP4_CONFIG_COUNT_MAX; i++) {
        config.width = i;
        CHECK_OK(mp4_add(mp4, &config, &sample));
    }
    config.width = MP4_CONFIG_COUNT_MAX + 1;
    CHECK_STATUS(STATUS_LIMIT, mp4_add(mp4, &config, &sample));
    CHECK_STATUS(STATUS_BAD_INPUT, mp4_end(mp4, &head)); /* in no piece */
    CHECK_OK(mp4_piece(mp4, &head));
    CHECK_STATUS(STATUS_BAD_INPUT, mp4_piece(mp4, &head));
    CHECK_OK(mp4_end(mp4, &head));
}

static enum status write_all(void *context)
{
    struct stream *stream = context;
    AUTO(mp4_destroy) struct mp4 *mp4 = NULL;
    AUTO(buffer_deinit) struct buffer head = buffer_with_limit(OUTPUT_MAX);
    enum status s = mp4_create(0, &mp4);
    for (size_t i = 0; s == STATUS_OK && i < stream->count; i++)
        s = mp4_add(mp4, &stream->config, &stream->samples[i]);
    mp4_begin(&head);
    if (s == STATUS_OK)
        s = mp4_piece(mp4, &head);
    return s == STATUS_OK ? mp4_end(mp4, &head) : s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    test_every_allocation_fails(write_all, stream);
}

TEST_MAIN("media/mp4", TEST(ffmpeg_and_gstreamer_play_a_download),
          TEST(samples_are_exact), TEST(a_change_of_size_and_a_gap_in_one_file),
          TEST(pictures_are_shown_when_they_should_be),
          TEST(large_files_have_wide_offsets),
          TEST(a_piece_has_less_than_4_gib),
          TEST(what_cannot_be_written_is_refused),
          TEST(every_allocation_may_fail))
