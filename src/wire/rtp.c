/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/rtp.h"

#include "base/reader.h"

enum {
    VERSION = 2,
    PADDING_BIT = 0x20,
    EXTENSION_BIT = 0x10,
    CSRC_COUNT_MASK = 0x0f,
    MARKER_BIT = 0x80,
};

/* RFC 3550 section 5.1: the last byte counts the padding, itself included. */
static enum status cut_padding(struct bytes *payload)
{
    if (payload->size == 0)
        return STATUS_BAD_INPUT;
    size_t padding = payload->data[payload->size - 1];
    if (padding == 0 || padding > payload->size)
        return STATUS_BAD_INPUT;
    payload->size -= padding;
    return STATUS_OK;
}

enum status rtp_parse(struct bytes packet, struct rtp_packet *out)
{
    struct reader in = reader_on(packet);
    uint8_t first = reader_u8(&in);
    uint8_t second = reader_u8(&in);
    *out = (struct rtp_packet){
        .has_marker = (second & MARKER_BIT) != 0,
        .payload_type = second & 0x7f,
    };
    out->sequence = reader_u16be(&in);
    out->timestamp_ticks = reader_u32be(&in);
    out->ssrc = reader_u32be(&in);
    reader_skip(&in, 4u * (first & CSRC_COUNT_MASK));
    if (first & EXTENSION_BIT) {
        reader_skip(&in, 2);
        reader_skip(&in, 4u * reader_u16be(&in));
    }
    if (in.failed || first >> 6 != VERSION)
        return STATUS_BAD_INPUT;
    out->payload = in.left;
    return first & PADDING_BIT ? cut_padding(&out->payload) : STATUS_OK;
}

void rtp_write_header(struct writer *out, const struct rtp_packet *packet)
{
    writer_u8(out, VERSION << 6);
    writer_u8(out, (uint8_t)((packet->has_marker ? MARKER_BIT : 0) |
                             (packet->payload_type & 0x7f)));
    writer_u16be(out, packet->sequence);
    writer_u32be(out, packet->timestamp_ticks);
    writer_u32be(out, packet->ssrc);
}
