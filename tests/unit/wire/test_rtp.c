/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/rtp.h"

#include "unit/test.h"
#include "wire/interleaved.h"
#include "wire/rtcp.h"

static void a_header_is_written_and_read(void **state)
{
    (void)state;
    uint8_t memory[64];
    struct writer w = writer_on(memory, sizeof memory);
    const struct rtp_packet sent = {.has_marker = true,
                                    .payload_type = 96,
                                    .sequence = 65535,
                                    .timestamp_ticks = 0xfffffff0,
                                    .ssrc = 7};
    struct rtp_packet got;
    rtp_write_header(&w, &sent);
    writer_u8(&w, 0x41);
    CHECK_OK(rtp_parse(writer_written(&w), &got));
    CHECK(got.has_marker && got.payload_type == 96 && got.sequence == 65535);
    CHECK(got.timestamp_ticks == 0xfffffff0 && got.ssrc == 7);
    CHECK(got.payload.size == 1 && got.payload.data[0] == 0x41);
}

static void csrc_extension_and_padding_are_cut(void **state)
{
    (void)state;
    static const uint8_t PACKET[] = {
        0xb2, 0x60, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, /* P, X, two CSRC */
        1,    1,    1, 1, 2, 2, 2, 2,             /* CSRC */
        0xbe, 0xde, 0, 1, 9, 9, 9, 9,             /* extension, one word */
        0x41, 0x42, 0, 0, 3,                      /* payload, padding 3 */
    };
    struct rtp_packet got;
    CHECK_OK(rtp_parse(bytes_of(PACKET, sizeof PACKET), &got));
    CHECK(got.payload.size == 2 && got.payload.data[0] == 0x41);
    for (size_t size = 0; size < 28; size++)
        CHECK_STATUS(STATUS_BAD_INPUT, rtp_parse(bytes_of(PACKET, size), &got));
}

static void sizes_that_lie_are_refused(void **state)
{
    (void)state;
    static const uint8_t BEYOND[] = {0xa0, 96, 0, 1, 0, 0, 0, 2,
                                     0,    0,  0, 3, 1, 4};
    static const uint8_t NO_PADDING[] = {0xa0, 96, 0, 1, 0, 0, 0, 2,
                                         0,    0,  0, 3, 1, 0};
    static const uint8_t VERSION[] = {0x40, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};
    static const uint8_t NOTHING[] = {0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};
    static const uint8_t ALL[] = {0xa0, 96, 0, 1, 0, 0, 0, 2,
                                  0,    0,  0, 3, 0, 2};
    struct rtp_packet got;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtp_parse(bytes_of(BEYOND, sizeof BEYOND), &got));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtp_parse(bytes_of(NO_PADDING, sizeof NO_PADDING), &got));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtp_parse(bytes_of(VERSION, sizeof VERSION), &got));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtp_parse(bytes_of(NOTHING, sizeof NOTHING), &got));
    CHECK_OK(rtp_parse(bytes_of(ALL, sizeof ALL), &got));
    CHECK(got.payload.size == 0);
}

static void a_report_is_written_and_read(void **state)
{
    (void)state;
    uint8_t memory[128];
    struct writer w = writer_on(memory, sizeof memory);
    struct rtcp_news news;
    rtcp_write_sender_report(&w, 9, 0x0102030405060708, 77, 1, 2);
    CHECK(w.used == RTCP_SENDER_REPORT_SIZE);
    writer_u32be(&w, 0x81cb0001); /* BYE, one source */
    writer_u32be(&w, 9);
    CHECK_OK(rtcp_parse(writer_written(&w), &news));
    CHECK(news.has_report && news.report_ssrc == 9 &&
          news.ntp == 0x0102030405060708 && news.timestamp_ticks == 77);
    CHECK(news.has_bye && news.bye_ssrc == 9);
    for (size_t size = 0; size < w.used; size++)
        if (size != RTCP_SENDER_REPORT_SIZE)
            CHECK_STATUS(STATUS_BAD_INPUT,
                         rtcp_parse(bytes_of(memory, size), &news));
}

static void a_receiver_report_has_its_size(void **state)
{
    (void)state;
    uint8_t memory[RTCP_RECEIVER_REPORT_SIZE];
    struct writer w = writer_on(memory, sizeof memory);
    struct rtcp_news news;
    const struct rtcp_reception reception = {.packets_lost = 0x01ffffff};
    rtcp_write_receiver_report(&w, &reception);
    CHECK(writer_full(&w));
    CHECK(memory[0] == 0x81 && memory[1] == 201 && memory[3] == 7);
    CHECK_OK(rtcp_parse(writer_written(&w), &news));
    CHECK(!news.has_report && !news.has_bye);
}

static void a_report_too_short_for_its_type_is_refused(void **state)
{
    (void)state;
    static const uint8_t SHORT[] = {0x80, 200, 0, 1, 0, 0, 0, 9};
    static const uint8_t LIES[] = {0x80, 200, 0xff, 0xff, 0, 0, 0, 9};
    struct rtcp_news news;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtcp_parse(bytes_of(SHORT, sizeof SHORT), &news));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtcp_parse(bytes_of(LIES, sizeof LIES), &news));
}

static void a_frame_is_cut_off(void **state)
{
    (void)state;
    static const uint8_t INPUT[] = {'$', 1, 0, 2, 'a', 'b', 'R'};
    struct interleaved_frame frame;
    size_t used = 0;
    CHECK(interleaved_begins(bytes_of(INPUT, sizeof INPUT)));
    CHECK(!interleaved_begins(bytes_of(INPUT + 6, 1)));
    for (size_t size = 0; size < 6; size++)
        CHECK_STATUS(STATUS_AGAIN,
                     interleaved_next(bytes_of(INPUT, size), &used, &frame));
    CHECK_OK(interleaved_next(bytes_of(INPUT, sizeof INPUT), &used, &frame));
    CHECK(used == 6 && frame.channel == 1 && frame.payload.size == 2);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 interleaved_next(bytes_of(INPUT + 6, 1), &used, &frame));
}

TEST_MAIN("wire/rtp", TEST(a_header_is_written_and_read),
          TEST(csrc_extension_and_padding_are_cut),
          TEST(sizes_that_lie_are_refused), TEST(a_report_is_written_and_read),
          TEST(a_receiver_report_has_its_size),
          TEST(a_report_too_short_for_its_type_is_refused),
          TEST(a_frame_is_cut_off))
