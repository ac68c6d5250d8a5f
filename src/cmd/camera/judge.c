/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/judge.h"

#include "base/text.h"
#include "ingest/limits.h"

enum {
    CLOCK_OFF_US = 2 * SECOND_US,
    KEY_DISTANCE_S = 4,
};

static const struct {
    const char *name;
    enum camera_severity severity;
    const char *words[2]; /* by enum language */
    const char *remedies[2];
} CHECKS[] = {
#define CHECK(NAME, name, severity, ko, ko_remedy, en, en_remedy)              \
    {#name, CAMERA_##severity, {ko, en}, {ko_remedy, en_remedy}},
#include "cmd/camera/checks.def"
#undef CHECK
};

const char *camera_check_name(enum camera_check check)
{
    return CHECKS[check].name;
}

enum camera_severity camera_check_severity(enum camera_check check)
{
    return CHECKS[check].severity;
}

const char *camera_check_words(enum camera_check check, enum language language)
{
    return CHECKS[check].words[language];
}

const char *camera_check_remedy(enum camera_check check,
                                enum language language)
{
    return CHECKS[check].remedies[language];
}

bool camera_wants_mask(const struct notice_group *group)
{
    for (size_t i = 0; group != NULL && i < group->exclusion_count; i++)
        if (group->exclusions[i].met_by == NOTICE_EXCLUSION_CAMERA_MASK)
            return true;
    return false;
}

static void judge_stream(const struct camera_stream *stream, bool *found)
{
    uint64_t longest =
        stream->gop > stream->since_key ? stream->gop : stream->since_key;
    switch (stream->cause) {
    case CAUSE_NONE:
        break;
    case CAUSE_UNREACHABLE:
        found[CAMERA_CHECK_NO_CONNECTION] = true;
        break;
    case CAUSE_CERTIFICATE:
        found[CAMERA_CHECK_CERTIFICATE] = true;
        break;
    case CAUSE_UNAUTHORIZED:
        found[CAMERA_CHECK_STREAM_PASSWORD] = true;
        break;
    case CAUSE_UNSUPPORTED:
        found[CAMERA_CHECK_STREAM_CODEC] = true;
        break;
    case CAUSE_STARTING:
    case CAUSE_PLANNED_OFF:
    case CAUSE_REFUSED:
    case CAUSE_PROTOCOL:
    case CAUSE_ENDED:
    case CAUSE_NO_DATA:
    case CAUSE_DAMAGED:
    case CAUSE_OVERLOAD:
    case CAUSE_RESTART:
    case CAUSE_STOPPED:
    case CAUSE_CLOCK:
    case CAUSE_CORRUPT:
    case CAUSE_SPACE:
    case CAUSE_EXPIRED:
    case CAUSE_ORDERED:
    case CAUSE_DISK:
    case CAUSE_COUNT:
    default:
        found[CAMERA_CHECK_STREAM_ABSENT] = true;
    }
    if (stream->cause == CAUSE_PROTOCOL &&
        camera_stream_kbps(stream) > SESSION_KBPS_MAX) {
        found[CAMERA_CHECK_STREAM_ABSENT] = false;
        found[CAMERA_CHECK_STREAM_TOO_LARGE] = true;
    }
    found[CAMERA_CHECK_PACKETS_LOST] = stream->packets_lost > 0;
    found[CAMERA_CHECK_KEY_PICTURES_RARE] =
        longest * 100 >
        (uint64_t)KEY_DISTANCE_S * camera_stream_fps_100(stream) + 100;
}

static void judge_masks(const struct notice_group *group,
                        const struct camera_survey *survey, bool *found)
{
    bool is_on = false;
    if (!camera_wants_mask(group))
        return;
    for (size_t i = 0; i < survey->masks.count; i++)
        is_on |= survey->masks.list[i].is_enabled;
    found[CAMERA_CHECK_MASK_MISSING] = survey->knows_masks && !is_on;
    found[CAMERA_CHECK_MASK_UNKNOWN] = !survey->knows_masks;
}

static void judge_onvif(const struct camera_survey *survey, bool *found)
{
    bool has_sound = false;
    int64_t ahead_us = survey->clock_ahead_us;
    for (size_t i = 0; i < survey->profiles.count; i++)
        has_sound |= survey->profiles.list[i].has_audio;
    found[CAMERA_CHECK_SOUND_STAYS] = survey->audio_stays;
    found[CAMERA_CHECK_SOUND_ON] = has_sound && !survey->audio_stays;
    found[CAMERA_CHECK_CLOCK_WRONG] =
        survey->knows_clock && !survey->clock_was_set &&
        (ahead_us > CLOCK_OFF_US || ahead_us < -CLOCK_OFF_US);
    found[CAMERA_CHECK_KEEPS_COPIES] =
        survey->storages > 0 || survey->recordings > 0;
    found[CAMERA_CHECK_COPIES_UNKNOWN] = !survey->knows_storage;
    found[CAMERA_CHECK_PATH_DIFFERS] =
        survey->port != 0 && survey->recorded == NULL;
}

void camera_judge(const struct camera_target *target,
                  const struct notice_group *group,
                  const struct camera_survey *survey,
                  const struct camera_stream *stream,
                  struct camera_verdict *out)
{
    bool *found = out->found;
    *out = (struct camera_verdict){.found = {false}};
    judge_stream(stream, found);
    found[CAMERA_CHECK_NOT_ENCRYPTED] = !target->camera->is_secure;
    judge_masks(group, survey, found);
    found[CAMERA_CHECK_SUB_PATH_DIFFERS] =
        survey->reached == STATUS_OK && survey->port != 0 &&
        target->camera->sub_path.size > 0 && survey->sub == NULL;
    if (survey->reached == STATUS_OK)
        judge_onvif(survey, found);
    else if (survey->reached == STATUS_CONFLICT && survey->fault.reason[0] == 0)
        found[CAMERA_CHECK_CERTIFICATE] = true;
    else if (survey->fault.is_denied)
        found[CAMERA_CHECK_ONVIF_PASSWORD] = true;
    else
        found[CAMERA_CHECK_ONVIF_SILENT] = true;
}
