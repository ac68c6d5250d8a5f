/* SPDX-License-Identifier: Apache-2.0 */
#include "model/recorded.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static void a_root_reads_back(void **state)
{
    (void)state;
    char words[RECORDED_DETAIL_MAX + 1];
    struct recorded_root root = {.batch = 12, .leaves = 345};
    struct recorded_root read;
    memset(root.root, 0xa5, sizeof root.root);
    struct text text = recorded_root_write(&root, words);
    CHECK(text_starts_with(text, text_of("batch 12 leaves 345 root a5a5")));
    CHECK_OK(recorded_root_read(text, &read));
    CHECK(read.batch == 12 && read.leaves == 345);
    CHECK(memcmp(read.root, root.root, sizeof root.root) == 0);
    for (size_t size = 0; size < text.size; size++)
        CHECK_STATUS(STATUS_BAD_INPUT,
                     recorded_root_read((struct text){text.data, size},
                                        &read));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 recorded_root_read(text_of("batch 0 leaves 1 root 00"),
                                    &read));
}

static void a_day_reads_back(void **state)
{
    (void)state;
    char words[RECORDED_DETAIL_MAX + 1];
    struct recorded_day day = {.leaves = 7,
                               .recorded_ms = 1000,
                               .gaps = 2,
                               .spans = text_of("0-400,500-1100+")};
    struct recorded_day read;
    struct text text = recorded_day_write(&day, words);
    CHECK_OK(recorded_day_read(text, &read));
    CHECK(read.leaves == 7 && read.recorded_ms == 1000 && read.gaps == 2);
    CHECK(text_equal(read.spans, day.spans));
    day.spans = text_of("");
    CHECK_OK(recorded_day_read(recorded_day_write(&day, words), &read));
    CHECK(read.spans.size == 0);
    day.spans = text_of("\"");
    CHECK_STATUS(STATUS_BAD_INPUT,
                 recorded_day_read(recorded_day_write(&day, words), &read));
}

/* 2026-11-22T15:00:00Z is midnight in Korea. */
static void days_begin_at_korean_midnight(void **state)
{
    (void)state;
    int64_t midnight_us = INT64_C(1795359600000000);
    CHECK(recorded_day_start((struct wall_time){midnight_us}).us ==
          midnight_us);
    CHECK(recorded_day_start((struct wall_time){midnight_us + 1}).us ==
          midnight_us);
    CHECK(recorded_day_start((struct wall_time){midnight_us - 1}).us ==
          midnight_us - INT64_C(86400000000));
}

TEST_MAIN("model/recorded", TEST(a_root_reads_back), TEST(a_day_reads_back),
          TEST(days_begin_at_korean_midnight))
