/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/timestamp.h"

#include <string.h>

#include "base/text.h"
#include "unit/crypto/timestamp_vectors.h"
#include "unit/test.h"

enum { SOURCE_BYTES = 6, UNNEEDED_BYTES = 400 };

static const int64_t ANSWERED_US = 1795370393 * (int64_t)SECOND_US;
static const uint8_t SOURCE[SOURCE_BYTES] = {'h', 'e', 'l', 'l', 'o', '\n'};

static struct timestamp_question question_make(void)
{
    struct timestamp_question question = {.nonce = {1, 2, 3, 4, 5, 6, 7, 8}};
    const struct bytes source = bytes_of(SOURCE, SOURCE_BYTES);
    CHECK_OK(sha256(&source, 1, question.digest));
    return question;
}

static void a_question_is_as_the_standard_has_it(void **state)
{
    (void)state;
    struct timestamp_question question = question_make();
    struct buffer out = buffer_with_limit(1024);
    CHECK_OK(timestamp_question_write(&question, &out));
    assert_int_equal(sizeof QUESTION, out.size);
    assert_memory_equal(QUESTION, out.data, sizeof QUESTION);
    buffer_deinit(&out);
}

static void an_answer_is_to_its_question_alone(void **state)
{
    (void)state;
    struct timestamp_question question = question_make();
    struct wall_time told = {0};
    struct bytes answer = bytes_of(ANSWER, sizeof ANSWER);
    CHECK_OK(timestamp_answer_read(answer, &question, &told));
    assert_int_equal(ANSWERED_US, told.us);
    question.nonce[7] ^= 1;
    CHECK_STATUS(STATUS_CORRUPT,
                 timestamp_answer_read(answer, &question, &told));
    question = question_make();
    question.digest[0] ^= 1;
    CHECK_STATUS(STATUS_CORRUPT,
                 timestamp_answer_read(answer, &question, &told));
    question = question_make();
    CHECK_STATUS(STATUS_DENIED,
                 timestamp_answer_read(bytes_of(REFUSAL, sizeof REFUSAL),
                                       &question, &told));
    for (size_t size = 0; size < sizeof ANSWER; size += 7)
        CHECK_STATUS(STATUS_BAD_INPUT,
                     timestamp_answer_read(bytes_of(ANSWER, size), &question,
                                           &told));
}

static void its_signer_leads_to_an_authority(void **state)
{
    (void)state;
    struct timestamp_question question = question_make();
    struct wall_time told = {0};
    struct bytes answer = bytes_of(ANSWER, sizeof ANSWER);
    CHECK_OK(timestamp_verify(answer, question.digest, text_of(AUTHORITY),
                              &told));
    assert_int_equal(ANSWERED_US, told.us);
    CHECK_STATUS(STATUS_CORRUPT,
                 timestamp_verify(answer, question.digest,
                                  text_of(OTHER_AUTHORITY), &told));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 timestamp_verify(answer, question.digest, text_of("none"),
                                  &told));
    question.digest[31] ^= 1;
    CHECK_STATUS(STATUS_CORRUPT,
                 timestamp_verify(answer, question.digest, text_of(AUTHORITY),
                                  &told));
}

/* Whatever bit is another one: refused, or it says the very same: the
 * authority's certificate came along and is not needed. */
static void every_flipped_bit_that_counts_is_noticed(void **state)
{
    (void)state;
    struct timestamp_question question = question_make();
    uint8_t changed[sizeof ANSWER];
    size_t unnoticed = 0;
    for (size_t i = 0; i < sizeof ANSWER; i++) {
        struct wall_time told = {0};
        memcpy(changed, ANSWER, sizeof ANSWER);
        changed[i] ^= (uint8_t)(1u << i % 8);
        if (timestamp_verify(bytes_of(changed, sizeof changed),
                             question.digest, text_of(AUTHORITY),
                             &told) != STATUS_OK)
            continue;
        unnoticed++;
        assert_int_equal(ANSWERED_US, told.us);
    }
    CHECK(unnoticed < UNNEEDED_BYTES);
}

TEST_MAIN("crypto/timestamp", TEST(a_question_is_as_the_standard_has_it),
          TEST(an_answer_is_to_its_question_alone),
          TEST(its_signer_leads_to_an_authority),
          TEST(every_flipped_bit_that_counts_is_noticed))
