/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/versions/store.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"

enum { PATH_SIZE = 4096 };

bool notice_version_path(const char *directory, uint32_t number,
                         const char *name, char *out, size_t size)
{
    int used = snprintf(out, size, "%s/" NOTICE_VERSIONS_DIRECTORY "/%u/%s",
                        directory, (unsigned)number, name);
    return used > 0 && (size_t)used < size;
}

bool notice_draft_path(const char *directory, const char *sha256, char *out,
                       size_t size)
{
    int used = snprintf(out, size, "%s/" NOTICE_DRAFTS_DIRECTORY "/%s.yaml",
                        directory, sha256);
    return used > 0 && (size_t)used < size;
}

enum status notice_digest(struct bytes bytes, char out[NOTICE_DIGEST_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    enum status s = sha256(&bytes, 1, digest);
    out[0] = 0;
    if (s != STATUS_OK)
        return s;
    hex_encode(bytes_of(digest, sizeof digest), out);
    out[HEX_SIZE(SHA256_SIZE)] = 0;
    return STATUS_OK;
}

enum status notice_version_read(const struct file_layer *layer,
                                const char *directory,
                                const struct notice_version *version,
                                uint8_t **out, size_t *size)
{
    char path[PATH_SIZE];
    char digest[NOTICE_DIGEST_SIZE];
    *out = NULL;
    if (!notice_version_path(directory, version->number, "notice.yaml", path,
                             sizeof path))
        return STATUS_LIMIT;
    enum status s =
        file_read_all(layer, path, NOTICE_FILE_BYTES_MAX, out, size);
    if (s != STATUS_OK)
        return s;
    s = notice_digest(bytes_of(*out, *size), digest);
    if (s == STATUS_OK && strcmp(digest, version->sha256) != 0)
        s = STATUS_CORRUPT;
    if (s != STATUS_OK) {
        alloc_free(*out);
        *out = NULL;
    }
    return s;
}

enum status notice_version_load(const struct file_layer *layer,
                                const char *directory,
                                const struct notice_version *version,
                                struct findings *findings, struct notice **out)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    char name[64];
    *out = NULL;
    (void)snprintf(name, sizeof name, NOTICE_VERSIONS_DIRECTORY
                   "/%u/notice.yaml", (unsigned)version->number);
    enum status s =
        notice_version_read(layer, directory, version, &yaml, &size);
    if (s == STATUS_OK)
        s = notice_load(name, bytes_of(yaml, size), findings, out);
    alloc_free(yaml);
    return s;
}
