/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/notice/bundle - a version's files for the homepage. */
#ifndef CMD_NOTICE_BUNDLE_H
#define CMD_NOTICE_BUNDLE_H

#include <stdint.h>

/*
 * Copies the files of a version into the directory out, which is made, adds
 * the notice as PDF in both languages, and writes SHA256SUMS, which sha256sum
 * --check reads. EXIT_OK, or the exit code after a word about it.
 */
int notice_bundle_write(const char *directory, uint32_t version,
                        const char *out);

#endif
