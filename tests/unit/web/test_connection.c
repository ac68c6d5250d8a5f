/* SPDX-License-Identifier: Apache-2.0 */
#include "web/connection.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "unit/web/parsed.h"
#include "web/limits.h"

static const char TWO_REQUESTS[] =
    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
    "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

static const struct response OK_TEXT = {
    .code = 200, .kind = RESPONSE_API, .type = "text/plain"};

static void give(struct connection *connection, const char *text)
{
    CHECK_OK(connection_receive(connection, text_bytes(text_of(text))));
}

/* Takes all output into out. */
static void drain(struct connection *connection, struct buffer *out,
                  int64_t now_ms)
{
    for (;;) {
        struct bytes output = connection_output(connection);
        if (output.size == 0)
            return;
        buffer_append(out, output);
        connection_output_consume(connection, output.size, now_ms);
    }
}

/* Answers each request with its path. */
static void serve(struct connection *connection, struct buffer *out)
{
    struct request request;
    while (connection_next(connection, 0, &request) == STATUS_OK)
        connection_answer(connection, &OK_TEXT, text_bytes(request.path), 0);
    drain(connection, out, 0);
}

static size_t occurrences(const struct buffer *out, const char *what)
{
    size_t count = 0;
    size_t size = strlen(what);
    for (size_t i = 0; i + size <= out->size; i++)
        count += memcmp(out->data + i, what, size) == 0;
    return count;
}

static void any_split_gives_the_same_answers(void **state)
{
    (void)state;
    for (size_t split = 0; split < sizeof TWO_REQUESTS - 1; split++) {
        AUTO(connection_destroy) struct connection *connection = NULL;
        CHECK_OK(connection_create(NULL, 0, &connection));
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(65536);
        CHECK_OK(connection_receive(connection,
                                    bytes_of(TWO_REQUESTS, split)));
        serve(connection, &out);
        CHECK_OK(connection_receive(
            connection, bytes_of(TWO_REQUESTS + split,
                                 sizeof TWO_REQUESTS - 1 - split)));
        serve(connection, &out);
        assert_int_equal(2, occurrences(&out, "HTTP/1.1 200 OK\r\n"));
        assert_int_equal(1, occurrences(&out, "\r\n\r\n/aHTTP/1.1"));
        assert_int_equal(1, occurrences(&out, "Connection: close\r\n"));
        assert_memory_equal("/b", out.data + out.size - 2, 2);
        connection_peer_closed(connection);
        CHECK(connection_is_over(connection));
    }
}

static void the_second_request_waits_for_the_first_answer(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    struct request request;
    give(connection, TWO_REQUESTS);
    CHECK_OK(connection_next(connection, 0, &request));
    CHECK_TEXT("abc", bytes_text(request.body));
    CHECK_STATUS(STATUS_AGAIN, connection_next(connection, 0, &request));
    assert_int_equal(0, connection_room(connection));
    connection_answer(connection, &OK_TEXT, (struct bytes){NULL, 0}, 0);
    CHECK_OK(connection_next(connection, 0, &request));
    CHECK_TEXT("/b", request.path);
}

static void what_is_not_http_is_answered_and_ended(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        const char *answer;
    } CASES[] = {
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
        {"\x16\x03\x01 hello\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400 "},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
         "Content-Length: 1\r\n\r\nx",
         "HTTP/1.1 400 "},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n",
         "HTTP/1.1 413 "},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
         "HTTP/1.1 411 "},
        {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
         "Content-Length: 3\r\n\r\n",
         "HTTP/1.1 417 "},
        {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", "HTTP/1.1 505 "},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        AUTO(connection_destroy) struct connection *connection = NULL;
        CHECK_OK(connection_create(NULL, 0, &connection));
        AUTO(buffer_deinit) struct buffer out = buffer_with_limit(65536);
        struct request request;
        give(connection, CASES[i].raw);
        CHECK_STATUS(STATUS_END, connection_next(connection, 0, &request));
        drain(connection, &out, 0);
        CHECK(text_starts_with(buffer_text(&out), text_of(CASES[i].answer)));
        assert_int_equal(1, occurrences(&out, "Connection: close\r\n"));
        CHECK(connection_deadline_ms(connection) <= WEB_LINGER_MS);
        connection_expire(connection, WEB_LINGER_MS);
        CHECK(connection_is_over(connection));
    }
}

/* One byte a second buys no time. */
static void a_dripping_head_ends_on_time(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(65536);
    struct request request;
    static const char DRIP[] = "GET / HTTP/1.1\r\nX: aaaaaaaaaaaaaaaaaaa";
    int64_t now_ms = 0;
    for (size_t i = 0; now_ms < connection_deadline_ms(connection); i++) {
        CHECK(i < sizeof DRIP - 1);
        CHECK_OK(connection_receive(connection, bytes_of(&DRIP[i], 1)));
        CHECK_STATUS(STATUS_AGAIN,
                     connection_next(connection, now_ms, &request));
        now_ms += 1000;
    }
    assert_int_equal(WEB_HEAD_MS, now_ms);
    connection_expire(connection, now_ms);
    drain(connection, &out, now_ms);
    CHECK(text_starts_with(buffer_text(&out), text_of("HTTP/1.1 408 ")));
}

static void a_dripping_body_ends_on_time(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    struct request request;
    give(connection,
         "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
    CHECK_STATUS(STATUS_AGAIN, connection_next(connection, 5000, &request));
    for (int64_t now_ms = 6000; now_ms < 5000 + WEB_BODY_MS; now_ms += 1000) {
        give(connection, "x");
        CHECK_STATUS(STATUS_AGAIN,
                     connection_next(connection, now_ms, &request));
        CHECK(now_ms < connection_deadline_ms(connection));
    }
    assert_int_equal(5000 + WEB_BODY_MS, connection_deadline_ms(connection));
}

static void silence_and_idling_end(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(65536);
    assert_int_equal(WEB_HEAD_MS, connection_deadline_ms(connection));
    struct request request;
    give(connection, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_OK(connection_next(connection, 100, &request));
    assert_int_equal(INT64_MAX, connection_deadline_ms(connection));
    connection_answer(connection, &OK_TEXT, (struct bytes){NULL, 0}, 7000);
    /* Nobody takes the answer. */
    assert_int_equal(7000 + WEB_WRITE_MS,
                     connection_deadline_ms(connection));
    drain(connection, &out, 7000);
    assert_int_equal(7000 + WEB_IDLE_MS, connection_deadline_ms(connection));
    connection_expire(connection, 7000 + WEB_IDLE_MS);
    CHECK(connection_is_over(connection));
}

static void the_next_head_has_its_own_deadline(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(65536);
    struct request request;
    give(connection, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_OK(connection_next(connection, 0, &request));
    connection_answer(connection, &OK_TEXT, (struct bytes){NULL, 0}, 0);
    drain(connection, &out, 0);
    give(connection, "G");
    CHECK_STATUS(STATUS_AGAIN, connection_next(connection, 50000, &request));
    assert_int_equal(50000 + WEB_HEAD_MS, connection_deadline_ms(connection));
}

static void streams_in_chunks_and_in_a_promised_size(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(65536);
    struct request request;
    give(connection, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                     "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                     "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
    struct response response = {.code = 200, .is_chunked = true};
    const struct bytes parts[] = {bytes_of("hello ", 6),
                                  bytes_of("world", 5)};
    CHECK_OK(connection_next(connection, 0, &request));
    connection_stream_begin(connection, &response, 0);
    connection_stream_write(connection, parts, 2, 0);
    connection_stream_write(connection, parts, 0, 0); /* not the end */
    connection_stream_write(connection, parts, 1, 0);
    connection_stream_end(connection, 0);
    drain(connection, &out, 0);
    assert_int_equal(1, occurrences(&out, "\r\n\r\nb\r\nhello world\r\n"
                                          "6\r\nhello \r\n0\r\n\r\n"));
    response = (struct response){.code = 200, .body_size = 11};
    CHECK_OK(connection_next(connection, 0, &request));
    connection_stream_begin(connection, &response, 0);
    connection_stream_write(connection, parts, 2, 0);
    connection_stream_end(connection, 0);
    drain(connection, &out, 0);
    CHECK(!connection_is_over(connection));
    /* Less than promised is an abort. */
    CHECK_OK(connection_next(connection, 0, &request));
    connection_stream_begin(connection, &response, 0);
    connection_stream_write(connection, parts, 1, 0);
    connection_stream_end(connection, 0);
    CHECK(connection_is_over(connection));
}

static void head_has_no_body_and_a_greedy_peer_waits(void **state)
{
    (void)state;
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(8 << 20);
    AUTO(buffer_deinit)
    struct buffer large = buffer_with_limit(WEB_OUTPUT_HIGH);
    CHECK(buffer_reserve(&large, WEB_OUTPUT_HIGH) != NULL);
    struct request request;
    give(connection, "HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                     "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                     "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_OK(connection_next(connection, 0, &request));
    connection_answer(connection, &OK_TEXT, bytes_of("abc", 3), 0);
    drain(connection, &out, 0);
    assert_int_equal(1, occurrences(&out, "Content-Length: 3\r\n\r\n"));
    assert_memory_equal("\r\n\r\n", out.data + out.size - 4, 4);
    CHECK_OK(connection_next(connection, 0, &request));
    connection_answer(connection, &OK_TEXT, buffer_bytes(&large), 0);
    CHECK_STATUS(STATUS_AGAIN, connection_next(connection, 0, &request));
    assert_int_equal(0, connection_room(connection));
    drain(connection, &out, 0);
    CHECK_OK(connection_next(connection, 0, &request));
}

/* Who takes a byte now and then holds our memory for nothing. */
static void an_answer_taken_in_drips_ends(void **state)
{
    (void)state;
    static uint8_t body[4 * WEB_WRITE_LEAST];
    for (int is_last = 0; is_last <= 1; is_last++) {
        AUTO(connection_destroy) struct connection *connection = NULL;
        CHECK_OK(connection_create(NULL, 0, &connection));
        struct request request;
        give(connection, is_last ? "GET / HTTP/1.1\r\nHost: a\r\n"
                                   "Connection: close\r\n\r\n"
                                 : "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK_OK(connection_next(connection, 0, &request));
        connection_answer(connection, &OK_TEXT, bytes_of(body, sizeof body),
                          0);
        int64_t now_ms = 0;
        for (; now_ms < WEB_WRITE_MS; now_ms += 1000) {
            CHECK(connection_output(connection).size > 1);
            connection_output_consume(connection, 1, now_ms);
            assert_int_equal(WEB_WRITE_MS, connection_deadline_ms(connection));
        }
        /* Enough of it is progress. */
        connection_output_consume(connection, WEB_WRITE_LEAST, now_ms - 1);
        assert_int_equal(now_ms - 1 + WEB_WRITE_MS,
                         connection_deadline_ms(connection));
        connection_expire(connection, now_ms - 1 + WEB_WRITE_MS);
        CHECK(connection_is_over(connection));
    }
}

/* A flood of small questions fills no more memory than one answer does. */
static void pipelined_questions_wait_for_their_answers_to_go(void **state)
{
    (void)state;
    static uint8_t body[WEB_OUTPUT_NEXT / 4];
    AUTO(connection_destroy) struct connection *connection = NULL;
    CHECK_OK(connection_create(NULL, 0, &connection));
    for (int i = 0; i < 100; i++)
        give(connection, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    struct request request;
    size_t answered = 0;
    while (connection_next(connection, 0, &request) == STATUS_OK) {
        connection_answer(connection, &OK_TEXT, bytes_of(body, sizeof body),
                          0);
        answered++;
    }
    CHECK(answered >= 3 && answered <= 4);
}

static enum status whole_exchange(void *context)
{
    (void)context;
    AUTO(connection_destroy) struct connection *connection = NULL;
    enum status s = connection_create(NULL, 0, &connection);
    if (s == STATUS_OK)
        s = connection_receive(connection,
                               text_bytes(text_of(TWO_REQUESTS)));
    if (s != STATUS_OK)
        return s;
    struct request request;
    s = connection_next(connection, 0, &request);
    if (s == STATUS_OK)
        connection_answer(connection, &OK_TEXT, bytes_of("x", 1), 0);
    /* No memory for the head or the body shows as an aborted connection. */
    return s != STATUS_OK || connection_is_over(connection) ? STATUS_NO_MEMORY
                                                            : STATUS_OK;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    test_every_allocation_fails(whole_exchange, NULL);
}

TEST_MAIN("web/connection", TEST(any_split_gives_the_same_answers),
          TEST(the_second_request_waits_for_the_first_answer),
          TEST(what_is_not_http_is_answered_and_ended),
          TEST(a_dripping_head_ends_on_time),
          TEST(a_dripping_body_ends_on_time), TEST(silence_and_idling_end),
          TEST(the_next_head_has_its_own_deadline),
          TEST(streams_in_chunks_and_in_a_promised_size),
          TEST(head_has_no_body_and_a_greedy_peer_waits),
          TEST(an_answer_taken_in_drips_ends),
          TEST(pipelined_questions_wait_for_their_answers_to_go),
          TEST(survives_every_failing_allocation))
