/* SPDX-License-Identifier: Apache-2.0 */
#include "web/fragments.h"

#include "base/alloc.h"
#include "base/writer.h"
#include "media/fmp4.h"
#include "media/sample_pack.h"

/* Samples gathered for one fragment, over several packs if need be. */
struct gathering {
    struct sample samples[FRAGMENT_SAMPLES];
    size_t count;
};

struct writing {
    struct buffer *out;
    struct fragments *written;
    struct gathering *gathering;
    struct codec_config config;
    uint32_t sequence;
};

static enum status flush(struct writing *writing)
{
    struct gathering *gathering = writing->gathering;
    if (gathering->count == 0)
        return STATUS_OK;
    const struct fmp4_fragment fragment = {
        .track = 1,
        .sequence = ++writing->sequence,
        .origin_us = writing->written->start_us,
        .samples = gathering->samples,
        .count = gathering->count,
    };
    gathering->count = 0;
    return fmp4_fragment_append(writing->out, &fragment);
}

/* Whether a fragment must end before this sample. */
static bool begins_fragment(const struct gathering *gathering, int64_t end_us,
                            const struct sample *sample)
{
    return gathering->count > 0 &&
           (gathering->count == FRAGMENT_SAMPLES ||
            (sample->flags & SAMPLE_IDR) != 0 ||
            sample->time_us - end_us > FRAGMENT_GAP_US);
}

static enum status begin(struct writing *writing,
                         const struct sample_pack *pack,
                         const struct sample *first)
{
    struct fragments *written = writing->written;
    writing->config = pack->config;
    written->start_us = first->time_us;
    written->end_us = first->time_us;
    written->width = pack->config.width;
    written->height = pack->config.height;
    enum status s = codec_string(&pack->config, written->codec);
    if (s != STATUS_OK)
        return STATUS_CORRUPT;
    const struct fmp4_track track = {.id = 1, .config = pack->config};
    return fmp4_init_append(writing->out, &track, 1);
}

static enum status add_sample(struct writing *writing,
                              const struct sample_pack *pack,
                              const struct sample *sample)
{
    struct fragments *written = writing->written;
    struct gathering *gathering = writing->gathering;
    if (written->samples == 0) {
        enum status s = begin(writing, pack, sample);
        if (s != STATUS_OK)
            return s;
    } else if (begins_fragment(gathering, written->end_us, sample)) {
        enum status s = flush(writing);
        if (s != STATUS_OK)
            return s;
    }
    gathering->samples[gathering->count++] = *sample;
    written->samples++;
    if (sample->time_us + sample->duration_us > written->end_us)
        written->end_us = sample->time_us + sample->duration_us;
    return STATUS_OK;
}

static enum status add_pack(struct writing *writing,
                            const struct sample_pack *pack)
{
    struct sample sample;
    uint32_t row = 0;
    size_t offset = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && !writing->written->is_cut &&
           sample_pack_next(pack, &row, &offset, &sample)) {
        if (writing->written->samples > 0 &&
            !codec_config_equal(&writing->config, &pack->config)) {
            writing->written->is_cut = true;
            writing->written->cut_us = sample.time_us;
        } else {
            s = add_sample(writing, pack, &sample);
        }
    }
    return s;
}

static enum status of_packs(enum status status)
{
    return status == STATUS_BAD_INPUT ? STATUS_CORRUPT : status;
}

enum status fragments_append(struct buffer *out, struct bytes packs,
                             uint32_t camera, struct fragments *written)
{
    *written = (struct fragments){0};
    struct gathering *gathering = alloc_zeroed(sizeof *gathering);
    if (gathering == NULL)
        return STATUS_NO_MEMORY;
    struct writing writing = {
        .out = out, .written = written, .gathering = gathering};
    struct reader in = reader_on(packs);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && !written->is_cut && reader_more(&in)) {
        struct sample_pack pack;
        s = sample_pack_read(&in, &pack);
        if (s == STATUS_OK && pack.camera != camera)
            s = STATUS_CORRUPT;
        if (s == STATUS_OK)
            s = add_pack(&writing, &pack);
    }
    if (s == STATUS_OK)
        s = flush(&writing);
    alloc_free(gathering);
    if (s == STATUS_OK && written->samples == 0)
        return STATUS_NOT_FOUND;
    return of_packs(s);
}

/* ---- live ------------------------------------------------------------------ */

struct live_camera {
    uint32_t camera;
    uint32_t sequence;
    int64_t origin_us;
    struct codec_config config; /* record points into record */
    uint8_t record[CODEC_CONFIG_SIZE_MAX];
};

struct live_frames {
    struct live_camera **cameras;
    size_t count;
    size_t capacity;
    struct gathering gathering;
};

enum status live_frames_create(struct live_frames **out)
{
    *out = alloc_zeroed(sizeof **out);
    return *out == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

void live_frames_destroy(struct live_frames **live)
{
    struct live_frames *old = *live;
    if (old == NULL)
        return;
    for (size_t i = 0; i < old->count; i++)
        alloc_free(old->cameras[i]);
    alloc_free(old->cameras);
    alloc_free(old);
    *live = NULL;
}

static enum status camera_of(struct live_frames *live, uint32_t number,
                             struct live_camera **out)
{
    for (size_t i = 0; i < live->count; i++) {
        *out = live->cameras[i];
        if ((*out)->camera == number)
            return STATUS_OK;
    }
    if (live->count >= CAMERAS_MAX)
        return STATUS_LIMIT;
    if (live->count == live->capacity) {
        size_t capacity = live->capacity == 0 ? 16 : 2 * live->capacity;
        struct live_camera **grown =
            alloc_resize(live->cameras, capacity, sizeof *grown);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        live->cameras = grown;
        live->capacity = capacity;
    }
    *out = alloc_zeroed(sizeof **out);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    (*out)->camera = number;
    live->cameras[live->count++] = *out;
    return STATUS_OK;
}

/* The header, whose size is known only after what follows: see end_frame. */
static size_t begin_frame(struct buffer *out, uint32_t camera, uint8_t kind,
                          int64_t time_us)
{
    uint8_t *at = buffer_reserve(out, LIVE_FRAME_HEADER);
    if (at == NULL)
        return 0;
    struct writer w = writer_on(at, LIVE_FRAME_HEADER);
    writer_u32be(&w, camera);
    writer_u8(&w, kind);
    writer_zeros(&w, 3);
    writer_i64be(&w, time_us);
    writer_u32be(&w, 0);
    return out->size;
}

static enum status end_frame(struct buffer *out, size_t from,
                             enum status status)
{
    if (status != STATUS_OK || out->failed)
        return status != STATUS_OK ? status : STATUS_NO_MEMORY;
    struct writer w = writer_on(out->data + from - 4, 4);
    writer_u32be(&w, (uint32_t)(out->size - from));
    return STATUS_OK;
}

static enum status write_init(struct live_camera *camera,
                              const struct sample_pack *pack,
                              int64_t origin_us, struct buffer *out)
{
    struct writer record = writer_on(camera->record, sizeof camera->record);
    writer_bytes(&record, pack->config.record);
    if (record.failed)
        return STATUS_LIMIT;
    camera->config = pack->config;
    camera->config.record = writer_written(&record);
    camera->origin_us = origin_us;
    camera->sequence = 0;
    size_t from =
        begin_frame(out, stream_camera(camera->camera), LIVE_FRAME_INIT,
                    origin_us);
    const struct fmp4_track track = {.id = 1, .config = camera->config};
    return end_frame(out, from, fmp4_init_append(out, &track, 1));
}

static enum status write_fragment(struct live_camera *camera,
                                  const struct gathering *gathering,
                                  struct buffer *out)
{
    if (gathering->count == 0)
        return STATUS_OK;
    const struct fmp4_fragment fragment = {
        .track = 1,
        .sequence = ++camera->sequence,
        .origin_us = camera->origin_us,
        .samples = gathering->samples,
        .count = gathering->count,
    };
    size_t from = begin_frame(out, stream_camera(camera->camera),
                              LIVE_FRAME_FRAGMENT,
                              gathering->samples[0].time_us);
    return end_frame(out, from, fmp4_fragment_append(out, &fragment));
}

static enum status live_pack(struct live_frames *live,
                             const struct sample_pack *pack,
                             struct buffer *out)
{
    struct live_camera *camera = NULL;
    enum status s = camera_of(live, pack->camera, &camera);
    if (s != STATUS_OK)
        return s;
    struct gathering *gathering = &live->gathering;
    gathering->count = 0;
    bool has_init = camera->config.codec != CODEC_NONE &&
                    codec_config_equal(&camera->config, &pack->config);
    struct sample sample;
    uint32_t row = 0;
    size_t offset = 0;
    while (s == STATUS_OK && sample_pack_next(pack, &row, &offset, &sample)) {
        if (!has_init && (sample.flags & SAMPLE_IDR) == 0)
            continue;
        if (!has_init)
            s = write_init(camera, pack, sample.time_us, out);
        has_init = true;
        if (s == STATUS_OK && gathering->count == FRAGMENT_SAMPLES) {
            s = write_fragment(camera, gathering, out);
            gathering->count = 0;
        }
        gathering->samples[gathering->count++] = sample;
    }
    return s == STATUS_OK ? write_fragment(camera, gathering, out) : s;
}

enum status live_frames_append(struct live_frames *live, struct bytes packs,
                               struct buffer *out)
{
    struct reader in = reader_on(packs);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&in)) {
        struct sample_pack pack;
        s = sample_pack_read(&in, &pack);
        if (s == STATUS_OK)
            s = live_pack(live, &pack, out);
    }
    return of_packs(s);
}
