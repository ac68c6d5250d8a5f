/* SPDX-License-Identifier: Apache-2.0 */
/* Duties that people enter: to be done by a day, done, dropped. */
#include "base/text.h"
#include "log/duties.h"
#include "model/policy.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/view/view.h"

static void answer(struct channel *channel, uint32_t id, enum status status,
                   struct bytes json)
{
    const struct message_duty_enter_reply reply = {
        .id = id, .status = status, .json = json};
    gate_sent(message_duty_enter_answer(channel, &reply, -1), "duty_enter");
}

/* A site or a processor that the notice names; or none. */
static bool is_subject_good(const struct gate *gate, struct text subject)
{
    const struct notice *notice = gate->configuration.notice;
    bool is_known = subject.size == 0;
    for (size_t i = 0; i < notice->site_count; i++)
        is_known = is_known || text_equal(subject, notice->sites[i].id);
    for (size_t i = 0; i < notice->processor_count; i++)
        is_known = is_known || text_equal(subject, notice->processors[i].id);
    return is_known;
}

static enum status set(struct gate *gate, const struct gate_entering *made,
                       const struct gate_person *person,
                       const struct message_duty_enter *message)
{
    struct gate_entering entering = *made;
    enum duty_kind kind = DUTY_OTHER;
    struct entry entry = entry_of(ENTRY_DUTY_SET);
    if (gate->duties.count == DUTY_NUMBER_MAX)
        return STATUS_LIMIT;
    if (duty_kind_from_name(message->what, &kind) != STATUS_OK ||
        message->months > DUTY_MONTHS_MAX || message->result.size > 0 ||
        message->done_us != 0 || message->due_us <= 0 ||
        !gate_is_within_years(gate, message->due_us) ||
        !is_subject_good(gate, message->subject))
        return STATUS_BAD_INPUT;
    entering.number = (uint32_t)gate->duties.count + 1;
    entry_number(&entry, "duty", entering.number);
    entry_number(&entry, "account", person->account.number);
    entry_text(&entry, "person", text_of(person->account.person));
    entry_text(&entry, "what", message->what);
    entry_text(&entry, "subject", message->subject);
    entry_time(&entry, "due", (struct wall_time){message->due_us});
    entry_number(&entry, "months", message->months);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return gate_entering_append(&entering, &entry);
}

/* By when it is to be done again: as said, or so many months behind the day on
 * which it was done, at that day's end; 0: never more. */
static int64_t next_of(const struct duty *duty, enum duty_result result,
                       const struct message_duty_enter *message)
{
    if (result == DUTY_DROPPED)
        return 0;
    if (message->due_us != 0 || duty->months == 0)
        return message->due_us;
    int64_t day = civil_day((struct wall_time){message->done_us},
                            UTC_OFFSET_KOREA_S);
    return civil_day_start(civil_day_add_months(day, duty->months) + 1,
                           UTC_OFFSET_KOREA_S)
        .us;
}

static enum status finish(struct gate *gate, const struct gate_entering *made,
                          const struct gate_person *person,
                          const struct message_duty_enter *message)
{
    struct gate_entering entering = *made;
    enum duty_result result = DUTY_GOOD;
    struct entry entry = entry_of(ENTRY_DUTY_DONE);
    const struct duty *duty = duties_find(&gate->duties, message->duty);
    if (duty == NULL)
        return STATUS_NOT_FOUND;
    if (duty->due.us == 0)
        return STATUS_CONFLICT; /* it has ended */
    if (duty_result_from_name(message->result, &result) != STATUS_OK ||
        message->what.size > 0 || message->months != 0 ||
        !gate_is_past(gate, message->done_us) ||
        (message->due_us != 0 &&
         (message->due_us <= message->done_us ||
          !gate_is_within_years(gate, message->due_us))))
        return STATUS_BAD_INPUT;
    entering.number = duty->number;
    entry_number(&entry, "duty", duty->number);
    entry_number(&entry, "account", person->account.number);
    entry_text(&entry, "person", text_of(person->account.person));
    entry_time(&entry, "done", (struct wall_time){message->done_us});
    entry_text(&entry, "result", message->result);
    entry_time(&entry, "due",
               (struct wall_time){next_of(duty, result, message)});
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    return gate_entering_append(&entering, &entry);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_duty_enter *message)
{
    struct gate_person person;
    enum status s = gate_entering_who(gate, message->session, &person);
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    const struct gate_entering entering = {
        .gate = gate,
        .asker = gate_asker_of(gate, channel, message->id),
        .name = "duty",
        .answer = answer,
    };
    return message->duty == 0 ? set(gate, &entering, &person, message)
                              : finish(gate, &entering, &person, message);
}

void gate_on_duty_enter(void *context, struct channel *channel,
                        const struct message_duty_enter *message,
                        int descriptor)
{
    (void)descriptor;
    enum status s = begin(context, channel, message);
    if (s != STATUS_OK)
        answer(channel, message->id, s, (struct bytes){NULL, 0});
}
