/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: what vault and keeper tell becomes entries, each exactly once. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "log/log_check.h"
#include "model/policy.h"
#include "model/recorded.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";

enum { CAMERA = STAGE_CAMERA, KILLS = 6, EVENTS_EACH = 5 };

static void stage_ready(struct gate_stage *stage)
{
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
}

static struct event gap_at(int64_t from_us)
{
    return (struct event){
        .kind = EVENT_GAP,
        .cause = CAUSE_NO_DATA,
        .camera = CAMERA,
        .span = {{from_us}, {from_us + SECOND_US}},
        .detail = text_of("nothing for 2 s"),
    };
}

static struct death death_at(uint32_t subject, int64_t from_us, uint64_t epoch)
{
    return (struct death){
        .epoch = epoch,
        .subject = subject,
        .cause = CAUSE_EXPIRED,
        .slot = {{from_us}, {from_us + 5 * SECOND_US}},
        .died_at = {from_us + 60 * (int64_t)SECOND_US},
        .commitment = {(uint8_t)from_us},
    };
}

static void on_finding(void *context, const char *where, const char *what)
{
    const bool *is_signed = context;
    /* Between the key and the first checkpoint there is none. */
    if (*is_signed)
        fail_msg("%s: %s", where, what);
}

/* Every line of the log, as strangers check it. */
static void check_log(const struct gate_stage *stage)
{
    char path[192];
    char checkpoint[256];
    struct log_check_result result;
    (void)snprintf(path, sizeof path, "%s/log", stage->directory);
    (void)snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", path);
    bool is_signed = access(checkpoint, F_OK) == 0;
    const struct log_visitor visitor = {.on_finding = on_finding,
                                        .context = &is_signed};
    const struct log_check_request request = {.layer = &FILE_LAYER_SYSTEM,
                                              .directory = path};
    CHECK_OK(log_check_run(&request, &visitor, &result));
}

static void check_events_once(const struct gate_stage *stage, int count)
{
    char needle[64];
    for (int n = 1; n <= count; n++) {
        (void)snprintf(needle, sizeof needle, "\"event\":%d,", n);
        assert_int_equal(1, gate_stage_log_count(stage, needle));
    }
}

static void a_start_says_what_runs(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    CHECK(stage.policies == 9 * POLICY_SIZE);
    CHECK(stage.keeper_policies == 9 * POLICY_SIZE);
    CHECK_OK(gate_stage_plan(&stage));
    CHECK(stage.plan_version != 0);
    gate_stage_await_log(&stage, 1, "\"kind\":\"notice.version\"");
    char *log = gate_stage_log(&stage);
    CHECK(strncmp(log, "{\"n\":0,", 7) == 0);
    CHECK(strstr(log, "\"kind\":\"log.start\",\"format\":1,\"origin\":"
                      "\"geoje-family-center.example/haechi/") != NULL);
    CHECK(strstr(log, "\"kind\":\"recorder.start\"") != NULL);
    CHECK(strstr(log, "\"kind\":\"notice.version\",\"version\":1") != NULL);
    CHECK(strstr(log, "demo-camera") == NULL); /* a camera's password */
    alloc_free(log);
    gate_stage_kill(&stage);
    /* Started again by itself: no second start, no second notice. */
    CHECK_OK(gate_stage_start(&stage, "signal 9"));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_restarted(&stage, ROLE_GATE, "signal 9"));
    CHECK_OK(gate_stage_stop(&stage));
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"kind\":\"recorder.start\""));
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"kind\":\"notice.version\""));
    assert_int_equal(
        1, gate_stage_log_count(
               &stage, "\"kind\":\"role.restarted\",\"role\":\"gate\""));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

static void events_are_acknowledged_when_durable(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct event gap = gap_at(1000000);
    struct event camera = {
        .kind = EVENT_CAMERA_ADDED, .camera = CAMERA, .span = {{500}, {500}}};
    stage_ready(&stage);
    gate_stage_event(&stage, &camera);
    gate_stage_event(&stage, &gap);
    gate_stage_await_tales(&stage);
    assert_int_equal(
        1, gate_stage_log_count(
               &stage, "\"kind\":\"camera.added\",\"event\":1,\"camera\":6"));
    assert_int_equal(
        1, gate_stage_log_count(
               &stage, "\"kind\":\"gap\",\"event\":2,\"camera\":6,\"from\":"
                       "\"1970-01-01T00:00:01.000000Z\",\"to\":"
                       "\"1970-01-01T00:00:02.000000Z\",\"cause\":\"no_data\","
                       "\"detail\":\"nothing for 2 s\""));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

/* Killed at any moment, each event is one entry. */
static void the_roots_of_leaves_stand_in_the_log(void **state)
{
    (void)state;
    struct gate_stage stage;
    char detail[RECORDED_DETAIL_MAX + 1];
    char root[] = "\"root\":\"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
                  "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\"";
    char head[] = "\"head\":\"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"
                  "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\"";
    struct recorded_root batch = {.batch = 1, .leaves = 2};
    struct recorded_day day = {.leaves = 2, .recorded_ms = 1000};
    memset(batch.root, 0x5a, sizeof batch.root);
    memset(day.head, 0xa5, sizeof day.head);
    stage_ready(&stage);
    struct event event = gap_at(0);
    event.kind = EVENT_RECORDING_ROOT;
    event.detail = recorded_root_write(&batch, detail);
    gate_stage_event(&stage, &event);
    event.kind = EVENT_RECORDING_DAY;
    event.detail = recorded_day_write(&day, detail);
    gate_stage_event(&stage, &event);
    gate_stage_await_log(&stage, 1, root);
    gate_stage_await_log(&stage, 1, head);
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

static void each_event_is_one_entry_whatever_dies(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    for (int i = 0; i < KILLS; i++) {
        for (int e = 0; e < EVENTS_EACH; e++) {
            struct event gap =
                gap_at((int64_t)(i * EVENTS_EACH + e) * 10 * SECOND_US);
            gate_stage_event(&stage, &gap);
        }
        gate_stage_idle(&stage, (uint64_t)i + 1);
        gate_stage_kill(&stage);
        check_log(&stage);
        CHECK_OK(gate_stage_start(&stage, "signal 9"));
        gate_stage_attach(&stage);
    }
    CHECK_OK(gate_stage_stop(&stage));
    assert_int_equal(0, gate_stage_end(&stage));
    check_log(&stage);
    check_events_once(&stage, KILLS * EVENTS_EACH);
    gate_stage_remove(&stage);
}

static void deaths_that_touch_are_one_entry(void **state)
{
    (void)state;
    struct gate_stage stage;
    int64_t s_us = SECOND_US;
    gate_stage_make(&stage);
    const struct death deaths[] = {
        death_at(CAMERA, 0, 3),
        death_at(CAMERA, 5 * s_us, 3),
        death_at(CAMERA, 20 * s_us, 3),
        death_at(CAMERA + 1, 25 * s_us, 3),
        death_at(CAMERA + 1, 30 * s_us, 4),
        death_at(SUBJECT_TEXT_MONTH, 0, 4),
    };
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
        gate_stage_death(&stage, &deaths[i]);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    gate_stage_await_tales(&stage);
    /* died_at differs between slots, so only equal ones join: none here. */
    char *log = gate_stage_log(&stage);
    CHECK(strstr(log, "\"kind\":\"texts.deleted\",\"death\":6") != NULL);
    CHECK(strstr(log, "\"kind\":\"deletion.done\",\"death\":5,\"camera\":7") !=
          NULL);
    alloc_free(log);
    assert_int_equal(
        5, gate_stage_log_count(&stage, "\"kind\":\"deletion.done\""));
    gate_stage_kill(&stage);

    /* A rotation kills many at one instant: the next two are one entry. */
    struct death first = death_at(CAMERA, 40 * s_us, 5);
    struct death second = death_at(CAMERA, 45 * s_us, 5);
    second.died_at = first.died_at;
    gate_stage_death(&stage, &first);
    gate_stage_death(&stage, &second);
    CHECK_OK(gate_stage_start(&stage, "signal 9"));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_stop(&stage));
    assert_int_equal(
        1, gate_stage_log_count(&stage,
                                "\"death\":8,\"camera\":6,\"from\":"
                                "\"1970-01-01T00:00:40.000000Z\",\"to\":"
                                "\"1970-01-01T00:00:50.000000Z\",\"epoch\":5,"
                                "\"cause\":\"expired\""));
    assert_int_equal(0, gate_stage_log_count(&stage, "\"death\":7,"));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

/* One rotation drops three hours of a camera that was away in the second. */
static void keys_never_used_are_no_destruction(void **state)
{
    (void)state;
    struct gate_stage stage;
    gate_stage_make(&stage);
    for (int i = 0; i < 3; i++) {
        struct death death = death_at(CAMERA, i * 5 * (int64_t)SECOND_US, 3);
        death.died_at.us = 60 * (int64_t)SECOND_US;
        death.is_unused = i == 1;
        gate_stage_death(&stage, &death);
    }
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_stop(&stage));
    assert_int_equal(
        2, gate_stage_log_count(&stage, "\"kind\":\"deletion.done\""));
    assert_int_equal(
        1, gate_stage_log_count(
               &stage, "\"kind\":\"keys.dropped\",\"death\":2,\"camera\":6,"
                       "\"from\":\"1970-01-01T00:00:05.000000Z\""));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

/* Signing follows the erasure: what is still of the epoch before is not
 * written; what is of a later one is, once. */
static void a_tpm_s_word_is_one_entry_for_an_epoch(void **state)
{
    (void)state;
    static const struct {
        uint64_t attested;
        size_t entries;
    } runs[] = {{0, 0}, {2, 0}, {4, 1}, {4, 1}, {5, 1}};
    static const char ATTESTED[] = "\"kind\":\"deletion.attested\",\"epoch\"";
    struct gate_stage stage;
    gate_stage_make(&stage);
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct death death = death_at(CAMERA, (int64_t)i * 5 * SECOND_US, 3);
        stage.attested_epoch = runs[i].attested;
        gate_stage_death(&stage, &death);
        CHECK_OK(gate_stage_start(&stage, ""));
        gate_stage_attach(&stage);
        gate_stage_await_tales(&stage);
        gate_stage_await_log(&stage, runs[i].entries, ATTESTED);
        gate_stage_idle(&stage, 100); /* and not once more */
        gate_stage_kill(&stage);
        assert_int_equal(runs[i].entries,
                         gate_stage_log_count(&stage, ATTESTED));
    }
    gate_stage_remove(&stage);
}

static void a_stop_drains_first(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    for (int i = 0; i < 20; i++) {
        struct event gap = gap_at(i * 10 * (int64_t)SECOND_US);
        gate_stage_event(&stage, &gap);
    }
    CHECK_OK(gate_stage_stop(&stage));
    char *log = gate_stage_log(&stage);
    char *stop = strstr(log, "\"kind\":\"recorder.stop\"");
    char *last = strstr(log, "\"event\":20,");
    CHECK(stop != NULL && last != NULL && last < stop);
    alloc_free(log);
    check_events_once(&stage, 20);
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

static void a_stop_does_not_wait_for_the_dead(void **state)
{
    (void)state;
    struct gate_stage stage;
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    CHECK_OK(gate_stage_stop(&stage));
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"kind\":\"recorder.stop\""));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

static void coverage_tells_recorded_missing_and_gone(void **state)
{
    (void)state;
    struct gate_stage stage;
    int64_t now_us = gate_stage_now_us();
    int64_t minute_us = 60 * (int64_t)SECOND_US;
    stage_ready(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "홍길동", PASSWORD));
    stage.recorded = (struct span){{now_us - 5 * minute_us}, {now_us}};
    struct event added = {.kind = EVENT_CAMERA_ADDED,
                          .camera = CAMERA,
                          .span = {{now_us - 10 * minute_us}, {0}}};
    struct event gap = gap_at(now_us - 6 * minute_us);
    struct event open = {.kind = EVENT_GAP_OPEN,
                         .cause = CAUSE_ENDED,
                         .camera = CAMERA,
                         .span = {{now_us - 1000}, {0}}};
    gate_stage_event(&stage, &added);
    gate_stage_event(&stage, &gap);
    gate_stage_event(&stage, &open);
    gate_stage_await_tales(&stage);
    CHECK_OK(gate_stage_coverage(
        &stage, CAMERA,
        (struct span){{now_us - 10 * minute_us}, {now_us + minute_us}}));
    CHECK(strstr(stage.json, "\"recorded\":[[") != NULL);
    CHECK(strstr(stage.json, "\"cause\":\"no_data\"") != NULL);
    CHECK(strstr(stage.json, "\"cause\":\"ended\"") != NULL);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_coverage(&stage, CAMERA, (struct span){{5}, {5}}));
    CHECK_STATUS(
        STATUS_BAD_INPUT,
        gate_stage_coverage(&stage, CAMERA, (struct span){{0}, {INT64_MAX}}));
    /* Ten minutes promised, six recorded or explained: four are not. */
    CHECK_OK(gate_stage_status(&stage, true));
    CHECK(strstr(stage.json, "\"records\":12,\"bytes\":3456") != NULL);
    CHECK(strstr(stage.json, "\"recorded_s\":12.3") != NULL);
    CHECK(strstr(stage.json, "\"lost_packets\":5") != NULL);
    CHECK(strstr(stage.json, "\"dropped_pictures\":6") != NULL);
    CHECK(strstr(stage.json, "\"unexplained_s\":299.") != NULL ||
          strstr(stage.json, "\"unexplained_s\":298.") != NULL);
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

static void a_damaged_log_is_refused(void **state)
{
    (void)state;
    struct gate_stage stage;
    char path[192];
    struct file *file = NULL;
    stage_ready(&stage);
    CHECK_OK(gate_stage_stop(&stage));
    assert_int_equal(0, gate_stage_end(&stage));
    (void)snprintf(path, sizeof path, "%s/log/entries", stage.directory);
    CHECK_OK(
        file_open(&FILE_LAYER_SYSTEM, path, FILE_READ | FILE_WRITE, &file));
    CHECK_OK(file_write_at(file, 10, bytes_of("x", 1)));
    file_close(&file);
    CHECK_STATUS(STATUS_CORRUPT, gate_stage_start(&stage, ""));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

TEST_MAIN("roles/gate/gate tales", TEST(a_start_says_what_runs),
          TEST(events_are_acknowledged_when_durable),
          TEST(the_roots_of_leaves_stand_in_the_log),
          TEST(each_event_is_one_entry_whatever_dies),
          TEST(deaths_that_touch_are_one_entry),
          TEST(keys_never_used_are_no_destruction),
          TEST(a_tpm_s_word_is_one_entry_for_an_epoch),
          TEST(a_stop_drains_first),
          TEST(a_stop_does_not_wait_for_the_dead),
          TEST(coverage_tells_recorded_missing_and_gone),
          TEST(a_damaged_log_is_refused))
