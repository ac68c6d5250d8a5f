/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/role - what every role's process has in common.
 *
 * A role's own struct begins with struct role_process and is the context of
 * its message handlers. The control channel is descriptor 3. The role's main
 * is: role_process_init, role_process_run; start_NAME opens what is needed,
 * enters the sandbox and answers. On stop a role makes everything durable,
 * answers, and goes on serving its neighbours; the supervisor closes the
 * control channel, which ends the process, when all roles have answered.
 */
#ifndef ROLES_ROLE_H
#define ROLES_ROLE_H

#include "ipc/channel.h"
#include "ipc/role.h"
#include "sys/clock.h"
#include "sys/loop.h"

enum { ROLE_CONTROL_DESCRIPTOR = 3 };

struct role_process {
    enum role self;
    struct loop *loop;
    const struct clock *clock;
    struct channel *control;            /* to the supervisor */
    struct channel *peers[ROLE_COUNT];  /* NULL while a neighbour is away */
    const struct message_handlers *handlers;
    uint32_t watch_id; /* of the supervisor's peer_watch, while is_watched */
    bool is_watched;
    unsigned cut_off; /* bit r: role r was, and the supervisor does not know */
    /* A neighbour is there (again): repeat what must be told to it. */
    void (*on_peer)(struct role_process *process, enum role peer);
};

/* Logger, loop, control channel. Fails with: NO_MEMORY, IO, INTERNAL. */
MUST_USE enum status role_process_init(
    struct role_process *process, enum role self,
    const struct message_handlers *handlers,
    void (*on_peer)(struct role_process *process, enum role peer));

/* Runs until stopped or the supervisor is gone; the exit code. */
int role_process_run(struct role_process *process);

/* Put these into message_handlers as they are. */
void role_on_peer_attach(void *context, struct channel *channel,
                         const struct message_peer_attach *message,
                         int descriptor);

void role_on_peer_watch(void *context, struct channel *channel,
                        const struct message_peer_watch *message,
                        int descriptor);

/* One main per role, in the file of its name. */
int role_ingest_main(void);
int role_web_main(void);
int role_courier_main(void);
int role_listener_main(void);
int role_gate_main(void);
int role_vault_main(void);
int role_keeper_main(void);

#endif
