/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/decode_order - times of decoding for pictures with times of showing.
 *
 * RTP sends pictures in the order of decoding, each with the time at which it is
 * shown. Where a stream has B-frames, at most `depth` pictures are sent before
 * one and shown after it (its parameter sets say how many), and so
 *
 *   decoded(picture) = the (depth + 1)th latest time of showing up to it
 *
 * is never later than its own, grows, and is as even as the camera's times
 * are. Without B-frames depth is 0, and both are the same. Where the sets do not
 * say, depth grows by one with each picture that comes too early for it.
 *
 * Sources: ITU-T H.264 section E.2.1 (max_num_reorder_frames), H.265 section
 * 7.4.3.2.1 (sps_max_num_reorder_pics); RFC 6184 section 5.1. Threads: none.
 */
#ifndef INGEST_DECODE_ORDER_H
#define INGEST_DECODE_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "media/sample.h"

struct decode_order {
    bool is_learning;
    unsigned depth;
    unsigned count;
    uint32_t rate_hz;
    uint32_t step_ticks; /* between pictures shown, until they are known */
    uint32_t latest[PICTURE_REORDER_MAX + 1]; /* of showing, latest first */
};

struct decode_times {
    uint32_t decoded_ticks;
    uint32_t shown_after_ticks;
};

/* rate_hz: at least 1. Depth 0 until another is set. */
void decode_order_init(struct decode_order *order, uint32_t rate_hz);

/* depth: 0 to PICTURE_REORDER_MAX, or PICTURE_REORDER_UNKNOWN. */
void decode_order_set_depth(struct decode_order *order, uint8_t depth);

/* The next picture as sent, with its time of showing. One more than a second
 * away from the latest begins anew: a hole, or a clock that jumped. */
struct decode_times decode_order_take(struct decode_order *order,
                                      uint32_t shown_ticks);

#endif
