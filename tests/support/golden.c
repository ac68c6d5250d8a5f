/* SPDX-License-Identifier: Apache-2.0 */
#include "support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
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

struct notice *golden_notice(const char *name)
{
    char file[PATH_SIZE];
    char path[PATH_SIZE];
    (void)snprintf(file, sizeof file, "%s/notice.yaml", name);
    path_of("examples", file, path);
    uint8_t *yaml = NULL;
    size_t size = 0;
    CHECK_OK(file_read_all(&FILE_LAYER_SYSTEM, path, FILE_BYTES_MAX, &yaml,
                           &size));
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load(path, bytes_of(yaml, size), &findings, &notice));
    findings_deinit(&findings);
    alloc_free(yaml);
    return notice;
}
