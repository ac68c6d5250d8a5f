/* SPDX-License-Identifier: Apache-2.0 */
/* A byte stream of tests/unit/media/data as samples with their configuration.
 */
#ifndef UNIT_MEDIA_STREAM_H
#define UNIT_MEDIA_STREAM_H

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "media/codec.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "unit/test.h"

enum { STREAM_SAMPLES_MAX = 64, STREAM_SETS_MAX = 4 };

struct stream {
    uint8_t file[65536];
    struct bytes bytes;
    struct codec_config config;
    struct buffer record;
    struct buffer data;
    struct sample samples[STREAM_SAMPLES_MAX];
    size_t count;
    struct bytes sets[3][STREAM_SETS_MAX]; /* VPS, SPS, PPS: first of each */
    size_t set_counts[3];
};

static inline struct bytes stream_file(const char *name, uint8_t *out,
                                       size_t size)
{
    char path[4096];
    const char *root = getenv("SOURCE_ROOT");
    (void)snprintf(path, sizeof path, "%s/tests/unit/media/data/%s",
                   root == NULL ? "." : root, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail_msg("cannot read %s", path);
    size_t got = fread(out, 1, size, file);
    (void)fclose(file);
    return bytes_of(out, got);
}

static inline void stream_end_sample(struct stream *stream, size_t begin,
                                     unsigned rate)
{
    struct sample *sample = &stream->samples[stream->count];
    assert_true(stream->count < STREAM_SAMPLES_MAX);
    sample->time_us = (int64_t)stream->count * 1000000 / rate;
    sample->duration_us = 1000000 / rate;
    sample->data =
        bytes_of(stream->data.data + begin, stream->data.size - begin);
    sample->flags = codec_sample_is_key(stream->config.codec, sample->data)
                        ? SAMPLE_IDR
                        : 0;
    stream->count++;
}

static inline void stream_keep_set(struct stream *stream, struct bytes nal)
{
    size_t kind = stream->config.codec == CODEC_H265
                      ? (size_t)h265_nal_type(nal) - H265_NAL_VPS
                      : (size_t)h264_nal_type(nal) - H264_NAL_SPS + 1;
    if (stream->set_counts[kind] == 0)
        stream->sets[kind][stream->set_counts[kind]++] = nal;
}

static inline enum status stream_make_config(struct stream *stream,
                                             struct buffer *record,
                                             struct codec_config *config)
{
    if (stream->config.codec == CODEC_H264)
        return h264_config_make(stream->sets[1], stream->set_counts[1],
                                stream->sets[2], stream->set_counts[2], record,
                                config);
    const struct h265_sets sets = {stream->sets[0], stream->set_counts[0],
                                   stream->sets[1], stream->set_counts[1],
                                   stream->sets[2], stream->set_counts[2]};
    return h265_config_make(&sets, record, config);
}

static inline struct stream *stream_open(const char *name, enum codec codec,
                                         unsigned rate)
{
    struct stream *stream = calloc(1, sizeof *stream);
    assert_non_null(stream);
    stream->bytes = stream_file(name, stream->file, sizeof stream->file);
    stream->record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    stream->data = buffer_with_limit(1 << 20);
    stream->config.codec = codec;
    /* All of it once, so that the views below do not move. */
    assert_non_null(buffer_reserve(&stream->data, 2 * stream->bytes.size));
    buffer_clear(&stream->data);

    struct bytes left = stream->bytes;
    struct bytes nal = {NULL, 0};
    size_t begin = 0;
    bool has_slice = false;
    while (nal_stream_next(&left, &nal)) {
        if (has_slice && codec_nal_begins_access_unit(codec, nal)) {
            stream_end_sample(stream, begin, rate);
            begin = stream->data.size;
            has_slice = false;
        }
        has_slice |= codec_nal_is_slice(codec, nal);
        if (codec_nal_is_parameter_set(codec, nal))
            stream_keep_set(stream, nal);
        nal_sample_append(&stream->data, nal);
    }
    stream_end_sample(stream, begin, rate);
    CHECK_OK(buffer_status(&stream->data));
    CHECK_OK(stream_make_config(stream, &stream->record, &stream->config));
    return stream;
}

static inline void stream_close(struct stream **stream)
{
    buffer_deinit(&(*stream)->record);
    buffer_deinit(&(*stream)->data);
    free(*stream);
    *stream = NULL;
}

#endif
