/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/embedded - files that travel inside the binary.
 *
 * tools/embed.py makes the C source; in a folder's meson.build:
 *
 *   sources += custom_target('console_files',
 *     input: console_files, output: 'console_files.c',
 *     command: [python, embed, 'CONSOLE_FILES', console_root,
 *               '@OUTPUT@', '@INPUT@'])
 *
 * The list ends with an entry whose path is NULL.
 */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include "base/bytes.h"

struct embedded_file {
    const char *path; /* relative to the root given to embed.py */
    struct bytes content; /* a zero byte stands behind it */
};

/* The files of console/ and examples/. */
extern const struct embedded_file CONSOLE_FILES[];
extern const struct embedded_file EXAMPLE_FILES[];

#endif
