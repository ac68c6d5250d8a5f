/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders of evidence packages, newest first, with their texts: whoever is to
 * say yes reads for whom and why. Who may take video out sees those of cameras
 * that they may see, and their own; who reads the log's texts sees all.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/text/fetch.h"

enum {
    ORDERS_MOST = 50, /* one list; the newest */
    LOOKED_AT_MOST = 400,
    ROOM_KEPT = 24576, /* for the order that comes next and the end */
};

struct orders_call {
    struct gate_fetch fetch; /* first */
    struct gate_person person;
    uint64_t entries[ORDERS_MOST];
    size_t count;
};

/* ---- which ---- */

static bool may_see(const struct gate *gate, const struct gate_person *person,
                    const struct export_order *order)
{
    struct reader in = reader_on(bytes_of(order->cameras, order->cameras_size));
    if (order->account == person->account.number ||
        gate_person_may(person, RIGHT_READ_TEXTS))
        return true;
    while (reader_more(&in)) {
        if (gate_person_camera(gate, person, RIGHT_EXPORT, reader_u32be(&in)) ==
            NULL)
            return false;
    }
    return gate_person_may(person, RIGHT_EXPORT);
}

static enum status choose(struct orders_call *call, uint64_t wanted)
{
    struct gate *gate = call->fetch.call.gate;
    struct log_store *store = log_writer_store(gate->log);
    uint64_t number = wanted != 0 ? wanted + 1 : log_store_count(store);
    size_t looked_at = 0;
    if (number > log_store_count(store))
        return STATUS_NOT_FOUND;
    while (number-- > wanted && call->count < ORDERS_MOST &&
           looked_at < LOOKED_AT_MOST) {
        struct export_order order;
        if (log_store_kind(store, number) != ENTRY_EXPORT_ASKED)
            continue;
        enum status s = gate_export_order_find(gate, number, &order);
        if (s != STATUS_OK)
            return s;
        looked_at++;
        if (may_see(gate, &call->person, &order))
            call->entries[call->count++] = number;
    }
    return wanted != 0 && call->count == 0 ? STATUS_NOT_FOUND : STATUS_OK;
}

/* ---- the document ---- */

static void put_text(const struct gate *gate, struct json *json,
                     uint64_t entry, const char *member)
{
    char plain[LOG_TEXT_MAX];
    size_t size = 0;
    (void)gate_text_read(gate, entry, member, plain, &size);
    gate_put_named_text(json, member, (struct text){plain, size});
    secret_wipe(plain, sizeof plain);
}

static void put_name(const struct gate *gate, struct json *json,
                     const char *name, uint32_t account)
{
    struct account known;
    bool is_known = account != 0 &&
                    account_get(gate->office, account, &known) == STATUS_OK;
    gate_put_named_text(json, name, text_of(is_known ? known.name : ""));
}

static void put_cameras(struct json *json, const struct export_order *order)
{
    struct reader in = reader_on(bytes_of(order->cameras, order->cameras_size));
    gate_put_name(json, "cameras");
    gate_put_open(json, '[');
    while (reader_more(&in))
        gate_put_number(json, reader_u32be(&in));
    gate_put_close(json, ']');
}

static void put_state(const struct gate *gate, struct json *json,
                      const struct export_order *order)
{
    static const char *const STATES[] = {
        [EXPORT_ORDER_WAITING] = "waiting", [EXPORT_ORDER_READY] = "ready",
        [EXPORT_ORDER_DECLINED] = "declined",
        [EXPORT_ORDER_EXPIRED] = "expired", [EXPORT_ORDER_MADE] = "made",
    };
    size_t tries = order->export_count;
    gate_put_named_text(json, "state", text_of(STATES[order->state]));
    gate_put_name(json, "second");
    gate_put_bool(json, order->needs_second);
    gate_put_named_number(json, "expires_us", order->expires.us);
    gate_put_named_number(json, "answer_entry", (int64_t)order->answer_entry);
    put_name(gate, json, "answered_by", order->answer_account);
    gate_put_named_number(json, "export",
                          tries == 0 ? 0 : (int64_t)order->exports[tries - 1]);
    gate_put_named_number(json, "made_entry", (int64_t)order->made_entry);
}

static enum status write_order(const struct orders_call *call,
                               struct json *json, uint64_t number)
{
    const struct gate *gate = call->fetch.call.gate;
    AUTO(buffer_deinit) struct buffer masked = buffer_with_limit(LOG_LINE_MAX);
    struct export_order order;
    enum status s = gate_export_order_find(gate, number, &order);
    if (s != STATUS_OK)
        return s;
    (void)gate_export_masked(
        gate, bytes_of(order.cameras, order.cameras_size), &masked);
    gate_put_open(json, '{');
    gate_put_named_number(json, "order", (int64_t)number);
    gate_put_named_number(json, "time_us", order.time.us);
    gate_put_named_number(json, "account", order.account);
    put_name(gate, json, "asked_by", order.account);
    gate_put_name(json, "own");
    gate_put_bool(json, order.account == call->person.account.number);
    put_cameras(json, &order);
    gate_put_camera_list(json, "masked", buffer_text(&masked));
    gate_put_named_number(json, "from_us", order.asked.from.us);
    gate_put_named_number(json, "to_us", order.asked.to.us);
    gate_put_named_text(json, "purpose", text_of(order.purpose));
    gate_put_named_number(json, "provided", order.is_provided);
    gate_put_named_number(json, "until_us", order.until.us);
    put_state(gate, json, &order);
    put_text(gate, json, number, "why");
    put_text(gate, json, number, "ground");
    put_text(gate, json, number, "receiver");
    put_text(gate, json, number, "conditions");
    gate_put_close(json, '}');
    return STATUS_OK;
}

static enum status write_orders(const struct orders_call *call,
                                struct buffer *out)
{
    const struct gate *gate = call->fetch.call.gate;
    const struct plant_exports *rule = &gate->configuration.plant->exports;
    struct json json = gate_put_on(out);
    enum status s = STATUS_OK;
    gate_put_open(&json, '{');
    gate_put_name(&json, "orders");
    gate_put_open(&json, '[');
    for (size_t i = 0; s == STATUS_OK && i < call->count &&
                       out->size + ROOM_KEPT < GATE_JSON_MAX;
         i++)
        s = write_order(call, &json, call->entries[i]);
    gate_put_close(&json, ']');
    gate_put_name(&json, "second_person");
    gate_put_bool(&json, rule->needs_second);
    gate_put_name(&json, "password_again");
    gate_put_bool(&json, gate_export_needs_password(gate, &call->person));
    gate_put_named_number(&json, "approval_hours", rule->approval_hours);
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_close(&json, '}');
    return s == STATUS_OK ? buffer_status(out) : s;
}

/* ---- the answer ---- */

static void finish(struct orders_call *call, enum status status)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(GATE_JSON_MAX);
    struct channel *channel =
        gate_asker_channel(call->fetch.call.gate, &call->fetch.call.asker);
    if (status == STATUS_OK)
        status = write_orders(call, &text);
    const struct message_export_orders_get_reply reply = {
        .id = call->fetch.call.asker.id,
        .status = status,
        .json = status == STATUS_OK ? buffer_bytes(&text)
                                    : (struct bytes){NULL, 0},
    };
    if (channel != NULL)
        gate_sent(message_export_orders_get_answer(channel, &reply, -1),
                  "export_orders_get");
    if (text.data != NULL)
        secret_wipe(text.data, text.size);
    gate_call_end(&call->fetch.call);
    alloc_free(call);
}

static void on_fetched(struct gate_fetch *fetch, enum status status)
{
    finish((struct orders_call *)fetch, status);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_export_orders_get *message)
{
    struct gate_person person;
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, message->session, &person);
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_EXPORT) &&
        !gate_person_may(&person, RIGHT_READ_TEXTS))
        s = STATUS_DENIED;
    if (s != STATUS_OK)
        return s;
    struct orders_call *call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    call->person = person;
    call->fetch.call.asker = gate_asker_of(gate, channel, message->id);
    gate_call_begin(gate, &call->fetch.call);
    s = choose(call, message->order);
    if (s != STATUS_OK) {
        gate_call_end(&call->fetch.call);
        alloc_free(call);
        return s;
    }
    call->fetch.entries = call->entries;
    call->fetch.count = call->count;
    call->fetch.on_done = on_fetched;
    gate_fetch_texts(&call->fetch);
    return STATUS_OK;
}

void gate_on_export_orders_get(void *context, struct channel *channel,
                               const struct message_export_orders_get *message,
                               int descriptor)
{
    (void)descriptor;
    struct message_export_orders_get_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_orders_get_answer(channel, &reply, -1),
                  "export_orders_get");
}
