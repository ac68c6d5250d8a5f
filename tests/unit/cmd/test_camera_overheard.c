/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/overheard.h"

#include <string.h>

#include "base/cleanup.h"
#include "unit/test.h"

static const char DESCRIBED[] =
    "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE\r\n\r\n"
    "OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n"
    "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 97\r\n\r\n"
    "v=0\r\ns=-\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    "m=audio 0 RTP/AVP 0\r\na=control:2\r\n"
    "RTSP/1.0 453 Not Enough Bandwidth\r\nCSeq: 3\r\n\r\n"
    "$\001\000\004RTSPRTSP/1.0 404 Never read\r\nCSeq: 4\r\n\r\n";

static void is_heard_whole(const struct overheard *overheard)
{
    const struct camera_answers *answers = &overheard->answers;
    assert_int_equal(3, answers->count); /* what it asks us is no answer */
    assert_int_equal(453, answers->code);
    CHECK(answers->is_described && answers->offers_video);
    CHECK(answers->offers_codec && answers->offers_sound);
    CHECK(overheard->has_packets && overheard->is_over);
}

/* Any split of what it sends is heard alike. */
static void what_it_answers_is_heard(void **state)
{
    (void)state;
    struct bytes all = bytes_of(DESCRIBED, sizeof DESCRIBED - 1);
    for (size_t cut = 0; cut <= all.size; cut++) {
        AUTO(overheard_deinit) struct overheard overheard;
        overheard_init(&overheard);
        overheard_input(&overheard, bytes_of(all.data, cut));
        overheard_input(&overheard,
                        bytes_of(all.data + cut, all.size - cut));
        is_heard_whole(&overheard);
    }
}

static bool wants_clear_password(const char *challenges)
{
    AUTO(overheard_deinit) struct overheard overheard;
    static const char BEGINNING[] = "RTSP/1.0 401 No\r\nCSeq: 1\r\n";
    overheard_init(&overheard);
    overheard_input(&overheard, bytes_of(BEGINNING, sizeof BEGINNING - 1));
    overheard_input(&overheard, bytes_of(challenges, strlen(challenges)));
    assert_int_equal(401, overheard.answers.code);
    return overheard.answers.wants_clear_password;
}

static void a_password_in_the_clear_is_known(void **state)
{
    (void)state;
    CHECK(wants_clear_password("WWW-Authenticate: Basic realm=\"a\"\r\n\r\n"));
    CHECK(!wants_clear_password("\r\n"));
    CHECK(!wants_clear_password(
        "WWW-Authenticate: Basic realm=\"a\"\r\n"
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n\r\n"));
}

/* What is no RTSP is no answer, and ends the listening. */
static void what_is_no_answer_is_none(void **state)
{
    static const char NOISE[] = "\025\003\001\000\002\002\026 no RTSP\r\n\r\n";
    (void)state;
    AUTO(overheard_deinit) struct overheard overheard;
    overheard_init(&overheard);
    overheard_input(&overheard, bytes_of(NOISE, sizeof NOISE - 1));
    CHECK(overheard.is_over && !overheard.has_packets);
    assert_int_equal(0, overheard.answers.count);
}

TEST_MAIN("cmd/camera/overheard", TEST(what_it_answers_is_heard),
          TEST(a_password_in_the_clear_is_known),
          TEST(what_is_no_answer_is_none))
