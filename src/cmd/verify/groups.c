/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/leaves.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "keys/offline.h"
#include "media/sample_pack.h"
#include "model/hold.h"
#include "model/policy.h"
#include "store/gop_chain.h"

enum {
    LOADED_MAX = 6,
    PROOF_SIZE = RECORD_COMMITMENT_SIZE + AEAD_TAG_SIZE,
    LAST_PICTURE_US = 100000, /* its duration was a guess */
};

/* A record's header, and where it stands. */
struct place {
    uint64_t offset;
    struct record_header header;
};

struct loaded {
    uint32_t number; /* 0: none */
    uint64_t used;
    struct file *file;
    struct place *places; /* by camera and sequence */
    size_t count;
    size_t capacity;
    enum status status;
};

struct group_check {
    struct verify *verify;
    const struct numbered_files *volumes;
    struct loaded loaded[LOADED_MAX];
    uint64_t uses;
    struct sha256_stream *samples;
    struct sha256_stream *proofs;
    struct buffer plain;
};

/* ---- volumes ---- */

static void unload(struct loaded *loaded)
{
    file_close(&loaded->file);
    alloc_free(loaded->places);
    *loaded = (struct loaded){.number = 0};
}

static bool take_record(void *context, uint64_t offset,
                        const struct record_header *header)
{
    struct loaded *loaded = context;
    if (loaded->count == loaded->capacity) {
        size_t capacity = loaded->capacity == 0 ? 256 : loaded->capacity * 2;
        struct place *places =
            alloc_resize(loaded->places, capacity, sizeof *places);
        if (places == NULL) {
            loaded->status = STATUS_NO_MEMORY;
            return false;
        }
        loaded->places = places;
        loaded->capacity = capacity;
    }
    loaded->places[loaded->count++] = (struct place){offset, *header};
    return true;
}

static int by_camera(const void *a, const void *b)
{
    const struct record_header *left = &((const struct place *)a)->header;
    const struct record_header *right = &((const struct place *)b)->header;
    if (left->camera != right->camera)
        return left->camera < right->camera ? -1 : 1;
    if (left->sequence == right->sequence)
        return 0;
    return left->sequence < right->sequence ? -1 : 1;
}

/* What cannot be read has been told by verify_records. */
static enum status load(struct group_check *check,
                        const struct numbered_file *volume,
                        struct loaded *out)
{
    char path[PATH_SIZE];
    struct volume_header header;
    uint64_t end = 0;
    size_t damaged = 0;
    const struct file_layer *layer = check->verify->layer;
    unload(out);
    out->number = volume->number;
    enum status s = volume_path(check->volumes->disks[volume->disk],
                                volume->class_id, volume->number, path);
    if (s == STATUS_OK)
        s = volume_open(layer, path, FILE_READ, &header, &out->file);
    if (s == STATUS_CORRUPT)
        s = volume_open_headless(layer, path, FILE_READ, &header,
                                 &out->file);
    if (s == STATUS_OK)
        s = volume_scan(out->file, VOLUME_HEADER_SIZE, header.size,
                        take_record, out, &end, &damaged);
    if (out->count > 0)
        qsort(out->places, out->count, sizeof *out->places, by_camera);
    return s == STATUS_NO_MEMORY ? s : out->status;
}

static enum status loaded_volume(struct group_check *check, uint32_t number,
                                 struct loaded **out)
{
    struct loaded *oldest = &check->loaded[0];
    *out = NULL;
    for (size_t i = 0; i < LOADED_MAX; i++) {
        struct loaded *loaded = &check->loaded[i];
        if (loaded->number == number) {
            loaded->used = ++check->uses;
            *out = loaded;
            return STATUS_OK;
        }
        if (loaded->used < oldest->used)
            oldest = loaded;
    }
    for (size_t i = 0; i < check->volumes->count; i++) {
        if (check->volumes->list[i].number != number)
            continue;
        enum status s = load(check, &check->volumes->list[i], oldest);
        oldest->used = ++check->uses;
        *out = oldest;
        return s;
    }
    return STATUS_OK;
}

static const struct place *find_in(const struct loaded *loaded,
                                   uint32_t camera, uint64_t sequence)
{
    struct place wanted = {.header = {.camera = camera,
                                      .sequence = sequence}};
    if (loaded == NULL || loaded->count == 0)
        return NULL;
    return bsearch(&wanted, loaded->places, loaded->count,
                   sizeof *loaded->places, by_camera);
}

/* Whose records are looked for. */
struct group {
    const struct gop_leaf *leaf;
    uint32_t subject; /* the camera, or a hold that has a copy */
    uint32_t near;    /* the volume beside which the leaf stands */
};

/* In the volume beside the leaf; else in one that touches the leaf's time. */
static enum status find(struct group_check *check, const struct group *group,
                        uint64_t sequence, struct loaded **volume,
                        const struct place **out)
{
    enum status s = loaded_volume(check, group->near, volume);
    *out = s == STATUS_OK ? find_in(*volume, group->subject, sequence) : NULL;
    for (size_t i = 0; *out == NULL && i < LOADED_MAX; i++) {
        *volume = &check->loaded[i];
        *out = find_in(*volume, group->subject, sequence);
    }
    const struct catalogue *volumes = &check->verify->volumes;
    for (size_t i = 0; s == STATUS_OK && *out == NULL && i < volumes->count;
         i++) {
        if (!span_overlaps(volumes->rows[i].span, group->leaf->span))
            continue;
        s = loaded_volume(check, volumes->rows[i].number, volume);
        if (s == STATUS_OK)
            *out = find_in(*volume, group->subject, sequence);
    }
    return s;
}

/* ---- pictures ---- */

/* How far a group's pictures have been hashed. */
struct hashing {
    const struct gop_leaf *leaf;
    uint32_t samples;
    bool has_begun;
    bool is_same_config;
};

static void hash_pack(struct group_check *check, struct hashing *hashing,
                      const struct sample_pack *pack)
{
    struct sample sample = {0};
    uint32_t row = 0;
    size_t offset = 0;
    uint8_t digest[SHA256_SIZE];
    enum status s = sha256(&pack->config.record, 1, digest);
    hashing->is_same_config &=
        s == STATUS_OK && memcmp(digest, hashing->leaf->configuration,
                                 sizeof digest) == 0;
    while (hashing->samples < hashing->leaf->samples &&
           sample_pack_next(pack, &row, &offset, &sample)) {
        hashing->has_begun |=
            sample.time_us == hashing->leaf->span.from.us;
        if (!hashing->has_begun)
            continue; /* the group before */
        sha256_stream_update(check->samples, sample.data);
        hashing->samples++;
    }
}

/* DENIED: its key is dead. CORRUPT: it has been told. */
static enum status hash_record(struct group_check *check,
                               const struct loaded *volume,
                               const struct place *place,
                               struct hashing *hashing)
{
    const struct record_header *header = &place->header;
    struct unit_keys unit;
    enum status s =
        keys_offline_unit(check->verify->keys,
                          stream_camera(header->camera), header->unit,
                          header->unit_s, &unit, NULL);
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND ? STATUS_DENIED : s;
    buffer_clear(&check->plain);
    uint8_t *plain = buffer_reserve(&check->plain, header->sealed_size);
    if (plain == NULL)
        s = STATUS_NO_MEMORY;
    if (s == STATUS_OK)
        s = volume_read_sealed(volume->file, place->offset, header, plain);
    if (s == STATUS_OK)
        s = record_open(header, unit.key,
                        bytes_of(plain, header->sealed_size), plain);
    secret_wipe(&unit, sizeof unit);
    struct sample_pack pack;
    struct reader in = reader_on(buffer_bytes(&check->plain));
    if (s == STATUS_OK)
        s = sample_pack_read(&in, &pack);
    if (s == STATUS_OK)
        hash_pack(check, hashing, &pack);
    return s == STATUS_OK || s == STATUS_NO_MEMORY ? s : STATUS_CORRUPT;
}

static enum status content_of(struct group_check *check,
                              const struct gop_leaf *leaf, uint32_t unit_s,
                              const uint8_t *salt, uint8_t out[SHA256_SIZE])
{
    uint8_t samples[SHA256_SIZE];
    struct unit_keys unit = {.key = {0}};
    enum status s = sha256_stream_final(check->samples, samples);
    if (s == STATUS_OK && salt == NULL)
        s = keys_offline_unit(check->verify->keys, stream_camera(leaf->camera),
                              slot_start(leaf->span.from, unit_s), unit_s,
                              &unit, NULL);
    if (s == STATUS_OK)
        s = gop_content_hash(salt != NULL ? salt : unit.leaf_salt, samples,
                             out);
    secret_wipe(&unit, sizeof unit);
    return s == STATUS_NOT_FOUND ? STATUS_DENIED : s;
}

/* All of its records are there, as the leaf says. salt: NULL where it is to
 * come from the camera's living key. */
static enum status check_pictures(struct group_check *check,
                                  const struct group *group,
                                  const uint8_t *salt, const char *where)
{
    const struct gop_leaf *leaf = group->leaf;
    struct hashing hashing = {.leaf = leaf, .is_same_config = true};
    uint8_t content[SHA256_SIZE];
    uint32_t unit_s = 0;
    enum status s = STATUS_OK;
    for (uint32_t i = 0; s == STATUS_OK && i < leaf->record_count; i++) {
        struct loaded *volume = NULL;
        const struct place *place = NULL;
        s = find(check, group, leaf->first_record + i, &volume, &place);
        if (s == STATUS_OK && place == NULL)
            s = STATUS_CORRUPT;
        if (s != STATUS_OK)
            break;
        if (i == 0)
            unit_s = place->header.unit_s;
        s = hash_record(check, volume, place, &hashing);
    }
    if (s == STATUS_OK)
        s = content_of(check, leaf, unit_s, salt, content);
    else
        (void)!sha256_stream_final(check->samples, content);
    if (s == STATUS_DENIED || s == STATUS_CORRUPT)
        return STATUS_OK; /* destroyed, or a damaged record, which was told */
    if (s != STATUS_OK)
        return s;
    bool is_same = memcmp(content, leaf->content, sizeof content) == 0 &&
                   hashing.samples == leaf->samples && hashing.is_same_config;
    if (is_same && subject_is_hold(group->subject))
        check->verify->result->held_leaves_hashed++;
    else if (is_same)
        check->verify->result->leaves_hashed++;
    else
        verify_problem(check->verify, where,
                       "its pictures are not those that the leaf says");
    return STATUS_OK;
}

/* ---- records ---- */

static int64_t inside(struct span span, const struct record_header *header)
{
    struct wall_time end = record_end(header);
    int64_t from_us = header->start.us > span.from.us ? header->start.us
                                                      : span.from.us;
    int64_t to_us = end.us < span.to.us ? end.us : span.to.us;
    return to_us > from_us ? to_us - from_us : 0;
}

/* A leaf may have reached the disk when the power went, and a record that it
 * names not; then all of its time is in the others and in the gap that the next
 * start told of. */
static bool is_told(struct verify *verify, const struct gop_leaf *leaf,
                    int64_t found_us)
{
    const struct verify_track *track = verify_track_of(verify, leaf->camera);
    int64_t all_us = leaf->span.to.us - leaf->span.from.us;
    return track != NULL &&
           found_us + span_list_inside(&track->gaps, leaf->span) >=
               all_us - LAST_PICTURE_US;
}

enum status group_check_leaf(struct group_check *check,
                             const struct gop_leaf *leaf, uint32_t near,
                             const char *where)
{
    static const uint8_t NONE[PROOF_SIZE];
    struct verify *verify = check->verify;
    const struct group group = {leaf, leaf->camera, near};
    uint8_t records[SHA256_SIZE];
    uint64_t missing = 0;
    int64_t found_us = 0; /* of its time is in records that are there */
    enum status s = STATUS_OK;
    for (uint32_t i = 0; s == STATUS_OK && i < leaf->record_count; i++) {
        uint64_t sequence = leaf->first_record + i;
        struct loaded *volume = NULL;
        const struct place *place = NULL;
        s = find(check, &group, sequence, &volume, &place);
        if (s != STATUS_OK)
            break;
        if (place == NULL) {
            missing = sequence;
            sha256_stream_update(check->proofs, bytes_of(NONE, PROOF_SIZE));
            continue;
        }
        sha256_stream_update(check->proofs,
                             bytes_of(place->header.commitment,
                                      RECORD_COMMITMENT_SIZE));
        sha256_stream_update(check->proofs,
                             bytes_of(place->header.tag, AEAD_TAG_SIZE));
        found_us += inside(leaf->span, &place->header);
    }
    if (s == STATUS_OK)
        s = sha256_stream_final(check->proofs, records);
    if (s != STATUS_OK)
        return s;
    bool is_same = memcmp(records, leaf->records, sizeof records) == 0;
    bool is_whole = (leaf->flags & GOP_INCOMPLETE) == 0;
    if (is_same && missing == 0 && is_whole && verify->keys != NULL)
        return check_pictures(check, &group, NULL, where);
    if (is_same || !is_whole ||
        verify_is_gone(verify, leaf->camera, leaf->span))
        return STATUS_OK;
    if (missing != 0 && is_told(verify, leaf, found_us))
        return STATUS_OK;
    if (missing != 0)
        verify_problem(verify, where, "its record %llu is missing",
                       (unsigned long long)missing);
    else
        verify_problem(verify, where,
                       "its records are not those that the leaf says");
    return STATUS_OK;
}

enum status group_check_held(struct group_check *check,
                             const struct gop_leaf *leaf, uint32_t subject,
                             const uint8_t *salt, uint32_t near,
                             const char *where)
{
    const struct group group = {leaf, subject, near};
    return check_pictures(check, &group, salt, where);
}

enum status group_check_create(struct verify *verify,
                               const struct numbered_files *volumes,
                               struct group_check **out)
{
    AUTO(group_check_destroy)
    struct group_check *check = alloc_zeroed(sizeof *check);
    if (check == NULL)
        return STATUS_NO_MEMORY;
    check->verify = verify;
    check->volumes = volumes;
    check->plain = buffer_with_limit(RECORD_SEALED_MAX);
    enum status s = sha256_stream_create(&check->samples);
    if (s == STATUS_OK)
        s = sha256_stream_create(&check->proofs);
    if (s != STATUS_OK)
        return s;
    *out = check;
    check = NULL;
    return STATUS_OK;
}

void group_check_destroy(struct group_check **check)
{
    if (*check == NULL)
        return;
    for (size_t i = 0; i < LOADED_MAX; i++)
        unload(&(*check)->loaded[i]);
    if ((*check)->plain.data != NULL)
        secret_wipe((*check)->plain.data, (*check)->plain.capacity);
    buffer_deinit(&(*check)->plain);
    sha256_stream_destroy(&(*check)->samples);
    sha256_stream_destroy(&(*check)->proofs);
    alloc_free(*check);
    *check = NULL;
}
