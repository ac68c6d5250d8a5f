/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/url.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static void check_written(const char *url_text, const char *control,
                          const char *expected)
{
    char out[2048] = {0};
    struct writer w = writer_on(out, sizeof out - 1);
    struct url url;
    CHECK_OK(url_parse(text_of(url_text), &url));
    if (control == NULL)
        url_write(&w, &url);
    else
        CHECK_OK(url_write_control(&w, &url, text_of(control)));
    out[w.used] = 0;
    assert_string_equal(expected, out);
}

static void addresses_lose_their_credentials(void **state)
{
    (void)state;
    check_written("rtsp://host/a/b?c=d", NULL, "rtsp://host/a/b?c=d");
    check_written("RTSP://host:554", NULL, "rtsp://host");
    check_written("rtsp://h:8554/x", NULL, "rtsp://h:8554/x");
    check_written("rtsp://user:pa@ss@host/x", NULL, "rtsp://host/x");
    check_written("rtsp://[2001:db8::1]:555/x", NULL,
                  "rtsp://[2001:db8::1]:555/x");
}

static void bad_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",           "http://h/",      "rtsp://",        "rtsp:///x",
        "rtsp://h:/", "rtsp://h:x/",    "rtsp://h h/",    "rtsp://[::1/x",
        "rtsp://h/\r\nX: y", "rtsp://h<>/", "rtsp://[::1]x/",
    };
    struct url url;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, url_parse(text_of(BAD[i]), &url));
    CHECK_STATUS(STATUS_LIMIT, url_parse(text_of("rtsp://h:65536/"), &url));
    CHECK_STATUS(STATUS_LIMIT, url_parse(text_of("rtsp://h:0/"), &url));
    static char large[2000] = "rtsp://h/";
    memset(large + 9, 'a', 1500);
    CHECK_STATUS(STATUS_LIMIT, url_parse(text_of(large), &url));
}

static void control_follows_the_base(void **state)
{
    (void)state;
    check_written("rtsp://h/a/", "*", "rtsp://h/a/");
    check_written("rtsp://h/a", "", "rtsp://h/a");
    check_written("rtsp://h/a/", "trackID=1", "rtsp://h/a/trackID=1");
    check_written("rtsp://h/a", "trackID=1", "rtsp://h/a/trackID=1");
    check_written("rtsp://h", "trackID=1", "rtsp://h/trackID=1");
    check_written("rtsp://h/a?b=c", "trackID=1", "rtsp://h/a?b=c/trackID=1");
    check_written("rtsp://h/a", "/x/y", "rtsp://h/x/y");
    check_written("rtsp://h/a", "rtsp://u:p@k:1/z", "rtsp://k:1/z");
}

static void control_that_lies_is_refused(void **state)
{
    (void)state;
    char out[16];
    struct url base;
    CHECK_OK(url_parse(text_of("rtsp://host/a"), &base));
    struct writer w = writer_on(out, sizeof out);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 url_write_control(&w, &base, text_of("a\r\nX: y")));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 url_write_control(&w, &base, text_of("rtsp://")));
    CHECK_STATUS(STATUS_LIMIT,
                 url_write_control(&w, &base, text_of("much-too-long")));
}

TEST_MAIN("wire/url", TEST(addresses_lose_their_credentials),
          TEST(bad_addresses_are_refused), TEST(control_follows_the_base),
          TEST(control_that_lies_is_refused))
