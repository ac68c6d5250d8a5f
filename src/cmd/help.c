/* SPDX-License-Identifier: Apache-2.0 */
/* What haechi COMMAND --help prints; the manual pages are made of it. */
#include <string.h>

#include "cmd/options.h"

enum { HELP_COLUMNS = 80, HELP_INDENT = 6 };

static void print_wrapped(const char *text, int indent, FILE *out)
{
    size_t column = 0;
    bool is_first = true;
    while (*text != 0) {
        size_t size = strcspn(text, " ");
        if (is_first || column + 1 + size > HELP_COLUMNS) {
            (void)fprintf(out, "%s%*s", is_first ? "" : "\n", indent, "");
            column = (size_t)indent;
        } else {
            (void)fprintf(out, " ");
            column++;
        }
        (void)fprintf(out, "%.*s", (int)size, text);
        column += size;
        is_first = false;
        text += size;
        text += strspn(text, " ");
    }
    (void)fprintf(out, "\n");
}

static void print_option(const struct command_option *option, FILE *out)
{
    bool has_value =
        strncmp(option->name, "--", 2) == 0 && option->kind != OPTION_FLAG;
    (void)fprintf(out, "  %s%s%s\n", option->name, has_value ? " " : "",
                  has_value ? option->value : "");
    print_wrapped(option->help, HELP_INDENT, out);
}

void options_print_help(const struct command *command, FILE *out)
{
    (void)fprintf(out, "usage: haechi %s %s\n\n%s\n", command->name,
                  command->synopsis, command->summary);
    if (command->option_count > 0)
        (void)fprintf(out, "\noptions:\n");
    for (size_t i = 0; i < command->option_count; i++)
        print_option(&command->options[i], out);
    if (command->details != NULL) {
        (void)fprintf(out, "\n");
        print_wrapped(command->details, 0, out);
    }
    (void)fprintf(out, "\nexit codes: 0 done and nothing found wrong; 1 a "
                       "finding; 2 a wrong command line\nor configuration; 3 "
                       "the machine, a file or the recorder does not let "
                       "it\n");
}
