/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/kept_pages - public pages for a moment: however many ask, the gate makes
 * each page once in WEB_PUBLIC_AGE_MS.
 *
 * Times are milliseconds of the boot clock. Threads: none.
 */
#ifndef WEB_KEPT_PAGES_H
#define WEB_KEPT_PAGES_H

#include "base/bytes.h"
#include "base/status.h"
#include "model/public_page.h"

struct kept_pages;

enum { KEPT_ETAG_SIZE = 36 }; /* quoted, 32 hexadecimal characters, a zero */

struct kept_page {
    enum public_page page;
    enum language language;
    uint32_t number;
    int64_t made_ms;
    char etag[KEPT_ETAG_SIZE];
    struct bytes body; /* borrowed until the next put */
};

/* Fails with: NO_MEMORY. */
MUST_USE enum status kept_pages_create(struct kept_pages **out);
void kept_pages_destroy(struct kept_pages **pages);

/* False: it is not there, or too old. Fills in the rest of *page. */
bool kept_pages_find(const struct kept_pages *pages, int64_t now_ms,
                     struct kept_page *page);

/* Takes a copy of page->body, in place of the oldest; fills in the etag and
 * the time. Fails with: LIMIT (too large), NO_MEMORY, INTERNAL. */
MUST_USE enum status kept_pages_put(struct kept_pages *pages, int64_t now_ms,
                                    struct kept_page *page);

#endif
