/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/columns.h"

#include <math.h>

#include "unit/test.h"

enum { MANY = 12 };

static double sum(const double *widths, size_t count)
{
    double all = 0;
    for (size_t i = 0; i < count; i++)
        all += widths[i];
    return all;
}

static void what_fits_in_one_line_is_in_proportion(void **state)
{
    (void)state;
    const struct column_wish wishes[] = {{10, 30}, {10, 60}};
    double widths[2];
    columns_share(wishes, 2, 180, widths);
    CHECK(fabs(widths[0] - 60) < 0.001);
    CHECK(fabs(widths[1] - 120) < 0.001);
}

static void no_column_is_narrower_than_its_widest_word(void **state)
{
    (void)state;
    struct test_random random = {7};
    for (int round = 0; round < 1000; round++) {
        struct column_wish wishes[MANY];
        size_t count = 1 + test_random_next(&random) % MANY;
        double words = 0;
        for (size_t i = 0; i < count; i++) {
            wishes[i].minimum_pt = (double)(test_random_next(&random) % 40);
            wishes[i].natural_pt =
                wishes[i].minimum_pt +
                (double)(test_random_next(&random) % 3000);
            words += wishes[i].minimum_pt;
        }
        double widths[MANY];
        columns_share(wishes, count, 487, widths);
        CHECK(fabs(sum(widths, count) - 487) < 0.01);
        for (size_t i = 0; words <= 487 && i < count; i++)
            CHECK(widths[i] >= wishes[i].minimum_pt - 0.001);
    }
}

static void words_that_do_not_fit_share_by_their_width(void **state)
{
    (void)state;
    const struct column_wish wishes[] = {{300, 300}, {100, 400}};
    double widths[2];
    columns_share(wishes, 2, 200, widths);
    CHECK(fabs(widths[0] - 150) < 0.001);
    CHECK(fabs(widths[1] - 50) < 0.001);
}

static void columns_without_words_are_even(void **state)
{
    (void)state;
    const struct column_wish wishes[] = {{0, 0}, {0, 0}};
    double widths[2];
    columns_share(wishes, 2, 100, widths);
    CHECK(fabs(widths[0] - 50) < 0.001);
}

TEST_MAIN("paper/columns", TEST(what_fits_in_one_line_is_in_proportion),
          TEST(no_column_is_narrower_than_its_widest_word),
          TEST(words_that_do_not_fit_share_by_their_width),
          TEST(columns_without_words_are_even))
