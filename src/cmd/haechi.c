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
        (void)fprintf(out, "  %-16s  %s\n", command->name, command->summary);
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
