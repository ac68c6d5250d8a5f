/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "camsim/schedule.h"
#include "unit/test.h"

/* Everybody's turn comes in order of time, whatever the periods. */
static void the_earliest_comes_first(void **state)
{
    (void)state;
    enum { COUNT = 50, TURNS = 5000 };
    struct test_random random = {11};
    AUTO(camsim_schedule_destroy) struct camsim_schedule *schedule = NULL;
    CHECK_OK(camsim_schedule_create(COUNT, &schedule));
    int64_t due[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        due[i] = (int64_t)(test_random_next(&random) % 1000);
        camsim_schedule_add(schedule, i, due[i]);
    }
    int64_t last = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        int64_t now = 0;
        uint32_t first = camsim_schedule_first(schedule, &now);
        CHECK(first < COUNT && due[first] == now && now >= last);
        for (uint32_t i = 0; i < COUNT; i++)
            CHECK(due[i] >= now);
        last = now;
        due[first] += 1 + (int64_t)(test_random_next(&random) % 300);
        camsim_schedule_delay_first(schedule, due[first]);
    }
}

static enum status make(void *context)
{
    (void)context;
    AUTO(camsim_schedule_destroy) struct camsim_schedule *schedule = NULL;
    return camsim_schedule_create(3, &schedule);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(make, NULL);
}

TEST_MAIN("camsim/schedule", TEST(the_earliest_comes_first),
          TEST(every_allocation_may_fail))
