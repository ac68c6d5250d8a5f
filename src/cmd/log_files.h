/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/log_files - a log's key and checkpoint out of its directory, for commands
 * that read it while the recorder may run. */
#ifndef CMD_LOG_FILES_H
#define CMD_LOG_FILES_H

#include "log/tree/checkpoint.h"

/* Fails with: NOT_FOUND, CORRUPT, and as sys/file.h. */
MUST_USE enum status log_files_key(const char *directory, struct note_key *out);

/* The note, whose signature is right; *memory is the caller's. Fails with: the
 * same. */
MUST_USE enum status log_files_checkpoint(const char *directory,
                                          uint8_t **memory, struct text *note,
                                          struct checkpoint *out);

/* Says on standard error what to do; gives an exit code. */
int log_files_explain(const char *directory, enum status status);

#endif
