/* SPDX-License-Identifier: Apache-2.0 */
/* haechi sign: signboards to print. */
#include "cmd/sign.h"

#include "cmd/options.h"
#include "cmd/other_program.h"

static const struct command_option OPTIONS[] = {
    {.name = "FILE",
     .help = "notice.yaml",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct sign_options, file)},
    {.name = "--site",
     .value = "S",
     .help = "id of a site of the notice; a page for each of its places",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct sign_options, site)},
    {.name = "--place",
     .value = "P",
     .help = "id of one group: only its page",
     .kind = OPTION_TEXT,
     .place = offsetof(struct sign_options, place)},
    {.name = "--paper",
     .value = "A4|A3",
     .help = "size of the page; A4 without it",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct sign_options, paper)},
    {.name = "--lang",
     .value = "ko|en",
     .help = "Korean (the default) or English",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct sign_options, language)},
    {.name = "--out",
     .value = "F",
     .help = "PDF to write; without it, standard output",
     .kind = OPTION_TEXT,
     .place = offsetof(struct sign_options, out)},
};

int sign_options_read(int argc, char **argv, struct sign_options *out)
{
    *out = (struct sign_options){.file = NULL};
    return options_read(&COMMAND_SIGN, argc, argv, out);
}

static int run(int argc, char **argv)
{
    struct sign_options options;
    int code = sign_options_read(argc, argv, &options);
    return code != EXIT_OK ? code : paper_program_become("sign", argc, argv);
}

const struct command COMMAND_SIGN = {
    .name = "sign",
    .synopsis = "FILE --site S [--place P] [--paper A4|A3] [--lang ko|en]\n"
                "    [--out F]",
    .summary = "signboards to print, a page for each place",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "A place that the notice exempts from a sign has no page, and "
               "is said; where all are exempt, the exit code is 1.",
    .run = run,
};
