/* SPDX-License-Identifier: Apache-2.0 */
/* Children: start, join, notice a death, start again with a back-off. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "roles/role.h"
#include "roles/supervisor/private.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    LIVED_LONG_US = 10 * SECOND_US,
    RESTART_STEP_MS = 200,
    RESTART_MOST_MS = 1500, /* whoever died is back within two seconds */

    /* Each start of a keeper writes its TPM, which wears: this many at once,
     * and one more each five minutes; about 100,000 a year. */
    KEEPER_STARTS = 32,
    KEEPER_START_EVERY_US = 300 * SECOND_US,
};

/* Who talks to whom; the left one asks. */
static const enum role NEIGHBOURS[][2] = {
    {ROLE_WEB, ROLE_GATE},    {ROLE_WEB, ROLE_VAULT},
    {ROLE_COURIER, ROLE_GATE}, {ROLE_WORK, ROLE_VAULT},
    {ROLE_GATE, ROLE_VAULT},  {ROLE_GATE, ROLE_KEEPER},
    {ROLE_VAULT, ROLE_KEEPER},
};

enum { NEIGHBOUR_PAIRS = sizeof NEIGHBOURS / sizeof NEIGHBOURS[0] };

static int64_t now_us(void)
{
    return clock_boot(&CLOCK_SYSTEM).us;
}

struct channel *child_control(struct supervisor *supervisor, enum role role)
{
    return supervisor->children[role].control;
}

static void attach_one(struct child *child, enum role neighbour, int end)
{
    const struct message_peer_attach attach = {.role = (uint8_t)neighbour};
    if (message_peer_attach_send(child->control, &attach, end, NULL, NULL) !=
        STATUS_OK)
        log_line(LOG_ERROR, "cannot join %s to %s", role_name(child->role),
                 role_name(neighbour));
}

/* New channels between the role and those of its neighbours that run. */
static void attach_neighbours(struct supervisor *supervisor, enum role role)
{
    for (size_t i = 0; i < NEIGHBOUR_PAIRS; i++) {
        enum role left = NEIGHBOURS[i][0];
        enum role right = NEIGHBOURS[i][1];
        struct child *asks = &supervisor->children[left];
        struct child *answers = &supervisor->children[right];
        int ends[2];
        if ((left != role && right != role) || asks->control == NULL ||
            answers->control == NULL)
            continue;
        if (socket_pair(ends) != STATUS_OK) {
            log_line(LOG_ERROR, "no sockets to join %s to %s",
                     role_name(left), role_name(right));
            continue;
        }
        attach_one(answers, left, ends[1]);
        attach_one(asks, right, ends[0]);
    }
}

static void on_restart_time(void *context, struct timer *timer)
{
    struct child *child = context;
    (void)timer;
    if (!child->supervisor->is_stopping)
        child_start(child->supervisor, child->role);
}

/* Until there is a token for a start that writes erasable memory. */
static uint64_t wear_wait_ms(const struct child *child)
{
    int64_t wait_us = child->starts_full_us - now_us() -
                      (KEEPER_STARTS - 1) * (int64_t)KEEPER_START_EVERY_US;
    return wait_us > 0 ? (uint64_t)wait_us / 1000 : 0;
}

/* Takes a token, or gives it back. A keeper without a TPM has none to take. */
void child_note_wear(struct child *child, bool writes)
{
    if (child->supervisor->plant->erasure != KEY_ERASURE_TPM)
        return;
    if (child->starts_full_us < now_us())
        child->starts_full_us = now_us();
    child->starts_full_us +=
        (writes ? 1 : -1) * (int64_t)KEEPER_START_EVERY_US;
}

/* 0 for the first death after a long life, then 0.2, 0.4 ... 1.5 s. */
static uint64_t back_off_ms(struct child *child)
{
    bool lived_long = now_us() - child->started_boot_us > LIVED_LONG_US;
    child->deaths = lived_long ? 0 : child->deaths + 1;
    uint64_t wait_ms = child->deaths <= 3
                           ? 0
                           : (uint64_t)(child->deaths - 3) * RESTART_STEP_MS;
    wait_ms = wait_ms < RESTART_MOST_MS ? wait_ms : RESTART_MOST_MS;
    uint64_t spared_ms = wear_wait_ms(child);
    return wait_ms > spared_ms ? wait_ms : spared_ms;
}

static void describe_death(struct child *child, int wait_status)
{
    if (child->is_blamed) {
        child->is_blamed = false; /* the reason stands */
        return;
    }
    if (WIFSIGNALED(wait_status))
        (void)snprintf(child->reason, sizeof child->reason, "signal %d (%s)",
                       WTERMSIG(wait_status),
                       strsignal(WTERMSIG(wait_status)));
    else
        (void)snprintf(child->reason, sizeof child->reason, "exit code %d",
                       WEXITSTATUS(wait_status));
}

static void on_exit(void *context, struct process *process, int wait_status)
{
    struct child *child = context;
    (void)process;
    process_destroy(&child->process);
    channel_destroy(&child->control);
    child->is_ready = false;
    if (child->supervisor->is_stopping) {
        if (!children_alive(child->supervisor))
            loop_stop(child->supervisor->loop);
        return;
    }
    child->died_boot_us = now_us();
    child->is_restart = true;
    describe_death(child, wait_status);
    uint64_t wait_ms = back_off_ms(child);
    log_line(LOG_ERROR, "%s ended: %s; again in %llu ms",
             role_name(child->role), child->reason,
             (unsigned long long)wait_ms);
    timer_start(child->restart_timer, wait_ms, 0);
}

/* Ends a process that has sent what no message allows; its exit starts it
 * afresh, and the reason becomes an entry. */
static void blame(struct child *child, enum role by)
{
    if (child->process == NULL || child->is_blamed ||
        child->supervisor->is_stopping)
        return;
    (void)snprintf(child->reason, sizeof child->reason,
                   "cut off by %s: sent what no message allows",
                   role_name(by));
    child->is_blamed = true;
    process_kill(child->process);
}

/* Whether `accused` is one that asks `role`: nobody is heard about others. */
static bool asks(enum role accused, enum role role)
{
    for (size_t i = 0; i < NEIGHBOUR_PAIRS; i++) {
        if (NEIGHBOURS[i][0] == accused && NEIGHBOURS[i][1] == role)
            return true;
    }
    return false;
}

static void watch_neighbours(struct child *child);

static void on_cut_off(void *context, enum status status,
                       const struct message_peer_watch_reply *reply,
                       int descriptor)
{
    struct child *child = context;
    (void)descriptor;
    if (status != STATUS_OK || reply == NULL)
        return; /* it has gone itself */
    if (asks((enum role)reply->role, child->role))
        blame(&child->supervisor->children[reply->role], child->role);
    watch_neighbours(child);
}

/* Whether one of those that ask this role has to be started afresh. */
static void watch_neighbours(struct child *child)
{
    const struct message_peer_watch message = {.id = 0};
    bool is_asked = false;
    for (size_t i = 0; i < NEIGHBOUR_PAIRS; i++)
        is_asked = is_asked || NEIGHBOURS[i][1] == child->role;
    if (is_asked && message_peer_watch_send(child->control, &message, -1,
                                            on_cut_off, child) != STATUS_OK)
        log_line(LOG_ERROR, "cannot watch %s", role_name(child->role));
}

/* The process may live on for a moment: its exit is what counts. */
static void on_control_closed(void *context, struct channel *channel)
{
    struct child *child = context;
    if (channel_is_broken(channel))
        blame(child, ROLE_SUPERVISOR);
    if (child->control == channel)
        channel_destroy(&child->control);
}

static enum status spawn(struct child *child)
{
    int ends[2];
    enum status s = socket_pair(ends);
    if (s != STATUS_OK)
        return s;
    const char *const arguments[] = {"role", role_name(child->role), NULL};
    const struct process_descriptor control = {ends[1],
                                               ROLE_CONTROL_DESCRIPTOR};
    s = process_spawn(child->supervisor->loop, arguments, &control, 1, on_exit,
                      child, &child->process);
    socket_close(&ends[1]);
    if (s != STATUS_OK) {
        socket_close(&ends[0]);
        return s;
    }
    return channel_create(child->supervisor->loop, ends[0], ROLE_SUPERVISOR,
                          child->role, &child->supervisor->handlers,
                          on_control_closed, child, &child->control);
}

void child_start(struct supervisor *supervisor, enum role role)
{
    struct child *child = &supervisor->children[role];
    child->supervisor = supervisor;
    child->role = role;
    child->started_boot_us = now_us();
    enum status s = STATUS_OK;
    if (child->restart_timer == NULL)
        s = timer_make(supervisor->loop, "restart", on_restart_time, child,
                       &child->restart_timer);
    if (s == STATUS_OK)
        s = spawn(child);
    if (s == STATUS_OK)
        s = child_send_start(child);
    if (s == STATUS_OK) {
        watch_neighbours(child);
        attach_neighbours(supervisor, role);
        return;
    }
    log_line(LOG_ERROR, "cannot start %s status=%s", role_name(role),
             status_name(s));
    channel_destroy(&child->control);
    if (child->process == NULL && child->restart_timer != NULL)
        timer_start(child->restart_timer, RESTART_MOST_MS, 0);
}

bool children_alive(const struct supervisor *supervisor)
{
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        if (supervisor->children[i].process != NULL)
            return true;
    return false;
}

void children_close(struct supervisor *supervisor)
{
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        channel_destroy(&supervisor->children[i].control);
        timer_destroy(&supervisor->children[i].restart_timer);
    }
}
