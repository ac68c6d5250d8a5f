/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/camera_book - what must be known of a camera over a restart: since
 * when it is promised, up to when its time is accounted for, what decodes its
 * pictures, its newest leaf, and the day that was told last.
 *
 * A small file, replaced as a whole: "HCAM", version u16 = 2, count u16, then per
 * camera: number u32, added i64 us, covered i64 us, codec u8, zero u8, width
 * u16, height u16, record size u16, record, day i64 us, leaf u64, its hash (32);
 * CRC-32C of all before. Version 1 ends with the record.
 *
 * Threads: none.
 */
#ifndef STORE_CAMERA_BOOK_H
#define STORE_CAMERA_BOOK_H

#include "base/time.h"
#include "media/sample.h"
#include "model/gop_leaf.h"
#include "sys/file.h"

struct camera_page {
    uint32_t camera;
    struct wall_time added;
    struct wall_time covered;   /* 0: not known; the records say more */
    struct wall_time day;       /* days before it have been told; 0: none */
    struct gop_head head;       /* when the book was written: maybe older */
    struct codec_config config; /* record points into config_record */
    uint8_t config_record[CODEC_CONFIG_SIZE_MAX];
};

struct camera_book {
    struct camera_page **pages; /* each of its own: they do not move */
    size_t count;
    size_t capacity;
};

/* A missing file is an empty book. Fails with: CORRUPT, IO, NO_MEMORY. */
MUST_USE enum status camera_book_read(struct camera_book *book,
                                      const struct file_layer *layer,
                                      const char *path);

/* Durable when it returns. Fails with: IO, NO_SPACE, NO_MEMORY. */
MUST_USE enum status camera_book_write(const struct camera_book *book,
                                       const struct file_layer *layer,
                                       const char *path);

struct camera_page *camera_book_find(const struct camera_book *book,
                                     uint32_t camera);

/* A new page; the camera must not be in the book. LIMIT, NO_MEMORY. */
MUST_USE enum status camera_book_add(struct camera_book *book,
                                     uint32_t camera, struct wall_time added,
                                     struct camera_page **out);

/* Copies. False where it is what the page had already. */
bool camera_page_set_config(struct camera_page *page,
                            const struct codec_config *config);

void camera_book_deinit(struct camera_book *book);

#endif
