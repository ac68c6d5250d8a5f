/* SPDX-License-Identifier: Apache-2.0 */
#include "model/pending.h"

const char *pending_name(enum pending pending)
{
    static const char *const NAMES[PENDING_COUNT] = {
        [PENDING_NONE] = "none",     [PENDING_BUSY] = "busy",
        [PENDING_FAILED] = "failed", [PENDING_CLOCK] = "clock",
        [PENDING_BUCKET] = "bucket",
    };
    return (unsigned)pending < PENDING_COUNT ? NAMES[pending] : NAMES[0];
}
