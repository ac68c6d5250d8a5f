/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/bench/export.h"
#include "crypto/secret.h"
#include "media/mp4.h"
#include "media/sample_pack.h"
#include "roles/vault/read.h"
#include "store/gop_chain.h"

enum {
    SLICES = 3, /* one is read, one written, one hashed */
    SLICE_BYTES = 4 * 1024 * 1024,
    UNITS_KEPT = 4,
    END_BYTES_MAX = 64 * 1024 * 1024,
};

/* Of the keys that the reader has asked for, the newest few. */
struct kept_unit {
    struct wall_time start;
    struct unit_keys keys;
};

struct slice {
    struct buffer packs;
    struct kept_unit units[UNITS_KEPT]; /* of its pictures, for their salts */
};

/*
 * Slices go round: read, then written and hashed at the same time, then free.
 * Counters only grow; slice n stands in slices[n mod SLICES].
 */
struct pipeline {
    struct export_job *job;
    struct slice slices[SLICES];
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t read;
    uint64_t written;
    uint64_t hashed;
    bool is_all_read;
    enum status status; /* the first failure of any */
    struct kept_unit units[UNITS_KEPT];
    size_t unit_at;
};

/* ---- going round --------------------------------------------------------- */

static void fail(struct pipeline *pipe, enum status status)
{
    (void)pthread_mutex_lock(&pipe->mutex);
    if (pipe->status == STATUS_OK)
        pipe->status = status;
    (void)pthread_cond_broadcast(&pipe->changed);
    (void)pthread_mutex_unlock(&pipe->mutex);
}

static void count_up(struct pipeline *pipe, uint64_t *counter)
{
    (void)pthread_mutex_lock(&pipe->mutex);
    ++*counter;
    (void)pthread_cond_broadcast(&pipe->changed);
    (void)pthread_mutex_unlock(&pipe->mutex);
}

/* The next slice that is free for reading; NULL: somebody failed. */
static struct slice *wait_free(struct pipeline *pipe)
{
    (void)pthread_mutex_lock(&pipe->mutex);
    while (pipe->status == STATUS_OK &&
           (pipe->read - pipe->written >= SLICES ||
            (pipe->job->hashes != NULL &&
             pipe->read - pipe->hashed >= SLICES)))
        (void)pthread_cond_wait(&pipe->changed, &pipe->mutex);
    bool goes_on = pipe->status == STATUS_OK;
    (void)pthread_mutex_unlock(&pipe->mutex);
    return goes_on ? &pipe->slices[pipe->read % SLICES] : NULL;
}

/* Slice at, as soon as it has been read; NULL: the end, or a failure. */
static struct slice *wait_read(struct pipeline *pipe, uint64_t at)
{
    (void)pthread_mutex_lock(&pipe->mutex);
    while (pipe->status == STATUS_OK && pipe->read == at && !pipe->is_all_read)
        (void)pthread_cond_wait(&pipe->changed, &pipe->mutex);
    bool goes_on = pipe->status == STATUS_OK && pipe->read > at;
    (void)pthread_mutex_unlock(&pipe->mutex);
    return goes_on ? &pipe->slices[at % SLICES] : NULL;
}

/* ---- reading --------------------------------------------------------------- */

/* As the vault has asked the keeper for it. */
static const uint8_t *key_at(const void *context, struct wall_time start)
{
    const struct pipeline *pipe = context;
    for (size_t i = 0; i < UNITS_KEPT; i++)
        if (pipe->units[i].start.us == start.us)
            return pipe->units[i].keys.key;
    return NULL;
}

static const uint8_t *key_of(const void *context,
                             const struct record_row *row)
{
    return key_at(context, record_row_unit(row));
}

static enum status ask_keys(struct pipeline *pipe,
                            const struct selection *selection)
{
    const struct bench_past *past = pipe->job->past;
    for (size_t i = 0; i < selection->count; i++) {
        struct wall_time start = record_row_unit(&selection->records[i].row);
        struct keyring_unit unit;
        if (key_at(pipe, start) != NULL)
            continue;
        enum status s = keyring_unseal(past->keyring, BENCH_CAMERA, start, 0,
                                       past->span, &unit);
        if (s != STATUS_OK)
            return s;
        pipe->unit_at = (pipe->unit_at + 1) % UNITS_KEPT;
        pipe->units[pipe->unit_at] = (struct kept_unit){start, unit.keys};
        secret_wipe(&unit, sizeof unit);
    }
    return STATUS_OK;
}

static enum status read_slice(struct pipeline *pipe, struct slice *slice,
                              struct wall_time from, int64_t *next_us)
{
    struct bench_past *past = pipe->job->past;
    struct read_request request = {
        .camera = BENCH_CAMERA,
        .allowed = past->span,
        .from = from,
        .soft_us = VAULT_READ_SPAN_US,
        .soft_bytes = SLICE_BYTES,
    };
    const struct selection_limits limits = {VAULT_READ_SPAN_US, SLICE_BYTES};
    enum status s = selection_make(&past->store, BENCH_CAMERA,
                                   (struct span){from, past->span.to}, &limits,
                                   &request.selection);
    if (s == STATUS_OK)
        s = ask_keys(pipe, &request.selection);
    buffer_clear(&slice->packs);
    if (s == STATUS_OK)
        s = read_make(&past->store, &request, key_of, pipe, &slice->packs,
                      next_us);
    memcpy(slice->units, pipe->units, sizeof slice->units);
    selection_deinit(&request.selection);
    return s;
}

static void *read_all(void *context)
{
    struct pipeline *pipe = context;
    struct wall_time from = pipe->job->past->span.from;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && from.us != 0) {
        struct slice *slice = wait_free(pipe);
        int64_t next_us = 0;
        if (slice == NULL)
            return NULL;
        s = read_slice(pipe, slice, from, &next_us);
        if (s == STATUS_OK)
            count_up(pipe, &pipe->read);
        from.us = next_us > from.us ? next_us : 0;
    }
    if (s != STATUS_OK)
        fail(pipe, s);
    (void)pthread_mutex_lock(&pipe->mutex);
    pipe->is_all_read = true;
    (void)pthread_cond_broadcast(&pipe->changed);
    (void)pthread_mutex_unlock(&pipe->mutex);
    return NULL;
}

/* ---- writing ----------------------------------------------------------------- */

struct output {
    struct mp4 *mp4;
    struct file *file;
    uint64_t at;
};

static enum status put(struct output *output, struct bytes part)
{
    enum status s = file_write_at(output->file, output->at, part);
    output->at += part.size;
    return s;
}

/* Every sample of the slice into the table, then its data behind a header. */
static enum status write_slice(struct output *output, struct bytes packs)
{
    AUTO(buffer_deinit) struct buffer head = buffer_with_limit(64);
    struct sample_pack pack;
    struct reader in = reader_on(packs);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&in)) {
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        s = sample_pack_read(&in, &pack);
        while (s == STATUS_OK &&
               sample_pack_next(&pack, &row, &offset, &sample))
            s = mp4_add(output->mp4, &pack.config, &sample);
    }
    if (s == STATUS_OK)
        s = mp4_piece(output->mp4, &head);
    if (s == STATUS_OK)
        s = put(output, buffer_bytes(&head));
    in = reader_on(packs);
    while (s == STATUS_OK && reader_more(&in)) {
        s = sample_pack_read(&in, &pack);
        if (s == STATUS_OK)
            s = put(output, pack.data);
    }
    return s;
}

static enum status write_all(struct pipeline *pipe, struct output *output)
{
    AUTO(buffer_deinit) struct buffer part = buffer_with_limit(END_BYTES_MAX);
    const struct slice *slice = NULL;
    mp4_begin(&part);
    enum status s = put(output, buffer_bytes(&part));
    for (uint64_t at = 0;
         s == STATUS_OK && (slice = wait_read(pipe, at)) != NULL; at++) {
        s = write_slice(output, buffer_bytes(&slice->packs));
        if (s == STATUS_OK)
            count_up(pipe, &pipe->written);
    }
    buffer_clear(&part);
    if (s == STATUS_OK && pipe->status == STATUS_OK)
        s = mp4_end(output->mp4, &part);
    return s == STATUS_OK ? put(output, buffer_bytes(&part)) : s;
}

/* ---- hashing ------------------------------------------------------------------ */

struct hashing {
    struct sha256_stream *stream;
    struct wall_time start; /* of the group's first sample */
    bool has_group;
    size_t count;
};

static void end_group(struct pipeline *pipe, struct hashing *hashing,
                      const struct slice *slice)
{
    uint8_t samples[SHA256_SIZE];
    uint8_t content[SHA256_SIZE];
    const struct export_hashes *hashes = pipe->job->hashes;
    struct wall_time unit = slot_start(hashing->start, 60);
    for (size_t i = 0; hashing->has_group && i < UNITS_KEPT; i++) {
        const struct kept_unit *kept = &slice->units[i];
        if (kept->start.us != unit.us || hashing->count >= hashes->count)
            continue;
        if (sha256_stream_final(hashing->stream, samples) == STATUS_OK &&
            gop_content_hash(kept->keys.leaf_salt, samples, content) ==
                STATUS_OK &&
            memcmp(content, hashes->content[hashing->count], SHA256_SIZE) == 0)
            pipe->job->hashes_right++;
        break;
    }
    hashing->count += hashing->has_group;
    hashing->has_group = false;
}

static void hash_slice(struct pipeline *pipe, struct hashing *hashing,
                       const struct slice *slice)
{
    struct reader in = reader_on(buffer_bytes(&slice->packs));
    struct sample_pack pack;
    while (reader_more(&in) && sample_pack_read(&in, &pack) == STATUS_OK) {
        struct sample sample;
        uint32_t row = 0;
        size_t offset = 0;
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            if ((sample.flags & SAMPLE_IDR) != 0) {
                end_group(pipe, hashing, slice);
                hashing->has_group = true;
                hashing->start.us = sample.time_us;
            }
            sha256_stream_update(hashing->stream, sample.data);
        }
    }
}

static void *hash_all(void *context)
{
    struct pipeline *pipe = context;
    struct hashing hashing = {.count = 0};
    const struct slice *slice = NULL;
    struct slice *last = alloc_zeroed(sizeof *last);
    enum status s = last == NULL ? STATUS_NO_MEMORY
                                 : sha256_stream_create(&hashing.stream);
    for (uint64_t at = 0;
         s == STATUS_OK && (slice = wait_read(pipe, at)) != NULL; at++) {
        hash_slice(pipe, &hashing, slice);
        memcpy(last->units, slice->units, sizeof last->units);
        count_up(pipe, &pipe->hashed);
    }
    if (s == STATUS_OK)
        end_group(pipe, &hashing, last);
    else
        fail(pipe, s);
    sha256_stream_destroy(&hashing.stream);
    if (last != NULL)
        secret_wipe(last, sizeof *last);
    alloc_free(last);
    return NULL;
}

/* ---- all of it ------------------------------------------------------------------ */

static enum status run(struct pipeline *pipe, struct output *output)
{
    pthread_t reader;
    pthread_t hasher;
    bool has_hasher = pipe->job->hashes != NULL;
    if (pthread_create(&reader, NULL, read_all, pipe) != 0)
        return STATUS_NO_MEMORY;
    if (has_hasher && pthread_create(&hasher, NULL, hash_all, pipe) != 0) {
        has_hasher = false;
        fail(pipe, STATUS_NO_MEMORY);
    }
    enum status s = write_all(pipe, output);
    if (s != STATUS_OK)
        fail(pipe, s);
    (void)pthread_join(reader, NULL);
    if (has_hasher)
        (void)pthread_join(hasher, NULL);
    return pipe->status;
}

enum status export_in_process(struct export_job *job)
{
    struct output output = {0};
    struct pipeline *pipe = alloc_zeroed(sizeof *pipe);
    if (pipe == NULL)
        return STATUS_NO_MEMORY;
    pipe->job = job;
    (void)pthread_mutex_init(&pipe->mutex, NULL);
    (void)pthread_cond_init(&pipe->changed, NULL);
    for (size_t i = 0; i < SLICES; i++)
        pipe->slices[i].packs = buffer_with_limit(READ_ANSWER_MAX);
    job->hashes_right = 0;
    (void)unlink(job->path);
    double before = export_now_s();
    enum status s = file_open(&FILE_LAYER_SYSTEM, job->path,
                              FILE_READ | FILE_WRITE | FILE_CREATE,
                              &output.file);
    if (s == STATUS_OK)
        s = mp4_create(0, &output.mp4);
    if (s == STATUS_OK)
        s = run(pipe, &output);
    file_close(&output.file);
    job->seconds = export_now_s() - before;
    mp4_destroy(&output.mp4);
    for (size_t i = 0; i < SLICES; i++)
        buffer_deinit(&pipe->slices[i].packs);
    (void)pthread_cond_destroy(&pipe->changed);
    (void)pthread_mutex_destroy(&pipe->mutex);
    secret_wipe(pipe, sizeof *pipe);
    alloc_free(pipe);
    return s;
}
