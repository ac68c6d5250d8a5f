/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/runs - where the pictures of each camera are: unbroken stretches of
 * time, each inside one volume.
 *
 * Records that follow each other within GAP_TOLERANCE_US in one volume make
 * one run. This is what the index (store/index.h) keeps on disk, and what
 * coverage is answered from.
 *
 * Threads: none.
 */
#ifndef STORE_RUNS_H
#define STORE_RUNS_H

#include <stdbool.h>

#include "base/status.h"
#include "model/span.h"

struct run {
    struct span span;
    uint32_t volume; /* its number */
};

struct camera_runs {
    uint32_t camera;
    uint64_t last_sequence; /* the highest ever seen */
    struct run *runs;       /* by start */
    size_t count;
    size_t capacity;
};

struct run_table {
    struct camera_runs *cameras; /* by number */
    size_t count;
    size_t capacity;
};

/* The camera's runs, or NULL. Borrowed until the next call that adds. */
struct camera_runs *run_table_find(const struct run_table *table,
                                   uint32_t camera);

/* A record or run is there. Fails with: NO_MEMORY. */
MUST_USE enum status run_table_add(struct run_table *table, uint32_t camera,
                                   uint32_t volume, struct span span,
                                   uint64_t sequence);

/*
 * The camera's pictures of this span are gone from this volume (camera 0:
 * of all cameras). Runs are cut. Fails with: NO_MEMORY (a run had to be
 * divided; then it stays whole).
 */
MUST_USE enum status run_table_remove(struct run_table *table,
                                      uint32_t camera, uint32_t volume,
                                      struct span span);

/* Raises the camera's last_sequence. Fails with: NO_MEMORY. */
MUST_USE enum status run_table_note_sequence(struct run_table *table,
                                             uint32_t camera,
                                             uint64_t sequence);

/* Whether any run lies in this volume. */
bool run_table_has_volume(const struct run_table *table, uint32_t volume);

/* The index of the first run that ends after time. */
size_t camera_runs_after(const struct camera_runs *runs,
                         struct wall_time time);

/* The end of the newest run; 0 where there is none. */
struct wall_time camera_runs_end(const struct camera_runs *runs);

void run_table_deinit(struct run_table *table);

#endif
