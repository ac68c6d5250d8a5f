/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and closing views. In this order, always: session, right, group,
 * span, purpose, reason; the entry; its fdatasync; the view; the answer.
 * Before the fdatasync nothing exists that a ticket could be made for.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/view/view.h"

enum {
    CAMERA_BYTES = 4,
    /* A clock that is a little ahead of ours is not the future. */
    SPAN_TOLERANCE_US = 5 * SECOND_US,
};

/* A view whose entry is on its way. */
struct opening {
    struct gate *gate;
    struct gate_asker asker;
    struct view view;
    uint8_t *cameras; /* u32 big-endian each, sorted, none twice */
    size_t camera_count;
};

static void opening_destroy(struct opening **opening)
{
    if (*opening == NULL)
        return;
    alloc_free((*opening)->cameras);
    alloc_free(*opening);
    *opening = NULL;
}

/* ---- answers
 * ------------------------------------------------------------------- */

/* Of all cameras of the view; or of those whose sub stream it shows. */
static void write_numbers(struct json *json, const char *name,
                          struct bytes streams, bool only_sub)
{
    struct reader in = reader_on(streams);
    gate_put_name(json, name);
    gate_put_open(json, '[');
    while (reader_more(&in)) {
        uint32_t stream = reader_u32be(&in);
        if (!only_sub || stream_is_sub(stream))
            gate_put_number(json, stream_camera(stream));
    }
    gate_put_close(json, ']');
}

static void write_view(const struct opening *opening, struct buffer *out)
{
    const struct view *view = &opening->view;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "view", (int64_t)view->number);
    gate_put_named_number(&json, "entry", (int64_t)view->number);
    if (view->kind == VIEW_RECORDED) {
        gate_put_named_number(&json, "from_us", view->span.from.us);
        gate_put_named_number(&json, "to_us", view->span.to.us);
    } else {
        write_numbers(&json, "cameras", view->cameras, false);
        write_numbers(&json, "sub", view->cameras, true);
    }
    gate_put_named_number(&json, "ticket_s", TICKET_LIFE_S);
    gate_put_close(&json, '}');
}

static void answer(const struct opening *opening, enum status status)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(32768);
    struct channel *channel =
        gate_asker_channel(opening->gate, &opening->asker);
    if (status == STATUS_OK)
        write_view(opening, &text);
    if (status == STATUS_OK && text.size > GATE_JSON_SMALL_MAX)
        buffer_clear(&text); /* the view number says it all */
    if (channel == NULL)
        return;
    const struct message_view_open_reply recorded = {
        .id = opening->asker.id,
        .status = status,
        .view = opening->view.number,
        .json = buffer_bytes(&text),
    };
    const struct message_live_open_reply live = {
        .id = recorded.id,
        .status = status,
        .view = recorded.view,
        .json = recorded.json,
    };
    gate_sent(opening->view.kind == VIEW_RECORDED
                  ? message_view_open_answer(channel, &recorded, -1)
                  : message_live_open_answer(channel, &live, -1),
              "view");
}

/* The entry is durable: only now is there a view. */
static void on_entry(void *context, enum status status, uint64_t number)
{
    AUTO(opening_destroy) struct opening *opening = context;
    struct gate *gate = opening->gate;
    opening->view.number = number;
    opening->view.used = gate_now(gate);
    if (status == STATUS_OK)
        status = view_add(gate->office, &opening->view);
    answer(opening, status);
}

/* ---- checks
 * -------------------------------------------------------------------- */

static size_t characters(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((uint8_t)text.data[i] & 0xc0) != 0x80;
    return count;
}

enum status gate_reason_check(struct text reason)
{
    bool is_good = reason.size <= GATE_REASON_MAX && text_is_plain(reason) &&
                   characters(text_trim(reason)) >= GATE_REASON_CHARACTERS_MIN;
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

/* Somebody signed in has asked for pictures without the right to them. */
static void note_refused(struct gate *gate, const struct gate_person *person,
                         enum right right, uint32_t camera,
                         struct text address)
{
    bool is_live = right == RIGHT_VIEW_LIVE;
    struct entry entry = entry_of(ENTRY_VIEW_REFUSED);
    entry_number(&entry, "account", person->account.number);
    entry_text(&entry, "what", text_of(is_live ? "live" : "recorded"));
    entry_number(&entry, "camera", camera);
    entry_personal(&entry, "address", address);
    gate_note(gate, &entry);
}

enum status gate_camera_check(struct gate *gate,
                              const struct gate_person *person,
                              enum right right, uint32_t camera,
                              struct text purpose, struct text address)
{
    const struct notice *notice = gate->configuration.notice;
    const struct plant_camera *found =
        gate_person_camera(gate, person, right, camera);
    if (found == NULL) {
        note_refused(gate, person, right, camera, address);
        return STATUS_DENIED;
    }
    const struct notice_purpose *stated = notice_purpose_find(notice, purpose);
    if (stated == NULL ||
        !notice_group_has_purpose(&notice->groups[found->group],
                                  (size_t)(stated - notice->purposes)))
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

/* In the past, not empty, not longer than a day; what lies a little ahead is
 * cut off. */
static enum status check_span(struct wall_time now, struct span *span)
{
    int64_t most_us = (int64_t)GATE_VIEW_SPAN_MAX_S * SECOND_US;
    if (span->from.us < 0 || span_is_empty(*span) ||
        span->to.us - span->from.us > most_us ||
        span->to.us > now.us + SPAN_TOLERANCE_US)
        return STATUS_BAD_INPUT;
    if (span->to.us > now.us)
        span->to = now;
    return span_is_empty(*span) ? STATUS_BAD_INPUT : STATUS_OK;
}

enum status gate_viewer_find(struct gate *gate, struct text session,
                             struct gate_person *out)
{
    char who[16];
    uint64_t open = 0;
    if (!gate->is_started || gate->stop.is_asked)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s != STATUS_OK)
        return s;
    (void)snprintf(who, sizeof who, "%" PRIu32, out->account.number);
    s = view_count(gate->office, out->session.hash, &open);
    if (s != STATUS_OK)
        return s;
    return open < VIEWS_OF_SESSION_MAX &&
                   gate_rate_allows(gate, RATE_VIEW, text_of(who))
               ? STATUS_OK
               : STATUS_LIMIT;
}

static struct opening *opening_create(struct gate *gate,
                                      const struct gate_asker *asker,
                                      const struct gate_person *person,
                                      size_t camera_count)
{
    struct opening *opening = alloc_zeroed(sizeof *opening);
    if (opening == NULL)
        return NULL;
    opening->gate = gate;
    opening->asker = *asker;
    opening->camera_count = camera_count;
    opening->view.account = person->account.number;
    memcpy(opening->view.session, person->session.hash, SESSION_HASH_SIZE);
    opening->cameras = alloc_array(camera_count, CAMERA_BYTES);
    if (opening->cameras == NULL)
        opening_destroy(&opening);
    return opening;
}

/* ---- recorded
 * ------------------------------------------------------------------ */

static enum status begin_recorded(struct gate *gate, struct channel *channel,
                                  const struct message_view_open *message)
{
    struct gate_person person;
    struct span span = {{message->from_us}, {message->to_us}};
    enum status s = gate_viewer_find(gate, message->session, &person);
    if (s == STATUS_OK)
        s = gate_camera_check(gate, &person, RIGHT_VIEW_RECORDED, message->camera,
                         message->purpose, message->address);
    if (s == STATUS_OK)
        s = check_span(gate_now(gate), &span);
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    const struct gate_asker asker = gate_asker_of(gate, channel, message->id);
    AUTO(opening_destroy)
    struct opening *opening = opening_create(gate, &asker, &person, 1);
    if (opening == NULL)
        return STATUS_NO_MEMORY;
    struct writer camera = writer_on(opening->cameras, CAMERA_BYTES);
    writer_u32be(&camera, message->camera);
    opening->view.kind = VIEW_RECORDED;
    opening->view.cameras = writer_written(&camera);
    opening->view.span = span;

    struct entry entry = entry_of(ENTRY_VIEW_OPEN);
    entry_number(&entry, "account", person.account.number);
    entry_number(&entry, "camera", message->camera);
    entry_time(&entry, "from", span.from);
    entry_time(&entry, "to", span.to);
    entry_text(&entry, "purpose", message->purpose);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_entry, opening);
    if (s == STATUS_OK)
        opening = NULL; /* on_entry's now */
    return s;
}

void gate_on_view_open(void *context, struct channel *channel,
                       const struct message_view_open *message, int descriptor)
{
    (void)descriptor;
    struct message_view_open_reply reply = {.id = message->id};
    reply.status = begin_recorded(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_view_open_answer(channel, &reply, -1), "view_open");
}

/* ---- live
 * ---------------------------------------------------------------------- */

/* Where a sub stream is wanted and the camera has one, that. */
static void choose_streams(const struct gate *gate, uint8_t *cameras,
                           size_t count)
{
    struct reader in = reader_on(bytes_of(cameras, count * CAMERA_BYTES));
    struct writer out = writer_on(cameras, count * CAMERA_BYTES);
    while (reader_more(&in)) {
        uint32_t camera = reader_u32be(&in);
        uint32_t sub = camera + STREAM_SUB;
        bool has_sub =
            plant_stream_find(gate->configuration.plant, sub) != NULL;
        writer_u32be(&out, has_sub ? sub : camera);
    }
}

/* Checks each stream and writes their numbers, which must ascend: so none
 * stands there twice and the entry has one form. */
static enum status check_cameras(struct gate *gate,
                                 const struct gate_person *person,
                                 const struct message_live_open *message,
                                 struct buffer *shown)
{
    struct reader in = reader_on(message->cameras);
    uint32_t last = 0;
    while (reader_more(&in)) {
        uint32_t camera = reader_u32be(&in);
        if (in.failed || camera <= last ||
            (message->wants_sub == 0 && stream_is_sub(camera)))
            return STATUS_BAD_INPUT;
        enum status s = gate_camera_check(gate, person, RIGHT_VIEW_LIVE, camera,
                                     message->purpose, message->address);
        if (s != STATUS_OK)
            return s;
        buffer_format(shown, last == 0 ? "%" PRIu32 : ",%" PRIu32, camera);
        last = camera;
    }
    return last == 0 ? STATUS_BAD_INPUT : buffer_status(shown);
}

static int by_number(const void *a, const void *b)
{
    return memcmp(a, b, CAMERA_BYTES); /* big-endian: by value; public */
}

static enum status begin_live(struct gate *gate, struct channel *channel,
                              const struct message_live_open *given)
{
    AUTO(buffer_deinit) struct buffer shown = buffer_with_limit(LOG_LINE_MAX);
    struct gate_person person;
    struct message_live_open message = *given;
    size_t count = message.cameras.size / CAMERA_BYTES;
    enum status s = gate_viewer_find(gate, message.session, &person);
    if (s != STATUS_OK)
        return s;
    if (count == 0 || message.cameras.size % CAMERA_BYTES != 0 ||
        count > TICKET_CAMERAS_MAX)
        return STATUS_BAD_INPUT;
    const struct gate_asker asker = gate_asker_of(gate, channel, message.id);
    AUTO(opening_destroy)
    struct opening *opening = opening_create(gate, &asker, &person, count);
    if (opening == NULL)
        return STATUS_NO_MEMORY;
    memcpy(opening->cameras, message.cameras.data, message.cameras.size);
    if (message.wants_sub != 0)
        choose_streams(gate, opening->cameras, count);
    qsort(opening->cameras, count, CAMERA_BYTES, by_number);
    message.cameras = bytes_of(opening->cameras, count * CAMERA_BYTES);
    opening->view.kind = VIEW_LIVE;
    opening->view.cameras = message.cameras;
    s = check_cameras(gate, &person, &message, &shown);
    if (s == STATUS_OK)
        s = gate_reason_check(message.reason);
    if (s != STATUS_OK)
        return s;

    struct entry entry = entry_of(ENTRY_LIVE_OPEN);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "cameras", buffer_text(&shown));
    entry_text(&entry, "purpose", message.purpose);
    entry_personal(&entry, "why", text_trim(message.reason));
    entry_personal(&entry, "address", message.address);
    s = gate_append(gate, &entry, on_entry, opening);
    if (s == STATUS_OK)
        opening = NULL; /* on_entry's now */
    return s;
}

void gate_on_live_open(void *context, struct channel *channel,
                       const struct message_live_open *message, int descriptor)
{
    (void)descriptor;
    struct message_live_open_reply reply = {.id = message->id};
    reply.status = begin_live(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_live_open_answer(channel, &reply, -1), "live_open");
}

/* ---- close
 * --------------------------------------------------------------------- */

void gate_on_view_close(void *context, struct channel *channel,
                        const struct message_view_close *message,
                        int descriptor)
{
    struct gate *gate = context;
    struct gate_person person;
    (void)descriptor;
    struct message_view_close_reply reply = {.id = message->id};
    enum status s = gate->is_started
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK)
        s = view_remove(gate->office, message->view, person.session.hash);
    if (s == STATUS_OK) {
        struct entry entry = entry_of(ENTRY_VIEW_CLOSE);
        entry_number(&entry, "account", person.account.number);
        entry_number(&entry, "view", (int64_t)message->view);
        entry_text(&entry, "how", text_of("asked"));
        gate_note(gate, &entry);
    }
    reply.status = s;
    gate_sent(message_view_close_answer(channel, &reply, -1), "view_close");
}
