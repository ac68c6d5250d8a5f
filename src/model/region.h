/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/region - parts of a camera's picture that nobody is to see.
 *
 * A region is a polygon, in REGION_UNITths of the picture's width and height.
 * On its way between processes: of each, count u8, then x u16 and y u16.
 */
#ifndef MODEL_REGION_H
#define MODEL_REGION_H

#include "base/buffer.h"

enum {
    REGION_UNIT = 1000,
    REGION_POINTS_MIN = 3,
    REGION_POINTS_MAX = 16,
    REGIONS_MAX = 16, /* of a camera */
    REGION_BYTES_MAX = 1 + 4 * REGION_POINTS_MAX,
    REGIONS_BYTES_MAX = REGIONS_MAX * REGION_BYTES_MAX,
};

struct region_point {
    uint16_t x; /* from the left, at most REGION_UNIT */
    uint16_t y; /* from the top */
};

struct region {
    size_t count;
    struct region_point points[REGION_POINTS_MAX];
};

struct regions {
    size_t count;
    struct region list[REGIONS_MAX];
};

/* Sticky failure in out. */
void region_write(struct buffer *out, const struct region *region);

/* At least one region. Fails with: BAD_INPUT, LIMIT. */
MUST_USE enum status regions_read(struct bytes in, struct regions *out);

#endif
