/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "roles/web/web.h"

void web_call_begin(struct web_call *call, struct web_client *client,
                    const struct request *request)
{
    struct web *web = client->web;
    call->web = web;
    call->client = client;
    call->peer = ROLE_COUNT;
    if (!text_copy(request->session, call->session, sizeof call->session))
        call->session[0] = 0;
    call->next = web->calls;
    if (web->calls != NULL)
        web->calls->previous = call;
    web->calls = call;
    client->call = call;
}

void web_call_end(struct web_call *call)
{
    struct web_client *client = call->client;
    if (call->release != NULL)
        call->release(call);
    if (call->next != NULL)
        call->next->previous = call->previous;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        call->web->calls = call->next;
    alloc_free(call);
    if (client == NULL)
        return;
    client->call = NULL;
    web_client_turn(client);
}

struct channel *web_call_ask(struct web_call *call, enum role peer)
{
    struct channel *channel = call->web->process.peers[peer];
    if (channel == NULL)
        return NULL;
    call->peer = peer;
    call->attachment = call->web->attached[peer];
    call->retry_ms = 0;
    return channel;
}

void web_call_answered(struct web_call *call)
{
    call->peer = ROLE_COUNT;
}

struct text web_call_session(const struct web_call *call)
{
    return text_of(call->session);
}

void web_call_refuse(struct web_call *call, enum problem problem)
{
    if (call->client != NULL)
        connection_refuse(call->client->connection, problem,
                          web_now_ms(call->web));
    web_call_end(call);
}

void web_call_peer_replaced(struct web *web, enum role peer)
{
    uint64_t now = ++web->attached[peer];
    struct web_call *call = web->calls;
    while (call != NULL) {
        if (call->peer != peer || call->attachment == now) {
            call = call->next;
            continue;
        }
        call->peer = ROLE_COUNT;
        call->lost(call);
        call = web->calls; /* the list may be another one now */
    }
}

void web_call_sweep(struct web *web)
{
    int64_t now_ms = web_now_ms(web);
    struct web_call *call = web->calls;
    while (call != NULL) {
        if (call->retry_ms == 0 || call->retry_ms > now_ms) {
            call = call->next;
            continue;
        }
        call->retry_ms = 0;
        call->again(call);
        call = web->calls;
    }
}
