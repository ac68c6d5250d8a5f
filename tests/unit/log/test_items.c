/* SPDX-License-Identifier: Apache-2.0 */
#include "log/items.h"

#include <stdio.h>

#include "base/text.h"
#include "unit/test.h"

enum { LINE = 2048 };

/* An entry as the log has it, whose texts are commitments. */
static void tell(struct items *items, const char *members)
{
    char line[LINE];
    struct entry_line entry;
    static int number;
    (void)snprintf(line, sizeof line,
                   "{\"n\":%d,\"t\":\"2026-11-22T03:28:10.123456Z\",%s}",
                   ++number, members);
    CHECK_OK(entry_line_read(text_of(line), &entry));
    CHECK(entry.is_known);
    items_add(items, &entry);
}

#define COMMITMENT                                                             \
    "\"c:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\""
#define COPY(due)                                                              \
    "\"account\":7,\"use\":\"use\",\"medium\":\"usb\",\"camera\":0,"              \
    "\"from\":\"1970-01-01T00:00:00.000000Z\","                                \
    "\"to\":\"1970-01-01T00:00:00.000000Z\","                                  \
    "\"done\":\"2026-11-22T03:00:00.000000Z\",\"due\":\"" due                   \
    "\",\"request\":\"\",\"why\":" COMMITMENT ",\"receiver\":" COMMITMENT        \
    ",\"ground\":" COMMITMENT ",\"form\":" COMMITMENT

static void add(struct items *items, const char *item)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"ledger.added\",\"item\":%s," COPY(
                       "2026-12-01T15:00:00.000000Z") ",\"address\":" COMMITMENT,
                   item);
    tell(items, members);
}

static void correct(struct items *items, uint64_t corrects)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"ledger.corrected\",\"item\":1,\"corrects\":%u,"
                   COPY("2027-01-01T15:00:00.000000Z") ",\"remark\":" COMMITMENT
                   ",\"address\":" COMMITMENT,
                   (unsigned)corrects);
    tell(items, members);
}

static void end(struct items *items)
{
    tell(items, "\"kind\":\"ledger.destroyed\",\"item\":1,\"account\":7,"
                "\"how\":\"shredded\",\"done\":\"2026-11-22T03:00:00.000000Z\","
                "\"why\":" COMMITMENT ",\"address\":" COMMITMENT);
}

static void a_copy_is_there_until_it_is_gone(void **state)
{
    (void)state;
    struct items items = {0};
    add(&items, "1");
    const struct item *item = items_find(&items, 1);
    CHECK(item != NULL && !item->is_gone && item->account == 7);
    CHECK(items_overdue(&items, (struct wall_time){item->due.us}) == 0);
    CHECK(items_overdue(&items, (struct wall_time){item->due.us + 1}) == 1);
    end(&items);
    CHECK(item->is_gone);
    CHECK(items_overdue(&items, (struct wall_time){INT64_MAX}) == 0);
    CHECK(items_find(&items, 0) == NULL && items_find(&items, 2) == NULL);
    items_deinit(&items);
}

/* What does not name the last entry about it changes nothing; nor does a number
 * out of turn. */
static void a_correction_names_what_it_corrects(void **state)
{
    (void)state;
    struct items items = {0};
    add(&items, "1");
    const struct item *item = items_find(&items, 1);
    int64_t due_us = item->due.us;
    correct(&items, item->last + 5);
    CHECK(item->due.us == due_us);
    correct(&items, item->last);
    CHECK(item->due.us > due_us && item->content == item->last);
    end(&items);
    uint64_t ended = item->last;
    CHECK(item->content < ended);
    correct(&items, item->content);
    CHECK(item->is_gone);
    correct(&items, ended);
    CHECK(!item->is_gone); /* entered as gone by mistake */
    add(&items, "1");
    add(&items, "3");
    assert_int_equal(1, items.count);
    items_deinit(&items);
}

static void many_are_found_by_their_number(void **state)
{
    (void)state;
    struct items items = {0};
    for (int i = 1; i <= 40; i++) {
        char number[8];
        (void)snprintf(number, sizeof number, "%d", i);
        add(&items, number);
    }
    assert_int_equal(40, items.count);
    CHECK(items_find(&items, 40)->number == 40 && !items.failed);
    items_deinit(&items);
}

TEST_MAIN("log/items", TEST(a_copy_is_there_until_it_is_gone),
          TEST(a_correction_names_what_it_corrects),
          TEST(many_are_found_by_their_number))
