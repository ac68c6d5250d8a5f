/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/recorded - what the vault tells of its leaves, as the detail of an
 * event (model/event.h):
 *
 *   RECORDING_ROOT   "batch B leaves N root HEX"
 *   RECORDING_DAY    "leaves N head HEX ms M gaps G spans F-T,F-T"
 *
 * Spans in milliseconds from the beginning of the day; a "+" behind the last
 * where there are more than RECORDED_SPANS_MAX.
 *
 * Threads: any; plain values.
 */
#ifndef MODEL_RECORDED_H
#define MODEL_RECORDED_H

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"

enum {
    RECORDED_HASH_SIZE = 32,
    RECORDED_SPANS_MAX = 40,
    RECORDED_DETAIL_MAX = 1000, /* bytes */
};

/* A batch of leaves, in the log. */
struct recorded_root {
    uint64_t batch;
    uint64_t leaves;
    uint8_t root[RECORDED_HASH_SIZE];
};

/* A camera's day: what was recorded of it, and its newest leaf. */
struct recorded_day {
    uint64_t leaves; /* number of the newest leaf; 0: none yet */
    uint8_t head[RECORDED_HASH_SIZE];
    uint64_t recorded_ms;
    uint64_t gaps;
    struct text spans; /* as above; borrowed */
};

/* The civil day in Korea (UTC+9) in which time lies: when it began. */
struct wall_time recorded_day_start(struct wall_time time);

/* out: RECORDED_DETAIL_MAX + 1 bytes; the text in it. */
struct text recorded_root_write(const struct recorded_root *root, char *out);
struct text recorded_day_write(const struct recorded_day *day, char *out);

/* Fails with: BAD_INPUT. */
MUST_USE enum status recorded_root_read(struct text detail,
                                        struct recorded_root *out);
MUST_USE enum status recorded_day_read(struct text detail,
                                       struct recorded_day *out);

#endif
