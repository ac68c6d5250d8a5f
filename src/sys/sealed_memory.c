/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sealed_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>


enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static enum status write_whole(int descriptor, struct bytes part)
{
    while (part.size > 0) {
        ssize_t written = write(descriptor, part.data, part.size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return STATUS_IO;
        part.data += written;
        part.size -= (size_t)written;
    }
    return STATUS_OK;
}

enum status memory_draft_begin(struct memory_draft *out)
{
    out->size = 0;
    out->descriptor = memfd_create("haechi", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return out->descriptor < 0 ? STATUS_IO : STATUS_OK;
}

/* Written, not mapped: a page that is mapped costs a fault more, which is half
 * as much again as all of the write. */
enum status memory_draft_append(struct memory_draft *draft, struct bytes part)
{
    if (part.size > SEALED_MEMORY_MAX - draft->size)
        return STATUS_LIMIT;
    enum status s = write_whole(draft->descriptor, part);
    if (s == STATUS_OK)
        draft->size += part.size;
    return s;
}

enum status memory_draft_seal(struct memory_draft *draft, int *descriptor)
{
    enum status s = STATUS_OK;
    *descriptor = -1;
    if (draft->size > 0 && fcntl(draft->descriptor, F_ADD_SEALS, SEALS) != 0)
        s = STATUS_IO;
    if (s == STATUS_OK && draft->size > 0) {
        *descriptor = draft->descriptor;
        draft->descriptor = -1;
    }
    memory_draft_drop(draft);
    return s;
}

void memory_draft_drop(struct memory_draft *draft)
{
    if (draft->descriptor >= 0)
        (void)close(draft->descriptor);
    *draft = (struct memory_draft){.descriptor = -1};
}

size_t sealed_memory_size(int descriptor)
{
    struct stat stat;
    return fstat(descriptor, &stat) == 0 && S_ISREG(stat.st_mode) &&
                   stat.st_size > 0
               ? (size_t)stat.st_size
               : 0;
}

enum status sealed_memory_make(const struct bytes *parts, size_t count,
                               int *descriptor)
{
    struct memory_draft draft;
    *descriptor = -1;
    enum status s = memory_draft_begin(&draft);
    for (size_t i = 0; s == STATUS_OK && i < count; i++)
        s = memory_draft_append(&draft, parts[i]);
    /* Also of nothing at all: the receiver waits for a descriptor. */
    if (s == STATUS_OK && fcntl(draft.descriptor, F_ADD_SEALS, SEALS) != 0)
        s = STATUS_IO;
    if (s == STATUS_OK) {
        *descriptor = draft.descriptor;
        draft.descriptor = -1;
    }
    memory_draft_drop(&draft);
    return s;
}

enum status sealed_memory_map(int descriptor, size_t size, struct bytes *out)
{
    *out = (struct bytes){NULL, 0};
    if (size > SEALED_MEMORY_MAX)
        return STATUS_LIMIT;
    struct stat stat;
    int seals = fcntl(descriptor, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS || fstat(descriptor, &stat) != 0 ||
        stat.st_size < 0 || (size_t)stat.st_size < size)
        return STATUS_CORRUPT;
    if (size == 0)
        return STATUS_OK;
    void *mapped = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED)
        return STATUS_IO;
    *out = bytes_of(mapped, size);
    return STATUS_OK;
}

void sealed_memory_unmap(struct bytes *mapped)
{
    if (mapped->size > 0)
        (void)munmap((void *)(uintptr_t)mapped->data, mapped->size);
    *mapped = (struct bytes){NULL, 0};
}
