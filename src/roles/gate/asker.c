/* SPDX-License-Identifier: Apache-2.0 */
/* Requests whose answer comes late: by then the asker may be another. */
#include "roles/gate/gate.h"
#include "sys/logger.h"

struct gate_asker gate_asker_of(const struct gate *gate,
                                struct channel *channel, uint32_t id)
{
    enum role peer = channel_peer(channel);
    return (struct gate_asker){id, peer, gate->attached[peer]};
}

struct channel *gate_asker_channel(const struct gate *gate,
                                   const struct gate_asker *asker)
{
    if (asker->peer == ROLE_SUPERVISOR)
        return gate->process.control;
    return gate->attached[asker->peer] == asker->attachment
               ? gate->process.peers[asker->peer]
               : NULL;
}

void gate_sent(enum status status, const char *what)
{
    if (status != STATUS_OK && status != STATUS_IO)
        log_line(LOG_ERROR, "answer not sent message=%s status=%s", what,
                 status_name(status));
}

void gate_call_begin(struct gate *gate, struct gate_call *call)
{
    call->gate = gate;
    call->peer = ROLE_COUNT;
    call->next = gate->calls;
    call->link = &gate->calls;
    if (call->next != NULL)
        call->next->link = &call->next;
    gate->calls = call;
}

void gate_call_end(struct gate_call *call)
{
    *call->link = call->next;
    if (call->next != NULL)
        call->next->link = call->link;
}

struct channel *gate_call_ask(struct gate_call *call, enum role peer)
{
    struct channel *channel = call->gate->process.peers[peer];
    call->peer = channel == NULL ? ROLE_COUNT : peer;
    call->attachment = call->gate->attached[peer];
    return channel;
}

/* lost ends and frees calls, perhaps several: begin anew after each. */
void gate_calls_peer_replaced(struct gate *gate, enum role peer)
{
    struct gate_call *call = gate->calls;
    while (call != NULL) {
        if (call->peer != peer || call->attachment == gate->attached[peer]) {
            call = call->next;
            continue;
        }
        call->peer = ROLE_COUNT;
        call->lost(call);
        call = gate->calls;
    }
}
