/* SPDX-License-Identifier: Apache-2.0 */
/* C2SP tlog-witness: add-checkpoint, handed to the gate as it came. */
#include "roles/web/api.h"

enum { CODE_CONFLICT = 409 };

static void on_witness_ask(void *context, enum status status,
                           const struct message_witness_ask_reply *reply,
                           int descriptor)
{
    (void)descriptor;
    if (status != STATUS_OK || reply == NULL)
        web_api_finish(context, status == STATUS_OK ? STATUS_IO : status,
                       (struct bytes){NULL, 0}, (struct text){NULL, 0});
    else
        web_api_finish_text(context, reply->code,
                            reply->code == CODE_CONFLICT
                                ? "text/x.tlog.size"
                                : "text/plain; charset=utf-8",
                            reply->body);
}

void web_witness(struct web_client *client, const struct request *request,
                 uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_witness_ask message = {
        .body = request->body,
        .address = text_of(client->address),
    };
    ASK(api, witness_ask, &message);
}
