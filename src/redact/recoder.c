/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/recoder.h"

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>
#include <string.h>

#include "base/alloc.h"
#include "media/h264.h"
#include "media/nal.h"
#include "redact/cover.h"

enum {
    PIXELS_MAX = 8192 * 8192,
    WAITING_MAX = PICTURE_REORDER_MAX + 1,
    GOP_PICTURES = 1000,    /* IDRs are where the camera has them */
    USUAL_US = 66667,       /* a picture's duration where none is known */
    RATE = 15,              /* pictures a second, for the encoder's guess */
};

struct recoder {
    struct regions regions;
    uint32_t camera;
    /* of the camera's pictures */
    AVCodecContext *decoder;
    enum codec codec;
    struct buffer record; /* the configuration that the decoder has */
    bool is_awaiting_idr;
    bool has_hole; /* before the next picture */
    int64_t waiting[WAITING_MAX]; /* times of decoding of samples whose picture
                                   * has not come; oldest first */
    size_t waiting_count;
    AVPacket *packet;
    AVFrame *frame;
    /* of ours */
    struct cover *cover;
    AVCodecContext *encoder;
    struct buffer own_record;
    struct codec_config own;
    int64_t last_us;
    uint32_t shown_after_us; /* of the picture being encoded */
    /* being made: one pack */
    struct buffer data;
    struct sample *samples; /* SAMPLE_PACK_COUNT_MAX; their data: sizes only */
    size_t count;
};

enum status recoder_create(const struct regions *regions, struct recoder **out)
{
    struct recoder *recoder = alloc_zeroed(sizeof *recoder);
    *out = NULL;
    if (recoder == NULL)
        return STATUS_NO_MEMORY;
    recoder->regions = *regions;
    recoder->last_us = INT64_MIN;
    recoder->record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    recoder->own_record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    recoder->data = buffer_with_limit(SAMPLE_PACK_DATA_MAX);
    recoder->samples = alloc_array(SAMPLE_PACK_COUNT_MAX, sizeof(struct sample));
    recoder->packet = av_packet_alloc();
    recoder->frame = av_frame_alloc();
    if (recoder->samples == NULL || recoder->packet == NULL ||
        recoder->frame == NULL) {
        recoder_destroy(&recoder);
        return STATUS_NO_MEMORY;
    }
    *out = recoder;
    return STATUS_OK;
}

void recoder_destroy(struct recoder **recoder)
{
    struct recoder *old = *recoder;
    *recoder = NULL;
    if (old == NULL)
        return;
    avcodec_free_context(&old->decoder);
    avcodec_free_context(&old->encoder);
    av_packet_free(&old->packet);
    av_frame_free(&old->frame);
    cover_destroy(&old->cover);
    buffer_deinit(&old->record);
    buffer_deinit(&old->own_record);
    buffer_deinit(&old->data);
    alloc_free(old->samples);
    alloc_free(old);
}

/* ---- the camera's pictures ---- */

static enum status open_decoder(struct recoder *recoder,
                                const struct codec_config *config)
{
    const AVCodec *codec = avcodec_find_decoder(
        config->codec == CODEC_H264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC);
    avcodec_free_context(&recoder->decoder);
    buffer_clear(&recoder->record);
    buffer_append(&recoder->record, config->record);
    recoder->codec = config->codec;
    recoder->is_awaiting_idr = true;
    recoder->waiting_count = 0;
    recoder->decoder = avcodec_alloc_context3(codec);
    if (recoder->decoder == NULL || recoder->record.failed)
        return STATUS_NO_MEMORY;
    AVCodecContext *decoder = recoder->decoder;
    decoder->thread_count = 1;
    decoder->max_pixels = PIXELS_MAX;
    decoder->extradata =
        av_mallocz(config->record.size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (decoder->extradata == NULL)
        return STATUS_NO_MEMORY;
    memcpy(decoder->extradata, config->record.data, config->record.size);
    decoder->extradata_size = (int)config->record.size;
    return avcodec_open2(decoder, codec, NULL) == 0 ? STATUS_OK
                                                    : STATUS_BAD_INPUT;
}

static bool is_same(const struct recoder *recoder,
                    const struct codec_config *config)
{
    return recoder->decoder != NULL && recoder->codec == config->codec &&
           recoder->record.size == config->record.size &&
           memcmp(recoder->record.data, config->record.data,
                  config->record.size) == 0; /* nothing secret */
}

/* ---- ours ---- */

static bool is_of_our_form(const AVFrame *frame)
{
    return frame->format == AV_PIX_FMT_YUV420P ||
           frame->format == AV_PIX_FMT_YUVJ420P;
}

static void set_up(AVCodecContext *encoder, const AVFrame *frame)
{
    encoder->width = frame->width;
    encoder->height = frame->height;
    encoder->pix_fmt = (enum AVPixelFormat)frame->format;
    encoder->time_base = (AVRational){1, 1000000};
    encoder->framerate = (AVRational){RATE, 1};
    encoder->sample_aspect_ratio = frame->sample_aspect_ratio;
    encoder->color_range = frame->color_range;
    encoder->color_primaries = frame->color_primaries;
    encoder->color_trc = frame->color_trc;
    encoder->colorspace = frame->colorspace;
    encoder->gop_size = GOP_PICTURES;
    encoder->max_b_frames = 0;
    encoder->thread_count = 1;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
}

/* SPS and PPS, which x264 gives as a byte stream, as a configuration. */
static enum status take_header(struct recoder *recoder)
{
    const AVCodecContext *encoder = recoder->encoder;
    struct bytes left = bytes_of(encoder->extradata,
                                 (size_t)encoder->extradata_size);
    struct bytes nal;
    struct bytes sps = {NULL, 0};
    struct bytes pps = {NULL, 0};
    while (nal_stream_next(&left, &nal)) {
        if (h264_nal_type(nal) == H264_NAL_SPS)
            sps = nal;
        else if (h264_nal_type(nal) == H264_NAL_PPS)
            pps = nal;
    }
    buffer_clear(&recoder->own_record);
    enum status s = h264_config_make(&sps, 1, &pps, 1, &recoder->own_record,
                                     &recoder->own);
    return s == STATUS_NO_MEMORY || s == STATUS_OK ? s : STATUS_INTERNAL;
}

static enum status open_encoder(struct recoder *recoder, const AVFrame *frame)
{
    const AVCodec *codec = avcodec_find_encoder_by_name("libx264");
    AVDictionary *options = NULL;
    avcodec_free_context(&recoder->encoder);
    cover_destroy(&recoder->cover);
    if (codec == NULL)
        return STATUS_INTERNAL;
    recoder->encoder = avcodec_alloc_context3(codec);
    if (recoder->encoder == NULL ||
        av_dict_parse_string(&options,
                             "preset=superfast:tune=zerolatency:crf=24:"
                             "forced-idr=1:x264-params=scenecut=0", "=", ":",
                             0) < 0)
        return STATUS_NO_MEMORY;
    set_up(recoder->encoder, frame);
    bool is_open = avcodec_open2(recoder->encoder, codec, &options) == 0;
    av_dict_free(&options);
    if (!is_open)
        return STATUS_INTERNAL;
    enum status s = cover_create(&recoder->regions, (unsigned)frame->width,
                                 (unsigned)frame->height, &recoder->cover);
    return s == STATUS_OK ? take_header(recoder) : s;
}

/* A pack ends where what decodes it changes. */
static void end_pack(struct recoder *recoder, struct buffer *out)
{
    size_t at = 0;
    for (size_t i = 0; i < recoder->count; i++) {
        struct sample *sample = &recoder->samples[i];
        sample->data.data = recoder->data.data + at;
        at += sample->data.size;
        if (i > 0)
            recoder->samples[i - 1].duration_us =
                (uint32_t)(sample->time_us - recoder->samples[i - 1].time_us);
    }
    if (recoder->count > 0)
        sample_pack_append(out, recoder->camera, &recoder->own,
                           recoder->samples, recoder->count);
    recoder->count = 0;
    buffer_clear(&recoder->data);
}

static enum status take_encoded(struct recoder *recoder)
{
    const AVPacket *packet = recoder->packet;
    struct bytes left = bytes_of(packet->data, (size_t)packet->size);
    struct bytes nal;
    size_t before = recoder->data.size;
    if (recoder->count == SAMPLE_PACK_COUNT_MAX)
        return STATUS_INTERNAL;
    while (nal_stream_next(&left, &nal))
        nal_sample_append(&recoder->data, nal);
    struct sample *sample = &recoder->samples[recoder->count++];
    bool is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    *sample = (struct sample){.time_us = packet->pts,
                              .duration_us = USUAL_US,
                              .shown_after_us = recoder->shown_after_us};
    sample->data.size = recoder->data.size - before;
    sample->flags = (is_key ? SAMPLE_IDR : 0u) |
                    (recoder->has_hole ? SAMPLE_DISCONTINUITY : 0u);
    recoder->has_hole = false;
    return buffer_status(&recoder->data);
}

static enum status encode(struct recoder *recoder, AVFrame *frame)
{
    if (avcodec_send_frame(recoder->encoder, frame) < 0)
        return STATUS_INTERNAL;
    enum status s = STATUS_OK;
    while (s == STATUS_OK &&
           avcodec_receive_packet(recoder->encoder, recoder->packet) == 0) {
        s = take_encoded(recoder);
        av_packet_unref(recoder->packet);
    }
    return s;
}

/* Pictures come in the order of showing, and are encoded so: each gets the
 * first time of decoding that is left, and is shown when it was to be. */
static void set_time(struct recoder *recoder, AVFrame *frame)
{
    int64_t shown_us = frame->pts;
    int64_t time_us = shown_us;
    if (recoder->waiting_count > 0) {
        if (recoder->waiting[0] < shown_us)
            time_us = recoder->waiting[0];
        memmove(recoder->waiting, recoder->waiting + 1,
                --recoder->waiting_count * sizeof recoder->waiting[0]);
    }
    if (recoder->last_us != INT64_MIN && time_us <= recoder->last_us)
        time_us = recoder->last_us + 1;
    int64_t after_us = shown_us > time_us ? shown_us - time_us : 0;
    recoder->shown_after_us = after_us > SAMPLE_SHOWN_AFTER_MAX_US
                                  ? SAMPLE_SHOWN_AFTER_MAX_US
                                  : (uint32_t)after_us;
    recoder->last_us = time_us;
    frame->pts = time_us;
}

/* Covered first: the encoder never sees anything else. */
static enum status redraw(struct recoder *recoder, struct buffer *out)
{
    AVFrame *frame = recoder->frame;
    const AVCodecContext *encoder = recoder->encoder;
    if (!is_of_our_form(frame))
        return STATUS_BAD_INPUT;
    if (encoder == NULL || encoder->width != frame->width ||
        encoder->height != frame->height || encoder->pix_fmt != frame->format) {
        end_pack(recoder, out);
        enum status s = open_encoder(recoder, frame);
        if (s != STATUS_OK)
            return s;
    }
    if (av_frame_make_writable(frame) < 0)
        return STATUS_NO_MEMORY;
    size_t strides[3];
    for (size_t i = 0; i < 3; i++) {
        if (frame->linesize[i] < 0)
            return STATUS_BAD_INPUT;
        strides[i] = (size_t)frame->linesize[i];
    }
    cover_apply(recoder->cover, frame->data, strides);
    set_time(recoder, frame);
    bool is_first = encoder != recoder->encoder;
    frame->pict_type = frame->key_frame != 0 || is_first ? AV_PICTURE_TYPE_I
                                                         : AV_PICTURE_TYPE_NONE;
    return encode(recoder, frame);
}

/* All pictures that the decoder has ready. */
static enum status drain(struct recoder *recoder, struct buffer *out)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK &&
           avcodec_receive_frame(recoder->decoder, recoder->frame) == 0) {
        s = redraw(recoder, out);
        av_frame_unref(recoder->frame);
    }
    return s;
}

static enum status decode(struct recoder *recoder, const struct sample *sample,
                          struct buffer *out)
{
    bool is_idr = (sample->flags & SAMPLE_IDR) != 0;
    recoder->has_hole |= (sample->flags & SAMPLE_DISCONTINUITY) != 0;
    if (recoder->is_awaiting_idr && !is_idr) {
        recoder->has_hole = true;
        return STATUS_OK;
    }
    recoder->is_awaiting_idr = false;
    if (av_new_packet(recoder->packet, (int)sample->data.size) < 0)
        return STATUS_NO_MEMORY;
    memcpy(recoder->packet->data, sample->data.data, sample->data.size);
    recoder->packet->pts = sample->time_us + sample->shown_after_us;
    recoder->packet->dts = sample->time_us;
    int result = avcodec_send_packet(recoder->decoder, recoder->packet);
    av_packet_unref(recoder->packet);
    if (result == AVERROR(ENOMEM))
        return STATUS_NO_MEMORY;
    recoder->has_hole |= result < 0;
    if (result == 0 && recoder->waiting_count == WAITING_MAX)
        memmove(recoder->waiting, recoder->waiting + 1,
                --recoder->waiting_count * sizeof recoder->waiting[0]);
    if (result == 0)
        recoder->waiting[recoder->waiting_count++] = sample->time_us;
    return drain(recoder, out);
}

enum status recoder_take(struct recoder *recoder, const struct sample_pack *pack,
                         struct buffer *out)
{
    enum status s = STATUS_OK;
    if (pack->config.codec != CODEC_H264 && pack->config.codec != CODEC_H265)
        return STATUS_BAD_INPUT;
    recoder->camera = pack->camera;
    if (!is_same(recoder, &pack->config))
        s = open_decoder(recoder, &pack->config);
    uint32_t row = 0;
    size_t offset = 0;
    struct sample sample;
    while (s == STATUS_OK && sample_pack_next(pack, &row, &offset, &sample))
        s = decode(recoder, &sample, out);
    end_pack(recoder, out);
    return s == STATUS_OK ? buffer_status(out) : s;
}

enum status recoder_end(struct recoder *recoder, struct buffer *out)
{
    enum status s = STATUS_OK;
    if (recoder->decoder != NULL &&
        avcodec_send_packet(recoder->decoder, NULL) == 0)
        s = drain(recoder, out);
    avcodec_free_context(&recoder->decoder); /* a drained one takes no more */
    end_pack(recoder, out);
    return s == STATUS_OK ? buffer_status(out) : s;
}
