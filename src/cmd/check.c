/* SPDX-License-Identifier: Apache-2.0 */
/* haechi check: both files of an installation, and the machine it is on. */
#include <stdio.h>
#include <string.h>

#include "cmd/check_storage.h"
#include "cmd/check_words.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "notice/configuration.h"

static int report(const struct configuration *configuration,
                  const struct findings *findings, bool as_json)
{
    int code = findings_output(findings, as_json);
    if (code == EXIT_OK && !as_json)
        (void)printf("the configuration is sound: %zu groups, %zu cameras, "
                     "%zu warnings\n",
                     configuration->notice->group_count,
                     configuration->plant->camera_count, findings->count);
    return code;
}

static int run(int argc, char **argv)
{
    const char *directory = NULL;
    bool as_json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            as_json = true;
        } else if (strcmp(argv[i], "--dir") == 0 && i + 1 < argc) {
            directory = argv[++i];
        } else {
            (void)fprintf(stderr, "haechi check: what is '%s'?\n", argv[i]);
            return EXIT_USAGE;
        }
    }
    if (directory == NULL) {
        (void)fprintf(stderr, "usage: haechi check --dir DIRECTORY [--json]\n");
        return EXIT_USAGE;
    }
    struct findings findings = {0};
    struct configuration configuration;
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, directory, &findings,
                                       &configuration);
    if (s == STATUS_OK) {
        check_storage(directory, &configuration, &findings);
        check_words(directory, &configuration, &findings);
    }
    int code = s == STATUS_OK || s == STATUS_BAD_INPUT
                   ? report(&configuration, &findings, as_json)
                   : EXIT_ENVIRONMENT;
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

const struct command COMMAND_CHECK = {
    .name = "check",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "check an installation's notice.yaml and plant.yaml",
    .run = run,
};
