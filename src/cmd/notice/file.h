/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/notice/file - a notice.yaml by itself, for commands. */
#ifndef CMD_NOTICE_FILE_H
#define CMD_NOTICE_FILE_H

#include "notice/finding.h"
#include "notice/notice.h"

/* As notice_load; a file that cannot be read is said on standard error.
 * Fails also with: as sys/file.h. */
MUST_USE enum status notice_file_load(const char *path,
                                      struct findings *findings,
                                      struct notice **out);

/* As above, with its errors said on standard error; gives an exit code. On
 * EXIT_OK the caller owns *out. */
int notice_file_open(const char *path, struct notice **out);

#endif
