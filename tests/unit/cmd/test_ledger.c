/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/ledger/facts.h"
#include "cmd/ledger/words.h"
#include "cmd/local/json.h"
#include "unit/test.h"

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

static json_t *death(long long entry, int64_t time_us, int camera,
                     const char *cause, long long order)
{
    return json_pack("{sI ss sI s[i] sI sI ss sI sI sI}", "entry",
                     (json_int_t)entry, "deed", "destroyed", "time_us",
                     (json_int_t)time_us, "cameras", camera, "from_us",
                     (json_int_t)entry * 1000, "to_us",
                     (json_int_t)(entry + 1) * 1000, "cause", cause, "order",
                     (json_int_t)order, "hold", (json_int_t)0, "seeds",
                     (json_int_t)2);
}

static json_t *view(long long entry, const char *state)
{
    return json_pack("{sI ss sI sI s[i] ss ss ss}", "entry", (json_int_t)entry,
                     "deed", "viewed", "time_us", (json_int_t)entry, "account",
                     (json_int_t)1, "cameras", 3, "purpose", "safety", "why",
                     strcmp(state, "there") == 0 ? "분실물" : "", "text",
                     state);
}

static void take(json_t *facts, json_t *row, enum status expected)
{
    json_t *page = json_pack("{s[o]}", "rows", row);
    CHECK_STATUS(expected, ledger_facts_take(facts, page));
    json_decref(page);
}

/* Over pages: one row for a day of one cause; views stay one by one. */
static void deaths_of_a_day_are_one_row(void **state)
{
    (void)state;
    json_t *facts = json_array();
    take(facts, death(10, 0, 1, "expired", 0), STATUS_OK);
    take(facts, view(11, "there"), STATUS_OK);
    take(facts, death(12, 1000, 2, "expired", 0), STATUS_OK);
    take(facts, death(13, 1000, 1, "expired", 0), STATUS_OK);
    take(facts, death(14, 1000, 1, "space", 0), STATUS_OK);
    take(facts, death(15, 1000, 1, "ordered", 9), STATUS_OK);
    take(facts, view(16, "there"), STATUS_OK);
    take(facts, death(17, DAY_US, 1, "expired", 0), STATUS_OK);
    assert_int_equal(6, json_array_size(facts));
    const json_t *joined = json_array_get(facts, 0);
    CHECK(local_number(joined, "entries") == 3 &&
          local_number(joined, "last_entry") == 13);
    CHECK(local_number(joined, "from_us") == 10000 &&
          local_number(joined, "to_us") == 14000);
    CHECK(local_number(joined, "seeds") == 6);
    CHECK(json_array_size(json_object_get(joined, "cameras")) == 2);
    for (size_t i = 1; i < 6; i++)
        CHECK(local_number(json_array_get(facts, i), "entries") == 0);
    json_decref(facts);
}

static json_t *ordered(long long entry, const char *deed)
{
    return json_pack("{sI ss sI sI s[i] sI sI ss ss sI}", "entry",
                     (json_int_t)entry, "deed", deed, "time_us",
                     (json_int_t)entry, "account", (json_int_t)1, "cameras", 3,
                     "from_us", (json_int_t)5, "to_us", (json_int_t)6, "why",
                     "삭제 요구", "text", "there", "hold", (json_int_t)0);
}

/* Also where it took days, and another page; never the automatic cycle's. */
static void one_destruction_by_order_is_one_row(void **state)
{
    (void)state;
    json_t *facts = json_array();
    take(facts, ordered(20, "destruction_ordered"), STATUS_OK);
    take(facts, death(21, 1000, 3, "ordered", 20), STATUS_OK);
    take(facts, death(22, 1000, 3, "expired", 0), STATUS_OK);
    take(facts, ordered(23, "hold_ended"), STATUS_OK);
    take(facts, death(24, 2 * DAY_US, 4, "ordered", 20), STATUS_OK);
    take(facts, death(25, 2 * DAY_US, 3, "ordered", 23), STATUS_OK);
    take(facts, death(26, 2 * DAY_US, 3, "ordered", 19), STATUS_OK);
    assert_int_equal(4, json_array_size(facts));
    const json_t *order = json_array_get(facts, 0);
    CHECK(local_number(order, "entries") == 3 &&
          local_number(order, "last_entry") == 24 &&
          local_number(order, "last_us") == 2 * DAY_US);
    CHECK(local_number(order, "seeds") == 4 &&
          local_number(order, "from_us") == 5 &&
          local_number(order, "to_us") == 6);
    CHECK(json_array_size(json_object_get(order, "cameras")) == 1);
    CHECK(local_number(json_array_get(facts, 2), "entries") == 2);
    CHECK(local_number(json_array_get(facts, 3), "entry") == 26);
    json_decref(facts);
}

static void what_is_no_page_is_refused(void **state)
{
    (void)state;
    json_t *facts = json_array();
    CHECK_STATUS(STATUS_BAD_INPUT, ledger_facts_take(facts, NULL));
    take(facts, json_pack("{ss}", "deed", "shown"), STATUS_BAD_INPUT);
    take(facts, json_pack("{ss}", "deed", "viewed"), STATUS_BAD_INPUT);
    take(facts, json_integer(3), STATUS_BAD_INPUT);
    assert_int_equal(0, json_array_size(facts));
    json_decref(facts);
}

/* Cell number `cell` of the fact's row, which it releases. */
static void check_cell(json_t *fact, enum language language, size_t cell,
                       const char *expected)
{
    json_t *people = json_pack("[{sI ss ss ss}]", "account", (json_int_t)1,
                               "name", "홍길동", "text", "there", "post_ko",
                               "팀장");
    json_t *cameras = json_pack("{s[{ssss}]}", "purposes", "id", "safety",
                                "ko", "시설 안전");
    const struct ledger_names names = {cameras, people, language};
    json_t *row = ledger_words(&names, fact);
    assert_string_equal(expected,
                        json_string_value(json_array_get(row, cell)));
    json_decref(row);
    json_decref(cameras);
    json_decref(people);
    json_decref(fact);
}

static void cells_say_who_and_why_or_that_it_is_erased(void **state)
{
    (void)state;
    check_cell(view(41, "there"), LANGUAGE_KOREAN, 2, "카메라 3 [기록 41]");
    check_cell(view(41, "there"), LANGUAGE_KOREAN, 3, "홍길동 팀장 [계정 1]");
    check_cell(view(41, "there"), LANGUAGE_KOREAN, 4, "시설 안전: 분실물");
    check_cell(view(41, "erased"), LANGUAGE_KOREAN, 4, "시설 안전: (파기됨)");
    check_cell(view(41, "damaged"), LANGUAGE_ENGLISH, 4,
               "시설 안전: (unreadable)");
    check_cell(death(9, 0, 1, "expired", 0), LANGUAGE_KOREAN, 3,
               "자동(녹화 장치)");
    check_cell(death(9, 0, 1, "ordered", 7), LANGUAGE_KOREAN, 6,
               "기록 7의 지시");
}

static void an_order_says_what_has_died_by_it(void **state)
{
    (void)state;
    json_t *done = ordered(20, "destruction_ordered");
    CHECK(json_object_set_new(done, "seeds", json_integer(4)) == 0);
    check_cell(json_incref(done), LANGUAGE_KOREAN, 7,
               "파기 지시, 파기됨: 키 4개");
    check_cell(done, LANGUAGE_ENGLISH, 7,
               "destruction ordered, destroyed: 4 keys");
    check_cell(ordered(20, "destruction_ordered"), LANGUAGE_KOREAN, 7,
               "파기 지시");
}

static json_t *cells(int kind, const char *last)
{
    return json_pack("[[i,s,s,s,s,s,s,s,s]]", kind, "t", "f", "p", "w", "r",
                     "b", "m", last);
}

/* What haechi-paper reads on its standard input. */
static void rows_are_read_with_limits(void **state)
{
    (void)state;
    struct ledger_row *rows = NULL;
    json_t *good = cells(LEDGER_VIEWING, "~");
    CHECK_OK(ledger_rows_read(good, &rows));
    CHECK(rows[0].number == 1 && rows[0].kind == LEDGER_VIEWING &&
          text_equal(rows[0].period, text_of("~")));
    alloc_free(rows);
    json_decref(good);
    json_t *const bad[] = {
        NULL,        json_integer(1),        json_pack("[i]", 3),
        cells(0, ""), cells(5, ""),          cells(3, "a\nb"),
        cells(3, "\xe2\x80\xae"), json_pack("[[i,s]]", 3, "t")};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_STATUS(STATUS_BAD_INPUT, ledger_rows_read(bad[i], &rows));
        CHECK(rows == NULL);
        json_decref(bad[i]);
    }
}

TEST_MAIN("cmd/ledger", TEST(deaths_of_a_day_are_one_row),
          TEST(one_destruction_by_order_is_one_row),
          TEST(an_order_says_what_has_died_by_it),
          TEST(what_is_no_page_is_refused),
          TEST(cells_say_who_and_why_or_that_it_is_erased),
          TEST(rows_are_read_with_limits))
