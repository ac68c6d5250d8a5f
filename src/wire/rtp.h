/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/rtp - the header of a media packet.
 *
 *   version 2, padding, extension, CSRC count | marker, payload type |
 *   sequence u16 | timestamp u32 | SSRC u32 | CSRC u32 each |
 *   extension: profile u16, words u16, words x 4 bytes | payload | padding
 *
 * Source: RFC 3550 section 5.1. Threads: none of its own.
 */
#ifndef WIRE_RTP_H
#define WIRE_RTP_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/writer.h"

enum { RTP_HEADER_SIZE = 12 };

struct rtp_packet {
    bool has_marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp_ticks; /* of the clock in a=rtpmap */
    uint32_t ssrc;
    struct bytes payload; /* view into the packet, without padding */
};

/*
 * Reads one packet; CSRC list and extension are skipped, padding cut off.
 * Fails with: BAD_INPUT (version, or sizes that do not fit the packet).
 */
MUST_USE enum status rtp_parse(struct bytes packet, struct rtp_packet *out);

/* Writes the 12 bytes of a header without CSRC and extension. */
void rtp_write_header(struct writer *out, const struct rtp_packet *packet);

#endif
