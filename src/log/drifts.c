/* SPDX-License-Identifier: Apache-2.0 */
#include "log/drifts.h"

#include "base/alloc.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 8 };

void drifts_deinit(struct drifts *drifts)
{
    alloc_free(drifts->list);
    *drifts = (struct drifts){.list = NULL};
}

static struct drift_row *find(const struct drifts *drifts, struct text code,
                              struct text subject)
{
    for (size_t i = 0; i < drifts->count; i++) {
        if (text_equal(code, text_of(drifts->list[i].code)) &&
            text_equal(subject, text_of(drifts->list[i].subject)))
            return &drifts->list[i];
    }
    return NULL;
}

const struct drift_row *drifts_find(const struct drifts *drifts,
                                    struct text code, struct text subject)
{
    return find(drifts, code, subject);
}

static void append(struct drifts *drifts, const struct drift_row *row)
{
    if (drifts->count == drifts->capacity) {
        size_t wanted = drifts->capacity == 0 ? (size_t)FIRST_CAPACITY
                                              : drifts->capacity * 2;
        void *grown =
            alloc_resize(drifts->list, wanted, sizeof *drifts->list);
        if (grown == NULL) {
            drifts->failed = true;
            return;
        }
        drifts->list = grown;
        drifts->capacity = wanted;
    }
    drifts->list[drifts->count++] = *row;
}

static void end(struct drifts *drifts, struct drift_row *row)
{
    size_t behind = drifts->count - (size_t)(row - drifts->list) - 1;
    memmove(row, row + 1, behind * sizeof *row);
    drifts->count--;
}

void drifts_add(struct drifts *drifts, const struct entry_line *entry)
{
    struct drift_row row = {.entry = entry->number};
    struct text code = text_of("");
    struct text subject = text_of("");
    if (!entry->is_known || (entry->kind != ENTRY_DRIFT_FOUND &&
                             entry->kind != ENTRY_DRIFT_ENDED))
        return;
    if (entry_line_text(entry, "code", &code) != STATUS_OK ||
        entry_line_text(entry, "subject", &subject) != STATUS_OK ||
        !text_copy(code, row.code, sizeof row.code) ||
        !text_copy(subject, row.subject, sizeof row.subject))
        return;
    struct drift_row *known = find(drifts, code, subject);
    if (entry->kind == ENTRY_DRIFT_ENDED) {
        if (known != NULL)
            end(drifts, known);
    } else if (known == NULL &&
               entry_line_time(entry, "since", &row.since) == STATUS_OK) {
        append(drifts, &row);
    }
}
