/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/ledger_row - a row of the ledger of personal video (개인영상정보
 * 관리대장): ten columns, as public bodies keep it on paper.
 */
#ifndef MODEL_LEDGER_ROW_H
#define MODEL_LEDGER_ROW_H

#include "base/bytes.h"
#include "base/status.h"
#include "model/language.h"

enum ledger_kind {
    LEDGER_USE = 1,   /* 이용 */
    LEDGER_PROVISION, /* 제공 */
    LEDGER_VIEWING,   /* 열람 */
    LEDGER_DESTRUCTION, /* 파기 */
};

/* Texts may be empty; views, valid as long as whoever made the row says. */
struct ledger_row {
    uint64_t number;
    enum ledger_kind kind;
    struct text time;      /* as shown: "2026-11-22 14:05" */
    struct text file;      /* name or form of the file */
    struct text person;    /* who did it */
    struct text purpose;   /* purpose or reason */
    struct text recipient; /* third party, or who asked */
    struct text basis;     /* on which it was used or provided */
    struct text form;      /* in which it was used or provided */
    struct text period;
};

enum { LEDGER_COLUMNS = 10 };

/* How an entry calls a kind: "use", "provision", "viewing", "destruction". */
const char *ledger_kind_id(enum ledger_kind kind);
/* Fails with: NOT_FOUND. */
MUST_USE enum status ledger_kind_from_id(struct text id,
                                         enum ledger_kind *out);

/* The heading of a column (0 to 9), and the word for a kind. Never NULL. */
const char *ledger_column_name(size_t column, enum language language);
const char *ledger_kind_name(enum ledger_kind kind, enum language language);

/* The cells of a row in the order of its columns; number: room for the first,
 * which points into it. */
enum { LEDGER_NUMBER_SIZE = 21 };
void ledger_row_cells(const struct ledger_row *row, enum language language,
                      char number[LEDGER_NUMBER_SIZE],
                      struct text cells[LEDGER_COLUMNS]);

#endif
