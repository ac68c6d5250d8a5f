/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench/keys - a keyring as it is after many days: every hour of every
 * camera still has its seed, and the next days have theirs.
 */
#ifndef CMD_BENCH_KEYS_H
#define CMD_BENCH_KEYS_H

#include "base/status.h"
#include "keys/keyring.h"
#include "sys/clock.h"

struct bench_keys {
    uint32_t cameras; /* 1.., of one class */
    uint32_t days;    /* kept, and gone by already */
    struct wall_time until;
};

/*
 * Makes directory and the key files in it. *clock stands at `until` afterwards,
 * and is the keyring's. Fails as keyring_open and keyring_rotate.
 */
MUST_USE enum status bench_keys_make(const struct bench_keys *wanted,
                                     const char *directory,
                                     struct fake_clock *clock,
                                     struct keyring **out);

/* As after a kill of the keeper, in the same boot. Fails as keyring_open. */
MUST_USE enum status bench_keys_open(const char *directory,
                                     const struct fake_clock *clock,
                                     struct keyring **out);

/* Bytes of the newest table; 0: it cannot be read. */
uint64_t bench_keys_table_bytes(const char *directory);

#endif
