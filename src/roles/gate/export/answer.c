/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another person's word on what was asked for: yes or no. Whoever asked cannot
 * give it, nor another account of the same person of the notice; and it counts
 * for cameras only that the one who gives it may take video out of, too.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/view/view.h"

enum { HOUR_S = 3600 };

struct answer_call {
    struct gate *gate;
    struct gate_asker asker;
    uint64_t order;
};

void gate_export_write_noted(const char *name, uint64_t number,
                             uint64_t entry, struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, name, (int64_t)number);
    gate_put_named_number(&json, "entry", (int64_t)entry);
    gate_put_close(&json, '}');
}

static void on_entry(void *context, enum status status, uint64_t number)
{
    AUTO(alloc_release) struct answer_call *call = context;
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct channel *channel = gate_asker_channel(call->gate, &call->asker);
    if (status == STATUS_OK)
        gate_export_write_noted("order", call->order, number, &text);
    const struct message_export_answer_reply reply = {
        .id = call->asker.id, .status = status, .json = buffer_bytes(&text)};
    if (channel != NULL)
        gate_sent(message_export_answer_answer(channel, &reply, -1),
                  "export_answer");
}

/* One human may have two accounts, but not two places in the notice. */
static enum status is_own(struct gate *gate, const struct gate_person *person,
                          const struct export_order *order, bool *out)
{
    struct account asked;
    enum status s = account_get(gate->office, order->account, &asked);
    *out = order->account == person->account.number ||
           (s == STATUS_OK && strcmp(asked.person, person->account.person) == 0);
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

static enum status check_cameras(struct gate *gate,
                                 const struct gate_person *person,
                                 const struct export_order *order,
                                 struct text address)
{
    struct reader in = reader_on(bytes_of(order->cameras, order->cameras_size));
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reader_more(&in))
        s = gate_camera_check(gate, person, RIGHT_EXPORT, reader_u32be(&in),
                              text_of(order->purpose), address);
    return s;
}

static enum status refusal_of(struct gate *gate,
                              const struct gate_person *person,
                              const struct export_order *order,
                              enum export_refusal *out)
{
    bool own = false;
    enum status s = is_own(gate, person, order, &own);
    if (own)
        *out = EXPORT_REFUSED_OWN;
    else if (order->state != EXPORT_ORDER_WAITING)
        *out = EXPORT_REFUSED_OVER;
    else if (gate_export_needs_password(gate, person))
        *out = EXPORT_REFUSED_PASSWORD;
    return s;
}

static struct entry answer_entry(const struct gate *gate,
                                 const struct gate_person *person,
                                 const struct message_export_answer *message)
{
    bool is_yes = message->is_approved == 1;
    int64_t hours = gate->configuration.plant->exports.approval_hours;
    const struct wall_time expires = {
        gate_now(gate).us + hours * HOUR_S * (int64_t)SECOND_US};
    struct entry entry =
        entry_of(is_yes ? ENTRY_EXPORT_APPROVED : ENTRY_EXPORT_DECLINED);
    entry_number(&entry, "account", person->account.number);
    entry_number(&entry, "order", (int64_t)message->order);
    if (is_yes)
        entry_time(&entry, "expires", expires);
    else
        entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return entry;
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_export_answer *message,
                         uint8_t *refused)
{
    struct gate_person person;
    struct export_order order;
    enum export_refusal refusal = EXPORT_REFUSED_NOT;
    enum status s = gate_viewer_find(gate, message->session, &person);
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_EXPORT))
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = gate_export_order_find(gate, message->order, &order);
    if (s == STATUS_OK)
        s = check_cameras(gate, &person, &order, message->address);
    if (s == STATUS_OK && message->is_approved > 1)
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK && message->is_approved == 0)
        s = gate_reason_check(message->reason);
    if (s == STATUS_OK)
        s = refusal_of(gate, &person, &order, &refusal);
    if (s != STATUS_OK)
        return s;
    *refused = (uint8_t)refusal;
    if (refusal != EXPORT_REFUSED_NOT) {
        const struct export_denial denial = {.refusal = refusal,
                                             .order = message->order,
                                             .address = message->address};
        gate_export_deny(gate, &person, &denial);
        return STATUS_DENIED;
    }
    struct answer_call *call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    *call = (struct answer_call){
        gate, gate_asker_of(gate, channel, message->id), message->order};
    const struct entry entry = answer_entry(gate, &person, message);
    s = gate_append(gate, &entry, on_entry, call);
    if (s != STATUS_OK)
        alloc_free(call);
    return s;
}

void gate_on_export_answer(void *context, struct channel *channel,
                           const struct message_export_answer *message,
                           int descriptor)
{
    (void)descriptor;
    struct message_export_answer_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message, &reply.refusal);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_answer_answer(channel, &reply, -1),
                  "export_answer");
}
