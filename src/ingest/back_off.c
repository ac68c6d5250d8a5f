/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/back_off.h"

#include "base/time.h"
#include "ingest/limits.h"

/* It would do the same again, after as long as this time: each try is a
 * handful of entries. */
static bool breaks_rules(enum cause cause)
{
    return cause == CAUSE_UNSUPPORTED || cause == CAUSE_PROTOCOL;
}

bool back_off_ran(struct back_off *back_off, enum cause cause, int64_t ran_us)
{
    int64_t long_s =
        breaks_rules(cause) ? BACK_OFF_RAN_RULES_S : BACK_OFF_RAN_LONG_S;
    if (ran_us <= long_s * SECOND_US)
        return false;
    back_off->wait_ms = 0;
    return true;
}

uint64_t back_off_next(struct back_off *back_off, enum cause cause,
                       uint32_t dice)
{
    uint64_t wait_ms = back_off->wait_ms == 0 ? BACK_OFF_FIRST_MS
                                              : 2 * back_off->wait_ms;
    uint64_t most_ms = breaks_rules(cause) ? BACK_OFF_RULES_MOST_MS
                                           : BACK_OFF_MOST_MS;
    if (wait_ms > most_ms)
        wait_ms = most_ms;
    if (cause == CAUSE_UNAUTHORIZED || cause == CAUSE_CERTIFICATE)
        wait_ms = BACK_OFF_PASSWORD_MS;
    back_off->wait_ms = wait_ms;
    return wait_ms / 2 + dice % (wait_ms + 1);
}
