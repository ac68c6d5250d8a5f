/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness/add_checkpoint - what a log asks of a witness: the body of C2SP
 * tlog-witness' add-checkpoint.
 *
 *   old <size, decimal>         of the checkpoint that was cosigned last
 *   <base64 of a hash>          proof of growth from there, 0 to 63 lines
 *   <empty line>
 *   <checkpoint with its signatures>
 *
 * Threads: any; no state.
 */
#ifndef LOG_WITNESS_ADD_CHECKPOINT_H
#define LOG_WITNESS_ADD_CHECKPOINT_H

#include "log/tree/checkpoint.h"

enum {
    ADD_CHECKPOINT_PROOF_MAX = 63,   /* lines; C2SP tlog-witness */
    ADD_CHECKPOINT_SIZE_MAX = 16384, /* bytes; ours are below 4 KiB */
    ADD_CHECKPOINT_SIZE_ANSWER = 24, /* characters of a size and its feed */
};

struct add_checkpoint {
    uint64_t old_size;
    struct tree_proof proof;
    struct text note; /* borrowed */
};

/* Fails with: BAD_INPUT, LIMIT. The note is not looked at. */
MUST_USE enum status add_checkpoint_parse(struct text body,
                                          struct add_checkpoint *out);

/* Appends the body. Fails with: NO_MEMORY. */
MUST_USE enum status add_checkpoint_format(const struct add_checkpoint *asked,
                                           struct buffer *out);

/* The size in the answer 409. Fails with: BAD_INPUT, LIMIT. */
MUST_USE enum status add_checkpoint_parse_size(struct text body,
                                               uint64_t *size);

#endif
