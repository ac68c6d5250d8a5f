/* SPDX-License-Identifier: Apache-2.0 */
#include "web/network_rate.h"

#include <string.h>

#include "base/alloc.h"
#include "crypto/hash.h"
#include "web/limits.h"

struct network_rate {
    uint8_t secret[NETWORK_RATE_SECRET_SIZE];
    /* When each bucket is full again, in ms; in the past: it is. */
    int64_t full_ms[WEB_PUBLIC_NETWORKS];
};

enum status
network_rate_create(const uint8_t secret[NETWORK_RATE_SECRET_SIZE],
                    struct network_rate **out)
{
    *out = alloc_zeroed(sizeof **out);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    memcpy((*out)->secret, secret, NETWORK_RATE_SECRET_SIZE);
    return STATUS_OK;
}

void network_rate_destroy(struct network_rate **rate)
{
    alloc_free(*rate);
    *rate = NULL;
}

/* Where hashing fails all share one bucket. */
static size_t bucket_of(const struct network_rate *rate, struct text network)
{
    uint8_t digest[SHA256_SIZE];
    const struct bytes parts[] = {
        bytes_of(rate->secret, NETWORK_RATE_SECRET_SIZE),
        text_bytes(network)};
    if (sha256(parts, 2, digest) != STATUS_OK)
        return 0;
    return ((size_t)digest[0] << 8 | digest[1]) % WEB_PUBLIC_NETWORKS;
}

uint32_t network_rate_take(struct network_rate *rate, struct text network,
                           int64_t now_ms)
{
    static const int64_t DEPTH_MS =
        (int64_t)WEB_PUBLIC_BURST * WEB_PUBLIC_EVERY_MS;
    int64_t *full_ms = &rate->full_ms[bucket_of(rate, network)];
    if (*full_ms < now_ms)
        *full_ms = now_ms;
    int64_t wanted_ms = *full_ms + WEB_PUBLIC_EVERY_MS - now_ms;
    if (wanted_ms > DEPTH_MS)
        return (uint32_t)((wanted_ms - DEPTH_MS + 999) / 1000);
    *full_ms += WEB_PUBLIC_EVERY_MS;
    return 0;
}
