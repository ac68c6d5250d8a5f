/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/other_program - the programs beside this one: haechi-paper draws,
 * haechi-work decodes and encodes pictures.
 *
 * Pango and cairo bring 38 libraries, FFmpeg's codecs 20 more; linked into
 * haechi they would cost each role megabytes and tens of milliseconds at its
 * start, and be code in processes that hold keys; and Debian's x264 is under the
 * GPL. So each is in a program of its own, which what needs it becomes; see
 * docs/design/paper.md and docs/design/masks.md.
 */
#ifndef CMD_OTHER_PROGRAM_H
#define CMD_OTHER_PROGRAM_H

/* Becomes haechi-paper with these arguments: work, then argv behind its first.
 * Returns, with EXIT_ENVIRONMENT, only where that cannot be. */
int paper_program_become(const char *work, int argc, char **argv);

/* The role work; as above. */
int work_program_become(void);

#endif
