/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/paper_program - haechi-paper, the second program: all that draws.
 *
 * Pango and cairo bring 38 libraries; linked into haechi they would cost each
 * role a megabyte and 27 ms at its start, and be code in processes that hold
 * keys. So they are in a program of their own beside this one, which the
 * commands that draw become; see docs/design/paper.md.
 */
#ifndef CMD_PAPER_PROGRAM_H
#define CMD_PAPER_PROGRAM_H

/* Becomes haechi-paper with these arguments: work, then argv behind its first.
 * Returns, with EXIT_ENVIRONMENT, only where that cannot be. */
int paper_program_become(const char *work, int argc, char **argv);

#endif
