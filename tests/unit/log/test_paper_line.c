/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/paper_line.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "unit/test.h"

/* Made by another program (Python), of the root SHA-256("root"). */
static const char LINE[] =
    "haechi1 www.geoje.example/haechi/geoje 4711 2026-11-22 "
    "909M-JK8K-FRB3-3EX3-07AT-SAVE-FEVT-MX6E-262X-8NJP-BVTH-TWVP-EYS0-J0J4";

static struct checkpoint checkpoint_of_line(void)
{
    struct checkpoint checkpoint = {.origin = "www.geoje.example/haechi/geoje",
                                    .size = 4711};
    const struct bytes root = {(const uint8_t *)"root", 4};
    CHECK_OK(sha256(&root, 1, checkpoint.root.bytes));
    return checkpoint;
}

static struct wall_time day_of_line(void)
{
    struct wall_time day;
    CHECK_OK(wall_time_parse(text_of("2026-11-22T09:00:00+09:00"), &day));
    return day;
}

static void a_line_is_written_as_others_write_it(void **state)
{
    (void)state;
    char out[PAPER_LINE_SIZE];
    struct checkpoint checkpoint = checkpoint_of_line();
    struct checkpoint read;
    CHECK_OK(paper_line_format(&checkpoint, day_of_line(), out));
    assert_string_equal(LINE, out);
    CHECK_OK(paper_line_parse(text_of(LINE), &read));
    assert_int_equal(4711, read.size);
    assert_string_equal(checkpoint.origin, read.origin);
    CHECK(tree_hash_equal(&checkpoint.root, &read.root));
}

/* As somebody types it: small letters, O for zero, spaces for hyphens. */
static void a_line_is_read_as_people_write_it(void **state)
{
    (void)state;
    char typed[sizeof LINE];
    struct checkpoint read;
    memcpy(typed, LINE, sizeof LINE);
    for (char *at = strrchr(typed, ' ') + 1; *at != 0; at++) {
        *at = (char)tolower((unsigned char)*at);
        *at = (char)(*at == '0' ? 'o' : *at == '1' ? 'l' : *at);
        *at = (char)(*at == '-' ? ' ' : *at);
    }
    CHECK_OK(paper_line_parse(text_of(typed), &read));
    assert_int_equal(4711, read.size);
}

static void a_mistake_in_copying_is_told(void **state)
{
    (void)state;
    char altered[sizeof LINE];
    struct checkpoint read;
    memcpy(altered, LINE, sizeof LINE);
    for (size_t bit = 0; bit < 8 * (sizeof LINE - 1); bit++) {
        char before = altered[bit / 8];
        altered[bit / 8] = (char)(before ^ (char)(1 << bit % 8));
        bool is_same = toupper((unsigned char)altered[bit / 8]) == before ||
                       (before == '0' && altered[bit / 8] == 'O') ||
                       (before == '1' && (altered[bit / 8] == 'I' ||
                                          altered[bit / 8] == 'L')) ||
                       (before == '-' && altered[bit / 8] == ' ' );
        enum status s = paper_line_parse(
            (struct text){altered, sizeof LINE - 1}, &read);
        if (bit / 8 < 54 || !is_same)
            CHECK(s != STATUS_OK);
        altered[bit / 8] = before;
    }
    for (size_t size = 0; size < sizeof LINE - 1; size++)
        CHECK(paper_line_parse((struct text){LINE, size}, &read) != STATUS_OK);
}

TEST_MAIN("log/paper_line", TEST(a_line_is_written_as_others_write_it),
          TEST(a_line_is_read_as_people_write_it),
          TEST(a_mistake_in_copying_is_told))
