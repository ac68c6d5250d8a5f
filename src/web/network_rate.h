/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/network_rate - how often one network may ask for public pages: a bucket
 * of WEB_PUBLIC_BURST requests that gets one more every WEB_PUBLIC_EVERY_MS.
 *
 * Networks fall into WEB_PUBLIC_NETWORKS buckets by a hash with a secret of
 * this process, so that the memory is fixed and nobody can aim at another's
 * bucket. Two that fall into one by chance share it.
 *
 * Times are milliseconds of the boot clock. Threads: none.
 */
#ifndef WEB_NETWORK_RATE_H
#define WEB_NETWORK_RATE_H

#include "base/bytes.h"
#include "base/status.h"

struct network_rate;

enum { NETWORK_RATE_SECRET_SIZE = 32 };

/* Fails with: NO_MEMORY. */
MUST_USE enum status
network_rate_create(const uint8_t secret[NETWORK_RATE_SECRET_SIZE],
                    struct network_rate **out);
void network_rate_destroy(struct network_rate **rate);

/* 0: it may ask, and has; else in how many seconds it may again, at least 1. */
uint32_t network_rate_take(struct network_rate *rate, struct text network,
                           int64_t now_ms);

#endif
