/* SPDX-License-Identifier: Apache-2.0 */
#include "model/document_compare.h"

#include "base/text.h"
#include "model/document_units.h"

/* A row is named by its short cells; a long one tells nobody which row it is,
 * but for the first, which is named by its beginning. */
enum { NAMING_CELL_BYTES_MAX = 96 };

struct comparison {
    document_change_fn *on_change;
    void *context;
    struct buffer subject; /* scratch */
    bool failed;
};

static bool is_alike(const struct document_unit *a,
                     const struct document_unit *b)
{
    return !a->is_matched && !b->is_matched && a->kind == b->kind &&
           text_equal(a->section, b->section);
}

static bool is_same(const struct document_unit *a,
                    const struct document_unit *b)
{
    if (!is_alike(a, b) || a->cell_count != b->cell_count)
        return false;
    for (size_t i = 0; i < a->cell_count; i++)
        if (!text_equal(a->cells[i], b->cells[i]) ||
            !text_equal(a->columns[i], b->columns[i]))
            return false;
    return true;
}

static void match_same(struct document_units *before,
                       struct document_units *after)
{
    for (size_t i = 0; i < after->count; i++) {
        for (size_t k = 0; k < before->count; k++) {
            if (!is_same(&before->units[k], &after->units[i]))
                continue;
            before->units[k].is_matched = true;
            after->units[i].is_matched = true;
            break;
        }
    }
}

/* How much says that b is a after a change: cells that stayed, a term that
 * stayed; a paragraph or an item may become any other of its section. */
static size_t likeness(const struct document_unit *a,
                       const struct document_unit *b)
{
    if (!is_alike(a, b))
        return 0;
    if (a->kind != DOCUMENT_ROW && a->kind != DOCUMENT_TERM)
        return 1;
    size_t same = 0;
    for (size_t i = 0; i < a->cell_count && i < b->cell_count; i++)
        same += a->cells[i].size > 0 && text_equal(a->columns[i], b->columns[i]) &&
                text_equal(a->cells[i], b->cells[i]);
    return same;
}

static struct document_unit *most_like(struct document_units *before,
                                       const struct document_unit *unit)
{
    struct document_unit *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < before->count; i++) {
        size_t same = likeness(&before->units[i], unit);
        if (same > most) {
            most = same;
            best = &before->units[i];
        }
    }
    return best;
}

static void tell(struct comparison *comparison,
                 const struct document_change *change)
{
    comparison->on_change(comparison->context, change);
}

static bool names_row(const struct document_unit *unit,
                      const struct document_unit *other, size_t cell)
{
    return cell < other->cell_count &&
           (cell == 0 || unit->cells[cell].size <= NAMING_CELL_BYTES_MAX) &&
           text_equal(unit->cells[cell], other->cells[cell]);
}

/* Whole words that fit; the rest is "…". */
static void append_name(struct buffer *line, struct text cell)
{
    size_t end = NAMING_CELL_BYTES_MAX;
    if (cell.size <= end) {
        buffer_append(line, text_bytes(cell));
        return;
    }
    while (end > 0 && cell.data[end] != ' ')
        end--;
    buffer_append(line, bytes_of(cell.data, end));
    buffer_append_text(line, end > 0 ? " …" : "…");
}

/* The cells of a row, or term and detail, in one line; all, or those by which
 * it is the same row as the other. */
static struct text cells_of(struct comparison *comparison,
                            const struct document_unit *unit,
                            const struct document_unit *other)
{
    struct buffer *line = &comparison->subject;
    buffer_clear(line);
    for (size_t i = 0; i < unit->cell_count; i++) {
        if (unit->cells[i].size == 0 ||
            (other != NULL && !names_row(unit, other, i)))
            continue;
        if (line->size > 0)
            buffer_append_text(line, ", ");
        if (other == NULL)
            buffer_append(line, text_bytes(unit->cells[i]));
        else
            append_name(line, unit->cells[i]);
    }
    comparison->failed |= line->failed;
    return buffer_text(line);
}

static void tell_whole(struct comparison *comparison,
                       const struct document_unit *unit,
                       enum document_change_kind kind)
{
    struct text words = cells_of(comparison, unit, NULL);
    struct document_change change = {.kind = kind, .section = unit->section};
    if (words.size == 0)
        return;
    if (kind == CHANGE_ADDED)
        change.after = words;
    else
        change.before = words;
    tell(comparison, &change);
}

static void tell_altered(struct comparison *comparison,
                         const struct document_unit *before,
                         const struct document_unit *after)
{
    struct document_change change = {
        .kind = CHANGE_ALTERED,
        .section = after->section,
    };
    if (after->cell_count > 1)
        change.subject = cells_of(comparison, after, before);
    size_t count = before->cell_count > after->cell_count ? before->cell_count
                                                          : after->cell_count;
    for (size_t i = 0; i < count; i++) {
        change.before = before->cells[i];
        change.after = after->cells[i];
        change.column = after->columns[i];
        if (!text_equal(change.before, change.after))
            tell(comparison, &change);
    }
}

static void tell_all(struct comparison *comparison,
                     struct document_units *before,
                     struct document_units *after)
{
    for (size_t i = 0; i < after->count; i++) {
        struct document_unit *unit = &after->units[i];
        if (unit->is_matched)
            continue;
        struct document_unit *old = most_like(before, unit);
        if (old == NULL) {
            tell_whole(comparison, unit, CHANGE_ADDED);
            continue;
        }
        tell_altered(comparison, old, unit);
        old->is_matched = true;
    }
    for (size_t i = 0; i < before->count; i++)
        if (!before->units[i].is_matched)
            tell_whole(comparison, &before->units[i], CHANGE_REMOVED);
}

enum status document_compare(const struct document *before,
                             const struct document *after,
                             document_change_fn *on_change, void *context)
{
    struct comparison comparison = {
        .on_change = on_change,
        .context = context,
        .subject = buffer_with_limit(DOCUMENT_BYTES_MAX),
    };
    struct document_units old = {.count = 0};
    struct document_units new = {.count = 0};
    enum status s = document_units_make(before, DOCUMENT_UNITS_MAX, &old);
    if (s == STATUS_OK)
        s = document_units_make(after, DOCUMENT_UNITS_MAX, &new);
    if (s == STATUS_OK) {
        match_same(&old, &new);
        tell_all(&comparison, &old, &new);
    }
    if (s == STATUS_OK && comparison.failed)
        s = STATUS_NO_MEMORY;
    document_units_deinit(&old);
    document_units_deinit(&new);
    buffer_deinit(&comparison.subject);
    return s;
}
