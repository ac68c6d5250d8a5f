/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/judge.h"

#include <string.h>

#include "base/text.h"
#include "ingest/limits.h"

enum { KEY_DISTANCE_S = 4 };

/* Of RTSP, RFC 2326 section 7.1.1 */
enum {
    CODE_MOVED = 300,
    CODE_FAULTY = 400,
    CODE_FORBIDDEN = 403,
    CODE_NO_BANDWIDTH = 453,
    CODE_CAMERA_FAULT = 500,
    CODE_UNAVAILABLE = 503,
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

/* ---- why no pictures come ------------------------------------------------- */

static enum camera_check check_of_code(unsigned code)
{
    if (code >= CODE_MOVED && code < CODE_FAULTY)
        return CAMERA_CHECK_STREAM_MOVED;
    if (code == CODE_FORBIDDEN)
        return CAMERA_CHECK_STREAM_FORBIDDEN;
    if (code == CODE_NO_BANDWIDTH || code == CODE_CAMERA_FAULT ||
        code == CODE_UNAVAILABLE)
        return CAMERA_CHECK_STREAM_BUSY;
    return CAMERA_CHECK_STREAM_ABSENT;
}

static int64_t without_key_us(const struct camera_stream *stream)
{
    return stream->has_arrived ? stream->last_us - stream->key_us
                               : stream->waited_us;
}

static enum camera_check check_of_format(const struct camera_stream *stream)
{
    const struct camera_answers *answers = &stream->answers;
    if (stream->refuses_transport)
        return stream->uses_udp ? CAMERA_CHECK_STREAM_UDP_REFUSED
                                : CAMERA_CHECK_STREAM_TCP_REFUSED;
    if (!answers->offers_codec)
        return answers->offers_video ? CAMERA_CHECK_STREAM_CODEC
                                     : CAMERA_CHECK_STREAM_NO_VIDEO;
    if (!stream->was_playing)
        return CAMERA_CHECK_STREAM_INTERLEAVED;
    /* Pictures that cannot be read end it at once, others after long waiting. */
    return without_key_us(stream) >= (int64_t)SESSION_OTHERS_WAIT_S * SECOND_US
               ? CAMERA_CHECK_KEY_PICTURES_MISSING
               : CAMERA_CHECK_STREAM_PARAMETERS;
}

static enum camera_check check_of_protocol(const struct camera_stream *stream)
{
    return camera_stream_kbps(stream) > SESSION_KBPS_MAX
               ? CAMERA_CHECK_STREAM_TOO_LARGE
               : CAMERA_CHECK_STREAM_PROTOCOL;
}

/* Where nothing comes of what it sends: over UDP something keeps it away. */
static enum camera_check check_of_silence(const struct camera_stream *stream,
                                          enum camera_check otherwise)
{
    return stream->uses_udp && stream->was_playing && !stream->has_packets
               ? CAMERA_CHECK_STREAM_NO_DATAGRAMS
               : otherwise;
}

/* Of one that ended before its time. */
static enum camera_check check_of_end(const struct camera_stream *stream)
{
    switch (stream->cause) {
    case CAUSE_UNREACHABLE:
        return CAMERA_CHECK_NO_CONNECTION;
    case CAUSE_CERTIFICATE:
        return CAMERA_CHECK_CERTIFICATE;
    case CAUSE_UNAUTHORIZED:
        return stream->answers.wants_clear_password
                   ? CAMERA_CHECK_STREAM_BASIC
                   : CAMERA_CHECK_STREAM_PASSWORD;
    case CAUSE_UNSUPPORTED:
        return check_of_format(stream);
    case CAUSE_REFUSED:
        return check_of_code(stream->answers.code);
    case CAUSE_DAMAGED:
        return check_of_silence(stream, CAMERA_CHECK_STREAM_DAMAGED);
    case CAUSE_PROTOCOL:
    case CAUSE_ENDED:
    case CAUSE_NO_DATA:
    case CAUSE_NONE:
    case CAUSE_STARTING:
    case CAUSE_PLANNED_OFF:
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
        break;
    }
    if (stream->lacks_tls)
        return CAMERA_CHECK_STREAM_NO_TLS;
    if (stream->answers.count == 0)
        return CAMERA_CHECK_STREAM_NOT_RTSP;
    if (stream->cause == CAUSE_PROTOCOL)
        return check_of_protocol(stream);
    return stream->cause == CAUSE_ENDED
               ? CAMERA_CHECK_STREAM_ENDED
               : check_of_silence(stream, CAMERA_CHECK_STREAM_SILENT);
}

/* Also where the first one was long in coming: the one before it is as old. */
static bool are_key_pictures_rare(const struct camera_stream *stream)
{
    uint64_t longest =
        stream->gop > stream->since_key ? stream->gop : stream->since_key;
    return stream->has_arrived &&
           (stream->waited_us > KEY_DISTANCE_S * (int64_t)SECOND_US ||
            longest * 100 > (uint64_t)KEY_DISTANCE_S *
                                    camera_stream_fps_100(stream) +
                                100);
}

static void judge_stream(const struct camera_stream *stream, bool *found)
{
    if (!stream->was_asked)
        return;
    if (stream->cause != CAUSE_NONE)
        found[check_of_end(stream)] = true;
    found[CAMERA_CHECK_PACKETS_LOST] = stream->packets_lost > 0;
    found[CAMERA_CHECK_KEY_PICTURES_RARE] = are_key_pictures_rare(stream);
}

/* ---- what it says of itself ----------------------------------------------- */

static void judge_masks(const struct notice_group *group,
                        const struct camera_survey *survey, bool *found)
{
    found[CAMERA_CHECK_MASK_NOT_MADE] = survey->mask_deed == CAMERA_DEED_UNDONE;
    if (!camera_wants_mask(group))
        return;
    found[CAMERA_CHECK_MASK_MISSING] =
        survey->knows_masks && camera_survey_masks_on(survey) == 0;
    found[CAMERA_CHECK_MASK_UNKNOWN] = !survey->knows_masks;
}

/* Its stream's description counts too: a camera may be silent of itself. */
static void judge_sound(const struct camera_evidence *evidence, bool *found)
{
    const struct camera_survey *survey = evidence->survey;
    bool has_sound = evidence->stream->answers.offers_sound ||
                     evidence->sub->answers.offers_sound;
    for (size_t i = 0; i < survey->profiles.count; i++)
        has_sound |= survey->profiles.list[i].has_audio;
    found[CAMERA_CHECK_SOUND_STAYS] =
        survey->audio_deed == CAMERA_DEED_UNDONE ||
        (survey->audio_deed == CAMERA_DEED_DONE && has_sound);
    found[CAMERA_CHECK_SOUND_ON] =
        has_sound && survey->audio_deed == CAMERA_DEED_NOT_ASKED;
}

static void judge_clock(const struct camera_survey *survey, bool *found)
{
    int64_t ahead_us = survey->clock_ahead_us;
    found[CAMERA_CHECK_CLOCK_STAYS] = survey->clock_deed == CAMERA_DEED_UNDONE;
    found[CAMERA_CHECK_CLOCK_WRONG] =
        survey->reached == STATUS_OK && survey->knows_clock &&
        survey->clock_deed == CAMERA_DEED_NOT_ASKED &&
        (ahead_us > CAMERA_CLOCK_OFF_US || ahead_us < -CAMERA_CLOCK_OFF_US);
}

static void judge_onvif(const struct camera_target *target,
                        const struct camera_survey *survey, bool *found)
{
    found[CAMERA_CHECK_KEEPS_COPIES] =
        survey->storages > 0 || survey->recordings > 0;
    found[CAMERA_CHECK_COPIES_UNKNOWN] = !survey->knows_storage;
    found[CAMERA_CHECK_PATH_DIFFERS] =
        survey->port != 0 && survey->recorded == NULL;
    found[CAMERA_CHECK_SUB_PATH_DIFFERS] = survey->port != 0 &&
                                           target->camera->sub_path.size > 0 &&
                                           survey->sub == NULL;
}

/* The pin is the stream's. Where the stream bears the same other certificate as
 * ONVIF, that of the stream is what is to be accepted. */
static bool has_two_certificates(const struct camera_evidence *evidence)
{
    const struct camera_survey *survey = evidence->survey;
    const struct camera_stream *stream = evidence->stream;
    return survey->is_untrusted &&
           !(stream->cause == CAUSE_CERTIFICATE &&
             memcmp(survey->seen, stream->seen, /* public */
                    sizeof survey->seen) == 0);
}

/* Why it could not be asked. */
static void judge_silence(const struct camera_evidence *evidence, bool *found)
{
    const struct camera_survey *survey = evidence->survey;
    if (survey->is_untrusted)
        found[CAMERA_CHECK_ONVIF_CERTIFICATE] = has_two_certificates(evidence);
    else if (survey->lacks_tls)
        found[CAMERA_CHECK_ONVIF_NO_TLS] = true;
    else if (survey->fault.is_denied)
        found[CAMERA_CHECK_ONVIF_PASSWORD] = true;
    else
        found[CAMERA_CHECK_ONVIF_SILENT] = true;
}

/* Sound, copies and a mask that is missing have checks of their own. */
static void judge_differences(const struct camera_evidence *evidence,
                              struct camera_verdict *out)
{
    if (evidence->differs == NULL)
        return;
    memcpy(out->differs, evidence->differs, sizeof out->differs);
    out->differs[CAPABILITY_SOUND] = false;
    out->differs[CAPABILITY_COPIES] = false;
    if (out->found[CAMERA_CHECK_MASK_MISSING])
        out->differs[CAPABILITY_MASKS] = false;
}

void camera_judge(const struct camera_evidence *evidence,
                  struct camera_verdict *out)
{
    const struct camera_survey *survey = evidence->survey;
    *out = (struct camera_verdict){.found = {false}};
    judge_stream(evidence->stream, out->found);
    judge_stream(evidence->sub, out->sub_found);
    out->found[CAMERA_CHECK_NOT_ENCRYPTED] =
        !evidence->target->camera->is_secure;
    judge_masks(evidence->group, survey, out->found);
    judge_sound(evidence, out->found);
    judge_clock(survey, out->found);
    if (survey->reached == STATUS_OK)
        judge_onvif(evidence->target, survey, out->found);
    else
        judge_silence(evidence, out->found);
    judge_differences(evidence, out);
}
