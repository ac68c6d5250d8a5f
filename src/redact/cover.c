/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/cover.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum {
    BLACK = 16, /* also of pictures whose range is full: black enough */
    GREY = 128, /* no colour */
    MARGIN = 1, /* pixels */
    STEPS = 2,  /* along an edge, to a pixel */
};

struct cover {
    unsigned width;
    unsigned height;
    uint8_t *pixels; /* 1: covered */
    uint8_t *chroma; /* of half the size: one of its four is covered */
};

/* ---- which pixels ---- */

/* Where an edge meets a line of pixels; lengths in thousandths of a pixel. */
struct crossing {
    int64_t x;
    int turn; /* 1: downwards, -1: upwards */
};

static size_t cross(const struct region *region, const struct cover *cover,
                    int64_t y, struct crossing out[REGION_POINTS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < region->count; i++) {
        struct region_point a = region->points[i];
        struct region_point b = region->points[(i + 1) % region->count];
        int64_t ay = (int64_t)a.y * cover->height;
        int64_t by = (int64_t)b.y * cover->height;
        int64_t ax = (int64_t)a.x * cover->width;
        int64_t bx = (int64_t)b.x * cover->width;
        if ((ay <= y) == (by <= y))
            continue;
        out[count++] = (struct crossing){ax + (y - ay) * (bx - ax) / (by - ay),
                                         ay <= y ? 1 : -1};
    }
    return count;
}

static void sort(struct crossing *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct crossing moved = list[i];
        size_t at = i;
        for (; at > 0 && list[at - 1].x > moved.x; at--)
            list[at] = list[at - 1];
        list[at] = moved;
    }
}

static void mark(struct cover *cover, int64_t row, int64_t from_x, int64_t to_x)
{
    int64_t from = from_x / REGION_UNIT - MARGIN;
    int64_t to = to_x / REGION_UNIT + 1 + MARGIN;
    from = from < 0 ? 0 : from;
    to = to > cover->width ? cover->width : to;
    for (int64_t y = row - MARGIN; y <= row + MARGIN; y++)
        if (y >= 0 && y < cover->height && from < to)
            memset(cover->pixels + y * cover->width + from, 1,
                   (size_t)(to - from));
}

/* What an edge winds around, also where it crosses itself. */
static void mark_row(struct cover *cover, const struct region *region,
                     unsigned row)
{
    struct crossing list[REGION_POINTS_MAX];
    int64_t middle = (int64_t)row * REGION_UNIT + REGION_UNIT / 2;
    size_t count = cross(region, cover, middle, list);
    int winding = 0;
    sort(list, count);
    for (size_t i = 0; i + 1 < count; i++) {
        winding += list[i].turn;
        if (winding != 0)
            mark(cover, row, list[i].x, list[i + 1].x);
    }
}

/* All that an edge touches, however thin the region is there. */
static void mark_edge(struct cover *cover, struct region_point a,
                      struct region_point b)
{
    int64_t x = (int64_t)a.x * cover->width;
    int64_t y = (int64_t)a.y * cover->height;
    int64_t right = (int64_t)b.x * cover->width - x;
    int64_t down = (int64_t)b.y * cover->height - y;
    int64_t longest = llabs(right) > llabs(down) ? llabs(right) : llabs(down);
    int64_t steps = longest * STEPS / REGION_UNIT + 1;
    for (int64_t i = 0; i <= steps; i++) {
        int64_t at_x = x + right * i / steps;
        mark(cover, (y + down * i / steps) / REGION_UNIT, at_x, at_x);
    }
}

static void halve(struct cover *cover)
{
    unsigned half = (cover->width + 1) / 2;
    for (unsigned y = 0; y < cover->height; y++)
        for (unsigned x = 0; x < cover->width; x++)
            if (cover->pixels[(size_t)y * cover->width + x] != 0)
                cover->chroma[(size_t)(y / 2) * half + x / 2] = 1;
}

enum status cover_create(const struct regions *regions, unsigned width,
                         unsigned height, struct cover **out)
{
    struct cover *cover = alloc_zeroed(sizeof *cover);
    *out = NULL;
    if (cover == NULL)
        return STATUS_NO_MEMORY;
    *cover = (struct cover){.width = width, .height = height};
    cover->pixels = alloc_array(height, width);
    cover->chroma = alloc_array((height + 1) / 2, (width + 1) / 2);
    if (cover->pixels == NULL || cover->chroma == NULL) {
        cover_destroy(&cover);
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < regions->count; i++) {
        const struct region *region = &regions->list[i];
        for (unsigned row = 0; row < height; row++)
            mark_row(cover, region, row);
        for (size_t j = 0; j < region->count; j++)
            mark_edge(cover, region->points[j],
                      region->points[(j + 1) % region->count]);
    }
    halve(cover);
    *out = cover;
    return STATUS_OK;
}

void cover_destroy(struct cover **cover)
{
    struct cover *old = *cover;
    *cover = NULL;
    if (old == NULL)
        return;
    alloc_free(old->pixels);
    alloc_free(old->chroma);
    alloc_free(old);
}

/* ---- in a picture ---- */

static void blacken(const uint8_t *covered, unsigned width, unsigned height,
                    uint8_t *plane, size_t stride, uint8_t value)
{
    for (unsigned y = 0; y < height; y++)
        for (unsigned x = 0; x < width; x++)
            if (covered[(size_t)y * width + x] != 0)
                plane[y * stride + x] = value;
}

void cover_apply(const struct cover *cover, uint8_t *const planes[3],
                 const size_t strides[3])
{
    unsigned width = (cover->width + 1) / 2;
    unsigned height = (cover->height + 1) / 2;
    blacken(cover->pixels, cover->width, cover->height, planes[0], strides[0],
            BLACK);
    blacken(cover->chroma, width, height, planes[1], strides[1], GREY);
    blacken(cover->chroma, width, height, planes[2], strides[2], GREY);
}

bool cover_hides(const struct cover *cover, unsigned x, unsigned y)
{
    return cover->pixels[(size_t)y * cover->width + x] != 0;
}
