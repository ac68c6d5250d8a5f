/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A month's accesses, sorted by log/review for whoever looks through them, and
 * the signature of that person, which is an entry. A month may have many
 * entries: they are read in slices, between which the loop does its work.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/document.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/view/view.h"
#include "sys/loop.h"

enum {
    SLICE_LINES = 512,
    SLICE_MS = 1,
    MONTHS_SHOWN = 12,
    REMARK_SIZE = GATE_REASON_MAX + 1,
    ADDRESS_SIZE = 65,
};

/* One who looks, or signs. */
struct looking {
    struct gate_call call; /* first */
    struct timer *timer;
    struct review review;
    uint32_t month;
    struct span span;
    uint64_t next; /* entry */
    uint64_t end;
    uint64_t first; /* of those that were looked at; last is before end */
    uint64_t last;
    bool is_signing;
    uint32_t account;
    char remark[REMARK_SIZE];
    char address[ADDRESS_SIZE];
};

/* ---- months ---- */

/* The month in which the log begins; 0: it cannot be read. */
static uint32_t first_month(const struct gate *gate)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line entry;
    return gate_entry_read(gate, 0, &line, &entry) == STATUS_OK
               ? review_month_of(entry.time)
               : 0;
}

/* A whole month since the log began, and nobody has signed it. */
static bool is_missing(const struct gate *gate, uint32_t month, uint32_t first)
{
    return month != 0 && month >= first &&
           month < review_month_of(gate_now(gate)) &&
           review_list_find(&gate->reviews, month) == NULL;
}

bool gate_review_is_overdue(const struct gate *gate)
{
    uint32_t last = review_month_before(review_month_of(gate_now(gate)));
    return gate->has_trusted && is_missing(gate, last, first_month(gate));
}

/* ---- the document ---- */

static void put_months(const struct gate *gate, struct json *json)
{
    uint32_t first = first_month(gate);
    uint32_t month = review_month_before(review_month_of(gate_now(gate)));
    gate_put_name(json, "missing");
    gate_put_open(json, '[');
    for (int i = 0; i < MONTHS_SHOWN; i++) {
        if (is_missing(gate, month, first))
            gate_put_number(json, month);
        month = review_month_before(month);
    }
    gate_put_close(json, ']');
}

static void put_signed(const struct review_signed *one, struct json *json)
{
    gate_put_name(json, "signed");
    if (one == NULL) {
        gate_put_null(json);
        return;
    }
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)one->entry);
    gate_put_named_number(json, "account", one->account);
    gate_put_named_number(json, "time_us", one->time.us);
    gate_put_close(json, '}');
}

static void put_group(const struct review_group *group, struct json *json)
{
    gate_put_open(json, '{');
    gate_put_named_text(json, "finding",
                        text_of(review_finding_name(group->finding)));
    gate_put_named_number(json, "account", group->account);
    gate_put_named_number(json, "camera", group->camera);
    gate_put_named_number(json, "count", (int64_t)group->count);
    gate_put_name(json, "entries");
    gate_put_open(json, '[');
    for (size_t i = 0; i < group->count && i < REVIEW_ENTRIES_MAX; i++)
        gate_put_number(json, (int64_t)group->entries[i]);
    gate_put_close(json, ']');
    gate_put_close(json, '}');
}

static void write_review(const struct looking *looking, struct buffer *out)
{
    const struct gate *gate = looking->call.gate;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "month", looking->month);
    gate_put_named_number(&json, "from_us", looking->span.from.us);
    gate_put_named_number(&json, "to_us", looking->span.to.us);
    gate_put_name(&json, "is_whole");
    gate_put_bool(&json, looking->span.to.us <= gate_now(gate).us);
    put_signed(review_list_find(&gate->reviews, looking->month), &json);
    put_months(gate, &json);
    gate_put_name(&json, "is_cut");
    gate_put_bool(&json, looking->review.is_cut);
    gate_put_name(&json, "findings");
    gate_put_open(&json, '[');
    for (size_t i = 0; i < looking->review.count; i++)
        put_group(&looking->review.list[i], &json);
    gate_put_close(&json, ']');
    gate_put_close(&json, '}');
}

/* ---- answers ---- */

static void end(struct looking *looking)
{
    gate_call_end(&looking->call);
    timer_destroy(&looking->timer);
    review_deinit(&looking->review);
    alloc_free(looking);
}

static void answer_looking(struct looking *looking, struct channel *channel,
                           enum status status)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct document document = {.descriptor = -1};
    if (status == STATUS_OK) {
        write_review(looking, &json);
        status = json.failed ? STATUS_LIMIT
                             : document_pack(channel, buffer_bytes(&json),
                                             &document);
    }
    const struct message_review_get_reply reply = {
        .id = looking->call.asker.id,
        .status = status,
        .json = document.inside,
        .outside_bytes = document.outside_bytes,
    };
    gate_sent(message_review_get_answer(channel, &reply, document.descriptor),
              "review_get");
}

static void answer_signing(const struct looking *looking,
                           struct channel *channel, enum status status,
                           uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "month", looking->month);
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_close(&json, '}');
    struct message_review_sign_reply reply = {.id = looking->call.asker.id,
                                              .status = status};
    if (status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    gate_sent(message_review_sign_answer(channel, &reply, -1), "review_sign");
}

static void finish(struct looking *looking, enum status status, uint64_t number)
{
    struct channel *channel =
        gate_asker_channel(looking->call.gate, &looking->call.asker);
    if (channel != NULL && looking->is_signing)
        answer_signing(looking, channel, status, number);
    else if (channel != NULL)
        answer_looking(looking, channel, status);
    end(looking);
}

/* ---- looking ---- */

static void on_signed(void *context, enum status status, uint64_t number)
{
    finish(context, status, number);
}

static void sign(struct looking *looking)
{
    struct entry entry = entry_of(ENTRY_LEDGER_REVIEWED);
    entry_number(&entry, "account", looking->account);
    entry_number(&entry, "month", looking->month);
    entry_number(&entry, "findings", (int64_t)looking->review.count);
    entry_number(&entry, "first", (int64_t)looking->first);
    entry_number(&entry, "last", (int64_t)looking->last);
    entry_personal(&entry, "why", text_trim(text_of(looking->remark)));
    entry_personal(&entry, "address", text_of(looking->address));
    enum status s =
        gate_append(looking->call.gate, &entry, on_signed, looking);
    if (s != STATUS_OK)
        finish(looking, s, 0);
}

/* OK: there may be more. END: all of the month has been looked at. */
static enum status look(struct looking *looking)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct gate *gate = looking->call.gate;
    for (int i = 0; i < SLICE_LINES; i++) {
        struct entry_line entry;
        uint64_t number =
            gate_entry_next(gate, review_reads, looking->next, looking->end);
        if (number == looking->end)
            return STATUS_END;
        enum status s = gate_entry_read(gate, number, &line, &entry);
        if (s != STATUS_OK)
            return s;
        if (entry.time.us >= looking->span.to.us)
            return STATUS_END;
        review_add(&looking->review, &entry);
        looking->next = number + 1;
        looking->last = number;
        if (looking->first == 0)
            looking->first = number;
    }
    return looking->review.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static void on_time(void *context, struct timer *timer)
{
    struct looking *looking = context;
    enum status s = look(looking);
    if (s == STATUS_OK) {
        timer_start(timer, SLICE_MS, 0);
        return;
    }
    review_sort(&looking->review);
    if (s != STATUS_END)
        finish(looking, s, 0);
    else if (looking->is_signing)
        sign(looking);
    else
        finish(looking, STATUS_OK, 0);
}

static void on_noted(void *context, enum status status, uint64_t number)
{
    struct looking *looking = context;
    const struct gate *gate = looking->call.gate;
    (void)number;
    looking->end = log_store_count(log_writer_store(gate->log));
    if (status == STATUS_OK)
        status = gate_entry_find(gate, review_reads, looking->span.from,
                                 &looking->next);
    if (status == STATUS_OK)
        timer_start(looking->timer, 0, 0);
    else
        finish(looking, status, 0);
}

static enum status check_who(struct gate *gate, struct text session,
                             enum right right, struct gate_person *out)
{
    if (!gate->is_started || gate->stop.is_asked || !gate->has_trusted)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s != STATUS_OK)
        return s;
    return gate_person_may(out, RIGHT_READ_LOG) && gate_person_may(out, right)
               ? STATUS_OK
               : STATUS_DENIED;
}

/* Nobody is asked: lost cannot run. */
static void lost(struct gate_call *call)
{
    finish((struct looking *)call, STATUS_AGAIN, 0);
}

static enum status begin(struct gate *gate, const struct gate_asker *asker,
                         const struct gate_person *person,
                         const struct looking *wanted)
{
    struct span span;
    if (!review_month_span(wanted->month, &span) ||
        span.from.us > gate_now(gate).us)
        return STATUS_BAD_INPUT;
    struct looking *looking = alloc_zeroed(sizeof *looking);
    if (looking == NULL)
        return STATUS_NO_MEMORY;
    *looking = *wanted;
    looking->span = span;
    looking->account = person->account.number;
    enum status s = timer_make(gate->process.loop, "review", on_time, looking,
                               &looking->timer);
    if (s != STATUS_OK) {
        alloc_free(looking);
        return s;
    }
    looking->call.asker = *asker;
    looking->call.lost = lost;
    gate_call_begin(gate, &looking->call);
    s = gate_reading_note(gate, person, "review", on_noted, looking);
    if (s != STATUS_OK)
        end(looking);
    return s;
}

void gate_on_review_get(void *context, struct channel *channel,
                        const struct message_review_get *message,
                        int descriptor)
{
    struct gate *gate = context;
    struct gate_person person;
    struct looking looking = {.month = message->month};
    const struct gate_asker asker = gate_asker_of(gate, channel, message->id);
    (void)descriptor;
    struct message_review_get_reply reply = {.id = message->id};
    reply.status =
        check_who(gate, message->session, RIGHT_READ_LOG, &person);
    if (reply.status == STATUS_OK && looking.month == 0)
        looking.month = review_month_before(review_month_of(gate_now(gate)));
    if (reply.status == STATUS_OK)
        reply.status = begin(gate, &asker, &person, &looking);
    if (reply.status != STATUS_OK)
        gate_sent(message_review_get_answer(channel, &reply, -1),
                  "review_get");
}

/* Only a whole month: what is still to come would not have been looked at. */
void gate_on_review_sign(void *context, struct channel *channel,
                         const struct message_review_sign *message,
                         int descriptor)
{
    struct gate *gate = context;
    struct gate_person person;
    struct looking looking = {.month = message->month, .is_signing = true};
    const struct gate_asker asker = gate_asker_of(gate, channel, message->id);
    (void)descriptor;
    struct message_review_sign_reply reply = {.id = message->id};
    enum status s = check_who(gate, message->session, RIGHT_REVIEW, &person);
    if (s == STATUS_OK)
        s = gate_reason_check(message->remark);
    if (s == STATUS_OK && message->month >= review_month_of(gate_now(gate)))
        s = STATUS_CONFLICT;
    if (s == STATUS_OK &&
        (!text_copy(message->remark, looking.remark, sizeof looking.remark) ||
         !text_copy(message->address, looking.address,
                    sizeof looking.address)))
        s = STATUS_LIMIT;
    if (s == STATUS_OK)
        s = begin(gate, &asker, &person, &looking);
    reply.status = s;
    if (s != STATUS_OK)
        gate_sent(message_review_sign_answer(channel, &reply, -1),
                  "review_sign");
}
