/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera test: what the camera says, what arrives, what is wrong, and
 * what to do about it. */
#include "cmd/camera/test.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/promise.h"
#include "cmd/notice/render.h"
#include "crypto/library.h"

enum { SECONDS_DEFAULT = 5, SECONDS_MAX = 60, LEFT = 0, BOTTOM, RIGHT, TOP, MASK_EDGES };

struct options {
    struct camera_options common; /* first */
    const char *mask;
    uint64_t seconds;
    bool wants_clock_set;
    bool wants_audio_off;
    struct text edges[MASK_EDGES];
};

static const struct command_option OPTIONS[] = {
    CAMERA_DIRECTORY,
    CAMERA_NUMBER,
    {.name = "--seconds",
     .value = "N",
     .help = "how long pictures are looked at, from the first on (5)",
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
    CAMERA_LANGUAGE(struct camera_options),
    CAMERA_JSON("all of it as one JSON object, in both languages"),
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

/* Whether it is a rectangle: left of right, bottom below top. */
static bool read_mask(struct options *options)
{
    struct text rest = text_of(options->mask);
    int32_t at[MASK_EDGES];
    bool is_good = true;
    for (size_t i = 0; i < MASK_EDGES; i++) {
        options->edges[i] = text_trim(text_cut(&rest, ','));
        is_good &= is_edge(options->edges[i]);
        at[i] = onvif_millionths(options->edges[i]);
    }
    return is_good && rest.size == 0 && at[LEFT] < at[RIGHT] &&
           at[BOTTOM] < at[TOP];
}

static int refuse_mask(const struct options *options)
{
    (void)fprintf(
        stderr, "haechi camera test: %s\n",
        camera_either(
            notice_render_language(options->common.language),
            "--mask에는 왼쪽,아래,오른쪽,위를 -1부터 1까지의 수로 적되, 왼쪽은 "
            "오른쪽보다, 아래는 위보다 작게 적으십시오",
            "--mask wants left,bottom,right,top, four numbers from -1 to 1, "
            "left less than right and bottom less than top"));
    return EXIT_USAGE;
}

/* Asking for the smaller stream too would only tell the same again, and a wrong
 * password twice locks accounts. */
static bool may_ask_for_sub(const struct camera_test *test)
{
    return test->target->camera->sub_path.size > 0 &&
           test->stream.answers.count > 0 &&
           test->stream.cause != CAUSE_UNAUTHORIZED;
}

static enum status look(const struct options *options, struct camera_test *test)
{
    const struct camera_target *target = test->target;
    const struct camera_survey_options wishes = {
        .wants_clock_set = options->wants_clock_set,
        .wants_audio_off = options->wants_audio_off,
        .mask = options->mask == NULL ? NULL : options->edges,
    };
    unsigned seconds = (unsigned)options->seconds;
    enum status s = camera_survey(target, &wishes, &test->survey);
    if (s == STATUS_OK)
        s = camera_stream_watch(target, target->camera->path, seconds,
                                &test->stream);
    if (s == STATUS_OK && may_ask_for_sub(test))
        s = camera_stream_watch(target, target->camera->sub_path, seconds,
                                &test->sub);
    return s;
}

/* What camera compare would find; of a log that cannot be read, its masks are
 * held against none. */
static enum status judge(const struct options *options,
                         struct camera_test *test)
{
    bool differs[CAPABILITY_COUNT] = {false};
    struct camera_report report;
    enum status s = camera_promise_report(&test->survey, &report);
    if (s != STATUS_OK)
        return s;
    if (report.pixels == 0)
        report.pixels = test->stream.width * test->stream.height;
    (void)!camera_promise_compare(options->common.directory,
                                  test->target->camera, test->group, &report,
                                  differs);
    const struct camera_evidence evidence = {
        .target = test->target,
        .group = test->group,
        .survey = &test->survey,
        .stream = &test->stream,
        .sub = &test->sub,
        .differs = differs,
    };
    camera_judge(&evidence, &test->verdict);
    return STATUS_OK;
}

static int run_test(const void *context, const struct camera_target *target,
                    const struct notice_group *group)
{
    const struct options *options = context;
    AUTO(alloc_release) struct camera_test *test = alloc_zeroed(sizeof *test);
    if (test == NULL)
        return EXIT_ENVIRONMENT;
    test->target = target;
    test->group = group;
    enum status s = look(options, test);
    if (s == STATUS_OK)
        s = judge(options, test);
    if (s != STATUS_OK)
        return EXIT_ENVIRONMENT;
    if (options->common.as_json)
        camera_test_print_json(test);
    else
        camera_test_print(test,
                          notice_render_language(options->common.language));
    return camera_test_has_fault(test) ? EXIT_FINDING : EXIT_OK;
}

static int run(int argc, char **argv)
{
    struct options options = {.seconds = SECONDS_DEFAULT};
    int code = options_read(&COMMAND_CAMERA_TEST, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (options.mask != NULL && !read_mask(&options))
        return refuse_mask(&options);
    if (crypto_library_init() != STATUS_OK)
        return EXIT_ENVIRONMENT;
    return camera_options_work(&COMMAND_CAMERA_TEST, &options, run_test);
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
               "onvif_port of plant.yaml, its streams over the transport that "
               "stands there. What was set is asked back; what is not as it "
               "was to be is a fault.",
    .run = run,
};
