/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to destroy, the list of destructions, their records. */
#include "base/cleanup.h"
#include "model/camera.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    REASON_MAX_BYTES = 1024, /* fields of ipc/messages.def */
    REQUEST_MAX_BYTES = 64,
    KIND_MAX_BYTES = 16,
    COUNT_DEFAULT = 50,
    COUNT_MAX = 200,
};

ON_JSON(destructions_get)
ON_JSON(destruction_get)

static void on_destruction_order(void *context, enum status status,
                                 const struct message_destruction_order_reply
                                     *reply,
                                 int descriptor)
{
    (void)descriptor;
    if (status == STATUS_CONFLICT && reply != NULL && reply->hold != 0)
        web_hold_refuses(context, reply->hold);
    else
        web_api_finish(context, status,
                       reply == NULL ? (struct bytes){NULL, 0} : reply->json,
                       (struct text){NULL, 0});
}

static void on_destruction_page(void *context, enum status status,
                                const struct message_destruction_page_reply
                                    *reply,
                                int descriptor)
{
    (void)descriptor;
    web_api_finish_page(context, status,
                        reply == NULL ? (struct bytes){NULL, 0} : reply->html);
}

void web_destructions(struct web_client *client, const struct request *request,
                      uint64_t number)
{
    (void)number;
    int64_t before = 0;
    int64_t count = COUNT_DEFAULT;
    struct message_destructions_get message = {.local = client->is_local};
    if (!request_query(request, "kind", &message.kind))
        message.kind = (struct text){NULL, 0};
    bool is_bad =
        !web_api_optional_number(request, "before", INT64_MAX, &before) ||
        !web_api_optional_number(request, "count", COUNT_MAX, &count) ||
        message.kind.size > KIND_MAX_BYTES;
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    message.session = web_call_session(&api->call);
    message.before = (uint64_t)before;
    message.count = (uint16_t)count;
    ASK(api, destructions_get, &message);
}

/* Without from and to: all there is of the camera. decommission: 1, and no
 * camera. */
static bool read_order(const struct json_body *body,
                       struct message_destruction_order *out)
{
    static const char *const NAMES[] = {"camera",  "from",   "to",
                                        "request", "reason", "decommission",
                                        NULL};
    int64_t camera = 0;
    int64_t decommission = 0;
    struct text absent;
    if (!json_body_has_only(body, NAMES) ||
        !json_body_plain(body, "reason", REASON_MAX_BYTES, &out->reason))
        return false;
    bool is_all = json_body_number(body, "decommission", 1, 1, &decommission);
    bool has_camera = json_body_number(body, "camera", CAMERA_NUMBER_MIN,
                                       CAMERA_NUMBER_MAX, &camera);
    bool has_from = json_body_number(body, "from", 1, INT64_MAX, &out->from_us);
    bool has_to = json_body_number(body, "to", 1, INT64_MAX, &out->to_us);
    if (!json_body_text(body, "request", REQUEST_MAX_BYTES, &absent))
        absent = text_of("");
    out->request = absent;
    out->camera = (uint32_t)camera;
    out->decommission = is_all;
    return is_all != has_camera && has_from == has_to && !(is_all && has_from);
}

void web_destruction_order(struct web_client *client,
                           const struct request *request, uint64_t number)
{
    (void)number;
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_destruction_order message = {
        .address = text_of(client->address)};
    bool is_bad = json_body_read(request->body, &body) != STATUS_OK ||
                  !read_order(&body, &message);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 202;
    message.session = web_call_session(&api->call);
    ASK(api, destruction_order, &message);
}

void web_destruction(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    int64_t after = 0;
    bool is_bad = !web_api_optional_number(request, "after", INT64_MAX, &after);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    const struct message_destruction_get message = {
        .session = web_call_session(&api->call),
        .entry = number,
        .after = (uint64_t)after,
        .local = client->is_local,
    };
    ASK(api, destruction_get, &message);
}

void web_destruction_page(struct web_client *client,
                          const struct request *request, uint64_t number)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_destruction_page message = {
        .session = web_call_session(&api->call), .entry = number};
    ASK(api, destruction_page, &message);
}
