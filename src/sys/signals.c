/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/signals.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sys/loop.h"

struct signals {
    int descriptor;
    struct watch *watch;
    signals_fn *on_signal;
    void *context;
};

static void on_event(void *context, struct watch *watch, unsigned events)
{
    struct signals *signals = context;
    struct signalfd_siginfo info;
    (void)watch;
    (void)events;
    if (read(signals->descriptor, &info, sizeof info) == (ssize_t)sizeof info)
        signals->on_signal(signals->context, (int)info.ssi_signo);
}

enum status signals_create(struct loop *loop, const int *numbers, size_t count,
                           signals_fn *on_signal, void *context,
                           struct signals **out)
{
    *out = NULL;
    struct signals *signals = alloc_zeroed(sizeof *signals);
    if (signals == NULL)
        return STATUS_NO_MEMORY;
    sigset_t set;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < count; i++)
        (void)sigaddset(&set, numbers[i]);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    signals->on_signal = on_signal;
    signals->context = context;
    signals->descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    enum status s = STATUS_INTERNAL;
    if (signals->descriptor >= 0)
        s = watch_create(loop, signals->descriptor, WATCH_READ, "signals",
                         on_event, signals, &signals->watch);
    if (s == STATUS_OK)
        *out = signals;
    else
        signals_destroy(&signals);
    return s;
}

void signals_destroy(struct signals **signals)
{
    struct signals *old = *signals;
    *signals = NULL;
    if (old == NULL)
        return;
    watch_destroy(&old->watch);
    if (old->descriptor >= 0)
        (void)close(old->descriptor);
    alloc_free(old);
}
