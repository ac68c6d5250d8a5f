/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "keys/trusted_clock.h"
#include "unit/keys/keys_support.h"

static const uint8_t THIS_BOOT[BOOT_ID_SIZE] = {1};
static const uint8_t NEXT_BOOT[BOOT_ID_SIZE] = {2};
static const int64_t HOUR_US = 3600 * (int64_t)SECOND_US;

static struct trusted_mark mark_at(int64_t boot_us, struct wall_time trusted)
{
    struct trusted_mark mark = {
        .is_set = true, .boot = {boot_us}, .trusted = trusted};
    memcpy(mark.boot_id, THIS_BOOT, BOOT_ID_SIZE);
    return mark;
}

static void the_first_start_believes_the_wall_clock(void **state)
{
    (void)state;
    const struct trusted_mark none = {0};
    struct trusted_clock clock = trusted_clock_start(
        &none, THIS_BOOT, (struct boot_time){500}, at_s(NOW_S));
    CHECK(trusted_clock_now(&clock, (struct boot_time){700}).us ==
          at_s(NOW_S).us + 200);
}

/* Whatever somebody does to the wall clock in between. */
static void in_the_same_boot_boot_time_is_the_authority(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_US, at_s(NOW_S));
    const int64_t walls[] = {0, NOW_S - 86400, NOW_S + 10 * 365 * 86400LL};
    for (size_t i = 0; i < 3; i++) {
        struct trusted_clock clock = trusted_clock_start(
            &mark, THIS_BOOT, (struct boot_time){2 * HOUR_US}, at_s(walls[i]));
        CHECK(trusted_clock_now(&clock, (struct boot_time){2 * HOUR_US}).us ==
              at_s(NOW_S).us + HOUR_US);
        CHECK(!clock.wall_was_behind);
    }
}

static void after_a_reboot_a_later_wall_clock_is_believed(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_US, at_s(NOW_S));
    struct trusted_clock clock = trusted_clock_start(
        &mark, NEXT_BOOT, (struct boot_time){7}, at_s(NOW_S + 300));
    CHECK(trusted_clock_now(&clock, (struct boot_time){7}).us ==
          at_s(NOW_S + 300).us);
    CHECK(!clock.wall_was_behind);
}

static void time_never_runs_backwards(void **state)
{
    (void)state;
    struct trusted_mark mark = mark_at(HOUR_US, at_s(NOW_S));
    struct trusted_clock clock =
        trusted_clock_start(&mark, NEXT_BOOT, (struct boot_time){7}, at_s(0));
    CHECK(clock.wall_was_behind);
    CHECK(trusted_clock_now(&clock, (struct boot_time){7}).us ==
          at_s(NOW_S).us);
    /* A restored image: the same boot id, but boot time before the mark. */
    clock =
        trusted_clock_start(&mark, THIS_BOOT, (struct boot_time){7}, at_s(0));
    CHECK(trusted_clock_now(&clock, (struct boot_time){7}).us ==
          at_s(NOW_S).us);
}

static void a_mark_carries_the_offset_over(void **state)
{
    (void)state;
    const struct trusted_mark none = {0};
    struct trusted_clock clock = trusted_clock_start(
        &none, THIS_BOOT, (struct boot_time){500}, at_s(NOW_S));
    struct trusted_mark mark =
        trusted_clock_mark(&clock, (struct boot_time){900});
    struct trusted_clock again = trusted_clock_start(
        &mark, THIS_BOOT, (struct boot_time){1000}, at_s(0));
    CHECK(again.trusted_minus_boot_us == clock.trusted_minus_boot_us);
    struct trusted_mark same = mark;
    CHECK(trusted_mark_equal(&mark, &same));
    same.boot.us++;
    CHECK(!trusted_mark_equal(&mark, &same));
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
          TEST(after_a_reboot_a_later_wall_clock_is_believed),
          TEST(time_never_runs_backwards), TEST(a_mark_carries_the_offset_over),
          TEST(boot_ids_are_read_strictly))
