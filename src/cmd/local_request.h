/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local_request - asks the installation that runs in a directory, over its
 * local socket run/api.sock, as this machine's administrator.
 */
#ifndef CMD_LOCAL_REQUEST_H
#define CMD_LOCAL_REQUEST_H

#include "base/buffer.h"

/*
 * GET path; *code: the HTTP status code; body: appended.
 * Fails with: NOT_FOUND, DENIED (nobody runs there, or not ours), AGAIN (no
 * answer in time), IO, BAD_INPUT, LIMIT, NO_MEMORY.
 */
MUST_USE enum status local_request(const char *directory, const char *path,
                                   unsigned *code, struct buffer *body);

#endif
