/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: where practice differs from the notice, it is an entry, an alarm in
 * the status and a line of the public page; and each ends. Exclusions, what
 * cameras say and what the homepage shows have tests of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/pending.h"
#include "model/policy.h"
#include "notice/promise/promise.h"
#include "support/example_edit.h"
#include "support/gate_site.h"
#include "unit/test.h"

enum { TURN_MS = 500, TURNS = 120, CAMERAS = 9 };

static const char PASSWORD[] = "a long enough one";
static const int64_t HOUR_US = INT64_C(3600) * SECOND_US;
static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

static void put_edited(const struct gate_stage *stage, const char *name,
                       const char *example, const char *find,
                       const char *replacement)
{
    uint32_t line = 0;
    struct buffer text = example_edit(example, find, replacement, &line);
    gate_site_put(stage, name, buffer_bytes(&text));
    buffer_deinit(&text);
}

static void make(struct gate_stage *stage)
{
    gate_site_make(stage);
    stage->recorded.from.us = gate_stage_now_us() - DAY_US;
    stage->recorded.to.us = gate_stage_now_us();
}

static void start(struct gate_stage *stage)
{
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
}

static void done(struct gate_stage *stage)
{
    CHECK(gate_stage_end(stage) == 0);
    gate_stage_remove(stage);
}

static size_t count(struct gate_stage *stage, const char *kind,
                    enum drift drift)
{
    char wanted[96];
    (void)snprintf(wanted, sizeof wanted, "\"kind\":\"%s\",\"code\":\"%s\"",
                   kind, drift_code(drift));
    return gate_stage_log_count(stage, wanted);
}

/* An entry of this kind, for each of which it was found. */
static void wait_for(struct gate_stage *stage, const char *kind,
                     enum drift drift)
{
    bool is_there = false;
    for (int i = 0; i < TURNS && !is_there; i++) {
        size_t found = count(stage, "drift.found", drift);
        is_there = found > 0 && count(stage, kind, drift) == found;
        if (!is_there)
            gate_stage_idle(stage, TURN_MS);
    }
    if (!is_there)
        fail_msg("no %s of %s", kind, drift_code(drift));
}

static bool page_has(struct gate_stage *stage, enum drift drift,
                     const char *language)
{
    enum language words =
        strcmp(language, "ko") == 0 ? LANGUAGE_KOREAN : LANGUAGE_ENGLISH;
    CHECK_OK(gate_stage_page(stage, PUBLIC_PROMISES, 0, language));
    return strstr(stage->json, drift_words(drift, words)) != NULL;
}

static bool status_has(struct gate_stage *stage, enum drift drift)
{
    char wanted[64];
    CHECK_OK(gate_stage_status(stage, true));
    (void)snprintf(wanted, sizeof wanted, "{\"code\":\"%s\",\"subject\":",
                   drift_code(drift));
    return strstr(stage->json, wanted) != NULL;
}

/* The gate knows of an entry a moment after it can be read in the file. */
static void wait_told(struct gate_stage *stage, enum drift drift, bool is_open)
{
    for (int i = 0; i < TURNS; i++) {
        if (status_has(stage, drift) == is_open &&
            page_has(stage, drift, "ko") == is_open &&
            page_has(stage, drift, "en") == is_open)
            return;
        gate_stage_idle(stage, TURN_MS);
    }
    fail_msg("%s: status and page say otherwise", drift_code(drift));
}

static void check_begins(struct gate_stage *stage, enum drift drift)
{
    wait_for(stage, "drift.found", drift);
    wait_told(stage, drift, true);
}

static void check_ends(struct gate_stage *stage, enum drift drift)
{
    wait_for(stage, "drift.ended", drift);
    wait_told(stage, drift, false);
}

static void tell_gap(struct gate_stage *stage, enum cause cause,
                     int64_t ago_us, int64_t length_us)
{
    const int64_t from_us = gate_stage_now_us() - ago_us;
    const struct event gap = {.kind = EVENT_GAP,
                              .cause = cause,
                              .camera = STAGE_CAMERA,
                              .span = {{from_us}, {from_us + length_us}}};
    gate_stage_event(stage, &gap);
}

/* Gaps, periods at both ends, too little room, destructions that wait, streams,
 * the homepage. Of a group's period it is one thing at a time. */
static void what_vault_and_keeper_tell(void **state)
{
    (void)state;
    static struct gate_stage stage;
    make(&stage);
    stage.recorded.from.us -= 70 * DAY_US;
    stage.pending = PENDING_FAILED;
    start(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "root", PASSWORD));
    tell_gap(&stage, CAUSE_UNREACHABLE, 3 * HOUR_US, 2 * HOUR_US);
    check_begins(&stage, DRIFT_HOURS_MISSED);
    check_begins(&stage, DRIFT_KEPT_TOO_LONG);
    check_begins(&stage, DRIFT_DESTRUCTION_LATE);
    check_begins(&stage, DRIFT_STREAM_UNENCRYPTED);

    stage.recorded.from.us += 70 * DAY_US;
    stage.pending = PENDING_NONE;
    tell_gap(&stage, CAUSE_SPACE, 3 * DAY_US, HOUR_US);
    check_ends(&stage, DRIFT_KEPT_TOO_LONG);
    check_ends(&stage, DRIFT_DESTRUCTION_LATE);
    check_begins(&stage, DRIFT_LOST_EARLY);

    stage.is_space_short = true;
    stage.recorded.from.us += 62 * DAY_US;
    gate_site_clock(&stage, 62 * DAY_US); /* what was lost would be over */
    check_ends(&stage, DRIFT_LOST_EARLY);
    check_ends(&stage, DRIFT_HOURS_MISSED);
    check_begins(&stage, DRIFT_SPACE_SHORT);
    check_begins(&stage, DRIFT_HOMEPAGE_UNCONFIRMED);

    stage.is_space_short = false;
    CHECK_OK(gate_stage_login(&stage, "root", PASSWORD, "192.0.2.7"));
    CHECK_OK(gate_stage_confirm(&stage, 1, ""));
    check_ends(&stage, DRIFT_SPACE_SHORT);
    check_ends(&stage, DRIFT_HOMEPAGE_UNCONFIRMED);
    done(&stage);
}

/* "HH:MM~HH:MM", an hour that is over, or the one that is now. */
static void put_hours(const struct gate_stage *stage, int64_t from_us)
{
    enum { MINUTES = 24 * 60, HOUR = 60 };
    char hours[64];
    int64_t minute = (from_us + UTC_OFFSET_KOREA_S * (int64_t)SECOND_US) /
                     (HOUR * (int64_t)SECOND_US) % MINUTES;
    (void)snprintf(hours, sizeof hours, "hours: {ko: \"%02d:%02d~%02d:%02d\"}",
                   (int)(minute / HOUR), (int)(minute % HOUR),
                   (int)((minute / HOUR + 1) % 24), (int)(minute % HOUR));
    put_edited(stage, "notice.yaml", EXAMPLE_NOTICE,
               "hours: {ko: 24시간, en: 24 hours}", hours);
}

static void recording_outside_the_hours(void **state)
{
    (void)state;
    static struct gate_stage stage;
    make(&stage);
    put_hours(&stage, gate_stage_now_us() - 3 * HOUR_US);
    start(&stage);
    check_begins(&stage, DRIFT_HOURS_EXCEEDED);
    stage.is_camera_off = true;
    check_ends(&stage, DRIFT_HOURS_EXCEEDED);
    CHECK(!status_has(&stage, DRIFT_CAMERA_OFF));
    done(&stage);
}

/* Once the gate has looked; 0: it is not kept, or nobody knows. */
static int64_t kept_since(struct gate_stage *stage, const char *kind)
{
    char wanted[96];
    int size = snprintf(wanted, sizeof wanted,
                        "\"kind\":\"%s\",\"subject\":\"\",\"state\":\"kept\","
                        "\"since_us\":",
                        kind);
    const char *at = NULL;
    for (int i = 0; i < TURNS && at == NULL; i++) {
        gate_stage_idle(stage, TURN_MS);
        if (gate_stage_page(stage, PUBLIC_PROMISES_JSON, 0, "ko") == STATUS_OK)
            at = strstr(stage->json, wanted);
    }
    return at == NULL ? 0 : strtoll(at + size, NULL, 10);
}

/* It is refused, and the others are recorded: what stands in a file beside the
 * notice ends nobody's recording. Before a first notice is in force, nothing
 * starts. */
static void a_camera_that_the_notice_does_not_have(void **state)
{
    (void)state;
    static struct gate_stage stage;
    static const char GROUP[] = "group: counselling";
    static const char OTHER[] = "group: nowhere";
    make(&stage);
    put_edited(&stage, "plant.yaml", EXAMPLE_PLANT, GROUP, OTHER);
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_start(&stage, ""));
    gate_stage_kill(&stage);
    gate_site_put(&stage, "plant.yaml", example_file(EXAMPLE_PLANT));
    start(&stage);
    assert_int_equal(CAMERAS * POLICY_SIZE, stage.policies);
    CHECK(gate_stage_end(&stage) == 0);
    put_edited(&stage, "plant.yaml", EXAMPLE_PLANT, GROUP, OTHER);
    start(&stage);
    assert_int_equal((CAMERAS - 1) * POLICY_SIZE, stage.policies);
    check_begins(&stage, DRIFT_CAMERA_UNKNOWN);
    CHECK(gate_stage_log_count(&stage, "\"detail\":\"1\"") == 1);
    check_begins(&stage, DRIFT_CAMERAS_FEWER);
    CHECK(gate_stage_end(&stage) == 0);
    gate_site_put(&stage, "plant.yaml", example_file(EXAMPLE_PLANT));
    const int64_t put_back_us = gate_stage_now_us();
    start(&stage);
    check_ends(&stage, DRIFT_CAMERA_UNKNOWN);
    check_ends(&stage, DRIFT_CAMERAS_FEWER);
    /* Kept since then, and that over a restart too; others since the notice
     * is in force. */
    CHECK(gate_stage_end(&stage) == 0);
    start(&stage);
    CHECK(kept_since(&stage, "listed") > put_back_us);
    CHECK(kept_since(&stage, "log") > 0 &&
          kept_since(&stage, "log") < put_back_us);
    done(&stage);
}

/* Another version names the contract's new end, and somebody no more whose
 * account is still open. */
static void contracts_that_ran_out_and_people_who_are_gone(void **state)
{
    static const struct stage_change GONE[] = {
        {"id: okpo-viewer", "id: okpo-next"}};
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    make(&stage);
    put_edited(&stage, "notice.yaml", EXAMPLE_NOTICE, "until: 2029-03-31",
               "until: 2025-03-31");
    start(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "root", PASSWORD));
    CHECK_OK(gate_stage_account_add(&stage, "주무관", "access_holder",
                                    "okpo-viewer"));
    check_begins(&stage, DRIFT_PROCESSOR_EXPIRED);
    CHECK(!status_has(&stage, DRIFT_ACCOUNT_UNLISTED));
    int64_t day = gate_site_today(&stage) + 7;
    gate_site_draft(&stage, GONE, 1, day, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day, false));
    gate_site_clock(&stage, 8 * DAY_US);
    check_ends(&stage, DRIFT_PROCESSOR_EXPIRED);
    check_begins(&stage, DRIFT_ACCOUNT_UNLISTED);
    CHECK_OK(gate_stage_login(&stage, "root", PASSWORD, "192.0.2.7"));
    CHECK_OK(gate_stage_account_close(&stage, 2));
    check_ends(&stage, DRIFT_ACCOUNT_UNLISTED);
    done(&stage);
}

/* A camera that has gone over to another group is one too many there. */
static void a_group_with_more_cameras_than_it_says(void **state)
{
    (void)state;
    static struct gate_stage stage;
    make(&stage);
    start(&stage);
    CHECK(gate_stage_end(&stage) == 0);
    put_edited(&stage, "plant.yaml", EXAMPLE_PLANT, "group: sharing-aju",
               "group: counselling");
    start(&stage);
    check_begins(&stage, DRIFT_CAMERAS_MORE);
    check_begins(&stage, DRIFT_CAMERAS_FEWER);
    CHECK(gate_stage_end(&stage) == 0);
    gate_site_put(&stage, "plant.yaml", example_file(EXAMPLE_PLANT));
    start(&stage);
    check_ends(&stage, DRIFT_CAMERAS_MORE);
    check_ends(&stage, DRIFT_CAMERAS_FEWER);
    done(&stage);
}

/* The next version says how; then it is for people to sign that it is so. */
static void a_place_that_nothing_keeps_out_of_the_picture(void **state)
{
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    make(&stage);
    put_edited(&stage, "notice.yaml", EXAMPLE_NOTICE, ", met_by: aim}", "}");
    start(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "root", PASSWORD));
    check_begins(&stage, DRIFT_EXCLUSION_UNMET);
    int64_t day = gate_site_today(&stage) + 7;
    gate_site_draft(&stage, NULL, 0, day, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day, false));
    gate_site_clock(&stage, 8 * DAY_US);
    check_ends(&stage, DRIFT_EXCLUSION_UNMET);
    check_begins(&stage, DRIFT_EXCLUSION_UNPROVEN);
    done(&stage);
}

TEST_MAIN("roles/gate/drifts", TEST(what_vault_and_keeper_tell),
          TEST(recording_outside_the_hours),
          TEST(a_camera_that_the_notice_does_not_have),
          TEST(contracts_that_ran_out_and_people_who_are_gone),
          TEST(a_group_with_more_cameras_than_it_says),
          TEST(a_place_that_nothing_keeps_out_of_the_picture))
