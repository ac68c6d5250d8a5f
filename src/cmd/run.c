/* SPDX-License-Identifier: Apache-2.0 */
/* haechi run: one installation, until Ctrl-C. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/installation.h"
#include "cmd/options.h"
#include "sys/logger.h"
#include "sys/signals.h"

struct run {
    struct loop *loop;
    struct installation *installation;
    struct signals *signals;
    int exit_code;
};

static void on_stopped(void *context, int exit_code)
{
    struct run *run = context;
    run->exit_code = exit_code;
    loop_stop(run->loop);
}

static void on_signal(void *context, int signal_number)
{
    struct run *run = context;
    (void)signal_number;
    installation_stop(run->installation);
}

static int start(struct run *run)
{
    static const int SIGNALS[] = {SIGINT, SIGTERM};
    if (loop_create(&run->loop) != STATUS_OK ||
        signals_create(run->loop, SIGNALS, 2, on_signal, run,
                       &run->signals) != STATUS_OK)
        return EXIT_ENVIRONMENT;
    int code = installation_start(run->installation, run->loop, on_stopped,
                                  run);
    if (code != EXIT_OK)
        return code;
    loop_run(run->loop);
    return run->exit_code == 0 ? EXIT_OK : EXIT_ENVIRONMENT;
}

struct options {
    const char *directory;
    const char *site;
};

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation: where notice.yaml and plant.yaml are",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--site",
     .value = "SITE",
     .help = "run only this site of the notice (its id), now and ever after",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, site)},
};

static int run_command(int argc, char **argv)
{
    struct options options = {.directory = NULL};
    int code = options_read(&COMMAND_RUN, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    logger_start("haechi", LOG_INFO);
    struct run run = {0};
    code = installation_prepare(options.directory, options.site,
                                &run.installation);
    if (code == EXIT_OK)
        code = start(&run);
    installation_destroy(&run.installation);
    signals_destroy(&run.signals);
    loop_destroy(&run.loop);
    return code;
}

const struct command COMMAND_RUN = {
    .name = "run",
    .synopsis = "--dir DIRECTORY [--site SITE]",
    .summary = "run the installation whose notice.yaml and plant.yaml are there",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Runs in the foreground until Ctrl-C or SIGTERM, then ends in "
               "order: what was recorded is on the disk. At the first start a "
               "one-time code for the first login is printed. A second start "
               "goes on where the first stopped. An institution with many "
               "sites gives each a directory of its own with the same "
               "notice.yaml: --site, or site: in plant.yaml, says which one "
               "it is; notice_key: there asks for the institution's signature "
               "(haechi notice sign).",
    .run = run_command,
};
