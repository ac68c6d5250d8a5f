/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "media/h265.h"
#include "unit/media/stream.h"

static void reads_what_an_encoder_wrote(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-72x56.h265", CODEC_H265, 15);
    assert_int_equal(15, stream->count);
    assert_int_equal(72, stream->config.width);
    assert_int_equal(56, stream->config.height);
    for (size_t i = 0; i < stream->count; i++)
        CHECK((stream->samples[i].flags & SAMPLE_IDR) ==
              (i % 5 == 0 ? 1u : 0u));
    struct h265_sps sps;
    CHECK_OK(h265_sps_read(stream->sets[1][0], &sps));
    assert_int_equal(1, sps.profile[0] & 31); /* Main */
    assert_int_equal(30, sps.profile[11]);    /* level 1.0 */
    assert_int_equal(1, sps.chroma_format);
    assert_int_equal(8, sps.luma_bits);
    assert_int_equal(8, sps.chroma_bits);
    assert_int_equal(1, sps.sub_layers);
}

/* ISO/IEC 14496-15 section 8.3.3.1.2: the fields whose place is fixed. */
static void configuration_record_is_as_specified(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-72x56.h265", CODEC_H265, 15);
    struct reader in = reader_on(stream->config.record);
    assert_int_equal(1, reader_u8(&in));
    reader_skip(&in, H265_PROFILE_SIZE);
    assert_int_equal(0xf000, reader_u16be(&in));
    assert_int_equal(0xfc, reader_u8(&in));
    assert_int_equal(0xfd, reader_u8(&in));
    assert_int_equal(0xf8, reader_u8(&in));
    assert_int_equal(0xf8, reader_u8(&in));
    assert_int_equal(0, reader_u16be(&in));
    assert_int_equal(3, reader_u8(&in) & 3);
    assert_int_equal(3, reader_u8(&in));
    for (unsigned kind = 0; kind < 3; kind++) {
        assert_int_equal(0x80 | (H265_NAL_VPS + kind), reader_u8(&in));
        assert_int_equal(1, reader_u16be(&in));
        uint16_t size = reader_u16be(&in);
        struct bytes nal = reader_bytes(&in, size);
        assert_int_equal(stream->sets[kind][0].size, nal.size);
        assert_memory_equal(stream->sets[kind][0].data, nal.data, nal.size);
    }
    CHECK(reader_done(&in));
}

static void a_short_parameter_set_is_refused(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-72x56.h265", CODEC_H265, 15);
    struct bytes sps = stream->sets[1][0];
    struct h265_sps out;
    size_t taken = 0;
    for (size_t size = sps.size; size > 0; size--) {
        if (h265_sps_read((struct bytes){sps.data, size}, &out) == STATUS_OK) {
            assert_int_equal(72, out.width);
            assert_int_equal(56, out.height);
            taken++;
        }
    }
    CHECK(taken < sps.size - 15); /* what stands before the bit depths */
}

static void all_three_kinds_are_needed(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-72x56.h265", CODEC_H265, 15);
    AUTO(buffer_deinit)
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config;
    for (size_t kind = 0; kind < 3; kind++) {
        stream->set_counts[kind] = 0;
        CHECK_STATUS(STATUS_BAD_INPUT,
                     stream_make_config(stream, &record, &config));
        stream->set_counts[kind] = H265_SET_COUNT_MAX + 1;
        CHECK_STATUS(STATUS_LIMIT,
                     stream_make_config(stream, &record, &config));
        stream->set_counts[kind] = 1;
    }
    CHECK_OK(stream_make_config(stream, &record, &config));
}

TEST_MAIN("media/h265", TEST(reads_what_an_encoder_wrote),
          TEST(configuration_record_is_as_specified),
          TEST(a_short_parameter_set_is_refused),
          TEST(all_three_kinds_are_needed))
