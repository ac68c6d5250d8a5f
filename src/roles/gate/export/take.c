/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was asked for is taken out, by whoever has asked: its texts are read from
 * the log, so that what leaves is what was approved, word for word.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/text/fetch.h"
#include "roles/gate/view/view.h"

enum { TEXTS = 4, ADDRESS_SIZE = 65 };

static const char *const MEMBERS[TEXTS] = {"why", "ground", "receiver",
                                           "conditions"};

struct take_call {
    struct gate_fetch fetch; /* first */
    struct gate_person person;
    struct export_order order;
    bool has_password;
    char address[ADDRESS_SIZE];
    char texts[TEXTS][LOG_TEXT_MAX];
    size_t sizes[TEXTS];
};

static void finish(struct take_call *call, enum status status, uint64_t view,
                   struct bytes json)
{
    struct gate *gate = call->fetch.call.gate;
    struct channel *channel =
        gate_asker_channel(gate, &call->fetch.call.asker);
    const struct message_export_take_reply reply = {
        .id = call->fetch.call.asker.id,
        .status = status,
        .view = view,
        .json = json,
    };
    if (channel != NULL)
        gate_sent(message_export_take_answer(channel, &reply, -1),
                  "export_take");
    gate_call_end(&call->fetch.call);
    secret_wipe(call, sizeof *call);
    alloc_free(call);
}

static void on_taken(void *context, enum status status, uint64_t view,
                     struct bytes json)
{
    finish(context, status, view, json);
}

static struct text text_at(const struct take_call *call, size_t index)
{
    return (struct text){call->texts[index], call->sizes[index]};
}

static enum status read_texts(struct take_call *call)
{
    for (size_t i = 0; i < TEXTS; i++) {
        if (gate_text_read(call->fetch.call.gate, call->order.entry, MEMBERS[i],
                           call->texts[i],
                           &call->sizes[i]) != GATE_TEXT_THERE)
            return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

static enum status take(struct take_call *call)
{
    AUTO(buffer_deinit) struct buffer shown = buffer_with_limit(LOG_LINE_MAX);
    struct gate *gate = call->fetch.call.gate;
    const struct export_order *order = &call->order;
    enum status s = read_texts(call);
    struct export_wish wish = {
        .cameras = bytes_of(order->cameras, order->cameras_size),
        .asked = order->asked,
        .until = order->until,
        .is_provided = order->is_provided,
        .has_password = call->has_password,
        .purpose = text_of(order->purpose),
        .reason = text_at(call, 0),
        .ground = text_at(call, 1),
        .receiver = text_at(call, 2),
        .conditions = text_at(call, 3),
        .address = text_of(call->address),
        .order = order->entry,
        .approval = order->is_approved ? order->answer_entry : 0,
    };
    if (s == STATUS_OK)
        s = gate_export_check(gate, &call->person, &wish, &shown);
    return s == STATUS_OK ? gate_export_begin(gate, &call->person, &wish,
                                              buffer_text(&shown), on_taken,
                                              call)
                          : s;
}

static void on_fetched(struct gate_fetch *fetch, enum status status)
{
    struct take_call *call = (struct take_call *)fetch;
    if (status == STATUS_OK)
        status = take(call);
    if (status != STATUS_OK)
        finish(call, status, 0, (struct bytes){NULL, 0});
}

/* A mask may have been added since it was asked for without one. */
static enum export_refusal refusal_of(const struct gate *gate,
                                      const struct gate_person *person,
                                      const struct export_order *order)
{
    struct bytes cameras = bytes_of(order->cameras, order->cameras_size);
    if (order->state == EXPORT_ORDER_WAITING ||
        (order->state == EXPORT_ORDER_READY && !order->is_approved &&
         gate_export_needs_second(gate, cameras)))
        return EXPORT_REFUSED_APPROVAL;
    if (order->state != EXPORT_ORDER_READY)
        return EXPORT_REFUSED_OVER;
    return gate_export_needs_password(gate, person) ? EXPORT_REFUSED_PASSWORD
                                                    : EXPORT_REFUSED_NOT;
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_export_take *message,
                         uint8_t *refusal)
{
    struct gate_person person;
    struct export_order order;
    enum status s = gate_viewer_find(gate, message->session, &person);
    if (s == STATUS_OK)
        s = gate_export_order_find(gate, message->order, &order);
    if (s == STATUS_OK && order.account != person.account.number)
        s = STATUS_DENIED;
    if (s == STATUS_OK && message->has_password > 1)
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    const struct export_denial denial = {
        .refusal = refusal_of(gate, &person, &order),
        .order = message->order,
        .address = message->address,
    };
    *refusal = (uint8_t)denial.refusal;
    if (denial.refusal != EXPORT_REFUSED_NOT) {
        gate_export_deny(gate, &person, &denial);
        return STATUS_DENIED;
    }
    struct take_call *call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    call->person = person;
    call->order = order;
    call->has_password = message->has_password == 1;
    if (!text_copy(message->address, call->address, sizeof call->address))
        call->address[0] = 0;
    call->fetch.entries = &call->order.entry;
    call->fetch.count = 1;
    call->fetch.on_done = on_fetched;
    call->fetch.call.asker = gate_asker_of(gate, channel, message->id);
    gate_call_begin(gate, &call->fetch.call);
    gate_fetch_texts(&call->fetch);
    return STATUS_OK;
}

void gate_on_export_take(void *context, struct channel *channel,
                         const struct message_export_take *message,
                         int descriptor)
{
    (void)descriptor;
    struct message_export_take_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message, &reply.refusal);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_take_answer(channel, &reply, -1),
                  "export_take");
}
