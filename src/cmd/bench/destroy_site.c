/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/bench/destroy.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/bench/keys.h"
#include "store/record_builder.h"
#include "sys/file.h"

enum {
    CLASS = 1,
    UNIT_S = 60,
    RECORD_BYTES = 250000, /* a second at 2 Mbit/s */
    RATE = 15,
    VOLUME_BYTES = 1024 * 1024 * 1024,
    SMALL_VOLUME_BYTES = 64 * 1024 * 1024,
};

/* ---- a disk that has room for all ------------------------------------------- */

static enum status hollow_preallocate(struct file *file, uint64_t size)
{
    return FILE_LAYER_SYSTEM.truncate(file, size);
}

static enum status hollow_free_bytes(const struct file_layer *layer,
                                     const char *path, uint64_t *out)
{
    (void)layer;
    (void)path;
    *out = UINT64_C(1) << 50;
    return STATUS_OK;
}

static const struct file_layer *layer_of(const struct doomed_site *site)
{
    return site->is_sparse ? &site->layer : &FILE_LAYER_SYSTEM;
}

/* ---- a record like all others -------------------------------------------------- */

static enum status seal_one(struct doomed_site *site,
                            struct record_draft *draft)
{
    static uint8_t data[RECORD_BYTES / RATE];
    static const uint8_t CONFIG[] = {1, 100, 0, 30, 255, 225, 0, 0, 1, 0};
    const struct codec_config config = {.codec = CODEC_H264,
                                        .width = 1920,
                                        .height = 1080,
                                        .record = {CONFIG, sizeof CONFIG}};
    struct record_builder *builder = NULL;
    struct keyring_unit unit;
    enum status s =
        keyring_seal(site->keyring, 1, site->span.from, &unit);
    if (s == STATUS_OK)
        s = record_builder_create(1, 1, &builder);
    if (s == STATUS_OK) {
        record_builder_set_unit(builder, UNIT_S, AEAD_AES_256_GCM);
        s = record_builder_set_config(builder, &config);
    }
    for (int i = 0; s == STATUS_OK && i < RATE; i++) {
        const struct sample sample = {
            .time_us = site->span.from.us + i * (int64_t)SECOND_US / RATE,
            .duration_us = SECOND_US / RATE,
            .flags = i == 0 ? SAMPLE_IDR : 0,
            .data = {data, sizeof data}};
        s = record_builder_add(builder, &sample, (uint64_t)i, 0);
    }
    const struct wall_time next = {site->span.from.us + (int64_t)SECOND_US};
    if (s == STATUS_OK)
        s = record_builder_finish(builder, &next, 0, draft);
    record_builder_destroy(&builder);
    return s == STATUS_OK ? record_draft_seal(draft, unit.keys.key) : s;
}

/* ---- many of them ----------------------------------------------------------------- */

static enum status live_until(struct doomed_site *site, struct wall_time time)
{
    if (time.us > site->clock.wall.us)
        fake_clock_advance(&site->clock, time.us - site->clock.wall.us);
    return keyring_rotation_in_us(site->keyring) == 0
               ? keyring_rotate(site->keyring)
               : STATUS_OK;
}

/* Directories of full volumes, and their rows in the index. */
static void settle(struct doomed_site *site)
{
    store_note_synced(&site->store, &site->store.disks[0], UINT64_MAX / 2);
    (void)store_sweep_all(&site->store);
}

static enum status put(struct doomed_site *site, struct record_draft *draft,
                       uint64_t second, uint32_t camera)
{
    struct record_header *header = &draft->header;
    struct volume *volume = NULL;
    uint64_t offset = 0;
    header->camera = camera;
    header->sequence = second + 1;
    header->start.us = site->span.from.us + (int64_t)second * SECOND_US;
    header->unit = slot_start(header->start, UNIT_S);
    record_header_encode(header, draft->stored.data);
    enum status s = store_place(&site->store, CLASS, header, &volume, &offset);
    if (s != STATUS_OK)
        return s;
    if (!site->is_sparse)
        s = file_write_at(volume->file, offset, buffer_bytes(&draft->stored));
    if (s != STATUS_OK) {
        store_abort(&site->store, volume);
        return s;
    }
    site->records++;
    return store_commit(&site->store, volume, offset, header);
}

static enum status put_all(struct doomed_site *site)
{
    struct record_draft draft = {0};
    uint64_t seconds = site->bytes / RECORD_BYTES / DOOMED_CAMERAS + 1;
    enum status s = live_until(site, site->span.from);
    if (s == STATUS_OK)
        s = seal_one(site, &draft);
    for (uint64_t second = 0; s == STATUS_OK && second < seconds; second++) {
        for (uint32_t camera = 1; s == STATUS_OK && camera <= DOOMED_CAMERAS;
             camera++)
            s = put(site, &draft, second, camera);
        site->span.to.us += SECOND_US;
        if (s == STATUS_OK)
            s = live_until(site, site->span.to);
        settle(site);
    }
    record_draft_deinit(&draft);
    return s;
}

/* ---- all of it ---------------------------------------------------------------------- */

/* The days before have their seeds too: they stay. */
static enum status make_keyring(struct doomed_site *site)
{
    char keys[BENCH_PATH_SIZE + 16];
    const struct bench_keys wanted = {
        .cameras = DOOMED_CAMERAS,
        .days = DOOMED_KEPT_DAYS,
        .until = {site->span.from.us - UNIT_S * (int64_t)SECOND_US},
    };
    (void)snprintf(keys, sizeof keys, "%s/keys", site->directory);
    enum status s =
        bench_keys_make(&wanted, keys, &site->clock, &site->keyring);
    site->key_table_bytes = bench_keys_table_bytes(keys);
    return s;
}

static enum status open_store(struct doomed_site *site)
{
    static const char *const NAMES[] = {"volumes", "index", "events"};
    char path[BENCH_PATH_SIZE + 32];
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", site->directory, NAMES[i]);
        s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path);
    }
    (void)snprintf(site->volume_directory, sizeof site->volume_directory,
                   "%s/volumes", site->directory);
    (void)snprintf(site->index, sizeof site->index, "%s/index/runs.db",
                   site->directory);
    (void)snprintf(site->book, sizeof site->book, "%s/events/disks",
                   site->directory);
    const struct disk_options disk = {layer_of(site), "d1",
                                      site->volume_directory};
    const struct store_options options = {
        .disks = &disk,
        .disk_count = 1,
        .book_layer = &FILE_LAYER_SYSTEM,
        .book_path = site->book,
        .index_path = site->index,
        .volume_bytes = site->bytes < 4ull * VOLUME_BYTES ? SMALL_VOLUME_BYTES
                                                          : VOLUME_BYTES};
    if (s == STATUS_OK)
        s = store_open(&site->store, &options);
    site->is_store_open = s == STATUS_OK;
    return s;
}

enum status doomed_site_make(struct doomed_site *site)
{
    struct wall_time now = clock_wall(&CLOCK_SYSTEM);
    site->layer = FILE_LAYER_SYSTEM;
    site->layer.preallocate = hollow_preallocate;
    site->layer.free_bytes = hollow_free_bytes;
    site->span.from = slot_start(now, UNIT_S);
    site->span.to = site->span.from;
    enum status s = make_keyring(site);
    if (s == STATUS_OK)
        s = open_store(site);
    if (s == STATUS_OK)
        s = put_all(site);
    if (s == STATUS_OK)
        site->volumes = store_numbers(&site->store).volumes;
    return s;
}

void doomed_site_close(struct doomed_site *site)
{
    if (site->is_store_open)
        store_close(&site->store);
    site->is_store_open = false;
    keyring_close(&site->keyring);
}
