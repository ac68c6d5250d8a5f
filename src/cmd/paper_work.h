/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/paper_work - the works of haechi-paper, as commands. */
#ifndef CMD_PAPER_WORK_H
#define CMD_PAPER_WORK_H

#include "base/buffer.h"
#include "base/status.h"

/* haechi log paper --out */
int paper_checkpoint(int argc, char **argv);

/* haechi ledger --format pdf */
int paper_ledger(int argc, char **argv);

/* haechi notice render --format pdf */
int paper_notice(int argc, char **argv);

/* haechi report monthly, yearly */
int paper_report(int argc, char **argv);

/* haechi sign */
int paper_sign(int argc, char **argv);

/* Writes what was drawn, or says why there is nothing; releases it. Gives an
 * exit code. */
int paper_output(enum status drawn, const char *path, struct buffer *pdf);

#endif
