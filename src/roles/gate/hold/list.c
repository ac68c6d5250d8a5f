/* SPDX-License-Identifier: Apache-2.0 */
/* What holds there are, for those who may read of them. */
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/hold/hold.h"
#include "roles/gate/json.h"

enum { ROOM_KEPT = 8192 }; /* for the hold that comes next and the end */

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
    gate_put_named_number(json, "leaves", (int64_t)hold->leaves);
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
