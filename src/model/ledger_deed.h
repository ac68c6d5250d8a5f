/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/ledger_deed - what the recorder itself writes into the ledger of
 * personal video: one deed, one row (docs/design/ledger.md).
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
    LEDGER_DEED_END
};

/* Stable names: "viewed". Never NULL. */
const char *ledger_deed_name(enum ledger_deed deed);

/* Fails with: NOT_FOUND. */
MUST_USE enum status ledger_deed_from_name(struct text name,
                                           enum ledger_deed *out);

/* Under which kind (이용, 열람, 파기) the form has it. */
enum ledger_kind ledger_deed_kind(enum ledger_deed deed);

/* What was done, for people. Never NULL. */
const char *ledger_deed_words(enum ledger_deed deed, enum language language);

/* Whether a person did it, and said why; else the machine, by its cycle or by
 * an order that has a row of its own. */
bool ledger_deed_is_personal(enum ledger_deed deed);

#endif
