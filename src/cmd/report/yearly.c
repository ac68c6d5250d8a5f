/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yearly self-check under the eight heads that the standard guideline on
 * personal information (표준 개인정보 보호지침) asks public bodies to look at by
 * 31 March: under each, what the log and the notice show, and what people have
 * entered of what they cannot show.
 */
#include "cmd/report/say.h"

enum { SECTIONS_MAX = 6, HAND_MAX = 3, HEADS = 8 };

static const struct {
    const char *ko;
    const char *en;
    report_section_fn *sections[SECTIONS_MAX];
    enum duty_kind hand[HAND_MAX];
    size_t hand_count;
} HEAD[HEADS] = {
    {"1. 운영·관리 방침에 적은 사항",
     "1. What the notice states",
     {report_versions, report_notice_findings, report_promises},
     {DUTY_SIGNS},
     1},
    {"2. 관리책임자의 업무 수행",
     "2. The work of the chief manager",
     {report_reviews, report_accounts},
     {DUTY_TRAINING, DUTY_SELF_CHECK},
     2},
    {"3. 설치와 운영",
     "3. Installation and operation",
     {report_recording, report_gaps, report_drifts, report_events,
      report_exclusions},
     {DUTY_AIM},
     1},
    {"4. 수집, 이용·제공, 파기",
     "4. Collection, use, provision, destruction",
     {report_deeds, report_copies, report_destructions},
     {DUTY_OTHER},
     1},
    {"5. 위탁과 수탁자의 관리·감독",
     "5. Processors and their supervision",
     {report_processors},
     {DUTY_PROCESSOR},
     1},
    {"6. 정보주체의 권리 행사에 대한 조치",
     "6. What was done on the requests of persons filmed",
     {report_requests},
     {DUTY_REQUESTS},
     1},
    {"7. 기술적·관리적·물리적 조치",
     "7. Technical, managerial, physical measures",
     {report_refusals, report_verification},
     {DUTY_LOCKS, DUTY_KEYS},
     2},
    {"8. 설치·운영이 계속 필요한지",
     "8. Whether the cameras are still needed",
     {report_views_by_group},
     {DUTY_NEED},
     1},
};

void report_yearly(const struct report_page *page)
{
    for (size_t i = 0; i < HEADS; i++) {
        report_heading(page, 2, HEAD[i].ko, HEAD[i].en);
        for (size_t k = 0;
             k < SECTIONS_MAX && HEAD[i].sections[k] != NULL; k++)
            HEAD[i].sections[k](page);
        report_hand(page, HEAD[i].hand, HEAD[i].hand_count);
    }
    report_paragraph(page,
                     "관리책임자가 이 점검의 결과를 확인하고 필요한 조치를 "
                     "정합니다. 이 보고서는 법률 자문이 아닙니다.",
                     "The chief manager confirms the result and decides what "
                     "is to be done. This report is no legal advice.");
}
