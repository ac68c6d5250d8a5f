/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/options - a command's arguments: one table says what is taken, where it
 * goes and what --help prints.
 *
 * Options stand in any order. One whose name does not begin with "--" is taken
 * by its place: the first argument that is no option fills the first of them.
 * What is missing, unknown, said twice or out of its range is refused with a
 * word about it on standard error.
 *
 * Threads: none.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/command.h"

enum command_option_kind {
    OPTION_FLAG,   /* bool; takes no value */
    OPTION_TEXT,   /* const char *, of argv; not empty */
    OPTION_NUMBER, /* uint64_t within min..max */
    OPTION_CHOICE, /* const char *, one of the words in value: "a|b" */
    OPTION_CALL,   /* take(options, value) */
};

struct command_option {
    const char *name;  /* "--dir", or "FILE": by its place */
    const char *value; /* its value's name in the help; NULL: the name's */
    const char *help;
    enum command_option_kind kind;
    bool is_needed;
    bool may_repeat; /* CALL only */
    size_t place;    /* in the command's own struct; not for CALL */
    uint64_t min;
    uint64_t max;
    /* EXIT_OK, or the exit code after a word on standard error. */
    int (*take)(void *options, const char *value);
};

/* The table of a command: .options = OPTIONS, .option_count = OPTION_COUNT(..)
 */
#define OPTION_COUNT(table) (sizeof(table) / sizeof(table)[0])

/*
 * Fills options, which the caller has set to the defaults, from argv[1] on.
 * EXIT_OK; or EXIT_USAGE, or what a take() said, after a word on standard
 * error.
 */
int options_read(const struct command *command, int argc, char **argv,
                 void *options);

/* Says "haechi COMMAND: WHAT SUBJECT" and where help is; EXIT_USAGE. */
int options_refuse(const struct command *command, const char *what,
                   const char *subject);

/* The whole of haechi COMMAND --help. */
void options_print_help(const struct command *command, FILE *out);

#endif
