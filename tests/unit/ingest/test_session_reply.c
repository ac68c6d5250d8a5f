/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/ingest/conversation.h"
#include "wire/digest.h"

/* ---- passwords ---------------------------------------------------------- */

/* Checks the proof in a request as a camera would. */
static void check_proof(const struct wire_message *request,
                        const struct digest_challenge *challenge)
{
    const struct digest_credentials credentials = {text_of("camera"),
                                                   text_of("pass")};
    const struct digest_request facts = {
        .method = wire_message_method(request),
        .uri = wire_message_target(request),
    };
    CHECK_OK(digest_check_authorization(
        wire_message_header_or_empty(request, "Authorization"), challenge,
        &credentials, &facts));
}

static void check_digest(enum digest_algorithm algorithm, bool has_qop)
{
    struct fixture fixture;
    char headers[1024];
    struct digest_challenge challenge = {.algorithm = algorithm,
                                         .has_algorithm = true,
                                         .has_qop = has_qop,
                                         .realm = "cam",
                                         .nonce = "n1"};
    uint8_t value[512];
    struct writer w = writer_on(value, sizeof value);
    digest_write_challenge(&w, &challenge);
    (void)snprintf(headers, sizeof headers,
                   "WWW-Authenticate: Basic realm=\"cam\"\r\n"
                   "WWW-Authenticate: %.*s\r\n",
                   (int)w.used, (const char *)value);
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 200, "", "");
    reply(&fixture, expect(&fixture, "DESCRIBE", URL), 401, headers, "");
    const struct wire_message *request = expect(&fixture, "DESCRIBE", URL);
    check_proof(request, &challenge);
    reply(&fixture, request, 200, BASE, SDP);
    request = expect(&fixture, "SETUP", STREAM_URL);
    check_proof(request, &challenge);
    /* The nonce grew old: a new one is used without a complaint. */
    (void)snprintf(challenge.nonce, sizeof challenge.nonce, "n2");
    w = writer_on(value, sizeof value);
    digest_write_challenge(&w, &challenge);
    (void)snprintf(headers, sizeof headers,
                   "WWW-Authenticate: %.*s, stale=true\r\n", (int)w.used,
                   (const char *)value);
    reply(&fixture, request, 401, headers, "");
    request = expect(&fixture, "SETUP", STREAM_URL);
    check_proof(request, &challenge);
    reply(&fixture, request, 200, "Session: abc\r\n", "");
    check_proof(expect(&fixture, "PLAY", "rtsp://192.0.2.7:8554/live/"),
                &challenge);
    finish(&fixture);
}

/* RFC 7616 section 3.4: how often this nonce was used, this time among them. */
static void check_count(const struct wire_message *request, const char *count)
{
    struct text proof = wire_message_header_or_empty(request, "Authorization");
    CHECK(memmem(proof.data, proof.size, count, strlen(count)) != NULL);
}

/* A camera that counts for itself refuses another count as a repeat. */
static void the_count_begins_anew_with_a_new_nonce(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401,
          "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", "
          "qop=\"auth\"\r\n", "");
    const struct wire_message *request = expect(&fixture, "OPTIONS", URL);
    check_count(request, "nc=00000001,");
    reply(&fixture, request, 200, "", "");
    request = expect(&fixture, "DESCRIBE", URL);
    check_count(request, "nc=00000002,");
    reply(&fixture, request, 401,
          "WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", "
          "qop=\"auth\", stale=true\r\n", "");
    request = expect(&fixture, "DESCRIBE", URL);
    check_count(request, "nc=00000001,");
    reply(&fixture, request, 200, BASE, SDP);
    check_count(expect(&fixture, "SETUP", STREAM_URL), "nc=00000002,");
    finish(&fixture);
}

static void digest_is_answered(void **state)
{
    (void)state;
    check_digest(DIGEST_MD5, false);
    check_digest(DIGEST_MD5, true);
    check_digest(DIGEST_SHA256, true);
}

static const char CHALLENGE[] =
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";

static void a_wrong_password_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, CHALLENGE, "");
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, CHALLENGE, "");
    CHECK(strstr(rtsp_session_detail(fixture.session), "pass") == NULL ||
          strstr(rtsp_session_detail(fixture.session), "password") != NULL);
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void a_camera_that_stays_stale_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    static const char STALE[] =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\n";
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, STALE, "");
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, STALE, "");
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, STALE, "");
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void basic_is_never_answered(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401,
          "WWW-Authenticate: Basic realm=\"r\"\r\n", "");
    CHECK(rtsp_session_output(fixture.session).size == 0);
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static const char SECURE_URL[] = "rtsps://192.0.2.7/live";

static void begin_secure(struct fixture *fixture)
{
    fixture->client_port = 0;
    fixture->url = SECURE_URL;
    CHECK_OK(begin_again(fixture, "camera", "pass"));
}

static void basic_is_answered_inside_tls_alone(void **state)
{
    (void)state;
    struct fixture fixture;
    begin_secure(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", SECURE_URL), 401,
          "WWW-Authenticate: Basic realm=\"r\"\r\n", "");
    const struct wire_message *request =
        expect(&fixture, "OPTIONS", SECURE_URL);
    /* RFC 7617: "camera:pass" */
    CHECK(text_equal(wire_message_header_or_empty(request, "Authorization"),
                     text_of("Basic Y2FtZXJhOnBhc3M=")));
    reply(&fixture, request, 401, "WWW-Authenticate: Basic realm=\"r\"\r\n",
          "");
    check_end(&fixture, CAUSE_UNAUTHORIZED);
    /* Where Digest is offered beside it, it is Digest. */
    begin_secure(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", SECURE_URL), 401,
          "WWW-Authenticate: Basic realm=\"r\"\r\n"
          "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n", "");
    request = expect(&fixture, "OPTIONS", SECURE_URL);
    CHECK(text_starts_with(
        wire_message_header_or_empty(request, "Authorization"),
        text_of("Digest ")));
    finish(&fixture);
}

static void the_strongest_digest_is_answered(void **state)
{
    (void)state;
    static const char *const ORDERS[] = {
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", algorithm=MD5\r\n"
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"b\", "
        "algorithm=SHA-256, qop=\"auth\"\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"b\", "
        "algorithm=SHA-256, qop=\"auth\"\r\n"
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", algorithm=MD5\r\n",
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"a\", algorithm=MD5, "
        "Digest realm=\"r\", nonce=\"b\", algorithm=SHA-256, qop=\"auth\"\r\n",
    };
    for (size_t i = 0; i < 3; i++) {
        struct fixture fixture;
        begin(&fixture);
        reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, ORDERS[i], "");
        struct text proof = wire_message_header_or_empty(
            expect(&fixture, "OPTIONS", URL), "Authorization");
        CHECK(memmem(proof.data, proof.size, "algorithm=SHA-256", 17) != NULL);
        finish(&fixture);
    }
}

/* Where to is told, without credentials; nothing goes there from here. */
static void a_redirection_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 200, "", "");
    reply(&fixture, expect(&fixture, "DESCRIBE", URL), 302,
          "Location: rtsp://a:b@192.0.2.9:5540/other\r\n", "");
    CHECK(text_equal(rtsp_session_redirection(fixture.session),
                     text_of("rtsp://192.0.2.9:5540/other")));
    check_end(&fixture, CAUSE_REFUSED);
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 200, "", "");
    reply(&fixture, expect(&fixture, "DESCRIBE", URL), 302,
          "Location: file:///etc/passwd\r\n", "");
    CHECK(rtsp_session_redirection(fixture.session).size == 0);
    check_end(&fixture, CAUSE_REFUSED);
}

static void without_a_user_a_challenge_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    CHECK_OK(begin_with(&fixture, "", ""));
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, CHALLENGE, "");
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void credentials_in_the_address_go_nowhere(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    struct bytes output = rtsp_session_output(fixture.session);
    CHECK(memmem(output.data, output.size, "boss", 4) == NULL);
    CHECK(memmem(output.data, output.size, "word", 4) == NULL);
    finish(&fixture);
}

/* ---- refusals ----------------------------------------------------------- */

static void errors_have_their_causes(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 405, "", "");
    reply(&fixture, expect(&fixture, "DESCRIBE", URL), 404, "", "");
    assert_string_equal("DESCRIBE was answered with 404",
                        rtsp_session_detail(fixture.session));
    check_end(&fixture, CAUSE_REFUSED);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 461, "", "");
    check_end(&fixture, CAUSE_UNSUPPORTED);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200,
          "Session: 1\r\nTransport: RTP/AVP;unicast;client_port=1-2\r\n", "");
    check_end(&fixture, CAUSE_UNSUPPORTED);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200,
          "Session: 1\r\nTransport: RTP/AVP/TCP;interleaved=3-999\r\n", "");
    check_end(&fixture, CAUSE_PROTOCOL);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200, "", "");
    check_end(&fixture, CAUSE_PROTOCOL); /* no session */

    begin(&fixture);
    rtsp_session_peer_closed(fixture.session);
    check_end(&fixture, CAUSE_ENDED);

    begin(&fixture);
    rtsp_session_stop(fixture.session, fixture.now);
    check_end(&fixture, CAUSE_STOPPED);
}

static void descriptions_without_a_picture_are_unsupported(void **state)
{
    (void)state;
    static const struct {
        const char *sdp;
        enum cause cause;
    } CASES[] = {
        {"", CAUSE_PROTOCOL},
        {"hello", CAUSE_PROTOCOL},
        {"v=0\r\n", CAUSE_UNSUPPORTED},
        {"v=0\r\nm=audio 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 26\r\n", CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 \x1b[31m/90000\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
         "a=fmtp:96 packetization-mode=2\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n"
         "a=fmtp:96 sprop-max-don-diff=1\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
         "a=control:rtsp://\r\n",
         CAUSE_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct fixture fixture;
        begin(&fixture);
        describe(&fixture, CASES[i].sdp);
        CHECK(text_is_plain(text_of(rtsp_session_detail(fixture.session))));
        check_end(&fixture, CASES[i].cause);
    }
}

static void breaches_of_the_protocol_end_it(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "HTTP/1.1 200 OK\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 999999\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nA: b\r\n c\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "\x80\x60\x01",
    };
    struct fixture fixture;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        begin(&fixture);
        say(&fixture, BAD[i]);
        if (!rtsp_session_has_ended(fixture.session))
            say(&fixture, "\r\n");
        check_end(&fixture, CAUSE_PROTOCOL);
    }
    begin(&fixture);
    say(&fixture, "RTSP/1.0 200 OK\r\n");
    for (int i = 0; i < 10000; i++)
        say(&fixture, "X-Bomb: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    check_end(&fixture, CAUSE_PROTOCOL);
}

static void a_request_of_the_camera_is_refused_politely(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    for (int i = 0; i < 1000; i++)
        say(&fixture, "SET_PARAMETER * RTSP/1.0\r\nCSeq: 5\r\n\r\n");
    struct bytes output = rtsp_session_output(fixture.session);
    CHECK(memmem(output.data, output.size, "RTSP/1.0 501", 12) != NULL);
    CHECK(output.size < 8192);
    CHECK(rtsp_session_is_playing(fixture.session));
    finish(&fixture);
}

TEST_MAIN("ingest/session_reply",
          TEST(digest_is_answered),
          TEST(the_count_begins_anew_with_a_new_nonce),
          TEST(a_wrong_password_ends_it),
          TEST(a_camera_that_stays_stale_ends_it),
          TEST(basic_is_never_answered),
          TEST(basic_is_answered_inside_tls_alone),
          TEST(the_strongest_digest_is_answered),
          TEST(a_redirection_ends_it),
          TEST(without_a_user_a_challenge_ends_it),
          TEST(credentials_in_the_address_go_nowhere),
          TEST(errors_have_their_causes),
          TEST(descriptions_without_a_picture_are_unsupported),
          TEST(breaches_of_the_protocol_end_it),
          TEST(a_request_of_the_camera_is_refused_politely))
