/* SPDX-License-Identifier: Apache-2.0 */
/* Samples as RTP packets: what a camera does, for the tests of ingest. */
#ifndef UNIT_INGEST_PACKETS_H
#define UNIT_INGEST_PACKETS_H

#include "base/writer.h"
#include "media/codec.h"
#include "media/nal.h"
#include "unit/media/stream.h"
#include "wire/interleaved.h"
#include "wire/rtp.h"

enum { PACKET_PAYLOAD_MAX = 100, PACKETS_MAX = 4096 };

/* Packets behind each other, each in a frame on channel 0. */
struct packets {
    struct buffer data;
    size_t from[PACKETS_MAX + 1]; /* where each begins; the end behind them */
    size_t count;
    enum codec codec;
    uint16_t sequence;
    uint32_t ssrc;
    bool without_marker;
};

static inline struct packets *packets_make(enum codec codec)
{
    struct packets *packets = calloc(1, sizeof *packets);
    assert_non_null(packets);
    packets->data = buffer_with_limit(4 << 20);
    packets->codec = codec;
    packets->sequence = 65530; /* wraps soon */
    packets->ssrc = 0x1234;
    return packets;
}

static inline void packets_free(struct packets *packets)
{
    buffer_deinit(&packets->data);
    free(packets);
}

static inline void packets_add(struct packets *packets, uint32_t ticks,
                               bool is_last, struct bytes head,
                               struct bytes body)
{
    uint8_t memory[INTERLEAVED_HEADER_SIZE + RTP_HEADER_SIZE];
    struct writer w = writer_on(memory, sizeof memory);
    const struct rtp_packet packet = {
        .has_marker = is_last && !packets->without_marker,
        .payload_type = 96,
        .sequence = packets->sequence++,
        .timestamp_ticks = ticks,
        .ssrc = packets->ssrc,
    };
    interleaved_write_header(
        &w, 0, (uint16_t)(RTP_HEADER_SIZE + head.size + body.size));
    rtp_write_header(&w, &packet);
    assert_true(packets->count < PACKETS_MAX);
    packets->from[packets->count++] = packets->data.size;
    buffer_append(&packets->data, writer_written(&w));
    buffer_append(&packets->data, head);
    buffer_append(&packets->data, body);
    packets->from[packets->count] = packets->data.size;
}

/* FU-A, or the fragmentation unit of H.265. */
static inline void packets_add_fragments(struct packets *packets,
                                         uint32_t ticks, bool is_last,
                                         struct bytes nal)
{
    bool is_h265 = packets->codec == CODEC_H265;
    size_t header = is_h265 ? 2 : 1;
    size_t at = header;
    while (at < nal.size) {
        size_t size = nal.size - at < PACKET_PAYLOAD_MAX ? nal.size - at
                                                         : PACKET_PAYLOAD_MAX;
        bool ends = at + size == nal.size;
        uint8_t flags =
            (uint8_t)((at == header ? 0x80u : 0u) | (ends ? 0x40u : 0u));
        uint8_t head[3];
        if (is_h265) {
            head[0] = (uint8_t)((nal.data[0] & 0x81u) | 49u << 1);
            head[1] = nal.data[1];
            head[2] = (uint8_t)(flags | h265_nal_type(nal));
        } else {
            head[0] = (uint8_t)((nal.data[0] & 0xe0u) | 28u);
            head[1] = (uint8_t)(flags | h264_nal_type(nal));
        }
        packets_add(packets, ticks, is_last && ends,
                    bytes_of(head, header + 1), bytes_of(nal.data + at, size));
        at += size;
    }
}

/* One NAL unit: whole where it fits. */
static inline void packets_add_nal(struct packets *packets, uint32_t ticks,
                                   bool is_last, struct bytes nal)
{
    if (nal.size > PACKET_PAYLOAD_MAX)
        packets_add_fragments(packets, ticks, is_last, nal);
    else
        packets_add(packets, ticks, is_last, (struct bytes){NULL, 0}, nal);
}

/* A sample in MP4 form. */
static inline void packets_add_sample(struct packets *packets, uint32_t ticks,
                                      struct bytes data)
{
    struct reader in = reader_on(data);
    struct bytes nal;
    while (nal_sample_next(&in, &nal))
        packets_add_nal(packets, ticks, in.left.size == 0, nal);
}

static inline void packets_add_stream(struct packets *packets,
                                      const struct stream *stream,
                                      uint32_t first_ticks, uint32_t step)
{
    for (size_t i = 0; i < stream->count; i++)
        packets_add_sample(packets, first_ticks + (uint32_t)i * step,
                           stream->samples[i].data);
}

/* One packet with its frame. */
static inline struct bytes packets_framed(const struct packets *packets,
                                          size_t i)
{
    return bytes_of(packets->data.data + packets->from[i],
                    packets->from[i + 1] - packets->from[i]);
}

/* One packet without its frame. */
static inline struct bytes packets_at(const struct packets *packets, size_t i)
{
    size_t from = packets->from[i] + INTERLEAVED_HEADER_SIZE;
    return bytes_of(packets->data.data + from, packets->from[i + 1] - from);
}

#endif
