/* SPDX-License-Identifier: Apache-2.0 */
/* The published texts of examples/, and the drafts made of them. */
#ifndef SUPPORT_PUBLISHED_H
#define SUPPORT_PUBLISHED_H

#include "base/bytes.h"

#define PUBLISHED_GWANGJU "gwangju-labor-office/published.txt"
#define PUBLISHED_GEOJE "geoje-family-center/published.txt"

struct published {
    struct bytes bytes;
    void *memory;
};

/* A file below examples/; the test fails where there is none. */
struct published published_read(const char *name);
void published_release(struct published *published);

/* Writes a file below examples/: for GOLDEN_UPDATE. */
void published_write(const char *name, struct bytes bytes);

#endif
