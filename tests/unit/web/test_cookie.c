/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cookie.h"

#include "base/text.h"
#include "unit/web/parsed.h"

static void finds_its_own_token_only(void **state)
{
    (void)state;
    CHECK_TEXT("abc", cookie_session(text_of("__Host-haechi=abc")));
    CHECK_TEXT("a=b==",
               cookie_session(text_of("x=1;  __Host-haechi=a=b== ; y=2")));
    static const char *const NONE[] = {
        "",
        "haechi=abc",
        "__host-haechi=abc",
        "__Host-haechi=",
        "__Host-haechi=a b",
        "__Host-haechi=\"abc\"",
        "__Host-haechi=a%20b",
        "__Host-haechi=abc; __Host-haechi=abd", /* one of them is foreign */
        ("__Host-haechi=01234567890123456789012345678901234567890123456789"
         "012345678901234"),
    };
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        assert_int_equal(0, cookie_session(text_of(NONE[i])).size);
}

static void is_out_of_reach_for_scripts_and_other_sites(void **state)
{
    (void)state;
    struct buffer out = buffer_with_limit(512);
    cookie_write_session(text_of("tok"), &out);
    CHECK_TEXT("Set-Cookie: __Host-haechi=tok; Path=/; Secure; HttpOnly; "
               "SameSite=Strict\r\n",
               buffer_text(&out));
    buffer_clear(&out);
    cookie_write_forget(&out);
    CHECK_TEXT("Set-Cookie: __Host-haechi=; Path=/; Secure; HttpOnly; "
               "SameSite=Strict; Max-Age=0\r\n",
               buffer_text(&out));
    buffer_deinit(&out);
}

TEST_MAIN("web/cookie", TEST(finds_its_own_token_only),
          TEST(is_out_of_reach_for_scripts_and_other_sites))
