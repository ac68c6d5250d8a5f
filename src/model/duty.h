/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/duty - what people have to see to because no program can: locks, who
 * holds keys, signs on the wall, training, the processor's inspection. A person
 * enters that it is to be done by a day, and that it was done
 * (docs/design/reports.md).
 */
#ifndef MODEL_DUTY_H
#define MODEL_DUTY_H

#include "base/bytes.h"
#include "base/status.h"
#include "model/language.h"

enum duty_kind {
    DUTY_LOCKS,      /* of the rooms where video is kept or watched */
    DUTY_KEYS,       /* who holds them */
    DUTY_SIGNS,      /* they hang, can be read, say what the notice says */
    DUTY_AIM,        /* cameras look where the notice says, not elsewhere */
    DUTY_TRAINING,   /* of whoever handles video */
    DUTY_PROCESSOR,  /* inspected, taught, its contract looked at */
    DUTY_REQUESTS,   /* answered in time, with a reason where refused */
    DUTY_NEED,       /* whether the cameras are needed still */
    DUTY_SELF_CHECK, /* the yearly one: looked through, signed, published */
    DUTY_OTHER,
    DUTY_KIND_COUNT
};

enum duty_result {
    DUTY_GOOD,
    DUTY_DEFECT,  /* done, and something is to be mended */
    DUTY_DROPPED, /* not needed any more: it was not done, and ends */
    DUTY_RESULT_COUNT
};

enum { DUTY_MONTHS_MAX = 120 }; /* between one time and the next */

/* Stable names: "locks", "good". Never NULL. */
const char *duty_kind_name(enum duty_kind kind);
const char *duty_result_name(enum duty_result result);

/* For people. Never NULL. */
const char *duty_kind_words(enum duty_kind kind, enum language language);
const char *duty_result_words(enum duty_result result, enum language language);

/* Fail with: NOT_FOUND. */
MUST_USE enum status duty_kind_from_name(struct text name,
                                         enum duty_kind *out);
MUST_USE enum status duty_result_from_name(struct text name,
                                           enum duty_result *out);

#endif
