/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles and roots against what the lines give. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "log/log_check_private.h"
#include "log/tree/tile_file.h"

enum { WHAT_SIZE = 200 };

static const char DAMAGED[] =
    "is not what the entries give; derived, made again at the next start";

/* ---- tiles ---------------------------------------------------------------- */

/* Whether the tile above agrees with the lines about this one. */
static bool fits_above(const struct check *check, const struct tile_name *name,
                       const struct merkle_hash *hashes)
{
    struct tile_name above = rows_tile(check->signed_size, name->level + 1);
    struct merkle_hash stored[TILE_WIDTH];
    struct merkle_hash root;
    uint64_t index = name->index / TILE_WIDTH;
    unsigned at = (unsigned)(name->index % TILE_WIDTH);
    if (name->width < TILE_WIDTH || index > above.index)
        return false;
    if (index < above.index)
        above.width = TILE_WIDTH;
    above.index = index;
    return at < above.width &&
           tile_file_read(check->request->layer, check->request->directory,
                          &above, stored) == STATUS_OK &&
           tree_root_of(hashes, TILE_WIDTH, &root) == STATUS_OK &&
           tree_hash_equal(&stored[at], &root);
}

static void note_tile(struct check *check, const struct tile_name *name,
                      const struct merkle_hash *hashes,
                      const struct merkle_hash *stored)
{
    struct check_tile found = {.name = *name, .is_missing = stored == NULL};
    unsigned at = 0;
    if (check->tile_count == CHECK_TILES_MAX)
        return;
    while (stored != NULL && at < name->width &&
           tree_hash_equal(&hashes[at], &stored[at]))
        at++;
    found.position = name->index * TILE_WIDTH + at;
    found.fits_above = fits_above(check, name, hashes);
    check->tiles[check->tile_count++] = found;
}

/* An unfinished tile goes when a newer checkpoint has a fuller one: whoever
 * writes beside this check has signed on. */
static bool is_outgrown(const struct check *check, const struct tile_name *name)
{
    AUTO(alloc_release) uint8_t *note = NULL;
    struct checkpoint now;
    char path[LOG_PATH_SIZE];
    size_t size = 0;
    return name->width < TILE_WIDTH &&
           check_path(check, "checkpoint", path) == STATUS_OK &&
           file_read_all(check->request->layer, path, NOTE_SIZE_MAX, &note,
                         &size) == STATUS_OK &&
           checkpoint_open(bytes_text(bytes_of(note, size)),
                           &check->result->key, &now) == STATUS_OK &&
           now.size > check->signed_size;
}

static enum status compare_tile(void *context, const struct tile_name *name,
                                const struct merkle_hash *hashes)
{
    struct check *check = context;
    struct merkle_hash stored[TILE_WIDTH];
    unsigned shift = TILE_HEIGHT * (name->level + 1);
    /* Behind the checkpoint there may be tiles already, and need not. */
    bool is_signed = shift >= 64 ? false
                                 : name->index + 1 <= check->signed_size >> shift;
    if (name->width == TILE_WIDTH && !is_signed)
        return STATUS_OK;
    enum status s = tile_file_read(
        check->request->layer, check->request->directory, name, stored);
    if (s == STATUS_NO_MEMORY)
        return s;
    if (s == STATUS_NOT_FOUND && is_outgrown(check, name))
        return STATUS_OK;
    if (s == STATUS_NOT_FOUND)
        note_tile(check, name, hashes, NULL);
    else if (s != STATUS_OK ||
             memcmp(stored, hashes, (size_t)name->width * SHA256_SIZE) != 0)
        note_tile(check, name, hashes, s == STATUS_OK ? stored : NULL);
    if (s != STATUS_OK && s != STATUS_NOT_FOUND && check->tile_count > 0)
        check->tiles[check->tile_count - 1].is_missing = false;
    return STATUS_OK;
}

static enum status compare_edge(struct check *check)
{
    enum status s = STATUS_OK;
    for (unsigned level = 0; s == STATUS_OK && level < TILE_LEVELS_MAX;
         level++) {
        struct tile_name name = rows_tile(check->tree->size, level);
        if (name.width > 0)
            s = compare_tile(check, &name, check->tree->hashes[level]);
    }
    return s;
}

/* ---- roots ---------------------------------------------------------------- */

static enum status reach_marks(struct check *check)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < check->mark_count; i++) {
        struct check_mark *mark = &check->marks[i];
        struct merkle_hash root;
        if (mark->is_reached || mark->checkpoint.size != check->tree->size)
            continue;
        s = rows_root(check->tree, &root);
        mark->is_reached = true;
        mark->is_right = tree_hash_equal(&root, &mark->checkpoint.root);
        if (s == STATUS_OK && mark->is_own)
            s = compare_edge(check);
    }
    return s;
}

enum status check_tree_begin(struct check *check)
{
    check->tree = alloc_zeroed(sizeof *check->tree);
    if (check->tree == NULL)
        return STATUS_NO_MEMORY;
    check->tree->on_full = compare_tile;
    check->tree->context = check;
    return reach_marks(check);
}

enum status check_tree_add(struct check *check, const struct merkle_hash *leaf)
{
    enum status s = rows_add(check->tree, leaf);
    return s == STATUS_OK ? reach_marks(check) : s;
}

/* ---- what it comes to ----------------------------------------------------- */

/* Whether some checkpoint says that everything in this tile is sound. */
static bool is_vouched_for(const struct check *check,
                           const struct check_tile *tile)
{
    for (size_t i = 0; i < check->mark_count; i++) {
        const struct check_mark *mark = &check->marks[i];
        if (mark->is_right && mark->checkpoint.size > tile->position)
            return true;
    }
    return tile->fits_above;
}

static void say_tiles(struct check *check)
{
    bool is_altered = false;
    for (size_t i = 0; i < check->tile_count; i++) {
        const struct check_tile *tile = &check->tiles[i];
        char where[LOG_WHERE_SIZE];
        if (tile->is_missing) {
            tile_path(&tile->name, where);
            check_find(check, where,
                       "is missing; derived, made again at the next start");
        } else if (tile->name.level > 0 && !is_altered) {
            tile_path(&tile->name, where);
            check_find(check, where, DAMAGED);
        } else if (tile->name.level == 0 && is_vouched_for(check, tile)) {
            tile_path(&tile->name, where);
            check_find(check, where, DAMAGED);
        } else if (tile->name.level == 0) {
            is_altered = true;
            (void)snprintf(where, sizeof where, "entries line %" PRIu64,
                           tile->position + 1);
            check_find(check, where, "the line does not hash to its leaf: it "
                                     "was altered, removed or put elsewhere");
        }
    }
}

static void say_marks(struct check *check)
{
    for (size_t i = 0; i < check->mark_count; i++) {
        const struct check_mark *mark = &check->marks[i];
        char what[WHAT_SIZE];
        if (mark->is_right)
            continue;
        if (mark->is_reached)
            (void)snprintf(what, sizeof what,
                           "the first %" PRIu64 " entries do not give its "
                           "root: entries were altered, removed or reordered",
                           mark->checkpoint.size);
        else
            (void)snprintf(what, sizeof what,
                           "it has %" PRIu64 " entries, the log %" PRIu64
                           ": the end of the log is missing",
                           mark->checkpoint.size, check->tree->size);
        check_find(check, mark->where, what);
    }
}

enum status check_tree_end(struct check *check)
{
    say_tiles(check);
    say_marks(check);
    for (size_t i = 0; i < check->mark_count; i++) {
        if (check->marks[i].is_own)
            check->result->is_signed = check->marks[i].is_right;
    }
    check->result->entries = check->tree->size;
    return rows_root(check->tree, &check->result->root);
}
