/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/death - one row of the keeper's list of seeds that have died.
 *
 * A row stands for a run of slots (and units) of one subject that followed on
 * each other and died in one rotation of one cause.
 */
#ifndef MODEL_DEATH_H
#define MODEL_DEATH_H

#include <stdbool.h>

#include "base/reader.h"
#include "base/writer.h"
#include "model/cause.h"
#include "model/span.h"

enum { DEATH_SIZE = 72 }; /* bytes, encoded */

struct death {
    uint64_t epoch;   /* the first table without the seed */
    uint32_t subject; /* camera number or other key subject */
    enum cause cause; /* EXPIRED, ORDERED or CORRUPT */
    bool is_unused;   /* no key for sealing was ever given out of these seeds:
                         there was no video */
    struct span slot; /* what the seeds had opened */
    struct wall_time died_at; /* trusted time of the overwritten root */
    uint64_t order_entry;     /* entry that ordered it; 0: expiry */
    uint32_t seeds;           /* seeds and kept units, from 1 */
    uint8_t commitment[16];   /* c1 = SHA-256(seed 1), ck = SHA-256(c(k-1) ||
                                 seed k), the first half each; a kept unit's
                                 seed is its key and leaf salt */
};

/* epoch u64, subject u32, cause u8, flags u8 (1: unused), zero u8 x2, from
 * i64, to i64, died i64, order u64, commitment, seeds less one u32, zero
 * u32. Rows of before: flags 0, one seed. */
void death_encode(const struct death *death, struct writer *out);

/* Fails with: BAD_INPUT. */
MUST_USE enum status death_decode(struct reader *in, struct death *out);

#endif
