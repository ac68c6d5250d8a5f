/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's layer of sys/file. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/system_error.h"

enum {
    BLOCK_BYTES = 4096,          /* what O_DIRECT wants to be aligned to */
    BOUNCE_BYTES_MAX = 1 << 20,  /* one transfer through aligned memory */
    ZEROS_BYTES = 65536,         /* one write where a hole cannot be made */
    MODE_BITS = 0777,
};

struct system_file {
    struct file file; /* first: a struct file is one of these */
    int descriptor;
    int bulk; /* the same file past the page cache; -1: not */
};

static struct system_file *system_file_of(struct file *file)
{
    return (struct system_file *)file;
}

/* Logs what only the operator can mend; the callers expect the rest. */
static enum status failed(const char *what)
{
    enum status s = system_error_status(errno);
    if (s == STATUS_AGAIN)
        s = STATUS_IO;
    if (s == STATUS_IO)
        log_line(LOG_ERROR, "file: %s: %s", what, system_error_text(errno));
    return s;
}

/* ---- open and close ----------------------------------------------------- */

static int open_flags(unsigned flags)
{
    int result = O_CLOEXEC | O_NOCTTY;
    if ((flags & FILE_WRITE) == 0)
        result |= O_RDONLY;
    else
        result |= (flags & FILE_READ) != 0 ? O_RDWR : O_WRONLY;
    if ((flags & FILE_CREATE) != 0)
        result |= O_CREAT;
    if ((flags & FILE_EXCLUSIVE) != 0)
        result |= O_CREAT | O_EXCL;
    if ((flags & FILE_DIRECT) != 0)
        result |= O_DIRECT | O_DSYNC;
    return result;
}

static int open_retrying(const char *path, int flags)
{
    int descriptor = -1;
    do
        descriptor = open(path, flags, 0600);
    while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

static enum status system_open(const struct file_layer *layer,
                               const char *path, unsigned flags,
                               struct file **out)
{
    struct system_file *file = alloc_zeroed(sizeof *file);
    if (file == NULL)
        return STATUS_NO_MEMORY;
    int wanted = open_flags(flags);
    file->descriptor = open_retrying(path, wanted);
    if (file->descriptor < 0 && errno == EINVAL && (wanted & O_DIRECT) != 0) {
        /* A file system without O_DIRECT. Exclusive creation has already
         * happened by the time the kernel says so. */
        log_line(LOG_INFO, "file: no direct access, the page cache is used");
        file->descriptor = open_retrying(path, wanted & ~(O_DIRECT | O_EXCL));
    }
    if (file->descriptor < 0) {
        enum status s = failed("open");
        alloc_free(file);
        return s;
    }
    file->file.layer = layer;
    file->bulk = (flags & FILE_BULK) == 0
                     ? -1
                     : open_retrying(path, O_WRONLY | O_DIRECT | O_CLOEXEC);
    *out = &file->file;
    return STATUS_OK;
}

static void close_bulk(struct system_file *file)
{
    if (file->bulk >= 0)
        (void)close(file->bulk);
    file->bulk = -1;
}

static void system_close(struct file **file)
{
    close_bulk(system_file_of(*file));
    (void)close(system_file_of(*file)->descriptor);
    alloc_free(*file);
    *file = NULL;
}

/* ---- read and write ----------------------------------------------------- */

static enum status read_plain(int descriptor, uint64_t offset, uint8_t *out,
                              size_t size)
{
    while (size > 0) {
        ssize_t got = pread(descriptor, out, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed("read");
        if (got == 0)
            return STATUS_END;
        out += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return STATUS_OK;
}

static enum status write_plain(int descriptor, uint64_t offset,
                               struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t done =
            pwrite(descriptor, bytes.data, bytes.size, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return failed("write");
        if (done == 0) {
            log_line(LOG_ERROR, "file: write: nothing was taken");
            return STATUS_IO;
        }
        bytes.data += done;
        bytes.size -= (size_t)done;
        offset += (uint64_t)done;
    }
    return STATUS_OK;
}

static bool is_aligned(uint64_t value)
{
    return value % BLOCK_BYTES == 0;
}

/* Memory that O_DIRECT takes: *aligned points into what is returned. */
static void *bounce_make(size_t size, uint8_t **aligned)
{
    uint8_t *memory = alloc_array(size + BLOCK_BYTES, 1);
    if (memory == NULL)
        return NULL;
    size_t beyond = (uintptr_t)memory % BLOCK_BYTES;
    *aligned = memory + (beyond == 0 ? 0 : BLOCK_BYTES - beyond);
    return memory;
}

/* Direct files hold keys: nothing of them stays in freed memory. */
static void bounce_free(void *memory, uint8_t *aligned, size_t size)
{
    explicit_bzero(aligned, size);
    alloc_free(memory);
}

static enum status read_direct(int descriptor, uint64_t offset, uint8_t *out,
                               size_t size)
{
    if (is_aligned((uintptr_t)out))
        return read_plain(descriptor, offset, out, size);
    size_t most = size < BOUNCE_BYTES_MAX ? size : BOUNCE_BYTES_MAX;
    uint8_t *aligned = NULL;
    void *memory = bounce_make(most, &aligned);
    if (memory == NULL)
        return STATUS_NO_MEMORY;
    enum status s = STATUS_OK;
    for (size_t done = 0; s == STATUS_OK && done < size;) {
        size_t piece = size - done < most ? size - done : most;
        s = read_plain(descriptor, offset + done, aligned, piece);
        if (s == STATUS_OK)
            memcpy(out + done, aligned, piece);
        done += piece;
    }
    bounce_free(memory, aligned, most);
    return s;
}

static enum status write_direct(int descriptor, uint64_t offset,
                                struct bytes bytes)
{
    if (is_aligned((uintptr_t)bytes.data))
        return write_plain(descriptor, offset, bytes);
    size_t most =
        bytes.size < BOUNCE_BYTES_MAX ? bytes.size : BOUNCE_BYTES_MAX;
    uint8_t *aligned = NULL;
    void *memory = bounce_make(most, &aligned);
    if (memory == NULL)
        return STATUS_NO_MEMORY;
    enum status s = STATUS_OK;
    for (size_t done = 0; s == STATUS_OK && done < bytes.size;) {
        size_t piece = bytes.size - done < most ? bytes.size - done : most;
        memcpy(aligned, bytes.data + done, piece);
        s = write_plain(descriptor, offset + done, bytes_of(aligned, piece));
        done += piece;
    }
    bounce_free(memory, aligned, most);
    return s;
}

/* off_t is signed: what lies beyond it, no file has. */
static bool fits(uint64_t offset, uint64_t size)
{
    return offset <= INT64_MAX && size <= INT64_MAX - offset;
}

static enum status system_read_at(struct file *file, uint64_t offset,
                                  void *out, size_t size)
{
    const struct system_file *self = system_file_of(file);
    if (!fits(offset, size))
        return STATUS_END;
    if (!self->file.is_direct)
        return read_plain(self->descriptor, offset, out, size);
    assert(is_aligned(offset) && is_aligned(size));
    return read_direct(self->descriptor, offset, out, size);
}

static enum status system_write_at(struct file *file, uint64_t offset,
                                   struct bytes bytes)
{
    const struct system_file *self = system_file_of(file);
    if (!fits(offset, bytes.size))
        return STATUS_NO_SPACE;
    if (!self->file.is_direct)
        return write_plain(self->descriptor, offset, bytes);
    assert(is_aligned(offset) && is_aligned(bytes.size));
    return write_direct(self->descriptor, offset, bytes);
}

/* ---- large writes -------------------------------------------------------- */

static bool is_bulk(uint64_t offset, const struct iovec *vector, size_t count)
{
    uint64_t all = offset;
    for (size_t i = 0; i < count; i++)
        all |= (uintptr_t)vector[i].iov_base | vector[i].iov_len;
    return all % FILE_BULK_ALIGNMENT == 0;
}

/* Cuts what has been written off the front; how many are left. */
static size_t cut_written(struct iovec **vector, size_t count, size_t done)
{
    while (count > 0 && done >= (*vector)->iov_len) {
        done -= (*vector)->iov_len;
        ++*vector;
        count--;
    }
    if (count > 0) {
        (*vector)->iov_base = (uint8_t *)(*vector)->iov_base + done;
        (*vector)->iov_len -= done;
    }
    return count;
}

static enum status write_vector(struct system_file *file, uint64_t offset,
                                struct iovec *vector, size_t count)
{
    while (count > 0) {
        bool past_cache = file->bulk >= 0 && is_bulk(offset, vector, count);
        ssize_t done =
            pwritev(past_cache ? file->bulk : file->descriptor, vector,
                    (int)count, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno == EINVAL && past_cache) {
            log_line(LOG_INFO, "file: larger blocks, the page cache is used");
            close_bulk(file); /* its device wants another alignment */
            continue;
        }
        if (done < 0)
            return failed("write");
        if (done == 0) {
            log_line(LOG_ERROR, "file: write: nothing was taken");
            return STATUS_IO;
        }
        offset += (uint64_t)done;
        count = cut_written(&vector, count, (size_t)done);
    }
    return STATUS_OK;
}

static enum status system_write_parts(struct file *file, uint64_t offset,
                                      const struct bytes *parts, size_t count)
{
    struct iovec vector[FILE_PARTS_MAX];
    uint64_t size = 0;
    assert(count <= FILE_PARTS_MAX && !file->is_direct);
    for (size_t i = 0; i < count; i++) {
        memcpy(&vector[i].iov_base, &parts[i].data, sizeof parts[i].data);
        vector[i].iov_len = parts[i].size;
        size += parts[i].size;
    }
    return fits(offset, size)
               ? write_vector(system_file_of(file), offset, vector, count)
               : STATUS_NO_SPACE;
}

static enum status system_sync(struct file *file)
{
    int result = 0;
    do
        result = fdatasync(system_file_of(file)->descriptor);
    while (result != 0 && errno == EINTR);
    return result == 0 ? STATUS_OK : failed("sync");
}

static void system_forget_cached(struct file *file)
{
    int error = posix_fadvise(system_file_of(file)->descriptor, 0, 0,
                              POSIX_FADV_DONTNEED);
    if (error != 0)
        log_line(LOG_WARNING, "file: cache kept: %s",
                 system_error_text(error));
}

/* ---- size and space ----------------------------------------------------- */

static enum status system_size(struct file *file, uint64_t *out)
{
    struct stat facts;
    if (fstat(system_file_of(file)->descriptor, &facts) != 0)
        return failed("stat");
    *out = (uint64_t)facts.st_size;
    return STATUS_OK;
}

static enum status system_truncate(struct file *file, uint64_t size)
{
    if (!fits(0, size))
        return STATUS_NO_SPACE;
    int result = 0;
    do
        result = ftruncate(system_file_of(file)->descriptor, (off_t)size);
    while (result != 0 && errno == EINTR);
    return result == 0 ? STATUS_OK : failed("truncate");
}

static enum status write_zeros(struct file *file, uint64_t offset,
                               uint64_t size)
{
    enum status s = STATUS_OK;
    uint8_t *zeros = alloc_zeroed(ZEROS_BYTES);
    if (zeros == NULL)
        return STATUS_NO_MEMORY;
    while (s == STATUS_OK && size > 0) {
        size_t piece = size < ZEROS_BYTES ? (size_t)size : ZEROS_BYTES;
        s = system_write_at(file, offset, bytes_of(zeros, piece));
        offset += piece;
        size -= piece;
    }
    alloc_free(zeros);
    return s;
}

/* Not posix_fallocate(3): where the file system cannot, that one asks what no
 * sandbox allows, and writes what O_DIRECT does not take. */
static enum status system_preallocate(struct file *file, uint64_t size)
{
    if (!fits(0, size))
        return STATUS_NO_SPACE;
    if (size == 0)
        return STATUS_OK;
    int result = 0;
    do
        result = fallocate(system_file_of(file)->descriptor, 0, 0,
                           (off_t)size);
    while (result != 0 && errno == EINTR);
    if (result == 0)
        return STATUS_OK;
    if (errno != EOPNOTSUPP && errno != ENOSYS)
        return failed("preallocate");
    uint64_t end = 0;
    enum status s = system_size(file, &end);
    if (s == STATUS_OK && end < size)
        s = write_zeros(file, end, size - end);
    return s;
}

/* Where the file system has no holes: zeros, never beyond the end. */
static enum status punch_by_zeros(struct file *file, uint64_t offset,
                                  uint64_t size)
{
    uint64_t end = 0;
    enum status s = system_size(file, &end);
    uint64_t left = offset >= end ? 0 : end - offset;
    return s == STATUS_OK ? write_zeros(file, offset, size < left ? size : left)
                          : s;
}

static enum status system_punch(struct file *file, uint64_t offset,
                                uint64_t size)
{
    if (!fits(offset, size))
        return STATUS_NO_SPACE;
    if (size == 0)
        return STATUS_OK;
    int result = 0;
    do
        result = fallocate(system_file_of(file)->descriptor,
                           FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                           (off_t)offset, (off_t)size);
    while (result != 0 && errno == EINTR);
    if (result != 0 && (errno == EOPNOTSUPP || errno == ENOSYS))
        return punch_by_zeros(file, offset, size);
    return result == 0 ? STATUS_OK : failed("punch");
}

/* ---- names ------------------------------------------------------------- */

static enum status system_unlink(const struct file_layer *layer,
                                 const char *path)
{
    (void)layer;
    return unlink(path) == 0 ? STATUS_OK : failed("unlink");
}

static enum status system_rename(const struct file_layer *layer,
                                 const char *from, const char *to)
{
    (void)layer;
    return rename(from, to) == 0 ? STATUS_OK : failed("rename");
}

/* Only where they differ: what a role writes is its own, with mode 0600, and it
 * needs no call for that. */
static enum status system_take_rights(struct file *file, const char *path)
{
    int descriptor = system_file_of(file)->descriptor;
    struct stat old;
    struct stat fresh;
    if (stat(path, &old) != 0)
        return errno == ENOENT ? STATUS_OK : failed("ask for rights");
    if (fstat(descriptor, &fresh) != 0)
        return failed("ask for rights");
    bool is_ours = old.st_uid == fresh.st_uid && old.st_gid == fresh.st_gid;
    if (!is_ours && fchown(descriptor, old.st_uid, old.st_gid) != 0)
        log_line(LOG_WARNING, "file: its owner cannot be kept: %s",
                 system_error_text(errno));
    if ((old.st_mode & MODE_BITS) == (fresh.st_mode & MODE_BITS))
        return STATUS_OK;
    return fchmod(descriptor, old.st_mode & MODE_BITS) == 0
               ? STATUS_OK
               : failed("set rights");
}

static enum status system_make_directory(const struct file_layer *layer,
                                         const char *path)
{
    (void)layer;
    if (mkdir(path, 0700) == 0)
        return STATUS_OK;
    if (errno != EEXIST)
        return failed("make directory");
    struct stat facts;
    if (stat(path, &facts) != 0)
        return failed("make directory");
    return S_ISDIR(facts.st_mode) ? STATUS_OK : STATUS_CONFLICT;
}

static enum status system_remove_directory(const struct file_layer *layer,
                                           const char *path)
{
    (void)layer;
    if (rmdir(path) == 0)
        return STATUS_OK;
    return errno == ENOTEMPTY || errno == EEXIST ? STATUS_CONFLICT
                                                 : failed("remove directory");
}

static enum status system_sync_directory(const struct file_layer *layer,
                                         const char *path)
{
    (void)layer;
    int descriptor = open_retrying(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return failed("open directory");
    int result = fsync(descriptor);
    enum status s = result == 0 ? STATUS_OK : failed("sync directory");
    (void)close(descriptor);
    return s;
}

static enum status system_list(const struct file_layer *layer,
                               const char *path,
                               void (*on_name)(void *context,
                                               const char *name),
                               void *context)
{
    (void)layer;
    DIR *directory = opendir(path);
    if (directory == NULL)
        return failed("open directory");
    const struct dirent *entry = NULL;
    errno = 0;
    while ((entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0)
            on_name(context, entry->d_name);
        errno = 0;
    }
    enum status s = errno == 0 ? STATUS_OK : failed("list directory");
    (void)closedir(directory);
    return s;
}

static enum status system_free_bytes(const struct file_layer *layer,
                                     const char *path, uint64_t *out)
{
    (void)layer;
    struct statvfs facts;
    if (statvfs(path, &facts) != 0)
        return failed("ask for free space");
    *out = (uint64_t)facts.f_bavail * facts.f_frsize;
    return STATUS_OK;
}

const struct file_layer FILE_LAYER_SYSTEM = {
    .open = system_open,
    .close = system_close,
    .read_at = system_read_at,
    .write_at = system_write_at,
    .write_parts = system_write_parts,
    .sync = system_sync,
    .forget_cached = system_forget_cached,
    .size = system_size,
    .preallocate = system_preallocate,
    .truncate = system_truncate,
    .punch = system_punch,
    .unlink = system_unlink,
    .rename = system_rename,
    .take_rights = system_take_rights,
    .make_directory = system_make_directory,
    .remove_directory = system_remove_directory,
    .sync_directory = system_sync_directory,
    .list = system_list,
    .free_bytes = system_free_bytes,
};
