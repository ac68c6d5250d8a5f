/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/tls.h"
#include "roles/web/web.h"
#include "sys/logger.h"

enum {
    READ_AT_ONCE = 16384,  /* bytes */
    REFUSAL_LINE_MS = 10000,
    ACCEPTS_PER_TURN = 32, /* so that those who are in get their turn */
};

static size_t count_of_network(const struct web *web, const char *network)
{
    size_t count = 0;
    for (const struct web_client *client = web->clients; client != NULL;
         client = client->next)
        count += strcmp(client->network, network) == 0;
    return count;
}

static void set_watch(struct web_client *client)
{
    bool is_reading = connection_room(client->connection) > 0;
    unsigned events = is_reading ? WATCH_READ : WATCH_HANGUP;
    if (connection_output(client->connection).size > 0)
        events |= WATCH_WRITE;
    watch_set(client->watch, events);
}

static void receive(struct web_client *client)
{
    uint8_t received[READ_AT_ONCE];
    size_t room = connection_room(client->connection);
    size_t got = 0;
    if (room == 0)
        return;
    if (room > sizeof received)
        room = sizeof received;
    enum status s = socket_read(client->descriptor, received, room, &got);
    if (s == STATUS_OK)
        s = connection_receive(client->connection, bytes_of(received, got));
    if (s == STATUS_END)
        connection_peer_closed(client->connection);
    else if (s != STATUS_OK && s != STATUS_AGAIN)
        connection_abort(client->connection);
}

static void send_waiting(struct web_client *client)
{
    for (;;) {
        struct bytes output = connection_output(client->connection);
        if (output.size == 0)
            return;
        size_t taken = 0;
        enum status s = socket_write(client->descriptor, output, &taken);
        if (s == STATUS_AGAIN)
            return;
        if (s != STATUS_OK) {
            connection_abort(client->connection);
            return;
        }
        connection_output_consume(client->connection, taken,
                                  web_now_ms(client->web));
    }
}

static void on_event(void *context, struct watch *watch, unsigned events)
{
    struct web_client *client = context;
    (void)watch;
    if ((events & WATCH_READ) != 0)
        receive(client);
    /* A browser that leaves while it is answered does not want the rest. */
    else if ((events & WATCH_HANGUP) != 0)
        connection_abort(client->connection);
    web_client_turn(client);
}

/* Requests one after the other, until one waits or nothing more is here. */
static void take_requests(struct web_client *client)
{
    struct request request;
    while (client->call == NULL &&
           connection_next(client->connection, web_now_ms(client->web),
                           &request) == STATUS_OK)
        web_api_handle(client, &request);
}

/* One round; true if another one may find something to do. */
static bool take_turn(struct web_client *client)
{
    struct connection *connection = client->connection;
    take_requests(client);
    bool was_full = connection_waiting(connection) >= WEB_OUTPUT_NEXT;
    send_waiting(client);
    if (connection_is_over(connection) ||
        connection_waiting(connection) >= WEB_OUTPUT_HIGH)
        return false;
    struct web_call *call = client->call;
    if (call == NULL || call->drained == NULL)
        return was_full && connection_waiting(connection) < WEB_OUTPUT_NEXT;
    call->drained(call);
    send_waiting(client);
    return client->call == NULL || client->call->has_more;
}

void web_client_turn(struct web_client *client)
{
    if (client->is_in_turn)
        return; /* an answer given at once: the round below goes on */
    client->is_in_turn = true;
    while (take_turn(client))
        ;
    client->is_in_turn = false;
    if (connection_is_over(client->connection))
        web_client_destroy(&client);
    else
        set_watch(client);
}

static enum status client_create(struct web_listener *listener,
                                 int *descriptor, const char *address)
{
    struct web *web = listener->web;
    struct web_client *client = alloc_zeroed(sizeof *client);
    if (client == NULL)
        return STATUS_NO_MEMORY;
    client->web = web;
    client->is_local = listener->is_local;
    client->descriptor = -1;
    (void)text_copy(text_of(address), client->address, sizeof client->address);
    socket_network(address, client->network);
    enum status s =
        connection_create(listener->is_local ? NULL : web->tls,
                          web_now_ms(web), &client->connection);
    if (s == STATUS_OK)
        s = watch_create(web->process.loop, *descriptor, WATCH_READ,
                         "browser", on_event, client, &client->watch);
    if (s != STATUS_OK) {
        connection_destroy(&client->connection);
        alloc_free(client);
        return s;
    }
    client->descriptor = *descriptor;
    *descriptor = -1;
    client->next = web->clients;
    if (web->clients != NULL)
        web->clients->previous = client;
    web->clients = client;
    web->client_count++;
    web_begin_sweeping(web);
    return STATUS_OK;
}

/* The local socket is for root and for the recorder's own user. */
static bool may_come_in(const struct web_listener *listener, int descriptor,
                        const char *address)
{
    const struct web *web = listener->web;
    if (web->client_count >= WEB_CONNECTIONS_MAX)
        return false;
    if (!listener->is_local) {
        char network[SOCKET_ADDRESS_SIZE];
        socket_network(address, network);
        return count_of_network(web, network) <
               WEB_CONNECTIONS_PER_NETWORK_MAX;
    }
    uint32_t user_id = 0;
    return socket_peer_user(descriptor, &user_id) == STATUS_OK &&
           (user_id == 0 || user_id == web->own_user_id);
}

/* A flood is one line in ten seconds, not one a connection. */
static void note_refusal(struct web *web, const char *address)
{
    int64_t now_ms = web_now_ms(web);
    web->refusals++;
    if (web->refusals_ms != 0 && now_ms - web->refusals_ms < REFUSAL_LINE_MS)
        return;
    log_line(LOG_WARNING, "connections refused count=%llu address=%s",
             (unsigned long long)web->refusals, address);
    web->refusals = 0;
    web->refusals_ms = now_ms;
}

void web_client_accept(struct web_listener *listener)
{
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        char address[SOCKET_ADDRESS_SIZE];
        int descriptor = -1;
        enum status s =
            socket_accept(listener->descriptor, address, &descriptor);
        if (s == STATUS_AGAIN)
            return;
        if (s != STATUS_OK) {
            log_line(LOG_WARNING, "cannot accept status=%s", status_name(s));
            return;
        }
        if (!listener->is_local)
            socket_set_no_delay(descriptor);
        if (!may_come_in(listener, descriptor, address))
            note_refusal(listener->web, address);
        else if (client_create(listener, &descriptor, address) != STATUS_OK)
            log_line(LOG_WARNING, "no memory for a connection");
        socket_close(&descriptor);
    }
}

void web_client_destroy(struct web_client **client)
{
    struct web_client *old = *client;
    *client = NULL;
    if (old == NULL)
        return;
    if (old->call != NULL) {
        struct web_call *call = old->call;
        call->client = NULL;
        /* Nobody's answer is awaited: nothing else would end it. */
        if (call->peer == ROLE_COUNT)
            web_call_end(call);
    }
    watch_destroy(&old->watch);
    socket_close(&old->descriptor);
    connection_destroy(&old->connection);
    if (old->next != NULL)
        old->next->previous = old->previous;
    if (old->previous != NULL)
        old->previous->next = old->next;
    else
        old->web->clients = old->next;
    old->web->client_count--;
    alloc_free(old);
}

void web_client_end_session(struct web *web, struct text session)
{
    struct web_client *client = web->clients;
    while (client != NULL) {
        struct web_client *next = client->next;
        if (client->call != NULL &&
            text_equal(web_call_session(client->call), session))
            web_client_destroy(&client);
        client = next;
    }
}

void web_client_sweep(struct web *web)
{
    int64_t now_ms = web_now_ms(web);
    struct web_client *client = web->clients;
    while (client != NULL) {
        struct web_client *next = client->next;
        if (now_ms >= connection_deadline_ms(client->connection)) {
            connection_expire(client->connection, now_ms);
            web_client_turn(client);
        }
        client = next;
    }
}
