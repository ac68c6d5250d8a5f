/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: first login, views, tickets, and that the entry comes first. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "support/gate_stage.h"
#include "sys/clock.h"
#include "unit/test.h"

static const char NAME[] = "홍길동";
static const char PASSWORD[] = "a long enough one";
static const char PURPOSE[] = "facility-safety";
static const char REASON[] = "분실물 확인";
static const int64_t MINUTE_US = INT64_C(60) * SECOND_US;

/* Runs, and the chief manager has logged in. */
static void stage_ready(struct gate_stage *stage)
{
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, NAME, PASSWORD));
}

static void stage_done(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static struct stage_view view_of_last_minute(void)
{
    int64_t now_us = gate_stage_now_us();
    return (struct stage_view){
        .camera = STAGE_CAMERA,
        .from_us = now_us - MINUTE_US,
        .to_us = now_us,
        .purpose = PURPOSE,
        .reason = REASON,
    };
}

static void the_first_login_needs_the_code(void **state)
{
    (void)state;
    struct gate_stage stage;
    char code[64];
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    assert_int_equal(23, strlen(stage.code));
    CHECK_OK(gate_stage_session(&stage));
    CHECK(strstr(stage.json, "\"first_login\":true,\"account\":null") != NULL);
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_login_first(&stage, "AAAAA-AAAAA-AAAAA-AAAAA", NAME,
                                        PASSWORD));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_login_first(&stage, stage.code, NAME, "short"));
    CHECK_STATUS(
        STATUS_BAD_INPUT,
        gate_stage_login_first(&stage, stage.code, "two\nlines", PASSWORD));
    (void)snprintf(code, sizeof code, "%s", stage.code);
    CHECK_OK(gate_stage_login_first(&stage, code, NAME, PASSWORD));
    CHECK(strstr(stage.json, "\"first_login\":false") != NULL);
    CHECK(strstr(stage.json, "\"role\":\"chief_manager\"") != NULL);
    CHECK(strstr(stage.json, "\"person\":\"director\"") != NULL);
    CHECK(strstr(stage.json, "\"manage_accounts\"") != NULL);
    /* Used up. */
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_login_first(&stage, code, "another", PASSWORD));
    assert_int_equal(1,
                     gate_stage_log_count(&stage, "\"kind\":\"login.first\""));
    assert_int_equal(0, gate_stage_log_count(&stage, NAME));
    assert_int_equal(0, gate_stage_log_count(&stage, "192.0.2"));
    stage_done(&stage);
}

static void a_code_lasts_until_a_restart(void **state)
{
    (void)state;
    struct gate_stage stage;
    char old_code[64];
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    (void)snprintf(old_code, sizeof old_code, "%s", stage.code);
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, "killed"));
    gate_stage_attach(&stage);
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_login_first(&stage, old_code, NAME, PASSWORD));
    CHECK_OK(gate_stage_login_first(&stage, stage.code, NAME, PASSWORD));
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, "killed"));
    assert_int_equal(0, strlen(stage.code));
    stage_done(&stage);
}

static void five_wrong_passwords_lock(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    for (int i = 0; i < 5; i++)
        CHECK_STATUS(STATUS_DENIED,
                     gate_stage_login(&stage, NAME, "wrong password", "a"));
    CHECK_STATUS(STATUS_LIMIT, gate_stage_login(&stage, NAME, PASSWORD, "a"));
    assert_int_equal(5, gate_stage_log_count(&stage, "\"cause\":\"password\""));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"cause\":\"locked\""));
    /* An unknown name looks like a wrong password. */
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_login(&stage, "nobody", PASSWORD, "b"));
    /* The session that is there goes on. */
    CHECK_OK(gate_stage_cameras(&stage));
    stage_done(&stage);
}

static void an_address_may_try_only_so_often(void **state)
{
    (void)state;
    struct gate_stage stage;
    enum status last = STATUS_DENIED;
    int tries = 0;
    stage_ready(&stage);
    while (last == STATUS_DENIED && tries++ < 40)
        last = gate_stage_login(&stage, "nobody", PASSWORD, "198.51.100.1");
    assert_int_equal(STATUS_LIMIT, last);
    CHECK(tries <= 13);
    CHECK_OK(gate_stage_login(&stage, NAME, PASSWORD, "198.51.100.2"));
    stage_done(&stage);
}

/* One peer has 2^64 IPv6 addresses to itself, and one sum of tries. */
static void a_network_may_try_only_so_often(void **state)
{
    (void)state;
    struct gate_stage stage;
    enum status last = STATUS_DENIED;
    int tries = 0;
    stage_ready(&stage);
    while (last == STATUS_DENIED && tries++ < 40) {
        char address[40];
        (void)snprintf(address, sizeof address, "2001:db8::%x:1",
                       (unsigned)tries);
        last = gate_stage_login(&stage, "nobody", PASSWORD, address);
    }
    assert_int_equal(STATUS_LIMIT, last);
    CHECK(tries <= 13);
    CHECK_OK(gate_stage_login(&stage, NAME, PASSWORD, "2001:db8:0:1::1"));
    stage_done(&stage);
}

/* I1: when the answer to view_open is there, its entry is in the log. */
static void a_view_comes_after_its_entry(void **state)
{
    (void)state;
    struct gate_stage stage;
    char needle[96];
    stage_ready(&stage);
    struct stage_view wanted = view_of_last_minute();
    CHECK_OK(gate_stage_view(&stage, &wanted));
    (void)snprintf(needle, sizeof needle, "{\"n\":%llu,",
                   (unsigned long long)stage.view);
    assert_int_equal(1, gate_stage_log_count(&stage, needle));
    gate_stage_kill(&stage);
    char *log = gate_stage_log(&stage);
    char *line = strstr(log, needle);
    CHECK(line != NULL);
    CHECK(strstr(line, "\"kind\":\"view.open\",\"account\":1,\"camera\":6") !=
          NULL);
    CHECK(strstr(line, "\"purpose\":\"facility-safety\",\"why\":\"c:") != NULL);
    CHECK(strstr(log, REASON) == NULL);
    alloc_free(log);
    gate_stage_remove(&stage);
}

static void check_ticket(const struct gate_stage *stage,
                         const struct stage_view *wanted)
{
    struct ticket ticket;
    struct boot_time now = clock_boot(&CLOCK_SYSTEM);
    struct bytes sealed = bytes_of(stage->ticket, stage->ticket_size);
    CHECK_OK(
        ticket_open(sealed, TICKET_FOR_VAULT, stage->vault_key, now, &ticket));
    CHECK_OK(ticket_open(sealed, TICKET_FOR_KEEPER, stage->keeper_key, now,
                         &ticket));
    assert_int_equal(TICKET_RECORDED, ticket.kind);
    assert_int_equal(stage->view, ticket.view);
    assert_int_equal(wanted->from_us, ticket.span.from.us);
    assert_int_equal(wanted->to_us, ticket.span.to.us);
    CHECK(ticket_allows_camera(&ticket, STAGE_CAMERA));
    CHECK(!ticket_allows_camera(&ticket, STAGE_CAMERA + 1));
    CHECK(ticket.expires.us <= now.us + 60 * (int64_t)SECOND_US);
    struct boot_time later = {now.us + 61 * (int64_t)SECOND_US};
    CHECK_STATUS(STATUS_DENIED, ticket_open(sealed, TICKET_FOR_VAULT,
                                            stage->vault_key, later, &ticket));
}

static void a_ticket_is_for_an_open_view_of_this_session(void **state)
{
    (void)state;
    struct gate_stage stage;
    char session[65];
    stage_ready(&stage);
    for (uint64_t guess = 0; guess < 8; guess++)
        CHECK_STATUS(STATUS_DENIED, gate_stage_ticket(&stage, guess));
    CHECK_STATUS(STATUS_DENIED, gate_stage_ticket(&stage, UINT64_MAX));
    struct stage_view wanted = view_of_last_minute();
    CHECK_OK(gate_stage_view(&stage, &wanted));
    uint64_t view = stage.view;
    CHECK_OK(gate_stage_ticket(&stage, view));
    check_ticket(&stage, &wanted);
    /* Another session of the same person is another session. */
    memcpy(session, stage.session, sizeof session);
    CHECK_OK(gate_stage_login(&stage, NAME, PASSWORD, "a"));
    CHECK_STATUS(STATUS_DENIED, gate_stage_ticket(&stage, view));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_view_close(&stage, view));
    memcpy(stage.session, session, sizeof session);
    CHECK_OK(gate_stage_view_close(&stage, view));
    CHECK_STATUS(STATUS_DENIED, gate_stage_ticket(&stage, view));
    gate_stage_await_log(&stage, 1, "\"how\":\"asked\"");
    stage_done(&stage);
}

static void a_sitting_survives_a_restart(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    struct stage_view wanted = view_of_last_minute();
    CHECK_OK(gate_stage_view(&stage, &wanted));
    uint64_t view = stage.view;
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, "killed"));
    /* No ticket while vault and keeper do not have this gate's keys. */
    gate_stage_attach_one(&stage, ROLE_WEB);
    CHECK_STATUS(STATUS_AGAIN, gate_stage_ticket(&stage, view));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_ticket(&stage, view));
    stage.view = view;
    check_ticket(&stage, &wanted);
    /* A vault that is another gets another key. */
    uint8_t old_key[TICKET_KEY_SIZE];
    memcpy(old_key, stage.vault_key, sizeof old_key);
    gate_stage_attach_one(&stage, ROLE_VAULT);
    CHECK(memcmp(old_key, stage.vault_key, sizeof old_key) != 0);
    CHECK_OK(gate_stage_ticket(&stage, view));
    check_ticket(&stage, &wanted);
    stage_done(&stage);
}

static void logout_ends_all(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    struct stage_view wanted = view_of_last_minute();
    CHECK_OK(gate_stage_view(&stage, &wanted));
    CHECK_OK(gate_stage_logout(&stage));
    CHECK_STATUS(STATUS_DENIED, gate_stage_ticket(&stage, stage.view));
    CHECK_STATUS(STATUS_DENIED, gate_stage_cameras(&stage));
    CHECK_STATUS(STATUS_DENIED, gate_stage_view(&stage, &wanted));
    CHECK_OK(gate_stage_session(&stage));
    CHECK(strstr(stage.json, "\"account\":null") != NULL);
    gate_stage_await_log(&stage, 1, "\"how\":\"session\"");
    gate_stage_await_log(&stage, 1, "\"kind\":\"logout\"");
    stage_done(&stage);
}

static void a_view_states_why(void **state)
{
    (void)state;
    struct gate_stage stage;
    static char long_reason[1025];
    int64_t now_us = gate_stage_now_us();
    int64_t day_us = INT64_C(86400) * SECOND_US;
    memset(long_reason, 'x', sizeof long_reason - 1);
    stage_ready(&stage);
    const struct {
        struct stage_view view;
        enum status wanted;
    } cases[] = {
        {{6, {0}, now_us - MINUTE_US, now_us, PURPOSE, ""}, STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, PURPOSE, " x "},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, PURPOSE, "two\nlines"},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, PURPOSE, "\x1b[31m red"},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, PURPOSE, "\xe2\x80\xae bidi"},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, PURPOSE, "bad \xff utf-8"},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, "", REASON}, STATUS_BAD_INPUT},
        {{6, {0}, now_us - MINUTE_US, now_us, "curiosity", REASON},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us, now_us, PURPOSE, REASON}, STATUS_BAD_INPUT},
        {{6, {0}, now_us, now_us - 1, PURPOSE, REASON}, STATUS_BAD_INPUT},
        {{6, {0}, -1, now_us, PURPOSE, REASON}, STATUS_BAD_INPUT},
        {{6, {0}, now_us - day_us - 1, now_us, PURPOSE, REASON},
         STATUS_BAD_INPUT},
        {{6, {0}, now_us, now_us + MINUTE_US, PURPOSE, REASON},
         STATUS_BAD_INPUT},
        {{6, {0}, INT64_MIN, INT64_MAX, PURPOSE, REASON}, STATUS_BAD_INPUT},
        {{999, {0}, now_us - MINUTE_US, now_us, PURPOSE, REASON},
         STATUS_DENIED},
        {{6, {0}, now_us - day_us, now_us, PURPOSE, long_reason}, STATUS_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STATUS(cases[i].wanted, gate_stage_view(&stage, &cases[i].view));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"kind\":\"view.open\""));
    stage_done(&stage);
}

static void live_takes_each_camera_once(void **state)
{
    (void)state;
    static const uint8_t TWO[] = {0, 0, 0, 7, 0, 0, 0, 6};
    static const uint8_t TWICE[] = {0, 0, 0, 6, 0, 0, 0, 6};
    static const uint8_t UNKNOWN[] = {0, 0, 0, 6, 0, 0, 1, 6};
    struct gate_stage stage;
    struct ticket ticket;
    stage_ready(&stage);
    struct stage_view live = {.purpose = PURPOSE, .reason = REASON};
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_view(&stage, &live));
    live.cameras = bytes_of(TWICE, sizeof TWICE);
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_view(&stage, &live));
    live.cameras = bytes_of(TWO, 5);
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_view(&stage, &live));
    live.cameras = bytes_of(UNKNOWN, sizeof UNKNOWN);
    CHECK_STATUS(STATUS_DENIED, gate_stage_view(&stage, &live));
    live.cameras = bytes_of(TWO, sizeof TWO);
    CHECK_OK(gate_stage_view(&stage, &live));
    CHECK(strstr(stage.json, "\"cameras\":[6,7]") != NULL);
    CHECK_OK(gate_stage_ticket(&stage, stage.view));
    CHECK_OK(ticket_open(bytes_of(stage.ticket, stage.ticket_size),
                         TICKET_FOR_VAULT, stage.vault_key,
                         clock_boot(&CLOCK_SYSTEM), &ticket));
    assert_int_equal(TICKET_LIVE, ticket.kind);
    CHECK(ticket_allows_camera(&ticket, 7));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"cameras\":\"6,7\""));
    stage_done(&stage);
}

TEST_MAIN("roles/gate", TEST(the_first_login_needs_the_code),
          TEST(a_code_lasts_until_a_restart), TEST(five_wrong_passwords_lock),
          TEST(an_address_may_try_only_so_often),
          TEST(a_network_may_try_only_so_often),
          TEST(a_view_comes_after_its_entry),
          TEST(a_ticket_is_for_an_open_view_of_this_session),
          TEST(a_sitting_survives_a_restart), TEST(logout_ends_all),
          TEST(a_view_states_why), TEST(live_takes_each_camera_once))
