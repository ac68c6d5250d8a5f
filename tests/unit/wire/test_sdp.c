/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/sdp.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static const char CAMERA[] =
    "v=0\r\n"
    "o=- 1 1 IN IP4 192.0.2.1\r\n"
    "s=Media\r\n"
    "t=0 0\r\n"
    "a=control:*\r\n"
    "m=audio 0 RTP/AVP 0\r\n"
    "a=control:trackID=2\r\n"
    "m=video 0 RTP/AVP 35 96\r\n"
    "a=fmtp:96 profile-level-id=42001f; packetization-mode=1;"
    "sprop-parameter-sets=Z0IAH5Y=,aM48gA==\r\n"
    "a=rtpmap:35 JPEG/90000\r\n"
    "a=rtpmap:96 H264/90000\r\n"
    "a=control:trackID=1\r\n"
    "m=application 0 RTP/AVP 107\r\n"
    "a=rtpmap:107 vnd.onvif.metadata/90000\r\n";

static void the_video_section_is_found(void **state)
{
    (void)state;
    struct sdp sdp;
    CHECK_OK(sdp_parse(text_of(CAMERA), &sdp));
    CHECK(text_equal(sdp.control, text_of("*")));
    CHECK(sdp.media_count == 3);
    CHECK(sdp.media[0].kind == SDP_AUDIO && sdp.media[2].kind == SDP_OTHER);
    const struct sdp_media *video = sdp_choose_video(&sdp);
    CHECK(video == &sdp.media[1]);
    CHECK(video->codec == CODEC_H264 && video->payload_type == 96);
    CHECK(video->clock_rate_hz == 90000 && video->packetization_mode == 1);
    CHECK(text_equal(video->control, text_of("trackID=1")));
    uint8_t set[64];
    size_t used = 0;
    struct text list = video->sets[0];
    CHECK_OK(sdp_next_set(&list, set, sizeof set, &used));
    CHECK(used == 5 && set[0] == 0x67);
    CHECK_OK(sdp_next_set(&list, set, sizeof set, &used));
    CHECK(used == 4 && set[0] == 0x68);
    CHECK_STATUS(STATUS_END, sdp_next_set(&list, set, sizeof set, &used));
}

static void h265_brings_three_lists(void **state)
{
    (void)state;
    struct sdp sdp;
    CHECK_OK(sdp_parse(text_of("v=0\n"
                               "m=video 0 RTP/AVP 98\n"
                               "a=rtpmap:98 H265/90000\n"
                               "a=fmtp:98 sprop-vps=QAE=;sprop-sps=QgE=;"
                               "sprop-pps=RAE=;sprop-max-don-diff=2\n"),
                       &sdp));
    const struct sdp_media *video = sdp_choose_video(&sdp);
    CHECK(video != NULL && video->codec == CODEC_H265);
    CHECK(text_equal(video->sets[0], text_of("QAE=")));
    CHECK(text_equal(video->sets[1], text_of("QgE=")));
    CHECK(text_equal(video->sets[2], text_of("RAE=")));
    CHECK(video->has_decoding_order);
}

static void sound_and_foreign_codecs_are_never_chosen(void **state)
{
    (void)state;
    static const char *const NONE[] = {
        "v=0\n",
        "v=0\nm=audio 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        "v=0\nm=video 0 RTP/AVP 26\n",
        "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:97 H264/90000\n",
        "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/0\n",
        "v=0\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264\n",
        "v=0\nm=video 0 RTP/SAVP 96\na=rtpmap:96 H264/90000\n",
        "v=0\nm=video 0 udp 96\na=rtpmap:96 H264/90000\n",
        "v=0\nm=video\n",
    };
    struct sdp sdp;
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        CHECK_OK(sdp_parse(text_of(NONE[i]), &sdp));
        CHECK(sdp_choose_video(&sdp) == NULL);
    }
}

static void what_is_no_description_is_refused(void **state)
{
    (void)state;
    struct sdp sdp;
    CHECK_STATUS(STATUS_BAD_INPUT, sdp_parse(text_of(""), &sdp));
    CHECK_STATUS(STATUS_BAD_INPUT, sdp_parse(text_of("<html>"), &sdp));
    CHECK_STATUS(STATUS_BAD_INPUT, sdp_parse(text_of("v=0\nnonsense\n"), &sdp));
    CHECK_STATUS(STATUS_BAD_INPUT, sdp_parse(text_of("v=0\nx\n"), &sdp));
}

static void a_bomb_of_sections_is_refused(void **state)
{
    (void)state;
    char text[4096] = "v=0\n";
    for (size_t i = 0; i <= SDP_MEDIA_MAX; i++)
        strcat(text, "m=video 0 RTP/AVP 96\n");
    struct sdp sdp;
    CHECK_STATUS(STATUS_LIMIT, sdp_parse(text_of(text), &sdp));
    static char lines[4 * SDP_LINES_MAX + 8];
    size_t used = (size_t)snprintf(lines, sizeof lines, "v=0\n");
    for (size_t i = 0; i < SDP_LINES_MAX; i++)
        used += (size_t)snprintf(lines + used, sizeof lines - used, "a=b\n");
    CHECK_STATUS(STATUS_LIMIT, sdp_parse(text_of(lines), &sdp));
}

static void sets_that_lie_fail_alone(void **state)
{
    (void)state;
    uint8_t set[4];
    size_t used = 0;
    struct text list = text_of("!!!!,Z0IAH5Y,,aM48");
    CHECK_STATUS(STATUS_BAD_INPUT, sdp_next_set(&list, set, 4, &used));
    CHECK_STATUS(STATUS_LIMIT, sdp_next_set(&list, set, 4, &used));
    CHECK_STATUS(STATUS_BAD_INPUT, sdp_next_set(&list, set, 4, &used));
    CHECK_OK(sdp_next_set(&list, set, 4, &used));
    CHECK(used == 3);
    static char large[4096];
    memset(large, 'A', sizeof large - 1);
    list = text_of(large);
    CHECK_STATUS(STATUS_LIMIT, sdp_next_set(&list, set, 4, &used));
}

TEST_MAIN("wire/sdp", TEST(the_video_section_is_found),
          TEST(h265_brings_three_lists),
          TEST(sound_and_foreign_codecs_are_never_chosen),
          TEST(what_is_no_description_is_refused),
          TEST(a_bomb_of_sections_is_refused), TEST(sets_that_lie_fail_alone))
