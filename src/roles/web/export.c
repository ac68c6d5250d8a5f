/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence packages: ordered, made, listed, their copies destroyed. */
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
    CREATED = 201,
};

ON_JSON(export_order)
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
    if (!json_body_numbers(body, "cameras", CAMERA_NUMBER_MIN,
                           CAMERA_NUMBER_MAX, CAMERAS_OF_EXPORT_MAX,
                           cameras) ||
        !json_body_number(body, "from", 1, INT64_MAX, &out->from_us) ||
        !json_body_number(body, "to", 1, INT64_MAX, &out->to_us) ||
        !json_body_number(body, "until", 1, INT64_MAX, &out->until_us) ||
        !json_body_number(body, "provided", 0, 1, &is_provided) ||
        !json_body_number(body, "password", 0, 1, &has_password) ||
        !read_texts(body, out))
        return false;
    out->cameras = buffer_bytes(cameras);
    out->is_provided = (uint8_t)is_provided;
    out->has_password = (uint8_t)has_password;
    return true;
}

void web_export_order(struct web_client *client, const struct request *request,
                      uint64_t number)
{
    static const char *const NAMES[] = {
        "cameras", "from",     "to",         "until",  "provided", "password",
        "purpose", "ground",   "receiver",   "conditions", "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    AUTO(buffer_deinit)
    struct buffer cameras = buffer_with_limit(4 * CAMERAS_OF_EXPORT_MAX);
    struct message_export_order message = {.address =
                                               text_of(client->address)};
    (void)number;
    if (json_body_read(request->body, &body) != STATUS_OK ||
        !json_body_has_only(&body, NAMES) ||
        !read_order(&body, &cameras, &message)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.session = web_call_session(&api->call);
    ASK(api, export_order, &message);
}

void web_export_made(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    static const char *const NAMES[] = {"manifest", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_export_made message = {.export = number};
    struct text manifest;
    if (json_body_read(request->body, &body) != STATUS_OK ||
        !json_body_has_only(&body, NAMES) ||
        !json_body_plain(&body, "manifest", 2 * SHA256_SIZE, &manifest) ||
        hex_decode(manifest, message.manifest, SHA256_SIZE) != STATUS_OK) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
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
    if (json_body_read(request->body, &body) != STATUS_OK ||
        !json_body_has_only(&body, NAMES) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES,
                         &message.reason)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
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
    if (!web_api_optional_number(request, "before", INT64_MAX, &before)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_exports_get message = {
        .session = web_call_session(&api->call), .before = (uint64_t)before};
    ASK(api, exports_get, &message);
}
