/* SPDX-License-Identifier: Apache-2.0 */
#include "model/policy.h"

struct slot_grid slot_grid_of(struct retention retention)
{
    if (retention.unit == RETENTION_SECONDS)
        return (struct slot_grid){5, 5, 5, 600};
    return (struct slot_grid){3600, 60, 3600, 72 * 3600};
}

struct wall_time slot_start(struct wall_time time, uint32_t length_s)
{
    int64_t length_us = (int64_t)length_s * SECOND_US;
    return (struct wall_time){floor_divide(time.us, length_us) * length_us};
}

struct wall_time retention_die_at(struct retention retention,
                                  struct wall_time start,
                                  int32_t utc_offset_s)
{
    if (retention.unit == RETENTION_SECONDS) {
        int64_t kept_s =
            (int64_t)slot_grid_of(retention).slot_s + retention.count;
        return (struct wall_time){start.us + kept_s * SECOND_US};
    }
    int64_t day = civil_day(start, utc_offset_s);
    int64_t last = retention.unit == RETENTION_MONTHS
                       ? civil_day_add_months(day, retention.count)
                       : day + retention.count;
    return civil_day_start(last + 1, utc_offset_s);
}

/* camera u32, class u16, unit u8, zero u8, count u32, offset i32. */
/* Longer than the period, so that a search may begin there. */
static int64_t longest_us(struct retention retention)
{
    static const int64_t DAY_US = INT64_C(86400) * SECOND_US;
    int64_t count = retention.count;
    if (retention.unit == RETENTION_SECONDS)
        return (count + 2 * (int64_t)slot_grid_of(retention).slot_s) *
               SECOND_US;
    return (retention.unit == RETENTION_MONTHS ? 31 * count + 2 : count + 2) *
           DAY_US;
}

struct wall_time retention_alive_from(struct retention retention,
                                      struct wall_time at,
                                      int32_t utc_offset_s)
{
    uint32_t slot_s = slot_grid_of(retention).slot_s;
    int64_t slot_us = slot_s * (int64_t)SECOND_US;
    int64_t low = floor_divide(at.us - longest_us(retention), slot_us);
    int64_t high = floor_divide(at.us, slot_us) + 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        struct wall_time start = {middle * slot_us};
        if (retention_die_at(retention, start, utc_offset_s).us <= at.us)
            low = middle + 1;
        else
            high = middle;
    }
    return (struct wall_time){low * slot_us};
}

void policy_encode(const struct policy *policy, struct writer *out)
{
    writer_u32be(out, policy->camera);
    writer_u16be(out, policy->class_id);
    writer_u8(out, (uint8_t)policy->retention.unit);
    writer_u8(out, 0);
    writer_u32be(out, policy->retention.count);
    writer_u32be(out, (uint32_t)policy->utc_offset_s);
}

enum status policy_decode(struct reader *in, struct policy *out)
{
    struct policy policy = {.camera = reader_u32be(in)};
    policy.class_id = reader_u16be(in);
    uint8_t unit = reader_u8(in);
    uint8_t zero = reader_u8(in);
    policy.retention.count = reader_u32be(in);
    policy.utc_offset_s = (int32_t)reader_u32be(in);
    if (in->failed || zero != 0 || policy.camera == 0 ||
        policy.camera > SUBJECT_TEXT_MONTH || unit < RETENTION_SECONDS ||
        unit > RETENTION_MONTHS || policy.retention.count == 0 ||
        policy.retention.count > RETENTION_COUNT_MAX ||
        policy.utc_offset_s < -14 * 3600 || policy.utc_offset_s > 14 * 3600)
        return STATUS_BAD_INPUT;
    policy.retention.unit = (enum retention_unit)unit;
    *out = policy;
    return STATUS_OK;
}
