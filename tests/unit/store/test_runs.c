/* SPDX-License-Identifier: Apache-2.0 */
#include "store/runs.h"

#include "store/limits.h"
#include "unit/test.h"

static struct span s(int64_t from, int64_t to)
{
    return (struct span){{from * SECOND_US}, {to * SECOND_US}};
}

static void joins_what_follows(void **state)
{
    (void)state;
    struct run_table table = {0};
    CHECK_OK(run_table_add(&table, 5, 1, s(10, 11), 1));
    CHECK_OK(run_table_add(&table, 5, 1, s(11, 12), 2));
    CHECK_OK(run_table_add(&table, 5, 1, s(13, 14), 3)); /* a gap */
    CHECK_OK(run_table_add(&table, 5, 2, s(14, 15), 4)); /* a volume */
    CHECK_OK(run_table_add(&table, 3, 1, s(10, 20), 9));
    CHECK(table.count == 2 && table.cameras[0].camera == 3);
    const struct camera_runs *runs = run_table_find(&table, 5);
    CHECK(runs->count == 3 && runs->last_sequence == 4);
    CHECK(runs->runs[0].span.to.us == 12 * SECOND_US);
    CHECK(camera_runs_end(runs).us == 15 * SECOND_US);
    CHECK(camera_runs_after(runs, (struct wall_time){12 * SECOND_US}) == 1);
    CHECK(camera_runs_after(runs, (struct wall_time){0}) == 0);
    CHECK(camera_runs_after(runs, (struct wall_time){99 * SECOND_US}) == 3);
    CHECK(run_table_find(&table, 4) == NULL);
    CHECK(run_table_has_volume(&table, 2) && !run_table_has_volume(&table, 3));
    run_table_deinit(&table);
}

static void any_order_gives_the_same(void **state)
{
    (void)state;
    struct test_random random = {7};
    for (int round = 0; round < 50; round++) {
        struct run_table table = {0};
        int64_t order[20];
        for (int64_t i = 0; i < 20; i++) {
            size_t at = (size_t)(test_random_next(&random) % (uint64_t)(i + 1));
            order[i] = order[at];
            order[at] = i;
        }
        for (size_t i = 0; i < 20; i++)
            CHECK_OK(run_table_add(&table, 1, 1, s(order[i], order[i] + 1),
                                   1));
        CHECK(table.cameras[0].count == 1);
        CHECK(table.cameras[0].runs[0].span.from.us == 0);
        CHECK(table.cameras[0].runs[0].span.to.us == 20 * SECOND_US);
        run_table_deinit(&table);
    }
}

static void cuts_runs(void **state)
{
    (void)state;
    struct run_table table = {0};
    CHECK_OK(run_table_add(&table, 1, 1, s(0, 20), 1));
    CHECK_OK(run_table_remove(&table, 1, 2, s(5, 10))); /* not there */
    CHECK(table.cameras[0].count == 1);
    CHECK_OK(run_table_remove(&table, 1, 1, s(5, 10))); /* in the middle */
    CHECK(table.cameras[0].count == 2);
    CHECK_OK(run_table_remove(&table, 1, 1, s(-1, 2))); /* at the start */
    CHECK(table.cameras[0].runs[0].span.from.us == 2 * SECOND_US);
    CHECK_OK(run_table_remove(&table, 1, 1, s(18, 30))); /* at the end */
    CHECK(table.cameras[0].runs[1].span.to.us == 18 * SECOND_US);
    CHECK_OK(run_table_remove(&table, 0, 1, s(0, 5))); /* all of one */
    CHECK(table.cameras[0].count == 1);
    CHECK(table.cameras[0].last_sequence == 1); /* never forgotten */
    run_table_deinit(&table);
}

TEST_MAIN("store/runs", TEST(joins_what_follows),
          TEST(any_order_gives_the_same), TEST(cuts_runs))
