/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera test: what the camera says, what arrives, what is wrong, and
 * what to do about it. */
#include "cmd/camera/test.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/findings_output.h"
#include "cmd/notice/render.h"
#include "cmd/options.h"
#include "crypto/library.h"
#include "notice/configuration.h"

enum { SECONDS_DEFAULT = 5, SECONDS_MAX = 60, MASK_EDGES = 4 };

struct options {
    const char *directory;
    const char *language;
    const char *mask;
    uint64_t camera;
    uint64_t seconds;
    bool wants_clock_set;
    bool wants_audio_off;
    bool as_json;
    struct text edges[MASK_EDGES];
};

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation; it may be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--camera",
     .value = "N",
     .help = "the camera's number in plant.yaml",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, camera),
     .min = CAMERA_NUMBER_MIN,
     .max = CAMERA_NUMBER_MAX},
    {.name = "--seconds",
     .value = "N",
     .help = "how long pictures are looked at (5)",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct options, seconds),
     .min = 1,
     .max = SECONDS_MAX},
    {.name = "--set-clock",
     .help = "set the camera's clock to this machine's",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, wants_clock_set)},
    {.name = "--audio-off",
     .help = "take sound out of every profile of the camera",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, wants_audio_off)},
    {.name = "--mask",
     .value = "L,B,R,T",
     .help = "make a privacy mask: left, bottom, right, top, from -1 to 1",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, mask)},
    {.name = "--lang",
     .value = "ko|en",
     .help = "of what is said (ko)",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct options, language)},
    {.name = "--json",
     .help = "all of it as one JSON object, in both languages",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

/* "-1", "-0.25", "0.5": what stands in an XML decimal. */
static bool is_edge(struct text text)
{
    if (text.size > 0 && text.data[0] == '-')
        text = (struct text){text.data + 1, text.size - 1};
    struct text whole = text_cut(&text, '.');
    bool is_good = text_equal(whole, text_of("0")) ||
                   text_equal(whole, text_of("1"));
    for (size_t i = 0; i < text.size; i++)
        is_good &= text.data[i] >= '0' && text.data[i] <= '9' &&
                   (whole.data[0] == '0' || text.data[i] == '0');
    return is_good;
}

static bool read_mask(struct options *options)
{
    struct text rest = text_of(options->mask);
    bool is_good = true;
    for (size_t i = 0; i < MASK_EDGES; i++) {
        options->edges[i] = text_trim(text_cut(&rest, ','));
        is_good &= is_edge(options->edges[i]);
    }
    return is_good && rest.size == 0;
}

static int run_test(const struct options *options,
                    const struct configuration *configuration)
{
    const struct plant *plant = configuration->plant;
    const struct plant_camera *camera =
        plant_camera_find(plant, (uint32_t)options->camera);
    AUTO(alloc_release) struct camera_test *test = alloc_zeroed(sizeof *test);
    if (camera == NULL || test == NULL) {
        (void)fprintf(stderr, "haechi camera test: plant.yaml has no camera "
                              "%u\n",
                      (unsigned)options->camera);
        return test == NULL ? EXIT_ENVIRONMENT : EXIT_USAGE;
    }
    const struct camera_survey_options wishes = {
        .wants_clock_set = options->wants_clock_set,
        .wants_audio_off = options->wants_audio_off,
        .mask = options->mask == NULL ? NULL : options->edges,
    };
    int code = camera_target_init(options->directory, plant, camera,
                                  &test->target);
    enum status s = STATUS_OK;
    if (code == EXIT_OK)
        s = camera_survey(&test->target, &wishes, &test->survey);
    if (code == EXIT_OK && s == STATUS_OK)
        s = camera_stream_watch(&test->target, (unsigned)options->seconds,
                                &test->stream);
    if (code == EXIT_OK && s == STATUS_OK) {
        test->group = &configuration->notice->groups[camera->group];
        camera_judge(&test->target, test->group, &test->survey, &test->stream,
                     &test->verdict);
        if (options->as_json)
            camera_test_print_json(test);
        else
            camera_test_print(test, notice_render_language(options->language));
        code = camera_test_has_fault(test) ? EXIT_FINDING : EXIT_OK;
    }
    camera_target_deinit(&test->target);
    return s == STATUS_OK ? code : EXIT_ENVIRONMENT;
}

static int run(int argc, char **argv)
{
    struct options options = {.seconds = SECONDS_DEFAULT, .language = "ko"};
    int code = options_read(&COMMAND_CAMERA_TEST, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (options.mask != NULL && !read_mask(&options))
        return options_refuse(&COMMAND_CAMERA_TEST,
                              "wants four numbers from -1 to 1:", "--mask");
    if (crypto_library_init() != STATUS_OK)
        return EXIT_ENVIRONMENT;
    struct findings findings = {0};
    struct configuration configuration;
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, options.directory,
                                       &findings, &configuration);
    if (s == STATUS_OK)
        code = run_test(&options, &configuration);
    else
        code = s == STATUS_BAD_INPUT ? findings_output(&findings, false)
                                     : EXIT_ENVIRONMENT;
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

const struct command COMMAND_CAMERA_TEST = {
    .name = "camera test",
    .synopsis = "--dir DIRECTORY --camera N [--seconds N] [--set-clock]\n"
                "    [--audio-off] [--mask L,B,R,T] [--lang ko|en] [--json]",
    .summary = "ask a camera, look at what arrives, say what is wrong",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Connects from here, with the camera's password, and keeps "
               "nothing. Each finding has its remedy. 1: a fault was found; "
               "doubts alone are 0. The camera is asked over ONVIF at "
               "onvif_port of plant.yaml.",
    .run = run,
};
