/* SPDX-License-Identifier: Apache-2.0 */
/* A receiver's work as RFC 6184 and RFC 7798 have it: packets to samples. */
#ifndef UNIT_CAMSIM_RECEIVER_H
#define UNIT_CAMSIM_RECEIVER_H

#include "base/buffer.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "media/h265.h"
#include "media/nal.h"
#include "unit/test.h"
#include "wire/rtp.h"

struct receiver {
    enum codec codec;
    struct buffer sample; /* so far; whole after receiver_take said so */
    struct buffer unit;   /* of fragments */
    bool is_whole;
};

static inline struct receiver receiver_for(enum codec codec)
{
    return (struct receiver){.codec = codec,
                             .sample = buffer_with_limit(1 << 20),
                             .unit = buffer_with_limit(1 << 20)};
}

static inline void receiver_deinit(struct receiver *receiver)
{
    buffer_deinit(&receiver->sample);
    buffer_deinit(&receiver->unit);
}

static inline void receiver_take_fragment(struct receiver *receiver,
                                          struct bytes payload, size_t header)
{
    const uint8_t *p = payload.data;
    uint8_t fu = p[header];
    if ((fu & 0x80) != 0) {
        buffer_clear(&receiver->unit);
        unsigned type = header == 2 ? (fu & 63u) << 1 : fu & 31u;
        unsigned kept = header == 2 ? p[0] & 0x81u : p[0] & 0xe0u;
        buffer_append_u8(&receiver->unit, (uint8_t)(kept | type));
        if (header == 2)
            buffer_append_u8(&receiver->unit, p[1]);
    }
    buffer_append(&receiver->unit,
                  bytes_of(p + header + 1, payload.size - header - 1));
    if ((fu & 0x40) != 0)
        nal_sample_append(&receiver->sample, buffer_bytes(&receiver->unit));
}

/* True where this packet ends an access unit. */
static inline bool receiver_take(struct receiver *receiver,
                                 const struct rtp_packet *packet)
{
    size_t header = receiver->codec == CODEC_H265 ? 2 : 1;
    uint8_t first = packet->payload.data[0];
    unsigned type = header == 2 ? first >> 1 & 63u : first & 31u;
    if (receiver->is_whole)
        buffer_clear(&receiver->sample);
    if (type == (header == 2 ? 49 : 28))
        receiver_take_fragment(receiver, packet->payload, header);
    else
        nal_sample_append(&receiver->sample, packet->payload);
    receiver->is_whole = packet->has_marker;
    return packet->has_marker;
}

/* Hexadecimal SHA-256 of the sample. */
static inline void receiver_digest(const struct receiver *receiver,
                                   char out[HEX_SIZE(SHA256_SIZE) + 1])
{
    const struct bytes sample = buffer_bytes(&receiver->sample);
    uint8_t digest[SHA256_SIZE];
    CHECK_OK(sha256(&sample, 1, digest));
    hex_encode(bytes_of(digest, sizeof digest), out);
}

#endif
