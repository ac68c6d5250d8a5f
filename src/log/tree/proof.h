/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/proof - that an entry stands in a log, as one file: C2SP
 * tlog-proof.
 *
 *   c2sp.org/tlog-proof@v1
 *   extra <base64>              may be missing
 *   index <decimal>
 *   <base64 of a hash>          the inclusion proof, the leaf's sibling first
 *   <empty line>
 *   <checkpoint with its signatures>
 *
 * Threads: any; no state.
 */
#ifndef LOG_TREE_PROOF_H
#define LOG_TREE_PROOF_H

#include "log/tree/checkpoint.h"

enum {
    PROOF_SIZE_MAX = NOTE_SIZE_MAX + 16384, /* bytes of the file */
};

struct proof {
    uint64_t index;
    struct tree_proof path;
    struct text extra; /* base64, borrowed; empty: none */
    struct text note;  /* borrowed: the checkpoint */
};

/* Appends the file. extra: base64 or empty. Fails with: NO_MEMORY. */
MUST_USE enum status proof_format(const struct proof *proof,
                                  struct buffer *out);

/* Fails with: BAD_INPUT, LIMIT. */
MUST_USE enum status proof_parse(struct text file, struct proof *out);

/* Whether this leaf is in the log whose key this is. Fails with: CORRUPT (not
 * so), and as checkpoint_open. */
MUST_USE enum status proof_check(const struct proof *proof,
                                 const struct merkle_hash *leaf,
                                 const struct note_key *key);

#endif
