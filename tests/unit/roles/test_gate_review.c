/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: the monthly review, what was refused and read, and who signs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "log/review.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";

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

static uint32_t this_month(void)
{
    return review_month_of((struct wall_time){gate_stage_now_us()});
}

static bool has(const struct gate_stage *stage, const char *text)
{
    return strstr(stage->json, text) != NULL;
}

static enum status view(struct gate_stage *stage, uint32_t camera)
{
    const struct stage_view wanted = {
        .camera = camera,
        .from_us = gate_stage_now_us() - 120 * (int64_t)SECOND_US,
        .to_us = gate_stage_now_us() - 60 * (int64_t)SECOND_US,
        .purpose = "facility-safety",
        .reason = "분실물 확인",
    };
    return gate_stage_view(stage, &wanted);
}

static void a_month_shows_its_findings_with_their_entries(void **state)
{
    (void)state;
    struct gate_stage stage;
    char entry[64];
    begin(&stage);
    CHECK_STATUS(STATUS_DENIED, view(&stage, 9999));
    for (uint64_t i = 0; i < review_threshold(REVIEW_SAME_CAMERA); i++) {
        CHECK_OK(view(&stage, STAGE_CAMERA));
        CHECK_OK(gate_stage_view_close(&stage, stage.view));
    }
    uint64_t last = stage.view;
    CHECK_OK(gate_stage_review(&stage, this_month()));
    CHECK(has(&stage, "\"finding\":\"refused\",\"account\":1"));
    CHECK(has(&stage, "\"finding\":\"same_camera\",\"account\":1,\"camera\":6,"
                      "\"count\":10,"));
    (void)snprintf(entry, sizeof entry, ",%u]", (unsigned)last);
    CHECK(has(&stage, entry));
    CHECK(has(&stage, "\"signed\":null") && has(&stage, "\"is_whole\":false"));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"view.refused\""));
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_review(&stage, 202613));
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_review(&stage, 999901));
    done(&stage);
}

/* A month that runs cannot be signed; a whole one can, and then it says by
 * whom, also after a restart. */
static void a_whole_month_is_signed(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage);
    uint32_t before = review_month_before(this_month());
    CHECK_STATUS(STATUS_CONFLICT,
                 gate_stage_review_sign(&stage, this_month(), "이상 없음"));
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_review_sign(&stage, before, ""));
    CHECK_OK(gate_stage_review(&stage, 0));
    CHECK(has(&stage, "\"signed\":null,\"missing\":[]")); /* new this month */
    CHECK_OK(gate_stage_review_sign(&stage, before, "이상 없음"));
    CHECK_OK(gate_stage_review(&stage, before));
    CHECK(has(&stage, "\"signed\":{\"entry\":") &&
          has(&stage, "\"is_whole\":true"));
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_review(&stage, before));
    CHECK(has(&stage, "\"signed\":{\"entry\":"));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"ledger.reviewed\""));
    done(&stage);
}

static void who_reads_and_who_signs(void **state)
{
    (void)state;
    static const struct {
        const char *role;
        const char *person;
        enum status reads;
        enum status signs;
    } ROLES[] = {
        {"auditor", "", STATUS_OK, STATUS_OK},
        {"access_holder", "okpo-viewer", STATUS_DENIED, STATUS_DENIED},
        {"administrator", "", STATUS_OK, STATUS_DENIED},
    };
    struct gate_stage stage;
    begin(&stage);
    char chief[sizeof stage.session];
    memcpy(chief, stage.session, sizeof chief);
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        memcpy(stage.session, chief, sizeof chief);
        CHECK_OK(gate_stage_account_add(&stage, ROLES[i].role, ROLES[i].role,
                                        ROLES[i].person));
        CHECK_OK(gate_stage_login(&stage, ROLES[i].role, PASSWORD, "a"));
        CHECK_STATUS(ROLES[i].reads, gate_stage_review(&stage, this_month()));
        CHECK_STATUS(ROLES[i].signs,
                     gate_stage_review_sign(
                         &stage, review_month_before(this_month()), "확인함"));
    }
    done(&stage);
}

/* Reading is an entry, and is durable before the texts come; one a sitting. */
static void reading_is_an_entry(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage);
    CHECK_OK(gate_stage_entries(&stage, 0, 10, ""));
    CHECK(has(&stage, "log.read")); /* the reader sees its own */
    CHECK_OK(gate_stage_entries(&stage, 0, 10, ""));
    CHECK_OK(gate_stage_ledger(&stage, 0, INT64_MAX, 0));
    CHECK_OK(gate_stage_review(&stage, this_month()));
    CHECK_OK(gate_stage_ledger(&stage, 0, INT64_MAX, 0));
    assert_int_equal(3, gate_stage_log_count(&stage, "\"log.read\""));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"what\":\"ledger\""));
    CHECK_OK(gate_stage_login(&stage, "홍길동", PASSWORD, "a"));
    CHECK_OK(gate_stage_ledger(&stage, 0, INT64_MAX, 0));
    assert_int_equal(2, gate_stage_log_count(&stage, "\"what\":\"ledger\""));
    done(&stage);
}

TEST_MAIN("roles/gate/review",
          TEST(a_month_shows_its_findings_with_their_entries),
          TEST(a_whole_month_is_signed), TEST(who_reads_and_who_signs),
          TEST(reading_is_an_entry))
