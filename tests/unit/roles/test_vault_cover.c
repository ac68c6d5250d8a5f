/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/vault/cover.h"

#include "support/vault_stage.h"
#include "unit/test.h"

enum { FIRST = 10, LAST = 229 };

static struct stage_claim claim_on(enum ticket_kind kind, uint32_t camera)
{
    return (struct stage_claim){.kind = kind,
                                .camera = camera,
                                .span = stage_all(),
                                .life_us = 60 * (int64_t)SECOND_US};
}

static enum status read_some(struct stage *stage, uint32_t camera)
{
    const struct stage_claim claim = claim_on(TICKET_RECORDED, camera);
    stage->sample_count = 0;
    return stage_read(stage, &claim, camera & ~TICKET_COVERED,
                      stage_time_of(stage, 50), 0);
}

/* How many of the pictures that came are as the camera sent them. */
static size_t bare(const struct stage *stage)
{
    size_t count = 0;
    for (size_t i = 0; i < stage->sample_count; i++)
        count += stage->samples[i].k != 0;
    return count;
}

static void begin(struct stage *stage)
{
    stage_make(stage, 30);
    stage_start(stage);
    stage_put_config(stage, 1);
    stage_put_samples(stage, 1, FIRST, LAST);
    stage_ring_bell(stage);
    stage_wait_recorded(stage, 1, LAST - 10);
}

static void end(struct stage *stage)
{
    stage_kill(stage);
    stage_remove(stage);
}

static void recorded_pictures_go_by_way_of_work(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    /* Nobody has told the regions: nothing is given out. */
    CHECK_STATUS(STATUS_AGAIN, read_some(&stage, 1 | TICKET_COVERED));
    stage_cover(&stage, 1, true);
    stage_attach_work(&stage);
    CHECK_OK(read_some(&stage, 1 | TICKET_COVERED));
    CHECK(stage.sample_count >= 20 && bare(&stage) == 0);
    CHECK(stage.samples[0].time_us == stage_time_of(&stage, 50));
    CHECK(stage.next_us > stage_time_of(&stage, 60));
    CHECK(stage.jobs == 1 && stage.job_stream == 0);
    /* An export's ticket is for what the camera sent; work has no part in it. */
    CHECK_OK(read_some(&stage, 1));
    CHECK(bare(&stage) == stage.sample_count && stage.sample_count > 20);
    CHECK(stage.jobs == 1);
    end(&stage);
}

static void without_sound_work_nothing_is_shown(void **state)
{
    (void)state;
    struct stage stage;
    begin(&stage);
    stage_cover(&stage, 1, true);
    /* None is there: an answer comes all the same. */
    CHECK_STATUS(STATUS_AGAIN, read_some(&stage, 1 | TICKET_COVERED));
    CHECK(stage.sample_count == 0);
    stage_attach_work(&stage);
    stage.work_manner = STAGE_WORK_FAILS;
    CHECK_STATUS(STATUS_AGAIN, read_some(&stage, 1 | TICKET_COVERED));
    stage.work_manner = STAGE_WORK_LIES;
    CHECK_STATUS(STATUS_AGAIN, read_some(&stage, 1 | TICKET_COVERED));
    stage.work_manner = STAGE_WORK_KEEPS;
    CHECK_STATUS(STATUS_AGAIN, read_some(&stage, 1 | TICKET_COVERED));
    CHECK(stage.sample_count == 0);
    /* The next one does it. */
    stage_detach_work(&stage);
    stage.work_manner = STAGE_WORK_COVERS;
    stage_attach_work(&stage);
    CHECK_OK(read_some(&stage, 1 | TICKET_COVERED));
    CHECK(stage.sample_count >= 20 && bare(&stage) == 0);
    end(&stage);
}

/* Asks until pictures have come. */
static void watch(struct stage *stage, uint32_t camera)
{
    const struct stage_claim claim = claim_on(TICKET_LIVE, camera);
    stage->sample_count = 0;
    for (int tries = 0; tries < 30 && stage->sample_count == 0; tries++)
        CHECK_OK(stage_live(stage, &claim));
}

static void live_pictures_go_by_way_of_work(void **state)
{
    (void)state;
    struct stage stage;
    const struct stage_claim claim = claim_on(TICKET_LIVE, 1 | TICKET_COVERED);
    begin(&stage);
    stage_cover(&stage, 1, true);
    stage_attach_work(&stage);
    CHECK_OK(stage_live(&stage, &claim)); /* watched from here on */
    stage_put_samples(&stage, 1, LAST + 1, LAST + 25);
    stage_ring_bell(&stage);
    watch(&stage, 1 | TICKET_COVERED);
    CHECK(stage.sample_count > 0 && bare(&stage) == 0);
    CHECK(stage.job_stream == 1);
    CHECK((stage.samples[0].flags & SAMPLE_IDR) != 0);

    /* Another work begins the stream anew, with an IDR. */
    stage_detach_work(&stage);
    stage_attach_work(&stage);
    size_t jobs = stage.jobs;
    stage_put_samples(&stage, 1, LAST + 26, LAST + 45);
    stage_ring_bell(&stage);
    watch(&stage, 1 | TICKET_COVERED);
    CHECK(stage.jobs > jobs && bare(&stage) == 0 && stage.sample_count > 0);

    /* The mask is taken off: what was kept with it is not mixed with what
     * comes, and the bare pictures show that the eyes above can see them. */
    stage_cover(&stage, 1, false);
    stage_put_samples(&stage, 1, LAST + 46, LAST + 70);
    stage_ring_bell(&stage);
    watch(&stage, 1);
    CHECK(stage.sample_count > 0 && bare(&stage) == stage.sample_count);
    end(&stage);
}

/* A ticket that says so shows nothing before the regions are known, and
 * nothing of what was kept before. */
static void live_waits_for_the_regions(void **state)
{
    (void)state;
    struct stage stage;
    const struct stage_claim claim = claim_on(TICKET_LIVE, 1 | TICKET_COVERED);
    begin(&stage);
    stage_attach_work(&stage);
    CHECK_OK(stage_live(&stage, &claim));
    stage_put_samples(&stage, 1, LAST + 1, LAST + 25);
    stage_ring_bell(&stage);
    stage.sample_count = 0;
    CHECK_OK(stage_live(&stage, &claim));
    CHECK_OK(stage_live(&stage, &claim));
    CHECK(stage.sample_count == 0);
    stage_cover(&stage, 1, true);
    CHECK_OK(stage_live(&stage, &claim));
    CHECK(bare(&stage) == 0);
    stage_put_samples(&stage, 1, LAST + 26, LAST + 50);
    stage_ring_bell(&stage);
    watch(&stage, 1 | TICKET_COVERED);
    CHECK(stage.sample_count > 0 && bare(&stage) == 0);
    end(&stage);
}

TEST_MAIN("roles/vault_cover", TEST(recorded_pictures_go_by_way_of_work),
          TEST(without_sound_work_nothing_is_shown),
          TEST(live_pictures_go_by_way_of_work),
          TEST(live_waits_for_the_regions))
