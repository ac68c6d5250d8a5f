/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/trusted_clock.h"

#include <string.h>

#include "base/encoding.h"

struct trusted_clock trusted_clock_start(const struct trusted_mark *mark,
                                         const uint8_t boot_id[BOOT_ID_SIZE],
                                         struct boot_time boot,
                                         struct wall_time wall)
{
    struct trusted_clock clock = {.trusted_minus_boot_us = wall.us - boot.us};
    memcpy(clock.boot_id, boot_id, BOOT_ID_SIZE);
    if (!mark->is_set)
        return clock;
    /* Public: no constant time. A boot time before the mark's cannot be of
     * the same boot, whatever the id says (a restored machine image). */
    bool is_same = memcmp(mark->boot_id, boot_id, BOOT_ID_SIZE) == 0 &&
                   boot.us >= mark->boot.us;
    if (is_same) {
        clock.trusted_minus_boot_us = mark->trusted.us - mark->boot.us;
    } else if (wall.us < mark->trusted.us) {
        clock.trusted_minus_boot_us = mark->trusted.us - boot.us;
        clock.wall_was_behind = true;
    }
    return clock;
}

struct trusted_mark trusted_clock_mark(const struct trusted_clock *clock,
                                       struct boot_time boot)
{
    struct trusted_mark mark = {.is_set = true,
                                .boot = boot,
                                .trusted = trusted_clock_now(clock, boot)};
    memcpy(mark.boot_id, clock->boot_id, BOOT_ID_SIZE);
    return mark;
}

bool trusted_mark_equal(const struct trusted_mark *a,
                        const struct trusted_mark *b)
{
    return a->is_set == b->is_set && a->boot.us == b->boot.us &&
           a->trusted.us == b->trusted.us &&
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
