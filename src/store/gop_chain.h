/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/gop_chain - makes one camera's GOP leaves, each bound to the one
 * before it.
 *
 * Samples are hashed once, as they come. Keys and tags come when the records
 * that hold them are sealed, and the word that they are written after that; a
 * record that goes to another disk may be written after a later one. A leaf is
 * told when its GOP has ended, all its records are settled, and all leaves
 * before it are told. Because a record may end one GOP and begin the next, it
 * may count in both.
 *
 * A GOP ends before an IDR, behind a gap, with its configuration, and at
 * GOP_SAMPLES_MAX. It ends where the next one begins, if that is near.
 *
 * After a restart the chain goes on with what is said to gop_chain_create;
 * what was recorded of the GOP that was interrupted has no leaf, and the next
 * one says GOP_PARTIAL | GOP_DISCONTINUITY.
 *
 * Threads: none.
 */
#ifndef STORE_GOP_CHAIN_H
#define STORE_GOP_CHAIN_H

#include "base/status.h"
#include "crypto/derive.h"
#include "media/sample.h"
#include "model/gop_leaf.h"
#include "store/record.h"

struct gop_chain;

enum {
    /* GOPs that wait for their records: a disk that stalls for minutes. Each
     * takes half a kilobyte while it waits. */
    GOP_CHAIN_OPEN_MAX = 1024,
    GOP_SAMPLES_MAX = 4096, /* a camera that never sends an IDR */
};

/* A leaf is complete; borrowed. */
typedef void gop_leaf_fn(void *context, const struct gop_leaf *leaf);

/*
 * last: the camera's newest leaf. Fails with: NO_MEMORY, INTERNAL.
 */
MUST_USE enum status gop_chain_create(uint32_t camera,
                                      const struct gop_head *last,
                                      gop_leaf_fn *on_leaf, void *context,
                                      struct gop_chain **out);
void gop_chain_destroy(struct gop_chain **chain);

/* The configuration (avcC or hvcC) of the samples that follow; ends the GOP.
 * Fails with: INTERNAL. */
MUST_USE enum status gop_chain_set_config(struct gop_chain *chain,
                                          struct bytes config_record);

/*
 * The sample goes into the record with this sequence. Where GOP_CHAIN_OPEN_MAX
 * GOPs wait already, the oldest one is told as INCOMPLETE. Without memory the
 * GOP has no leaf: its number is missing, which is seen.
 */
void gop_chain_add(struct gop_chain *chain, const struct sample *sample,
                   uint64_t record_sequence);

/* The record has been sealed under a unit with this leaf salt. */
void gop_chain_on_sealed(struct gop_chain *chain,
                         const struct record_header *header,
                         const uint8_t leaf_salt[LEAF_SALT_SIZE]);

/* The record has been written. */
void gop_chain_on_written(struct gop_chain *chain, uint64_t record_sequence);

/* The record will never be written. */
void gop_chain_on_lost(struct gop_chain *chain, uint64_t record_sequence);

/* Ends the GOP that is being collected; at the recorder's end, or where the
 * clock steps. */
void gop_chain_finish(struct gop_chain *chain);

/* All leaves have been told, but for what is being collected. */
bool gop_chain_is_idle(const struct gop_chain *chain);

/* The newest leaf that was told, or that was there at the beginning. */
const struct gop_head *gop_chain_head(const struct gop_chain *chain);

/* content as a leaf has it. Fails with: INTERNAL. */
MUST_USE enum status gop_content_hash(const uint8_t leaf_salt[LEAF_SALT_SIZE],
                                      const uint8_t samples[GOP_HASH_SIZE],
                                      uint8_t out[GOP_HASH_SIZE]);

/* What the leaf after this one has as previous. Fails with: INTERNAL. */
MUST_USE enum status gop_leaf_hash(const struct gop_leaf *leaf,
                                   uint8_t out[GOP_HASH_SIZE]);

#endif
