/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/trusted_clock.h"

#include <string.h>

#include "base/encoding.h"

static const int64_t STEP_MAX_US = CLOCK_STEP_MAX_S * (int64_t)SECOND_US;

bool trusted_mark_is_of(const struct trusted_mark *mark,
                        const uint8_t boot_id[BOOT_ID_SIZE],
                        struct boot_time boot)
{
    return /* public: no constant time */
        memcmp(mark->boot_id, boot_id, BOOT_ID_SIZE) == 0 &&
           boot.us >= mark->boot.us;
}

/* What was named by an unconfirmed step that a later clock does not bear out
 * may have been ahead by all of it. */
static void take_back(struct trusted_clock *clock,
                      const struct trusted_mark *mark)
{
    clock->taken_back_us = mark->unconfirmed_us;
    clock->taken_back_from = mark->stepped_at;
}

/* earliest goes on from the mark's; trusted is the wall clock, unless that is
 * behind earliest. The wall clock bears the mark's step out where it is not
 * behind what would be the time if that had been right. */
static void start_after_reboot(struct trusted_clock *clock,
                               const struct trusted_mark *mark,
                               const struct clock_reading *reading)
{
    int64_t least_us =
        mark->trusted.us - mark->unconfirmed_us + reading->boot.us;
    int64_t ahead_us = reading->wall.us - least_us;
    clock->trusted_minus_boot_us = least_us - reading->boot.us;
    if (ahead_us < 0)
        clock->behind_us = -ahead_us;
    else
        clock->trusted_minus_boot_us += ahead_us;
    bool is_back = trusted_clock_now(clock, reading->boot).us <
                   mark->trusted.us + reading->boot.us - STEP_MAX_US;
    if (is_back)
        take_back(clock, mark);
    if (ahead_us <= STEP_MAX_US)
        return;
    clock->unconfirmed_us = ahead_us;
    clock->may_be_witnessed = !reading->is_synchronised;
    clock->stepped_at = !is_back && mark->unconfirmed_us > 0
                            ? mark->stepped_at
                            : reading->wall;
}

struct trusted_clock trusted_clock_start(const struct trusted_mark *mark,
                                         const uint8_t boot_id[BOOT_ID_SIZE],
                                         const struct clock_reading *reading)
{
    struct trusted_clock clock = {
        .trusted_minus_boot_us = reading->wall.us - reading->boot.us,
        .observed = reading->boot,
    };
    memcpy(clock.boot_id, boot_id, BOOT_ID_SIZE);
    if (!mark->is_set)
        return clock;
    if (trusted_mark_is_of(mark, boot_id, reading->boot)) {
        clock.trusted_minus_boot_us = mark->trusted.us - mark->boot.us;
        clock.unconfirmed_us = mark->unconfirmed_us;
        clock.stepped_at = mark->stepped_at;
        clock.may_be_witnessed = mark->may_be_witnessed;
    } else {
        start_after_reboot(&clock, mark, reading);
    }
    return clock;
}

static void confirm(struct trusted_clock *clock)
{
    clock->unconfirmed_us = 0;
    clock->may_be_witnessed = false;
}

static int64_t clamp(int64_t value, int64_t most)
{
    if (value > most)
        return most;
    return value < -most ? -most : value;
}

bool trusted_clock_observe(struct trusted_clock *clock,
                           const struct clock_reading *reading)
{
    int64_t ahead_us =
        reading->wall.us - trusted_clock_now(clock, reading->boot).us;
    int64_t elapsed_us = reading->boot.us - clock->observed.us;
    clock->observed = reading->boot;
    clock->claimed_us = ahead_us > STEP_MAX_US ? ahead_us : 0;
    clock->behind_us = ahead_us < -STEP_MAX_US ? -ahead_us : 0;
    if (!reading->is_synchronised || clock->claimed_us > 0 ||
        clock->behind_us > 0)
        return false;
    clock->trusted_minus_boot_us +=
        clamp(ahead_us, elapsed_us / 1000000 * CLOCK_SLEW_PPM);
    bool is_witnessed = clock->may_be_witnessed && clock->unconfirmed_us > 0;
    if (is_witnessed)
        confirm(clock);
    return is_witnessed;
}

int64_t trusted_clock_settle(struct trusted_clock *clock,
                             const struct clock_reading *reading)
{
    int64_t step_us =
        reading->wall.us - trusted_clock_now(clock, reading->boot).us;
    if (step_us < -clock->unconfirmed_us)
        step_us = -clock->unconfirmed_us;
    bool is_small = step_us >= -STEP_MAX_US && step_us <= STEP_MAX_US;
    if (is_small)
        step_us = 0; /* slewed away */
    clock->trusted_minus_boot_us += step_us;
    if (step_us < 0) {
        clock->taken_back_us = -step_us;
        clock->taken_back_from = clock->stepped_at;
    }
    clock->claimed_us = 0;
    confirm(clock);
    return step_us;
}

bool trusted_clock_wants_word(const struct trusted_clock *clock)
{
    return clock->unconfirmed_us > 0 || clock->claimed_us > 0;
}

struct trusted_mark trusted_clock_mark(const struct trusted_clock *clock,
                                       struct boot_time boot)
{
    struct trusted_mark mark = {.is_set = true,
                                .boot = boot,
                                .trusted = trusted_clock_now(clock, boot),
                                .unconfirmed_us = clock->unconfirmed_us,
                                .stepped_at = clock->stepped_at,
                                .may_be_witnessed = clock->may_be_witnessed};
    memcpy(mark.boot_id, clock->boot_id, BOOT_ID_SIZE);
    return mark;
}

bool trusted_mark_equal(const struct trusted_mark *a,
                        const struct trusted_mark *b)
{
    return a->is_set == b->is_set && a->boot.us == b->boot.us &&
           a->trusted.us == b->trusted.us &&
           a->unconfirmed_us == b->unconfirmed_us &&
           a->stepped_at.us == b->stepped_at.us &&
           a->may_be_witnessed == b->may_be_witnessed &&
           memcmp(a->boot_id, b->boot_id, BOOT_ID_SIZE) == 0; /* public */
}

enum status boot_id_parse(struct text text, uint8_t out[BOOT_ID_SIZE])
{
    char digits[HEX_SIZE(BOOT_ID_SIZE)];
    size_t used = 0;
    for (size_t i = 0; i < text.size && text.data[i] != '\n'; i++) {
        if (text.data[i] == '-')
            continue;
        if (used == sizeof digits)
            return STATUS_BAD_INPUT;
        digits[used++] = text.data[i];
    }
    return hex_decode((struct text){digits, used}, out, BOOT_ID_SIZE);
}
