/* SPDX-License-Identifier: Apache-2.0 */
/* What people have to see to, the next due first, and what it may be about. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "log/duties.h"
#include "roles/gate/ledger/ledger.h"

static void write_duty(const struct duties *duties, struct json *json,
                       const struct duty *duty)
{
    const struct duty_done *last = duties_last(duties, duty->number);
    gate_put_open(json, '{');
    gate_put_named_number(json, "duty", duty->number);
    gate_put_named_text(json, "what", text_of(duty_kind_name(duty->kind)));
    gate_put_named_text(json, "subject", text_of(duty->subject));
    gate_put_named_number(json, "due_us", duty->due.us);
    gate_put_named_number(json, "months", duty->months);
    if (last != NULL)
        gate_put_named_number(json, "done_us", last->done.us);
    gate_put_named_number(json, "entry", (int64_t)duty->entry);
    gate_put_close(json, '}');
}

static int by_due(const void *left, const void *right)
{
    const struct duty *a = *(const struct duty *const *)left;
    const struct duty *b = *(const struct duty *const *)right;
    if (a->due.us != b->due.us)
        return a->due.us < b->due.us ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* All of them: DUTY_NUMBER_MAX fit into a document. */
static enum status write_duties(const struct duties *duties,
                                struct json *json)
{
    size_t count = 0;
    const struct duty **due =
        alloc_array(duties->count + 1, sizeof(struct duty *));
    if (due == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < duties->count; i++)
        if (duties->list[i].due.us != 0)
            due[count++] = &duties->list[i];
    qsort(due, count, sizeof *due, by_due);
    for (size_t i = 0; i < count; i++)
        write_duty(duties, json, due[i]);
    alloc_free(due);
    return STATUS_OK;
}

static void write_subject(struct json *json, struct text id,
                          struct notice_words name)
{
    gate_put_open(json, '{');
    gate_put_named_text(json, "id", id);
    gate_put_named_text(json, "ko", name.ko);
    gate_put_named_text(json, "en", notice_words_in(name, LANGUAGE_ENGLISH));
    gate_put_close(json, '}');
}

enum status gate_duties_write(const struct gate *gate, struct json *json)
{
    const struct notice *notice = gate->configuration.notice;
    gate_put_name(json, "duties");
    gate_put_open(json, '[');
    enum status s = write_duties(&gate->duties, json);
    gate_put_close(json, ']');
    gate_put_name(json, "subjects");
    gate_put_open(json, '[');
    for (size_t i = 0; i < notice->site_count; i++)
        write_subject(json, notice->sites[i].id, notice->sites[i].name);
    for (size_t i = 0; i < notice->processor_count; i++)
        write_subject(json, notice->processors[i].id,
                      notice->processors[i].name);
    gate_put_close(json, ']');
    return s;
}
