/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/ledger_deed - what stands in the ledger of personal video: one deed, one
 * row (docs/design/ledger.md); and what people enter by hand.
 */
#ifndef MODEL_LEDGER_DEED_H
#define MODEL_LEDGER_DEED_H

#include <stdbool.h>

#include "base/status.h"
#include "model/ledger_row.h"

enum ledger_deed {
    LEDGER_VIEWED = 1,          /* recorded video, on the screen or as a file */
    LEDGER_WATCHED,             /* live video */
    LEDGER_HELD,                /* a copy, kept beyond the period */
    LEDGER_HOLD_ENDED,          /* a hold's end was ordered */
    LEDGER_HOLD_DESTROYED,      /* the copy is dead */
    LEDGER_DESTRUCTION_ORDERED, /* before its time */
    LEDGER_DESTROYED,           /* the video is dead */
    LEDGER_COPY,                /* by hand: a copy outside the recorder */
    LEDGER_COPY_CORRECTED,      /* what was said of it is otherwise */
    LEDGER_COPY_DESTROYED,      /* or given back */
    LEDGER_REMARKED,            /* a correction of one of the rows above */
    LEDGER_EXPORTED,            /* taken out, and used here */
    LEDGER_PROVIDED,            /* taken out, and given to others */
    LEDGER_EXPORT_DESTROYED,    /* the copy outside, as a person says */
    LEDGER_DEED_END
};

/* Stable names: "viewed". Never NULL. */
const char *ledger_deed_name(enum ledger_deed deed);

/* Fails with: NOT_FOUND. */
MUST_USE enum status ledger_deed_from_name(struct text name,
                                           enum ledger_deed *out);

/* Under which kind (이용, 열람, 파기) the form has it, where the entry itself
 * does not say. */
enum ledger_kind ledger_deed_kind(enum ledger_deed deed);

/* What was done, for people. Never NULL. */
const char *ledger_deed_words(enum ledger_deed deed, enum language language);

/* Whether a person did it, and said why; else the machine, by its cycle or by
 * an order that has a row of its own. */
bool ledger_deed_is_personal(enum ledger_deed deed);

/* What has become of a copy outside the recorder. */
enum ledger_medium {
    LEDGER_PRINT,
    LEDGER_USB,
    LEDGER_DISC,
    LEDGER_OTHER_MEDIUM,
    LEDGER_MEDIUM_END
};
enum ledger_end {
    LEDGER_SHREDDED,
    LEDGER_BURNT,
    LEDGER_ERASED,
    LEDGER_RETURNED,
    LEDGER_END_END
};

/* Names: "print", "shredded"; words for people. Never NULL. */
const char *ledger_medium_name(enum ledger_medium medium);
const char *ledger_medium_words(enum ledger_medium medium,
                                enum language language);
const char *ledger_end_name(enum ledger_end end);
const char *ledger_end_words(enum ledger_end end, enum language language);

/* Fail with: NOT_FOUND. */
MUST_USE enum status ledger_medium_from_name(struct text name,
                                             enum ledger_medium *out);
MUST_USE enum status ledger_end_from_name(struct text name,
                                          enum ledger_end *out);

#endif
