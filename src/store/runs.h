/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/runs - what is recorded of each camera: unbroken stretches of time, in
 * whichever volumes their records stand.
 *
 * Spans that lie at most GAP_TOLERANCE_US apart make one run: a camera that is
 * never interrupted has one run, however many days it is kept.
 *
 * Threads: none.
 */
#ifndef STORE_RUNS_H
#define STORE_RUNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/span.h"

struct camera_runs {
    uint32_t camera;
    uint64_t last_sequence; /* the highest ever seen */
    struct span *runs;      /* by start; none overlap */
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
                                   struct span span, uint64_t sequence);

/* The camera's pictures of this span are gone. Runs are cut. Fails with:
 * NO_MEMORY (a run had to be divided; then it stays whole). */
MUST_USE enum status run_table_remove(struct run_table *table,
                                      uint32_t camera, struct span span);

/* Raises the camera's last_sequence. Fails with: NO_MEMORY. */
MUST_USE enum status run_table_note_sequence(struct run_table *table,
                                             uint32_t camera,
                                             uint64_t sequence);

/* The index of the first run that ends after time. */
size_t camera_runs_after(const struct camera_runs *runs,
                         struct wall_time time);

/* The end of the newest run; 0 where there is none. */
struct wall_time camera_runs_end(const struct camera_runs *runs);

void run_table_deinit(struct run_table *table);

#endif
