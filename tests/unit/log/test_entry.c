/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "log/entry.h"
#include "log/leaf.h"
#include "unit/test.h"

static struct entry gap_of(const char *detail)
{
    struct entry entry = entry_of(ENTRY_GAP);
    entry_number(&entry, "event", 3);
    entry_number(&entry, "camera", 2);
    entry_time(&entry, "from", (struct wall_time){1795000000000000});
    entry_time(&entry, "to", (struct wall_time){1795000001500000});
    entry_text(&entry, "cause", text_of("no_data"));
    entry_text(&entry, "detail", text_of(detail));
    return entry;
}

static enum status write(const struct entry *entry, struct buffer *out)
{
    struct commitment commitments[LOG_PERSONAL_MAX] = {{{0}}};
    return entry_line_write(entry, 7, (struct wall_time){1795000002000000},
                            commitments, out);
}

static void a_line_has_one_form(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct entry entry = gap_of("a \"quoted\" back\\slash, 홍길동");
    CHECK_OK(write(&entry, &out));
    buffer_append_u8(&out, 0);
    assert_string_equal(
        "{\"n\":7,\"t\":\"2026-11-18T11:06:42.000000Z\",\"kind\":\"gap\","
        "\"event\":3,\"camera\":2,\"from\":\"2026-11-18T11:06:40.000000Z\","
        "\"to\":\"2026-11-18T11:06:41.500000Z\",\"cause\":\"no_data\","
        "\"detail\":\"a \\\"quoted\\\" back\\\\slash, 홍길동\"}",
        (const char *)out.data);
}

static void a_personal_text_is_a_commitment(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct entry entry = entry_of(ENTRY_LOGIN);
    entry_number(&entry, "account", 1);
    entry_personal(&entry, "address", text_of("192.0.2.7"));
    CHECK_OK(write(&entry, &out));
    buffer_append_u8(&out, 0);
    CHECK(strstr((const char *)out.data, "192.0.2.7") == NULL);
    CHECK(strstr((const char *)out.data,
                 "\"address\":\"c:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
                 "\"}") != NULL);
}

static void only_plain_text_becomes_a_line(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "line\nfeed",
        "carriage\rreturn",
        "\x1b[31mred",
        "\xff\xfe",
        "\xed\xa0\x80",               /* a surrogate */
        "\xc0\xaf",                   /* overlong */
        "bidi \xe2\x80\xae override", /* U+202E */
        "separator \xe2\x80\xa8",     /* U+2028 */
        "c1 \xc2\x85 next line",      /* U+0085 */
    };
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct entry entry = gap_of(BAD[i]);
        CHECK_STATUS(STATUS_BAD_INPUT, write(&entry, &out));
        struct entry login = entry_of(ENTRY_LOGIN);
        entry_number(&login, "account", 1);
        entry_personal(&login, "address", text_of(BAD[i]));
        CHECK_STATUS(STATUS_BAD_INPUT, write(&login, &out));
        assert_int_equal(0, out.size);
    }
}

static void a_member_is_set_once_and_by_its_type(void **state)
{
    (void)state;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(LOG_LINE_MAX);
    struct entry missing = entry_of(ENTRY_LOGIN);
    entry_number(&missing, "account", 1);
    CHECK_STATUS(STATUS_BAD_INPUT, write(&missing, &out));
    struct entry twice = gap_of("x");
    entry_number(&twice, "camera", 2);
    CHECK_STATUS(STATUS_BAD_INPUT, write(&twice, &out));
    struct entry unknown = gap_of("x");
    entry_number(&unknown, "colour", 2);
    CHECK_STATUS(STATUS_BAD_INPUT, write(&unknown, &out));
    struct entry wrong = entry_of(ENTRY_RECORDER_STOP);
    entry_number(&wrong, "cause", 2);
    CHECK_STATUS(STATUS_BAD_INPUT, write(&wrong, &out));
}

static void a_line_is_limited(void **state)
{
    (void)state;
    static char long_text[65537];
    memset(long_text, 'x', sizeof long_text - 1);
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(1 << 20);
    struct entry entry = gap_of(long_text);
    CHECK_STATUS(STATUS_LIMIT, write(&entry, &out));
    assert_int_equal(0, out.size);
    struct entry login = entry_of(ENTRY_LOGIN);
    entry_number(&login, "account", 1);
    entry_personal(&login, "address", text_of(long_text));
    CHECK_STATUS(STATUS_BAD_INPUT, write(&login, &out));
}

/* RFC 6962 section 2.1, with the digests that everybody has for "" . */
static void a_leaf_is_rfc_6962s(void **state)
{
    (void)state;
    static const uint8_t EMPTY[LEAF_SIZE] = {
        0x6e, 0x34, 0x0b, 0x9c, 0xff, 0xb3, 0x7a, 0x98, 0x9c, 0xa5, 0x44,
        0xe6, 0xbb, 0x78, 0x0a, 0x2c, 0x78, 0x90, 0x1d, 0x3f, 0xb3, 0x37,
        0x38, 0x76, 0x85, 0x11, 0xa3, 0x06, 0x17, 0xaf, 0xa0, 0x1d};
    uint8_t leaf[LEAF_SIZE];
    CHECK_OK(leaf_hash(text_of(""), leaf));
    assert_memory_equal(EMPTY, leaf, LEAF_SIZE);
}

static void a_commitment_is_a_plain_hash(void **state)
{
    (void)state;
    uint8_t salt[COMMITMENT_SALT_SIZE];
    memset(salt, 0x41, sizeof salt);
    static const char SPELLED[] =
        "haechi text\0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA분실물";
    struct bytes all = bytes_of(SPELLED, sizeof SPELLED - 1);
    uint8_t wanted[SHA256_SIZE];
    struct commitment made;
    CHECK_OK(sha256(&all, 1, wanted));
    CHECK_OK(commitment_make(salt, text_of("분실물"), &made));
    assert_memory_equal(wanted, made.digest, SHA256_SIZE);
}

/* The table itself: names and members are fit for a line. */
static void every_kind_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ENTRY_KIND_COUNT; i++) {
        const struct entry_shape *shape = entry_shape((enum entry_kind)i);
        enum entry_kind found = ENTRY_KIND_COUNT;
        CHECK_OK(entry_kind_from_name(text_of(shape->name), &found));
        assert_int_equal(i, found);
        CHECK(shape->count > 0 && shape->count <= LOG_MEMBERS_MAX);
        size_t personal = 0;
        for (size_t m = 0; m < shape->count; m++) {
            CHECK(shape->members[m].name != NULL);
            CHECK(strlen(shape->members[m].name) <= LOG_NAME_MAX);
            personal += shape->members[m].type == MEMBER_PERSONAL;
        }
        CHECK(personal <= LOG_PERSONAL_MAX);
        CHECK(entry_is_personal((enum entry_kind)i) == (personal > 0));
    }
    enum entry_kind none;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 entry_kind_from_name(text_of("view.opened"), &none));
}

TEST_MAIN("log/entry", TEST(a_line_has_one_form),
          TEST(a_personal_text_is_a_commitment),
          TEST(only_plain_text_becomes_a_line),
          TEST(a_member_is_set_once_and_by_its_type), TEST(a_line_is_limited),
          TEST(a_leaf_is_rfc_6962s), TEST(a_commitment_is_a_plain_hash),
          TEST(every_kind_is_found_by_its_name))
