/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "crypto/hash.h"
#include "unit/crypto/vectors.h"

/* FIPS 180-4 examples of NIST; RFC 1321 appendix A.5. */
static void digests_are_the_published_ones(void **state)
{
    (void)state;
    uint8_t out[SHA256_SIZE];
    const struct bytes parts[] = {bytes_of("a", 1), bytes_of(NULL, 0),
                                  bytes_of("bc", 2)};
    CHECK_OK(sha256(parts, 3, out));
    check_hex("ba7816bf8f01cfea414140de5dae2223"
              "b00361a396177a9cb410ff61f20015ad",
              out);
    CHECK_OK(sha256(NULL, 0, out));
    check_hex("e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855",
              out);
    CHECK_OK(md5(parts, 3, out));
    check_hex("900150983cd24fb0d6963f7d28e17f72", out);
}

/* RFC 4231 sections 4.2, 4.3, 4.7. */
static void macs_are_those_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t key[131];
    uint8_t out[SHA256_SIZE];
    memset(key, 0x0b, 20);
    const struct bytes hi[] = {bytes_of("Hi ", 3), bytes_of("There", 5)};
    CHECK_OK(hmac_sha256(bytes_of(key, 20), hi, 2, out));
    check_hex("b0344c61d8db38535ca8afceaf0bf12b"
              "881dc200c9833da726e9376c2e32cff7",
              out);
    const struct bytes jefe = bytes_of("what do ya want for nothing?", 28);
    CHECK_OK(hmac_sha256(bytes_of("Jefe", 4), &jefe, 1, out));
    check_hex("5bdcc146bf60754e6a042426089575c7"
              "5a003f089d2739839dec58b964ec3843",
              out);
    memset(key, 0xaa, sizeof key);
    const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";
    const struct bytes larger = bytes_of(text, strlen(text));
    CHECK_OK(hmac_sha256(bytes_of(key, sizeof key), &larger, 1, out));
    check_hex("60e431591ee0b67f0d8a26aacbf5b77f"
              "8e0bc6213728c5140546040f0ee37f54",
              out);
}

static void an_empty_key_is_a_key(void **state)
{
    (void)state;
    uint8_t out[SHA256_SIZE];
    CHECK_OK(hmac_sha256(bytes_of(NULL, 0), NULL, 0, out));
    check_hex("b613679a0814d9ec772f95d778c35fc5"
              "ff1697c493715653c6c712144292c5ad",
              out);
}

static void a_stream_equals_one_piece_at_any_split(void **state)
{
    (void)state;
    uint8_t data[150];
    count_up(3, data, sizeof data);
    struct bytes whole = bytes_of(data, sizeof data);
    uint8_t expected[SHA256_SIZE];
    CHECK_OK(sha256(&whole, 1, expected));
    AUTO(sha256_stream_destroy) struct sha256_stream *stream = NULL;
    CHECK_OK(sha256_stream_create(&stream));
    for (size_t split = 0; split <= sizeof data; split++) {
        sha256_stream_update(stream, bytes_of(data, split));
        sha256_stream_update(stream,
                             bytes_of(data + split, sizeof data - split));
        uint8_t out[SHA256_SIZE];
        CHECK_OK(sha256_stream_final(stream, out));
        assert_memory_equal(expected, out, sizeof out);
    }
}

static void comparison_sees_every_bit(void **state)
{
    (void)state;
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    CHECK(secret_equal(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof b; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(!secret_equal(a, b, sizeof a));
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static enum status make_a_stream(void *context)
{
    (void)context;
    AUTO(sha256_stream_destroy) struct sha256_stream *stream = NULL;
    return sha256_stream_create(&stream);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(make_a_stream, NULL);
}

TEST_MAIN("crypto/hash", TEST(digests_are_the_published_ones),
          TEST(macs_are_those_of_rfc_4231), TEST(an_empty_key_is_a_key),
          TEST(a_stream_equals_one_piece_at_any_split),
          TEST(comparison_sees_every_bit), TEST(every_allocation_may_fail))
