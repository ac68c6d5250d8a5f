/* SPDX-License-Identifier: Apache-2.0 */
#include "log/drifts.h"

#include "base/alloc.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 8 };

void drifts_deinit(struct drifts *drifts)
{
    alloc_free(drifts->list);
    alloc_free(drifts->over);
    *drifts = (struct drifts){.list = NULL};
}

static struct drift_row *find(struct drift_row *list, size_t count,
                              struct text code, struct text subject)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(code, text_of(list[i].code)) &&
            text_equal(subject, text_of(list[i].subject)))
            return &list[i];
    }
    return NULL;
}

const struct drift_row *drifts_find(const struct drifts *drifts,
                                    struct text code, struct text subject)
{
    return find(drifts->list, drifts->count, code, subject);
}

/* The list with room for one more; NULL without memory. */
static struct drift_row *with_room(struct drifts *drifts,
                                   struct drift_row *list, size_t count,
                                   size_t *capacity)
{
    size_t wanted =
        *capacity == 0 ? (size_t)FIRST_CAPACITY : *capacity * 2;
    if (count < *capacity)
        return list;
    void *grown = alloc_resize(list, wanted, sizeof *list);
    if (grown == NULL)
        drifts->failed = true;
    else
        *capacity = wanted;
    return grown;
}

static void append(struct drifts *drifts, const struct drift_row *row)
{
    struct drift_row *list = with_room(drifts, drifts->list, drifts->count,
                                       &drifts->capacity);
    if (list == NULL)
        return;
    drifts->list = list;
    drifts->list[drifts->count++] = *row;
}

static void keep_over(struct drifts *drifts, const struct drift_row *row)
{
    struct drift_row *known =
        find(drifts->over, drifts->over_count, text_of(row->code),
             text_of(row->subject));
    if (known != NULL) {
        *known = *row;
        return;
    }
    struct drift_row *over = with_room(drifts, drifts->over,
                                       drifts->over_count,
                                       &drifts->over_capacity);
    if (over == NULL)
        return;
    drifts->over = over;
    drifts->over[drifts->over_count++] = *row;
}

static void end(struct drifts *drifts, struct drift_row *row,
                struct wall_time ended)
{
    size_t behind = drifts->count - (size_t)(row - drifts->list) - 1;
    row->ended = ended;
    keep_over(drifts, row);
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
    struct drift_row *known =
        find(drifts->list, drifts->count, code, subject);
    if (entry->kind == ENTRY_DRIFT_ENDED) {
        if (known != NULL)
            end(drifts, known, entry->time);
    } else if (known == NULL &&
               entry_line_time(entry, "since", &row.since) == STATUS_OK) {
        append(drifts, &row);
    }
}
