/* SPDX-License-Identifier: Apache-2.0 */
#include "store/volume.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/crc32c.h"
#include "base/number.h"
#include "base/text.h"
#include "base/writer.h"

enum {
    VOLUME_VERSION = 1,
    HEADER_USED = 44, /* bytes of the header that carry something */
    CHECKED_SIZE = HEADER_USED - 4,
    WINDOW_BYTES = 256 * 1024, /* read at a time where no header stands */
    UNREADABLE_MAX = 1024,     /* sectors, of one volume */
};

static const char MAGIC[4] = {'H', 'V', 'O', 'L'};

void volume_header_encode(const struct volume_header *header,
                          uint8_t out[VOLUME_HEADER_SIZE])
{
    struct writer w = writer_on(out, VOLUME_HEADER_SIZE);
    writer_bytes(&w, bytes_of(MAGIC, sizeof MAGIC));
    writer_u16be(&w, VOLUME_VERSION);
    writer_u16be(&w, header->class_id);
    writer_u64be(&w, header->id);
    writer_u64be(&w, header->size);
    writer_bytes(&w, bytes_of(header->installation, INSTALLATION_ID_SIZE));
    writer_u32be(&w, crc32c(bytes_of(out, CHECKED_SIZE)));
    writer_zeros(&w, VOLUME_HEADER_SIZE - HEADER_USED);
}

/* CORRUPT; LIMIT: another version, whose header is whole. */
static enum status decode_header(struct bytes in, struct volume_header *out)
{
    struct reader r = reader_on(in);
    struct bytes magic = reader_bytes(&r, sizeof MAGIC);
    uint16_t version = reader_u16be(&r);
    struct volume_header header = {.class_id = reader_u16be(&r)};
    header.id = reader_u64be(&r);
    header.size = reader_u64be(&r);
    reader_copy(&r, header.installation, INSTALLATION_ID_SIZE);
    uint32_t checksum = reader_u32be(&r);
    if (r.failed || memcmp(magic.data, MAGIC, sizeof MAGIC) != 0 ||
        header.id == 0 ||
        checksum != crc32c(bytes_of(in.data, CHECKED_SIZE)))
        return STATUS_CORRUPT;
    if (version != VOLUME_VERSION)
        return STATUS_LIMIT;
    *out = header;
    return STATUS_OK;
}

enum status volume_path(const char *directory, uint16_t class_id,
                        uint32_t number, char out[PATH_SIZE])
{
    int size = snprintf(out, PATH_SIZE, "%s/class-%05u-%06u.vol", directory,
                        (unsigned)class_id, (unsigned)number);
    return size > 0 && size < PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

enum status volume_name_parse(const char *name, uint16_t *class_id,
                              uint32_t *number)
{
    struct text rest = text_of(name);
    struct text word = text_cut(&rest, '-');
    struct text class_text = text_cut(&rest, '-');
    struct text number_text = text_cut(&rest, '.');
    uint64_t class_value = 0;
    uint64_t number_value = 0;
    if (!text_equal(word, text_of("class")) ||
        !text_equal(rest, text_of("vol")) || class_text.size != 5 ||
        number_text.size < 6 ||
        number_parse_u64(class_text, 0, UINT16_MAX, &class_value) !=
            STATUS_OK ||
        number_parse_u64(number_text, 1, VOLUME_NUMBER_MAX, &number_value) !=
            STATUS_OK)
        return STATUS_BAD_INPUT;
    *class_id = (uint16_t)class_value;
    *number = (uint32_t)number_value;
    return STATUS_OK;
}

static enum status write_header(struct file *file,
                                const struct volume_header *header)
{
    uint8_t bytes[VOLUME_HEADER_SIZE];
    volume_header_encode(header, bytes);
    enum status s = file_preallocate(file, header->size);
    if (s == STATUS_OK)
        s = file_write_at(file, 0, bytes_of(bytes, sizeof bytes));
    return s == STATUS_OK ? file_sync(file) : s;
}

enum status volume_create(const struct file_layer *layer, const char *path,
                          const struct volume_header *header,
                          struct file **out)
{
    AUTO(file_close) struct file *file = NULL;
    enum status s = file_open(
        layer, path,
        FILE_READ | FILE_WRITE | FILE_CREATE | FILE_EXCLUSIVE | FILE_BULK,
        &file);
    if (s != STATUS_OK)
        return s;
    s = write_header(file, header);
    if (s != STATUS_OK) {
        file_close(&file);
        /* The first failure is what the caller must know. */
        enum status ignored = layer->unlink(layer, path);
        (void)ignored;
        return s;
    }
    *out = file;
    file = NULL;
    return STATUS_OK;
}

enum status volume_open(const struct file_layer *layer, const char *path,
                        unsigned flags, struct volume_header *header,
                        struct file **out)
{
    AUTO(file_close) struct file *file = NULL;
    enum status s = file_open(layer, path, flags, &file);
    if (s != STATUS_OK)
        return s;
    uint8_t bytes[VOLUME_HEADER_SIZE];
    s = file_read_at(file, 0, bytes, sizeof bytes);
    if (s == STATUS_END || s == STATUS_IO)
        s = STATUS_CORRUPT; /* its records have headers of their own */
    if (s == STATUS_OK)
        s = decode_header(bytes_of(bytes, sizeof bytes), header);
    uint64_t size = 0;
    if (s == STATUS_OK)
        s = file_size(file, &size);
    if (s == STATUS_OK && size < header->size)
        header->size = size; /* cut off: what is left still counts */
    if (s != STATUS_OK)
        return s;
    *out = file;
    file = NULL;
    return STATUS_OK;
}

enum status volume_open_headless(const struct file_layer *layer,
                                 const char *path, unsigned flags,
                                 struct volume_header *header,
                                 struct file **out)
{
    AUTO(file_close) struct file *file = NULL;
    *header = (struct volume_header){0};
    enum status s = file_open(layer, path, flags, &file);
    if (s == STATUS_OK)
        s = file_size(file, &header->size);
    if (s != STATUS_OK)
        return s;
    *out = file;
    file = NULL;
    return STATUS_OK;
}

/* What a scan carries along. */
struct scan {
    struct file *file;
    uint64_t size;
    uint8_t *window; /* WINDOW_BYTES */
    size_t damaged;
    size_t unreadable; /* sectors; beyond UNREADABLE_MAX the disk is gone */
    uint64_t unreadable_end; /* behind the last one of them */
};

/* The header at offset: OK, NOT_FOUND or CORRUPT; IO where the disk is gone. A
 * sector that cannot be read is damage like any other. */
static enum status read_header(struct scan *scan, uint64_t offset,
                               struct record_header *header)
{
    uint8_t bytes[RECORD_HEADER_SIZE];
    if (offset + sizeof bytes > scan->size)
        return STATUS_NOT_FOUND;
    enum status s = file_read_at(scan->file, offset, bytes, sizeof bytes);
    if (s == STATUS_OK)
        return record_header_decode(bytes_of(bytes, sizeof bytes), header);
    if (s == STATUS_NO_MEMORY || ++scan->unreadable > UNREADABLE_MAX)
        return s == STATUS_NO_MEMORY ? s : STATUS_IO;
    scan->unreadable_end = offset + STORE_ALIGNMENT;
    return STATUS_CORRUPT;
}

/* Sector by sector, where a window cannot be read as a whole. */
static enum status find_slowly(struct scan *scan, uint64_t from, size_t wanted,
                               uint64_t *found)
{
    *found = scan->size;
    for (uint64_t at = from; at < from + wanted; at += STORE_ALIGNMENT) {
        struct record_header header;
        enum status s = read_header(scan, at, &header);
        scan->damaged += s == STATUS_CORRUPT;
        if (s == STATUS_OK)
            *found = at;
        if (s != STATUS_NOT_FOUND && s != STATUS_CORRUPT)
            return s; /* found, or gone */
    }
    return STATUS_OK;
}

static uint64_t find_in_window(struct scan *scan, uint64_t from,
                               size_t wanted)
{
    for (size_t i = 0; i + RECORD_HEADER_SIZE <= wanted;
         i += STORE_ALIGNMENT) {
        struct record_header header;
        enum status s = record_header_decode(
            bytes_of(scan->window + i, wanted - i), &header);
        scan->damaged += s == STATUS_CORRUPT;
        if (s == STATUS_OK)
            return from + i;
    }
    return scan->size;
}

/*
 * The first offset in [from, size) where a record's header decodes; size where
 * there is none.
 */
static enum status find_header(struct scan *scan, uint64_t from,
                               uint64_t *found)
{
    *found = scan->size;
    for (uint64_t at = from; at + RECORD_HEADER_SIZE <= scan->size;) {
        uint64_t left = scan->size - at;
        size_t wanted = left < WINDOW_BYTES ? (size_t)left : WINDOW_BYTES;
        enum status s = file_read_at(scan->file, at, scan->window, wanted);
        if (s == STATUS_OK)
            *found = find_in_window(scan, at, wanted);
        else if (s == STATUS_NO_MEMORY)
            return s;
        else
            s = find_slowly(scan, at, wanted, found);
        if (s != STATUS_OK || *found < scan->size)
            return s;
        at += (wanted + STORE_ALIGNMENT - 1) / STORE_ALIGNMENT *
              STORE_ALIGNMENT;
    }
    return STATUS_OK;
}

static enum status scan_records(struct scan *scan, uint64_t from,
                                volume_record_fn *on_record, void *context,
                                uint64_t *end)
{
    *end = from;
    for (uint64_t at = from; at < scan->size;) {
        struct record_header header;
        size_t unreadable = scan->unreadable;
        enum status s = read_header(scan, at, &header);
        if (s == STATUS_NOT_FOUND || s == STATUS_CORRUPT) {
            /* find_header counts the damage, for it reads here again. */
            scan->unreadable = unreadable;
            s = find_header(scan, at, &at);
            if (s != STATUS_OK || at == scan->size)
                return s;
            continue;
        }
        if (s != STATUS_OK)
            return s;
        uint64_t stored = record_stored_size(header.sealed_size);
        if (stored > scan->size - at) { /* cannot be: it never fitted */
            scan->damaged++;
            at += STORE_ALIGNMENT;
            continue;
        }
        *end = at + stored;
        if (!on_record(context, at, &header))
            return STATUS_OK;
        at += stored;
    }
    return STATUS_OK;
}

enum status volume_scan(struct file *file, uint64_t from, uint64_t size,
                        volume_record_fn *on_record, void *context,
                        uint64_t *end, size_t *damaged)
{
    struct scan scan = {.file = file, .size = size};
    scan.window = alloc_array(WINDOW_BYTES, 1);
    if (scan.window == NULL)
        return STATUS_NO_MEMORY;
    enum status s = scan_records(&scan, from, on_record, context, end);
    if (s == STATUS_OK && scan.unreadable > 0 && *end == from)
        s = STATUS_IO;
    if (s == STATUS_OK && scan.unreadable_end > *end)
        *end = scan.unreadable_end;
    alloc_free(scan.window);
    *damaged += scan.damaged;
    return s;
}

enum status volume_read_sealed(struct file *file, uint64_t offset,
                               const struct record_header *header,
                               uint8_t *out)
{
    return file_read_at(file, offset + RECORD_HEADER_SIZE, out,
                        header->sealed_size);
}

enum status volume_check_sectors(struct file *file, uint64_t offset,
                                 const struct record_header *header)
{
    uint8_t *sealed = alloc_array(header->sealed_size, 1);
    if (sealed == NULL)
        return STATUS_NO_MEMORY;
    enum status s = volume_read_sealed(file, offset, header, sealed);
    if (s == STATUS_END)
        s = STATUS_CORRUPT;
    if (s == STATUS_OK &&
        record_sector_check(bytes_of(sealed, header->sealed_size)) !=
            header->sector_check)
        s = STATUS_CORRUPT;
    alloc_free(sealed);
    return s;
}
