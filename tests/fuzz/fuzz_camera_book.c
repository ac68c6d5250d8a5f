/* SPDX-License-Identifier: Apache-2.0 */
/* The vault's small files, read back from a disk that may hold anything: the
 * camera book (first byte even) and the event journal (odd). */
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "base/writer.h"
#include "store/camera_book.h"
#include "store/event_journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIZE_MAX_BYTES = 65536 };

/* A disk with one file, whose changes are dropped. */
struct one_file_layer {
    struct file_layer layer;
    const uint8_t *data;
    size_t size;
};

struct one_file {
    struct file file;
    const struct one_file_layer *disk;
};

static enum status open_one(const struct file_layer *layer, const char *path,
                            unsigned flags, struct file **out)
{
    (void)path;
    (void)flags;
    struct one_file *file = alloc_zeroed(sizeof *file);
    if (file == NULL)
        return STATUS_NO_MEMORY;
    file->file.layer = layer;
    file->disk = (const struct one_file_layer *)layer;
    *out = &file->file;
    return STATUS_OK;
}

static void close_one(struct file **file)
{
    alloc_free(*file);
    *file = NULL;
}

static enum status size_of(struct file *file, uint64_t *out)
{
    *out = ((const struct one_file *)file)->disk->size;
    return STATUS_OK;
}

static enum status read_at(struct file *file, uint64_t offset, void *out,
                           size_t size)
{
    const struct one_file_layer *disk = ((const struct one_file *)file)->disk;
    if (offset > disk->size || size > disk->size - offset)
        return STATUS_END;
    memcpy(out, disk->data + offset, size);
    return STATUS_OK;
}

static enum status truncate_nothing(struct file *file, uint64_t size)
{
    (void)file;
    (void)size;
    return STATUS_OK;
}

static enum status sync_nothing(struct file *file)
{
    (void)file;
    return STATUS_OK;
}

static void try_book(const struct file_layer *layer, uint8_t *bytes,
                     size_t size)
{
    if (size > 4) { /* past the checksum */
        struct writer w = writer_on(bytes + size - 4, 4);
        writer_u32be(&w, crc32c(bytes_of(bytes, size - 4)));
    }
    struct camera_book book;
    if (camera_book_read(&book, layer, "book") == STATUS_OK)
        camera_book_deinit(&book);
}

static void try_journal(const struct file_layer *layer)
{
    struct event_journal *journal = NULL;
    if (event_journal_open(layer, "journal", &journal) == STATUS_OK)
        event_journal_close(&journal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    size_t used = size - 1 < SIZE_MAX_BYTES ? size - 1 : SIZE_MAX_BYTES;
    uint8_t *bytes = alloc_array(used + 1, 1);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data + 1, used);
    const struct one_file_layer disk = {
        .layer = {.open = open_one,
                  .close = close_one,
                  .size = size_of,
                  .read_at = read_at,
                  .truncate = truncate_nothing,
                  .sync = sync_nothing},
        .data = bytes,
        .size = used,
    };
    if (data[0] % 2 == 0)
        try_book(&disk.layer, bytes, used);
    else
        try_journal(&disk.layer);
    alloc_free(bytes);
    return 0;
}
