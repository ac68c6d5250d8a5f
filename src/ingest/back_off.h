/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/back_off - how long to wait before a camera is connected to again.
 *
 *   half a second, doubled with each failure, up to fifteen, or to a minute where
 *   the camera broke a rule (unsupported, protocol); after a wrong password or
 *   another certificate thirty at once, so that no camera locks the account; then spread by chance over half to three halves of it, so that
 *   cameras do not come in step. A session of ten seconds begins anew; one that
 *   ended because the camera broke a rule only after a minute, or a limit that
 *   counts in a session would be forgotten with it.
 *
 * Threads: none.
 */
#ifndef INGEST_BACK_OFF_H
#define INGEST_BACK_OFF_H

#include <stdbool.h>
#include <stdint.h>

#include "model/cause.h"

struct back_off {
    uint64_t wait_ms; /* the last one, before chance; 0: none */
};

/* A session is over that lasted so long; true: long enough, for this cause, to
 * begin anew. */
bool back_off_ran(struct back_off *back_off, enum cause cause, int64_t ran_us);

/* Milliseconds to the next try. dice: any number. */
uint64_t back_off_next(struct back_off *back_off, enum cause cause,
                       uint32_t dice);

#endif
