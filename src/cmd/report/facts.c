/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a report as JSON: times in microseconds since 1970, lengths in
 * seconds, names that stand in the log. */
#include "cmd/report/report.h"
#include "notice/promise/promise.h"

static json_int_t seconds(int64_t us)
{
    return us / SECOND_US;
}

/* A view that is not terminated. */
static json_t *words(struct text text)
{
    return json_stringn(text.data == NULL ? "" : text.data, text.size);
}

static json_t *gaps_of(const struct tally_cause gaps[CAUSE_COUNT])
{
    json_t *list = json_array();
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        if (gaps[i].count > 0)
            (void)json_array_append_new(
                list, json_pack("{ss sI sI}", "cause", cause_name(i), "count",
                                (json_int_t)gaps[i].count, "seconds",
                                seconds(gaps[i].us)));
    }
    return list;
}

static json_t *group_of(const struct report *report, size_t index)
{
    const struct notice *notice = report_notice(report);
    const struct report_group *group = &report->groups[index];
    bool is_named = index < notice->group_count;
    return json_pack(
        "{so si si sI sI sI sI si so}", "group",
        is_named ? words(notice->groups[index].id) : json_null(), "promised",
        is_named ? (int)notice->groups[index].camera_count : 0, "installed",
        (int)group->installed, "promised_s", seconds(group->promised_us),
        "recorded_s", seconds(group->recorded_us), "explained_s",
        seconds(group->explained_us), "views", (json_int_t)group->views,
        "never_viewed", (int)group->never_viewed, "gaps",
        gaps_of(group->gaps));
}

static json_t *groups_of(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i <= report_notice(report)->group_count; i++) {
        if (report->groups[i].is_here)
            (void)json_array_append_new(list, group_of(report, i));
    }
    return list;
}

static json_t *deaths_of(const struct tally *tally)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < CAUSE_COUNT; i++) {
        if (tally->deaths[i].entries > 0)
            (void)json_array_append_new(
                list,
                json_pack("{ss sI sI}", "cause", cause_name(i), "entries",
                          (json_int_t)tally->deaths[i].entries, "keys",
                          (json_int_t)tally->deaths[i].keys));
    }
    return list;
}

static json_t *deeds_of(const struct tally *tally)
{
    json_t *object = json_object();
    for (unsigned i = LEDGER_VIEWED; i < LEDGER_DEED_END; i++)
        (void)json_object_set_new(object, ledger_deed_name(i),
                                  json_integer((json_int_t)tally->deeds[i]));
    return object;
}

/* Every kind of entry that the span has. */
static json_t *kinds_of(const struct tally *tally)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < ENTRY_KIND_COUNT; i++) {
        if (tally->kinds[i] > 0)
            (void)json_object_set_new(
                object, entry_shape(i)->name,
                json_integer((json_int_t)tally->kinds[i]));
    }
    return object;
}

static json_t *drifts_of(const struct tally *tally)
{
    json_t *list = json_array();
    for (size_t i = 0; i < tally->drift_count; i++) {
        const struct tally_drift *row = &tally->drifts[i];
        (void)json_array_append_new(
            list,
            json_pack("{ss ss sI sI sI sI}", "code", row->code, "subject",
                      row->subject, "since_us", (json_int_t)row->since.us,
                      "found_us", (json_int_t)row->found.us, "ended_us",
                      (json_int_t)row->ended.us, "entry",
                      (json_int_t)row->entry));
    }
    return list;
}

static json_t *versions_of(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->versions.count; i++) {
        const struct notice_version *version = &report->versions.list[i];
        (void)json_array_append_new(
            list,
            json_pack("{sI ss sI sI sI sI}", "version",
                      (json_int_t)version->number, "state",
                      notice_version_state_name(version->state),
                      "announced_us", (json_int_t)version->announced.us,
                      "active_us", (json_int_t)version->active.us, "ended_us",
                      (json_int_t)version->ended.us, "confirmed_us",
                      (json_int_t)version->confirmed.us));
    }
    return list;
}

static json_t *missing_of(const struct report *report)
{
    uint32_t months[12];
    size_t count = report_months_missing(report, months);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, json_integer(months[i]));
    return list;
}

static json_t *witnesses_of(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->witness_count; i++) {
        const struct report_witness *witness = &report->witnesses[i];
        (void)json_array_append_new(
            list, json_pack("{so sb sI sI}", "name", words(witness->name),
                            "has_word", witness->has_word, "size",
                            (json_int_t)witness->size, "time_us",
                            (json_int_t)witness->time.us));
    }
    return list;
}

static json_t *findings_of(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0;
         i < report->log_finding_count && i < REPORT_FINDINGS_MAX; i++)
        (void)json_array_append_new(
            list, json_pack("{ss ss}", "where", report->log_findings[i].where,
                            "what", report->log_findings[i].what));
    return list;
}

static json_t *done_of(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->duties.done_count; i++) {
        const struct duty_done *done = &report->duties.done[i];
        if (span_holds(report->span, done->done))
            (void)json_array_append_new(
                list,
                json_pack("{sI sI sI ss sI ss sI}", "duty",
                          (json_int_t)done->duty, "due_us",
                          (json_int_t)done->due.us, "done_us",
                          (json_int_t)done->done.us, "result",
                          duty_result_name(done->result), "account",
                          (json_int_t)done->account, "person", done->person,
                          "entry", (json_int_t)done->entry));
    }
    return list;
}

static json_t *duties_of(const struct report *report)
{
    json_t *list = json_array();
    for (size_t i = 0; i < report->duties.count; i++) {
        const struct duty *duty = &report->duties.list[i];
        (void)json_array_append_new(
            list, json_pack("{sI ss ss sI sI sI}", "duty",
                            (json_int_t)duty->number, "what",
                            duty_kind_name(duty->kind), "subject",
                            duty->subject, "due_us",
                            (json_int_t)duty->due.us, "months",
                            (json_int_t)duty->months, "entry",
                            (json_int_t)duty->entry));
    }
    return json_pack("{so so sI}", "list", list, "done", done_of(report),
                     "overdue",
                     (json_int_t)duties_overdue(&report->duties,
                                                report->made));
}

static json_t *log_of(const struct report *report)
{
    return json_pack(
        "{ss sI sI sI so so s{sI sI sI sI}}", "origin",
        report->check.has_key ? report->check.key.name : "", "entries",
        (json_int_t)report->check.entries, "signed",
        (json_int_t)(report->check.is_signed ? report->check.signed_size : 0),
        "first_us", (json_int_t)report->tally.first.us, "problems",
        findings_of(report), "witnesses", witnesses_of(report), "timestamps", "verified",
        (json_int_t)report->check.timestamps, "older",
        (json_int_t)report->check.timestamps_older, "size",
        (json_int_t)report->check.stamped_size, "time_us",
        (json_int_t)report->check.stamped.us);
}

json_t *report_facts(const struct report *report)
{
    return json_pack(
        "{ss sI sI sI sb sI so so so sI so so so so sI sI so so so}", "report",
        report->options.is_yearly ? "yearly" : "monthly", "period",
        (json_int_t)report->options.period, "from_us",
        (json_int_t)report->span.from.us, "to_us",
        (json_int_t)report->span.to.us, "is_over", report->is_over, "made_us",
        (json_int_t)report->made.us, "groups", groups_of(report),
        "destructions", deaths_of(&report->tally), "deeds",
        deeds_of(&report->tally), "orders_open",
        (json_int_t)orders_open(&report->orders), "entries",
        kinds_of(&report->tally), "drifts", drifts_of(&report->tally),
        "versions", versions_of(report), "reviews_missing",
        missing_of(report), "copies_overdue",
        (json_int_t)items_overdue(&report->items, report->made),
        "notice_findings", (json_int_t)report->findings, "log",
        log_of(report), "last_destruction_us",
        json_integer(report->tally.last_death.us),
        "duties", duties_of(report));
}
