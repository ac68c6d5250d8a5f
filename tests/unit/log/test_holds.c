/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "log/holds.h"
#include "unit/test.h"

enum { HOUR_S = 3600, CAMERA = 6 };

struct telling {
    struct holds holds;
    uint64_t number;
};

static struct wall_time at_s(int64_t s)
{
    return (struct wall_time){s * SECOND_US};
}

static uint64_t tell(struct telling *telling, const struct entry *entry)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    struct entry_line line;
    CHECK_OK(
        entry_line_write(entry, telling->number, at_s(0), commitments, &out));
    CHECK_OK(entry_line_read(buffer_text(&out), &line));
    holds_add(&telling->holds, &line);
    return telling->number++;
}

static uint64_t tell_intent(struct telling *telling, uint32_t hold,
                            int64_t from_s, int64_t to_s)
{
    struct entry entry = entry_of(ENTRY_HOLD_INTENT);
    entry_number(&entry, "hold", hold);
    entry_number(&entry, "account", 1);
    entry_text(&entry, "person", text_of("director"));
    entry_number(&entry, "camera", CAMERA);
    entry_time(&entry, "from", at_s(from_s));
    entry_time(&entry, "to", at_s(to_s));
    entry_time(&entry, "until", at_s(100 * HOUR_S));
    entry_number(&entry, "extends", 0);
    entry_text(&entry, "request", text_of(""));
    entry_personal(&entry, "why", text_of("asked for"));
    entry_personal(&entry, "address", text_of(""));
    return tell(telling, &entry);
}

static uint64_t tell_destroyed(struct telling *telling, uint32_t hold,
                               int64_t from_s, int64_t to_s)
{
    struct entry entry = entry_of(ENTRY_HOLD_DESTROYED);
    entry_number(&entry, "death", (int64_t)telling->number);
    entry_number(&entry, "hold", hold);
    entry_number(&entry, "camera", CAMERA);
    entry_time(&entry, "from", at_s(from_s));
    entry_time(&entry, "to", at_s(to_s));
    entry_number(&entry, "epoch", 3);
    entry_text(&entry, "cause", text_of("expired"));
    entry_time(&entry, "died", at_s(to_s));
    entry_number(&entry, "order", 0);
    entry_number(&entry, "seeds", (to_s - from_s) / HOUR_S);
    entry_text(&entry, "seeds_sha256", text_of("00"));
    return tell(telling, &entry);
}

static uint64_t tell_made(struct telling *telling, uint32_t hold,
                          int64_t records)
{
    struct entry entry = entry_of(ENTRY_HOLD_MADE);
    entry_number(&entry, "hold", hold);
    entry_number(&entry, "camera", CAMERA);
    entry_number(&entry, "records", records);
    entry_number(&entry, "leaves", records - 3);
    entry_time(&entry, "from", at_s(0));
    entry_time(&entry, "to", at_s(1));
    entry_number(&entry, "missing", 0);
    return tell(telling, &entry);
}

/* Half an hour to half past two: three hours of seeds. */
static void it_is_dead_with_the_last_of_its_seeds(void **state)
{
    (void)state;
    struct telling telling = {.number = 7};
    (void)tell_intent(&telling, 1, HOUR_S / 2, 5 * HOUR_S / 2);
    const struct hold *hold = holds_find(&telling.holds, 1);
    CHECK(hold != NULL && hold->entry == 7 && hold->camera == CAMERA);
    (void)tell_made(&telling, 1, 40);
    CHECK(hold->records == 40 && hold->leaves == 37);
    CHECK(hold_is_alive(hold, at_s(0)));
    (void)tell_destroyed(&telling, 1, 0, 2 * HOUR_S);
    CHECK(hold->destroyed_entry == 0);
    uint64_t last = tell_destroyed(&telling, 1, 2 * HOUR_S, 3 * HOUR_S);
    CHECK(hold->destroyed_entry == last && !hold_is_alive(hold, at_s(0)));
    holds_deinit(&telling.holds);
}

static void one_that_ends_on_the_hour_has_no_hour_more(void **state)
{
    (void)state;
    struct telling telling = {.number = 1};
    (void)tell_intent(&telling, 1, HOUR_S, 2 * HOUR_S);
    uint64_t dead = tell_destroyed(&telling, 1, HOUR_S, 2 * HOUR_S);
    CHECK(holds_find(&telling.holds, 1)->destroyed_entry == dead);
    holds_deinit(&telling.holds);
}

static void numbers_follow_each_other(void **state)
{
    (void)state;
    struct telling telling = {.number = 1};
    (void)tell_intent(&telling, 2, 0, 10); /* not the next */
    CHECK(telling.holds.count == 0);
    (void)tell_intent(&telling, 1, 0, 10);
    (void)tell_intent(&telling, 2, 20, 30);
    (void)tell_intent(&telling, 2, 20, 30);
    CHECK(telling.holds.count == 2);
    (void)tell_made(&telling, 3, 1);
    struct span touched = {at_s(25), at_s(40)};
    const struct hold *found =
        holds_of(&telling.holds, CAMERA, touched, at_s(0));
    CHECK(found != NULL && found->number == 2);
    CHECK(holds_of(&telling.holds, CAMERA + 1, touched, at_s(0)) == NULL);
    CHECK(holds_of(&telling.holds, 0, touched, at_s(101 * HOUR_S)) == NULL);
    holds_deinit(&telling.holds);
}

TEST_MAIN("log/holds", TEST(it_is_dead_with_the_last_of_its_seeds),
          TEST(one_that_ends_on_the_hour_has_no_hour_more),
          TEST(numbers_follow_each_other))
