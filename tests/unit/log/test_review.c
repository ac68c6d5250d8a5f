/* SPDX-License-Identifier: Apache-2.0 */
#include "log/review.h"

#include <stdio.h>

#include "base/text.h"
#include "unit/test.h"

#define COMMITMENT "\"c:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""

enum { LINE = 1024 };

/* day, hour of November 2026, in UTC. */
static void tell(struct review *review, uint64_t number, int day, int hour,
                 const char *members)
{
    char line[LINE];
    struct entry_line entry;
    (void)snprintf(line, sizeof line,
                   "{\"n\":%u,\"t\":\"2026-11-%02dT%02d:00:00.000000Z\",%s}",
                   (unsigned)number, day, hour, members);
    CHECK_OK(entry_line_read(text_of(line), &entry));
    CHECK(entry.is_known && review_reads(entry.kind));
    review_add(review, &entry);
}

static void view(struct review *review, uint64_t number, int day, int hour,
                 int camera)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"view.open\",\"account\":3,\"camera\":%d,"
                   "\"from\":\"2026-11-01T00:00:00.000000Z\","
                   "\"to\":\"2026-11-01T00:01:00.000000Z\","
                   "\"purpose\":\"p\",\"why\":" COMMITMENT
                   ",\"address\":" COMMITMENT,
                   camera);
    tell(review, number, day, hour, members);
}

/* 2026-11-02 is a Monday. 22:00 UTC is 07:00 in Korea, 11:00 UTC 20:00. */
static void odd_hours_are_those_of_korea(void **state)
{
    (void)state;
    struct review review = {0};
    view(&review, 1, 2, 22, 1);
    view(&review, 2, 2, 10, 1);
    CHECK(review.count == 1); /* of the camera only */
    view(&review, 3, 2, 11, 1);
    view(&review, 4, 1, 21, 1); /* 06:00 on Monday */
    view(&review, 5, 7, 3, 1);  /* Saturday noon */
    view(&review, 6, 6, 22, 1); /* Saturday 07:00 */
    view(&review, 7, 8, 22, 1); /* Monday 07:00: in order */
    review_sort(&review);
    assert_int_equal(1, review.count);
    CHECK(review.list[0].finding == REVIEW_ODD_HOURS);
    CHECK(review.list[0].account == 3);
    assert_int_equal(4, review.list[0].count);
    CHECK(review.list[0].entries[0] == 3 && review.list[0].entries[3] == 6);
    review_deinit(&review);
}

static void one_camera_again_and_again(void **state)
{
    (void)state;
    struct review review = {0};
    for (uint64_t i = 0; i < review_threshold(REVIEW_SAME_CAMERA); i++)
        view(&review, i + 1, 2, 1, 5);
    view(&review, 100, 2, 1, 6);
    review_sort(&review);
    assert_int_equal(1, review.count);
    CHECK(review.list[0].finding == REVIEW_SAME_CAMERA &&
          review.list[0].camera == 5);
    review_deinit(&review);
}

static void each_other_finding_has_its_entries(void **state)
{
    (void)state;
    struct review review = {0};
    for (uint64_t i = 0; i < 60; i++)
        tell(&review, i + 1, 2, 1,
             "\"kind\":\"view.download\",\"account\":3,\"view\":1");
    tell(&review, 70, 2, 1,
         "\"kind\":\"view.refused\",\"account\":4,\"what\":\"live\","
         "\"camera\":2,\"address\":" COMMITMENT);
    for (uint64_t i = 0; i < 5; i++)
        tell(&review, 80 + i, 2, 1,
             "\"kind\":\"login.failed\",\"account\":0,\"cause\":\"name\","
             "\"address\":" COMMITMENT);
    tell(&review, 90, 2, 1,
         "\"kind\":\"ledger.added\",\"item\":1,\"account\":3,"
         "\"use\":\"provision\",\"medium\":\"usb\",\"camera\":0,"
         "\"from\":\"1970-01-01T00:00:00.000000Z\","
         "\"to\":\"1970-01-01T00:00:00.000000Z\","
         "\"done\":\"2026-11-02T00:00:00.000000Z\","
         "\"due\":\"2026-12-02T00:00:00.000000Z\",\"request\":\"\","
         "\"why\":" COMMITMENT ",\"receiver\":" COMMITMENT
         ",\"ground\":" COMMITMENT ",\"form\":" COMMITMENT
         ",\"address\":" COMMITMENT);
    review_sort(&review);
    assert_int_equal(4, review.count);
    CHECK(review.list[0].finding == REVIEW_REFUSED &&
          review.list[1].finding == REVIEW_FAILED &&
          review.list[2].finding == REVIEW_DOWNLOADS &&
          review.list[3].finding == REVIEW_NO_REQUEST);
    CHECK(review.list[2].count == 60 &&
          review.list[2].entries[REVIEW_ENTRIES_MAX - 1] ==
              REVIEW_ENTRIES_MAX);
    for (unsigned i = 0; i < REVIEW_FINDING_COUNT; i++)
        CHECK(review_finding_name((enum review_finding)i)[0] != 0);
    review_deinit(&review);
}

static void more_than_is_kept_is_said(void **state)
{
    (void)state;
    struct review review = {0};
    for (int i = 1; i <= REVIEW_GROUPS_MAX + 1; i++)
        view(&review, (uint64_t)i, 2, 1, i);
    CHECK(review.is_cut && review.count == REVIEW_GROUPS_MAX);
    review_deinit(&review);
}

static void months_are_koreas(void **state)
{
    (void)state;
    struct span span = {{0}, {0}};
    CHECK(review_month_span(202612, &span));
    CHECK(review_month_of(span.from) == 202612);
    CHECK(review_month_of((struct wall_time){span.from.us - 1}) == 202611);
    CHECK(review_month_of(span.to) == 202701);
    CHECK(review_month_before(202701) == 202612 &&
          review_month_before(202612) == 202611);
    CHECK(!review_month_span(202600, &span) &&
          !review_month_span(202613, &span) && !review_month_span(0, &span));
}

static void the_last_signature_counts(void **state)
{
    (void)state;
    struct review_list list = {0};
    for (unsigned n = 1; n <= 20; n++) {
        char line[LINE];
        struct entry_line entry;
        (void)snprintf(line, sizeof line,
                       "{\"n\":%u,\"t\":\"2026-11-22T03:28:10.123456Z\","
                       "\"kind\":\"ledger.reviewed\",\"account\":7,"
                       "\"month\":2026%02u,\"findings\":0,\"first\":0,"
                       "\"last\":0,\"why\":" COMMITMENT
                       ",\"address\":" COMMITMENT "}",
                       n, n % 2 + 1);
        CHECK_OK(entry_line_read(text_of(line), &entry));
        review_list_add(&list, &entry);
    }
    CHECK(review_list_find(&list, 202601)->entry == 20);
    CHECK(review_list_find(&list, 202602)->entry == 19);
    CHECK(review_list_find(&list, 202603) == NULL && !list.failed);
    review_list_deinit(&list);
}

TEST_MAIN("log/review", TEST(odd_hours_are_those_of_korea),
          TEST(one_camera_again_and_again),
          TEST(each_other_finding_has_its_entries),
          TEST(more_than_is_kept_is_said), TEST(months_are_koreas),
          TEST(the_last_signature_counts))
