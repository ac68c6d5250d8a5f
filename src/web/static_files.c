/* SPDX-License-Identifier: Apache-2.0 */
#include "web/static_files.h"

#include <stdio.h>

#include "base/embedded.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"

static const char *type_of(struct text path)
{
    static const struct {
        const char *ending;
        const char *type;
    } TYPES[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json; charset=utf-8"},
        {".png", "image/png"},
    };
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        struct text ending = text_of(TYPES[i].ending);
        if (path.size < ending.size)
            continue;
        const struct text end = {path.data + path.size - ending.size,
                                 ending.size};
        if (text_equal(end, ending))
            return TYPES[i].type;
    }
    return "application/octet-stream";
}

static enum status describe(const struct embedded_file *file,
                            struct static_file *out)
{
    uint8_t digest[SHA256_SIZE];
    char hex[HEX_SIZE(SHA256_SIZE) + 1];
    enum status s = sha256(&file->content, 1, digest);
    if (s != STATUS_OK)
        return s;
    hex_encode(bytes_of(digest, sizeof digest), hex);
    (void)snprintf(out->etag, sizeof out->etag, "\"%s\"", hex);
    out->type = type_of(text_of(file->path));
    out->content = file->content;
    return STATUS_OK;
}

enum status static_files_find(struct text path, struct static_file *out)
{
    if (text_equal(path, text_of("/")))
        path = text_of("/index.html");
    if (path.size < 2)
        return STATUS_NOT_FOUND;
    const struct text relative = {path.data + 1, path.size - 1};
    for (const struct embedded_file *file = CONSOLE_FILES; file->path != NULL;
         file++)
        if (text_equal(relative, text_of(file->path)))
            return describe(file, out);
    return STATUS_NOT_FOUND;
}
