/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/installation - one directory that runs: checked, locked, watched over.
 *
 * The process that holds an installation is the parent of its supervisor and
 * starts it again if it dies.
 */
#ifndef CMD_INSTALLATION_H
#define CMD_INSTALLATION_H

#include "sys/loop.h"

struct installation;

/*
 * Checks the configuration, the disk and the port, makes what is missing
 * (directories, certificate) and takes the lock; prints what is wrong with its
 * remedy on standard error. Nothing has been started.
 * Returns EXIT_OK with *out, or EXIT_USAGE (configuration), EXIT_ENVIRONMENT.
 * site: an id of the notice's, of which only the cameras are run, now and at
 * every later start; NULL: as configured. directory is borrowed until
 * installation_destroy.
 */
int installation_prepare(const char *directory, const char *site,
                         struct installation **out);

/*
 * Starts the supervisor; on_stopped runs once, after installation_stop, when
 * everything has ended. exit_code: 0 where all roles stopped in order.
 */
typedef void installation_stopped_fn(void *context, int exit_code);
int installation_start(struct installation *installation, struct loop *loop,
                       installation_stopped_fn *on_stopped, void *context);

/* Asks for an orderly stop; a second call ends it by force. */
void installation_stop(struct installation *installation);

/* How often the supervisor had to be started again. */
unsigned installation_restarts(const struct installation *installation);

/* Gives the lock back. *installation may be NULL. */
void installation_destroy(struct installation **installation);

#endif
