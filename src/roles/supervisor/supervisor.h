/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/supervisor/supervisor - starts the roles, joins them, and starts again what dies.
 *
 * It holds what must outlive a role: the ring's memfd, the eventfd beside it,
 * the listening sockets. It connects sockets to cameras, because ingest may
 * not. It reads no byte that a camera or a browser sent.
 */
#ifndef ROLES_SUPERVISOR_SUPERVISOR_H
#define ROLES_SUPERVISOR_SUPERVISOR_H

#include <stdint.h>

#include "base/status.h"

/*
 * The supervisor's process: runs the installation in directory, whose
 * configuration has been checked, until SIGTERM or SIGINT. Where it
 * replaces one that died, reason says how that one ended, and died_boot_us
 * when; else NULL. Returns an exit code.
 */
int role_supervisor_main(const char *directory, const char *reason,
                         int64_t died_boot_us);

#endif
