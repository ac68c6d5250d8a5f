/* SPDX-License-Identifier: Apache-2.0 */
#include "model/region.h"

#include "base/reader.h"

static void put_u16(struct buffer *out, uint16_t value)
{
    buffer_append_u8(out, (uint8_t)(value >> 8));
    buffer_append_u8(out, (uint8_t)value);
}

void region_write(struct buffer *out, const struct region *region)
{
    buffer_append_u8(out, (uint8_t)region->count);
    for (size_t i = 0; i < region->count; i++) {
        put_u16(out, region->points[i].x);
        put_u16(out, region->points[i].y);
    }
}

static enum status read_one(struct reader *in, struct region *out)
{
    size_t count = reader_u8(in);
    if (count < REGION_POINTS_MIN)
        return STATUS_BAD_INPUT;
    if (count > REGION_POINTS_MAX)
        return STATUS_LIMIT;
    *out = (struct region){.count = count};
    for (size_t i = 0; i < count; i++) {
        out->points[i].x = reader_u16be(in);
        out->points[i].y = reader_u16be(in);
        if (out->points[i].x > REGION_UNIT || out->points[i].y > REGION_UNIT)
            return STATUS_BAD_INPUT;
    }
    return in->failed ? STATUS_BAD_INPUT : STATUS_OK;
}

enum status regions_read(struct bytes in, struct regions *out)
{
    struct reader left = reader_on(in);
    *out = (struct regions){.count = 0};
    while (reader_more(&left)) {
        if (out->count == REGIONS_MAX)
            return STATUS_LIMIT;
        enum status s = read_one(&left, &out->list[out->count++]);
        if (s != STATUS_OK)
            return s;
    }
    return out->count == 0 ? STATUS_BAD_INPUT : STATUS_OK;
}
