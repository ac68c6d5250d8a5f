/* SPDX-License-Identifier: Apache-2.0 */
#include "web/json_body.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "unit/web/parsed.h"
#include "web/limits.h"

static enum status read_text(const char *json, struct json_body *out)
{
    return json_body_read(text_bytes(text_of(json)), out);
}

static void reads_flat_objects(void **state)
{
    (void)state;
    struct json_body body;
    CHECK_OK(read_text("{\"name\":\" 홍길동 \",\"n\":-7,\"list\":[1,65535]}",
                       &body));
    struct text text;
    int64_t number = 0;
    CHECK(json_body_plain(&body, "name", 20, &text));
    CHECK_TEXT("홍길동", text);
    CHECK(!json_body_text(&body, "name", 5, &text));
    CHECK(!json_body_text(&body, "n", 5, &text));
    CHECK(json_body_number(&body, "n", -7, 0, &number) && number == -7);
    CHECK(!json_body_number(&body, "n", 0, 9, &number));
    CHECK(!json_body_number(&body, "name", 0, 9, &number));
    struct buffer numbers = buffer_with_limit(64);
    CHECK(json_body_numbers(&body, "list", 1, 65535, 2, &numbers));
    assert_int_equal(8, numbers.size);
    assert_memory_equal("\0\0\0\1\0\0\377\377", numbers.data, 8);
    CHECK(!json_body_numbers(&body, "list", 1, 65535, 1, &numbers));
    CHECK(!json_body_numbers(&body, "list", 2, 65535, 2, &numbers));
    CHECK(!json_body_numbers(&body, "n", 1, 65535, 2, &numbers));
    static const char *const ALL[] = {"name", "n", "list", NULL};
    static const char *const LESS[] = {"name", "n", NULL};
    CHECK(json_body_has_only(&body, ALL));
    CHECK(!json_body_has_only(&body, LESS));
    buffer_deinit(&numbers);
    json_body_deinit(&body);
}

static void refuses_everything_else(void **state)
{
    (void)state;
    static const char *const CASES[] = {
        "",
        "{",
        "[]",
        "7",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":null}",
        "{\"a\":true}",
        "{\"a\":1.5}",
        "{\"a\":{}}",
        "{\"a\":[[1]]}",
        "{\"a\":[\"x\"]}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\xff\"}",
        "{\"a\":99999999999999999999}",
        "{\"a\":1,}",
        "{'a':1}",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct json_body body;
        CHECK_STATUS(STATUS_BAD_INPUT, read_text(CASES[i], &body));
        assert_null(body.root);
    }
}

static void plain_text_has_no_controls(void **state)
{
    (void)state;
    static const char *const CASES[] = {"{\"a\":\"x\\ny\"}", "{\"a\":\"  \"}",
                                        "{\"a\":\"\"}",
                                        "{\"a\":\"x\\u202ey\"}"};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct json_body body;
        struct text text;
        CHECK_OK(read_text(CASES[i], &body));
        CHECK(!json_body_plain(&body, "a", 64, &text));
        json_body_deinit(&body);
    }
}

static void a_bomb_does_not_go_off(void **state)
{
    (void)state;
    uint8_t *deep = alloc_array(WEB_BODY_MAX + 1, 1);
    assert_non_null(deep);
    memset(deep, '[', WEB_BODY_MAX + 1);
    struct json_body body;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 json_body_read(bytes_of(deep, WEB_BODY_MAX), &body));
    CHECK_STATUS(STATUS_LIMIT,
                 json_body_read(bytes_of(deep, WEB_BODY_MAX + 1), &body));
    alloc_free(deep);
}

TEST_MAIN("web/json_body", TEST(reads_flat_objects),
          TEST(refuses_everything_else), TEST(plain_text_has_no_controls),
          TEST(a_bomb_does_not_go_off))
