/* SPDX-License-Identifier: Apache-2.0 */
/* Packets to access units: what comes out is always a sample in MP4 form with a
 * slice. Input: a byte (odd: H.265), then packets, each behind a u16 size. */
#include <assert.h>
#include <stdint.h>

#include "base/reader.h"
#include "ingest/assembler.h"
#include "ingest/parameter_sets.h"
#include "media/codec.h"
#include "media/nal.h"
#include "wire/interleaved.h"
#include "wire/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sink {
    enum codec codec;
    struct parameter_sets sets;
    struct buffer record;
};

static void on_unit(void *context, const struct assembled *unit)
{
    struct sink *sink = context;
    struct codec_config config;
    assert(nal_sample_check(unit->data) == STATUS_OK);
    assert(codec_sample_is_key(sink->codec, unit->data) == unit->is_key);
    if (parameter_sets_put_sample(&sink->sets, unit->data) == STATUS_OK &&
        parameter_sets_make(&sink->sets, &sink->record, &config) ==
            STATUS_OK) {
        uint8_t reorder = parameter_sets_reorder(&sink->sets);
        assert(config.record.size <= CODEC_CONFIG_SIZE_MAX);
        assert(reorder <= PICTURE_REORDER_MAX ||
               reorder == PICTURE_REORDER_UNKNOWN);
    }
}

/* A frame is whole, or not one, or more of it must come. */
static void check_frame(struct bytes input)
{
    struct interleaved_frame frame;
    size_t used = 0;
    enum status s = interleaved_next(input, &used, &frame);
    assert(s == STATUS_OK || s == STATUS_AGAIN || s == STATUS_BAD_INPUT);
    if (s == STATUS_OK)
        assert(used <= input.size &&
               used == INTERLEAVED_HEADER_SIZE + frame.payload.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sink sink;
    struct assembler assembler;
    struct reader in = reader_on(bytes_of(data, size));
    sink.codec = (reader_u8(&in) & 1) != 0 ? CODEC_H265 : CODEC_H264;
    sink.record = buffer_with_limit(CODEC_CONFIG_SIZE_MAX);
    parameter_sets_init(&sink.sets, sink.codec);
    assembler_init(&assembler, sink.codec, on_unit, &sink);
    while (reader_more(&in)) {
        struct rtp_packet packet;
        struct rtcp_news news;
        uint16_t packet_size = reader_u16be(&in);
        struct bytes bytes = reader_bytes(
            &in, packet_size < in.left.size ? packet_size : in.left.size);
        (void)!rtcp_parse(bytes, &news);
        check_frame(bytes);
        if (rtp_parse(bytes, &packet) == STATUS_OK)
            assembler_packet(&assembler, &packet);
    }
    assembler_deinit(&assembler);
    buffer_deinit(&sink.record);
    return 0;
}
