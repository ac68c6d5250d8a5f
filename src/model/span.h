/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEL_SPAN_H
#define MODEL_SPAN_H

#include <stdbool.h>

#include "base/time.h"

/* A stretch of time, from inclusive, to exclusive, on the keeper's clock. */
struct span {
    struct wall_time from;
    struct wall_time to;
};

static inline bool span_is_empty(struct span span)
{
    return span.to.us <= span.from.us;
}

static inline bool span_overlaps(struct span a, struct span b)
{
    return a.from.us < b.to.us && b.from.us < a.to.us;
}

static inline bool span_holds(struct span span, struct wall_time time)
{
    return time.us >= span.from.us && time.us < span.to.us;
}

#endif
