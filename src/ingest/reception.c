/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reception.h"

#include "ingest/limits.h"

enum { LOST_MOST = 0x7fffff, LOST_LEAST = -0x800000 }; /* 24 bits, signed */

void reception_init(struct reception *reception, uint32_t rate_hz)
{
    *reception = (struct reception){.rate_hz = rate_hz};
}

static void begin_source(struct reception *reception,
                         const struct rtp_packet *packet)
{
    reception_init(reception, reception->rate_hz);
    reception->has_packet = true;
    reception->ssrc = packet->ssrc;
    reception->first = packet->sequence;
    reception->highest = packet->sequence;
}

static uint32_t arrival_ticks(const struct reception *reception,
                              struct boot_time now)
{
    uint64_t us = (uint64_t)now.us;
    return (uint32_t)(us / SECOND_US * reception->rate_hz +
                      us % SECOND_US * reception->rate_hz / SECOND_US);
}

/* RFC 3550 section A.8, in whole numbers. */
static void measure_jitter(struct reception *reception,
                           const struct rtp_packet *packet,
                           struct boot_time now)
{
    uint32_t transit =
        arrival_ticks(reception, now) - packet->timestamp_ticks;
    int32_t moved = (int32_t)(transit - reception->transit_ticks);
    uint32_t distance = moved < 0 ? 0u - (uint32_t)moved : (uint32_t)moved;
    reception->transit_ticks = transit;
    if (reception->received <= 1)
        return;
    reception->jitter_16ths +=
        distance - ((reception->jitter_16ths + 8) >> 4);
}

void reception_packet(struct reception *reception,
                      const struct rtp_packet *packet, struct boot_time now)
{
    if (!reception->has_packet || packet->ssrc != reception->ssrc)
        begin_source(reception, packet);
    uint16_t ahead =
        (uint16_t)(packet->sequence - (uint16_t)reception->highest);
    uint16_t behind = (uint16_t)(0u - ahead);
    if (ahead <= UINT16_MAX / 2)
        reception->highest += ahead;
    else if (behind > SEQUENCE_BACK_MAX)
        begin_source(reception, packet);
    reception->received++;
    reception->misses_sent = false;
    measure_jitter(reception, packet, now);
}

void reception_sender_report(struct reception *reception,
                             const struct rtcp_news *news,
                             struct boot_time now)
{
    uint32_t sent = news->sent_packets - reception->report_sent;
    uint32_t received = reception->received - reception->report_received;
    reception->misses_sent =
        reception->has_report &&
        (int32_t)(sent - received) >= REPORT_MISSED_PACKETS;
    reception->report_sent = news->sent_packets;
    reception->report_received = reception->received;
    reception->has_report = true;
    reception->report_ntp = (uint32_t)(news->ntp >> 16);
    reception->report_at = now;
}

/* RFC 3550 section A.3: of 256, none where more came than were missing. */
static uint8_t fraction_lost(struct reception *reception, uint32_t expected)
{
    uint32_t expected_now = expected - reception->expected_before;
    uint32_t received_now = reception->received - reception->received_before;
    reception->expected_before = expected;
    reception->received_before = reception->received;
    if (expected_now == 0 || received_now >= expected_now)
        return 0;
    return (uint8_t)((uint64_t)(expected_now - received_now) * 255 /
                     expected_now);
}

static uint32_t packets_lost(const struct reception *reception,
                             uint32_t expected)
{
    int64_t lost = (int64_t)expected - (int64_t)reception->received;
    if (lost > LOST_MOST)
        lost = LOST_MOST;
    if (lost < LOST_LEAST)
        lost = LOST_LEAST;
    return (uint32_t)lost & 0xffffff;
}

struct rtcp_reception reception_report(struct reception *reception,
                                       struct boot_time now)
{
    uint32_t expected = reception->highest - reception->first + 1;
    struct rtcp_reception report = {
        .sender_ssrc = reception->ssrc,
        .packets_lost = packets_lost(reception, expected),
        .fraction_lost = fraction_lost(reception, expected),
        .highest_sequence = reception->highest,
        .jitter_ticks = reception->jitter_16ths >> 4,
    };
    if (reception->has_report) {
        int64_t us = now.us - reception->report_at.us;
        report.last_report = reception->report_ntp;
        report.delay_since_report =
            (uint32_t)((uint64_t)us * 65536 / SECOND_US);
    }
    return report;
}
