/* SPDX-License-Identifier: Apache-2.0 */
/* The name of a tile, as somebody asks for it: one name, one tile. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "log/tree/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char again[TILE_PATH_SIZE];
    struct tile_name name;
    struct text path = bytes_text(bytes_of(data, size));
    if (tile_parse(path, &name) != STATUS_OK)
        return 0;
    assert(name.width > 0 && name.width <= TILE_WIDTH);
    assert(name.level < TILE_LEVELS_MAX || name.level == TILE_LEVEL_ENTRIES);
    tile_path(&name, again);
    assert(text_equal(path, text_of(again)));
    return 0;
}
