/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipc/channel - requests and late answers on a SOCK_SEQPACKET socket.
 *
 * One packet is one message (ipc/message.h). Either side may have many
 * requests open; an answer may come at any later time. Nothing blocks: packets
 * that the socket does not take are queued, up to a limit. Every packet is
 * wiped when it has been sent or handled: keys and passwords pass here.
 *
 * Web and ingest are not read from while too many of their questions are
 * unanswered, or too many bytes of answers wait for them to receive. What they
 * ask meanwhile waits in their socket and costs us nothing.
 *
 * A peer that sends what the table does not allow is a broken sibling. One that
 * asks this process (a smaller rank) is cut off as if it had closed, and so is
 * every role by the supervisor: nobody ends by a packet a process that others
 * rely on; channel_is_broken tells, and the supervisor starts the broken one
 * afresh. Where it is one that this process asks, or the supervisor, the
 * channel ends the process. A peer that closes is reported once.
 *
 * Threads: the loop's.
 */
#ifndef IPC_CHANNEL_H
#define IPC_CHANNEL_H

#include <stdbool.h>

#include "base/status.h"
#include "ipc/message.h"

struct loop;
struct channel;

enum {
    /* Waiting for the socket, of any peer. */
    CHANNEL_QUEUE_MAX = 4096, /* packets */
    CHANNEL_QUEUE_BYTES_MAX = 32 * 1024 * 1024,

    /* Of web and ingest: above these their questions wait unread. */
    CHANNEL_OWED_MAX = 1024, /* questions and queued answers: twice web's
                              * connections */
    CHANNEL_UNSENT_MAX = 8 * 1024 * 1024, /* bytes of queued answers */

    /* Memory that went along and that the peer has not received yet. */
    CHANNEL_LENT_MAX = 192 * 1024 * 1024, /* bytes */
    CHANNEL_LENT_COUNT_MAX = 64,          /* descriptors */
};

/* Runs once, when the peer has closed; may destroy the channel. */
typedef void channel_closed_fn(void *context, struct channel *channel);

/*
 * Takes over descriptor, a connected SOCK_SEQPACKET socket. self and peer are
 * checked against each message's sender and receiver. handlers is borrowed and
 * outlives the channel.
 * Fails with: NO_MEMORY, IO. On failure the descriptor is closed.
 */
MUST_USE enum status channel_create(struct loop *loop, int descriptor,
                                    enum role self, enum role peer,
                                    const struct message_handlers *handlers,
                                    channel_closed_fn *on_closed,
                                    void *closed_context,
                                    struct channel **out);

/* Closes; open requests get no callback any more. *channel may be NULL. */
void channel_destroy(struct channel **channel);

enum role channel_peer(const struct channel *channel);

/* Whether the peer was cut off for what it sent. */
bool channel_is_broken(const struct channel *channel);

/*
 * Whether further memory may be made for this peer: false while it has not
 * received CHANNEL_LENT_MAX bytes, or CHANNEL_LENT_COUNT_MAX descriptors, of
 * what was sent to it. Nothing tells when that changes: ask again later.
 */
bool channel_may_lend(struct channel *channel);

/* What ipc/message.c builds on: encode into a packet, send, remember. */
typedef void channel_encode_fn(const void *message, struct writer *out);
typedef void channel_user_fn(void);
/* status IO: the peer has gone. Returns BAD_INPUT for fields that do not
 * decode. descriptor belongs to the callee. */
typedef enum status channel_reply_fn(void *context, enum status status,
                                     struct bytes fields, uint32_t id,
                                     int descriptor, channel_user_fn *user);

/* user: handed back to on_reply. */
MUST_USE enum status channel_request(struct channel *channel,
                                     enum message_kind kind,
                                     channel_encode_fn *encode,
                                     const void *message, int descriptor,
                                     channel_reply_fn *on_reply,
                                     void *context, channel_user_fn *user);

MUST_USE enum status channel_answer(struct channel *channel,
                                    enum message_kind kind, uint32_t id,
                                    enum status status,
                                    channel_encode_fn *encode,
                                    const void *reply, int descriptor);

#endif
