/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/versions/store - the versions of an installation's notice as files.
 *
 *   versions/book.json           the state of each; the log says the same
 *   versions/drafts/SHA256.yaml  waits to be announced; .yaml.sig with it
 *   versions/3/notice.yaml       as published; so all below, never changed
 *   versions/3/notice.yaml.sig   its signature, where there is one
 *   versions/3/notice.ko.html    and .txt, and in English: rendered forms
 *   versions/3/change.ko.html    and .txt, and in English: what differs from
 *                                the one in force when it was announced
 *   versions/3/manifest.json     the hash of each
 *
 * docs/design/versions.md. Threads: none.
 */
#ifndef NOTICE_VERSIONS_STORE_H
#define NOTICE_VERSIONS_STORE_H

#include "model/notice_version.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "sys/file.h"

enum { NOTICE_FILE_BYTES_MAX = 1 << 20 };

/* The names of its directories in the installation's one. */
#define NOTICE_VERSIONS_DIRECTORY "versions"
#define NOTICE_DRAFTS_DIRECTORY "versions/drafts"

/*
 * Reads the book. directory: the installation's. Ownership: on success
 * notice_versions_deinit releases *out; without a book it is empty.
 * Fails with: CORRUPT (no book of ours), as file_read_all.
 */
MUST_USE enum status notice_book_read(const struct file_layer *layer,
                                      const char *directory,
                                      struct notice_versions *out);

/* Writes it anew, durably. Fails with: as file_replace, NO_MEMORY. */
MUST_USE enum status notice_book_write(const struct file_layer *layer,
                                       const char *directory,
                                       const struct notice_versions *versions);

/*
 * A version's notice.yaml, whose hash must be the version's. *out: from
 * base/alloc. Fails with: CORRUPT (another hash), NOT_FOUND, as file_read_all.
 */
MUST_USE enum status notice_version_read(const struct file_layer *layer,
                                         const char *directory,
                                         const struct notice_version *version,
                                         uint8_t **out, size_t *size);

/* The same, loaded. The caller owns *out. Fails with: as above, as notice_load.
 */
MUST_USE enum status notice_version_load(const struct file_layer *layer,
                                         const char *directory,
                                         const struct notice_version *version,
                                         struct findings *findings,
                                         struct notice **out);

struct notice_version_content {
    uint32_t number;
    struct bytes yaml;
    struct bytes signature;      /* of yaml; empty: it is not signed */
    const struct notice *notice; /* what yaml says */
    const struct notice *before; /* in force until then; NULL: the first */
};

/*
 * Writes all files of a version, each durably, over those that an announcement
 * which never came into the log may have left. manifest_sha256: of
 * manifest.json. Fails with: as file_replace, NO_MEMORY, LIMIT.
 */
MUST_USE enum status
notice_version_write(const struct file_layer *layer, const char *directory,
                     const struct notice_version_content *content,
                     char manifest_sha256[NOTICE_DIGEST_SIZE]);

/* The SHA-256 of the bytes in hexadecimal. Fails with: as crypto/hash.h. */
MUST_USE enum status notice_digest(struct bytes bytes,
                                   char out[NOTICE_DIGEST_SIZE]);

/* "directory/versions/3/name"; false where it is too long. */
bool notice_version_path(const char *directory, uint32_t number,
                         const char *name, char *out, size_t size);

/* Of a draft, by the SHA-256 of its bytes in hexadecimal. */
bool notice_draft_path(const char *directory, const char *sha256, char *out,
                       size_t size);

#endif
