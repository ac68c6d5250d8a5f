/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_disk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "support/fake_disk_medium.h"
#include "unit/test.h"

/* ---- life --------------------------------------------------------------- */

/* Untouched tables cost nothing; calloc would clear megabytes each time. */
static struct fake_disk *disk_memory(void)
{
    void *memory = mmap(NULL, sizeof(struct fake_disk),
                        PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                        -1, 0);
    return need(memory == MAP_FAILED ? NULL : memory);
}

struct fake_disk *fake_disk_create(void)
{
    struct fake_disk *disk = disk_memory();
    disk->layer = FAKE_DISK_LAYER;
    disk->capacity_pages = (UINT64_C(1) << 40) / PAGE;
    (void)pthread_mutex_init(&disk->lock, NULL);
    (void)pthread_cond_init(&disk->thawed, NULL);
    return disk;
}

static void node_release(struct node *node)
{
    for (size_t i = 0; i < node->page_count; i++)
        free(node->pages[i]);
    free(node->pages);
    free(node->is_allocated);
    *node = (struct node){.is_directory = node->is_directory};
}

void fake_disk_destroy(struct fake_disk **disk)
{
    if (*disk == NULL)
        return;
    for (size_t i = 0; i < (*disk)->node_count; i++)
        node_release(&(*disk)->nodes[i]);
    (void)pthread_mutex_destroy(&(*disk)->lock);
    (void)munmap(*disk, sizeof **disk);
    *disk = NULL;
}

struct fake_disk *fake_disk_copy(const struct fake_disk *disk)
{
    struct fake_disk *copy = disk_memory();
    *copy = *disk;
    (void)pthread_mutex_init(&copy->lock, NULL);
    (void)pthread_cond_init(&copy->thawed, NULL);
    copy->is_frozen = copy->ignores_syncs = false;
    copy->off_at = copy->fail_in = 0;
    copy->is_off = false;
    for (size_t i = 0; i < copy->node_count; i++) {
        struct node *node = &copy->nodes[i];
        const struct node *from = &disk->nodes[i];
        size_t count = node->page_count;
        node->page_count = 0;
        node->pages = NULL;
        node->is_allocated = NULL;
        node_reach(node, (uint64_t)count * PAGE);
        for (size_t k = 0; k < count; k++) {
            node->is_allocated[k] = from->is_allocated[k];
            if (from->pages[k] != NULL)
                *node_page(node, k) = *from->pages[k];
        }
    }
    return copy;
}

const struct file_layer *fake_disk_layer(struct fake_disk *disk)
{
    return &disk->layer;
}

void fake_disk_fail_at(struct fake_disk *disk, unsigned calls, size_t n,
                       enum status status)
{
    (void)pthread_mutex_lock(&disk->lock);
    disk->fail_calls = calls;
    disk->fail_in = n;
    disk->fail_status = status;
    (void)pthread_mutex_unlock(&disk->lock);
}

void fake_disk_ignore_syncs(struct fake_disk *disk, bool ignores)
{
    (void)pthread_mutex_lock(&disk->lock);
    disk->ignores_syncs = ignores;
    (void)pthread_mutex_unlock(&disk->lock);
}

void fake_disk_freeze(struct fake_disk *disk, bool is_frozen)
{
    (void)pthread_mutex_lock(&disk->lock);
    disk->is_frozen = is_frozen;
    (void)pthread_cond_broadcast(&disk->thawed);
    (void)pthread_mutex_unlock(&disk->lock);
}

void fake_disk_power_off_at(struct fake_disk *disk, size_t n)
{
    (void)pthread_mutex_lock(&disk->lock);
    disk->off_at = n == 0 ? 0 : disk->calls + n;
    disk->is_off = false;
    (void)pthread_mutex_unlock(&disk->lock);
}

bool fake_disk_is_off(struct fake_disk *disk)
{
    (void)pthread_mutex_lock(&disk->lock);
    bool is_off = disk->is_off;
    (void)pthread_mutex_unlock(&disk->lock);
    return is_off;
}

/* ---- crash -------------------------------------------------------------- */

static void sector_crash(struct page *page, size_t sector,
                         enum fake_crash mode, struct test_random *random)
{
    uint8_t *now = page->now + sector * SECTOR;
    uint8_t *durable = page->durable + sector * SECTOR;
    uint64_t chance = test_random_next(random) >> 16;
    size_t kept = 0; /* bytes of the new sector that arrived */
    if (mode == FAKE_CRASH_KEEP)
        kept = SECTOR;
    else if (mode == FAKE_CRASH_MIX)
        kept = chance % 2 == 0 ? SECTOR : 0;
    else if (mode == FAKE_CRASH_TEAR)
        kept = chance % 3 == 0   ? SECTOR
               : chance % 3 == 1 ? chance / 3 % SECTOR
                                 : 0;
    memcpy(durable, now, kept);
    memcpy(now, durable, SECTOR);
}

static void node_crash(struct node *node, enum fake_crash mode,
                       struct test_random *random)
{
    for (size_t i = 0; i < node->page_count; i++) {
        struct page *page = node->pages[i];
        for (size_t k = 0; page != NULL && k < SECTORS_IN_PAGE; k++)
            if (((page->unsynced | page->doomed) >> k & 1) != 0)
                sector_crash(page, k, mode, random);
        if (page != NULL)
            page->unsynced = page->doomed = 0;
    }
    bool by_chance = mode == FAKE_CRASH_MIX || mode == FAKE_CRASH_TEAR;
    bool is_kept = by_chance ? (test_random_next(random) >> 20) % 2 == 0
                             : mode == FAKE_CRASH_KEEP;
    if (is_kept)
        node->durable_size = node->size;
    node->size = node->durable_size;
    node->is_size_doomed = false;
}

static void names_crash(struct fake_disk *disk, enum fake_crash mode,
                        struct test_random *random)
{
    size_t kept = disk->change_count;
    if (mode == FAKE_CRASH_LOSE)
        kept = 0;
    else if (mode != FAKE_CRASH_KEEP)
        kept = (size_t)((test_random_next(random) >> 20) % (kept + 1));
    for (size_t i = 0; i < kept; i++)
        names_apply(&disk->durable, &disk->changes[i]);
    disk->change_count = 0;
    disk->now.count = disk->durable.count;
    memcpy(disk->now.all, disk->durable.all,
           disk->durable.count * sizeof disk->durable.all[0]);
}

/* Files without a name are gone for good; the others take their space. */
static void settle_space(struct fake_disk *disk)
{
    bool *is_named = need(calloc(NODES_MAX, sizeof *is_named));
    for (size_t i = 0; i < disk->now.count; i++)
        is_named[disk->now.all[i].node] = true;
    disk->used_pages = 0;
    for (size_t i = 0; i < disk->node_count; i++) {
        struct node *node = &disk->nodes[i];
        if (!is_named[i]) {
            node_release(node);
            node->is_free = true;
        }
        for (size_t k = 0; k < node->page_count; k++) {
            node->is_allocated[k] |= node->pages[k] != NULL;
            disk->used_pages += node->is_allocated[k];
        }
    }
    free(is_named);
}

void fake_disk_crash(struct fake_disk *disk, enum fake_crash mode,
                     uint64_t seed)
{
    (void)pthread_mutex_lock(&disk->lock);
    struct test_random random = {(seed + 1) * UINT64_C(0x9e3779b97f4a7c15) |
                                 1};
    for (size_t i = 0; i < disk->node_count; i++)
        node_crash(&disk->nodes[i], mode, &random);
    names_crash(disk, mode, &random);
    settle_space(disk);
    disk->crashes++;
    disk->off_at = disk->fail_in = 0;
    disk->is_off = false;
    (void)pthread_mutex_unlock(&disk->lock);
}

/* ---- looking and damaging ------------------------------------------------ */

size_t fake_disk_calls(struct fake_disk *disk)
{
    (void)pthread_mutex_lock(&disk->lock);
    size_t calls = disk->calls;
    (void)pthread_mutex_unlock(&disk->lock);
    return calls;
}

size_t fake_disk_syncs(struct fake_disk *disk)
{
    (void)pthread_mutex_lock(&disk->lock);
    size_t syncs = disk->syncs;
    (void)pthread_mutex_unlock(&disk->lock);
    return syncs;
}

void fake_disk_set_capacity(struct fake_disk *disk, uint64_t bytes)
{
    (void)pthread_mutex_lock(&disk->lock);
    disk->capacity_pages = bytes / PAGE;
    if (disk->capacity_pages < disk->used_pages)
        disk->capacity_pages = disk->used_pages;
    (void)pthread_mutex_unlock(&disk->lock);
}

static struct node *node_named(struct fake_disk *disk, const char *path)
{
    char clean[PATH_BYTES];
    path_clean(path, clean);
    int node = names_find(&disk->now, clean);
    if (node == NOTHING)
        fail_msg("fake disk: no file %s", path);
    return &disk->nodes[node];
}

void fake_disk_break_sectors(struct fake_disk *disk, const char *path,
                             uint64_t offset, uint64_t size)
{
    struct node *node = node_named(disk, path);
    uint64_t end = offset + size;
    node_reach(node, end);
    while (offset < end) {
        size_t piece = piece_of(offset, end);
        uint64_t within = offset % PAGE;
        node_page(node, (size_t)(offset / PAGE))->bad |=
            sector_bits(within, within + piece);
        offset += piece;
    }
}

void fake_disk_flip(struct fake_disk *disk, const char *path, uint64_t offset,
                    uint64_t size)
{
    struct node *node = node_named(disk, path);
    node_reach(node, offset + size);
    for (uint64_t i = offset; i < offset + size; i++) {
        struct page *page = node_page(node, (size_t)(i / PAGE));
        page->now[i % PAGE] ^= 0xff;
        page->durable[i % PAGE] ^= 0xff;
    }
}

static bool node_contains(const struct node *node, struct bytes needle,
                          bool durable)
{
    size_t size = node->page_count * PAGE;
    uint8_t *flat = need(calloc(size + 1, 1));
    for (size_t i = 0; i < node->page_count; i++)
        if (node->pages[i] != NULL)
            memcpy(flat + i * PAGE,
                   durable ? node->pages[i]->durable : node->pages[i]->now,
                   PAGE);
    bool found = memmem(flat, size, needle.data, needle.size) != NULL;
    free(flat);
    return found;
}

bool fake_disk_contains(const struct fake_disk *disk, struct bytes needle)
{
    for (size_t i = 0; i < disk->node_count; i++)
        if (node_contains(&disk->nodes[i], needle, false) ||
            node_contains(&disk->nodes[i], needle, true))
            return true;
    return false;
}
