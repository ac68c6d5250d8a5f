/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras and the notice in force are joined, and compared. */
#include <stdlib.h>

#include "base/text.h"
#include "notice/finding.h"
#include "notice/plant.h"
#include "notice/plant_masks.h"
#include "notice/plant_site.h"

#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

static int by_line(const void *a, const void *b)
{
    const struct plant_camera *left = a;
    const struct plant_camera *right = b;
    return left->line < right->line ? -1 : left->line > right->line;
}

static bool may_wait(const struct plant_camera *camera)
{
    return text_equal(camera->otherwise_id, text_of("none"));
}

/* What is said of a camera that the notice has no group for. */
static const struct unknown_group {
    enum finding_code code;
    const char *remedy;
    const char *words;
} UNANNOUNCED = {FINDING_UNKNOWN_GROUP, "use the id of a group of the notice",
                 "which the notice does not have"},
  IN_FORCE = {FINDING_CAMERA_REFUSED,
              "use the id of a group of the notice, or announce one that has it",
              "which the notice in force does not have: nobody connects to it"};

static void bind_cameras(struct plant *plant, const char *plant_file,
                         const struct notice *notice,
                         const struct unknown_group *unknown,
                         struct findings *findings)
{
    if (plant->camera_count < plant->all_count)
        qsort(plant->cameras, plant->all_count, sizeof *plant->cameras,
              by_line);
    plant->camera_count = plant->all_count;
    for (size_t i = 0; i < plant->camera_count; i++) {
        struct plant_camera *camera = &plant->cameras[i];
        const struct notice_group *group =
            notice_group_find(notice, camera->group_id);
        if (group == NULL)
            group = notice_group_find(notice, camera->otherwise_id);
        camera->group = group == NULL ? PLANT_NO_GROUP
                                      : (size_t)(group - notice->groups);
        camera->is_refused = group == NULL && !may_wait(camera);
        if (camera->is_refused)
            findings_add(findings, unknown->code,
                         (struct finding_place){plant_file, camera->line, 0},
                         unknown->remedy,
                         "camera '%.*s' is in group '%.*s', %s",
                         SHOWN(camera->id), SHOWN(camera->group_id),
                         unknown->words);
    }
}

/* Those that the notice has no place for go behind the others. */
static void set_aside(struct plant *plant)
{
    size_t filmed = 0;
    for (size_t i = 0; i < plant->all_count; i++) {
        struct plant_camera camera = plant->cameras[i];
        if (camera.group == PLANT_NO_GROUP)
            continue;
        for (size_t j = i; j > filmed; j--)
            plant->cameras[j] = plant->cameras[j - 1];
        plant->cameras[filmed++] = camera;
    }
    plant->camera_count = filmed;
}

static void check_groups(const struct plant *plant, const char *notice_file,
                         const struct notice *notice, struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        const struct finding_place place = {notice_file, group->line, 0};
        uint32_t count = 0;
        if (!plant_runs_group(plant, notice, i))
            continue;
        for (size_t j = 0; j < plant->camera_count; j++)
            count += plant->cameras[j].group == i;
        if (count != group->camera_count)
            findings_add(findings, FINDING_COUNT_MISMATCH, place,
                         "correct the count, or the plant's cameras",
                         "group '%.*s' states %u cameras, the plant has %u",
                         SHOWN(group->id), group->camera_count, count);
        if (group->retention.unit == RETENTION_SECONDS && !plant->is_demo)
            findings_add(findings, FINDING_SECONDS_OUTSIDE_DEMO, place,
                         "write days or months",
                         "group '%.*s' has a period in seconds, which exists "
                         "in a demo only",
                         SHOWN(group->id));
    }
}

/* A draft may lack what an installation cannot run without. */
static void check_running(const char *notice_file, const struct notice *notice,
                          struct findings *findings)
{
    if (notice->homepage.size == 0)
        findings_add(findings, FINDING_MISSING_KEY,
                     (struct finding_place){notice_file, 0, 0},
                     "add homepage: with the page where it is published; its "
                     "host names the log",
                     "the notice has no 'homepage'");
    if (notice->announced_day == NOTICE_NO_DAY ||
        notice->effective_day == NOTICE_NO_DAY)
        findings_add(findings, FINDING_MISSING_KEY,
                     (struct finding_place){notice_file, notice->dates_line, 0},
                     "add dates: {announced: ..., effective: ...}",
                     "the notice does not say when it was announced and from "
                     "when it is in force");
    for (size_t i = 0; i < notice->processor_count; i++)
        if (!notice->processors[i].contract.is_stated)
            findings_add(
                findings, FINDING_CONTRACT_INCOMPLETE,
                (struct finding_place){notice_file, notice->processors[i].line,
                                       0},
                "add contract: and until:; the processor has no account before",
                "nothing is known of the contract with '%.*s'",
                SHOWN(notice->processors[i].id));
}

static enum status join(struct plant *plant, const char *plant_file,
                        const struct notice *notice, const char *notice_file,
                        const struct unknown_group *unknown,
                        struct findings *findings)
{
    size_t errors_before = findings->errors;
    bind_cameras(plant, plant_file, notice, unknown, findings);
    plant_site_bind(plant, plant_file, notice, findings);
    if (findings->errors == errors_before)
        set_aside(plant);
    plant_masks_bind(plant, notice, notice_file, findings);
    check_groups(plant, notice_file, notice, findings);
    check_running(notice_file, notice, findings);
    if (findings->out_of_memory)
        return STATUS_NO_MEMORY;
    return findings->errors > errors_before ? STATUS_BAD_INPUT : STATUS_OK;
}

enum status plant_bind(struct plant *plant, const char *plant_file,
                       const struct notice *notice, const char *notice_file,
                       struct findings *findings)
{
    return join(plant, plant_file, notice, notice_file, &UNANNOUNCED,
                findings);
}

enum status plant_bind_in_force(struct plant *plant, const char *plant_file,
                                const struct notice *notice,
                                const char *notice_file,
                                struct findings *findings)
{
    return join(plant, plant_file, notice, notice_file, &IN_FORCE, findings);
}
