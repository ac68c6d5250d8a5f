/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/rtcp - what a sender tells beside its packets, and our answer.
 *
 * A compound: packets behind each other, each
 *
 *   version 2, padding, count | type | words - 1 u16 | body
 *
 * Read: SR (200: which wall time belongs to which timestamp), BYE (203).
 * Written: an empty-handed SR for camsim; for us a RR (201) with one block and
 * a SDES (202) with our name, as each compound must have one.
 *
 * Source: RFC 3550 section 6. Threads: none of its own.
 */
#ifndef WIRE_RTCP_H
#define WIRE_RTCP_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/writer.h"

enum { RTCP_SENDER_REPORT_SIZE = 28, RTCP_RECEIVER_REPORT_SIZE = 32 };

/* What one compound said. */
struct rtcp_news {
    bool has_report;
    uint32_t report_ssrc;
    uint64_t ntp;             /* 32.32 seconds since 1900 */
    uint32_t timestamp_ticks; /* the same instant on the RTP clock */
    uint32_t sent_packets;    /* since it began, modulo 2^32 */
    bool has_bye;
    uint32_t bye_ssrc;
};

/* One block of a receiver report (RFC 3550 section 6.4.1). */
struct rtcp_reception {
    uint32_t ssrc;             /* ours */
    uint32_t sender_ssrc;      /* whom it is about */
    uint8_t fraction_lost;     /* of 256, since the last report */
    uint32_t packets_lost;     /* 24 bits are sent */
    uint32_t highest_sequence; /* cycles in the upper half */
    uint32_t jitter_ticks;
    uint32_t last_report; /* the middle 32 bits of the sender's NTP time */
    uint32_t delay_since_report; /* 1/65536 s */
};

/* Fails with: BAD_INPUT (sizes that do not fit, version). */
MUST_USE enum status rtcp_parse(struct bytes compound, struct rtcp_news *out);

void rtcp_write_receiver_report(struct writer *out,
                                const struct rtcp_reception *reception);

/* The canonical name of ssrc (RFC 3550 section 6.5.1): 1..255 bytes. */
void rtcp_write_name(struct writer *out, uint32_t ssrc, struct text name);

/* A sender report without blocks. */
void rtcp_write_sender_report(struct writer *out, uint32_t ssrc, uint64_t ntp,
                              uint32_t timestamp_ticks, uint32_t packets,
                              uint32_t octets);

#endif
