/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"
#include "unit/crypto/vectors.h"

/* RFC 8032 section 7.1, test 2. */
static void the_published_signature_comes_out(void **state)
{
    (void)state;
    uint8_t private_key[32];
    uint8_t public_key[32];
    uint8_t signature[64];
    (void)from_hex(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        private_key);
    CHECK_OK(sign_public_key(private_key, public_key));
    check_hex(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        public_key);
    CHECK_OK(sign_make(private_key, bytes_of("r", 1), signature));
    check_hex("92a009a9f0d4cab8720e820b5f642540"
              "a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c"
              "387b2eaeb4302aeeb00d291612bb0c00",
              signature);
    CHECK_OK(sign_verify(public_key, bytes_of("r", 1), signature));
    CHECK_STATUS(STATUS_CORRUPT,
                 sign_verify(public_key, bytes_of("s", 1), signature));
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    uint8_t private_key[32];
    uint8_t public_key[32];
    uint8_t signature[64];
    CHECK_OK(sign_key_make(private_key, public_key));
    CHECK_OK(sign_make(private_key, bytes_of(NULL, 0), signature));
    CHECK_OK(sign_verify(public_key, bytes_of(NULL, 0), signature));
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_STATUS(STATUS_CORRUPT,
                     sign_verify(public_key, bytes_of(NULL, 0), signature));
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* RFC 6979 appendix A.2.5, SHA-256, "sample". */
static void the_published_ecdsa_signature_is_good(void **state)
{
    (void)state;
    uint8_t numbers[4][ECDSA_NUMBER_SIZE];
    (void)from_hex(
        "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
        numbers[0]);
    (void)from_hex(
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
        numbers[1]);
    (void)from_hex(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        numbers[2]);
    (void)from_hex(
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        numbers[3]);
    const struct ecdsa_point key = {numbers[0], numbers[1]};
    const struct ecdsa_signature signature = {numbers[2], numbers[3]};
    const struct bytes message = bytes_of("sample", 6);
    CHECK_OK(ecdsa_p256_verify(key, message, signature));
    CHECK_STATUS(STATUS_CORRUPT,
                 ecdsa_p256_verify(key, bytes_of("simple", 6), signature));
    for (size_t bit = 0; bit < 8 * sizeof numbers; bit++) {
        uint8_t *byte = &numbers[0][0] + bit / 8;
        *byte ^= (uint8_t)(1u << bit % 8);
        CHECK_STATUS(STATUS_CORRUPT,
                     ecdsa_p256_verify(key, message, signature));
        *byte ^= (uint8_t)(1u << bit % 8);
    }
}

TEST_MAIN("crypto/sign", TEST(the_published_signature_comes_out),
          TEST(the_published_ecdsa_signature_is_good),
          TEST(every_flipped_bit_is_noticed))
