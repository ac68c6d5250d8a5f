/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/cosignature - what a witness signs: C2SP tlog-cosignature,
 * cosignature/v1, a signature line of type 0x04 on a checkpoint's note:
 *
 *   time (u64, seconds since 1970) || Ed25519 over
 *   "cosignature/v1" LF "time " <decimal> LF <the note's text>
 *
 * It says that this witness had seen no other log of this origin, of this or a
 * larger size, up to that time.
 *
 * Threads: any; no state.
 */
#ifndef LOG_TREE_COSIGNATURE_H
#define LOG_TREE_COSIGNATURE_H

#include "log/tree/note.h"

enum { COSIGNATURE_SIZE = 8 + SIGNATURE_SIZE };

/* Appends the witness's line for a note with this text. Fails with: NO_MEMORY,
 * LIMIT (the text), INTERNAL. */
MUST_USE enum status
cosignature_make(struct text note_text, const struct note_key *witness,
                 const uint8_t private_key[SIGN_PRIVATE_SIZE],
                 uint64_t time_s, struct buffer *out);

/* The witness's line on a note; *time_s: when it signed. Fails with: NOT_FOUND
 * (it has not signed), CORRUPT, LIMIT, NO_MEMORY, INTERNAL. */
MUST_USE enum status cosignature_verify(const struct note *note,
                                        const struct note_key *witness,
                                        uint64_t *time_s);

#endif
