/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/checkpoint - how long a log is, and its root: C2SP
 * tlog-checkpoint, a signed note whose text is
 *
 *   <origin>
 *   <size, decimal>
 *   <base64 of the root>
 *   <other lines, which we never write and pass over>
 *
 * Threads: any; no state.
 */
#ifndef LOG_TREE_CHECKPOINT_H
#define LOG_TREE_CHECKPOINT_H

#include "log/tree/tree.h"
#include "log/tree/note.h"

enum { CHECKPOINT_TEXT_SIZE = NOTE_NAME_MAX + 128 };

struct checkpoint {
    char origin[NOTE_NAME_MAX + 1];
    uint64_t size;
    struct merkle_hash root;
};

/* The text of a note. Fails with: BAD_INPUT. */
MUST_USE enum status checkpoint_parse(struct text text, struct checkpoint *out);

/* The text, terminated. */
void checkpoint_format(const struct checkpoint *checkpoint,
                       char out[CHECKPOINT_TEXT_SIZE]);

/* A whole note, signed by the log's key. Fails with: BAD_INPUT, LIMIT,
 * NOT_FOUND (not signed by this key), CORRUPT (the signature, or another
 * origin than the key's name), INTERNAL. */
MUST_USE enum status checkpoint_open(struct text note,
                                     const struct note_key *key,
                                     struct checkpoint *out);

/* Appends the signed note. Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status
checkpoint_sign(const struct checkpoint *checkpoint, const struct note_key *key,
                const uint8_t private_key[SIGN_PRIVATE_SIZE],
                struct buffer *out);

#endif
