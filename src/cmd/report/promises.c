/* SPDX-License-Identifier: Apache-2.0 */
/* Where practice differed from the notice, and how each promise stood. */
#include <string.h>

#include "base/text.h"
#include "cmd/report/say.h"
#include "notice/promise/hours.h"
#include "notice/promise/promise.h"

void report_drifts(const struct report_page *page)
{
    const struct tally *tally = &page->report->tally;
    if (tally->drift_count == 0) {
        report_paragraph(page, "이 기간에 방침과 다른 점이 적힌 기록이 "
                               "없습니다.",
                         "The log names no drift from the notice in this "
                         "time.");
        return;
    }
    report_table(page, "방침과 다른 점|어디|언제부터|끝난 때|기록",
                 "Drift|Where|Since|Ended|Entry");
    for (size_t i = 0; i < tally->drift_count; i++) {
        const struct tally_drift *row = &tally->drifts[i];
        enum drift drift = drift_from_code(text_of(row->code));
        bool is_known = drift != DRIFT_NONE;
        report_row(page);
        report_cell(page,
                    is_known ? drift_words(drift, LANGUAGE_KOREAN) : row->code,
                    is_known ? drift_words(drift, LANGUAGE_ENGLISH)
                             : row->code);
        report_cell_subject(page, row->subject);
        report_cell_time(page, row->since.us != 0 ? row->since : row->found);
        if (row->ended.us == 0)
            report_cell(page, "아직 있음", "still there");
        else
            report_cell_time(page, row->ended);
        report_cell_number(page, row->entry);
    }
    report_table_end(page);
}

/* ---- promises ---- */

static const struct {
    const char *ko;
    const char *en;
} KINDS[PROMISE_KIND_COUNT] = {
    [PROMISE_CAMERAS] = {"카메라 대수와 녹화", "cameras"},
    [PROMISE_HOURS] = {"촬영시간", "hours"},
    [PROMISE_PERIOD] = {"보관기간", "period"},
    [PROMISE_EXCLUSION] = {"촬영 제외", "exclusion from filming"},
    [PROMISE_CAPABILITY] = {"카메라가 스스로 알리는 것",
                            "what cameras say of themselves"},
    [PROMISE_LISTED] = {"방침에 있는 카메라만 연결",
                        "only cameras of the notice"},
    [PROMISE_DESTRUCTION] = {"파기", "destruction"},
    [PROMISE_PROOF] = {"촬영 제외를 사람이 확인",
                       "exclusions seen to by people"},
    [PROMISE_ENCRYPTION] = {"암호화", "encryption"},
    [PROMISE_LOG] = {"기록 없는 열람 없음", "no view without an entry"},
    [PROMISE_RIGHTS] = {"방침에 적힌 사람만 봄",
                        "only people whom the notice names"},
    [PROMISE_NOTICE] = {"누리집 게시", "notice on the homepage"},
    [PROMISE_PROCESSOR] = {"위탁 계약", "processor's contract"},
};

/* A promise and what it is about. */
struct subject {
    enum promise_kind kind;
    const char *id; /* of the group or processor; "": the whole */
    bool is_unseen; /* no program can see whether it is kept */
};

static bool is_of(const struct tally_drift *row, const struct subject *subject)
{
    return strcmp(row->subject, subject->id) == 0 &&
           drift_kind(drift_from_code(text_of(row->code))) == subject->kind;
}

static void say_state(const struct report_page *page,
                      const struct subject *subject, size_t drifts,
                      size_t open)
{
    document_cell_marked(page->document,
                         open > 0      ? DOCUMENT_MARK_BAD
                         : drifts > 0  ? DOCUMENT_MARK_DOUBTFUL
                         : subject->is_unseen ? DOCUMENT_MARK_NONE
                                       : DOCUMENT_MARK_GOOD);
    if (open > 0)
        report_words(page, "✕ 다른 점이 아직 있음", "✕ a drift is still there");
    else if (drifts > 0)
        report_words(page, "▲ 다른 점이 있었고 끝남", "▲ drifts, all ended");
    else if (subject->is_unseen)
        report_words(page, "○ 프로그램이 재지 못함",
                     "○ not measured by software");
    else
        report_words(page, "● 다른 점이 적히지 않음", "● no drift entered");
}

static void row_of(const struct report_page *page,
                   const struct subject *subject)
{
    const struct tally *tally = &page->report->tally;
    size_t drifts = 0;
    size_t open = 0;
    for (size_t i = 0; i < tally->drift_count; i++) {
        if (!is_of(&tally->drifts[i], subject))
            continue;
        drifts++;
        open += tally->drifts[i].ended.us == 0;
    }
    report_row(page);
    report_cell(page, KINDS[subject->kind].ko, KINDS[subject->kind].en);
    report_cell_subject(page, subject->id);
    report_cell_number(page, drifts);
    say_state(page, subject, drifts, open);
}

/* Whether its cameras have ever said of themselves what the notice does not. */
static bool tells(const struct report_page *page, const char *id)
{
    const struct subject subject = {PROMISE_CAPABILITY, id, false};
    bool has_told = false;
    for (size_t i = 0; i < page->report->tally.drift_count; i++)
        has_told |= is_of(&page->report->tally.drifts[i], &subject);
    return has_told;
}

static void rows_of_group(const struct report_page *page,
                          const struct notice_group *group)
{
    char id[DRIFT_SUBJECT_SIZE];
    struct filming_hours hours;
    bool has_hours = group->trigger.ko.size == 0 &&
                     filming_hours_parse(group->hours.ko, &hours);
    if (!text_copy(group->id, id, sizeof id))
        return;
    row_of(page, &(struct subject){PROMISE_CAMERAS, id, false});
    row_of(page, &(struct subject){PROMISE_HOURS, id, !has_hours});
    row_of(page, &(struct subject){PROMISE_PERIOD, id, false});
    if (group->exclusion_count > 0)
        row_of(page, &(struct subject){PROMISE_EXCLUSION, id, true});
    if (tells(page, id))
        row_of(page, &(struct subject){PROMISE_CAPABILITY, id, false});
}

/* Whether anybody has held the homepage against the notice in force. */
static bool is_confirmed(const struct report *report)
{
    const struct notice_version *version =
        notice_versions_active(&report->versions);
    return version != NULL &&
           (version->confirmed.us != 0 || version->differed.us != 0);
}

static bool has_exclusions(const struct report *report)
{
    const struct notice *notice = report_notice(report);
    for (size_t i = 0; i < notice->group_count; i++) {
        if (report->groups[i].is_here && notice->groups[i].exclusion_count > 0)
            return true;
    }
    return false;
}

void report_promises(const struct report_page *page)
{
    const struct notice *notice = report_notice(page->report);
    report_table(page, "약속|무엇에 대해|다른 점(건)|상태",
                 "Promise|About|Drifts|State");
    for (size_t i = 0; i < notice->group_count; i++) {
        if (page->report->groups[i].is_here)
            rows_of_group(page, &notice->groups[i]);
    }
    row_of(page, &(struct subject){PROMISE_LISTED, "", false});
    row_of(page, &(struct subject){PROMISE_DESTRUCTION, "", false});
    if (has_exclusions(page->report))
        row_of(page, &(struct subject){PROMISE_PROOF, "", false});
    row_of(page, &(struct subject){PROMISE_ENCRYPTION, "", false});
    row_of(page, &(struct subject){PROMISE_LOG, "", false});
    row_of(page, &(struct subject){PROMISE_RIGHTS, "", false});
    row_of(page, &(struct subject){PROMISE_NOTICE, "",
                                   !is_confirmed(page->report)});
    for (size_t i = 0; i < notice->processor_count; i++) {
        char id[DRIFT_SUBJECT_SIZE];
        bool is_unseen = notice->processors[i].until_day == NOTICE_NO_DAY;
        if (text_copy(notice->processors[i].id, id, sizeof id))
            row_of(page, &(struct subject){PROMISE_PROCESSOR, id, is_unseen});
    }
    report_table_end(page);
    report_paragraph(page,
                     "기록장치는 5초마다 약속을 재고, 다르면 기록에 적습니다. "
                     "이 표는 적힌 것을 약속마다 센 것입니다.",
                     "The recorder measures each promise every five seconds "
                     "and enters where practice differs. The table counts what "
                     "it entered.");
}
