/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate: versions of the notice, with the keeper's clock in the test's hand.
 * The installation is no demo: its periods are days, and a change is announced
 * seven days before.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/text.h"
#include "keys/state.h"
#include "notice/versions/store.h"
#include "support/example_edit.h"
#include "support/gate_site.h"
#include "unit/test.h"

enum { PATH_SIZE = 256, HOUR_S = 3600, DAYS_BEFORE = 60, DAYS_AFTER = 14, LOOK_MS = 6000 };

static const char PASSWORD[] = "a long enough one";

static const struct stage_change SHORTER[] = {{"days: 60", "days: 14"}};

static void begin(struct gate_stage *stage)
{
    gate_site_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "root", PASSWORD));
}

static void check_refused(struct gate_stage *stage, enum notice_refusal why,
                          const char *sha256, int64_t day, bool is_at_once)
{
    CHECK_STATUS(STATUS_CONFLICT,
                 gate_site_publish(stage, sha256, day, is_at_once));
    assert_int_equal(why, stage->refusal);
}

static bool has_state(struct gate_stage *stage, uint32_t version,
                      const char *state)
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, "\"version\":%u,\"state\":\"%s\"",
                   (unsigned)version, state);
    CHECK_OK(gate_stage_versions(stage));
    return strstr(stage->json, wanted) != NULL;
}

static void a_shorter_period_waits_seven_days_and_not_one_minute_more(
    void **state)
{
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    begin(&stage);
    assert_int_equal(DAYS_BEFORE, stage.keeper_first.retention.count);
    int64_t day = gate_site_today(&stage);
    gate_site_draft(&stage, SHORTER, 1, day + 6, sha256);
    check_refused(&stage, NOTICE_REFUSED_TOO_SOON, sha256, day + 6, false);
    gate_site_draft(&stage, SHORTER, 1, day + 7, sha256);
    check_refused(&stage, NOTICE_REFUSED_OTHER_DATES, sha256, day + 8, false);
    CHECK_OK(gate_site_publish(&stage, sha256, day + 7, false));
    CHECK(has_state(&stage, 1, "active") && has_state(&stage, 2, "announced"));
    check_refused(&stage, NOTICE_REFUSED_ONE_WAITS, sha256, day + 7, false);

    int64_t moment_us = civil_day_start(day + 7, UTC_OFFSET_KOREA_S).us;
    gate_site_clock(&stage, moment_us - gate_stage_now_us() - 60 * (int64_t)SECOND_US);
    CHECK(has_state(&stage, 2, "announced"));
    assert_int_equal(DAYS_BEFORE, stage.keeper_first.retention.count);
    gate_site_clock(&stage, moment_us - gate_stage_now_us() + SECOND_US);
    CHECK(has_state(&stage, 2, "active") && has_state(&stage, 1, "superseded"));
    /* The keeper lowers die_at with its next rotation: unit/keys. */
    assert_int_equal(DAYS_AFTER, stage.keeper_first.retention.count);
    CHECK(gate_stage_log_count(&stage, "\"effect\":\"shortened\"") > 0);
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"kind\":\"notice.superseded\""));

    /* The old one stays readable; a restart goes on with the new one. */
    struct notice_versions versions;
    struct notice *first = NULL;
    struct findings findings = {0};
    CHECK_OK(notice_book_read(&FILE_LAYER_SYSTEM, stage.directory, &versions));
    CHECK_OK(notice_version_load(&FILE_LAYER_SYSTEM, stage.directory,
                                 notice_versions_find(&versions, 1), &findings,
                                 &first));
    assert_int_equal(DAYS_BEFORE, first->retention.count);
    notice_destroy(&first);
    findings_deinit(&findings);
    notice_versions_deinit(&versions);
    CHECK(gate_stage_end(&stage) == 0);
    CHECK_OK(gate_stage_start(&stage, "exit"));
    gate_stage_attach(&stage);
    assert_int_equal(DAYS_AFTER, stage.keeper_first.retention.count);
    assert_int_equal(
        2, gate_stage_log_count(&stage, "\"kind\":\"notice.version\""));
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

/* When what is recorded in this hour dies, by the keeper's own table. */
static int64_t death_of_hour(const struct key_state *keys,
                             const struct gate_stage *stage,
                             struct wall_time hour)
{
    const struct key_slot slot =
        key_slot_at(stage->keeper_first.camera, HOUR_S, hour);
    const struct key_seed *seed = key_table_find(&keys->table, &slot);
    CHECK(seed != NULL);
    return seed == NULL ? 0 : seed->die_at.us;
}

/* From the announcement to the key: thirty days become fourteen. */
static void what_is_recorded_dies_sooner_once_the_version_is_in_force(
    void **state)
{
    static const struct stage_change TO_THIRTY[] = {{"days: 60", "days: 30"}};
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    struct key_state keys = {0};
    struct buffer text = buffer_with_limit(1 << 20);
    gate_site_make(&stage);
    buffer_append(&text, example_file(EXAMPLE_NOTICE));
    gate_site_replace(&text, TO_THIRTY->find, TO_THIRTY->replacement);
    gate_site_put(&stage, "notice.yaml", buffer_bytes(&text));
    buffer_deinit(&text);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "root", PASSWORD));
    assert_int_equal(30, stage.keeper_first.retention.count);

    int64_t day = gate_site_today(&stage);
    const struct wall_time noon = {civil_day_start(day, UTC_OFFSET_KOREA_S).us +
                                   12 * (int64_t)HOUR_S * SECOND_US};
    CHECK_OK(key_state_set_policies(&keys, &stage.keeper_first, 1, noon));
    CHECK_OK(key_state_make_ahead(&keys, noon));
    CHECK(death_of_hour(&keys, &stage, noon) ==
          civil_day_start(day + 31, UTC_OFFSET_KOREA_S).us);

    gate_site_draft(&stage, SHORTER, 1, day + 6, sha256);
    check_refused(&stage, NOTICE_REFUSED_TOO_SOON, sha256, day + 6, false);
    gate_site_draft(&stage, SHORTER, 1, day + 7, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day + 7, false));
    int64_t moment_us = civil_day_start(day + 7, UTC_OFFSET_KOREA_S).us;
    gate_site_clock(&stage, moment_us - gate_stage_now_us() - 60 * (int64_t)SECOND_US);
    CHECK(has_state(&stage, 1, "active"));
    assert_int_equal(30, stage.keeper_first.retention.count);
    gate_site_clock(&stage, moment_us - gate_stage_now_us() + SECOND_US);
    CHECK(has_state(&stage, 2, "active"));

    /* What the keeper is told then lowers what was recorded a week ago. */
    assert_int_equal(DAYS_AFTER, stage.keeper_first.retention.count);
    CHECK_OK(key_state_set_policies(&keys, &stage.keeper_first, 1,
                                    (struct wall_time){moment_us}));
    CHECK(death_of_hour(&keys, &stage, noon) ==
          civil_day_start(day + DAYS_AFTER + 1, UTC_OFFSET_KOREA_S).us);
    CHECK_OK(gate_stage_page(&stage, PUBLIC_VERSION, 1, "ko"));
    CHECK(strstr(stage.json, "30일") != NULL);
    CHECK_OK(gate_stage_page(&stage, PUBLIC_NOTICE, 0, "ko"));
    CHECK(strstr(stage.json, "14일") != NULL);
    key_state_deinit(&keys);
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

static void only_what_restricts_or_corrects_acts_at_once(void **state)
{
    static const struct stage_change NUMBER[] = {{"055-000-0002", "055-000-0022"}};
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    begin(&stage);
    int64_t day = gate_site_today(&stage);
    gate_site_draft(&stage, SHORTER, 1, day, sha256);
    check_refused(&stage, NOTICE_REFUSED_NO_EXCEPTION, sha256, day, true);
    gate_site_draft(&stage, NUMBER, 1, day, sha256);
    check_refused(&stage, NOTICE_REFUSED_TOO_SOON, sha256, day + 1, true);
    CHECK_OK(gate_site_publish(&stage, sha256, day, true));
    CHECK(strstr(stage.json, "\"exception\":\"correction\"") != NULL);
    CHECK(has_state(&stage, 2, "active") && has_state(&stage, 1, "superseded"));
    check_refused(&stage, NOTICE_REFUSED_UNCHANGED, sha256, day, true);
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

static void what_is_wrong_is_refused_and_what_was_announced_withdrawn(
    void **state)
{
    static const struct stage_change UNSOUND[] = {{"format: 1", "format: 2"}};
    static const struct stage_change UNBOUND[] = {{"id: sharing-okpo", "id: other"}};
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    begin(&stage);
    int64_t day = gate_site_today(&stage) + 7;
    memset(sha256, 'a', 64);
    sha256[64] = 0;
    check_refused(&stage, NOTICE_REFUSED_NO_DRAFT, sha256, day, false);
    gate_site_draft(&stage, UNSOUND, 1, day, sha256);
    check_refused(&stage, NOTICE_REFUSED_UNSOUND, sha256, day, false);
    gate_site_draft(&stage, UNBOUND, 1, day, sha256);
    CHECK_STATUS(STATUS_CONFLICT, gate_site_publish(&stage, sha256, day, false));
    gate_site_draft(&stage, SHORTER, 1, day, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day, false));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_withdraw(&stage, 1));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_withdraw(&stage, 3));
    CHECK_OK(gate_stage_withdraw(&stage, 2));
    CHECK(has_state(&stage, 2, "withdrawn"));
    CHECK_OK(gate_stage_confirm(&stage, 1, ""));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_confirm(&stage, 1, sha256));
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_confirm(&stage, 1, "no digest"));
    /* Nobody waits for its entry. */
    gate_stage_await_log(&stage, 1, "\"notice.differs\"");
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_confirm(&stage, 2, ""));
    gate_site_clock(&stage, 8 * INT64_C(86400) * SECOND_US);
    CHECK(has_state(&stage, 1, "active"));
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

/* The account is shown nothing, and somebody has to close it. */
static void an_account_of_whom_the_notice_names_no_more_is_a_drift(
    void **state)
{
    static const struct stage_change GONE[] = {{"id: okpo-viewer", "id: okpo-next"}};
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    begin(&stage);
    CHECK_OK(gate_stage_account_add(&stage, "주무관", "access_holder",
                                    "okpo-viewer"));
    int64_t day = gate_site_today(&stage) + 7;
    gate_site_draft(&stage, GONE, 1, day, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day, false));
    gate_site_clock(&stage, 8 * INT64_C(86400) * SECOND_US);
    CHECK(has_state(&stage, 2, "active"));
    for (int i = 0;
         i < 60 && gate_stage_log_count(&stage, "account_unlisted") == 0; i++)
        gate_stage_idle(&stage, LOOK_MS / 10);
    assert_int_equal(1, gate_stage_log_count(&stage, "account_unlisted"));
    CHECK_OK(gate_stage_page(&stage, PUBLIC_PROMISES_JSON, 0, "ko"));
    CHECK(strstr(stage.json, "\"kind\":\"rights\",\"subject\":\"\","
                             "\"state\":\"at_risk\"") != NULL);
    CHECK(strstr(stage.json, "\"promised\":2,\"measured\":1") != NULL);
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

/* What is added to the plant before a version comes: a camera that moves into
 * a group of it, one that waits for it, and a mask for what it excludes. */
static void put_plant(const struct gate_stage *stage)
{
    struct buffer text = buffer_with_limit(1 << 20);
    buffer_append(&text, example_file(EXAMPLE_PLANT));
    gate_site_replace(&text, "    group: sharing-sangmun",
            "    group: hallway\n    otherwise: sharing-sangmun");
    gate_site_replace(&text, "    group: sharing-aju",
            "    group: sharing-aju\n    masks: [{what: 탈의실, by: display, "
            "when: promised, region: \"0,0 300,0 300,1000\"}]");
    buffer_append_text(&text, "  - number: 10\n    id: hallway-new\n"
                              "    group: hallway\n    otherwise: none\n"
                              "    name: {ko: 복도 새 카메라, en: New one}\n"
                              "    host: 192.0.2.20\n");
    gate_site_put(stage, "plant.yaml", buffer_bytes(&text));
    buffer_deinit(&text);
}

static const struct stage_change FOLLOWED[] = {
    {"met_by: aim}\n",
     "met_by: aim}\n          - {ko: 탈의실, en: changing room, met_by: "
     "display_mask}\n"},
    {"      - id: sharing-sangmun\n",
     "      - id: hallway\n        place: {ko: 복도, en: Hallway}\n"
     "        coverage: {ko: 복도 전체, en: The whole hallway}\n"
     "        count: 2\n        purposes: [facility-safety]\n"
     "        hours: {ko: \"09:00 ~ 18:00\", en: \"09:00 ~ 18:00\"}\n"
     "        retention: {days: 7}\n"
     "      - id: sharing-sangmun\n"}};

/* Whether a ticket for the last second of the camera says that it is covered. */
static bool ticket_covers(struct gate_stage *stage, uint32_t camera)
{
    int64_t now_us = gate_stage_now_us() + stage->ahead_us;
    const struct stage_view wanted = {.camera = camera,
                                      .from_us = now_us - 2 * SECOND_US,
                                      .to_us = now_us - SECOND_US,
                                      .purpose = "facility-safety",
                                      .reason = "분실물"};
    uint8_t marked[4];
    struct writer out = writer_on(marked, sizeof marked);
    writer_u32be(&out, camera | TICKET_COVERED);
    CHECK_OK(gate_stage_view(stage, &wanted));
    CHECK_OK(gate_stage_ticket(stage, stage->view));
    return memmem(stage->ticket, stage->ticket_size, marked, sizeof marked) !=
           NULL;
}

static void groups_hours_and_masks_change_in_the_minute(void **state)
{
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    gate_site_make(&stage);
    put_plant(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "root", PASSWORD));
    int64_t day = gate_site_today(&stage) + 7;
    gate_site_draft(&stage, FOLLOWED, 2, day, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day, false));

    int64_t moment_us = civil_day_start(day, UTC_OFFSET_KOREA_S).us;
    gate_site_clock(&stage, moment_us - gate_stage_now_us() - 60 * (int64_t)SECOND_US);
    CHECK(has_state(&stage, 2, "announced"));
    assert_int_equal(9 * POLICY_SIZE, stage.policies);
    CHECK(stage.cover_camera == 4 && stage.cover_bytes == 0);
    CHECK_OK(gate_stage_login(&stage, "root", PASSWORD, "192.0.2.7"));
    CHECK_OK(gate_stage_cameras(&stage));
    CHECK(strstr(stage.json, "hallway") == NULL);
    CHECK(!ticket_covers(&stage, 4));
    CHECK_OK(gate_stage_plan(&stage));
    assert_int_equal(0, stage.plan_off);
    uint64_t plan_before = stage.plan_version;
    size_t told = stage.covers_told;

    gate_site_clock(&stage, moment_us - gate_stage_now_us() + SECOND_US);
    CHECK(has_state(&stage, 2, "active"));
    /* Ten cameras, two of them in a group with another period and hours. */
    assert_int_equal(10 * POLICY_SIZE, stage.policies);
    CHECK_OK(gate_stage_plan(&stage));
    CHECK(stage.plan_version != plan_before);
    assert_int_equal(2, stage.plan_off);
    CHECK(stage.covers_told > told && stage.cover_camera == 4);
    assert_int_equal(1 + 3 * 4, stage.cover_bytes);
    CHECK(ticket_covers(&stage, 4) && !ticket_covers(&stage, 5));
    CHECK_OK(gate_stage_cameras(&stage));
    CHECK(strstr(stage.json, "\"id\":\"hallway\"") != NULL);
    CHECK(strstr(stage.json, "\"number\":10") != NULL);
    CHECK(gate_stage_log_count(&stage, "\"masks.sha256\"") > 0);

    /* After a restart it is as it was. */
    CHECK(gate_stage_end(&stage) == 0);
    CHECK_OK(gate_stage_start(&stage, "exit"));
    gate_stage_attach(&stage);
    assert_int_equal(10 * POLICY_SIZE, stage.policies);
    assert_int_equal(1 + 3 * 4, stage.cover_bytes);
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

/* Of the groups aju and okpo; that of sangmun stays as it is. */
static const struct stage_change EXCLUDED[] = {
    {"met_by: aim}\n", "met_by: camera_mask}\n"},
    {"{ko: 수유실, en: nursing room, met_by: aim}",
     "{ko: 수유실 입구, en: nursing room door, met_by: aim}"}};

/* Signs for the place on the cameras from first to last, as they are seen
 * live. */
static void sign(struct gate_stage *stage, const char *place, uint32_t first,
                 uint32_t last)
{
    for (uint32_t camera = first; camera <= last; camera++) {
        uint8_t cameras[4];
        struct writer out = writer_on(cameras, sizeof cameras);
        writer_u32be(&out, camera);
        const struct stage_view live = {.cameras = writer_written(&out),
                                        .purpose = "facility-safety",
                                        .reason = "촬영 제외 확인"};
        CHECK_OK(gate_stage_view(stage, &live));
        CHECK_OK(gate_stage_ticket(stage, stage->view));
        const struct stage_signature signature = {
            .camera = camera,
            .place = place,
            .by = "aim",
            .picture_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b93"
                              "4ca495991b7852b855",
            .view = stage->view,
            .taken_us =
                gate_stage_now_us() + stage->ahead_us - (int64_t)SECOND_US};
        CHECK_OK(gate_stage_exclusion_sign(stage, &signature));
    }
}

static void check_proven(struct gate_stage *stage, size_t wanted)
{
    size_t count = 0;
    CHECK_OK(gate_stage_exclusions(stage));
    for (const char *at = stage->json;
         (at = strstr(at, "\"is_proven\":true")) != NULL; at++)
        count++;
    assert_int_equal(wanted, count);
}

static void a_signature_ends_with_the_words_that_it_was_for(void **state)
{
    static const char FOUND[] =
        "\"kind\":\"drift.found\",\"code\":\"exclusion_unproven\"";
    (void)state;
    static struct gate_stage stage;
    char sha256[NOTICE_DIGEST_SIZE];
    begin(&stage);
    sign(&stage, "수유실", 4, 9);
    check_proven(&stage, 6);
    int64_t day = gate_site_today(&stage) + 7;
    gate_site_draft(&stage, EXCLUDED, 2, day, sha256);
    CHECK_OK(gate_site_publish(&stage, sha256, day, false));

    int64_t moment_us = civil_day_start(day, UTC_OFFSET_KOREA_S).us;
    gate_site_clock(&stage, moment_us - gate_stage_now_us() - 60 * (int64_t)SECOND_US);
    CHECK(has_state(&stage, 2, "announced"));
    CHECK_OK(gate_stage_login(&stage, "root", PASSWORD, "192.0.2.7"));
    check_proven(&stage, 6);
    gate_site_clock(&stage, moment_us - gate_stage_now_us() + SECOND_US);
    CHECK(has_state(&stage, 2, "active"));
    check_proven(&stage, 2);
    for (int i = 0; i < 60 && gate_stage_log_count(&stage, FOUND) == 0; i++)
        gate_stage_idle(&stage, LOOK_MS / 10);
    CHECK(gate_stage_log_count(&stage, "2 of 6: sharing-aju, sharing-okpo") > 0);

    /* Other words, another place: who looks again signs for it. */
    sign(&stage, "수유실 입구", 6, 7);
    check_proven(&stage, 4);
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

/* Whoever edits the file changes nothing; whoever loses it is told on. */
static void the_file_beside_the_versions_decides_nothing(void **state)
{
    (void)state;
    static struct gate_stage stage;
    char path[PATH_SIZE];
    gate_site_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK(gate_stage_end(&stage) == 0);
    struct buffer edited = buffer_with_limit(1 << 20);
    buffer_append(&edited, example_file(EXAMPLE_NOTICE));
    gate_site_replace(&edited, "days: 60", "days: 14");
    gate_site_put(&stage, "notice.yaml", buffer_bytes(&edited));
    buffer_deinit(&edited);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    assert_int_equal(DAYS_BEFORE, stage.keeper_first.retention.count);
    CHECK(gate_stage_end(&stage) == 0);
    (void)snprintf(path, sizeof path, "%s/versions/1/notice.yaml",
                   stage.directory);
    CHECK_OK(FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, path));
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"exception\":\"replaced\""));
    assert_int_equal(
        2, gate_stage_log_count(&stage, "\"kind\":\"notice.version\""));
    CHECK(gate_stage_end(&stage) == 0);
    gate_stage_remove(&stage);
}

TEST_MAIN("roles/gate_versions",
          TEST(a_shorter_period_waits_seven_days_and_not_one_minute_more),
          TEST(what_is_recorded_dies_sooner_once_the_version_is_in_force),
          TEST(only_what_restricts_or_corrects_acts_at_once),
          TEST(an_account_of_whom_the_notice_names_no_more_is_a_drift),
          TEST(what_is_wrong_is_refused_and_what_was_announced_withdrawn),
          TEST(groups_hours_and_masks_change_in_the_minute),
          TEST(a_signature_ends_with_the_words_that_it_was_for),
          TEST(the_file_beside_the_versions_decides_nothing))
