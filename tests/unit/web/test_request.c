/* SPDX-License-Identifier: Apache-2.0 */
#include "web/request.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "unit/web/parsed.h"

static void reads_what_a_browser_sends(void **state)
{
    (void)state;
    AUTO(parsed_free)
    struct parsed *parsed = parsed_of(
        "POST /api/v1/views?a=1&b=-2 HTTP/1.1\r\nHost: nvr.example:8443\r\n"
        "Origin: https://nvr.example:8443\r\nSec-Fetch-Site: same-origin\r\n"
        "Cookie: other=1; __Host-haechi=abc_-9=\r\nX-Haechi: 1\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "Connection: keep-alive, Close\r\nIf-None-Match: \"x\"\r\n"
        "Content-Length: 2\r\n\r\n{}");
    CHECK_OK(parsed->status);
    const struct request *request = &parsed->request;
    assert_int_equal(METHOD_POST, request->method);
    CHECK_TEXT("/api/v1/views", request->path);
    CHECK_TEXT("a=1&b=-2", request->query);
    CHECK_TEXT("abc_-9=", request->session);
    CHECK_TEXT("\"x\"", request->known_etag);
    CHECK_TEXT("{}", bytes_text(request->body));
    CHECK(request->is_json && request->is_own_page && request->wants_close);
    int64_t number = 0;
    CHECK(request_query_number(request, "a", 0, 9, &number) && number == 1);
    CHECK(request_query_number(request, "b", -5, 9, &number) && number == -2);
    CHECK(!request_query_number(request, "b", 0, 9, &number));
    CHECK(!request_query_number(request, "c", 0, 9, &number));
}

static void refuses_what_is_not_plain(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum problem why;
    } CASES[] = {
        {"GET / HTTP/1.0\r\nHost: a\r\n", PROBLEM_VERSION},
        {"PUT / HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_METHOD},
        {"OPTIONS * HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_METHOD},
        {"GET https://a/ HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_PATH},
        {"GET /%2e%2e/ HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_PATH},
        {"GET /../x HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_PATH},
        {"GET /a//b HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_PATH},
        {"GET /.git HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_PATH},
        {"GET /a?b=%00 HTTP/1.1\r\nHost: a\r\n", PROBLEM_NO_SUCH_PATH},
        {"GET / HTTP/1.1\r\nHost: a b\r\n", PROBLEM_BAD_REQUEST},
        {"GET / HTTP/1.1\r\nHost: u@a\r\n", PROBLEM_BAD_REQUEST},
        {"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n",
         PROBLEM_EXPECTATION},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char raw[256];
        (void)snprintf(raw, sizeof raw, "%s\r\n", CASES[i].line);
        AUTO(parsed_free) struct parsed *parsed = parsed_of(raw);
        CHECK_STATUS(STATUS_BAD_INPUT, parsed->status);
        assert_int_equal(CASES[i].why, parsed->why);
    }
}

static void a_change_needs_our_own_page(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        bool is_own;
    } CASES[] = {
        {"", false},
        {"X-Haechi: 0\r\n", false},
        {"X-Haechi: 1\r\n", true},
        {"X-Haechi: 1\r\nOrigin: https://nvr.example\r\n", true},
        {"X-Haechi: 1\r\nOrigin: HTTPS://nvr.example\r\n", false},
        {"X-Haechi: 1\r\nOrigin: http://nvr.example\r\n", false},
        {"X-Haechi: 1\r\nOrigin: https://nvr.example.evil.example\r\n", false},
        {"X-Haechi: 1\r\nOrigin: null\r\n", false},
        {"X-Haechi: 1\r\nSec-Fetch-Site: same-site\r\n", false},
        {"X-Haechi: 1\r\nSec-Fetch-Site: cross-site\r\n", false},
        {"X-Haechi: 1\r\nSec-Fetch-Site: none\r\n", false},
        {"X-Haechi: 1\r\nSec-Fetch-Site: same-origin\r\n", true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char raw[256];
        (void)snprintf(raw, sizeof raw,
                       "DELETE /x HTTP/1.1\r\nHost: nvr.example\r\n%s\r\n",
                       CASES[i].headers);
        AUTO(parsed_free) struct parsed *parsed = parsed_of(raw);
        CHECK_OK(parsed->status);
        assert_int_equal(CASES[i].is_own, parsed->request.is_own_page);
    }
}

static void a_parameter_that_stands_twice_is_not_there(void **state)
{
    (void)state;
    AUTO(parsed_free)
    struct parsed *parsed =
        parsed_of("GET /x?a=1&a=2&=3&b HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_OK(parsed->status);
    struct text value;
    CHECK(!request_query(&parsed->request, "a", &value));
    CHECK(request_query(&parsed->request, "b", &value) && value.size == 0);
    int64_t number = 0;
    CHECK(!request_query_number(&parsed->request, "b", 0, 9, &number));
}

TEST_MAIN("web/request", TEST(reads_what_a_browser_sends),
          TEST(refuses_what_is_not_plain), TEST(a_change_needs_our_own_page),
          TEST(a_parameter_that_stands_twice_is_not_there))
