/* SPDX-License-Identifier: Apache-2.0 */
/* Two streams of a camera: recorded each for itself, under the camera's keys,
 * and gone together. */
#include "media/sample.h"
#include "support/vault_stage.h"
#include "unit/test.h"

enum { CAMERA = 2 };

static const int64_t MINUTE_US = 60 * (int64_t)SECOND_US;

static struct stage_claim claim_on(enum ticket_kind kind, uint32_t stream)
{
    return (struct stage_claim){.kind = kind,
                                .camera = stream,
                                .span = stage_all(),
                                .life_us = MINUTE_US};
}

/* Both streams with samples 0 to 199, and promised since then. */
static void begin(struct stage *stage)
{
    stage_make(stage, 40);
    stage->has_sub = true;
    stage_start(stage);
    stage_drain_events(stage);
    stage_kill(stage);
    stage_backdate_cameras(stage);
    stage_start(stage);
    stage_put_config(stage, CAMERA);
    stage_put_config(stage, STAGE_SUB);
    for (uint64_t k = 0; k < 200; k += 10) {
        stage_put_samples(stage, CAMERA, k, k + 9);
        stage_put_samples(stage, STAGE_SUB, k, k + 9);
    }
    stage_ring_bell(stage);
    stage_wait_recorded(stage, CAMERA, 199);
    stage_wait_recorded(stage, STAGE_SUB, 199);
}

static void end(struct stage *stage)
{
    stage_kill(stage);
    stage_remove(stage);
}

static void check_all(const struct stage *stage, uint32_t stream)
{
    assert_int_equal(stage->sample_count, 200);
    for (size_t i = 0; i < stage->sample_count; i++) {
        assert_int_equal(stage->samples[i].camera, stream);
        assert_int_equal(stage->samples[i].k, i);
    }
}

static void each_is_recorded_for_itself(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    CHECK_OK(stage_read_all(&stage, CAMERA));
    check_all(&stage, CAMERA);
    stage.sample_count = 0;
    CHECK_OK(stage_read_all(&stage, STAGE_SUB));
    check_all(&stage, STAGE_SUB);
    stage_kill(&stage);

    stage_start(&stage); /* what a later vault reads back */
    stage.sample_count = 0;
    CHECK_OK(stage_read_all(&stage, STAGE_SUB));
    check_all(&stage, STAGE_SUB);
    end(&stage);
}

/* One entry, one stream: neither comes with the other's ticket. */
static void a_ticket_is_for_one_of_them(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    int64_t from_us = stage_time_of(&stage, 0);
    int64_t to_us = stage_time_of(&stage, 199);
    stage.sample_count = 0;
    struct stage_claim claim = claim_on(TICKET_RECORDED, CAMERA);
    CHECK_STATUS(STATUS_DENIED,
                 stage_read(&stage, &claim, STAGE_SUB, from_us, to_us));
    claim = claim_on(TICKET_RECORDED, STAGE_SUB);
    CHECK_STATUS(STATUS_DENIED,
                 stage_read(&stage, &claim, CAMERA, from_us, to_us));
    CHECK(stage.sample_count == 0);

    claim = claim_on(TICKET_LIVE, STAGE_SUB);
    CHECK_OK(stage_live(&stage, &claim));
    CHECK(ring_is_watched(stage.ring, STAGE_SUB));
    CHECK(!ring_is_watched(stage.ring, CAMERA));
    stage_put_samples(&stage, STAGE_SUB, 200, 219);
    stage_put_samples(&stage, CAMERA, 200, 219);
    stage_ring_bell(&stage);
    CHECK_OK(stage_live(&stage, &claim));
    CHECK(stage.sample_count > 0);
    for (size_t i = 0; i < stage.sample_count; i++)
        assert_int_equal(stage.samples[i].camera, STAGE_SUB);
    end(&stage);
}

/* The keeper tells of a camera's death once. */
static void both_die_with_the_camera_s_key(void **state)
{
    (void)state;
    static const uint32_t STREAMS[] = {CAMERA, STAGE_SUB};
    struct stage stage;
    begin(&stage);
    struct span slot = {{stage_time_of(&stage, 50)},
                        {stage_time_of(&stage, 100)}};
    stage_die(&stage, CAMERA, slot);
    for (size_t i = 0; i < 2; i++) {
        CHECK(stage_spans(&stage, STREAMS[i]) == 2);
        CHECK(stage.spans[0].to.us == slot.from.us);
        CHECK(stage.spans[1].from.us == slot.to.us);
        stage.sample_count = 0;
        CHECK_OK(stage_read_all(&stage, STREAMS[i]));
        assert_int_equal(stage.sample_count, 150);
    }
    end(&stage);
}

/* The smaller stream alone falls silent: that is its gap, and not the other's. */
static void a_gap_is_a_stream_s(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    stage_put_state(&stage, STAGE_SUB, CAUSE_UNREACHABLE, 200);
    stage_put_samples(&stage, CAMERA, 200, 259);
    stage_put_samples(&stage, STAGE_SUB, 250, 259);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, STAGE_SUB, 259);
    stage_drain_events(&stage);
    const struct stage_event *gap = NULL;
    for (size_t i = 0; i < stage.event_count; i++) {
        const struct stage_event *event = &stage.events[i];
        if (event->kind != EVENT_GAP || span_is_empty(event->span) ||
            event->span.from.us < stage_time_of(&stage, 199))
            continue;
        assert_int_equal(event->camera, STAGE_SUB);
        gap = event;
    }
    CHECK(gap != NULL && gap->cause == CAUSE_UNREACHABLE);
    CHECK(stage_spans(&stage, CAMERA) == 1);
    end(&stage);
}

TEST_MAIN("roles/vault_streams", TEST(each_is_recorded_for_itself),
          TEST(a_ticket_is_for_one_of_them),
          TEST(both_die_with_the_camera_s_key), TEST(a_gap_is_a_stream_s))
