/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench/destroy - volumes full of records of many cameras, and the keyring
 * whose seeds open them, among those of two months, to be destroyed all at
 * once.
 *
 * Every record has its own header. With is_sparse the volumes are holes of the
 * right size: their names, directories and the index are real, the records
 * are not there.
 */
#ifndef CMD_BENCH_DESTROY_H
#define CMD_BENCH_DESTROY_H

#include "cmd/bench/past.h"

enum {
    DOOMED_CAMERAS = 100,
    DOOMED_KEPT_DAYS = 60, /* that the key table is full of */
};

struct doomed_site {
    char directory[BENCH_PATH_SIZE];
    char volume_directory[BENCH_PATH_SIZE + 32];
    char index[BENCH_PATH_SIZE + 32];
    char book[BENCH_PATH_SIZE + 32];
    uint64_t bytes; /* of records, about */
    bool is_sparse;
    struct file_layer layer; /* with is_sparse: one that preallocates nothing */
    struct fake_clock clock;
    struct keyring *keyring;
    struct store store;
    bool is_store_open;
    struct span span;
    uint64_t records;
    uint64_t volumes;
    uint64_t key_table_bytes;
};

/* Fails with: IO, NO_SPACE, NO_MEMORY and others; close it in any case. */
MUST_USE enum status doomed_site_make(struct doomed_site *site);
void doomed_site_close(struct doomed_site *site);

#endif
