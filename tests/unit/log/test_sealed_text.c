/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "log/sealed_text.h"
#include "unit/test.h"

static const uint8_t KEY[TEXT_KEY_SIZE] = {1, 2, 3};

static struct text seal(const char *plain, struct buffer *out)
{
    struct sealed_text head = {
        .number = 41, .member = text_of("why"), .month = 682};
    memset(head.salt, 9, sizeof head.salt);
    CHECK_OK(sealed_text_write(&head, KEY, text_of(plain), out));
    CHECK(out->data[out->size - 1] == '\n');
    return (struct text){(const char *)out->data, out->size - 1};
}

static void what_is_sealed_opens(void **state)
{
    (void)state;
    static char most[LOG_TEXT_MAX + 1];
    memset(most, 'x', LOG_TEXT_MAX);
    const char *const plains[] = {"", "분실물 확인", most};
    for (size_t i = 0; i < 3; i++) {
        AUTO(buffer_deinit)
        struct buffer out = buffer_with_limit(LOG_TEXT_LINE_MAX);
        struct sealed_text read;
        char plain[LOG_TEXT_MAX];
        CHECK_OK(sealed_text_read(seal(plains[i], &out), &read));
        assert_int_equal(41, read.number);
        assert_int_equal(682, read.month);
        CHECK(text_equal(read.member, text_of("why")));
        CHECK_OK(sealed_text_open(&read, KEY, plain));
        CHECK(text_equal((struct text){plain, read.size}, text_of(plains[i])));
    }
}

static void without_the_months_key_it_stays_shut(void **state)
{
    (void)state;
    AUTO(buffer_deinit)
    struct buffer out = buffer_with_limit(LOG_TEXT_LINE_MAX);
    struct sealed_text read;
    char plain[LOG_TEXT_MAX];
    static const uint8_t OTHER[TEXT_KEY_SIZE] = {1, 2, 4};
    struct text line = seal("분실물 확인", &out);
    CHECK(memmem(line.data, line.size, "분실물", strlen("분실물")) == NULL);
    CHECK_OK(sealed_text_read(line, &read));
    CHECK_STATUS(STATUS_CORRUPT, sealed_text_open(&read, OTHER, plain));
}

/* It belongs to its entry and its member. */
static void it_cannot_be_moved(void **state)
{
    (void)state;
    AUTO(buffer_deinit)
    struct buffer out = buffer_with_limit(LOG_TEXT_LINE_MAX);
    struct sealed_text read;
    char plain[LOG_TEXT_MAX];
    CHECK_OK(sealed_text_read(seal("분실물 확인", &out), &read));
    read.number++;
    CHECK_STATUS(STATUS_CORRUPT, sealed_text_open(&read, KEY, plain));
    read.number--;
    read.member = text_of("whz");
    CHECK_STATUS(STATUS_CORRUPT, sealed_text_open(&read, KEY, plain));
}

/* Without any key. */
static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    AUTO(buffer_deinit)
    struct buffer out = buffer_with_limit(LOG_TEXT_LINE_MAX);
    struct text line = seal("ok", &out);
    for (size_t bit = 0; bit < 8 * line.size; bit++) {
        struct sealed_text read;
        out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_STATUS(STATUS_BAD_INPUT, sealed_text_read(line, &read));
        out.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void limits_hold(void **state)
{
    (void)state;
    static char long_text[LOG_TEXT_MAX + 2];
    memset(long_text, 'x', LOG_TEXT_MAX + 1);
    AUTO(buffer_deinit)
    struct buffer out = buffer_with_limit(LOG_TEXT_LINE_MAX);
    struct sealed_text head = {.member = text_of("why")};
    CHECK_STATUS(STATUS_LIMIT,
                 sealed_text_write(&head, KEY, text_of(long_text), &out));
    struct sealed_text read;
    static char line[LOG_TEXT_LINE_MAX + 2];
    memset(line, 'x', LOG_TEXT_LINE_MAX + 1);
    CHECK_STATUS(STATUS_LIMIT, sealed_text_read(text_of(line), &read));
}

TEST_MAIN("log/sealed_text", TEST(what_is_sealed_opens),
          TEST(without_the_months_key_it_stays_shut), TEST(it_cannot_be_moved),
          TEST(every_flipped_bit_is_noticed), TEST(limits_hold))
