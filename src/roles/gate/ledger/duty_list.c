/* SPDX-License-Identifier: Apache-2.0 */
/* What people have to see to, the next due first, and what it may be about. */
#include "base/text.h"
#include "log/duties.h"
#include "roles/gate/ledger/ledger.h"

enum { DUTIES_LISTED_MAX = 200 };

static void write_duty(const struct gate *gate, struct json *json,
                       const struct duty *duty)
{
    const struct duty_done *last = duties_last(&gate->duties, duty->number);
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

/* Due after (time, number), and next so; NULL: none is. */
static const struct duty *next_due(const struct duties *duties,
                                   const struct duty *after)
{
    const struct duty *next = NULL;
    for (size_t i = 0; i < duties->count; i++) {
        const struct duty *duty = &duties->list[i];
        bool is_behind = after == NULL || duty->due.us > after->due.us ||
                         (duty->due.us == after->due.us &&
                          duty->number > after->number);
        if (duty->due.us != 0 && is_behind &&
            (next == NULL || duty->due.us < next->due.us))
            next = duty;
    }
    return next;
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

void gate_duties_write(const struct gate *gate, struct json *json)
{
    const struct notice *notice = gate->configuration.notice;
    size_t listed = 0;
    gate_put_name(json, "duties");
    gate_put_open(json, '[');
    for (const struct duty *duty = next_due(&gate->duties, NULL);
         duty != NULL && listed < DUTIES_LISTED_MAX;
         duty = next_due(&gate->duties, duty), listed++)
        write_duty(gate, json, duty);
    gate_put_close(json, ']');
    gate_put_name(json, "subjects");
    gate_put_open(json, '[');
    for (size_t i = 0; i < notice->site_count; i++)
        write_subject(json, notice->sites[i].id, notice->sites[i].name);
    for (size_t i = 0; i < notice->processor_count; i++)
        write_subject(json, notice->processors[i].id,
                      notice->processors[i].name);
    gate_put_close(json, ']');
}
