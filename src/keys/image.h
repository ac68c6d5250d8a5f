/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/image - a copy of an installation's key files, as a thief or a backup
 * may have it, tried with roots that the machine holds today.
 *
 * Every block of every table of the copy is tried with every readable copy of
 * both roots. After a deletion none may open: the root of that table is gone.
 *
 * Threads: one.
 */
#ifndef KEYS_IMAGE_H
#define KEYS_IMAGE_H

#include <stddef.h>

#include "base/status.h"

struct file_layer;
struct root_store;

struct key_image {
    size_t tables; /* files of tables that the copy has */
    size_t blocks; /* in them, headers too */
    size_t opened; /* of these, by the given roots */
    unsigned cells; /* of the store, of which a root could be read */
};

/*
 * directory: the copy's keys/. store: the roots to try, borrowed; NULL: none,
 * the copy is looked at only. Nothing is shown where out->cells is less than
 * ROOT_CELLS: a root that could not be read may open it.
 * Fails with: NOT_FOUND (no table there), NO_MEMORY, INTERNAL.
 */
MUST_USE enum status key_image_try(const struct file_layer *layer,
                                   const char *directory,
                                   struct root_store *store,
                                   struct key_image *out);

#endif
