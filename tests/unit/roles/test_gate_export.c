/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: nobody takes recorded video out alone where two are needed, nor
 * without the password where it is asked for again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "model/export_refusal.h"
#include "support/gate_stage.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";
static const char FOUR_EYES[] = "exports: {second_person: true}\n";
static const char STEP_UP[] = "exports: {password_again_minutes: 1}\n";

enum { PLANT_MAX = 1 << 20, OTHER_CAMERA = 1, LATER_S = 120 };

static const struct stage_export ASKED = {
    .camera = STAGE_CAMERA, .only_asks = true, .receiver = "○○경찰서"};
static const struct stage_export AT_ONCE = {
    .camera = STAGE_CAMERA, .receiver = "○○경찰서"};

/* A line more at the end of plant.yaml, and one behind the first `find`. */
static void edit_plant(const struct gate_stage *stage, const char *find,
                       const char *more, const char *end)
{
    char path[256];
    uint8_t *memory = NULL;
    size_t size = 0;
    AUTO(buffer_deinit) struct buffer edited = buffer_with_limit(PLANT_MAX);
    (void)snprintf(path, sizeof path, "%s/plant.yaml", stage->directory);
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, PLANT_MAX, &memory,
                           &size));
    struct text rest = bytes_text(bytes_of(memory, size));
    bool is_done = false;
    while (rest.size > 0) {
        struct text line = text_cut(&rest, '\n');
        buffer_append(&edited, text_bytes(line));
        buffer_append_text(&edited, "\n");
        if (!is_done && text_equal(line, text_of(find)))
            buffer_append_text(&edited, more);
        is_done = is_done || text_equal(line, text_of(find));
    }
    buffer_append_text(&edited, end);
    alloc_free(memory);
    CHECK_OK(buffer_status(&edited));
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(&edited)));
}

static void begin(struct gate_stage *stage, const char *settings)
{
    gate_stage_make(stage);
    edit_plant(stage, "", "", settings);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동", PASSWORD));
    CHECK_OK(gate_stage_account_add(stage, "holder", "access_holder",
                                    "okpo-viewer"));
}

static void done(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static void as(struct gate_stage *stage, const char *name)
{
    CHECK_OK(gate_stage_login(stage, name, PASSWORD, "192.0.2.7"));
}

static bool has(const struct gate_stage *stage, const char *text)
{
    return strstr(stage->json, text) != NULL;
}

static uint64_t number_behind(const struct gate_stage *stage, const char *name)
{
    const char *at = strstr(stage->json, name);
    CHECK(at != NULL);
    return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 10);
}

static uint64_t asked(struct gate_stage *stage)
{
    CHECK_OK(gate_stage_export(stage, &ASKED));
    return number_behind(stage, "\"order\":");
}

#define CHECK_REFUSED(stage, why, call)                                        \
    do {                                                                       \
        CHECK_STATUS(STATUS_DENIED, call);                                     \
        assert_int_equal(why, (stage)->refusal);                               \
    } while (0)

/* What was refused is told at once, its entry comes behind. */
static void wait_for(struct gate_stage *stage, size_t count, const char *text)
{
    for (int i = 0; i < 500 && gate_stage_log_count(stage, text) < count; i++)
        gate_stage_idle(stage, 20);
    assert_int_equal(count, gate_stage_log_count(stage, text));
}

/* ---- two people ---- */

static void what_is_asked_for_waits_for_another_person(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, FOUR_EYES);
    assert_int_equal(1, gate_stage_log_count(&stage, "second person always"));
    as(&stage, "holder");
    CHECK_REFUSED(&stage, EXPORT_REFUSED_APPROVAL,
                  gate_stage_export(&stage, &AT_ONCE));
    uint64_t order = asked(&stage);
    CHECK(has(&stage, "\"state\":\"waiting\""));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_APPROVAL,
                  gate_stage_export_take(&stage, order));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OWN,
                  gate_stage_export_answer(&stage, order, true, ""));
    assert_int_equal(0, gate_stage_log_count(&stage, "\"kind\":\"export\""));
    wait_for(&stage, 3, "\"kind\":\"export.denied\"");

    as(&stage, "홍길동");
    CHECK_OK(gate_stage_export_orders(&stage, 0));
    CHECK(has(&stage, "○○경찰서") && has(&stage, "사고 확인") &&
          has(&stage, "\"asked_by\":\"holder\"") &&
          has(&stage, "\"own\":false"));
    CHECK_OK(gate_stage_export_answer(&stage, order, true, ""));
    uint64_t approval = number_behind(&stage, "\"entry\":");
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OVER,
                  gate_stage_export_answer(&stage, order, false, "안 됨"));
    CHECK_STATUS(STATUS_DENIED, gate_stage_export_take(&stage, order));

    as(&stage, "holder");
    CHECK_OK(gate_stage_export_take(&stage, order));
    CHECK_OK(gate_stage_download(&stage, stage.view));
    char expected[64];
    (void)snprintf(expected, sizeof expected, "\"order\":%llu,\"approval\":%llu",
                   (unsigned long long)order, (unsigned long long)approval);
    assert_int_equal(1, gate_stage_log_count(&stage, expected));
    CHECK_OK(gate_stage_export_made(&stage, stage.view));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OVER,
                  gate_stage_export_take(&stage, order));
    CHECK_OK(gate_stage_export_orders(&stage, order));
    CHECK(has(&stage, "\"state\":\"made\"") &&
          has(&stage, "\"answered_by\":\"홍길동\""));
    done(&stage);
}

static void a_no_ends_it(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, FOUR_EYES);
    as(&stage, "holder");
    uint64_t order = asked(&stage);
    as(&stage, "홍길동");
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_export_answer(&stage, order, false, ""));
    CHECK_OK(gate_stage_export_answer(&stage, order, false, "근거 부족"));
    as(&stage, "holder");
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OVER,
                  gate_stage_export_take(&stage, order));
    CHECK_OK(gate_stage_export_orders(&stage, order));
    CHECK(has(&stage, "\"state\":\"declined\""));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 gate_stage_export_take(&stage, order + 1000));
    done(&stage);
}

/* Nor does a yes last for ever. */
static void a_yes_is_good_for_a_time(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, "exports: {second_person: true, approval_hours: 1}\n");
    as(&stage, "holder");
    uint64_t first = asked(&stage);
    uint64_t second = asked(&stage);
    as(&stage, "홍길동");
    CHECK_OK(gate_stage_export_answer(&stage, first, true, ""));
    gate_stage_kill(&stage);
    stage.ahead_us = 2 * 3600 * (int64_t)SECOND_US;
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    as(&stage, "홍길동");
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OVER,
                  gate_stage_export_answer(&stage, second, true, ""));
    as(&stage, "holder");
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OVER,
                  gate_stage_export_take(&stage, first));
    done(&stage);
}

/* Another account of the same person of the notice is not another person. */
static void two_accounts_are_not_two_people(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, FOUR_EYES);
    CHECK_OK(gate_stage_account_add(&stage, "second", "access_holder",
                                    "okpo-viewer"));
    CHECK_OK(gate_stage_account_add(&stage, "far", "access_holder",
                                    "aju-viewer"));
    CHECK_OK(gate_stage_account_add(&stage, "clerk", "request_clerk",
                                    "okpo-viewer"));
    as(&stage, "holder");
    uint64_t order = asked(&stage);
    as(&stage, "second");
    CHECK_REFUSED(&stage, EXPORT_REFUSED_OWN,
                  gate_stage_export_answer(&stage, order, true, ""));
    as(&stage, "far"); /* does not see this camera */
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_export_answer(&stage, order, true, ""));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_export_orders(&stage, order));
    CHECK_OK(gate_stage_export_orders(&stage, 0));
    CHECK(!has(&stage, "경찰서"));
    as(&stage, "clerk");
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_export_answer(&stage, order, true, ""));
    CHECK_STATUS(STATUS_DENIED, gate_stage_export_orders(&stage, 0));
    assert_int_equal(
        0, gate_stage_log_count(&stage, "\"kind\":\"export.approved\""));
    done(&stage);
}

static enum status view_last_minute(struct gate_stage *stage)
{
    int64_t now_us = gate_stage_now_us();
    const struct stage_view view = {
        .camera = STAGE_CAMERA,
        .from_us = now_us - 60 * (int64_t)SECOND_US,
        .to_us = now_us,
        .purpose = "facility-safety",
        .reason = "확인",
    };
    return gate_stage_view(stage, &view);
}

/* A file of an ordinary view is a copy like a package; watching is not. */
static void no_file_of_a_view_goes_around_it(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, FOUR_EYES);
    CHECK_OK(view_last_minute(&stage));
    CHECK_OK(gate_stage_ticket(&stage, stage.view));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_APPROVAL,
                  gate_stage_download(&stage, stage.view));
    wait_for(&stage, 1, "\"cause\":\"approval\"");
    assert_int_equal(0, gate_stage_log_count(&stage, "view.download"));
    done(&stage);
}

/* Without any setting: a mask alone asks for another person. */
static void a_masked_camera_needs_two(void **state)
{
    (void)state;
    struct gate_stage stage;
    gate_stage_make(&stage);
    edit_plant(&stage, "    group: sharing-okpo",
               "    masks: [{what: 수유실, by: display, region: \"0,0 300,0 "
               "300,1000\"}]\n",
               "");
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "홍길동", PASSWORD));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_APPROVAL,
                  gate_stage_export(&stage, &AT_ONCE));
    CHECK_OK(gate_stage_export(&stage, &ASKED));
    CHECK(has(&stage, "\"state\":\"waiting\""));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"masked\":\"6\""));
    const struct stage_export other = {.camera = OTHER_CAMERA,
                                       .receiver = "○○경찰서"};
    CHECK_OK(gate_stage_export(&stage, &other));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"masked\":\"\""));
    done(&stage);
}

/* What is covered stays so in the copy, and so needs nobody else's word. */
static void a_covered_copy_is_of_what_is_covered(void **state)
{
    (void)state;
    static const struct stage_export COVERED = {
        .camera = STAGE_CAMERA, .is_covered = true, .receiver = "홍길동"};
    static const struct stage_export BARE = {
        .camera = OTHER_CAMERA, .is_covered = true, .receiver = "홍길동"};
    struct stage_export both = COVERED;
    struct gate_stage stage;
    struct ticket ticket;
    char path[256];
    uint8_t *plain = NULL;
    size_t size = 0;
    gate_stage_make(&stage);
    (void)snprintf(path, sizeof path, "%s/plant.yaml", stage.directory);
    CHECK_OK(
        file_read_all(&FILE_LAYER_SYSTEM, path, PLANT_MAX, &plain, &size));
    edit_plant(&stage, "    group: sharing-okpo",
               "    masks: [{what: 수유실, by: display, region: \"0,0 300,0 "
               "300,1000\"}]\n",
               "");
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "홍길동", PASSWORD));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_export(&stage, &BARE));
    both.only_asks = true;
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_export(&stage, &both));
    CHECK_OK(gate_stage_export(&stage, &COVERED));
    uint64_t export = stage.view;
    assert_int_equal(
        1, gate_stage_log_count(&stage, "\"kind\":\"export.covered\""));
    assert_int_equal(0, gate_stage_log_count(&stage, "\"kind\":\"export\""));
    CHECK_OK(gate_stage_download(&stage, export));
    CHECK_OK(ticket_open(bytes_of(stage.ticket, stage.ticket_size),
                         TICKET_FOR_VAULT, stage.vault_key,
                         clock_boot(&CLOCK_SYSTEM), &ticket));
    CHECK(ticket_covers_camera(&ticket, STAGE_CAMERA));
    /* What was asked for, and no margin. */
    assert_int_equal(30 * SECOND_US, ticket.span.to.us - ticket.span.from.us);
    CHECK_OK(gate_stage_ledger(&stage, 0, gate_stage_now_us() + SECOND_US, 0));
    CHECK(has(&stage, "\"provided\""));
    CHECK_OK(gate_stage_export_made(&stage, export));
    /* A mask that is gone is no reason to show what it hid. */
    CHECK_OK(gate_stage_export(&stage, &COVERED));
    export = stage.view;
    CHECK(gate_stage_end(&stage) == 0);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, bytes_of(plain, size)));
    alloc_free(plain);
    CHECK_OK(gate_stage_start(&stage, "exit"));
    gate_stage_attach(&stage);
    CHECK_STATUS(STATUS_DENIED, gate_stage_ticket(&stage, export));
    done(&stage);
}

/* ---- the password again ---- */

static void the_password_is_asked_for_again(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, STEP_UP);
    CHECK_OK(gate_stage_export(&stage, &AT_ONCE)); /* just signed in */
    gate_stage_kill(&stage);
    stage.ahead_us = LATER_S * (int64_t)SECOND_US;
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_REFUSED(&stage, EXPORT_REFUSED_PASSWORD,
                  gate_stage_export(&stage, &AT_ONCE));
    CHECK_OK(view_last_minute(&stage));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_PASSWORD,
                  gate_stage_download(&stage, stage.view));
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_password_again(&stage, "another long one"));
    CHECK_REFUSED(&stage, EXPORT_REFUSED_PASSWORD,
                  gate_stage_export(&stage, &AT_ONCE));
    CHECK_OK(gate_stage_password_again(&stage, PASSWORD));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"login.again\""));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"login.failed\""));
    CHECK_OK(gate_stage_export(&stage, &AT_ONCE));
    CHECK_OK(view_last_minute(&stage));
    CHECK_OK(gate_stage_download(&stage, stage.view));
    done(&stage);
}

static void wrong_passwords_lock_the_account(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, STEP_UP);
    for (int i = 0; i < 5; i++)
        CHECK_STATUS(STATUS_DENIED,
                     gate_stage_password_again(&stage, "another long one"));
    CHECK_STATUS(STATUS_LIMIT, gate_stage_password_again(&stage, PASSWORD));
    done(&stage);
}

/* Between the yes and the taking a restart forgets nothing; without the keeper
 * nothing is taken, since its words cannot be read. */
static void what_was_approved_survives_a_restart(void **state)
{
    (void)state;
    struct gate_stage stage;
    begin(&stage, FOUR_EYES);
    as(&stage, "holder");
    uint64_t order = asked(&stage);
    as(&stage, "홍길동");
    CHECK_OK(gate_stage_export_answer(&stage, order, true, ""));
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    as(&stage, "holder");
    CHECK_OK(gate_stage_export_take(&stage, order));
    CHECK_OK(gate_stage_download(&stage, stage.view));
    done(&stage);
}

TEST_MAIN("roles/gate_export",
          TEST(what_is_asked_for_waits_for_another_person), TEST(a_no_ends_it),
          TEST(a_yes_is_good_for_a_time), TEST(two_accounts_are_not_two_people),
          TEST(no_file_of_a_view_goes_around_it),
          TEST(a_masked_camera_needs_two),
          TEST(a_covered_copy_is_of_what_is_covered),
          TEST(the_password_is_asked_for_again),
          TEST(wrong_passwords_lock_the_account),
          TEST(what_was_approved_survives_a_restart))
