/* SPDX-License-Identifier: Apache-2.0 */
/* crash/rotation_real, inside: one schedule, and what shares of them need. */
#ifndef CRASH_ROTATION_REAL_PRIVATE_H
#define CRASH_ROTATION_REAL_PRIVATE_H

#include <stdint.h>

#include "crash/rotation_real.h"

enum {
    FAULTS = 3,
    WRITES = 7, /* a start has two writes, a rotation four */
    IMAGES_MAX = 96,
    IMAGE_SIZE = 16384,
    TABLE_SECTORS = IMAGE_SIZE / 4096,
    BAD_SECTORS = 2 * 2 + 6 * TABLE_SECTORS, /* of roots; and of tables */
};

enum outcome { DONE, LOST, TORN, OUTCOMES };

struct fault {
    int after; /* writes; -1: none */
    enum outcome outcome;
    bool is_crash; /* else an error */
};

/* What the schedules of one run share. */
struct real_setting {
    bool is_bad;
    uint8_t *images;
    struct real_result result;
};

/* bad_sector: -1: none. */
void real_try_schedule(const struct fault faults[FAULTS], int bad_sector,
                       struct real_setting *setting);

_Noreturn void real_give_up(const char *why);

#endif
