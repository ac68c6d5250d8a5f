/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/policy - how long one camera's video is kept, and the key slots that
 * follow from it.
 *
 *   die_at(slot) = local midnight that ends the last civil day of the period,
 *                  the day of filming not counted (Civil Act, Korea, Articles
 *                  157, 159, 160), or slot end + seconds for a short period
 *   ceiling      = die_at + one rotation
 *
 * A period in seconds exists in demo and tests only.
 */
#ifndef MODEL_POLICY_H
#define MODEL_POLICY_H

#include "base/reader.h"
#include "base/time.h"
#include "base/writer.h"
#include "model/camera.h"

enum retention_unit {
    RETENTION_SECONDS = 1,
    RETENTION_DAYS = 2,
    RETENTION_MONTHS = 3,
};

struct retention {
    enum retention_unit unit;
    uint32_t count; /* 1 .. RETENTION_COUNT_MAX */
};

enum {
    RETENTION_COUNT_MAX = 36600,
    UTC_OFFSET_KOREA_S = 9 * 3600,
    POLICY_SIZE = 16, /* bytes of one encoded policy */
};

struct policy {
    uint32_t camera;    /* or another key subject */
    uint16_t class_id;  /* cameras of one class share volumes */
    struct retention retention;
    int32_t utc_offset_s;
};

/* The time grid that a period implies. */
struct slot_grid {
    uint32_t slot_s;     /* one seed:            3600, short: 5 */
    uint32_t unit_s;     /* one minute key:        60, short: 5 */
    uint32_t rotation_s; /* one epoch:           3600, short: 5 */
    uint32_t ahead_s;    /* seeds made ahead:  259200, short: 600 */
};

struct slot_grid slot_grid_of(struct retention retention);

/* Start of the slot or unit of length_s that holds time. */
struct wall_time slot_start(struct wall_time time, uint32_t length_s);

/* The instant from which the next rotation kills the slot's seed. */
struct wall_time retention_die_at(struct retention retention,
                                  struct wall_time slot_start,
                                  int32_t utc_offset_s);

/* The first slot that is not due at `at`: what was recorded from there on is
 * still promised. The reverse of retention_die_at. */
struct wall_time retention_alive_from(struct retention retention,
                                      struct wall_time at,
                                      int32_t utc_offset_s);

/* Fixed layout of POLICY_SIZE bytes; see policy.c. */
void policy_encode(const struct policy *policy, struct writer *out);

/* Fails with: BAD_INPUT (unknown unit, count or camera out of range). */
MUST_USE enum status policy_decode(struct reader *in, struct policy *out);

#endif
