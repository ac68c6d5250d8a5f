/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/address.h"

#include "base/text.h"
#include "unit/test.h"

static void hosts_ports_and_paths(void **state)
{
    static const struct {
        const char *text;
        const char *host;
        uint16_t port;
        const char *path;
        bool is_secure;
    } CASES[] = {
        {"http://192.0.2.5/onvif/device_service", "192.0.2.5", 80,
         "/onvif/device_service", false},
        {"https://camera.example:8443", "camera.example", 8443, "/", true},
        {"https://camera.example/a?b=c", "camera.example", 443, "/a?b=c", true},
        {"http://[2001:db8::1]:81/x", "2001:db8::1", 81, "/x", false},
        {"http://user:pass@word@192.0.2.5:8080/x", "192.0.2.5", 8080, "/x",
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct onvif_address got;
        CHECK_OK(onvif_address_parse(text_of(CASES[i].text), &got));
        CHECK(text_equal(text_of(CASES[i].host), got.host));
        CHECK(text_equal(text_of(CASES[i].path), got.path));
        assert_int_equal(CASES[i].port, got.port);
        assert_int_equal(CASES[i].is_secure, got.is_secure);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const WRONG[] = {
        "",           "http://",         "ftp://a/",   "http://a b/",
        "http://:80", "http://a:0/",     "http://a:x", "http://a:65536/",
        "http://[::", "http://[::1]80/", "//a/",       "http://a/\x7f",
    };
    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct onvif_address got;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     onvif_address_parse(text_of(WRONG[i]), &got));
    }
}

TEST_MAIN("onvif/address", TEST(hosts_ports_and_paths),
          TEST(what_is_no_address_is_refused))
