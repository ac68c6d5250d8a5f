/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/courier/delivery.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ingest/secure_link.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "wire/message.h"

enum {
    HEAD_MAX = 2048,
    PIECE_BYTES = 16384,
};

static const struct wire_message_limits LIMITS = {
    .start_line_bytes = WIRE_START_LINE_BYTES_MAX,
    .header_line_bytes = WIRE_HEADER_LINE_BYTES_MAX,
    .headers = WIRE_HEADERS_MAX,
    .head_bytes = WIRE_HEAD_BYTES_MAX,
    .body_bytes = DELIVERY_BODY_MAX,
};

struct delivery {
    int socket;
    struct watch *watch;
    struct timer *limit;
    struct secure_link *link; /* NULL: in the clear */
    struct buffer unsent;     /* of the request, not yet encrypted or sent */
    struct wire_message answer;
    delivery_fn *on_done;
    void *context;
};

static void done(struct delivery *delivery, unsigned code, struct bytes body,
                 const char *detail)
{
    watch_destroy(&delivery->watch);
    timer_stop(delivery->limit);
    delivery->on_done(delivery->context, code, body, detail);
}

static void fail(struct delivery *delivery, const char *detail)
{
    done(delivery, 0, (struct bytes){NULL, 0}, detail);
}

/* What stands next to go out. */
static struct bytes output(struct delivery *delivery)
{
    if (delivery->link == NULL)
        return buffer_bytes(&delivery->unsent);
    if (delivery->unsent.size > 0 &&
        secure_link_write(delivery->link, buffer_bytes(&delivery->unsent)) ==
            STATUS_OK)
        buffer_clear(&delivery->unsent);
    return secure_link_output(delivery->link);
}

/* False where it has failed. */
static bool send_output(struct delivery *delivery)
{
    for (;;) {
        struct bytes next = output(delivery);
        size_t taken = 0;
        if (next.size == 0) {
            watch_set(delivery->watch, WATCH_READ);
            return true;
        }
        enum status s = socket_write(delivery->socket, next, &taken);
        if (s == STATUS_AGAIN) {
            watch_set(delivery->watch, WATCH_READ | WATCH_WRITE);
            return true;
        }
        if (s != STATUS_OK)
            return false;
        if (delivery->link == NULL)
            buffer_consume(&delivery->unsent, taken);
        else
            secure_link_output_consume(delivery->link, taken);
    }
}

/* OK: the answer is whole. Fails with: AGAIN, and as wire_message_input. */
static enum status take(struct delivery *delivery, struct bytes plain)
{
    size_t used = 0;
    return plain.size == 0
               ? STATUS_AGAIN
               : wire_message_input(&delivery->answer, plain, &used);
}

static enum status take_secure(struct delivery *delivery, struct bytes received)
{
    static uint8_t plain[TLS_RECORD_PLAIN_MAX];
    enum status s = secure_link_receive(delivery->link, received);
    enum status taken = STATUS_AGAIN;
    while (s == STATUS_OK && taken == STATUS_AGAIN) {
        size_t used = 0;
        s = secure_link_read(delivery->link, plain, sizeof plain, &used);
        if (s == STATUS_OK)
            taken = take(delivery, bytes_of(plain, used));
    }
    return s == STATUS_OK ? taken : s;
}

static enum status receive(struct delivery *delivery)
{
    static uint8_t piece[PIECE_BYTES];
    size_t got = 0;
    enum status s =
        socket_read(delivery->socket, piece, sizeof piece, &got);
    if (s != STATUS_OK)
        return s;
    struct bytes received = bytes_of(piece, got);
    return delivery->link == NULL ? take(delivery, received)
                                  : take_secure(delivery, received);
}

static const char *reason_of(enum status s)
{
    switch ((int)s) {
    case STATUS_DENIED:
        return "another certificate than the one that is configured";
    case STATUS_BAD_INPUT:
    case STATUS_LIMIT:
        return "no answer as HTTP/1.1 has it, or no TLS";
    default:
        return "the connection ended before the answer";
    }
}

static void on_event(void *context, struct watch *watch, unsigned events)
{
    struct delivery *delivery = context;
    enum status s = STATUS_AGAIN;
    (void)watch;
    if ((events & (WATCH_READ | WATCH_HANGUP)) != 0)
        s = receive(delivery);
    if (s == STATUS_OK)
        done(delivery, wire_message_status_code(&delivery->answer),
             wire_message_body(&delivery->answer), "");
    else if (s != STATUS_AGAIN)
        fail(delivery, reason_of(s));
    else if (!send_output(delivery))
        fail(delivery, reason_of(STATUS_IO));
}

static void on_limit(void *context, struct timer *timer)
{
    (void)timer;
    fail(context, "no answer in time");
}

static enum status write_request(const struct delivery_request *request,
                                 struct buffer *out)
{
    bool is_ipv6 = text_find(request->host, ':') < request->host.size;
    buffer_format(out,
                  "POST %.*s HTTP/1.1\r\nHost: %s%.*s%s:%u\r\n"
                  "Content-Type: %.*s\r\n"
                  "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                  (int)request->path.size, request->path.data,
                  is_ipv6 ? "[" : "", (int)request->host.size,
                  request->host.data, is_ipv6 ? "]" : "",
                  (unsigned)request->port, (int)request->type.size,
                  request->type.data, request->body.size);
    buffer_append(out, request->body);
    return buffer_status(out);
}

static enum status begin(struct delivery *delivery, struct loop *loop,
                         struct tls_client *client,
                         const struct delivery_request *request)
{
    enum status s = write_request(request, &delivery->unsent);
    if (s == STATUS_OK)
        s = socket_prepare(delivery->socket);
    if (s == STATUS_OK && request->certificate.size > 0)
        s = secure_link_create(client, request->certificate, &delivery->link);
    if (s == STATUS_OK)
        s = timer_make(loop, "delivery", on_limit, delivery, &delivery->limit);
    if (s == STATUS_OK)
        s = watch_create(loop, delivery->socket, WATCH_READ | WATCH_WRITE,
                         "delivery", on_event, delivery, &delivery->watch);
    if (s == STATUS_OK)
        timer_start(delivery->limit, DELIVERY_LIMIT_MS, 0);
    return s;
}

enum status delivery_start(struct loop *loop, struct tls_client *client,
                           int socket, const struct delivery_request *request,
                           delivery_fn *on_done, void *context,
                           struct delivery **out)
{
    *out = NULL;
    AUTO(delivery_destroy)
    struct delivery *delivery = alloc_zeroed(sizeof *delivery);
    if (delivery == NULL) {
        socket_close(&socket);
        return STATUS_NO_MEMORY;
    }
    delivery->socket = socket;
    delivery->on_done = on_done;
    delivery->context = context;
    delivery->unsent = buffer_with_limit(HEAD_MAX + DELIVERY_BODY_MAX);
    wire_message_init(&delivery->answer, WIRE_HTTP_RESPONSE, &LIMITS);
    enum status s = begin(delivery, loop, client, request);
    if (s != STATUS_OK)
        return s;
    *out = delivery;
    delivery = NULL;
    return STATUS_OK;
}

void delivery_destroy(struct delivery **delivery)
{
    if (*delivery == NULL)
        return;
    watch_destroy(&(*delivery)->watch);
    timer_destroy(&(*delivery)->limit);
    socket_close(&(*delivery)->socket);
    secure_link_destroy(&(*delivery)->link);
    buffer_deinit(&(*delivery)->unsent);
    wire_message_deinit(&(*delivery)->answer);
    alloc_free(*delivery);
    *delivery = NULL;
}
