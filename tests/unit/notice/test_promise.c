/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/promise/promise.h"

#include <string.h>

#include "base/text.h"
#include "notice/promise/hours.h"
#include "support/golden.h"
#include "unit/test.h"

enum { CAMERAS = 9, DAY_S = 86400 };

/* 2026-11-22 14:00 in Korea. */
static const struct wall_time NOW = {INT64_C(1795323600) * SECOND_US};

struct fixture {
    struct notice *notice;
    struct promise_camera cameras[CAMERAS + 1];
    struct promise_figures figures;
    struct promises promises;
};

static struct wall_time ago_s(int64_t seconds)
{
    return (struct wall_time){NOW.us - seconds * SECOND_US};
}

/* The example, with as many cameras as it promises; all is well. */
static void make(struct fixture *fixture)
{
    size_t count = 0;
    *fixture = (struct fixture){.notice =
                                    golden_notice("geoje-family-center")};
    const struct notice *notice = fixture->notice;
    for (size_t i = 0; i < notice->group_count; i++) {
        for (uint32_t j = 0; j < notice->groups[i].camera_count; j++) {
            CHECK(count < CAMERAS);
            fixture->cameras[count++] = (struct promise_camera){
                .group = i,
                .is_recording = true,
                .is_encrypted = true,
                .state_since = ago_s(5 * DAY_S),
                .oldest = ago_s(5 * DAY_S),
                .newest = ago_s(1),
                .proven = (uint32_t)notice->groups[i].exclusion_count,
                .proven_at = ago_s(3 * DAY_S),
            };
        }
    }
    fixture->figures = (struct promise_figures){
        .now = NOW,
        .has_vault = true,
        .cameras = fixture->cameras,
        .camera_count = CAMERAS,
        .is_log_open = true,
        .viewers = 3,
        .in_force = ago_s(5 * DAY_S),
        .confirmed = ago_s(4 * DAY_S),
    };
}

static void unmake(struct fixture *fixture)
{
    promises_deinit(&fixture->promises);
    notice_destroy(&fixture->notice);
}

static const struct promise *find(struct fixture *fixture,
                                  enum promise_kind kind, size_t subject)
{
    promises_deinit(&fixture->promises);
    CHECK_OK(promise_evaluate(fixture->notice, &fixture->figures,
                              &fixture->promises));
    for (size_t i = 0; i < fixture->promises.count; i++) {
        const struct promise *promise = &fixture->promises.list[i];
        if (promise->kind == kind && promise->subject == subject)
            return promise;
    }
    fail_msg("no such promise");
    return NULL;
}

static void check_state(const struct promise *promise,
                        enum promise_state state, enum drift drift)
{
    assert_string_equal(promise_state_name(state),
                        promise_state_name(promise->state));
    assert_string_equal(drift_code(drift), drift_code(promise->drift));
}

static void all_is_kept_while_all_is_well(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    (void)find(&fixture, PROMISE_LOG, 0);
    for (size_t i = 0; i < fixture.promises.count; i++) {
        const struct promise *promise = &fixture.promises.list[i];
        check_state(promise, PROMISE_KEPT, DRIFT_NONE);
        CHECK(!promise_is_drift(promise));
    }
    assert_int_equal(fixture.promises.count,
                     fixture.promises.states[PROMISE_KEPT]);
    const struct promise *cameras = find(&fixture, PROMISE_CAMERAS, 0);
    assert_int_equal(3, cameras->promised);
    assert_int_equal(3, cameras->measured);
    CHECK(cameras->since.us == ago_s(5 * DAY_S).us);
    unmake(&fixture);
}

static void a_camera_that_is_away_is_a_risk_then_a_breach(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    fixture.cameras[0].is_recording = false;
    fixture.cameras[0].state_since = ago_s(PROMISE_OFF_S - 1);
    const struct promise *promise = find(&fixture, PROMISE_CAMERAS, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_CAMERA_OFF);
    assert_int_equal(2, promise->measured);
    CHECK(promise->since.us == ago_s(PROMISE_OFF_S - 1).us);
    CHECK(!promise_is_drift(promise));
    fixture.cameras[0].state_since = ago_s(PROMISE_OFF_S);
    promise = find(&fixture, PROMISE_CAMERAS, 0);
    check_state(promise, PROMISE_BROKEN, DRIFT_CAMERA_OFF);
    CHECK(promise_is_drift(promise));
    CHECK(text_equal(text_of("counselling"),
                     promise_subject(fixture.notice, promise)));
    fixture.cameras[0].state_since.us = 0; /* the log does not know it yet */
    check_state(find(&fixture, PROMISE_CAMERAS, 0), PROMISE_AT_RISK,
                DRIFT_CAMERA_OFF);
    fixture.figures.is_demo = true;
    fixture.cameras[0].state_since = ago_s(PROMISE_OFF_DEMO_S);
    check_state(find(&fixture, PROMISE_CAMERAS, 0), PROMISE_BROKEN,
                DRIFT_CAMERA_OFF);
    fixture.figures.has_vault = false;
    check_state(find(&fixture, PROMISE_CAMERAS, 0), PROMISE_UNMEASURED,
                DRIFT_NONE);
    unmake(&fixture);
}

static void another_number_of_cameras_is_a_breach(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    fixture.figures.camera_count = CAMERAS - 1;
    const struct notice *notice = fixture.notice;
    check_state(find(&fixture, PROMISE_CAMERAS, notice->group_count - 1),
                PROMISE_BROKEN, DRIFT_CAMERAS_FEWER);
    fixture.figures.camera_count = CAMERAS + 1;
    fixture.cameras[CAMERAS] = fixture.cameras[0];
    const struct promise *promise = find(&fixture, PROMISE_CAMERAS, 0);
    check_state(promise, PROMISE_BROKEN, DRIFT_CAMERAS_MORE);
    assert_int_equal(4, promise->installed);
    CHECK(promise_is_drift(promise));
    unmake(&fixture);
}

static void a_camera_that_the_notice_does_not_have_is_a_drift(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    const struct promise *promise = find(&fixture, PROMISE_LISTED, 0);
    check_state(promise, PROMISE_KEPT, DRIFT_NONE);
    fixture.figures.refused = 2;
    promise = find(&fixture, PROMISE_LISTED, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_CAMERA_UNKNOWN);
    CHECK(promise_is_drift(promise));
    CHECK(promise->promised == CAMERAS + 2 && promise->measured == CAMERAS);
    unmake(&fixture);
}

static void a_period_is_broken_at_both_ends(void **state)
{
    (void)state;
    struct fixture fixture;
    bool is_short[16] = {true};
    make(&fixture);
    const struct promise *promise = find(&fixture, PROMISE_PERIOD, 0);
    CHECK(promise->oldest.us == ago_s(5 * DAY_S).us);
    /* 60 days, the first not counted: from the beginning of 23 September. */
    CHECK(promise->floor.us == ago_s(60 * DAY_S + 14 * 3600).us);
    CHECK(promise->ceiling.us <= promise->floor.us);
    fixture.cameras[0].oldest = ago_s(62 * DAY_S);
    promise = find(&fixture, PROMISE_PERIOD, 0);
    check_state(promise, PROMISE_BROKEN, DRIFT_KEPT_TOO_LONG);
    CHECK(promise->since.us > ago_s(2 * DAY_S).us &&
          promise->since.us < NOW.us);
    fixture.cameras[0].oldest = ago_s(5 * DAY_S);
    fixture.cameras[0].lost_to = ago_s(3 * DAY_S);
    check_state(find(&fixture, PROMISE_PERIOD, 0), PROMISE_BROKEN,
                DRIFT_LOST_EARLY);
    fixture.cameras[0].lost_to = ago_s(61 * DAY_S); /* it would be over now */
    check_state(find(&fixture, PROMISE_PERIOD, 0), PROMISE_KEPT, DRIFT_NONE);
    fixture.figures.is_space_short = is_short;
    promise = find(&fixture, PROMISE_PERIOD, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_SPACE_SHORT);
    CHECK(promise_is_drift(promise));
    unmake(&fixture);
}

static void gaps_break_the_hours(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    fixture.cameras[1].missing_us =
        PROMISE_MISSING_RISK_S * (int64_t)SECOND_US;
    const struct promise *promise = find(&fixture, PROMISE_HOURS, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_HOURS_MISSED);
    assert_int_equal(PROMISE_MISSING_RISK_S, promise->missing_s);
    CHECK(!promise_is_drift(promise));
    fixture.cameras[1].missing_us =
        PROMISE_MISSING_BROKEN_S * (int64_t)SECOND_US;
    check_state(find(&fixture, PROMISE_HOURS, 0), PROMISE_BROKEN,
                DRIFT_HOURS_MISSED);
    unmake(&fixture);
}

static void recording_outside_the_hours_is_a_breach(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    struct notice_group *group = &fixture.notice->groups[0];
    group->hours.ko = text_of("15:00 ~ 18:00"); /* it is 14:00 */
    check_state(find(&fixture, PROMISE_HOURS, 0), PROMISE_BROKEN,
                DRIFT_HOURS_EXCEEDED);
    for (size_t i = 0; i < 3; i++)
        fixture.cameras[i].is_recording = false;
    check_state(find(&fixture, PROMISE_HOURS, 0), PROMISE_KEPT, DRIFT_NONE);
    check_state(find(&fixture, PROMISE_CAMERAS, 0), PROMISE_KEPT, DRIFT_NONE);
    group->hours.ko = text_of("행사 때"); /* nobody can measure that */
    check_state(find(&fixture, PROMISE_HOURS, 0), PROMISE_UNMEASURED,
                DRIFT_NONE);
    unmake(&fixture);
}

static void the_whole_is_judged_too(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    fixture.figures.pending = PENDING_CLOCK;
    check_state(find(&fixture, PROMISE_DESTRUCTION, 0), PROMISE_AT_RISK,
                DRIFT_DESTRUCTION_LATE);
    fixture.figures.pending = PENDING_BUCKET; /* orders take their turn */
    check_state(find(&fixture, PROMISE_DESTRUCTION, 0), PROMISE_KEPT,
                DRIFT_NONE);
    fixture.figures.pending = PENDING_FAILED;
    check_state(find(&fixture, PROMISE_DESTRUCTION, 0), PROMISE_BROKEN,
                DRIFT_DESTRUCTION_LATE);
    fixture.cameras[4].is_encrypted = false;
    const struct promise *promise = find(&fixture, PROMISE_ENCRYPTION, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_STREAM_UNENCRYPTED);
    assert_int_equal(CAMERAS - 1, promise->measured);
    CHECK(promise_is_drift(promise));
    fixture.figures.is_log_open = false;
    check_state(find(&fixture, PROMISE_LOG, 0), PROMISE_BROKEN,
                DRIFT_LOG_CLOSED);
    unmake(&fixture);
}

static void contracts_end_and_exclusions_need_means(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    int64_t today = civil_day(NOW, UTC_OFFSET_KOREA_S);
    struct notice_processor *processor = &fixture.notice->processors[0];
    processor->until_day = today + PROMISE_CONTRACT_ENDS_DAYS - 1;
    check_state(find(&fixture, PROMISE_PROCESSOR, 0), PROMISE_AT_RISK,
                DRIFT_PROCESSOR_EXPIRED);
    processor->until_day = today - 1;
    const struct promise *promise = find(&fixture, PROMISE_PROCESSOR, 0);
    check_state(promise, PROMISE_BROKEN, DRIFT_PROCESSOR_EXPIRED);
    CHECK(promise->since.us == civil_day_start(today, UTC_OFFSET_KOREA_S).us);
    CHECK(text_equal(text_of("installer"),
                     promise_subject(fixture.notice, promise)));
    processor->until_day = NOTICE_NO_DAY;
    check_state(find(&fixture, PROMISE_PROCESSOR, 0), PROMISE_UNMEASURED,
                DRIFT_NONE);
    fixture.notice->groups[1].exclusions[0].met_by =
        (enum notice_exclusion_means)0;
    check_state(find(&fixture, PROMISE_EXCLUSION, 1), PROMISE_BROKEN,
                DRIFT_EXCLUSION_UNMET);
    unmake(&fixture);
}

/* One line for all places; that of each group says which. */
static void an_exclusion_is_proven_by_a_signature_for_each_camera(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    const struct promise *proof = find(&fixture, PROMISE_PROOF, 0);
    check_state(proof, PROMISE_KEPT, DRIFT_NONE);
    assert_int_equal(6, proof->promised);
    assert_int_equal(6, proof->measured);
    CHECK(proof->since.us == ago_s(3 * DAY_S).us);
    fixture.cameras[CAMERAS - 1].proven = 0;
    proof = find(&fixture, PROMISE_PROOF, 0);
    check_state(proof, PROMISE_AT_RISK, DRIFT_EXCLUSION_UNPROVEN);
    CHECK(promise_is_drift(proof));
    CHECK(promise_subject(fixture.notice, proof).size == 0);
    assert_int_equal(5, proof->measured);
    const struct promise *group = find(&fixture, PROMISE_EXCLUSION, 3);
    check_state(group, PROMISE_UNMEASURED, DRIFT_NONE);
    CHECK(group->promised == 2 && group->measured == 1);
    check_state(find(&fixture, PROMISE_EXCLUSION, 2), PROMISE_KEPT,
                DRIFT_NONE);
    unmake(&fixture);
}

static void an_account_of_nobody_on_the_list_is_a_drift(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    check_state(find(&fixture, PROMISE_RIGHTS, 0), PROMISE_KEPT, DRIFT_NONE);
    fixture.figures.unlisted = 1;
    const struct promise *promise = find(&fixture, PROMISE_RIGHTS, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_ACCOUNT_UNLISTED);
    CHECK(promise_is_drift(promise));
    CHECK(promise->promised == 3 && promise->measured == 2);
    unmake(&fixture);
}

static void the_homepage_is_what_people_found_there(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    const struct promise *promise = find(&fixture, PROMISE_NOTICE, 0);
    check_state(promise, PROMISE_KEPT, DRIFT_NONE);
    CHECK(promise->since.us == ago_s(4 * DAY_S).us);
    fixture.figures.differed = ago_s(DAY_S);
    promise = find(&fixture, PROMISE_NOTICE, 0);
    check_state(promise, PROMISE_BROKEN, DRIFT_HOMEPAGE_DIFFERS);
    CHECK(promise_is_drift(promise) && promise->since.us == ago_s(DAY_S).us);
    fixture.figures.differed = (struct wall_time){0};
    fixture.figures.confirmed = (struct wall_time){0};
    check_state(find(&fixture, PROMISE_NOTICE, 0), PROMISE_UNMEASURED,
                DRIFT_NONE);
    fixture.figures.in_force = ago_s(PROMISE_HOMEPAGE_DAYS * DAY_S);
    promise = find(&fixture, PROMISE_NOTICE, 0);
    check_state(promise, PROMISE_AT_RISK, DRIFT_HOMEPAGE_UNCONFIRMED);
    CHECK(promise_is_drift(promise) && promise->since.us == NOW.us);
    unmake(&fixture);
}

static void a_state_remembers_its_beginning(void **state)
{
    (void)state;
    struct fixture fixture;
    struct promises before = {.list = NULL};
    make(&fixture);
    fixture.figures.is_log_open = false;
    (void)find(&fixture, PROMISE_LOG, 0);
    promises_continue(&fixture.promises, &before);
    before = fixture.promises;
    fixture.promises = (struct promises){.list = NULL};
    fixture.figures.now.us += 60 * (int64_t)SECOND_US;
    size_t log = (size_t)(find(&fixture, PROMISE_LOG, 0) -
                          fixture.promises.list);
    promises_continue(&fixture.promises, &before);
    CHECK(fixture.promises.list[log].since.us == NOW.us);
    fixture.figures.is_log_open = true;
    (void)find(&fixture, PROMISE_LOG, 0);
    promises_continue(&fixture.promises, &before);
    CHECK(fixture.promises.list[log].since.us == fixture.figures.now.us);
    promises_deinit(&before);
    unmake(&fixture);
}

static void what_is_alive_is_what_is_not_due(void **state)
{
    (void)state;
    static const struct retention PERIODS[] = {
        {RETENTION_SECONDS, 180}, {RETENTION_DAYS, 1},
        {RETENTION_DAYS, 30},     {RETENTION_DAYS, RETENTION_COUNT_MAX},
        {RETENTION_MONTHS, 1},    {RETENTION_MONTHS, 120},
    };
    struct test_random random = {77};
    for (size_t i = 0; i < 600; i++) {
        struct retention period = PERIODS[i % 6];
        struct wall_time at = {
            NOW.us + (int64_t)(test_random_next(&random) %
                               (400ull * DAY_S * SECOND_US))};
        int64_t slot_us = slot_grid_of(period).slot_s * (int64_t)SECOND_US;
        struct wall_time from =
            retention_alive_from(period, at, UTC_OFFSET_KOREA_S);
        struct wall_time before = {from.us - slot_us};
        CHECK(from.us % slot_us == 0);
        CHECK(retention_die_at(period, from, UTC_OFFSET_KOREA_S).us > at.us);
        CHECK(retention_die_at(period, before, UTC_OFFSET_KOREA_S).us <=
              at.us);
    }
}

static void hours_are_read_where_they_are_times(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        uint32_t from;
        uint32_t to;
    } GOOD[] = {{"24시간", 0, 1440},          {"00:00-24:00", 0, 1440},
                {"09:00 ~ 18:00", 540, 1080}, {"9시~18시 30분", 540, 1110},
                {"22:00–06:00", 1320, 360},   {" 9시부터 18시까지 ", 540, 1080}};
    static const char *const BAD[] = {"",      "항상",       "9시",
                                      "25:00~26:00", "09:00~09:00",
                                      "09:60~10:00", "09:00~18:00 평일", "9~18"};
    struct filming_hours hours;
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        CHECK(filming_hours_parse(text_of(GOOD[i].words), &hours));
        assert_int_equal(GOOD[i].from, hours.from_minute);
        assert_int_equal(GOOD[i].to, hours.to_minute);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        CHECK(!filming_hours_parse(text_of(BAD[i]), &hours));
    CHECK(filming_hours_parse(text_of("22:00~06:00"), &hours));
    CHECK(!filming_hours_hold(hours, NOW));
    CHECK(filming_hours_hold(hours, ago_s(10 * 3600))); /* 04:00 */
}

static void what_cameras_say_of_themselves(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    fixture.cameras[0].has_told = fixture.cameras[1].has_told = true;
    fixture.cameras[0].told_since = ago_s(60);
    fixture.cameras[1].told_since = ago_s(30);
    const struct promise *said = find(&fixture, PROMISE_CAPABILITY, 0);
    check_state(said, PROMISE_KEPT, DRIFT_NONE);
    assert_int_equal(2, said->promised);
    CHECK(said->since.us == ago_s(60).us);
    /* Each thing in which some differ is a promise broken of its own. */
    size_t before = fixture.promises.count;
    fixture.cameras[0].differs[CAPABILITY_TURNS] = true;
    fixture.cameras[1].differs[CAPABILITY_TURNS] = true;
    fixture.cameras[1].differs[CAPABILITY_COPIES] = true;
    said = find(&fixture, PROMISE_CAPABILITY, 0);
    check_state(said, PROMISE_BROKEN, DRIFT_CAMERA_TURNS);
    assert_int_equal(2, said->measured);
    CHECK(promise_is_drift(said));
    assert_int_equal(before + 1, fixture.promises.count);
    check_state(&said[1], PROMISE_BROKEN, DRIFT_CAMERA_COPIES);
    assert_int_equal(1, said[1].measured);
    unmake(&fixture);
}

static void every_name_is_there(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROMISE_KIND_COUNT; i++)
        CHECK(strlen(promise_kind_name((enum promise_kind)i)) > 2);
    for (unsigned i = DRIFT_NONE + 1; i < DRIFT_COUNT; i++) {
        for (unsigned language = 0; language < 2; language++) {
            CHECK(strlen(drift_words((enum drift)i,
                                     (enum language)language)) > 5);
            CHECK(strlen(drift_remedy((enum drift)i,
                                      (enum language)language)) > 5);
        }
    }
}

static enum status evaluate_once(void *context)
{
    struct fixture *fixture = context;
    struct promises promises;
    enum status s =
        promise_evaluate(fixture->notice, &fixture->figures, &promises);
    promises_deinit(&promises);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct fixture fixture;
    make(&fixture);
    test_every_allocation_fails(evaluate_once, &fixture);
    unmake(&fixture);
}

TEST_MAIN("notice/promise", TEST(all_is_kept_while_all_is_well),
          TEST(a_camera_that_is_away_is_a_risk_then_a_breach),
          TEST(another_number_of_cameras_is_a_breach),
          TEST(a_camera_that_the_notice_does_not_have_is_a_drift),
          TEST(a_period_is_broken_at_both_ends), TEST(gaps_break_the_hours),
          TEST(recording_outside_the_hours_is_a_breach),
          TEST(the_whole_is_judged_too),
          TEST(contracts_end_and_exclusions_need_means),
          TEST(an_exclusion_is_proven_by_a_signature_for_each_camera),
          TEST(an_account_of_nobody_on_the_list_is_a_drift),
          TEST(the_homepage_is_what_people_found_there),
          TEST(a_state_remembers_its_beginning),
          TEST(what_is_alive_is_what_is_not_due),
          TEST(hours_are_read_where_they_are_times),
          TEST(what_cameras_say_of_themselves),
          TEST(every_name_is_there), TEST(memory_may_run_out))
