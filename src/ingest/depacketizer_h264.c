/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/nal_piece.h"

enum {
    TYPE_SINGLE_LAST = 23,
    TYPE_STAP_A = 24,
    TYPE_FU_A = 28,
    FU_START = 0x80,
    FU_END = 0x40,
    FORBIDDEN_BIT = 0x80,
    TYPE_MASK = 0x1f,
};

static bool is_unit_type(unsigned type)
{
    return type >= 1 && type <= TYPE_SINGLE_LAST;
}

static enum status whole_unit(struct bytes nal, struct nal_piece *out)
{
    unsigned type = nal.size == 0 ? 0 : nal.data[0] & TYPE_MASK;
    *out = (struct nal_piece){.begins = true,
                              .ends = true,
                              .type = (uint8_t)type,
                              .body = nal};
    return is_unit_type(type) ? STATUS_OK : STATUS_BAD_INPUT;
}

/* RFC 6184 section 5.7.1: size u16 and unit, again and again. */
static enum status next_of_aggregate(struct nal_walk *walk,
                                     struct nal_piece *out)
{
    if (!reader_more(&walk->in))
        return walk->has_begun ? STATUS_END : STATUS_BAD_INPUT;
    walk->has_begun = true;
    uint16_t size = reader_u16be(&walk->in);
    struct bytes nal = reader_bytes(&walk->in, size);
    return walk->in.failed ? STATUS_BAD_INPUT : whole_unit(nal, out);
}

/* RFC 6184 section 5.8: indicator, header, a piece of the unit's body. */
static enum status fragment(struct nal_walk *walk, struct nal_piece *out)
{
    uint8_t indicator = reader_u8(&walk->in);
    uint8_t header = reader_u8(&walk->in);
    unsigned type = header & TYPE_MASK;
    walk->is_over = true;
    if (walk->in.failed || walk->in.left.size == 0 || !is_unit_type(type))
        return STATUS_BAD_INPUT;
    *out = (struct nal_piece){
        .begins = (header & FU_START) != 0,
        .ends = (header & FU_END) != 0,
        .type = (uint8_t)type,
        .body = walk->in.left,
    };
    if (out->begins) {
        out->header_size = 1;
        out->header[0] = (uint8_t)((indicator & 0xe0u) | type);
    }
    return STATUS_OK;
}

enum status h264_walk_next(struct nal_walk *walk, struct nal_piece *out)
{
    *out = (struct nal_piece){0};
    if (walk->is_over)
        return STATUS_END;
    if (walk->is_aggregate)
        return next_of_aggregate(walk, out);
    struct bytes payload = walk->in.left;
    if (payload.size == 0 || (payload.data[0] & FORBIDDEN_BIT) != 0)
        return STATUS_BAD_INPUT;
    unsigned type = payload.data[0] & TYPE_MASK;
    if (type == TYPE_FU_A)
        return fragment(walk, out);
    if (type == TYPE_STAP_A) {
        walk->is_aggregate = true;
        reader_skip(&walk->in, 1);
        return next_of_aggregate(walk, out);
    }
    walk->is_over = true;
    return whole_unit(payload, out);
}
