/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/static_files - the console, inside the binary (base/embedded).
 *
 * A file is found by its path ("/app.js"); "/" is "/index.html". The ETag is
 * the SHA-256 of the content (RFC 9110 section 8.8.3).
 */
#ifndef WEB_STATIC_FILES_H
#define WEB_STATIC_FILES_H

#include "base/bytes.h"
#include "base/status.h"

enum { STATIC_ETAG_SIZE = 67 }; /* quotes, 64 digits, a zero */

struct static_file {
    const char *type; /* media type, static storage */
    char etag[STATIC_ETAG_SIZE];
    struct bytes content; /* static storage */
};

/* Fails with: NOT_FOUND, INTERNAL. */
MUST_USE enum status static_files_find(struct text path,
                                       struct static_file *out);

#endif
