/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/parameter_sets.h"

#include "unit/media/stream.h"

/* The sets of a stream, one by one. */
static void put_all(struct parameter_sets *sets, const struct stream *stream)
{
    for (size_t kind = 0; kind < 3; kind++)
        for (size_t i = 0; i < stream->set_counts[kind]; i++)
            CHECK_OK(parameter_sets_put(sets, stream->sets[kind][i]));
}

static void check_stream(const char *name, enum codec codec)
{
    struct stream *stream = stream_open(name, codec, 15);
    struct parameter_sets sets;
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config = {.codec = CODEC_NONE};
    parameter_sets_init(&sets, codec);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 parameter_sets_make(&sets, &record, &config));
    put_all(&sets, stream);
    CHECK(sets.is_changed);
    CHECK_OK(parameter_sets_make(&sets, &record, &config));
    CHECK(codec_config_equal(&config, &stream->config));
    CHECK(!sets.is_changed);
    put_all(&sets, stream);
    CHECK(!sets.is_changed);
    CHECK_OK(parameter_sets_put_sample(&sets, stream->samples[0].data));
    CHECK(!sets.is_changed);
    buffer_deinit(&record);
    stream_close(&stream);
}

static void the_configuration_is_that_of_the_sets(void **state)
{
    (void)state;
    check_stream("tiny-64x48.h264", CODEC_H264);
    check_stream("tiny-72x56.h265", CODEC_H265);
}

static void a_new_set_replaces_the_old_one(void **state)
{
    (void)state;
    struct stream *small = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct stream *large = stream_open("tiny-90x66.h264", CODEC_H264, 15);
    struct parameter_sets sets;
    struct buffer record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    struct codec_config config = {.codec = CODEC_NONE};
    parameter_sets_init(&sets, CODEC_H264);
    for (int i = 0; i < 3; i++) {
        put_all(&sets, small);
        CHECK_OK(parameter_sets_make(&sets, &record, &config));
        CHECK(codec_config_equal(&config, &small->config));
        put_all(&sets, large);
        CHECK_OK(parameter_sets_make(&sets, &record, &config));
        CHECK(codec_config_equal(&config, &large->config));
        CHECK(sets.count == 2);
    }
    buffer_deinit(&record);
    stream_close(&small);
    stream_close(&large);
}

static void too_many_and_broken_sets_are_refused(void **state)
{
    (void)state;
    static uint8_t large[1000] = {0x68};
    struct parameter_sets sets;
    parameter_sets_init(&sets, CODEC_H264);
    static const uint8_t BROKEN_SPS[] = {0x67, 0x42};
    static const uint8_t EMPTY_PPS[] = {0x68};
    static const uint8_t SLICE[] = {0x65, 0x88};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 parameter_sets_put(&sets, bytes_of(BROKEN_SPS, 2)));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 parameter_sets_put(&sets, bytes_of(EMPTY_PPS, 1)));
    CHECK_OK(parameter_sets_put(&sets, bytes_of(SLICE, 2)));
    CHECK(sets.count == 0 && !sets.is_changed);
    /* Numbers 0, 1, 2, ... as Exp-Golomb codes of 13 bits. */
    enum status s = STATUS_OK;
    for (unsigned i = 63; i < 127 && s == STATUS_OK; i++) {
        unsigned code = (i + 1) << 3;
        large[1] = (uint8_t)(code >> 8);
        large[2] = (uint8_t)code;
        s = parameter_sets_put(&sets, bytes_of(large, sizeof large));
    }
    CHECK_STATUS(STATUS_LIMIT, s);
    CHECK(sets.count == 4 && sets.used == 4000);
}

TEST_MAIN("ingest/parameter_sets", TEST(the_configuration_is_that_of_the_sets),
          TEST(a_new_set_replaces_the_old_one),
          TEST(too_many_and_broken_sets_are_refused))
