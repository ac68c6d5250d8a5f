/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/access_unit - a sample under construction, in MP4 form.
 *
 * Pieces of NAL units are appended where they belong, so that each byte is
 * copied once. What does not fit together (a middle without a beginning, a
 * beginning inside another unit, too many, too large) makes it damaged, and a
 * damaged unit takes nothing more.
 */
#ifndef INGEST_ACCESS_UNIT_H
#define INGEST_ACCESS_UNIT_H

#include "base/buffer.h"
#include "ingest/nal_piece.h"
#include "model/camera.h"

struct access_unit {
    struct buffer data; /* each NAL unit behind its length, u32 */
    size_t nal_from;    /* where the open unit's length stands */
    size_t nal_count;
    uint8_t first_type; /* nal_unit_type the unit begins with */
    uint8_t open_type;
    bool is_open; /* a fragment waits for its continuation */
    bool is_damaged;
    bool has_slice;
    bool has_parameter_set;
    bool is_key; /* its first slice begins decoding */
};

void access_unit_init(struct access_unit *unit);
void access_unit_deinit(struct access_unit *unit);

/* Empty again; memory stays, unless it has grown out of proportion. */
void access_unit_clear(struct access_unit *unit);

void access_unit_take(struct access_unit *unit, enum codec codec,
                      const struct nal_piece *piece);

static inline bool access_unit_is_whole(const struct access_unit *unit)
{
    return unit->has_slice && !unit->is_open && !unit->is_damaged;
}

#endif
