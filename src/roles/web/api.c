/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/camera.h"
#include "roles/web/api.h"
#include "web/cookie.h"
#include "web/json_body.h"

enum {
    NAME_MAX_BYTES = 128, /* fields of ipc/messages.def */
    PASSWORD_MAX_BYTES = 256,
    CODE_MAX_BYTES = 64,
    ROLE_MAX_BYTES = 32,
    KIND_MAX_BYTES = 64,
    ENTRIES_DEFAULT = 50,
    ENTRIES_MAX = 200,
};

static const char JSON_TYPE[] = "application/json; charset=utf-8";
static const struct bytes NOTHING = {NULL, 0};

static void lost(struct web_call *call)
{
    web_call_refuse(call, PROBLEM_GATE_AWAY);
}

struct api_call *web_api_begin(struct web_client *client,
                               const struct request *request)
{
    struct api_call *api = alloc_zeroed(sizeof *api);
    if (api == NULL) {
        connection_refuse(client->connection, PROBLEM_GATE_AWAY,
                          web_now_ms(client->web));
        return NULL;
    }
    api->code = 200;
    api->denied = PROBLEM_DENIED;
    api->call.lost = lost;
    web_call_begin(&api->call, client, request);
    return api;
}

struct api_call *web_api_begin_unless(bool is_bad, struct web_client *client,
                                      const struct request *request)
{
    if (!is_bad)
        return web_api_begin(client, request);
    web_api_refuse(client, PROBLEM_BAD_FIELD);
    return NULL;
}

void web_api_sent(struct api_call *api, enum status status)
{
    if (status == STATUS_OK)
        return;
    web_call_answered(&api->call);
    web_call_refuse(&api->call, status == STATUS_LIMIT ? PROBLEM_BAD_FIELD
                                                       : PROBLEM_GATE_AWAY);
}

static void answer(struct api_call *api, const char *type,
                   enum response_kind kind, struct text headers, struct bytes body)
{
    struct web_client *client = api->call.client;
    const struct response response = {
        .code = api->code, .kind = kind, .type = type, .headers = headers};
    if (client != NULL)
        connection_answer(client->connection, &response, body,
                          web_now_ms(api->call.web));
    web_call_end(&api->call);
}

void web_api_finish(struct api_call *api, enum status status,
                    struct bytes json, struct text session)
{
    web_call_answered(&api->call);
    if (status != STATUS_OK) {
        web_call_refuse(&api->call, status == STATUS_DENIED
                                        ? api->denied
                                        : problem_of_gate(status));
        return;
    }
    struct buffer headers = buffer_with_limit(512);
    if (cookie_token_is_plain(session))
        cookie_write_session(session, &headers);
    if (api->forgets_session)
        cookie_write_forget(&headers);
    if (headers.failed)
        web_call_refuse(&api->call, PROBLEM_GATE_AWAY);
    else
        answer(api, api->code == 204 ? NULL : JSON_TYPE, RESPONSE_API,
               buffer_text(&headers), json);
    buffer_deinit(&headers);
}

void web_api_finish_text(struct api_call *api, int code, const char *type,
                         struct bytes body)
{
    web_call_answered(&api->call);
    api->code = code;
    answer(api, type, RESPONSE_API, (struct text){NULL, 0}, body);
}

/* What to do with each kind of answer. */
#define ON_SESSION(name)                                                       \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        (void)descriptor;                                                      \
        web_api_finish(context, status, reply == NULL ? NOTHING : reply->json,         \
               reply == NULL ? (struct text){NULL, 0} : reply->session);       \
    }

ON_SESSION(login_first)
ON_SESSION(login)
ON_JSON(session_get)
ON_DOCUMENT(cameras_get)
ON_JSON(entries_get)
ON_DOCUMENT(status_get)
ON_DOCUMENT(accounts_get)
ON_JSON(account_add)
ON_JSON(clock_confirm)
ON_DONE(account_close)

void web_api_refuse(struct web_client *client, enum problem problem)
{
    connection_refuse(client->connection, problem, web_now_ms(client->web));
}

/* ---- sessions -------------------------------------------------------------- */

static void health(struct web_client *client, const struct request *request,
                   uint64_t number)
{
    (void)request;
    (void)number;
    static const char OK[] = "{\"ok\":true}\n";
    const struct response response = {
        .code = 200, .kind = RESPONSE_API, .type = JSON_TYPE};
    connection_answer(client->connection, &response,
                      bytes_of(OK, sizeof OK - 1), web_now_ms(client->web));
}

/* A route that asks for one thing on behalf of the session. */
#define ON_ROUTE(handler, name)                                                \
    static void handler(struct web_client *client,                             \
                        const struct request *request, uint64_t number)        \
    {                                                                          \
        (void)number;                                                          \
        struct api_call *api = web_api_begin(client, request);                 \
        if (api == NULL)                                                       \
            return;                                                            \
        const struct message_##name message = {                                \
            .session = web_call_session(&api->call)};                          \
        ASK(api, name, &message);                                              \
    }
ON_ROUTE(session_get, session_get)
ON_ROUTE(cameras, cameras_get)
ON_ROUTE(accounts, accounts_get)

static void login_first(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    (void)number;
    static const char *const NAMES[] = {"code", "name", "password", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_login_first message = {.address =
                                              text_of(client->address)};
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "code", CODE_MAX_BYTES, &message.code) ||
        !json_body_plain(&body, "name", NAME_MAX_BYTES, &message.name) ||
        !json_body_text(&body, "password", PASSWORD_MAX_BYTES,
                        &message.password);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->denied = PROBLEM_WRONG_LOGIN;
    ASK(api, login_first, &message);
}

static void login(struct web_client *client, const struct request *request,
                  uint64_t number)
{
    (void)number;
    static const char *const NAMES[] = {"name", "password", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_login message = {.address = text_of(client->address)};
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "name", NAME_MAX_BYTES, &message.name) ||
        !json_body_text(&body, "password", PASSWORD_MAX_BYTES,
                        &message.password);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->denied = PROBLEM_WRONG_LOGIN;
    ASK(api, login, &message);
}

static void on_logout(void *context, enum status status,
                      const struct message_logout_reply *reply,
                      int descriptor)
{
    struct api_call *api = context;
    struct web *web = api->call.web;
    char session[WEB_SESSION_MAX + 1];
    (void)descriptor;
    (void)reply;
    (void)text_copy(web_call_session(&api->call), session, sizeof session);
    web_api_finish(api, status, NOTHING, (struct text){NULL, 0});
    if (status == STATUS_OK)
        web_client_end_session(web, text_of(session));
}

static void logout(struct web_client *client, const struct request *request,
                   uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = 204;
    api->forgets_session = true;
    const struct message_logout message = {
        .session = web_call_session(&api->call),
        .address = text_of(client->address),
    };
    ASK(api, logout, &message);
}

/* ---- records, status, accounts --------------------------------------------- */

bool web_api_optional_number(const struct request *request, const char *name,
                             int64_t max, int64_t *value)
{
    struct text given;
    return !request_query(request, name, &given) ||
           request_query_number(request, name, 0, max, value);
}

static void entries(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    (void)number;
    int64_t before = 0;
    int64_t count = ENTRIES_DEFAULT;
    struct message_entries_get message = {0};
    if (!request_query(request, "kind", &message.kind))
        message.kind = (struct text){NULL, 0};
    bool is_bad =
        !web_api_optional_number(request, "before", INT64_MAX, &before) ||
        !web_api_optional_number(request, "count", ENTRIES_MAX, &count) ||
        message.kind.size > KIND_MAX_BYTES;
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    message.session = web_call_session(&api->call);
    message.before = (uint64_t)before;
    message.count = (uint16_t)count;
    ASK(api, entries_get, &message);
}

static void status_get(struct web_client *client,
                       const struct request *request, uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_status_get message = {
        .session = web_call_session(&api->call),
        .local = client->is_local,
    };
    ASK(api, status_get, &message);
}

static void account_add(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    (void)number;
    static const char *const NAMES[] = {"name", "password", "role", "person",
                                        NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_account_add message = {.address =
                                              text_of(client->address)};
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "name", NAME_MAX_BYTES, &message.name) ||
        !json_body_text(&body, "password", PASSWORD_MAX_BYTES,
                        &message.password) ||
        !json_body_plain(&body, "role", ROLE_MAX_BYTES, &message.role) ||
        !json_body_text(&body, "person", NAME_MAX_BYTES, &message.person) ||
        !text_is_plain(message.person);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 201;
    message.session = web_call_session(&api->call);
    ASK(api, account_add, &message);
}

static void clock_confirm(struct web_client *client,
                          const struct request *request, uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = 201;
    const struct message_clock_confirm message = {
        .session = web_call_session(&api->call),
        .address = text_of(client->address),
    };
    ASK(api, clock_confirm, &message);
}

static void account_close(struct web_client *client,
                          const struct request *request, uint64_t number)
{
    if (number > UINT32_MAX) {
        web_api_refuse(client, PROBLEM_NOT_FOUND);
        return;
    }
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    api->code = 204;
    const struct message_account_close message = {
        .session = web_call_session(&api->call),
        .account = (uint32_t)number,
        .address = text_of(client->address),
    };
    ASK(api, account_close, &message);
}

/* ---- pages ----------------------------------------------------------------- */

void web_api_finish_page(struct api_call *api, enum status status,
                         struct bytes html)
{
    web_call_answered(&api->call);
    if (status != STATUS_OK)
        web_call_refuse(&api->call, status == STATUS_DENIED
                                        ? api->denied
                                        : problem_of_gate(status));
    else
        answer(api, "text/html; charset=utf-8", RESPONSE_PAGE,
               (struct text){NULL, 0}, html);
}

/* ---- dispatch -------------------------------------------------------------- */

static web_handler_fn *const HANDLERS[ENDPOINT_COUNT] = {
    [ENDPOINT_HEALTH] = health,
    [ENDPOINT_SESSION_GET] = session_get,
    [ENDPOINT_LOGIN_FIRST] = login_first,
    [ENDPOINT_LOGIN] = login,
    [ENDPOINT_LOGOUT] = logout,
    [ENDPOINT_CAMERAS] = cameras,
    [ENDPOINT_COVERAGE] = web_coverage,
    [ENDPOINT_VIEW_OPEN] = web_view_open,
    [ENDPOINT_VIEW_CLOSE] = web_view_close,
    [ENDPOINT_VIEW_MEDIA] = web_video_media,
    [ENDPOINT_VIEW_MOTION] = web_video_motion,
    [ENDPOINT_VIEW_DOWNLOAD] = web_video_download,
    [ENDPOINT_LIVE_OPEN] = web_live_open,
    [ENDPOINT_LIVE_STREAM] = web_live_stream,
    [ENDPOINT_ENTRIES] = entries,
    [ENDPOINT_STATUS] = status_get,
    [ENDPOINT_ACCOUNTS] = accounts,
    [ENDPOINT_ACCOUNT_ADD] = account_add,
    [ENDPOINT_ACCOUNT_CLOSE] = account_close,
    [ENDPOINT_CLOCK_CONFIRM] = clock_confirm,
    [ENDPOINT_PUBLIC] = web_public,
    [ENDPOINT_DESTRUCTIONS] = web_destructions,
    [ENDPOINT_DESTRUCTION_ORDER] = web_destruction_order,
    [ENDPOINT_DESTRUCTION] = web_destruction,
    [ENDPOINT_DESTRUCTION_PAGE] = web_destruction_page,
    [ENDPOINT_HOLDS] = web_holds,
    [ENDPOINT_HOLD_ORDER] = web_hold_order,
    [ENDPOINT_HOLD] = web_hold,
    [ENDPOINT_HOLD_EXTEND] = web_hold_extend,
    [ENDPOINT_HOLD_END] = web_hold_end,
    [ENDPOINT_LEDGER] = web_ledger,
    [ENDPOINT_LEDGER_REMARK] = web_ledger_remark,
    [ENDPOINT_LEDGER_ITEMS] = web_ledger_items,
    [ENDPOINT_LEDGER_ADD] = web_ledger_add,
    [ENDPOINT_LEDGER_CORRECT] = web_ledger_correct,
    [ENDPOINT_LEDGER_END] = web_ledger_end,
    [ENDPOINT_DUTY_ADD] = web_duty_add,
    [ENDPOINT_DUTY_DONE] = web_duty_done,
    [ENDPOINT_REVIEW] = web_review,
    [ENDPOINT_REVIEW_SIGN] = web_review_sign,
    [ENDPOINT_WITNESS] = web_witness,
    [ENDPOINT_VIEW_GROUPS] = web_view_groups,
    [ENDPOINT_EXPORTS] = web_exports,
    [ENDPOINT_EXPORT_ORDER] = web_export_order,
    [ENDPOINT_EXPORT_ORDERS] = web_export_orders,
    [ENDPOINT_EXPORT_ASK] = web_export_ask,
    [ENDPOINT_EXPORT_ORDER_ONE] = web_export_orders,
    [ENDPOINT_EXPORT_ANSWER] = web_export_answer,
    [ENDPOINT_EXPORT_TAKE] = web_export_take,
    [ENDPOINT_PASSWORD_AGAIN] = web_password_again,
    [ENDPOINT_EXPORT_MADE] = web_export_made,
    [ENDPOINT_EXPORT_DESTROYED] = web_export_destroyed,
    [ENDPOINT_VERSIONS] = web_versions,
    [ENDPOINT_EXCLUSIONS] = web_exclusions,
    [ENDPOINT_EXCLUSION_SIGN] = web_exclusion_sign,
    [ENDPOINT_DRAFTS] = web_drafts,
    [ENDPOINT_VERSION_CHANGE] = web_version_change,
    [ENDPOINT_VERSION_PUBLISH] = web_version_publish,
    [ENDPOINT_VERSION_WITHDRAW] = web_version_withdraw,
    [ENDPOINT_VERSION_CONFIRM] = web_version_confirm,
};

/* What the route's flags demand of the request. */
static enum problem check(const struct web_client *client,
                          const struct route *route,
                          const struct request *request)
{
    bool is_administrator =
        client->is_local && (route->flags & ROUTE_LOCAL) != 0;
    if (client->is_local && !is_administrator &&
        (route->flags & ROUTE_LOCAL_PERSON) == 0)
        return PROBLEM_DENIED;
    if ((route->flags & ROUTE_CHANGE) != 0 && !request->is_own_page)
        return PROBLEM_FOREIGN_ORIGIN;
    if ((route->flags & ROUTE_SESSION) != 0 && request->session.size == 0 &&
        !is_administrator)
        return PROBLEM_NO_SESSION;
    if ((route->flags & ROUTE_JSON) != 0 && !request->is_json)
        return PROBLEM_BAD_FIELD;
    return request->body.size > route->body_max ? PROBLEM_BODY_TOO_LARGE
                                                : PROBLEM_NONE;
}

/* Answers whose size is not known from a document: no HEAD. */
static bool is_video(enum endpoint endpoint)
{
    return endpoint == ENDPOINT_VIEW_MEDIA ||
           endpoint == ENDPOINT_VIEW_DOWNLOAD ||
           endpoint == ENDPOINT_VIEW_GROUPS ||
           endpoint == ENDPOINT_LIVE_STREAM;
}

void web_api_handle(struct web_client *client, const struct request *request)
{
    const struct route *route = NULL;
    uint64_t number = 0;
    unsigned allowed = 0;
    enum http_method method =
        request->method == METHOD_HEAD ? METHOD_GET : request->method;
    enum status s =
        router_find(method, request->path, &route, &number, &allowed);
    if (s == STATUS_NOT_FOUND && method == METHOD_GET && !client->is_local) {
        web_file_serve(client, request);
    } else if (s == STATUS_NOT_FOUND) {
        web_api_refuse(client, PROBLEM_NO_SUCH_PATH);
    } else if (s != STATUS_OK ||
               (request->method == METHOD_HEAD && is_video(route->endpoint))) {
        web_file_refuse_method(
            client, s == STATUS_OK ? (unsigned)route->method : allowed);
    } else {
        enum problem problem = check(client, route, request);
        if (problem == PROBLEM_NONE)
            HANDLERS[route->endpoint](client, request, number);
        else
            web_api_refuse(client, problem);
    }
}
