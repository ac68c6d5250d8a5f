/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that speaks to other servers: it takes what the gate wants
 * delivered, asks the supervisor for a connection, and brings the answer. It
 * holds no key and opens nothing, and believes nobody: what a witness answers is
 * checked by the gate.
 *
 *   gate: outbox_wait -> supervisor: connection_wait -> connection_give
 *     -> delivery -> gate: outbox_result -> gate: outbox_wait ...
 */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/tls.h"
#include "roles/courier/delivery.h"
#include "roles/profiles.h"
#include "roles/role.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    EXIT_SOFTWARE = 70,
    HOST_SIZE = 256,
    PATH_SIZE = 513,
    TYPE_SIZE = 65,
    RETRY_MS = 1000,
};

/* What is being delivered. */
struct letter {
    bool is_there;
    uint64_t item;
    char host[HOST_SIZE];
    uint16_t port;
    char path[PATH_SIZE];
    char type[TYPE_SIZE];
    uint8_t certificate[TLS_FINGERPRINT_SIZE];
    size_t certificate_size;
    uint8_t body[DELIVERY_BODY_MAX];
    size_t body_size;
};

struct courier {
    struct role_process process; /* first: see roles/role.h */
    struct tls_client *tls;
    struct timer *retry; /* to ask the gate again */
    bool is_started;
    bool is_asked; /* the gate has our question */
    struct letter letter;
    struct delivery *delivery;
    uint32_t wait_id; /* the supervisor's connection_wait, while is_waiting */
    bool is_waiting;
    bool is_wanted; /* a connection, and it has not been asked for */
    bool is_connecting; /* it has been asked for */
    bool is_void;       /* and it is for a letter that is void by now */
};

static void sent(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    log_line(LOG_ERROR, "cannot send what=%s status=%s", what,
             status_name(status));
    _exit(EXIT_SOFTWARE);
}

static void ask_gate(struct courier *courier);

/* ---- the end of a letter -------------------------------------------------- */

static void report(struct courier *courier, unsigned code, struct bytes body,
                   const char *detail)
{
    struct channel *gate = courier->process.peers[ROLE_GATE];
    const struct message_outbox_result message = {
        .item = courier->letter.item,
        .code = (uint16_t)code,
        .detail = text_of(detail),
        .body = body,
    };
    if (gate != NULL && courier->letter.is_there)
        sent(message_outbox_result_send(gate, &message, -1, NULL, NULL),
             "outbox_result");
    courier->letter.is_there = false;
    courier->is_wanted = false;
    delivery_destroy(&courier->delivery);
    ask_gate(courier);
}

static void on_delivered(void *context, unsigned code, struct bytes body,
                         const char *detail)
{
    report(context, code, body, detail);
}

static void fail(struct courier *courier, const char *detail)
{
    report(courier, 0, (struct bytes){NULL, 0}, detail);
}

/* ---- a connection --------------------------------------------------------- */

static void want_connection(struct courier *courier)
{
    if (!courier->is_waiting || !courier->is_wanted || courier->is_connecting)
        return;
    const struct message_connection_wait_reply reply = {
        .id = courier->wait_id,
        .host = text_of(courier->letter.host),
        .port = courier->letter.port,
    };
    courier->is_waiting = false;
    courier->is_wanted = false;
    courier->is_connecting = true;
    sent(message_connection_wait_answer(courier->process.control, &reply, -1),
         "connection_wait");
}

static void on_connection_wait(void *context, struct channel *channel,
                               const struct message_connection_wait *message,
                               int descriptor)
{
    struct courier *courier = context;
    (void)channel;
    (void)descriptor;
    courier->wait_id = message->id;
    courier->is_waiting = true;
    want_connection(courier);
}

static void begin_delivery(struct courier *courier, int socket)
{
    const struct letter *letter = &courier->letter;
    const struct delivery_request request = {
        .host = text_of(letter->host),
        .port = letter->port,
        .path = text_of(letter->path),
        .type = text_of(letter->type),
        .certificate = {letter->certificate, letter->certificate_size},
        .body = {letter->body, letter->body_size},
    };
    enum status s =
        delivery_start(courier->process.loop, courier->tls, socket, &request,
                       on_delivered, courier, &courier->delivery);
    if (s != STATUS_OK)
        fail(courier, status_name(s));
}

static void on_connection_give(void *context, struct channel *channel,
                               const struct message_connection_give *message,
                               int descriptor)
{
    struct courier *courier = context;
    const struct message_connection_give_reply reply = {.id = message->id};
    sent(message_connection_give_answer(channel, &reply, -1),
         "connection_give");
    bool is_for_letter = courier->is_connecting && !courier->is_void;
    courier->is_connecting = false;
    courier->is_void = false;
    if (!is_for_letter)
        socket_close(&descriptor);
    else if (message->is_connected == 0 || descriptor < 0)
        fail(courier, "cannot connect");
    else
        begin_delivery(courier, descriptor);
    want_connection(courier);
}

/* ---- the gate ------------------------------------------------------------- */

static bool take_letter(struct letter *letter,
                        const struct message_outbox_wait_reply *reply)
{
    if (!text_copy(reply->host, letter->host, sizeof letter->host) ||
        !text_copy(reply->path, letter->path, sizeof letter->path) ||
        !text_copy(reply->type, letter->type, sizeof letter->type) ||
        reply->certificate.size > sizeof letter->certificate ||
        reply->body.size > sizeof letter->body)
        return false;
    letter->is_there = true;
    letter->item = reply->item;
    letter->port = reply->port;
    letter->certificate_size = reply->certificate.size;
    letter->body_size = reply->body.size;
    if (reply->certificate.size > 0)
        memcpy(letter->certificate, reply->certificate.data,
               reply->certificate.size);
    if (reply->body.size > 0)
        memcpy(letter->body, reply->body.data, reply->body.size);
    return true;
}

static void on_letter(void *context, enum status status,
                      const struct message_outbox_wait_reply *reply,
                      int descriptor)
{
    struct courier *courier = context;
    (void)descriptor;
    courier->is_asked = false;
    if (reply == NULL)
        return; /* the gate has gone; the next one is asked */
    if (status != STATUS_OK || !take_letter(&courier->letter, reply)) {
        timer_start(courier->retry, RETRY_MS, 0);
        return;
    }
    courier->is_wanted = true;
    want_connection(courier);
}

static void ask_gate(struct courier *courier)
{
    struct channel *gate = courier->process.peers[ROLE_GATE];
    const struct message_outbox_wait message = {.id = 0};
    if (!courier->is_started || gate == NULL || courier->is_asked ||
        courier->letter.is_there)
        return;
    sent(message_outbox_wait_send(gate, &message, -1, on_letter, courier),
         "outbox_wait");
    courier->is_asked = true;
}

static void on_retry(void *context, struct timer *timer)
{
    (void)timer;
    ask_gate(context);
}

/* Another gate: what the one before wanted is void. */
static void on_peer(struct role_process *process, enum role peer)
{
    struct courier *courier = (struct courier *)process;
    if (peer != ROLE_GATE)
        return;
    courier->is_asked = false;
    courier->is_wanted = false;
    courier->is_void = courier->is_connecting;
    courier->letter.is_there = false;
    delivery_destroy(&courier->delivery);
    ask_gate(courier);
}

/* ---- start and stop ------------------------------------------------------- */

static void on_start_courier(void *context, struct channel *channel,
                             const struct message_start_courier *message,
                             int descriptor)
{
    struct courier *courier = context;
    (void)descriptor;
    struct message_start_courier_reply reply = {.id = message->id};
    reply.status = tls_client_create(&courier->tls);
    if (reply.status == STATUS_OK)
        reply.status = timer_make(courier->process.loop, "retry", on_retry,
                                  courier, &courier->retry);
    if (reply.status == STATUS_OK)
        reply.status = role_sandbox(ROLE_COURIER, NULL);
    courier->is_started = reply.status == STATUS_OK;
    sent(message_start_courier_answer(channel, &reply, -1), "start_courier");
    ask_gate(courier);
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct courier *courier = context;
    (void)descriptor;
    courier->is_started = false;
    delivery_destroy(&courier->delivery);
    const struct message_stop_reply reply = {.id = message->id};
    sent(message_stop_answer(channel, &reply, -1), "stop");
}

/* ---- the role's power, in full -------------------------------------------- */

int role_courier_main(void)
{
    static struct courier courier; /* the process's only one */
    static const struct message_handlers HANDLERS = {
        .context = &courier,
        .peer_attach = role_on_peer_attach,
        .stop = on_stop,
        .start_courier = on_start_courier,
        .connection_wait = on_connection_wait,
        .connection_give = on_connection_give,
    };
    if (role_process_init(&courier.process, ROLE_COURIER, &HANDLERS,
                          on_peer) != STATUS_OK)
        return EXIT_SOFTWARE;
    return role_process_run(&courier.process);
}
