/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/digest.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

/* RFC 7616 section 3.9.1: both challenges and both answers. */
static const struct digest_credentials MUFASA = {{"Mufasa", 6},
                                                 {"Circle of Life", 14}};
static const struct digest_request GET = {
    .method = {"GET", 3},
    .uri = {"/dir/index.html", 15},
    .cnonce = {"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", 44},
    .count = 1,
};

static struct digest_challenge challenge_of(const char *value)
{
    struct digest_challenge challenge = {.algorithm = DIGEST_NONE};
    digest_challenge_read(text_of(value), &challenge);
    return challenge;
}

static struct digest_challenge example(const char *algorithm)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "Digest realm=\"http-auth@example.org\", "
                   "qop=\"auth, auth-int\", algorithm=%s, "
                   "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
                   "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
                   algorithm);
    return challenge_of(text);
}

static const char *answer(const struct digest_challenge *challenge, char *out,
                          size_t size)
{
    struct writer w = writer_on(out, size - 1);
    CHECK_OK(digest_write_authorization(&w, challenge, &MUFASA, &GET));
    out[w.used] = 0;
    return out;
}

static void known_answers_come_out(void **state)
{
    (void)state;
    char out[2048];
    struct digest_challenge challenge = example("MD5");
    CHECK(challenge.algorithm == DIGEST_MD5 && challenge.has_qop);
    CHECK(strstr(answer(&challenge, out, sizeof out),
                 "response=\"8ca523f5e9506fed4657c9700eebdbec\"") != NULL);
    challenge = example("SHA-256");
    CHECK(challenge.algorithm == DIGEST_SHA256);
    CHECK(strstr(answer(&challenge, out, sizeof out),
                 "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697"
                 "cf8db5856cb6c1\"") != NULL);
    CHECK(strstr(out, "qop=auth, nc=00000001") != NULL);
    CHECK(strstr(out, "Circle") == NULL);
}

static void the_oldest_form_is_answered_too(void **state)
{
    (void)state;
    char out[2048];
    /* RFC 2069 as corrected: no qop, MD5 unnamed. */
    struct digest_challenge challenge =
        challenge_of("Digest realm=\"r\", nonce=\"n\"");
    CHECK(challenge.algorithm == DIGEST_MD5 && !challenge.has_qop);
    (void)answer(&challenge, out, sizeof out);
    CHECK(strstr(out, "qop") == NULL && strstr(out, "algorithm") == NULL);
    /* MD5(MD5("Mufasa:r:Circle of Life"):n:MD5("GET:/dir/index.html")) */
    CHECK_OK(digest_check_authorization(text_of(out), &challenge, &MUFASA,
                                        &GET));
}

static void the_strongest_is_chosen(void **state)
{
    (void)state;
    struct digest_challenge best = challenge_of(
        "Basic realm=\"b\", Digest realm=\"m\", nonce=\"1\", algorithm=MD5, "
        "Digest realm=\"s\", nonce=\"2\", algorithm=SHA-256, "
        "Digest realm=\"x\", nonce=\"3\", algorithm=SHA-512-256");
    CHECK(best.algorithm == DIGEST_SHA256);
    assert_string_equal("s", best.realm);
    digest_challenge_read(text_of("Digest realm=\"m\", nonce=\"1\""), &best);
    assert_string_equal("s", best.realm);
}

static void foreign_and_broken_challenges_are_passed_over(void **state)
{
    (void)state;
    static const char *const NONE[] = {
        "",
        "Basic realm=\"b\"",
        "Bearer",
        "Digest",
        "Digest realm=\"r\"",                              /* no nonce */
        "Digest realm=\"r\", nonce=\"n",                   /* open quote */
        "Digest realm=\"r\", nonce=\"n\\",
        "Digest realm=\"r\", nonce=n\\", /* quoted, it would open the quote */
        "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
        "Basic nonce=\"n\", realm=\"r\"",
        ",,,=,\"\"",
        "=",
    };
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        CHECK(challenge_of(NONE[i]).algorithm == DIGEST_NONE);
    static char large[2000] = "Digest realm=\"r\", nonce=\"";
    memset(large + strlen(large), 'n', 1000);
    strcat(large, "\"");
    CHECK(challenge_of(large).algorithm == DIGEST_NONE);
}

static void a_user_with_quotes_is_refused(void **state)
{
    (void)state;
    uint8_t out[2048];
    struct writer w = writer_on(out, sizeof out);
    struct digest_challenge challenge = example("MD5");
    const struct digest_credentials bad = {text_of("a\"b"), text_of("p")};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 digest_write_authorization(&w, &challenge, &bad, &GET));
    struct writer tiny = writer_on(out, 20);
    CHECK_STATUS(STATUS_LIMIT,
                 digest_write_authorization(&tiny, &challenge, &MUFASA, &GET));
}

static void the_server_side_checks_what_the_client_writes(void **state)
{
    (void)state;
    char sent[1024] = {0};
    char out[2048];
    struct digest_challenge ours = {.algorithm = DIGEST_SHA256,
                                    .has_algorithm = true,
                                    .has_qop = true,
                                    .is_stale = true,
                                    .realm = "cam",
                                    .nonce = "abc"};
    struct writer w = writer_on(sent, sizeof sent - 1);
    digest_write_challenge(&w, &ours);
    struct digest_challenge got = challenge_of(sent);
    CHECK(got.algorithm == DIGEST_SHA256 && got.is_stale && got.has_qop);
    (void)answer(&got, out, sizeof out);
    CHECK_OK(digest_check_authorization(text_of(out), &ours, &MUFASA, &GET));
    const struct digest_credentials wrong = {text_of("Mufasa"),
                                             text_of("circle of life")};
    CHECK_STATUS(STATUS_DENIED, digest_check_authorization(
                                    text_of(out), &ours, &wrong, &GET));
    struct digest_request other = GET;
    other.method = text_of("PUT");
    CHECK_STATUS(STATUS_DENIED, digest_check_authorization(
                                    text_of(out), &ours, &MUFASA, &other));
    other = GET;
    other.uri = text_of("/dir/other.html");
    CHECK_STATUS(STATUS_DENIED, digest_check_authorization(
                                    text_of(out), &ours, &MUFASA, &other));
    CHECK_STATUS(STATUS_DENIED, digest_check_authorization(
                                    text_of("Basic TXVmYXNh"), &ours, &MUFASA,
                                    &GET));
}

static void any_flipped_character_is_noticed(void **state)
{
    (void)state;
    char out[2048];
    struct digest_challenge challenge = example("SHA-256");
    char *response = strstr(answer(&challenge, out, sizeof out), "response=");
    CHECK(response != NULL);
    for (size_t i = 10; i < 74; i++) {
        response[i] ^= 1;
        CHECK_STATUS(STATUS_DENIED, digest_check_authorization(
                                        text_of(out), &challenge, &MUFASA,
                                        &GET));
        response[i] ^= 1;
    }
    CHECK_OK(digest_check_authorization(text_of(out), &challenge, &MUFASA,
                                        &GET));
}

TEST_MAIN("wire/digest", TEST(known_answers_come_out),
          TEST(the_oldest_form_is_answered_too), TEST(the_strongest_is_chosen),
          TEST(foreign_and_broken_challenges_are_passed_over),
          TEST(a_user_with_quotes_is_refused),
          TEST(the_server_side_checks_what_the_client_writes),
          TEST(any_flipped_character_is_noticed))
