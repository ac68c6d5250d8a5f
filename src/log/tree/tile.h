/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/tile - names of tiles: C2SP tlog-tiles.
 *
 *   tile/<L>/<N>        256 hashes of level 8 * L, from number 256 * N on
 *   tile/<L>/<N>.p/<W>  the first W (1..255) of them, as long as there are no
 *                       more
 *
 * N is written in groups of three digits, all but the last with an x before:
 * 1234067 is x001/x234/067. An entry bundle is tile/entries/<N>; on disk the
 * lines of `entries` stand for them (docs/design/log.md).
 *
 * Threads: any; no state.
 */
#ifndef LOG_TREE_TILE_H
#define LOG_TREE_TILE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "log/tree/tree.h"

enum {
    TILE_HEIGHT = 8,
    TILE_WIDTH = 256,
    TILE_SIZE = TILE_WIDTH * SHA256_SIZE, /* bytes of a full tile */
    TILE_LEVELS_MAX = 8,                  /* 2^64 leaves */
    TILE_LEVEL_ENTRIES = 255,             /* tile/entries */
    TILE_PATH_SIZE = 64,                  /* with the terminating zero */
};

struct tile_name {
    unsigned level; /* 0..7, or TILE_LEVEL_ENTRIES */
    uint64_t index;
    unsigned width; /* 1..256; 256: a full tile */
};

/* "tile/0/x001/x234/067.p/8", terminated. */
void tile_path(const struct tile_name *name, char out[TILE_PATH_SIZE]);

/* Only what tile_path writes. Fails with: BAD_INPUT. */
MUST_USE enum status tile_parse(struct text path, struct tile_name *out);

/* Hashes of this level's tile row in a tree of size leaves. */
static inline uint64_t tile_row(uint64_t size, unsigned level)
{
    return level >= TILE_LEVELS_MAX ? 0 : size >> (TILE_HEIGHT * level);
}

#endif
