/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tally.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { LINE = 1024, HOUR_S = 3600 };

static const int64_t HOUR_US = INT64_C(3600) * SECOND_US;

static struct wall_time at(const char *text)
{
    struct wall_time time = {0};
    CHECK_OK(wall_time_parse(text_of(text), &time));
    return time;
}

/* November 2026 in Korea. */
static struct tally november(void)
{
    return tally_of((struct span){at("2026-11-01T00:00:00+09:00"),
                                  at("2026-12-01T00:00:00+09:00")});
}

static uint64_t tell(struct tally *tally, const char *time,
                     const char *members)
{
    static int number;
    char line[LINE];
    char utc[TIME_TEXT_SIZE];
    struct entry_line entry;
    wall_time_format(at(time), utc);
    (void)snprintf(line, sizeof line, "{\"n\":%d,\"t\":\"%s\",%s}", ++number,
                   utc, members);
    CHECK_OK(entry_line_read(text_of(line), &entry));
    CHECK(entry.is_known);
    tally_add(tally, &entry);
    return (uint64_t)number;
}

static void added(struct tally *tally, const char *from)
{
    char members[LINE];
    char utc[TIME_TEXT_SIZE];
    wall_time_format(at(from), utc);
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"camera.added\",\"event\":1,\"camera\":3,"
                   "\"from\":\"%s\"", utc);
    tell(tally, from, members);
}

static void span_of(struct tally *tally, const char *kind, const char *from,
                    const char *to, const char *rest)
{
    char members[LINE];
    char begin[TIME_TEXT_SIZE];
    char end[TIME_TEXT_SIZE];
    wall_time_format(at(from), begin);
    wall_time_format(at(to), end);
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"%s\",\"event\":2,\"camera\":3,"
                   "\"from\":\"%s\",\"to\":\"%s\",%s",
                   kind, begin, end, rest);
    tell(tally, to, members);
}

static void gap(struct tally *tally, const char *from, const char *to)
{
    span_of(tally, "gap", from, to, "\"cause\":\"no_data\",\"detail\":\"\"");
}

static void day(struct tally *tally, const char *from, const char *to,
                long long recorded_ms, const char *spans)
{
    char rest[LINE];
    (void)snprintf(rest, sizeof rest,
                   "\"recorded_ms\":%lld,\"gaps\":1,\"leaves\":9,"
                   "\"head\":\"00\",\"spans\":\"%s\"", recorded_ms, spans);
    span_of(tally, "recording.day", from, to, rest);
}

/* A day that is over counts as its entry says, the day that is not by gaps. */
static void recorded_is_what_the_days_say(void **state)
{
    (void)state;
    struct tally tally = november();
    added(&tally, "2026-11-10T00:00:00+09:00");
    gap(&tally, "2026-11-10T03:00:00+09:00", "2026-11-10T04:00:00+09:00");
    gap(&tally, "2026-11-11T00:30:00+09:00", "2026-11-11T01:00:00+09:00");
    day(&tally, "2026-11-10T00:00:00+09:00", "2026-11-11T00:00:00+09:00",
        23LL * HOUR_S * 1000, "0-10800000,14400000-86400000");
    tell(&tally, "2026-11-11T02:00:00+09:00",
         "\"kind\":\"recorder.stop\",\"cause\":\"asked\"");
    tally_finish(&tally, at("2026-11-11T02:00:10+09:00"));
    const struct tally_camera *camera = tally_camera(&tally, 3);
    CHECK(camera != NULL && !tally.failed);
    assert_int_equal(26 * HOUR_US, camera->promised_us);
    assert_int_equal(23 * HOUR_US + 3 * HOUR_US / 2, camera->recorded_us);
    assert_int_equal(3 * HOUR_US / 2, camera->explained_us);
    assert_int_equal(2, camera->gaps[CAUSE_NO_DATA].count);
    CHECK(tally_camera(&tally, 4) == NULL);
    tally_deinit(&tally);
}

/* Nobody entered anything any more: what is promised goes on. */
static void silence_is_not_recorded(void **state)
{
    (void)state;
    struct tally tally = november();
    added(&tally, "2026-11-10T00:00:00+09:00");
    tell(&tally, "2026-11-10T01:00:00+09:00",
         "\"kind\":\"recorder.start\",\"version\":\"1\",\"cause\":\"\"");
    tally_finish(&tally, at("2026-11-10T05:00:00+09:00"));
    const struct tally_camera *camera = tally_camera(&tally, 3);
    assert_int_equal(5 * HOUR_US, camera->promised_us);
    assert_int_equal(HOUR_US, camera->recorded_us);
    assert_int_equal(0, camera->explained_us);
    tally_deinit(&tally);
}

/* A gap that goes on is closed by the end of what is counted. */
static void an_open_gap_counts_up_to_the_last_entry(void **state)
{
    (void)state;
    char members[LINE];
    char from[TIME_TEXT_SIZE];
    struct tally tally = november();
    added(&tally, "2026-11-10T00:00:00+09:00");
    wall_time_format(at("2026-11-10T01:00:00+09:00"), from);
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"gap.open\",\"event\":2,\"camera\":3,"
                   "\"from\":\"%s\",\"cause\":\"unreachable\","
                   "\"detail\":\"\"", from);
    tell(&tally, "2026-11-10T01:00:10+09:00", members);
    tell(&tally, "2026-11-10T03:00:00+09:00",
         "\"kind\":\"recorder.stop\",\"cause\":\"asked\"");
    tally_finish(&tally, at("2026-11-10T03:00:00+09:00"));
    const struct tally_camera *camera = tally_camera(&tally, 3);
    assert_int_equal(2 * HOUR_US, camera->gaps[CAUSE_UNREACHABLE].us);
    assert_int_equal(HOUR_US, camera->recorded_us);
    tally_deinit(&tally);
}

/* What lies over the month's border counts with its part inside. */
static void only_the_span_counts(void **state)
{
    (void)state;
    struct tally tally = november();
    added(&tally, "2026-10-01T00:00:00+09:00");
    day(&tally, "2026-10-30T00:00:00+09:00", "2026-10-31T00:00:00+09:00",
        1000, "0-1000");
    gap(&tally, "2026-10-31T23:00:00+09:00", "2026-11-01T02:00:00+09:00");
    gap(&tally, "2026-11-30T23:00:00+09:00", "2026-12-01T02:00:00+09:00");
    tally_finish(&tally, at("2026-12-24T00:00:00+09:00"));
    const struct tally_camera *camera = tally_camera(&tally, 3);
    assert_int_equal(720 * HOUR_US, camera->promised_us);
    assert_int_equal(3 * HOUR_US, camera->explained_us);
    assert_int_equal(717 * HOUR_US, camera->recorded_us);
    tally_deinit(&tally);
}

/* Of a group with hours, only they are promised, and count. */
static void hours_are_what_is_promised(void **state)
{
    (void)state;
    struct tally tally = november();
    tally_promise(&tally, 3, (struct tally_hours){9 * 60, 18 * 60});
    added(&tally, "2026-11-10T00:00:00+09:00");
    gap(&tally, "2026-11-10T08:00:00+09:00", "2026-11-10T10:00:00+09:00");
    /* Recorded from 10 to 20 o'clock. */
    day(&tally, "2026-11-10T00:00:00+09:00", "2026-11-11T00:00:00+09:00",
        10LL * HOUR_S * 1000, "36000000-72000000");
    tally_finish(&tally, at("2026-11-11T00:00:00+09:00"));
    const struct tally_camera *camera = tally_camera(&tally, 3);
    assert_int_equal(9 * HOUR_US, camera->promised_us);
    assert_int_equal(8 * HOUR_US, camera->recorded_us);
    assert_int_equal(HOUR_US, camera->explained_us);
    tally_deinit(&tally);
}

static void hours_may_go_over_midnight(void **state)
{
    (void)state;
    const struct tally_hours night = {22 * 60, 6 * 60};
    const struct span two_days = {at("2026-11-10T00:00:00+09:00"),
                                  at("2026-11-12T00:00:00+09:00")};
    const struct span morning = {at("2026-11-10T05:00:00+09:00"),
                                 at("2026-11-10T07:00:00+09:00")};
    assert_int_equal(16 * HOUR_US, tally_within(night, two_days));
    assert_int_equal(HOUR_US, tally_within(night, morning));
    assert_int_equal(0, tally_within(night, (struct span){morning.to,
                                                          morning.from}));
}

static uint64_t find_drift(struct tally *tally, const char *time,
                           const char *code)
{
    char members[LINE];
    char utc[TIME_TEXT_SIZE];
    wall_time_format(at(time), utc);
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"drift.found\",\"code\":\"%s\","
                   "\"subject\":\"hall\",\"since\":\"%s\",\"detail\":\"\"",
                   code, utc);
    return tell(tally, time, members);
}

static void end_drift(struct tally *tally, const char *time, const char *code,
                      uint64_t found)
{
    char members[LINE];
    (void)snprintf(members, sizeof members,
                   "\"kind\":\"drift.ended\",\"code\":\"%s\","
                   "\"subject\":\"hall\",\"found\":%llu", code,
                   (unsigned long long)found);
    tell(tally, time, members);
}

static void drifts_of_the_span_and_those_that_reach_into_it(void **state)
{
    (void)state;
    struct tally tally = november();
    uint64_t before = find_drift(&tally, "2026-10-01T00:00:00Z", "camera_off");
    (void)find_drift(&tally, "2026-10-02T00:00:00Z", "space_short");
    end_drift(&tally, "2026-10-03T00:00:00Z", "camera_off", before);
    uint64_t inside = find_drift(&tally, "2026-11-04T00:00:00Z", "camera_off");
    end_drift(&tally, "2026-11-05T00:00:00Z", "camera_off", inside);
    (void)find_drift(&tally, "2026-12-04T00:00:00Z", "log_closed");
    assert_int_equal(2, tally.drift_count);
    CHECK(strcmp(tally.drifts[0].code, "space_short") == 0 &&
          tally.drifts[0].ended.us == 0);
    CHECK(tally.drifts[1].entry == inside && tally.drifts[1].ended.us != 0);
    assert_int_equal(1, tally.kinds[ENTRY_DRIFT_FOUND]);
    tally_deinit(&tally);
}

static void deaths_are_counted_by_their_cause(void **state)
{
    (void)state;
    static const char REST[] =
        "\"from\":\"2026-10-01T00:00:00.000000Z\","
        "\"to\":\"2026-10-01T01:00:00.000000Z\",\"epoch\":4,"
        "\"cause\":\"%s\",\"died\":\"2026-11-02T00:00:00.000000Z\","
        "\"order\":0,\"seeds\":5,\"seeds_sha256\":\"00\"";
    struct tally tally = november();
    for (int i = 0; i < 3; i++) {
        char rest[LINE];
        char members[LINE + 80];
        (void)snprintf(rest, sizeof rest, REST, i < 2 ? "expired" : "space");
        (void)snprintf(members, sizeof members,
                       "\"kind\":\"deletion.done\",\"death\":%d,"
                       "\"camera\":3,%s", i + 1, rest);
        tell(&tally, "2026-11-02T00:00:00Z", members);
    }
    assert_int_equal(2, tally.deaths[CAUSE_EXPIRED].entries);
    assert_int_equal(10, tally.deaths[CAUSE_EXPIRED].keys);
    assert_int_equal(1, tally.deaths[CAUSE_SPACE].entries);
    assert_int_equal(3, tally.deeds[LEDGER_DESTROYED]);
    CHECK(tally.last_death.us == at("2026-11-02T00:00:00Z").us);
    tally_deinit(&tally);
}

TEST_MAIN("log/tally", TEST(recorded_is_what_the_days_say),
          TEST(silence_is_not_recorded),
          TEST(an_open_gap_counts_up_to_the_last_entry),
          TEST(only_the_span_counts), TEST(hours_are_what_is_promised),
          TEST(hours_may_go_over_midnight),
          TEST(drifts_of_the_span_and_those_that_reach_into_it),
          TEST(deaths_are_counted_by_their_cause))
