/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench/clip.h"

#include "base/alloc.h"
#include "base/time.h"
#include "ingest/parameter_sets.h"
#include "media/codec.h"
#include "media/nal.h"
#include "sys/file.h"

/* The samples' sizes are known first; their places when all data stands. */
static enum status end_sample(struct bench_clip *clip, size_t *from)
{
    size_t size = clip->data.size - *from;
    if (size == 0)
        return STATUS_OK;
    if (clip->count == BENCH_CLIP_SAMPLES_MAX)
        return STATUS_LIMIT;
    clip->samples[clip->count++].data.size = size;
    *from = clip->data.size;
    return STATUS_OK;
}

static enum status cut(struct bench_clip *clip, struct bytes stream,
                       struct parameter_sets *sets)
{
    struct bytes nal;
    size_t from = 0;
    bool has_slice = false;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && nal_stream_next(&stream, &nal)) {
        if (has_slice && codec_nal_begins_access_unit(CODEC_H264, nal)) {
            s = end_sample(clip, &from);
            has_slice = false;
        }
        has_slice |= codec_nal_is_slice(CODEC_H264, nal);
        nal_sample_append(&clip->data, nal);
        if (s == STATUS_OK)
            s = parameter_sets_put(sets, nal);
    }
    return s == STATUS_OK ? end_sample(clip, &from) : s;
}

static void place(struct bench_clip *clip)
{
    size_t at = 0;
    for (size_t i = 0; i < clip->count; i++) {
        struct sample *sample = &clip->samples[i];
        sample->data = bytes_of(clip->data.data + at, sample->data.size);
        at += sample->data.size;
        sample->duration_us = SECOND_US / BENCH_CLIP_RATE;
        sample->flags =
            codec_sample_is_key(CODEC_H264, sample->data) ? SAMPLE_IDR : 0;
    }
}

enum status bench_clip_read(struct bench_clip *clip, const char *path)
{
    uint8_t *stream = NULL;
    size_t size = 0;
    clip->record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    clip->data = buffer_with_limit(2 * (size_t)BENCH_CLIP_BYTES_MAX);
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  BENCH_CLIP_BYTES_MAX, &stream, &size);
    struct parameter_sets *sets = alloc_zeroed(sizeof *sets);
    if (s == STATUS_OK && sets == NULL)
        s = STATUS_NO_MEMORY;
    if (s == STATUS_OK) {
        parameter_sets_init(sets, CODEC_H264);
        s = cut(clip, bytes_of(stream, size), sets);
    }
    if (s == STATUS_OK)
        s = buffer_status(&clip->data);
    if (s == STATUS_OK)
        s = parameter_sets_make(sets, &clip->record, &clip->config);
    if (s == STATUS_OK)
        place(clip);
    if (s == STATUS_OK &&
        (clip->count == 0 || (clip->samples[0].flags & SAMPLE_IDR) == 0))
        s = STATUS_BAD_INPUT;
    alloc_free(sets);
    alloc_free(stream);
    return s;
}

void bench_clip_deinit(struct bench_clip *clip)
{
    buffer_deinit(&clip->record);
    buffer_deinit(&clip->data);
    clip->count = 0;
}

struct sample bench_clip_sample(const struct bench_clip *clip,
                                int64_t begin_us, uint64_t k)
{
    struct sample sample = clip->samples[k % clip->count];
    sample.time_us =
        begin_us + (int64_t)k * (int64_t)SECOND_US / BENCH_CLIP_RATE;
    return sample;
}
