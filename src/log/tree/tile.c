/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/tile.h"

#include <stdio.h>

#include "base/number.h"
#include "base/text.h"

enum { GROUP = 1000, GROUP_DIGITS = 3, GROUPS_MAX = 7, INDEX_SIZE = 40 };

/* The index in groups of three digits. */
static void write_index(uint64_t index, char out[INDEX_SIZE])
{
    unsigned groups[GROUPS_MAX];
    size_t count = 0;
    size_t used = 0;
    do {
        groups[count++] = (unsigned)(index % GROUP);
        index /= GROUP;
    } while (index > 0);
    while (count-- > 0) {
        int wrote = snprintf(out + used, INDEX_SIZE - used,
                             count > 0 ? "x%03u/" : "%03u", groups[count]);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}

void tile_path(const struct tile_name *name, char out[TILE_PATH_SIZE])
{
    char level[4] = "";
    char index[INDEX_SIZE] = "";
    char width[8] = "";
    write_index(name->index, index);
    (void)snprintf(level, sizeof level, "%u", name->level % GROUP);
    if (name->width < TILE_WIDTH)
        (void)snprintf(width, sizeof width, ".p/%u", name->width % TILE_WIDTH);
    (void)snprintf(out, TILE_PATH_SIZE, "tile/%s/%s%s",
                   name->level == TILE_LEVEL_ENTRIES ? "entries" : level, index,
                   width);
}

static bool parse_digits(struct text digits, uint64_t *index)
{
    uint64_t group = 0;
    if (digits.size != GROUP_DIGITS ||
        number_parse_u64(digits, 0, GROUP - 1, &group) != STATUS_OK ||
        *index > (UINT64_MAX - group) / GROUP)
        return false;
    *index = *index * GROUP + group;
    return true;
}

/* Takes "x001/x234/" and leaves the last group to the caller. */
static bool parse_index(struct text *left, uint64_t *index)
{
    *index = 0;
    while (left->size > 0 && left->data[0] == 'x') {
        struct text group = text_cut(left, '/');
        group.data++;
        group.size--;
        if (!parse_digits(group, index))
            return false;
    }
    if (left->size < GROUP_DIGITS ||
        !parse_digits((struct text){left->data, GROUP_DIGITS}, index))
        return false;
    left->data += GROUP_DIGITS;
    left->size -= GROUP_DIGITS;
    return true;
}

enum status tile_parse(struct text path, struct tile_name *out)
{
    struct text left = path;
    uint64_t level = TILE_LEVEL_ENTRIES;
    uint64_t width = TILE_WIDTH;
    char again[TILE_PATH_SIZE];
    bool is_tile = text_equal(text_cut(&left, '/'), text_of("tile"));
    struct text kind = text_cut(&left, '/');
    *out = (struct tile_name){.level = 0};
    if (!is_tile || (!text_equal(kind, text_of("entries")) &&
                     number_parse_u64(kind, 0, TILE_LEVELS_MAX - 1, &level) !=
                         STATUS_OK) ||
        !parse_index(&left, &out->index))
        return STATUS_BAD_INPUT;
    struct text partial = text_of(".p/");
    if (left.size > 0) {
        if (!text_starts_with(left, partial))
            return STATUS_BAD_INPUT;
        left.data += partial.size;
        left.size -= partial.size;
        if (number_parse_u64(left, 1, TILE_WIDTH - 1, &width) != STATUS_OK)
            return STATUS_BAD_INPUT;
    }
    out->level = (unsigned)level;
    out->width = (unsigned)width;
    /* One name, one way: no leading zeros or empty groups. */
    tile_path(out, again);
    return text_equal(path, text_of(again)) ? STATUS_OK : STATUS_BAD_INPUT;
}
