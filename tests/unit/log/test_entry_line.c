/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "log/entry_line.h"
#include "unit/test.h"

/* Any entry of any kind, with text that needs escapes. */
static void write_any(unsigned kind, struct buffer *out)
{
    struct entry entry = entry_of((enum entry_kind)kind);
    const struct entry_shape *shape = entry_shape(entry.kind);
    for (size_t i = 0; i < shape->count; i++) {
        const char *name = shape->members[i].name;
        if (!entry_member_is_in(&shape->members[i], ENTRY_SHAPE_NOW))
            continue;
        switch (shape->members[i].type) {
        case MEMBER_NUMBER:
            entry_number(&entry, name, (int64_t)i - 1);
            break;
        case MEMBER_TIME:
            entry_time(&entry, name, (struct wall_time){(int64_t)i * 1000001});
            break;
        case MEMBER_TEXT:
            entry_text(&entry, name, text_of("\\ \" 파기"));
            break;
        case MEMBER_PERSONAL:
            entry_personal(&entry, name, text_of("홍길동"));
            break;
        }
    }
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{1}}};
    CHECK_OK(
        entry_line_write(&entry, 12, (struct wall_time){5}, commitments, out));
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
        struct entry_line read;
        write_any(kind, &out);
        CHECK_OK(entry_line_read(buffer_text(&out), &read));
        CHECK(read.is_known && read.kind == kind);
        assert_int_equal(12, read.number);
        assert_int_equal(5, read.time.us);
        CHECK(read.count > 0 || entry_shape(read.kind)->count == 0);
    }
}

static void members_are_found_by_name_and_type(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line read;
    int64_t number = 0;
    struct text text;
    struct wall_time time;
    write_any(ENTRY_GAP, &out);
    CHECK_OK(entry_line_read(buffer_text(&out), &read));
    CHECK_OK(entry_line_number(&read, "event", &number));
    assert_int_equal(-1, number);
    CHECK_OK(entry_line_time(&read, "to", &time));
    assert_int_equal(3000003, time.us);
    CHECK_OK(entry_line_text(&read, "cause", &text));
    CHECK(text_equal(text, text_of("\\\\ \\\" 파기")));
    CHECK_STATUS(STATUS_NOT_FOUND, entry_line_number(&read, "to", &number));
    CHECK_STATUS(STATUS_NOT_FOUND, entry_line_text(&read, "why", &text));
}

static void every_other_form_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "{}",
        "{\"n\":0}",
        /* spaces, order, a number written twice over, a wrong escape */
        "{\"n\": 0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\"}",
        "{\"t\":\"1970-01-01T00:00:00.000000Z\",\"n\":0,\"kind\":\"x\"}",
        "{\"n\":00,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\"}",
        "{\"n\":-0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\"}",
        "{\"n\":-1,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\"}",
        "{\"n\":9223372036854775808,\"t\":\"1970-01-01T00:00:00.000000Z\","
        "\"kind\":\"x\"}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00Z\",\"kind\":\"x\"}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"X\"}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"\"}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\"} ",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\","
        "\"a\":\"\\n\"}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\","
        "\"a\":\"\\",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\","
        "\"a\":[1]}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\","
        "\"a\":1.5}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"x\","
        "\"a\":}",
        /* a known kind without its members */
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"gap\"}",
        "{\"n\":0,\"t\":\"1970-01-01T00:00:00.000000Z\",\"kind\":\"login\","
        "\"account\":1,\"address\":\"192.0.2.7\"}",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct entry_line read;
        CHECK_STATUS(STATUS_BAD_INPUT, entry_line_read(text_of(BAD[i]), &read));
    }
}

static void an_unknown_kind_is_read_as_it_stands(void **state)
{
    (void)state;
    struct entry_line read;
    int64_t number = 0;
    CHECK_OK(entry_line_read(
        text_of("{\"n\":3,\"t\":\"1970-01-01T00:00:00.000001Z\",\"kind\":"
                "\"later.kind\",\"a\":-5,\"b\":\"x\"}"),
        &read));
    CHECK(!read.is_known);
    CHECK_OK(entry_line_number(&read, "a", &number));
    assert_int_equal(-5, number);
}

/* A line cut anywhere is not a line. */
static void no_prefix_is_a_line(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    write_any(ENTRY_VIEW_OPEN, &out);
    for (size_t size = 0; size < out.size; size++) {
        struct entry_line read;
        struct text cut = {(const char *)out.data, size};
        CHECK_STATUS(STATUS_BAD_INPUT, entry_line_read(cut, &read));
    }
}

/* What was escaped is there as it was said. */
static void a_text_is_read_as_it_was_said(void **state)
{
    (void)state;
    static const char SAID[] = "2026-\"7\" \\ 가";
    static const char STANDS[] = "2026-\\\"7\\\" \\\\ 가";
    char plain[sizeof SAID];
    struct text read = entry_text_plain(text_of(STANDS), plain, sizeof plain);
    CHECK(read.size == sizeof SAID - 1);
    assert_string_equal(SAID, plain);
    assert_string_equal("20", entry_text_plain(text_of(STANDS), plain, 3).data);
}

TEST_MAIN("log/entry_line", TEST(what_was_written_is_read),
          TEST(members_are_found_by_name_and_type),
          TEST(every_other_form_is_refused),
          TEST(an_unknown_kind_is_read_as_it_stands), TEST(no_prefix_is_a_line),
          TEST(a_text_is_read_as_it_was_said))
