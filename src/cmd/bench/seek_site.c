/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/writer.h"
#include "cmd/bench/seek.h"
#include "crypto/derive.h"
#include "crypto/secret.h"
#include "store/record_builder.h"
#include "store/recovery.h"
#include "store/volume_end.h"

enum {
    CLASS = 1,
    UNIT_S = 60,
    SAMPLE_US = SECOND_US / SEEK_SAMPLES_PER_S,
    SAMPLE_BYTES = 250000 / SEEK_SAMPLES_PER_S, /* 2 Mbit/s */
    OPEN_REAL_BYTES = RECOVERY_CHECK_BYTES + 16 * 1024 * 1024,
};

#define BEGIN_US INT64_C(1790000040000000) /* at a minute's border */

static const uint8_t CONFIG_RECORD[] = {1, 100, 0, 30, 255, 225, 0, 0, 1, 0};
static const uint8_t SEED[SEED_SIZE] = {'b', 'e', 'n', 'c', 'h'};

enum status seek_unit_key(uint32_t camera, struct wall_time unit,
                          uint8_t out[UNIT_KEY_SIZE])
{
    struct unit_keys keys;
    enum status s = unit_keys_derive(SEED, camera, unit, UNIT_S, &keys);
    if (s == STATUS_OK)
        memcpy(out, keys.key, UNIT_KEY_SIZE);
    secret_wipe(&keys, sizeof keys);
    return s;
}

/* Second k of all the time; camera c's record of it is number k + 1. */
static struct wall_time time_of(uint64_t second)
{
    return (struct wall_time){BEGIN_US + (int64_t)second * SECOND_US};
}

static uint64_t first_second(const struct seek_site *site, uint32_t volume)
{
    return (uint64_t)(volume - 1) * site->seconds;
}

/* Cameras take turns within each second. */
static uint64_t offset_of(const struct seek_site *site, uint64_t second,
                          uint32_t camera)
{
    uint64_t in_volume = second % site->seconds;
    uint64_t place = in_volume * site->cameras + camera - 1;
    return VOLUME_HEADER_SIZE + place * site->stride;
}

/* ---- records ---- */

/* data: room for two samples, a key picture and any other. */
static enum status build(uint32_t camera, uint64_t second, uint8_t *data,
                         struct record_draft *out)
{
    struct record_builder *builder = NULL;
    const struct codec_config config = {
        .codec = CODEC_H264,
        .width = 1920,
        .height = 1080,
        .record = {CONFIG_RECORD, sizeof CONFIG_RECORD}};
    enum status s = record_builder_create(camera, second + 1, &builder);
    if (s == STATUS_OK)
        record_builder_set_unit(builder, UNIT_S, AEAD_AES_256_GCM);
    if (s == STATUS_OK)
        s = record_builder_set_config(builder, &config);
    for (size_t i = 0; i < 2; i++) {
        struct writer length = writer_on(data + i * SAMPLE_BYTES, 5);
        writer_u32be(&length, SAMPLE_BYTES - 4);
        writer_u8(&length, i == 0 ? 0x65 : 0x41);
    }
    for (int i = 0; s == STATUS_OK && i < SEEK_SAMPLES_PER_S; i++) {
        bool is_idr = i == 0 && second % SEEK_GOP_S == 0;
        struct sample sample = {
            .time_us = time_of(second).us + (int64_t)i * SAMPLE_US,
            .duration_us = SAMPLE_US,
            .flags = is_idr ? SAMPLE_IDR : 0,
            .data = {data + (is_idr ? 0 : SAMPLE_BYTES), SAMPLE_BYTES}};
        s = record_builder_add(builder, &sample, second, 0);
    }
    struct wall_time next = time_of(second + 1);
    if (s == STATUS_OK)
        s = record_builder_finish(builder, &next, 0, out);
    record_builder_destroy(&builder);
    return s;
}

/* A file, and room for a sample. */
struct target {
    struct file *file;
    uint8_t *data;
    bool is_whole; /* the next record's bytes, not only its header */
};

/* One record as it would have been written; its row too. */
static enum status write_record(struct seek_site *site,
                                const struct target *target, uint32_t camera,
                                uint64_t second, struct record_row *row)
{
    struct record_draft draft;
    uint8_t key[UNIT_KEY_SIZE];
    enum status s = build(camera, second, target->data, &draft);
    if (s != STATUS_OK)
        return s;
    uint64_t offset = offset_of(site, second, camera);
    s = seek_unit_key(camera, draft.header.unit, key);
    if (s == STATUS_OK)
        s = record_draft_seal(&draft, key);
    size_t size = target->is_whole ? draft.stored.size : STORE_ALIGNMENT;
    if (s == STATUS_OK)
        s = file_write_at(target->file, offset, bytes_of(draft.stored.data, size));
    *row = record_row_of(offset, &draft.header);
    site->real_records += target->is_whole;
    record_draft_deinit(&draft);
    return s;
}

/* ---- volumes ---- */

static enum status open_volume(const struct seek_site *site, uint32_t number,
                               struct file **out)
{
    char path[PATH_SIZE];
    enum status s = volume_path(site->volumes, CLASS, number, path);
    return s == STATUS_OK
               ? file_open(&FILE_LAYER_SYSTEM, path,
                           FILE_READ | FILE_WRITE | FILE_CREATE, out)
               : s;
}

static enum status make_hollow(const struct seek_site *site, uint32_t number)
{
    AUTO(file_close) struct file *file = NULL;
    enum status s = open_volume(site, number, &file);
    return s == STATUS_OK ? file_truncate(file, SEEK_VOLUME_BYTES) : s;
}

static enum status write_header(const struct seek_site *site,
                                struct file *file, uint32_t number)
{
    uint8_t bytes[VOLUME_HEADER_SIZE];
    struct volume_header header = {
        .class_id = CLASS, .id = number, .size = SEEK_VOLUME_BYTES};
    memcpy(header.installation, site->installation, INSTALLATION_ID_SIZE);
    volume_header_encode(&header, bytes);
    return file_write_at(file, 0, bytes_of(bytes, sizeof bytes));
}

/* The rows of all records that the volume would hold; sizes as sealed. */
static enum status list_all(const struct seek_site *site, uint32_t number,
                            const struct record_row *like,
                            struct directory *out)
{
    enum status s = STATUS_OK;
    uint64_t first = first_second(site, number);
    for (uint64_t second = first;
         s == STATUS_OK && second < first + site->seconds; second++) {
        for (uint32_t camera = 1; s == STATUS_OK && camera <= site->cameras;
             camera++) {
            struct record_row row = *like;
            row.offset = offset_of(site, second, camera);
            row.camera = camera;
            row.sequence = second + 1;
            row.start = time_of(second);
            bool is_idr = second % SEEK_GOP_S == 0;
            row.flags = is_idr ? RECORD_BEGINS_WITH_IDR : 0;
            row.gop_place =
                (uint32_t)(second % SEEK_GOP_S * SEEK_SAMPLES_PER_S);
            s = directory_add(out, &row);
        }
    }
    return s;
}

static enum status write_end(const struct seek_site *site, struct file *file,
                             uint32_t number, const struct record_row *like)
{
    struct directory directory = {0};
    struct buffer end = buffer_with_limit(SIZE_MAX);
    enum status s = list_all(site, number, like, &directory);
    if (s == STATUS_OK) {
        volume_end_encode(&directory, number, &end);
        s = buffer_status(&end);
    }
    if (s == STATUS_OK)
        s = file_write_at(file, SEEK_VOLUME_BYTES - end.size,
                          buffer_bytes(&end));
    buffer_deinit(&end);
    directory_deinit(&directory);
    return s;
}

/* Header, directory, and the camera's records around the probe. */
static enum status make_real(struct seek_site *site,
                             const struct seek_probe *probe, uint32_t number,
                             uint8_t *data)
{
    AUTO(file_close) struct file *file = NULL;
    enum status s = open_volume(site, number, &file);
    if (s == STATUS_OK)
        s = write_header(site, file, number);
    uint64_t first = first_second(site, number);
    uint64_t at = (uint64_t)((probe->time.us - BEGIN_US) / SECOND_US);
    struct record_row row = {0};
    for (uint64_t second = first;
         s == STATUS_OK && second < first + site->seconds; second++) {
        bool is_near = second + 6 >= at && second <= at + 16;
        const struct target target = {file, data, true};
        if (is_near || second == first)
            s = write_record(site, &target, probe->camera, second, &row);
    }
    if (s == STATUS_OK)
        s = write_end(site, file, number, &row);
    site->real_directories++;
    return s == STATUS_OK ? file_sync(file) : s;
}

/* The volume that was being written to when the power went. */
static enum status make_open(struct seek_site *site, uint8_t *data)
{
    AUTO(file_close) struct file *file = NULL;
    uint32_t number = site->volume_count + 1;
    enum status s = open_volume(site, number, &file);
    if (s == STATUS_OK)
        s = write_header(site, file, number);
    uint64_t first = first_second(site, number);
    uint64_t end = first + site->seconds - 1;
    uint64_t real_from =
        VOLUME_HEADER_SIZE +
        ((uint64_t)(site->seconds - 1) * site->cameras * site->stride);
    real_from = real_from > OPEN_REAL_BYTES ? real_from - OPEN_REAL_BYTES : 0;
    for (uint64_t second = first; s == STATUS_OK && second < end; second++) {
        for (uint32_t camera = 1; s == STATUS_OK && camera <= site->cameras;
             camera++) {
            struct record_row row;
            const struct target target = {
                file, data, offset_of(site, second, camera) >= real_from};
            s = write_record(site, &target, camera, second, &row);
        }
    }
    return s == STATUS_OK ? file_sync(file) : s;
}

void seek_forget_pages(const struct seek_site *site, uint32_t volume)
{
    char path[PATH_SIZE];
    if (volume_path(site->volumes, CLASS, volume, path) != STATUS_OK)
        return;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    (void)close(descriptor);
}

/* ---- index ---- */

static enum status fill_index(const struct seek_site *site)
{
    AUTO(store_index_close) struct store_index *index = NULL;
    enum index_origin origin = INDEX_NONE;
    struct run_table all = {0};
    struct run_table nothing = {0};
    enum status s =
        store_index_open(site->index, site->installation, &index, &origin);
    if (s == STATUS_OK)
        s = store_index_begin(index);
    if (s != STATUS_OK)
        return s;
    uint64_t end = first_second(site, site->volume_count + 1);
    for (uint32_t camera = 1; s == STATUS_OK && camera <= site->cameras;
         camera++)
        s = run_table_add(&all, camera,
                          (struct span){time_of(0), time_of(end)}, end);
    for (uint32_t number = 1; s == STATUS_OK && number <= site->volume_count;
         number++) {
        const struct catalogue_row row = {
            .number = number,
            .class_id = CLASS,
            .span = {time_of(first_second(site, number)),
                     time_of(first_second(site, number + 1))}};
        s = store_index_put(index, &row,
                            number == site->volume_count ? &all : &nothing);
    }
    run_table_deinit(&all);
    return store_index_end(index, s);
}

/* ---- all of it ---- */

enum status seek_site_open(const struct seek_site *site, struct store *store)
{
    const struct disk_options disk = {&FILE_LAYER_SYSTEM, "d1",
                                      site->volumes};
    const struct store_options options = {.disks = &disk,
                                          .disk_count = 1,
                                          .book_layer = &FILE_LAYER_SYSTEM,
                                          .book_path = site->book,
                                          .index_path = site->index,
                                          .volume_bytes = SEEK_VOLUME_BYTES};
    return store_open(store, &options);
}

/* Identity and disk book, as at a set-up. */
static enum status set_up(struct seek_site *site)
{
    static struct store store;
    enum status s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM,
                                                     site->volumes);
    if (s == STATUS_OK)
        s = seek_site_open(site, &store);
    if (s != STATUS_OK)
        return s;
    memcpy(site->installation, store.book.installation, INSTALLATION_ID_SIZE);
    store_close(&store);
    return STATUS_OK;
}

static void measure_volumes(struct seek_site *site)
{
    struct record_draft draft = {0};
    uint8_t *data = alloc_array(2, SAMPLE_BYTES);
    site->stride = STORE_ALIGNMENT;
    if (data != NULL && build(1, 0, data, &draft) == STATUS_OK)
        site->stride = draft.stored.size;
    record_draft_deinit(&draft);
    alloc_free(data);
    uint64_t second = site->stride * site->cameras;
    uint64_t end = volume_end_size((size_t)(SEEK_VOLUME_BYTES / site->stride));
    site->seconds =
        (uint32_t)((SEEK_VOLUME_BYTES - VOLUME_HEADER_SIZE - end) / second);
    if (site->seconds == 0)
        return;
    site->volume_count = (uint32_t)((uint64_t)site->days * 86400 /
                                    site->seconds);
}

static void choose_probes(struct seek_site *site)
{
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < SEEK_PROBES; i++) {
        struct seek_probe *probe = &site->probes[i];
        state ^= state << 13; /* xorshift64 */
        state ^= state >> 7;
        state ^= state << 17;
        /* Apart from each other, so that each has volumes of its own. */
        uint64_t part = site->volume_count / SEEK_PROBES;
        uint64_t volume = i * part + 2 + state % (part > 4 ? part - 4 : 1);
        probe->volume = (uint32_t)volume;
        probe->camera = (uint32_t)(1 + (state >> 20) % site->cameras);
        uint64_t in_volume = (state >> 40) % ((uint64_t)site->seconds * 1000);
        probe->time.us = time_of(first_second(site, probe->volume)).us +
                         (int64_t)in_volume * 1000;
    }
}

enum status seek_site_make(struct seek_site *site)
{
    (void)snprintf(site->volumes, sizeof site->volumes, "%s/volumes",
                   site->directory);
    (void)snprintf(site->index, sizeof site->index, "%s/runs.db",
                   site->directory);
    (void)snprintf(site->book, sizeof site->book, "%s/disks",
                   site->directory);
    measure_volumes(site);
    if (site->volume_count < 5 * SEEK_PROBES)
        return STATUS_LIMIT;
    uint8_t *data = alloc_array(2, SAMPLE_BYTES);
    enum status s = data == NULL ? STATUS_NO_MEMORY : set_up(site);
    for (uint32_t number = 1;
         s == STATUS_OK && number <= site->volume_count + 1; number++)
        s = make_hollow(site, number);
    choose_probes(site);
    for (size_t i = 0; s == STATUS_OK && i < SEEK_PROBES; i++) {
        const struct seek_probe *probe = &site->probes[i];
        for (uint32_t at = 0; s == STATUS_OK && at < 3; at++)
            s = make_real(site, probe, probe->volume - 1 + at, data);
    }
    if (s == STATUS_OK)
        s = make_open(site, data);
    alloc_free(data);
    return s == STATUS_OK ? fill_index(site) : s;
}
