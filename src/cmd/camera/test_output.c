/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>

#include "base/encoding.h"
#include "base/text.h"
#include "cmd/camera/test.h"
#include "cmd/local/json.h"

static const char *codec_word(enum codec codec)
{
    if (codec == CODEC_NONE)
        return "";
    return codec == CODEC_H265 ? "H.265" : "H.264";
}

static size_t masks_on(const struct camera_survey *survey)
{
    size_t on = 0;
    for (size_t i = 0; i < survey->masks.count; i++)
        on += survey->masks.list[i].is_enabled;
    return on;
}

/* The certificate that was shown where that is the trouble; else "". */
static const char *seen_of(const struct camera_test *test,
                           char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1])
{
    const uint8_t *seen = test->stream.cause == CAUSE_CERTIFICATE
                              ? test->stream.seen
                              : test->survey.seen;
    hex[0] = 0;
    if (test->verdict.found[CAMERA_CHECK_CERTIFICATE])
        hex_encode(bytes_of(seen, TLS_FINGERPRINT_SIZE), hex);
    return hex;
}

bool camera_test_has_fault(const struct camera_test *test)
{
    for (unsigned i = 0; i < CAMERA_CHECKS; i++)
        if (test->verdict.found[i] &&
            camera_check_severity((enum camera_check)i) == CAMERA_FAULT)
            return true;
    return false;
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *profile_json(const struct onvif_profile *profile)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b}", "token",
                     profile->token, "name", profile->name, "encoding",
                     profile->encoding, "width", (json_int_t)profile->width,
                     "height", (json_int_t)profile->height, "fps",
                     (json_int_t)profile->fps, "kbps",
                     (json_int_t)profile->kbps, "gop", (json_int_t)profile->gop,
                     "sound", (int)profile->has_audio);
}

static json_t *survey_json(const struct camera_survey *survey)
{
    json_t *profiles = json_array();
    for (size_t i = 0; i < survey->profiles.count; i++)
        (void)json_array_append_new(profiles,
                                    profile_json(&survey->profiles.list[i]));
    return json_pack(
        "{s:b, s:s, s:s, s:s, s:s, s:b, s:I, s:b, s:s, s:s, s:I, s:o, s:b, "
        "s:b, s:b, s:b, s:I, s:I, s:b, s:b, s:I, s:I, s:b, s:I, s:I}",
        "answers", (int)(survey->reached == STATUS_OK), "refusal",
        survey->fault.reason, "manufacturer", survey->device.manufacturer,
        "model", survey->device.model, "firmware", survey->device.firmware,
        "clock_known", (int)survey->knows_clock, "clock_ahead_us",
        (json_int_t)survey->clock_ahead_us, "clock_set",
        (int)survey->clock_was_set, "path", survey->path, "sub_path",
        survey->sub_path, "port",
        (json_int_t)survey->port, "profiles", profiles, "snapshot",
        (int)survey->has_snapshot, "sound_removed",
        (int)survey->audio_was_removed, "sound_stays", (int)survey->audio_stays,
        "masks_known", (int)survey->knows_masks, "masks",
        (json_int_t)survey->masks.count, "masks_on",
        (json_int_t)masks_on(survey), "mask_made", (int)survey->mask_was_made,
        "events", (int)survey->has_events, "motion_topics",
        (json_int_t)survey->motion_topics, "tamper_topics",
        (json_int_t)survey->tamper_topics, "storage_known",
        (int)survey->knows_storage, "storages", (json_int_t)survey->storages,
        "recordings", (json_int_t)survey->recordings);
}

static json_t *stream_json(const struct camera_stream *stream)
{
    return json_pack(
        "{s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "arrives",
        (int)stream->has_arrived, "codec", codec_word(stream->codec), "width",
        (json_int_t)stream->width, "height", (json_int_t)stream->height,
        "pictures", (json_int_t)stream->pictures, "fps_100",
        (json_int_t)camera_stream_fps_100(stream), "kbps",
        (json_int_t)camera_stream_kbps(stream), "gop", (json_int_t)stream->gop,
        "packets_lost", (json_int_t)stream->packets_lost, "cause",
        stream->cause == CAUSE_NONE ? "" : cause_name(stream->cause), "detail",
        stream->detail);
}

static json_t *findings_json(const struct camera_verdict *verdict)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < CAMERA_CHECKS; i++) {
        enum camera_check check = (enum camera_check)i;
        if (!verdict->found[i])
            continue;
        json_t *one = json_pack(
            "{s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}}", "name",
            camera_check_name(check), "severity",
            camera_check_severity(check) == CAMERA_FAULT ? "fault" : "doubt",
            "words", "ko", camera_check_words(check, LANGUAGE_KOREAN), "en",
            camera_check_words(check, LANGUAGE_ENGLISH), "remedy", "ko",
            camera_check_remedy(check, LANGUAGE_KOREAN), "en",
            camera_check_remedy(check, LANGUAGE_ENGLISH));
        (void)json_array_append_new(list, one);
    }
    return list;
}

void camera_test_print_json(const struct camera_test *test)
{
    const struct plant_camera *camera = test->target->camera;
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    json_t *document = json_pack(
        "{s:I, s:s%, s:s%, s:b, s:s, s:{s:s%, s:b}, s:o, s:o, s:b, s:o}",
        "camera", (json_int_t)camera->number, "id", camera->id.data,
        camera->id.size, "host", camera->host.data, camera->host.size,
        "encrypted", (int)camera->is_secure, "certificate", seen_of(test, hex),
        "notice", "group", test->group->id.data, test->group->id.size,
        "mask_promised", (int)camera_wants_mask(test->group), "onvif",
        survey_json(&test->survey), "stream", stream_json(&test->stream), "ok",
        (int)!camera_test_has_fault(test), "findings",
        findings_json(&test->verdict));
    local_print(document);
    json_decref(document);
}

/* ---- text --------------------------------------------------------------- */

static const char *either(enum language language, const char *korean,
                          const char *english)
{
    return language == LANGUAGE_KOREAN ? korean : english;
}

static void print_clock(const struct camera_survey *survey,
                        enum language language)
{
    enum { MS_US = 1000 };
    if (!survey->knows_clock)
        return;
    (void)printf("%s: %+lld ms%s\n", either(language, "시계 차이", "clock"),
                 (long long)(survey->clock_ahead_us / MS_US),
                 survey->clock_was_set
                     ? either(language, " (맞춤)", " (set now)")
                     : "");
}

static void print_profiles(const struct camera_survey *survey,
                           enum language language)
{
    for (size_t i = 0; i < survey->profiles.count; i++) {
        const struct onvif_profile *one = &survey->profiles.list[i];
        (void)printf("%s %s: %s %ux%u %u fps %u kbit/s, GOP %u%s%s\n",
                     either(language, "프로필", "profile"), one->token,
                     one->encoding, (unsigned)one->width, (unsigned)one->height,
                     (unsigned)one->fps, (unsigned)one->kbps,
                     (unsigned)one->gop,
                     one->has_audio ? either(language, ", 소리", ", sound") : "",
                     one == survey->recorded
                         ? either(language, " (녹화)", " (recorded)")
                         : "");
    }
}

static void print_survey(const struct camera_survey *survey,
                         enum language language)
{
    if (survey->reached != STATUS_OK) {
        (void)printf("ONVIF: %s %s\n", status_name(survey->reached),
                     survey->fault.reason);
        return;
    }
    (void)printf("%s: %s %s, %s %s\n", either(language, "카메라", "camera"),
                 survey->device.manufacturer, survey->device.model,
                 either(language, "펌웨어", "firmware"),
                 survey->device.firmware);
    print_clock(survey, language);
    print_profiles(survey, language);
    if (survey->port != 0)
        (void)printf("%s: %u %s\n",
                     either(language, "영상 주소(포트, 경로)",
                            "stream (port, path)"),
                     (unsigned)survey->port, survey->path);
    (void)printf("%s: %s\n", either(language, "정지 화면", "snapshot"),
                 survey->has_snapshot ? either(language, "있음", "offered")
                                      : either(language, "없음", "no"));
    if (survey->knows_masks)
        (void)printf("%s: %zu, %s %zu\n",
                     either(language, "가림 영역", "privacy masks"),
                     survey->masks.count, either(language, "켜짐", "on"),
                     masks_on(survey));
    (void)printf("%s: %s, %s %zu, %s %zu\n",
                 either(language, "알림", "events"),
                 survey->has_events ? either(language, "있음", "offered")
                                    : either(language, "없음", "no"),
                 either(language, "움직임", "motion"), survey->motion_topics,
                 either(language, "훼손", "tampering"), survey->tamper_topics);
    if (survey->knows_storage)
        (void)printf("%s: %zu, %s %zu\n",
                     either(language, "카메라 안의 저장 장치", "own storage"),
                     survey->storages, either(language, "녹화", "recordings"),
                     survey->recordings);
}

static void print_stream(const struct camera_stream *stream,
                         enum language language)
{
    uint32_t fps_100 = camera_stream_fps_100(stream);
    if (stream->has_arrived)
        (void)printf("%s: %s %ux%u, %u.%02u fps, %u kbit/s, GOP %llu, %s %llu\n",
                     either(language, "도착한 영상", "arrives"),
                     codec_word(stream->codec), (unsigned)stream->width,
                     (unsigned)stream->height, (unsigned)(fps_100 / 100),
                     (unsigned)(fps_100 % 100),
                     (unsigned)camera_stream_kbps(stream),
                     (unsigned long long)stream->gop,
                     either(language, "유실 패킷", "packets lost"),
                     (unsigned long long)stream->packets_lost);
    if (stream->cause != CAUSE_NONE)
        (void)printf("%s: %s %s\n", either(language, "영상 없음", "no pictures"),
                     cause_name(stream->cause), stream->detail);
}

void camera_test_print(const struct camera_test *test, enum language language)
{
    const struct plant_camera *camera = test->target->camera;
    struct text name = notice_words_in(camera->name, language);
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    (void)printf("%u %.*s (%.*s)\n", (unsigned)camera->number, (int)name.size,
                 name.data, (int)camera->id.size, camera->id.data);
    print_survey(&test->survey, language);
    print_stream(&test->stream, language);
    (void)printf("%s: %s\n", either(language, "암호화", "encrypted"),
                 camera->is_secure ? either(language, "예", "yes")
                                   : either(language, "아니요", "no"));
    if (seen_of(test, hex)[0] != 0)
        (void)printf("sha256 %s\n", hex);
    (void)printf("%s: %.*s%s\n", either(language, "안내문의 묶음", "notice group"),
                 (int)test->group->id.size, test->group->id.data,
                 camera_wants_mask(test->group)
                     ? either(language, ", 카메라 안의 가림을 약속함",
                              ", promises a mask in the camera")
                     : "");
    for (unsigned i = 0; i < CAMERA_CHECKS; i++) {
        enum camera_check check = (enum camera_check)i;
        if (test->verdict.found[i])
            (void)printf("%s: %s - %s [%s]\n",
                         camera_check_severity(check) == CAMERA_FAULT
                             ? either(language, "잘못", "fault")
                             : either(language, "확인", "doubt"),
                         camera_check_words(check, language),
                         camera_check_remedy(check, language),
                         camera_check_name(check));
    }
}
