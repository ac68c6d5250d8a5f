/* SPDX-License-Identifier: Apache-2.0 */
/* Samples and states of the process that meets cameras, and what a full ring
 * does to them. */
#include "unit/roles/ingest_stage.h"

static void samples_come_through_the_ring(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    run_camera(&stage, "pass");
    wait_until(&stage, has_forty_samples);
    CHECK(stage.is_first_key && stage.unknown == 0);
    CHECK(stage.configs == 1);
    CHECK(stage.state_count == 2);
    CHECK(stage.states[0] == CAUSE_UNREACHABLE); /* why there was none */
    CHECK(stage.states[1] == CAUSE_NONE);
    CHECK(stage.bells == 0); /* nobody watches */
    finish(&stage);
    CHECK(stage.has_ended && stage.ended_cause == CAUSE_STOPPED);
    CHECK(stage.states[stage.state_count - 1] == CAUSE_STOPPED);
}

static bool has_bells(const struct stage *stage)
{
    return stage->bells >= 10;
}

static void a_watched_camera_rings_the_bell(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    ring_set_watched(stage.ring, CAMERA, true);
    run_camera(&stage, "pass");
    wait_until(&stage, has_bells);
    CHECK(stage.unknown == 0);
    finish(&stage);
}

static bool comes_in_batches(const struct stage *stage)
{
    return stage->pauses >= 2;
}

static bool comes_at_once(const struct stage *stage)
{
    return stage->prompt >= 20;
}

static void watch(struct stage *stage, bool is_watched)
{
    ring_set_watched(stage->ring, CAMERA, is_watched);
    stage->pauses = 0;
    stage->prompt = 0;
}

/* Read at once when watched, by the timer when not; each is waited for. */
static void a_watched_camera_alone_is_read_at_once(void **state)
{
    (void)state;
    struct stage stage;
    begin_with(&stage, false, LONG_BATCH_MS);
    run_camera(&stage, "pass");
    wait_until(&stage, has_forty_samples);
    watch(&stage, false);
    wait_until(&stage, comes_in_batches);
    watch(&stage, true);
    wait_until(&stage, comes_at_once);
    watch(&stage, false);
    wait_until(&stage, comes_in_batches);
    CHECK(stage.unknown == 0);
    finish(&stage);
}

static void a_wrong_password_is_told(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    run_camera(&stage, "word");
    wait_until(&stage, has_ended);
    CHECK(stage.ended_cause == CAUSE_UNAUTHORIZED);
    CHECK(stage.samples == 0);
    /* A second session of the same camera is as good as the first. */
    run_camera(&stage, "pass");
    wait_until(&stage, has_forty_samples);
    CHECK(stage.unknown == 0);
    finish(&stage);
}

static bool has_state(const struct stage *stage)
{
    return stage->state_count > 0;
}

static void a_camera_that_is_down_is_told(void **state)
{
    (void)state;
    struct stage stage;
    const struct message_camera_down message = {
        .camera = CAMERA,
        .cause = CAUSE_UNREACHABLE,
        .detail = text_of("no route")};
    begin(&stage);
    CHECK_OK(message_camera_down_send(stage.supervisor, &message, -1, NULL,
                                      NULL));
    wait_until(&stage, has_state);
    CHECK(stage.states[0] == CAUSE_UNREACHABLE);
    assert_string_equal("no route", stage.detail);
    finish(&stage);
}

static int64_t now_us(void)
{
    return clock_boot(&CLOCK_SYSTEM).us;
}

static int64_t waiting_since_us;

static bool has_waited(const struct stage *stage)
{
    (void)stage;
    return now_us() - waiting_since_us > SECOND_US / 2;
}

static bool has_recovered(const struct stage *stage)
{
    return stage->samples_after_overload > 0 &&
           stage->states[stage->state_count - 1] == CAUSE_NONE;
}

static void fill_ring(struct stage *stage)
{
    char detail[201] = "";
    memset(detail, 'x', sizeof detail - 1);
    const struct message_camera_down message = {.camera = OTHER_CAMERA,
                                                .cause = CAUSE_UNREACHABLE,
                                                .detail = text_of(detail)};
    for (size_t i = 0; i < RING_BYTES / sizeof detail; i++)
        CHECK_OK(message_camera_down_send(stage->supervisor, &message, -1,
                                          NULL, NULL));
}

static void a_full_ring_drops_up_to_a_key_picture(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    run_camera(&stage, "pass");
    wait_until(&stage, has_forty_samples);
    stage.keeps_ring = true;
    fill_ring(&stage);
    waiting_since_us = now_us();
    wait_until(&stage, has_waited);
    stage.keeps_ring = false;
    wait_until(&stage, has_recovered);
    CHECK(stage.unknown == 0);
    CHECK(stage.pictures_lost > 0);
    finish(&stage);
}

TEST_MAIN("roles/ingest", TEST(samples_come_through_the_ring),
          TEST(a_watched_camera_rings_the_bell),
          TEST(a_watched_camera_alone_is_read_at_once),
          TEST(a_wrong_password_is_told), TEST(a_camera_that_is_down_is_told),
          TEST(a_full_ring_drops_up_to_a_key_picture))
