/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/tile.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

static void names_are_those_of_the_format(void **state)
{
    (void)state;
    static const struct {
        struct tile_name name;
        const char *path;
    } ROWS[] = {
        {{0, 0, 256}, "tile/0/000"},
        {{0, 0, 1}, "tile/0/000.p/1"},
        {{1, 999, 255}, "tile/1/999.p/255"},
        {{0, 1000, 256}, "tile/0/x001/000"},
        {{0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{7, 12, 8}, "tile/7/012.p/8"},
        {{TILE_LEVEL_ENTRIES, 1234067, 4}, "tile/entries/x001/x234/067.p/4"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char path[TILE_PATH_SIZE];
        struct tile_name again;
        tile_path(&ROWS[i].name, path);
        assert_string_equal(ROWS[i].path, path);
        CHECK_OK(tile_parse(text_of(path), &again));
        CHECK(again.level == ROWS[i].name.level &&
              again.index == ROWS[i].name.index &&
              again.width == ROWS[i].name.width);
    }
}

static void the_largest_index_comes_back(void **state)
{
    (void)state;
    struct tile_name name = {0, UINT64_MAX, 256};
    struct tile_name again;
    char path[TILE_PATH_SIZE];
    tile_path(&name, path);
    CHECK_OK(tile_parse(text_of(path), &again));
    CHECK(again.index == UINT64_MAX);
}

static void nothing_else_is_a_name(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/8/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/001/002",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/8/0/000",
        "tile/-1/000",
        "tile/entries",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
    };
    struct tile_name name;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, tile_parse(text_of(BAD[i]), &name));
}

TEST_MAIN("log/tree/tile", TEST(names_are_those_of_the_format),
          TEST(the_largest_index_comes_back), TEST(nothing_else_is_a_name))
