/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/options.h"

#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

enum { OPTIONS_MAX = 32 };

struct reading {
    const struct command *command;
    char *options; /* the command's struct */
    bool is_set[OPTIONS_MAX];
};

static bool is_named(const struct command_option *option)
{
    return strncmp(option->name, "--", 2) == 0;
}

int options_refuse(const struct command *command, const char *what,
                   const char *subject)
{
    (void)fprintf(stderr, "haechi %s: %s%s%s - see haechi %s --help\n",
                  command->name, what, subject[0] == 0 ? "" : " ", subject,
                  command->name);
    return EXIT_USAGE;
}

static const struct command_option *find(struct reading *reading,
                                         const char *argument)
{
    const struct command *command = reading->command;
    bool is_name = strncmp(argument, "--", 2) == 0;
    for (size_t i = 0; i < command->option_count; i++) {
        const struct command_option *option = &command->options[i];
        if (is_name ? strcmp(option->name, argument) == 0
                    : !is_named(option) && !reading->is_set[i])
            return option;
    }
    return NULL;
}

/* Whether word is one of those in "a|b|c". */
static bool is_choice(const char *choices, const char *word)
{
    size_t size = strlen(word);
    while (size > 0) {
        size_t next = strcspn(choices, "|");
        if (next == size && strncmp(choices, word, size) == 0)
            return true;
        if (choices[next] == 0)
            return false;
        choices += next + 1;
    }
    return false;
}

static int take_number(const struct reading *reading,
                       const struct command_option *option, const char *value)
{
    uint64_t *place = (uint64_t *)(void *)(reading->options + option->place);
    if (number_parse_u64(text_of(value), option->min, option->max, place) ==
        STATUS_OK)
        return EXIT_OK;
    char what[160];
    (void)snprintf(what, sizeof what,
                   "%s wants a number from %" PRIu64 " to %" PRIu64 ", not",
                   option->name, option->min, option->max);
    return options_refuse(reading->command, what, value);
}

static int take_value(const struct reading *reading,
                      const struct command_option *option, const char *value)
{
    char *place = reading->options + option->place;
    char what[160];
    if (value[0] == 0)
        return options_refuse(reading->command, "nothing is said with",
                              option->name);
    if (option->kind == OPTION_NUMBER)
        return take_number(reading, option, value);
    if (option->kind == OPTION_CALL)
        return option->take(reading->options, value);
    if (option->kind == OPTION_CHOICE && !is_choice(option->value, value)) {
        (void)snprintf(what, sizeof what, "%s is one of %s, not", option->name,
                       option->value);
        return options_refuse(reading->command, what, value);
    }
    *(const char **)(void *)place = value;
    return EXIT_OK;
}

/* Takes what begins at argv[*at]; *at is its last argument afterwards. */
static int take(struct reading *reading, int argc, char **argv, int *at)
{
    const struct command *command = reading->command;
    const struct command_option *option = find(reading, argv[*at]);
    if (option == NULL)
        return options_refuse(command, "what is", argv[*at]);
    size_t index = (size_t)(option - command->options);
    if (reading->is_set[index] && !option->may_repeat)
        return options_refuse(command, "said twice:", option->name);
    reading->is_set[index] = true;
    if (option->kind == OPTION_FLAG) {
        *(bool *)(reading->options + option->place) = true;
        return EXIT_OK;
    }
    if (is_named(option)) {
        if (*at + 1 == argc)
            return options_refuse(command, "a value is missing for",
                                  option->name);
        (*at)++;
    }
    return take_value(reading, option, argv[*at]);
}

int options_read(const struct command *command, int argc, char **argv,
                 void *options)
{
    struct reading reading = {.command = command, .options = options};
    for (int i = 1; i < argc; i++) {
        int code = take(&reading, argc, argv, &i);
        if (code != EXIT_OK)
            return code;
    }
    for (size_t i = 0; i < command->option_count; i++)
        if (command->options[i].is_needed && !reading.is_set[i])
            return options_refuse(command, "needed:", command->options[i].name);
    return EXIT_OK;
}
