/* SPDX-License-Identifier: Apache-2.0 */
/* Of one camera: what is recorded, what is missing and why, what is gone. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"

enum {
    COVERAGE_DAYS_MAX = 62,
    GAPS_SHOWN_MAX = 400, /* the latest; the log has them all */
    DESTROYED_SHOWN_MAX = 100,
};

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

struct coverage_call {
    struct gate_call call; /* first */
    uint32_t camera;
    struct span span;
};

static void answer(struct coverage_call *asked, enum status status,
                   struct bytes json)
{
    struct channel *channel =
        gate_asker_channel(asked->call.gate, &asked->call.asker);
    const struct message_coverage_get_reply reply = {
        .id = asked->call.asker.id, .status = status, .json = json};
    if (channel != NULL)
        gate_sent(message_coverage_get_answer(channel, &reply, -1),
                  "coverage_get");
    gate_call_end(&asked->call);
    alloc_free(asked);
}

static void lost(struct gate_call *call)
{
    answer((struct coverage_call *)call, STATUS_AGAIN, (struct bytes){NULL, 0});
}

static void write_recorded(struct json *json, struct bytes spans)
{
    struct reader in = reader_on(spans);
    gate_put_name(json, "recorded");
    gate_put_open(json, '[');
    while (reader_more(&in)) {
        int64_t from_us = reader_i64be(&in);
        int64_t to_us = reader_i64be(&in);
        if (in.failed)
            break;
        gate_put_open(json, '[');
        gate_put_number(json, from_us);
        gate_put_number(json, to_us);
        gate_put_close(json, ']');
    }
    gate_put_close(json, ']');
}

static void write_held(struct json *json, struct bytes spans)
{
    struct reader in = reader_on(spans);
    gate_put_name(json, "held");
    gate_put_open(json, '[');
    while (reader_more(&in)) {
        int64_t from_us = reader_i64be(&in);
        int64_t to_us = reader_i64be(&in);
        uint32_t hold = reader_u32be(&in);
        if (in.failed)
            break;
        gate_put_open(json, '{');
        gate_put_named_number(json, "from_us", from_us);
        gate_put_named_number(json, "to_us", to_us);
        gate_put_named_number(json, "hold", hold);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

static void write_gap(struct json *json, const struct history_span *gap,
                      struct wall_time to)
{
    gate_put_open(json, '{');
    gate_put_named_number(json, "from_us", gap->span.from.us);
    gate_put_named_number(json, "to_us", to.us);
    gate_put_named_text(json, "cause", text_of(cause_name(gap->cause)));
    gate_put_named_number(json, "entry", (int64_t)gap->entry);
    gate_put_close(json, '}');
}

/* The first of the latest `most` spans that overlap. */
static size_t latest(const struct history_spans *spans, struct span span,
                     size_t most)
{
    size_t first = spans->count;
    size_t found = 0;
    while (first > 0 && found < most) {
        first--;
        found += span_overlaps(spans->list[first].span, span);
    }
    return first;
}

static void write_gaps(struct json *json, const struct history_camera *camera,
                       struct span span, struct wall_time now)
{
    gate_put_name(json, "gaps");
    gate_put_open(json, '[');
    if (camera != NULL) {
        size_t first = latest(&camera->gaps, span, GAPS_SHOWN_MAX);
        for (size_t i = first; i < camera->gaps.count; i++) {
            if (span_overlaps(camera->gaps.list[i].span, span))
                write_gap(json, &camera->gaps.list[i],
                          camera->gaps.list[i].span.to);
        }
        struct span open = {camera->open_gap.span.from, now};
        if (camera->has_open_gap && span_overlaps(open, span))
            write_gap(json, &camera->open_gap, now);
    }
    gate_put_close(json, ']');
}

static void write_destroyed(struct json *json,
                            const struct history_camera *camera,
                            struct span span)
{
    gate_put_name(json, "destroyed");
    gate_put_open(json, '[');
    if (camera != NULL) {
        size_t first = latest(&camera->destroyed, span, DESTROYED_SHOWN_MAX);
        for (size_t i = first; i < camera->destroyed.count; i++) {
            const struct history_span *gone = &camera->destroyed.list[i];
            if (!span_overlaps(gone->span, span))
                continue;
            gate_put_open(json, '{');
            gate_put_named_number(json, "from_us", gone->span.from.us);
            gate_put_named_number(json, "to_us", gone->span.to.us);
            gate_put_named_text(json, "cause",
                                text_of(cause_name(gone->cause)));
            gate_put_named_number(json, "entry", (int64_t)gone->entry);
            gate_put_close(json, '}');
        }
    }
    gate_put_close(json, ']');
}

static void on_spans(void *context, enum status status,
                     const struct message_spans_get_reply *reply,
                     int descriptor)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(GATE_JSON_MAX);
    struct coverage_call *asked = context;
    const struct gate *gate = asked->call.gate;
    struct json json = gate_put_on(&text);
    (void)descriptor;
    if (status != STATUS_OK || reply == NULL) {
        answer(asked, status == STATUS_IO ? STATUS_AGAIN : status,
               (struct bytes){NULL, 0});
        return;
    }
    const struct history_camera *camera =
        history_camera(&gate->history, asked->camera);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "camera", asked->camera);
    gate_put_named_number(&json, "from", asked->span.from.us);
    gate_put_named_number(&json, "to", asked->span.to.us);
    write_recorded(&json, reply->spans);
    write_held(&json, reply->held);
    write_gaps(&json, camera, asked->span, gate_now(gate));
    write_destroyed(&json, camera, asked->span);
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_close(&json, '}');
    answer(asked, text.failed ? STATUS_LIMIT : STATUS_OK, buffer_bytes(&text));
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_coverage_get *message)
{
    struct gate_person person;
    struct span span = {{message->from_us}, {message->to_us}};
    if (!gate->is_started)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    if (gate_person_camera(gate, &person, RIGHT_SEE_CAMERAS, message->camera) ==
        NULL)
        return STATUS_DENIED;
    if (span.from.us < 0 || span_is_empty(span) ||
        span.to.us - span.from.us > COVERAGE_DAYS_MAX * DAY_US)
        return STATUS_BAD_INPUT;
    struct coverage_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    asked->call.asker = gate_asker_of(gate, channel, message->id);
    asked->call.lost = lost;
    asked->camera = message->camera;
    asked->span = span;
    gate_call_begin(gate, &asked->call);
    struct channel *vault = gate_call_ask(&asked->call, ROLE_VAULT);
    const struct message_spans_get question = {.camera = message->camera,
                                               .from_us = span.from.us,
                                               .to_us = span.to.us};
    s = vault == NULL
            ? STATUS_AGAIN
            : message_spans_get_send(vault, &question, -1, on_spans, asked);
    if (s == STATUS_OK)
        return s;
    gate_call_end(&asked->call);
    alloc_free(asked);
    return s;
}

void gate_on_coverage_get(void *context, struct channel *channel,
                          const struct message_coverage_get *message,
                          int descriptor)
{
    (void)descriptor;
    struct message_coverage_get_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_coverage_get_answer(channel, &reply, -1),
                  "coverage_get");
}
