/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera accept: the administrator's word that a camera's new
 * certificate is right. The recorder reads it with its next connection. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/pins.h"
#include "cmd/camera/words.h"
#include "cmd/findings_output.h"
#include "cmd/notice/render.h"

enum { PATH_SIZE = 1100 };

struct options {
    struct camera_options common; /* first */
    const char *fingerprint;
};

static const struct command_option OPTIONS[] = {
    CAMERA_DIRECTORY,
    CAMERA_NUMBER,
    {.name = "--fingerprint",
     .value = "SHA256",
     .help = "of the certificate, in hexadecimal, with or without colons",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, fingerprint)},
    CAMERA_LANGUAGE(struct camera_options),
};

/* plant.yaml alone: the notice may still wait for the camera. */
static int find_camera(const struct camera_options *common)
{
    char path[PATH_SIZE];
    AUTO(alloc_release) uint8_t *file = NULL;
    AUTO(plant_destroy) struct plant *plant = NULL;
    AUTO(findings_deinit) struct findings findings = {0};
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/plant.yaml", common->directory);
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  CONFIGURATION_FILE_BYTES_MAX, &file, &size);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi camera accept: %s: %s\n", path,
                      camera_words_file(
                          s, notice_render_language(common->language)));
        return EXIT_ENVIRONMENT;
    }
    s = plant_load(path, bytes_of(file, size), &findings, &plant);
    if (s != STATUS_OK)
        return s == STATUS_BAD_INPUT ? findings_output(&findings, false)
                                     : EXIT_ENVIRONMENT;
    return plant_camera_find(plant, (uint32_t)common->camera) == NULL
               ? camera_options_unknown(&COMMAND_CAMERA_ACCEPT, common)
               : EXIT_OK;
}

static void say_unwritten(const char *directory, enum status status,
                          enum language language)
{
    const char *remedy = camera_either(
        language, "녹화를 실행하는 사용자로 다시 실행하십시오",
        "run this as the user who runs the recorder");
    if (status == STATUS_BAD_INPUT || status == STATUS_LIMIT)
        remedy = camera_either(
            language,
            "줄마다 camera NUMBER sha256과 16진수 64자리입니다. 그렇지 않은 "
            "줄을 고치거나 지우십시오",
            "each line is camera NUMBER sha256 and 64 hexadecimal digits; mend "
            "or take out those that are not");
    else if (status == STATUS_NO_SPACE)
        remedy = camera_either(language, "공간을 비우고 다시 실행하십시오",
                               "make room and run this again");
    (void)fprintf(stderr, "haechi camera accept: %s/tls/cameras: %s - %s\n",
                  directory, camera_words_file(status, language), remedy);
}

static int accept(const struct camera_options *common, const struct pin *pin)
{
    enum language language = notice_render_language(common->language);
    enum status s = camera_pins_take(common->directory, pin, 1);
    if (s != STATUS_OK) {
        say_unwritten(common->directory, s, language);
        return EXIT_ENVIRONMENT;
    }
    (void)printf(language == LANGUAGE_KOREAN
                     ? "카메라 %u: 다음 연결부터 이 인증서를 받아들입니다\n"
                     : "camera %u: this certificate is taken from its next "
                       "connection on\n",
                 (unsigned)pin->camera);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct options options = {.fingerprint = NULL};
    struct pin pin;
    int code = options_read(&COMMAND_CAMERA_ACCEPT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    pin.camera = (uint32_t)options.common.camera;
    if (camera_pins_fingerprint(text_of(options.fingerprint),
                                pin.fingerprint) != STATUS_OK) {
        (void)fprintf(
            stderr, "haechi camera accept: %s\n",
            camera_either(notice_render_language(options.common.language),
                          "--fingerprint에는 16진수 64자리를 적으십시오",
                          "--fingerprint wants 64 hexadecimal digits"));
        return EXIT_USAGE;
    }
    code = find_camera(&options.common);
    return code == EXIT_OK ? accept(&options.common, &pin) : code;
}

const struct command COMMAND_CAMERA_ACCEPT = {
    .name = "camera accept",
    .synopsis = "--dir DIRECTORY --camera N --fingerprint SHA256\n"
                "    [--lang ko|en]",
    .summary = "accept a camera's new certificate",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "A camera with tls: true is known by the certificate of its "
               "first use. One that shows another is not recorded, and the log "
               "has an entry with its fingerprint. Compare that with what the "
               "camera's own page shows, over a cable if you can; then say it "
               "here.",
    .run = run,
};
