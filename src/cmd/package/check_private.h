/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/check_private - what the files of the check share.
 *
 *   check.c        the container; one part after the other
 *   check_log.c    key, checkpoint, lines, proofs
 *   check_video.c  groups, pictures, gaps
 */
#ifndef CMD_PACKAGE_CHECK_PRIVATE_H
#define CMD_PACKAGE_CHECK_PRIVATE_H

#include "cmd/package/archive.h"
#include "cmd/package/check.h"
#include "cmd/package/manifest.h"
#include "log/entry_line.h"
#include "log/tree/proof.h"

/* A recording.root that the package's log has. */
struct check_root {
    uint64_t entry;
    uint64_t batch;
    struct merkle_hash root;
};

struct check {
    const struct package_request *request;
    struct package_result *result;
    struct file *file;
    struct zip_form form;
    struct archive_in *archive;
    struct manifest *manifest; /* NULL: none that can be read */
    uint8_t manifest_sha256[SHA256_SIZE];
    bool *is_used; /* of the form's files */
    /* the log */
    struct note_key key;
    struct buffer note;
    struct check_root *roots; /* by entry */
    size_t root_count;
    bool has_export;
    bool has_made;
    /* Accounts, as the lines say; -1: they do not. */
    int64_t exported_by;
    int64_t ordered_by;
    int64_t approved_by;
};

__attribute__((format(printf, 3, 4))) void
check_problem(struct check *check, const char *where, const char *format, ...);

/* A file into out (with its limit); false where it is not there or damaged, which
 * is a problem then. Fails with: DENIED, IO, NO_MEMORY. */
MUST_USE enum status check_read(struct check *check, const char *name,
                                struct buffer *out, bool *is_there);

/* Both fail with: DENIED, BAD_INPUT (vkey), IO, NO_MEMORY, INTERNAL. */
MUST_USE enum status check_log(struct check *check);
MUST_USE enum status check_videos(struct check *check);

/* NULL: the package's log does not have it. */
const struct check_root *check_root_find(const struct check *check,
                                         uint64_t entry);

#endif
