/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "media/codec.h"
#include "unit/media/stream.h"

static void strings_are_those_of_browsers(void **state)
{
    (void)state;
    char text[CODEC_TEXT_SIZE];
    const uint8_t avc[] = {1, 0x64, 0x00, 0x1f, 0xff, 0xe0, 0};
    struct codec_config config = {CODEC_H264, 1280, 720,
                                  bytes_of(avc, sizeof avc)};
    CHECK_OK(codec_string(&config, text));
    assert_string_equal("avc1.64001F", text);

    /* Main, compatible with 1 and 2, main tier, level 3.1, progressive: the
     * example of ISO/IEC 14496-15 annex E. */
    uint8_t hevc[23] = {1, 0x01, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93};
    config = (struct codec_config){CODEC_H265, 1280, 720,
                                   bytes_of(hevc, sizeof hevc)};
    CHECK_OK(codec_string(&config, text));
    assert_string_equal("hvc1.1.6.L93.B0", text);
    hevc[1] = 0x80 | 0x20 | 2;
    hevc[6] = 0;
    hevc[11] = 0x12;
    CHECK_OK(codec_string(&config, text));
    assert_string_equal("hvc1.B2.6.H93.0.0.0.0.0.12", text);
}

static void no_string_for_what_is_no_configuration(void **state)
{
    (void)state;
    char text[CODEC_TEXT_SIZE] = "before";
    const uint8_t avc[] = {1, 0x64, 0x00, 0x1f, 0xff, 0xe0};
    struct codec_config config = {CODEC_H264, 1280, 720, bytes_of(avc, 6)};
    CHECK_STATUS(STATUS_BAD_INPUT, codec_string(&config, text));
    assert_string_equal("", text);
    config.codec = CODEC_NONE;
    CHECK_STATUS(STATUS_BAD_INPUT, codec_config_check(&config));
    config.width = VIDEO_WIDTH_MAX + 1;
    config.codec = CODEC_H264;
    CHECK_STATUS(STATUS_LIMIT, codec_config_check(&config));
}

static void configurations_are_compared_by_all_of_them(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *a = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(stream_close)
    struct stream *b = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    CHECK(codec_config_equal(&a->config, &b->config));
    b->record.data[b->record.size - 1] ^= 1;
    CHECK(!codec_config_equal(&a->config, &b->config));
    b->record.data[b->record.size - 1] ^= 1;
    b->config.width++;
    CHECK(!codec_config_equal(&a->config, &b->config));
}

static void access_units_begin_where_the_standards_say(void **state)
{
    (void)state;
    const uint8_t first_slice[] = {0x41, 0x9a};
    const uint8_t later_slice[] = {0x41, 0x4d};
    const uint8_t sei[] = {0x06, 0x05};
    const uint8_t end[] = {0x0a};
    CHECK(codec_nal_begins_access_unit(CODEC_H264, bytes_of(first_slice, 2)));
    CHECK(!codec_nal_begins_access_unit(CODEC_H264, bytes_of(later_slice, 2)));
    CHECK(codec_nal_begins_access_unit(CODEC_H264, bytes_of(sei, 2)));
    CHECK(!codec_nal_begins_access_unit(CODEC_H264, bytes_of(end, 1)));
    const uint8_t suffix_sei[] = {H265_NAL_SEI_SUFFIX << 1, 1};
    const uint8_t prefix_sei[] = {H265_NAL_SEI_PREFIX << 1, 1};
    CHECK(!codec_nal_begins_access_unit(CODEC_H265, bytes_of(suffix_sei, 2)));
    CHECK(codec_nal_begins_access_unit(CODEC_H265, bytes_of(prefix_sei, 2)));
}

TEST_MAIN("media/codec", TEST(strings_are_those_of_browsers),
          TEST(no_string_for_what_is_no_configuration),
          TEST(configurations_are_compared_by_all_of_them),
          TEST(access_units_begin_where_the_standards_say))
