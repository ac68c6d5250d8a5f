/* SPDX-License-Identifier: Apache-2.0 */
/* What people have entered of what no program sees, and what nobody has. */
#include "base/text.h"
#include "cmd/report/say.h"

enum { SELF_CHECK_MONTHS = 3 };

/* A year is looked through until the end of March behind it. */
static struct span span_of(const struct report *report, enum duty_kind kind)
{
    struct span span = report->span;
    if (kind != DUTY_SELF_CHECK || !report->options.is_yearly)
        return span;
    int64_t from = civil_day(span.from, UTC_OFFSET_KOREA_S);
    int64_t to = civil_day(span.to, UTC_OFFSET_KOREA_S);
    span.from = civil_day_start(civil_day_add_months(from, SELF_CHECK_MONTHS),
                                UTC_OFFSET_KOREA_S);
    span.to = civil_day_start(civil_day_add_months(to, SELF_CHECK_MONTHS),
                              UTC_OFFSET_KOREA_S);
    return span;
}

/* Of this kind, and within what the report is about. */
static bool is_of(const struct report *report, const struct duty_done *done,
                  enum duty_kind kind)
{
    const struct duty *duty = duties_find(&report->duties, done->duty);
    return duty != NULL && duty->kind == kind &&
           span_holds(span_of(report, kind), done->done);
}

/* Who entered it: the post in the notice, and the account. */
static void say_person(const struct report_page *page,
                       const struct duty_done *done)
{
    const struct notice_person *person = notice_person_find(
        report_notice(page->report), text_of(done->person));
    if (person != NULL && person->name.ko.size > 0) {
        document_words_say(page->document, person->name);
        document_say(page->document, " ");
    }
    if (person != NULL && person->post.ko.size > 0) {
        document_words_say(page->document, person->post);
        document_say(page->document, " ");
    }
    report_words(page, "(계정 ", "(account ");
    report_number(page, done->account);
    report_words(page, ")", ")");
}

static void say_subject(const struct report_page *page,
                        const struct duty *duty)
{
    const struct notice *notice = report_notice(page->report);
    for (size_t i = 0; i < notice->site_count; i++) {
        if (!text_equal(notice->sites[i].id, text_of(duty->subject)))
            continue;
        report_cell_words(page, notice->sites[i].name);
        return;
    }
    report_cell_subject(page, duty->subject);
}

static void done_row(const struct report_page *page,
                     const struct duty_done *done)
{
    const struct duty *duty =
        duties_find(&page->report->duties, done->duty);
    if (duty == NULL)
        return;
    bool is_late = done->result != DUTY_DROPPED && done->done.us > done->due.us;
    report_row(page);
    report_cell(page, duty_kind_words(duty->kind, LANGUAGE_KOREAN),
                duty_kind_words(duty->kind, LANGUAGE_ENGLISH));
    say_subject(page, duty);
    report_cell_last_day(page, done->due);
    report_cell_last_day(page, (struct wall_time){done->done.us + 1});
    if (is_late)
        report_words(page, " (늦음)", " (late)");
    report_cell(page, duty_result_words(done->result, LANGUAGE_KOREAN),
                duty_result_words(done->result, LANGUAGE_ENGLISH));
    document_begin(page->document, DOCUMENT_CELL);
    say_person(page, done);
    report_cell_number(page, done->entry);
}

/* What is still to be done, and was to be by the end of what is counted. */
static void open_row(const struct report_page *page, const struct duty *duty)
{
    bool is_late = duty->due.us < page->report->made.us;
    report_row(page);
    report_cell(page, duty_kind_words(duty->kind, LANGUAGE_KOREAN),
                duty_kind_words(duty->kind, LANGUAGE_ENGLISH));
    say_subject(page, duty);
    report_cell_last_day(page, duty->due);
    report_cell(page, "–", "–");
    document_cell_marked(page->document,
                         is_late ? DOCUMENT_MARK_BAD : DOCUMENT_MARK_NONE);
    report_words(page, is_late ? "✕ 기한 지남" : "아직 하지 않음",
                 is_late ? "✕ overdue" : "not done yet");
    report_cell(page, "–", "–");
    report_cell_number(page, duty->entry);
}

static bool is_open(const struct report *report, const struct duty *duty)
{
    return duty->due.us != 0 &&
           duty->set.us < span_of(report, duty->kind).to.us;
}

/* Rows of one kind; how many. is_counting: nothing is written. */
static size_t rows_of(const struct report_page *page, enum duty_kind kind,
                      bool is_counting)
{
    const struct duties *duties = &page->report->duties;
    size_t rows = 0;
    for (size_t i = 0; i < duties->done_count; i++) {
        if (!is_of(page->report, &duties->done[i], kind))
            continue;
        rows++;
        if (!is_counting)
            done_row(page, &duties->done[i]);
    }
    for (size_t i = 0; i < duties->count; i++) {
        if (duties->list[i].kind != kind ||
            !is_open(page->report, &duties->list[i]))
            continue;
        rows++;
        if (!is_counting)
            open_row(page, &duties->list[i]);
    }
    return rows;
}

/* The last time before the span that anything of this kind was done. */
static struct wall_time last_before(const struct report *report,
                                    enum duty_kind kind)
{
    const struct duties *duties = &report->duties;
    struct wall_time last = {0};
    for (size_t i = 0; i < duties->done_count; i++) {
        const struct duty_done *done = &duties->done[i];
        const struct duty *duty = duties_find(duties, done->duty);
        if (duty != NULL && duty->kind == kind &&
            done->result != DUTY_DROPPED &&
            done->done.us < span_of(report, kind).from.us &&
            done->done.us > last.us)
            last = done->done;
    }
    return last;
}

static bool was_done(const struct report *report, enum duty_kind kind)
{
    const struct duties *duties = &report->duties;
    for (size_t i = 0; i < duties->done_count; i++) {
        if (duties->done[i].result != DUTY_DROPPED &&
            is_of(report, &duties->done[i], kind))
            return true;
    }
    return false;
}

/* What nobody has entered: said, never guessed. */
static void say_unseen(const struct report_page *page, enum duty_kind kind)
{
    struct wall_time last = last_before(page->report, kind);
    document_begin(page->document, DOCUMENT_ITEM);
    report_words(page, duty_kind_words(kind, LANGUAGE_KOREAN),
                 duty_kind_words(kind, LANGUAGE_ENGLISH));
    report_words(page, ": 프로그램이 보지 못함. 사람이 적은 것도 ",
                 ": not seen by software; no hand entry ");
    if (last.us == 0) {
        report_words(page, "기록이 시작된 때(", "since the log began (");
        document_time(page->document, page->report->tally.first);
        report_words(page, ")부터 없음.", ").");
        return;
    }
    document_time(page->document, last);
    report_words(page, " 뒤로 없음.", "");
    if (page->document->language == LANGUAGE_ENGLISH)
        document_say(page->document, " is the last; none since.");
}

void report_hand(const struct report_page *page, const enum duty_kind *kinds,
                 size_t count)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++)
        rows += rows_of(page, kinds[i], true);
    if (rows > 0) {
        report_table(page, "사람이 적은 것|무엇의|기한|한 날|결과|적은 사람|기록",
                     "Entered by hand|Of|Due|Done|Result|By|Entry");
        for (size_t i = 0; i < count; i++)
            (void)rows_of(page, kinds[i], false);
        report_table_end(page);
    }
    document_begin(page->document, DOCUMENT_LIST);
    for (size_t i = 0; i < count; i++) {
        if (!was_done(page->report, kinds[i]) && kinds[i] != DUTY_OTHER)
            say_unseen(page, kinds[i]);
    }
    document_begin(page->document, DOCUMENT_LIST_END);
}

void report_duties(const struct report_page *page)
{
    static const enum duty_kind ALL[] = {
        DUTY_LOCKS,    DUTY_KEYS, DUTY_SIGNS,      DUTY_AIM,   DUTY_TRAINING,
        DUTY_PROCESSOR, DUTY_REQUESTS, DUTY_NEED, DUTY_SELF_CHECK, DUTY_OTHER};
    size_t rows = 0;
    for (size_t i = 0; i < DUTY_KIND_COUNT; i++)
        rows += rows_of(page, ALL[i], true);
    if (rows == 0) {
        report_paragraph(page,
                         "잠금장치, 열쇠 보유자, 안내판, 교육, 수탁업체 점검은 "
                         "프로그램이 보지 못합니다. 사람이 적은 것이 "
                         "없습니다(haechi duty).",
                         "Locks, holders of keys, signs, training and the "
                         "processor's inspection, no program sees; nobody has "
                         "entered any (haechi duty).");
        return;
    }
    report_table(page, "사람이 적은 것|무엇의|기한|한 날|결과|적은 사람|기록",
                 "Entered by hand|Of|Due|Done|Result|By|Entry");
    for (size_t i = 0; i < DUTY_KIND_COUNT; i++)
        (void)rows_of(page, ALL[i], false);
    report_table_end(page);
}
