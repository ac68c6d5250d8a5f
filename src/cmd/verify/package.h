/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/verify/package - haechi verify PACKAGE: what the check says, on standard
 * output; the exit code. */
#ifndef CMD_VERIFY_PACKAGE_H
#define CMD_VERIFY_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

struct verify_package_options {
    const char *path;
    const char *vkey; /* this and the next: NULL where not given */
    const char *password_file;
    const char *const *witnesses;
    size_t witness_count;
    bool as_json;
};
int verify_package(const struct verify_package_options *options);

#endif
