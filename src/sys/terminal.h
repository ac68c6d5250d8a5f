/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/terminal - asks the person at the terminal, beside standard input and
 * output: /dev/tty, so that a script cannot answer by accident.
 *
 * Threads: any; one at a time.
 */
#ifndef SYS_TERMINAL_H
#define SYS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/*
 * Shows the prompt and reads one line, without its line feed, terminated; with
 * is_secret nothing typed is shown.
 * Fails with: NOT_FOUND (no terminal), END (closed), LIMIT (longer than size),
 * IO.
 */
MUST_USE enum status terminal_ask(const char *prompt, bool is_secret,
                                  char *out, size_t size);

#endif
