/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of the whole. The vault says what it holds; then, of as many cameras
 * at a time as an answer has room for, what is recorded. That is held against
 * what the log explains: the rest of the last day is unexplained, and there
 * should be none.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/document.h"
#include "notice/plant_site.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/promise/promise.h"
#include "roles/gate/witness/witnesses.h"

enum {
    CAMERA_ROW_SIZE = 4 + 4 + 8 + 4 + 8, /* see ipc/messages.def */
    ASKED_ROW_SIZE = 4 + 8 + 8,          /* so too */
    SPANS_MAX = 8192,
    STATUS_CALLS_MAX = 8, /* at a time: each asks the vault for every camera */
    STORAGE_JSON_MAX = 65536,
    /* The newest seconds are still on their way to the disk. */
    SETTLING_US = 8 * SECOND_US,
    /* Below what the vault calls a gap, nothing is missing. */
    HOLE_US = 1 * SECOND_US,
};

static const int64_t LOOK_BACK_US = INT64_C(86400) * SECOND_US;

struct status_camera {
    uint32_t number;
    enum cause state;
    int64_t last_us;
    int64_t recorded_us;
    int64_t unexplained_us;
    uint32_t lost_packets;
    uint32_t dropped_pictures;
    struct span window; /* in which all is to be explained; empty: none */
};

struct status_call {
    struct gate_call call; /* first */
    uint64_t records;
    uint64_t bytes;
    uint32_t volumes;
    uint64_t free_bytes;
    bool has_vault;
    struct buffer storage; /* JSON: disks, pools and what they hold */
    struct status_camera *cameras;
    size_t count;
    size_t looked_at; /* cameras whose spans are known */
    struct span *spans; /* recorded or explained, of one camera */
    size_t span_count;
};

/* ---- the document
 * -------------------------------------------------------------------- */

static const char *state_name(enum cause state)
{
    return state == CAUSE_NONE ? "recording" : cause_name(state);
}

/* An unencrypted link is an exception, and is said; so is what a camera may
 * not show. */
static void write_link(const struct gate *gate, uint32_t number,
                       struct json *json)
{
    const struct plant_camera *camera =
        plant_stream_find(gate->configuration.plant, number);
    gate_put_name(json, "encrypted");
    gate_put_bool(json, camera != NULL && camera->is_secure);
    gate_put_named_number(json, "masks",
                          camera == NULL ? 0 : (int64_t)camera->mask_count);
}

/* Which part of which notice is run, and whose signature that bears. */
static void write_notice(const struct gate *gate, struct json *json)
{
    const struct configuration *configuration = &gate->configuration;
    const struct plant *plant = configuration->plant;
    gate_put_named_text(json, "site", plant->site_id);
    gate_put_name(json, "notice");
    gate_put_open(json, '{');
    const struct notice_version *active =
        notice_versions_active(&gate->versions);
    gate_put_named_number(json, "version", configuration->version);
    gate_put_named_text(json, "sha256",
                        text_of(active == NULL ? "" : active->sha256));
    gate_put_named_text(json, "key", plant->notice_key);
    gate_put_close(json, '}');
}

static int64_t write_cameras(const struct status_call *asked, struct json *json)
{
    int64_t unexplained_us = 0;
    gate_put_name(json, "cameras");
    gate_put_open(json, '[');
    for (size_t i = 0; i < asked->count; i++) {
        const struct status_camera *camera = &asked->cameras[i];
        gate_put_open(json, '{');
        gate_put_named_number(json, "number", stream_camera(camera->number));
        gate_put_named_text(
            json, "stream",
            text_of(stream_is_sub(camera->number) ? "sub" : "main"));
        gate_put_named_text(json, "state", text_of(state_name(camera->state)));
        gate_put_name(json, "recorded_s");
        gate_put_seconds(json, camera->recorded_us);
        gate_put_named_number(json, "last_us", camera->last_us);
        gate_put_name(json, "unexplained_s");
        gate_put_seconds(json, camera->unexplained_us);
        gate_put_named_number(json, "lost_packets", camera->lost_packets);
        gate_put_named_number(json, "dropped_pictures",
                              camera->dropped_pictures);
        write_link(asked->call.gate, camera->number, json);
        gate_put_close(json, '}');
        unexplained_us += camera->unexplained_us;
    }
    gate_put_close(json, ']');
    return unexplained_us;
}

static void write_keys(const struct gate_keys *keys, struct json *json)
{
    gate_put_name(json, "keys");
    gate_put_open(json, '{');
    gate_put_named_number(json, "last_scrub_us", keys->last_scrub_us);
    gate_put_named_number(json, "scrub_damage", keys->scrub_damage);
    gate_put_name(json, "memory_locked");
    gate_put_bool(json, keys->is_locked);
    gate_put_close(json, '}');
}

static void write_status(const struct status_call *asked, struct buffer *out)
{
    const struct gate *gate = asked->call.gate;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    write_notice(gate, &json);
    int64_t unexplained_us = write_cameras(asked, &json);
    gate_put_named_number(&json, "records", (int64_t)asked->records);
    gate_put_named_number(&json, "bytes", (int64_t)asked->bytes);
    gate_put_named_number(&json, "volumes", asked->volumes);
    gate_put_named_number(&json, "free_bytes", (int64_t)asked->free_bytes);
    if (asked->storage.size > 0) {
        buffer_append_u8(out, ',');
        buffer_append(out, buffer_bytes(&asked->storage));
    }
    gate_put_named_number(
        &json, "entries",
        (int64_t)log_store_count(log_writer_store(gate->log)));
    gate_put_named_number(&json, "destructions",
                          (int64_t)gate->history.destructions);
    gate_put_named_number(&json, "restarts", (int64_t)gate->history.restarts);
    gate_put_named_number(&json, "epoch", (int64_t)gate->epoch);
    gate_put_named_number(&json, "erasure_level", gate->erasure_level);
    write_keys(&gate->keys, &json);
    gate_put_name(&json, "deletion_pending");
    gate_put_bool(&json, gate->pending != PENDING_NONE);
    gate_put_named_text(&json, "pending_reason",
                        text_of(pending_name(gate->pending)));
    gate_put_named_number(&json, "orders_waiting", gate->orders_waiting);
    gate_put_named_number(&json, "orders_open",
                          (int64_t)orders_open(&gate->orders));
    gate_put_named_number(&json, "next_order_s", gate->next_order_s);
    gate_periods_write(gate, &json);
    gate_promises_write(gate, &json);
    gate_put_name(&json, "unexplained_s");
    gate_put_seconds(&json, unexplained_us);
    gate_put_name(&json, "review_overdue");
    gate_put_bool(&json, gate_review_is_overdue(gate));
    gate_put_named_number(&json, "copies_overdue",
                          (int64_t)items_overdue(&gate->items, gate_now(gate)));
    gate_put_named_number(
        &json, "duties_overdue",
        (int64_t)duties_overdue(&gate->duties, gate_now(gate)));
    gate_put_name(&json, "vault");
    gate_put_bool(&json, asked->has_vault);
    gate_put_name(&json, "keeper");
    gate_put_bool(&json, gate->process.peers[ROLE_KEEPER] != NULL);
    gate_put_name(&json, "log_open");
    gate_put_bool(&json, log_writer_is_open(gate->log));
    gate_put_named_text(&json, "predecessor",
                        text_of(gate->witness_watch.predecessor));
    gate_put_named_number(&json, "predecessor_missing",
                          gate->witness_watch.missing);
    gate_witnesses_write(gate, &json);
    gate_witnessed_write(gate, &json);
    gate_timestamps_write(gate, &json);
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_clock_write(gate, &json);
    gate_put_close(&json, '}');
}

static void status_call_destroy(struct status_call **asked)
{
    (*asked)->call.gate->status_calls--;
    gate_call_end(&(*asked)->call);
    buffer_deinit(&(*asked)->storage);
    alloc_free((*asked)->cameras);
    alloc_free((*asked)->spans);
    alloc_free(*asked);
    *asked = NULL;
}

static void finish(struct status_call *asked)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct channel *channel =
        gate_asker_channel(asked->call.gate, &asked->call.asker);
    struct message_status_get_reply reply = {.id = asked->call.asker.id};
    struct document document = {.descriptor = -1};
    write_status(asked, &json);
    if (channel != NULL) {
        reply.status = json.failed
                           ? STATUS_LIMIT
                           : document_pack(channel, buffer_bytes(&json),
                                           &document);
        reply.json = document.inside;
        reply.outside_bytes = document.outside_bytes;
        gate_sent(message_status_get_answer(channel, &reply,
                                            document.descriptor),
                  "status_get");
    }
    status_call_destroy(&asked);
}

static void lost(struct gate_call *call)
{
    finish((struct status_call *)call);
}

/* ---- unexplained seconds
 * --------------------------------------------------------------- */

static void add_span(struct status_call *asked, struct span span)
{
    if (!span_is_empty(span) && asked->span_count < SPANS_MAX)
        asked->spans[asked->span_count++] = span;
}

static int by_start(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    return x->from.us < y->from.us ? -1 : x->from.us > y->from.us;
}

static void add_explained(struct status_call *asked,
                          const struct status_camera *of)
{
    const struct history_camera *camera =
        history_camera(&asked->call.gate->history, of->number);
    if (camera == NULL)
        return;
    for (size_t i = 0; i < camera->gaps.count; i++) {
        if (span_overlaps(camera->gaps.list[i].span, of->window))
            add_span(asked, camera->gaps.list[i].span);
    }
    for (size_t i = 0; i < camera->destroyed.count; i++) {
        if (span_overlaps(camera->destroyed.list[i].span, of->window))
            add_span(asked, camera->destroyed.list[i].span);
    }
    if (camera->has_open_gap)
        add_span(asked,
                 (struct span){camera->open_gap.span.from, of->window.to});
}

/* What no span covers, holes that are no gap left out. */
static int64_t uncovered_us(struct status_call *asked, struct span window)
{
    struct wall_time until = window.from;
    int64_t sum_us = 0;
    qsort(asked->spans, asked->span_count, sizeof *asked->spans, by_start);
    add_span(asked, (struct span){window.to, {window.to.us + 1}});
    for (size_t i = 0; i < asked->span_count; i++) {
        struct span span = asked->spans[i];
        if (span.from.us > window.to.us)
            span.from = window.to;
        if (span.from.us - until.us > HOLE_US)
            sum_us += span.from.us - until.us;
        if (span.to.us > until.us)
            until = span.to;
    }
    return sum_us;
}

/* The next camera's spans out of the vault's answer. */
static void look_at(struct status_call *asked, struct reader *in)
{
    struct status_camera *camera = &asked->cameras[asked->looked_at];
    asked->span_count = 0;
    for (uint32_t left = reader_u32be(in); left > 0 && !in->failed; left--) {
        struct span span = {{reader_i64be(in)}, {0}};
        span.to.us = reader_i64be(in);
        if (!in->failed)
            add_span(asked, span);
    }
    add_explained(asked, camera);
    camera->unexplained_us = uncovered_us(asked, camera->window);
    asked->looked_at++;
}

/* Those that were not promised are passed over. */
static bool has_next(struct status_call *asked)
{
    while (asked->looked_at < asked->count &&
           span_is_empty(asked->cameras[asked->looked_at].window))
        asked->looked_at++;
    return asked->looked_at < asked->count;
}

static void ask_spans(struct status_call *asked);

static void on_spans(void *context, enum status status,
                     const struct message_spans_list_reply *reply,
                     int descriptor)
{
    struct status_call *asked = context;
    (void)descriptor;
    if (status != STATUS_OK || reply == NULL || reply->spans.size == 0) {
        finish(asked);
        return;
    }
    struct reader in = reader_on(reply->spans);
    while (reader_more(&in) && has_next(asked))
        look_at(asked, &in);
    ask_spans(asked);
}

/* From when recording was promised, or a day ago, until just now. */
static struct span window_of(const struct gate *gate, uint32_t number)
{
    const struct history_camera *history =
        history_camera(&gate->history, number);
    struct wall_time now = gate_now(gate);
    struct span window = {{0}, {0}};
    if (history == NULL || !history->is_added)
        return window;
    window.from = history->added;
    window.to.us = now.us - SETTLING_US;
    if (window.from.us < now.us - LOOK_BACK_US)
        window.from.us = now.us - LOOK_BACK_US;
    return window;
}

/* All that have not been looked at: the vault answers for the first of them. */
static void ask_spans(struct status_call *asked)
{
    if (!has_next(asked)) {
        finish(asked);
        return;
    }
    AUTO(buffer_deinit)
    struct buffer rows = buffer_with_limit(CAMERAS_MAX * ASKED_ROW_SIZE);
    for (size_t i = asked->looked_at; i < asked->count; i++) {
        const struct status_camera *camera = &asked->cameras[i];
        uint8_t *row = span_is_empty(camera->window)
                           ? NULL
                           : buffer_reserve(&rows, ASKED_ROW_SIZE);
        struct writer out = writer_on(row, row == NULL ? 0 : ASKED_ROW_SIZE);
        writer_u32be(&out, camera->number);
        writer_i64be(&out, camera->window.from.us);
        writer_i64be(&out, camera->window.to.us);
    }
    struct channel *vault = gate_call_ask(&asked->call, ROLE_VAULT);
    const struct message_spans_list question = {.asked = buffer_bytes(&rows)};
    if (vault == NULL || rows.failed ||
        message_spans_list_send(vault, &question, -1, on_spans, asked) !=
            STATUS_OK)
        finish(asked);
}

/* ---- what the vault holds
 * ----------------------------------------------------------------- */

static enum status take_cameras(struct status_call *asked, struct bytes rows)
{
    struct reader in = reader_on(rows);
    asked->count = rows.size / CAMERA_ROW_SIZE;
    if (asked->count > CAMERAS_MAX)
        asked->count = CAMERAS_MAX;
    alloc_free(asked->cameras);
    asked->cameras = alloc_array(asked->count == 0 ? 1 : asked->count,
                                 sizeof *asked->cameras);
    if (asked->cameras == NULL) {
        asked->count = 0;
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < asked->count; i++) {
        struct status_camera *camera = &asked->cameras[i];
        camera->number = reader_u32be(&in);
        uint8_t state = reader_u8(&in);
        camera->state =
            state < CAUSE_COUNT ? (enum cause)state : CAUSE_STARTING;
        reader_skip(&in, 1);
        camera->dropped_pictures = reader_u16be(&in);
        camera->last_us = reader_i64be(&in);
        camera->lost_packets = reader_u32be(&in);
        camera->recorded_us = reader_i64be(&in) * 1000;
        camera->window = window_of(asked->call.gate, camera->number);
    }
    return STATUS_OK;
}

static void on_vault_status(void *context, enum status status,
                            const struct message_vault_status_reply *reply,
                            int descriptor)
{
    struct status_call *asked = context;
    (void)descriptor;
    if (status == STATUS_OK && reply != NULL) {
        asked->has_vault = true;
        asked->records = reply->records;
        asked->bytes = reply->bytes;
        asked->volumes = reply->volumes;
        asked->free_bytes = reply->free_bytes;
        gate_put_storage(reply, &asked->storage);
        status = take_cameras(asked, reply->cameras);
    }
    if (status == STATUS_OK)
        ask_spans(asked);
    else
        finish(asked);
}

/* Without the vault: what the log knows of the cameras. */
static enum status take_log_cameras(struct status_call *asked)
{
    const struct gate *gate = asked->call.gate;
    const struct plant *plant = gate->configuration.plant;
    asked->cameras =
        alloc_array(plant->all_count + 1, sizeof *asked->cameras);
    if (asked->cameras == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        if (!plant_stores_group(plant, gate->configuration.notice,
                                camera->group))
            continue;
        const struct history_camera *history =
            history_camera(&gate->history, camera->number);
        struct status_camera *row = &asked->cameras[asked->count++];
        row->number = camera->number;
        row->state = history != NULL && history->has_state
                                      ? history->state
                                      : CAUSE_STARTING;
    }
    return STATUS_OK;
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_status_get *message)
{
    struct gate_person person;
    enum status s = STATUS_OK;
    if (!gate->is_started || gate->status_calls == STATUS_CALLS_MAX)
        return STATUS_AGAIN;
    if (message->local == 0)
        s = gate_person_find(gate, message->session, &person);
    if (s == STATUS_OK && message->local == 0 &&
        !gate_person_may(&person, RIGHT_SEE_STATUS))
        s = STATUS_DENIED;
    if (s != STATUS_OK)
        return s;
    struct status_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    asked->storage = buffer_with_limit(STORAGE_JSON_MAX);
    gate_call_begin(gate, &asked->call);
    gate->status_calls++;
    asked->call.asker = gate_asker_of(gate, channel, message->id);
    asked->call.lost = lost;
    asked->spans = alloc_array(SPANS_MAX, sizeof *asked->spans);
    s = asked->spans == NULL ? STATUS_NO_MEMORY : take_log_cameras(asked);
    if (s != STATUS_OK) {
        status_call_destroy(&asked);
        return s;
    }
    struct channel *vault = gate_call_ask(&asked->call, ROLE_VAULT);
    const struct message_vault_status question = {.id = 0};
    if (vault == NULL ||
        message_vault_status_send(vault, &question, -1, on_vault_status,
                                  asked) != STATUS_OK)
        finish(asked);
    return STATUS_OK;
}

void gate_on_status_get(void *context, struct channel *channel,
                        const struct message_status_get *message,
                        int descriptor)
{
    (void)descriptor;
    struct message_status_get_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_status_get_answer(channel, &reply, -1), "status_get");
}
