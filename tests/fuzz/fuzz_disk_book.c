/* SPDX-License-Identifier: Apache-2.0 */
/* What the vault knows of its disks, its sum made right: it says anything. */
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "base/writer.h"
#include "fuzz/one_file.h"
#include "store/disk_book.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4 || size > 65536)
        return 0;
    uint8_t *bytes = alloc_array(size, 1);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data, size);
    struct writer w = writer_on(bytes + size - 4, 4);
    writer_u32be(&w, crc32c(bytes_of(bytes, size - 4)));
    const struct one_file_layer disk = one_file_layer(bytes, size);
    struct disk_book *book = alloc_zeroed(sizeof *book);
    if (book != NULL &&
        disk_book_read(book, &disk.layer, "disks") == STATUS_OK)
        (void)disk_book_find(book, "d1");
    alloc_free(book);
    alloc_free(bytes);
    return 0;
}
