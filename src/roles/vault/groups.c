/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves of a ticket's camera and span, with their salts and proofs, for an
 * evidence package. No picture is in them. A slice of a minute at a time; the
 * salts come with the units' keys, one question after the other; where the
 * camera's own key is no more, from what a hold keeps, the newest first.
 */
#include <string.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "model/hold.h"
#include "roles/vault/private.h"
#include "store/leaf_group.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum {
    CALLS_MAX = 8,
    ANSWER_BYTES_MAX = 16 * 1024 * 1024,
    WAIT_US = 10000000, /* for the keeper's keys */
};

static const int64_t SLICE_US = 60 * SECOND_US;

struct vault_groups {
    struct vault_groups *next;
    struct vault *vault;
    struct channel *channel; /* NULL: nobody waits any more */
    uint32_t id;
    struct buffer ticket;
    struct leaf_groups groups;
    bool *is_dead; /* of groups: there is no salt */
    int64_t next_us;
    struct boot_time deadline;
    bool is_asking;
};

static void groups_destroy(struct vault_groups *call)
{
    if (call->groups.list != NULL)
        secret_wipe(call->groups.list,
                    call->groups.count * sizeof *call->groups.list);
    leaf_groups_deinit(&call->groups);
    buffer_deinit(&call->ticket);
    alloc_free(call->is_dead);
    alloc_free(call);
}

/* ---- runs: one group, kept in several places ---- */

static size_t run_end(const struct vault_groups *call, size_t first)
{
    const struct kept_group *list = call->groups.list;
    size_t end = first + 1;
    while (end < call->groups.count && list[end].group.leaf.sequence ==
                                           list[first].group.leaf.sequence)
        end++;
    return end;
}

/* With its salt, if one is left anywhere; else the camera's own. */
static const struct leaf_group *best_of_run(const struct vault_groups *call,
                                            size_t first)
{
    const struct kept_group *list = call->groups.list;
    for (size_t i = first; i < run_end(call, first); i++) {
        if (list[i].group.has_salt)
            return &list[i].group;
    }
    return &list[first].group;
}

/* ---- the answer ---- */

static void answer(struct vault_groups *call, enum status status)
{
    struct vault *vault = call->vault;
    int descriptor = -1;
    struct buffer out = buffer_with_limit(ANSWER_BYTES_MAX);
    struct message_groups_get_reply reply = {.id = call->id,
                                             .next_us = call->next_us};
    for (size_t i = 0; status == STATUS_OK && i < call->groups.count;
         i = run_end(call, i))
        leaf_group_write(best_of_run(call, i), &out);
    if (status == STATUS_OK)
        status = buffer_status(&out);
    const struct bytes parts = buffer_bytes(&out);
    if (status == STATUS_OK && out.size > 0)
        status = sealed_memory_make(&parts, 1, &descriptor);
    reply.status = status;
    if (status == STATUS_OK)
        reply.bytes = (uint32_t)out.size;
    buffer_deinit(&out);
    if (call->channel != NULL &&
        call->channel == vault->process.peers[ROLE_WEB])
        (void)!message_groups_get_answer(call->channel, &reply, descriptor);
    else
        socket_close(&descriptor);
}

static void end(struct vault_groups *call, enum status status)
{
    struct vault_groups **place = &call->vault->groups;
    while (*place != call)
        place = &(*place)->next;
    *place = call->next;
    answer(call, status);
    groups_destroy(call);
}

/* ---- salts ---- */

/* The first place in which a salt may be that is wanted still; count: none. */
static size_t next_wanted(const struct vault_groups *call)
{
    const struct leaf_groups *groups = &call->groups;
    for (size_t first = 0; first < groups->count;
         first = run_end(call, first)) {
        size_t i = first;
        while (i < run_end(call, first) && call->is_dead[i])
            i++;
        if (i < run_end(call, first) && !groups->list[i].group.has_salt)
            return i;
    }
    return groups->count;
}

/* What the unit's key opens: of the camera its own groups, of a hold the salts
 * that it has sealed. */
static void take_salt(struct kept_group *kept, struct span unit,
                      const struct message_open_key_reply *reply)
{
    if (!subject_is_hold(kept->subject)) {
        kept->group.has_salt = span_holds(unit, kept->group.leaf.span.from);
        if (kept->group.has_salt)
            memcpy(kept->group.salt, reply->leaf_salt, LEAF_SALT_SIZE);
    } else if (kept->held.unit.us == unit.from.us) {
        kept->group.has_salt = held_salt_open(&kept->held, reply->unit_key,
                                              kept->group.salt) == STATUS_OK;
    }
}

static void take_salts(struct vault_groups *call, uint32_t subject,
                       const struct message_open_key_reply *reply)
{
    struct span unit = {{reply->unit_us},
                        {reply->unit_us + reply->unit_s * SECOND_US}};
    for (size_t i = 0; i < call->groups.count; i++) {
        struct kept_group *kept = &call->groups.list[i];
        if (kept->subject == subject && !kept->group.has_salt)
            take_salt(kept, unit, reply);
    }
}

static void go_on(struct vault_groups *call);

static void on_open_key(void *context, enum status status,
                        const struct message_open_key_reply *reply,
                        int descriptor)
{
    struct vault_groups *call = context;
    socket_close(&descriptor);
    call->is_asking = false;
    size_t at = next_wanted(call);
    if (status == STATUS_IO || status == STATUS_AGAIN ||
        at == call->groups.count)
        return; /* again with the next tick */
    if (status == STATUS_OK && reply != NULL)
        take_salts(call, call->groups.list[at].subject, reply);
    if (!call->groups.list[at].group.has_salt)
        call->is_dead[at] = true;
    go_on(call);
}

static void go_on(struct vault_groups *call)
{
    size_t at = next_wanted(call);
    struct channel *keeper = call->vault->process.peers[ROLE_KEEPER];
    if (at == call->groups.count) {
        end(call, STATUS_OK);
        return;
    }
    const struct kept_group *kept = &call->groups.list[at];
    bool is_held = subject_is_hold(kept->subject);
    const struct message_open_key message = {
        .ticket = buffer_bytes(&call->ticket),
        .camera = stream_camera(kept->subject),
        .time_us = is_held ? kept->held.unit.us
                           : kept->group.leaf.span.from.us,
        .unit_s = is_held ? kept->held.unit_s : 0,
    };
    call->is_asking =
        keeper != NULL && message_open_key_send(keeper, &message, -1,
                                                on_open_key,
                                                call) == STATUS_OK;
}

void vault_groups_tick(struct vault *vault)
{
    struct vault_groups *next = NULL;
    for (struct vault_groups *call = vault->groups; call != NULL;
         call = next) {
        next = call->next;
        if (call->is_asking)
            continue;
        if (vault_now(vault).us >= call->deadline.us)
            end(call, STATUS_AGAIN);
        else
            go_on(call);
    }
}

void vault_groups_keeper_attached(struct vault *vault)
{
    for (struct vault_groups *call = vault->groups; call != NULL;
         call = call->next)
        call->is_asking = false; /* the answer went with the channel */
}

void vault_groups_web_attached(struct vault *vault)
{
    for (struct vault_groups *call = vault->groups; call != NULL;
         call = call->next)
        call->channel = NULL;
}

/* ---- asked ---- */

static enum status prepare(struct vault_groups *call,
                           const struct message_groups_get *message,
                           const struct ticket *ticket)
{
    struct span window = {{message->from_us}, {message->to_us}};
    if (window.from.us < ticket->span.from.us)
        window.from = ticket->span.from;
    if (window.to.us > ticket->span.to.us)
        window.to = ticket->span.to;
    if (span_is_empty(window))
        return STATUS_BAD_INPUT;
    if (window.to.us - window.from.us > SLICE_US) {
        window.to.us = window.from.us + SLICE_US;
        call->next_us = window.to.us;
    }
    buffer_append(&call->ticket, message->ticket);
    enum status s = buffer_status(&call->ticket);
    if (s == STATUS_OK)
        s = leaf_groups_gather(&call->vault->store, message->camera, window,
                               ticket->span, &call->groups);
    if (s != STATUS_OK)
        return s;
    call->is_dead = alloc_zeroed(call->groups.count + 1);
    return call->is_dead == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

static size_t count_calls(const struct vault *vault)
{
    size_t count = 0;
    for (const struct vault_groups *call = vault->groups; call != NULL;
         call = call->next)
        count++;
    return count;
}

void vault_on_groups_get(void *context, struct channel *channel,
                         const struct message_groups_get *message,
                         int descriptor)
{
    struct vault *vault = context;
    struct ticket ticket = {0};
    struct vault_groups *call = NULL;
    socket_close(&descriptor);
    enum status s = vault_open_ticket(vault, message->ticket, TICKET_RECORDED,
                                      &ticket);
    if (s == STATUS_OK && !ticket_allows_camera(&ticket, message->camera))
        s = STATUS_DENIED;
    if (s == STATUS_OK && (count_calls(vault) == CALLS_MAX ||
                           !channel_may_lend(channel)))
        s = STATUS_AGAIN;
    if (s == STATUS_OK) {
        call = alloc_zeroed(sizeof *call);
        s = call == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    }
    if (call != NULL) {
        call->vault = vault;
        call->channel = channel;
        call->id = message->id;
        call->deadline.us = vault_now(vault).us + WAIT_US;
        call->ticket = buffer_with_limit(TICKET_SIZE_MAX);
        s = prepare(call, message, &ticket);
        if (s != STATUS_OK)
            groups_destroy(call);
    }
    if (s != STATUS_OK || call == NULL) {
        const struct message_groups_get_reply reply = {.id = message->id,
                                                       .status = s};
        (void)!message_groups_get_answer(channel, &reply, -1);
        return;
    }
    call->next = vault->groups;
    vault->groups = call;
    go_on(call);
}
