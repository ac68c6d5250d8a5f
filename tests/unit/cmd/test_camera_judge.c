/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/judge.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

struct scene {
    struct plant_camera camera;
    struct camera_target target;
    struct notice_exclusion exclusion;
    struct notice_group group;
    struct camera_survey survey;
    struct camera_stream stream;
    struct camera_verdict verdict;
};

/* A camera with which nothing is wrong: 15 pictures a second, a key picture
 * each second. */
static struct scene *make(void)
{
    struct scene *scene = alloc_zeroed(sizeof *scene);
    assert_non_null(scene);
    scene->camera.is_secure = true;
    scene->target.camera = &scene->camera;
    scene->exclusion.met_by = NOTICE_EXCLUSION_AIM;
    scene->group.exclusions = &scene->exclusion;
    scene->group.exclusion_count = 1;
    scene->survey.profiles.count = 1;
    scene->survey.recorded = &scene->survey.profiles.list[0];
    scene->survey.port = 554;
    scene->survey.knows_clock = true;
    scene->survey.knows_masks = true;
    scene->survey.knows_storage = true;
    scene->stream = (struct camera_stream){
        .has_arrived = true,
        .pictures = 31,
        .last_us = 2 * (int64_t)SECOND_US,
        .gop = 15,
        .bytes = 250000,
    };
    return scene;
}

static unsigned judge(struct scene *scene)
{
    unsigned found = 0;
    camera_judge(&scene->target, &scene->group, &scene->survey, &scene->stream,
                 &scene->verdict);
    for (unsigned i = 0; i < CAMERA_CHECKS; i++)
        found += scene->verdict.found[i];
    return found;
}

static void is_only(struct scene *scene, enum camera_check check)
{
    assert_int_equal(1, judge(scene));
    CHECK(scene->verdict.found[check]);
}

static void a_good_camera_has_no_finding(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    assert_int_equal(0, judge(scene));
    assert_int_equal(1500, camera_stream_fps_100(&scene->stream));
    assert_int_equal(1000, camera_stream_kbps(&scene->stream));
}

static void each_trouble_of_the_stream(void **state)
{
    static const struct {
        enum cause cause;
        enum camera_check check;
    } CASES[] = {
        {CAUSE_UNREACHABLE, CAMERA_CHECK_NO_CONNECTION},
        {CAUSE_CERTIFICATE, CAMERA_CHECK_CERTIFICATE},
        {CAUSE_UNAUTHORIZED, CAMERA_CHECK_STREAM_PASSWORD},
        {CAUSE_UNSUPPORTED, CAMERA_CHECK_STREAM_CODEC},
        {CAUSE_NO_DATA, CAMERA_CHECK_STREAM_ABSENT},
    };
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        scene->stream.cause = CASES[i].cause;
        is_only(scene, CASES[i].check);
    }
    scene->stream.cause = CAUSE_PROTOCOL;
    is_only(scene, CAMERA_CHECK_STREAM_ABSENT);
    scene->stream.bytes *= 65;
    is_only(scene, CAMERA_CHECK_STREAM_TOO_LARGE);
    scene->stream.cause = CAUSE_NONE; /* for a while it may */
    assert_int_equal(0, judge(scene));
    scene->stream.packets_lost = 1;
    is_only(scene, CAMERA_CHECK_PACKETS_LOST);
    scene->stream.packets_lost = 0;
    scene->stream.since_key = 61;
    assert_int_equal(0, judge(scene));
    scene->stream.since_key = 62;
    is_only(scene, CAMERA_CHECK_KEY_PICTURES_RARE);
}

static void each_trouble_that_the_camera_tells(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    struct camera_survey *survey = &scene->survey;
    survey->clock_ahead_us = -2 * (int64_t)SECOND_US - 1;
    is_only(scene, CAMERA_CHECK_CLOCK_WRONG);
    survey->clock_was_set = true;
    assert_int_equal(0, judge(scene));
    survey->profiles.list[0].has_audio = true;
    is_only(scene, CAMERA_CHECK_SOUND_ON);
    survey->audio_stays = true;
    is_only(scene, CAMERA_CHECK_SOUND_STAYS);
    survey->profiles.list[0].has_audio = false;
    survey->audio_stays = false;
    survey->recordings = 1;
    is_only(scene, CAMERA_CHECK_KEEPS_COPIES);
    survey->recordings = 0;
    survey->knows_storage = false;
    is_only(scene, CAMERA_CHECK_COPIES_UNKNOWN);
    survey->knows_storage = true;
    survey->recorded = NULL;
    is_only(scene, CAMERA_CHECK_PATH_DIFFERS);
    survey->recorded = &survey->profiles.list[0];
    scene->camera.is_secure = false;
    is_only(scene, CAMERA_CHECK_NOT_ENCRYPTED);
}

static void a_camera_that_does_not_answer(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    scene->survey.reached = STATUS_AGAIN;
    is_only(scene, CAMERA_CHECK_ONVIF_SILENT);
    scene->survey.reached = STATUS_CONFLICT;
    is_only(scene, CAMERA_CHECK_CERTIFICATE);
    scene->survey.reached = STATUS_DENIED;
    scene->survey.fault.is_denied = true;
    is_only(scene, CAMERA_CHECK_ONVIF_PASSWORD);
}

static void the_notice_promises_a_mask(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    scene->exclusion.met_by = NOTICE_EXCLUSION_CAMERA_MASK;
    is_only(scene, CAMERA_CHECK_MASK_MISSING);
    scene->survey.masks.count = 1;
    is_only(scene, CAMERA_CHECK_MASK_MISSING);
    scene->survey.masks.list[0].is_enabled = true;
    assert_int_equal(0, judge(scene));
    scene->survey.knows_masks = false;
    is_only(scene, CAMERA_CHECK_MASK_UNKNOWN);
}

/* Each finding says what to do, in both languages. */
static void every_check_has_its_remedy(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CAMERA_CHECKS; i++) {
        enum camera_check check = (enum camera_check)i;
        for (unsigned j = 0; j < 2; j++) {
            enum language language = (enum language)j;
            CHECK(strlen(camera_check_words(check, language)) > 10);
            CHECK(strlen(camera_check_remedy(check, language)) > 10);
            CHECK(text_is_plain(text_of(camera_check_remedy(check, language))));
        }
        CHECK(strlen(camera_check_name(check)) > 3);
    }
}

TEST_MAIN("cmd/camera/judge", TEST(a_good_camera_has_no_finding),
          TEST(each_trouble_of_the_stream),
          TEST(each_trouble_that_the_camera_tells),
          TEST(a_camera_that_does_not_answer), TEST(the_notice_promises_a_mask),
          TEST(every_check_has_its_remedy))
