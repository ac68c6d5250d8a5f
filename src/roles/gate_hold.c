/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders about holds: one is made, goes on as another one, ends before its
 * time; and what holds there are. The intent is an entry and durable before
 * anything is copied (gate_hold_work.c).
 */
#include "roles/gate_hold.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate_json.h"

enum {
    HOLDS_ALIVE_MAX = 256,
    SPAN_TOLERANCE_US = 5 * SECOND_US,
    ROOM_KEPT = 8192, /* for the hold that comes next and the end */
};

static const int64_t YEAR_US = INT64_C(366) * 86400 * SECOND_US;

/* ---- who ------------------------------------------------------------------ */

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

/* ---- a hold is made -------------------------------------------------------- */

struct ordering {
    struct gate *gate;
    struct gate_asker asker;
    uint32_t hold;
    uint32_t extends;
    uint32_t account;
    char person[ACCOUNT_NAME_SIZE];
};

/* The hold that has been gone on from ends when the new one is complete:
 * gate_hold_work.c. Until then both live. */
static void on_intent(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct ordering *ordering = context;
    struct gate *gate = ordering->gate;
    struct channel *channel = gate_asker_channel(gate, &ordering->asker);
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "hold", ordering->hold);
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_named_text(&json, "state", text_of("copying"));
    gate_put_close(&json, '}');
    struct message_hold_order_reply reply = {.id = ordering->asker.id,
                                             .status = status};
    if (status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    if (channel != NULL)
        gate_sent(message_hold_order_answer(channel, &reply, -1),
                  "hold_order");
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

static enum status note_intent(struct gate *gate,
                               const struct message_hold_order *message,
                               const struct hold *hold,
                               struct ordering *ordering)
{
    struct entry entry = entry_of(ENTRY_HOLD_INTENT);
    entry_number(&entry, "hold", ordering->hold);
    entry_number(&entry, "account", ordering->account);
    entry_text(&entry, "person", text_of(ordering->person));
    entry_number(&entry, "camera", hold->camera);
    entry_time(&entry, "from", hold->span.from);
    entry_time(&entry, "to", hold->span.to);
    entry_time(&entry, "until", hold->until);
    entry_number(&entry, "extends", hold->extends);
    entry_text(&entry, "request", message->request);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return gate_append(gate, &entry, on_intent, ordering);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_hold_order *message)
{
    struct gate_person person;
    struct hold hold;
    enum status s = check_who(gate, message->session, &person);
    if (s == STATUS_OK)
        s = check_span(gate, &person, message, &hold);
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
    if (s != STATUS_OK)
        return s;
    struct ordering *ordering = alloc_zeroed(sizeof *ordering);
    if (ordering == NULL)
        return STATUS_NO_MEMORY;
    *ordering = (struct ordering){.gate = gate,
                                  .asker = gate_asker_of(gate, channel,
                                                         message->id),
                                  .hold = (uint32_t)gate->holds.count + 1,
                                  .account = person.account.number};
    (void)text_copy(text_of(person.account.person), ordering->person,
                    sizeof ordering->person);
    s = note_intent(gate, message, &hold, ordering);
    if (s == STATUS_OK)
        gate->is_adding_hold = true;
    else
        alloc_free(ordering);
    return s;
}

void gate_on_hold_order(void *context, struct channel *channel,
                        const struct message_hold_order *message,
                        int descriptor)
{
    (void)descriptor;
    struct message_hold_order_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_hold_order_answer(channel, &reply, -1),
                  "hold_order");
}

/* ---- a hold ends ------------------------------------------------------------ */

static void on_end(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct ordering *ordering = context;
    struct gate *gate = ordering->gate;
    struct channel *channel = gate_asker_channel(gate, &ordering->asker);
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "hold", ordering->hold);
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_named_text(&json, "state", text_of("ending"));
    gate_put_close(&json, '}');
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
    ordering->hold = hold->number;
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

/* ---- what there is ----------------------------------------------------------- */

static const char *state_of(const struct hold *hold, struct wall_time now)
{
    if (hold->destroyed_entry != 0)
        return "destroyed";
    if (hold->end_entry != 0 || hold->until.us <= now.us)
        return "ending";
    return hold->made_entry != 0 ? "held" : "copying";
}

static void write_missing(struct json *json, const struct hold *hold)
{
    gate_put_name(json, "missing");
    gate_put_open(json, '[');
    for (size_t i = 0; i < hold->missing_count; i++) {
        const struct hold_missing *missing = &hold->missing[i];
        gate_put_open(json, '{');
        gate_put_named_number(json, "from_us", missing->span.from.us);
        gate_put_named_number(json, "to_us", missing->span.to.us);
        gate_put_named_text(json, "cause", text_of(missing->cause));
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

static void write_hold(const struct gate *gate, struct json *json,
                       const struct hold *hold)
{
    gate_put_open(json, '{');
    gate_put_named_number(json, "hold", hold->number);
    gate_put_named_text(json, "state",
                        text_of(state_of(hold, gate_now(gate))));
    gate_put_named_number(json, "camera", hold->camera);
    gate_put_named_number(json, "from_us", hold->span.from.us);
    gate_put_named_number(json, "to_us", hold->span.to.us);
    gate_put_named_number(json, "until_us", hold->until.us);
    gate_put_named_number(json, "extends", hold->extends);
    gate_put_named_number(json, "account", hold->account);
    gate_put_named_number(json, "entry", (int64_t)hold->entry);
    gate_put_named_number(json, "records", (int64_t)hold->records);
    gate_put_named_number(json, "made_entry", (int64_t)hold->made_entry);
    gate_put_named_number(json, "end_entry", (int64_t)hold->end_entry);
    gate_put_named_number(json, "destroyed_entry",
                          (int64_t)hold->destroyed_entry);
    write_missing(json, hold);
    gate_put_close(json, '}');
}

/* Who orders holds, who reads the log, and the machine's administrator. */
static enum status check_reader(struct gate *gate, struct text session,
                                bool is_local)
{
    struct gate_person person;
    if (!gate->is_started)
        return STATUS_AGAIN;
    if (is_local && session.size == 0)
        return STATUS_OK;
    enum status s = gate_person_find(gate, session, &person);
    if (s != STATUS_OK)
        return s;
    return gate_person_may(&person, RIGHT_HOLD) ||
                   gate_person_may(&person, RIGHT_READ_LOG)
               ? STATUS_OK
               : STATUS_DENIED;
}

static enum status write_holds(struct gate *gate,
                               const struct message_holds_get *message,
                               struct buffer *out)
{
    struct json json = gate_put_on(out);
    enum status s =
        check_reader(gate, message->session, message->local != 0);
    if (s != STATUS_OK)
        return s;
    if (message->hold != 0) {
        const struct hold *hold = holds_find(&gate->holds, message->hold);
        if (hold == NULL)
            return STATUS_NOT_FOUND;
        write_hold(gate, &json, hold);
        return buffer_status(out);
    }
    size_t at = gate->holds.count;
    gate_put_open(&json, '{');
    gate_put_name(&json, "holds");
    gate_put_open(&json, '[');
    while (at > 0 && out->size + ROOM_KEPT < GATE_JSON_MAX)
        write_hold(gate, &json, &gate->holds.list[--at]);
    gate_put_close(&json, ']');
    gate_put_named_number(&json, "all", (int64_t)gate->holds.count);
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_close(&json, '}');
    return buffer_status(out);
}

void gate_on_holds_get(void *context, struct channel *channel,
                       const struct message_holds_get *message,
                       int descriptor)
{
    AUTO(buffer_deinit) struct buffer text = buffer_with_limit(GATE_JSON_MAX);
    (void)descriptor;
    struct message_holds_get_reply reply = {.id = message->id};
    reply.status = write_holds(context, message, &text);
    if (reply.status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    gate_sent(message_holds_get_answer(channel, &reply, -1), "holds_get");
}
