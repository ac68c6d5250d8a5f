/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_disk_medium.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* ---- names -------------------------------------------------------------- */

void path_clean(const char *path, char out[PATH_BYTES])
{
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    if (size >= PATH_BYTES)
        abort();
    memcpy(out, path, size);
    out[size] = '\0';
    if (size == 0 || strcmp(out, ".") == 0)
        memcpy(out, "/", 2);
}

static void path_parent(const char *path, char out[PATH_BYTES])
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        memcpy(out, "/", 2);
    else
        (void)snprintf(out, PATH_BYTES, "%.*s", (int)(slash - path), path);
}

bool path_is_parent(const char *directory, const char *path)
{
    char parent[PATH_BYTES];
    path_parent(path, parent);
    return path[0] != '\0' && strcmp(parent, directory) == 0;
}

int names_find(const struct names *names, const char *path)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->all[i].path, path) == 0)
            return names->all[i].node;
    return NOTHING;
}

static void names_put(struct names *names, const char *path, int node)
{
    size_t at = 0;
    while (at < names->count && strcmp(names->all[at].path, path) != 0)
        at++;
    if (node == NOTHING) {
        if (at < names->count)
            names->all[at] = names->all[--names->count];
        return;
    }
    if (at == NODES_MAX)
        abort();
    if (at == names->count)
        names->count++;
    (void)snprintf(names->all[at].path, PATH_BYTES, "%s", path);
    names->all[at].node = node;
}

void names_apply(struct names *names, const struct change *change)
{
    if (change->old[0] != '\0')
        names_put(names, change->old, NOTHING);
    names_put(names, change->path, change->node);
}

void names_change(struct fake_disk *disk, const char *path,
                         const char *old, int node)
{
    if (disk->change_count == CHANGES_MAX)
        abort();
    struct change *change = &disk->changes[disk->change_count++];
    *change = (struct change){.node = node};
    (void)snprintf(change->path, PATH_BYTES, "%s", path);
    (void)snprintf(change->old, PATH_BYTES, "%s", old);
    names_apply(&disk->now, change);
}

bool path_is_directory(const struct fake_disk *disk, const char *path)
{
    if (strcmp(path, "/") == 0)
        return true;
    int node = names_find(&disk->now, path);
    return node != NOTHING && disk->nodes[node].is_directory;
}

bool path_has_parent(const struct fake_disk *disk, const char *path)
{
    char parent[PATH_BYTES];
    path_parent(path, parent);
    return path_is_directory(disk, parent);
}

int node_make(struct fake_disk *disk, bool as_directory)
{
    size_t at = 0;
    while (at < disk->node_count && !disk->nodes[at].is_free)
        at++;
    if (at == NODES_MAX)
        abort();
    if (at == disk->node_count)
        disk->node_count++;
    disk->nodes[at] = (struct node){.is_directory = as_directory};
    return (int)at;
}

/* ---- pages -------------------------------------------------------------- */

void node_reach(struct node *node, uint64_t size)
{
    size_t count = (size_t)((size + PAGE - 1) / PAGE);
    if (count <= node->page_count)
        return;
    node->pages = need(realloc(node->pages, count * sizeof *node->pages));
    node->is_allocated =
        need(realloc(node->is_allocated, count * sizeof(bool)));
    for (size_t i = node->page_count; i < count; i++) {
        node->pages[i] = NULL;
        node->is_allocated[i] = false;
    }
    node->page_count = count;
}

struct page *node_page(struct node *node, size_t at)
{
    if (node->pages[at] == NULL)
        node->pages[at] = need(calloc(1, sizeof(struct page)));
    return node->pages[at];
}

uint8_t sector_bits(uint64_t from, uint64_t to)
{
    uint8_t bits = 0;
    for (uint64_t i = from / SECTOR; i * SECTOR < to; i++)
        bits |= (uint8_t)(1u << i);
    return bits;
}

size_t piece_of(uint64_t offset, uint64_t end)
{
    uint64_t piece = PAGE - offset % PAGE;
    return (size_t)(end - offset < piece ? end - offset : piece);
}

void node_put(struct node *node, uint64_t offset, const uint8_t *data,
                     uint64_t size)
{
    uint64_t end = offset + size;
    node_reach(node, end);
    while (offset < end) {
        size_t piece = piece_of(offset, end);
        size_t within = (size_t)(offset % PAGE);
        if (data != NULL || node->pages[offset / PAGE] != NULL) {
            struct page *page = node_page(node, (size_t)(offset / PAGE));
            uint8_t bits = sector_bits(within, within + piece);
            if (data != NULL)
                memcpy(page->now + within, data, piece);
            else
                memset(page->now + within, 0, piece);
            page->unsynced |= bits;
            page->doomed &= (uint8_t)~bits;
            page->bad &= (uint8_t)~bits;
        }
        if (data != NULL)
            data += piece;
        offset += piece;
    }
}

enum status node_allocate(struct fake_disk *disk, struct node *node,
                                 uint64_t offset, uint64_t size)
{
    node_reach(node, offset + size);
    uint64_t wanted = 0;
    for (uint64_t i = offset / PAGE; i * PAGE < offset + size; i++)
        wanted += !node->is_allocated[i];
    if (wanted > disk->capacity_pages - disk->used_pages)
        return STATUS_NO_SPACE;
    for (uint64_t i = offset / PAGE; i * PAGE < offset + size; i++)
        node->is_allocated[i] = true;
    disk->used_pages += wanted;
    return STATUS_OK;
}

void node_give_back(struct fake_disk *disk, struct node *node,
                           uint64_t offset, uint64_t end)
{
    for (uint64_t i = (offset + PAGE - 1) / PAGE;
         i < node->page_count && (i + 1) * PAGE <= end; i++) {
        disk->used_pages -= node->is_allocated[i];
        node->is_allocated[i] = false;
    }
}

void node_sync(struct node *node)
{
    for (size_t i = 0; i < node->page_count; i++) {
        struct page *page = node->pages[i];
        for (size_t k = 0; page != NULL && k < SECTORS_IN_PAGE; k++)
            if ((page->unsynced >> k & 1) != 0)
                memcpy(page->durable + k * SECTOR, page->now + k * SECTOR,
                       SECTOR);
        if (page != NULL)
            page->unsynced = 0;
    }
    if (!node->is_size_doomed)
        node->durable_size = node->size;
}

void node_doom(struct node *node)
{
    for (size_t i = 0; i < node->page_count; i++) {
        if (node->pages[i] == NULL)
            continue;
        node->pages[i]->doomed |= node->pages[i]->unsynced;
        node->pages[i]->unsynced = 0;
    }
    node->is_size_doomed |= node->size != node->durable_size;
}

void node_forget_cached(struct node *node)
{
    for (size_t i = 0; i < node->page_count; i++) {
        struct page *page = node->pages[i];
        for (unsigned j = 0; page != NULL && j < SECTORS_IN_PAGE; j++) {
            if ((page->doomed >> j & 1) != 0)
                memcpy(page->now + (size_t)j * SECTOR,
                       page->durable + (size_t)j * SECTOR, SECTOR);
        }
        if (page != NULL)
            page->doomed = 0;
    }
}

enum status node_get(const struct node *node, uint64_t offset,
                            uint8_t *out, size_t size)
{
    if (offset > node->size || size > node->size - offset)
        return STATUS_END;
    uint64_t end = offset + size;
    while (offset < end) {
        size_t piece = piece_of(offset, end);
        size_t within = (size_t)(offset % PAGE);
        const struct page *page = offset / PAGE < node->page_count
                                      ? node->pages[offset / PAGE]
                                      : NULL;
        if (page != NULL &&
            (page->bad & sector_bits(within, within + piece)) != 0)
            return STATUS_IO;
        if (page == NULL)
            memset(out, 0, piece);
        else
            memcpy(out, page->now + within, piece);
        out += piece;
        offset += piece;
    }
    return STATUS_OK;
}

