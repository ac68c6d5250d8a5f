/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness/paper_line - a checkpoint as one line that a person can copy from
 * paper.
 *
 *   haechi1 <origin> <size> <day, YYYY-MM-DD> <code>
 *
 * The code is base32 (Crockford's: digits and letters without I, L, O, U) of the
 * root's 32 bytes and a sum of 20 bits, in groups of four with hyphens: the sum
 * is the first of SHA-256 over what stands before the code and the root, so that
 * a mistake in copying is told apart from another log. Read in either case, with
 * or without hyphens, O as 0, I and L as 1.
 *
 * It bears no signature: its authority is whoever kept the paper.
 *
 * Threads: any; no state.
 */
#ifndef LOG_WITNESS_PAPER_LINE_H
#define LOG_WITNESS_PAPER_LINE_H

#include "base/time.h"
#include "log/tree/checkpoint.h"

enum { PAPER_LINE_SIZE = NOTE_NAME_MAX + 160 }; /* terminated */

#define PAPER_LINE_MARK "haechi1 "

/* day: on which it is printed, in Korea's time. Fails with: INTERNAL. */
MUST_USE enum status paper_line_format(const struct checkpoint *checkpoint,
                                       struct wall_time day,
                                       char out[PAPER_LINE_SIZE]);

/* Fails with: BAD_INPUT (its form), LIMIT, CORRUPT (the sum: it was not copied
 * right), INTERNAL. */
MUST_USE enum status paper_line_parse(struct text line,
                                      struct checkpoint *out);

#endif
