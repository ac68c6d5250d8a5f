/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/note.h"

#include <string.h>

#include "base/text.h"
#include "log/tree/checkpoint.h"
#include "log/tree/cosignature.h"
#include "unit/test.h"

/* The example of Go's sumdb/note. */
static const char VKEY[] =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char NOTE[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n";

static const uint8_t SEED[SIGN_PRIVATE_SIZE] = {3, 1, 4, 1, 5};

static struct note_key key_of(const char *name, uint8_t type)
{
    struct note_key key;
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    CHECK_OK(sign_public_key(SEED, public_key));
    CHECK_OK(note_key_make(text_of(name), type, public_key, &key));
    return key;
}

static void somebody_else_s_note_verifies(void **state)
{
    (void)state;
    struct note note;
    struct note_key key;
    char again[NOTE_VKEY_SIZE];
    CHECK_OK(note_key_parse(text_of(VKEY), &key));
    CHECK_OK(note_parse(text_of(NOTE), &note));
    assert_int_equal(1, note.count);
    CHECK_OK(note_verify(&note, &key));
    note_key_format(&key, again);
    assert_string_equal(VKEY, again);
    struct note_key other = key_of("PeterNeumann", NOTE_KEY_ED25519);
    CHECK_STATUS(STATUS_NOT_FOUND, note_verify(&note, &other));
}

static void every_flipped_bit_of_a_vkey_is_noticed(void **state)
{
    (void)state;
    char altered[sizeof VKEY];
    struct note_key key;
    memcpy(altered, VKEY, sizeof VKEY);
    for (size_t bit = 0; bit < 8 * (sizeof VKEY - 1); bit++) {
        altered[bit / 8] = (char)(altered[bit / 8] ^ (1 << bit % 8));
        CHECK_STATUS(STATUS_BAD_INPUT,
                     note_key_parse((struct text){altered, sizeof VKEY - 1},
                                    &key));
        altered[bit / 8] = (char)(altered[bit / 8] ^ (1 << bit % 8));
    }
}

static void names_are_what_the_format_allows(void **state)
{
    (void)state;
    CHECK(note_name_is_good(text_of("www.geoje.example/haechi/city-hall")));
    CHECK(note_name_is_good(text_of("\xea\xb1\xb0\xec\xa0\x9c")));
    static const char *const BAD[] = {"", "a b", "a+b", "a\nb",
                                      "a\xc2\xa0"
                                      "b",
                                      "a\xe3\x80\x80"
                                      "b",
                                      "\xff"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK(!note_name_is_good(text_of(BAD[i])));
}

/* ---- checkpoints ---- */

static void make_checkpoint(struct buffer *out)
{
    struct note_key key = key_of("log.example/haechi/a", NOTE_KEY_ED25519);
    struct checkpoint checkpoint = {.size = 42};
    (void)text_copy(text_of(key.name), checkpoint.origin,
                    sizeof checkpoint.origin);
    memset(checkpoint.root.bytes, 9, SHA256_SIZE);
    *out = buffer_with_limit(NOTE_SIZE_MAX);
    CHECK_OK(checkpoint_sign(&checkpoint, &key, SEED, out));
}

static void a_checkpoint_comes_back(void **state)
{
    (void)state;
    struct buffer note;
    struct checkpoint checkpoint;
    struct note_key key = key_of("log.example/haechi/a", NOTE_KEY_ED25519);
    make_checkpoint(&note);
    CHECK_OK(checkpoint_open(buffer_text(&note), &key, &checkpoint));
    assert_int_equal(42, checkpoint.size);
    assert_int_equal(9, checkpoint.root.bytes[31]);
    struct note_key other = key_of("log.example/haechi/b", NOTE_KEY_ED25519);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 checkpoint_open(buffer_text(&note), &other, &checkpoint));
    buffer_deinit(&note);
}

static void every_flipped_bit_of_a_checkpoint_is_noticed(void **state)
{
    (void)state;
    struct buffer note;
    struct checkpoint checkpoint;
    struct note_key key = key_of("log.example/haechi/a", NOTE_KEY_ED25519);
    make_checkpoint(&note);
    for (size_t bit = 0; bit < 8 * note.size; bit++) {
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(checkpoint_open(buffer_text(&note), &key, &checkpoint) != STATUS_OK);
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t size = 0; size < note.size; size++) {
        struct text cut = {(const char *)note.data, size};
        CHECK(checkpoint_open(cut, &key, &checkpoint) != STATUS_OK);
    }
    buffer_deinit(&note);
}

static void only_one_form_of_a_checkpoint_is_read(void **state)
{
    (void)state;
    static const char ROOT[] = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n";
    static const char *const SIZES[] = {"042", "-1", "+1", "4 2", "",
                                        "18446744073709551616"};
    struct checkpoint checkpoint;
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        struct buffer text = buffer_with_limit(1000);
        buffer_format(&text, "log\n%s\n%s", SIZES[i], ROOT);
        CHECK_STATUS(STATUS_BAD_INPUT,
                     checkpoint_parse(buffer_text(&text), &checkpoint));
        buffer_deinit(&text);
    }
}

/* ---- cosignatures ---- */

static void a_witness_signs_and_is_believed(void **state)
{
    (void)state;
    struct buffer buffer;
    struct note note;
    struct note_key witness = key_of("witness.example", NOTE_KEY_COSIGNATURE);
    uint64_t time_s = 0;
    make_checkpoint(&buffer);
    CHECK_OK(note_parse(buffer_text(&buffer), &note));
    CHECK_STATUS(STATUS_NOT_FOUND, cosignature_verify(&note, &witness, &time_s));
    size_t before = buffer.size;
    struct buffer line = buffer_with_limit(1000);
    CHECK_OK(cosignature_make(note.text, &witness, SEED, 1700000000, &line));
    buffer_append(&buffer, buffer_bytes(&line));
    CHECK_OK(note_parse(buffer_text(&buffer), &note));
    assert_int_equal(2, note.count);
    CHECK_OK(cosignature_verify(&note, &witness, &time_s));
    assert_int_equal(1700000000, time_s);
    for (size_t bit = 8 * before; bit < 8 * buffer.size; bit++) {
        buffer.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(note_parse(buffer_text(&buffer), &note) != STATUS_OK ||
              cosignature_verify(&note, &witness, &time_s) != STATUS_OK);
        buffer.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    buffer_deinit(&line);
    buffer_deinit(&buffer);
}

TEST_MAIN("log/tree/note", TEST(somebody_else_s_note_verifies),
          TEST(every_flipped_bit_of_a_vkey_is_noticed),
          TEST(names_are_what_the_format_allows), TEST(a_checkpoint_comes_back),
          TEST(every_flipped_bit_of_a_checkpoint_is_noticed),
          TEST(only_one_form_of_a_checkpoint_is_read),
          TEST(a_witness_signs_and_is_believed))
