/* SPDX-License-Identifier: Apache-2.0 */
/* Two streams of a camera at the gate: the plan, the entry that says which, the
 * ticket that holds no other, and rights that are the camera's. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/policy.h"
#include "support/gate_stage.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "unit/test.h"

enum { SUB = STAGE_CAMERA + STREAM_SUB, FILE_MAX = 65536 };

static const char SUB_PATH[] = "/small/picture";
static const char PURPOSE[] = "facility-safety";
static const char REASON[] = "분실물 확인";
static const uint8_t BOTH[] = {0, 0, 0, 6, 0, 0, 0, 7};
static const int64_t MINUTE_US = INT64_C(60) * SECOND_US;

/* STAGE_CAMERA of the plant has a sub stream from now on. */
static void name_sub_path(const struct gate_stage *stage, const char *more)
{
    static const char ROW[] = "number: 6\n";
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(FILE_MAX);
    char path[256];
    uint8_t *content = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s/plant.yaml", stage->directory);
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, FILE_MAX, &content,
                           &size));
    const uint8_t *row = memmem(content, size, ROW, sizeof ROW - 1);
    CHECK(row != NULL);
    size_t head = (size_t)(row - content) + sizeof ROW - 1;
    buffer_append(&out, bytes_of(content, head));
    buffer_format(&out, "    sub_path: %s\n%s", SUB_PATH, more);
    buffer_append(&out, bytes_of(content + head, size - head));
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(&out)));
    alloc_free(content);
}

static void begin(struct gate_stage *stage, bool has_sub)
{
    gate_stage_make(stage);
    if (has_sub)
        name_sub_path(stage, "");
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동",
                                    "a long enough one"));
}

static void end(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static bool answer_holds(const struct gate_stage *stage, const char *words)
{
    return memmem(stage->json, sizeof stage->json, words, strlen(words)) !=
           NULL;
}

/* The ticket's streams are these and no others. */
static void check_ticket(struct gate_stage *stage, uint32_t allowed,
                         uint32_t refused)
{
    struct ticket ticket;
    CHECK_OK(gate_stage_ticket(stage, stage->view));
    CHECK_OK(ticket_open(bytes_of(stage->ticket, stage->ticket_size),
                         TICKET_FOR_VAULT, stage->vault_key,
                         clock_boot(&CLOCK_SYSTEM), &ticket));
    CHECK(ticket_allows_camera(&ticket, allowed));
    CHECK(!ticket_allows_camera(&ticket, refused));
    CHECK(ticket_allows_keys(&ticket, stream_camera(allowed)));
}

/* The vault records two streams; the keeper knows cameras only. */
static void a_sub_stream_is_planned_and_has_no_keys_of_its_own(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, true);
    assert_int_equal(stage.keeper_policies + POLICY_SIZE, stage.policies);
    CHECK_OK(gate_stage_plan(&stage));
    CHECK(answer_holds(&stage, SUB_PATH));
    CHECK_OK(gate_stage_cameras(&stage));
    CHECK(answer_holds(&stage, "\"sub_state\":\"starting\""));
    end(&stage);

    begin(&stage, false);
    assert_int_equal(stage.keeper_policies, stage.policies);
    CHECK_OK(gate_stage_cameras(&stage));
    CHECK(!answer_holds(&stage, "sub_state"));
    end(&stage);
}

/* A wall shows the small picture, and what is covered is covered there too. */
static void a_mask_covers_both_sizes(void **state)
{
    (void)state;
    static const char MASK[] = "    masks: [{what: 수유실, by: display, "
                               "region: \"0,0 300,0 300,1000\"}]\n";
    struct gate_stage stage;
    struct ticket ticket;
    gate_stage_make(&stage);
    name_sub_path(&stage, MASK);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "홍길동",
                                    "a long enough one"));
    assert_int_equal(2, stage.covers_told);
    assert_int_equal(SUB, stage.cover_camera);
    assert_int_equal(1 + 3 * 4, stage.cover_bytes);
    struct stage_view live = {.purpose = PURPOSE,
                              .reason = REASON,
                              .cameras = {BOTH, sizeof BOTH}};
    for (int i = 0; i < 2; i++) {
        stage.wants_sub = i == 1;
        CHECK_OK(gate_stage_view(&stage, &live));
        CHECK_OK(gate_stage_ticket(&stage, stage.view));
        CHECK_OK(ticket_open(bytes_of(stage.ticket, stage.ticket_size),
                             TICKET_FOR_VAULT, stage.vault_key,
                             clock_boot(&CLOCK_SYSTEM), &ticket));
        CHECK(ticket_covers_camera(&ticket, i == 1 ? SUB : STAGE_CAMERA));
        CHECK(!ticket_covers_camera(&ticket, STAGE_CAMERA + 1));
    }
    end(&stage);
}

static void the_entry_says_which_stream_was_watched(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, true);
    struct stage_view live = {.purpose = PURPOSE,
                              .reason = REASON,
                              .cameras = {BOTH, sizeof BOTH}};
    stage.wants_sub = true;
    CHECK_OK(gate_stage_view(&stage, &live));
    CHECK(answer_holds(&stage, "\"cameras\":[7,6],\"sub\":[6]"));
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"cameras\":\"7,32774\""));
    check_ticket(&stage, SUB, STAGE_CAMERA);

    stage.wants_sub = false;
    CHECK_OK(gate_stage_view(&stage, &live));
    CHECK(answer_holds(&stage, "\"cameras\":[6,7],\"sub\":[]"));
    assert_int_equal(1,
                     gate_stage_log_count(&stage, "\"cameras\":\"6,7\""));
    check_ticket(&stage, STAGE_CAMERA, SUB);
    end(&stage);
}

static void recorded_pictures_of_either_are_a_view_of_that_one(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, true);
    int64_t now_us = gate_stage_now_us();
    struct stage_view view = {.camera = SUB,
                              .from_us = now_us - MINUTE_US,
                              .to_us = now_us,
                              .purpose = PURPOSE,
                              .reason = REASON};
    CHECK_OK(gate_stage_view(&stage, &view));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"camera\":32774"));
    check_ticket(&stage, SUB, STAGE_CAMERA);

    view.camera = 7 + STREAM_SUB; /* which camera 7 has not */
    CHECK_STATUS(STATUS_DENIED, gate_stage_view(&stage, &view));
    view.camera = STREAM_SUB;
    CHECK_STATUS(STATUS_DENIED, gate_stage_view(&stage, &view));
    static const uint8_t RAW[] = {0, 0, 0x80, 6};
    struct stage_view live = {.purpose = PURPOSE,
                              .reason = REASON,
                              .cameras = {RAW, sizeof RAW}};
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_view(&stage, &live));
    end(&stage);
}

TEST_MAIN("roles/gate_streams",
          TEST(a_sub_stream_is_planned_and_has_no_keys_of_its_own),
          TEST(a_mask_covers_both_sizes),
          TEST(the_entry_says_which_stream_was_watched),
          TEST(recorded_pictures_of_either_are_a_view_of_that_one))
