/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decode_order.h"

#include "ingest/limits.h"

void decode_order_init(struct decode_order *order, uint32_t rate_hz)
{
    *order = (struct decode_order){
        .rate_hz = rate_hz,
        .step_ticks =
            (uint32_t)((uint64_t)rate_hz * SAMPLE_DURATION_DEFAULT_US /
                       1000000),
    };
}

void decode_order_set_depth(struct decode_order *order, uint8_t depth)
{
    bool is_unknown = depth == PICTURE_REORDER_UNKNOWN;
    if (is_unknown && order->is_learning)
        return;
    unsigned next = is_unknown || depth > PICTURE_REORDER_MAX ? 0 : depth;
    order->is_learning = is_unknown;
    if (next != order->depth)
        order->count = 0;
    order->depth = next;
}

/* RFC 3550 section 5.1: modulo 2^32. */
static int32_t later_by(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

static bool is_far(const struct decode_order *order, uint32_t ticks)
{
    int64_t by = later_by(ticks, order->latest[0]);
    int64_t far = (int64_t)order->rate_hz * DECODE_ORDER_FAR_S;
    return by > far || by < -far;
}

/* Among the latest, if it is one of them; where. */
static unsigned put(struct decode_order *order, uint32_t ticks)
{
    unsigned at = 0;
    while (at < order->count && later_by(ticks, order->latest[at]) <= 0)
        at++;
    if (at > order->depth)
        return at;
    unsigned last = order->count <= order->depth ? order->count : order->depth;
    for (unsigned i = last; i > at; i--)
        order->latest[i] = order->latest[i - 1];
    order->latest[at] = ticks;
    order->count = last + 1;
    return at;
}

struct decode_times decode_order_take(struct decode_order *order,
                                      uint32_t shown_ticks)
{
    if (order->count > 0 && is_far(order, shown_ticks))
        order->count = 0;
    if (put(order, shown_ticks) > order->depth) {
        /* Too early for what is known: shown at once. */
        if (order->is_learning && order->depth < PICTURE_REORDER_MAX) {
            order->depth++;
            (void)put(order, shown_ticks);
        }
        return (struct decode_times){shown_ticks, 0};
    }
    /* The first ones: as if others had been before them. */
    unsigned missing = order->depth + 1 - order->count;
    uint32_t decoded =
        order->latest[order->count - 1] - missing * order->step_ticks;
    return (struct decode_times){decoded, shown_ticks - decoded};
}
