/* SPDX-License-Identifier: Apache-2.0 */
/* Places that are not filmed, and who has signed that a camera does not show
 * them. */
#include "base/cleanup.h"
#include "model/camera.h"
#include "roles/web/api.h"
#include "web/json_body.h"

enum {
    PLACE_MAX_BYTES = 1024, /* fields of ipc/messages.def */
    WORD_MAX_BYTES = 16,
    DIGEST_BYTES = 64,
    REASON_MAX_BYTES = 1024,
    CREATED = 201,
};

ON_DOCUMENT(exclusions_get)
ON_JSON(exclusion_sign)

void web_exclusions(struct web_client *client, const struct request *request,
                    uint64_t number)
{
    (void)number;
    struct api_call *api = web_api_begin(client, request);
    if (api == NULL)
        return;
    const struct message_exclusions_get message = {
        .session = web_call_session(&api->call)};
    ASK(api, exclusions_get, &message);
}

static bool read_signature(const struct json_body *body,
                           struct message_exclusion_sign *out)
{
    int64_t camera = 0;
    int64_t view = 0;
    bool has_picture = json_body_has(body, "picture_sha256");
    bool has_view = json_body_has(body, "view");
    bool is_good =
        json_body_number(body, "camera", 1, CAMERA_NUMBER_MAX, &camera) &&
        json_body_plain(body, "place", PLACE_MAX_BYTES, &out->place) &&
        json_body_plain(body, "by", WORD_MAX_BYTES, &out->by) &&
        (!has_picture || json_body_plain(body, "picture_sha256", DIGEST_BYTES,
                                         &out->picture_sha256)) &&
        (!has_view || json_body_number(body, "view", 1, INT64_MAX, &view)) &&
        json_body_number(body, "taken", 1, INT64_MAX, &out->taken_us) &&
        json_body_plain(body, "reason", REASON_MAX_BYTES, &out->reason);
    out->camera = (uint32_t)camera;
    out->view = (uint64_t)view;
    return is_good;
}

void web_exclusion_sign(struct web_client *client,
                        const struct request *request, uint64_t number)
{
    static const char *const NAMES[] = {"camera", "place", "by",
                                        "taken",  "view",  "reason",
                                        "picture_sha256", NULL};
    AUTO(json_body_deinit) struct json_body body = {NULL};
    struct message_exclusion_sign message = {
        .picture_sha256 = text_of(""), .address = text_of(client->address)};
    (void)number;
    bool is_bad = !json_body_only(request->body, NAMES, &body) ||
                  !read_signature(&body, &message);
    struct api_call *api = web_api_begin_unless(is_bad, client, request);
    if (api == NULL)
        return;
    api->code = CREATED;
    message.session = web_call_session(&api->call);
    ASK(api, exclusion_sign, &message);
}
