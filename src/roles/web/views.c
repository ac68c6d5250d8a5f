/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded of a camera; opening and closing of views. */
#include "base/cleanup.h"
#include "model/camera.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    PURPOSE_MAX_BYTES = 64, /* fields of ipc/messages.def */
    REASON_MAX_BYTES = 1024,
    STREAM_NAME_MAX_BYTES = 4,
};

ON_JSON(coverage_get)
ON_JSON(view_open)
ON_JSON(live_open)
ON_DONE(view_close)

void web_coverage(struct web_client *client, const struct request *request,
                  uint64_t number)
{
    struct message_coverage_get message = {.camera = (uint32_t)number};
    bool is_bad =
        number > STREAM_NUMBER_MAX || !stream_is_good((uint32_t)number) ||
        !request_query_number(request, "from", 0, INT64_MAX,
                              &message.from_us) ||
        !request_query_number(request, "to", message.from_us, INT64_MAX,
                              &message.to_us);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    message.session = web_call_session(&api->call);
    ASK(api, coverage_get, &message);
}

/* main, where nothing is said; or sub. */
static bool read_stream(struct json_body *body, bool *is_sub)
{
    struct text stream = text_of("main");
    if (json_body_has(body, "stream") &&
        !json_body_plain(body, "stream", STREAM_NAME_MAX_BYTES, &stream))
        return false;
    *is_sub = text_equal(stream, text_of("sub"));
    return *is_sub || text_equal(stream, text_of("main"));
}

void web_view_open(struct web_client *client, const struct request *request,
                   uint64_t number)
{
    (void)number;
    static const char *const NAMES[] = {"camera",  "from",   "to",  "purpose",
                                        "reason", "stream", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    int64_t camera = 0;
    bool is_sub = false;
    struct message_view_open message = {.address = text_of(client->address)};
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_number(&body, "camera", CAMERA_NUMBER_MIN,
                          CAMERA_NUMBER_MAX, &camera) ||
        !read_stream(&body, &is_sub) ||
        !json_body_number(&body, "from", 0, INT64_MAX, &message.from_us) ||
        !json_body_number(&body, "to", message.from_us, INT64_MAX,
                          &message.to_us) ||
        !json_body_plain(&body, "purpose", PURPOSE_MAX_BYTES,
                         &message.purpose) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES,
                         &message.reason);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 201;
    message.camera = (uint32_t)camera + (is_sub ? STREAM_SUB : 0);
    message.session = web_call_session(&api->call);
    ASK(api, view_open, &message);
}

void web_live_open(struct web_client *client, const struct request *request,
                   uint64_t number)
{
    (void)number;
    static const char *const NAMES[] = {"cameras", "purpose", "reason",
                                        "stream", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    AUTO(buffer_deinit)
    struct buffer numbers = buffer_with_limit(4 * CAMERAS_MAX);
    bool is_sub = false;
    struct message_live_open message = {.address = text_of(client->address)};
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_numbers(&body, "cameras", CAMERA_NUMBER_MIN,
                           CAMERA_NUMBER_MAX, CAMERAS_MAX, &numbers) ||
        !read_stream(&body, &is_sub) ||
        !json_body_plain(&body, "purpose", PURPOSE_MAX_BYTES,
                         &message.purpose) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES,
                         &message.reason);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 201;
    message.cameras = buffer_bytes(&numbers);
    message.wants_sub = is_sub;
    message.session = web_call_session(&api->call);
    ASK(api, live_open, &message);
}

void web_view_close(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = 204;
    const struct message_view_close message = {
        .session = web_call_session(&api->call),
        .view = number,
        .address = text_of(client->address),
    };
    ASK(api, view_close, &message);
}
