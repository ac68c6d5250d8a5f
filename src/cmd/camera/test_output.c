/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/test.h"
#include "cmd/camera/words.h"
#include "cmd/local/json.h"
#include "notice/promise/capability.h"

static const char *codec_word(enum codec codec)
{
    if (codec == CODEC_NONE)
        return "";
    return codec == CODEC_H265 ? "H.265" : "H.264";
}

enum { FINGERPRINT_TEXT_SIZE = HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1 };

/* The stream's certificate where that is the trouble; else "". */
static const char *stream_seen(const struct camera_test *test,
                               char hex[FINGERPRINT_TEXT_SIZE])
{
    hex[0] = 0;
    if (test->stream.cause == CAUSE_CERTIFICATE)
        hex_encode(bytes_of(test->stream.seen, TLS_FINGERPRINT_SIZE), hex);
    return hex;
}

/* Likewise that of ONVIF. */
static const char *onvif_seen(const struct camera_test *test,
                              char hex[FINGERPRINT_TEXT_SIZE])
{
    hex[0] = 0;
    if (test->survey.is_untrusted)
        hex_encode(bytes_of(test->survey.seen, TLS_FINGERPRINT_SIZE), hex);
    return hex;
}

/* ---- findings ------------------------------------------------------------- */

struct test_finding {
    const char *name;
    const char *stream; /* "main", "sub" */
    bool is_fault;
    const char *words[2]; /* by enum language */
    const char *remedies[2];
};

typedef void test_finding_fn(void *context, const struct test_finding *finding);

static void tell_check(enum camera_check check, const char *stream,
                       test_finding_fn *tell, void *context)
{
    tell(context,
         &(struct test_finding){
             .name = camera_check_name(check),
             .stream = stream,
             .is_fault = camera_check_severity(check) == CAMERA_FAULT,
             .words = {camera_check_words(check, LANGUAGE_KOREAN),
                       camera_check_words(check, LANGUAGE_ENGLISH)},
             .remedies = {camera_check_remedy(check, LANGUAGE_KOREAN),
                          camera_check_remedy(check, LANGUAGE_ENGLISH)},
         });
}

static void tell_difference(enum capability capability, test_finding_fn *tell,
                            void *context)
{
    enum drift drift = capability_drift(capability);
    tell(context, &(struct test_finding){
                      .name = drift_code(drift),
                      .stream = "main",
                      .is_fault = true,
                      .words = {drift_words(drift, LANGUAGE_KOREAN),
                                drift_words(drift, LANGUAGE_ENGLISH)},
                      .remedies = {drift_remedy(drift, LANGUAGE_KOREAN),
                                   drift_remedy(drift, LANGUAGE_ENGLISH)},
                  });
}

/* All that was found, in the order of the tables. */
static void tell_findings(const struct camera_verdict *verdict,
                          test_finding_fn *tell, void *context)
{
    for (unsigned i = 0; i < CAMERA_CHECKS; i++)
        if (verdict->found[i])
            tell_check((enum camera_check)i, "main", tell, context);
    for (unsigned i = 0; i < CAMERA_CHECKS; i++)
        if (verdict->sub_found[i])
            tell_check((enum camera_check)i, "sub", tell, context);
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
        if (verdict->differs[i])
            tell_difference((enum capability)i, tell, context);
}

static void count_fault(void *context, const struct test_finding *finding)
{
    bool *has_fault = context;
    *has_fault |= finding->is_fault;
}

bool camera_test_has_fault(const struct camera_test *test)
{
    bool has_fault = false;
    tell_findings(&test->verdict, count_fault, &has_fault);
    return has_fault;
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
        (int)(survey->clock_deed == CAMERA_DEED_DONE), "path", survey->path,
        "sub_path", survey->sub_path, "port", (json_int_t)survey->port,
        "profiles", profiles, "snapshot", (int)survey->has_snapshot,
        "sound_removed", (int)survey->audio_was_removed, "sound_stays",
        (int)(survey->audio_deed == CAMERA_DEED_UNDONE), "masks_known",
        (int)survey->knows_masks, "masks", (json_int_t)survey->masks.count,
        "masks_on", (json_int_t)camera_survey_masks_on(survey), "mask_made",
        (int)(survey->mask_deed == CAMERA_DEED_DONE), "events",
        (int)survey->has_events, "motion_topics",
        (json_int_t)survey->motion_topics, "tamper_topics",
        (json_int_t)survey->tamper_topics, "storage_known",
        (int)survey->knows_storage, "storages", (json_int_t)survey->storages,
        "recordings", (json_int_t)survey->recordings);
}

static json_t *stream_json(const struct camera_stream *stream)
{
    return json_pack(
        "{s:b, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:s, "
        "s:s, s:s}",
        "arrives", (int)stream->has_arrived, "transport",
        stream->uses_udp ? "udp" : "tcp", "codec", codec_word(stream->codec),
        "width", (json_int_t)stream->width, "height",
        (json_int_t)stream->height, "pictures", (json_int_t)stream->pictures,
        "fps_100", (json_int_t)camera_stream_fps_100(stream), "kbps",
        (json_int_t)camera_stream_kbps(stream), "gop", (json_int_t)stream->gop,
        "packets_lost", (json_int_t)stream->packets_lost, "sound",
        (int)stream->answers.offers_sound, "rtsp_code",
        (json_int_t)stream->answers.code, "cause",
        stream->cause == CAUSE_NONE ? "" : cause_name(stream->cause), "detail",
        stream->detail, "moved_to", stream->moved_to);
}

static void add_finding(void *context, const struct test_finding *finding)
{
    (void)json_array_append_new(
        context, json_pack("{s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}}",
                           "name", finding->name, "stream", finding->stream,
                           "severity", finding->is_fault ? "fault" : "doubt",
                           "words", "ko", finding->words[LANGUAGE_KOREAN], "en",
                           finding->words[LANGUAGE_ENGLISH], "remedy", "ko",
                           finding->remedies[LANGUAGE_KOREAN], "en",
                           finding->remedies[LANGUAGE_ENGLISH]));
}

static json_t *notice_json(const struct notice_group *group)
{
    /* A group that does not say is one of fixed cameras. */
    enum notice_camera_class camera_class =
        group->camera_class == 0 ? NOTICE_CLASS_FIXED : group->camera_class;
    return json_pack("{s:s%, s:s, s:I, s:b}", "group", group->id.data,
                     group->id.size, "class",
                     notice_camera_class_name(camera_class), "pixels",
                     (json_int_t)group->pixels, "mask_promised",
                     (int)camera_wants_mask(group));
}

void camera_test_print_json(const struct camera_test *test)
{
    const struct plant_camera *camera = test->target->camera;
    char hex[FINGERPRINT_TEXT_SIZE];
    char onvif_hex[FINGERPRINT_TEXT_SIZE];
    json_t *findings = json_array();
    tell_findings(&test->verdict, add_finding, findings);
    json_t *document = json_pack(
        "{s:I, s:s%, s:s%, s:b, s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:o}",
        "camera", (json_int_t)camera->number, "id", camera->id.data,
        camera->id.size, "host", camera->host.data, camera->host.size,
        "encrypted", (int)camera->is_secure, "certificate",
        stream_seen(test, hex), "onvif_certificate",
        onvif_seen(test, onvif_hex), "notice", notice_json(test->group),
        "onvif", survey_json(&test->survey), "stream",
        stream_json(&test->stream), "sub_stream",
        test->sub.was_asked ? stream_json(&test->sub) : json_null(), "ok",
        (int)!camera_test_has_fault(test), "findings", findings);
    local_print(document);
    json_decref(document);
}

/* ---- text --------------------------------------------------------------- */

static void print_clock(const struct camera_survey *survey,
                        enum language language)
{
    enum { MS_US = 1000 };
    if (!survey->knows_clock)
        return;
    (void)printf("%s: %+lld ms%s\n",
                 camera_either(language, "시계 차이", "clock"),
                 (long long)(survey->clock_ahead_us / MS_US),
                 survey->clock_deed == CAMERA_DEED_DONE
                     ? camera_either(language, " (맞춤)", " (set now)")
                     : "");
}

/* ", GOP 15" where it is said, and nothing where not. */
static void print_said(const char *before, uint32_t number, const char *after)
{
    if (number != 0)
        (void)printf(", %s%u%s", before, (unsigned)number, after);
}

static void print_profiles(const struct camera_survey *survey,
                           enum language language)
{
    for (size_t i = 0; i < survey->profiles.count; i++) {
        const struct onvif_profile *one = &survey->profiles.list[i];
        (void)printf("%s %s: %s %ux%u",
                     camera_either(language, "프로필", "profile"), one->token,
                     one->encoding, (unsigned)one->width,
                     (unsigned)one->height);
        print_said("", one->fps, " fps");
        print_said("", one->kbps, " kbit/s");
        print_said("GOP ", one->gop, "");
        (void)printf(
            "%s%s\n",
            one->has_audio ? camera_either(language, ", 소리", ", sound") : "",
            one == survey->recorded
                ? camera_either(language, " (녹화)", " (recorded)")
                : "");
    }
}

/* Why it says nothing; reason: the camera's own words. */
static void print_silence(const struct camera_survey *survey,
                          enum language language)
{
    (void)printf("ONVIF: %s", camera_words_silence(survey, language));
    if (survey->fault.reason[0] != 0)
        (void)printf(" (%s)", survey->fault.reason);
    (void)printf("\n");
}

static void print_survey(const struct camera_survey *survey,
                         enum language language)
{
    if (survey->reached != STATUS_OK) {
        print_silence(survey, language);
        return;
    }
    (void)printf(
        "%s: %s %s, %s %s\n", camera_either(language, "카메라", "camera"),
        survey->device.manufacturer, survey->device.model,
        camera_either(language, "펌웨어", "firmware"), survey->device.firmware);
    print_clock(survey, language);
    print_profiles(survey, language);
    if (survey->port != 0)
        (void)printf("%s: %u %s\n",
                     camera_either(language, "영상 주소(포트, 경로)",
                                   "stream (port, path)"),
                     (unsigned)survey->port, survey->path);
    (void)printf("%s: %s\n", camera_either(language, "정지 화면", "snapshot"),
                 survey->has_snapshot
                     ? camera_either(language, "있음", "offered")
                     : camera_either(language, "없음", "no"));
    if (survey->knows_masks)
        (void)printf("%s: %zu, %s %zu\n",
                     camera_either(language, "가림 영역", "privacy masks"),
                     survey->masks.count, camera_either(language, "켜짐", "on"),
                     camera_survey_masks_on(survey));
    (void)printf(
        "%s: %s, %s %zu, %s %zu\n", camera_either(language, "알림", "events"),
        survey->has_events ? camera_either(language, "있음", "offered")
                           : camera_either(language, "없음", "no"),
        camera_either(language, "움직임", "motion"), survey->motion_topics,
        camera_either(language, "훼손", "tampering"), survey->tamper_topics);
    if (survey->knows_storage)
        (void)printf(
            "%s: %zu, %s %zu\n",
            camera_either(language, "카메라 안의 저장 장치", "own storage"),
            survey->storages, camera_either(language, "녹화", "recordings"),
            survey->recordings);
}

/* "15.00 fps, 900 kbit/s, GOP 15"; what the time was too short for is said. */
static void print_rates(const struct camera_stream *stream,
                        enum language language)
{
    const char *unknown =
        camera_either(language, "아직 알 수 없음", "not known yet");
    uint32_t fps_100 = camera_stream_fps_100(stream);
    if (fps_100 != 0)
        (void)printf(", %u.%02u fps, %u kbit/s", (unsigned)(fps_100 / 100),
                     (unsigned)(fps_100 % 100),
                     (unsigned)camera_stream_kbps(stream));
    else
        (void)printf(", %s: %s", camera_either(language, "초당 화면 수", "fps"),
                     unknown);
    if (stream->gop != 0)
        (void)printf(", GOP %llu", (unsigned long long)stream->gop);
    else
        (void)printf(", GOP: %s", unknown);
}

/* Why nothing comes, or no more, is a finding's to say. */
static void print_stream(const struct camera_stream *stream, const char *name,
                         enum language language)
{
    bool has_ended = stream->cause != CAUSE_NONE;
    if (!stream->was_asked)
        return;
    (void)printf("%s: ", name);
    if (stream->has_arrived) {
        (void)printf("%s %ux%u (%s)", codec_word(stream->codec),
                     (unsigned)stream->width, (unsigned)stream->height,
                     stream->uses_udp ? "UDP" : "TCP");
        print_rates(stream, language);
        (void)printf(", %s %llu%s",
                     camera_either(language, "유실 패킷", "packets lost"),
                     (unsigned long long)stream->packets_lost,
                     has_ended ? camera_either(language, ", 그 뒤 끊김",
                                               ", then no more")
                               : "");
    } else {
        (void)printf("%s", camera_either(language, "없음", "nothing"));
    }
    if (stream->cause == CAUSE_REFUSED)
        (void)printf(" (RTSP %u)", stream->answers.code);
    if (stream->moved_to[0] != 0)
        (void)printf(", %s: %s",
                     camera_either(language, "카메라가 가리키는 곳",
                                   "the camera points to"),
                     stream->moved_to);
    (void)printf("\n");
}

static const char *class_words(enum notice_camera_class camera_class,
                               enum language language)
{
    switch (camera_class) {
    case NOTICE_CLASS_PTZ:
        return camera_either(language, "회전·확대", "turns and zooms");
    case NOTICE_CLASS_PLATE:
        return camera_either(language, "번호판 인식", "reads number plates");
    case NOTICE_CLASS_MOBILE:
        return camera_either(language, "이동형", "mobile");
    case NOTICE_CLASS_STATISTICS:
        return camera_either(language, "통계용", "counts only");
    case NOTICE_CLASS_FIXED:
    default:
        return camera_either(language, "고정형", "fixed");
    }
}

/* What is expected of it. */
static void print_notice(const struct notice_group *group,
                         enum language language)
{
    (void)printf("%s: %.*s, %s, %s",
                 camera_either(language, "안내문의 묶음", "notice group"),
                 (int)group->id.size, group->id.data,
                 class_words(group->camera_class, language),
                 camera_either(language, "소리 없음", "no sound"));
    print_said("", group->pixels,
               camera_either(language, "화소 이상", " pixels or more"));
    (void)printf("%s\n",
                 camera_wants_mask(group)
                     ? camera_either(language, ", 카메라 안의 가림을 약속함",
                                     ", promises a mask in the camera")
                     : "");
}

static void print_certificates(const struct camera_test *test,
                               enum language language)
{
    char hex[FINGERPRINT_TEXT_SIZE];
    if (stream_seen(test, hex)[0] != 0)
        (void)printf("%s: sha256 %s\n",
                     camera_either(language, "영상 연결(RTSPS)의 인증서",
                                   "certificate of the stream (RTSPS)"),
                     hex);
    if (onvif_seen(test, hex)[0] != 0)
        (void)printf("%s: sha256 %s\n",
                     camera_either(language, "ONVIF(HTTPS)의 인증서",
                                   "certificate of ONVIF (HTTPS)"),
                     hex);
}

static void print_finding(void *context, const struct test_finding *finding)
{
    const enum language *language = context;
    (void)printf(
        "%s%s: %s - %s [%s]\n",
        finding->is_fault ? camera_either(*language, "잘못", "fault")
                          : camera_either(*language, "확인", "doubt"),
        strcmp(finding->stream, "sub") == 0
            ? camera_either(*language, "(작은 영상)", " (smaller stream)")
            : "",
        finding->words[*language], finding->remedies[*language], finding->name);
}

void camera_test_print(const struct camera_test *test, enum language language)
{
    const struct plant_camera *camera = test->target->camera;
    struct text name = notice_words_in(camera->name, language);
    (void)printf("%u %.*s (%.*s)\n", (unsigned)camera->number, (int)name.size,
                 name.data, (int)camera->id.size, camera->id.data);
    print_survey(&test->survey, language);
    print_stream(&test->stream,
                 camera_either(language, "도착한 영상", "arrives"), language);
    print_stream(&test->sub,
                 camera_either(language, "도착한 작은 영상",
                               "arrives as the smaller stream"),
                 language);
    (void)printf("%s: %s\n", camera_either(language, "암호화", "encrypted"),
                 camera->is_secure ? camera_either(language, "예", "yes")
                                   : camera_either(language, "아니요", "no"));
    print_certificates(test, language);
    print_notice(test->group, language);
    tell_findings(&test->verdict, print_finding, &language);
}
