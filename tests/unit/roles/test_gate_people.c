/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: accounts, what each role may ask for, and who reads which text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";
static const char PURPOSE[] = "facility-safety";
static const char REASON[] = "분실물 확인";

enum { COUNSELLING_CAMERA = 1, OKPO_CAMERA = STAGE_CAMERA, TURNS = 3000 };

static void stage_ready(struct gate_stage *stage)
{
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동", PASSWORD));
}

static void stage_done(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static enum status view_last_minute(struct gate_stage *stage, uint32_t camera)
{
    int64_t now_us = gate_stage_now_us();
    const struct stage_view view = {
        .camera = camera,
        .from_us = now_us - 60 * (int64_t)SECOND_US,
        .to_us = now_us,
        .purpose = PURPOSE,
        .reason = REASON,
    };
    return gate_stage_view(stage, &view);
}

/* The notice gives okpo-viewer one group; that is all this account sees. */
static void an_access_holder_is_held_to_the_notice(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    CHECK_OK(
        gate_stage_account_add(&stage, "okpo", "access_holder", "okpo-viewer"));
    CHECK(strstr(stage.json, "\"person\":\"okpo-viewer\"") != NULL);
    CHECK_OK(gate_stage_login(&stage, "okpo", PASSWORD, "a"));
    CHECK_OK(gate_stage_cameras(&stage));
    CHECK(strstr(stage.json, "sharing-okpo") != NULL);
    CHECK(strstr(stage.json, "counselling") == NULL);
    CHECK_OK(view_last_minute(&stage, OKPO_CAMERA));
    CHECK_OK(gate_stage_ticket(&stage, stage.view));
    CHECK_STATUS(STATUS_DENIED, view_last_minute(&stage, COUNSELLING_CAMERA));
    CHECK_STATUS(STATUS_DENIED, gate_stage_coverage(&stage, COUNSELLING_CAMERA,
                                                    (struct span){{0}, {1}}));
    CHECK_STATUS(STATUS_DENIED, gate_stage_entries(&stage, 0, 10, ""));
    CHECK_STATUS(STATUS_DENIED, gate_stage_status(&stage, false));
    CHECK_STATUS(STATUS_DENIED, gate_stage_accounts(&stage));
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_account_add(&stage, "x", "administrator", ""));
    stage_done(&stage);
}

/* Set-up ends when an administrator is there. */
static void an_administrator_takes_accounts_over(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    CHECK_OK(gate_stage_accounts(&stage));
    CHECK(strstr(stage.json, "\"id\":\"okpo-viewer\"") != NULL);
    CHECK_OK(gate_stage_account_add(&stage, "admin", "administrator", ""));
    CHECK_STATUS(STATUS_DENIED, gate_stage_accounts(&stage));
    CHECK_OK(gate_stage_login(&stage, "admin", PASSWORD, "a"));
    CHECK_OK(gate_stage_cameras(&stage));
    CHECK_STATUS(STATUS_DENIED, view_last_minute(&stage, OKPO_CAMERA));
    CHECK_OK(gate_stage_accounts(&stage));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_account_close(&stage, 2));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_account_close(&stage, 9));
    CHECK_OK(gate_stage_account_close(&stage, 1));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_account_close(&stage, 1));
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_login(&stage, "홍길동", PASSWORD, "a"));
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"kind\":\"account.closed\""));
    stage_done(&stage);
}

static void a_bad_account_is_refused(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_account_add(&stage, "x", "root", "okpo-viewer"));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_account_add(&stage, "x", "access_holder", ""));
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_account_add(
                                       &stage, "x", "access_holder", "nobody"));
    /* The notice names okpo-viewer as access holder, not as manager. */
    CHECK_STATUS(
        STATUS_BAD_INPUT,
        gate_stage_account_add(&stage, "x", "chief_manager", "okpo-viewer"));
    CHECK_STATUS(
        STATUS_BAD_INPUT,
        gate_stage_account_add(&stage, "x\ny", "access_holder", "okpo-viewer"));
    CHECK_STATUS(STATUS_CONFLICT,
                 gate_stage_account_add(&stage, "홍길동", "access_holder",
                                        "okpo-viewer"));
    assert_int_equal(
        0, gate_stage_log_count(&stage, "\"kind\":\"account.added\""));
    stage_done(&stage);
}

static void texts_are_for_those_who_may_read_them(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    CHECK_OK(view_last_minute(&stage, OKPO_CAMERA));
    CHECK_OK(gate_stage_entries(&stage, 0, 10, "view.open"));
    CHECK(strstr(stage.json, "\"why\":\"분실물 확인\"") != NULL);
    CHECK(strstr(stage.json, "\"address\":\"192.0.2.7\"") != NULL);
    CHECK(strstr(stage.json, "\"line\":\"{\\\"n\\\":") != NULL);
    CHECK(strstr(stage.json, "\"next\":null") != NULL);
    CHECK_OK(gate_stage_account_add(&stage, "admin", "administrator", ""));
    CHECK_OK(gate_stage_login(&stage, "admin", PASSWORD, "a"));
    CHECK_OK(gate_stage_entries(&stage, 0, 10, "view.open"));
    CHECK(strstr(stage.json, "분실물") == NULL);
    CHECK(strstr(stage.json, "\"why\\\":\\\"c:") != NULL);
    stage_done(&stage);
}

static void a_forgotten_month_leaves_the_commitment(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    CHECK_OK(view_last_minute(&stage, OKPO_CAMERA));
    stage.has_no_text_key = true;
    CHECK_OK(gate_stage_entries(&stage, 0, 10, "view.open"));
    CHECK(strstr(stage.json, "분실물") == NULL);
    CHECK(strstr(stage.json, "\"why\\\":\\\"c:") != NULL);
    stage_done(&stage);
}

/* Whoever is told that the gate is open can sign in at once. */
static void a_gate_is_open_once_it_can_write_of_people(void **state)
{
    (void)state;
    struct gate_stage stage;
    gate_stage_make(&stage);
    stage.has_no_text_key = true;
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_ask_opening(&stage);
    gate_stage_attach(&stage);
    assert_int_equal(0, stage.openings);
    for (int i = 0; i < 20; i++) /* more than anybody may in a minute */
        CHECK_STATUS(STATUS_AGAIN,
                     gate_stage_login_first(&stage, stage.code, "a", PASSWORD));
    stage.has_no_text_key = false;
    for (int i = 0; i < TURNS && stage.openings == 0; i++)
        gate_stage_idle(&stage, 20);
    assert_int_equal(1, stage.openings);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "a", PASSWORD));
    gate_stage_ask_opening(&stage);
    for (int i = 0; i < TURNS && stage.openings == 1; i++)
        gate_stage_idle(&stage, 20);
    assert_int_equal(2, stage.openings);
    stage_done(&stage);
}

static void entries_come_in_pages(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    for (int i = 0; i < 5; i++)
        CHECK_OK(gate_stage_restarted(&stage, ROLE_WEB, "signal 9"));
    gate_stage_idle(&stage, 100);
    CHECK_OK(gate_stage_entries(&stage, 0, 3, "role.restarted"));
    char *next = strstr(stage.json, "\"next\":");
    CHECK(next != NULL && strcmp(next, "\"next\":null}") != 0);
    unsigned long long before = strtoull(next + 7, NULL, 10);
    CHECK_OK(gate_stage_entries(&stage, before, 3, "role.restarted"));
    CHECK(strstr(stage.json, "\"next\":null}") != NULL);
    size_t found = 0;
    for (char *at = strstr(stage.json, "\"leaf\":"); at != NULL;
         at = strstr(at + 1, "\"leaf\":"))
        found++;
    assert_int_equal(2, found);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_entries(&stage, 0, 3, "no.such.kind"));
    stage_done(&stage);
}

static void the_notice_is_everybodys(void **state)
{
    (void)state;
    struct gate_stage stage;
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach_one(&stage, ROLE_WEB);
    CHECK_OK(gate_stage_page(&stage, PUBLIC_NOTICE, 0, "ko"));
    CHECK(strstr(stage.json, "영상정보처리기기") != NULL);
    CHECK_OK(gate_stage_page(&stage, PUBLIC_NOTICE, 0, "en"));
    CHECK(strstr(stage.json, "Geoje") != NULL);
    CHECK_STATUS(STATUS_DENIED, gate_stage_cameras(&stage));
    /* Without the keeper nobody is logged in, and nothing is written. */
    CHECK_STATUS(STATUS_AGAIN,
                 gate_stage_login_first(&stage, stage.code, "a", PASSWORD));
    stage_done(&stage);
}

/* One word is not enough, nor one person twice. */
static void two_people_settle_a_clock(void **state)
{
    (void)state;
    struct gate_stage stage;
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    stage.claimed_us = 40 * 86400 * (int64_t)SECOND_US;
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "홍길동", PASSWORD));
    CHECK_OK(gate_stage_status(&stage, false));
    CHECK(strstr(stage.json, "\"in_doubt\":true") != NULL);
    CHECK(strstr(stage.json, "\"claimed_s\":3456000") != NULL);
    CHECK_OK(gate_stage_account_add(&stage, "clerk", "technician", ""));
    CHECK_OK(gate_stage_account_add(&stage, "auditor", "auditor", ""));
    for (int i = 0; i < 2; i++) {
        CHECK_OK(gate_stage_clock_confirm(&stage));
        CHECK(strstr(stage.json, "\"confirmations\":1") != NULL);
    }
    CHECK_OK(gate_stage_login(&stage, "clerk", PASSWORD, "a"));
    CHECK_STATUS(STATUS_DENIED, gate_stage_clock_confirm(&stage));
    CHECK(stage.settled_entry == 0);
    CHECK_OK(gate_stage_login(&stage, "auditor", PASSWORD, "a"));
    CHECK_OK(gate_stage_clock_confirm(&stage));
    CHECK(strstr(stage.json, "\"confirmations\":2") != NULL);
    /* Until the keeper has followed, and the gate has heard of it. */
    for (int i = 0; i < TURNS; i++) {
        CHECK_OK(gate_stage_status(&stage, false));
        if (strstr(stage.json, "\"in_doubt\":false") != NULL)
            break;
        gate_stage_idle(&stage, 20);
    }
    CHECK(stage.settled_entry > 0);
    CHECK_OK(gate_stage_entries(&stage, 0, 5, "clock.settled"));
    CHECK(strstr(stage.json, "clock.settled") != NULL);
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_clock_confirm(&stage));
    stage_done(&stage);
}

TEST_MAIN("roles/gate/gate people", TEST(an_access_holder_is_held_to_the_notice),
          TEST(an_administrator_takes_accounts_over),
          TEST(a_bad_account_is_refused),
          TEST(texts_are_for_those_who_may_read_them),
          TEST(a_forgotten_month_leaves_the_commitment),
          TEST(two_people_settle_a_clock),
          TEST(a_gate_is_open_once_it_can_write_of_people),
          TEST(entries_come_in_pages), TEST(the_notice_is_everybodys))
