/* SPDX-License-Identifier: Apache-2.0 */
/* model/pending - why a deletion that is due has not been carried out. */
#ifndef MODEL_PENDING_H
#define MODEL_PENDING_H

enum pending {
    PENDING_NONE = 0, /* nothing is due */
    PENDING_BUSY,     /* the erasable memory is busy or limits its rate */
    PENDING_FAILED,   /* key files or erasable memory refuse */
    PENDING_CLOCK,    /* a step of the clock waits for confirmation */
    PENDING_BUCKET,   /* an order waits for its turn, see keys/limits.h */
    PENDING_COUNT
};

/* Stable name such as "busy". Never NULL; static storage. */
const char *pending_name(enum pending pending);

#endif
