/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_file.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/volume.h"

enum {
    WINDOW_BYTES = 64 * 1024,
    ENDING_SIZE = 6, /* of names, with its zero */
};

static const char ENDING[ENDING_SIZE] = ".leaf";
static const char VOLUME_ENDING[] = ".vol";

enum status leaf_file_path(const char *directory, uint16_t class_id,
                           uint32_t number, char out[PATH_SIZE])
{
    enum status s = volume_path(directory, class_id, number, out);
    size_t stem = s == STATUS_OK ? strlen(out) - strlen(VOLUME_ENDING) : 0;
    if (s == STATUS_OK && stem + ENDING_SIZE > PATH_SIZE)
        s = STATUS_LIMIT;
    if (s == STATUS_OK)
        memcpy(out + stem, ENDING, ENDING_SIZE);
    return s;
}

enum status leaf_file_name_parse(const char *name, uint16_t *class_id,
                                 uint32_t *number)
{
    char volume[64];
    size_t size = strlen(name);
    if (size < ENDING_SIZE || size >= sizeof volume ||
        strcmp(name + size - (ENDING_SIZE - 1), ENDING) != 0)
        return STATUS_BAD_INPUT;
    (void)snprintf(volume, sizeof volume, "%.*s%s",
                   (int)(size - (ENDING_SIZE - 1)), name, VOLUME_ENDING);
    return volume_name_parse(volume, class_id, number);
}

enum status leaf_file_create(const struct file_layer *layer,
                             const char *directory, uint16_t class_id,
                             uint32_t number)
{
    char path[PATH_SIZE];
    AUTO(file_close) struct file *file = NULL;
    enum status s = leaf_file_path(directory, class_id, number, path);
    if (s == STATUS_OK)
        s = file_open(layer, path, FILE_READ | FILE_WRITE | FILE_CREATE,
                      &file);
    return s == STATUS_OK ? file_truncate(file, 0) : s;
}

/* Sound, or not a block. */
static bool decode(struct leaf_block *block)
{
    block->kind = leaf_block_kind(block->bytes);
    if (block->kind == LEAF_BLOCK_LEAF) {
        struct reader in = reader_on(bytes_of(block->bytes, LEAF_BLOCK_SIZE));
        return gop_leaf_decode(&in, &block->leaf) == STATUS_OK;
    }
    if (block->kind == LEAF_BLOCK_BATCH)
        return leaf_batch_decode(block->bytes, &block->batch) == STATUS_OK;
    return block->kind != LEAF_BLOCK_NONE;
}

enum status leaf_file_read(struct file *file, leaf_block_fn *on_block,
                           void *context, uint64_t *end)
{
    uint64_t size = 0;
    *end = 0;
    enum status s = file_size(file, &size);
    if (s != STATUS_OK)
        return s;
    uint8_t *window = alloc_array(WINDOW_BYTES, 1);
    if (window == NULL)
        return STATUS_NO_MEMORY;
    size -= size % LEAF_BLOCK_SIZE;
    bool goes_on = true;
    while (s == STATUS_OK && goes_on && *end < size) {
        size_t part = size - *end < WINDOW_BYTES ? (size_t)(size - *end)
                                                 : WINDOW_BYTES;
        s = file_read_at(file, *end, window, part);
        for (size_t at = 0; s == STATUS_OK && goes_on && at < part;
             at += LEAF_BLOCK_SIZE) {
            struct leaf_block block = {.offset = *end, .bytes = window + at};
            if (!decode(&block)) {
                alloc_free(window);
                return STATUS_OK;
            }
            goes_on = on_block(context, &block);
            *end += LEAF_BLOCK_SIZE;
        }
    }
    alloc_free(window);
    return s == STATUS_END ? STATUS_OK : s;
}
