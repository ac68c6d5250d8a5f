/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/exchange.h"

#include "base/alloc.h"
#include "base/text.h"
#include "onvif/limits.h"
#include "unit/test.h"

static const char SIZED[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<a/>\n";
static const char OPEN_ENDED[] = "HTTP/1.0 500 Fault\r\nServer: x\r\n\r\n<a/>\n";

static enum status begin(struct onvif_exchange *exchange,
                         const struct digest_challenge *challenge)
{
    return onvif_exchange_init(
        exchange, &(struct onvif_exchange_options){
                      .host = text_of("2001:db8::1"),
                      .port = 80,
                      .path = text_of("/onvif/device_service"),
                      .body = text_of("<e/>"),
                      .challenge = challenge,
                      .credentials = {text_of("admin"), text_of("secret")},
                      .cnonce = text_of("0123456789abcdef"),
                  });
}

static void end(struct onvif_exchange **exchange)
{
    onvif_exchange_deinit(*exchange);
    alloc_free(*exchange);
    *exchange = NULL;
}

/* The answer in two pieces, cut at every place. */
static void check_splits(const char *answer, unsigned code)
{
    size_t size = strlen(answer);
    for (size_t at = 0; at <= size; at++) {
        struct onvif_exchange *exchange = alloc_zeroed(sizeof *exchange);
        assert_non_null(exchange);
        CHECK_OK(begin(exchange, NULL));
        enum status s = onvif_exchange_input(exchange, bytes_of(answer, at));
        if (s == STATUS_AGAIN)
            s = onvif_exchange_input(exchange,
                                     bytes_of(answer + at, size - at));
        if (s == STATUS_AGAIN)
            s = onvif_exchange_closed(exchange);
        CHECK_OK(s);
        assert_int_equal(code, onvif_exchange_code(exchange));
        CHECK(text_equal(text_of("<a/>\n"),
                         bytes_text(onvif_exchange_body(exchange))));
        end(&exchange);
    }
}

static void answers_in_pieces(void **state)
{
    (void)state;
    check_splits(SIZED, 200);
    check_splits(OPEN_ENDED, 500);
}

static void a_challenge_is_answered(void **state)
{
    (void)state;
    static const char DENIED[] =
        "HTTP/1.1 401 Unauthorized\r\n"
        "WWW-Authenticate: Basic realm=\"x\"\r\n"
        "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\"\r\n"
        "Content-Length: 0\r\n\r\n";
    struct onvif_exchange *exchange = alloc_zeroed(sizeof *exchange);
    struct digest_challenge challenge;
    assert_non_null(exchange);
    CHECK_OK(begin(exchange, NULL));
    CHECK_OK(onvif_exchange_input(exchange,
                                  text_bytes(text_of(DENIED))));
    assert_int_equal(401, onvif_exchange_code(exchange));
    onvif_exchange_challenge(exchange, &challenge);
    CHECK(challenge.algorithm == DIGEST_MD5);
    onvif_exchange_deinit(exchange);
    CHECK_OK(begin(exchange, &challenge));
    char request[1024];
    CHECK(text_copy(buffer_text(&exchange->output), request, sizeof request));
    assert_non_null(strstr(request, "POST /onvif/device_service HTTP/1.0\r\n"
                                    "Host: [2001:db8::1]:80\r\n"));
    assert_non_null(strstr(request, "Authorization: Digest "));
    assert_null(strstr(request, "secret"));
    assert_non_null(strstr(request, "\r\n\r\n<e/>"));
    end(&exchange);
}

static void endless_and_broken_answers(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "RTSP/1.0 200 OK\r\n\r\n",
    };
    struct onvif_exchange *exchange = alloc_zeroed(sizeof *exchange);
    assert_non_null(exchange);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        CHECK_OK(begin(exchange, NULL));
        CHECK(onvif_exchange_input(exchange, text_bytes(text_of(WRONG[i]))) !=
              STATUS_OK);
        CHECK_STATUS(STATUS_BAD_INPUT, onvif_exchange_closed(exchange));
        onvif_exchange_deinit(exchange);
    }
    CHECK_OK(begin(exchange, NULL));
    static const char HEAD[] = "HTTP/1.0 200 OK\r\n\r\n";
    static const uint8_t ZEROS[XML_BYTES_MAX / 4];
    CHECK_STATUS(STATUS_AGAIN,
                 onvif_exchange_input(exchange, text_bytes(text_of(HEAD))));
    for (unsigned i = 0; i < 4; i++)
        CHECK_STATUS(STATUS_AGAIN,
                     onvif_exchange_input(exchange,
                                          bytes_of(ZEROS, sizeof ZEROS)));
    CHECK_STATUS(STATUS_LIMIT,
                 onvif_exchange_input(exchange, bytes_of(ZEROS, 1)));
    end(&exchange);
}

TEST_MAIN("onvif/exchange", TEST(answers_in_pieces),
          TEST(a_challenge_is_answered), TEST(endless_and_broken_answers))
