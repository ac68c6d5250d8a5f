/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "camsim/responder.h"
#include "unit/media/stream.h"

/* A connection's far side: requests in, answers out. */
struct dialogue {
    struct stream *stream;
    struct camsim_clip *clip;
    const struct camsim_clip *clips[1];
    struct camsim_fault fault;
    struct camsim_responder_setting setting;
    struct camsim_responder responder;
    struct wire_message message;
    struct buffer answer;
};

static struct dialogue *dialogue_open(const char *user, const char *fault)
{
    struct dialogue *d = calloc(1, sizeof *d);
    assert_non_null(d);
    d->stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    CHECK_OK(camsim_clip_create(d->stream->bytes, CODEC_H264, 15, &d->clip));
    d->clips[0] = d->clip;
    d->setting = (struct camsim_responder_setting){
        .clips = d->clips,
        .clip_count = 1,
        .cameras = 9,
        .user = user,
        .password = "secret",
        .algorithm = DIGEST_SHA256,
    };
    if (fault != NULL) {
        CHECK_OK(camsim_fault_parse(text_of(fault), &d->fault));
        d->setting.faults = (struct camsim_faults){&d->fault, 1};
    }
    const uint8_t nonce[16] = {1, 2, 3};
    camsim_responder_init(&d->responder, &d->setting, nonce);
    wire_message_init(&d->message, WIRE_RTSP_REQUEST, &WIRE_LIMITS_RTSP);
    d->answer = buffer_with_limit(RESPONDER_OUTPUT_MAX);
    return d;
}

static void dialogue_close(struct dialogue **d)
{
    wire_message_deinit(&(*d)->message);
    buffer_deinit(&(*d)->answer);
    camsim_clip_destroy(&(*d)->clip);
    stream_close(&(*d)->stream);
    free(*d);
    *d = NULL;
}

/* Sends a request; the answer is a terminated string in d->answer. */
static enum camsim_responder_action ask(struct dialogue *d, const char *method,
                                        const char *headers)
{
    char request[2048];
    int size =
        snprintf(request, sizeof request,
                 "%s rtsp://h/cam/3%s RTSP/1.0\r\nCSeq: 5\r\n%s\r\n", method,
                 strcmp(method, "SETUP") == 0 ? "/trackID=0" : "", headers);
    size_t used = 0;
    wire_message_reset(&d->message);
    CHECK_OK(wire_message_input(&d->message, bytes_of(request, (size_t)size),
                                &used));
    const struct camsim_responder_stream stream = {0xabcd1234, 77, 90000};
    buffer_clear(&d->answer);
    enum camsim_responder_action action = camsim_responder_answer(
        &d->responder, &d->message, &stream, 0, &d->answer);
    buffer_append_u8(&d->answer, 0);
    CHECK_OK(buffer_status(&d->answer));
    return action;
}

static bool says(const struct dialogue *d, const char *what)
{
    return strstr((const char *)d->answer.data, what) != NULL;
}

static void a_client_comes_to_play(void **state)
{
    (void)state;
    AUTO(dialogue_close) struct dialogue *d = dialogue_open(NULL, NULL);
    CHECK(ask(d, "OPTIONS", "") == RESPONDER_NOTHING);
    CHECK(says(d, "RTSP/1.0 200 OK\r\nCSeq: 5\r\nPublic: OPTIONS"));
    CHECK(ask(d, "DESCRIBE", "") == RESPONDER_NOTHING);
    CHECK(says(d, "Content-Base: rtsp://h/cam/3/\r\n"));
    CHECK(says(d, "a=rtpmap:96 H264/90000\r\n") && !says(d, "m=audio"));
    CHECK(ask(d, "PLAY", "") == RESPONDER_NOTHING);
    CHECK(says(d, "RTSP/1.0 455 "));
    static const char UDP[] = "Transport: RTP/AVP;unicast;client_port=8-9\r\n";
    d->setting.transport = CAMERA_TCP;
    CHECK(ask(d, "SETUP", UDP) == RESPONDER_NOTHING);
    CHECK(says(d, "RTSP/1.0 461 "));
    d->setting.transport = CAMERA_ANY;
    d->setting.datagram_port = 6000;
    CHECK(ask(d, "SETUP", UDP) == RESPONDER_NOTHING);
    CHECK(says(d, "Transport: RTP/AVP;unicast;client_port=8-9;"
                  "server_port=6000-6001;"));
    CHECK(d->responder.client_port == 8);
    CHECK(
        ask(d, "SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=4-5\r\n") ==
        RESPONDER_NOTHING);
    CHECK(says(d, "interleaved=4-5;ssrc=ABCD1234"));
    CHECK(says(d, "Session: 01020300;timeout=60"));
    CHECK(ask(d, "PLAY", "") == RESPONDER_PLAY);
    CHECK(says(d, "seq=77;rtptime=90000"));
    CHECK(d->responder.camera == 3 && d->responder.channel == 4);
    CHECK(ask(d, "GET_PARAMETER", "") == RESPONDER_NOTHING);
    CHECK(says(d, "RTSP/1.0 200 OK"));
    CHECK(ask(d, "RECORD", "") == RESPONDER_NOTHING);
    CHECK(says(d, "RTSP/1.0 501 "));
    CHECK(ask(d, "TEARDOWN", "") == RESPONDER_CLOSE);
}

static void a_password_is_asked_for(void **state)
{
    (void)state;
    AUTO(dialogue_close) struct dialogue *d = dialogue_open("kim", NULL);
    CHECK(ask(d, "OPTIONS", "") == RESPONDER_NOTHING && says(d, " 200 OK"));
    CHECK(ask(d, "DESCRIBE", "") == RESPONDER_NOTHING);
    CHECK(says(d, "RTSP/1.0 401 ") && says(d, "algorithm=SHA-256"));

    const struct digest_credentials right = {text_of("kim"), text_of("secret")};
    const struct digest_credentials wrong = {text_of("kim"), text_of("no")};
    const struct digest_request request = {
        text_of("DESCRIBE"), text_of("rtsp://h/cam/3"), text_of("c0ffee"), 1};
    for (int i = 0; i < 2; i++) {
        char header[1024] = "Authorization: ";
        struct writer w = writer_on(header + 15, sizeof header - 20);
        CHECK_OK(digest_write_authorization(
            &w, &d->responder.challenge, i == 0 ? &wrong : &right, &request));
        (void)snprintf(header + 15 + w.used, 4, "\r\n");
        CHECK(ask(d, "DESCRIBE", header) == RESPONDER_NOTHING);
        CHECK(says(d, i == 0 ? " 401 " : " 200 OK"));
    }
}

static void faults_change_the_answers(void **state)
{
    (void)state;
    struct dialogue *d = dialogue_open(NULL, "audio:3:0");
    CHECK(ask(d, "DESCRIBE", "") == RESPONDER_NOTHING);
    CHECK(says(d, "m=audio 0 RTP/AVP 0"));
    dialogue_close(&d);

    d = dialogue_open(NULL, "noreply:3:0:0");
    CHECK(ask(d, "DESCRIBE", "") == RESPONDER_NOTHING);
    assert_int_equal(1, d->answer.size);
    dialogue_close(&d);

    d = dialogue_open(NULL, "refuse:3:0:0");
    CHECK(ask(d, "DESCRIBE", "") == RESPONDER_RESET);
    dialogue_close(&d);

    d = dialogue_open(NULL, "early:3:0");
    CHECK(ask(d, "SETUP", "Transport: RTP/AVP/TCP\r\n") == RESPONDER_NOTHING);
    CHECK(ask(d, "PLAY", "") == RESPONDER_PLAY_EARLY);
    dialogue_close(&d);
}

static void cameras_are_found_by_number(void **state)
{
    (void)state;
    const struct camsim_responder_setting setting = {.cameras = 12};
    const struct {
        const char *target;
        uint32_t camera;
    } cases[] = {
        {"rtsp://h/cam/1", 1},      {"rtsp://h:1/cam/12/trackID=0", 12},
        {"rtsp://h/cam/13", 0},     {"rtsp://h/cam/0", 0},
        {"rtsp://h/cam/", 0},       {"rtsp://h/cam/x", 0},
        {"/cam/7?quality=high", 7}, {"*", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(
            cases[i].camera,
            camsim_responder_camera(&setting, text_of(cases[i].target)));
}

TEST_MAIN("camsim/responder", TEST(a_client_comes_to_play),
          TEST(a_password_is_asked_for), TEST(faults_change_the_answers),
          TEST(cameras_are_found_by_number))
