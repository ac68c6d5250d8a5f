/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the ledger for those who may read texts: a page of them, in the order
 * of the log. What a row says is log/ledger's; here it gets the names and
 * reasons whose month keys live. Where the keeper is away there is no answer: a
 * ledger without its reasons would look like one whose reasons are erased.
 */
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/text/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/secret.h"
#include "ipc/document.h"

enum {
    LINES_READ_MAX = 4096, /* for one page; the next one goes on */
    PAGE_BYTES = 384 << 10,
    PAGE_ROWS = 50,
};

/* A page whose texts may need months' keys first. */
struct ledger_call {
    struct gate_fetch fetch; /* first */
    struct span span;
    uint64_t first; /* where the page begins, as the one before has said */
    bool is_items;  /* copies that are there, instead of rows */
    bool sees_all;  /* of them; else the person's own */
    uint32_t account;
    uint64_t numbers[PAGE_ROWS]; /* entries */
    size_t count;
    struct ledger_person people[PAGE_ROWS];
    size_t people_count;
    bool has_next;
    uint64_t next; /* where the next page begins */
    uint64_t texts[2 * PAGE_ROWS]; /* entries of rows and people */
};

/* ---- which rows
 * ----------------------------------------------------------------- */

enum status gate_entry_read(const struct gate *gate, uint64_t number,
                            struct buffer *line, struct entry_line *out)
{
    enum status s = log_store_line(log_writer_store(gate->log), number, line);
    return s == STATUS_OK ? entry_line_read(buffer_text(line), out) : s;
}

uint64_t gate_entry_next(const struct gate *gate, gate_kind_fn *wanted,
                         uint64_t number, uint64_t end)
{
    const struct log_store *store = log_writer_store(gate->log);
    while (number < end && !wanted(log_store_kind(store, number)))
        number++;
    return number;
}

enum status gate_entry_find(const struct gate *gate, gate_kind_fn *wanted,
                            struct wall_time from, uint64_t *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    uint64_t low = 0;
    uint64_t high = log_store_count(log_writer_store(gate->log));
    while (low < high) {
        struct entry_line entry;
        uint64_t middle = low + (high - low) / 2;
        uint64_t row = gate_entry_next(gate, wanted, middle, high);
        if (row == high) {
            high = middle;
            continue;
        }
        enum status s = gate_entry_read(gate, row, &line, &entry);
        if (s != STATUS_OK)
            return s;
        if (entry.time.us < from.us)
            low = row + 1;
        else
            high = middle;
    }
    *out = low;
    return STATUS_OK;
}

static bool is_row(enum entry_kind kind)
{
    enum ledger_deed deed = LEDGER_VIEWED;
    return ledger_has_row(kind, &deed);
}

static struct ledger_person *find_person(struct ledger_call *asked,
                                         uint32_t account)
{
    for (size_t i = 0; i < asked->people_count; i++) {
        if (asked->people[i].account == account)
            return &asked->people[i];
    }
    return NULL;
}

static void take_row(struct ledger_call *asked, const struct entry_line *entry)
{
    struct ledger_fact fact;
    asked->numbers[asked->count++] = entry->number;
    if (ledger_fact_read(entry, &fact) == STATUS_OK && fact.account != 0 &&
        find_person(asked, fact.account) == NULL)
        asked->people[asked->people_count++].account = fact.account;
}

static enum status choose_rows(struct ledger_call *asked)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct gate *gate = asked->fetch.call.gate;
    uint64_t end = log_store_count(log_writer_store(gate->log));
    uint64_t number = asked->first;
    size_t lines = 0;
    enum status s =
        number == 0 ? gate_entry_find(gate, is_row, asked->span.from, &number)
                    : STATUS_OK;
    if (s != STATUS_OK)
        return s;
    for (number = gate_entry_next(gate, is_row, number, end); number < end;
         number = gate_entry_next(gate, is_row, number + 1, end)) {
        struct entry_line entry;
        if (asked->count == PAGE_ROWS || lines++ == LINES_READ_MAX) {
            asked->has_next = true;
            asked->next = number;
            return STATUS_OK;
        }
        s = gate_entry_read(gate, number, &line, &entry);
        if (s != STATUS_OK)
            return s;
        if (entry.time.us >= asked->span.to.us)
            return STATUS_OK;
        if (entry.time.us >= asked->span.from.us)
            take_row(asked, &entry);
    }
    return STATUS_OK;
}

static int by_due(const void *left, const void *right)
{
    const struct item *a = *(const struct item *const *)left;
    const struct item *b = *(const struct item *const *)right;
    if (a->due.us != b->due.us)
        return a->due.us < b->due.us ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* Copies that are there, from number first on in the order of their due. */
static enum status choose_items(struct ledger_call *asked)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct gate *gate = asked->fetch.call.gate;
    size_t count = 0;
    enum status s = STATUS_OK;
    const struct item **open =
        alloc_array(gate->items.count + 1, sizeof(struct item *));
    if (open == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < gate->items.count; i++) {
        const struct item *item = &gate->items.list[i];
        if (!item->is_gone &&
            (asked->sees_all || item->account == asked->account))
            open[count++] = item;
    }
    qsort(open, count, sizeof *open, by_due);
    size_t i = asked->first < count ? (size_t)asked->first : count;
    for (; s == STATUS_OK && i < count && asked->count < PAGE_ROWS; i++) {
        struct entry_line entry;
        s = gate_entry_read(gate, open[i]->content, &line, &entry);
        if (s == STATUS_OK)
            take_row(asked, &entry);
    }
    asked->has_next = i < count;
    asked->next = i;
    alloc_free(open);
    return s;
}

/* The entries that say who the accounts are. */
static enum status find_people(struct ledger_call *asked)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct gate *gate = asked->fetch.call.gate;
    const struct log_store *store = log_writer_store(gate->log);
    uint64_t end = log_store_count(store);
    size_t found = 0;
    enum status s = STATUS_OK;
    for (uint64_t i = 0;
         s == STATUS_OK && i < end && found < asked->people_count; i++) {
        struct entry_line entry;
        int64_t account = 0;
        enum entry_kind kind = log_store_kind(store, i);
        if (kind != ENTRY_LOGIN_FIRST && kind != ENTRY_ACCOUNT_ADDED)
            continue;
        s = gate_entry_read(gate, i, &line, &entry);
        if (s != STATUS_OK ||
            entry_line_number(&entry, "account", &account) != STATUS_OK)
            continue;
        struct ledger_person *person = find_person(asked, (uint32_t)account);
        if (person == NULL || person->is_found)
            continue;
        person->is_found = true;
        person->entry = i;
        found++;
    }
    return s;
}

/* ---- the document ---- */

static enum status write_page(const struct ledger_call *asked,
                              struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct json json = gate_put_on(out);
    bool has_next = asked->has_next;
    uint64_t next = asked->next;
    enum status s = STATUS_OK;
    gate_put_open(&json, '{');
    gate_put_name(&json, "people");
    gate_put_open(&json, '[');
    for (size_t i = 0; s == STATUS_OK && i < asked->people_count; i++)
        s = gate_ledger_person(asked->fetch.call.gate, &json, &asked->people[i], &line);
    gate_put_close(&json, ']');
    gate_put_name(&json, "rows");
    gate_put_open(&json, '[');
    for (size_t i = 0; s == STATUS_OK && i < asked->count; i++) {
        if (i > 0 && out->size > PAGE_BYTES) {
            has_next = true;
            next = asked->is_items ? asked->first + i : asked->numbers[i];
            break;
        }
        s = gate_ledger_row(asked->fetch.call.gate, &json, asked->numbers[i],
                            &line);
    }
    gate_put_close(&json, ']');
    gate_put_name(&json, "next");
    if (has_next)
        gate_put_number(&json, (int64_t)next);
    else
        gate_put_null(&json);
    gate_put_named_number(&json, "clock_us", gate_now(asked->fetch.call.gate).us);
    gate_put_named_number(&json, "overdue",
                          (int64_t)items_overdue(&asked->fetch.call.gate->items,
                                                 gate_now(asked->fetch.call.gate)));
    gate_put_named_number(&json, "duties_overdue",
                          (int64_t)duties_overdue(&asked->fetch.call.gate->duties,
                                                  gate_now(asked->fetch.call.gate)));
    if (s == STATUS_OK && asked->is_items && asked->first == 0)
        s = gate_duties_write(asked->fetch.call.gate, &json);
    gate_put_close(&json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

/* ---- the answer
 * ------------------------------------------------------------------ */

static void answer(struct ledger_call *asked, enum status status)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct document document = {.descriptor = -1};
    struct channel *channel =
        gate_asker_channel(asked->fetch.call.gate, &asked->fetch.call.asker);
    if (status == STATUS_OK)
        status = write_page(asked, &json);
    if (status == STATUS_OK && channel != NULL)
        status = document_pack(channel, buffer_bytes(&json), &document);
    const struct message_ledger_get_reply reply = {
        .id = asked->fetch.call.asker.id,
        .status = status,
        .json = document.inside,
        .outside_bytes = document.outside_bytes,
    };
    if (channel != NULL)
        gate_sent(message_ledger_get_answer(channel, &reply,
                                            document.descriptor),
                  "ledger_get");
    if (json.data != NULL)
        secret_wipe(json.data, json.size);
    gate_call_end(&asked->fetch.call);
    alloc_free(asked);
}

/* ---- month keys ---- */

static void on_fetched(struct gate_fetch *fetch, enum status status)
{
    answer((struct ledger_call *)fetch, status);
}

/* Of the rows and of the people in them. */
static void fetch_texts(struct ledger_call *asked)
{
    size_t count = asked->count;
    memcpy(asked->texts, asked->numbers, count * sizeof *asked->texts);
    for (size_t i = 0; i < asked->people_count; i++) {
        if (asked->people[i].is_found)
            asked->texts[count++] = asked->people[i].entry;
    }
    asked->fetch.entries = asked->texts;
    asked->fetch.count = count;
    asked->fetch.on_done = on_fetched;
    gate_fetch_texts(&asked->fetch);
}

static void on_noted(void *context, enum status status, uint64_t number)
{
    struct ledger_call *asked = context;
    (void)number;
    if (status == STATUS_OK)
        status = asked->is_items ? choose_items(asked) : choose_rows(asked);
    if (status == STATUS_OK)
        status = find_people(asked);
    if (status == STATUS_OK)
        fetch_texts(asked);
    else
        answer(asked, status);
}

/* Who enters copies sees those; what everybody did, only who may read texts. */
static enum status check(struct gate *gate,
                         const struct message_ledger_get *message,
                         struct gate_person *person)
{
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, message->session, person);
    if (s != STATUS_OK)
        return s;
    bool reads_all = gate_person_may(person, RIGHT_READ_LOG) &&
                     gate_person_may(person, RIGHT_READ_TEXTS);
    bool keeps = message->open_items == 1 &&
                 gate_person_may(person, RIGHT_KEEP_LEDGER);
    if (!reads_all && !keeps)
        return STATUS_DENIED;
    bool is_good = message->open_items <= 1 &&
                   (message->open_items == 1 ||
                    message->from_us < message->to_us);
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_ledger_get *message)
{
    struct gate_person person;
    enum status s = check(gate, message, &person);
    if (s != STATUS_OK)
        return s;
    struct ledger_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    asked->span = (struct span){{message->from_us}, {message->to_us}};
    asked->first = message->next;
    asked->is_items = message->open_items == 1;
    asked->sees_all = gate_person_may(&person, RIGHT_READ_TEXTS);
    asked->account = person.account.number;
    asked->fetch.call.asker = gate_asker_of(gate, channel, message->id);
    gate_call_begin(gate, &asked->fetch.call);
    s = gate_reading_note(gate, &person, "ledger", on_noted, asked);
    if (s == STATUS_OK)
        return STATUS_OK;
    gate_call_end(&asked->fetch.call);
    alloc_free(asked);
    return s;
}

void gate_on_ledger_get(void *context, struct channel *channel,
                        const struct message_ledger_get *message,
                        int descriptor)
{
    (void)descriptor;
    struct message_ledger_get_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_ledger_get_answer(channel, &reply, -1),
                  "ledger_get");
}
