/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/verify/package - haechi verify PACKAGE: what the check says, on standard
 * output; the exit code. */
#ifndef CMD_VERIFY_PACKAGE_H
#define CMD_VERIFY_PACKAGE_H

#include <stdbool.h>

/* vkey, password_file: NULL where not given. */
int verify_package(const char *path, const char *vkey,
                   const char *password_file, bool as_json);

#endif
