/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of support/fake_disk. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/fake_disk_medium.h"

static struct fake_disk *disk_of(const struct file_layer *layer)
{
    /* The layer is the disk's first member. */
    return (struct fake_disk *)(uintptr_t)layer;
}

struct fake_file {
    struct file file;
    struct fake_disk *disk;
    int node;
    size_t crashes; /* when opened */
};

/* ---- failing ------------------------------------------------------------ */

/* Whether this call may go on; counts it. */
static enum status begin(struct fake_disk *disk, unsigned call)
{
    disk->calls++;
    if (call == FAKE_SYNC)
        disk->syncs++;
    if (disk->off_at != 0 && disk->calls >= disk->off_at)
        disk->is_off = true;
    if (disk->is_off)
        return STATUS_IO;
    if (disk->fail_in == 0 || (disk->fail_calls & call) == 0)
        return STATUS_OK;
    return --disk->fail_in == 0 ? disk->fail_status : STATUS_OK;
}

static struct fake_file *fake_file_of(struct file *file)
{
    return (struct fake_file *)file;
}

/* The lock is held, and given up meanwhile. */
static void wait_for_thaw(struct fake_disk *disk)
{
    while (disk->is_frozen)
        (void)pthread_cond_wait(&disk->thawed, &disk->lock);
}

static enum status begin_file(struct fake_file *file, unsigned call)
{
    if (call == FAKE_WRITE || call == FAKE_SYNC)
        wait_for_thaw(file->disk);
    enum status s = begin(file->disk, call);
    return file->crashes == file->disk->crashes ? s : STATUS_IO;
}

/* ---- the layer ---------------------------------------------------------- */

static enum status locked_open(struct fake_disk *disk, const char *path,
                               unsigned flags, int *out)
{
    int node = names_find(&disk->now, path);
    bool creates =
        node == NOTHING && (flags & (FILE_CREATE | FILE_EXCLUSIVE)) != 0;
    enum status s = begin(disk, creates ? FAKE_NAMES : FAKE_OPEN);
    if (s != STATUS_OK)
        return s;
    if (node != NOTHING && (flags & FILE_EXCLUSIVE) != 0)
        return STATUS_CONFLICT;
    if (node != NOTHING && disk->nodes[node].is_directory)
        return STATUS_IO;
    if (node == NOTHING && (!creates || !path_has_parent(disk, path)))
        return STATUS_NOT_FOUND;
    if (node == NOTHING) {
        node = node_make(disk, false);
        names_change(disk, path, "", node);
    }
    *out = node;
    return STATUS_OK;
}

static enum status fake_open(const struct file_layer *layer, const char *path,
                             unsigned flags, struct file **out)
{
    struct fake_disk *disk = disk_of(layer);
    struct fake_file *file = alloc_zeroed(sizeof *file);
    if (file == NULL)
        return STATUS_NO_MEMORY;
    char clean[PATH_BYTES];
    path_clean(path, clean);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = locked_open(disk, clean, flags, &file->node);
    file->crashes = disk->crashes;
    (void)pthread_mutex_unlock(&disk->lock);
    if (s != STATUS_OK) {
        alloc_free(file);
        return s;
    }
    file->file.layer = layer;
    file->disk = disk;
    *out = &file->file;
    return STATUS_OK;
}

static void fake_close(struct file **file)
{
    alloc_free(*file);
    *file = NULL;
}

static enum status fake_read_at(struct file *file, uint64_t offset, void *out,
                                size_t size)
{
    struct fake_file *self = fake_file_of(file);
    if (self->file.is_direct && (offset % PAGE != 0 || size % PAGE != 0))
        abort();
    (void)pthread_mutex_lock(&self->disk->lock);
    enum status s = begin_file(self, FAKE_READ);
    if (s == STATUS_OK)
        s = node_get(&self->disk->nodes[self->node], offset, out, size);
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static enum status locked_write(struct fake_file *self, uint64_t offset,
                                struct bytes bytes)
{
    struct fake_disk *disk = self->disk;
    struct node *node = &disk->nodes[self->node];
    bool was_off = disk->is_off;
    enum status s = begin_file(self, FAKE_WRITE);
    /* The write during which the power goes may arrive, in part. */
    bool arrives = s == STATUS_OK || (disk->is_off && !was_off &&
                                      self->crashes == disk->crashes);
    if (!arrives)
        return s;
    enum status room = node_allocate(disk, node, offset, bytes.size);
    if (room != STATUS_OK)
        return s == STATUS_OK ? room : s;
    node_put(node, offset, bytes.data, bytes.size);
    if (offset + bytes.size > node->size)
        node->size = offset + bytes.size;
    if (s == STATUS_OK && self->file.is_direct)
        node_sync(node);
    return s;
}

static enum status fake_write_at(struct file *file, uint64_t offset,
                                 struct bytes bytes)
{
    struct fake_file *self = fake_file_of(file);
    if (self->file.is_direct && (offset % PAGE != 0 || bytes.size % PAGE != 0))
        abort();
    if (bytes.size == 0)
        return STATUS_OK;
    (void)pthread_mutex_lock(&self->disk->lock);
    enum status s = locked_write(self, offset, bytes);
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static enum status fake_sync(struct file *file)
{
    struct fake_file *self = fake_file_of(file);
    (void)pthread_mutex_lock(&self->disk->lock);
    struct node *node = &self->disk->nodes[self->node];
    enum status s = begin_file(self, FAKE_SYNC);
    if (s == STATUS_OK && !self->disk->ignores_syncs)
        node_sync(node);
    else if (s != STATUS_OK && self->crashes == self->disk->crashes)
        node_doom(node);
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static void fake_forget_cached(struct file *file)
{
    struct fake_file *self = fake_file_of(file);
    (void)pthread_mutex_lock(&self->disk->lock);
    if (self->crashes == self->disk->crashes)
        node_forget_cached(&self->disk->nodes[self->node]);
    (void)pthread_mutex_unlock(&self->disk->lock);
}

static enum status fake_size(struct file *file, uint64_t *out)
{
    struct fake_file *self = fake_file_of(file);
    (void)pthread_mutex_lock(&self->disk->lock);
    enum status s = begin_file(self, FAKE_OPEN);
    if (s == STATUS_OK)
        *out = self->disk->nodes[self->node].size;
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static enum status fake_preallocate(struct file *file, uint64_t size)
{
    struct fake_file *self = fake_file_of(file);
    (void)pthread_mutex_lock(&self->disk->lock);
    struct node *node = &self->disk->nodes[self->node];
    enum status s = begin_file(self, FAKE_WRITE);
    if (s == STATUS_OK)
        s = node_allocate(self->disk, node, 0, size);
    if (s == STATUS_OK && size > node->size)
        node->size = size;
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static enum status fake_truncate(struct file *file, uint64_t size)
{
    struct fake_file *self = fake_file_of(file);
    (void)pthread_mutex_lock(&self->disk->lock);
    struct node *node = &self->disk->nodes[self->node];
    enum status s = begin_file(self, FAKE_WRITE);
    if (s == STATUS_OK) {
        if (size < node->size) {
            node_put(node, size, NULL, node->size - size);
            node_give_back(self->disk, node, size, node->size + PAGE);
        }
        node_reach(node, size);
        node->size = size;
    }
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static enum status fake_punch(struct file *file, uint64_t offset,
                              uint64_t size)
{
    struct fake_file *self = fake_file_of(file);
    (void)pthread_mutex_lock(&self->disk->lock);
    struct node *node = &self->disk->nodes[self->node];
    enum status s = begin_file(self, FAKE_WRITE);
    if (s == STATUS_OK) {
        node_put(node, offset, NULL, size);
        node_give_back(self->disk, node, offset, offset + size);
    }
    (void)pthread_mutex_unlock(&self->disk->lock);
    return s;
}

static enum status fake_unlink(const struct file_layer *layer,
                               const char *path)
{
    struct fake_disk *disk = disk_of(layer);
    char clean[PATH_BYTES];
    path_clean(path, clean);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_NAMES);
    int node = names_find(&disk->now, clean);
    if (s == STATUS_OK && node == NOTHING)
        s = STATUS_NOT_FOUND;
    if (s == STATUS_OK && disk->nodes[node].is_directory)
        s = STATUS_IO;
    if (s == STATUS_OK) {
        names_change(disk, clean, "", NOTHING);
        node_give_back(disk, &disk->nodes[node], 0, UINT64_MAX - PAGE);
    }
    (void)pthread_mutex_unlock(&disk->lock);
    return s;
}

static enum status fake_rename(const struct file_layer *layer,
                               const char *from, const char *to)
{
    struct fake_disk *disk = disk_of(layer);
    char old[PATH_BYTES];
    char path[PATH_BYTES];
    path_clean(from, old);
    path_clean(to, path);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_NAMES);
    int node = names_find(&disk->now, old);
    if (s == STATUS_OK && (node == NOTHING || !path_has_parent(disk, path)))
        s = STATUS_NOT_FOUND;
    if (s == STATUS_OK) {
        int replaced = names_find(&disk->now, path);
        if (replaced != NOTHING && replaced != node)
            node_give_back(disk, &disk->nodes[replaced], 0,
                           UINT64_MAX - PAGE);
        names_change(disk, path, old, node);
    }
    (void)pthread_mutex_unlock(&disk->lock);
    return s;
}

static enum status fake_make_directory(const struct file_layer *layer,
                                       const char *path)
{
    struct fake_disk *disk = disk_of(layer);
    char clean[PATH_BYTES];
    path_clean(path, clean);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_NAMES);
    if (s == STATUS_OK && !path_is_directory(disk, clean)) {
        if (names_find(&disk->now, clean) != NOTHING)
            s = STATUS_CONFLICT;
        else if (!path_has_parent(disk, clean))
            s = STATUS_NOT_FOUND;
        else
            names_change(disk, clean, "", node_make(disk, true));
    }
    (void)pthread_mutex_unlock(&disk->lock);
    return s;
}

static bool is_empty(const struct fake_disk *disk, const char *path)
{
    for (size_t i = 0; i < disk->now.count; i++) {
        if (path_is_parent(path, disk->now.all[i].path))
            return false;
    }
    return true;
}

static enum status fake_remove_directory(const struct file_layer *layer,
                                         const char *path)
{
    struct fake_disk *disk = disk_of(layer);
    char clean[PATH_BYTES];
    path_clean(path, clean);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_NAMES);
    if (s == STATUS_OK && !path_is_directory(disk, clean))
        s = STATUS_NOT_FOUND;
    if (s == STATUS_OK && !is_empty(disk, clean))
        s = STATUS_CONFLICT;
    if (s == STATUS_OK)
        names_change(disk, clean, "", NOTHING);
    (void)pthread_mutex_unlock(&disk->lock);
    return s;
}

static void directory_sync(struct fake_disk *disk, const char *path)
{
    size_t kept = 0;
    for (size_t i = 0; i < disk->change_count; i++) {
        const struct change *change = &disk->changes[i];
        if (path_is_parent(path, change->path) || path_is_parent(path, change->old))
            names_apply(&disk->durable, change);
        else
            disk->changes[kept++] = *change;
    }
    disk->change_count = kept;
}

/* It knows no rights. */
static enum status fake_take_rights(struct file *file, const char *path)
{
    (void)file;
    (void)path;
    return STATUS_OK;
}

static enum status fake_sync_directory(const struct file_layer *layer,
                                       const char *path)
{
    struct fake_disk *disk = disk_of(layer);
    char clean[PATH_BYTES];
    path_clean(path, clean);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_SYNC);
    if (s == STATUS_OK && !path_is_directory(disk, clean))
        s = STATUS_NOT_FOUND;
    if (s == STATUS_OK)
        directory_sync(disk, clean);
    (void)pthread_mutex_unlock(&disk->lock);
    return s;
}

static enum status fake_list(const struct file_layer *layer, const char *path,
                             void (*on_name)(void *context, const char *name),
                             void *context)
{
    struct fake_disk *disk = disk_of(layer);
    char clean[PATH_BYTES];
    path_clean(path, clean);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_OPEN);
    if (s == STATUS_OK && !path_is_directory(disk, clean))
        s = STATUS_NOT_FOUND;
    /* A copy, because on_name may call the layer. */
    size_t count = s == STATUS_OK ? disk->now.count : 0;
    struct name *names = need(calloc(count + 1, sizeof *names));
    memcpy(names, disk->now.all, count * sizeof *names);
    (void)pthread_mutex_unlock(&disk->lock);
    for (size_t i = 0; i < count; i++) {
        const char *slash = strrchr(names[i].path, '/');
        if (path_is_parent(clean, names[i].path))
            on_name(context, slash == NULL ? names[i].path : slash + 1);
    }
    free(names);
    return s;
}

static enum status fake_free_bytes(const struct file_layer *layer,
                                   const char *path, uint64_t *out)
{
    (void)path;
    struct fake_disk *disk = disk_of(layer);
    (void)pthread_mutex_lock(&disk->lock);
    enum status s = begin(disk, FAKE_OPEN);
    if (s == STATUS_OK)
        *out = (disk->capacity_pages - disk->used_pages) * PAGE;
    (void)pthread_mutex_unlock(&disk->lock);
    return s;
}

const struct file_layer FAKE_DISK_LAYER = {
    .open = fake_open,
    .close = fake_close,
    .read_at = fake_read_at,
    .write_at = fake_write_at,
    .sync = fake_sync,
    .forget_cached = fake_forget_cached,
    .size = fake_size,
    .preallocate = fake_preallocate,
    .truncate = fake_truncate,
    .punch = fake_punch,
    .unlink = fake_unlink,
    .rename = fake_rename,
    .take_rights = fake_take_rights,
    .make_directory = fake_make_directory,
    .remove_directory = fake_remove_directory,
    .sync_directory = fake_sync_directory,
    .list = fake_list,
    .free_bytes = fake_free_bytes,
};

