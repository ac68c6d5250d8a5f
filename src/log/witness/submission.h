/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness/submission - what is sent to a witness, made from a log's files:
 * its checkpoint, and the proof that it has grown from the one that the witness
 * knows.
 *
 * The recorder may write meanwhile: it replaces checkpoint and unfinished
 * tiles, and then a tile is NOT_FOUND. Ask again.
 *
 * Threads: any; no state.
 */
#ifndef LOG_WITNESS_SUBMISSION_H
#define LOG_WITNESS_SUBMISSION_H

#include "log/witness/add_checkpoint.h"
#include "sys/file.h"

struct submission {
    struct checkpoint checkpoint;
    struct buffer note; /* the checkpoint, as the log has signed it */
    struct buffer body; /* of add-checkpoint */
};

void submission_init(struct submission *submission);
void submission_deinit(struct submission *submission);

/*
 * key: the log's. Fails with: NOT_FOUND (no checkpoint, or see above),
 * CONFLICT (the log is shorter than old_size), CORRUPT (checkpoint or tiles),
 * NO_MEMORY, INTERNAL, and as sys/file.h.
 */
MUST_USE enum status submission_make(const struct file_layer *layer,
                                     const char *directory,
                                     const struct note_key *key,
                                     uint64_t old_size,
                                     struct submission *out);

#endif
