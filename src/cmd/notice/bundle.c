/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/notice/bundle.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/command.h"
#include "cmd/other_program.h"
#include "notice/versions/store.h"

enum { PATH_SIZE = 4096, FILE_BYTES_MAX = 64 << 20, SUMS_BYTES_MAX = 16384 };

struct bundle {
    const char *directory;
    uint32_t version;
    const char *out;
    struct buffer sums;
    enum status status; /* sticky */
};

static const char *const NAMES[] = {
    "notice.yaml",    "notice.yaml.sig", "notice.ko.html", "notice.ko.txt",  "notice.en.html",
    "notice.en.txt",  "change.ko.html", "change.ko.txt",  "change.en.html",
    "change.en.txt",  "manifest.json"};

/* A first version changes nothing; not every notice is signed. */
static bool may_be_missing(const char *name)
{
    return strncmp(name, "change.", 7) == 0 ||
           strcmp(name, "notice.yaml.sig") == 0;
}

static bool path_in(const char *directory, const char *name,
                    char out[PATH_SIZE])
{
    int used = snprintf(out, PATH_SIZE, "%s/%s", directory, name);
    return used > 0 && used < PATH_SIZE;
}

static void sum(struct bundle *bundle, const char *name, struct bytes content)
{
    char digest[NOTICE_DIGEST_SIZE];
    bundle->status = notice_digest(content, digest);
    buffer_format(&bundle->sums, "%s  %s\n", digest, name);
}

static void copy(struct bundle *bundle, const char *name)
{
    char from[PATH_SIZE];
    char to[PATH_SIZE];
    uint8_t *content = NULL;
    size_t size = 0;
    if (!notice_version_path(bundle->directory, bundle->version, name, from,
                             sizeof from) ||
        !path_in(bundle->out, name, to)) {
        bundle->status = STATUS_LIMIT;
        return;
    }
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, from, FILE_BYTES_MAX,
                                  &content, &size);
    if (s == STATUS_NOT_FOUND && may_be_missing(name))
        return;
    if (s == STATUS_OK)
        s = file_replace(&FILE_LAYER_SYSTEM, to, bytes_of(content, size));
    if (s == STATUS_OK)
        sum(bundle, name, bytes_of(content, size));
    else
        bundle->status = s;
    alloc_free(content);
}

/* haechi-paper draws it, as a process of its own. */
static int draw(const char *yaml, const char *language, const char *to)
{
    const char *arguments[] = {"notice render", yaml,    "--format", "pdf",
                               "--lang",        language, "--out",   to, NULL};
    int wait_status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(paper_program_become("notice", 8, (char **)(uintptr_t)arguments));
    if (child < 0 || waitpid(child, &wait_status, 0) != child ||
        !WIFEXITED(wait_status))
        return EXIT_ENVIRONMENT;
    return WEXITSTATUS(wait_status);
}

static void add_paper(struct bundle *bundle, const char *language)
{
    char name[32];
    char yaml[PATH_SIZE];
    char to[PATH_SIZE];
    uint8_t *content = NULL;
    size_t size = 0;
    (void)snprintf(name, sizeof name, "notice.%s.pdf", language);
    if (!path_in(bundle->out, name, to) ||
        !path_in(bundle->out, "notice.yaml", yaml)) {
        bundle->status = STATUS_LIMIT;
        return;
    }
    enum status s = draw(yaml, language, to) == EXIT_OK ? STATUS_OK : STATUS_IO;
    if (s == STATUS_OK)
        s = file_read_all(&FILE_LAYER_SYSTEM, to, FILE_BYTES_MAX, &content,
                          &size);
    if (s == STATUS_OK)
        sum(bundle, name, bytes_of(content, size));
    else
        bundle->status = s;
    alloc_free(content);
}

int notice_bundle_write(const char *directory, uint32_t version,
                        const char *out)
{
    char path[PATH_SIZE];
    struct bundle bundle = {.directory = directory,
                            .version = version,
                            .out = out,
                            .sums = buffer_with_limit(SUMS_BYTES_MAX)};
    bundle.status = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, out);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (bundle.status == STATUS_OK)
            copy(&bundle, NAMES[i]);
    }
    if (bundle.status == STATUS_OK)
        add_paper(&bundle, "ko");
    if (bundle.status == STATUS_OK)
        add_paper(&bundle, "en");
    if (bundle.status == STATUS_OK)
        bundle.status = buffer_status(&bundle.sums);
    if (bundle.status == STATUS_OK && !path_in(out, "SHA256SUMS", path))
        bundle.status = STATUS_LIMIT;
    if (bundle.status == STATUS_OK)
        bundle.status = file_replace(&FILE_LAYER_SYSTEM, path,
                                     buffer_bytes(&bundle.sums));
    buffer_deinit(&bundle.sums);
    if (bundle.status == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr,
                  "haechi: the files for the homepage are not complete in %s "
                  "(%s); the version stands all the same: its files are in "
                  "%s/" NOTICE_VERSIONS_DIRECTORY "/%u\n",
                  out, status_name(bundle.status), directory,
                  (unsigned)version);
    return EXIT_ENVIRONMENT;
}
