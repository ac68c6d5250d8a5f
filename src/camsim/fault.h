/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camsim/fault - what goes wrong on demand: KIND:CAMERA:AT_S[:FOR_S].
 *
 * CAMERA 0 means every camera. FOR_S 0 means to the end; without it a fault
 * lasts 5 s, audio and early to the end.
 */
#ifndef CAMSIM_FAULT_H
#define CAMSIM_FAULT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum camsim_fault_kind {
    FAULT_STALL,   /* nothing is sent, connections stay */
    FAULT_DROP,    /* of each fifth frame one packet is lost */
    FAULT_GARBAGE, /* once a second, bytes without framing */
    FAULT_REFUSE,  /* connections are reset */
    FAULT_CLOSE,   /* connections are closed, once */
    FAULT_AUDIO,   /* the description offers sound too */
    FAULT_EARLY,   /* interleaved data before the reply to PLAY */
    FAULT_NOREPLY, /* requests get no answer */
    FAULT_SWAP,    /* UDP: in each fifth frame two packets change places */
    FAULT_TWICE,   /* UDP: of each fifth frame one packet comes twice */
    FAULT_FLOOD,   /* each frame comes 256 times more */
    FAULT_KINDS,
};

enum { FAULT_COUNT_MAX = 256 };

struct camsim_fault {
    enum camsim_fault_kind kind;
    uint32_t camera; /* 0: all */
    int64_t from_us; /* since the start */
    int64_t to_us;   /* INT64_MAX: to the end */
};

/* Fails with: BAD_INPUT, LIMIT (numbers). */
MUST_USE enum status camsim_fault_parse(struct text text,
                                        struct camsim_fault *out);

struct camsim_faults {
    const struct camsim_fault *list;
    size_t count;
};

/* Whether one of this kind holds now for this camera. */
bool camsim_fault_is_active(const struct camsim_faults *faults,
                            enum camsim_fault_kind kind, uint32_t camera,
                            int64_t now_us);

#endif
