/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/role.h"

#include <unistd.h>

#include "sys/logger.h"

static void on_control_closed(void *context, struct channel *channel)
{
    (void)context;
    (void)channel;
    /* Stopped in order, or the supervisor died and starts everything anew. */
    _exit(0);
}

static void on_peer_closed(void *context, struct channel *channel)
{
    struct role_process *process = context;
    enum role peer = channel_peer(channel);
    if (process->peers[peer] == channel)
        channel_destroy(&process->peers[peer]);
    else
        channel_destroy(&channel);
}

enum status role_process_init(
    struct role_process *process, enum role self,
    const struct message_handlers *handlers,
    void (*on_peer)(struct role_process *process, enum role peer))
{
    *process = (struct role_process){
        .self = self,
        .clock = &CLOCK_SYSTEM,
        .handlers = handlers,
        .on_peer = on_peer,
    };
    logger_start(role_name(self), LOG_INFO);
    enum status s = loop_create(&process->loop);
    if (s == STATUS_OK)
        s = channel_create(process->loop, ROLE_CONTROL_DESCRIPTOR, self,
                           ROLE_SUPERVISOR, handlers, on_control_closed,
                           process, &process->control);
    return s;
}

int role_process_run(struct role_process *process)
{
    loop_run(process->loop);
    return 0;
}

void role_on_peer_attach(void *context, struct channel *channel,
                         const struct message_peer_attach *message,
                         int descriptor)
{
    struct role_process *process = context;
    struct message_peer_attach_reply reply = {.id = message->id};
    if (descriptor < 0 || message->role >= ROLE_COUNT) {
        log_line(LOG_ERROR, "peer_attach without a descriptor or a role");
        _exit(70);
    }
    enum role peer = (enum role)message->role;
    channel_destroy(&process->peers[peer]);
    reply.status = channel_create(process->loop, descriptor, process->self,
                                  peer, process->handlers, on_peer_closed,
                                  process, &process->peers[peer]);
    if (message_peer_attach_answer(channel, &reply, -1) != STATUS_OK)
        _exit(70);
    if (reply.status == STATUS_OK && process->on_peer != NULL)
        process->on_peer(process, peer);
}
