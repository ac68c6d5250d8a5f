/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/image.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/secret.h"
#include "keys/key_files.h"
#include "keys/root_store.h"
#include "keys/table_block.h"

enum { ROOTS_MAX = 8 };

/* The roots that could be read. */
struct roots {
    uint8_t *bytes; /* locked memory: ROOTS_MAX of ROOT_SIZE */
    size_t count;
    unsigned cells; /* they are of */
};

static void roots_deinit(struct roots *roots)
{
    secret_destroy(&roots->bytes);
}

static enum status roots_read(struct root_store *store, struct roots *out)
{
    enum status s = secret_create(ROOTS_MAX * ROOT_SIZE, &out->bytes);
    if (s != STATUS_OK)
        return s;
    for (unsigned cell = 0; cell < ROOT_CELLS; cell++) {
        size_t before = out->count;
        for (unsigned copy = 0; copy < store->copies; copy++) {
            if (out->count < ROOTS_MAX &&
                store->read(store, cell, copy,
                            out->bytes + out->count * ROOT_SIZE) == STATUS_OK)
                out->count++;
        }
        out->cells += out->count > before;
    }
    return STATUS_OK;
}

/* Whether any root opens this block of the table that claim describes. */
static bool block_opens(const struct table_claim *claim,
                        const struct roots *roots, uint32_t index,
                        const uint8_t *at)
{
    uint8_t plain[BLOCK_PLAIN_SIZE];
    bool is_open = false;
    for (size_t i = 0; !is_open && i < roots->count; i++) {
        struct table_keys keys = {.root = roots->bytes + i * ROOT_SIZE,
                                  .epoch = claim->epoch,
                                  .count = claim->blocks};
        memcpy(keys.salt, claim->salt, sizeof keys.salt);
        is_open = table_block_open(&keys, index, bytes_of(NULL, 0), at, plain,
                                   sizeof plain) == STATUS_OK;
    }
    secret_wipe(plain, sizeof plain);
    return is_open;
}

static bool header_opens(const uint8_t *table, const struct roots *roots)
{
    const struct bytes header = bytes_of(table, TABLE_HEADER_SIZE);
    bool is_open = false;
    for (size_t i = 0; !is_open && i < roots->count; i++)
        is_open = table_header_opens(header, roots->bytes + i * ROOT_SIZE);
    return is_open;
}

static enum status try_table(struct key_files *files, unsigned place,
                             unsigned copy, const struct roots *roots,
                             struct key_image *out)
{
    struct table_claim claim;
    uint8_t *head = NULL;
    uint8_t *table = NULL;
    enum status s =
        key_files_salvage(files, place, copy, TABLE_HEADER_SIZE, &head);
    if (s != STATUS_OK)
        return s;
    bool is_table = table_claim_read(bytes_of(head, TABLE_HEADER_SIZE),
                                     &claim) == STATUS_OK;
    alloc_free(head);
    if (!is_table)
        return STATUS_OK; /* never written */
    s = key_files_salvage(files, place, copy, claim.size_bytes, &table);
    if (s != STATUS_OK)
        return s;
    out->tables++;
    out->blocks += (size_t)claim.blocks + 1;
    out->opened += header_opens(table, roots);
    for (uint32_t i = 0; i < claim.blocks; i++)
        out->opened += block_opens(&claim, roots, i + 1,
                                   table + TABLE_HEADER_SIZE +
                                       (size_t)i * TABLE_BLOCK_SIZE);
    alloc_free(table);
    return STATUS_OK;
}

enum status key_image_try(const struct file_layer *layer,
                          const char *directory, struct root_store *store,
                          struct key_image *out)
{
    AUTO(key_files_close) struct key_files files = {0};
    AUTO(roots_deinit) struct roots roots = {0};
    *out = (struct key_image){0};
    enum status s = key_files_open_read(layer, directory, &files);
    if (s == STATUS_OK && store != NULL)
        s = roots_read(store, &roots);
    out->cells = roots.cells;
    for (unsigned i = 0; s == STATUS_OK && i < KEY_PLACES * TABLE_COPIES;
         i++) {
        unsigned place = i / TABLE_COPIES;
        unsigned copy = i % TABLE_COPIES;
        if (files.tables[place][copy] != NULL)
            s = try_table(&files, place, copy, &roots, out);
    }
    return s == STATUS_OK && out->tables == 0 ? STATUS_NOT_FOUND : s;
}
