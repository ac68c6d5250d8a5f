/* SPDX-License-Identifier: Apache-2.0 */
/* The vault's small files, read back from a disk that may hold anything: the
 * camera book (first byte even) and the event journal (odd). */
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "base/writer.h"
#include "fuzz/one_file.h"
#include "store/camera_book.h"
#include "store/event_journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIZE_MAX_BYTES = 65536 };

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
    const struct one_file_layer disk = one_file_layer(bytes, used);
    if (data[0] % 2 == 0)
        try_book(&disk.layer, bytes, used);
    else
        try_journal(&disk.layer);
    alloc_free(bytes);
    return 0;
}
