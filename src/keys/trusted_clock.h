/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/trusted_clock - the time that names slots and ends periods.
 *
 *   trusted  = boot time + offset        names slots, records and entries
 *   earliest = trusted - unconfirmed     what nobody can doubt: expiry's clock
 *   latest   = trusted + claimed         what is past its period by it is not
 *                                        shown any more
 *
 * Boot time is the authority. The wall clock is a witness, and one alone moves
 * nothing by more than CLOCK_STEP_MAX_S:
 *
 *   at the first start           the wall clock is all there is
 *   in the same boot             on from the mark, whatever the wall clock does
 *   in another boot, wall clock
 *     behind                     on from the mark: at least that time is over
 *     up to the limit ahead      the wall clock
 *     further ahead              trusted is the wall clock, so that what is
 *                                recorded now has its right name; the step is
 *                                unconfirmed, and nothing dies by it
 *   while running                a difference up to the limit is slewed away at
 *                                CLOCK_SLEW_PPM where a time service steers the
 *                                wall clock; a greater one is claimed
 *
 * A step is confirmed by a second witness: a time service that comes up later
 * and agrees with the clock of the start, or two people. Then earliest,
 * trusted and latest are the wall clock. A step that turns out to have been
 * wrong is taken back; time still never falls behind earliest.
 *
 * Each table carries a mark: boot id, boot time, trusted time and what was
 * unconfirmed when it was written.
 *
 * Threads: none; plain values.
 */
#ifndef KEYS_TRUSTED_CLOCK_H
#define KEYS_TRUSTED_CLOCK_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"

enum {
    BOOT_ID_SIZE = 16,
    CLOCK_STEP_MAX_S = 300,
    CLOCK_SLEW_PPM = 100,
};

struct trusted_mark {
    bool is_set;
    uint8_t boot_id[BOOT_ID_SIZE];
    struct boot_time boot;
    struct wall_time trusted;
    int64_t unconfirmed_us;
    struct wall_time stepped_at; /* where the unconfirmed step led to */
    bool may_be_witnessed;
};

struct trusted_clock {
    uint8_t boot_id[BOOT_ID_SIZE];
    int64_t trusted_minus_boot_us;
    int64_t unconfirmed_us;      /* >= 0 */
    struct wall_time stepped_at; /* trusted time just after that step */
    int64_t claimed_us;          /* wall clock ahead by this while running */
    int64_t behind_us;           /* or behind */
    bool may_be_witnessed; /* the step stood before any time service did */
    int64_t taken_back_us; /* names from taken_back_from on were ahead by this,
                              which their periods have to be told */
    struct wall_time taken_back_from;
    struct boot_time observed;
};

/* What a clock shows, at one moment. */
struct clock_reading {
    struct boot_time boot;
    struct wall_time wall;
    bool is_synchronised; /* a time service steers the wall clock */
};

struct trusted_clock trusted_clock_start(const struct trusted_mark *mark,
                                         const uint8_t boot_id[BOOT_ID_SIZE],
                                         const struct clock_reading *reading);

static inline struct wall_time
trusted_clock_now(const struct trusted_clock *clock, struct boot_time boot)
{
    return (struct wall_time){boot.us + clock->trusted_minus_boot_us};
}

static inline struct wall_time
trusted_clock_earliest(const struct trusted_clock *clock, struct boot_time boot)
{
    return (struct wall_time){boot.us + clock->trusted_minus_boot_us -
                              clock->unconfirmed_us};
}

static inline struct wall_time
trusted_clock_latest(const struct trusted_clock *clock, struct boot_time boot)
{
    return (struct wall_time){boot.us + clock->trusted_minus_boot_us +
                              clock->claimed_us};
}

/* Compares with the wall clock, slews, and confirms a step of which a time
 * service is the second witness. True: the step was confirmed now. */
bool trusted_clock_observe(struct trusted_clock *clock,
                           const struct clock_reading *reading);

/*
 * Two people say that the wall clock is right. The step that trusted time made
 * by it, us: negative where an unconfirmed step was wrong, 0 where it was only
 * confirmed. Never behind earliest.
 */
int64_t trusted_clock_settle(struct trusted_clock *clock,
                             const struct clock_reading *reading);

/* Whether there is something for two people to confirm. */
bool trusted_clock_wants_word(const struct trusted_clock *clock);

struct trusted_mark trusted_clock_mark(const struct trusted_clock *clock,
                                       struct boot_time boot);

/* Whether it was written in this boot. A boot time before the mark's cannot be
 * of the same one, whatever the id says (a restored machine image). */
bool trusted_mark_is_of(const struct trusted_mark *mark,
                        const uint8_t boot_id[BOOT_ID_SIZE],
                        struct boot_time boot);

bool trusted_mark_equal(const struct trusted_mark *a,
                        const struct trusted_mark *b);

/* Reads the text of /proc/sys/kernel/random/boot_id. Fails with: BAD_INPUT. */
MUST_USE enum status boot_id_parse(struct text text, uint8_t out[BOOT_ID_SIZE]);

#endif
