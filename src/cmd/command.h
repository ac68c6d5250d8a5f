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
/* One const entry a file; haechi.c lists them. */
extern const struct command COMMAND_CAMSIM;
extern const struct command COMMAND_BENCH_RECORD;
extern const struct command COMMAND_BENCH_FLOOR;
extern const struct command COMMAND_BENCH_SEEK;
extern const struct command COMMAND_BENCH_EXPORT;
extern const struct command COMMAND_BENCH_DESTROY;
extern const struct command COMMAND_DEMO;
extern const struct command COMMAND_INDEX_REBUILD;
extern const struct command COMMAND_DISK_ACCEPT;
extern const struct command COMMAND_CAMERA_ACCEPT;
extern const struct command COMMAND_BENCH_LOG;
extern const struct command COMMAND_DEMO;
extern const struct command COMMAND_INDEX_REBUILD;
extern const struct command COMMAND_DISK_LIST;
extern const struct command COMMAND_DISK_ACCEPT;
extern const struct command COMMAND_DESTROY;
extern const struct command COMMAND_DESTROY_LIST;
extern const struct command COMMAND_DESTROY_SHOW;
extern const struct command COMMAND_HOLD_DESTROY;
extern const struct command COMMAND_HOLD_END;
extern const struct command COMMAND_HOLD_EXTEND;
extern const struct command COMMAND_HOLD_LIST;
extern const struct command COMMAND_HOLD_ORDER;
extern const struct command COMMAND_HOLD_SHOW;
extern const struct command COMMAND_LOG_KEY;
extern const struct command COMMAND_LOG_CHECKPOINT;
extern const struct command COMMAND_LOG_PROVE;
extern const struct command COMMAND_LOG_ENTRY;
extern const struct command COMMAND_ROLE;
extern const struct command COMMAND_RUN;
extern const struct command COMMAND_STATUS;
extern const struct command COMMAND_VERIFY;
extern const struct command COMMAND_VERSION;
extern const struct command COMMAND_CHECK;
extern const struct command COMMAND_NOTICE_CHECK;
extern const struct command COMMAND_NOTICE_SHOW;
extern const struct command COMMAND_NOTICE_RENDER;

#endif
