/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/assembler.h"

#include "ingest/limits.h"
#include "media/codec.h"
#include "media/h264.h"
#include "media/h265.h"

void assembler_init(struct assembler *assembler, enum codec codec,
                    assembled_fn *on_unit, void *context)
{
    *assembler = (struct assembler){
        .codec = codec, .on_unit = on_unit, .context = context};
    access_unit_init(&assembler->unit);
}

void assembler_deinit(struct assembler *assembler)
{
    access_unit_deinit(&assembler->unit);
}

uint32_t assembler_take_lost(struct assembler *assembler)
{
    uint32_t lost = assembler->packets_lost;
    assembler->packets_lost = 0;
    return lost;
}

bool assembler_take_new_source(struct assembler *assembler)
{
    bool is_new = assembler->has_new_source;
    assembler->has_new_source = false;
    return is_new;
}

static void drop_unit(struct assembler *assembler)
{
    access_unit_clear(&assembler->unit);
    assembler->has_unit = false;
    assembler->is_behind_hole = false;
    assembler->is_discontinuous = true;
}

static bool is_delimiter(enum codec codec, uint8_t type)
{
    return type == (codec == CODEC_H265 ? (uint8_t)H265_NAL_DELIMITER
                                        : (uint8_t)H264_NAL_DELIMITER);
}

/* Whether the unit's head may be among the packets missing before it: units of
 * a kind begin alike, and a delimiter stands before all or before none. */
static bool may_lack_head(struct assembler *assembler)
{
    const struct access_unit *unit = &assembler->unit;
    size_t kind = unit->is_key ? 1 : 0;
    bool differs = assembler->knows_first[kind] &&
                   assembler->first_type[kind] != unit->first_type;
    bool lacks_delimiter = assembler->has_delimiters &&
                           !is_delimiter(assembler->codec, unit->first_type);
    if (assembler->is_behind_hole && (differs || lacks_delimiter))
        return true;
    assembler->knows_first[kind] = true;
    assembler->first_type[kind] = unit->first_type;
    return false;
}

static void end_unit(struct assembler *assembler)
{
    struct access_unit *unit = &assembler->unit;
    if (unit->is_damaged || unit->is_open) {
        drop_unit(assembler);
        return;
    }
    if (!unit->has_slice)
        return; /* parameter sets and the like: the picture follows */
    if (may_lack_head(assembler)) {
        drop_unit(assembler);
        return;
    }
    const struct assembled whole = {
        .data = buffer_bytes(&unit->data),
        .timestamp_ticks = assembler->timestamp_ticks,
        .is_key = unit->is_key,
        .is_discontinuous = assembler->is_discontinuous,
        .has_parameter_set = unit->has_parameter_set,
    };
    assembler->is_discontinuous = false;
    assembler->on_unit(assembler->context, &whole);
    access_unit_clear(unit);
    assembler->has_unit = false;
    assembler->is_behind_hole = false;
}

/* Behind a slice, these can only belong to the next picture. */
static bool is_border(enum codec codec, struct bytes nal)
{
    return codec_nal_is_parameter_set(codec, nal) ||
           (codec == CODEC_H264 && h264_nal_type(nal) == H264_NAL_DELIMITER) ||
           (codec == CODEC_H265 && h265_nal_type(nal) == H265_NAL_DELIMITER);
}

static void take_piece(struct assembler *assembler,
                       const struct nal_piece *piece)
{
    struct access_unit *unit = &assembler->unit;
    uint8_t peek[NAL_PEEK_SIZE];
    struct bytes nal = nal_piece_peek(piece, peek);
    if (piece->begins && is_delimiter(assembler->codec, piece->type))
        assembler->has_delimiters = true;
    if (piece->begins && access_unit_is_whole(unit) &&
        is_border(assembler->codec, nal))
        end_unit(assembler);
    if (assembler->needs_start) {
        assembler->needs_start = false;
        assembler->is_behind_hole = true;
        if (!piece->begins ||
            !codec_nal_begins_access_unit(assembler->codec, nal))
            unit->is_damaged = true;
    }
    assembler->has_unit = true;
    access_unit_take(unit, assembler->codec, piece);
}

static void take_payload(struct assembler *assembler, struct bytes payload)
{
    struct nal_walk walk = nal_walk_on(payload);
    struct nal_piece piece;
    enum status s = STATUS_OK;
    while (s == STATUS_OK) {
        s = assembler->codec == CODEC_H265 ? h265_walk_next(&walk, &piece)
                                           : h264_walk_next(&walk, &piece);
        if (s == STATUS_OK)
            take_piece(assembler, &piece);
    }
    if (s == STATUS_END)
        return;
    /* A malformed packet is a lost one. */
    assembler->packets_lost++;
    assembler->has_unit = true;
    assembler->unit.is_damaged = true;
}

static void begin_source(struct assembler *assembler,
                         const struct rtp_packet *packet)
{
    if (assembler->has_packet) {
        drop_unit(assembler);
        assembler->has_new_source = true;
    }
    assembler->has_packet = true;
    assembler->ssrc = packet->ssrc;
    assembler->needs_start = true; /* we may join in the middle */
}

/* Packets are missing before this one. */
static void take_hole(struct assembler *assembler,
                      const struct rtp_packet *packet, uint16_t missing)
{
    assembler->packets_lost += missing;
    assembler->is_discontinuous = true;
    if (!assembler->has_unit) {
        assembler->needs_start = true;
        return;
    }
    assembler->unit.is_damaged = true;
    if (packet->timestamp_ticks == assembler->timestamp_ticks)
        return;
    drop_unit(assembler);
    assembler->needs_start = true;
}

/* False: a repetition, to be dropped. RFC 3550 section A.1, for TCP. */
static bool follow_sequence(struct assembler *assembler,
                            const struct rtp_packet *packet)
{
    uint16_t step = (uint16_t)(packet->sequence - assembler->sequence - 1);
    bool is_back = step > UINT16_MAX / 2;
    if (!assembler->has_packet || packet->ssrc != assembler->ssrc ||
        (is_back && UINT16_MAX - step > SEQUENCE_BACK_MAX))
        begin_source(assembler, packet);
    else if (is_back)
        return false;
    else if (step > 0)
        take_hole(assembler, packet, step);
    assembler->sequence = packet->sequence;
    return true;
}

void assembler_packet(struct assembler *assembler,
                      const struct rtp_packet *packet)
{
    assembler->packets++;
    if (!follow_sequence(assembler, packet))
        return;
    if (packet->payload.size == 0)
        return; /* a probe of the path: keeps the sequence */
    if (assembler->has_unit &&
        packet->timestamp_ticks != assembler->timestamp_ticks)
        end_unit(assembler);
    assembler->timestamp_ticks = packet->timestamp_ticks;
    take_payload(assembler, packet->payload);
    if (packet->has_marker)
        end_unit(assembler);
}
