/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/log_paper - the line of haechi log paper, for both programs. */
#ifndef CMD_LOG_PAPER_H
#define CMD_LOG_PAPER_H

#include "log/witness/paper_line.h"

struct log_paper {
    const char *site;
    const char *log;
    const char *out; /* NULL: the line alone, on standard output */
    const char *language;
    char line[PAPER_LINE_SIZE];
    struct checkpoint checkpoint;
    int64_t day; /* since 1970-01-01, in Korea */
};

/* Options, then the line of the log's checkpoint. Gives an exit code. */
int log_paper_read(int argc, char **argv, struct log_paper *out);

#endif
