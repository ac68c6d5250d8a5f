/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>

#include "base/writer.h"
#include "crypto/aead.h"
#include "unit/crypto/vectors.h"

static const enum aead_algorithm ALGORITHMS[] = {AEAD_AES_256_GCM,
                                                 AEAD_ARIA_256_GCM};

/* McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test
 * cases 13 and 14 (those with a nonce of zeros). */
static void aes_is_that_of_the_gcm_paper(void **state)
{
    (void)state;
    const uint8_t key[AEAD_KEY_SIZE] = {0};
    uint8_t sixteen[16] = {0};
    uint8_t tag[AEAD_TAG_SIZE];
    CHECK_OK(aead_seal(AEAD_AES_256_GCM, key, bytes_of(NULL, 0),
                       bytes_of(NULL, 0), sixteen, tag));
    check_hex("530f8afbc74536b9a963b4f1c4cb738b", tag);
    CHECK_OK(aead_seal(AEAD_AES_256_GCM, key, bytes_of(NULL, 0),
                       bytes_of(sixteen, 16), sixteen, tag));
    check_hex("cea7403d4d606b6e074ec5d3baf39d18", sixteen);
    check_hex("d0d1c8a799996bf0265b98b5d48ab919", tag);
}

/* GCM by the book (SP 800-38D section 6.3, bit by bit) over a block cipher. */
struct by_the_book {
    EVP_CIPHER_CTX *cipher;
    uint8_t hash_key[16];
    uint8_t hash[16];
};

static void encrypt_block(struct by_the_book *gcm, const uint8_t in[16],
                          uint8_t out[16])
{
    int size = 0;
    assert_int_equal(1, EVP_EncryptUpdate(gcm->cipher, out, &size, in, 16));
    assert_int_equal(16, size);
}

static void multiply_by_hash_key(struct by_the_book *gcm)
{
    uint8_t sum[16] = {0};
    uint8_t v[16];
    memcpy(v, gcm->hash_key, 16);
    for (int bit = 0; bit < 128; bit++) {
        bool is_set = (gcm->hash[bit / 8] >> (7 - bit % 8) & 1) != 0;
        for (int i = 0; is_set && i < 16; i++)
            sum[i] ^= v[i];
        bool carries = (v[15] & 1) != 0;
        for (int i = 15; i >= 0; i--) {
            int above = i > 0 ? v[i - 1] << 7 : 0;
            v[i] = (uint8_t)(v[i] >> 1 | (above & 0x80));
        }
        if (carries)
            v[0] ^= 0xe1;
    }
    memcpy(gcm->hash, sum, 16);
}

static void hash_in(struct by_the_book *gcm, struct bytes in)
{
    for (size_t at = 0; at < in.size; at++) {
        gcm->hash[at % 16] ^= in.data[at];
        if (at % 16 == 15 || at + 1 == in.size)
            multiply_by_hash_key(gcm);
    }
}

static void seal_by_the_book(const EVP_CIPHER *ecb, const uint8_t *key,
                             struct bytes associated, struct bytes plain,
                             uint8_t *out, uint8_t tag[16])
{
    struct by_the_book gcm = {.cipher = EVP_CIPHER_CTX_new()};
    const uint8_t zeros[16] = {0};
    assert_int_equal(1, EVP_EncryptInit_ex2(gcm.cipher, ecb, key, NULL, NULL));
    encrypt_block(&gcm, zeros, gcm.hash_key);
    uint8_t counter[16] = {0};
    uint8_t stream[16];
    for (size_t at = 0; at < plain.size; at++) {
        if (at % 16 == 0) {
            counter[15] = (uint8_t)(2 + at / 16);
            encrypt_block(&gcm, counter, stream);
        }
        out[at] = plain.data[at] ^ stream[at % 16];
    }
    hash_in(&gcm, associated);
    hash_in(&gcm, bytes_of(out, plain.size));
    uint8_t lengths[16];
    struct writer w = writer_on(lengths, sizeof lengths);
    writer_u64be(&w, associated.size * 8);
    writer_u64be(&w, plain.size * 8);
    hash_in(&gcm, writer_written(&w));
    counter[15] = 1;
    encrypt_block(&gcm, counter, stream);
    for (size_t i = 0; i < 16; i++)
        tag[i] = gcm.hash[i] ^ stream[i];
    EVP_CIPHER_CTX_free(gcm.cipher);
}

/* RFC 5794 appendix A.3: the block cipher itself. */
static void the_block_cipher_is_that_of_rfc_5794(void **state)
{
    (void)state;
    uint8_t key[32];
    uint8_t plain[16];
    uint8_t out[32];
    int size = 0;
    count_up(0, key, sizeof key);
    (void)from_hex("00112233445566778899aabbccddeeff", plain);
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    assert_int_equal(
        1, EVP_EncryptInit_ex2(cipher, EVP_aria_256_ecb(), key, NULL, NULL));
    assert_int_equal(1, EVP_EncryptUpdate(cipher, out, &size, plain, 16));
    EVP_CIPHER_CTX_free(cipher);
    check_hex("f92bd7c79fb72e2f2b8f80c1972d24fc", out);
}

static void both_are_gcm_by_the_book(void **state)
{
    (void)state;
    uint8_t key[32];
    uint8_t associated[45];
    uint8_t plain[200];
    count_up(9, key, sizeof key);
    count_up(1, associated, sizeof associated);
    count_up(2, plain, sizeof plain);
    for (size_t size = 0; size <= sizeof plain; size += 13) {
        struct bytes head = bytes_of(associated, size % sizeof associated);
        struct bytes body = bytes_of(plain, size);
        uint8_t ours[200];
        uint8_t theirs[200];
        uint8_t our_tag[16];
        uint8_t their_tag[16];
        CHECK_OK(aead_seal(AEAD_AES_256_GCM, key, head, body, ours, our_tag));
        seal_by_the_book(EVP_aes_256_ecb(), key, head, body, theirs, their_tag);
        assert_memory_equal(theirs, ours, size);
        assert_memory_equal(their_tag, our_tag, 16);
        CHECK_OK(aead_seal(AEAD_ARIA_256_GCM, key, head, body, ours, our_tag));
        seal_by_the_book(EVP_aria_256_ecb(), key, head, body, theirs,
                         their_tag);
        assert_memory_equal(theirs, ours, size);
        assert_memory_equal(their_tag, our_tag, 16);
    }
}

static void what_was_sealed_opens_in_place(void **state)
{
    (void)state;
    static uint8_t data[70000];
    uint8_t key[32];
    uint8_t tag[AEAD_TAG_SIZE];
    struct test_random random = {5};
    for (size_t a = 0; a < 2; a++) {
        test_random_fill(&random, key, sizeof key);
        count_up(0, data, sizeof data);
        struct bytes all = bytes_of(data, sizeof data);
        CHECK_OK(
            aead_seal(ALGORITHMS[a], key, bytes_of("head", 4), all, data, tag));
        CHECK(data[0] != 0 || data[1] != 1 || data[2] != 2);
        CHECK_OK(
            aead_open(ALGORITHMS[a], key, bytes_of("head", 4), all, tag, data));
        for (size_t i = 0; i < sizeof data; i++)
            CHECK(data[i] == (uint8_t)i);
    }
}

/* key, associated, sealed and tag in one row; any bit of it flipped. */
static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    enum { ASSOCIATED = 32, SEALED = ASSOCIATED + 7, TAG = SEALED + 33 };
    for (size_t a = 0; a < 2; a++) {
        uint8_t row[TAG + AEAD_TAG_SIZE];
        count_up(0, row, sizeof row);
        CHECK_OK(aead_seal(ALGORITHMS[a], row, bytes_of(row + ASSOCIATED, 7),
                           bytes_of(row + SEALED, 33), row + SEALED,
                           row + TAG));
        for (size_t bit = 0; bit <= 8 * sizeof row; bit++) {
            uint8_t out[33];
            bool is_whole = bit == 8 * sizeof row;
            if (!is_whole)
                row[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK_STATUS(is_whole ? STATUS_OK : STATUS_CORRUPT,
                         aead_open(ALGORITHMS[a], row,
                                   bytes_of(row + ASSOCIATED, 7),
                                   bytes_of(row + SEALED, 33), row + TAG, out));
            for (size_t i = 0; !is_whole && i < sizeof out; i++)
                CHECK(out[i] == 0);
            if (!is_whole)
                row[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void an_unknown_algorithm_is_refused(void **state)
{
    (void)state;
    const uint8_t key[AEAD_KEY_SIZE] = {0};
    uint8_t out[4] = {0};
    uint8_t tag[AEAD_TAG_SIZE];
    CHECK_STATUS(STATUS_INTERNAL,
                 aead_seal((enum aead_algorithm)3, key, bytes_of(NULL, 0),
                           bytes_of(out, 4), out, tag));
}

TEST_MAIN("crypto/aead", TEST(aes_is_that_of_the_gcm_paper),
          TEST(the_block_cipher_is_that_of_rfc_5794),
          TEST(both_are_gcm_by_the_book), TEST(what_was_sealed_opens_in_place),
          TEST(every_flipped_bit_is_noticed),
          TEST(an_unknown_algorithm_is_refused))
