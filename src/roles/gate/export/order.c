/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence packages, asked for or taken out at once. What is taken out is a view
 * whose entry says more: checks, the entry, its fdatasync, the view, the answer;
 * then tickets as for any view. What is only asked for is an entry and nothing
 * else.
 */
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/view/mask.h"
#include "roles/gate/view/view.h"

enum {
    MARGIN_S = 15, /* for groups of pictures that begin before, or end behind */
    UNTIL_MOST_DAYS = 3660,
    TOLERANCE_US = 5 * SECOND_US,
    HOUR_S = 3600,
};

/* ---- checks
 * ------------------------------------------------------------------ */

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

static enum status check_words(const struct export_wish *wish,
                               struct wall_time now)
{
    const struct text texts[] = {wish->ground, wish->receiver,
                                 wish->conditions, wish->reason};
    int64_t most_us = (int64_t)UNTIL_MOST_DAYS * 86400 * SECOND_US;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < sizeof texts / sizeof *texts; i++)
        s = gate_reason_check(texts[i]);
    if (s == STATUS_OK &&
        (wish->until.us <= now.us || wish->until.us > now.us + most_us))
        s = STATUS_BAD_INPUT;
    return s;
}

/* A copy of which nothing is covered would be called what it is not. */
static enum status check_covered(const struct gate *gate, uint32_t number)
{
    const struct plant_camera *camera =
        plant_stream_find(gate->configuration.plant, number);
    return camera != NULL && gate_camera_is_covered(gate, camera)
               ? STATUS_OK
               : STATUS_CONFLICT;
}

/* Each may be seen and taken out; ascending, so that none stands there twice. */
static enum status check_cameras(struct gate *gate,
                                 const struct gate_person *person,
                                 const struct export_wish *wish,
                                 struct buffer *shown)
{
    struct reader in = reader_on(wish->cameras);
    uint32_t last = 0;
    if (wish->cameras.size == 0 ||
        wish->cameras.size > EXPORT_CAMERA_BYTES * EXPORT_CAMERAS_MOST)
        return STATUS_BAD_INPUT;
    while (reader_more(&in)) {
        uint32_t camera = reader_u32be(&in);
        if (in.failed || camera <= last)
            return STATUS_BAD_INPUT;
        enum status s = gate_camera_check(gate, person, RIGHT_VIEW_RECORDED,
                                          camera, wish->purpose,
                                          wish->address);
        if (s == STATUS_OK)
            s = gate_camera_check(gate, person, RIGHT_EXPORT, camera,
                                  wish->purpose, wish->address);
        if (s == STATUS_OK && wish->is_covered)
            s = check_covered(gate, camera);
        if (s != STATUS_OK)
            return s;
        buffer_format(shown, last == 0 ? "%" PRIu32 : ",%" PRIu32, camera);
        last = camera;
    }
    return in.failed ? STATUS_BAD_INPUT : buffer_status(shown);
}

enum status gate_export_check(struct gate *gate,
                              const struct gate_person *person,
                              struct export_wish *wish, struct buffer *shown)
{
    struct wall_time now = gate_now(gate);
    enum status s = check_cameras(gate, person, wish, shown);
    if (s == STATUS_OK)
        s = check_asked(now, &wish->asked);
    return s == STATUS_OK ? check_words(wish, now) : s;
}

/* ---- the entry, then the view
 * ------------------------------------------------ */

struct taking {
    struct gate *gate;
    struct view view;
    struct span asked;
    uint8_t cameras[EXPORT_CAMERA_BYTES * EXPORT_CAMERAS_MOST];
    gate_export_fn *on_done;
    void *context;
};

static void write_view(const struct taking *taking, struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "export", (int64_t)taking->view.number);
    gate_put_named_number(&json, "view", (int64_t)taking->view.number);
    gate_put_named_number(&json, "entry", (int64_t)taking->view.number);
    gate_put_named_number(&json, "from_us", taking->view.span.from.us);
    gate_put_named_number(&json, "to_us", taking->view.span.to.us);
    gate_put_named_number(&json, "asked_from_us", taking->asked.from.us);
    gate_put_named_number(&json, "asked_to_us", taking->asked.to.us);
    gate_put_named_number(&json, "ticket_s", TICKET_LIFE_S);
    gate_put_close(&json, '}');
}

/* The entry is durable: only now is there a view. */
static void on_entry(void *context, enum status status, uint64_t number)
{
    AUTO(alloc_release) struct taking *taking = context;
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    taking->view.number = number;
    taking->view.used = gate_now(taking->gate);
    if (status == STATUS_OK)
        status = view_add(taking->gate->office, &taking->view);
    if (status == STATUS_OK)
        write_view(taking, &text);
    taking->on_done(taking->context, status, number, buffer_bytes(&text));
}

/* What both entries say. */
static void put_wish(struct entry *entry, const struct export_wish *wish,
                     struct text cameras, struct text masked)
{
    entry_text(entry, "cameras", cameras);
    entry_text(entry, "masked", masked);
    entry_time(entry, "asked_from", wish->asked.from);
    entry_time(entry, "asked_to", wish->asked.to);
    entry_text(entry, "purpose", wish->purpose);
    entry_number(entry, "provided", wish->is_provided);
    entry_time(entry, "until", wish->until);
    entry_personal(entry, "why", text_trim(wish->reason));
    entry_personal(entry, "ground", text_trim(wish->ground));
    entry_personal(entry, "receiver", text_trim(wish->receiver));
    entry_personal(entry, "conditions", text_trim(wish->conditions));
    entry_personal(entry, "address", wish->address);
}

/* Groups of pictures stay whole, where they are to be proven. */
static struct span span_of(const struct export_wish *wish,
                           struct wall_time now)
{
    int64_t margin_us = wish->is_covered ? 0 : MARGIN_S * (int64_t)SECOND_US;
    struct span span = {{wish->asked.from.us - margin_us},
                        {wish->asked.to.us + margin_us}};
    if (span.to.us > now.us)
        span.to = now;
    return span;
}

enum status gate_export_begin(struct gate *gate,
                              const struct gate_person *person,
                              const struct export_wish *wish,
                              struct text shown, gate_export_fn *on_done,
                              void *context)
{
    AUTO(buffer_deinit) struct buffer masked = buffer_with_limit(LOG_LINE_MAX);
    AUTO(alloc_release) struct taking *taking = alloc_zeroed(sizeof *taking);
    if (taking == NULL)
        return STATUS_NO_MEMORY;
    taking->gate = gate;
    taking->asked = wish->asked;
    taking->on_done = on_done;
    taking->context = context;
    memcpy(taking->cameras, wish->cameras.data, wish->cameras.size);
    taking->view.kind = VIEW_RECORDED;
    taking->view.account = person->account.number;
    taking->view.cameras = bytes_of(taking->cameras, wish->cameras.size);
    memcpy(taking->view.session, person->session.hash, SESSION_HASH_SIZE);
    taking->view.span = span_of(wish, gate_now(gate));
    (void)gate_export_masked(gate, wish->cameras, &masked);
    struct entry entry =
        entry_of(wish->is_covered ? ENTRY_EXPORT_COVERED : ENTRY_EXPORT);
    entry_number(&entry, "account", person->account.number);
    entry_time(&entry, "from", taking->view.span.from);
    entry_time(&entry, "to", taking->view.span.to);
    if (!wish->is_covered) {
        entry_number(&entry, "protected", wish->has_password);
        entry_number(&entry, "order", (int64_t)wish->order);
        entry_number(&entry, "approval", (int64_t)wish->approval);
    }
    put_wish(&entry, wish, shown, buffer_text(&masked));
    enum status s = buffer_status(&masked);
    if (s == STATUS_OK)
        s = gate_append(gate, &entry, on_entry, taking);
    if (s == STATUS_OK)
        taking = NULL; /* on_entry's now */
    return s;
}

/* ---- asked over the API
 * ------------------------------------------------------ */

struct order_call {
    struct gate *gate;
    struct gate_asker asker;
    bool needs_second; /* of what is only asked for: */
    struct wall_time expires;
};

static void answer(const struct order_call *call, enum status status,
                   uint64_t view, struct bytes json)
{
    struct channel *channel = gate_asker_channel(call->gate, &call->asker);
    const struct message_export_order_reply reply = {
        .id = call->asker.id, .status = status, .view = view, .json = json};
    if (channel != NULL)
        gate_sent(message_export_order_answer(channel, &reply, -1),
                  "export_order");
}

static void on_taken(void *context, enum status status, uint64_t view,
                     struct bytes json)
{
    AUTO(alloc_release) struct order_call *call = context;
    answer(call, status, view, json);
}

static void on_asked(void *context, enum status status, uint64_t number)
{
    AUTO(alloc_release) struct order_call *call = context;
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "order", (int64_t)number);
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_named_text(&json, "state",
                        text_of(call->needs_second ? "waiting" : "ready"));
    gate_put_named_number(&json, "expires_us", call->expires.us);
    gate_put_close(&json, '}');
    answer(call, status, 0, buffer_bytes(&text));
}

static enum status ask(struct gate *gate, const struct gate_person *person,
                       const struct export_wish *wish, struct text shown,
                       struct order_call *call)
{
    AUTO(buffer_deinit) struct buffer masked = buffer_with_limit(LOG_LINE_MAX);
    int64_t hours = gate->configuration.plant->exports.approval_hours;
    (void)gate_export_masked(gate, wish->cameras, &masked);
    call->needs_second = gate_export_needs_second(gate, wish->cameras);
    call->expires.us = gate_now(gate).us + hours * HOUR_S * (int64_t)SECOND_US;
    struct entry entry = entry_of(ENTRY_EXPORT_ASKED);
    entry_number(&entry, "account", person->account.number);
    entry_number(&entry, "second", call->needs_second);
    entry_time(&entry, "expires", call->expires);
    put_wish(&entry, wish, shown, buffer_text(&masked));
    enum status s = buffer_status(&masked);
    return s == STATUS_OK ? gate_append(gate, &entry, on_asked, call) : s;
}

static enum export_refusal refusal_of(const struct gate *gate,
                                      const struct gate_person *person,
                                      const struct message_export_order *message)
{
    bool needs_second =
        message->is_covered == 1
            ? gate->configuration.plant->exports.needs_second
            : gate_export_needs_second(gate, message->cameras);
    if (message->only_asks == 0 && needs_second)
        return EXPORT_REFUSED_APPROVAL;
    return gate_export_needs_password(gate, person) ? EXPORT_REFUSED_PASSWORD
                                                    : EXPORT_REFUSED_NOT;
}

static struct export_wish
wish_of(const struct message_export_order *message)
{
    return (struct export_wish){
        .cameras = message->cameras,
        .asked = {{message->from_us}, {message->to_us}},
        .until = {message->until_us},
        .is_provided = message->is_provided == 1,
        .has_password = message->has_password == 1,
        .is_covered = message->is_covered == 1,
        .purpose = message->purpose,
        .ground = message->ground,
        .receiver = message->receiver,
        .conditions = message->conditions,
        .reason = message->reason,
        .address = message->address,
    };
}

static enum status begin_order(struct gate *gate, struct channel *channel,
                               const struct message_export_order *message,
                               uint8_t *refusal)
{
    AUTO(buffer_deinit) struct buffer shown = buffer_with_limit(LOG_LINE_MAX);
    AUTO(alloc_release) struct order_call *call = NULL;
    struct gate_person person;
    struct export_wish wish = wish_of(message);
    enum status s = gate_viewer_find(gate, message->session, &person);
    if (s == STATUS_OK && (message->is_provided > 1 ||
                           message->has_password > 1 ||
                           message->only_asks > 1 || message->is_covered > 1 ||
                           (message->is_covered == 1 &&
                            (message->only_asks == 1 ||
                             message->has_password == 1))))
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK)
        s = gate_export_check(gate, &person, &wish, &shown);
    if (s != STATUS_OK)
        return s;
    const struct export_denial denial = {
        .refusal = refusal_of(gate, &person, message),
        .cameras = wish.cameras,
        .address = wish.address,
    };
    *refusal = (uint8_t)denial.refusal;
    if (denial.refusal != EXPORT_REFUSED_NOT) {
        gate_export_deny(gate, &person, &denial);
        return STATUS_DENIED;
    }
    call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    call->gate = gate;
    call->asker = gate_asker_of(gate, channel, message->id);
    s = message->only_asks == 1
            ? ask(gate, &person, &wish, buffer_text(&shown), call)
            : gate_export_begin(gate, &person, &wish, buffer_text(&shown),
                                on_taken, call);
    if (s == STATUS_OK)
        call = NULL; /* on_asked's or on_taken's now */
    return s;
}

void gate_on_export_order(void *context, struct channel *channel,
                          const struct message_export_order *message,
                          int descriptor)
{
    (void)descriptor;
    struct message_export_order_reply reply = {.id = message->id};
    reply.status = begin_order(context, channel, message, &reply.refusal);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_order_answer(channel, &reply, -1),
                  "export_order");
}
