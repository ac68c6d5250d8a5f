/* SPDX-License-Identifier: Apache-2.0 */
/* What was recorded of what was promised, and why not the rest. */
#include "cmd/report/say.h"

static void row_of(const struct report_page *page,
                   const struct report_group *group)
{
    int64_t rest_us =
        group->promised_us - group->recorded_us - group->explained_us;
    report_cell_number(page, group->installed);
    report_cell_seconds(page, group->promised_us);
    report_cell_seconds(page, group->recorded_us);
    report_cell_share(page, group->recorded_us, group->promised_us);
    report_cell_seconds(page, group->explained_us);
    report_cell_seconds(page, rest_us);
}

void report_recording(const struct report_page *page)
{
    const struct notice *notice = report_notice(page->report);
    const struct report_group sum = report_sum(page->report);
    report_table(page,
                 "설치장소|방침 대수|설치 대수|약속한 시간(초)|"
                 "녹화된 시간(초)|비율|까닭이 적힌 빈 시간(초)|"
                 "설명되지 않은 시간(초)",
                 "Place|Notice|Installed|Promised (s)|Recorded (s)|Share|"
                 "Gaps with a cause (s)|Not explained (s)");
    for (size_t i = 0; i <= notice->group_count; i++) {
        if (!page->report->groups[i].is_here)
            continue;
        report_row(page);
        report_cell_group(page, i);
        if (i < notice->group_count)
            report_cell_number(page, notice->groups[i].camera_count);
        else
            report_cell(page, "–", "–");
        row_of(page, &page->report->groups[i]);
    }
    report_row(page);
    report_cell(page, "합계", "All");
    report_cell(page, "–", "–");
    row_of(page, &sum);
    report_table_end(page);
    report_paragraph(
        page,
        "카메라마다 잰 시간을 더한 것입니다. 끝난 날은 그날의 기록"
        "(recording.day)에서, 끝나지 않은 날은 기록에 적힌 빈 시간을 빼서 "
        "셉니다. 약속한 시간은 카메라가 등록된 때부터 방침의 촬영시간 안에서 "
        "셉니다. 0.7초가 안 되는 틈은 따로 적지 않으므로 설명되지 않은 시간에 "
        "들어갑니다.",
        "Sums over the cameras. Days that are over are counted by their entry "
        "recording.day, the day that is not by the gaps that the log names. "
        "Promised is what lies in the notice's hours, from the time on when "
        "the camera was entered. Holes of less than 0.7 seconds have no entry "
        "of their own and count as not explained.");
}

/* ---- gaps ---- */

static bool has_gaps(const struct report *report)
{
    for (size_t i = 0; i <= report_notice(report)->group_count; i++) {
        for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
            if (report->groups[i].gaps[cause].count > 0)
                return true;
        }
    }
    return false;
}

void report_gaps(const struct report_page *page)
{
    if (!has_gaps(page->report)) {
        report_paragraph(page, "기록에 적힌 빈 시간이 없습니다.",
                         "The log names no gap.");
        return;
    }
    report_table(page, "설치장소|까닭|횟수|길이(초)",
                 "Place|Cause|Times|Length (s)");
    for (size_t i = 0; i <= report_notice(page->report)->group_count; i++) {
        for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
            const struct tally_cause *gaps =
                &page->report->groups[i].gaps[cause];
            const char *ko = cause_words(cause, LANGUAGE_KOREAN);
            const char *en = cause_words(cause, LANGUAGE_ENGLISH);
            if (gaps->count == 0)
                continue;
            report_row(page);
            report_cell_group(page, i);
            report_cell(page, cause == CAUSE_NONE ? "적혀 있지 않음" : ko,
                        cause == CAUSE_NONE ? "not stated" : en);
            report_cell_number(page, gaps->count);
            report_cell_seconds(page, gaps->us);
        }
    }
    report_table_end(page);
}

/* ---- what befell the recorder ---- */

static const struct {
    enum entry_kind kind;
    const char *ko;
    const char *en;
} EVENTS[] = {
    {ENTRY_RECORDER_START, "기록장치 시작", "starts of the recorder"},
    {ENTRY_ROLE_RESTARTED, "프로세스 재시작", "processes restarted"},
    {ENTRY_RECORDS_LOST, "저장 전에 잃은 영상",
     "records lost before they were stored"},
    {ENTRY_DISK_STATE, "디스크 상태 변화", "changes of a disk's state"},
    {ENTRY_SPACE_WARNING, "저장 공간 부족 예고", "warnings of want of space"},
    {ENTRY_CLOCK_STEP, "시계가 바뀜", "steps of the clock"},
    {ENTRY_CAMERA_ADDED, "카메라 등록", "cameras entered"},
    {ENTRY_CAMERA_CERTIFICATE, "카메라 인증서 변화",
     "changes of a camera's certificate"},
    {ENTRY_INDEX_REBUILT, "색인 다시 만듦", "index made anew"},
};

void report_events(const struct report_page *page)
{
    report_table(page, "일|기록 건수", "Event|Entries");
    for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++) {
        report_row(page);
        report_cell(page, EVENTS[i].ko, EVENTS[i].en);
        report_cell_number(page, page->report->tally.kinds[EVENTS[i].kind]);
    }
    report_table_end(page);
}

/* Whether a camera is needed is for people to say; that nobody ever looked at
 * its pictures, the log knows. */
void report_views_by_group(const struct report_page *page)
{
    report_table(page, "설치장소|카메라|녹화 영상 열람(회)|열람이 없던 카메라",
                 "Place|Cameras|Views of recordings|Cameras never viewed");
    for (size_t i = 0; i <= report_notice(page->report)->group_count; i++) {
        const struct report_group *group = &page->report->groups[i];
        if (!group->is_here)
            continue;
        report_row(page);
        report_cell_group(page, i);
        report_cell_number(page, group->installed);
        report_cell_number(page, group->views);
        report_cell_number(page, group->never_viewed);
    }
    report_table_end(page);
}
