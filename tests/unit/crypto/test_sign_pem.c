/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign_pem.h"

#include <string.h>

#include "unit/test.h"

/* RFC 8410 section 10.3 and 10.1. */
static const char PRIVATE[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
static const char PUBLIC[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";

static void the_published_keys_come_and_go(void **state)
{
    (void)state;
    uint8_t private_key[SIGN_PRIVATE_SIZE];
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    char pem[SIGN_PEM_SIZE];
    CHECK_OK(sign_private_read_pem(bytes_of(PRIVATE, strlen(PRIVATE)),
                                   private_key));
    CHECK_OK(sign_private_write_pem(private_key, pem));
    assert_string_equal(pem, PRIVATE);
    CHECK_OK(sign_public_key(private_key, public_key));
    CHECK_OK(sign_public_write_pem(public_key, pem));
    assert_string_equal(pem, PUBLIC);
}

/* As "openssl genpkey -algorithm ed25519 -aes128", password "x". */
static const char UNDER_PASSWORD[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEAAAAAAAAAAAAAAAAAAAAAAEQAAA\n"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

static void what_is_no_such_key_is_refused(void **state)
{
    (void)state;
    uint8_t private_key[SIGN_PRIVATE_SIZE];
    static const char *const BAD[] = {"", "hello\n", PUBLIC, UNDER_PASSWORD};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT,
                     sign_private_read_pem(bytes_of(BAD[i], strlen(BAD[i])),
                                           private_key));
}

TEST_MAIN("crypto/sign_pem", TEST(the_published_keys_come_and_go),
          TEST(what_is_no_such_key_is_refused))
