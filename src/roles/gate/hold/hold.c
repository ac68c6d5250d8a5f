/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders about holds: one is made, goes on as another one, ends before its
 * time. Whether there is room for it is asked of the vault first. The intent is
 * an entry and durable before anything is copied (gate/hold/work.c).
 */
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/hold/hold.h"
#include "roles/gate/json.h"
#include "roles/gate/view/view.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

enum {
    HOLDS_ALIVE_MAX = 256,
    SPAN_TOLERANCE_US = 5 * SECOND_US,
    REQUEST_SIZE = 65, /* fields of ipc/messages.def, and a zero */
    ADDRESS_SIZE = 65,
};

static const int64_t YEAR_US = INT64_C(366) * 86400 * SECOND_US;

/* ---- who ---- */

static enum status check_who(struct gate *gate, struct text session,
                             struct gate_person *out)
{
    char who[16];
    if (!gate->is_started || gate->stop.is_asked || !gate->has_trusted)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s != STATUS_OK)
        return s;
    if (!gate_person_may(out, RIGHT_HOLD))
        return STATUS_DENIED;
    (void)snprintf(who, sizeof who, "%" PRIu32, out->account.number);
    return gate_rate_allows(gate, RATE_VIEW, text_of(who)) ? STATUS_OK
                                                           : STATUS_LIMIT;
}

static size_t alive_count(const struct gate *gate)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->holds.count; i++)
        count += hold_is_alive(&gate->holds.list[i], gate_now(gate));
    return count;
}

/* ---- a hold is made ---- */

/* On its way: the vault is asked for room, then the entry is written. */
struct ordering {
    struct gate *gate;
    struct gate_asker asker;
    struct hold hold; /* number, camera, span, until, extends */
    uint32_t account;
    char person[ACCOUNT_NAME_SIZE];
    char reason[GATE_REASON_MAX + 1];
    char request[REQUEST_SIZE];
    char address[ADDRESS_SIZE];
};

static void put_state(struct buffer *text, uint32_t hold, uint64_t entry,
                      const char *state)
{
    struct json json = gate_put_on(text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "hold", hold);
    gate_put_named_number(&json, "entry", (int64_t)entry);
    gate_put_named_text(&json, "state", text_of(state));
    gate_put_close(&json, '}');
}

/* The hold that has been gone on from ends when the new one is complete:
 * gate/hold/work.c. Until then both live. */
static void on_intent(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct ordering *ordering = context;
    struct gate *gate = ordering->gate;
    struct channel *channel = gate_asker_channel(gate, &ordering->asker);
    put_state(&text, ordering->hold.number, number, "copying");
    struct message_hold_order_reply reply = {.id = ordering->asker.id,
                                             .status = status};
    if (status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    if (channel != NULL)
        gate_sent(message_hold_order_answer(channel, &reply, -1), "hold_order");
    gate->is_adding_hold = false;
    alloc_free(ordering);
    gate_holds_work(gate);
}

/* From the border of a key unit, as a record never crosses one. */
static struct wall_time unit_start(const struct gate *gate,
                                   const struct plant_camera *camera,
                                   struct wall_time time)
{
    struct retention retention =
        gate->configuration.notice->groups[camera->group].retention;
    return slot_start(time, slot_grid_of(retention).unit_s);
}

static enum status check_span(const struct gate *gate,
                              const struct gate_person *person,
                              const struct message_hold_order *message,
                              struct hold *out)
{
    struct wall_time now = gate_now(gate);
    const struct hold *before = NULL;
    *out = (struct hold){.camera = message->camera,
                         .span = {{message->from_us}, {message->to_us}},
                         .until = {message->until_us},
                         .extends = message->extends};
    if (message->extends != 0) {
        before = holds_find(&gate->holds, message->extends);
        if (before == NULL)
            return STATUS_NOT_FOUND;
        out->camera = before->camera;
        out->span = before->span;
    }
    const struct plant_camera *camera =
        gate_person_camera(gate, person, RIGHT_HOLD, out->camera);
    if (camera == NULL)
        return STATUS_DENIED;
    if (before != NULL && !hold_is_alive(before, now))
        return STATUS_CONFLICT; /* nothing is left to go on from */
    if (out->span.to.us > now.us &&
        out->span.to.us <= now.us + SPAN_TOLERANCE_US)
        out->span.to = now;
    if (out->span.from.us <= 0 || span_is_empty(out->span) ||
        out->span.to.us > now.us || out->until.us <= now.us ||
        out->until.us > now.us + HOLD_YEARS_MAX * YEAR_US)
        return STATUS_BAD_INPUT;
    if (before == NULL)
        out->span.from = unit_start(gate, camera, out->span.from);
    return out->span.to.us - out->span.from.us >
                   HOLD_SPAN_MAX_S * (int64_t)SECOND_US
               ? STATUS_BAD_INPUT
               : STATUS_OK;
}

static enum status note_intent(struct ordering *ordering)
{
    const struct hold *hold = &ordering->hold;
    struct entry entry = entry_of(ENTRY_HOLD_INTENT);
    entry_number(&entry, "hold", hold->number);
    entry_number(&entry, "account", ordering->account);
    entry_text(&entry, "person", text_of(ordering->person));
    entry_number(&entry, "camera", hold->camera);
    entry_time(&entry, "from", hold->span.from);
    entry_time(&entry, "to", hold->span.to);
    entry_time(&entry, "until", hold->until);
    entry_number(&entry, "extends", hold->extends);
    entry_text(&entry, "request", text_of(ordering->request));
    entry_personal(&entry, "why", text_trim(text_of(ordering->reason)));
    entry_personal(&entry, "address", text_of(ordering->address));
    return gate_append(ordering->gate, &entry, on_intent, ordering);
}

static void refuse(struct ordering *ordering, enum status status,
                   const struct gate_hold_room *room)
{
    struct gate *gate = ordering->gate;
    struct channel *channel = gate_asker_channel(gate, &ordering->asker);
    const struct message_hold_order_reply reply = {
        .id = ordering->asker.id,
        .status = status,
        .needed_bytes = room->needed_bytes,
        .free_bytes = room->free_bytes,
    };
    if (channel != NULL)
        gate_sent(message_hold_order_answer(channel, &reply, -1), "hold_order");
    gate->is_adding_hold = false;
    alloc_free(ordering);
}

/* Where the vault does not know, it is tried: what does not fit is said. */
static void on_room(void *context, const struct gate_hold_room *room)
{
    struct ordering *ordering = context;
    bool is_too_much = room->is_known && room->needed_bytes > room->free_bytes;
    enum status s = is_too_much ? STATUS_NO_SPACE : note_intent(ordering);
    if (s != STATUS_OK)
        refuse(ordering, s, room);
}

static enum status check_order(struct gate *gate,
                               const struct message_hold_order *message,
                               struct gate_person *person, struct hold *hold)
{
    enum status s = check_who(gate, message->session, person);
    if (s == STATUS_OK)
        s = check_span(gate, person, message, hold);
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s == STATUS_OK && !text_is_plain(message->request))
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK && gate->configuration.plant->hold_reserve_bytes == 0)
        s = STATUS_NO_SPACE;
    if (s == STATUS_OK && (gate->holds.count == HOLD_NUMBER_MAX ||
                           alive_count(gate) >= HOLDS_ALIVE_MAX))
        s = STATUS_LIMIT;
    if (s == STATUS_OK && gate->is_adding_hold)
        s = STATUS_AGAIN; /* one at a time: its number is reserved */
    return s;
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_hold_order *message)
{
    struct gate_person person;
    struct hold hold;
    enum status s = check_order(gate, message, &person, &hold);
    if (s != STATUS_OK)
        return s;
    struct ordering *ordering = alloc_zeroed(sizeof *ordering);
    if (ordering == NULL)
        return STATUS_NO_MEMORY;
    ordering->gate = gate;
    ordering->asker = gate_asker_of(gate, channel, message->id);
    ordering->hold = hold;
    ordering->hold.number = (uint32_t)gate->holds.count + 1;
    ordering->account = person.account.number;
    bool is_good =
        text_copy(text_of(person.account.person), ordering->person,
                  sizeof ordering->person) &&
        text_copy(message->reason, ordering->reason, sizeof ordering->reason) &&
        text_copy(message->request, ordering->request,
                  sizeof ordering->request) &&
        text_copy(message->address, ordering->address,
                  sizeof ordering->address);
    if (!is_good) {
        alloc_free(ordering);
        return STATUS_LIMIT;
    }
    gate->is_adding_hold = true;
    gate_hold_room_ask(gate, &ordering->hold, on_room, ordering);
    return STATUS_OK;
}

void gate_on_hold_order(void *context, struct channel *channel,
                        const struct message_hold_order *message,
                        int descriptor)
{
    (void)descriptor;
    struct message_hold_order_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_hold_order_answer(channel, &reply, -1), "hold_order");
}

/* ---- a hold ends ---- */

static void on_end(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct ordering *ordering = context;
    struct gate *gate = ordering->gate;
    struct channel *channel = gate_asker_channel(gate, &ordering->asker);
    put_state(&text, ordering->hold.number, number, "ending");
    struct message_hold_end_reply reply = {.id = ordering->asker.id,
                                           .status = status};
    if (status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    if (channel != NULL)
        gate_sent(message_hold_end_answer(channel, &reply, -1), "hold_end");
    alloc_free(ordering);
    gate_holds_work(gate);
}

static enum status begin_end(struct gate *gate, struct channel *channel,
                             const struct message_hold_end *message)
{
    struct gate_person person;
    enum status s = check_who(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    const struct hold *hold = holds_find(&gate->holds, message->hold);
    if (hold == NULL)
        return STATUS_NOT_FOUND;
    if (gate_person_camera(gate, &person, RIGHT_HOLD, hold->camera) == NULL)
        return STATUS_DENIED;
    if (!hold_is_alive(hold, gate_now(gate)))
        return STATUS_CONFLICT;
    s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    struct ordering *ordering = alloc_zeroed(sizeof *ordering);
    if (ordering == NULL)
        return STATUS_NO_MEMORY;
    ordering->gate = gate;
    ordering->asker = gate_asker_of(gate, channel, message->id);
    ordering->hold.number = hold->number;
    struct entry entry = entry_of(ENTRY_HOLD_END);
    entry_number(&entry, "hold", hold->number);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "person", text_of(person.account.person));
    entry_number(&entry, "extended", 0);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_end, ordering);
    if (s != STATUS_OK)
        alloc_free(ordering);
    return s;
}

void gate_on_hold_end(void *context, struct channel *channel,
                      const struct message_hold_end *message, int descriptor)
{
    (void)descriptor;
    struct message_hold_end_reply reply = {.id = message->id};
    reply.status = begin_end(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_hold_end_answer(channel, &reply, -1), "hold_end");
}
