/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/gop_leaf - what the log is told of one group of pictures: enough that
 * a missing, changed or foreign GOP is noticed, and nothing of what it shows.
 *
 *   content = SHA-256(leaf salt || SHA-256(samples in MP4 form, in order))
 *   records = SHA-256(commitment || tag of each record that holds a part of
 *             it, in order; 48 zeros for one that was not written)
 *   previous = SHA-256(0x00 || the camera's leaf before)     (RFC 6962 hash)
 *
 * The leaf salt comes from the key unit in which the GOP begins and dies with
 * it; after that content fits any pictures, or none.
 *
 * Threads: any; plain values.
 */
#ifndef MODEL_GOP_LEAF_H
#define MODEL_GOP_LEAF_H

#include "base/reader.h"
#include "base/writer.h"
#include "model/span.h"

enum { GOP_LEAF_SIZE = 256, GOP_HASH_SIZE = 32 };

enum gop_leaf_flags {
    GOP_DISCONTINUITY = 1, /* pictures are missing just before */
    GOP_PARTIAL = 2,       /* does not begin with an IDR */
    GOP_INCOMPLETE = 4,    /* one of its records was not written */
    GOP_FLAGS_ALL = 7,
};

struct gop_leaf {
    uint16_t flags;
    uint32_t camera;
    uint64_t sequence; /* of this camera, from 1 */
    struct span span;  /* first sample's start to last sample's end, trusted */
    uint32_t samples;
    uint32_t record_count; /* written or not */
    uint64_t first_record; /* sequence */
    uint8_t configuration[GOP_HASH_SIZE]; /* SHA-256 of avcC or hvcC */
    uint8_t content[GOP_HASH_SIZE];
    uint8_t records[GOP_HASH_SIZE];
    uint8_t previous[GOP_HASH_SIZE]; /* zeros: the first */
};

/* A camera's newest leaf, as the next one is bound to it. */
struct gop_head {
    uint64_t sequence; /* 0: there is none */
    uint8_t hash[GOP_HASH_SIZE];
};

/* Layout, big-endian: "HGOP", version u16 = 1, flags u16, camera u32, samples
 * u32, sequence u64, from i64, to i64, first record u64, records u32, zero to
 * 64; then the four hashes in the order above; zero to GOP_LEAF_SIZE. */
void gop_leaf_encode(const struct gop_leaf *leaf, struct writer *out);

/* Fails with: BAD_INPUT. */
MUST_USE enum status gop_leaf_decode(struct reader *in, struct gop_leaf *out);

/*
 * Whether the leaf's pictures come behind the other's. Where some are missing
 * between, how long the last one lasted was reckoned, and may reach beyond the
 * next one's start.
 */
bool gop_leaf_is_behind(const struct gop_leaf *leaf,
                        const struct gop_leaf *last);

#endif
