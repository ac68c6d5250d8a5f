/* SPDX-License-Identifier: Apache-2.0 */
#include "support/example_edit.h"

#include <string.h>

#include "base/embedded.h"
#include "unit/test.h"

enum { EDITED_BYTES_MAX = 1 << 20 };

struct bytes example_file(const char *path)
{
    const struct embedded_file *file = EXAMPLE_FILES;
    while (file->path != NULL && strcmp(file->path, path) != 0)
        file++;
    CHECK(file->path != NULL);
    return file->content;
}

struct buffer example_edit(const char *path, const char *find,
                           const char *replacement, uint32_t *line)
{
    struct bytes file = example_file(path);
    const char *begin = (const char *)file.data;
    /* A zero byte stands behind an embedded file. */
    const char *at = strstr(begin, find);
    if (at == NULL)
        fail_msg("'%s' is not in %s", find, path);
    *line = 1;
    for (const char *c = begin; c < at; c++)
        *line += *c == '\n';
    struct buffer edited = buffer_with_limit(EDITED_BYTES_MAX);
    buffer_append(&edited, bytes_of(begin, (size_t)(at - begin)));
    if (replacement != NULL) {
        buffer_append_text(&edited, replacement);
        buffer_append_text(&edited, at + strlen(find));
    }
    CHECK_OK(buffer_status(&edited));
    return edited;
}
