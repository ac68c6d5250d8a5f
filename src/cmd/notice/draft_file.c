/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/notice/draft_file.h"

#include <stdio.h>

#include "base/alloc.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "notice/notice_signature.h"

enum { PATH_SIZE = 4096 };

static int say(const char *what, enum status status)
{
    (void)fprintf(stderr, "haechi: %s: %s\n", what, status_name(status));
    return EXIT_ENVIRONMENT;
}

void draft_file_deinit(struct draft_file *draft)
{
    notice_destroy(&draft->notice);
    alloc_free(draft->yaml);
    alloc_free(draft->signature);
}

/* Where it is signed: FILE.sig. */
static int read_signature(const char *path, struct draft_file *out)
{
    char beside[PATH_SIZE];
    int used = snprintf(beside, sizeof beside, "%s" NOTICE_SIGNATURE_SUFFIX,
                        path);
    if (used < 0 || used >= PATH_SIZE)
        return say(path, STATUS_LIMIT);
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, beside,
                                  NOTICE_SIGNATURE_BYTES_MAX, &out->signature,
                                  &out->signature_size);
    return s == STATUS_OK || s == STATUS_NOT_FOUND ? EXIT_OK : say(beside, s);
}

int draft_file_read(const char *path, struct draft_file *out)
{
    struct findings findings = {0};
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  NOTICE_FILE_BYTES_MAX, &out->yaml,
                                  &out->size);
    if (s != STATUS_OK)
        return say(path, s);
    struct bytes yaml = bytes_of(out->yaml, out->size);
    s = notice_load(path, yaml, &findings, &out->notice);
    int code = EXIT_OK;
    if (s == STATUS_OK || s == STATUS_BAD_INPUT)
        code = findings_output(&findings, false);
    else
        code = say(path, s);
    if (code == EXIT_OK && findings.blocking > 0)
        code = EXIT_FINDING;
    findings_deinit(&findings);
    if (code == EXIT_OK && notice_digest(yaml, out->sha256) != STATUS_OK)
        code = EXIT_ENVIRONMENT;
    return code == EXIT_OK ? read_signature(path, out) : code;
}

/* The draft's path, and its signature's; false where they are too long. */
static bool paths_of(const struct draft_file *draft, const char *directory,
                     char path[PATH_SIZE], char beside[PATH_SIZE])
{
    if (!notice_draft_path(directory, draft->sha256, path, PATH_SIZE))
        return false;
    int used =
        snprintf(beside, PATH_SIZE, "%s" NOTICE_SIGNATURE_SUFFIX, path);
    return used > 0 && used < PATH_SIZE;
}

int draft_file_put(const struct draft_file *draft, const char *directory)
{
    char path[PATH_SIZE];
    char beside[PATH_SIZE];
    if (!paths_of(draft, directory, path, beside))
        return say(directory, STATUS_LIMIT);
    enum status s = STATUS_OK;
    if (draft->signature != NULL)
        s = file_replace(&FILE_LAYER_SYSTEM, beside,
                         bytes_of(draft->signature, draft->signature_size));
    if (s == STATUS_OK)
        s = file_replace(&FILE_LAYER_SYSTEM, path,
                         bytes_of(draft->yaml, draft->size));
    return s == STATUS_OK ? EXIT_OK : say(path, s);
}

void draft_file_withdraw(const struct draft_file *draft, const char *directory)
{
    char path[PATH_SIZE];
    char beside[PATH_SIZE];
    if (!paths_of(draft, directory, path, beside))
        return;
    (void)!FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, path);
    (void)!FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, beside);
}
