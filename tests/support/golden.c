/* SPDX-License-Identifier: Apache-2.0 */
#include "support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "sys/file.h"
#include "unit/test.h"

enum { FILE_BYTES_MAX = 1 << 20, PATH_SIZE = 512 };

static void path_of(const char *folder, const char *name, char path[PATH_SIZE])
{
    const char *root = getenv("SOURCE_ROOT");
    CHECK(root != NULL);
    (void)snprintf(path, PATH_SIZE, "%s/%s/%s", root, folder, name);
}

void golden_check(const char *name, struct bytes made)
{
    char path[PATH_SIZE];
    path_of("tests/golden", name, path);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *file = fopen(path, "wb");
        CHECK(file != NULL);
        CHECK(fwrite(made.data, 1, made.size, file) == made.size);
        (void)fclose(file);
    }
    uint8_t *golden = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, FILE_BYTES_MAX, &golden,
                           &size));
    bool is_same = size == made.size && memcmp(golden, made.data, size) == 0;
    alloc_free(golden);
    if (!is_same)
        print_error("differs from %s; look at both, then GOLDEN_UPDATE=1\n",
                    path);
    CHECK(is_same);
}

/* Every place where it stands. */
static void replace_all(struct bytes in, const char *what, const char *instead,
                        struct buffer *out)
{
    size_t length = strlen(what);
    CHECK(length > 0);
    for (size_t i = 0; i < in.size; i++) {
        if (i + length <= in.size && memcmp(in.data + i, what, length) == 0) {
            buffer_append_text(out, instead);
            i += length - 1;
        } else {
            buffer_append_u8(out, in.data[i]);
        }
    }
}

struct notice *golden_notice_with(const char *name, const char *what,
                                  const char *instead)
{
    char file[PATH_SIZE];
    char path[PATH_SIZE];
    (void)snprintf(file, sizeof file, "%s/notice.yaml", name);
    path_of("examples", file, path);
    uint8_t *yaml = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, FILE_BYTES_MAX, &yaml,
                           &size));
    struct buffer changed = buffer_with_limit(FILE_BYTES_MAX);
    replace_all(bytes_of(yaml, size), what, instead, &changed);
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load(path, buffer_bytes(&changed), &findings, &notice));
    findings_deinit(&findings);
    buffer_deinit(&changed);
    alloc_free(yaml);
    return notice;
}

struct notice *golden_notice(const char *name)
{
    return golden_notice_with(name, "\n", "\n");
}
