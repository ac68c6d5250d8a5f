/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_OUTPUT_FILE_H
#define CMD_OUTPUT_FILE_H

#include "base/buffer.h"

/* Writes it to the file of that path, or to standard output where path is
 * NULL, and releases it. A failure is said on standard error, and leaves no
 * file. Gives EXIT_OK or EXIT_ENVIRONMENT. */
int output_file_write(const char *path, struct buffer *content);

#endif
