/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/wire.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ingest/secure_link.h"
#include "notice/plant_network.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "sys/socket_connect.h"
#include "sys/worker.h"

enum { ENCRYPTED_BYTES = 16384, FULL_PAUSE_US = 5000, MS_US = 1000 };

struct camera_wire {
    const struct camera_target *target;
    struct loop *loop; /* while it connects */
    enum status connected;
    bool is_forbidden; /* an address of it */
    int socket;
    struct tls_client *tls;
    struct secure_link *link; /* NULL: in the clear */
};

static int64_t now_us(void)
{
    return clock_boot(&CLOCK_SYSTEM).us;
}

static bool is_allowed(void *context, const struct socket_address *address,
                       bool is_name)
{
    struct camera_wire *wire = context;
    bool is_good = plant_network_allows(wire->target->plant, address, is_name);
    wire->is_forbidden |= !is_good;
    return is_good;
}

static void on_connected(void *context, struct socket_connect *connecting,
                         enum status status, int socket)
{
    struct camera_wire *wire = context;
    (void)connecting;
    wire->connected = status;
    wire->socket = socket;
    loop_stop(wire->loop);
}

static enum status connect_socket(struct camera_wire *wire, uint16_t port)
{
    char host[SOCKET_HOST_MAX + 1];
    AUTO(loop_destroy) struct loop *loop = NULL;
    AUTO(worker_destroy) struct worker *worker = NULL;
    AUTO(socket_connect_cancel) struct socket_connect *connecting = NULL;
    if (!text_copy(wire->target->camera->host, host, sizeof host))
        return STATUS_NOT_FOUND;
    enum status s = loop_create(&loop);
    if (s == STATUS_OK)
        s = worker_create(loop, "camera names", 1, &worker);
    const struct socket_connect_options options = {
        .host = host,
        .port = port,
        .timeout_ms = CAMERA_CONNECT_MS,
        .worker = worker,
        .is_allowed = is_allowed,
    };
    wire->loop = loop;
    wire->connected = STATUS_AGAIN;
    if (s == STATUS_OK)
        s = socket_connect_start(loop, &options, on_connected, wire,
                                 &connecting);
    if (s != STATUS_OK)
        return s;
    loop_run(loop);
    /* Nobody listens there, or it is none that may be asked. */
    return wire->connected == STATUS_DENIED && !wire->is_forbidden
               ? STATUS_IO
               : wire->connected;
}

static enum status send_plain(struct camera_wire *wire, struct bytes bytes)
{
    int64_t end_us = now_us() + (int64_t)CAMERA_ANSWER_MS * MS_US;
    while (bytes.size > 0) {
        size_t taken = 0;
        enum status s = socket_write(wire->socket, bytes, &taken);
        if (s == STATUS_AGAIN && now_us() < end_us)
            clock_sleep_us(FULL_PAUSE_US);
        else if (s != STATUS_OK)
            return s;
        bytes = bytes_of(bytes.data + taken, bytes.size - taken);
    }
    return STATUS_OK;
}

static enum status send_encrypted(struct camera_wire *wire)
{
    struct bytes output = secure_link_output(wire->link);
    enum status s = send_plain(wire, output);
    if (s == STATUS_OK)
        secure_link_output_consume(wire->link, output.size);
    return s;
}

/* What the socket has, into the link. */
static enum status receive_encrypted(struct camera_wire *wire, int timeout_ms)
{
    uint8_t received[ENCRYPTED_BYTES];
    size_t got = 0;
    enum status s = send_encrypted(wire);
    if (s == STATUS_OK)
        s = socket_wait_readable(wire->socket, timeout_ms);
    if (s == STATUS_OK)
        s = socket_read(wire->socket, received, sizeof received, &got);
    return s == STATUS_OK
               ? secure_link_receive(wire->link, bytes_of(received, got))
               : s;
}

/* Up to the proof of the certificate. */
static enum status begin_tls(struct camera_wire *wire,
                             uint8_t seen[TLS_FINGERPRINT_SIZE])
{
    const struct camera_target *target = wire->target;
    int64_t end_us = now_us() + (int64_t)CAMERA_CONNECT_MS * MS_US;
    struct bytes pin =
        bytes_of(target->pin, target->has_pin ? sizeof target->pin : 0);
    enum status s = tls_client_create(&wire->tls);
    if (s == STATUS_OK)
        s = secure_link_create(wire->tls, pin, &wire->link);
    while (s == STATUS_OK && !secure_link_is_trusted(wire->link)) {
        uint8_t nothing[1];
        size_t used = 0;
        s = receive_encrypted(wire,
                              (int)((end_us - now_us()) / MS_US) + 1);
        if (s == STATUS_OK)
            s = secure_link_read(wire->link, nothing, sizeof nothing, &used);
        if (used > 0)
            s = STATUS_BAD_INPUT; /* no camera speaks first */
        if (s == STATUS_AGAIN && now_us() < end_us)
            s = STATUS_OK;
    }
    if (wire->link == NULL || s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    if (s != STATUS_DENIED)
        return STATUS_BAD_INPUT; /* it hung up, said nothing, or no TLS */
    struct bytes shown = secure_link_seen(wire->link);
    if (shown.size == TLS_FINGERPRINT_SIZE)
        memcpy(seen, shown.data, TLS_FINGERPRINT_SIZE);
    return STATUS_CONFLICT;
}

enum status camera_wire_open(const struct camera_target *target, uint16_t port,
                             uint8_t seen[TLS_FINGERPRINT_SIZE],
                             struct camera_wire **out)
{
    *out = NULL;
    AUTO(camera_wire_close) struct camera_wire *wire =
        alloc_zeroed(sizeof *wire);
    if (wire == NULL)
        return STATUS_NO_MEMORY;
    wire->target = target;
    wire->socket = -1;
    enum status s = connect_socket(wire, port);
    if (s == STATUS_OK && target->camera->is_secure)
        s = begin_tls(wire, seen);
    if (s != STATUS_OK)
        return s;
    *out = wire;
    wire = NULL;
    return STATUS_OK;
}

void camera_wire_close(struct camera_wire **wire)
{
    if (*wire == NULL)
        return;
    secure_link_destroy(&(*wire)->link);
    tls_client_destroy(&(*wire)->tls);
    socket_close(&(*wire)->socket);
    alloc_free(*wire);
    *wire = NULL;
}

enum status camera_wire_datagrams(const struct camera_wire *wire,
                                  struct socket_datagrams *out)
{
    return socket_datagrams_open(wire->socket, out);
}

enum status camera_wire_send(struct camera_wire *wire, struct bytes bytes)
{
    if (wire->link == NULL)
        return send_plain(wire, bytes);
    enum status s = secure_link_write(wire->link, bytes);
    return s == STATUS_OK ? send_encrypted(wire) : s;
}

enum status camera_wire_read(struct camera_wire *wire, void *out, size_t size,
                             int timeout_ms, size_t *used)
{
    enum status s = STATUS_OK;
    if (wire->link == NULL) {
        s = socket_wait_readable(wire->socket, timeout_ms);
        return s == STATUS_OK ? socket_read(wire->socket, out, size, used) : s;
    }
    s = secure_link_read(wire->link, out, size, used);
    if (s != STATUS_AGAIN)
        return s;
    s = receive_encrypted(wire, timeout_ms);
    return s == STATUS_OK ? secure_link_read(wire->link, out, size, used) : s;
}
