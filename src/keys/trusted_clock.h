/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/trusted_clock - the time that names slots and ends periods.
 *
 *   trusted = boot time + offset
 *
 * Each table carries a mark: boot id, boot time and trusted time when it was
 * written. At start:
 *
 *   no mark                       offset from the wall clock
 *   mark of the same boot         the mark's offset: boot time is the
 *                                 authority, whatever the wall clock does
 *   mark of another boot          the wall clock, where it is not behind the
 *                                 mark; else on from the mark
 *
 * While the keeper runs the offset never changes, so that trusted time neither
 * steps nor runs backwards.
 *
 * Limits, known and open: after a reboot a wall clock that is wrong by years
 * ahead is believed (confirmation by a second source comes later); with one
 * that is behind, the time switched off is not counted, and up to one rotation
 * before the reboot is lived through twice. Slewing to the wall clock's rate
 * is not done: a quartz may be off by some seconds a day until the next boot.
 *
 * Threads: none; plain values.
 */
#ifndef KEYS_TRUSTED_CLOCK_H
#define KEYS_TRUSTED_CLOCK_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"

enum { BOOT_ID_SIZE = 16 };

struct trusted_mark {
    bool is_set;
    uint8_t boot_id[BOOT_ID_SIZE];
    struct boot_time boot;
    struct wall_time trusted;
};

struct trusted_clock {
    uint8_t boot_id[BOOT_ID_SIZE];
    int64_t trusted_minus_boot_us;
    bool wall_was_behind; /* gone on from the mark: to be said in the log */
};

struct trusted_clock trusted_clock_start(const struct trusted_mark *mark,
                                         const uint8_t boot_id[BOOT_ID_SIZE],
                                         struct boot_time boot,
                                         struct wall_time wall);

static inline struct wall_time
trusted_clock_now(const struct trusted_clock *clock, struct boot_time boot)
{
    return (struct wall_time){boot.us + clock->trusted_minus_boot_us};
}

struct trusted_mark trusted_clock_mark(const struct trusted_clock *clock,
                                       struct boot_time boot);

bool trusted_mark_equal(const struct trusted_mark *a,
                        const struct trusted_mark *b);

/* Reads the text of /proc/sys/kernel/random/boot_id. Fails with: BAD_INPUT. */
MUST_USE enum status boot_id_parse(struct text text, uint8_t out[BOOT_ID_SIZE]);

#endif
