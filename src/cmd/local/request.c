/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/request.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/command.h"
#include "crypto/secret.h"
#include "sys/socket.h"
#include "web/cookie.h"
#include "wire/message.h"

enum {
    TIMEOUT_MS = 10000,
    PATH_SIZE = 1200,
    REQUEST_MAX = 16384,
    PIECE_BYTES = 16384,
};

/* Larger than a browser's requests: a record of a destruction. */
static const struct wire_message_limits LIMITS = {
    .start_line_bytes = WIRE_START_LINE_BYTES_MAX,
    .header_line_bytes = WIRE_HEADER_LINE_BYTES_MAX,
    .headers = WIRE_HEADERS_MAX,
    .head_bytes = WIRE_HEAD_BYTES_MAX,
    .body_bytes = WIRE_BODY_BYTES_MAX,
};

static enum status send_request(int socket, const struct local_call *call)
{
    AUTO(buffer_deinit) struct buffer request = buffer_with_limit(REQUEST_MAX);
    buffer_format(&request,
                  "%s %s HTTP/1.1\r\nHost: localhost\r\nX-Haechi: 1\r\n"
                  "Connection: close\r\n",
                  call->method == NULL ? "GET" : call->method, call->path);
    if (call->session != NULL && call->session[0] != 0)
        buffer_format(&request, "Cookie: __Host-haechi=%s\r\n", call->session);
    if (call->body.size > 0)
        buffer_format(&request,
                      "Content-Type: application/json\r\n"
                      "Content-Length: %zu\r\n",
                      call->body.size);
    buffer_append_text(&request, "\r\n");
    buffer_append(&request, text_bytes(call->body));
    size_t taken = 0;
    enum status s = request.failed ? STATUS_LIMIT
                                   : socket_write(socket,
                                                  buffer_bytes(&request),
                                                  &taken);
    if (request.data != NULL) /* it may hold a password */
        secret_wipe(request.data, request.capacity);
    return s == STATUS_OK && taken != request.size ? STATUS_IO : s;
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

enum status local_request_begin(const char *directory,
                                const struct local_call *call, int *socket)
{
    char socket_path[PATH_SIZE];
    (void)snprintf(socket_path, sizeof socket_path, "%s/run/api.sock",
                   directory);
    enum status s = socket_connect_unix(socket_path, socket);
    return s == STATUS_OK ? send_request(*socket, call) : s;
}

enum status local_request(const char *directory, const struct local_call *call,
                          struct local_answer *answer)
{
    AUTO(close_socket) int socket = -1;
    AUTO(wire_message_deinit) struct wire_message message;
    *answer = (struct local_answer){.body = buffer_with_limit(LOCAL_BODY_MAX)};
    wire_message_init(&message, WIRE_HTTP_RESPONSE, &LIMITS);
    enum status s = local_request_begin(directory, call, &socket);
    if (s == STATUS_OK)
        s = receive(socket, &message);
    if (s != STATUS_OK)
        return s;
    answer->code = wire_message_status_code(&message);
    struct text cookie = wire_message_header_or_empty(&message, "Set-Cookie");
    (void)text_copy(cookie_session(cookie), answer->session,
                    sizeof answer->session);
    buffer_append(&answer->body, wire_message_body(&message));
    return buffer_status(&answer->body);
}

void local_answer_deinit(struct local_answer *answer)
{
    secret_wipe(answer->session, sizeof answer->session);
    buffer_deinit(&answer->body);
}

int local_request_explain(const char *directory, enum status status)
{
    const char *remedy = "is it running? start it with haechi run or haechi "
                         "demo, and ask as the same user or as root";
    if (status == STATUS_AGAIN)
        remedy = "no answer in time; look at its log";
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", directory,
                  status_name(status), remedy);
    return EXIT_ENVIRONMENT;
}
