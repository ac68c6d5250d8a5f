/* SPDX-License-Identifier: Apache-2.0 */
#include "model/public_page.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

static const char ROOT[] = "/public";
static const char ENGLISH[] = "/en";
static const char NUMBERED[] = "/versions/";

static const char *const SUFFIXES[PUBLIC_PAGE_COUNT] = {
    [PUBLIC_HOME] = "",
    [PUBLIC_NOTICE] = "/notice",
    [PUBLIC_NEXT] = "/next",
    [PUBLIC_VERSIONS] = "/versions",
    [PUBLIC_VERSION] = NUMBERED,
    [PUBLIC_SIGNS] = "/signs",
    [PUBLIC_REQUEST] = "/request",
    [PUBLIC_FORM] = "/request/form",
    [PUBLIC_PROMISES] = "/promises",
    [PUBLIC_PROMISES_JSON] = "/promises.json",
    [PUBLIC_FEED] = "/feed.xml",
};

void public_page_path(enum public_page page, enum language language,
                      uint32_t number, char out[PUBLIC_PATH_SIZE])
{
    const char *tongue = language == LANGUAGE_ENGLISH ? ENGLISH : "";
    if (page == PUBLIC_VERSION)
        (void)snprintf(out, PUBLIC_PATH_SIZE, "%s%s%s%" PRIu32, ROOT, tongue,
                       NUMBERED, number);
    else
        (void)snprintf(out, PUBLIC_PATH_SIZE, "%s%s%s", ROOT, tongue,
                       SUFFIXES[page]);
}

static bool cut(struct text *path, const char *words)
{
    struct text prefix = text_of(words);
    if (!text_starts_with(*path, prefix))
        return false;
    path->data += prefix.size;
    path->size -= prefix.size;
    return true;
}

bool public_page_find(struct text path, enum public_page *page,
                      enum language *language)
{
    *page = PUBLIC_NOTICE;
    *language = LANGUAGE_KOREAN;
    if (text_equal(path, text_of("/notice")))
        return true;
    if (text_equal(path, text_of("/notice/en"))) {
        *language = LANGUAGE_ENGLISH;
        return true;
    }
    if (!cut(&path, ROOT))
        return false;
    struct text behind = path;
    if (cut(&behind, ENGLISH) && (behind.size == 0 || behind.data[0] == '/')) {
        *language = LANGUAGE_ENGLISH;
        path = behind;
    }
    for (unsigned i = 0; i < PUBLIC_PAGE_COUNT; i++) {
        bool is_numbered = i == PUBLIC_VERSION;
        if (is_numbered ? text_starts_with(path, text_of(SUFFIXES[i]))
                        : text_equal(path, text_of(SUFFIXES[i]))) {
            *page = (enum public_page)i;
            return true;
        }
    }
    return false;
}
