/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/motion - where the camera told of motion, out of sample packs.
 *
 *   {"spans": [[from, to], ...], "next": us}
 *
 * Threads: none; pure.
 */
#ifndef WEB_MOTION_H
#define WEB_MOTION_H

#include "base/buffer.h"
#include "base/status.h"

enum {
    MOTION_JSON_MAX = 65536,
    MOTION_JOIN_US = 1500000, /* spans that are no further apart are one */
};

/*
 * Appends the document. packs: of one camera, perhaps without the samples'
 * bytes. Nothing before from_us is named. Fails with: BAD_INPUT, LIMIT (packs),
 * NO_MEMORY.
 */
MUST_USE enum status motion_write(struct bytes packs, int64_t from_us,
                                  int64_t next_us, struct buffer *out);

#endif
