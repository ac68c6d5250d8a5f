/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fragments.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "media/sample_pack.h"
#include "unit/media/boxes.h"
#include "unit/media/stream.h"

enum { OUTPUT_MAX = 1 << 22, CAMERA = 7 };

static struct stream *open_stream(void)
{
    return stream_open("tiny-64x48.h264", CODEC_H264, 15);
}

/* Boxes of one kind at the top. */
static size_t count_boxes(struct bytes file, const char *type)
{
    struct reader in = reader_on(file);
    size_t count = 0;
    while (reader_more(&in)) {
        uint32_t size = reader_u32be(&in);
        struct bytes name = reader_bytes(&in, 4);
        assert_true(size >= 8);
        reader_skip(&in, size - 8);
        assert_false(in.failed);
        count += memcmp(name.data, type, 4) == 0;
    }
    return count;
}

static size_t count_idr(const struct stream *stream)
{
    size_t count = 0;
    for (size_t i = 0; i < stream->count; i++)
        count += (stream->samples[i].flags & SAMPLE_IDR) != 0;
    return count;
}

static void a_fragment_for_each_group_of_pictures(void **state)
{
    (void)state;
    AUTO(stream_close) struct stream *stream = open_stream();
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(OUTPUT_MAX);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    /* Packs of five: fragments do not follow them. */
    for (size_t i = 0; i < stream->count; i += 5)
        sample_pack_append(&packs, CAMERA, &stream->config,
                           stream->samples + i,
                           stream->count - i < 5 ? stream->count - i : 5);
    struct fragments written;
    CHECK_OK(
        fragments_append(&out, buffer_bytes(&packs), CAMERA, &written));
    assert_int_equal(stream->count, written.samples);
    assert_int_equal(stream->samples[0].time_us, written.start_us);
    assert_int_equal(64, written.width);
    CHECK(text_starts_with(text_of(written.codec), text_of("avc1.")));
    CHECK(!written.is_cut);
    assert_int_equal(1, count_boxes(buffer_bytes(&out), "moov"));
    assert_int_equal(count_idr(stream),
                     count_boxes(buffer_bytes(&out), "moof"));
}

static void a_gap_and_a_new_configuration_end_things(void **state)
{
    (void)state;
    AUTO(stream_close) struct stream *stream = open_stream();
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(OUTPUT_MAX);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    struct sample late = stream->samples[1];
    late.time_us += 5000000;
    struct sample later = stream->samples[2];
    later.time_us += 6000000;
    struct codec_config other = stream->config;
    other.width = 128;
    sample_pack_append(&packs, CAMERA, &stream->config, stream->samples, 1);
    sample_pack_append(&packs, CAMERA, &stream->config, &late, 1);
    sample_pack_append(&packs, CAMERA, &other, &later, 1);
    struct fragments written;
    CHECK_OK(
        fragments_append(&out, buffer_bytes(&packs), CAMERA, &written));
    assert_int_equal(2, count_boxes(buffer_bytes(&out), "moof"));
    assert_int_equal(2, written.samples);
    CHECK(written.is_cut && written.cut_us == later.time_us);
}

static void damaged_or_foreign_packs_are_noticed(void **state)
{
    (void)state;
    AUTO(stream_close) struct stream *stream = open_stream();
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(OUTPUT_MAX);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    sample_pack_append(&packs, CAMERA, &stream->config, stream->samples, 3);
    struct fragments written;
    struct bytes whole = buffer_bytes(&packs);
    CHECK_STATUS(STATUS_CORRUPT,
                 fragments_append(&out, whole, CAMERA + 1, &written));
    for (size_t size = 1; size < whole.size; size += 7)
        CHECK_STATUS(STATUS_CORRUPT,
                     fragments_append(&out, bytes_of(whole.data, size),
                                      CAMERA, &written));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 fragments_append(&out, bytes_of(NULL, 0), CAMERA, &written));
}

struct frame {
    uint32_t camera;
    uint8_t kind;
    int64_t time_us;
    struct bytes bytes;
};

static bool next_frame(struct reader *in, struct frame *out)
{
    if (!reader_more(in))
        return false;
    out->camera = reader_u32be(in);
    out->kind = reader_u8(in);
    reader_skip(in, 3);
    out->time_us = reader_i64be(in);
    out->bytes = reader_bytes(in, reader_u32be(in));
    assert_false(in->failed);
    return true;
}

static void live_frames_begin_at_an_idr_with_an_init(void **state)
{
    (void)state;
    AUTO(stream_close) struct stream *stream = open_stream();
    AUTO(live_frames_destroy) struct live_frames *live = NULL;
    CHECK_OK(live_frames_create(&live));
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(OUTPUT_MAX);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    /* Camera 1 comes in the middle of a group, camera 2 at its begin. */
    sample_pack_append(&packs, 1, &stream->config, stream->samples + 1, 3);
    sample_pack_append(&packs, 2, &stream->config, stream->samples, 3);
    sample_pack_append(&packs, 2, &stream->config, stream->samples + 3, 2);
    CHECK_OK(live_frames_append(live, buffer_bytes(&packs), &out));
    struct reader in = reader_on(buffer_bytes(&out));
    struct frame frame;
    CHECK(next_frame(&in, &frame));
    CHECK(frame.camera == 2 && frame.kind == LIVE_FRAME_INIT);
    assert_int_equal(stream->samples[0].time_us, frame.time_us);
    assert_int_equal(1, count_boxes(frame.bytes, "moov"));
    CHECK(next_frame(&in, &frame));
    CHECK(frame.camera == 2 && frame.kind == LIVE_FRAME_FRAGMENT);
    CHECK(next_frame(&in, &frame));
    CHECK(frame.kind == LIVE_FRAME_FRAGMENT &&
          frame.time_us == stream->samples[3].time_us);
    struct reader tfdt =
        reader_on(boxes_find(frame.bytes, "moof.traf.tfdt"));
    reader_skip(&tfdt, 4);
    assert_int_equal(stream->samples[3].time_us - stream->samples[0].time_us,
                     reader_i64be(&tfdt));
    CHECK(!next_frame(&in, &frame));

    /* New settings: a new init, and a new zero of the time line. */
    struct codec_config other = stream->config;
    other.width = 128;
    buffer_clear(&packs);
    buffer_clear(&out);
    sample_pack_append(&packs, 2, &other, stream->samples, 2);
    CHECK_OK(live_frames_append(live, buffer_bytes(&packs), &out));
    in = reader_on(buffer_bytes(&out));
    CHECK(next_frame(&in, &frame) && frame.kind == LIVE_FRAME_INIT);
    CHECK(next_frame(&in, &frame) && frame.kind == LIVE_FRAME_FRAGMENT);
    CHECK(!next_frame(&in, &frame));
}

static enum status all_of_it(void *context)
{
    const struct buffer *packs = context;
    AUTO(live_frames_destroy) struct live_frames *live = NULL;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(OUTPUT_MAX);
    struct fragments written;
    enum status s = live_frames_create(&live);
    if (s == STATUS_OK)
        s = live_frames_append(live, buffer_bytes(packs), &out);
    if (s == STATUS_OK)
        s = fragments_append(&out, buffer_bytes(packs), CAMERA, &written);
    return s;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    AUTO(stream_close) struct stream *stream = open_stream();
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(OUTPUT_MAX);
    sample_pack_append(&packs, CAMERA, &stream->config, stream->samples, 9);
    CHECK_OK(buffer_status(&packs));
    test_every_allocation_fails(all_of_it, &packs);
}

TEST_MAIN("web/fragments", TEST(a_fragment_for_each_group_of_pictures),
          TEST(a_gap_and_a_new_configuration_end_things),
          TEST(damaged_or_foreign_packs_are_noticed),
          TEST(live_frames_begin_at_an_idr_with_an_init),
          TEST(survives_every_failing_allocation))
