/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/volume - one preallocated file of records.
 *
 * A header of 4096 bytes, then records at multiples of 512, appended and never
 * changed; what has died is punched and reads as zeros. Whoever appends gives
 * the bytes of whole records to the writer (store/disk_writer.h).
 *
 * A scan walks from header to header. Where none stands, it goes on at the
 * next multiple of 512 with a good magic and checksum, so that a damaged
 * record costs itself.
 *
 * Threads: none; a volume's file may be written by the writer meanwhile.
 */
#ifndef STORE_VOLUME_H
#define STORE_VOLUME_H

#include "base/status.h"
#include "store/record.h"
#include "sys/file.h"

enum { INSTALLATION_ID_SIZE = 16 };

struct volume_header {
    uint16_t class_id;
    uint64_t id;   /* larger than those before it, from 1 */
    uint64_t size; /* of the file, bytes */
    uint8_t installation[INSTALLATION_ID_SIZE];
};

void volume_header_encode(const struct volume_header *header,
                          uint8_t out[VOLUME_HEADER_SIZE]);

/* "class-00001-000042.vol" below directory. Fails with: LIMIT. */
MUST_USE enum status volume_path(const char *directory, uint16_t class_id,
                                 uint32_t number, char out[PATH_SIZE]);

/* The reverse, on the name alone. Fails with: BAD_INPUT. */
MUST_USE enum status volume_name_parse(const char *name, uint16_t *class_id,
                                       uint32_t *number);

/*
 * A new file of header->size bytes, preallocated, header durable.
 * Fails with: NO_SPACE, CONFLICT (it exists), IO, NO_MEMORY. On failure no
 * file is left.
 */
MUST_USE enum status volume_create(const struct file_layer *layer,
                                   const char *path,
                                   const struct volume_header *header,
                                   struct file **out);

/* Opens for reading and writing. Fails with: NOT_FOUND, CORRUPT (its header is
 * damaged, or cannot be read), IO, LIMIT (of another version). */
MUST_USE enum status volume_open(const struct file_layer *layer,
                                 const char *path, unsigned flags,
                                 struct volume_header *header,
                                 struct file **out);

/*
 * The same where the volume's own header is damaged: its records have theirs.
 * *header: the file's size and nothing else. Fails with: NOT_FOUND, IO.
 */
MUST_USE enum status volume_open_headless(const struct file_layer *layer,
                                          const char *path, unsigned flags,
                                          struct volume_header *header,
                                          struct file **out);

/* What a scan tells; false ends it. */
typedef bool volume_record_fn(void *context, uint64_t offset,
                              const struct record_header *header);

/*
 * All records from offset on, in order. *end: behind the last one found, and
 * behind what cannot be read, so that nothing is written over it. Damaged ranges
 * are passed over; *damaged counts headers with a magic but without a good
 * checksum. Fails with: IO (also where nothing is found and something cannot be
 * read: it is not known to be empty), NO_MEMORY.
 */
MUST_USE enum status volume_scan(struct file *file, uint64_t from,
                                 uint64_t size, volume_record_fn *on_record,
                                 void *context, uint64_t *end,
                                 size_t *damaged);

/* header->sealed_size bytes into out. Fails with: END, IO. */
MUST_USE enum status volume_read_sealed(struct file *file, uint64_t offset,
                                        const struct record_header *header,
                                        uint8_t *out);

/* Whether the whole record reached the disk. Fails with: CORRUPT (torn), IO,
 * NO_MEMORY. */
MUST_USE enum status volume_check_sectors(struct file *file, uint64_t offset,
                                          const struct record_header *header);

#endif
