/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/command - a subcommand of the one binary.
 *
 * Exit codes: 0 ok, 1 finding, 2 usage or configuration, 3 environment.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stddef.h>

struct command_option;

struct command {
    const char *name;     /* as typed; "notice check" has two words */
    const char *synopsis; /* what stands behind the name */
    const char *summary;  /* one line; NULL: not listed */
    const struct command_option *options; /* cmd/options.h */
    size_t option_count;
    const char *details; /* what else the help says; may be NULL */
    /* argc and argv begin with the last word of the name. */
    int (*run)(int argc, char **argv);
};

enum { EXIT_OK = 0, EXIT_FINDING = 1, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 3 };

/* One const entry a file, each in commands.def. */
#define COMMAND(name) extern const struct command COMMAND_##name;
#include "cmd/commands.def"
#undef COMMAND

#endif
