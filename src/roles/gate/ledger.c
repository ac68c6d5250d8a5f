/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of the ledger for those who may read texts: a page of them, in the order
 * of the log. What a row says is log/ledger's; here it gets the names and
 * reasons whose month keys live. Where the keeper is away there is no answer: a
 * ledger without its reasons would look like one whose reasons are erased.
 */
#include "log/ledger.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "ipc/document.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"

enum {
    LINES_READ_MAX = 4096, /* for one page; the next one goes on */
    PAGE_BYTES = 384 << 10,
    PAGE_ROWS = 50,
    WORDS_SIZE = 160, /* of a request's number, an id, a cause */
    MONTHS_ASKED_MAX = 64,
};

/* Somebody who has done what stands in a row of the page. */
struct ledger_person {
    uint32_t account;
    bool is_found;
    uint64_t entry; /* that gave the account its name */
};

/* A page whose texts may need months' keys first. */
struct ledger_call {
    struct gate_call call;       /* first */
    uint64_t numbers[PAGE_ROWS]; /* entries, ascending */
    size_t count;
    struct ledger_person people[PAGE_ROWS];
    size_t people_count;
    bool has_next;
    uint64_t next; /* where the next page begins */
    uint32_t month_asked;
    size_t months_asked;
};

/* ---- which rows
 * ----------------------------------------------------------------- */

static enum status read_entry(const struct gate *gate, uint64_t number,
                              struct buffer *line, struct entry_line *out)
{
    enum status s = log_store_line(log_writer_store(gate->log), number, line);
    return s == STATUS_OK ? entry_line_read(buffer_text(line), out) : s;
}

static bool is_row(const struct gate *gate, uint64_t number)
{
    enum ledger_deed deed = LEDGER_VIEWED;
    enum entry_kind kind = log_store_kind(log_writer_store(gate->log), number);
    return ledger_has_row(kind, &deed);
}

/* The next row at or behind number, before end; end: none. */
static uint64_t next_row(const struct gate *gate, uint64_t number, uint64_t end)
{
    while (number < end && !is_row(gate, number))
        number++;
    return number;
}

/* The first row at or after a time: rows come with trusted time only, which
 * never goes back. */
static enum status find_from(const struct gate *gate, struct wall_time from,
                             uint64_t *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    uint64_t low = 0;
    uint64_t high = log_store_count(log_writer_store(gate->log));
    while (low < high) {
        struct entry_line entry;
        uint64_t middle = low + (high - low) / 2;
        uint64_t row = next_row(gate, middle, high);
        if (row == high) {
            high = middle;
            continue;
        }
        enum status s = read_entry(gate, row, &line, &entry);
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

static enum status choose(struct ledger_call *asked, uint64_t number,
                          struct span span)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct gate *gate = asked->call.gate;
    uint64_t end = log_store_count(log_writer_store(gate->log));
    size_t lines = 0;
    for (number = next_row(gate, number, end); number < end;
         number = next_row(gate, number + 1, end)) {
        struct entry_line entry;
        if (asked->count == PAGE_ROWS || lines++ == LINES_READ_MAX) {
            asked->has_next = true;
            asked->next = number;
            return STATUS_OK;
        }
        enum status s = read_entry(gate, number, &line, &entry);
        if (s != STATUS_OK)
            return s;
        if (entry.time.us >= span.to.us)
            return STATUS_OK;
        if (entry.time.us >= span.from.us)
            take_row(asked, &entry);
    }
    return STATUS_OK;
}

/* The entries that say who the accounts are. */
static enum status find_people(struct ledger_call *asked)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    const struct gate *gate = asked->call.gate;
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
        s = read_entry(gate, i, &line, &entry);
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

/* ---- texts
 * ---------------------------------------------------------------------- */

enum text_state {
    TEXT_DAMAGED, /* or not there at all */
    TEXT_ERASED,  /* its month's key is dead */
    TEXT_THERE,
};

struct text_walk {
    const struct gate *gate;
    const char *member; /* NULL: look for a month that is not known */
    bool found;
    uint32_t month;
    enum text_state state;
    size_t size;
    char plain[LOG_TEXT_MAX];
};

static void look_for_month(void *context, const struct sealed_text *sealed)
{
    struct text_walk *walk = context;
    bool is_known = false;
    (void)gate_texts_key(walk->gate, sealed->month, &is_known);
    if (is_known || walk->found)
        return;
    walk->found = true;
    walk->month = sealed->month;
}

static void open_text(void *context, const struct sealed_text *sealed)
{
    struct text_walk *walk = context;
    bool is_known = false;
    if (!text_equal(sealed->member, text_of(walk->member)))
        return;
    const uint8_t *key = gate_texts_key(walk->gate, sealed->month, &is_known);
    walk->state = TEXT_ERASED;
    if (key == NULL)
        return;
    walk->size = sealed->size;
    walk->state = sealed_text_open(sealed, key, walk->plain) == STATUS_OK
                      ? TEXT_THERE
                      : TEXT_DAMAGED;
}

/* Two members: the text, empty where there is none, and how it is. */
static void put_personal(const struct gate *gate, struct json *json,
                         uint64_t entry, const char *member)
{
    static const char *const STATES[] = {"damaged", "erased", "there"};
    struct text_walk walk = {.gate = gate, .member = member};
    if (log_store_texts(log_writer_store(gate->log), entry, open_text,
                        &walk) != STATUS_OK)
        walk.state = TEXT_DAMAGED;
    bool is_there = walk.state == TEXT_THERE;
    gate_put_named_text(
        json, member,
        (struct text){walk.plain, is_there ? walk.size : 0});
    gate_put_name(json, "text");
    gate_put_text(json, text_of(STATES[walk.state]));
    secret_wipe(walk.plain, sizeof walk.plain);
}

/* ---- the document
 * ---------------------------------------------------------------- */

/* A text of a line as it was before its quotation marks were escaped. */
static void put_unescaped(struct json *json, const char *name,
                          struct text escaped)
{
    char plain[WORDS_SIZE];
    size_t size = 0;
    for (size_t i = 0; i < escaped.size && size < sizeof plain; i++) {
        if (escaped.data[i] == '\\' && i + 1 < escaped.size)
            i++;
        plain[size++] = escaped.data[i];
    }
    gate_put_named_text(json, name, (struct text){plain, size});
}

static void put_cameras(struct json *json, const struct ledger_fact *fact)
{
    struct text left = fact->cameras;
    gate_put_name(json, "cameras");
    gate_put_open(json, '[');
    if (fact->camera != 0)
        gate_put_number(json, fact->camera);
    while (left.size > 0) {
        uint64_t camera = 0;
        struct text one = text_cut(&left, ',');
        if (number_parse_u64(one, 1, UINT32_MAX, &camera) == STATUS_OK)
            gate_put_number(json, (int64_t)camera);
    }
    gate_put_close(json, ']');
}

static enum status write_row(const struct gate *gate, struct json *json,
                             uint64_t number, struct buffer *line)
{
    struct entry_line entry;
    struct ledger_fact fact;
    enum status s = read_entry(gate, number, line, &entry);
    if (s == STATUS_OK)
        s = ledger_fact_read(&entry, &fact);
    if (s != STATUS_OK)
        return s;
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)number);
    gate_put_named_text(json, "deed", text_of(ledger_deed_name(fact.deed)));
    gate_put_named_number(json, "time_us", fact.time.us);
    gate_put_named_number(json, "account", fact.account);
    put_cameras(json, &fact);
    gate_put_named_number(json, "from_us", fact.span.from.us);
    gate_put_named_number(json, "to_us", fact.span.to.us);
    put_unescaped(json, "purpose", fact.purpose);
    put_unescaped(json, "request", fact.request);
    put_unescaped(json, "cause", fact.cause);
    gate_put_named_number(json, "order", (int64_t)fact.order);
    gate_put_named_number(json, "hold", fact.hold);
    gate_put_named_number(json, "until_us", fact.until.us);
    gate_put_named_number(json, "seeds", (int64_t)fact.seeds);
    if (ledger_deed_is_personal(fact.deed))
        put_personal(gate, json, number, LEDGER_REASON_MEMBER);
    gate_put_close(json, '}');
    return STATUS_OK;
}

static enum status write_person(const struct gate *gate, struct json *json,
                                const struct ledger_person *person,
                                struct buffer *line)
{
    struct entry_line entry;
    struct text id = text_of("");
    enum status s = STATUS_OK;
    if (person->is_found)
        s = read_entry(gate, person->entry, line, &entry);
    if (s != STATUS_OK)
        return s;
    if (person->is_found && entry_line_text(&entry, "person", &id) != STATUS_OK)
        id = text_of("");
    const struct notice_person *known =
        notice_person_find(gate->configuration.notice, id);
    gate_put_open(json, '{');
    gate_put_named_number(json, "account", person->account);
    put_unescaped(json, "person", id);
    if (known != NULL) {
        gate_put_named_text(json, "post_ko", known->post.ko);
        gate_put_named_text(json, "post_en", known->post.en);
    }
    put_personal(gate, json, person->is_found ? person->entry : UINT64_MAX,
                 "name");
    gate_put_close(json, '}');
    return STATUS_OK;
}

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
        s = write_person(asked->call.gate, &json, &asked->people[i], &line);
    gate_put_close(&json, ']');
    gate_put_name(&json, "rows");
    gate_put_open(&json, '[');
    for (size_t i = 0; s == STATUS_OK && i < asked->count; i++) {
        if (i > 0 && out->size > PAGE_BYTES) {
            has_next = true;
            next = asked->numbers[i];
            break;
        }
        s = write_row(asked->call.gate, &json, asked->numbers[i], &line);
    }
    gate_put_close(&json, ']');
    gate_put_name(&json, "next");
    if (has_next)
        gate_put_number(&json, (int64_t)next);
    else
        gate_put_null(&json);
    gate_put_named_number(&json, "clock_us", gate_now(asked->call.gate).us);
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
        gate_asker_channel(asked->call.gate, &asked->call.asker);
    if (status == STATUS_OK)
        status = write_page(asked, &json);
    if (status == STATUS_OK && channel != NULL)
        status = document_pack(channel, buffer_bytes(&json), &document);
    const struct message_ledger_get_reply reply = {
        .id = asked->call.asker.id,
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
    gate_call_end(&asked->call);
    alloc_free(asked);
}

static void ask_next_month(struct ledger_call *asked);

static void on_key(void *context, enum status status,
                   const struct message_text_key_reply *reply, int descriptor)
{
    struct ledger_call *asked = context;
    (void)descriptor;
    if (status == STATUS_OK && reply != NULL) {
        gate_texts_take(asked->call.gate, asked->month_asked, reply->key);
    } else if (status == STATUS_NOT_FOUND) {
        gate_texts_take(asked->call.gate, asked->month_asked, NULL);
    } else {
        answer(asked, STATUS_AGAIN);
        return;
    }
    ask_next_month(asked);
}

static void lost(struct gate_call *call)
{
    answer((struct ledger_call *)call, STATUS_AGAIN);
}

static void look(struct text_walk *walk, uint64_t entry)
{
    if (!walk->found && log_store_texts(log_writer_store(walk->gate->log),
                                        entry, look_for_month,
                                        walk) != STATUS_OK)
        walk->state = TEXT_DAMAGED; /* the row will say so */
}

/* The month of a text whose key has not been asked for; false: none. */
static bool missing_month(const struct ledger_call *asked, uint32_t *month)
{
    struct text_walk walk = {.gate = asked->call.gate};
    for (size_t i = 0; i < asked->count; i++)
        look(&walk, asked->numbers[i]);
    for (size_t i = 0; i < asked->people_count; i++) {
        if (asked->people[i].is_found)
            look(&walk, asked->people[i].entry);
    }
    *month = walk.month;
    return walk.found;
}

static void ask_next_month(struct ledger_call *asked)
{
    if (!missing_month(asked, &asked->month_asked)) {
        answer(asked, STATUS_OK);
        return;
    }
    struct channel *keeper = gate_call_ask(&asked->call, ROLE_KEEPER);
    const struct message_text_key message = {.month = asked->month_asked};
    enum status s = STATUS_AGAIN;
    if (keeper != NULL && asked->months_asked++ < MONTHS_ASKED_MAX)
        s = message_text_key_send(keeper, &message, -1, on_key, asked);
    if (s != STATUS_OK)
        answer(asked, STATUS_AGAIN);
}

static enum status check(struct gate *gate,
                         const struct message_ledger_get *message)
{
    struct gate_person person;
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    if (!gate_person_may(&person, RIGHT_READ_LOG) ||
        !gate_person_may(&person, RIGHT_READ_TEXTS))
        return STATUS_DENIED;
    return message->from_us < message->to_us ? STATUS_OK : STATUS_BAD_INPUT;
}

void gate_on_ledger_get(void *context, struct channel *channel,
                        const struct message_ledger_get *message,
                        int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    struct message_ledger_get_reply refusal = {
        .id = message->id, .status = check(gate, message)};
    struct ledger_call *asked = alloc_zeroed(sizeof *asked);
    if (refusal.status == STATUS_OK && asked == NULL)
        refusal.status = STATUS_NO_MEMORY;
    if (refusal.status != STATUS_OK || asked == NULL) {
        gate_sent(message_ledger_get_answer(channel, &refusal, -1),
                  "ledger_get");
        alloc_free(asked);
        return;
    }
    const struct span span = {{message->from_us}, {message->to_us}};
    uint64_t first = message->next;
    asked->call.asker = gate_asker_of(gate, channel, message->id);
    asked->call.lost = lost;
    gate_call_begin(gate, &asked->call);
    enum status s =
        first == 0 ? find_from(gate, span.from, &first) : STATUS_OK;
    if (s == STATUS_OK)
        s = choose(asked, first, span);
    if (s == STATUS_OK)
        s = find_people(asked);
    if (s == STATUS_OK)
        ask_next_month(asked);
    else
        answer(asked, s);
}
