/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: places that are not filmed. Nobody has signed, one drift says so;
 * everything is signed, it ends; the camera, its mask or the notice is another,
 * it is there again. Nobody signs for what was not shown to them. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/writer.h"
#include "support/example_edit.h"
#include "support/gate_stage.h"
#include "sys/file.h"
#include "unit/test.h"

enum { CAMERAS = 6, FIRST = 4, PATH_SIZE = 256, LOOK_MS = 6000 };

static const int64_t MINUTE_US = INT64_C(60) * SECOND_US;
static const char PASSWORD[] = "a long enough one";
static const char PURPOSE[] = "facility-safety";
static const char PLACE[] = "수유실";
static const char PICTURE[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static void put_file(const struct gate_stage *stage, const char *name,
                     struct bytes content)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", stage->directory, name);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, content));
}

/* The example, with one place of a file changed. */
static void edit(const struct gate_stage *stage, const char *name,
                 const char *example, const char *find,
                 const char *replacement)
{
    uint32_t line = 0;
    struct buffer text = example_edit(example, find, replacement, &line);
    put_file(stage, name, buffer_bytes(&text));
    buffer_deinit(&text);
}

static const char DESK[] = "    id: aju-desk\n    group: sharing-aju\n";
static const char MASKED[] =
    "    id: aju-desk\n    group: sharing-aju\n    masks: [{what: 수유실, by: "
    "camera, region: \"0,0 300,0 300,1000\"}]\n";

/* Live pictures of the cameras are on the screen of whoever is signed in. */
static void look(struct gate_stage *stage)
{
    uint8_t cameras[4 * CAMERAS];
    struct writer out = writer_on(cameras, sizeof cameras);
    for (uint32_t i = 0; i < CAMERAS; i++)
        writer_u32be(&out, FIRST + i);
    const struct stage_view view = {.cameras = writer_written(&out),
                                    .purpose = PURPOSE,
                                    .reason = "촬영 제외 확인"};
    CHECK_OK(gate_stage_view(stage, &view));
    CHECK_OK(gate_stage_ticket(stage, stage->view));
}

/* The camera 5 blackens the nursing room itself. */
static void begin(struct gate_stage *stage)
{
    gate_stage_make(stage);
    put_file(stage, "notice.yaml", example_file(EXAMPLE_NOTICE));
    edit(stage, "plant.yaml", EXAMPLE_PLANT, DESK, MASKED);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "root", PASSWORD));
    look(stage);
}

static void start_again(struct gate_stage *stage)
{
    CHECK(gate_stage_end(stage) == 0);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login(stage, "root", PASSWORD, "192.0.2.7"));
    look(stage);
}

static void done(struct gate_stage *stage)
{
    CHECK(gate_stage_end(stage) == 0);
    gate_stage_remove(stage);
}

static struct stage_signature by_aim(const struct gate_stage *stage,
                                     uint32_t camera)
{
    return (struct stage_signature){.camera = camera,
                                    .place = PLACE,
                                    .by = "aim",
                                    .picture_sha256 = PICTURE,
                                    .view = stage->view,
                                    .taken_us = gate_stage_now_us() -
                                                SECOND_US};
}

static void sign_all(struct gate_stage *stage)
{
    for (uint32_t i = 0; i < CAMERAS; i++) {
        const struct stage_signature signature = by_aim(stage, FIRST + i);
        CHECK_OK(gate_stage_exclusion_sign(stage, &signature));
    }
}

/* Until the log has so many entries of this kind about it. */
static void wait_for(struct gate_stage *stage, const char *kind, size_t count)
{
    char wanted[96];
    (void)snprintf(wanted, sizeof wanted,
                   "\"kind\":\"%s\",\"code\":\"exclusion_unproven\",\"subject\":"
                   "\"\"",
                   kind);
    for (int i = 0; i < 100 && gate_stage_log_count(stage, wanted) < count; i++)
        gate_stage_idle(stage, LOOK_MS / 10);
    assert_int_equal(count, gate_stage_log_count(stage, wanted));
}

static size_t count_proven(struct gate_stage *stage)
{
    size_t count = 0;
    CHECK_OK(gate_stage_exclusions(stage));
    for (const char *at = stage->json;
         (at = strstr(at, "\"is_proven\":true")) != NULL; at++)
        count++;
    return count;
}

static void one_drift_stands_until_all_is_signed(void **state)
{
    (void)state;
    static struct gate_stage stage;
    begin(&stage);
    wait_for(&stage, "drift.found", 1);
    CHECK(gate_stage_log_count(&stage,
                               "0 of 6: sharing-aju, sharing-okpo, "
                               "sharing-sangmun") == 1);
    assert_int_equal(0, count_proven(&stage));
    CHECK_OK(gate_stage_page(&stage, PUBLIC_PROMISES, 0, "ko"));
    CHECK(strstr(stage.json, "서명 0 / 6. 아직: ") != NULL);
    sign_all(&stage);
    assert_int_equal(CAMERAS, count_proven(&stage));
    CHECK(strstr(stage.json, PICTURE) != NULL);
    wait_for(&stage, "drift.ended", 1);
    CHECK_OK(gate_stage_page(&stage, PUBLIC_PROMISES_JSON, 0, "ko"));
    CHECK(strstr(stage.json, "\"kind\":\"proof\",\"subject\":\"\",\"state\":"
                             "\"kept\"") != NULL);
    CHECK(strstr(stage.json, "\"kind\":\"exclusion\",\"subject\":"
                             "\"sharing-aju\",\"state\":\"kept\"") != NULL);
    wait_for(&stage, "drift.found", 1); /* one for all places */
    /* Signed stays signed over a restart. */
    start_again(&stage);
    assert_int_equal(CAMERAS, count_proven(&stage));
    done(&stage);
}

static void what_has_changed_proves_no_more(void **state)
{
    static const char *const CHANGES[][2] = {
        {"host: 192.0.2.15", "host: 192.0.2.95"}, /* another camera there */
        {DESK, MASKED},                           /* the mask is gone */
    };
    (void)state;
    static struct gate_stage stage;
    begin(&stage);
    sign_all(&stage);
    for (size_t i = 0; i < 2; i++) {
        edit(&stage, "plant.yaml", EXAMPLE_PLANT, CHANGES[i][0],
             i == 0 ? CHANGES[i][1] : DESK);
        start_again(&stage);
        assert_int_equal(CAMERAS - 1, count_proven(&stage));
    }
    wait_for(&stage, "drift.found", 1);
    edit(&stage, "plant.yaml", EXAMPLE_PLANT, DESK, MASKED);
    start_again(&stage);
    assert_int_equal(CAMERAS, count_proven(&stage));
    /* The pictures that the camera sends are others now. */
    struct event event = {.kind = EVENT_CODEC,
                          .camera = FIRST,
                          .span = {{gate_stage_now_us()},
                                   {gate_stage_now_us()}},
                          .detail = text_of("H.264 640x360")};
    gate_stage_event(&stage, &event);
    gate_stage_await_tales(&stage);
    assert_int_equal(CAMERAS, count_proven(&stage));
    event.detail = text_of("H.264 1920x1080");
    gate_stage_event(&stage, &event);
    gate_stage_await_tales(&stage);
    assert_int_equal(CAMERAS - 1, count_proven(&stage));
    /* Somebody says that it is shown; then that it is not. */
    struct stage_signature signature = by_aim(&stage, FIRST);
    CHECK_OK(gate_stage_exclusion_sign(&stage, &signature));
    assert_int_equal(CAMERAS, count_proven(&stage));
    signature.by = "none"; /* nobody has to see it here for that */
    signature.picture_sha256 = "";
    signature.view = 0;
    CHECK_OK(gate_stage_exclusion_sign(&stage, &signature));
    assert_int_equal(CAMERAS - 1, count_proven(&stage));
    done(&stage);
}

static void check_refused(struct gate_stage *stage, enum status why,
                          const struct stage_signature *signature)
{
    CHECK_STATUS(why, gate_stage_exclusion_sign(stage, signature));
}

static void only_what_can_be_true_is_signed(void **state)
{
    (void)state;
    static struct gate_stage stage;
    begin(&stage);
    struct stage_signature signature = by_aim(&stage, FIRST);
    signature.by = "mask";
    check_refused(&stage, STATUS_CONFLICT, &signature); /* it has none */
    signature.camera = FIRST + 1;
    CHECK_OK(gate_stage_exclusion_sign(&stage, &signature));
    signature.by = "prayer";
    check_refused(&stage, STATUS_BAD_INPUT, &signature);
    signature = by_aim(&stage, 1);
    check_refused(&stage, STATUS_NOT_FOUND, &signature); /* nothing excluded */
    signature = by_aim(&stage, FIRST);
    signature.place = "화장실";
    check_refused(&stage, STATUS_NOT_FOUND, &signature);
    signature = by_aim(&stage, FIRST);
    signature.taken_us = gate_stage_now_us() + INT64_C(3600) * SECOND_US;
    check_refused(&stage, STATUS_BAD_INPUT, &signature); /* not taken yet */
    signature = by_aim(&stage, FIRST);
    signature.picture_sha256 = "";
    check_refused(&stage, STATUS_BAD_INPUT, &signature);
    signature.picture_sha256 = "zz";
    check_refused(&stage, STATUS_BAD_INPUT, &signature);
    assert_int_equal(1, count_proven(&stage));
    /* An access holder may look, and does not answer for the notice. */
    CHECK_OK(gate_stage_account_add(&stage, "주무관", "access_holder",
                                    "aju-viewer"));
    CHECK_OK(gate_stage_login(&stage, "주무관", PASSWORD, "192.0.2.7"));
    signature = by_aim(&stage, FIRST);
    check_refused(&stage, STATUS_DENIED, &signature);
    CHECK_STATUS(STATUS_DENIED, gate_stage_exclusions(&stage));
    CHECK_OK(gate_stage_login(&stage, "root", PASSWORD, "192.0.2.7"));
    assert_int_equal(1, count_proven(&stage));
    done(&stage);
}

/* Of one camera, minutes ago; its ticket is not asked for. */
static void open_recorded(struct gate_stage *stage, int64_t from_minute,
                          int64_t to_minute)
{
    const int64_t now_us = gate_stage_now_us();
    const struct stage_view view = {.camera = FIRST,
                                    .from_us = now_us - from_minute * MINUTE_US,
                                    .to_us = now_us - to_minute * MINUTE_US,
                                    .purpose = PURPOSE,
                                    .reason = "촬영 제외 확인"};
    CHECK_OK(gate_stage_view(stage, &view));
}

static void what_was_not_shown_is_not_signed(void **state)
{
    (void)state;
    static struct gate_stage stage;
    char view[32];
    begin(&stage);
    struct stage_signature signature = by_aim(&stage, FIRST);
    uint64_t live = signature.view;
    signature.view = 0;
    check_refused(&stage, STATUS_CONFLICT, &signature);
    signature.view = live + 1; /* no view, or not this session's */
    check_refused(&stage, STATUS_CONFLICT, &signature);
    signature.view = live; /* taken before it was opened */
    signature.taken_us = gate_stage_now_us() - 3 * MINUTE_US;
    check_refused(&stage, STATUS_CONFLICT, &signature);
    /* A view is opened, and no picture of it is ever asked for. */
    open_recorded(&stage, 2, 1);
    signature.view = stage.view;
    signature.taken_us = gate_stage_now_us() - 3 * MINUTE_US / 2;
    check_refused(&stage, STATUS_CONFLICT, &signature);
    CHECK_OK(gate_stage_ticket(&stage, stage.view));
    signature.camera = FIRST + 1; /* another's picture */
    check_refused(&stage, STATUS_CONFLICT, &signature);
    signature.camera = FIRST;
    signature.taken_us = gate_stage_now_us() - 5 * SECOND_US; /* behind it */
    check_refused(&stage, STATUS_CONFLICT, &signature);
    assert_int_equal(0, count_proven(&stage));
    signature.taken_us = gate_stage_now_us() - 3 * MINUTE_US / 2;
    CHECK_OK(gate_stage_exclusion_sign(&stage, &signature));
    assert_int_equal(1, count_proven(&stage));
    (void)snprintf(view, sizeof view, "\"view\":%llu,\"taken\"",
                   (unsigned long long)signature.view);
    assert_int_equal(1, gate_stage_log_count(&stage, view));
    /* What was so long ago says nothing of now. */
    open_recorded(&stage, 30, 20);
    CHECK_OK(gate_stage_ticket(&stage, stage.view));
    signature.view = stage.view;
    signature.taken_us = gate_stage_now_us() - 25 * MINUTE_US;
    check_refused(&stage, STATUS_CONFLICT, &signature);
    /* It is on the screen no more; or on somebody else's. */
    CHECK_OK(gate_stage_view_close(&stage, live));
    signature = by_aim(&stage, FIRST);
    signature.view = live;
    check_refused(&stage, STATUS_CONFLICT, &signature);
    look(&stage);
    signature.view = stage.view;
    CHECK_OK(gate_stage_login(&stage, "root", PASSWORD, "192.0.2.7"));
    check_refused(&stage, STATUS_CONFLICT, &signature);
    done(&stage);
}

TEST_MAIN("roles/gate_exclusions", TEST(one_drift_stands_until_all_is_signed),
          TEST(what_has_changed_proves_no_more),
          TEST(only_what_can_be_true_is_signed),
          TEST(what_was_not_shown_is_not_signed))
