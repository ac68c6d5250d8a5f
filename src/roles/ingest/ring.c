/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/writer.h"
#include "media/sample_pack.h"
#include "roles/ingest/private.h"
#include "sys/logger.h"

/* docs/design/recording-path.md, "Ring entries". */
enum entry_kind {
    ENTRY_SAMPLE = 1,
    ENTRY_CONFIG = 2,
    ENTRY_STATE = 3,
    ENTRY_LOSS = 4,
};

enum {
    SAMPLE_HEAD_SIZE = 28,
    CONFIG_HEAD_SIZE = 12,
    STATE_HEAD_SIZE = 16,
    LOSS_SIZE = 20,
};

/* Room for one entry; ring_commit makes it visible. */
static enum status reserve(struct ingest_camera *camera, enum entry_kind kind,
                           size_t size, struct writer *out)
{
    uint8_t *at = NULL;
    if (camera->ingest->ring == NULL)
        return STATUS_NO_SPACE;
    enum status s =
        ring_reserve(camera->ingest->ring, (uint32_t)kind, size, &at);
    if (s == STATUS_OK)
        *out = writer_on(at, size);
    return s;
}

static void commit(struct ingest_camera *camera, size_t size)
{
    struct ingest *ingest = camera->ingest;
    ring_commit(ingest->ring);
    ingest->written_bytes += size;
    if (ring_is_watched(ingest->ring, camera->camera))
        ingest->is_watched_written = true;
}

static enum status write_state(struct ingest_camera *camera, enum cause cause,
                               struct boot_time time, struct text detail)
{
    struct writer out;
    enum status s = reserve(camera, ENTRY_STATE,
                            STATE_HEAD_SIZE + detail.size, &out);
    if (s != STATUS_OK)
        return s;
    writer_u32be(&out, camera->camera);
    writer_u8(&out, (uint8_t)cause);
    writer_zeros(&out, 3);
    writer_i64be(&out, time.us);
    writer_bytes(&out, text_bytes(detail));
    commit(camera, out.used);
    return STATUS_OK;
}

void ingest_tell_owed(struct ingest_camera *camera)
{
    if (camera->owes_state &&
        write_state(camera, camera->state, camera->state_time,
                    text_of(camera->state_detail)) == STATUS_OK)
        camera->owes_state = false;
}

void ingest_tell_state(struct ingest_camera *camera, enum cause cause,
                       struct boot_time time, const char *detail)
{
    struct text text = text_of(detail);
    if (!text_is_plain(text) ||
        !text_copy(text, camera->state_detail, sizeof camera->state_detail))
        camera->state_detail[0] = 0;
    camera->state = cause;
    camera->state_time = time;
    camera->owes_state = true;
    ingest_tell_owed(camera);
}

/* The session's views end with the callback: keep a copy. */
static void on_config(void *context, const struct codec_config *config)
{
    struct ingest_camera *camera = context;
    if (config->record.size > sizeof camera->config_record)
        return;
    memcpy(camera->config_record, config->record.data, config->record.size);
    camera->config = *config;
    camera->config.record =
        bytes_of(camera->config_record, config->record.size);
    camera->owes_config = true;
}

static enum status write_config(struct ingest_camera *camera)
{
    const struct codec_config *config = &camera->config;
    struct writer out;
    enum status s = reserve(camera, ENTRY_CONFIG,
                            CONFIG_HEAD_SIZE + config->record.size, &out);
    if (s != STATUS_OK)
        return s;
    writer_u32be(&out, camera->camera);
    writer_u8(&out, (uint8_t)config->codec);
    writer_u8(&out, 0);
    writer_u16be(&out, config->width);
    writer_u16be(&out, config->height);
    writer_u16be(&out, (uint16_t)config->record.size);
    writer_bytes(&out, config->record);
    commit(camera, out.used);
    camera->owes_config = false;
    return STATUS_OK;
}

static enum status write_sample(struct ingest_camera *camera,
                                const struct sample *sample)
{
    struct writer out;
    enum status s = reserve(camera, ENTRY_SAMPLE,
                            SAMPLE_HEAD_SIZE + sample->data.size, &out);
    if (s != STATUS_OK)
        return s;
    writer_u32be(&out, camera->camera);
    writer_u32be(&out, sample_pack_flags(sample));
    writer_u64be(&out, ++camera->number);
    writer_i64be(&out, sample->time_us);
    writer_u32be(&out, sample->duration_us);
    writer_bytes(&out, sample->data);
    commit(camera, out.used);
    return STATUS_OK;
}

/* What found no room in a full ring is told with the next loss. */
static void tell_loss(struct ingest_camera *camera)
{
    struct writer out;
    if (camera->packets_owed + camera->pictures_owed == 0 ||
        reserve(camera, ENTRY_LOSS, LOSS_SIZE, &out) != STATUS_OK)
        return;
    writer_u32be(&out, camera->camera);
    writer_u32be(&out, camera->packets_owed);
    writer_u32be(&out, camera->pictures_owed);
    writer_i64be(&out, ingest_now(camera->ingest).us);
    commit(camera, out.used);
    camera->packets_owed = camera->pictures_owed = 0;
}

static void begin_overload(struct ingest_camera *camera)
{
    if (!camera->is_overloaded)
        log_line(LOG_WARNING,
                 "ring full, dropping to the next key picture camera=%u",
                 (unsigned)camera->camera);
    camera->is_overloaded = true;
    camera->samples_dropped++;
    camera->pictures_owed++;
}

/* The reason stands before the sample that ends the gap. */
static enum status end_overload(struct ingest_camera *camera)
{
    char detail[64];
    tell_loss(camera);
    int size = snprintf(detail, sizeof detail, "%llu pictures dropped",
                        (unsigned long long)camera->samples_dropped);
    return write_state(camera, CAUSE_OVERLOAD, ingest_now(camera->ingest),
                       (struct text){detail, (size_t)size});
}

static void on_sample(void *context, const struct sample *given)
{
    struct ingest_camera *camera = context;
    struct sample sample = *given;
    bool is_key = (sample.flags & SAMPLE_IDR) != 0;
    bool was_overloaded = camera->is_overloaded;
    if (was_overloaded)
        sample.flags |= SAMPLE_DISCONTINUITY;
    if (ingest_now(camera->ingest).us < camera->motion_until_us)
        sample.flags |= SAMPLE_MOTION;
    enum status s = was_overloaded && !is_key ? STATUS_NO_SPACE : STATUS_OK;
    if (s == STATUS_OK && was_overloaded)
        s = end_overload(camera);
    if (s == STATUS_OK && is_key && camera->owes_config)
        s = write_config(camera);
    if (s == STATUS_OK)
        s = write_sample(camera, &sample);
    if (s != STATUS_OK) {
        begin_overload(camera);
        return;
    }
    camera->is_overloaded = false;
    camera->samples_dropped = 0;
    if (was_overloaded)
        ingest_tell_state(camera, CAUSE_NONE, ingest_now(camera->ingest), "");
}

static void on_loss(void *context, uint32_t packets, struct boot_time time)
{
    struct ingest_camera *camera = context;
    (void)time;
    camera->packets_owed += packets;
    tell_loss(camera);
}

static void on_state(void *context, enum cause cause, struct boot_time time)
{
    ingest_tell_state(context, cause, time, "");
}

const struct session_sink INGEST_SINK = {
    .on_config = on_config,
    .on_sample = on_sample,
    .on_loss = on_loss,
    .on_state = on_state,
};
