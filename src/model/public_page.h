/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/public_page - the pages that everybody may read without signing in,
 * and their paths: /public and what follows in Korean, /public/en in English.
 * /notice and /notice/en, which signs may bear, are the notice itself. Web
 * knows them by their paths, the gate makes them (roles/gate/promise/public.c).
 */
#ifndef MODEL_PUBLIC_PAGE_H
#define MODEL_PUBLIC_PAGE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "model/language.h"

enum public_page {
    PUBLIC_HOME,
    PUBLIC_NOTICE,   /* in force */
    PUBLIC_NEXT,     /* what was announced, and what it changes */
    PUBLIC_VERSIONS, /* all there have been */
    PUBLIC_VERSION,  /* one of them, by its number */
    PUBLIC_SIGNS,    /* what hangs where */
    PUBLIC_REQUEST,  /* how to ask for one's own picture */
    PUBLIC_FORM,     /* to be printed for that */
    PUBLIC_PROMISES, /* and whether they are kept */
    PUBLIC_PROMISES_JSON,
    PUBLIC_FEED, /* versions, as Atom (RFC 4287) */
    PUBLIC_PAGE_COUNT
};

enum { PUBLIC_PATH_SIZE = 64 };

/* number: of a version; the others have none. Terminated. */
void public_page_path(enum public_page page, enum language language,
                      uint32_t number, char out[PUBLIC_PATH_SIZE]);

/* Which page a path of the router's table is, without its number. */
bool public_page_find(struct text path, enum public_page *page,
                      enum language *language);

#endif
