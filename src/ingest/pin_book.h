/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/pin_book - whose certificate each camera has shown at its first use.
 *
 *   camera NUMBER sha256 64 hexadecimal digits
 *
 * A line a camera, by number, in a file of the installation (tls/cameras). The
 * supervisor writes it, durably, before the first request goes to that camera;
 * `haechi camera accept` replaces a line. A file that cannot be read whole is
 * refused: pins are not guessed.
 *
 * Threads: none of its own.
 */
#ifndef INGEST_PIN_BOOK_H
#define INGEST_PIN_BOOK_H

#include "crypto/tls.h"
#include "model/camera.h"
#include "sys/file.h"

struct pin {
    uint32_t camera;
    uint8_t fingerprint[TLS_FINGERPRINT_SIZE];
};

struct pin_book {
    size_t count;
    struct pin pins[CAMERAS_MAX]; /* by number */
};

/* Fails with: BAD_INPUT (a line), LIMIT (count). Then the book is empty. */
MUST_USE enum status pin_book_parse(struct pin_book *book, struct text text);

/* NULL: none. */
const struct pin *pin_book_find(const struct pin_book *book, uint32_t camera);

/* Adds or replaces. Fails with: LIMIT, BAD_INPUT (number). */
MUST_USE enum status pin_book_put(struct pin_book *book, uint32_t camera,
                                  const uint8_t fingerprint[]);

/* A missing file is an empty book. Fails with: BAD_INPUT, LIMIT, and as
 * file_read_all. */
MUST_USE enum status pin_book_read(struct pin_book *book,
                                   const struct file_layer *layer,
                                   const char *path);

/* As file_replace. */
MUST_USE enum status pin_book_write(const struct pin_book *book,
                                    const struct file_layer *layer,
                                    const char *path);

#endif
