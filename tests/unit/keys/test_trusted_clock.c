/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "keys/trusted_clock.h"
#include "unit/keys/keys_support.h"

static const uint8_t THIS_BOOT[BOOT_ID_SIZE] = {1};
static const uint8_t NEXT_BOOT[BOOT_ID_SIZE] = {2};
static const int64_t HOUR_S = 3600;

/* At this second since boot the wall clock shows this. */
static struct clock_reading reading(int64_t boot_s, int64_t wall_s)
{
    return (struct clock_reading){
        .boot = {boot_s * SECOND_US}, .wall = at_s(wall_s)};
}

static struct clock_reading synchronised(int64_t boot_s, int64_t wall_s)
{
    struct clock_reading shown = reading(boot_s, wall_s);
    shown.is_synchronised = true;
    return shown;
}

static struct trusted_mark mark_at(int64_t boot_s, int64_t trusted_s)
{
    struct trusted_mark mark = {.is_set = true,
                                .boot = {boot_s * SECOND_US},
                                .trusted = at_s(trusted_s)};
    memcpy(mark.boot_id, THIS_BOOT, BOOT_ID_SIZE);
    return mark;
}

static struct trusted_clock start(const struct trusted_mark *mark,
                                  const uint8_t boot_id[BOOT_ID_SIZE],
                                  int64_t boot_s, int64_t wall_s)
{
    struct clock_reading shown = reading(boot_s, wall_s);
    return trusted_clock_start(mark, boot_id, &shown);
}

static int64_t now_s(const struct trusted_clock *clock, int64_t boot_s)
{
    struct boot_time boot = {boot_s * SECOND_US};
    return trusted_clock_now(clock, boot).us / SECOND_US;
}

static int64_t earliest_s(const struct trusted_clock *clock, int64_t boot_s)
{
    struct boot_time boot = {boot_s * SECOND_US};
    return trusted_clock_earliest(clock, boot).us / SECOND_US;
}

static void the_first_start_believes_the_wall_clock(void **state)
{
    (void)state;
    const struct trusted_mark none = {0};
    struct trusted_clock clock = start(&none, THIS_BOOT, 500, NOW_S);
    CHECK(now_s(&clock, 700) == NOW_S + 200);
    CHECK(earliest_s(&clock, 700) == NOW_S + 200);
    CHECK(!trusted_clock_wants_word(&clock));
}

/* Whatever somebody does to the wall clock in between. */
static void in_the_same_boot_boot_time_is_the_authority(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    const int64_t walls[] = {0, NOW_S - 86400, NOW_S + 10 * 365 * 86400LL};
    for (size_t i = 0; i < 3; i++) {
        struct trusted_clock clock =
            start(&mark, THIS_BOOT, 2 * HOUR_S, walls[i]);
        CHECK(now_s(&clock, 2 * HOUR_S) == NOW_S + HOUR_S);
        CHECK(earliest_s(&clock, 2 * HOUR_S) == NOW_S + HOUR_S);
    }
}

static void after_a_reboot_a_little_ahead_is_believed(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    struct trusted_clock clock = start(&mark, NEXT_BOOT, 7, NOW_S + 7 + 300);
    CHECK(now_s(&clock, 7) == NOW_S + 307 && earliest_s(&clock, 7) == NOW_S + 307);
    CHECK(!trusted_clock_wants_word(&clock));
}

static void after_a_reboot_far_ahead_names_but_kills_nothing(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    const int64_t days[] = {1, 40, 3650};
    for (size_t i = 0; i < 3; i++) {
        int64_t wall_s = NOW_S + days[i] * 86400;
        struct trusted_clock clock = start(&mark, NEXT_BOOT, 7, wall_s);
        CHECK(now_s(&clock, 7) == wall_s && now_s(&clock, 17) == wall_s + 10);
        CHECK(earliest_s(&clock, 17) == NOW_S + 17);
        CHECK(trusted_clock_wants_word(&clock));
    }
}

static void time_never_falls_behind_what_is_over(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    struct trusted_clock clock = start(&mark, NEXT_BOOT, 7, 0);
    CHECK(clock.behind_us > 0 && now_s(&clock, 7) == NOW_S + 7);
    CHECK(earliest_s(&clock, 7) == NOW_S + 7);
    /* A restored image: the same boot id, but boot time before the mark. */
    clock = start(&mark, THIS_BOOT, 7, 0);
    CHECK(now_s(&clock, 7) == NOW_S + 7);
}

/* The clock of the start, then a time service: two that agree. */
static void a_time_service_that_comes_later_confirms(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    int64_t wall_s = NOW_S + 86400;
    struct trusted_clock clock = start(&mark, NEXT_BOOT, 7, wall_s);
    struct clock_reading shown = reading(60, wall_s + 53);
    CHECK(!trusted_clock_observe(&clock, &shown)); /* nobody steers it */
    shown = synchronised(120, wall_s + 113 + 2);
    CHECK(trusted_clock_observe(&clock, &shown));
    CHECK(!trusted_clock_wants_word(&clock));
    CHECK(earliest_s(&clock, 120) == now_s(&clock, 120));
}

static void a_time_service_alone_confirms_nothing(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    /* It had set the wall clock before anybody looked. */
    struct clock_reading shown = synchronised(7, NOW_S + 86400);
    struct trusted_clock clock = trusted_clock_start(&mark, NEXT_BOOT, &shown);
    shown = synchronised(60, NOW_S + 86453);
    CHECK(!trusted_clock_observe(&clock, &shown));
    CHECK(trusted_clock_wants_word(&clock));
    /* Or contradicts the clock of the start. */
    clock = start(&mark, NEXT_BOOT, 7, NOW_S + 86400);
    shown = synchronised(60, NOW_S + 3600);
    CHECK(!trusted_clock_observe(&clock, &shown));
    CHECK(trusted_clock_wants_word(&clock));
}

static void a_small_difference_is_slewed_away(void **state)
{
    (void)state;
    const struct trusted_mark none = {0};
    struct trusted_clock clock = start(&none, THIS_BOOT, 0, NOW_S);
    /* A leap second: the wall clock has gone back by one. */
    int64_t boot_s = 0;
    int64_t before_us = clock.trusted_minus_boot_us;
    for (; boot_s < 20000; boot_s += 100) {
        struct clock_reading shown = synchronised(boot_s, NOW_S + boot_s - 1);
        CHECK(!trusted_clock_observe(&clock, &shown));
        int64_t slew_us = before_us - clock.trusted_minus_boot_us;
        CHECK(slew_us >= 0 && slew_us <= 100 * CLOCK_SLEW_PPM);
        before_us = clock.trusted_minus_boot_us;
    }
    CHECK(now_s(&clock, boot_s) == NOW_S + boot_s - 1);
    /* Nobody steers it: not followed. */
    struct clock_reading shown = reading(boot_s + 100, NOW_S + boot_s + 90);
    CHECK(!trusted_clock_observe(&clock, &shown));
    CHECK(clock.trusted_minus_boot_us == before_us);
}

static void a_step_while_running_is_claimed(void **state)
{
    (void)state;
    const struct trusted_mark none = {0};
    struct trusted_clock clock = start(&none, THIS_BOOT, 0, NOW_S);
    struct clock_reading shown = synchronised(60, NOW_S + 60 + 40 * 86400);
    CHECK(!trusted_clock_observe(&clock, &shown));
    CHECK(now_s(&clock, 60) == NOW_S + 60);
    CHECK(earliest_s(&clock, 60) == NOW_S + 60);
    CHECK(trusted_clock_latest(&clock, shown.boot).us == shown.wall.us);
    CHECK(trusted_clock_wants_word(&clock));
    CHECK(trusted_clock_settle(&clock, &shown) == 40 * 86400 * (int64_t)SECOND_US);
    CHECK(now_s(&clock, 60) == NOW_S + 60 + 40 * 86400);
    CHECK(earliest_s(&clock, 60) == now_s(&clock, 60));
    /* A day back again: nobody's word makes time run backwards. */
    shown = reading(120, NOW_S + 120 + 39 * 86400);
    CHECK(!trusted_clock_observe(&clock, &shown) && clock.behind_us > 0);
    CHECK(trusted_clock_settle(&clock, &shown) == 0);
    CHECK(now_s(&clock, 120) == NOW_S + 120 + 40 * 86400);
}

static void a_wrong_step_is_taken_back(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    int64_t wrong_s = NOW_S + 10 * 365 * 86400LL;
    struct trusted_clock clock = start(&mark, NEXT_BOOT, 10, wrong_s);
    /* An hour later it is put right, and two people say so. */
    struct clock_reading shown = reading(10 + HOUR_S, NOW_S + 20 + HOUR_S);
    CHECK(!trusted_clock_observe(&clock, &shown) && clock.behind_us > 0);
    int64_t step_us = trusted_clock_settle(&clock, &shown);
    CHECK(step_us == (NOW_S + 20 - wrong_s) * SECOND_US);
    CHECK(now_s(&clock, 10 + HOUR_S) == NOW_S + 20 + HOUR_S);
    CHECK(clock.taken_back_us == -step_us);
    CHECK(clock.taken_back_from.us == at_s(wrong_s).us);
    CHECK(!trusted_clock_wants_word(&clock));
}

/* Or the next boot has the right clock. */
static void a_wrong_step_is_taken_back_after_a_reboot(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_S, NOW_S);
    int64_t wrong_s = NOW_S + 365 * 86400LL;
    struct trusted_clock wrong = start(&mark, NEXT_BOOT, 10, wrong_s);
    mark = trusted_clock_mark(&wrong, (struct boot_time){70 * SECOND_US});
    struct trusted_clock clock = start(&mark, THIS_BOOT, 5, NOW_S + 200);
    CHECK(now_s(&clock, 5) == NOW_S + 200);
    CHECK(clock.taken_back_us == mark.unconfirmed_us);
    CHECK(clock.taken_back_from.us == at_s(wrong_s).us);
    CHECK(!trusted_clock_wants_word(&clock));
}

static void a_mark_carries_everything_over(void **state)
{
    (void)state;
    struct trusted_mark first = mark_at(HOUR_S, NOW_S);
    struct trusted_clock clock = start(&first, NEXT_BOOT, 7, NOW_S + 86400);
    struct trusted_mark mark =
        trusted_clock_mark(&clock, (struct boot_time){900 * SECOND_US});
    struct trusted_clock again = start(&mark, NEXT_BOOT, 1000, 0);
    CHECK(again.trusted_minus_boot_us == clock.trusted_minus_boot_us);
    CHECK(again.unconfirmed_us == clock.unconfirmed_us);
    CHECK(again.may_be_witnessed == clock.may_be_witnessed);
    struct trusted_mark same = mark;
    CHECK(trusted_mark_equal(&mark, &same));
    same.unconfirmed_us++;
    CHECK(!trusted_mark_equal(&mark, &same));
}

static void it_goes_on_beyond_2038(void **state)
{
    (void)state;
    enum { YEAR_2038_S = 2147483647 };
    struct trusted_mark mark = mark_at(HOUR_S, YEAR_2038_S - 100LL);
    struct trusted_clock clock =
        start(&mark, NEXT_BOOT, 50, YEAR_2038_S + 100LL);
    CHECK(now_s(&clock, 60) == YEAR_2038_S + 110LL);
    CHECK(!trusted_clock_wants_word(&clock));
}

static void boot_ids_are_read_strictly(void **state)
{
    (void)state;
    uint8_t id[BOOT_ID_SIZE];
    CHECK_OK(
        boot_id_parse(text_of("0123abcd-0000-4000-8000-00000000ffee\n"), id));
    CHECK(id[0] == 0x01 && id[3] == 0xcd && id[15] == 0xee);
    CHECK_STATUS(STATUS_BAD_INPUT, boot_id_parse(text_of(""), id));
    CHECK_STATUS(
        STATUS_BAD_INPUT,
        boot_id_parse(text_of("0123abcd-0000-4000-8000-0000000ffee"), id));
    CHECK_STATUS(
        STATUS_BAD_INPUT,
        boot_id_parse(text_of("0123abcd-0000-4000-8000-00000000ffee0"), id));
}

TEST_MAIN("keys/trusted_clock", TEST(the_first_start_believes_the_wall_clock),
          TEST(in_the_same_boot_boot_time_is_the_authority),
          TEST(after_a_reboot_a_little_ahead_is_believed),
          TEST(after_a_reboot_far_ahead_names_but_kills_nothing),
          TEST(time_never_falls_behind_what_is_over),
          TEST(a_time_service_that_comes_later_confirms),
          TEST(a_time_service_alone_confirms_nothing),
          TEST(a_small_difference_is_slewed_away),
          TEST(a_step_while_running_is_claimed),
          TEST(a_wrong_step_is_taken_back),
          TEST(a_wrong_step_is_taken_back_after_a_reboot),
          TEST(a_mark_carries_everything_over), TEST(it_goes_on_beyond_2038),
          TEST(boot_ids_are_read_strictly))
