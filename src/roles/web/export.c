/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence packages: asked for, approved, taken out, made, listed, their copies
 * destroyed; the password once more. */
#include <string.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "model/camera.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    CAMERAS_OF_EXPORT_MAX = 64, /* fields of ipc/messages.def */
    PURPOSE_MAX_BYTES = 64,
    SHORT_MAX_BYTES = 512,
    REASON_MAX_BYTES = 1024,
    PASSWORD_MAX_BYTES = 256,
    CREATED = 201,
    NO_CONTENT = 204,
};

ON_REFUSABLE(export_order)
ON_REFUSABLE(export_answer)
ON_REFUSABLE(export_take)
ON_JSON(export_orders_get)
ON_JSON(export_made)
ON_JSON(export_destroyed)
ON_JSON(exports_get)

static bool read_texts(const struct json_body *body,
                       struct message_export_order *out)
{
    return json_body_plain(body, "purpose", PURPOSE_MAX_BYTES,
                           &out->purpose) &&
           json_body_plain(body, "ground", SHORT_MAX_BYTES, &out->ground) &&
           json_body_plain(body, "receiver", SHORT_MAX_BYTES,
                           &out->receiver) &&
           json_body_plain(body, "conditions", REASON_MAX_BYTES,
                           &out->conditions) &&
           json_body_plain(body, "reason", REASON_MAX_BYTES, &out->reason);
}

static bool read_order(const struct json_body *body, struct buffer *cameras,
                       struct message_export_order *out)
{
    int64_t is_provided = 0;
    int64_t has_password = 0;
    int64_t is_covered = 0;
    if (!json_body_numbers(body, "cameras", CAMERA_NUMBER_MIN,
                           CAMERA_NUMBER_MAX, CAMERAS_OF_EXPORT_MAX,
                           cameras) ||
        !json_body_number(body, "from", 1, INT64_MAX, &out->from_us) ||
        !json_body_number(body, "to", 1, INT64_MAX, &out->to_us) ||
        !json_body_number(body, "until", 1, INT64_MAX, &out->until_us) ||
        !json_body_number(body, "provided", 0, 1, &is_provided) ||
        !json_body_number(body, "password", 0, 1, &has_password) ||
        (json_body_has(body, "covered") &&
         !json_body_number(body, "covered", 0, 1, &is_covered)) ||
        !read_texts(body, out))
        return false;
    out->cameras = buffer_bytes(cameras);
    out->is_provided = (uint8_t)is_provided;
    out->has_password = (uint8_t)has_password;
    out->is_covered = (uint8_t)is_covered;
    return true;
}

/* only_asks: nothing leaves yet. */
static void order(struct web_client *client, const struct request *request,
                  bool only_asks)
{
    static const char *const NAMES[] = {
        "cameras", "from",     "to",         "until",  "provided", "password",
        "purpose", "ground",   "receiver",   "conditions", "reason",
        "covered", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    AUTO(buffer_deinit)
    struct buffer cameras = buffer_with_limit(4 * CAMERAS_OF_EXPORT_MAX);
    struct message_export_order message = {
        .only_asks = only_asks ? 1 : 0, .address = text_of(client->address)};
    bool is_bad = !json_body_only(request->body, NAMES, &body) ||
                  !read_order(&body, &cameras, &message);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.session = web_call_session(&api->call);
    ASK(api, export_order, &message);
}

void web_export_order(struct web_client *client, const struct request *request,
                      uint64_t number)
{
    (void)number;
    order(client, request, false);
}

void web_export_ask(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    (void)number;
    order(client, request, true);
}

/* One, or (0) all. */
void web_export_orders(struct web_client *client,
                       const struct request *request, uint64_t number)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_export_orders_get message = {
        .session = web_call_session(&api->call), .order = number};
    ASK(api, export_orders_get, &message);
}

void web_export_answer(struct web_client *client,
                       const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"approved", "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    int64_t is_approved = 0;
    struct message_export_answer message = {
        .order = number,
        .reason = text_of(""),
        .address = text_of(client->address),
    };
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_number(&body, "approved", 0, 1, &is_approved) ||
        (json_body_has(&body, "reason") &&
         !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason));
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.is_approved = (uint8_t)is_approved;
    message.session = web_call_session(&api->call);
    ASK(api, export_answer, &message);
}

void web_export_take(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    static const char *const NAMES[] = {"password", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    int64_t has_password = 0;
    bool is_bad = !json_body_only(request->body, NAMES, &body) ||
                  !json_body_number(&body, "password", 0, 1, &has_password);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    const struct message_export_take message = {
        .session = web_call_session(&api->call),
        .order = number,
        .has_password = (uint8_t)has_password,
        .address = text_of(client->address),
    };
    ASK(api, export_take, &message);
}

static void on_password_again(void *context, enum status status,
                              const struct message_password_again_reply *reply,
                              int descriptor)
{
    (void)reply;
    (void)descriptor;
    web_api_finish(context, status, (struct bytes){NULL, 0}, text_of(""));
}

void web_password_again(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"password", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_password_again message = {.address =
                                                 text_of(client->address)};
    (void)number;
    bool is_bad = !json_body_only(request->body, NAMES, &body) ||
                  !json_body_text(&body, "password", PASSWORD_MAX_BYTES,
                                  &message.password);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = NO_CONTENT;
    api->denied = PROBLEM_WRONG_LOGIN;
    message.session = web_call_session(&api->call);
    ASK(api, password_again, &message);
}

void web_export_made(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    static const char *const NAMES[] = {"manifest", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_export_made message = {.export = number};
    struct text manifest;
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "manifest", 2 * SHA256_SIZE, &manifest) ||
        hex_decode(manifest, message.manifest, SHA256_SIZE) != STATUS_OK;
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.session = web_call_session(&api->call);
    ASK(api, export_made, &message);
}

void web_export_destroyed(struct web_client *client,
                          const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_export_destroyed message = {
        .export = number, .address = text_of(client->address)};
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    message.session = web_call_session(&api->call);
    ASK(api, export_destroyed, &message);
}

void web_exports(struct web_client *client, const struct request *request,
                 uint64_t number)
{
    int64_t before = 0;
    (void)number;
    bool is_bad =
        !web_api_optional_number(request, "before", INT64_MAX, &before);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    const struct message_exports_get message = {
        .session = web_call_session(&api->call), .before = (uint64_t)before};
    ASK(api, exports_get, &message);
}
