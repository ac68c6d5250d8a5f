/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench/past.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/bench/site.h"
#include "crypto/secret.h"
#include "store/record_builder.h"
#include "sys/file.h"

enum {
    CLASS = 1,
    KEPT_DAYS = 30,
    UNIT_S = 60,
    VOLUME_BYTES = 1024 * 1024 * 1024,
};

struct recording {
    struct bench_past *past;
    const struct bench_clip *clip;
    struct record_builder *builder;
    struct keyring_unit unit; /* of the newest sample */
    bool has_unit;
    uint64_t number;
    bench_past_fn *on_sample;
    void *context;
};

static enum status make_directories(struct bench_past *past)
{
    static const char *const NAMES[] = {"keys", "index", "events", "volumes"};
    const struct bench_site site = {.cameras = 1, .camera_port = 9};
    enum status s = bench_site_write(past->site, &site);
    for (size_t i = 0; s == STATUS_OK && i < 4; i++) {
        char path[BENCH_PATH_SIZE + 16];
        (void)snprintf(path, sizeof path, "%s/%s", past->site, NAMES[i]);
        s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path);
    }
    (void)snprintf(past->volumes, sizeof past->volumes, "%s/volumes",
                   past->site);
    (void)snprintf(past->index, sizeof past->index, "%s/index/runs.db",
                   past->site);
    (void)snprintf(past->book, sizeof past->book, "%s/events/disks",
                   past->site);
    return s;
}

static enum status open_store(struct bench_past *past)
{
    const struct disk_options disk = {&FILE_LAYER_SYSTEM, "d1",
                                      past->volumes};
    const struct store_options options = {.disks = &disk,
                                          .disk_count = 1,
                                          .book_layer = &FILE_LAYER_SYSTEM,
                                          .book_path = past->book,
                                          .index_path = past->index,
                                          .volume_bytes = VOLUME_BYTES};
    enum status s = store_open(&past->store, &options);
    past->is_store_open = s == STATUS_OK;
    return s;
}

/* As on another boot, so that a recorder that is started takes its wall
 * clock, which is where this keyring's ends. */
static enum status open_keyring(struct bench_past *past)
{
    static const uint8_t BOOT_ID[BOOT_ID_SIZE] = {'p', 'a', 's', 't'};
    char keys[BENCH_PATH_SIZE + 16];
    (void)snprintf(keys, sizeof keys, "%s/keys", past->site);
    const struct policy policy = {
        .camera = BENCH_CAMERA,
        .class_id = CLASS,
        .retention = {RETENTION_DAYS, KEPT_DAYS},
        .utc_offset_s = UTC_OFFSET_KOREA_S,
    };
    enum status s = keyring_open(&FILE_LAYER_SYSTEM, keys, NULL,
                                 &past->clock.clock, BOOT_ID, &past->keyring);
    return s == STATUS_OK ? keyring_set_policies(past->keyring, &policy, 1)
                          : s;
}

static enum status live_until(struct bench_past *past, struct wall_time time)
{
    if (time.us > past->clock.wall.us)
        fake_clock_advance(&past->clock, time.us - past->clock.wall.us);
    return keyring_rotation_in_us(past->keyring) == 0
               ? keyring_rotate(past->keyring)
               : STATUS_OK;
}

/* ---- one sample ---- */

static enum status store_draft(struct recording *recording,
                               const struct record_draft *draft)
{
    struct bench_past *past = recording->past;
    struct volume *volume = NULL;
    uint64_t offset = 0;
    enum status s = store_place(&past->store, CLASS, &draft->header, &volume,
                                &offset);
    if (s != STATUS_OK)
        return s;
    s = file_write_at(volume->file, offset, buffer_bytes(&draft->stored));
    if (s != STATUS_OK) {
        store_abort(&past->store, volume);
        return s;
    }
    past->record_bytes += draft->stored.size;
    past->records++;
    return store_commit(&past->store, volume, offset, &draft->header);
}

static enum status finish_record(struct recording *recording,
                                 const struct wall_time *next)
{
    struct record_draft draft;
    if (record_builder_is_empty(recording->builder))
        return STATUS_OK;
    enum status s =
        record_builder_finish(recording->builder, next, 0, &draft);
    if (s != STATUS_OK)
        return s;
    s = record_draft_seal(&draft, recording->unit.keys.key);
    if (s == STATUS_OK)
        s = store_draft(recording, &draft);
    record_draft_deinit(&draft);
    return s;
}

static enum status ask_key(struct recording *recording, struct wall_time time)
{
    struct bench_past *past = recording->past;
    if (recording->has_unit && time.us < recording->unit.span.to.us)
        return STATUS_OK;
    enum status s = live_until(past, time);
    if (s == STATUS_OK)
        s = keyring_seal(past->keyring, BENCH_CAMERA, time, &recording->unit);
    recording->has_unit = s == STATUS_OK;
    return s;
}

static enum status record_one(struct recording *recording,
                              const struct sample *sample)
{
    struct bench_past *past = recording->past;
    const struct wall_time time = {sample->time_us};
    enum status s = STATUS_OK;
    if (record_builder_cuts_before(recording->builder, sample))
        s = finish_record(recording, &time);
    if (s == STATUS_OK)
        s = ask_key(recording, time);
    if (s == STATUS_OK)
        s = record_builder_add(recording->builder, sample, recording->number,
                               recording->number);
    if (s == STATUS_OK && recording->on_sample != NULL)
        s = recording->on_sample(recording->context, sample,
                                 &recording->unit.keys);
    recording->number++;
    past->samples++;
    past->sample_bytes += sample->data.size;
    return s;
}

/* ---- all of it ---- */

static enum status record_all(struct recording *recording, uint64_t count)
{
    struct bench_past *past = recording->past;
    enum status s =
        record_builder_create(BENCH_CAMERA, 1, &recording->builder);
    if (s == STATUS_OK) {
        record_builder_set_unit(recording->builder, UNIT_S, AEAD_AES_256_GCM);
        s = record_builder_set_config(recording->builder,
                                      &recording->clip->config);
    }
    for (uint64_t k = 0; s == STATUS_OK && k < count; k++) {
        struct sample sample =
            bench_clip_sample(recording->clip, past->span.from.us, k);
        s = record_one(recording, &sample);
    }
    if (s == STATUS_OK)
        s = finish_record(recording, &past->span.to);
    record_builder_destroy(&recording->builder);
    secret_wipe(&recording->unit, sizeof recording->unit);
    return s;
}

static enum status sync_volumes(const struct bench_past *past)
{
    struct volume_walk walk = {0};
    enum status s = STATUS_OK;
    for (struct volume *volume = store_next_volume(&past->store, &walk);
         volume != NULL && s == STATUS_OK;
         volume = store_next_volume(&past->store, &walk)) {
        if (volume->file != NULL)
            s = file_sync(volume->file);
    }
    return s;
}

enum status bench_past_make(struct bench_past *past,
                            const struct bench_clip *clip, uint32_t minutes,
                            bench_past_fn *on_sample, void *context)
{
    const int64_t unit_us = (int64_t)UNIT_S * (int64_t)SECOND_US;
    struct wall_time now = clock_wall(&CLOCK_SYSTEM);
    past->span.to = slot_start(now, UNIT_S);
    past->span.from.us = past->span.to.us - minutes * unit_us;
    past->clock = fake_clock_at(past->span.from.us - unit_us);
    struct recording recording = {.past = past,
                                  .clip = clip,
                                  .on_sample = on_sample,
                                  .context = context};
    enum status s = make_directories(past);
    if (s == STATUS_OK)
        s = open_keyring(past);
    if (s == STATUS_OK)
        s = open_store(past);
    if (s == STATUS_OK)
        s = record_all(&recording,
                       (uint64_t)minutes * UNIT_S * BENCH_CLIP_RATE);
    if (s == STATUS_OK)
        s = live_until(past, now);
    return s == STATUS_OK ? sync_volumes(past) : s;
}

void bench_past_close(struct bench_past *past)
{
    if (past->is_store_open)
        store_close(&past->store);
    past->is_store_open = false;
    keyring_close(&past->keyring);
}
