/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/nal_piece - the payload of one RTP packet as pieces of NAL units.
 *
 * A packet holds one unit, several whole ones, or a piece of one. Walking it
 * needs no memory of earlier packets: whether a piece fits behind the last one
 * is the access unit's to judge.
 */
#ifndef INGEST_NAL_PIECE_H
#define INGEST_NAL_PIECE_H

#include <stdbool.h>

#include "base/reader.h"

enum { NAL_HEADER_SIZE_MAX = 2, NAL_PEEK_SIZE = 4 };

struct nal_piece {
    bool begins; /* the unit's first piece: header and body, in that order */
    bool ends;
    uint8_t type;        /* nal_unit_type, also of a middle piece */
    uint8_t header_size; /* bytes rebuilt; 0: the body holds the header */
    uint8_t header[NAL_HEADER_SIZE_MAX];
    struct bytes body; /* view into the packet */
};

/* Where a walk over one payload stands. */
struct nal_walk {
    struct reader in;
    bool is_aggregate;
    bool is_over;
    bool has_begun;
};

static inline struct nal_walk nal_walk_on(struct bytes payload)
{
    return (struct nal_walk){.in = reader_on(payload)};
}

/*
 * RFC 6184 section 5: single NAL unit (1 to 23), STAP-A (24), FU-A (28). What
 * packetization mode 2 adds (STAP-B, MTAP, FU-B) is refused.
 * Fails with: END, BAD_INPUT (nothing more can be read of this payload).
 */
MUST_USE enum status h264_walk_next(struct nal_walk *walk,
                                    struct nal_piece *out);

/*
 * RFC 7798 section 4.4: single NAL unit (0 to 47), aggregation (48),
 * fragmentation (49), without decoding order numbers. PACI (50) is refused.
 * Fails with: END, BAD_INPUT.
 */
MUST_USE enum status h265_walk_next(struct nal_walk *walk,
                                    struct nal_piece *out);

/* The first bytes of the unit that a beginning piece opens, at most
 * NAL_PEEK_SIZE, copied: enough to ask its kind. */
static inline struct bytes nal_piece_peek(const struct nal_piece *piece,
                                          uint8_t out[NAL_PEEK_SIZE])
{
    size_t used = piece->header_size;
    memcpy(out, piece->header, NAL_HEADER_SIZE_MAX);
    struct reader body = reader_on(piece->body);
    while (used < NAL_PEEK_SIZE && reader_more(&body))
        out[used++] = reader_u8(&body);
    return bytes_of(out, used);
}

#endif
