/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/pins - what an administrator says of cameras' certificates, in the
 * installation's book of them (ingest/pin_book).
 *
 * A running recorder reads the book with each connection.
 */
#ifndef CMD_CAMERA_PINS_H
#define CMD_CAMERA_PINS_H

#include "ingest/pin_book.h"

/* "AB:CD..." or "abcd...", as cameras and programs show it. Fails with:
 * BAD_INPUT. */
MUST_USE enum status camera_pins_fingerprint(struct text text,
                                             uint8_t out[TLS_FINGERPRINT_SIZE]);

/*
 * Adds or replaces all of them, durably. Where the recorder has not run yet
 * tls/ is made as it would make it: for the user who runs this, and nobody
 * else. Fails with: BAD_INPUT (the book, or a number), LIMIT, NO_MEMORY, and as
 * file_replace.
 */
MUST_USE enum status camera_pins_take(const char *directory,
                                      const struct pin *pins, size_t count);

#endif
