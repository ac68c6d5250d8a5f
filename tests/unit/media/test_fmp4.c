/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "media/fmp4.h"
#include "unit/media/boxes.h"
#include "unit/media/player.h"
#include "unit/media/stream.h"

enum { OUTPUT_MAX = 1 << 20 };

static void init_has_what_a_source_buffer_wants(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    const struct fmp4_track track = {1, stream->config};
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    CHECK_OK(fmp4_init_append(&out, &track, 1));
    struct bytes file = buffer_bytes(&out);
    assert_memory_equal("iso6", boxes_find(file, "ftyp").data, 4);
    struct bytes trex = boxes_find(file, "moov.mvex.trex");
    assert_int_equal(24, trex.size);
    struct bytes stsd = boxes_find(file, "moov.trak.mdia.minf.stbl.stsd");
    struct bytes entries = {stsd.data + 8, stsd.size - 8};
    struct bytes entry = boxes_find(entries, "avc1");
    struct bytes inside = {entry.data + 78, entry.size - 78};
    CHECK(text_equal(bytes_text(boxes_find(inside, "avcC")),
                     bytes_text(stream->config.record)));
    const uint8_t bt709[] = {'n', 'c', 'l', 'x', 0, 1, 0, 1, 0, 1, 0};
    CHECK(text_equal(bytes_text(boxes_find(inside, "colr")),
                     bytes_text(bytes_of(bt709, sizeof bt709))));
}

static void a_fragment_says_where_its_samples_are(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    const struct fmp4_fragment fragment = {3, 9, -5000000, stream->samples + 10,
                                           10};
    CHECK_OK(fmp4_fragment_append(&out, &fragment));
    struct bytes file = buffer_bytes(&out);

    struct reader in = reader_on(boxes_find(file, "moof.mfhd"));
    reader_skip(&in, 4);
    assert_int_equal(9, reader_u32be(&in));
    in = reader_on(boxes_find(file, "moof.traf.tfhd"));
    assert_int_equal(0x020000, reader_u32be(&in));
    assert_int_equal(3, reader_u32be(&in));
    in = reader_on(boxes_find(file, "moof.traf.tfdt"));
    reader_skip(&in, 4);
    assert_int_equal(stream->samples[10].time_us + 5000000, reader_u64be(&in));

    in = reader_on(boxes_find(file, "moof.traf.trun"));
    assert_int_equal(0x000701, reader_u32be(&in));
    assert_int_equal(10, reader_u32be(&in));
    uint32_t offset = reader_u32be(&in);
    int64_t at = stream->samples[10].time_us;
    for (size_t i = 10; i < 20; i++) {
        assert_int_equal(stream->samples[i].time_us, at);
        at += reader_u32be(&in);
        uint32_t size = reader_u32be(&in);
        assert_int_equal(i == 10 ? 0x02000000 : 0x01010000, reader_u32be(&in));
        assert_int_equal(stream->samples[i].data.size, size);
        assert_memory_equal(stream->samples[i].data.data, file.data + offset,
                            size);
        offset += size;
    }
    assert_int_equal(file.size, offset);
}

/* A step back lasts one tick, a hole until the next sample; times after
 * either are true again. */
static void times_stay_true_around_steps(void **state)
{
    (void)state;
    const uint8_t unit[] = {0, 0, 0, 1, 5};
    const int64_t times[] = {1000, 2000, 1500, 2500, 9000};
    struct sample samples[5];
    for (size_t i = 0; i < 5; i++)
        samples[i] = (struct sample){.time_us = times[i],
                                     .duration_us = 700,
                                     .data = bytes_of(unit, 5)};
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    const struct fmp4_fragment fragment = {1, 1, 0, samples, 5};
    CHECK_OK(fmp4_fragment_append(&out, &fragment));
    struct reader in =
        reader_on(boxes_find(buffer_bytes(&out), "moof.traf.trun"));
    const uint32_t durations[] = {1000, 1, 499, 6500, 700};
    reader_skip(&in, 12);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(durations[i], reader_u32be(&in));
        reader_skip(&in, 8);
    }
    const int64_t extremes[] = {INT64_MIN, INT64_MAX, 0};
    for (size_t i = 0; i < 3; i++)
        samples[i].time_us = extremes[i];
    const struct fmp4_fragment extreme = {1, 1, INT64_MAX, samples, 3};
    buffer_clear(&out);
    enum status s = fmp4_fragment_append(&out, &extreme);
    CHECK(s == STATUS_OK || s == STATUS_NO_MEMORY);
}

static void plays(const char *name, enum codec codec, unsigned gop)
{
    AUTO(stream_close) struct stream *stream = stream_open(name, codec, 15);
    const struct fmp4_track track = {1, stream->config};
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    CHECK_OK(fmp4_init_append(&out, &track, 1));
    for (size_t i = 0; i < stream->count; i += gop) {
        const struct fmp4_fragment fragment = {1, (uint32_t)(i / gop) + 1, 0,
                                               stream->samples + i, gop};
        CHECK_OK(fmp4_fragment_append(&out, &fragment));
    }
    char directory[64];
    char path[128];
    test_directory_make(directory, sizeof directory);
    (void)snprintf(path, sizeof path, "%s/all.mp4", directory);
    const struct bytes file = buffer_bytes(&out);
    player_write(path, &file, 1);
    player_decodes(path);

    static char packets[16384];
    player_packets(path, packets, sizeof packets);
    char *line = strtok(packets, "\n");
    for (size_t i = 0; i < stream->count; i++) {
        double time = 0;
        double duration = 0;
        unsigned size = 0;
        char flag = 0;
        assert_non_null(line);
        assert_int_equal(
            4, sscanf(line, "%lf,%lf,%u,%c", &time, &duration, &size, &flag));
        CHECK(time > (double)stream->samples[i].time_us / 1e6 - 2e-6 &&
              time < (double)stream->samples[i].time_us / 1e6 + 2e-6);
        CHECK(duration > 0.0666 && duration < 0.0667);
        assert_int_equal(stream->samples[i].data.size, size);
        assert_int_equal(i % gop == 0 ? 'K' : '_', flag);
        line = strtok(NULL, "\n");
    }
    assert_null(line);
    test_directory_remove(directory);
}

static void ffmpeg_plays_h264(void **state)
{
    (void)state;
    plays("tiny-64x48.h264", CODEC_H264, 10);
    plays("tiny-90x66.h264", CODEC_H264, 5);
}

static void ffmpeg_plays_h265(void **state)
{
    (void)state;
    plays("tiny-72x56.h265", CODEC_H265, 5);
}

static void what_cannot_be_written_is_refused(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    struct fmp4_track track = {0, stream->config};
    CHECK_STATUS(STATUS_BAD_INPUT, fmp4_init_append(&out, &track, 1));
    CHECK_STATUS(STATUS_BAD_INPUT, fmp4_init_append(&out, &track, 0));
    CHECK_STATUS(STATUS_LIMIT,
                 fmp4_init_append(&out, &track, FMP4_TRACK_COUNT_MAX + 1));
    track = (struct fmp4_track){1, {.codec = CODEC_H264}};
    CHECK_STATUS(STATUS_BAD_INPUT, fmp4_init_append(&out, &track, 1));
    struct fmp4_fragment fragment = {1, 1, 0, stream->samples, 0};
    CHECK_STATUS(STATUS_BAD_INPUT, fmp4_fragment_append(&out, &fragment));
    fragment.count = FMP4_SAMPLE_COUNT_MAX + 1;
    CHECK_STATUS(STATUS_LIMIT, fmp4_fragment_append(&out, &fragment));
    assert_int_equal(0, out.size);
    CHECK(!out.failed);
}

static enum status write_all(void *context)
{
    struct stream *stream = context;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    const struct fmp4_track track = {1, stream->config};
    const struct fmp4_fragment fragment = {1, 1, 0, stream->samples, 10};
    enum status s = fmp4_init_append(&out, &track, 1);
    size_t before = out.size;
    if (s == STATUS_OK)
        s = fmp4_fragment_append(&out, &fragment);
    if (s != STATUS_OK)
        assert_int_equal(before, out.size);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    test_every_allocation_fails(write_all, stream);
}

TEST_MAIN("media/fmp4", TEST(init_has_what_a_source_buffer_wants),
          TEST(a_fragment_says_where_its_samples_are),
          TEST(times_stay_true_around_steps), TEST(ffmpeg_plays_h264),
          TEST(ffmpeg_plays_h265), TEST(what_cannot_be_written_is_refused),
          TEST(every_allocation_may_fail))
