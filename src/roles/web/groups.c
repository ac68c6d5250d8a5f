/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves of a view's span, with salts and proofs (store/leaf_group.h), as they
 * come from the vault: a ticket, one question, one answer. */
#include <stdio.h>

#include "base/alloc.h"
#include "model/camera.h"
#include "roles/web/api.h"
#include "sys/socket.h"

struct groups_call {
    struct web_call call; /* first */
    struct web_ticket ticket;
    uint32_t camera;
    int64_t from_us;
    int64_t to_us;
};

static void lost(struct web_call *call)
{
    web_call_refuse(call, PROBLEM_VAULT_AWAY);
}

static void release(struct web_call *call)
{
    web_ticket_deinit(&((struct groups_call *)call)->ticket);
}

static void answer(struct groups_call *groups, struct bytes body,
                   int64_t next_us)
{
    char headers[64];
    int size = snprintf(headers, sizeof headers, "X-Haechi-Next: %lld\r\n",
                        (long long)next_us);
    const struct response response = {
        .code = 200,
        .kind = RESPONSE_API,
        .type = "application/octet-stream",
        .headers = {headers, (size_t)size},
    };
    connection_answer(groups->call.client->connection, &response, body,
                      web_now_ms(groups->call.web));
    web_call_end(&groups->call);
}

static void on_groups(void *context, enum status status,
                      const struct message_groups_get_reply *reply,
                      int descriptor)
{
    struct groups_call *groups = context;
    struct bytes body = {NULL, 0};
    web_call_answered(&groups->call);
    if (status == STATUS_OK && reply != NULL && reply->bytes > 0)
        status = sealed_memory_map(descriptor, reply->bytes, &body);
    socket_close(&descriptor);
    if (groups->call.client == NULL)
        web_call_end(&groups->call);
    else if (status != STATUS_OK || reply == NULL)
        web_call_refuse(&groups->call, problem_of_vault(status));
    else
        answer(groups, body, reply->next_us);
    sealed_memory_unmap(&body);
}

static void on_ticket(void *context, enum status status,
                      const struct message_ticket_get_reply *reply,
                      int descriptor)
{
    struct groups_call *groups = context;
    (void)descriptor;
    web_call_answered(&groups->call);
    if (groups->call.client == NULL) {
        web_call_end(&groups->call);
        return;
    }
    if (status == STATUS_OK && reply != NULL)
        status = web_ticket_take(&groups->ticket, reply->ticket);
    if (status != STATUS_OK) {
        web_call_refuse(&groups->call, problem_of_gate(status));
        return;
    }
    const struct message_groups_get message = {
        .ticket = buffer_bytes(&groups->ticket.sealed),
        .camera = groups->camera,
        .from_us = groups->from_us,
        .to_us = groups->to_us,
    };
    struct channel *vault = web_call_ask(&groups->call, ROLE_VAULT);
    if (vault != NULL && message_groups_get_send(vault, &message, -1,
                                                 on_groups,
                                                 groups) == STATUS_OK)
        return;
    web_call_answered(&groups->call);
    web_call_refuse(&groups->call, PROBLEM_VAULT_AWAY);
}

void web_view_groups(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    int64_t camera = 0;
    int64_t from_us = 0;
    int64_t to_us = 0;
    if (!request_query_number(request, "camera", CAMERA_NUMBER_MIN,
                              STREAM_NUMBER_MAX, &camera) ||
        !request_query_number(request, "from", 0, INT64_MAX, &from_us) ||
        !request_query_number(request, "to", from_us + 1, INT64_MAX,
                              &to_us)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    struct groups_call *groups = alloc_zeroed(sizeof *groups);
    if (groups == NULL) {
        web_api_refuse(client, PROBLEM_GATE_AWAY);
        return;
    }
    web_ticket_init(&groups->ticket, number);
    groups->camera = (uint32_t)camera;
    groups->from_us = from_us;
    groups->to_us = to_us;
    groups->call.lost = lost;
    groups->call.release = release;
    web_call_begin(&groups->call, client, request);
    if (web_ticket_ask(&groups->ticket, &groups->call, on_ticket) !=
        STATUS_OK)
        web_call_refuse(&groups->call, PROBLEM_GATE_AWAY);
}
