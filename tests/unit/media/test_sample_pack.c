/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "media/sample_pack.h"
#include "unit/media/stream.h"

static void append(struct buffer *out, const struct stream *stream,
                   size_t count)
{
    sample_pack_append(out, 7, &stream->config, stream->samples, count);
}

static void packs_come_back_as_they_went_in(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer packs = buffer_with_limit(1 << 20);
    append(&packs, stream, stream->count);
    append(&packs, stream, 0);
    append(&packs, stream, 3);
    CHECK_OK(buffer_status(&packs));

    struct reader in = reader_on(buffer_bytes(&packs));
    const size_t counts[] = {stream->count, 0, 3};
    for (size_t k = 0; k < 3; k++) {
        struct sample_pack pack;
        CHECK_OK(sample_pack_read(&in, &pack));
        assert_int_equal(7, pack.camera);
        assert_int_equal(counts[k], pack.count);
        CHECK(codec_config_equal(&stream->config, &pack.config));
        uint32_t row = 0;
        size_t offset = 0;
        struct sample sample;
        while (sample_pack_next(&pack, &row, &offset, &sample)) {
            const struct sample *expected = &stream->samples[row - 1];
            assert_int_equal(expected->time_us, sample.time_us);
            assert_int_equal(expected->duration_us, sample.duration_us);
            assert_int_equal(expected->flags, sample.flags);
            assert_int_equal(expected->shown_after_us,
                             sample.shown_after_us);
            assert_int_equal(expected->data.size, sample.data.size);
            assert_memory_equal(expected->data.data, sample.data.data,
                                sample.data.size);
        }
        assert_int_equal(counts[k], row);
        assert_int_equal(pack.data.size, offset);
    }
    CHECK(reader_done(&in));
}

/* Cut anywhere it is refused; so it is with any size made wrong. */
static void a_damaged_pack_is_refused(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer packed = buffer_with_limit(1 << 20);
    append(&packed, stream, 4);
    struct sample_pack pack;
    for (size_t size = 0; size < packed.size; size++) {
        struct reader in = reader_on(bytes_of(packed.data, size));
        CHECK_STATUS(STATUS_BAD_INPUT, sample_pack_read(&in, &pack));
    }
    const size_t head = SAMPLE_PACK_HEADER_SIZE + stream->config.record.size;
    const size_t places[] = {0, 9, 15, 19, 23, head + 19, head + 39};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        packed.data[places[i]] ^= 1;
        struct reader in = reader_on(buffer_bytes(&packed));
        CHECK(sample_pack_read(&in, &pack) != STATUS_OK);
        packed.data[places[i]] ^= 1;
    }
    packed.data[head + 16] = 2; /* a sample of 32 MiB */
    struct reader in = reader_on(buffer_bytes(&packed));
    CHECK_STATUS(STATUS_LIMIT, sample_pack_read(&in, &pack));
}

static void what_is_too_much_is_not_packed(void **state)
{
    (void)state;
    AUTO(stream_close)
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    AUTO(buffer_deinit) struct buffer packed = buffer_with_limit(1 << 20);
    append(&packed, stream, SAMPLE_PACK_COUNT_MAX + 1);
    CHECK(packed.failed);
    buffer_clear(&packed);
    stream->samples[1].data.size = SAMPLE_SIZE_MAX + 1;
    append(&packed, stream, 2);
    CHECK(packed.failed && packed.size == 0);
}

TEST_MAIN("media/sample_pack", TEST(packs_come_back_as_they_went_in),
          TEST(a_damaged_pack_is_refused), TEST(what_is_too_much_is_not_packed))
