/* SPDX-License-Identifier: Apache-2.0 */
#include "web/kept_pages.h"

#include <string.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "web/limits.h"

enum { ETAG_BYTES = 16 };

struct kept_pages {
    struct kept_page rows[WEB_PUBLIC_KEPT_MAX]; /* body NULL: free */
};

enum status kept_pages_create(struct kept_pages **out)
{
    *out = alloc_zeroed(sizeof **out);
    return *out == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

static void row_free(struct kept_page *row)
{
    alloc_free((void *)(uintptr_t)row->body.data);
    *row = (struct kept_page){.body = {NULL, 0}};
}

void kept_pages_destroy(struct kept_pages **pages)
{
    for (size_t i = 0; *pages != NULL && i < WEB_PUBLIC_KEPT_MAX; i++)
        row_free(&(*pages)->rows[i]);
    alloc_free(*pages);
    *pages = NULL;
}

static bool is_same(const struct kept_page *row, const struct kept_page *page)
{
    return row->body.data != NULL && row->page == page->page &&
           row->language == page->language && row->number == page->number;
}

bool kept_pages_find(const struct kept_pages *pages, int64_t now_ms,
                     struct kept_page *page)
{
    for (size_t i = 0; i < WEB_PUBLIC_KEPT_MAX; i++) {
        const struct kept_page *row = &pages->rows[i];
        if (!is_same(row, page) || now_ms - row->made_ms >= WEB_PUBLIC_AGE_MS)
            continue;
        *page = *row;
        return true;
    }
    return false;
}

/* The page's own row, a free one, or the oldest. */
static struct kept_page *row_for(struct kept_pages *pages,
                                 const struct kept_page *page)
{
    struct kept_page *best = &pages->rows[0];
    for (size_t i = 0; i < WEB_PUBLIC_KEPT_MAX; i++) {
        struct kept_page *row = &pages->rows[i];
        if (is_same(row, page))
            return row;
        if (best->body.data != NULL &&
            (row->body.data == NULL || row->made_ms < best->made_ms))
            best = row;
    }
    return best;
}

static enum status etag_of(struct bytes body, char out[KEPT_ETAG_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    enum status s = sha256(&body, 1, digest);
    if (s != STATUS_OK)
        return s;
    out[0] = '"';
    hex_encode(bytes_of(digest, ETAG_BYTES), out + 1);
    out[1 + 2 * ETAG_BYTES] = '"';
    out[2 + 2 * ETAG_BYTES] = 0;
    return STATUS_OK;
}

enum status kept_pages_put(struct kept_pages *pages, int64_t now_ms,
                           struct kept_page *page)
{
    if (page->body.size > WEB_PUBLIC_KEPT_BYTES_MAX)
        return STATUS_LIMIT;
    enum status s = etag_of(page->body, page->etag);
    if (s != STATUS_OK)
        return s;
    uint8_t *copy = alloc_array(page->body.size + 1, 1);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    if (page->body.size > 0)
        memcpy(copy, page->body.data, page->body.size);
    struct kept_page *row = row_for(pages, page);
    row_free(row);
    page->made_ms = now_ms;
    *row = *page;
    row->body.data = copy;
    return STATUS_OK;
}
