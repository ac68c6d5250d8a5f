/* SPDX-License-Identifier: Apache-2.0 */
#include "store/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "unit/test.h"

#define MS INT64_C(1000)

static struct span frame(int64_t ms)
{
    return (struct span){{ms * MS}, {(ms + 40) * MS}};
}

static void small_holes_are_no_gaps(void **state)
{
    (void)state;
    struct event event;
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    CHECK(!coverage_on_sample(&c, frame(1700), &event)); /* 700 ms exactly */
    CHECK(!coverage_on_sample(&c, frame(2440), &event));
    CHECK(coverage_on_sample(&c, frame(3181), &event));
    CHECK(event.kind == EVENT_GAP && event.camera == 4);
    CHECK(event.cause == CAUSE_NO_DATA);
    CHECK(event.span.from.us == 2480 * MS && event.span.to.us == 3181 * MS);
}

/* A picture behind a hole is reckoned to last as long as that. The next one says
 * how long it did; what is missing then is a gap from there. */
static void a_picture_lasts_until_the_next_one(void **state)
{
    (void)state;
    struct event event;
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    const struct span far = {{1600 * MS}, {2600 * MS}};
    CHECK(!coverage_on_sample(&c, far, &event));
    CHECK(!coverage_on_sample(&c, frame(1700), &event));
    CHECK(coverage_on_sample(&c, frame(2500), &event));
    CHECK(event.span.from.us == 1740 * MS && event.span.to.us == 2500 * MS);
    /* What was accounted for before any picture stays so. */
    struct coverage later =
        coverage_from(4, (struct wall_time){5000 * MS}, CAUSE_RESTART);
    CHECK(!coverage_on_sample(&later, frame(4000), &event));
    CHECK(!coverage_on_sample(&later, frame(5700), &event));
}

static void a_gap_has_the_last_cause(void **state)
{
    (void)state;
    struct event event;
    struct coverage c =
        coverage_from(4, (struct wall_time){1000 * MS}, CAUSE_RESTART);
    CHECK(coverage_on_sample(&c, frame(2000), &event));
    CHECK(event.cause == CAUSE_RESTART); /* nothing was heard */

    CHECK(coverage_on_state(&c, CAUSE_ENDED, text_of("bye"),
                            (struct wall_time){2100 * MS}, &event));
    CHECK(event.kind == EVENT_CAMERA_STATE && event.cause == CAUSE_ENDED);
    CHECK(coverage_on_state(&c, CAUSE_UNREACHABLE, text_of("refused"),
                            (struct wall_time){2200 * MS}, &event));
    CHECK(!coverage_on_state(&c, CAUSE_UNREACHABLE, text_of("refused"),
                             (struct wall_time){2300 * MS}, &event));
    CHECK(coverage_on_state(&c, CAUSE_NONE, text_of(""),
                            (struct wall_time){4000 * MS}, &event));
    CHECK(event.cause == CAUSE_NONE && event.detail.size == 0);
    CHECK(coverage_on_sample(&c, frame(4000), &event));
    CHECK(event.cause == CAUSE_UNREACHABLE);
    CHECK(text_equal(event.detail, text_of("refused")));

    coverage_on_loss(&c, 17);
    CHECK(coverage_on_sample(&c, frame(5000), &event));
    CHECK(event.cause == CAUSE_DAMAGED);
    CHECK(text_equal(event.detail, text_of("17 packets")));
}

/* Late pictures are no gap, but the open one must not stay open. */
/* As at each new try: the camera is still down for what it said. */
static void a_cause_without_words_keeps_them(void **state)
{
    (void)state;
    struct event event;
    const struct wall_time at = {1100 * MS};
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    CHECK(coverage_on_state(&c, CAUSE_PROTOCOL, text_of("a lie"), at, &event));
    CHECK(!coverage_on_state(&c, CAUSE_PROTOCOL, text_of(""), at, &event));
    CHECK(coverage_on_sample(&c, frame(3000), &event));
    CHECK(text_equal(event.detail, text_of("a lie")));
    CHECK(coverage_on_state(&c, CAUSE_ENDED, text_of("bye"), at, &event));
    CHECK(coverage_on_state(&c, CAUSE_REFUSED, text_of(""), at, &event));
    CHECK(event.detail.size == 0); /* of another cause: none */
}

static void a_silence_that_was_only_late_is_ended(void **state)
{
    (void)state;
    struct event event;
    struct coverage c =
        coverage_from(4, (struct wall_time){1000 * MS}, CAUSE_NONE);
    CHECK(coverage_on_time(&c, (struct wall_time){3001 * MS}, &event));
    CHECK(coverage_on_sample(&c, frame(1000), &event));
    CHECK(event.kind == EVENT_GAP && event.span.from.us == 1000 * MS &&
          event.span.to.us == 1000 * MS);
    CHECK(!coverage_on_sample(&c, frame(1040), &event));
    CHECK(coverage_on_time(&c, (struct wall_time){4000 * MS}, &event));
    CHECK(coverage_on_sample(&c, frame(900), &event)); /* from before */
    CHECK(span_is_empty(event.span));
}

/* However short the hole: the first by itself, exact, the rest of a minute
 * together. */
static void losses_are_told_whatever_they_leave(void **state)
{
    (void)state;
    struct event event;
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    CHECK(!coverage_on_sample(&c, frame(1000), &event));
    coverage_on_loss(&c, 2);
    coverage_on_loss(&c, 1);
    CHECK(coverage_on_sample(&c, frame(1080), &event)); /* of 1040 none */
    CHECK(event.kind == EVENT_GAP && event.cause == CAUSE_DAMAGED);
    CHECK(event.span.from.us == 1040 * MS && event.span.to.us == 1080 * MS);
    CHECK(text_equal(event.detail, text_of("3 packets")));
    int64_t ms = 1080;
    for (int i = 0; i < 10; i++) { /* every other one */
        coverage_on_loss(&c, 5);
        CHECK(!coverage_on_sample(&c, frame(ms += 80), &event));
        CHECK(!coverage_on_time(&c, (struct wall_time){ms * MS}, &event));
    }
    int64_t last_ms = ms;
    while (ms < 1080 + 60000) {
        CHECK(!coverage_on_time(&c, (struct wall_time){ms * MS}, &event));
        CHECK(!coverage_on_sample(&c, frame(ms += 40), &event));
    }
    CHECK(coverage_on_time(&c, (struct wall_time){ms * MS}, &event));
    CHECK(event.kind == EVENT_GAP && event.cause == CAUSE_DAMAGED);
    CHECK(event.span.from.us == last_ms * MS &&
          event.span.to.us == last_ms * MS);
    CHECK(text_equal(event.detail,
                     text_of("50 packets, 10 holes, 400 ms in all")));
    CHECK(!coverage_tell_damage(&c, (struct wall_time){ms * MS}, &event));
    /* A loss that leaves no hole at all is told too. */
    coverage_on_loss(&c, 1);
    CHECK(!coverage_on_sample(&c, frame(ms += 40), &event));
    CHECK(coverage_tell_damage(&c, (struct wall_time){ms * MS}, &event));
    CHECK(text_equal(event.detail,
                     text_of("1 packets, 1 holes, 0 ms in all")));
}

/* A packet every second, for a day: one exact hole, and some thirty together,
 * of which none is missed. */
static void losing_all_the_time_is_told_at_times(void **state)
{
    (void)state;
    enum { DAY_S = 86400 };
    struct event event;
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    size_t exact = 0;
    size_t together = 0;
    uint64_t packets = 0;
    CHECK(!coverage_on_sample(&c, frame(1000), &event));
    for (int64_t ms = 2000; ms < DAY_S * MS; ms += 1000) {
        (void)coverage_on_sample(&c, frame(ms - 500), &event);
        coverage_on_loss(&c, 1);
        exact += coverage_on_sample(&c, frame(ms), &event);
        if (coverage_on_time(&c, (struct wall_time){ms * MS}, &event)) {
            together++;
            packets += strtoull(event.detail.data, NULL, 10);
            CHECK(event.kind == EVENT_GAP && span_is_empty(event.span));
        }
    }
    packets += c.damage.packets;
    assert_int_equal(exact, 1);
    CHECK(together > 24 && together < 36);
    assert_int_equal(packets, DAY_S - 2 - 1);
}

/* The first key picture after an hour away is large, and loses some. */
static void a_loss_is_not_why_nothing_came_before(void **state)
{
    (void)state;
    struct event event;
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    CHECK(!coverage_on_sample(&c, frame(1000), &event));
    CHECK(coverage_on_state(&c, CAUSE_UNREACHABLE, text_of("no route"),
                            (struct wall_time){3000 * MS}, &event));
    coverage_on_loss(&c, 3);
    CHECK(coverage_on_sample(&c, frame(3600000), &event));
    CHECK(event.cause == CAUSE_UNREACHABLE);
    CHECK(text_equal(event.detail, text_of("no route")));
    /* Of a camera that was only to start, losses are the reason. */
    CHECK(coverage_on_state(&c, CAUSE_STARTING, text_of(""),
                            (struct wall_time){3601000 * MS}, &event));
    coverage_on_loss(&c, 3);
    CHECK(coverage_on_sample(&c, frame(3610000), &event));
    CHECK(event.cause == CAUSE_DAMAGED);
}

/* Six seconds behind, and never silent; when they end, they end there. */
static void late_pictures_are_no_silence(void **state)
{
    (void)state;
    struct event event;
    const int64_t late_ms = 6000;
    int64_t ms = 1000;
    struct coverage c = coverage_from(4, (struct wall_time){1000 * MS},
                                      CAUSE_RESTART);
    for (; ms < 20000; ms += 40) {
        const struct wall_time now = {(ms + late_ms) * MS};
        coverage_on_arrival(&c, now);
        CHECK(!coverage_on_sample(&c, frame(ms), &event));
        CHECK(!coverage_on_time(&c, now, &event));
    }
    CHECK(!coverage_on_time(&c, (struct wall_time){(ms + 7900) * MS}, &event));
    CHECK(coverage_on_time(&c, (struct wall_time){(ms + 8001) * MS}, &event));
    CHECK(event.kind == EVENT_GAP_OPEN && event.span.from.us == ms * MS);
}

static void silence_is_told_once(void **state)
{
    (void)state;
    struct event event;
    struct coverage c =
        coverage_from(4, (struct wall_time){1000 * MS}, CAUSE_STARTING);
    CHECK(!coverage_on_time(&c, (struct wall_time){3000 * MS}, &event));
    CHECK(coverage_on_time(&c, (struct wall_time){3001 * MS}, &event));
    CHECK(event.kind == EVENT_GAP_OPEN && event.cause == CAUSE_STARTING);
    CHECK(event.span.from.us == 1000 * MS);
    CHECK(!coverage_on_time(&c, (struct wall_time){9000 * MS}, &event));
    CHECK(coverage_on_sample(&c, frame(9500), &event));
    CHECK(event.span.from.us == 1000 * MS && event.span.to.us == 9500 * MS);
    CHECK(!coverage_on_time(&c, (struct wall_time){11000 * MS}, &event));
    CHECK(coverage_on_time(&c, (struct wall_time){11541 * MS}, &event));
    coverage_on_stop(&c, &event);
    CHECK(event.kind == EVENT_GAP_OPEN && event.cause == CAUSE_STOPPED);
    CHECK(event.span.from.us == 9540 * MS);
}

/* Unreachable, then off by the hours, then unreachable: three gaps. */
static void what_is_planned_is_a_gap_of_its_own(void **state)
{
    (void)state;
    struct event event;
    struct coverage c =
        coverage_from(4, (struct wall_time){1000 * MS}, CAUSE_RESTART);
    CHECK(!coverage_on_sample(&c, frame(1040), &event)); /* until 1080 */
    CHECK(coverage_on_state(&c, CAUSE_UNREACHABLE, text_of("refused"),
                            (struct wall_time){2000 * MS}, &event));
    CHECK(coverage_on_time(&c, (struct wall_time){9000 * MS}, &event));
    CHECK(coverage_split(&c, CAUSE_PLANNED_OFF,
                         (struct wall_time){10000 * MS}, &event));
    CHECK(event.kind == EVENT_GAP && event.cause == CAUSE_UNREACHABLE);
    CHECK(event.span.from.us == 1080 * MS && event.span.to.us == 10000 * MS);
    CHECK(coverage_on_state(&c, CAUSE_PLANNED_OFF, text_of(""),
                            (struct wall_time){10000 * MS}, &event));
    CHECK(!coverage_split(&c, CAUSE_PLANNED_OFF,
                          (struct wall_time){15000 * MS}, &event));
    CHECK(coverage_on_time(&c, (struct wall_time){20000 * MS}, &event));
    CHECK(event.kind == EVENT_GAP_OPEN && event.cause == CAUSE_PLANNED_OFF);
    CHECK(coverage_split(&c, CAUSE_STARTING,
                         (struct wall_time){30000 * MS}, &event));
    CHECK(event.kind == EVENT_GAP && event.cause == CAUSE_PLANNED_OFF);
    CHECK(event.span.from.us == 10000 * MS && event.span.to.us == 30000 * MS);
    CHECK(coverage_on_state(&c, CAUSE_STARTING, text_of(""),
                            (struct wall_time){30000 * MS}, &event));
    /* However soon: the picture follows no other. */
    CHECK(coverage_on_sample(&c, frame(30100), &event));
    CHECK(event.cause == CAUSE_STARTING && event.span.from.us == 30000 * MS);
    CHECK(!coverage_on_sample(&c, frame(30140), &event));
}

static void hostile_details_are_dropped(void **state)
{
    (void)state;
    struct event event;
    struct coverage c =
        coverage_from(4, (struct wall_time){1000 * MS}, CAUSE_RESTART);
    char much[EVENT_DETAIL_MAX + 1];
    memset(much, 'a', sizeof much);
    CHECK(coverage_on_state(&c, CAUSE_PROTOCOL,
                            (struct text){much, sizeof much},
                            (struct wall_time){0}, &event));
    CHECK(event.detail.size == 0);
    CHECK(coverage_on_state(&c, CAUSE_ENDED, text_of("a\nb"),
                            (struct wall_time){0}, &event));
    CHECK(event.detail.size == 0);
}

TEST_MAIN("store/coverage", TEST(small_holes_are_no_gaps),
          TEST(a_picture_lasts_until_the_next_one),
          TEST(a_gap_has_the_last_cause),
          TEST(a_cause_without_words_keeps_them),
          TEST(a_silence_that_was_only_late_is_ended),
          TEST(losses_are_told_whatever_they_leave),
          TEST(losing_all_the_time_is_told_at_times),
          TEST(a_loss_is_not_why_nothing_came_before),
          TEST(late_pictures_are_no_silence), TEST(silence_is_told_once),
          TEST(what_is_planned_is_a_gap_of_its_own),
          TEST(hostile_details_are_dropped))
