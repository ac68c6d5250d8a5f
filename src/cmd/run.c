/* SPDX-License-Identifier: Apache-2.0 */
/* haechi run: one installation, until Ctrl-C. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/installation.h"
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

static int run_command(int argc, char **argv)
{
    if (argc != 3 || strcmp(argv[1], "--dir") != 0) {
        (void)fprintf(stderr, "usage: haechi run --dir DIRECTORY\n");
        return EXIT_USAGE;
    }
    logger_start("haechi", LOG_INFO);
    struct run run = {0};
    int code = installation_prepare(argv[2], &run.installation);
    if (code == EXIT_OK)
        code = start(&run);
    installation_destroy(&run.installation);
    signals_destroy(&run.signals);
    loop_destroy(&run.loop);
    return code;
}

const struct command COMMAND_RUN = {
    .name = "run",
    .synopsis = "--dir DIRECTORY",
    .summary = "run the installation whose notice.yaml and plant.yaml are there",
    .run = run_command,
};
