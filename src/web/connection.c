/* SPDX-License-Identifier: Apache-2.0 */
#include "web/connection.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/writer.h"
#include "crypto/tls.h"
#include "web/limits.h"
#include "wire/message.h"

enum {
    PLAIN_SIZE = 16384,      /* bytes decrypted at a time */
    SEALED_AT_ONCE = 131072, /* bytes encrypted ahead of the socket */
};

enum stage {
    STAGE_HEAD,      /* the first or next request's head is awaited */
    STAGE_IDLE,      /* answered; nothing of a next request is here */
    STAGE_BODY,      /* head whole */
    STAGE_BUSY,      /* request given out, answer not begun */
    STAGE_ANSWERING, /* answer in pieces */
    STAGE_LAST,      /* nothing more is read; the output goes, then linger */
    STAGE_OVER,
};

struct connection {
    struct tls_session *tls; /* NULL: plain text */
    enum stage stage;
    int64_t stage_ms;    /* since when */
    int64_t progress_ms; /* when the peer last took enough, or had to begin */
    size_t taken;        /* bytes since then */
    bool peer_closed;
    bool is_head;       /* the request is HEAD: no body in the answer */
    bool closes;        /* after this answer */
    bool is_chunked;    /* the answer in pieces */
    uint64_t promised;  /* bytes of it still to come, without chunks */
    struct buffer raw;  /* plain text only: received, not parsed */
    size_t plain_from;  /* decrypted, not parsed: plain[from..to] */
    size_t plain_to;
    struct buffer queue; /* answers, not encrypted; sent up to queue_from */
    size_t queue_from;
    struct wire_message message;
    uint8_t plain[PLAIN_SIZE];
};

enum status connection_create(struct tls_server *server, int64_t now_ms,
                              struct connection **out)
{
    *out = NULL;
    AUTO(connection_destroy)
    struct connection *connection = alloc_zeroed(sizeof *connection);
    if (connection == NULL)
        return STATUS_NO_MEMORY;
    connection->stage = STAGE_HEAD;
    connection->stage_ms = now_ms;
    connection->progress_ms = now_ms;
    connection->raw = buffer_with_limit(PLAIN_SIZE);
    connection->queue = buffer_with_limit(WEB_OUTPUT_MAX);
    wire_message_init(&connection->message, WIRE_HTTP_REQUEST,
                      &WIRE_LIMITS_HTTP);
    if (server != NULL) {
        enum status s = tls_session_create(server, &connection->tls);
        if (s != STATUS_OK)
            return s;
    }
    *out = connection;
    connection = NULL;
    return STATUS_OK;
}

void connection_destroy(struct connection **connection)
{
    struct connection *old = *connection;
    if (old == NULL)
        return;
    tls_session_destroy(&old->tls);
    wire_message_deinit(&old->message);
    buffer_deinit(&old->raw);
    buffer_deinit(&old->queue);
    alloc_free(old);
    *connection = NULL;
}

static void enter(struct connection *connection, enum stage stage,
                  int64_t now_ms)
{
    connection->stage = stage;
    connection->stage_ms = now_ms;
}

/* ---- receiving ------------------------------------------------------------ */

static bool is_reading(const struct connection *connection)
{
    return connection->stage == STAGE_HEAD ||
           connection->stage == STAGE_IDLE || connection->stage == STAGE_BODY;
}

/* A peer who asks for more than it takes has to wait. */
static bool is_full(const struct connection *connection)
{
    return connection_waiting(connection) >= WEB_OUTPUT_NEXT;
}

size_t connection_room(const struct connection *connection)
{
    /* The last stage reads and drops, so that closing does not reset what is
     * still on its way to the peer. */
    if (connection->peer_closed || connection->stage == STAGE_OVER)
        return 0;
    if (connection->stage != STAGE_LAST &&
        (!is_reading(connection) || is_full(connection)))
        return 0;
    return PLAIN_SIZE - connection->raw.size;
}

enum status connection_receive(struct connection *connection,
                               struct bytes received)
{
    if (connection->stage == STAGE_LAST)
        return STATUS_OK;
    if (connection->tls != NULL)
        return tls_session_receive(connection->tls, received);
    if (received.size > connection_room(connection))
        return STATUS_LIMIT;
    buffer_append(&connection->raw, received);
    return buffer_status(&connection->raw);
}

/* Plain text that is not parsed yet; AGAIN, END or BAD_INPUT without any. */
static enum status refill(struct connection *connection, struct bytes *out)
{
    if (connection->plain_from == connection->plain_to) {
        size_t used = 0;
        enum status s = STATUS_OK;
        if (connection->tls != NULL) {
            s = tls_session_read(connection->tls, connection->plain,
                                 sizeof connection->plain, &used);
        } else {
            struct writer w =
                writer_on(connection->plain, sizeof connection->plain);
            writer_bytes(&w, buffer_bytes(&connection->raw));
            used = w.used;
            buffer_clear(&connection->raw);
            s = used > 0 ? STATUS_OK : STATUS_AGAIN;
        }
        connection->plain_from = 0;
        connection->plain_to = used;
        if (s != STATUS_OK)
            return s;
    }
    *out = bytes_of(connection->plain + connection->plain_from,
                    connection->plain_to - connection->plain_from);
    return STATUS_OK;
}

/* A limit is found at the header that breaks it, which is then the last. */
static enum problem problem_of_limit(const struct wire_message *message)
{
    struct text name;
    struct text value;
    if (message->header_count == 0 ||
        !wire_message_header_at(message, message->header_count - 1, &name,
                                &value))
        return PROBLEM_HEAD_TOO_LARGE;
    if (text_equal_ignore_case(name, text_of("Transfer-Encoding")))
        return PROBLEM_NO_LENGTH;
    if (text_equal_ignore_case(name, text_of("Content-Length")))
        return PROBLEM_BODY_TOO_LARGE;
    return PROBLEM_HEAD_TOO_LARGE;
}

static enum problem problem_of_message(enum status status,
                                       const struct wire_message *message)
{
    if (status == STATUS_NO_MEMORY)
        return PROBLEM_GATE_AWAY;
    return status == STATUS_LIMIT ? problem_of_limit(message)
                                  : PROBLEM_BAD_REQUEST;
}

static enum status refuse_and_end(struct connection *connection,
                                  enum problem problem, int64_t now_ms)
{
    connection->closes = true;
    connection_refuse(connection, problem, now_ms);
    return STATUS_END;
}

/* Notes that a head has begun, or is whole, and looks for an Expect. */
static bool follow_head(struct connection *connection, int64_t now_ms)
{
    if (connection->stage == STAGE_IDLE &&
        !wire_message_is_empty(&connection->message))
        enter(connection, STAGE_HEAD, now_ms);
    if (connection->stage != STAGE_HEAD ||
        !wire_message_has_head(&connection->message))
        return true;
    enter(connection, STAGE_BODY, now_ms);
    struct text expectation;
    return !wire_message_header(&connection->message, "Expect", &expectation);
}

static enum status end_of_input(struct connection *connection,
                                enum status status, int64_t now_ms)
{
    if (status == STATUS_AGAIN && !connection->peer_closed)
        return STATUS_AGAIN;
    enter(connection, STAGE_LAST, now_ms);
    return STATUS_END;
}

static enum status give_out(struct connection *connection, int64_t now_ms,
                            struct request *out)
{
    enum problem why = PROBLEM_INTERNAL;
    if (request_read(&connection->message, out, &why) != STATUS_OK)
        return refuse_and_end(connection, why, now_ms);
    connection->is_head = out->method == METHOD_HEAD;
    connection->closes = out->wants_close;
    enter(connection, STAGE_BUSY, now_ms);
    return STATUS_OK;
}

enum status connection_next(struct connection *connection, int64_t now_ms,
                            struct request *out)
{
    if (connection->stage == STAGE_LAST || connection->stage == STAGE_OVER)
        return STATUS_END;
    while (is_reading(connection) && !is_full(connection)) {
        struct bytes input;
        enum status s = refill(connection, &input);
        if (s != STATUS_OK)
            return end_of_input(connection, s, now_ms);
        size_t used = 0;
        s = wire_message_input(&connection->message, input, &used);
        connection->plain_from += used;
        if (s != STATUS_OK && s != STATUS_AGAIN)
            return refuse_and_end(
                connection, problem_of_message(s, &connection->message),
                now_ms);
        if (!follow_head(connection, now_ms))
            return refuse_and_end(connection, PROBLEM_EXPECTATION, now_ms);
        if (s == STATUS_OK)
            return give_out(connection, now_ms, out);
    }
    return STATUS_AGAIN;
}

/* ---- answering ------------------------------------------------------------ */

static void note_progress(struct connection *connection, int64_t now_ms)
{
    connection->progress_ms = now_ms;
    connection->taken = 0;
}

static void enqueue(struct connection *connection, struct bytes bytes,
                    int64_t now_ms)
{
    struct buffer *queue = &connection->queue;
    if (connection_waiting(connection) == 0)
        note_progress(connection, now_ms);
    if (connection->queue_from > 0 &&
        connection->queue_from >= queue->size / 2) {
        buffer_consume(queue, connection->queue_from);
        connection->queue_from = 0;
    }
    buffer_append(queue, bytes);
    if (queue->failed)
        connection_abort(connection);
}

static void answered(struct connection *connection, int64_t now_ms)
{
    if (connection->stage == STAGE_OVER)
        return;
    wire_message_reset(&connection->message);
    enter(connection, connection->closes ? STAGE_LAST : STAGE_IDLE, now_ms);
}

static void enqueue_head(struct connection *connection,
                         const struct response *response, int64_t now_ms)
{
    struct buffer head = buffer_with_limit(16384);
    response_write_head(response, &head);
    if (head.failed)
        connection_abort(connection);
    else
        enqueue(connection, buffer_bytes(&head), now_ms);
    buffer_deinit(&head);
}

void connection_answer(struct connection *connection,
                       const struct response *response, struct bytes body,
                       int64_t now_ms)
{
    struct response whole = *response;
    whole.body_size = body.size;
    whole.is_chunked = false;
    whole.closes = connection->closes;
    enqueue_head(connection, &whole, now_ms);
    if (!connection->is_head)
        enqueue(connection, body, now_ms);
    connection->is_head = false;
    answered(connection, now_ms);
}

void connection_refuse(struct connection *connection, enum problem problem,
                       int64_t now_ms)
{
    struct buffer json = buffer_with_limit(4096);
    problem_write(problem, &json);
    const struct response response = {
        .code = problem_http_code(problem),
        .kind = RESPONSE_API,
        .type = "application/json; charset=utf-8",
    };
    connection_answer(connection, &response, buffer_bytes(&json), now_ms);
    buffer_deinit(&json);
}

void connection_stream_begin(struct connection *connection,
                             const struct response *response, int64_t now_ms)
{
    struct response whole = *response;
    whole.closes = connection->closes;
    connection->is_chunked = response->is_chunked;
    connection->promised = response->body_size;
    enqueue_head(connection, &whole, now_ms);
    if (connection->stage != STAGE_OVER)
        enter(connection, STAGE_ANSWERING, now_ms);
}

void connection_stream_write(struct connection *connection,
                             const struct bytes *parts, size_t count,
                             int64_t now_ms)
{
    uint64_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    if (connection->stage != STAGE_ANSWERING || size == 0)
        return;
    if (connection->is_chunked) {
        struct buffer line = buffer_with_limit(64);
        buffer_format(&line, "%llx\r\n", (unsigned long long)size);
        enqueue(connection, buffer_bytes(&line), now_ms);
        buffer_deinit(&line);
    } else if (size > connection->promised) {
        connection_abort(connection);
        return;
    } else {
        connection->promised -= size;
    }
    for (size_t i = 0; i < count; i++)
        enqueue(connection, parts[i], now_ms);
    if (connection->is_chunked)
        enqueue(connection, bytes_of("\r\n", 2), now_ms);
}

void connection_stream_end(struct connection *connection, int64_t now_ms)
{
    if (connection->stage != STAGE_ANSWERING)
        return;
    if (!connection->is_chunked && connection->promised > 0) {
        connection_abort(connection);
        return;
    }
    if (connection->is_chunked)
        enqueue(connection, bytes_of("0\r\n\r\n", 5), now_ms);
    answered(connection, now_ms);
}

void connection_abort(struct connection *connection)
{
    connection->stage = STAGE_OVER;
}

/* ---- sending -------------------------------------------------------------- */

static size_t queued(const struct connection *connection)
{
    return connection->queue.size - connection->queue_from;
}

size_t connection_waiting(const struct connection *connection)
{
    size_t sealed = connection->tls == NULL
                        ? 0
                        : tls_session_output(connection->tls).size;
    return sealed + queued(connection);
}

/* Encrypts some more, once the socket has taken what was encrypted. */
static void seal_more(struct connection *connection)
{
    if (connection->tls == NULL || queued(connection) == 0 ||
        tls_session_output(connection->tls).size > 0)
        return;
    struct bytes next =
        bytes_of(connection->queue.data + connection->queue_from,
                 queued(connection));
    if (next.size > SEALED_AT_ONCE)
        next.size = SEALED_AT_ONCE;
    if (tls_session_write(connection->tls, next) == STATUS_OK)
        connection->queue_from += next.size;
    else
        connection_abort(connection);
    if (connection->stage == STAGE_LAST && queued(connection) == 0)
        tls_session_close(connection->tls);
}

struct bytes connection_output(struct connection *connection)
{
    if (connection->tls == NULL)
        return queued(connection) == 0
                   ? (struct bytes){NULL, 0}
                   : bytes_of(connection->queue.data + connection->queue_from,
                              queued(connection));
    seal_more(connection);
    return tls_session_output(connection->tls);
}

void connection_output_consume(struct connection *connection, size_t size,
                               int64_t now_ms)
{
    if (connection->tls != NULL)
        tls_session_output_consume(connection->tls, size);
    else
        connection->queue_from += size;
    if (queued(connection) == 0) {
        connection->queue_from = 0;
        buffer_clear(&connection->queue);
    }
    connection->taken += size;
    bool is_all = connection_waiting(connection) == 0;
    if (is_all || connection->taken >= WEB_WRITE_LEAST)
        note_progress(connection, now_ms);
    /* Lingering begins when the last byte has gone. */
    if (connection->stage == STAGE_LAST && is_all)
        connection->stage_ms = now_ms;
}

/* ---- time ----------------------------------------------------------------- */

void connection_peer_closed(struct connection *connection)
{
    connection->peer_closed = true;
}

int64_t connection_deadline_ms(const struct connection *connection)
{
    int64_t due = INT64_MAX;
    switch (connection->stage) {
    case STAGE_HEAD:
        due = connection->stage_ms + WEB_HEAD_MS;
        break;
    case STAGE_IDLE:
        due = connection->stage_ms + WEB_IDLE_MS;
        break;
    case STAGE_BODY:
        due = connection->stage_ms + WEB_BODY_MS;
        break;
    case STAGE_LAST:
        due = connection_waiting(connection) == 0
                  ? connection->stage_ms + WEB_LINGER_MS
                  : INT64_MAX;
        break;
    case STAGE_OVER:
        return 0;
    case STAGE_BUSY:
    case STAGE_ANSWERING:
        break;
    }
    if (connection_waiting(connection) > 0 &&
        connection->progress_ms + WEB_WRITE_MS < due)
        due = connection->progress_ms + WEB_WRITE_MS;
    return due;
}

void connection_expire(struct connection *connection, int64_t now_ms)
{
    if (now_ms < connection_deadline_ms(connection))
        return;
    bool is_ready =
        connection->tls == NULL || tls_session_is_ready(connection->tls);
    bool is_late = connection->stage == STAGE_BODY ||
                   (connection->stage == STAGE_HEAD &&
                    !wire_message_is_empty(&connection->message));
    if (is_late && is_ready && connection_waiting(connection) == 0)
        (void)refuse_and_end(connection, PROBLEM_TOO_SLOW, now_ms);
    else
        connection_abort(connection);
}

bool connection_is_over(const struct connection *connection)
{
    if (connection->stage == STAGE_OVER)
        return true;
    return connection->stage == STAGE_LAST && connection->peer_closed &&
           connection_waiting(connection) == 0;
}
