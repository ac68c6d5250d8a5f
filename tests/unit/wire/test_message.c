/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/message.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static const char REQUEST[] = "POST /api/v1/views?x=1 HTTP/1.1\r\n"
                              "Host: localhost\r\n"
                              "content-LENGTH: 5\r\n"
                              "Empty:\r\n"
                              "X-Odd: \t a b \t\r\n"
                              "\r\n"
                              "hello";

/* One message from the whole text; what is left over is counted. */
static enum status parse(struct wire_message *message,
                         enum wire_message_kind kind,
                         const struct wire_message_limits *limits,
                         const char *text, size_t *left)
{
    size_t used = 0;
    struct bytes input = bytes_of(text, strlen(text));
    wire_message_init(message, kind, limits);
    enum status s = wire_message_input(message, input, &used);
    *left = input.size - used;
    return s;
}

static enum status parse_http(const char *text)
{
    struct wire_message message;
    size_t left = 0;
    enum status s =
        parse(&message, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP, text, &left);
    wire_message_deinit(&message);
    return s;
}

static enum status parse_rtsp(const char *text)
{
    struct wire_message message;
    size_t left = 0;
    enum status s =
        parse(&message, WIRE_RTSP_ANY, &WIRE_LIMITS_RTSP, text, &left);
    wire_message_deinit(&message);
    return s;
}

static void check_request(const struct wire_message *message)
{
    struct text value;
    CHECK(wire_message_is_request(message));
    CHECK(text_equal(wire_message_method(message), text_of("POST")));
    CHECK(text_equal(wire_message_target(message),
                     text_of("/api/v1/views?x=1")));
    CHECK(wire_message_minor_version(message) == 1);
    CHECK(wire_message_header(message, "HOST", &value));
    CHECK(text_equal(value, text_of("localhost")));
    CHECK(wire_message_header(message, "x-odd", &value));
    CHECK(text_equal(value, text_of("a b")));
    CHECK(wire_message_header(message, "empty", &value) && value.size == 0);
    CHECK(!wire_message_header(message, "hos", &value));
    CHECK(text_equal(bytes_text(wire_message_body(message)),
                     text_of("hello")));
}

static void a_request_is_read(void **state)
{
    (void)state;
    struct wire_message message;
    size_t left = 0;
    CHECK_OK(parse(&message, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP, REQUEST,
                   &left));
    CHECK(left == 0);
    check_request(&message);
    wire_message_deinit(&message);
}

static void any_split_gives_the_same(void **state)
{
    (void)state;
    struct wire_message message;
    size_t whole = sizeof REQUEST - 1;
    for (size_t first = 0; first <= whole; first++) {
        for (size_t second = first; second <= whole; second += 7) {
            const size_t cuts[] = {0, first, second, whole};
            enum status s = STATUS_AGAIN;
            wire_message_init(&message, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP);
            for (size_t i = 0; i < 3; i++) {
                size_t used = 0;
                struct bytes piece =
                    bytes_of(REQUEST + cuts[i], cuts[i + 1] - cuts[i]);
                s = wire_message_input(&message, piece, &used);
                CHECK(used == piece.size);
            }
            CHECK_OK(s);
            check_request(&message);
            wire_message_deinit(&message);
        }
    }
}

static void the_next_message_is_left_alone(void **state)
{
    (void)state;
    struct wire_message message;
    size_t left = 0;
    CHECK_OK(parse(&message, WIRE_RTSP_RESPONSE, &WIRE_LIMITS_RTSP,
                   "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n$\1\0\0", &left));
    CHECK(left == 2); /* strlen stops at the zero */
    CHECK(wire_message_status_code(&message) == 200);
    CHECK(text_equal(wire_message_reason(&message), text_of("OK")));
    CHECK(!wire_message_is_request(&message));
    wire_message_reset(&message);
    CHECK(wire_message_is_empty(&message));
    CHECK(!wire_message_has_head(&message));
    wire_message_deinit(&message);
}

static void a_client_takes_both_directions(void **state)
{
    (void)state;
    CHECK_OK(parse_rtsp("RTSP/1.0 454 Session Not Found\nCSeq: 1\n\n"));
    CHECK_OK(parse_rtsp("RTSP/1.0 200\r\n\r\n"));
    CHECK_OK(parse_rtsp("\r\nOPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"));
    CHECK_STATUS(STATUS_BAD_INPUT, parse_rtsp("RTSP/2.0 200 OK\r\n\r\n"));
    CHECK_STATUS(STATUS_BAD_INPUT, parse_rtsp("GET / HTTP/1.1\r\n\r\n"));
    CHECK_STATUS(STATUS_BAD_INPUT, parse_rtsp("RTSP/1.0 20 OK\r\n\r\n"));
    CHECK_STATUS(STATUS_BAD_INPUT, parse_rtsp("RTSP/1.0 099 OK\r\n\r\n"));
    CHECK_STATUS(STATUS_BAD_INPUT, parse_rtsp("\r\n\r\n\r\n\r\nA"));
}

static void what_two_readers_could_read_in_two_ways_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "GET / HTTP/1.1\n\n",                        /* bare LF */
        "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n",      /* bare CR */
        "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n",      /* folded */
        "GET / HTTP/1.1\r\nA : b\r\n\r\n",           /* space before colon */
        "GET / HTTP/1.1\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nnothing\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\x01\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / http/1.1\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\n\r\n",
        "G(T / HTTP/1.1\r\n\r\n",
        "GET HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length:\r\n\r\nx",
        "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, parse_http(BAD[i]));
    CHECK_STATUS(STATUS_LIMIT,
                 parse_http("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
                            "\r\n0\r\n\r\n"));
}

static void a_zero_byte_is_refused(void **state)
{
    (void)state;
    static const char ZERO[] = "GET / HTTP/1.1\r\nA: b\0c\r\n\r\n";
    struct wire_message message;
    size_t used = 0;
    wire_message_init(&message, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 wire_message_input(&message,
                                    bytes_of(ZERO, sizeof ZERO - 1), &used));
    wire_message_deinit(&message);
}

static void limits_hold(void **state)
{
    (void)state;
    static const struct wire_message_limits SMALL = {
        .start_line_bytes = 20,
        .header_line_bytes = 10,
        .headers = 2,
        .head_bytes = 41,
        .body_bytes = 4,
    };
    static const struct {
        const char *text;
        enum status expected;
    } CASES[] = {
        {"GET /34567 HTTP/1.1\r\n", STATUS_LIMIT},
        {"GET /345 HTTP/1.1\r\n", STATUS_AGAIN},
        {"GET / HTTP/1.1\r\nA: 45678\r\n", STATUS_AGAIN},
        {"GET / HTTP/1.1\r\nA: 456789\r\n", STATUS_LIMIT},
        {"GET / HTTP/1.1\r\nA: 4567890123", STATUS_LIMIT},
        {"GET / HTTP/1.1\r\nA:\r\nB:\r\n\r\n", STATUS_OK},
        {"GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\n", STATUS_LIMIT},
        {"GET /345 HTTP/1.1\r\nA: 45678\r\nB: 45678\r\n\r\n", STATUS_OK},
        {"GET /3456 HTTP/1.1\r\nA: 45678\r\nB: 45678\r\n\r\n", STATUS_LIMIT},
    };
    struct wire_message message;
    size_t left = 0;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        enum status s = parse(&message, WIRE_HTTP_REQUEST, &SMALL,
                              CASES[i].text, &left);
        if (s != CASES[i].expected)
            print_error("case %zu\n", i);
        CHECK_STATUS(CASES[i].expected, s);
        wire_message_deinit(&message);
    }
    CHECK_STATUS(STATUS_LIMIT, parse_http("POST / HTTP/1.1\r\nContent-Length: "
                                          "65537\r\n\r\n"));
    CHECK_STATUS(STATUS_LIMIT,
                 parse_http("POST / HTTP/1.1\r\nContent-Length: "
                            "99999999999999999999999\r\n\r\n"));
}

static void a_bomb_of_headers_is_refused(void **state)
{
    (void)state;
    struct wire_message message;
    size_t used = 0;
    enum status s = STATUS_AGAIN;
    wire_message_init(&message, WIRE_RTSP_ANY, &WIRE_LIMITS_RTSP);
    CHECK_STATUS(STATUS_AGAIN,
                 wire_message_input(&message,
                                    text_bytes(text_of("RTSP/1.0 200 OK\r\n")),
                                    &used));
    for (size_t i = 0; i < 100000 && s == STATUS_AGAIN; i++)
        s = wire_message_input(&message, text_bytes(text_of("A: b\r\n")),
                               &used);
    CHECK_STATUS(STATUS_LIMIT, s);
    /* The failure stays. */
    CHECK_STATUS(STATUS_LIMIT,
                 wire_message_input(&message, text_bytes(text_of("\r\n")),
                                    &used));
    CHECK(used == 0);
    wire_message_deinit(&message);
}

static enum status allocate(void *context)
{
    struct wire_message *message = context;
    size_t left = 0;
    enum status s = parse(message, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP,
                          REQUEST, &left);
    wire_message_deinit(message);
    return s;
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct wire_message message;
    test_every_allocation_fails(allocate, &message);
}

TEST_MAIN("wire/message", TEST(a_request_is_read),
          TEST(any_split_gives_the_same), TEST(the_next_message_is_left_alone),
          TEST(a_client_takes_both_directions),
          TEST(what_two_readers_could_read_in_two_ways_is_refused),
          TEST(a_zero_byte_is_refused), TEST(limits_hold),
          TEST(a_bomb_of_headers_is_refused), TEST(no_memory_is_told))
