/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/reception - what a receiver report says of one sender's packets.
 *
 *   extended highest number, packets lost in all and since the last report,
 *   jitter, and how long ago the last sender report came
 *
 * Counted as RFC 3550 has it, before anything is put in order: late packets
 * and repetitions are packets received, so that the numbers here are the
 * network's, not those of pictures.
 *
 * Source: RFC 3550 sections 6.4.1, A.1, A.3, A.8. Threads: none of its own.
 */
#ifndef INGEST_RECEPTION_H
#define INGEST_RECEPTION_H

#include "base/time.h"
#include "wire/rtcp.h"
#include "wire/rtp.h"

struct reception {
    uint32_t rate_hz;
    bool has_packet;
    uint32_t ssrc;
    uint32_t first;   /* extended numbers: cycles in the upper half */
    uint32_t highest;
    uint32_t received;
    uint32_t expected_before; /* at the last report */
    uint32_t received_before;
    uint32_t transit_ticks;
    uint32_t jitter_16ths; /* of a tick, times 16 */
    bool has_report;
    uint32_t report_ntp; /* the middle 32 bits */
    struct boot_time report_at;
    uint32_t report_sent;     /* packets, as it says */
    uint32_t report_received; /* by then, here */
    bool misses_sent; /* more sent than received by it, and nothing came since */
};

void reception_init(struct reception *reception, uint32_t rate_hz);

void reception_packet(struct reception *reception,
                      const struct rtp_packet *packet, struct boot_time now);

void reception_sender_report(struct reception *reception,
                             const struct rtcp_news *news,
                             struct boot_time now);

/* What is to be said now; begins a new interval. Only after a packet. */
struct rtcp_reception reception_report(struct reception *reception,
                                       struct boot_time now);

#endif
