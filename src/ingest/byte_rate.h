/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/byte_rate - whether a camera sends more than any camera should.
 *
 *   A bucket of SESSION_BURST_S seconds of SESSION_KBPS_MAX, full at first, from
 *   which each byte is taken and which that rate fills. What a machine that stood
 *   still finds in its sockets fits into it.
 *
 * Source: the generic cell rate algorithm, ITU-T I.371 annex A. Threads: none.
 */
#ifndef INGEST_BYTE_RATE_H
#define INGEST_BYTE_RATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/time.h"

/* Zeroed: full, but for a machine started less than SESSION_BURST_S ago. */
struct byte_rate {
    struct boot_time paid; /* the bytes so far have been paid for until then */
};

/* Takes size bytes that came at now; false: there are not so many. */
bool byte_rate_take(struct byte_rate *rate, size_t size, struct boot_time now);

#endif
