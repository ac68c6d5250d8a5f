/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/witness/outbox.h"
#include "roles/gate/witness/witnesses.h"


enum {
    ANSWER_LIMIT_US = 60 * SECOND_US, /* the courier's own limits are shorter */
};

/* One after the other; each looks whether the outbox is free. */
static void work(struct gate *gate)
{
    gate_timestamps_work(gate);
    gate_witnesses_work(gate);
}

static void answer(struct gate *gate, unsigned code, struct text detail,
                   struct bytes body)
{
    gate_letter_fn *on_answer = gate->outbox.on_answer;
    gate->outbox.on_answer = NULL;
    if (on_answer != NULL)
        on_answer(gate, code, detail, body);
}

static void give_up(struct gate *gate, const char *why)
{
    answer(gate, 0, text_of(why), (struct bytes){NULL, 0});
}

bool gate_outbox_is_free(const struct gate *gate)
{
    const struct gate_outbox *outbox = &gate->outbox;
    return outbox->is_asked && outbox->on_answer == NULL &&
           !gate->stop.is_asked &&
           gate_asker_channel(gate, &outbox->courier) != NULL;
}

void gate_outbox_post(struct gate *gate, const struct gate_letter *letter,
                      gate_letter_fn *on_answer)
{
    struct gate_outbox *outbox = &gate->outbox;
    const struct plant_server *to = letter->to;
    struct message_outbox_wait_reply reply = {
        .id = outbox->courier.id,
        .item = ++outbox->item,
        .host = to->host,
        .port = to->port,
        .path = letter->path,
        .type = letter->type,
        .body = letter->body,
    };
    if (to->is_secure)
        reply.certificate = bytes_of(to->fingerprint, PLANT_FINGERPRINT_SIZE);
    outbox->is_asked = false;
    outbox->on_answer = on_answer;
    outbox->sent_boot_us = clock_boot(gate->process.clock).us;
    gate_sent(message_outbox_wait_answer(
                  gate_asker_channel(gate, &outbox->courier), &reply, -1),
              "outbox_wait");
}

void gate_outbox_tick(struct gate *gate)
{
    if (gate->outbox.on_answer != NULL &&
        clock_boot(gate->process.clock).us - gate->outbox.sent_boot_us >
            ANSWER_LIMIT_US)
        give_up(gate, "no answer");
    work(gate);
}

void gate_on_outbox_wait(void *context, struct channel *channel,
                         const struct message_outbox_wait *message,
                         int descriptor)
{
    struct gate *gate = context;
    const struct message_outbox_wait_reply away = {.id = message->id,
                                                   .status = STATUS_AGAIN};
    (void)descriptor;
    if (!gate->is_started) {
        gate_sent(message_outbox_wait_answer(channel, &away, -1),
                  "outbox_wait");
        return;
    }
    /* Whoever asks carries nothing: what was on its way is lost. */
    give_up(gate, "lost on the way");
    gate->outbox.courier = gate_asker_of(gate, channel, message->id);
    gate->outbox.is_asked = true;
    work(gate);
}

void gate_on_outbox_result(void *context, struct channel *channel,
                           const struct message_outbox_result *message,
                           int descriptor)
{
    struct gate *gate = context;
    const struct message_outbox_result_reply reply = {.id = message->id};
    (void)descriptor;
    if (gate->is_started && message->item == gate->outbox.item)
        answer(gate, message->code, message->detail, message->body);
    gate_sent(message_outbox_result_answer(channel, &reply, -1),
              "outbox_result");
}
