/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people enter into the ledger: copies outside the recorder, their end,
 * and corrections. Nothing is ever changed: each is an entry of its own, which
 * names the one that it corrects, and is durable before the answer.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/view/view.h"

enum {
    TOLERANCE_US = 60 * SECOND_US,
    YEARS_MAX = 10,
};

static const int64_t YEAR_US = INT64_C(366) * 86400 * SECOND_US;

/* ---- on its way ---- */

static void answer(const struct gate_entering *entering, enum status status,
                   struct bytes json)
{
    struct channel *channel =
        gate_asker_channel(entering->gate, &entering->asker);
    if (channel != NULL)
        entering->answer(channel, entering->asker.id, status, json);
}

static void on_entry(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct gate_entering *entering = context;
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, entering->name, entering->number);
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_close(&json, '}');
    answer(entering, status,
           status == STATUS_OK ? buffer_bytes(&text)
                               : (struct bytes){NULL, 0});
    entering->gate->is_entering = false;
    alloc_free(entering);
}

enum status gate_entering_append(const struct gate_entering *made,
                                 const struct entry *entry)
{
    struct gate_entering *entering = alloc_zeroed(sizeof *entering);
    if (entering == NULL)
        return STATUS_NO_MEMORY;
    *entering = *made;
    enum status s = gate_append(made->gate, entry, on_entry, entering);
    if (s == STATUS_OK)
        made->gate->is_entering = true;
    else
        alloc_free(entering);
    return s;
}

static void answer_entered(struct channel *channel, uint32_t id,
                           enum status status, struct bytes json)
{
    const struct message_ledger_enter_reply reply = {
        .id = id, .status = status, .json = json};
    gate_sent(message_ledger_enter_answer(channel, &reply, -1),
              "ledger_enter");
}

static void answer_ended(struct channel *channel, uint32_t id,
                         enum status status, struct bytes json)
{
    const struct message_ledger_end_reply reply = {
        .id = id, .status = status, .json = json};
    gate_sent(message_ledger_end_answer(channel, &reply, -1), "ledger_end");
}

/* ---- who, when ---- */

enum status gate_entering_who(struct gate *gate, struct text session,
                              struct gate_person *out)
{
    char who[16];
    if (!gate->is_started || gate->stop.is_asked || !gate->has_trusted)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, session, out);
    if (s != STATUS_OK)
        return s;
    if (!gate_person_may(out, RIGHT_KEEP_LEDGER))
        return STATUS_DENIED;
    (void)snprintf(who, sizeof who, "%" PRIu32, out->account.number);
    if (!gate_rate_allows(gate, RATE_VIEW, text_of(who)))
        return STATUS_LIMIT;
    return gate->is_entering ? STATUS_AGAIN : STATUS_OK;
}

bool gate_is_past(const struct gate *gate, int64_t time_us)
{
    return time_us > 0 && time_us <= gate_now(gate).us + TOLERANCE_US;
}

bool gate_is_within_years(const struct gate *gate, int64_t time_us)
{
    return time_us <= gate_now(gate).us + YEARS_MAX * YEAR_US;
}

/* Who has not entered it may change it only where all may be read. */
static enum status find_item(const struct gate *gate,
                             const struct gate_person *person, uint32_t number,
                             const struct item **out)
{
    *out = items_find(&gate->items, number);
    if (*out == NULL)
        return STATUS_NOT_FOUND;
    bool is_own = (*out)->account == person->account.number;
    return is_own || gate_person_may(person, RIGHT_READ_TEXTS) ? STATUS_OK
                                                               : STATUS_DENIED;
}

/* ---- what ---- */

static bool are_times_good(const struct gate *gate,
                           const struct message_ledger_enter *message)
{
    bool names_span = message->from_us != 0 || message->to_us != 0;
    if (names_span && (message->from_us <= 0 ||
                       message->from_us >= message->to_us ||
                       !gate_is_past(gate, message->to_us)))
        return false;
    return gate_is_past(gate, message->done_us) &&
           message->due_us > message->done_us &&
           gate_is_within_years(gate, message->due_us);
}

/* Something that can be read; empty is allowed where it is not needed. */
static bool is_text_good(struct text text, bool is_needed)
{
    return text.size == 0 ? !is_needed : gate_reason_check(text) == STATUS_OK;
}

static enum status check_copy(const struct gate *gate,
                              const struct message_ledger_enter *message)
{
    enum ledger_kind kind = LEDGER_USE;
    enum ledger_medium medium = LEDGER_PRINT;
    bool is_known =
        ledger_kind_from_id(message->use, &kind) == STATUS_OK &&
        kind != LEDGER_DESTRUCTION &&
        ledger_medium_from_name(message->medium, &medium) == STATUS_OK &&
        (message->camera == 0 ||
         plant_camera_find(gate->configuration.plant, message->camera) != NULL);
    bool is_good = is_known && are_times_good(gate, message) &&
                   text_is_plain(message->request) &&
                   is_text_good(message->receiver, kind != LEDGER_USE) &&
                   is_text_good(message->ground, kind == LEDGER_PROVISION) &&
                   is_text_good(message->form, false) &&
                   is_text_good(message->reason, true) &&
                   is_text_good(message->remark, message->item != 0);
    return is_good ? STATUS_OK : STATUS_BAD_INPUT;
}

static void put_copy(struct entry *entry, const struct gate_person *person,
                     const struct message_ledger_enter *message)
{
    entry_number(entry, "account", person->account.number);
    entry_text(entry, "use", message->use);
    entry_text(entry, "medium", message->medium);
    entry_number(entry, "camera", message->camera);
    entry_time(entry, "from", (struct wall_time){message->from_us});
    entry_time(entry, "to", (struct wall_time){message->to_us});
    entry_time(entry, "done", (struct wall_time){message->done_us});
    entry_time(entry, "due", (struct wall_time){message->due_us});
    entry_text(entry, "request", text_trim(message->request));
    entry_personal(entry, "why", text_trim(message->reason));
    entry_personal(entry, "receiver", text_trim(message->receiver));
    entry_personal(entry, "ground", text_trim(message->ground));
    entry_personal(entry, "form", text_trim(message->form));
    entry_personal(entry, "address", message->address);
}

static enum status add_copy(struct gate *gate, const struct gate_entering *made,
                            const struct gate_person *person,
                            const struct message_ledger_enter *message)
{
    struct gate_entering entering = *made;
    struct entry entry = entry_of(ENTRY_LEDGER_ADDED);
    if (gate->items.count == ITEM_NUMBER_MAX)
        return STATUS_LIMIT;
    enum status s = check_copy(gate, message);
    if (s != STATUS_OK)
        return s;
    entering.number = (uint32_t)gate->items.count + 1;
    entry_number(&entry, "item", entering.number);
    put_copy(&entry, person, message);
    return gate_entering_append(&entering, &entry);
}

static enum status correct_copy(struct gate *gate, const struct gate_entering *made,
                                const struct gate_person *person,
                                const struct message_ledger_enter *message)
{
    struct gate_entering entering = *made;
    const struct item *item = NULL;
    struct entry entry = entry_of(ENTRY_LEDGER_CORRECTED);
    enum status s = find_item(gate, person, message->item, &item);
    if (s == STATUS_OK && message->corrects != item->last)
        s = STATUS_CONFLICT; /* somebody else has been quicker */
    if (s == STATUS_OK)
        s = check_copy(gate, message);
    if (s != STATUS_OK)
        return s;
    entering.number = item->number;
    entry_number(&entry, "item", item->number);
    entry_number(&entry, "corrects", (int64_t)item->last);
    put_copy(&entry, person, message);
    entry_personal(&entry, "remark", text_trim(message->remark));
    return gate_entering_append(&entering, &entry);
}

/* The row that is corrected stays as it is; what is right stands beside it. */
static enum status remark(struct gate *gate, const struct gate_entering *entering,
                          const struct gate_person *person,
                          const struct message_ledger_enter *message)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line corrected;
    struct ledger_fact fact;
    struct entry entry = entry_of(ENTRY_LEDGER_REMARKED);
    if (!gate_person_may(person, RIGHT_READ_TEXTS))
        return STATUS_DENIED;
    enum status s = gate_entry_read(gate, message->corrects, &line, &corrected);
    if (s == STATUS_OK)
        s = ledger_fact_read(&corrected, &fact);
    if (s == STATUS_OK && fact.item != 0)
        s = STATUS_BAD_INPUT; /* a copy is corrected by its number */
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    entry_number(&entry, "account", person->account.number);
    entry_number(&entry, "corrects", (int64_t)message->corrects);
    entry_text(&entry, "use", text_of(ledger_kind_id(fact.kind)));
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return gate_entering_append(entering, &entry);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_ledger_enter *message)
{
    struct gate_person person;
    enum status s = gate_entering_who(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    const struct gate_entering entering = {
        .gate = gate,
        .asker = gate_asker_of(gate, channel, message->id),
        .name = "item",
        .answer = answer_entered,
    };
    if (message->item != 0)
        return correct_copy(gate, &entering, &person, message);
    if (message->corrects != 0)
        return remark(gate, &entering, &person, message);
    return add_copy(gate, &entering, &person, message);
}

void gate_on_ledger_enter(void *context, struct channel *channel,
                          const struct message_ledger_enter *message,
                          int descriptor)
{
    (void)descriptor;
    enum status s = begin(context, channel, message);
    if (s != STATUS_OK)
        answer_entered(channel, message->id, s, (struct bytes){NULL, 0});
}

/* ---- its end ---- */

static enum status begin_end(struct gate *gate, struct channel *channel,
                             const struct message_ledger_end *message)
{
    struct gate_person person;
    const struct item *item = NULL;
    enum ledger_end how = LEDGER_SHREDDED;
    struct entry entry = entry_of(ENTRY_LEDGER_DESTROYED);
    enum status s = gate_entering_who(gate, message->session, &person);
    if (s == STATUS_OK)
        s = find_item(gate, &person, message->item, &item);
    if (s == STATUS_OK && item->is_gone)
        s = STATUS_CONFLICT;
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s == STATUS_OK &&
        (ledger_end_from_name(message->how, &how) != STATUS_OK ||
         !gate_is_past(gate, message->done_us)))
        s = STATUS_BAD_INPUT;
    if (s != STATUS_OK)
        return s;
    const struct gate_entering entering = {
        .gate = gate,
        .asker = gate_asker_of(gate, channel, message->id),
        .name = "item",
        .number = message->item,
        .answer = answer_ended,
    };
    entry_number(&entry, "item", message->item);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "how", message->how);
    entry_time(&entry, "done", (struct wall_time){message->done_us});
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return gate_entering_append(&entering, &entry);
}

void gate_on_ledger_end(void *context, struct channel *channel,
                        const struct message_ledger_end *message,
                        int descriptor)
{
    (void)descriptor;
    enum status s = begin_end(context, channel, message);
    if (s != STATUS_OK)
        answer_ended(channel, message->id, s, (struct bytes){NULL, 0});
}
