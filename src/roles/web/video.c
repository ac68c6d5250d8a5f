/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "model/camera.h"
#include "roles/web/web.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"
#include "web/fragments.h"
#include "web/motion.h"

enum { MEDIA_BYTES_MAX = 80 * 1024 * 1024 }; /* one answer, in memory */

/* One piece of a view: a ticket, one read, one answer. */
struct media_call {
    struct web_call call; /* first */
    struct web_ticket ticket;
    uint32_t camera;
    int64_t from_us;
    bool is_motion; /* asked for where something moved, not for pictures */
};

static void lost(struct web_call *call)
{
    web_call_refuse(call, PROBLEM_VAULT_AWAY);
}

static void release(struct web_call *call)
{
    web_ticket_deinit(&((struct media_call *)call)->ticket);
}

static void write_headers(const struct fragments *written, int64_t next_us,
                          struct buffer *out)
{
    buffer_format(out,
                  "X-Haechi-Start: %lld\r\nX-Haechi-End: %lld\r\n"
                  "X-Haechi-Next: %lld\r\nX-Haechi-Codec: %s\r\n"
                  "X-Haechi-Size: %ux%u\r\n",
                  (long long)written->start_us, (long long)written->end_us,
                  (long long)next_us, written->codec, written->width,
                  written->height);
}

/* Nothing here: where to go on says a header. */
static void answer_nothing(struct media_call *media, int64_t next_us)
{
    char headers[64];
    (void)snprintf(headers, sizeof headers, "X-Haechi-Next: %lld\r\n",
                   (long long)next_us);
    const struct response response = {
        .code = 204,
        .kind = RESPONSE_API,
        .headers = {headers, strlen(headers)},
    };
    connection_answer(media->call.client->connection, &response,
                      (struct bytes){NULL, 0}, web_now_ms(media->call.web));
    web_call_end(&media->call);
}

static enum problem make_answer(struct media_call *media, struct bytes packs,
                                int64_t next_us)
{
    AUTO(buffer_deinit)
    struct buffer body = buffer_with_limit(MEDIA_BYTES_MAX);
    AUTO(buffer_deinit) struct buffer headers = buffer_with_limit(512);
    struct fragments written;
    enum status s =
        fragments_append(&body, packs, media->camera, &written);
    if (s != STATUS_OK)
        return problem_of_vault(s);
    if (written.is_cut)
        next_us = written.cut_us;
    write_headers(&written, next_us, &headers);
    if (headers.failed)
        return PROBLEM_VAULT_AWAY;
    const struct response response = {
        .code = 200,
        .kind = RESPONSE_API,
        .type = "video/mp4",
        .headers = buffer_text(&headers),
    };
    connection_answer(media->call.client->connection, &response,
                      buffer_bytes(&body), web_now_ms(media->call.web));
    return PROBLEM_NONE;
}

static void answer_motion(struct media_call *media, struct bytes packs,
                          int64_t next_us)
{
    AUTO(buffer_deinit) struct buffer body = buffer_with_limit(MOTION_JSON_MAX);
    if (motion_write(packs, media->from_us, next_us, &body) != STATUS_OK) {
        web_call_refuse(&media->call, PROBLEM_VAULT_AWAY);
        return;
    }
    const struct response response = {
        .code = 200,
        .kind = RESPONSE_API,
        .type = "application/json",
    };
    connection_answer(media->call.client->connection, &response,
                      buffer_bytes(&body), web_now_ms(media->call.web));
    web_call_end(&media->call);
}

static void on_read(void *context, enum status status,
                    const struct message_read_reply *reply, int descriptor)
{
    struct media_call *media = context;
    web_call_answered(&media->call);
    struct bytes packs = {NULL, 0};
    if (status == STATUS_OK && reply != NULL && reply->bytes > 0)
        status = sealed_memory_map(descriptor, reply->bytes, &packs);
    socket_close(&descriptor);
    if (media->call.client == NULL) {
        web_call_end(&media->call);
    } else if (status != STATUS_OK || reply == NULL) {
        web_call_refuse(&media->call, problem_of_vault(status));
    } else if (media->is_motion) {
        answer_motion(media, packs, reply->next_us);
    } else if (packs.size == 0) {
        answer_nothing(media, reply->next_us);
    } else {
        enum problem problem = make_answer(media, packs, reply->next_us);
        if (problem == PROBLEM_NONE)
            web_call_end(&media->call);
        else
            web_call_refuse(&media->call, problem);
    }
    sealed_memory_unmap(&packs);
}

static void on_ticket(void *context, enum status status,
                      const struct message_ticket_get_reply *reply,
                      int descriptor)
{
    struct media_call *media = context;
    (void)descriptor;
    web_call_answered(&media->call);
    if (media->call.client == NULL) {
        web_call_end(&media->call);
        return;
    }
    if (status == STATUS_OK && reply != NULL)
        status = web_ticket_take(&media->ticket, reply->ticket);
    if (status != STATUS_OK) {
        web_call_refuse(&media->call, problem_of_gate(status));
        return;
    }
    int64_t span_us = media->is_motion ? WEB_MOTION_SPAN_US : WEB_MEDIA_SPAN_US;
    const struct message_read message = {
        .ticket = buffer_bytes(&media->ticket.sealed),
        .camera = media->camera,
        .from_us = media->from_us,
        .to_us = media->from_us > INT64_MAX - span_us
                     ? INT64_MAX
                     : media->from_us + span_us,
        .is_bare = media->is_motion,
    };
    struct channel *vault = web_call_ask(&media->call, ROLE_VAULT);
    if (vault != NULL &&
        message_read_send(vault, &message, -1, on_read, media) == STATUS_OK)
        return;
    web_call_answered(&media->call);
    web_call_refuse(&media->call, PROBLEM_VAULT_AWAY);
}

static void begin_read(struct web_client *client, const struct request *request,
                       uint64_t number, bool is_motion)
{
    int64_t camera = 0;
    int64_t from_us = 0;
    int64_t now_ms = web_now_ms(client->web);
    if (!request_query_number(request, "camera", CAMERA_NUMBER_MIN,
                              STREAM_NUMBER_MAX, &camera) ||
        !request_query_number(request, "from", 0, INT64_MAX, &from_us)) {
        connection_refuse(client->connection, PROBLEM_BAD_FIELD, now_ms);
        return;
    }
    struct media_call *media = alloc_zeroed(sizeof *media);
    if (media == NULL) {
        connection_refuse(client->connection, PROBLEM_GATE_AWAY, now_ms);
        return;
    }
    web_ticket_init(&media->ticket, number);
    media->camera = (uint32_t)camera;
    media->from_us = from_us;
    media->is_motion = is_motion;
    media->call.lost = lost;
    media->call.release = release;
    web_call_begin(&media->call, client, request);
    if (web_ticket_ask(&media->ticket, &media->call, on_ticket) != STATUS_OK)
        web_call_refuse(&media->call, PROBLEM_GATE_AWAY);
}

void web_video_media(struct web_client *client, const struct request *request,
                     uint64_t number)
{
    begin_read(client, request, number, false);
}

void web_video_motion(struct web_client *client, const struct request *request,
                      uint64_t number)
{
    begin_read(client, request, number, true);
}
