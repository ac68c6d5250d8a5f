/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_FINDINGS_OUTPUT_H
#define CMD_FINDINGS_OUTPUT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "notice/finding.h"

/*
 * Prints findings: as text on the error stream, or with as_json as one object
 * {"ok", "errors", "blocking", "findings"} on the output. Returns the exit code: 0 without
 * errors, 2 with, 3 where memory ran out.
 */
int findings_output(const struct findings *findings, bool as_json);

/* All of it to the standard output; EXIT_OK or EXIT_ENVIRONMENT. Releases. */
int output_and_release(struct buffer *text);

#endif
