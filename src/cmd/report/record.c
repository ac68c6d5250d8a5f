/* SPDX-License-Identifier: Apache-2.0 */
/* The notice's versions, its processors; the log, who vouches for it. */
#include "base/text.h"
#include "cmd/report/say.h"

/* ---- the notice ---- */

static bool is_in_span(const struct report *report,
                       const struct notice_version *version)
{
    return version->announced.us < report->span.to.us &&
           (version->ended.us == 0 ||
            version->ended.us >= report->span.from.us);
}

static void state_cell(const struct report_page *page,
                       enum notice_version_state state)
{
    static const char *const WORDS[][2] = {
        [NOTICE_VERSION_ANNOUNCED] = {"공고됨", "announced"},
        [NOTICE_VERSION_ACTIVE] = {"시행 중", "in force"},
        [NOTICE_VERSION_SUPERSEDED] = {"바뀜", "superseded"},
        [NOTICE_VERSION_WITHDRAWN] = {"철회됨", "withdrawn"},
    };
    report_cell(page, WORDS[state][0], WORDS[state][1]);
}

void report_versions(const struct report_page *page)
{
    const struct notice_versions *versions = &page->report->versions;
    size_t said = 0;
    report_table(page, "판|지금 상태|공고|시행|끝|누리집 확인|까닭",
                 "Version|State now|Announced|In force|Ended|On the homepage|"
                 "Reason");
    for (size_t i = 0; i < versions->count; i++) {
        const struct notice_version *version = &versions->list[i];
        if (!is_in_span(page->report, version))
            continue;
        said++;
        report_row(page);
        report_cell_number(page, version->number);
        state_cell(page, version->state);
        report_cell_time(page, version->announced);
        report_cell_time(page, version->active);
        report_cell_time(page, version->ended);
        report_cell_time(page, version->confirmed);
        report_cell_text(page, text_of(version->reason[0] == 0
                                           ? "–"
                                           : version->reason));
    }
    report_table_end(page);
    if (said == 0)
        report_paragraph(page, "이 기간의 판이 기록에 없습니다.",
                         "The log names no version of this time.");
}

void report_notice_findings(const struct report_page *page)
{
    const struct report *report = page->report;
    document_begin(page->document, DOCUMENT_PARAGRAPH);
    report_words(page, "시행 중인 방침을 지금 점검한 결과: 지적 ",
                 "The notice in force, checked now: findings ");
    report_number(page, report->findings);
    report_words(page, "건, 그중 공고를 막는 것 ", ", of them blocking ");
    report_number(page, report->blocking);
    report_words(page, "건 (haechi notice check).", " (haechi notice check).");
}

/* ---- processors ---- */

static void item_cell(const struct report_page *page,
                      const struct notice_contract *contract)
{
    uint64_t have = (uint64_t)contract->has_purpose_and_scope +
                    contract->has_subcontracting +
                    contract->has_access_limits + contract->has_inspection +
                    contract->has_damages;
    document_begin(page->document, DOCUMENT_CELL);
    report_number(page, have);
    document_say(page->document, "/5");
}

static void day_cell(const struct report_page *page, int64_t day)
{
    document_begin(page->document, DOCUMENT_CELL);
    if (day == NOTICE_NO_DAY)
        document_say(page->document, "–");
    else
        document_day(page->document, day);
}

void report_processors(const struct report_page *page)
{
    const struct notice *notice = report_notice(page->report);
    if (notice->processor_count == 0) {
        report_paragraph(page, "시행 중인 방침에 수탁업체가 없습니다.",
                         "The notice in force names no processor.");
        return;
    }
    report_table(page, "수탁업체|위탁 업무|시작|끝|계약서 다섯 항목",
                 "Processor|Task|From|Until|Five items of the contract");
    for (size_t i = 0; i < notice->processor_count; i++) {
        const struct notice_processor *processor = &notice->processors[i];
        report_row(page);
        document_block(page->document, DOCUMENT_CELL, processor->name);
        document_block(page->document, DOCUMENT_CELL, processor->task);
        day_cell(page, processor->from_day);
        day_cell(page, processor->until_day);
        item_cell(page, &processor->contract);
    }
    report_table_end(page);
}

/* ---- the log ---- */

static void say_sound(const struct report_page *page)
{
    const struct report *report = page->report;
    document_begin(page->document, DOCUMENT_LIST);
    report_item(page, "기록: ", "Log: ");
    document_say(page->document,
                 report->check.has_key ? report->check.key.name : "?");
    report_item(page, "이 보고서를 만들며 처음부터 검증한 항목: ",
                "Entries verified from the first on for this report: ");
    report_number(page, report->check.entries);
    report_words(page, ", 그중 서명된 것 ", ", signed of them ");
    report_number(page, report->check.is_signed ? report->check.signed_size
                                                : 0);
    report_item(page, "검증에서 나온 문제: ", "Problems found: ");
    report_number(page, report->log_finding_count);
    report_item(page, "기록이 시작된 때: ", "The log begins: ");
    document_time(page->document, report->tally.first);
    if (report->tally.first.us > report->span.from.us)
        report_words(page,
                     " (그 전은 이 기록에 없으므로 아무것도 말할 수 없음)",
                     " (of the time before, this log says nothing)");
    document_begin(page->document, DOCUMENT_LIST_END);
}

static void say_findings(const struct report_page *page)
{
    const struct report *report = page->report;
    size_t count = report->log_finding_count < REPORT_FINDINGS_MAX
                       ? report->log_finding_count
                       : (size_t)REPORT_FINDINGS_MAX;
    if (count == 0)
        return;
    report_table(page, "어디|문제", "Where|Problem");
    for (size_t i = 0; i < count; i++) {
        report_row(page);
        report_cell_text(page, text_of(report->log_findings[i].where));
        report_cell_text(page, text_of(report->log_findings[i].what));
    }
    report_table_end(page);
}

static void witness_row(const struct report_page *page,
                        const struct report_witness *witness)
{
    const struct witness_row *row =
        witness_watch_find(&page->report->watch, witness->name);
    bool is_contradicted =
        row != NULL && row->state == WITNESS_CONTRADICTED;
    report_row(page);
    report_cell_text(page, witness->name);
    report_cell_time(page, witness->time);
    if (witness->has_word)
        report_cell_number(page, witness->size);
    else
        report_cell(page, "–", "–");
    if (is_contradicted)
        report_cell(page, "다른 기록을 보았다고 함", "knows another log");
    else if (row != NULL && row->state == WITNESS_AWAY)
        report_cell(page, "하루 넘게 말이 없음", "silent for over a day");
    else
        report_cell(page, witness->has_word ? "확인함" : "아직 확인한 적 없음",
                    witness->has_word ? "has cosigned" : "never yet");
}

/* What a time-stamping service (RFC 3161) has said of the log. */
static void say_stamps(const struct report_page *page)
{
    const struct log_check_result *check = &page->report->check;
    if (check->timestamps == 0) {
        report_paragraph(page,
                         "시점확인 서비스(RFC 3161)가 이 기록에 찍은 타임스탬프는 "
                         "없습니다.",
                         "No time-stamping service (RFC 3161) has stamped this "
                         "log.");
        return;
    }
    document_begin(page->document, DOCUMENT_LIST);
    report_item(page, "검증한 타임스탬프(RFC 3161): ",
                "Timestamps verified (RFC 3161): ");
    report_number(page, check->timestamps);
    if (check->timestamps_older > 0) {
        report_words(page, ", 더 오래되어 보지 않은 것 ",
                     "; older ones, not looked at: ");
        report_number(page, check->timestamps_older);
    }
    report_item(page, "가장 새 타임스탬프: ", "The newest: ");
    document_time(page->document, check->stamped);
    report_words(page, ", 그때 이미 있던 항목 ", "; entries there by then: ");
    report_number(page, check->stamped_size);
    report_item(page,
                "누가 찍었는지는 여기서 보지 않습니다: haechi verify --log "
                "DIR --authority PEM",
                "Who stamped it is not looked at here: haechi verify --log DIR "
                "--authority PEM");
    document_begin(page->document, DOCUMENT_LIST_END);
}

void report_verification(const struct report_page *page)
{
    const struct report *report = page->report;
    say_sound(page);
    say_findings(page);
    say_stamps(page);
    if (report->watch.predecessor[0] != 0) {
        report_paragraph(page, "이 기록이 이어받은 앞 기록: ",
                         "This log goes on from: ");
        document_say(page->document, report->watch.predecessor);
    }
    if (report->witness_count == 0) {
        report_paragraph(page,
                         "이 기록에는 증인이 없습니다. 기록의 열쇠를 가진 "
                         "사람이 전체를 새로 만들었는지는 밖에 보관한 확인 "
                         "문구(haechi log paper)로만 알 수 있습니다.",
                         "This log has no witness. Whether all of it was made "
                         "anew by whoever holds its key, only a checkpoint "
                         "kept elsewhere tells (haechi log paper).");
        return;
    }
    report_table(page, "증인|마지막 확인|그때의 항목 수|지금",
                 "Witness|Last cosigned|Entries then|Now");
    for (size_t i = 0; i < report->witness_count; i++)
        witness_row(page, &report->witnesses[i]);
    report_table_end(page);
}

/* ---- accounts ---- */

static const struct {
    enum entry_kind kind;
    const char *ko;
    const char *en;
} ACCOUNTS[] = {
    {ENTRY_ACCOUNT_ADDED, "계정 만듦 (권한 부여)",
     "accounts made (rights granted)"},
    {ENTRY_ACCOUNT_CLOSED, "계정 닫음 (권한 말소)",
     "accounts closed (rights withdrawn)"},
    {ENTRY_LOGIN, "로그인", "sign-ins"},
    {ENTRY_LOG_READ, "기록·관리대장을 읽음", "log or ledger read"},
    {ENTRY_SETTING, "설정 변경", "settings changed"},
};

void report_accounts(const struct report_page *page)
{
    report_table(page, "계정과 기록|횟수", "Accounts and log|Times");
    for (size_t i = 0; i < sizeof ACCOUNTS / sizeof ACCOUNTS[0]; i++) {
        report_row(page);
        report_cell(page, ACCOUNTS[i].ko, ACCOUNTS[i].en);
        report_cell_number(page,
                           page->report->tally.kinds[ACCOUNTS[i].kind]);
    }
    report_table_end(page);
}
