/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/connection - one browser: TLS, requests one after the other, answers
 * whole or in pieces, and the time each step may take. Without a socket.
 *
 *   received bytes -> connection_receive -> connection_next -> struct request
 *   sent bytes     <- connection_output  <- connection_answer, _stream_*
 *
 * Deadlines are absolute from the event that begins a step (web/limits.h), so
 * that a peer who drips bytes gains nothing: the head (with the handshake) from
 * its first moment, the body from the end of the head, an idle connection from
 * its last answer, an answer from when the peer last took WEB_WRITE_LEAST bytes
 * of it, or all there were.
 *
 * Requests that arrive before their turn wait (pipelining is sequential).
 * Times are milliseconds of the boot clock. Threads: the loop's.
 */
#ifndef WEB_CONNECTION_H
#define WEB_CONNECTION_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "web/request.h"
#include "web/response.h"

struct connection;
struct tls_server;

/* server: NULL for plain text (the local socket). Fails with: NO_MEMORY. */
MUST_USE enum status connection_create(struct tls_server *server,
                                       int64_t now_ms,
                                       struct connection **out);
void connection_destroy(struct connection **connection);

/* How many bytes connection_receive takes now; 0: read no further yet. */
size_t connection_room(const struct connection *connection);

/* Fails with: LIMIT (more than there is room for), NO_MEMORY. */
MUST_USE enum status connection_receive(struct connection *connection,
                                        struct bytes received);

/*
 * The next request, whole; its views live until the answer is begun. Answers
 * by itself what is not HTTP as we read it, and then ends the connection.
 * Fails with: AGAIN (not yet, or an answer is due first), END (drop the
 * connection once its output has gone).
 */
MUST_USE enum status connection_next(struct connection *connection,
                                     int64_t now_ms, struct request *out);

/*
 * Answers the request. body is copied; it is left out for HEAD. *response:
 * body_size and closes are filled in here.
 */
void connection_answer(struct connection *connection,
                       const struct response *response, struct bytes body,
                       int64_t now_ms);

/* The document of problem.h. */
void connection_refuse(struct connection *connection, enum problem problem,
                       int64_t now_ms);

/*
 * An answer in pieces: of response->body_size bytes in all, or, is_chunked,
 * until its end. connection_stream_end completes it; what has not been written
 * of a promised size makes it an abort.
 */
void connection_stream_begin(struct connection *connection,
                             const struct response *response, int64_t now_ms);
void connection_stream_write(struct connection *connection,
                             const struct bytes *parts, size_t count,
                             int64_t now_ms);
void connection_stream_end(struct connection *connection, int64_t now_ms);

/* Ends it where it stands: the peer sees that something is missing. */
void connection_abort(struct connection *connection);

/* Bytes of answers that the peer has not taken yet. */
size_t connection_waiting(const struct connection *connection);

/* What is to be sent next. Borrowed until the next call. */
struct bytes connection_output(struct connection *connection);

/* The first size bytes of the output have been sent. */
void connection_output_consume(struct connection *connection, size_t size,
                               int64_t now_ms);

/* The peer has closed its side: nothing more will be received. */
void connection_peer_closed(struct connection *connection);

/*
 * What time has done: after now_ms >= the deadline, a late head or body is
 * answered (408) and anything else ends. INT64_MAX: nothing is due.
 */
int64_t connection_deadline_ms(const struct connection *connection);
void connection_expire(struct connection *connection, int64_t now_ms);

/* All is said, or nothing can be said any more: close the socket. */
bool connection_is_over(const struct connection *connection);

#endif
