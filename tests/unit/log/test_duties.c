/* SPDX-License-Identifier: Apache-2.0 */
#include "log/duties.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { LINE = 1024 };

#define COMMITMENT                                                             \
    "\"c:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""

/* An entry as the log has it. */
static void tell(struct duties *duties, const char *members)
{
    char line[LINE];
    struct entry_line entry;
    static int number;
    (void)snprintf(line, sizeof line,
                   "{\"n\":%d,\"t\":\"2026-11-22T03:28:10.123456Z\",%s,"
                   "\"why\":" COMMITMENT ",\"address\":" COMMITMENT "}",
                   ++number, members);
    CHECK_OK(entry_line_read(text_of(line), &entry));
    CHECK(entry.is_known);
    duties_add(duties, &entry);
}

static void set(struct duties *duties, unsigned number, const char *what)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"duty.set\",\"duty\":%u,\"account\":7,"
                   "\"person\":\"director\",\"what\":\"%s\","
                   "\"subject\":\"geoje\","
                   "\"due\":\"2026-11-30T15:00:00.000000Z\",\"months\":12",
                   number, what);
    tell(duties, members);
}

static void done(struct duties *duties, const char *result, const char *next)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"duty.done\",\"duty\":1,\"account\":7,"
                   "\"person\":\"director\","
                   "\"done\":\"2026-11-21T03:00:00.000000Z\","
                   "\"result\":\"%s\",\"due\":\"%s\"",
                   result, next);
    tell(duties, members);
}

static const char NEXT[] = "2027-11-21T15:00:00.000000Z";
static const char NEVER[] = "1970-01-01T00:00:00.000000Z";

static void a_duty_is_due_again_after_it_was_done(void **state)
{
    (void)state;
    struct duties duties = {0};
    set(&duties, 1, "locks");
    const struct duty *duty = duties_find(&duties, 1);
    CHECK(duty != NULL && duty->kind == DUTY_LOCKS && duty->months == 12);
    CHECK(duties_last(&duties, 1) == NULL);
    int64_t due_us = duty->due.us;
    CHECK(duties_overdue(&duties, (struct wall_time){due_us}) == 0);
    CHECK(duties_overdue(&duties, (struct wall_time){due_us + 1}) == 1);
    done(&duties, "defect", NEXT);
    const struct duty_done *last = duties_last(&duties, 1);
    CHECK(last != NULL && last->result == DUTY_DEFECT &&
          last->due.us == due_us && strcmp(last->person, "director") == 0);
    CHECK(duty->due.us > due_us);
    CHECK(duties_overdue(&duties, (struct wall_time){due_us + 1}) == 0);
    duties_deinit(&duties);
}

/* What has ended stays so, and being dropped is not being done. */
static void what_is_dropped_was_not_done(void **state)
{
    (void)state;
    struct duties duties = {0};
    set(&duties, 1, "signs");
    done(&duties, "dropped", NEVER);
    CHECK(duties_find(&duties, 1)->due.us == 0);
    CHECK(duties_last(&duties, 1) == NULL);
    CHECK(duties_overdue(&duties, (struct wall_time){INT64_MAX}) == 0);
    done(&duties, "good", NEXT);
    assert_int_equal(1, duties.done_count);
    duties_deinit(&duties);
}

static void what_does_not_fit_is_passed_over(void **state)
{
    (void)state;
    struct duties duties = {0};
    done(&duties, "good", NEXT);
    set(&duties, 2, "locks");
    set(&duties, 1, "coffee");
    assert_int_equal(0, duties.count + duties.done_count);
    set(&duties, 1, "keys");
    done(&duties, "splendid", NEXT);
    assert_int_equal(1, duties.count);
    assert_int_equal(0, duties.done_count);
    CHECK(duties_find(&duties, 0) == NULL && duties_find(&duties, 2) == NULL);
    duties_deinit(&duties);
}

static void names_are_read_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DUTY_KIND_COUNT; i++) {
        enum duty_kind kind = DUTY_OTHER;
        CHECK_OK(duty_kind_from_name(text_of(duty_kind_name(i)), &kind));
        CHECK(kind == i && duty_kind_words(i, LANGUAGE_KOREAN)[0] != 0);
    }
    for (unsigned i = 0; i < DUTY_RESULT_COUNT; i++) {
        enum duty_result result = DUTY_GOOD;
        CHECK_OK(duty_result_from_name(text_of(duty_result_name(i)), &result));
        CHECK(result == i && duty_result_words(i, LANGUAGE_ENGLISH)[0] != 0);
    }
}

TEST_MAIN("log/duties", TEST(a_duty_is_due_again_after_it_was_done),
          TEST(what_is_dropped_was_not_done),
          TEST(what_does_not_fit_is_passed_over), TEST(names_are_read_back))
