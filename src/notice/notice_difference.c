/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_difference.h"

#include "base/text.h"
#include "model/document_compare.h"
#include "notice/document_say.h"
#include "notice/json_text.h"
#include "notice/notice_document.h"

/* ---- as a document ---------------------------------------------------------- */

struct telling {
    struct document *out;
    struct buffer section; /* of the list that is open */
    size_t changes;
};

static void in_words(struct document *out, struct text words)
{
    document_text(out, words, out->language);
}

static void open_section(struct telling *telling, struct text section)
{
    struct document *out = telling->out;
    if (telling->changes > 0 &&
        text_equal(buffer_text(&telling->section), section))
        return;
    if (telling->changes > 0)
        document_begin(out, DOCUMENT_LIST_END);
    if (section.size > 0) {
        document_heading(out, 2);
        in_words(out, section);
    }
    document_begin(out, DOCUMENT_LIST);
    buffer_clear(&telling->section);
    buffer_append(&telling->section, text_bytes(section));
}

/* "3층 상담실, 보관기간: 30일 → 14일" */
static void say_altered(struct document *out,
                        const struct document_change *change)
{
    in_words(out, change->subject);
    if (change->subject.size > 0 && change->column.size > 0)
        document_say(out, ", ");
    in_words(out, change->column);
    if (change->subject.size + change->column.size > 0)
        document_say(out, ": ");
    if (change->before.size == 0)
        document_phrase(out, PHRASE_NOTHING);
    in_words(out, change->before);
    document_say(out, " → ");
    if (change->after.size == 0)
        document_phrase(out, PHRASE_NOTHING);
    in_words(out, change->after);
}

static void say_change(void *context, const struct document_change *change)
{
    struct telling *telling = context;
    struct document *out = telling->out;
    open_section(telling, change->section);
    telling->changes++;
    document_begin(out, DOCUMENT_ITEM);
    if (change->kind == CHANGE_ALTERED) {
        say_altered(out, change);
        return;
    }
    bool is_added = change->kind == CHANGE_ADDED;
    document_phrase(out, is_added ? PHRASE_ADDED : PHRASE_REMOVED);
    document_say(out, ": ");
    in_words(out, is_added ? change->after : change->before);
}

static enum status compare(const struct notice *before,
                           const struct notice *after, enum language language,
                           document_change_fn *on_change, void *context)
{
    struct document old;
    struct document new;
    enum status s = notice_document(before, language, &old);
    if (s != STATUS_OK)
        return s;
    s = notice_document(after, language, &new);
    if (s == STATUS_OK) {
        s = document_compare(&old, &new, on_change, context);
        document_deinit(&new);
    }
    document_deinit(&old);
    return s;
}

enum status notice_difference(const struct notice *before,
                              const struct notice *after,
                              enum language language, struct document *out,
                              size_t *changes)
{
    *out = document_in(language);
    struct telling telling = {
        .out = out,
        .section = buffer_with_limit(DOCUMENT_BYTES_MAX),
    };
    document_heading(out, 1);
    document_phrase(out, PHRASE_WHAT_CHANGES);
    enum status s = compare(before, after, language, say_change, &telling);
    if (telling.changes > 0) {
        document_begin(out, DOCUMENT_LIST_END);
    } else {
        document_begin(out, DOCUMENT_PARAGRAPH);
        document_phrase(out, PHRASE_NOTHING_CHANGES);
    }
    if (s == STATUS_OK && telling.section.failed)
        s = STATUS_NO_MEMORY;
    if (s == STATUS_OK)
        s = document_status(out);
    buffer_deinit(&telling.section);
    if (s != STATUS_OK)
        document_deinit(out);
    *changes = telling.changes;
    return s;
}

/* ---- as JSON ------------------------------------------------------------------ */

struct writing {
    struct buffer *out;
    bool has_any;
};

static const char *kind_name(enum document_change_kind kind)
{
    if (kind == CHANGE_ALTERED)
        return "altered";
    return kind == CHANGE_ADDED ? "added" : "removed";
}

static void write_change(void *context, const struct document_change *change)
{
    struct writing *writing = context;
    const struct {
        const char *name;
        struct text text;
    } MEMBERS[] = {
        {"section", change->section}, {"subject", change->subject},
        {"column", change->column},   {"before", change->before},
        {"after", change->after},
    };
    buffer_format(writing->out, "%s{\"kind\":\"%s\"",
                  writing->has_any ? "," : "", kind_name(change->kind));
    for (size_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        buffer_format(writing->out, ",\"%s\":", MEMBERS[i].name);
        json_write_text(MEMBERS[i].text, writing->out);
    }
    buffer_append_text(writing->out, "}");
    writing->has_any = true;
}

enum status notice_difference_json(const struct notice *before,
                                   const struct notice *after,
                                   enum language language, struct buffer *out)
{
    struct writing writing = {.out = out};
    buffer_append_text(out, "{\"changes\":[");
    enum status s = compare(before, after, language, write_change, &writing);
    buffer_append_text(out, "]}\n");
    return s == STATUS_OK ? buffer_status(out) : s;
}
