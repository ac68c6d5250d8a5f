/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/recoder.h"

#include <libavcodec/avcodec.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <string.h>

#include "media/h264.h"
#include "media/nal.h"
#include "unit/test.h"

enum {
    WIDTH = 160,
    HEIGHT = 96,
    PICTURES = 30,
    GOP = 10,
    PICTURE_US = 66667,
    LIGHT = 200, /* of every picture, with a moving dark bar */
    DARK_MOST = 60,
    LIGHT_LEAST = 150,
    PACKS_MAX = 1 << 20,
};

static const int64_t BEGIN_US = INT64_C(1790000000000000);

static const struct regions LEFT = {
    .count = 1,
    .list = {{.count = 4,
              .points = {{0, 0}, {500, 0}, {500, 1000}, {0, 1000}}}}};
/* As good as none: a corner. */
static const struct regions CORNER = {
    .count = 1,
    .list = {{.count = 3, .points = {{1000, 1000}, {999, 1000}, {1000, 999}}}}};

/* ---- a camera ---- */

static AVCodecContext *open_camera(int b_frames)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    AVCodecContext *camera = avcodec_alloc_context3(codec);
    AVDictionary *options = NULL;
    CHECK(camera != NULL);
    av_log_set_level(AV_LOG_QUIET);
    camera->width = WIDTH;
    camera->height = HEIGHT;
    camera->pix_fmt = AV_PIX_FMT_YUV420P;
    camera->time_base = (AVRational){1, 1000000};
    camera->framerate = (AVRational){15, 1};
    camera->gop_size = GOP;
    camera->max_b_frames = b_frames;
    camera->thread_count = 1;
    camera->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    CHECK(av_dict_parse_string(
              &options,
              b_frames > 0 ? "preset=veryfast:x264-params=scenecut=0"
                           : "preset=ultrafast:tune=zerolatency:"
                             "x264-params=scenecut=0",
              "=", ":", 0) == 0);
    CHECK(avcodec_open2(camera, codec, &options) == 0);
    av_dict_free(&options);
    return camera;
}

static void paint(AVFrame *frame, int k)
{
    CHECK(av_frame_make_writable(frame) == 0);
    for (int y = 0; y < HEIGHT; y++)
        memset(frame->data[0] + y * frame->linesize[0], LIGHT, WIDTH);
    for (int plane = 1; plane < 3; plane++)
        for (int y = 0; y < HEIGHT / 2; y++)
            memset(frame->data[plane] + y * frame->linesize[plane], 128,
                   WIDTH / 2);
    memset(frame->data[0] + (k % HEIGHT) * frame->linesize[0], 20, WIDTH);
}

static void config_of(const AVCodecContext *camera, struct buffer *record,
                      struct codec_config *out)
{
    struct bytes left =
        bytes_of(camera->extradata, (size_t)camera->extradata_size);
    struct bytes nal;
    struct bytes sps = {NULL, 0};
    struct bytes pps = {NULL, 0};
    while (nal_stream_next(&left, &nal)) {
        if (h264_nal_type(nal) == H264_NAL_SPS)
            sps = nal;
        if (h264_nal_type(nal) == H264_NAL_PPS)
            pps = nal;
    }
    CHECK_OK(h264_config_make(&sps, 1, &pps, 1, record, out));
}

/* The next picture that the camera sends: one pack. n: in the order of sending.
 */
static void send(const AVPacket *packet, const struct codec_config *config,
                 int n, int delay, struct buffer *out)
{
    struct buffer data = buffer_with_limit(PACKS_MAX);
    struct bytes nal;
    struct bytes left = bytes_of(packet->data, (size_t)packet->size);
    while (nal_stream_next(&left, &nal))
        nal_sample_append(&data, nal);
    int64_t time_us = BEGIN_US + n * (int64_t)PICTURE_US;
    const struct sample sample = {
        .time_us = time_us,
        .duration_us = PICTURE_US,
        .shown_after_us = (uint32_t)(packet->pts + delay * PICTURE_US -
                                     time_us),
        .flags = (packet->flags & AV_PKT_FLAG_KEY) != 0 ? SAMPLE_IDR : 0,
        .data = buffer_bytes(&data)};
    sample_pack_append(out, 3, config, &sample, 1);
    buffer_deinit(&data);
}

static void film_with(int b_frames, struct buffer *out)
{
    AVCodecContext *camera = open_camera(b_frames);
    AVFrame *frame = av_frame_alloc();
    AVPacket *packet = av_packet_alloc();
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config;
    config_of(camera, &record, &config);
    frame->width = WIDTH;
    frame->height = HEIGHT;
    frame->format = AV_PIX_FMT_YUV420P;
    CHECK(av_frame_get_buffer(frame, 0) == 0);
    int sent = 0;
    for (int k = 0; k <= PICTURES; k++) {
        paint(frame, k);
        frame->pts = BEGIN_US + k * (int64_t)PICTURE_US;
        CHECK(avcodec_send_frame(camera, k < PICTURES ? frame : NULL) == 0);
        while (avcodec_receive_packet(camera, packet) == 0) {
            send(packet, &config, sent++, b_frames, out);
            av_packet_unref(packet);
        }
    }
    CHECK(sent == PICTURES);
    CHECK_OK(buffer_status(out));
    buffer_deinit(&record);
    av_packet_free(&packet);
    av_frame_free(&frame);
    avcodec_free_context(&camera);
}

static void film(struct buffer *out)
{
    film_with(0, out);
}

/* ---- and whoever looks ---- */

struct seen {
    size_t pictures;
    size_t idrs;
    size_t holes;
    int64_t last_us;
    int64_t last_shown_us;
    int left_most;  /* the lightest pixel of the left half */
    int right_least; /* the mean of the right half, of the darkest picture */
};

static void look(const AVFrame *frame, struct seen *seen)
{
    int sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int value = frame->data[0][y * frame->linesize[0] + x];
            if (x < WIDTH / 2 - 4 && value > seen->left_most)
                seen->left_most = value;
            if (x >= WIDTH / 2 + 4)
                sum += value;
        }
    int mean = sum / (HEIGHT * (WIDTH / 2 - 4));
    if (seen->pictures == 0 || mean < seen->right_least)
        seen->right_least = mean;
    seen->pictures++;
}

static void watch(struct bytes packs, struct seen *seen)
{
    struct reader in = reader_on(packs);
    AVCodecContext *screen = NULL;
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    *seen = (struct seen){.last_us = 0};
    while (reader_more(&in)) {
        struct sample_pack pack;
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        CHECK_OK(sample_pack_read(&in, &pack));
        CHECK(pack.camera == 3 && pack.config.codec == CODEC_H264 &&
              pack.config.width == WIDTH && pack.config.height == HEIGHT);
        if (screen == NULL) {
            const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_H264);
            screen = avcodec_alloc_context3(codec);
            screen->thread_count = 1;
            screen->extradata = av_mallocz(pack.config.record.size + 64);
            memcpy(screen->extradata, pack.config.record.data,
                   pack.config.record.size);
            screen->extradata_size = (int)pack.config.record.size;
            CHECK(avcodec_open2(screen, codec, NULL) == 0);
        }
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            seen->idrs += (sample.flags & SAMPLE_IDR) != 0;
            seen->holes += (sample.flags & SAMPLE_DISCONTINUITY) != 0;
            CHECK(sample.time_us > seen->last_us);
            seen->last_us = sample.time_us;
            int64_t shown_us = sample.time_us + sample.shown_after_us;
            CHECK(shown_us > seen->last_shown_us);
            seen->last_shown_us = shown_us;
            CHECK(av_new_packet(packet, (int)sample.data.size) == 0);
            memcpy(packet->data, sample.data.data, sample.data.size);
            CHECK(avcodec_send_packet(screen, packet) == 0);
            av_packet_unref(packet);
            while (avcodec_receive_frame(screen, frame) == 0)
                look(frame, seen);
        }
    }
    if (screen != NULL && avcodec_send_packet(screen, NULL) == 0)
        while (avcodec_receive_frame(screen, frame) == 0)
            look(frame, seen);
    avcodec_free_context(&screen);
    av_packet_free(&packet);
    av_frame_free(&frame);
}

static enum status recode(const struct regions *regions, struct bytes packs,
                          struct buffer *out)
{
    struct recoder *recoder = NULL;
    struct reader in = reader_on(packs);
    enum status s = recoder_create(regions, &recoder);
    while (s == STATUS_OK && reader_more(&in)) {
        struct sample_pack pack;
        s = sample_pack_read(&in, &pack);
        if (s == STATUS_OK)
            s = recoder_take(recoder, &pack, out);
    }
    if (s == STATUS_OK)
        s = recoder_end(recoder, out);
    recoder_destroy(&recoder);
    return s;
}

static void what_is_covered_cannot_be_seen(void **state)
{
    (void)state;
    struct buffer film_packs = buffer_with_limit(PACKS_MAX);
    struct buffer out = buffer_with_limit(PACKS_MAX);
    struct seen seen;
    film(&film_packs);
    CHECK_OK(recode(&LEFT, buffer_bytes(&film_packs), &out));
    watch(buffer_bytes(&out), &seen);
    CHECK(seen.pictures == PICTURES && seen.idrs == PICTURES / GOP &&
          seen.holes == 0);
    CHECK(seen.last_us == BEGIN_US + (PICTURES - 1) * (int64_t)PICTURE_US);
    CHECK(seen.left_most <= DARK_MOST);
    CHECK(seen.right_least >= LIGHT_LEAST);
    buffer_deinit(&out);
    buffer_deinit(&film_packs);
}

/* With B-frames: sent in another order than shown; ours have none, and each is
 * shown when it was to be. */
static void pictures_sent_out_of_order_are_shown_in_order(void **state)
{
    (void)state;
    struct buffer film_packs = buffer_with_limit(PACKS_MAX);
    struct buffer out = buffer_with_limit(PACKS_MAX);
    struct seen seen;
    film_with(2, &film_packs);
    CHECK_OK(recode(&LEFT, buffer_bytes(&film_packs), &out));
    watch(buffer_bytes(&out), &seen);
    CHECK(seen.pictures == PICTURES && seen.holes == 0);
    CHECK(seen.last_us == BEGIN_US + (PICTURES - 1) * (int64_t)PICTURE_US);
    CHECK(seen.last_shown_us == seen.last_us + 2 * PICTURE_US);
    CHECK(seen.left_most <= DARK_MOST);
    buffer_deinit(&out);
    buffer_deinit(&film_packs);
}

/* The same eyes see what is not covered: else the test above shows nothing. */
static void what_is_not_covered_can_be_seen(void **state)
{
    (void)state;
    struct buffer film_packs = buffer_with_limit(PACKS_MAX);
    struct buffer out = buffer_with_limit(PACKS_MAX);
    struct seen seen;
    film(&film_packs);
    watch(buffer_bytes(&film_packs), &seen);
    CHECK(seen.pictures == PICTURES && seen.left_most >= LIGHT_LEAST);
    CHECK_OK(recode(&CORNER, buffer_bytes(&film_packs), &out));
    watch(buffer_bytes(&out), &seen);
    CHECK(seen.pictures == PICTURES && seen.left_most >= LIGHT_LEAST);
    buffer_deinit(&out);
    buffer_deinit(&film_packs);
}

/* Nothing comes before an IDR; what follows a loss is flagged. */
static void begins_with_an_idr(void **state)
{
    (void)state;
    struct buffer film_packs = buffer_with_limit(PACKS_MAX);
    struct buffer out = buffer_with_limit(PACKS_MAX);
    struct seen seen;
    film(&film_packs);
    struct reader in = reader_on(buffer_bytes(&film_packs));
    struct sample_pack first;
    CHECK_OK(sample_pack_read(&in, &first));
    CHECK_OK(recode(&LEFT, in.left, &out));
    watch(buffer_bytes(&out), &seen);
    CHECK(seen.pictures == PICTURES - GOP && seen.holes == 1);
    CHECK(seen.left_most <= DARK_MOST);
    buffer_deinit(&out);
    buffer_deinit(&film_packs);
}

/* Bits that a camera may send: never a crash, never a picture uncovered. */
static void broken_pictures_stay_covered(void **state)
{
    (void)state;
    struct buffer film_packs = buffer_with_limit(PACKS_MAX);
    struct test_random random = {11};
    film(&film_packs);
    for (int round = 0; round < 20; round++) {
        struct buffer broken = buffer_with_limit(PACKS_MAX);
        struct buffer out = buffer_with_limit(PACKS_MAX);
        struct reader in = reader_on(buffer_bytes(&film_packs));
        struct sample_pack pack;
        while (reader_more(&in) &&
               sample_pack_read(&in, &pack) == STATUS_OK) {
            struct sample sample;
            uint32_t row = 0;
            size_t offset = 0;
            CHECK(sample_pack_next(&pack, &row, &offset, &sample));
            struct buffer data = buffer_with_limit(PACKS_MAX);
            buffer_append(&data, sample.data);
            size_t at = NAL_LENGTH_SIZE + 1 +
                        (size_t)test_random_next(&random) %
                            (data.size - NAL_LENGTH_SIZE - 1);
            data.data[at] ^= (uint8_t)(1u << test_random_next(&random) % 8);
            sample.data = buffer_bytes(&data);
            sample_pack_append(&broken, pack.camera, &pack.config, &sample, 1);
            buffer_deinit(&data);
        }
        struct seen seen;
        enum status s = recode(&LEFT, buffer_bytes(&broken), &out);
        CHECK(s == STATUS_OK || s == STATUS_BAD_INPUT);
        watch(buffer_bytes(&out), &seen);
        CHECK(seen.left_most <= DARK_MOST);
        buffer_deinit(&out);
        buffer_deinit(&broken);
    }
    buffer_deinit(&film_packs);
}

static enum status recode_all(void *context)
{
    struct buffer out = buffer_with_limit(PACKS_MAX);
    enum status s = recode(&LEFT, *(const struct bytes *)context, &out);
    buffer_deinit(&out);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct buffer film_packs = buffer_with_limit(PACKS_MAX);
    film(&film_packs);
    struct bytes packs = buffer_bytes(&film_packs);
    test_every_allocation_fails(recode_all, &packs);
    buffer_deinit(&film_packs);
}

TEST_MAIN("redact/recoder", TEST(what_is_covered_cannot_be_seen),
          TEST(what_is_not_covered_can_be_seen), TEST(begins_with_an_idr),
          TEST(pictures_sent_out_of_order_are_shown_in_order),
          TEST(broken_pictures_stay_covered), TEST(memory_may_run_out))
