/* SPDX-License-Identifier: Apache-2.0 */
/* Holds: made, listed, gone on from, ended; and what they refuse. */
#include <inttypes.h>

#include "base/cleanup.h"
#include "model/hold.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    REASON_MAX_BYTES = 1024, /* fields of ipc/messages.def */
    REQUEST_MAX_BYTES = 64,
    CONFLICT = 409,
    ERROR_BYTES = 1024,
};

ON_JSON(holds_get)
ON_JSON(hold_end)

void web_hold_refuses(struct api_call *api, uint32_t hold)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(ERROR_BYTES);
    buffer_format(&text,
                  "{\"error\":{\"name\":\"held\",\"status\":409,\"hold\":%" PRIu32
                  ",\"ko\":\"%" PRIu32
                  "번 보존 조치가 이 구간을 보존하고 있어 파기할 수 없습니다. "
                  "먼저 보존 조치를 끝내세요.\","
                  "\"en\":\"Hold %" PRIu32
                  " keeps some of this span, so it cannot be destroyed. End "
                  "the hold first.\"}}",
                  hold, hold, hold);
    api->code = CONFLICT;
    web_api_finish(api, STATUS_OK, buffer_bytes(&text), text_of(""));
}

enum { MEGABYTE = 1000000 };

static uint64_t megabytes(uint64_t bytes)
{
    return (bytes + MEGABYTE - 1) / MEGABYTE;
}

static void put_no_reserve(struct buffer *out)
{
    buffer_format(
        out, "{\"error\":{\"name\":\"no_hold_space\",\"status\":409,"
             "\"ko\":\"보존 조치를 위한 공간이 정해져 있지 않습니다. "
             "plant.yaml의 storage: hold_reserve를 정하세요.\","
             "\"en\":\"No space is reserved for holds. Set storage: "
             "hold_reserve in plant.yaml.\"}}");
}

static void put_too_much(struct buffer *out, uint64_t needed_bytes,
                         uint64_t free_bytes)
{
    const uint64_t needed = megabytes(needed_bytes);
    const uint64_t left = free_bytes / MEGABYTE;
    buffer_format(
        out,
        "{\"error\":{\"name\":\"no_hold_space\",\"status\":409,"
        "\"needed_bytes\":%" PRIu64 ",\"free_bytes\":%" PRIu64
        ",\"ko\":\"지금까지 잰 비트율로 약 %" PRIu64
        " MB가 필요한데, 보존 조치를 위한 공간은 %" PRIu64
        " MB 남았습니다. 구간을 줄이거나, 필요 없어진 보존 조치를 끝내거나, "
        "plant.yaml의 storage: hold_reserve를 늘리세요.\","
        "\"en\":\"About %" PRIu64
        " MB are needed, by the bitrate as measured; %" PRIu64
        " MB of the space for holds are left. Choose a shorter span, end a "
        "hold that is needed no more, or raise storage: hold_reserve in "
        "plant.yaml.\"}}",
        needed_bytes, free_bytes, needed, left, needed, left);
}

static void refuse_no_space(struct api_call *api,
                            const struct message_hold_order_reply *reply)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(ERROR_BYTES);
    if (reply == NULL || reply->needed_bytes == 0)
        put_no_reserve(&text);
    else
        put_too_much(&text, reply->needed_bytes, reply->free_bytes);
    api->code = CONFLICT;
    web_api_finish(api, STATUS_OK, buffer_bytes(&text), text_of(""));
}

static void on_hold_order(void *context, enum status status,
                          const struct message_hold_order_reply *reply,
                          int descriptor)
{
    (void)descriptor;
    if (status == STATUS_NO_SPACE)
        refuse_no_space(context, reply);
    else
        web_api_finish(context, status,
                       reply == NULL ? (struct bytes){NULL, 0} : reply->json,
                       text_of(""));
}

static void order(struct web_client *client, const struct request *request,
                  struct message_hold_order *message)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = 202;
    message->session = web_call_session(&api->call);
    message->address = text_of(client->address);
    ASK(api, hold_order, message);
}

/* What every order has. */
static bool read_common(const struct json_body *body,
                        struct message_hold_order *out)
{
    if (!json_body_text(body, "request", REQUEST_MAX_BYTES, &out->request))
        out->request = text_of("");
    return json_body_plain(body, "reason", REASON_MAX_BYTES, &out->reason) &&
           json_body_number(body, "until", 1, INT64_MAX, &out->until_us);
}

void web_hold_order(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    (void)number;
    static const char *const NAMES[] = {"camera",  "from",   "to",   "until",
                                        "request", "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_hold_order message = {0};
    int64_t camera = 0;
    if (!json_body_only(request->body, NAMES, &body) ||
        !read_common(&body, &message) ||
        !json_body_number(&body, "camera", CAMERA_NUMBER_MIN, CAMERA_NUMBER_MAX,
                          &camera) ||
        !json_body_number(&body, "from", 1, INT64_MAX, &message.from_us) ||
        !json_body_number(&body, "to", 1, INT64_MAX, &message.to_us)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    message.camera = (uint32_t)camera;
    order(client, request, &message);
}

void web_hold_extend(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    static const char *const NAMES[] = {"until", "request", "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_hold_order message = {.extends = (uint32_t)number};
    if (number < HOLD_NUMBER_MIN || number > HOLD_NUMBER_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    if (!json_body_only(request->body, NAMES, &body) ||
        !read_common(&body, &message)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    order(client, request, &message);
}

static void get(struct web_client *client, const struct request *request,
                uint32_t hold)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_holds_get message = {
        .session = web_call_session(&api->call),
        .hold = hold,
        .local = client->is_local,
    };
    ASK(api, holds_get, &message);
}

void web_holds(struct web_client *client, const struct request *request,
               uint64_t number)
{
    (void)number;
    get(client, request, 0);
}

void web_hold(struct web_client *client, const struct request *request,
              uint64_t number)
{
    if (number < HOLD_NUMBER_MIN || number > HOLD_NUMBER_MAX)
        web_api_refuse(client, PROBLEM_NOT_FOUND);
    else
        get(client, request, (uint32_t)number);
}

void web_hold_end(struct web_client *client, const struct request *request,
                  uint64_t number)
{
    static const char *const NAMES[] = {"reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_hold_end message = {.hold = (uint32_t)number,
                                       .address = text_of(client->address)};
    if (number < HOLD_NUMBER_MIN || number > HOLD_NUMBER_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 202;
    message.session = web_call_session(&api->call);
    ASK(api, hold_end, &message);
}
