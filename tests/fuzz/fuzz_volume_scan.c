/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole volume from a disk that may hold anything: the scan ends, goes only
 * forward, and tells only records that fit. The checksum of each header place
 * that has a magic is made right, so that the fuzzer gets past it.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "base/writer.h"
#include "store/volume.h"

enum { SIZE_MAX_BYTES = 65536, CHECKED_SIZE = 156 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file that is the fuzzer's bytes. */
struct memory_file {
    struct file file;
    const uint8_t *data;
    size_t size;
};

static enum status read_at(struct file *file, uint64_t offset, void *out,
                           size_t size)
{
    const struct memory_file *memory = (const struct memory_file *)file;
    if (offset > memory->size || size > memory->size - offset)
        return STATUS_END;
    memcpy(out, memory->data + offset, size);
    return STATUS_OK;
}

struct progress {
    uint64_t at;
    uint64_t size;
};

static bool on_record(void *context, uint64_t offset,
                      const struct record_header *header)
{
    struct progress *progress = context;
    assert(offset >= progress->at && offset % STORE_ALIGNMENT == 0);
    progress->at = offset + record_stored_size(header->sealed_size);
    assert(progress->at <= progress->size);
    return true;
}

static void mend_checksums(uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + RECORD_HEADER_SIZE <= size;
         at += STORE_ALIGNMENT) {
        if (memcmp(bytes + at, "HREC", 4) != 0)
            continue;
        struct writer w = writer_on(bytes + at + CHECKED_SIZE, 4);
        writer_u32be(&w, crc32c(bytes_of(bytes + at, CHECKED_SIZE)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct file_layer layer = {.read_at = read_at};
    size = size < SIZE_MAX_BYTES ? size : SIZE_MAX_BYTES;
    uint8_t *bytes = alloc_array(size + 1, 1);
    if (bytes == NULL)
        return 0;
    memcpy(bytes, data, size);
    mend_checksums(bytes, size);
    struct memory_file memory = {{.layer = &layer}, bytes, size};
    struct progress progress = {0, size};
    uint64_t end = 0;
    size_t damaged = 0;
    enum status s = volume_scan(&memory.file, 0, size, on_record, &progress,
                                &end, &damaged);
    assert(s == STATUS_OK && end <= size);
    alloc_free(bytes);
    return 0;
}
