/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: what people enter into the ledger, and what cannot be entered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";

enum { IDLE_MS = 20, REASON_MAX = 1024, LONG = 65536 };

static void begin(struct gate_stage *stage)
{
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동", PASSWORD));
}

static void done(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static struct stage_copy a_copy(void)
{
    return (struct stage_copy){
        .use = "provision",
        .medium = "usb",
        .receiver = "○○경찰서 경위 홍길동",
        .ground = "수사협조 2026-17",
        .reason = "수사 협조",
        .remark = "",
    };
}

static size_t count(const struct gate_stage *stage, const char *text)
{
    size_t found = 0;
    const char *at = stage->json;
    while ((at = strstr(at, text)) != NULL) {
        found++;
        at += strlen(text);
    }
    return found;
}

static bool has(const struct gate_stage *stage, const char *text)
{
    return count(stage, text) > 0;
}

static uint64_t number_behind(const struct gate_stage *stage, const char *name)
{
    const char *at = strstr(stage->json, name);
    CHECK(at != NULL);
    return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 10);
}

static uint64_t entered(struct gate_stage *stage)
{
    return number_behind(stage, "\"entry\":");
}

static enum status all_rows(struct gate_stage *stage)
{
    return gate_stage_ledger(stage, 0, INT64_MAX, 0);
}

/* Its way: entered, corrected, gone; each is a row, and nothing is changed. */
static void a_copy_is_entered_corrected_and_gone(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct stage_copy copy = a_copy();
    begin(&stage);
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK(has(&stage, "\"item\":1,"));
    uint64_t first = entered(&stage);
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK(has(&stage, "\"item\":2,"));
    char *before = gate_stage_log(&stage);
    copy = a_copy();
    copy.item = 1;
    copy.corrects = first;
    copy.medium = "disc";
    copy.remark = "USB가 아니라 CD";
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_copy(&stage, &copy));
    CHECK_OK(gate_stage_copy_end(&stage, 1, "returned", "돌려받음"));
    CHECK_STATUS(STATUS_CONFLICT,
                 gate_stage_copy_end(&stage, 1, "returned", "또"));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 gate_stage_copy_end(&stage, 3, "returned", "없음"));
    CHECK_OK(all_rows(&stage));
    assert_int_equal(2, count(&stage, "\"deed\":\"copy\""));
    assert_int_equal(1, count(&stage, "\"deed\":\"copy_corrected\""));
    assert_int_equal(1, count(&stage, "\"deed\":\"copy_destroyed\""));
    CHECK(has(&stage, "\"how\":\"returned\""));
    CHECK(has(&stage, "\"remark\":\"USB가 아니라 CD\""));
    CHECK(has(&stage, "\"kind\":\"provision\"") &&
          has(&stage, "\"kind\":\"destruction\""));
    CHECK(has(&stage, "\"receiver\":\"○○경찰서 경위 홍길동\""));
    CHECK_OK(gate_stage_items(&stage));
    CHECK(has(&stage, "\"item\":2,") && !has(&stage, "\"item\":1,"));
    /* The lines of before stand as they were: lines are only added. */
    char *after = gate_stage_log(&stage);
    CHECK(strncmp(before, after, strlen(before)) == 0);
    CHECK(strstr(after, "경찰서") == NULL); /* texts are commitments there */
    alloc_free(before);
    alloc_free(after);
    done(&stage);
}

/* Known again after a restart: numbers go on, and what is open is. */
static void numbers_go_on_after_a_restart(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct stage_copy copy = a_copy();
    begin(&stage);
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK_OK(gate_stage_copy_end(&stage, 1, "burnt", "소각함"));
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_STATUS(STATUS_CONFLICT,
                 gate_stage_copy_end(&stage, 1, "burnt", "또"));
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK(has(&stage, "\"item\":3,"));
    CHECK_OK(gate_stage_items(&stage));
    CHECK(has(&stage, "\"item\":2,") && has(&stage, "\"item\":3,"));
    done(&stage);
}

static void what_is_incomplete_is_refused(void **state)
{
    (void)state;
    static char lengthy[LONG + 1];
    struct gate_stage stage;
    struct stage_copy wrong[16];
    size_t used = 0;
    begin(&stage);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        wrong[i] = a_copy();
    wrong[used++].use = "destruction";
    wrong[used++].use = "";
    wrong[used++].medium = "cloud";
    wrong[used++].receiver = "";
    wrong[used++].ground = "";
    wrong[used++].reason = "";
    wrong[used++].reason = "\t";
    wrong[used++].done_us = gate_stage_now_us() + 3600 * (int64_t)SECOND_US;
    wrong[used++].due_us = 1;
    wrong[used++].due_us = INT64_MAX;
    wrong[used++].done_us = INT64_MIN;
    for (size_t i = 0; i < used; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_copy(&stage, &wrong[i]));
    memset(lengthy, 'a', REASON_MAX);
    struct stage_copy copy = a_copy();
    copy.reason = lengthy;
    CHECK_OK(gate_stage_copy(&stage, &copy));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_copy_end(&stage, 1, "lost", "잃어버림"));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_copy_end(&stage, 1, "burnt", ""));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"ledger.added\""));
    assert_int_equal(0, gate_stage_log_count(&stage, "\"ledger.destroyed\""));
    done(&stage);
}

/* What would break a line, a terminal or a page cannot be entered anywhere. */
static void what_is_not_plain_text_is_refused(void **state)
{
    (void)state;
    static const char *const HOSTILE[] = {
        "두 줄\n{\"n\":99,\"kind\":\"view.open\"}",
        "줄\r되돌림",
        "화면 \x1b[2J\x1b[31m 지움",
        "C1 \xc2\x9b" "31m",
        "뒤집힘 \xe2\x80\xae" "gpj.exe",
        "가둠 \xe2\x81\xa6 x",
        "줄바꿈 \xe2\x80\xa8 글",
        "깨진 \xff\xfe 글",
        "겹친 \xc0\xaf 글",
        "반쪽 \xed\xa0\x80 글",
        "잘린 \xe2\x80",
        "지움 \x7f",
    };
    struct gate_stage stage;
    begin(&stage);
    CHECK_OK(gate_stage_copy(&stage, &(struct stage_copy){
                                         .use = "use",
                                         .medium = "print",
                                         .receiver = "",
                                         .ground = "",
                                         .reason = "처음 것",
                                         .remark = ""}));
    uint64_t entry = entered(&stage);
    char *before = gate_stage_log(&stage);
    for (size_t i = 0; i < sizeof HOSTILE / sizeof HOSTILE[0]; i++) {
        /* One field after another: an account may enter 60 times a minute. */
        struct stage_copy copy = a_copy();
        copy.item = 1;
        copy.corrects = entry;
        const char **const fields[] = {&copy.reason, &copy.receiver,
                                       &copy.ground, &copy.remark};
        copy.remark = "정정";
        *fields[i % (sizeof fields / sizeof fields[0])] = HOSTILE[i];
        CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_copy(&stage, &copy));
        CHECK_STATUS(STATUS_BAD_INPUT,
                     gate_stage_copy_end(&stage, 1, "burnt", HOSTILE[i]));
        CHECK_STATUS(STATUS_BAD_INPUT,
                     gate_stage_review_sign(&stage, 202001, HOSTILE[i]));
        const struct stage_view view = {
            .camera = STAGE_CAMERA,
            .from_us = gate_stage_now_us() - 60 * (int64_t)SECOND_US,
            .to_us = gate_stage_now_us(),
            .purpose = HOSTILE[i],
            .reason = "분실물 확인",
        };
        CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_view(&stage, &view));
        struct stage_view reasoned = view;
        reasoned.purpose = "facility-safety";
        reasoned.reason = HOSTILE[i];
        CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_view(&stage, &reasoned));
    }
    char *after = gate_stage_log(&stage);
    assert_string_equal(before, after);
    alloc_free(before);
    alloc_free(after);
    done(&stage);
}

/* A row that the recorder wrote is corrected by a row of its own. */
static void a_row_is_corrected_by_a_later_one(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage);
    const struct stage_view view = {
        .camera = STAGE_CAMERA,
        .from_us = gate_stage_now_us() - 120 * (int64_t)SECOND_US,
        .to_us = gate_stage_now_us() - 60 * (int64_t)SECOND_US,
        .purpose = "facility-safety",
        .reason = "분실물 확인",
    };
    CHECK_OK(gate_stage_view(&stage, &view));
    struct stage_copy remark = {.corrects = stage.view,
                                .use = "",
                                .medium = "",
                                .receiver = "",
                                .ground = "",
                                .reason = "목적을 잘못 골랐음",
                                .remark = ""};
    CHECK_OK(gate_stage_copy(&stage, &remark));
    remark.corrects = 0;
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_copy(&stage, &remark));
    remark.corrects = 1; /* no row of the ledger */
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_copy(&stage, &remark));
    remark.corrects = UINT64_MAX;
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_copy(&stage, &remark));
    CHECK_OK(all_rows(&stage));
    CHECK(has(&stage, "\"deed\":\"viewed\"") &&
          has(&stage, "\"deed\":\"remarked\""));
    assert_int_equal(2, count(&stage, "\"kind\":\"viewing\""));
    CHECK(has(&stage, "\"why\":\"목적을 잘못 골랐음\",\"text\":\"there\""));
    done(&stage);
}

/* Who enters copies sees and ends their own; nobody else enters any. */
static void each_role_has_its_part(void **state)
{
    (void)state;
    static const struct {
        const char *role;
        const char *person;
        bool enters;
        bool sees_items;
    } ROLES[] = {
        {"access_holder", "okpo-viewer", true, true},
        {"request_clerk", "okpo-viewer", true, true},
        {"auditor", "", false, true},
        {"monitor", "okpo-viewer", false, false},
        {"technician", "", false, false},
        {"administrator", "", false, false},
    };
    struct gate_stage stage;
    struct stage_copy copy = a_copy();
    begin(&stage);
    CHECK_OK(gate_stage_copy(&stage, &copy));
    char chief[sizeof stage.session];
    memcpy(chief, stage.session, sizeof chief);
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        memcpy(stage.session, chief, sizeof chief);
        CHECK_OK(gate_stage_account_add(&stage, ROLES[i].role, ROLES[i].role,
                                        ROLES[i].person));
        CHECK_OK(gate_stage_login(&stage, ROLES[i].role, PASSWORD, "a"));
        CHECK_STATUS(ROLES[i].enters ? STATUS_OK : STATUS_DENIED,
                     gate_stage_copy(&stage, &copy));
        /* The chief manager's is not theirs to end. */
        CHECK_STATUS(STATUS_DENIED,
                     gate_stage_copy_end(&stage, 1, "burnt", "소각함"));
        CHECK_STATUS(ROLES[i].sees_items ? STATUS_OK : STATUS_DENIED,
                     gate_stage_items(&stage));
        if (ROLES[i].enters)
            assert_int_equal(1, count(&stage, "\"item\":"));
    }
    stage.session[0] = 0;
    CHECK_STATUS(STATUS_DENIED, gate_stage_copy(&stage, &copy));
    done(&stage);
}

TEST_MAIN("roles/gate/ledger by hand",
          TEST(a_copy_is_entered_corrected_and_gone),
          TEST(numbers_go_on_after_a_restart),
          TEST(what_is_incomplete_is_refused),
          TEST(what_is_not_plain_text_is_refused),
          TEST(a_row_is_corrected_by_a_later_one),
          TEST(each_role_has_its_part))
