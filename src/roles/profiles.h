/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/profiles - what each role may still do once it has started, in one
 * table; tests/privilege tries everything else on these very lines.
 */
#ifndef ROLES_PROFILES_H
#define ROLES_PROFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "ipc/role.h"

struct role_profile {
    unsigned powers;        /* enum sandbox_power */
    size_t descriptors_max; /* RLIMIT_NOFILE */
    bool dies_first;        /* where memory runs out */
};

/* role: any but the supervisor, which has no sandbox. */
const struct role_profile *role_profile(enum role role);

/*
 * Warms up what opens files at its first use, then enters the sandbox of this
 * role. directories: for roles with SANDBOX_FILES, NULL-terminated; NULL for
 * the others. Fails with: INTERNAL (the role must exit).
 */
MUST_USE enum status role_sandbox(enum role role,
                                  const char *const *directories);

#endif
