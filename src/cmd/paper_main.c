/* SPDX-License-Identifier: Apache-2.0 */
/* haechi-paper: what of haechi's commands draws; see cmd/other_program.h. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/paper_work.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} WORK[] = {
    {"checkpoint", paper_checkpoint},
    {"ledger", paper_ledger},
    {"monthly", paper_report},
    {"notice", paper_notice},
    {"sign", paper_sign},
    {"yearly", paper_report},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof WORK / sizeof WORK[0]; i++)
        if (strcmp(argv[1], WORK[i].name) == 0)
            return WORK[i].run(argc - 1, argv + 1);
    (void)fprintf(stderr, "haechi-paper draws for haechi; call that: "
                          "haechi notice render --help\n");
    return EXIT_USAGE;
}
