/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "cmd/verify/private.h"
#include "crypto/secret.h"
#include "keys/offline.h"
#include "media/nal.h"
#include "media/sample_pack.h"
#include "model/hold.h"
#include "store/disk_book.h"
#include "store/volume_end.h"

/* One volume while its records are opened. */
struct volume_check {
    struct verify *verify;
    struct file *file;
    const char *name;
    struct catalogue_row row;
    size_t records; /* headers */
    size_t listed;  /* at its end */
    struct buffer sealed;
};

__attribute__((format(printf, 4, 5))) static void
record_problem(struct volume_check *check, uint64_t offset,
               const struct record_header *header, const char *format, ...);

static void record_problem(struct volume_check *check, uint64_t offset,
                           const struct record_header *header,
                           const char *format, ...)
{
    char where[VERIFY_WHERE_SIZE];
    char what[VERIFY_WHAT_SIZE];
    (void)snprintf(where, sizeof where, "volumes/%.60s offset %llu camera %u",
                   check->name, (unsigned long long)offset, header->camera);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    check->verify->result->damaged++;
    verify_problem(check->verify, where, "%s", what);
    if (subject_is_hold(header->camera)) {
        verify_holds_count(check->verify, header->camera, true);
        return;
    }
    /* That is the finding; the camera's time is not one more. */
    struct verify_track *track =
        verify_track_of(check->verify, header->camera);
    if (track != NULL)
        span_list_add(check->verify, &track->gaps,
                      (struct span){header->start, record_end(header)});
}

/* Whether the plain text is pictures, and only pictures, of one camera, as the
 * header says. What differs is returned, or NULL. */
static const char *difference(const struct record_header *header,
                              struct bytes plain, bool *is_video)
{
    struct reader in = reader_on(plain);
    struct sample_pack pack;
    *is_video = true;
    if (sample_pack_read(&in, &pack) != STATUS_OK || !reader_done(&in))
        return "not a sample pack";
    if (pack.camera != camera_of_subject(header->camera))
        return "another camera's pictures";
    if (pack.count != header->samples)
        return "another number of samples than its header says";
    *is_video = pack.config.codec == CODEC_H264 ||
                pack.config.codec == CODEC_H265;
    uint32_t row = 0;
    size_t offset = 0;
    struct sample sample = {0};
    int64_t end_us = header->start.us;
    while (sample_pack_next(&pack, &row, &offset, &sample)) {
        if (row == 1 && sample.time_us != header->start.us)
            return "another start than its header says";
        bool begins_idr = (header->flags & RECORD_BEGINS_WITH_IDR) != 0;
        if (row == 1 && begins_idr != ((sample.flags & SAMPLE_IDR) != 0))
            return "begins otherwise than its header says";
        *is_video &= nal_sample_check(sample.data) == STATUS_OK;
        end_us = sample.time_us + sample.duration_us;
    }
    if (end_us != record_end(header).us)
        return "another duration than its header says";
    return *is_video ? NULL : "not video";
}

static void count_record(struct verify *verify,
                         const struct record_header *header)
{
    if (subject_is_hold(header->camera)) { /* beside the camera's own time */
        verify_holds_count(verify, header->camera, false);
        verify->result->held_records++;
        verify->result->records++;
        verify->result->bytes += header->sealed_size;
        return;
    }
    struct verify_track *track = verify_track_of(verify, header->camera);
    if (track == NULL)
        return;
    struct span span = {header->start, record_end(header)};
    span_list_add(verify, &track->recorded, span);
    track->recorded_us += header->duration_us;
    verify->result->records++;
    verify->result->bytes += header->sealed_size;
    if (span.to.us > verify->horizon.us)
        verify->horizon = span.to;
}

/* Its key has died since the check looked, and with it the ciphertext. */
static bool has_died(struct verify *verify, const struct record_header *header)
{
    struct unit_keys unit;
    if (verify->beside == NULL || verify_keys_renew(verify) != STATUS_OK)
        return false;
    enum status s =
        keys_offline_unit(verify->keys, stream_camera(header->camera),
                          header->unit, header->unit_s, &unit, NULL);
    secret_wipe(&unit, sizeof unit);
    return s == STATUS_NOT_FOUND;
}

static void open_record(struct volume_check *check, uint64_t offset,
                        const struct record_header *header,
                        const uint8_t unit_key[UNIT_KEY_SIZE])
{
    struct verify *verify = check->verify;
    buffer_clear(&check->sealed);
    uint8_t *sealed = buffer_reserve(&check->sealed, header->sealed_size);
    if (sealed == NULL) {
        verify->status = STATUS_NO_MEMORY;
        return;
    }
    enum status s = volume_read_sealed(check->file, offset, header, sealed);
    if (s == STATUS_OK)
        s = record_open(header, unit_key,
                        bytes_of(sealed, header->sealed_size), sealed);
    if (s != STATUS_OK && has_died(verify, header)) {
        verify->result->destroyed_records++;
        return;
    }
    if (s != STATUS_OK) {
        record_problem(check, offset, header, "does not open: %s",
                       s == STATUS_DENIED ? "commitment differs"
                                          : status_name(s));
        return;
    }
    bool is_video = true;
    const char *what = difference(header, buffer_bytes(&check->sealed),
                                  &is_video);
    verify->result->audio_tracks += !is_video;
    if (what != NULL) {
        record_problem(check, offset, header, "%s", what);
        return;
    }
    count_record(verify, header);
    struct span span = {header->start, record_end(header)};
    if (!check->row.is_unread)
        verify->status = run_table_add(&verify->full, header->camera, span,
                                       header->sequence);
}

/* Living or not, the index may tell of it. */
static void note_time(struct volume_check *check,
                      const struct record_header *header)
{
    struct span span = {header->start, record_end(header)};
    struct span *whole = &check->row.span;
    check->records++;
    if (span_is_empty(*whole))
        *whole = span;
    if (span.from.us < whole->from.us)
        whole->from = span.from;
    if (span.to.us > whole->to.us)
        whole->to = span.to;
    enum status s = run_table_add(&check->verify->seen, header->camera, span,
                                  header->sequence);
    if (s != STATUS_OK)
        check->verify->status = s;
}

/* Whether the volume's own directory stands at its end. */
static bool has_end(struct volume_check *check, uint64_t volume_bytes)
{
    struct directory directory = {0};
    enum status s = volume_end_read(check->file, volume_bytes,
                                    check->row.number, &directory);
    check->listed = directory.count;
    directory_deinit(&directory);
    return s == STATUS_OK;
}

static bool on_record(void *context, uint64_t offset,
                      const struct record_header *header)
{
    struct volume_check *check = context;
    struct verify *verify = check->verify;
    struct unit_keys unit;
    note_time(check, header);
    if (verify_is_unsettled(verify, record_end(header))) {
        verify->result->younger++;
        return true;
    }
    enum status s = keys_offline_unit(verify->keys, stream_camera(header->camera),
                                      header->unit, header->unit_s, &unit,
                                      NULL);
    if (s == STATUS_NOT_FOUND)
        verify->result->destroyed_records++;
    else if (s != STATUS_OK)
        record_problem(check, offset, header, "key: %s", status_name(s));
    else
        open_record(check, offset, header, unit.key);
    secret_wipe(&unit, sizeof unit);
    return verify->status == STATUS_OK;
}

static void check_volume(struct verify *verify, const char *path,
                         const char *name, struct catalogue_row row)
{
    char where[VERIFY_WHERE_SIZE];
    (void)snprintf(where, sizeof where, "volumes/%.60s", name);
    if (verify->beside != NULL && verify_keys_renew(verify) != STATUS_OK)
        verify_problem(verify, "keys", "cannot be read");
    struct volume_header header;
    AUTO(file_close) struct file *file = NULL;
    enum status s =
        volume_open(verify->layer, path, FILE_READ, &header, &file);
    if (s == STATUS_OK)
        memcpy(verify->installation, header.installation,
               INSTALLATION_ID_SIZE);
    if (s == STATUS_CORRUPT) {
        verify_problem(verify, where, "its header is damaged");
        s = volume_open_headless(verify->layer, path, FILE_READ, &header,
                                 &file);
    }
    if (s != STATUS_OK) {
        verify_problem(verify, where, "cannot be read: %s", status_name(s));
        return;
    }
    struct volume_check check = {.verify = verify,
                                 .file = file,
                                 .name = name,
                                 .row = row,
                                 .sealed =
                                     buffer_with_limit(RECORD_SEALED_MAX)};
    check.row.is_unread = !has_end(&check, header.size);
    uint64_t end = 0;
    size_t damaged = 0;
    s = volume_scan(file, VOLUME_HEADER_SIZE, header.size, on_record, &check,
                    &end, &damaged);
    if (check.sealed.data != NULL)
        secret_wipe(check.sealed.data, check.sealed.capacity);
    buffer_deinit(&check.sealed);
    if (s != STATUS_OK)
        verify_problem(verify, where, "cannot be read to its end: %s",
                       status_name(s));
    if (damaged > 0)
        verify_problem(verify, where, "%zu record headers are damaged",
                       damaged);
    verify->result->damaged += damaged;
    if (damaged == 0 && !check.row.is_unread && check.listed != check.records)
        verify_problem(verify, where,
                       "its directory lists %zu records, it holds %zu",
                       check.listed, check.records);
    if (catalogue_put(&verify->volumes, &check.row) != STATUS_OK)
        verify->status = STATUS_NO_MEMORY;
}

/* The volumes of one disk. */
struct disk_check {
    struct verify *verify;
    const char *directory;
};

static void on_name(void *context, const char *name)
{
    const struct disk_check *check = context;
    uint16_t class_id = 0;
    uint32_t number = 0;
    char path[PATH_SIZE];
    if (check->verify->status != STATUS_OK ||
        volume_name_parse(name, &class_id, &number) != STATUS_OK)
        return;
    (void)snprintf(path, sizeof path, "%s/%s", check->directory, name);
    const struct catalogue_row row = {.number = number, .class_id = class_id};
    check_volume(check->verify, path, name, row);
}

static enum status check_disk(void *context, struct verify *verify,
                              const char *directory, const char *name)
{
    (void)context;
    struct disk_check check = {verify, directory};
    enum status s =
        verify->layer->list(verify->layer, directory, on_name, &check);
    if (s == STATUS_NOT_FOUND) {
        verify_problem(verify, name, "the directory is missing");
        return STATUS_OK;
    }
    return s == STATUS_OK ? verify->status : s;
}

/* The installation's own volumes/ is found where the installation is, also in
 * a copy; other disks are where the vault last had them. */
enum status verify_each_disk(struct verify *verify, verify_disk_fn *on_disk,
                             void *context)
{
    char own[PATH_SIZE];
    char path[PATH_SIZE];
    (void)snprintf(own, sizeof own, "%s/volumes", verify->directory);
    (void)snprintf(path, sizeof path, "%s/events/disks", verify->directory);
    struct disk_book *book = alloc_zeroed(sizeof *book);
    if (book == NULL)
        return STATUS_NO_MEMORY;
    enum status s = disk_book_read(book, verify->layer, path);
    if (s == STATUS_CORRUPT)
        verify_problem(verify, "events/disks", "damaged");
    s = on_disk(context, verify, own, "volumes");
    for (size_t i = 0; s == STATUS_OK && i < book->disk_count; i++) {
        const char *last = strrchr(book->disks[i].path, '/');
        if (last == NULL || strcmp(last, "/volumes") != 0)
            s = on_disk(context, verify, book->disks[i].path,
                        book->disks[i].id);
    }
    alloc_free(book);
    return s;
}

enum status verify_records(struct verify *verify)
{
    return verify_each_disk(verify, check_disk, NULL);
}
