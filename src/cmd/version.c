/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/command.h"

static int run(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return printf("haechi 0.1.0\n") < 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}

const struct command COMMAND_VERSION = {
    .name = "version",
    .synopsis = "",
    .summary = "print the version",
    .run = run,
};
