/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/scrub - reads a full volume through, without any key: each record's
 * header must be the one that its directory names, and its sector check must
 * hold. A record that fails either is told; nothing is written.
 *
 * It reads slowly, so that all volumes have been read once in the days that
 * plant.yaml gives; its own file, so that it needs nobody's lock.
 *
 * Threads: scrub_run in any; then the results are the caller's.
 */
#ifndef STORE_SCRUB_H
#define STORE_SCRUB_H

#include <stdatomic.h>

#include "store/volume_set.h"

struct scrub {
    const struct file_layer *layer;
    char path[PATH_SIZE];
    uint32_t number; /* of the volume */
    struct record_row *rows; /* the volume's, as they were; owned */
    size_t count;
    uint64_t bytes_per_s; /* 0: as quick as it can */
    atomic_bool wants_end;
    /* results: rows[0 .. damaged) are those that failed */
    size_t damaged;
    size_t checked;
};

/* Takes down what is to be read. Fails with: NO_MEMORY, LIMIT. */
MUST_USE enum status scrub_prepare(struct scrub *scrub,
                                   const struct volume *volume,
                                   uint64_t bytes_per_s);

void scrub_run(struct scrub *scrub);

void scrub_deinit(struct scrub *scrub);

#endif
