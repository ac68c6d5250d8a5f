/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reception.h"
#include "ingest/limits.h"
#include "unit/test.h"

enum { RATE_HZ = 90000, STEP_TICKS = 900, STEP_US = 10000 };

static void take(struct reception *reception, uint16_t sequence,
                 uint32_t ticks, int64_t us)
{
    const struct rtp_packet packet = {
        .sequence = sequence, .timestamp_ticks = ticks, .ssrc = 5};
    reception_packet(reception, &packet, (struct boot_time){us});
}

static void losses_are_counted_across_the_wrap(void **state)
{
    (void)state;
    struct reception reception;
    reception_init(&reception, RATE_HZ);
    for (uint32_t i = 0; i < 100; i++)
        if (i % 4 != 3) /* a quarter is lost */
            take(&reception, (uint16_t)(65500 + i), i * STEP_TICKS,
                 i * STEP_US);
    struct rtcp_reception report =
        reception_report(&reception, (struct boot_time){1});
    CHECK(report.sender_ssrc == 5);
    assert_int_equal(report.highest_sequence, 65536 + (65500 + 98 - 65536));
    assert_int_equal(report.packets_lost, 24); /* the last is not yet missed */
    assert_int_equal(report.fraction_lost, 24 * 255 / 99);
    CHECK(report.jitter_ticks == 0 && report.last_report == 0);
    /* The next interval is a new one; what came late is no loss. */
    take(&reception, (uint16_t)(65500 + 97), 0, STEP_US * 101);
    report = reception_report(&reception, (struct boot_time){2});
    CHECK(report.fraction_lost == 0 && report.packets_lost == 23);
}

/* More repetitions than losses: a negative number in 24 bits. */
static void repetitions_are_negative_losses(void **state)
{
    (void)state;
    struct reception reception;
    reception_init(&reception, RATE_HZ);
    for (int i = 0; i < 3; i++)
        take(&reception, 9, 0, 0);
    struct rtcp_reception report =
        reception_report(&reception, (struct boot_time){1});
    CHECK(report.packets_lost == 0xfffffe && report.fraction_lost == 0);
}

/* RFC 3550 section A.8: a steady difference d converges to d. */
static void jitter_is_the_mean_difference(void **state)
{
    (void)state;
    struct reception reception;
    reception_init(&reception, RATE_HZ);
    for (uint16_t i = 0; i < 1000; i++)
        take(&reception, i, i * (uint32_t)STEP_TICKS,
             i * (int64_t)STEP_US + (i % 2) * 2000);
    struct rtcp_reception report =
        reception_report(&reception, (struct boot_time){1});
    CHECK(report.jitter_ticks >= 175 && report.jitter_ticks <= 185);
}

static void a_sender_report_is_echoed_with_its_age(void **state)
{
    (void)state;
    struct reception reception;
    reception_init(&reception, RATE_HZ);
    take(&reception, 1, 0, 0);
    const struct rtcp_news news = {.ntp = 0x1122334455667788};
    reception_sender_report(&reception, &news, (struct boot_time){1000000});
    struct rtcp_reception report =
        reception_report(&reception, (struct boot_time){3500000});
    CHECK(report.last_report == 0x33445566);
    CHECK(report.delay_since_report == 65536 * 5 / 2);
}

static void told(struct reception *reception, uint32_t sent)
{
    const struct rtcp_news news = {.sent_packets = sent};
    reception_sender_report(reception, &news, (struct boot_time){1000000});
}

/* By two reports: how many were sent between them, and how many came. */
static void what_was_sent_and_never_came_is_known(void **state)
{
    (void)state;
    struct reception reception;
    reception_init(&reception, RATE_HZ);
    for (uint16_t i = 0; i < 50; i++)
        take(&reception, i, 0, 0);
    told(&reception, 1000000); /* it was sending long before */
    CHECK(!reception.misses_sent);
    for (uint16_t i = 50; i < 100; i++)
        take(&reception, i, 0, 0);
    told(&reception, 1000000 + 50 + REPORT_MISSED_PACKETS - 1);
    CHECK(!reception.misses_sent); /* those are under way */
    told(&reception, 1000000 + 50 + 3 * REPORT_MISSED_PACKETS);
    CHECK(reception.misses_sent);
    take(&reception, 101, 0, 0);
    CHECK(!reception.misses_sent);
    told(&reception, 7); /* it counts anew: nothing can be said */
    CHECK(!reception.misses_sent);
}

static void another_source_begins_anew(void **state)
{
    (void)state;
    struct reception reception;
    reception_init(&reception, RATE_HZ);
    take(&reception, 1, 0, 0);
    take(&reception, 1000, 0, 0);
    const struct rtp_packet other = {.sequence = 7, .ssrc = 6};
    reception_packet(&reception, &other, (struct boot_time){0});
    struct rtcp_reception report =
        reception_report(&reception, (struct boot_time){1});
    CHECK(report.sender_ssrc == 6 && report.packets_lost == 0 &&
          report.highest_sequence == 7);
}

TEST_MAIN("ingest/reception", TEST(losses_are_counted_across_the_wrap),
          TEST(repetitions_are_negative_losses),
          TEST(jitter_is_the_mean_difference),
          TEST(a_sender_report_is_echoed_with_its_age),
          TEST(what_was_sent_and_never_came_is_known),
          TEST(another_source_begins_anew))
