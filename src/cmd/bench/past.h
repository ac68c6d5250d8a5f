/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench/past - an installation that has recorded camera 1 for some time up
 * to now, made in seconds: its keyring lives through that time under a clock
 * of its own, its records are sealed with the keys that keyring gives for each
 * minute, and stand in real volumes. It can be read here, and started.
 */
#ifndef CMD_BENCH_PAST_H
#define CMD_BENCH_PAST_H

#include "cmd/bench/clip.h"
#include "keys/keyring.h"
#include "store/store.h"
#include "sys/clock.h"

enum { BENCH_PATH_SIZE = 600, BENCH_CAMERA = 1 };

/* Told of each sample that is recorded, and its unit's keys. */
typedef enum status bench_past_fn(void *context, const struct sample *sample,
                                  const struct unit_keys *keys);

struct bench_past {
    char site[BENCH_PATH_SIZE]; /* the installation's directory */
    char book[BENCH_PATH_SIZE + 32];
    char index[BENCH_PATH_SIZE + 32];
    char volumes[BENCH_PATH_SIZE + 32];
    struct fake_clock clock;
    struct keyring *keyring;
    struct store store;
    bool is_store_open;
    struct span span; /* of what has been recorded */
    uint64_t samples;
    uint64_t sample_bytes;
    uint64_t record_bytes; /* in the volumes */
    uint64_t records;
};

/*
 * Makes site and all below it. on_sample may be NULL. Fails with: IO, NO_SPACE,
 * NO_MEMORY and others; close and remove it in any case.
 */
MUST_USE enum status bench_past_make(struct bench_past *past,
                                     const struct bench_clip *clip,
                                     uint32_t minutes,
                                     bench_past_fn *on_sample, void *context);

/* Lets go of keys and volumes, so that the installation can be started. */
void bench_past_close(struct bench_past *past);

#endif
