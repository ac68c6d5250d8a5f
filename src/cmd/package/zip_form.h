/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/zip_form - how each byte of a package's zip must be.
 *
 *   local header, name, (AES: 11 bytes), content     for each file, without holes
 *   central header, name, (AES: 11 bytes)            for each, in the same order
 *   end of central directory, no comment
 *
 * Nothing between, before or behind; both headers of a file say the same; no
 * time, owner or comment; nothing compressed; less than 4 GiB. So each bit of the
 * container is either a sum or a size that must fit, or has one value: what was
 * changed outside the files' contents is found here, inside by their sums.
 *
 * Source: PKWARE APPNOTE 6.3 sections 4.3 and 4.4; WinZip AES (AE-1, AE-2).
 * Threads: any; no state.
 */
#ifndef CMD_PACKAGE_ZIP_FORM_H
#define CMD_PACKAGE_ZIP_FORM_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum {
    ZIP_FORM_DATE = 0x21,                  /* 1980-01-01: no time */
    ZIP_FORM_FILES_MAX = 20000,            /* LIMIT */
    ZIP_FORM_NAME_MAX = 48,                /* bytes of a name */
};

#define ZIP_FORM_ATTRIBUTES 0x81800000u /* a plain file, 0600 */
#define ZIP_FORM_BYTES_MAX UINT64_C(0xfffffffe) /* LIMIT: no ZIP64 */

struct zip_file_form {
    char name[ZIP_FORM_NAME_MAX + 1];
    uint64_t header_at;
    uint64_t content_at;
    uint64_t stored_size;
    uint64_t size;
    bool is_sealed;
};

struct zip_form {
    struct zip_file_form *files;
    size_t count;
};

/* Where and what is wrong. */
struct zip_fault {
    uint64_t at;       /* offset in the file */
    const char *where; /* a file's name, or a part of the zip; static or in form */
    const char *what;
};

/* size bytes at offset; fails with: IO, END. */
typedef enum status zip_read_fn(void *context, uint64_t offset, void *out,
                                size_t size);

/*
 * file_size: of the whole. On CORRUPT the first fault is in *fault. Fails with:
 * CORRUPT, LIMIT, IO, NO_MEMORY.
 */
MUST_USE enum status zip_form_read(zip_read_fn *read_at, void *context,
                                   uint64_t file_size, struct zip_form *out,
                                   struct zip_fault *fault);
void zip_form_deinit(struct zip_form *form);

/* SIZE_MAX: no such file. */
size_t zip_form_find(const struct zip_form *form, const char *name);

#endif
