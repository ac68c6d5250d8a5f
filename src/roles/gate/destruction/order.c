/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Early destruction by a person's order, in two steps: the intent is an entry
 * and durable before the keeper is asked; what the keeper has destroyed comes
 * back as deaths that name it (deaths.c), and its answer closes the order. An
 * order without answer is asked again with every start of either side; the
 * keeper knows orders by their entry, so that asking twice is asking once.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/plant_site.h"
#include "roles/gate/account/account.h"
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/view/view.h"
#include "sys/logger.h"

enum {
    ORDERS_OPEN_MAX = 64, /* that wait for the keeper */
    /* A clock that is a little ahead of ours is not the future. */
    SPAN_TOLERANCE_US = 5 * SECOND_US,
};

/* 9999-12-31T23:59:59Z: no entry can name a later time. */
static const struct wall_time FOR_GOOD = {INT64_C(253402300799) * SECOND_US};

/* ---- asking the keeper ---------------------------------------------------- */

/* The question about one order, while the keeper has it. */
struct gate_order_call {
    struct gate_call call; /* first */
    struct gate_order_call *next;
    uint64_t entry;
};

static bool is_asked(const struct gate *gate, uint64_t entry)
{
    const struct gate_order_call *asked = gate->order_calls;
    while (asked != NULL && asked->entry != entry)
        asked = asked->next;
    return asked != NULL;
}

static void order_call_end(struct gate_order_call *asked)
{
    struct gate *gate = asked->call.gate;
    struct gate_order_call **link = &gate->order_calls;
    while (*link != asked)
        link = &(*link)->next;
    *link = asked->next;
    gate_call_end(&asked->call);
    alloc_free(asked);
}

/* Another keeper has come: gate_peer_ready asks it. */
static void lost(struct gate_call *call)
{
    order_call_end((struct gate_order_call *)call);
}

static void note_answer(struct gate *gate, uint64_t order,
                        const struct message_destroy_order_reply *reply)
{
    struct entry entry = entry_of(ENTRY_DELETION_ANSWERED);
    entry_number(&entry, "order", (int64_t)order);
    entry_number(&entry, "epoch", (int64_t)reply->epoch);
    entry_time(&entry, "died", (struct wall_time){reply->died_us});
    entry_number(&entry, "seeds", reply->slots);
    gate_note(gate, &entry);
}

static void on_answer(void *context, enum status status,
                      const struct message_destroy_order_reply *reply,
                      int descriptor)
{
    struct gate_order_call *asked = context;
    struct gate *gate = asked->call.gate;
    (void)descriptor;
    if (status == STATUS_OK && reply != NULL)
        note_answer(gate, asked->entry, reply);
    else /* asked again with the next tick */
        log_line(LOG_ERROR, "order not carried out entry=%" PRIu64
                 " status=%s", asked->entry, status_name(status));
    order_call_end(asked);
    gate_clock_ask(gate);
}

static enum status ask(struct gate *gate, const struct order *order)
{
    struct gate_order_call *asked = alloc_zeroed(sizeof *asked);
    if (asked == NULL)
        return STATUS_NO_MEMORY;
    asked->entry = order->entry;
    asked->call.lost = lost;
    gate_call_begin(gate, &asked->call);
    asked->next = gate->order_calls;
    gate->order_calls = asked;
    struct channel *keeper = gate_call_ask(&asked->call, ROLE_KEEPER);
    const struct message_destroy_order message = {
        .entry = order->entry,
        .camera = order->camera,
        .from_us = order->asked.from.us,
        .to_us = order->asked.to.us,
        .decommission = order->is_decommission,
    };
    enum status s =
        keeper == NULL
            ? STATUS_IO
            : message_destroy_order_send(keeper, &message, -1, on_answer,
                                         asked);
    if (s != STATUS_OK)
        order_call_end(asked);
    return s;
}

void gate_orders_ask(struct gate *gate)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < gate->orders.count; i++) {
        const struct order *order = &gate->orders.list[i];
        if (!order->is_answered && !is_asked(gate, order->entry))
            s = ask(gate, order);
    }
    gate_sent(s, "destroy_order");
}

/* ---- who may order what --------------------------------------------------- */

/* The hold that keeps part of the span for a reason of its own, so that it must
 * not be destroyed by order; camera 0: of any; 0: none. The one place that
 * asks. */
static uint32_t held_by(const struct gate *gate, uint32_t camera,
                        struct span span)
{
    const struct hold *hold =
        holds_of(&gate->holds, camera, span, gate_now(gate));
    return hold == NULL ? 0 : hold->number;
}

static bool reaches_all(const struct gate *gate,
                        const struct gate_person *person)
{
    const struct configuration *configuration = &gate->configuration;
    size_t count = configuration->notice->group_count;
    for (size_t group = 0; group < count; group++) {
        if (plant_runs_group(configuration->plant, configuration->notice,
                             group) &&
            !gate_person_reaches(gate, person, group))
            return false;
    }
    return true;
}

/* A camera that was taken off the plan may have left recordings: only who
 * reaches every group may destroy them. */
static bool reaches_camera(const struct gate *gate,
                           const struct gate_person *person, uint32_t camera)
{
    if (plant_camera_find(gate->configuration.plant, camera) != NULL)
        return gate_person_camera(gate, person, RIGHT_DESTROY, camera) != NULL;
    return history_camera(&gate->history, camera) != NULL &&
           reaches_all(gate, person);
}

/* Key units die whole: outwards to their borders. */
static void round_outwards(const struct gate *gate, uint32_t camera,
                           struct span *span)
{
    const struct plant_camera *found =
        plant_camera_find(gate->configuration.plant, camera);
    struct retention retention = {RETENTION_DAYS, 1};
    if (found != NULL)
        retention =
            gate->configuration.notice->groups[found->group].retention;
    uint32_t unit_s = slot_grid_of(retention).unit_s;
    span->from = slot_start(span->from, unit_s);
    struct wall_time last = {span->to.us - 1};
    span->to.us = slot_start(last, unit_s).us + unit_s * (int64_t)SECOND_US;
}

/* What is asked for: a span of one camera, all there is of it, or all. */
static enum status check_what(const struct gate *gate,
                              const struct gate_person *person,
                              const struct message_destruction_order *message,
                              struct span *span, uint32_t *hold)
{
    struct wall_time now = gate_now(gate);
    bool is_whole = message->from_us == 0 && message->to_us == 0;
    bool is_all = message->camera == 0;
    if (is_all != (message->decommission != 0) || (is_all && !is_whole))
        return STATUS_BAD_INPUT;
    if (is_all ? !reaches_all(gate, person)
               : !reaches_camera(gate, person, message->camera))
        return STATUS_DENIED;
    *span = (struct span){{message->from_us}, {message->to_us}};
    if (is_all) { /* what has not begun yet, too */
        span->to = FOR_GOOD;
        *hold = held_by(gate, 0, *span);
        return *hold != 0 ? STATUS_CONFLICT : STATUS_OK;
    }
    if (is_whole || (span->to.us > now.us &&
                     span->to.us <= now.us + SPAN_TOLERANCE_US))
        span->to = now;
    if (span->from.us < 0 || span_is_empty(*span) || span->to.us > now.us)
        return STATUS_BAD_INPUT;
    round_outwards(gate, message->camera, span);
    *hold = held_by(gate, message->camera, *span);
    return *hold != 0 ? STATUS_CONFLICT : STATUS_OK;
}

static enum status check_who(struct gate *gate, struct text session,
                             struct gate_person *out)
{
    char who[16];
    if (!gate->is_started || gate->stop.is_asked)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s != STATUS_OK)
        return s;
    if (!gate_person_may(out, RIGHT_DESTROY))
        return STATUS_DENIED;
    (void)snprintf(who, sizeof who, "%" PRIu32, out->account.number);
    return orders_open(&gate->orders) < ORDERS_OPEN_MAX &&
                   gate_rate_allows(gate, RATE_VIEW, text_of(who))
               ? STATUS_OK
               : STATUS_LIMIT;
}

/* ---- the intent ------------------------------------------------------------ */

struct ordering {
    struct gate *gate;
    struct gate_asker asker;
};

static void on_intent(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct ordering *ordering = context;
    struct gate *gate = ordering->gate;
    struct message_destruction_order_reply reply = {
        .id = ordering->asker.id, .status = status, .entry = number};
    struct channel *channel = gate_asker_channel(gate, &ordering->asker);
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_named_text(&json, "state", text_of("pending"));
    gate_put_close(&json, '}');
    if (status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    if (channel != NULL)
        gate_sent(message_destruction_order_answer(channel, &reply, -1),
                  "destruction_order");
    alloc_free(ordering);
    if (status == STATUS_OK)
        gate_orders_ask(gate);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_destruction_order *message,
                         uint32_t *hold)
{
    struct gate_person person;
    struct span span;
    enum status s = check_who(gate, message->session, &person);
    if (s == STATUS_OK)
        s = check_what(gate, &person, message, &span, hold);
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s == STATUS_OK && !text_is_plain(message->request))
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    struct ordering *ordering = alloc_zeroed(sizeof *ordering);
    if (ordering == NULL)
        return STATUS_NO_MEMORY;
    *ordering = (struct ordering){
        gate, gate_asker_of(gate, channel, message->id)};
    struct entry entry = entry_of(ENTRY_DELETION_INTENT);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "person", text_of(person.account.person));
    entry_number(&entry, "camera", message->camera);
    entry_time(&entry, "from", span.from);
    entry_time(&entry, "to", span.to);
    entry_number(&entry, "decommission", message->decommission != 0);
    entry_text(&entry, "request", message->request);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_intent, ordering);
    if (s != STATUS_OK)
        alloc_free(ordering);
    return s;
}

void gate_on_destruction_order(void *context, struct channel *channel,
                               const struct message_destruction_order *message,
                               int descriptor)
{
    (void)descriptor;
    struct message_destruction_order_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message, &reply.hold);
    if (reply.status != STATUS_OK)
        gate_sent(message_destruction_order_answer(channel, &reply, -1),
                  "destruction_order");
}
