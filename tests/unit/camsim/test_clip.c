/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "camsim/clip.h"
#include "unit/camsim/receiver.h"
#include "unit/media/stream.h"
#include "wire/interleaved.h"
#include "wire/sdp.h"

/* All packets of a frame, checked, and put together. */
static void put_together(const struct camsim_clip *clip,
                         const struct camsim_clip_frame *frame,
                         struct receiver *receiver)
{
    struct bytes left = bytes_of(frame->wire, frame->size);
    for (uint32_t i = 0; i < frame->packet_count; i++) {
        struct interleaved_frame packet;
        struct rtp_packet rtp;
        size_t used = 0;
        CHECK(left.data == frame->wire + frame->packets[i]);
        CHECK_OK(interleaved_next(left, &used, &packet));
        CHECK_OK(rtp_parse(packet.payload, &rtp));
        CHECK(rtp.payload.size <= CLIP_PAYLOAD_MAX);
        CHECK(rtp.payload_type == CLIP_PAYLOAD_TYPE);
        CHECK(receiver_take(receiver, &rtp) == (i + 1 == frame->packet_count));
        left = bytes_of(left.data + used, left.size - used);
    }
    assert_int_equal(0, left.size);
    assert_int_equal(clip->codec, receiver->codec);
}

static void check_clip(const struct stream *stream)
{
    AUTO(camsim_clip_destroy) struct camsim_clip *clip = NULL;
    CHECK_OK(
        camsim_clip_create(stream->bytes, stream->config.codec, 15, &clip));
    assert_int_equal(stream->count, clip->count);
    for (size_t i = 0; i < clip->count; i++) {
        AUTO(receiver_deinit)
        struct receiver receiver = receiver_for(clip->codec);
        put_together(clip, &clip->frames[i], &receiver);
        CHECK(text_equal(buffer_text(&receiver.sample),
                         bytes_text(stream->samples[i].data)));
        char digest[HEX_SIZE(SHA256_SIZE) + 1];
        receiver_digest(&receiver, digest);
        assert_string_equal(digest, clip->frames[i].digest);
        CHECK(clip->frames[i].is_key ==
              ((stream->samples[i].flags & SAMPLE_IDR) != 0));
    }
}

static void packets_put_together_are_the_samples(void **state)
{
    (void)state;
    const struct {
        const char *name;
        enum codec codec;
    } streams[] = {{"tiny-64x48.h264", CODEC_H264},
                   {"tiny-90x66.h264", CODEC_H264},
                   {"tiny-72x56.h265", CODEC_H265}};
    for (size_t i = 0; i < 3; i++) {
        AUTO(stream_close)
        struct stream *stream =
            stream_open(streams[i].name, streams[i].codec, 15);
        check_clip(stream);
    }
}

/* Units of every size around the packet's size, so that fragments begin and
 * end at each border. */
static void fragments_have_no_seams(void **state, enum codec codec)
{
    (void)state;
    for (size_t size = CLIP_PAYLOAD_MAX - 3;
         size<3 * CLIP_PAYLOAD_MAX; size += size % CLIP_PAYLOAD_MAX>
                     CLIP_PAYLOAD_MAX -
                 4
             ? 1
             : 97) {
        static uint8_t stream[4 * CLIP_PAYLOAD_MAX];
        memset(stream, 0x55, sizeof stream);
        memcpy(stream, "\0\0\1", 3);
        stream[3] = codec == CODEC_H265 ? H265_NAL_IDR << 1 : 0x65;
        stream[4] = codec == CODEC_H265 ? 1 : 0x88;
        stream[5] = 0xaa;
        AUTO(camsim_clip_destroy) struct camsim_clip *clip = NULL;
        CHECK_OK(
            camsim_clip_create(bytes_of(stream, size + 3), codec, 15, &clip));
        AUTO(receiver_deinit) struct receiver receiver = receiver_for(codec);
        put_together(clip, &clip->frames[0], &receiver);
        assert_int_equal(size + NAL_LENGTH_SIZE, receiver.sample.size);
        assert_memory_equal(stream + 3, receiver.sample.data + NAL_LENGTH_SIZE,
                            size);
    }
}

static void fragments_of_h264(void **state)
{
    fragments_have_no_seams(state, CODEC_H264);
}

static void fragments_of_h265(void **state)
{
    fragments_have_no_seams(state, CODEC_H265);
}

static void its_description_holds_the_parameter_sets(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(camsim_clip_destroy) struct camsim_clip *clip = NULL;
    CHECK_OK(camsim_clip_create(stream->bytes, CODEC_H264, 15, &clip));
    char text[4096] = "v=0\r\nm=video 0 RTP/AVP 96\r\n";
    struct writer w =
        writer_on(text + strlen(text), sizeof text - strlen(text) - 1);
    camsim_clip_write_attributes(clip, &w);
    static struct sdp sdp;
    CHECK_OK(sdp_parse(text_of(text), &sdp));
    const struct sdp_media *media = sdp_choose_video(&sdp);
    assert_non_null(media);
    assert_int_equal(CODEC_H264, media->codec);
    struct text list = media->sets[0];
    for (size_t kind = 1; kind < 3; kind++) {
        uint8_t set[NAL_PARAMETER_SET_MAX];
        size_t size = 0;
        CHECK_OK(sdp_next_set(&list, set, sizeof set, &size));
        assert_int_equal(stream->sets[kind][0].size, size);
        assert_memory_equal(stream->sets[kind][0].data, set, size);
    }
}

static void what_cannot_be_played_is_refused(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct camsim_clip *clip = NULL;
    CHECK_STATUS(STATUS_BAD_INPUT, camsim_clip_create((struct bytes){NULL, 0},
                                                      CODEC_H264, 15, &clip));
    const uint8_t no_key[] = {0, 0, 1, 0x41, 0x80, 1};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 camsim_clip_create(bytes_of(no_key, sizeof no_key), CODEC_H264,
                                    15, &clip));
    CHECK_STATUS(STATUS_LIMIT,
                 camsim_clip_create(stream->bytes, CODEC_H264, 0, &clip));
    assert_null(clip);
}

static enum status make(void *context)
{
    const struct stream *stream = context;
    AUTO(camsim_clip_destroy) struct camsim_clip *clip = NULL;
    return camsim_clip_create(stream->bytes, CODEC_H264, 15, &clip);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    test_every_allocation_fails(make, stream);
}

TEST_MAIN("camsim/clip", TEST(packets_put_together_are_the_samples),
          TEST(fragments_of_h264), TEST(fragments_of_h265),
          TEST(its_description_holds_the_parameter_sets),
          TEST(what_cannot_be_played_is_refused),
          TEST(every_allocation_may_fail))
