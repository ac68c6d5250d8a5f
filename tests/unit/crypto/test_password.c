/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/password.h"
#include "unit/crypto/vectors.h"

static void only_the_password_opens(void **state)
{
    (void)state;
    char first[PASSWORD_HASH_SIZE];
    char second[PASSWORD_HASH_SIZE];
    struct text password = text_of("correct horse 홍길동");
    CHECK_OK(password_hash(password, first));
    CHECK_OK(password_hash(password, second));
    CHECK(text_starts_with(text_of(first),
                           text_of("$argon2id$v=19$m=65536,t=2,p=1$")));
    CHECK(!text_equal(text_of(first), text_of(second)));
    CHECK_OK(password_verify(first, password));
    CHECK_STATUS(STATUS_DENIED,
                 password_verify(first, text_of("correct horse")));
    CHECK_STATUS(STATUS_DENIED, password_verify(first, text_of("")));
}

static void what_is_no_hash_is_corrupt(void **state)
{
    (void)state;
    CHECK_STATUS(STATUS_CORRUPT, password_verify("", text_of("x")));
    CHECK_STATUS(STATUS_CORRUPT, password_verify("x", text_of("x")));
    CHECK_STATUS(STATUS_CORRUPT,
                 password_verify("$argon2id$v=19$m=65536,t=2", text_of("x")));
}

TEST_MAIN("crypto/password", TEST(only_the_password_opens),
          TEST(what_is_no_hash_is_corrupt))
