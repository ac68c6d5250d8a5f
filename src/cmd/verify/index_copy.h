/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/index_copy - a copy of the index, for a check that writes nothing.
 *
 * A database whose last user was killed is finished by whoever opens it next.
 * Who checks an installation leaves it as it was found, and may have it on a
 * disk that cannot be written: so the copy is opened, in TMPDIR.
 *
 * Threads: none.
 */
#ifndef CMD_VERIFY_INDEX_COPY_H
#define CMD_VERIFY_INDEX_COPY_H

#include "store/limits.h"
#include "sys/file.h"

struct index_copy {
    char directory[PATH_SIZE]; /* its own; "": none was made */
    char path[PATH_SIZE];      /* of the database in it */
};

/* original: the path of the index. out is to be removed in any case. Fails
 * with: NOT_FOUND (no index), LIMIT, IO, DENIED, NO_SPACE, NO_MEMORY. */
MUST_USE enum status index_copy_make(const struct file_layer *layer,
                                     const char *original,
                                     struct index_copy *out);

void index_copy_remove(struct index_copy *copy);

#endif
