/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ledger_row.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

const char *ledger_column_name(size_t column, enum language language)
{
    static const char *const NAMES[LEDGER_COLUMNS][2] = {
        {"번호", "No."},
        {"구분", "Kind"},
        {"일시", "Time"},
        {"파일명/형태", "File, form"},
        {"담당자", "In charge"},
        {"목적/사유", "Purpose, reason"},
        {"이용·제공받는 제3자/열람등 요구자", "Third party, requester"},
        {"이용·제공 근거", "Basis"},
        {"이용·제공 형태", "Form of use"},
        {"기간", "Period"},
    };
    return column < LEDGER_COLUMNS ? NAMES[column][language] : "";
}

const char *ledger_kind_name(enum ledger_kind kind, enum language language)
{
    static const char *const NAMES[][2] = {{"", ""},
                                           {"이용", "use"},
                                           {"제공", "provision"},
                                           {"열람", "viewing"},
                                           {"파기", "destruction"}};
    return NAMES[kind][language];
}

const char *ledger_kind_id(enum ledger_kind kind)
{
    /* The English words, which no sentence changes. */
    return ledger_kind_name(kind, LANGUAGE_ENGLISH);
}

enum status ledger_kind_from_id(struct text id, enum ledger_kind *out)
{
    for (unsigned kind = LEDGER_USE; kind <= LEDGER_DESTRUCTION; kind++) {
        if (!text_equal(id, text_of(ledger_kind_id((enum ledger_kind)kind))))
            continue;
        *out = (enum ledger_kind)kind;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

void ledger_row_cells(const struct ledger_row *row, enum language language,
                      char number[LEDGER_NUMBER_SIZE],
                      struct text cells[LEDGER_COLUMNS])
{
    (void)snprintf(number, LEDGER_NUMBER_SIZE, "%" PRIu64, row->number);
    const struct text all[LEDGER_COLUMNS] = {
        text_of(number),
        text_of(ledger_kind_name(row->kind, language)),
        row->time,
        row->file,
        row->person,
        row->purpose,
        row->recipient,
        row->basis,
        row->form,
        row->period,
    };
    memcpy(cells, all, sizeof all);
}
