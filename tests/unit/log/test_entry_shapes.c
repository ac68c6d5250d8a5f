/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has once been written is read for ever: tests/golden/log/entries has a
 * line of every shape that a kind ever had. Lines are only added there: one
 * that is gone or altered is a log that is not read any more.
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "log/entry_line.h"
#include "support/golden.h"
#include "unit/test.h"

enum { FILE_MAX = 1 << 20 };

#define TIME       "2026-11-22T03:28:10.123456Z"
#define COMMITMENT "c:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static const char *value_of(enum entry_member_type type)
{
    switch (type) {
    case MEMBER_NUMBER:
        return "7";
    case MEMBER_TIME:
        return "\"" TIME "\"";
    case MEMBER_PERSONAL:
        return "\"" COMMITMENT "\"";
    case MEMBER_TEXT:
        break;
    }
    return "\"파기\"";
}

/* By the table, not by the writer: older shapes are not written any more. */
static size_t put_line(enum entry_kind kind, uint8_t number, struct buffer *out)
{
    const struct entry_shape *shape = entry_shape(kind);
    size_t count = 0;
    buffer_format(out, "{\"n\":%u,\"t\":\"" TIME "\",\"kind\":\"%s\"",
                  (unsigned)number, shape->name);
    for (size_t i = 0; i < shape->count; i++) {
        const struct entry_member *member = &shape->members[i];
        if (!entry_member_is_in(member, number))
            continue;
        buffer_format(out, ",\"%s\":%s", member->name, value_of(member->type));
        count++;
    }
    buffer_append_u8(out, '}');
    return count;
}

static void every_shape_that_ever_was_stands_in_the_golden_file(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer all = buffer_with_limit(FILE_MAX);
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        uint8_t newest = entry_shape_newest((enum entry_kind)kind);
        for (uint8_t number = 1; number <= newest; number++) {
            (void)put_line((enum entry_kind)kind, number, &all);
            buffer_append_u8(&all, '\n');
        }
    }
    golden_check("log/entries", buffer_bytes(&all));
}

static void each_is_read_with_its_own_members(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        uint8_t newest = entry_shape_newest((enum entry_kind)kind);
        for (uint8_t number = 1; number <= newest; number++) {
            AUTO(buffer_deinit) struct buffer line = buffer_with_limit(FILE_MAX);
            struct entry_line read;
            size_t count = put_line((enum entry_kind)kind, number, &line);
            CHECK_OK(entry_line_read(buffer_text(&line), &read));
            CHECK(read.is_known && read.kind == kind && read.count == count);
        }
    }
}

static void no_line_is_half_of_a_shape(void **state)
{
    (void)state;
    static const char *const HALVES[] = {
        "\"until\":\"" TIME "\",\"masked\":\"\",\"why\"",
        "\"until\":\"" TIME "\",\"order\":7,\"approval\":7,\"why\"",
    };
    AUTO(buffer_deinit) struct buffer whole = buffer_with_limit(FILE_MAX);
    struct entry_line read;
    (void)put_line(ENTRY_EXPORT, 1, &whole);
    buffer_append_u8(&whole, 0);
    CHECK_STATUS(STATUS_BAD_INPUT, entry_line_read(buffer_text(&whole), &read));
    static const char AT[] = "\"until\":\"" TIME "\",\"why\"";
    char *at = strstr((char *)whole.data, AT);
    CHECK(at != NULL);
    for (size_t i = 0; i < sizeof HALVES / sizeof HALVES[0]; i++) {
        AUTO(buffer_deinit) struct buffer half = buffer_with_limit(FILE_MAX);
        buffer_append(&half, bytes_of(whole.data,
                                      (size_t)(at - (char *)whole.data)));
        buffer_append_text(&half, HALVES[i]);
        buffer_append_text(&half, at + strlen(AT));
        CHECK_STATUS(STATUS_BAD_INPUT,
                     entry_line_read(buffer_text(&half), &read));
    }
}

/* What came later is not there, and is no failure of the line. */
static void an_older_hold_names_no_leaves(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(FILE_MAX);
    struct entry_line read;
    int64_t number = 0;
    (void)put_line(ENTRY_HOLD_MADE, 1, &line);
    CHECK_OK(entry_line_read(buffer_text(&line), &read));
    CHECK_OK(entry_line_number(&read, "records", &number));
    CHECK_STATUS(STATUS_NOT_FOUND, entry_line_number(&read, "leaves", &number));
}

TEST_MAIN("log/entry_shapes",
          TEST(every_shape_that_ever_was_stands_in_the_golden_file),
          TEST(each_is_read_with_its_own_members),
          TEST(no_line_is_half_of_a_shape), TEST(an_older_hold_names_no_leaves))
