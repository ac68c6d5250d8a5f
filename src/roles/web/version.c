/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of the notice: announced, withdrawn, confirmed, listed; and why a
 * draft is refused. */
#include "base/cleanup.h"
#include "base/encoding.h"
#include "model/notice_version.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    REASON_MAX_BYTES = 1024, /* fields of ipc/messages.def */
    DIGEST_BYTES = 64,
    CONFLICT = 409,
    ERROR_BYTES = 4096,
};

ON_DOCUMENT(versions_get)
ON_DOCUMENT(drafts_get)
ON_DOCUMENT(version_change_get)
ON_JSON(version_withdraw)
ON_JSON(version_confirm)

struct refusal {
    const char *name;
    const char *ko;
    const char *en;
};

/* What the detail is stands behind the sentence. */
static const struct refusal REFUSALS[NOTICE_REFUSED_COUNT] = {
    [NOTICE_REFUSED_NO_DRAFT] = {"no_draft",
                                 "이 지문의 초안이 설치 폴더에 없습니다.",
                                 "No draft of this hash waits in the "
                                 "installation's directory."},
    [NOTICE_REFUSED_UNSOUND] = {"unsound",
                                "초안에 공고를 막는 문제가 있습니다. haechi "
                                "notice check가 모두 알려 줍니다.",
                                "The draft must not be published as it is; "
                                "haechi notice check tells all."},
    [NOTICE_REFUSED_UNCHANGED] = {"unchanged", "지금 시행 중인 방침과 같습니다.",
                                  "It is the notice in force."},
    [NOTICE_REFUSED_TOO_SOON] = {"too_soon",
                                 "변경은 시행 최소 7일 전에 공고합니다. 이 "
                                 "날부터 시행할 수 있습니다.",
                                 "A change is announced at least 7 days before "
                                 "it takes effect. The first day that will "
                                 "do."},
    [NOTICE_REFUSED_OTHER_DATES] = {"other_dates",
                                    "방침에 적힌 날짜가 다릅니다. 이렇게 "
                                    "적으세요.",
                                    "The dates that it states are others. "
                                    "Write."},
    [NOTICE_REFUSED_ONE_WAITS] = {"one_waits",
                                  "이미 공고한 방침이 시행을 기다립니다. 먼저 "
                                  "그것을 취소하세요.",
                                  "A version is announced already. Withdraw "
                                  "it first."},
    [NOTICE_REFUSED_NO_EXCEPTION] = {"no_exception",
                                     "곧바로 시행할 수 있는 것은 열람을 줄이는 "
                                     "변경이나 사실의 바로잡음뿐입니다. 다른 "
                                     "변경이 있습니다.",
                                     "Only what restricts viewing, or corrects "
                                     "facts, may act at once. There is another "
                                     "change."},
    [NOTICE_REFUSED_UNBOUND] = {"unbound",
                                "카메라가 달린 설치 행이 방침에 없습니다. "
                                "plant.yaml과 맞추세요.",
                                "A group that cameras belong to is not in it. "
                                "Make plant.yaml agree."},
    [NOTICE_REFUSED_UNSIGNED] = {"unsigned",
                                 "plant.yaml의 notice_key로 서명되지 않은 "
                                 "방침입니다. haechi notice sign으로 "
                                 "서명하세요.",
                                 "It is not signed by the notice_key of "
                                 "plant.yaml; haechi notice sign signs it."},
};

/* Plain text, as it came; what JSON would escape is replaced. */
static void put_detail(struct buffer *out, struct text detail)
{
    for (size_t i = 0; i < detail.size; i++) {
        char c = detail.data[i];
        buffer_append_u8(out, (uint8_t)(c == '"' ? '\'' : c == '\\' ? '/' : c));
    }
}

static void refuse(struct api_call *api,
                   const struct message_version_publish_reply *reply)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(ERROR_BYTES);
    const struct refusal *refusal = &REFUSALS[reply->refusal];
    const char *joint = reply->detail.size > 0 ? " " : "";
    buffer_format(&text, "{\"error\":{\"name\":\"%s\",\"status\":409,"
                         "\"detail\":\"", refusal->name);
    put_detail(&text, reply->detail);
    buffer_format(&text, "\",\"ko\":\"%s%s", refusal->ko, joint);
    put_detail(&text, reply->detail);
    buffer_format(&text, "\",\"en\":\"%s%s", refusal->en, joint);
    put_detail(&text, reply->detail);
    buffer_append_text(&text, "\"}}");
    api->code = CONFLICT;
    web_api_finish(api, STATUS_OK, buffer_bytes(&text), text_of(""));
}

static void on_version_publish(void *context, enum status status,
                               const struct message_version_publish_reply *reply,
                               int descriptor)
{
    (void)descriptor;
    if (status == STATUS_CONFLICT && reply != NULL &&
        reply->refusal > NOTICE_REFUSED_NOT &&
        reply->refusal < NOTICE_REFUSED_COUNT)
        refuse(context, reply);
    else
        web_api_finish(context, status,
                       reply == NULL ? (struct bytes){NULL, 0} : reply->json,
                       text_of(""));
}

static bool is_digest(struct text text)
{
    uint8_t digest[DIGEST_BYTES / 2];
    return hex_decode(text, digest, sizeof digest) == STATUS_OK;
}

void web_version_publish(struct web_client *client,
                         const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"sha256", "effective", "at_once",
                                        "reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_version_publish message = {0};
    int64_t at_once = 0;
    (void)number;
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_text(&body, "sha256", DIGEST_BYTES, &message.sha256) ||
        !is_digest(message.sha256) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason) ||
        !json_body_number(&body, "effective", 1, INT64_MAX,
                          &message.effective_us) ||
        !json_body_number(&body, "at_once", 0, 1, &at_once);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 202;
    message.at_once = (uint8_t)at_once;
    message.session = web_call_session(&api->call);
    ASK(api, version_publish, &message);
}

/* False, with its answer, where this is no number of a version. */
static bool take_version(struct web_client *client, uint64_t number,
                         uint32_t *out)
{
    *out = (uint32_t)number;
    if (number >= 1 && number <= NOTICE_VERSION_MAX)
        return true;
    web_api_refuse(client, PROBLEM_NOT_FOUND);
    return false;
}

void web_version_withdraw(struct web_client *client,
                          const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"reason", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_version_withdraw message = {
        .address = text_of(client->address)};
    if (!take_version(client, number, &message.version))
        return;
    bool is_bad =
        !json_body_only(request->body, NAMES, &body) ||
        !json_body_plain(&body, "reason", REASON_MAX_BYTES, &message.reason);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 202;
    message.session = web_call_session(&api->call);
    ASK(api, version_withdraw, &message);
}

void web_version_confirm(struct web_client *client,
                         const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"page_sha256", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_version_confirm message = {
        .page_sha256 = text_of(""), .address = text_of(client->address)};
    if (!take_version(client, number, &message.version))
        return;
    bool is_bad = !json_body_only(request->body, NAMES, &body) ||
                  (json_body_text(&body, "page_sha256", DIGEST_BYTES,
                                  &message.page_sha256) &&
                   !is_digest(message.page_sha256));
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = 202;
    message.session = web_call_session(&api->call);
    ASK(api, version_confirm, &message);
}

void web_versions(struct web_client *client, const struct request *request,
                  uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_versions_get message = {
        .session = web_call_session(&api->call), .local = client->is_local};
    ASK(api, versions_get, &message);
}

void web_drafts(struct web_client *client, const struct request *request,
                uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_drafts_get message = {
        .session = web_call_session(&api->call)};
    ASK(api, drafts_get, &message);
}

void web_version_change(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    struct message_version_change_get message = {.version = 0};
    if (!take_version(client, number, &message.version))
        return;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    message.session = web_call_session(&api->call);
    ASK(api, version_change_get, &message);
}
