/* SPDX-License-Identifier: Apache-2.0 */
/* A plant of a thousand cameras: what is told of all of them still arrives. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "support/gate_stage.h"
#include "sys/file.h"
#include "unit/test.h"

enum {
    CAMERAS = 1000,
    PLANT_MAX = 1 << 20,
    PROMISED = 50, /* of whom an answer holds 20 at a time */
};

static const int64_t MINUTE_US = 60 * (int64_t)SECOND_US;

static const char NAME[] = "홍길동";
static const char PASSWORD[] = "a long enough one";

/* The example's plant with this many cameras in place of its own. */
static void write_plant(const struct gate_stage *stage)
{
    char path[192];
    uint8_t *old = NULL;
    size_t size = 0;
    AUTO(buffer_deinit) struct buffer plant = buffer_with_limit(PLANT_MAX);
    (void)snprintf(path, sizeof path, "%s/plant.yaml", stage->directory);
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, PLANT_MAX, &old, &size));
    static const char LIST[] = "\ncameras:\n";
    const uint8_t *list = memmem(old, size, LIST, sizeof LIST - 1);
    CHECK(list != NULL);
    buffer_append(&plant, bytes_of(old, (size_t)(list - old)));
    buffer_append_text(&plant, LIST);
    for (int i = 1; i <= CAMERAS; i++)
        buffer_format(&plant,
                      "  - number: %d\n    id: camera-of-the-house-%d\n"
                      "    group: sharing-okpo\n"
                      "    name: {ko: 옥포동 나눔터 %d번, "
                      "en: \"Okpo-dong, camera %d\"}\n"
                      "    host: 192.0.2.%d\n    port: 554\n"
                      "    path: /cam/realmonitor/of-the-first-floor/%d?"
                      "channel=1&subtype=0&unicast=true&proto=Onvif\n"
                      "    user: recorder\n"
                      "    password_file: secrets/cameras\n",
                      i, i, i, i, i % 250 + 1, i);
    CHECK_OK(buffer_status(&plant));
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(&plant)));
    alloc_free(old);
}

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (text = strstr(text, what); text != NULL;
         text = strstr(text + 1, what))
        count++;
    return count;
}

/* These are promised since ten minutes, and recorded since five. */
static void add_cameras(struct gate_stage *stage, uint32_t count)
{
    int64_t now_us = gate_stage_now_us();
    /* To its end goes on while they are told. */
    stage->recorded =
        (struct span){{now_us - 5 * MINUTE_US}, {now_us + 5 * MINUTE_US}};
    for (uint32_t i = 1; i <= count; i++) {
        const struct event added = {.kind = EVENT_CAMERA_ADDED,
                                    .camera = i,
                                    .span = {{now_us - 10 * MINUTE_US}, {0}}};
        gate_stage_event(stage, &added);
    }
    gate_stage_await_tales(stage);
}

static void a_thousand_cameras_are_told(void **state)
{
    (void)state;
    static struct gate_stage stage;
    gate_stage_make(&stage);
    write_plant(&stage);
    stage.many_cameras = CAMERAS;
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    assert_int_equal(CAMERAS * 16, stage.policies);
    assert_int_equal(CAMERAS * 16, stage.keeper_policies);
    CHECK_OK(gate_stage_plan(&stage));
    print_message("# plan_wait: %zu bytes\n", stage.plan_bytes);
    CHECK(stage.plan_bytes > 98304);
    CHECK(memmem(stage.json, stage.plan_bytes, "/1000?", 6) != NULL);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, NAME, PASSWORD));

    CHECK_OK(gate_stage_cameras(&stage));
    print_message("# cameras_get: %zu bytes\n", strlen(stage.json));
    assert_int_equal(CAMERAS, occurrences(stage.json, "\"number\":"));
    CHECK(strstr(stage.json, "camera-of-the-house-1000") != NULL);
    CHECK(strlen(stage.json) > 98304); /* more than a packet has room for */

    CHECK_OK(gate_stage_status(&stage, true));
    print_message("# status_get: %zu bytes\n", strlen(stage.json));
    assert_int_equal(CAMERAS, occurrences(stage.json, "\"recorded_s\":"));
    CHECK(strlen(stage.json) > 98304);
    CHECK(stage.json[strlen(stage.json) - 1] == '}');
    assert_int_equal(0, stage.spans_asked); /* none is promised yet */

    /* Not camera by camera: as often as answers have room for. */
    add_cameras(&stage, PROMISED);
    CHECK_OK(gate_stage_status(&stage, true));
    assert_int_equal(3, stage.spans_asked);
    assert_int_equal(PROMISED, occurrences(stage.json, "\"unexplained_s\":300"));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

TEST_MAIN("roles/gate/gate large", TEST(a_thousand_cameras_are_told))
