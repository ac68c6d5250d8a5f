/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/promise/capability.h"

#include <string.h>

static bool promises_mask(const struct notice_group *group)
{
    for (size_t i = 0; i < group->exclusion_count; i++)
        if (group->exclusions[i].met_by == NOTICE_EXCLUSION_CAMERA_MASK)
            return true;
    return false;
}

/* A group that does not say is one of fixed cameras. */
static bool may_turn(const struct notice_group *group)
{
    return group->camera_class == NOTICE_CLASS_PTZ ||
           group->camera_class == NOTICE_CLASS_MOBILE;
}

static bool masks_differ(const struct notice_group *group,
                         const struct camera_report *report,
                         struct bytes masks_sha256)
{
    if (!report->knows_masks)
        return false;
    if (promises_mask(group) && report->masks == 0)
        return true;
    return masks_sha256.size == sizeof report->masks_sha256 &&
           memcmp(masks_sha256.data, report->masks_sha256, /* public */
                  sizeof report->masks_sha256) != 0;
}

void capability_compare(const struct notice_group *group,
                        const struct camera_report *report,
                        struct bytes masks_sha256,
                        bool differs[CAPABILITY_COUNT])
{
    differs[CAPABILITY_SOUND] = report->sound == CAMERA_ANSWER_YES;
    differs[CAPABILITY_TURNS] =
        report->turns == CAMERA_ANSWER_YES && !may_turn(group);
    differs[CAPABILITY_COPIES] = report->copies == CAMERA_ANSWER_YES;
    differs[CAPABILITY_MASKS] = masks_differ(group, report, masks_sha256);
    differs[CAPABILITY_PIXELS] =
        report->pixels > 0 && report->pixels < group->pixels;
}

enum drift capability_drift(enum capability capability)
{
    static const enum drift DRIFTS[CAPABILITY_COUNT] = {
        [CAPABILITY_SOUND] = DRIFT_CAMERA_SOUND,
        [CAPABILITY_TURNS] = DRIFT_CAMERA_TURNS,
        [CAPABILITY_COPIES] = DRIFT_CAMERA_COPIES,
        [CAPABILITY_MASKS] = DRIFT_CAMERA_MASKS,
        [CAPABILITY_PIXELS] = DRIFT_CAMERA_PIXELS,
        [CAPABILITY_TAMPERED] = DRIFT_CAMERA_TAMPERED,
    };
    return DRIFTS[capability];
}
