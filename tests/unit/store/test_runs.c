/* SPDX-License-Identifier: Apache-2.0 */
#include "store/runs.h"

#include "store/limits.h"
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
    CHECK_OK(run_table_add(&table, 5, s(10, 11), 1));
    CHECK_OK(run_table_add(&table, 5, s(11, 12), 2));
    CHECK_OK(run_table_add(&table, 5, s(13, 14), 3)); /* a gap */
    CHECK_OK(run_table_add(&table, 5, s(14, 15), 4));
    CHECK_OK(run_table_add(&table, 3, s(10, 20), 9));
    CHECK(table.count == 2 && table.cameras[0].camera == 3);
    const struct camera_runs *runs = run_table_find(&table, 5);
    CHECK(runs->count == 2 && runs->last_sequence == 4);
    CHECK(runs->runs[0].to.us == 12 * SECOND_US);
    CHECK(camera_runs_end(runs).us == 15 * SECOND_US);
    CHECK(camera_runs_after(runs, (struct wall_time){12 * SECOND_US}) == 1);
    CHECK(camera_runs_after(runs, (struct wall_time){0}) == 0);
    CHECK(camera_runs_after(runs, (struct wall_time){99 * SECOND_US}) == 2);
    CHECK(run_table_find(&table, 4) == NULL);
    CHECK_OK(run_table_add(&table, 5, s(12, 13), 2)); /* fills the gap */
    CHECK(runs->count == 1 && runs->last_sequence == 4);
    run_table_deinit(&table);
}

static void cuts_runs(void **state)
{
    (void)state;
    struct run_table table = {0};
    CHECK_OK(run_table_add(&table, 1, s(0, 20), 1));
    CHECK_OK(run_table_remove(&table, 2, s(5, 10))); /* not there */
    CHECK_OK(run_table_remove(&table, 1, s(30, 40)));
    CHECK(table.cameras[0].count == 1);
    CHECK_OK(run_table_remove(&table, 1, s(5, 10))); /* in the middle */
    CHECK(table.cameras[0].count == 2);
    CHECK_OK(run_table_remove(&table, 1, s(-1, 2))); /* at the start */
    CHECK(table.cameras[0].runs[0].from.us == 2 * SECOND_US);
    CHECK_OK(run_table_remove(&table, 1, s(18, 30))); /* at the end */
    CHECK(table.cameras[0].runs[1].to.us == 18 * SECOND_US);
    CHECK_OK(run_table_remove(&table, 1, s(0, 5))); /* all of one */
    CHECK(table.cameras[0].count == 1);
    CHECK(table.cameras[0].last_sequence == 1); /* never forgotten */
    run_table_deinit(&table);
}

enum { TENTHS = 400, TENTH_US = SECOND_US / 10 };

/* Against a list of tenths of seconds: true where something is recorded. */
static void check_model(const struct run_table *table, const bool *is_there)
{
    const struct camera_runs *runs = run_table_find(table, 1);
    for (int64_t i = 0; i < TENTHS; i++) {
        struct wall_time time = {i * TENTH_US};
        size_t at = camera_runs_after(runs, time);
        CHECK(is_there[i] == (at < runs->count &&
                              runs->runs[at].from.us <= time.us));
    }
    for (size_t i = 1; i < runs->count; i++)
        CHECK(runs->runs[i].from.us > runs->runs[i - 1].to.us);
}

/* What lies between it and all that is there within the tolerance counts too. */
static void model_add(bool *is_there, int64_t from, int64_t to)
{
    int64_t near = GAP_TOLERANCE_US / TENTH_US;
    int64_t first = from;
    int64_t last = to;
    for (int64_t i = near; i >= 0 && first == from; i--) {
        if (from - 1 - i >= 0 && is_there[from - 1 - i])
            first = from - i;
    }
    for (int64_t i = near; i >= 0 && last == to; i--) {
        if (to + i < TENTHS && is_there[to + i])
            last = to + i;
    }
    for (int64_t i = first; i < last; i++)
        is_there[i] = true;
}

static void is_a_list_of_moments(void **state)
{
    (void)state;
    struct test_random random = {11};
    for (int round = 0; round < 40; round++) {
        struct run_table table = {0};
        bool is_there[TENTHS] = {false};
        CHECK_OK(run_table_note_sequence(&table, 1, 1));
        for (int i = 0; i < 120; i++) {
            int64_t from =
                (int64_t)(test_random_next(&random) % (TENTHS - 1));
            int64_t to = from + 1 + (int64_t)(test_random_next(&random) % 25);
            to = to > TENTHS ? TENTHS : to;
            struct span span = {{from * TENTH_US}, {to * TENTH_US}};
            if (test_random_next(&random) % 3 > 0) {
                CHECK_OK(run_table_add(&table, 1, span, 1));
                model_add(is_there, from, to);
            } else {
                CHECK_OK(run_table_remove(&table, 1, span));
                for (int64_t j = from; j < to; j++)
                    is_there[j] = false;
            }
            check_model(&table, is_there);
        }
        run_table_deinit(&table);
    }
}

static enum status add_and_cut(void *context)
{
    (void)context;
    struct run_table table = {0};
    enum status status = STATUS_OK;
    for (int64_t i = 0; status == STATUS_OK && i < 40; i += 2)
        status = run_table_add(&table, 1 + (uint32_t)i % 3, s(i, i + 1), 1);
    if (status == STATUS_OK)
        status = run_table_add(&table, 1, s(100, 200), 1);
    for (int64_t i = 110; status == STATUS_OK && i < 190; i += 10)
        status = run_table_remove(&table, 1, s(i, i + 2));
    run_table_deinit(&table);
    return status;
}

static void survives_failing_allocations(void **state)
{
    (void)state;
    test_every_allocation_fails(add_and_cut, NULL);
}

TEST_MAIN("store/runs", TEST(joins_what_follows), TEST(cuts_runs),
          TEST(is_a_list_of_moments), TEST(survives_failing_allocations))
