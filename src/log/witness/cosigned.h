/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness/cosigned - what witnesses have said of this log: in
 * LOG/cosigned/NAME the checkpoint that this witness has cosigned last, with
 * the log's signature and the witness's line. A note like any other, so that
 * others read it too.
 *
 * Threads: any; no state.
 */
#ifndef LOG_WITNESS_COSIGNED_H
#define LOG_WITNESS_COSIGNED_H

#include "log/tree/checkpoint.h"
#include "sys/file.h"

enum {
    COSIGNED_NAME_MAX = 32, /* characters of a witness's name in the plant */
    WITNESSES_MAX = 16,
};

struct cosigned {
    struct checkpoint checkpoint;
    uint64_t time_s; /* when the witness signed, by its clock */
};

/*
 * A note with the line of this witness. Fails with: BAD_INPUT, LIMIT,
 * NOT_FOUND (one of the two has not signed), CORRUPT, NO_MEMORY, INTERNAL.
 */
MUST_USE enum status cosigned_open(struct text note,
                                   const struct note_key *log,
                                   const struct note_key *witness,
                                   struct cosigned *out);

/*
 * A witness's answer to this note: what it signed is appended to out, whole.
 * Lines of others are dropped. Fails with: as cosigned_open.
 */
MUST_USE enum status cosigned_join(struct text note, struct text answer,
                                   const struct note_key *log,
                                   const struct note_key *witness,
                                   struct buffer *out, struct cosigned *said);

/* LOG/cosigned/NAME. False where it is too long or no plain file name. */
MUST_USE bool cosigned_path(const char *log_directory, struct text name,
                            char *out, size_t size);

#endif
