/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence packages: ordered, made, their copies outside destroyed. An order is
 * a view whose entry says more (docs/design/evidence.md): checks, the entry, its
 * fdatasync, the view, the answer; then tickets as for any view.
 */
#include "roles/gate/export.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "roles/gate/json.h"

enum {
    CAMERA_BYTES = 4,
    CAMERAS_MOST = 64,
    MARGIN_S = 15, /* for groups of pictures that begin before, or end behind */
    UNTIL_MOST_DAYS = 3660,
    TOLERANCE_US = 5 * SECOND_US,
};

/* An entry that somebody waits for. */
struct export_call {
    struct gate *gate;
    struct gate_asker asker;
    struct view view; /* of an order */
    struct span asked;
    uint64_t export; /* else: whose */
    uint8_t cameras[CAMERA_BYTES * CAMERAS_MOST];
};

/* ---- answers
 * ------------------------------------------------------------------ */

static void write_order(const struct export_call *call, struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "export", (int64_t)call->view.number);
    gate_put_named_number(&json, "view", (int64_t)call->view.number);
    gate_put_named_number(&json, "entry", (int64_t)call->view.number);
    gate_put_named_number(&json, "from_us", call->view.span.from.us);
    gate_put_named_number(&json, "to_us", call->view.span.to.us);
    gate_put_named_number(&json, "asked_from_us", call->asked.from.us);
    gate_put_named_number(&json, "asked_to_us", call->asked.to.us);
    gate_put_named_number(&json, "ticket_s", TICKET_LIFE_S);
    gate_put_close(&json, '}');
}

static void write_noted(const struct export_call *call, uint64_t entry,
                        struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "export", (int64_t)call->export);
    gate_put_named_number(&json, "entry", (int64_t)entry);
    gate_put_close(&json, '}');
}

#define ANSWER(name)                                                           \
    do {                                                                       \
        const struct message_##name##_reply reply = {                          \
            .id = call->asker.id,                                              \
            .status = status,                                                  \
            .json = buffer_bytes(&text),                                       \
        };                                                                     \
        if (channel != NULL)                                                   \
            gate_sent(message_##name##_answer(channel, &reply, -1), #name);    \
    } while (0)

/* The entry is durable: only now is there a view. */
static void on_ordered(void *context, enum status status, uint64_t number)
{
    struct export_call *call = context;
    struct gate *gate = call->gate;
    AUTO(buffer_deinit) struct buffer text =
        buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct channel *channel = gate_asker_channel(gate, &call->asker);
    call->view.number = number;
    call->view.used = gate_now(gate);
    if (status == STATUS_OK)
        status = view_add(gate->office, &call->view);
    if (status == STATUS_OK)
        write_order(call, &text);
    const struct message_export_order_reply reply = {
        .id = call->asker.id,
        .status = status,
        .view = number,
        .json = buffer_bytes(&text),
    };
    if (channel != NULL)
        gate_sent(message_export_order_answer(channel, &reply, -1),
                  "export_order");
    alloc_free(call);
}

static void on_made(void *context, enum status status, uint64_t number)
{
    struct export_call *call = context;
    AUTO(buffer_deinit) struct buffer text =
        buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct channel *channel = gate_asker_channel(call->gate, &call->asker);
    if (status == STATUS_OK)
        write_noted(call, number, &text);
    ANSWER(export_made);
    alloc_free(call);
}

static void on_destroyed(void *context, enum status status, uint64_t number)
{
    struct export_call *call = context;
    AUTO(buffer_deinit) struct buffer text =
        buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct channel *channel = gate_asker_channel(call->gate, &call->asker);
    if (status == STATUS_OK)
        write_noted(call, number, &text);
    ANSWER(export_destroyed);
    alloc_free(call);
}

/* ---- an order
 * ----------------------------------------------------------------- */

/* In the past, a day at most; what lies a little ahead is cut off. */
static enum status check_asked(struct wall_time now, struct span *asked)
{
    int64_t most_us = (int64_t)GATE_VIEW_SPAN_MAX_S * SECOND_US;
    if (asked->from.us <= 0 || span_is_empty(*asked) ||
        asked->to.us - asked->from.us > most_us ||
        asked->to.us > now.us + TOLERANCE_US)
        return STATUS_BAD_INPUT;
    if (asked->to.us > now.us)
        asked->to = now;
    return span_is_empty(*asked) ? STATUS_BAD_INPUT : STATUS_OK;
}

static enum status check_words(const struct message_export_order *message,
                               struct wall_time now)
{
    const struct text texts[] = {message->ground, message->receiver,
                                 message->conditions, message->reason};
    int64_t most_us = (int64_t)UNTIL_MOST_DAYS * 86400 * SECOND_US;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < sizeof texts / sizeof *texts; i++)
        s = gate_reason_check(texts[i]);
    if (s == STATUS_OK && (message->until_us <= now.us ||
                           message->until_us > now.us + most_us ||
                           message->is_provided > 1 ||
                           message->has_password > 1))
        s = STATUS_BAD_INPUT;
    return s;
}

/* Each may be seen and taken out; ascending, so that none stands there twice. */
static enum status check_cameras(struct gate *gate,
                                 const struct gate_person *person,
                                 const struct message_export_order *message,
                                 struct buffer *shown)
{
    struct reader in = reader_on(message->cameras);
    uint32_t last = 0;
    if (message->cameras.size == 0 ||
        message->cameras.size > CAMERA_BYTES * CAMERAS_MOST)
        return STATUS_BAD_INPUT;
    while (reader_more(&in)) {
        uint32_t camera = reader_u32be(&in);
        if (in.failed || camera <= last)
            return STATUS_BAD_INPUT;
        enum status s = gate_camera_check(gate, person, RIGHT_VIEW_RECORDED,
                                          camera, message->purpose,
                                          message->address);
        if (s == STATUS_OK)
            s = gate_camera_check(gate, person, RIGHT_EXPORT, camera,
                                  message->purpose, message->address);
        if (s != STATUS_OK)
            return s;
        buffer_format(shown, last == 0 ? "%" PRIu32 : ",%" PRIu32, camera);
        last = camera;
    }
    return in.failed ? STATUS_BAD_INPUT : buffer_status(shown);
}

static struct entry order_entry(const struct export_call *call,
                                const struct message_export_order *message,
                                struct text cameras)
{
    struct entry entry = entry_of(ENTRY_EXPORT);
    entry_number(&entry, "account", call->view.account);
    entry_text(&entry, "cameras", cameras);
    entry_time(&entry, "from", call->view.span.from);
    entry_time(&entry, "to", call->view.span.to);
    entry_time(&entry, "asked_from", call->asked.from);
    entry_time(&entry, "asked_to", call->asked.to);
    entry_text(&entry, "purpose", message->purpose);
    entry_number(&entry, "provided", message->is_provided);
    entry_number(&entry, "protected", message->has_password);
    entry_time(&entry, "until", (struct wall_time){message->until_us});
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "ground", text_trim(message->ground));
    entry_personal(&entry, "receiver", text_trim(message->receiver));
    entry_personal(&entry, "conditions", text_trim(message->conditions));
    entry_personal(&entry, "address", message->address);
    return entry;
}

static enum status begin_order(struct gate *gate, struct channel *channel,
                               const struct message_export_order *message)
{
    AUTO(buffer_deinit) struct buffer shown = buffer_with_limit(LOG_LINE_MAX);
    AUTO(alloc_release) struct export_call *call = NULL;
    struct gate_person person;
    struct wall_time now = gate_now(gate);
    struct span asked = {{message->from_us}, {message->to_us}};
    enum status s = gate_viewer_find(gate, message->session, &person);
    if (s == STATUS_OK)
        s = check_cameras(gate, &person, message, &shown);
    if (s == STATUS_OK)
        s = check_asked(now, &asked);
    if (s == STATUS_OK)
        s = check_words(message, now);
    if (s != STATUS_OK)
        return s;
    call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    call->gate = gate;
    call->asker = gate_asker_of(gate, channel, message->id);
    call->asked = asked;
    memcpy(call->cameras, message->cameras.data, message->cameras.size);
    call->view.kind = VIEW_RECORDED;
    call->view.account = person.account.number;
    call->view.cameras = bytes_of(call->cameras, message->cameras.size);
    memcpy(call->view.session, person.session.hash, SESSION_HASH_SIZE);
    call->view.span.from.us = asked.from.us - MARGIN_S * SECOND_US;
    call->view.span.to.us = asked.to.us + MARGIN_S * SECOND_US;
    if (call->view.span.to.us > now.us)
        call->view.span.to = now;
    const struct entry entry = order_entry(call, message, buffer_text(&shown));
    s = gate_append(gate, &entry, on_ordered, call);
    if (s == STATUS_OK)
        call = NULL; /* on_ordered's now */
    return s;
}

void gate_on_export_order(void *context, struct channel *channel,
                          const struct message_export_order *message,
                          int descriptor)
{
    (void)descriptor;
    struct message_export_order_reply reply = {.id = message->id};
    reply.status = begin_order(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_order_answer(channel, &reply, -1),
                  "export_order");
}

/* ---- what becomes of it
 * ------------------------------------------------------- */

static struct export_call *call_create(struct gate *gate,
                                       struct channel *channel, uint32_t id,
                                       uint64_t export)
{
    struct export_call *call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return NULL;
    call->gate = gate;
    call->asker = gate_asker_of(gate, channel, id);
    call->export = export;
    return call;
}

static enum status begin_made(struct gate *gate, struct channel *channel,
                              const struct message_export_made *message)
{
    AUTO(alloc_release) struct export_call *call = NULL;
    struct gate_person person;
    struct export_fact fact;
    char manifest[HEX_SIZE(SHA256_SIZE) + 1] = "";
    enum status s = gate->is_started && !gate->stop.is_asked
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK)
        s = gate_export_find(gate, message->export, &fact);
    if (s == STATUS_OK && fact.account != person.account.number)
        s = STATUS_DENIED;
    if (s != STATUS_OK)
        return s;
    call = call_create(gate, channel, message->id, message->export);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    /* Its view is open, so it has not been told yet; and now it ends. */
    s = view_remove(gate->office, message->export, person.session.hash);
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND ? STATUS_CONFLICT : s;
    hex_encode(bytes_of(message->manifest, SHA256_SIZE), manifest);
    struct entry entry = entry_of(ENTRY_EXPORT_MADE);
    entry_number(&entry, "account", person.account.number);
    entry_number(&entry, "export", (int64_t)message->export);
    entry_text(&entry, "manifest", text_of(manifest));
    s = gate_append(gate, &entry, on_made, call);
    if (s == STATUS_OK)
        call = NULL;
    return s;
}

void gate_on_export_made(void *context, struct channel *channel,
                         const struct message_export_made *message,
                         int descriptor)
{
    (void)descriptor;
    struct message_export_made_reply reply = {.id = message->id};
    reply.status = begin_made(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_made_answer(channel, &reply, -1),
                  "export_made");
}

static enum status
begin_destroyed(struct gate *gate, struct channel *channel,
                const struct message_export_destroyed *message)
{
    AUTO(alloc_release) struct export_call *call = NULL;
    struct gate_person person;
    struct export_fact fact;
    enum status s = gate->is_started && !gate->stop.is_asked
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_EXPORT))
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = gate_export_find(gate, message->export, &fact);
    if (s == STATUS_OK && fact.destroyed_entry != 0)
        s = STATUS_CONFLICT;
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    call = call_create(gate, channel, message->id, message->export);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    struct entry entry = entry_of(ENTRY_EXPORT_DESTROYED);
    entry_number(&entry, "account", person.account.number);
    entry_number(&entry, "export", (int64_t)message->export);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_destroyed, call);
    if (s == STATUS_OK)
        call = NULL;
    return s;
}

void gate_on_export_destroyed(void *context, struct channel *channel,
                              const struct message_export_destroyed *message,
                              int descriptor)
{
    (void)descriptor;
    struct message_export_destroyed_reply reply = {.id = message->id};
    reply.status = begin_destroyed(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_destroyed_answer(channel, &reply, -1),
                  "export_destroyed");
}
