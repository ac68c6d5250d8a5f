/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/role.h"

#include <unistd.h>

#include "roles/profiles.h"
#include "sys/logger.h"
#include "sys/sandbox.h"

static void on_control_closed(void *context, struct channel *channel)
{
    (void)context;
    (void)channel;
    /* Stopped in order, or the supervisor died and starts everything anew. */
    _exit(0);
}

/* Whom the supervisor has to start afresh. */
static void tell_cut_off(struct role_process *process)
{
    struct message_peer_watch_reply reply = {.id = process->watch_id};
    if (!process->is_watched || process->cut_off == 0)
        return;
    while ((process->cut_off >> reply.role & 1u) == 0)
        reply.role++;
    process->cut_off &= ~(1u << reply.role);
    process->is_watched = false;
    if (message_peer_watch_answer(process->control, &reply, -1) != STATUS_OK)
        log_line(LOG_ERROR, "the supervisor does not hear");
}

void role_on_peer_watch(void *context, struct channel *channel,
                        const struct message_peer_watch *message,
                        int descriptor)
{
    struct role_process *process = context;
    (void)channel;
    (void)descriptor;
    process->watch_id = message->id;
    process->is_watched = true;
    tell_cut_off(process);
}

static void on_peer_closed(void *context, struct channel *channel)
{
    struct role_process *process = context;
    enum role peer = channel_peer(channel);
    if (channel_is_broken(channel)) {
        process->cut_off |= 1u << peer;
        tell_cut_off(process);
    }
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
    sandbox_begin(role_profile(self)->dies_first);
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
    process->cut_off &= ~(1u << peer); /* this is another one */
    reply.status = channel_create(process->loop, descriptor, process->self,
                                  peer, process->handlers, on_peer_closed,
                                  process, &process->peers[peer]);
    if (message_peer_attach_answer(channel, &reply, -1) != STATUS_OK)
        _exit(70);
    if (reply.status == STATUS_OK && process->on_peer != NULL)
        process->on_peer(process, peer);
}
