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
    struct camera_stream sub;
    bool differs[CAPABILITY_COUNT];
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
        .was_asked = true,
        .has_arrived = true,
        .was_playing = true,
        .has_packets = true,
        .answers = {.count = 4,
                    .code = 200,
                    .is_described = true,
                    .offers_video = true,
                    .offers_codec = true},
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
    const struct camera_evidence evidence = {
        &scene->target, &scene->group, &scene->survey,
        &scene->stream, &scene->sub,   scene->differs,
    };
    camera_judge(&evidence, &scene->verdict);
    for (unsigned i = 0; i < CAMERA_CHECKS; i++)
        found += (unsigned)scene->verdict.found[i] +
                 (unsigned)scene->verdict.sub_found[i];
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
        found += scene->verdict.differs[i];
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
        {CAUSE_NO_DATA, CAMERA_CHECK_STREAM_SILENT},
        {CAUSE_ENDED, CAMERA_CHECK_STREAM_ENDED},
        {CAUSE_DAMAGED, CAMERA_CHECK_STREAM_DAMAGED},
        {CAUSE_PROTOCOL, CAMERA_CHECK_STREAM_PROTOCOL},
    };
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        scene->stream.cause = CASES[i].cause;
        is_only(scene, CASES[i].check);
    }
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
    scene->stream.since_key = 5;
    scene->stream.waited_us = 4 * (int64_t)SECOND_US + 1; /* for the first */
    is_only(scene, CAMERA_CHECK_KEY_PICTURES_RARE);
}

/* A remedy for each answer: what is busy needs no other path. */
static void each_refusal_has_its_own_remedy(void **state)
{
    static const struct {
        unsigned code;
        enum camera_check check;
    } CASES[] = {
        {302, CAMERA_CHECK_STREAM_MOVED},
        {403, CAMERA_CHECK_STREAM_FORBIDDEN},
        {404, CAMERA_CHECK_STREAM_ABSENT},
        {453, CAMERA_CHECK_STREAM_BUSY},
        {500, CAMERA_CHECK_STREAM_BUSY},
        {503, CAMERA_CHECK_STREAM_BUSY},
    };
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    scene->stream.cause = CAUSE_REFUSED;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        scene->stream.answers.code = CASES[i].code;
        is_only(scene, CASES[i].check);
    }
    scene->stream.cause = CAUSE_UNAUTHORIZED;
    scene->stream.answers.wants_clear_password = true;
    is_only(scene, CAMERA_CHECK_STREAM_BASIC);
}

/* Where the words end: no TLS, no RTSP, no datagrams. */
static void each_silence_has_its_own_remedy(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    struct camera_stream *stream = &scene->stream;
    stream->cause = CAUSE_NO_DATA;
    stream->uses_udp = true;
    is_only(scene, CAMERA_CHECK_STREAM_SILENT);
    stream->has_packets = false;
    is_only(scene, CAMERA_CHECK_STREAM_NO_DATAGRAMS);
    stream->cause = CAUSE_DAMAGED; /* its reports arrive */
    is_only(scene, CAMERA_CHECK_STREAM_NO_DATAGRAMS);
    stream->cause = CAUSE_NO_DATA;
    stream->was_playing = false;
    is_only(scene, CAMERA_CHECK_STREAM_SILENT);
    stream->answers.count = 0;
    is_only(scene, CAMERA_CHECK_STREAM_NOT_RTSP);
    stream->cause = CAUSE_ENDED;
    is_only(scene, CAMERA_CHECK_STREAM_NOT_RTSP);
    stream->cause = CAUSE_PROTOCOL;
    is_only(scene, CAMERA_CHECK_STREAM_NOT_RTSP);
    stream->lacks_tls = true;
    is_only(scene, CAMERA_CHECK_STREAM_NO_TLS);
}

static void each_format_that_is_not_recorded(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    struct camera_stream *stream = &scene->stream;
    stream->cause = CAUSE_UNSUPPORTED;
    stream->key_us = stream->last_us;
    is_only(scene, CAMERA_CHECK_STREAM_PARAMETERS);
    stream->key_us = stream->last_us - 59 * (int64_t)SECOND_US;
    is_only(scene, CAMERA_CHECK_KEY_PICTURES_MISSING);
    stream->has_arrived = false;
    is_only(scene, CAMERA_CHECK_STREAM_PARAMETERS);
    stream->waited_us = 29 * (int64_t)SECOND_US;
    is_only(scene, CAMERA_CHECK_KEY_PICTURES_MISSING);
    stream->was_playing = false;
    is_only(scene, CAMERA_CHECK_STREAM_INTERLEAVED);
    stream->answers.offers_codec = false;
    is_only(scene, CAMERA_CHECK_STREAM_CODEC);
    stream->answers.offers_video = false;
    is_only(scene, CAMERA_CHECK_STREAM_NO_VIDEO);
    stream->refuses_transport = true;
    is_only(scene, CAMERA_CHECK_STREAM_TCP_REFUSED);
    stream->uses_udp = true;
    is_only(scene, CAMERA_CHECK_STREAM_UDP_REFUSED);
}

static void the_smaller_stream_is_judged_by_itself(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    scene->sub = scene->stream;
    assert_int_equal(0, judge(scene));
    scene->sub.cause = CAUSE_REFUSED;
    scene->sub.answers.code = 404;
    assert_int_equal(1, judge(scene));
    CHECK(scene->verdict.sub_found[CAMERA_CHECK_STREAM_ABSENT]);
}

static void each_trouble_that_the_camera_tells(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    struct camera_survey *survey = &scene->survey;
    survey->clock_ahead_us = -2 * (int64_t)SECOND_US - 1;
    is_only(scene, CAMERA_CHECK_CLOCK_WRONG);
    survey->clock_deed = CAMERA_DEED_DONE;
    assert_int_equal(0, judge(scene));
    survey->profiles.list[0].has_audio = true;
    is_only(scene, CAMERA_CHECK_SOUND_ON);
    survey->profiles.list[0].has_audio = false;
    scene->stream.answers.offers_sound = true; /* ONVIF says nothing of it */
    is_only(scene, CAMERA_CHECK_SOUND_ON);
    survey->audio_deed = CAMERA_DEED_DONE;
    is_only(scene, CAMERA_CHECK_SOUND_STAYS);
    scene->stream.answers.offers_sound = false;
    assert_int_equal(0, judge(scene));
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

/* Also of a camera that does not answer at all. */
static void what_was_to_be_set_and_is_not(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    struct camera_survey *survey = &scene->survey;
    survey->clock_ahead_us = 3 * (int64_t)SECOND_US;
    survey->clock_deed = CAMERA_DEED_UNDONE;
    is_only(scene, CAMERA_CHECK_CLOCK_STAYS);
    survey->clock_deed = CAMERA_DEED_DONE;
    survey->audio_deed = CAMERA_DEED_UNDONE;
    is_only(scene, CAMERA_CHECK_SOUND_STAYS);
    survey->audio_deed = CAMERA_DEED_DONE;
    survey->mask_deed = CAMERA_DEED_UNDONE;
    is_only(scene, CAMERA_CHECK_MASK_NOT_MADE);
    survey->reached = STATUS_AGAIN;
    survey->clock_deed = survey->audio_deed = CAMERA_DEED_UNDONE;
    assert_int_equal(4, judge(scene));
    CHECK(scene->verdict.found[CAMERA_CHECK_ONVIF_SILENT]);
}

static void a_camera_that_does_not_answer(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    scene->survey.reached = STATUS_AGAIN;
    is_only(scene, CAMERA_CHECK_ONVIF_SILENT);
    scene->survey.reached = STATUS_BAD_INPUT;
    scene->survey.lacks_tls = true;
    is_only(scene, CAMERA_CHECK_ONVIF_NO_TLS);
    scene->survey.lacks_tls = false;
    scene->survey.reached = STATUS_DENIED;
    scene->survey.fault.is_denied = true;
    is_only(scene, CAMERA_CHECK_ONVIF_PASSWORD);
}

/* The pin is the stream's: nobody is told to accept another one. */
static void two_certificates_are_told_apart(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    scene->survey.reached = STATUS_CONFLICT;
    scene->survey.is_untrusted = true;
    memset(scene->survey.seen, 1, sizeof scene->survey.seen);
    is_only(scene, CAMERA_CHECK_ONVIF_CERTIFICATE);
    scene->stream.cause = CAUSE_CERTIFICATE;
    memset(scene->stream.seen, 2, sizeof scene->stream.seen);
    assert_int_equal(2, judge(scene));
    CHECK(scene->verdict.found[CAMERA_CHECK_CERTIFICATE]);
    CHECK(scene->verdict.found[CAMERA_CHECK_ONVIF_CERTIFICATE]);
    memset(scene->stream.seen, 1, sizeof scene->stream.seen);
    is_only(scene, CAMERA_CHECK_CERTIFICATE);
}

/* What compare finds is told once, by a check or by itself. */
static void what_the_notice_says_otherwise(void **state)
{
    (void)state;
    AUTO(alloc_release) struct scene *scene = make();
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++)
        scene->differs[i] = i != CAPABILITY_TAMPERED;
    assert_int_equal(3, judge(scene));
    CHECK(scene->verdict.differs[CAPABILITY_TURNS]);
    CHECK(scene->verdict.differs[CAPABILITY_PIXELS]);
    CHECK(scene->verdict.differs[CAPABILITY_MASKS]);
    scene->exclusion.met_by = NOTICE_EXCLUSION_CAMERA_MASK;
    assert_int_equal(3, judge(scene));
    CHECK(scene->verdict.found[CAMERA_CHECK_MASK_MISSING]);
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
          TEST(each_refusal_has_its_own_remedy),
          TEST(each_silence_has_its_own_remedy),
          TEST(each_format_that_is_not_recorded),
          TEST(the_smaller_stream_is_judged_by_itself),
          TEST(each_trouble_that_the_camera_tells),
          TEST(what_was_to_be_set_and_is_not),
          TEST(a_camera_that_does_not_answer),
          TEST(two_certificates_are_told_apart),
          TEST(what_the_notice_says_otherwise), TEST(the_notice_promises_a_mask),
          TEST(every_check_has_its_remedy))
