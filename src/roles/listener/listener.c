/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that hears what cameras say beside their pictures: motion,
 * tampering, and what they are (ONVIF). It holds no key, opens nothing, and
 * speaks with the supervisor alone, who connects and carries on what it heard:
 *
 *   camera_listen {socket} -> one question, one answer -> what came of it
 */
#include <unistd.h>

#include "base/alloc.h"
#include "crypto/tls.h"
#include "onvif/listen.h"
#include "roles/listener/turn.h"
#include "roles/profiles.h"
#include "roles/role.h"
#include "sys/logger.h"
#include "sys/random.h"
#include "sys/socket.h"

enum { EXIT_SOFTWARE = 70 };

struct listener;

struct listener_camera {
    struct listener_camera *next;
    struct listener *listener;
    uint32_t camera;
    uint32_t run_id;   /* of the camera_listen that waits, while turn is there */
    struct turn *turn; /* NULL: none */
    struct onvif_listen listen;
};

struct listener {
    struct role_process process; /* first: see roles/role.h */
    struct tls_client *tls;
    struct listener_camera *cameras;
};

static void sent(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    log_line(LOG_ERROR, "cannot answer what=%s status=%s", what,
             status_name(status));
    _exit(EXIT_SOFTWARE);
}

/* Made at its first mention; NULL: no memory. */
static struct listener_camera *find(struct listener *listener, uint32_t number)
{
    struct listener_camera *camera = listener->cameras;
    while (camera != NULL && camera->camera != number)
        camera = camera->next;
    if (camera != NULL)
        return camera;
    camera = alloc_zeroed(sizeof *camera);
    if (camera == NULL)
        return NULL;
    camera->listener = listener;
    camera->camera = number;
    onvif_listen_init(&camera->listen);
    camera->next = listener->cameras;
    listener->cameras = camera;
    return camera;
}

static void answer(struct listener_camera *camera,
                   const struct onvif_heard *heard)
{
    uint8_t report[CAMERA_REPORT_SIZE];
    struct message_camera_listen_reply reply = {
        .id = camera->run_id,
        .wait_ms = heard->wait_ms,
        .motion = (uint8_t)heard->motion,
        .tamper = (uint8_t)heard->tamper,
    };
    if (heard->has_report) {
        camera_report_encode(&camera->listen.report, report);
        reply.report = bytes_of(report, sizeof report);
    }
    sent(message_camera_listen_answer(camera->listener->process.control,
                                      &reply, -1),
         "camera_listen");
}

static void on_turn(void *context, const struct onvif_exchange *exchange)
{
    struct listener_camera *camera = context;
    struct onvif_heard heard;
    if (exchange == NULL)
        onvif_listen_failed(&camera->listen, &heard);
    else
        onvif_listen_answered(&camera->listen, exchange,
                              clock_wall(camera->listener->process.clock),
                              &heard);
    turn_destroy(&camera->turn);
    answer(camera, &heard);
}

static enum status begin(struct listener_camera *camera,
                         const struct message_camera_listen *message,
                         int socket)
{
    struct listener *listener = camera->listener;
    uint8_t random[ONVIF_LISTEN_RANDOM_SIZE];
    struct onvif_exchange exchange;
    const struct onvif_listen_account account = {
        .host = message->host,
        .port = message->port,
        .user = message->user,
        .password = message->password,
    };
    const struct turn_options options = {
        .loop = listener->process.loop,
        .tls = listener->tls,
        .is_secure = message->is_secure != 0,
        .pin = message->pin,
        .on_done = on_turn,
        .context = camera,
    };
    random_fill(random, sizeof random);
    enum status s =
        onvif_listen_ask(&camera->listen, &account,
                         clock_wall(listener->process.clock), random,
                         &exchange);
    if (s == STATUS_OK)
        return turn_start(&options, socket, &exchange, &camera->turn);
    onvif_exchange_deinit(&exchange);
    socket_close(&socket);
    return s;
}

static void on_camera_listen(void *context, struct channel *channel,
                             const struct message_camera_listen *message,
                             int descriptor)
{
    struct listener *listener = context;
    struct onvif_heard heard;
    struct message_camera_listen_reply reply = {.id = message->id,
                                                .status = STATUS_NO_MEMORY};
    struct listener_camera *camera = find(listener, message->camera);
    if (camera != NULL && camera->turn != NULL)
        reply.status = STATUS_CONFLICT;
    if (camera == NULL || camera->turn != NULL) {
        socket_close(&descriptor);
        sent(message_camera_listen_answer(channel, &reply, -1),
             "camera_listen");
        return;
    }
    camera->run_id = message->id;
    if (message->is_new != 0)
        onvif_listen_init(&camera->listen);
    if (begin(camera, message, descriptor) == STATUS_OK)
        return;
    onvif_listen_failed(&camera->listen, &heard);
    answer(camera, &heard);
}

static void on_start_listener(void *context, struct channel *channel,
                              const struct message_start_listener *message,
                              int descriptor)
{
    struct listener *listener = context;
    (void)descriptor;
    struct message_start_listener_reply reply = {.id = message->id};
    reply.status = tls_client_create(&listener->tls);
    if (reply.status == STATUS_OK)
        reply.status = role_sandbox(ROLE_LISTENER, NULL);
    sent(message_start_listener_answer(channel, &reply, -1), "start_listener");
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct listener *listener = context;
    (void)descriptor;
    for (struct listener_camera *camera = listener->cameras; camera != NULL;
         camera = camera->next)
        turn_destroy(&camera->turn);
    const struct message_stop_reply reply = {.id = message->id};
    sent(message_stop_answer(channel, &reply, -1), "stop");
}

static void on_peer(struct role_process *process, enum role peer)
{
    (void)process;
    (void)peer;
}

/* ---- the role's power, in full -------------------------------------------- */

int role_listener_main(void)
{
    static struct listener listener; /* the process's only one */
    static const struct message_handlers HANDLERS = {
        .context = &listener,
        .peer_attach = role_on_peer_attach,
        .stop = on_stop,
        .start_listener = on_start_listener,
        .camera_listen = on_camera_listen,
    };
    if (role_process_init(&listener.process, ROLE_LISTENER, &HANDLERS,
                          on_peer) != STATUS_OK)
        return EXIT_SOFTWARE;
    return role_process_run(&listener.process);
}
