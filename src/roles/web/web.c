/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/web/web.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/tls.h"
#include "roles/profiles.h"
#include "sys/logger.h"
#include "web/json_body.h"

enum {
    EXIT_BROKEN = 70,
};

int64_t web_now_ms(const struct web *web)
{
    return clock_boot(web->process.clock).us / 1000;
}

/* A neighbour that was there and does not come back has perhaps cut us off:
 * the supervisor joins a new process to it. */
static void leave_if_alone(struct web *web)
{
    static const enum role NEIGHBOURS[] = {ROLE_GATE, ROLE_VAULT};
    int64_t now_ms = web_now_ms(web);
    for (size_t i = 0; i < 2; i++) {
        int64_t *seen_ms = &web->last_seen_ms[NEIGHBOURS[i]];
        if (web->process.peers[NEIGHBOURS[i]] != NULL)
            *seen_ms = now_ms;
        if (*seen_ms == 0 || now_ms - *seen_ms < WEB_ALONE_MS)
            continue;
        log_line(LOG_ERROR, "%s does not come back",
                 role_name(NEIGHBOURS[i]));
        _exit(EXIT_BROKEN);
    }
}

static void on_look(void *context, struct timer *timer)
{
    (void)timer;
    leave_if_alone(context);
}

/* Nobody there: nothing wakes this process until somebody comes. */
static void on_sweep(void *context, struct timer *timer)
{
    struct web *web = context;
    web_client_sweep(web);
    web_call_sweep(web);
    if (web->clients == NULL && web->calls == NULL) {
        timer_stop(timer);
        web->is_sweeping = false;
    }
}

void web_begin_sweeping(struct web *web)
{
    if (web->is_sweeping || web->sweep == NULL)
        return; /* not started: it begins then */
    timer_start(web->sweep, WEB_SWEEP_MS, WEB_SWEEP_MS);
    web->is_sweeping = true;
}

static void on_peer(struct role_process *process, enum role peer)
{
    web_call_peer_replaced((struct web *)process, peer);
}

static void on_connection(void *context, struct watch *watch, unsigned events)
{
    (void)watch;
    (void)events;
    web_client_accept(context);
}

static void on_start(void *context, struct channel *channel,
                     const struct message_start_web *message, int descriptor)
{
    struct web *web = context;
    (void)descriptor;
    struct message_start_web_reply reply = {.id = message->id};
    reply.status = tls_server_create(message->certificate_pem,
                                     message->private_key_pem, &web->tls);
    if (reply.status != STATUS_OK)
        log_line(LOG_ERROR, "certificate or key cannot be used status=%s",
                 status_name(reply.status));
    if (reply.status == STATUS_OK)
        reply.status = timer_make(web->process.loop, "sweep", on_sweep, web,
                                  &web->sweep);
    if (reply.status == STATUS_OK)
        reply.status = timer_make(web->process.loop, "look", on_look, web,
                                  &web->look);
    if (reply.status == STATUS_OK)
        reply.status = web_public_prepare(web);
    if (reply.status == STATUS_OK) {
        timer_start(web->look, WEB_LOOK_MS, WEB_LOOK_MS);
        web_begin_sweeping(web);
        json_body_prepare();
        /* The power that web keeps: sockets it has, and its listeners'. */
        if (role_sandbox(ROLE_WEB, NULL) != STATUS_OK)
            _exit(EXIT_BROKEN);
    }
    if (message_start_web_answer(channel, &reply, -1) != STATUS_OK)
        _exit(EXIT_BROKEN);
}

static enum status listen_on(struct web *web, int *descriptor, bool is_local)
{
    if (*descriptor < 0)
        return STATUS_BAD_INPUT;
    if (web->tls == NULL && !is_local)
        return STATUS_CONFLICT;
    if (web->listener_count == WEB_LISTENERS_MAX)
        return STATUS_LIMIT;
    struct web_listener *listener = &web->listeners[web->listener_count];
    listener->web = web;
    listener->is_local = is_local;
    enum status s =
        watch_create(web->process.loop, *descriptor, WATCH_READ, "listener",
                     on_connection, listener, &listener->watch);
    if (s != STATUS_OK)
        return s;
    listener->descriptor = *descriptor;
    *descriptor = -1;
    web->listener_count++;
    return STATUS_OK;
}

static void on_listen(void *context, struct channel *channel,
                      const struct message_listen_attach *message,
                      int descriptor)
{
    struct web *web = context;
    struct message_listen_attach_reply reply = {.id = message->id};
    reply.status = listen_on(web, &descriptor, message->kind == 1);
    socket_close(&descriptor);
    if (message_listen_attach_answer(channel, &reply, -1) != STATUS_OK)
        _exit(EXIT_BROKEN);
}

static void close_all(struct web *web)
{
    while (web->listener_count > 0) {
        struct web_listener *listener =
            &web->listeners[--web->listener_count];
        watch_destroy(&listener->watch);
        socket_close(&listener->descriptor);
    }
    while (web->clients != NULL) {
        struct web_client *client = web->clients;
        web_client_destroy(&client);
    }
    timer_destroy(&web->sweep);
    timer_destroy(&web->look);
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct web *web = context;
    (void)descriptor;
    close_all(web);
    const struct message_stop_reply reply = {.id = message->id};
    if (message_stop_answer(channel, &reply, -1) != STATUS_OK)
        _exit(EXIT_BROKEN);
}

int role_web_main(void)
{
    alloc_wipe_freed();
    struct web *web = alloc_zeroed(sizeof *web);
    if (web == NULL)
        return EXIT_BROKEN;
    web->own_user_id = (uint32_t)getuid();
    const struct message_handlers handlers = {
        .context = web,
        .peer_attach = role_on_peer_attach,
        .start_web = on_start,
        .listen_attach = on_listen,
        .stop = on_stop,
    };
    if (role_process_init(&web->process, ROLE_WEB, &handlers, on_peer) !=
        STATUS_OK)
        return EXIT_BROKEN;
    return role_process_run(&web->process);
}
