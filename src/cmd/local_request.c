/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local_request.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/socket.h"
#include "wire/message.h"

enum { TIMEOUT_MS = 10000, PATH_SIZE = 1200, PIECE_BYTES = 16384 };

static enum status send_request(int socket, const char *path)
{
    char request[PATH_SIZE + 128];
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: localhost\r\n"
                        "Connection: close\r\n\r\n",
                        path);
    if (size < 0 || (size_t)size >= sizeof request)
        return STATUS_LIMIT;
    size_t taken = 0;
    enum status s = socket_write(socket, bytes_of(request, (size_t)size),
                                 &taken);
    return s == STATUS_OK && taken != (size_t)size ? STATUS_IO : s;
}

static enum status receive(int socket, struct wire_message *answer)
{
    uint8_t piece[PIECE_BYTES];
    enum status s = STATUS_AGAIN;
    while (s == STATUS_AGAIN) {
        size_t got = 0;
        size_t used = 0;
        s = socket_wait_readable(socket, TIMEOUT_MS);
        if (s != STATUS_OK)
            return s;
        s = socket_read(socket, piece, sizeof piece, &got);
        if (s == STATUS_OK)
            s = wire_message_input(answer, bytes_of(piece, got), &used);
        else if (s == STATUS_END)
            s = STATUS_IO;
    }
    return s;
}

static void close_socket(int *socket)
{
    socket_close(socket);
}

enum status local_request(const char *directory, const char *path,
                          unsigned *code, struct buffer *body)
{
    char socket_path[PATH_SIZE];
    AUTO(close_socket) int socket = -1;
    AUTO(wire_message_deinit) struct wire_message answer;
    wire_message_init(&answer, WIRE_HTTP_RESPONSE, &WIRE_LIMITS_HTTP);
    (void)snprintf(socket_path, sizeof socket_path, "%s/run/api.sock",
                   directory);
    enum status s = socket_connect_unix(socket_path, &socket);
    if (s == STATUS_OK)
        s = send_request(socket, path);
    if (s == STATUS_OK)
        s = receive(socket, &answer);
    if (s != STATUS_OK)
        return s;
    *code = wire_message_status_code(&answer);
    buffer_append(body, wire_message_body(&answer));
    return buffer_status(body);
}
