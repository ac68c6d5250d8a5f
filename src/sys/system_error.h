/* SPDX-License-Identifier: Apache-2.0 */
/* sys/system_error - what an errno means to this program. */
#ifndef SYS_SYSTEM_ERROR_H
#define SYS_SYSTEM_ERROR_H

#include "base/status.h"

/*
 * AGAIN, NOT_FOUND, DENIED, CONFLICT (exists), NO_SPACE, NO_MEMORY; IO for all
 * the rest. Never OK.
 */
enum status system_error_status(int error_number);

/* Words for a log line. Never NULL; static storage. */
const char *system_error_text(int error_number);

#endif
