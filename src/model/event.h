/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/event - what the recording side tells the gate, in order.
 *
 * The vault keeps events durably until the gate has written them as log
 * entries. A gap that is still open is told at once (GAP_OPEN), and again with
 * both ends (GAP) when pictures come back.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/reader.h"
#include "base/writer.h"
#include "model/cause.h"
#include "model/recorded.h"
#include "model/span.h"

enum event_kind {
    EVENT_CAMERA_ADDED = 1, /* span.from: recording is promised from here */
    EVENT_GAP = 2,          /* span: no picture; cause, detail: why       */
    EVENT_GAP_OPEN = 3,     /* span.from: no picture since                */
    EVENT_CAMERA_STATE = 4, /* cause NONE: pictures arrive; else why not  */
    EVENT_CODEC = 5,        /* new parameter sets; detail: codec and size */
    EVENT_RECORDS_LOST = 6, /* span of records gone early; cause: why     */
    EVENT_DISK_STATE = 7,   /* detail: disk and what became of it         */
    EVENT_SPACE_WARNING = 8, /* span.to: when a floor will be broken      */
    EVENT_SPACE_FREED = 9,  /* of records whose keys had died; detail: epoch */
    EVENT_INDEX_REBUILT = 10, /* detail: how it differed from the volumes  */
    EVENT_RECORDING_ROOT = 11, /* a batch of leaves; detail: recorded_root */
    EVENT_RECORDING_DAY = 12, /* a camera's day is over; detail: recorded_day */
    EVENT_KIND_COUNT
};

enum {
    EVENT_DETAIL_MAX = 200, /* bytes of words for people */
    EVENT_SIZE_MAX = 28 + RECORDED_DETAIL_MAX,
};

struct event {
    enum event_kind kind;
    enum cause cause;
    uint32_t camera; /* 0: all */
    struct span span;
    struct text detail; /* plain text (text_is_plain), borrowed */
};

/* kind u8, cause u8, camera u32, from i64, to i64, size u16, detail. */
void event_encode(const struct event *event, struct writer *out);

/* detail points into the input. Fails with: BAD_INPUT. */
MUST_USE enum status event_decode(struct reader *in, struct event *out);

/* Stable name such as "gap". Never NULL. */
const char *event_kind_name(enum event_kind kind);

#endif
