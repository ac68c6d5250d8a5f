/* SPDX-License-Identifier: Apache-2.0 */
/* The example's files with one place changed, for tests of what is refused. */
#ifndef SUPPORT_EXAMPLE_EDIT_H
#define SUPPORT_EXAMPLE_EDIT_H

#include "base/buffer.h"

#define EXAMPLE_NOTICE "geoje-family-center/notice.yaml"
#define EXAMPLE_PLANT "geoje-family-center/plant.yaml"

/* The embedded file of this path; the test fails where there is none. */
struct bytes example_file(const char *path);

/*
 * The file with the first occurrence of find replaced; with replacement NULL
 * the file ends there. *line: where find stood. The test fails where find is
 * not there. The caller releases the buffer.
 */
struct buffer example_edit(const char *path, const char *find,
                           const char *replacement, uint32_t *line);

#endif
