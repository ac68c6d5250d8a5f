/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/notice/draft_file - a notice.yaml on its way to being announced: read,
 * checked, and put where the recorder finds it by its hash
 * (docs/design/versions.md).
 */
#ifndef CMD_NOTICE_DRAFT_FILE_H
#define CMD_NOTICE_DRAFT_FILE_H

#include "notice/versions/store.h"

struct draft_file {
    uint8_t *yaml;
    size_t size;
    uint8_t *signature; /* of FILE.sig; NULL: there is none */
    size_t signature_size;
    struct notice *notice;
    char sha256[NOTICE_DIGEST_SIZE];
};

/* With everything that the linter says of it, on standard error; an exit code.
 * *out is released with draft_file_deinit in any case. */
int draft_file_read(const char *path, struct draft_file *out);
void draft_file_deinit(struct draft_file *draft);

/* Into versions/drafts, and out of it. directory: the installation's. */
int draft_file_put(const struct draft_file *draft, const char *directory);
void draft_file_withdraw(const struct draft_file *draft, const char *directory);

#endif
