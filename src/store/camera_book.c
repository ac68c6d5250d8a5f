/* SPDX-License-Identifier: Apache-2.0 */
#include "store/camera_book.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/crc32c.h"
#include "base/reader.h"
#include "base/writer.h"

enum {
    BOOK_VERSION = 2,
    BOOK_HEAD_SIZE = 8,
    PAGE_HEAD_SIZE = 28,
    PAGE_TAIL_SIZE = 48,
    CHECKSUM_SIZE = 4,
    BOOK_BYTES_MAX = BOOK_HEAD_SIZE + CHECKSUM_SIZE +
                     CAMERAS_MAX * (PAGE_HEAD_SIZE + CODEC_CONFIG_SIZE_MAX +
                                    PAGE_TAIL_SIZE),
    FIRST_CAPACITY = 16,
};

static const char MAGIC[4] = {'H', 'C', 'A', 'M'};

struct camera_page *camera_book_find(const struct camera_book *book,
                                     uint32_t camera)
{
    for (size_t i = 0; i < book->count; i++) {
        if (book->pages[i]->camera == camera)
            return book->pages[i];
    }
    return NULL;
}

enum status camera_book_add(struct camera_book *book, uint32_t camera,
                            struct wall_time added, struct camera_page **out)
{
    if (book->count == CAMERAS_MAX)
        return STATUS_LIMIT;
    if (book->count == book->capacity) {
        size_t capacity =
            book->capacity == 0 ? FIRST_CAPACITY : book->capacity * 2;
        struct camera_page **pages =
            alloc_resize(book->pages, capacity, sizeof *pages);
        if (pages == NULL)
            return STATUS_NO_MEMORY;
        book->pages = pages;
        book->capacity = capacity;
    }
    struct camera_page *page = alloc_zeroed(sizeof *page);
    if (page == NULL)
        return STATUS_NO_MEMORY;
    page->camera = camera;
    page->added = added;
    book->pages[book->count++] = page;
    *out = page;
    return STATUS_OK;
}

bool camera_page_set_config(struct camera_page *page,
                            const struct codec_config *config)
{
    const struct codec_config *old = &page->config;
    size_t size = config->record.size;
    if (size > sizeof page->config_record)
        return false;
    if (old->codec == config->codec && old->width == config->width &&
        old->height == config->height && old->record.size == size &&
        (size == 0 || memcmp(page->config_record, config->record.data,
                             size) == 0)) /* public */
        return false;
    if (size > 0)
        memcpy(page->config_record, config->record.data, size);
    page->config = *config;
    page->config.record = bytes_of(page->config_record, size);
    return true;
}

void camera_book_deinit(struct camera_book *book)
{
    for (size_t i = 0; i < book->count; i++)
        alloc_free(book->pages[i]);
    alloc_free(book->pages);
    *book = (struct camera_book){0};
}

static void write_page(struct writer *w, const struct camera_page *page)
{
    const struct codec_config *config = &page->config;
    writer_u32be(w, page->camera);
    writer_i64be(w, page->added.us);
    writer_i64be(w, page->covered.us);
    writer_u8(w, (uint8_t)config->codec);
    writer_u8(w, 0);
    writer_u16be(w, config->width);
    writer_u16be(w, config->height);
    writer_u16be(w, (uint16_t)config->record.size);
    writer_bytes(w, config->record);
    writer_i64be(w, page->day.us);
    writer_u64be(w, page->head.sequence);
    writer_bytes(w, bytes_of(page->head.hash, GOP_HASH_SIZE));
}

enum status camera_book_write(const struct camera_book *book,
                              const struct file_layer *layer,
                              const char *path)
{
    size_t size = BOOK_HEAD_SIZE + CHECKSUM_SIZE;
    for (size_t i = 0; i < book->count; i++)
        size += PAGE_HEAD_SIZE + book->pages[i]->config.record.size +
                PAGE_TAIL_SIZE;
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(BOOK_BYTES_MAX);
    uint8_t *at = buffer_reserve(&out, size);
    if (at == NULL)
        return STATUS_NO_MEMORY;
    struct writer w = writer_on(at, size);
    writer_bytes(&w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u16be(&w, BOOK_VERSION);
    writer_u16be(&w, (uint16_t)book->count);
    for (size_t i = 0; i < book->count; i++)
        write_page(&w, book->pages[i]);
    writer_u32be(&w, crc32c(writer_written(&w)));
    if (!writer_full(&w))
        return STATUS_INTERNAL;
    return file_replace(layer, path, buffer_bytes(&out));
}

static enum status read_page(struct camera_book *book, uint16_t version,
                             struct reader *in)
{
    uint32_t camera = reader_u32be(in);
    struct wall_time added = {reader_i64be(in)};
    struct wall_time covered = {reader_i64be(in)};
    struct codec_config config = {.codec = (enum codec)reader_u8(in)};
    uint8_t zero = reader_u8(in);
    config.width = reader_u16be(in);
    config.height = reader_u16be(in);
    uint16_t size = reader_u16be(in);
    config.record = reader_bytes(in, size);
    struct wall_time day = {0};
    struct gop_head head = {.sequence = 0};
    if (version > 1) {
        day.us = reader_i64be(in);
        head.sequence = reader_u64be(in);
        reader_copy(in, head.hash, GOP_HASH_SIZE);
    }
    if (in->failed || zero != 0 || config.codec > CODEC_H265 ||
        size > CODEC_CONFIG_SIZE_MAX || !stream_is_good(camera) ||
        camera_book_find(book, camera) != NULL)
        return STATUS_CORRUPT;
    struct camera_page *page = NULL;
    enum status s = camera_book_add(book, camera, added, &page);
    if (s != STATUS_OK)
        return s;
    page->covered = covered;
    page->day = day;
    page->head = head;
    (void)camera_page_set_config(page, &config);
    return STATUS_OK;
}

static enum status read_book(struct camera_book *book, struct bytes content)
{
    if (content.size < BOOK_HEAD_SIZE + CHECKSUM_SIZE)
        return STATUS_CORRUPT;
    struct reader all = reader_on(content);
    struct bytes body = reader_bytes(&all, content.size - CHECKSUM_SIZE);
    if (reader_u32be(&all) != crc32c(body))
        return STATUS_CORRUPT;
    struct reader in = reader_on(body);
    struct bytes magic = reader_bytes(&in, sizeof MAGIC);
    uint16_t version = reader_u16be(&in);
    if (memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 || /* public */
        version == 0 || version > BOOK_VERSION)
        return STATUS_CORRUPT;
    uint16_t count = reader_u16be(&in);
    enum status s = STATUS_OK;
    for (uint16_t i = 0; s == STATUS_OK && i < count; i++)
        s = read_page(book, version, &in);
    if (s == STATUS_OK && !reader_done(&in))
        s = STATUS_CORRUPT;
    return s;
}

enum status camera_book_read(struct camera_book *book,
                             const struct file_layer *layer, const char *path)
{
    *book = (struct camera_book){0};
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
        camera_book_deinit(book);
    return s;
}
