/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/interleaved - packets between RTSP messages on one TCP connection.
 *
 *   "$" channel u8, size u16 big-endian, size bytes
 *
 * The splitter says of the front of a connection's bytes whether it is such a
 * frame or (part of) a message. It holds nothing back itself: the caller keeps
 * what an AGAIN leaves and comes with more behind it.
 *
 * Source: RFC 2326 section 10.12. Threads: none of its own.
 */
#ifndef WIRE_INTERLEAVED_H
#define WIRE_INTERLEAVED_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/writer.h"

enum { INTERLEAVED_HEADER_SIZE = 4, INTERLEAVED_PAYLOAD_MAX = 65535 };

struct interleaved_frame {
    uint8_t channel;
    struct bytes payload; /* view into the input */
};

/* Whether the next byte begins a frame; false: a message. input: not empty. */
static inline bool interleaved_begins(struct bytes input)
{
    return input.size > 0 && input.data[0] == '$';
}

/*
 * The frame at the front of input; *used: its bytes, header included.
 * Fails with: AGAIN (not whole yet), BAD_INPUT (it is not a frame).
 */
MUST_USE enum status interleaved_next(struct bytes input, size_t *used,
                                      struct interleaved_frame *out);

/* Writes the four bytes before a payload of that size. */
void interleaved_write_header(struct writer *out, uint8_t channel,
                              uint16_t size);

#endif
