/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/rtcp.h"

#include "base/reader.h"

enum {
    VERSION_BITS = 2 << 6,
    TYPE_SENDER_REPORT = 200,
    TYPE_RECEIVER_REPORT = 201,
    TYPE_DESCRIPTION = 202,
    TYPE_BYE = 203,
    ITEM_NAME = 1, /* CNAME */
};

static enum status read_report(struct bytes body, struct rtcp_news *out)
{
    struct reader in = reader_on(body);
    out->report_ssrc = reader_u32be(&in);
    out->ntp = reader_u64be(&in);
    out->timestamp_ticks = reader_u32be(&in);
    out->sent_packets = reader_u32be(&in);
    out->has_report = !in.failed;
    return in.failed ? STATUS_BAD_INPUT : STATUS_OK;
}

static enum status read_packet(struct reader *in, struct rtcp_news *out)
{
    uint8_t first = reader_u8(in);
    uint8_t type = reader_u8(in);
    uint16_t words = reader_u16be(in);
    struct bytes body = reader_bytes(in, 4u * (size_t)words);
    if (in->failed || first >> 6 != VERSION_BITS >> 6)
        return STATUS_BAD_INPUT;
    if (type == TYPE_SENDER_REPORT)
        return read_report(body, out);
    if (type == TYPE_BYE && (first & 0x1f) > 0) {
        struct reader bye = reader_on(body);
        out->bye_ssrc = reader_u32be(&bye);
        out->has_bye = !bye.failed;
    }
    return STATUS_OK;
}

enum status rtcp_parse(struct bytes compound, struct rtcp_news *out)
{
    *out = (struct rtcp_news){0};
    struct reader in = reader_on(compound);
    enum status s = compound.size == 0 ? STATUS_BAD_INPUT : STATUS_OK;
    while (s == STATUS_OK && reader_more(&in))
        s = read_packet(&in, out);
    if (s != STATUS_OK)
        *out = (struct rtcp_news){0};
    return s;
}

void rtcp_write_receiver_report(struct writer *out,
                                const struct rtcp_reception *reception)
{
    writer_u8(out, VERSION_BITS | 1);
    writer_u8(out, TYPE_RECEIVER_REPORT);
    writer_u16be(out, RTCP_RECEIVER_REPORT_SIZE / 4 - 1);
    writer_u32be(out, reception->ssrc);
    writer_u32be(out, reception->sender_ssrc);
    writer_u8(out, reception->fraction_lost);
    writer_u24be(out, reception->packets_lost & 0xffffff);
    writer_u32be(out, reception->highest_sequence);
    writer_u32be(out, reception->jitter_ticks);
    writer_u32be(out, reception->last_report);
    writer_u32be(out, reception->delay_since_report);
}

void rtcp_write_name(struct writer *out, uint32_t ssrc, struct text name)
{
    /* Item, its end and at least one zero, up to a whole word. */
    size_t items = (2 + name.size + 1 + 3) / 4 * 4;
    writer_u8(out, VERSION_BITS | 1);
    writer_u8(out, TYPE_DESCRIPTION);
    writer_u16be(out, (uint16_t)((8 + items) / 4 - 1));
    writer_u32be(out, ssrc);
    writer_u8(out, ITEM_NAME);
    writer_u8(out, (uint8_t)name.size);
    writer_bytes(out, text_bytes(name));
    for (size_t i = 2 + name.size; i < items; i++)
        writer_u8(out, 0);
}

void rtcp_write_sender_report(struct writer *out, uint32_t ssrc, uint64_t ntp,
                              uint32_t timestamp_ticks, uint32_t packets,
                              uint32_t octets)
{
    writer_u8(out, VERSION_BITS);
    writer_u8(out, TYPE_SENDER_REPORT);
    writer_u16be(out, RTCP_SENDER_REPORT_SIZE / 4 - 1);
    writer_u32be(out, ssrc);
    writer_u64be(out, ntp);
    writer_u32be(out, timestamp_ticks);
    writer_u32be(out, packets);
    writer_u32be(out, octets);
}
