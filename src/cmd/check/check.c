/* SPDX-License-Identifier: Apache-2.0 */
/* haechi check: both files of an installation, and the machine it is on. */
#include <stdio.h>
#include <string.h>

#include "cmd/check/network.h"
#include "cmd/check/storage.h"
#include "cmd/check/words.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "cmd/options.h"
#include "notice/configuration.h"

struct options {
    const char *directory;
    bool as_json;
};

/* Of many sites, which one this is. */
static void tell_site(const struct configuration *configuration)
{
    const struct plant *plant = configuration->plant;
    if (plant->site == PLANT_ALL_SITES)
        return;
    const struct notice_site *site = &configuration->notice->sites[plant->site];
    (void)printf("site %.*s (%.*s), one of %zu of the notice\n",
                 (int)site->id.size, site->id.data, (int)site->name.ko.size,
                 site->name.ko.data, configuration->notice->site_count);
}

static int report(const struct configuration *configuration,
                  const struct findings *findings, bool as_json)
{
    if (!as_json && configuration->plant != NULL)
        tell_site(configuration);
    int code = findings_output(findings, as_json);
    if (code == EXIT_OK && !as_json)
        (void)printf("the configuration is sound: %zu groups, %zu cameras, "
                     "%zu warnings\n",
                     configuration->notice->group_count,
                     configuration->plant->camera_count, findings->count);
    return code;
}

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--json",
     .help = "findings as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int run(int argc, char **argv)
{
    struct options options = {.as_json = false};
    int code = options_read(&COMMAND_CHECK, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct findings findings = {0};
    struct configuration configuration;
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, options.directory,
                                       &findings, &configuration);
    if (s == STATUS_OK) {
        check_network(options.directory, &configuration, &findings);
        check_storage(options.directory, &configuration, &findings);
        check_words(options.directory, &configuration, &findings);
    }
    code = s == STATUS_OK || s == STATUS_BAD_INPUT
               ? report(&configuration, &findings, options.as_json)
               : EXIT_ENVIRONMENT;
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

const struct command COMMAND_CHECK = {
    .name = "check",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "check an installation's notice.yaml and plant.yaml",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Both files are read, then the machine: whether the disks can "
               "hold what the notice promises, whether the cameras' networks "
               "are named, and swap, hibernation and the erasure level "
               "against its words. Each finding has a stable "
               "code, its place, and a remedy. Errors: nothing starts; "
               "warnings: it starts, and the promise is kept.",
    .run = run,
};
