/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of personal video: a page of its rows. */
#include "roles/web/api.h"

ON_DOCUMENT(ledger_get)

void web_ledger(struct web_client *client, const struct request *request,
                uint64_t number)
{
    (void)number;
    int64_t next = 0;
    struct message_ledger_get message = {.to_us = INT64_MAX};
    if (!web_api_optional_number(request, "from", INT64_MAX,
                                 &message.from_us) ||
        !web_api_optional_number(request, "to", INT64_MAX, &message.to_us) ||
        !web_api_optional_number(request, "next", INT64_MAX, &next) ||
        message.from_us >= message.to_us) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    message.session = web_call_session(&api->call);
    message.next = (uint64_t)next;
    ASK(api, ledger_get, &message);
}
