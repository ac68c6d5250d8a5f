/* SPDX-License-Identifier: Apache-2.0 */
/* model/death - one row of the keeper's list of seeds that have died. */
#ifndef MODEL_DEATH_H
#define MODEL_DEATH_H

#include "base/reader.h"
#include "base/writer.h"
#include "model/cause.h"
#include "model/span.h"

enum { DEATH_SIZE = 72 }; /* bytes, encoded */

struct death {
    uint64_t epoch;   /* the first table without the seed */
    uint32_t subject; /* camera number or other key subject */
    enum cause cause; /* EXPIRED or ORDERED */
    struct span slot; /* what the seed had opened */
    struct wall_time died_at;  /* trusted time of the overwritten root */
    uint64_t order_entry;      /* entry that ordered it; 0: expiry */
    uint8_t commitment[16];    /* first half of SHA-256 of the seed */
};

/* epoch u64, subject u32, cause u8, zero u8 x3, from i64, to i64, died i64,
 * order u64, commitment, zero u64. */
void death_encode(const struct death *death, struct writer *out);

/* Fails with: BAD_INPUT. */
MUST_USE enum status death_decode(struct reader *in, struct death *out);

#endif
