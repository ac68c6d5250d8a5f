/* SPDX-License-Identifier: Apache-2.0 */
/* Answers about destructions: the list of all, one record, its page. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "roles/gate/account/account.h"
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/text/keys.h"

enum {
    COUNT_MAX = 200,
    ROOM_KEPT = 4096, /* for the item that comes next and the end */
};

/* Who may read entries may read about destructions; on the local socket, the
 * machine's administrator may. *may_read_texts: the reasons too. */
static enum status check_reader(struct gate *gate, struct text session,
                                bool is_local, bool *may_read_texts)
{
    struct gate_person person;
    *may_read_texts = false;
    if (!gate->is_started)
        return STATUS_AGAIN;
    if (is_local && session.size == 0)
        return STATUS_OK;
    enum status s = gate_person_find(gate, session, &person);
    if (s != STATUS_OK)
        return s;
    *may_read_texts = gate_person_may(&person, RIGHT_READ_TEXTS);
    return gate_person_may(&person, RIGHT_READ_LOG) ? STATUS_OK
                                                    : STATUS_DENIED;
}

/* ---- the list ----------------------------------------------------------------
 */

struct list {
    const struct gate *gate;
    struct json json;
    struct text kind; /* "", "ordered" or "expired" */
    size_t count;
};

static void put_span(struct json *json, struct span span)
{
    gate_put_named_number(json, "from_us", span.from.us);
    gate_put_named_number(json, "to_us", span.to.us);
}

static void write_state(struct json *json, enum destruction_wait wait)
{
    gate_put_named_text(json, "state",
                        text_of(wait == DESTRUCTION_DONE ? "done" : "pending"));
    gate_put_named_text(json, "pending", text_of(destruction_wait_name(wait)));
}

static void write_order(struct list *list,
                        const struct destruction *destruction)
{
    struct json *json = &list->json;
    const struct order *order = &destruction->order;
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)destruction->entry);
    gate_put_named_text(json, "kind", text_of("ordered"));
    write_state(json, destruction->wait);
    gate_put_named_number(json, "camera", order->camera);
    put_span(json, order->asked);
    gate_put_named_number(json, "time_us", destruction->time.us);
    gate_put_named_number(json, "died_us", order->died.us);
    gate_put_named_number(json, "epoch", (int64_t)order->epoch);
    gate_put_named_number(json, "seeds", (int64_t)order->seeds_done);
    gate_put_named_number(json, "account", order->account);
    gate_put_name(json, "decommission");
    gate_put_bool(json, order->is_decommission);
    gate_put_close(json, '}');
    list->count++;
}

static void write_expiry(struct list *list,
                         const struct destruction_part *part)
{
    struct json *json = &list->json;
    gate_put_open(json, '{');
    gate_put_named_number(json, "entry", (int64_t)part->entry);
    gate_put_named_text(json, "kind", text_of(cause_name(part->cause)));
    write_state(json, DESTRUCTION_DONE);
    gate_put_named_number(json, "camera", part->camera);
    put_span(json, part->span);
    gate_put_named_number(json, "time_us", part->died.us);
    gate_put_named_number(json, "died_us", part->died.us);
    gate_put_named_number(json, "epoch", (int64_t)part->epoch);
    gate_put_named_number(json, "seeds", (int64_t)part->seeds);
    gate_put_close(json, '}');
    list->count++;
}

static enum status add_entry(struct list *list, uint64_t number)
{
    const struct log_store *store = log_writer_store(list->gate->log);
    enum entry_kind kind = log_store_kind(store, number);
    bool wants_orders = !text_equal(list->kind, text_of("expired"));
    bool wants_expiries = !text_equal(list->kind, text_of("ordered"));
    if (kind == ENTRY_DELETION_INTENT && wants_orders) {
        struct destruction destruction;
        enum status s = destruction_find(list->gate, number, &destruction);
        if (s == STATUS_OK)
            write_order(list, &destruction);
        return s;
    }
    if (kind != ENTRY_DELETION_DONE || !wants_expiries)
        return STATUS_OK;
    struct destruction_part part;
    enum status s = destruction_part_read(list->gate, number, &part);
    if (s == STATUS_OK && part.order == 0)
        write_expiry(list, &part);
    return s;
}

static enum status write_list(const struct gate *gate, uint64_t before,
                              size_t most, struct text kind,
                              struct buffer *out)
{
    struct list list = {
        .gate = gate, .json = gate_put_on(out), .kind = kind};
    uint64_t number = log_store_count(log_writer_store(gate->log));
    enum status s = STATUS_OK;
    if (before != 0 && before < number)
        number = before;
    gate_put_open(&list.json, '{');
    gate_put_name(&list.json, "destructions");
    gate_put_open(&list.json, '[');
    while (s == STATUS_OK && number > 0 && list.count < most &&
           out->size < GATE_JSON_MAX - ROOM_KEPT)
        s = add_entry(&list, --number);
    gate_put_close(&list.json, ']');
    gate_put_name(&list.json, "next");
    if (number > 0)
        gate_put_number(&list.json, (int64_t)number);
    else
        gate_put_null(&list.json);
    gate_put_named_number(&list.json, "orders_open",
                          (int64_t)orders_open(&gate->orders));
    gate_put_name(&list.json, "deletion_pending");
    gate_put_bool(&list.json, gate->pending != PENDING_NONE);
    gate_put_named_text(&list.json, "pending_reason",
                        text_of(pending_name(gate->pending)));
    gate_put_named_number(&list.json, "next_order_s", gate->next_order_s);
    gate_put_close(&list.json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

void gate_on_destructions_get(void *context, struct channel *channel,
                              const struct message_destructions_get *message,
                              int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(GATE_JSON_MAX);
    struct gate *gate = context;
    bool may_read_texts = false;
    (void)descriptor;
    struct message_destructions_get_reply reply = {.id = message->id};
    size_t most = message->count == 0 || message->count > COUNT_MAX
                      ? (size_t)COUNT_MAX
                      : message->count;
    reply.status = check_reader(gate, message->session, message->local != 0,
                                &may_read_texts);
    if (reply.status == STATUS_OK)
        reply.status =
            write_list(gate, message->before, most, message->kind, &json);
    if (reply.status == STATUS_OK)
        reply.json = buffer_bytes(&json);
    gate_sent(message_destructions_get_answer(channel, &reply, -1),
              "destructions_get");
}

/* ---- one record ----------------------------------------------------------------
 */

/* A record whose reason may need a month's key first. */
struct record_call {
    struct gate_call call; /* first */
    uint64_t entry;
    uint64_t after;
    bool is_page;
    bool wants_reason;
    uint32_t month;
};

static void answer(struct record_call *asked, enum status status,
                   struct bytes document)
{
    struct channel *channel =
        gate_asker_channel(asked->call.gate, &asked->call.asker);
    const struct message_destruction_get_reply record = {
        .id = asked->call.asker.id, .status = status, .json = document};
    const struct message_destruction_page_reply page = {
        .id = asked->call.asker.id, .status = status, .html = document};
    if (channel != NULL)
        gate_sent(asked->is_page
                      ? message_destruction_page_answer(channel, &page, -1)
                      : message_destruction_get_answer(channel, &record, -1),
                  "destruction_get");
    gate_call_end(&asked->call);
    alloc_free(asked);
}

static void finish(struct record_call *asked)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(GATE_JSON_MAX);
    const struct gate *gate = asked->call.gate;
    struct destruction destruction;
    struct destruction_reason reason = {.is_there = false};
    enum status s = destruction_find(gate, asked->entry, &destruction);
    if (s == STATUS_OK && destruction.is_order && asked->wants_reason)
        destruction_reason_read(gate, destruction.entry, &reason);
    if (s == STATUS_OK)
        s = asked->is_page
                ? destruction_write_page(gate, &destruction, &reason, &out)
                : destruction_write_json(gate, &destruction, asked->after,
                                         &reason, &out);
    secret_wipe(&reason, sizeof reason);
    answer(asked, s,
           s == STATUS_OK ? buffer_bytes(&out) : (struct bytes){NULL, 0});
}

static void lost(struct gate_call *call)
{
    finish((struct record_call *)call); /* without the reason */
}

static void on_key(void *context, enum status status,
                   const struct message_text_key_reply *reply, int descriptor)
{
    struct record_call *asked = context;
    (void)descriptor;
    if (status == STATUS_OK && reply != NULL)
        gate_texts_take(asked->call.gate, asked->month, reply->key);
    else if (status == STATUS_NOT_FOUND)
        gate_texts_take(asked->call.gate, asked->month, NULL);
    finish(asked);
}

struct month_walk {
    const struct gate *gate;
    bool is_missing;
    uint32_t month;
};

static void look_for_month(void *context, const struct sealed_text *sealed)
{
    struct month_walk *walk = context;
    bool is_known = false;
    (void)gate_texts_key(walk->gate, sealed->month, &is_known);
    walk->is_missing = walk->is_missing || !is_known;
    walk->month = sealed->month;
}

/* All texts of one entry are of one month. */
static void ask_month(struct record_call *asked, uint64_t entry)
{
    struct gate *gate = asked->call.gate;
    struct month_walk walk = {.gate = gate};
    struct channel *keeper = NULL;
    enum status s = log_store_texts(log_writer_store(gate->log), entry,
                                    look_for_month, &walk);
    if (s == STATUS_OK && walk.is_missing)
        keeper = gate_call_ask(&asked->call, ROLE_KEEPER);
    asked->month = walk.month;
    const struct message_text_key message = {.month = walk.month};
    if (keeper == NULL ||
        message_text_key_send(keeper, &message, -1, on_key, asked) !=
            STATUS_OK)
        finish(asked);
}

static enum status begin(struct gate *gate, const struct gate_asker *asker,
                         const struct record_call *wanted, struct text session,
                         bool is_local)
{
    struct destruction destruction;
    bool may_read_texts = false;
    enum status s = check_reader(gate, session, is_local, &may_read_texts);
    if (s == STATUS_OK)
        s = destruction_find(gate, wanted->entry, &destruction);
    if (s != STATUS_OK)
        return s;
    struct record_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    *asked = *wanted;
    asked->wants_reason = may_read_texts;
    asked->call.asker = *asker;
    asked->call.lost = lost;
    gate_call_begin(gate, &asked->call);
    if (may_read_texts && destruction.is_order)
        ask_month(asked, destruction.entry);
    else
        finish(asked);
    return STATUS_OK;
}

void gate_on_destruction_get(void *context, struct channel *channel,
                             const struct message_destruction_get *message,
                             int descriptor)
{
    (void)descriptor;
    struct message_destruction_get_reply reply = {.id = message->id};
    const struct gate_asker asker =
        gate_asker_of(context, channel, message->id);
    const struct record_call wanted = {.entry = message->entry,
                                       .after = message->after};
    reply.status = begin(context, &asker, &wanted, message->session,
                         message->local != 0);
    if (reply.status != STATUS_OK)
        gate_sent(message_destruction_get_answer(channel, &reply, -1),
                  "destruction_get");
}

void gate_on_destruction_page(void *context, struct channel *channel,
                              const struct message_destruction_page *message,
                              int descriptor)
{
    (void)descriptor;
    struct message_destruction_page_reply reply = {.id = message->id};
    const struct gate_asker asker =
        gate_asker_of(context, channel, message->id);
    const struct record_call wanted = {.entry = message->entry,
                                       .is_page = true};
    reply.status = begin(context, &asker, &wanted, message->session, false);
    if (reply.status != STATUS_OK)
        gate_sent(message_destruction_page_answer(channel, &reply, -1),
                  "destruction_page");
}
