/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/package/content.h"

#include <string.h>

#include "base/alloc.h"
#include "crypto/hash.h"
#include "store/gop_chain.h"

/* ---- the first pass ---- */

struct scan {
    struct content *out;
    struct sha256_stream *sum;
    uint8_t header[MP4_BOX_HEADER_MAX];
    size_t header_size;
    uint64_t left; /* of the box at hand */
    size_t boxes;
    bool is_moov;
    bool is_strange;
};

static void begin_box(struct scan *scan, const struct mp4_box *box)
{
    bool is_first = scan->boxes++ == 0;
    bool is_type = box->type == MP4_TYPE('f', 't', 'y', 'p');
    bool is_data = box->type == MP4_TYPE('m', 'd', 'a', 't');
    bool had_moov = scan->is_moov;
    scan->is_moov = box->type == MP4_TYPE('m', 'o', 'o', 'v');
    scan->left = box->size;
    scan->header_size = 0;
    scan->is_strange |= is_first != is_type || had_moov ||
                        (!is_type && !is_data && !scan->is_moov) ||
                        (scan->is_moov && box->size > CONTENT_MOOV_MAX);
}

/* One byte more of a box's header. */
static void take_header(struct scan *scan, uint8_t byte)
{
    struct mp4_box box;
    scan->header[scan->header_size++] = byte;
    if (mp4_box_read(bytes_of(scan->header, scan->header_size), &box) ==
        STATUS_OK)
        begin_box(scan, &box);
    else
        scan->is_strange |= scan->header_size == sizeof scan->header;
}

static enum status on_scan(void *context, struct bytes piece)
{
    struct scan *scan = context;
    sha256_stream_update(scan->sum, piece);
    scan->out->size += piece.size;
    while (piece.size > 0 && !scan->is_strange) {
        size_t part = 1;
        if (scan->left == 0) {
            take_header(scan, piece.data[0]);
        } else {
            part = scan->left < piece.size ? (size_t)scan->left : piece.size;
            if (scan->is_moov)
                buffer_append(&scan->out->moov, bytes_of(piece.data, part));
            scan->left -= part;
        }
        piece.data += part;
        piece.size -= part;
    }
    return buffer_status(&scan->out->moov);
}

enum status content_read(const struct content_source *source,
                         struct content *out)
{
    struct scan scan = {.out = out};
    *out = (struct content){.moov = buffer_with_limit(CONTENT_MOOV_MAX)};
    enum status s = sha256_stream_create(&scan.sum);
    if (s == STATUS_OK)
        s = source->stream(source->context, on_scan, &scan);
    if (s == STATUS_OK)
        s = sha256_stream_final(scan.sum, out->sha256);
    sha256_stream_destroy(&scan.sum);
    bool is_ours = s == STATUS_OK && !scan.is_strange && scan.is_moov &&
                   scan.left == 0 && scan.header_size == 0;
    if (!is_ours)
        return s;
    s = mp4_index_read(buffer_bytes(&out->moov), &out->index);
    return s == STATUS_BAD_INPUT ? STATUS_OK : s;
}

void content_deinit(struct content *content)
{
    mp4_index_deinit(&content->index);
    buffer_deinit(&content->moov);
}

/* ---- the second pass ---- */

struct hashing {
    const struct mp4_index *index;
    struct content_group *groups;
    size_t count;
    size_t group;
    uint32_t sample;
    uint32_t sample_done; /* bytes of it */
    uint64_t at;          /* in the file */
    struct sha256_stream *sum;
};

static enum status end_groups(struct hashing *hashing)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && hashing->group < hashing->count &&
           hashing->sample >= hashing->groups[hashing->group].first +
                                  hashing->groups[hashing->group].samples) {
        s = sha256_stream_final(
            hashing->sum, hashing->groups[hashing->group].samples_sha256);
        hashing->group++;
    }
    return s;
}

static enum status on_hash(void *context, struct bytes piece)
{
    struct hashing *hashing = context;
    uint64_t from = hashing->at;
    uint64_t to = from + piece.size;
    hashing->at = to;
    while (hashing->group < hashing->count) {
        const struct mp4_place *place =
            &hashing->index->places[hashing->sample];
        uint64_t begin = place->offset + hashing->sample_done;
        if (begin >= to)
            return STATUS_OK;
        if (begin < from)
            return STATUS_BAD_INPUT; /* they are not in order */
        uint64_t left = place->size - hashing->sample_done;
        uint32_t part = (uint32_t)(left < to - begin ? left : to - begin);
        sha256_stream_update(hashing->sum,
                             bytes_of(piece.data + (begin - from), part));
        hashing->sample_done += part;
        if (hashing->sample_done < place->size)
            return STATUS_OK;
        hashing->sample++;
        hashing->sample_done = 0;
        enum status s = end_groups(hashing);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

static bool follow_each_other(const struct content *content,
                              const struct content_group *groups, size_t count)
{
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (groups[i].first != at ||
            groups[i].samples > content->index.count - at)
            return false;
        at += groups[i].samples;
    }
    return true;
}

enum status content_hash(const struct content_source *source,
                         const struct content *content,
                         struct content_group *groups, size_t count)
{
    struct hashing hashing = {
        .index = &content->index, .groups = groups, .count = count};
    if (!follow_each_other(content, groups, count))
        return STATUS_BAD_INPUT;
    enum status s = sha256_stream_create(&hashing.sum);
    if (s == STATUS_OK)
        s = end_groups(&hashing); /* empty ones at the beginning */
    if (s == STATUS_OK)
        s = source->stream(source->context, on_hash, &hashing);
    sha256_stream_destroy(&hashing.sum);
    return s == STATUS_OK && hashing.group < count ? STATUS_BAD_INPUT : s;
}

bool content_is_leafs(const struct content *content,
                      const struct content_group *group,
                      const struct leaf_group *leaf)
{
    uint8_t hash[SHA256_SIZE];
    if (!leaf->has_salt || group->samples != leaf->leaf.samples ||
        group->samples == 0)
        return false;
    for (uint32_t i = 0; i < group->samples; i++) {
        uint16_t config = content->index.places[group->first + i].config;
        bool is_known = i > 0 &&
                        config == content->index.places[group->first].config;
        if (is_known)
            continue;
        if (sha256(&content->index.configs[config], 1, hash) != STATUS_OK ||
            memcmp(hash, leaf->leaf.configuration, sizeof hash) != 0)
            return false;
    }
    return gop_content_hash(leaf->salt, group->samples_sha256, hash) ==
               STATUS_OK &&
           memcmp(hash, leaf->leaf.content, sizeof hash) == 0;
}
