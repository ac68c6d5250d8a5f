/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/nal_piece.h"

enum {
    HEADER_SIZE = 2,
    TYPE_SINGLE_LAST = 47,
    TYPE_AGGREGATION = 48,
    TYPE_FRAGMENT = 49,
    FU_START = 0x80,
    FU_END = 0x40,
    FU_TYPE_MASK = 0x3f,
    FORBIDDEN_BIT = 0x80,
};

static unsigned type_of(struct bytes nal)
{
    return (unsigned)nal.data[0] >> 1 & 0x3fu;
}

static enum status whole_unit(struct bytes nal, struct nal_piece *out)
{
    if (nal.size < HEADER_SIZE || type_of(nal) > TYPE_SINGLE_LAST)
        return STATUS_BAD_INPUT;
    *out = (struct nal_piece){.begins = true,
                              .ends = true,
                              .type = (uint8_t)type_of(nal),
                              .body = nal};
    return STATUS_OK;
}

/* RFC 7798 section 4.4.2: size u16 and unit, again and again. */
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

/* RFC 7798 section 4.4.3: payload header, FU header, a piece of the body. */
static enum status fragment(struct nal_walk *walk, struct nal_piece *out)
{
    uint8_t first = reader_u8(&walk->in);
    uint8_t second = reader_u8(&walk->in);
    uint8_t header = reader_u8(&walk->in);
    unsigned type = header & FU_TYPE_MASK;
    walk->is_over = true;
    if (walk->in.failed || walk->in.left.size == 0 || type > TYPE_SINGLE_LAST)
        return STATUS_BAD_INPUT;
    *out = (struct nal_piece){
        .begins = (header & FU_START) != 0,
        .ends = (header & FU_END) != 0,
        .type = (uint8_t)type,
        .body = walk->in.left,
    };
    if (out->begins) {
        out->header_size = HEADER_SIZE;
        out->header[0] = (uint8_t)((first & 0x81u) | type << 1);
        out->header[1] = second;
    }
    return STATUS_OK;
}

enum status h265_walk_next(struct nal_walk *walk, struct nal_piece *out)
{
    *out = (struct nal_piece){0};
    if (walk->is_over)
        return STATUS_END;
    if (walk->is_aggregate)
        return next_of_aggregate(walk, out);
    struct bytes payload = walk->in.left;
    if (payload.size < HEADER_SIZE || (payload.data[0] & FORBIDDEN_BIT) != 0)
        return STATUS_BAD_INPUT;
    if (type_of(payload) == TYPE_FRAGMENT)
        return fragment(walk, out);
    if (type_of(payload) == TYPE_AGGREGATION) {
        walk->is_aggregate = true;
        reader_skip(&walk->in, HEADER_SIZE);
        return next_of_aggregate(walk, out);
    }
    walk->is_over = true;
    return whole_unit(payload, out);
}
