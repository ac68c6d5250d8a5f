/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/parameter_sets.h"

#include <string.h>

#include "base/reader.h"
#include "media/bits.h"
#include "media/codec.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"

enum { PEEK_BYTES = 16 };

void parameter_sets_init(struct parameter_sets *sets, enum codec codec)
{
    *sets = (struct parameter_sets){.codec = codec};
}

/* Kind and number. The number of a PPS is its first code (H.264 7.3.2.2,
 * H.265 7.3.2.3), that of a VPS its first four bits (7.3.2.1). */
static enum status identify(enum codec codec, struct bytes nal,
                            struct parameter_set *out)
{
    uint8_t raw[PEEK_BYTES];
    struct h264_sps h264;
    struct h265_sps h265;
    bool is_h265 = codec == CODEC_H265;
    out->type = is_h265 ? h265_nal_type(nal) : h264_nal_type(nal);
    enum status s = STATUS_OK;
    if (!is_h265 && out->type == H264_NAL_SPS) {
        s = h264_sps_read(nal, &h264);
        out->number = s == STATUS_OK ? h264.id : 0;
        return s;
    }
    if (is_h265 && out->type == H265_NAL_SPS) {
        s = h265_sps_read(nal, &h265);
        out->number = s == STATUS_OK ? h265.id : 0;
        return s;
    }
    struct bits bits = bits_on(nal_unescape(nal, raw, sizeof raw));
    bits_skip(&bits, is_h265 ? 16 : 8);
    bool is_vps = is_h265 && out->type == H265_NAL_VPS;
    uint32_t number = is_vps ? bits_u(&bits, 4) : bits_ue(&bits);
    out->number = (uint8_t)number;
    return bits.failed || number > UINT8_MAX ? STATUS_BAD_INPUT : STATUS_OK;
}

static struct bytes content(const struct parameter_sets *sets, size_t index)
{
    return bytes_of(sets->memory + sets->sets[index].from,
                    sets->sets[index].size);
}

/* Index of the set of this kind and number, or count. */
static size_t find(const struct parameter_sets *sets,
                   const struct parameter_set *wanted)
{
    size_t i = 0;
    while (i < sets->count && (sets->sets[i].type != wanted->type ||
                               sets->sets[i].number != wanted->number))
        i++;
    return i;
}

/* Takes the bytes of a set out of memory; its row stays, empty. */
static void release(struct parameter_sets *sets, size_t index)
{
    struct parameter_set *old = &sets->sets[index];
    size_t end = (size_t)old->from + old->size;
    memmove(sets->memory + old->from, sets->memory + end, sets->used - end);
    sets->used -= old->size;
    for (size_t i = 0; i < sets->count; i++)
        if (sets->sets[i].from > old->from)
            sets->sets[i].from = (uint16_t)(sets->sets[i].from - old->size);
    old->size = 0;
}

/* A row for a new number: behind the others, or, once a configuration has been
 * made, before them, because size and profile are the first SPS's. */
static size_t add_row(struct parameter_sets *sets)
{
    if (!sets->has_been_made)
        return sets->count++;
    memmove(sets->sets + 1, sets->sets, sets->count * sizeof sets->sets[0]);
    sets->count++;
    return 0;
}

enum status parameter_sets_put(struct parameter_sets *sets, struct bytes nal)
{
    struct parameter_set set = {0};
    if (!codec_nal_is_parameter_set(sets->codec, nal))
        return STATUS_OK;
    if (nal.size > NAL_PARAMETER_SET_MAX)
        return STATUS_LIMIT;
    enum status s = identify(sets->codec, nal, &set);
    if (s != STATUS_OK)
        return s;
    size_t index = find(sets, &set);
    bool is_new = index == sets->count;
    struct bytes old = is_new ? (struct bytes){NULL, 0} : content(sets, index);
    if (!is_new && old.size == nal.size &&
        memcmp(old.data, nal.data, nal.size) == 0) /* public data */
        return STATUS_OK;
    if ((is_new && sets->count == PARAMETER_SETS_MAX) ||
        nal.size > sizeof sets->memory - sets->used + old.size)
        return STATUS_LIMIT;
    if (is_new)
        index = add_row(sets);
    else
        release(sets, index);
    set.from = (uint16_t)sets->used;
    set.size = (uint16_t)nal.size;
    memcpy(sets->memory + sets->used, nal.data, nal.size);
    sets->used += nal.size;
    sets->sets[index] = set;
    sets->is_changed = true;
    return STATUS_OK;
}

enum status parameter_sets_put_sample(struct parameter_sets *sets,
                                      struct bytes data)
{
    struct reader in = reader_on(data);
    struct bytes nal;
    while (nal_sample_next(&in, &nal)) {
        enum status s = parameter_sets_put(sets, nal);
        if (s != STATUS_OK)
            return s;
    }
    return in.failed ? STATUS_BAD_INPUT : STATUS_OK;
}

/* Views on all sets of one kind. */
static size_t gather(const struct parameter_sets *sets, uint8_t type,
                     struct bytes out[PARAMETER_SETS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < sets->count; i++)
        if (sets->sets[i].type == type)
            out[count++] = content(sets, i);
    return count;
}

static enum status make_h264(const struct parameter_sets *sets,
                             struct buffer *record, struct codec_config *out)
{
    struct bytes sps[PARAMETER_SETS_MAX];
    struct bytes pps[PARAMETER_SETS_MAX];
    size_t sps_count = gather(sets, H264_NAL_SPS, sps);
    size_t pps_count = gather(sets, H264_NAL_PPS, pps);
    if (sps_count == 0 || pps_count == 0)
        return STATUS_NOT_FOUND;
    return h264_config_make(sps, sps_count, pps, pps_count, record, out);
}

static enum status make_h265(const struct parameter_sets *sets,
                             struct buffer *record, struct codec_config *out)
{
    struct bytes vps[PARAMETER_SETS_MAX];
    struct bytes sps[PARAMETER_SETS_MAX];
    struct bytes pps[PARAMETER_SETS_MAX];
    const struct h265_sets all = {
        .vps = vps,
        .vps_count = gather(sets, H265_NAL_VPS, vps),
        .sps = sps,
        .sps_count = gather(sets, H265_NAL_SPS, sps),
        .pps = pps,
        .pps_count = gather(sets, H265_NAL_PPS, pps),
    };
    if (all.vps_count == 0 || all.sps_count == 0 || all.pps_count == 0)
        return STATUS_NOT_FOUND;
    return h265_config_make(&all, record, out);
}

static uint8_t reorder_of(enum codec codec, struct bytes nal)
{
    struct h264_sps h264;
    struct h265_sps h265;
    if (codec == CODEC_H265)
        return h265_sps_read(nal, &h265) == STATUS_OK
                   ? h265.reorder
                   : (uint8_t)PICTURE_REORDER_UNKNOWN;
    return h264_sps_read(nal, &h264) == STATUS_OK
               ? h264.reorder
               : (uint8_t)PICTURE_REORDER_UNKNOWN;
}

uint8_t parameter_sets_reorder(const struct parameter_sets *sets)
{
    struct bytes sps[PARAMETER_SETS_MAX];
    uint8_t most = 0;
    size_t count =
        gather(sets, sets->codec == CODEC_H265 ? H265_NAL_SPS : H264_NAL_SPS,
               sps);
    for (size_t i = 0; i < count; i++) {
        uint8_t reorder = reorder_of(sets->codec, sps[i]);
        most = reorder > most ? reorder : most;
    }
    return most;
}

enum status parameter_sets_make(struct parameter_sets *sets,
                                struct buffer *record,
                                struct codec_config *out)
{
    enum status s = sets->codec == CODEC_H265 ? make_h265(sets, record, out)
                                              : make_h264(sets, record, out);
    if (s == STATUS_OK) {
        sets->is_changed = false;
        sets->has_been_made = true;
    }
    return s;
}
