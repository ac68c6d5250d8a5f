/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/assembler - RTP packets of one stream to whole access units.
 *
 * A unit ends with the packet that bears the marker, with a new timestamp, or
 * with a delimiter or parameter set behind a slice (cameras that forget the
 * marker). A marker on a packet that is no picture (parameter sets, SEI) ends
 * nothing: those cameras exist.
 *
 * A hole in the sequence numbers damages the unit it falls into; where it falls
 * between two units, the second is whole only if it begins as an access unit
 * does, with the type that units of this stream begin with. A damaged unit is
 * dropped and the next is flagged. Over TCP nothing is reordered: a packet that
 * is a little old is a repetition and is dropped.
 *
 * Sources: RFC 3550 section 5.1, RFC 6184, RFC 7798. Threads: none of its own.
 */
#ifndef INGEST_ASSEMBLER_H
#define INGEST_ASSEMBLER_H

#include "ingest/access_unit.h"
#include "wire/rtp.h"

/* A whole one; lives while the callback runs. */
struct assembled {
    struct bytes data; /* MP4 form */
    uint32_t timestamp_ticks;
    bool is_key;
    bool is_discontinuous; /* something was lost just before */
    bool has_parameter_set;
};

typedef void assembled_fn(void *context, const struct assembled *unit);

struct assembler {
    enum codec codec;
    assembled_fn *on_unit;
    void *context;
    struct access_unit unit;
    uint32_t timestamp_ticks; /* of the unit under construction */
    uint32_t ssrc;
    uint16_t sequence; /* of the newest packet */
    bool has_packet;   /* ssrc and sequence are known */
    bool has_unit;     /* a packet of the unit has come */
    bool needs_start;  /* packets were lost before the unit's first */
    bool is_behind_hole; /* the same, until the unit ends */
    bool has_delimiters; /* one has been seen: all units begin so */
    bool knows_first[2]; /* of other, of key pictures: */
    uint8_t first_type[2]; /* what the last one began with */
    bool is_discontinuous;
    bool has_new_source; /* until assembler_take_new_source */
    uint32_t packets_lost; /* until assembler_take_lost */
    uint64_t packets;      /* in all, for statistics */
};

void assembler_init(struct assembler *assembler, enum codec codec,
                    assembled_fn *on_unit, void *context);
void assembler_deinit(struct assembler *assembler);

/* Takes one packet; on_unit may run, also more than once. */
void assembler_packet(struct assembler *assembler,
                      const struct rtp_packet *packet);

/* Packets missed or malformed since the last call. */
uint32_t assembler_take_lost(struct assembler *assembler);

/* The sender began anew (another SSRC, or a sequence far back) since the last
 * call: timestamps have no relation to earlier ones. */
bool assembler_take_new_source(struct assembler *assembler);

#endif
