/* SPDX-License-Identifier: Apache-2.0 */
#include "log/orders.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

struct telling {
    struct orders orders;
    uint64_t number;
};

/* Makes a line of the entry, reads it back and tells it. */
static void tell(struct telling *telling, const struct entry *entry)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    struct entry_line line;
    CHECK_OK(entry_line_write(entry, telling->number++, (struct wall_time){0},
                              commitments, &out));
    CHECK_OK(entry_line_read(buffer_text(&out), &line));
    orders_add(&telling->orders, &line);
}

static uint64_t tell_intent(struct telling *telling, uint32_t camera)
{
    struct entry entry = entry_of(ENTRY_DELETION_INTENT);
    entry_number(&entry, "account", 1);
    entry_text(&entry, "person", text_of("director"));
    entry_number(&entry, "camera", camera);
    entry_time(&entry, "from", (struct wall_time){0});
    entry_time(&entry, "to", (struct wall_time){60 * SECOND_US});
    entry_number(&entry, "decommission", camera == 0);
    entry_text(&entry, "request", text_of(""));
    entry_personal(&entry, "why", text_of("asked for"));
    entry_personal(&entry, "address", text_of(""));
    tell(telling, &entry);
    return telling->number - 1;
}

static void tell_part(struct telling *telling, enum entry_kind kind,
                      uint64_t order, int64_t seeds)
{
    struct entry entry = entry_of(kind);
    entry_number(&entry, "death", (int64_t)telling->number);
    entry_number(&entry, "camera", 3);
    entry_time(&entry, "from", (struct wall_time){0});
    entry_time(&entry, "to", (struct wall_time){60 * SECOND_US});
    entry_number(&entry, "epoch", 3);
    entry_text(&entry, "cause", text_of("ordered"));
    entry_time(&entry, "died", (struct wall_time){0});
    entry_number(&entry, "order", (int64_t)order);
    entry_number(&entry, "seeds", seeds);
    entry_text(&entry, "seeds_sha256", text_of(""));
    tell(telling, &entry);
}

static void tell_done(struct telling *telling, uint64_t order, int64_t seeds)
{
    tell_part(telling, ENTRY_DELETION_DONE, order, seeds);
}

static void tell_answer(struct telling *telling, uint64_t order, int64_t seeds)
{
    struct entry entry = entry_of(ENTRY_DELETION_ANSWERED);
    entry_number(&entry, "order", (int64_t)order);
    entry_number(&entry, "epoch", 3);
    entry_time(&entry, "died", (struct wall_time){7});
    entry_number(&entry, "seeds", seeds);
    tell(telling, &entry);
}

static void an_order_is_open_until_it_is_answered_and_written(void **state)
{
    (void)state;
    struct telling telling = {.number = 5};
    uint64_t first = tell_intent(&telling, 3);
    uint64_t second = tell_intent(&telling, 4);
    CHECK(orders_open(&telling.orders) == 2);
    tell_answer(&telling, first, 3);
    CHECK(orders_open(&telling.orders) == 1);
    const struct order *order = orders_find(&telling.orders, first);
    CHECK(order != NULL && order->camera == 3 && order->died.us == 7);
    CHECK(!order_is_done(order));
    tell_done(&telling, first, 2);
    tell_done(&telling, 0, 9); /* an expiry is nobody's order */
    CHECK(!order_is_done(orders_find(&telling.orders, first)));
    tell_part(&telling, ENTRY_KEYS_DROPPED, first, 1); /* its keys too */
    order = orders_find(&telling.orders, first);
    CHECK(order_is_done(order) && order->done_count == 2);
    CHECK(order->done[0] == 8 && order->done[1] == 10);
    CHECK(!order_is_done(orders_find(&telling.orders, second)));
    CHECK(orders_find(&telling.orders, 8) == NULL);
    CHECK(orders_find(&telling.orders, 4) == NULL);
    orders_deinit(&telling.orders);
}

static void where_nothing_was_the_answer_alone_is_the_end(void **state)
{
    (void)state;
    struct telling telling = {.number = 1};
    uint64_t order = tell_intent(&telling, 3);
    tell_answer(&telling, order, 0);
    CHECK(order_is_done(orders_find(&telling.orders, order)));
    orders_deinit(&telling.orders);
}

/* A decommission kills the keys of texts too, a key a month. */
static void months_of_texts_count_in_a_decommission(void **state)
{
    (void)state;
    struct telling telling = {.number = 1};
    uint64_t order = tell_intent(&telling, 0);
    tell_answer(&telling, order, 3);
    tell_done(&telling, order, 1);
    CHECK(!order_is_done(orders_find(&telling.orders, order)));
    struct entry entry = entry_of(ENTRY_TEXTS_DELETED);
    entry_number(&entry, "death", 9);
    /* November and December 2026, in Korea. */
    entry_time(&entry, "from", civil_day_start(20758, 9 * 3600));
    entry_time(&entry, "to", civil_day_start(20819, 9 * 3600));
    entry_number(&entry, "epoch", 3);
    entry_text(&entry, "cause", text_of("ordered"));
    entry_time(&entry, "died", (struct wall_time){0});
    tell(&telling, &entry);
    CHECK(orders_find(&telling.orders, order)->seeds_done == 3);
    CHECK(order_is_done(orders_find(&telling.orders, order)));
    orders_deinit(&telling.orders);
}

static void many_orders_are_found(void **state)
{
    (void)state;
    struct telling telling = {.number = 1};
    for (int i = 0; i < 100; i++) {
        uint64_t order = tell_intent(&telling, 3);
        tell_done(&telling, order, 1);
    }
    for (uint64_t entry = 1; entry < telling.number; entry++)
        CHECK((orders_find(&telling.orders, entry) != NULL) ==
              (entry % 2 == 1));
    CHECK(orders_open(&telling.orders) == 100);
    orders_deinit(&telling.orders);
}

TEST_MAIN("log/orders",
          TEST(an_order_is_open_until_it_is_answered_and_written),
          TEST(where_nothing_was_the_answer_alone_is_the_end),
          TEST(months_of_texts_count_in_a_decommission),
          TEST(many_orders_are_found))
