/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk_book.h"

#include <string.h>

#include "base/alloc.h"
#include "base/crc32c.h"
#include "base/text.h"
#include "base/writer.h"

enum {
    BOOK_VERSION = 2,
    FIRST_VERSION = 1, /* without what is owed */
    HEAD_SIZE = 28,
    DISK_SIZE = 2 + DISK_ID_SIZE + DISK_PATH_SIZE + DISK_UUID_SIZE + 18,
    POOL_SIZE = 12,
    BOOK_BYTES_MAX =
        HEAD_SIZE + DISKS_MAX * DISK_SIZE + POOLS_MAX * POOL_SIZE + 4,
};

static const char MAGIC[4] = {'H', 'D', 'S', 'K'};

struct disk_page *disk_book_find(struct disk_book *book, const char *id)
{
    for (size_t i = 0; i < book->disk_count; i++) {
        if (strcmp(book->disks[i].id, id) == 0)
            return &book->disks[i];
    }
    return NULL;
}

enum status disk_book_add(struct disk_book *book, const char *id,
                          struct disk_page **out)
{
    if (book->disk_count == DISKS_MAX)
        return STATUS_LIMIT;
    struct disk_page page = {0};
    if (!text_copy(text_of(id), page.id, sizeof page.id))
        return STATUS_LIMIT;
    for (size_t i = 0; i < book->disk_count; i++) {
        if (book->disks[i].slot >= page.slot)
            page.slot = (uint16_t)(book->disks[i].slot + 1);
    }
    *out = &book->disks[book->disk_count++];
    **out = page;
    return STATUS_OK;
}

struct pool_rate *disk_book_pool(struct disk_book *book, uint16_t class_id)
{
    for (size_t i = 0; i < book->pool_count; i++) {
        if (book->pools[i].class_id == class_id)
            return &book->pools[i];
    }
    if (book->pool_count == POOLS_MAX)
        return NULL;
    struct pool_rate *pool = &book->pools[book->pool_count++];
    *pool = (struct pool_rate){.class_id = class_id};
    return pool;
}

enum status disk_book_write(const struct disk_book *book,
                            const struct file_layer *layer, const char *path)
{
    uint8_t *content = alloc_array(BOOK_BYTES_MAX, 1);
    if (content == NULL)
        return STATUS_NO_MEMORY;
    struct writer w = writer_on(content, BOOK_BYTES_MAX);
    writer_bytes(&w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u16be(&w, BOOK_VERSION);
    writer_u16be(&w, (uint16_t)book->disk_count);
    writer_u16be(&w, (uint16_t)book->pool_count);
    writer_u16be(&w, 0);
    writer_bytes(&w, bytes_of(book->installation, INSTALLATION_ID_SIZE));
    for (size_t i = 0; i < book->disk_count; i++) {
        const struct disk_page *page = &book->disks[i];
        writer_u16be(&w, page->slot);
        writer_bytes(&w, bytes_of(page->id, DISK_ID_SIZE));
        writer_bytes(&w, bytes_of(page->path, DISK_PATH_SIZE));
        writer_bytes(&w, bytes_of(page->uuid, DISK_UUID_SIZE));
        writer_u64be(&w, page->generation);
        writer_u8(&w, page->told);
        writer_u8(&w, page->is_read_only ? 1 : 0);
        writer_u64be(&w, page->owes_epoch);
    }
    for (size_t i = 0; i < book->pool_count; i++) {
        writer_u16be(&w, book->pools[i].class_id);
        writer_u16be(&w, book->pools[i].cameras);
        writer_u32be(&w, book->pools[i].bytes_per_s);
        writer_u32be(&w, book->pools[i].observed_s);
    }
    writer_u32be(&w, crc32c(writer_written(&w)));
    enum status s = w.failed ? STATUS_INTERNAL
                             : file_replace(layer, path, writer_written(&w));
    alloc_free(content);
    return s;
}

static void read_pages(struct disk_book *book, uint16_t version,
                       struct reader *in)
{
    for (size_t i = 0; i < book->disk_count; i++) {
        struct disk_page *page = &book->disks[i];
        page->slot = reader_u16be(in);
        reader_copy(in, page->id, DISK_ID_SIZE);
        reader_copy(in, page->path, DISK_PATH_SIZE);
        reader_copy(in, page->uuid, DISK_UUID_SIZE);
        page->generation = reader_u64be(in);
        page->told = reader_u8(in);
        page->is_read_only = reader_u8(in) == 1;
        page->owes_epoch =
            version == FIRST_VERSION ? 0 : reader_u64be(in);
        if (page->id[0] == 0 || page->id[DISK_ID_SIZE - 1] != 0 ||
            page->path[DISK_PATH_SIZE - 1] != 0 || page->slot >= DISKS_MAX)
            in->failed = true;
    }
    for (size_t i = 0; i < book->pool_count; i++) {
        struct pool_rate *pool = &book->pools[i];
        pool->class_id = reader_u16be(in);
        pool->cameras = reader_u16be(in);
        pool->bytes_per_s = reader_u32be(in);
        pool->observed_s = reader_u32be(in);
    }
}

static enum status read_book(struct disk_book *book, struct bytes content)
{
    if (content.size < HEAD_SIZE + 4)
        return STATUS_CORRUPT;
    struct reader all = reader_on(content);
    struct bytes body = reader_bytes(&all, content.size - 4);
    if (reader_u32be(&all) != crc32c(body))
        return STATUS_CORRUPT;
    struct reader in = reader_on(body);
    struct bytes magic = reader_bytes(&in, sizeof MAGIC);
    uint16_t version = reader_u16be(&in);
    if (memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 || /* public */
        version < FIRST_VERSION || version > BOOK_VERSION)
        return STATUS_CORRUPT;
    book->disk_count = reader_u16be(&in);
    book->pool_count = reader_u16be(&in);
    reader_skip(&in, 2);
    reader_copy(&in, book->installation, INSTALLATION_ID_SIZE);
    if (book->disk_count > DISKS_MAX || book->pool_count > POOLS_MAX)
        return STATUS_CORRUPT;
    read_pages(book, version, &in);
    return reader_done(&in) ? STATUS_OK : STATUS_CORRUPT;
}

enum status disk_book_read(struct disk_book *book,
                           const struct file_layer *layer, const char *path)
{
    *book = (struct disk_book){0};
    uint8_t *content = NULL;
    size_t size = 0;
    enum status s =
        file_read_all(layer, path, BOOK_BYTES_MAX, &content, &size);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (s == STATUS_OK)
        s = read_book(book, bytes_of(content, size));
    alloc_free(content);
    if (s != STATUS_OK)
        *book = (struct disk_book){0};
    book->is_there = true; /* damaged too: the set-up is over */
    return s;
}
