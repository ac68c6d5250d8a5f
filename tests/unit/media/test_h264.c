/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "media/h264.h"
#include "unit/media/stream.h"

/* A 1920x1080 SPS of x264, High, level 4.0, with VUI and timing 15 Hz. */
static const uint8_t SPS_1080[] = {0x67, 0x64, 0x00, 0x28, 0xac, 0xb2, 0x00,
                                   0xf0, 0x04, 0x4f, 0xcb, 0x80, 0x88, 0x00,
                                   0x00, 0x03, 0x00, 0x08, 0x00, 0x00, 0x03,
                                   0x00, 0xf0, 0x78, 0xc1, 0x92, 0x40};

static void reads_size_and_profile(void **state)
{
    (void)state;
    struct h264_sps sps;
    CHECK_OK(h264_sps_read(bytes_of(SPS_1080, sizeof SPS_1080), &sps));
    assert_int_equal(1920, sps.width);
    assert_int_equal(1080, sps.height);
    assert_int_equal(100, sps.profile);
    assert_int_equal(40, sps.level);
    assert_int_equal(8, sps.luma_bits);
    CHECK(sps.has_vui && sps.has_timing && !sps.has_colour);
    assert_int_equal(15, sps.time_scale / sps.units_in_tick / 2);
}

static void reads_what_encoders_wrote(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *a = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(stream_close)
    struct stream *b = stream_open("tiny-90x66.h264", CODEC_H264, 15);
    assert_int_equal(30, a->count);
    assert_int_equal(64, a->config.width);
    assert_int_equal(48, a->config.height);
    assert_int_equal(15, b->count); /* of three slices each */
    assert_int_equal(90, b->config.width);
    assert_int_equal(66, b->config.height);
    for (size_t i = 0; i < a->count; i++)
        CHECK((a->samples[i].flags & SAMPLE_IDR) == (i % 10 == 0 ? 1u : 0u));
    struct h264_sps sps;
    CHECK_OK(h264_sps_read(a->sets[1][0], &sps));
    CHECK(sps.has_colour && !sps.is_full_range);
    assert_int_equal(1, sps.colour_primaries);
    assert_int_equal(1, sps.transfer);
    assert_int_equal(1, sps.matrix);
}

/* Cut short it is refused, or, within the VUI, taken without it; it never
 * gives another size. */
static void a_short_parameter_set_is_noticed(void **state)
{
    (void)state;
    struct h264_sps sps;
    for (size_t size = 0; size < sizeof SPS_1080; size++) {
        enum status s = h264_sps_read(bytes_of(SPS_1080, size), &sps);
        if (s == STATUS_OK) {
            assert_int_equal(1080, sps.height);
            assert_int_equal(1920, sps.width);
        } else {
            CHECK_STATUS(STATUS_BAD_INPUT, s);
        }
        CHECK(size > 8 || s != STATUS_OK);
    }
}

static void sizes_beyond_the_limit_are_refused(void **state)
{
    (void)state;
    /* Baseline, width in macroblocks - 1 = 1024: 16400 pixels. */
    const uint8_t wide[] = {0x67, 66,   0,    30,   0xf8, 0x00,
                            0x40, 0x0d, 0x80, 0x80, 0x80};
    struct h264_sps sps;
    CHECK_STATUS(STATUS_LIMIT,
                 h264_sps_read(bytes_of(wide, sizeof wide), &sps));
    static uint8_t large[NAL_PARAMETER_SET_MAX + 1] = {0x67};
    CHECK_STATUS(STATUS_LIMIT,
                 h264_sps_read(bytes_of(large, sizeof large), &sps));
    const uint8_t pps[] = {0x68, 1, 2};
    CHECK_STATUS(STATUS_BAD_INPUT, h264_sps_read(bytes_of(pps, 3), &sps));
}

/* ISO/IEC 14496-15 section 5.3.3.1.2, byte by byte. */
static void configuration_record_is_as_specified(void **state)
{
    (void)state;
    const uint8_t pps[] = {0x68, 0xeb, 0xe3, 0xcb};
    const struct bytes sets[] = {bytes_of(SPS_1080, sizeof SPS_1080),
                                 bytes_of(pps, sizeof pps)};
    AUTO(buffer_deinit)
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    AUTO(buffer_deinit)
    struct buffer expected = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config;
    CHECK_OK(h264_config_make(&sets[0], 1, &sets[1], 1, &record, &config));

    const uint8_t head[] = {1, 100, 0, 40, 0xff, 0xe1, 0, sizeof SPS_1080};
    const uint8_t middle[] = {1, 0, sizeof pps};
    const uint8_t tail[] = {0xfd, 0xf8, 0xf8, 0};
    buffer_append(&expected, bytes_of(head, sizeof head));
    buffer_append(&expected, sets[0]);
    buffer_append(&expected, bytes_of(middle, sizeof middle));
    buffer_append(&expected, sets[1]);
    buffer_append(&expected, bytes_of(tail, sizeof tail));
    CHECK(text_equal(bytes_text(config.record), buffer_text(&expected)));
    struct bytes first;
    CHECK_OK(h264_config_sps(config.record, &first));
    CHECK(text_equal(bytes_text(first), bytes_text(sets[0])));
}

static void wrong_sets_make_no_configuration(void **state)
{
    (void)state;
    const uint8_t pps[] = {0x68, 0xeb};
    struct bytes sps_many[H264_SPS_COUNT_MAX + 1];
    for (size_t i = 0; i <= H264_SPS_COUNT_MAX; i++)
        sps_many[i] = bytes_of(SPS_1080, sizeof SPS_1080);
    const struct bytes p = bytes_of(pps, sizeof pps);
    AUTO(buffer_deinit)
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config = {.width = 7};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 h264_config_make(sps_many, 1, &p, 0, &record, &config));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 h264_config_make(&p, 1, &p, 1, &record, &config));
    CHECK_STATUS(STATUS_LIMIT,
                 h264_config_make(sps_many, H264_SPS_COUNT_MAX + 1, &p, 1,
                                  &record, &config));
    assert_int_equal(7, config.width);
    CHECK_OK(h264_config_make(sps_many, H264_SPS_COUNT_MAX, &p, 1, &record,
                              &config));
    CHECK_OK(codec_config_check(&config));
}

static enum status make(void *context)
{
    AUTO(buffer_deinit)
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config;
    return stream_make_config(context, &record, &config);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    test_every_allocation_fails(make, stream);
}

TEST_MAIN("media/h264", TEST(reads_size_and_profile),
          TEST(reads_what_encoders_wrote),
          TEST(a_short_parameter_set_is_noticed),
          TEST(sizes_beyond_the_limit_are_refused),
          TEST(configuration_record_is_as_specified),
          TEST(wrong_sets_make_no_configuration),
          TEST(every_allocation_may_fail))
