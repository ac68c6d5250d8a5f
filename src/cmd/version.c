/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/options.h"

static int run(int argc, char **argv)
{
    int code = options_read(&COMMAND_VERSION, argc, argv, NULL);
    if (code != EXIT_OK)
        return code;
    return printf("haechi 0.1.0\n") < 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}

const struct command COMMAND_VERSION = {
    .name = "version",
    .synopsis = "",
    .summary = "print the version",
    .run = run,
};
