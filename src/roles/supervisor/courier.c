/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The courier opens no socket: it says where to, and is given one that is
 * connected. It reads what strangers answer and is taken for captured, so it
 * gets no further than to the witnesses and the time-stamping service that the
 * plant names.
 */
#include "base/text.h"
#include "roles/supervisor/private.h"
#include "sys/logger.h"
#include "sys/socket.h"
#include "sys/socket_connect.h"

enum { CONNECT_TIMEOUT_MS = 10000 };

static void give(struct supervisor *supervisor, int socket)
{
    struct channel *courier = child_control(supervisor, ROLE_COURIER);
    const struct message_connection_give message = {.is_connected =
                                                        socket >= 0};
    if (courier == NULL) {
        socket_close(&socket);
        return;
    }
    if (message_connection_give_send(courier, &message, socket, NULL, NULL) !=
        STATUS_OK)
        log_line(LOG_WARNING, "the courier gets no connection");
    courier_ready(supervisor);
}

static void on_connected(void *context, struct socket_connect *connecting,
                         enum status status, int socket)
{
    struct supervisor *supervisor = context;
    (void)connecting;
    socket_connect_cancel(&supervisor->courier_connecting);
    give(supervisor, status == STATUS_OK ? socket : -1);
}

static bool is_named(const struct plant *plant, struct text host, uint16_t port)
{
    const struct plant_server *stamps = &plant->timestamps;
    for (size_t i = 0; i < plant->witness_count; i++)
        if (text_equal(plant->witnesses[i].server.host, host) &&
            plant->witnesses[i].server.port == port)
            return true;
    return stamps->url.size > 0 && text_equal(stamps->host, host) &&
           stamps->port == port;
}

static void on_wanted(void *context, enum status status,
                      const struct message_connection_wait_reply *reply,
                      int descriptor)
{
    struct supervisor *supervisor = context;
    char host[SOCKET_HOST_MAX + 1];
    socket_close(&descriptor);
    if (status != STATUS_OK || reply == NULL || supervisor->is_stopping)
        return; /* it has gone, or we have */
    if (!text_copy(reply->host, host, sizeof host) ||
        !is_named(supervisor->plant, reply->host, reply->port)) {
        log_line(LOG_ERROR, "the courier asks for a host that is not named");
        give(supervisor, -1);
        return;
    }
    const struct socket_connect_options options = {
        .host = host,
        .port = reply->port,
        .timeout_ms = CONNECT_TIMEOUT_MS,
        .worker = supervisor->resolver,
    };
    if (socket_connect_start(supervisor->loop, &options, on_connected,
                             supervisor,
                             &supervisor->courier_connecting) != STATUS_OK)
        give(supervisor, -1);
}

void courier_ready(struct supervisor *supervisor)
{
    struct channel *courier = child_control(supervisor, ROLE_COURIER);
    const struct message_connection_wait message = {.id = 0};
    if (courier != NULL &&
        message_connection_wait_send(courier, &message, -1, on_wanted,
                                     supervisor) != STATUS_OK)
        log_line(LOG_WARNING, "cannot ask the courier where to");
}

void courier_release(struct supervisor *supervisor)
{
    socket_connect_cancel(&supervisor->courier_connecting);
}
