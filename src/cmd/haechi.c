/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: finds the subcommand and runs it. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"

static const struct command *const COMMANDS[] = {
    &COMMAND_RUN,
    &COMMAND_DEMO,
    &COMMAND_CHECK,
    &COMMAND_DISK_ACCEPT,
    &COMMAND_NOTICE_CHECK,
    &COMMAND_NOTICE_SHOW,
    &COMMAND_STATUS,
    &COMMAND_DESTROY_LIST,
    &COMMAND_DESTROY_SHOW,
    &COMMAND_DESTROY,
    &COMMAND_VERIFY,
    &COMMAND_INDEX_REBUILD,
    &COMMAND_CAMSIM,
    &COMMAND_BENCH,
    &COMMAND_ROLE,
    &COMMAND_VERSION,
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static int usage(FILE *out, int code)
{
    (void)fprintf(out, "usage: haechi COMMAND [ARGUMENT...]\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (COMMANDS[i]->summary != NULL)
            (void)fprintf(out, "  %-14s %s\n", COMMANDS[i]->name,
                          COMMANDS[i]->summary);
    (void)fprintf(out, "\nhaechi COMMAND --help tells more.\n");
    return code;
}

/* Words of the command's name that the arguments match; 0 if not all do. */
static int words_matched(const struct command *command, int argc, char **argv)
{
    const char *left = command->name;
    for (int i = 1; i < argc; i++) {
        size_t size = strcspn(left, " ");
        if (strlen(argv[i]) != size || strncmp(argv[i], left, size) != 0)
            return 0;
        left += size;
        if (*left == 0)
            return i;
        left++;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr, EXIT_USAGE);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return usage(stdout, EXIT_OK);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = COMMANDS[i];
        int words = words_matched(command, argc, argv);
        if (words == 0)
            continue;
        if (argc > words + 1 && strcmp(argv[words + 1], "--help") == 0) {
            (void)printf("usage: haechi %s %s\n\n%s\n", command->name,
                         command->synopsis, command->summary);
            return EXIT_OK;
        }
        return command->run(argc - words, argv + words);
    }
    (void)fprintf(stderr, "haechi: no command '%s'\n\n", argv[1]);
    return usage(stderr, EXIT_USAGE);
}
