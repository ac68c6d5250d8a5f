/* SPDX-License-Identifier: Apache-2.0 */
/* What people have signed about places that are not filmed. */
#include <stdio.h>

#include "base/text.h"
#include "cmd/report/say.h"

enum { HASH_SHOWN = 12 }; /* letters of a picture's hash: enough to find it */

static const char *const WAYS[EXCLUSION_PROOF_COUNT][2] = {
    [EXCLUSION_BY_NONE] = {"✕ 지켜지지 않는다고 적음", "✕ entered as not kept"},
    [EXCLUSION_BY_AIM] = {"카메라의 방향", "by the camera's aim"},
    [EXCLUSION_BY_MASK] = {"카메라 안의 가림", "by a mask in the camera"},
};

static void row_of(const struct report_page *page,
                   const struct plant_camera *camera,
                   const struct notice_exclusion *exclusion)
{
    const struct exclusion_signature *found = exclusions_find(
        &page->report->exclusions, camera->number, exclusion->what.ko);
    char hash[HASH_SHOWN + 1];
    report_row(page);
    report_cell_words(page, camera->name);
    report_cell_words(page, exclusion->what);
    if (found == NULL) {
        document_cell_marked(page->document, DOCUMENT_MARK_DOUBTFUL);
        report_words(page, "▲ 서명 없음", "▲ nobody has signed");
        report_cell(page, "–", "–");
        report_cell(page, "–", "–");
        report_cell(page, "–", "–");
        return;
    }
    report_cell(page, WAYS[found->by][0], WAYS[found->by][1]);
    if (found->is_outdated)
        report_words(page, " ▲ 그 뒤에 카메라가 바뀜",
                     " ▲ the camera has changed since");
    report_cell_time(page, found->taken);
    (void)snprintf(hash, sizeof hash, "%.*s", HASH_SHOWN,
                   found->picture_sha256);
    report_cell(page, hash[0] == 0 ? "–" : hash, hash[0] == 0 ? "–" : hash);
    report_cell_number(page, found->entry);
}

void report_exclusions(const struct report_page *page)
{
    const struct notice *notice = report_notice(page->report);
    const struct plant *plant = page->report->configuration.plant;
    size_t rows = 0;
    for (size_t i = 0; i < plant->camera_count; i++)
        rows += notice->groups[plant->cameras[i].group].exclusion_count;
    if (rows == 0)
        return;
    report_paragraph(page,
                     "방침이 촬영에서 제외한 곳: 카메라마다 사람이 화면을 보고 "
                     "서명한 것입니다.",
                     "What the notice excludes from filming: what people have "
                     "signed after a look at each camera's picture.");
    report_table(page, "카메라|촬영 제외|어떻게|화면을 본 때|화면의 해시|기록",
                 "Camera|Excluded|How|Looked at|Hash of the picture|Entry");
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct notice_group *group =
            &notice->groups[plant->cameras[i].group];
        for (size_t j = 0; j < group->exclusion_count; j++)
            row_of(page, &plant->cameras[i], &group->exclusions[j]);
    }
    report_table_end(page);
}
