/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/byte_rate.h"

#include "ingest/limits.h"

bool byte_rate_take(struct byte_rate *rate, size_t size, struct boot_time now)
{
    int64_t full_us = now.us - (int64_t)SESSION_BURST_S * SECOND_US;
    if (rate->paid.us < full_us)
        rate->paid.us = full_us;
    /* kbit/s are bits a millisecond. Begun microseconds count: so does a
     * camera that sends one byte at a time. */
    rate->paid.us +=
        ((int64_t)size * 8 * 1000 + SESSION_KBPS_MAX - 1) / SESSION_KBPS_MAX;
    return rate->paid.us <= now.us;
}
