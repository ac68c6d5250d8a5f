/* SPDX-License-Identifier: Apache-2.0 */
/* What was destroyed, looked at, taken out and refused. */
#include "cmd/report/say.h"

/* ---- destruction ---- */

static void death_row(const struct report_page *page, const char *ko,
                      const char *en, struct tally_deaths deaths)
{
    report_row(page);
    report_cell(page, ko, en);
    report_cell_number(page, deaths.entries);
    report_cell_number(page, deaths.keys);
}

static void say_pending(const struct report_page *page)
{
    const struct report *report = page->report;
    document_begin(page->document, DOCUMENT_LIST);
    report_item(page, "마지막 파기: ", "Last destruction: ");
    if (report->tally.last_death.us == 0)
        report_words(page, "이 기간에는 없음", "none in this time");
    else
        document_time(page->document, report->tally.last_death);
    report_item(page, "사람이 지시한 파기: ", "Destructions ordered: ");
    report_number(page, report->tally.kinds[ENTRY_DELETION_INTENT]);
    report_words(page, "건, 지금 끝나지 않은 지시 ", ", not carried out now ");
    report_number(page, orders_open(&report->orders));
    report_words(page, "건", "");
    report_item(page, "보존 조치로 둔 사본의 파기: ",
                "Held copies destroyed: ");
    report_number(page, report->tally.deeds[LEDGER_HOLD_DESTROYED]);
    report_words(page, "건", "");
    if (report->tally.is_death_pending)
        report_item(page, "파기해야 할 영상을 파기하지 못하고 있습니다.",
                    "What is due could not be destroyed yet.");
    document_begin(page->document, DOCUMENT_LIST_END);
}

void report_destructions(const struct report_page *page)
{
    const struct tally_deaths *deaths = page->report->tally.deaths;
    report_table(page, "파기의 까닭|기록 건수|지운 암호키",
                 "Why it was destroyed|Entries|Keys erased");
    death_row(page, "보관기간 만료 (자동)", "period over (automatic)",
              deaths[CAUSE_EXPIRED]);
    death_row(page, "저장 공간 부족 (보관기간 전)",
              "want of space (before its period)", deaths[CAUSE_SPACE]);
    death_row(page, "사람의 지시", "ordered by a person",
              deaths[CAUSE_ORDERED]);
    for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
        if (cause != CAUSE_EXPIRED && cause != CAUSE_SPACE &&
            cause != CAUSE_ORDERED && deaths[cause].entries > 0)
            death_row(page, cause_words(cause, LANGUAGE_KOREAN),
                      cause_words(cause, LANGUAGE_ENGLISH), deaths[cause]);
    }
    report_table_end(page);
    say_pending(page);
}

/* ---- what people did ---- */

void report_deeds(const struct report_page *page)
{
    const struct tally *tally = &page->report->tally;
    report_table(page, "구분|한 일|횟수", "Kind|What was done|Times");
    for (unsigned deed = LEDGER_VIEWED; deed < LEDGER_DEED_END; deed++) {
        static const char *const KINDS[][2] = {
            [LEDGER_USE] = {"이용", "use"},
            [LEDGER_PROVISION] = {"제공", "provision"},
            [LEDGER_VIEWING] = {"열람", "viewing"},
            [LEDGER_DESTRUCTION] = {"파기", "destruction"},
        };
        enum ledger_kind kind = ledger_deed_kind(deed);
        bool is_correction =
            deed == LEDGER_COPY_CORRECTED || deed == LEDGER_REMARKED;
        if (!ledger_deed_is_personal(deed) ||
            (is_correction && tally->deeds[deed] == 0))
            continue;
        report_row(page);
        report_cell(page, KINDS[kind][0], KINDS[kind][1]);
        report_cell(page, ledger_deed_words(deed, LANGUAGE_KOREAN),
                    ledger_deed_words(deed, LANGUAGE_ENGLISH));
        report_cell_number(page, tally->deeds[deed]);
    }
    report_row(page);
    report_cell(page, "이용", "use");
    report_cell(page, "녹화 영상을 파일로 내려받음", "recordings downloaded");
    report_cell_number(page, tally->kinds[ENTRY_VIEW_DOWNLOAD]);
    report_table_end(page);
    report_paragraph(page,
                     "누가, 언제, 무엇을, 왜는 같은 기간의 개인영상정보 "
                     "관리대장(haechi ledger)에 줄마다 있습니다.",
                     "Who, when, what and why stand in the ledger of the same "
                     "time (haechi ledger), one row each.");
}

void report_copies(const struct report_page *page)
{
    const struct report *report = page->report;
    size_t there = 0;
    for (size_t i = 0; i < report->items.count; i++)
        there += !report->items.list[i].is_gone;
    document_begin(page->document, DOCUMENT_PARAGRAPH);
    report_words(page, "장치 밖에 있는 인쇄물과 매체(손으로 올린 것): 지금 ",
                 "Prints and other copies outside the recorder, as entered by "
                 "hand: now ");
    report_number(page, there);
    report_words(page, "건, 그중 기한이 지난 것 ", ", of them overdue ");
    report_number(page, items_overdue(&report->items, report->made));
    report_words(page, "건.", ".");
}

void report_requests(const struct report_page *page)
{
    const struct tally *tally = &page->report->tally;
    document_begin(page->document, DOCUMENT_LIST);
    report_item(page, "요구·제공의 접수번호가 적힌 관리대장 줄: ",
                "Rows of the ledger that name a request's number: ");
    report_number(page, tally->requests);
    report_item(page, "보존 조치(기간이 지나도 사본을 따로 보관): ",
                "Holds (a copy kept apart beyond its period): ");
    report_number(page, tally->kinds[ENTRY_HOLD_INTENT]);
    report_item(page, "제공한 증거 꾸러미: ", "Evidence packages provided: ");
    report_number(page, tally->deeds[LEDGER_PROVIDED]);
    document_begin(page->document, DOCUMENT_LIST_END);
    report_paragraph(page,
                     "접수부터 답까지 며칠이 걸렸는지는 프로그램이 보지 "
                     "못합니다.",
                     "How many days passed from a request to its answer, the "
                     "program does not see.");
}

/* ---- refused ---- */

void report_refusals(const struct report_page *page)
{
    const struct tally *tally = &page->report->tally;
    report_table(page, "거부된 시도|횟수", "Refused|Times");
    report_row(page);
    report_cell(page, "권한 없이 영상을 요구함 (view.refused)",
                "pictures asked for without the right (view.refused)");
    report_cell_number(page, tally->kinds[ENTRY_VIEW_REFUSED]);
    report_row(page);
    report_cell(page, "로그인 실패 (login.failed)",
                "sign-ins that failed (login.failed)");
    report_cell_number(page, tally->kinds[ENTRY_LOGIN_FAILED]);
    report_table_end(page);
}

static void say_missing(const struct report_page *page)
{
    uint32_t missing[12];
    size_t count = report_months_missing(page->report, missing);
    for (size_t i = 0; i < count; i++) {
        report_item(page, "점검 서명이 없는 달: ", "Month not signed: ");
        document_day(page->document,
                     civil_to_day(missing[i] / 100, missing[i] % 100, 1));
        report_words(page, "부터의 달", "");
    }
}

/* By the month that was looked through, whenever that was. */
void report_reviews(const struct report_page *page)
{
    const struct report *report = page->report;
    uint32_t first = review_month_of(report->span.from);
    size_t said = 0;
    document_begin(page->document, DOCUMENT_LIST);
    for (uint32_t i = 0; i < (report->options.is_yearly ? 12 : 1); i++) {
        const struct review_signed *sign =
            review_list_find(&report->reviews, first + i);
        if (sign == NULL)
            continue;
        said++;
        report_item(page, "접속 기록 월별 점검 서명: ",
                    "Accesses looked through and signed: ");
        document_day(page->document,
                     civil_to_day(sign->month / 100, sign->month % 100, 1));
        report_words(page, "부터의 달, ", " and its month, ");
        document_time(page->document, sign->time);
        report_words(page, ", 기록 ", ", entry ");
        report_number(page, sign->entry);
    }
    say_missing(page);
    if (said == 0 && !report->is_over)
        report_item(page, "접속 기록 월별 점검: 기간이 아직 끝나지 않음",
                    "Review of the accesses: the time is not over yet");
    document_begin(page->document, DOCUMENT_LIST_END);
}
