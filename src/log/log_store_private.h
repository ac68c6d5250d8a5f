/* SPDX-License-Identifier: Apache-2.0 */
/* log/log_store_private - the store's state, for log_store*.c alone. */
#ifndef LOG_LOG_STORE_PRIVATE_H
#define LOG_LOG_STORE_PRIVATE_H

#include "log/log_index.h"
#include "log/log_store.h"
#include "log/tree/rows.h"

/* A part of a file. */
struct log_piece {
    struct buffer bytes;
    struct log_range range;
};

struct log_store {
    const struct file_layer *layer;
    char directory[LOG_PATH_SIZE];
    struct file *entries;
    struct file *texts;
    struct file *unsigned_leaves; /* log/log_unsigned.h */
    uint64_t unsigned_end;
    uint64_t texts_size;
    struct log_index *index;
    struct log_signer *signer;
    struct rows *tree; /* as far as it has been published */
    /* Leaves of entries that are noted and not published. */
    struct buffer leaves;
    struct log_piece bundle; /* of entries, as read last */
    struct log_piece notes;  /* of texts, likewise */
};

/* Everything but the files themselves, which are open. */
MUST_USE enum status log_store_read(struct log_store *store,
                                    log_observer_fn *on_entry, void *context);

/* Reads a range of the file, unless it is what the piece holds. Fails with:
 * CORRUPT (the file is shorter, or the range too large), NO_MEMORY, and as
 * sys/file.h. */
MUST_USE enum status log_piece_load(struct log_piece *piece, struct file *file,
                                    struct log_range range);

#endif
