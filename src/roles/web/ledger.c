/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of personal video: its rows, what is entered by hand, what people
 * have to see to, and the monthly review. */
#include "base/cleanup.h"
#include "model/camera.h"
#include "model/duty.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    WORD_MAX_BYTES = 16, /* fields of ipc/messages.def */
    REQUEST_MAX_BYTES = 64,
    TEXT_MAX_BYTES = 512,
    REASON_MAX_BYTES = 1024,
    CREATED = 201,
};

ON_DOCUMENT(ledger_get)
ON_JSON(ledger_enter)
ON_JSON(ledger_end)
ON_JSON(duty_enter)
ON_DOCUMENT(review_get)
ON_JSON(review_sign)

/* ---- rows ---- */

static void get(struct web_client *client, const struct request *request,
                struct message_ledger_get *message)
{
    int64_t next = 0;
    bool is_bad = !web_api_optional_number(request, "next", INT64_MAX, &next);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    message->session = web_call_session(&api->call);
    message->next = (uint64_t)next;
    ASK(api, ledger_get, message);
}

void web_ledger(struct web_client *client, const struct request *request,
                uint64_t number)
{
    (void)number;
    struct message_ledger_get message = {.to_us = INT64_MAX};
    if (web_api_optional_number(request, "from", INT64_MAX,
                                &message.from_us) &&
        web_api_optional_number(request, "to", INT64_MAX, &message.to_us) &&
        message.from_us < message.to_us)
        get(client, request, &message);
    else
        web_api_refuse(client, PROBLEM_BAD_FIELD);
}

void web_ledger_items(struct web_client *client, const struct request *request,
                      uint64_t number)
{
    struct message_ledger_get message = {.to_us = INT64_MAX, .open_items = 1};
    (void)number;
    get(client, request, &message);
}

/* ---- by hand ---- */

static void enter(struct web_client *client, const struct request *request,
                  struct message_ledger_enter *message)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message->session = web_call_session(&api->call);
    message->address = text_of(client->address);
    ASK(api, ledger_enter, message);
}

/* Absent or empty is allowed, what cannot stand in a log is not. */
static bool read_optional(const struct json_body *body, const char *name,
                          size_t most, struct text *out)
{
    struct text text = text_of("");
    *out = text_of("");
    if (!json_body_text(body, name, most, &text))
        return !json_body_has(body, name);
    *out = text;
    return text_is_plain(text);
}

static bool read_optional_number(const struct json_body *body, const char *name,
                                 int64_t max, int64_t *out)
{
    return !json_body_has(body, name) ||
           json_body_number(body, name, 0, max, out);
}

static bool read_copy(const struct json_body *body,
                      struct message_ledger_enter *out)
{
    int64_t camera = 0;
    bool is_good =
        json_body_plain(body, "use", WORD_MAX_BYTES, &out->use) &&
        json_body_plain(body, "medium", WORD_MAX_BYTES, &out->medium) &&
        read_optional_number(body, "camera", CAMERA_NUMBER_MAX, &camera) &&
        read_optional_number(body, "from", INT64_MAX, &out->from_us) &&
        read_optional_number(body, "to", INT64_MAX, &out->to_us) &&
        json_body_number(body, "done", 1, INT64_MAX, &out->done_us) &&
        json_body_number(body, "due", 1, INT64_MAX, &out->due_us) &&
        read_optional(body, "request", REQUEST_MAX_BYTES, &out->request) &&
        read_optional(body, "receiver", TEXT_MAX_BYTES, &out->receiver) &&
        read_optional(body, "ground", TEXT_MAX_BYTES, &out->ground) &&
        read_optional(body, "form", TEXT_MAX_BYTES, &out->form) &&
        json_body_plain(body, "reason", REASON_MAX_BYTES, &out->reason);
    out->camera = (uint32_t)camera;
    return is_good;
}

void web_ledger_add(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    static const char *const NAMES[] = {
        "use", "medium",   "camera", "from", "to",     "done", "due",
        "request", "receiver", "ground", "form", "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_ledger_enter message = {0};
    (void)number;
    if (json_body_only(request->body, NAMES, &body) &&
        read_copy(&body, &message))
        enter(client, request, &message);
    else
        web_api_refuse(client, PROBLEM_BAD_FIELD);
}

void web_ledger_correct(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {
        "corrects", "remark",  "use",      "medium", "camera",
        "from",     "to",      "done",     "due",    "request",
        "receiver", "ground",  "form",     "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_ledger_enter message = {.item = (uint32_t)number};
    int64_t corrects = 0;
    if (number == 0 || number > UINT32_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    if (!json_body_only(request->body, NAMES, &body) ||
        !read_copy(&body, &message) ||
        !json_body_number(&body, "corrects", 1, INT64_MAX, &corrects) ||
        !json_body_plain(&body, "remark", REASON_MAX_BYTES, &message.remark)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    message.corrects = (uint64_t)corrects;
    enter(client, request, &message);
}

void web_ledger_remark(struct web_client *client, const struct request *request,
                       uint64_t number)
{
    static const char *const NAMES[] = {"reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_ledger_enter message = {.corrects = number};
    if (number != 0 && json_body_only(request->body, NAMES, &body) &&
        json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason))
        enter(client, request, &message);
    else
        web_api_refuse(client, PROBLEM_BAD_FIELD);
}

void web_ledger_end(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    static const char *const NAMES[] = {"how", "done", "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_ledger_end message = {.item = (uint32_t)number,
                                         .address = text_of(client->address)};
    if (number == 0 || number > UINT32_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "how", WORD_MAX_BYTES, &message.how) ||
        !json_body_number(&body, "done", 1, INT64_MAX, &message.done_us) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.session = web_call_session(&api->call);
    ASK(api, ledger_end, &message);
}

/* ---- duties ---- */

static void enter_duty(struct web_client *client,
                       const struct request *request,
                       struct message_duty_enter *message)
{
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message->session = web_call_session(&api->call);
    message->address = text_of(client->address);
    ASK(api, duty_enter, message);
}

void web_duty_add(struct web_client *client, const struct request *request,
                  uint64_t number)
{
    static const char *const NAMES[] = {"what",   "subject", "due",
                                        "months", "reason",  NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_duty_enter message = {0};
    int64_t months = 0;
    (void)number;
    if (!json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "what", WORD_MAX_BYTES, &message.what) ||
        !read_optional(&body, "subject", REQUEST_MAX_BYTES, &message.subject) ||
        !read_optional_number(&body, "months", DUTY_MONTHS_MAX, &months) ||
        !json_body_number(&body, "due", 1, INT64_MAX, &message.due_us) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason)) {
        web_api_refuse(client, PROBLEM_BAD_FIELD);
        return;
    }
    message.months = (uint32_t)months;
    enter_duty(client, request, &message);
}

void web_duty_done(struct web_client *client, const struct request *request,
                   uint64_t number)
{
    static const char *const NAMES[] = {"done", "result", "due", "reason",
                                        NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_duty_enter message = {.duty = (uint32_t)number};
    if (number == 0 || number > UINT32_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    if (!json_body_only(request->body, NAMES, &body) ||
        !json_body_number(&body, "done", 1, INT64_MAX, &message.done_us) ||
        !json_body_plain(&body, "result", WORD_MAX_BYTES, &message.result) ||
        !read_optional_number(&body, "due", INT64_MAX, &message.due_us) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason))
        web_api_refuse(client, PROBLEM_BAD_FIELD);
    else
        enter_duty(client, request, &message);
}

/* ---- the monthly review ---- */

/* month 0: the last whole one. */
void web_review(struct web_client *client, const struct request *request,
                uint64_t number)
{
    if (number > UINT32_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_review_get message = {
        .session = web_call_session(&api->call), .month = (uint32_t)number};
    ASK(api, review_get, &message);
}

void web_review_sign(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    static const char *const NAMES[] = {"remark", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_review_sign message = {.month = (uint32_t)number,
                                          .address = text_of(client->address)};
    bool is_bad =
        number == 0 || number > UINT32_MAX ||
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "remark", REASON_MAX_BYTES, &message.remark);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.session = web_call_session(&api->call);
    ASK(api, review_sign, &message);
}
