/* SPDX-License-Identifier: Apache-2.0 */
/* support/fake_disk_medium - what is written, and what of it is durable.
 * For support/fake_disk alone; its lock is held around each call. */
#ifndef SUPPORT_FAKE_DISK_MEDIUM_H
#define SUPPORT_FAKE_DISK_MEDIUM_H

#include <pthread.h>

#include "support/fake_disk.h"

enum {
    PAGE = 4096,
    SECTOR = 512,
    SECTORS_IN_PAGE = PAGE / SECTOR,
    NODES_MAX = 4096,   /* files and directories made between two crashes */
    CHANGES_MAX = 8192, /* of names, not yet durable */
    PATH_BYTES = 256,
    NOTHING = -1, /* no node */
};

struct page {
    uint8_t now[PAGE];
    uint8_t durable[PAGE];
    uint8_t unsynced; /* one bit a sector */
    uint8_t doomed;   /* unsynced while a sync failed */
    uint8_t bad;      /* unreadable */
};

/* A file or directory, by whatever names. */
struct node {
    bool is_directory;
    bool is_free; /* no name after a crash: may become another */
    uint64_t size;
    uint64_t durable_size;
    bool is_size_doomed;
    size_t page_count;
    struct page **pages; /* NULL: zeros, durable */
    bool *is_allocated;  /* counts as used space */
};

struct name {
    char path[PATH_BYTES];
    int node;
};

struct names {
    size_t count;
    struct name all[NODES_MAX];
};

/* path gets node, or disappears (NOTHING); for a rename, old disappears. */
struct change {
    char path[PATH_BYTES];
    char old[PATH_BYTES];
    int node;
};

struct fake_disk {
    struct file_layer layer;
    pthread_mutex_t lock;
    struct node nodes[NODES_MAX];
    size_t node_count;
    struct names now;
    struct names durable;
    struct change changes[CHANGES_MAX];
    size_t change_count;
    uint64_t capacity_pages;
    uint64_t used_pages;
    size_t calls;
    size_t syncs;
    size_t crashes;
    size_t off_at; /* in calls; 0: never */
    bool is_off;
    bool ignores_syncs;
    bool is_frozen;
    pthread_cond_t thawed;
    unsigned fail_calls;
    size_t fail_in;
    enum status fail_status;
};

extern const struct file_layer FAKE_DISK_LAYER;

/* memory, or the end of the test. */
void *need(void *memory);

/* ---- names: absolute or relative, cleaned first ---- */

/* Without a trailing slash; "" and "." are "/". */
void path_clean(const char *path, char out[PATH_BYTES]);
bool path_is_parent(const char *directory, const char *path);
int names_find(const struct names *names, const char *path);
void names_apply(struct names *names, const struct change *change);
/* Does it now, and remembers that it is not durable. old: "" for none. */
void names_change(struct fake_disk *disk, const char *path, const char *old,
                  int node);
bool path_is_directory(const struct fake_disk *disk, const char *path);
bool path_has_parent(const struct fake_disk *disk, const char *path);

/* ---- nodes: files and directories ---- */

int node_make(struct fake_disk *disk, bool as_directory);
void node_reach(struct node *node, uint64_t size);
struct page *node_page(struct node *node, size_t at);
/* One bit for each sector that [from, to) of one page touches. */
uint8_t sector_bits(uint64_t from, uint64_t to);
/* The part of [offset, end) in the page that holds offset. */
size_t piece_of(uint64_t offset, uint64_t end);
/* data NULL: zeros. */
void node_put(struct node *node, uint64_t offset, const uint8_t *data,
              uint64_t size);
enum status node_get(const struct node *node, uint64_t offset, uint8_t *out,
                     size_t size);
/* NO_SPACE, with nothing taken, where the disk is full. */
enum status node_allocate(struct fake_disk *disk, struct node *node,
                          uint64_t offset, uint64_t size);
void node_give_back(struct fake_disk *disk, struct node *node,
                    uint64_t offset, uint64_t end);
void node_sync(struct node *node);
/* A sync failed: what is unsynced will not become durable by a later one. */
void node_doom(struct node *node);
/* What is doomed is seen no more: it never got to the medium. */
void node_forget_cached(struct node *node);

#endif
