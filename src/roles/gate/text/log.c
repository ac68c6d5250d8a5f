/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries for those who may read them: the exact line and its leaf, so that a
 * reader can check them, and the personal texts for those who may read those.
 * Their month keys are fetched first, one after another.
 */

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/text/fetch.h"
#include "roles/gate/text/keys.h"

enum {
    COUNT_MAX = 200,
    /* Room that is kept for the entry that comes next and the document's end:
     * a line twice over, escaped, would not fit otherwise. */
    ROOM_KEPT = 24576,
};

/* A kind, or, with a minus before it, all others; empty: all. */
struct kind_wish {
    bool is_all;
    bool is_other;
    enum entry_kind kind;
};

struct entries_call {
    struct gate_fetch fetch;     /* first */
    uint64_t numbers[COUNT_MAX]; /* newest first */
    size_t count;
    uint64_t next;
    bool has_next;
    bool wants_texts;
    uint64_t before; /* what is wished: */
    size_t most;
    struct kind_wish wish;
};

/* ---- which entries
 * --------------------------------------------------------------- */

static enum status read_wish(struct text words, struct kind_wish *out)
{
    *out = (struct kind_wish){.is_all = words.size == 0};
    if (out->is_all)
        return STATUS_OK;
    out->is_other = words.data[0] == '-';
    if (out->is_other)
        words = (struct text){words.data + 1, words.size - 1};
    return entry_kind_from_name(words, &out->kind) == STATUS_OK
               ? STATUS_OK
               : STATUS_BAD_INPUT;
}

static bool is_wished(const struct kind_wish *wish, enum entry_kind kind)
{
    return wish->is_all || (kind == wish->kind) != wish->is_other;
}

static void choose(struct entries_call *asked)
{
    struct log_store *store = log_writer_store(asked->fetch.call.gate->log);
    uint64_t number = log_store_count(store);
    if (asked->before != 0 && asked->before < number)
        number = asked->before;
    while (number > 0) {
        number--;
        if (!is_wished(&asked->wish, log_store_kind(store, number)))
            continue;
        if (asked->count == asked->most) {
            asked->has_next = true;
            asked->next = asked->numbers[asked->count - 1];
            return;
        }
        asked->numbers[asked->count++] = number;
    }
}

/* ---- texts
 * ----------------------------------------------------------------------- */

struct text_walk {
    const struct gate *gate;
    struct json *json;
    bool is_open;
};

static void write_text(void *context, const struct sealed_text *sealed)
{
    struct text_walk *walk = context;
    char plain[LOG_TEXT_MAX];
    char member[LOG_NAME_MAX + 1];
    bool is_known = false;
    const uint8_t *key = gate_texts_key(walk->gate, sealed->month, &is_known);
    /* Destroyed with its month, or damaged: the commitment stays. */
    if (key == NULL || !text_copy(sealed->member, member, sizeof member) ||
        sealed_text_open(sealed, key, plain) != STATUS_OK)
        return;
    if (!walk->is_open) {
        gate_put_name(walk->json, "texts");
        gate_put_open(walk->json, '{');
        walk->is_open = true;
    }
    gate_put_named_text(walk->json, member, (struct text){plain, sealed->size});
}

/* ---- the document
 * ------------------------------------------------------------------ */

static enum status write_entry(const struct entries_call *asked,
                               uint64_t number, struct json *json,
                               struct buffer *line)
{
    const struct gate *gate = asked->fetch.call.gate;
    struct log_store *store = log_writer_store(gate->log);
    struct entry_line entry;
    uint8_t leaf[LEAF_SIZE];
    enum status s = log_store_line(store, number, line);
    if (s == STATUS_OK)
        s = entry_line_read(buffer_text(line), &entry);
    if (s == STATUS_OK)
        s = leaf_hash(buffer_text(line), leaf);
    if (s != STATUS_OK)
        return s;
    gate_put_open(json, '{');
    gate_put_named_number(json, "n", (int64_t)number);
    gate_put_name(json, "t");
    gate_put_time(json, entry.time);
    gate_put_named_text(json, "kind", entry.kind_name);
    gate_put_named_text(json, "line", buffer_text(line));
    gate_put_name(json, "leaf");
    gate_put_hex(json, bytes_of(leaf, sizeof leaf));
    struct text_walk walk = {.gate = gate, .json = json};
    if (asked->wants_texts)
        s = log_store_texts(store, number, write_text, &walk);
    if (walk.is_open)
        gate_put_close(json, '}');
    gate_put_close(json, '}');
    return s;
}

static enum status write_entries(const struct entries_call *asked,
                                 struct buffer *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct json json = gate_put_on(out);
    bool has_next = asked->has_next;
    uint64_t next = asked->next;
    enum status s = STATUS_OK;
    gate_put_open(&json, '{');
    gate_put_name(&json, "entries");
    gate_put_open(&json, '[');
    for (size_t i = 0; s == STATUS_OK && i < asked->count; i++) {
        if (i > 0 && out->size > GATE_JSON_MAX - ROOM_KEPT) {
            has_next = true;
            next = asked->numbers[i - 1];
            break;
        }
        s = write_entry(asked, asked->numbers[i], &json, &line);
    }
    gate_put_close(&json, ']');
    gate_put_name(&json, "next");
    if (has_next)
        gate_put_number(&json, (int64_t)next);
    else
        gate_put_null(&json);
    gate_put_close(&json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

static void answer(struct entries_call *asked, enum status status,
                   struct bytes json)
{
    struct channel *channel =
        gate_asker_channel(asked->fetch.call.gate, &asked->fetch.call.asker);
    const struct message_entries_get_reply reply = {
        .id = asked->fetch.call.asker.id, .status = status, .json = json};
    if (channel != NULL)
        gate_sent(message_entries_get_answer(channel, &reply, -1),
                  "entries_get");
    gate_call_end(&asked->fetch.call);
    alloc_free(asked);
}

static void finish(struct entries_call *asked)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(GATE_JSON_MAX);
    enum status s = write_entries(asked, &json);
    answer(asked, s,
           s == STATUS_OK ? buffer_bytes(&json) : (struct bytes){NULL, 0});
}

static void on_keys(struct gate_fetch *fetch, enum status status)
{
    struct entries_call *asked = (struct entries_call *)fetch;
    if (status != STATUS_OK)
        asked->wants_texts = false; /* the keeper is away: lines only */
    finish(asked);
}

static void on_noted(void *context, enum status status, uint64_t number)
{
    struct entries_call *asked = context;
    (void)number;
    if (status != STATUS_OK) {
        answer(asked, status, (struct bytes){NULL, 0});
        return;
    }
    choose(asked);
    asked->fetch.count = asked->wants_texts ? asked->count : 0;
    gate_fetch_texts(&asked->fetch);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_entries_get *message)
{
    struct gate_person person;
    struct kind_wish wish;
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, message->session, &person);
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_READ_LOG))
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = read_wish(message->kind, &wish);
    if (s != STATUS_OK)
        return s;
    struct entries_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    asked->most = message->count == 0 || message->count > COUNT_MAX
                      ? (size_t)COUNT_MAX
                      : message->count;
    asked->before = message->before;
    asked->wish = wish;
    asked->fetch.call.asker = gate_asker_of(gate, channel, message->id);
    asked->fetch.entries = asked->numbers;
    asked->fetch.on_done = on_keys;
    asked->wants_texts = gate_person_may(&person, RIGHT_READ_TEXTS);
    gate_call_begin(gate, &asked->fetch.call);
    s = gate_reading_note(gate, &person, "entries", on_noted, asked);
    if (s == STATUS_OK)
        return STATUS_OK;
    gate_call_end(&asked->fetch.call);
    alloc_free(asked);
    return s;
}

void gate_on_entries_get(void *context, struct channel *channel,
                         const struct message_entries_get *message,
                         int descriptor)
{
    (void)descriptor;
    struct message_entries_get_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_entries_get_answer(channel, &reply, -1),
                  "entries_get");
}
