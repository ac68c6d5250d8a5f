/* SPDX-License-Identifier: Apache-2.0 */
/* The monthly compliance report: its sections in their order. */
#include "cmd/report/say.h"

static const struct {
    const char *ko;
    const char *en;
    report_section_fn *sections[3];
} SECTIONS[] = {
    {"1. 촬영과 녹화", "1. Recorded of what was promised", {report_recording}},
    {"2. 빈 시간과 그 까닭", "2. Gaps and their causes", {report_gaps}},
    {"3. 파기", "3. Destruction", {report_destructions}},
    {"4. 이용·열람·제공",
     "4. Use, viewing, provision",
     {report_deeds, report_copies}},
    {"5. 거부된 시도와 접속 기록 점검",
     "5. Refused attempts, review of the accesses",
     {report_refusals, report_reviews}},
    {"6. 방침과 다른 점", "6. Drift from the notice", {report_drifts}},
    {"7. 약속의 상태", "7. How each promise stood", {report_promises}},
    {"8. 방침의 판", "8. Versions of the notice", {report_versions}},
    {"9. 기록의 검증과 증인",
     "9. The log, verified and witnessed",
     {report_verification}},
    {"10. 사람이 할 점검", "10. What people have to see to", {report_duties, report_exclusions}},
};

void report_monthly(const struct report_page *page)
{
    for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0]; i++) {
        report_heading(page, 2, SECTIONS[i].ko, SECTIONS[i].en);
        for (size_t k = 0; k < 3 && SECTIONS[i].sections[k] != NULL; k++)
            SECTIONS[i].sections[k](page);
    }
}
