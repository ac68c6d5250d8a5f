/* SPDX-License-Identifier: Apache-2.0 */
/* The line on standard error; clock and random beside it, being small. */
#include "sys/logger.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/system_error.h"
#include "unit/test.h"

/* What run writes to standard error. */
static size_t caught(void (*run)(void), char *out, size_t size)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    int before = dup(STDERR_FILENO);
    CHECK(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    run();
    CHECK(dup2(before, STDERR_FILENO) == STDERR_FILENO);
    (void)close(ends[1]);
    ssize_t got = read(ends[0], out, size - 1);
    (void)close(ends[0]);
    (void)close(before);
    out[got < 0 ? 0 : got] = '\0';
    return got < 0 ? 0 : (size_t)got;
}

static void say_three(void)
{
    logger_start("vault", LOG_INFO);
    errno = ENOENT;
    log_line(LOG_WARNING, "cannot write volume=%d status=%s", 3, "io");
    CHECK(errno == ENOENT);
    log_line(LOG_DEBUG, "not printed");
    log_line(LOG_ERROR, "two\nlines\033[31m");
}

static void an_event_is_one_plain_line(void **state)
{
    (void)state;
    char lines[4096];
    size_t size = caught(say_three, lines, sizeof lines);
    struct text rest = {lines, size};
    struct text first = text_cut(&rest, '\n');
    struct text second = text_cut(&rest, '\n');
    struct wall_time time;
    CHECK_OK(wall_time_parse((struct text){first.data, TIME_TEXT_SIZE - 1},
                             &time));
    first.data += TIME_TEXT_SIZE - 1;
    first.size -= TIME_TEXT_SIZE - 1;
    second.data += TIME_TEXT_SIZE - 1;
    second.size -= TIME_TEXT_SIZE - 1;
    CHECK(text_equal(
        first, text_of(" warning vault: cannot write volume=3 status=io")));
    CHECK(text_equal(second, text_of(" error vault: two?lines?[31m")));
    CHECK(rest.size == 0);
}

static void say_much(void)
{
    char much[5000];
    memset(much, 'm', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    log_line(LOG_INFO, "%s", much);
}

static void a_long_line_is_cut(void **state)
{
    (void)state;
    char lines[8192];
    size_t size = caught(say_much, lines, sizeof lines);
    CHECK(size > 500 && size <= 1024);
    CHECK(lines[size - 1] == '\n' && lines[size - 2] == 'm');
}

static void clocks_go_forward(void **state)
{
    (void)state;
    struct boot_time boot = clock_boot(&CLOCK_SYSTEM);
    struct wall_time wall = clock_wall(&CLOCK_SYSTEM);
    (void)usleep(2000);
    CHECK(clock_boot(&CLOCK_SYSTEM).us >= boot.us + 2000);
    CHECK(clock_wall(&CLOCK_SYSTEM).us > wall.us);
    CHECK(wall.us > INT64_C(1600000000) * SECOND_US);
}

static void a_fake_clock_stands_until_moved(void **state)
{
    (void)state;
    struct fake_clock fake = fake_clock_at(77);
    int64_t boot_us = clock_boot(&fake.clock).us;
    CHECK(clock_wall(&fake.clock).us == 77);
    CHECK(clock_boot(&fake.clock).us == boot_us);
    fake_clock_advance(&fake, 1000);
    CHECK(clock_wall(&fake.clock).us == 1077);
    CHECK(clock_boot(&fake.clock).us == boot_us + 1000);
}

static void random_bytes_differ(void **state)
{
    (void)state;
    uint8_t bytes[2][3000] = {{0}};
    random_fill(bytes[0], sizeof bytes[0] - 1);
    random_fill(bytes[1], sizeof bytes[1] - 1);
    random_fill(bytes[1], 0);
    CHECK(memcmp(bytes[0], bytes[1], 32) != 0);
    CHECK(bytes[0][2999] == 0); /* not a byte more than asked for */
    size_t zeros = 0;
    for (size_t i = 0; i < 2999; i++)
        zeros += bytes[0][i] == 0;
    CHECK(zeros < 100);
}

static void errors_are_sorted(void **state)
{
    (void)state;
    const struct {
        int number;
        enum status status;
    } known[] = {
        {EAGAIN, STATUS_AGAIN},     {ENOENT, STATUS_NOT_FOUND},
        {EACCES, STATUS_DENIED},    {EROFS, STATUS_DENIED},
        {EEXIST, STATUS_CONFLICT},  {ENOSPC, STATUS_NO_SPACE},
        {EDQUOT, STATUS_NO_SPACE},  {ENOMEM, STATUS_NO_MEMORY},
        {EIO, STATUS_IO},           {12345, STATUS_IO},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        CHECK_STATUS(known[i].status, system_error_status(known[i].number));
    assert_string_equal("Input/output error", system_error_text(EIO));
    assert_string_equal("unknown error", system_error_text(12345));
}

TEST_MAIN("sys/logger", TEST(an_event_is_one_plain_line),
          TEST(a_long_line_is_cut), TEST(clocks_go_forward),
          TEST(a_fake_clock_stands_until_moved), TEST(random_bytes_differ),
          TEST(errors_are_sorted))
