/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days of storms in seconds: sessions, back-off, ring and coverage as the
 * recorder joins them, against a camera that fails in every way (storm.h).
 *
 *   Every second is recorded, or in a gap whose cause fits what went wrong.
 *   After each storm pictures come again, within two minutes.
 *   As much memory after the last hour as at noon.
 *
 * HAECHI_STORM_DAYS: simulated days over each transport (1), each with other
 * storms; `make check` takes more.
 */
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/coverage.h"
#include "store/limits.h"
#include "sys/logger.h"
#include "unit/roles/storm_ingest.h"

enum {
    CAMERA = 5,
    RING_BYTES = 1 << 16,
    ENTRY_SAMPLE = 1,
    ENTRY_CONFIG = 2,
    ENTRY_STATE = 3,
    ENTRY_LOSS = 4,
    DAY_HOURS = 24,
    BACK_AGAIN_S = 120,     /* longest wait after a storm */
    BEFORE_S = 120,         /* a storm explains what comes so long after it */
    MEMORY_GROWTH_MAX = 128 * 1024, /* what buffers of a session may hold */
    SESSIONS_LEAST = 100,
    GAPS_LEAST = 100,
    BURST_US = 1000,
};

/* Whom a gap may blame. */
static const struct {
    enum weather weather;
    enum cause causes[6];
} BLAME[] = {
    {WEATHER_UNREACHABLE,
     {CAUSE_UNREACHABLE, CAUSE_ENDED, CAUSE_NO_DATA, CAUSE_STARTING}},
    {WEATHER_FLAPPING, {CAUSE_ENDED, CAUSE_STARTING}},
    {WEATHER_SILENT, {CAUSE_NO_DATA}},
    {WEATHER_LOSSY, {CAUSE_DAMAGED}},
    {WEATHER_CLOCK, {CAUSE_CLOCK}},
    {WEATHER_REFUSED, {CAUSE_REFUSED, CAUSE_ENDED}},
    {WEATHER_UNAUTHORIZED, {CAUSE_UNAUTHORIZED, CAUSE_ENDED}},
    {WEATHER_GARBAGE,
     {CAUSE_PROTOCOL, CAUSE_NO_DATA, CAUSE_DAMAGED, CAUSE_CLOCK,
      CAUSE_ENDED, CAUSE_UNSUPPORTED}},
    {WEATHER_TRICKLE, {CAUSE_NO_DATA, CAUSE_DAMAGED, CAUSE_CLOCK}},
    {WEATHER_NEW_SOURCE, {CAUSE_CLOCK, CAUSE_DAMAGED}},
    {WEATHER_LATE, {CAUSE_NO_DATA, CAUSE_DAMAGED}},
    {WEATHER_BYE, {CAUSE_ENDED}},
    {WEATHER_NO_PICTURE, {CAUSE_DAMAGED, CAUSE_NO_DATA}},
    {WEATHER_SHUFFLED, {CAUSE_NONE}},
    {WEATHER_STANDSTILL,
     {CAUSE_NO_DATA, CAUSE_DAMAGED, CAUSE_ENDED}},
    {WEATHER_RING_FULL, {CAUSE_OVERLOAD, CAUSE_DAMAGED}},
    {WEATHER_DEATH, {CAUSE_RESTART}},
    {WEATHER_OUR_CLOCK, {CAUSE_CLOCK, CAUSE_NO_DATA}},
};

/* The recorder around one camera. */
struct recorder {
    struct storm_ingest one;
    struct fake_clock clock;
    struct ingest ingest;

    /* The other end of the ring */
    int descriptor;
    struct ring_reader *ring;
    struct coverage coverage;
    int64_t trusted_us; /* trusted time minus boot time */
    int64_t covered_us; /* recorded or told up to here, counted by the test */
    int64_t last_sample_us;
    int64_t recorded_us;
    int64_t told_us;
    uint64_t number;
    bool has_config;
    unsigned gaps;
    unsigned overloads; /* of them: the ring was full */
    unsigned samples;
};

static struct boot_time now_of(const struct recorder *recorder)
{
    return recorder->clock.boot;
}

/* ---- the vault's side ---------------------------------------------------- */

static bool fits(const struct recorder *recorder, const struct event *gap)
{
    int64_t since_us = gap->span.from.us - recorder->trusted_us -
                       (int64_t)BEFORE_S * SECOND_US;
    for (size_t i = 0; i < sizeof BLAME / sizeof BLAME[0]; i++) {
        if (!storm_was(&recorder->one.storm, BLAME[i].weather, since_us))
            continue;
        for (size_t j = 0; j < 6; j++)
            if (BLAME[i].causes[j] == gap->cause)
                return gap->cause != CAUSE_NONE;
    }
    return false;
}

static void take_gap(struct recorder *recorder, const struct event *gap)
{
    if (!fits(recorder, gap))
        fail_msg("a gap of %lld ms is said to be %s (%.*s), last storm %d",
                 (long long)(gap->span.to.us - gap->span.from.us) / 1000,
                 cause_name(gap->cause), (int)gap->detail.size,
                 gap->detail.data, (int)recorder->one.storm.last_storm);
    CHECK(gap->span.from.us <= recorder->covered_us);
    if (gap->span.to.us > recorder->covered_us) {
        recorder->told_us += gap->span.to.us - recorder->covered_us;
        recorder->covered_us = gap->span.to.us;
    }
    recorder->gaps += gap->span.to.us > gap->span.from.us;
    recorder->overloads += gap->cause == CAUSE_OVERLOAD;
}

static void take_sample(struct recorder *recorder, struct reader *in)
{
    reader_skip(in, 4);
    CHECK(reader_u64be(in) > recorder->number);
    struct boot_time boot = {reader_i64be(in)};
    uint32_t duration_us = reader_u32be(in);
    CHECK(recorder->has_config && !in->failed && in->left.size > 0);
    /* Of several that come at once each is a microsecond later. */
    CHECK(boot.us <= now_of(recorder).us + BURST_US);
    CHECK(duration_us > 0 && duration_us <= SAMPLE_DURATION_MAX_US);
    struct span span = {{boot.us + recorder->trusted_us}, {0}};
    if (span.from.us <= recorder->last_sample_us)
        span.from.us = recorder->last_sample_us + 1;
    span.to.us = span.from.us + duration_us;
    struct event gap;
    if (coverage_on_sample(&recorder->coverage, span, &gap))
        take_gap(recorder, &gap);
    /* What no event has told is shorter than what counts as a gap. */
    CHECK(recorder->covered_us == 0 ||
          span.from.us - recorder->covered_us <= GAP_TOLERANCE_US);
    recorder->last_sample_us = span.from.us;
    if (span.to.us > recorder->covered_us) {
        recorder->recorded_us +=
            span.to.us - (recorder->covered_us == 0 ? span.from.us
                                                    : recorder->covered_us);
        recorder->covered_us = span.to.us;
    }
    recorder->samples++;
}

static void take_entry(struct recorder *recorder, uint32_t kind,
                       struct bytes payload)
{
    struct reader in = reader_on(payload);
    struct event event;
    CHECK(reader_u32be(&in) == CAMERA);
    if (kind == ENTRY_SAMPLE) {
        take_sample(recorder, &in);
    } else if (kind == ENTRY_CONFIG) {
        recorder->has_config = true;
    } else if (kind == ENTRY_LOSS) {
        uint32_t packets = reader_u32be(&in);
        if (packets > 0)
            coverage_on_loss(&recorder->coverage, packets);
    } else {
        assert_int_equal(kind, ENTRY_STATE);
        enum cause cause = (enum cause)reader_u8(&in);
        reader_skip(&in, 3);
        struct wall_time time = {reader_i64be(&in) + recorder->trusted_us};
        (void)coverage_on_state(&recorder->coverage, cause,
                                bytes_text(in.left), time, &event);
    }
}

static void drain(struct recorder *recorder)
{
    uint32_t kind = 0;
    uint64_t index = 0;
    struct bytes payload;
    struct event event;
    while (ring_next(recorder->ring, &kind, &payload, &index) == STATUS_OK)
        take_entry(recorder, kind, payload);
    ring_release(recorder->ring, ring_position(recorder->ring));
    struct wall_time now = {now_of(recorder).us + recorder->trusted_us};
    (void)coverage_on_time(&recorder->coverage, now, &event);
}

/* Forward by up to an hour: backwards is a stretch of its own. */
static void set_trusted_time(struct recorder *recorder)
{
    drain(recorder);
    recorder->trusted_us +=
        (int64_t)storm_dice(&recorder->one.storm, 3600) * SECOND_US;
    coverage_on_step(&recorder->coverage,
                     (struct wall_time){now_of(recorder).us +
                                        recorder->trusted_us});
}

/* Ingest is gone, and all that its memory held. */
static void die(struct recorder *recorder)
{
    ring_writer_destroy(&recorder->ingest.ring);
    CHECK_OK(
        ring_writer_create(recorder->descriptor, &recorder->ingest.ring));
    storm_ingest_die(&recorder->one);
    recorder->number = 0;
}

/* ---- a turn ---------------------------------------------------------------- */

static void turn(struct recorder *recorder)
{
    struct storm *storm = &recorder->one.storm;
    int64_t now_us = now_of(recorder).us;
    if (storm_look(storm, now_us) && !storm_is(storm, WEATHER_CALM)) {
        int64_t silent_us =
            now_us + recorder->trusted_us - recorder->last_sample_us;
        if (silent_us > 2 * SECOND_US)
            fail_msg("no picture for %lld s of calm",
                     (long long)(silent_us / SECOND_US));
    }
    if (storm_is(storm, WEATHER_OUR_CLOCK) && storm_event(storm, now_us, 30))
        set_trusted_time(recorder);
    if (storm_is(storm, WEATHER_DEATH) && storm_event(storm, now_us, 10))
        die(recorder);
    if (storm_ingest_turn(&recorder->one) &&
        storm_gets_turn(&recorder->one, WEATHER_RING_FULL, 60))
        drain(recorder);
}

/* ---- days ------------------------------------------------------------------ */

static void open_recorder(struct recorder *recorder, uint64_t seed, bool is_udp)
{
    *recorder = (struct recorder){
        .clock = fake_clock_at(INT64_C(1800000000) * SECOND_US),
        .descriptor = -1,
    };
    recorder->clock.boot.us = 100 * SECOND_US;
    recorder->trusted_us = recorder->clock.wall.us - recorder->clock.boot.us;
    recorder->ingest.process.clock = &recorder->clock.clock;
    recorder->ingest.kick = -1;
    CHECK_OK(ring_make(RING_BYTES, &recorder->descriptor));
    CHECK_OK(
        ring_writer_create(recorder->descriptor, &recorder->ingest.ring));
    CHECK_OK(ring_reader_create(recorder->descriptor, &recorder->ring));
    recorder->coverage =
        coverage_from(CAMERA, (struct wall_time){0}, CAUSE_STARTING);
    storm_ingest_open(&recorder->one, &recorder->ingest, &recorder->clock,
                      CAMERA, seed, is_udp);
    recorder->one.storm.weather_until_us =
        recorder->clock.boot.us + BACK_AGAIN_S * SECOND_US;
}

static void close_recorder(struct recorder *recorder)
{
    storm_ingest_close(&recorder->one);
    ring_writer_destroy(&recorder->ingest.ring);
    ring_reader_destroy(&recorder->ring);
    (void)close(recorder->descriptor);
}

static void run_for(struct recorder *recorder, int64_t us)
{
    for (int64_t passed_us = 0; passed_us < us; passed_us += STORM_STEP_US) {
        turn(recorder);
        fake_clock_advance(&recorder->clock, STORM_STEP_US);
    }
}

/* In the calm the camera is recorded, and memory is as it ever is. */
static void come_to_rest(struct recorder *recorder)
{
    recorder->one.storm.weather = WEATHER_CALM;
    recorder->one.storm.weather_until_us = INT64_MAX;
    run_for(recorder, BACK_AGAIN_S * SECOND_US);
    CHECK(recorder->one.camera.session != NULL);
    CHECK(rtsp_session_is_playing(recorder->one.camera.session));
    recorder->one.storm.weather_until_us = now_of(recorder).us;
}

static void run_day(uint64_t seed, bool is_udp)
{
    struct recorder recorder;
    open_recorder(&recorder, seed, is_udp);
    int64_t begin_us = 0;
    size_t alive_noon = 0;
    size_t heap_noon = 0;
    for (int hour = 0; hour < DAY_HOURS; hour++) {
        run_for(&recorder, (INT64_C(3600) - BACK_AGAIN_S) * SECOND_US);
        come_to_rest(&recorder);
        if (hour == 0)
            begin_us = recorder.covered_us - recorder.recorded_us -
                       recorder.told_us;
        if (hour == DAY_HOURS / 2) { /* all storms have been there */
            alive_noon = alloc_alive();
            heap_noon = mallinfo2().uordblks;
        }
    }
    assert_int_equal(alloc_alive(), alive_noon);
    if (mallinfo2().uordblks > heap_noon + MEMORY_GROWTH_MAX)
        fail_msg("%zu bytes more than at noon",
                 mallinfo2().uordblks - heap_noon);
    /* Nothing between the first picture and the last but these two. */
    CHECK(recorder.covered_us - begin_us ==
          recorder.recorded_us + recorder.told_us);
    CHECK(now_of(&recorder).us + recorder.trusted_us - recorder.covered_us <
          SECOND_US);
    CHECK(recorder.one.sessions >= SESSIONS_LEAST);
    CHECK(recorder.gaps >= GAPS_LEAST);
    CHECK(recorder.overloads > 0);
    print_message("# %s day %llu: %u sessions, %u pictures, %u gaps, "
                  "%lld s recorded, %lld s told\n",
                  is_udp ? "udp" : "tcp", (unsigned long long)seed,
                  recorder.one.sessions, recorder.samples, recorder.gaps,
                  (long long)(recorder.recorded_us / SECOND_US),
                  (long long)(recorder.told_us / SECOND_US));
    close_recorder(&recorder);
}

static void days(bool is_udp)
{
    const char *text = getenv("HAECHI_STORM_DAYS");
    long count = text == NULL ? 1 : strtol(text, NULL, 10);
    logger_start("storm", LOG_ERROR); /* a full ring is no news here */
    for (long day = 1; day <= count; day++)
        run_day((uint64_t)day, is_udp);
    logger_start("test", LOG_INFO);
}

static void a_day_of_storms_over_tcp(void **state)
{
    (void)state;
    days(false);
}

static void a_day_of_storms_over_udp(void **state)
{
    (void)state;
    days(true);
}

TEST_MAIN("roles/ingest_storm", TEST(a_day_of_storms_over_tcp),
          TEST(a_day_of_storms_over_udp))
