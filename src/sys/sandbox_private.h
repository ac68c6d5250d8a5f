/* SPDX-License-Identifier: Apache-2.0 */
/* sys/sandbox_private - the two walls of sys/sandbox, one file each. */
#ifndef SYS_SANDBOX_PRIVATE_H
#define SYS_SANDBOX_PRIVATE_H

#include "sys/sandbox.h"

/* Files only below these directories; no TCP; no signals and abstract sockets
 * beyond ourselves where the kernel knows how. OK also without Landlock.
 * Fails with: INTERNAL. */
MUST_USE enum status sandbox_landlock(const struct sandbox *sandbox);

/* The table of calls. Fails with: INTERNAL. */
MUST_USE enum status sandbox_calls(const struct sandbox *sandbox);

#endif
