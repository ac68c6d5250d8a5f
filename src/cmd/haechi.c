/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: finds the subcommand and runs it. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd/options.h"

static const struct command *const COMMANDS[] = {
#define COMMAND(name) &COMMAND_##name,
#include "cmd/commands.def"
#undef COMMAND
    &COMMAND_RUN,          &COMMAND_DEMO,          &COMMAND_CHECK,
    &COMMAND_DISK_ACCEPT,  &COMMAND_NOTICE_CHECK,  &COMMAND_NOTICE_SHOW,
    &COMMAND_NOTICE_RENDER, &COMMAND_STATUS,       &COMMAND_DESTROY_LIST,  &COMMAND_DESTROY_SHOW,
    &COMMAND_DESTROY,      &COMMAND_VERIFY,        &COMMAND_INDEX_REBUILD,
    &COMMAND_STATUS,       &COMMAND_DESTROY_LIST,  &COMMAND_DESTROY_SHOW,
    &COMMAND_DESTROY,      &COMMAND_HOLD_ORDER,    &COMMAND_HOLD_LIST,
    &COMMAND_HOLD_SHOW,    &COMMAND_HOLD_EXTEND,   &COMMAND_HOLD_END,
    &COMMAND_HOLD_DESTROY, &COMMAND_VERIFY,        &COMMAND_INDEX_REBUILD,
    &COMMAND_CAMSIM,       &COMMAND_BENCH_RECORD,  &COMMAND_BENCH_SEEK,
    &COMMAND_BENCH_EXPORT, &COMMAND_BENCH_DESTROY, &COMMAND_BENCH_FLOOR,
    &COMMAND_ROLE,         &COMMAND_VERSION,       &COMMAND_CAMERA_ACCEPT,
    &COMMAND_RUN,
    &COMMAND_DEMO,
    &COMMAND_CHECK,
    &COMMAND_DISK_LIST,
    &COMMAND_DISK_ACCEPT,
    &COMMAND_NOTICE_CHECK,
    &COMMAND_NOTICE_SHOW,
    &COMMAND_NOTICE_RENDER,
    &COMMAND_STATUS,
    &COMMAND_DESTROY_LIST,
    &COMMAND_DESTROY_SHOW,
    &COMMAND_DESTROY,
    &COMMAND_VERIFY,
    &COMMAND_LOG_KEY,
    &COMMAND_LOG_CHECKPOINT,
    &COMMAND_LOG_PROVE,
    &COMMAND_LOG_ENTRY,
    &COMMAND_INDEX_REBUILD,
    &COMMAND_HOLD_ORDER,
    &COMMAND_HOLD_LIST,
    &COMMAND_HOLD_SHOW,
    &COMMAND_HOLD_EXTEND,
    &COMMAND_HOLD_END,
    &COMMAND_HOLD_DESTROY,
    &COMMAND_CAMSIM,
    &COMMAND_BENCH_RECORD,
    &COMMAND_BENCH_SEEK,
    &COMMAND_BENCH_EXPORT,
    &COMMAND_BENCH_DESTROY,
    &COMMAND_BENCH_LOG,
    &COMMAND_BENCH_FLOOR,
    &COMMAND_ROLE,
    &COMMAND_VERSION,
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

/* Prints those that are listed: all, or those whose first word it is. */
static void list(const char *word, FILE *out)
{
    size_t size = word == NULL ? 0 : strlen(word);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = COMMANDS[i];
        if (command->summary == NULL ||
            (word != NULL && (strncmp(command->name, word, size) != 0 ||
                              command->name[size] != ' ')))
            continue;
        (void)fprintf(out, "  %-14s %s\n", command->name, command->summary);
    }
}

static int usage(FILE *out, int code)
{
    (void)fprintf(out, "usage: haechi COMMAND [ARGUMENT...]\n\n");
    list(NULL, out);
    (void)fprintf(out, "\nhaechi COMMAND --help tells more.\n");
    return code;
}

static int refuse(const char *word)
{
    (void)fprintf(stderr, "haechi: no command '%s'; see haechi --help\n", word);
    list(word, stderr);
    return EXIT_USAGE;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return true;
    return false;
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
        if (wants_help(argc - words, argv + words)) {
            options_print_help(command, stdout);
            return EXIT_OK;
        }
        return command->run(argc - words, argv + words);
    }
    return refuse(argv[1]);
}
