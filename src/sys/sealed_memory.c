/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/sealed_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"

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

enum status sealed_memory_make(const struct bytes *parts, size_t count,
                               int *descriptor)
{
    *descriptor = -1;
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        if (!size_add(size, parts[i].size, &size) || size > SEALED_MEMORY_MAX)
            return STATUS_LIMIT;
    int made = memfd_create("haechi", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0)
        return STATUS_IO;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < count; i++)
        s = write_whole(made, parts[i]);
    if (s == STATUS_OK && fcntl(made, F_ADD_SEALS, SEALS) != 0)
        s = STATUS_IO;
    if (s == STATUS_OK)
        *descriptor = made;
    else
        (void)close(made);
    return s;
}

enum status memory_draft_begin(size_t capacity, struct memory_draft *out)
{
    *out = (struct memory_draft){.descriptor = -1};
    if (capacity == 0 || capacity > SEALED_MEMORY_MAX)
        return STATUS_LIMIT;
    int made = memfd_create("haechi", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0)
        return STATUS_IO;
    void *mapped = MAP_FAILED;
    if (ftruncate(made, (off_t)capacity) == 0)
        mapped = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, made,
                      0);
    if (mapped == MAP_FAILED) {
        (void)close(made);
        return STATUS_IO;
    }
    *out = (struct memory_draft){mapped, capacity, made};
    return STATUS_OK;
}

enum status memory_draft_seal(struct memory_draft *draft, size_t size,
                              int *descriptor)
{
    /* Nobody may map it for writing when it is sealed against that. */
    if (draft->data != NULL)
        (void)munmap(draft->data, draft->capacity);
    draft->data = NULL;
    *descriptor = -1;
    enum status s = STATUS_OK;
    if (draft->descriptor < 0 || size > draft->capacity)
        s = STATUS_IO;
    else if (size > 0 && (ftruncate(draft->descriptor, (off_t)size) != 0 ||
                          fcntl(draft->descriptor, F_ADD_SEALS, SEALS) != 0))
        s = STATUS_IO;
    if (s == STATUS_OK && size > 0) {
        *descriptor = draft->descriptor;
        draft->descriptor = -1;
    }
    memory_draft_drop(draft);
    return s;
}

void memory_draft_drop(struct memory_draft *draft)
{
    if (draft->data != NULL)
        (void)munmap(draft->data, draft->capacity);
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
