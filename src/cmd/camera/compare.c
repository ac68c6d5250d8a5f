/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera compare: what a camera says of itself now, against what the
 * notice says of its group; the running recorder does the same by itself. */
#include <jansson.h>
#include <stdio.h>

#include "base/encoding.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/promise.h"
#include "cmd/camera/words.h"
#include "cmd/local/json.h"
#include "cmd/notice/render.h"
#include "crypto/library.h"

enum { DIGEST_TEXT_SIZE = HEX_SIZE(CAMERA_MASKS_SHA256_SIZE) };

static const struct command_option OPTIONS[] = {
    CAMERA_DIRECTORY,
    CAMERA_NUMBER,
    CAMERA_LANGUAGE(struct camera_options),
    CAMERA_JSON("all of it as one JSON object, in both languages"),
};

struct comparison {
    const struct plant_camera *camera;
    struct camera_report report;
    char masks[DIGEST_TEXT_SIZE + 1]; /* empty: it does not say */
    bool differs[CAPABILITY_COUNT];
};

/* ---- what is said ---------------------------------------------------------- */

static bool has_difference(const struct comparison *comparison)
{
    bool has_some = false;
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
        has_some |= comparison->differs[i];
    return has_some;
}

static const char *answer_words(enum camera_answer answer, bool is_korean)
{
    static const char *const WORDS[CAMERA_ANSWER_COUNT][2] = {
        {"not known", "알 수 없음"}, {"no", "아니요"}, {"yes", "예"}};
    return WORDS[answer][is_korean];
}

static void print_text(const struct comparison *comparison,
                       enum language language)
{
    const struct camera_report *report = &comparison->report;
    bool is_korean = language == LANGUAGE_KOREAN;
    (void)printf(is_korean
                     ? "소리 %s, 회전 %s, 따로 저장 %s, 켜진 가림 %u개, 화소 %u\n"
                     : "sound %s, turns %s, copies of its own %s, masks on: "
                       "%u, pixels %u\n",
                 answer_words(report->sound, is_korean),
                 answer_words(report->turns, is_korean),
                 answer_words(report->copies, is_korean), (unsigned)report->masks,
                 (unsigned)report->pixels);
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        enum drift drift = capability_drift((enum capability)i);
        if (comparison->differs[i])
            (void)printf("✕ %s [%s]\n  → %s\n", drift_words(drift, language),
                         drift_code(drift), drift_remedy(drift, language));
    }
    if (!has_difference(comparison))
        (void)printf("%s\n", is_korean ? "방침과 다른 것이 없습니다."
                                       : "Nothing differs from the notice.");
    if (comparison->masks[0] != 0)
        (void)printf(is_korean ? "지금의 가림을 plant.yaml에 적는 줄:\n"
                                 "    camera_masks: %s\n"
                               : "Its masks of now, as a line of plant.yaml:\n"
                                 "    camera_masks: %s\n",
                     comparison->masks);
}

static void print_json(const struct comparison *comparison)
{
    const struct camera_report *report = &comparison->report;
    json_t *differs = json_array();
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        enum drift drift = capability_drift((enum capability)i);
        if (comparison->differs[i])
            (void)json_array_append_new(
                differs,
                json_pack("{s:s, s:s, s:s, s:s, s:s}", "code",
                          drift_code(drift), "ko",
                          drift_words(drift, LANGUAGE_KOREAN), "en",
                          drift_words(drift, LANGUAGE_ENGLISH), "remedy_ko",
                          drift_remedy(drift, LANGUAGE_KOREAN), "remedy_en",
                          drift_remedy(drift, LANGUAGE_ENGLISH)));
    }
    json_t *document = json_pack(
        "{s:I, s:s, s:s, s:s, s:I, s:I, s:s, s:o}", "camera",
        (json_int_t)comparison->camera->number, "sound",
        camera_answer_name(report->sound), "turns",
        camera_answer_name(report->turns), "copies",
        camera_answer_name(report->copies), "masks",
        (json_int_t)report->masks, "pixels", (json_int_t)report->pixels,
        "camera_masks", comparison->masks,
        "differs", differs);
    local_print(document);
    json_decref(document);
}

/* ---- the camera ------------------------------------------------------------ */

static enum status ask(const struct camera_target *target,
                       enum language language, struct camera_report *out)
{
    const struct camera_survey_options wishes = {.mask = NULL};
    struct camera_survey survey;
    enum status s = camera_survey(target, &wishes, &survey);
    if (s != STATUS_OK)
        return s;
    if (survey.reached == STATUS_OK)
        return camera_promise_report(&survey, out);
    (void)fprintf(
        stderr,
        language == LANGUAGE_KOREAN
            ? "haechi camera compare: 카메라 %u에 ONVIF로 물을 수 없습니다: %s - "
              "haechi camera test로 확인하십시오\n"
            : "haechi camera compare: camera %u cannot be asked over ONVIF: %s "
              "- see haechi camera test\n",
        (unsigned)target->camera->number,
        camera_words_silence(&survey, language));
    return survey.reached;
}

static int run_compare(const void *context, const struct camera_target *target,
                       const struct notice_group *group)
{
    const struct camera_options *options = context;
    enum language language = notice_render_language(options->language);
    struct comparison comparison = {.camera = target->camera};
    if (ask(target, language, &comparison.report) != STATUS_OK)
        return EXIT_ENVIRONMENT;
    enum status s = camera_promise_compare(options->directory, target->camera,
                                           group, &comparison.report,
                                           comparison.differs);
    if (s != STATUS_OK) {
        (void)fprintf(
            stderr,
            language == LANGUAGE_KOREAN
                ? "haechi camera compare: %s의 기록을 읽을 수 없습니다: %s\n"
                : "haechi camera compare: the log of %s cannot be read: %s\n",
            options->directory, camera_words_file(s, language));
        return EXIT_ENVIRONMENT;
    }
    if (comparison.report.knows_masks)
        hex_encode(bytes_of(comparison.report.masks_sha256,
                            sizeof comparison.report.masks_sha256),
                   comparison.masks);
    if (options->as_json)
        print_json(&comparison);
    else
        print_text(&comparison, language);
    return has_difference(&comparison) ? EXIT_FINDING : EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct camera_options options = {.directory = NULL};
    int code = options_read(&COMMAND_CAMERA_COMPARE, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (crypto_library_init() != STATUS_OK)
        return EXIT_ENVIRONMENT;
    return camera_options_work(&COMMAND_CAMERA_COMPARE, &options, run_compare);
}

const struct command COMMAND_CAMERA_COMPARE = {
    .name = "camera compare",
    .synopsis = "--dir DIRECTORY --camera N [--lang ko|en] [--json]",
    .summary = "hold what a camera says of itself against the notice",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Sound, turning, copies of its own, and its privacy masks "
               "against those of plant.yaml (camera_masks), or else those it "
               "told first. The running recorder does the same at each new "
               "session and daily. 1: something differs.",
    .run = run,
};
