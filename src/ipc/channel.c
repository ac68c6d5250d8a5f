/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/channel.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "sys/logger.h"
#include "sys/loop.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum { PACKETS_PER_TURN = 64 };

/* A request of ours that waits for its answer. */
struct pending {
    uint32_t id;
    enum message_kind kind;
    channel_reply_fn *on_reply;
    void *context;
    channel_user_fn *user;
};

/* A packet that the socket did not take yet. */
struct packet {
    struct packet *next;
    size_t size;
    int descriptor;
    uint8_t data[];
};

struct channel {
    struct loop *loop;
    struct watch *watch;
    int descriptor;
    enum role self;
    enum role peer;
    const struct message_handlers *handlers;
    channel_closed_fn *on_closed;
    void *closed_context;
    uint32_t next_id;
    struct pending *pending;
    size_t pending_count;
    size_t pending_capacity;
    struct packet *queue_first;
    struct packet **queue_end;
    size_t queue_count;
    size_t queue_bytes;
    size_t unanswered; /* the peer's questions */
    size_t lent_bytes; /* since the peer had last received all */
    size_t lent_count;
    uint8_t *inbox;  /* MESSAGE_SIZE_MAX bytes, the packet being handled */
    uint8_t *outbox; /* MESSAGE_SIZE_MAX bytes, the packet being encoded */
    bool is_busy;   /* inside a callback: destroy must wait */
    bool is_doomed; /* destroyed inside a callback */
    bool is_broken; /* by the peer; cut off */
};

static void on_event(void *context, struct watch *watch, unsigned events);

/* The first of the queue, sent or given up. Packets bear keys and passwords. */
static void drop_first(struct channel *channel)
{
    struct packet *packet = channel->queue_first;
    channel->queue_first = packet->next;
    if (channel->queue_first == NULL)
        channel->queue_end = &channel->queue_first;
    channel->queue_count--;
    channel->queue_bytes -= packet->size;
    if (packet->descriptor >= 0)
        (void)close(packet->descriptor);
    secret_wipe(packet->data, packet->size);
    alloc_free(packet);
}

static void release(struct channel *channel)
{
    watch_destroy(&channel->watch);
    if (channel->descriptor >= 0)
        (void)close(channel->descriptor);
    while (channel->queue_first != NULL)
        drop_first(channel);
    alloc_free(channel->pending);
    alloc_free(channel->inbox);
    alloc_free(channel->outbox);
    alloc_free(channel);
}

enum status channel_create(struct loop *loop, int descriptor, enum role self,
                           enum role peer,
                           const struct message_handlers *handlers,
                           channel_closed_fn *on_closed, void *closed_context,
                           struct channel **out)
{
    *out = NULL;
    struct channel *channel = alloc_zeroed(sizeof *channel);
    if (channel == NULL) {
        (void)close(descriptor);
        return STATUS_NO_MEMORY;
    }
    *channel = (struct channel){
        .loop = loop,
        .descriptor = descriptor,
        .self = self,
        .peer = peer,
        .handlers = handlers,
        .on_closed = on_closed,
        .closed_context = closed_context,
        .next_id = 1,
        .inbox = alloc_array(MESSAGE_SIZE_MAX, 1),
        .outbox = alloc_array(MESSAGE_SIZE_MAX, 1),
    };
    channel->queue_end = &channel->queue_first;
    enum status s =
        channel->inbox == NULL || channel->outbox == NULL
            ? STATUS_NO_MEMORY
            : watch_create(loop, descriptor, WATCH_READ, role_name(peer),
                           on_event, channel, &channel->watch);
    if (s != STATUS_OK) {
        release(channel);
        return s;
    }
    *out = channel;
    return STATUS_OK;
}

void channel_destroy(struct channel **channel)
{
    struct channel *old = *channel;
    *channel = NULL;
    if (old == NULL)
        return;
    if (old->is_busy)
        old->is_doomed = true;
    else
        release(old);
}

enum role channel_peer(const struct channel *channel)
{
    return channel->peer;
}

bool channel_is_broken(const struct channel *channel)
{
    return channel->is_broken;
}

/* Those that read strangers' bytes are taken for captured. */
static bool may_be_captured(const struct channel *channel)
{
    return channel->peer == ROLE_WEB || channel->peer == ROLE_INGEST ||
           channel->peer == ROLE_COURIER || channel->peer == ROLE_WORK ||
           channel->peer == ROLE_LISTENER;
}

static bool may_ask(const struct channel *channel)
{
    return !may_be_captured(channel) ||
           (channel->unanswered + channel->queue_count < CHANNEL_OWED_MAX &&
            channel->queue_bytes < CHANNEL_UNSENT_MAX);
}

/* Listens for what can be gone on with. */
static void set_watch(struct channel *channel)
{
    if (channel->watch == NULL)
        return; /* the peer has gone */
    unsigned events = may_ask(channel) ? WATCH_READ : WATCH_HANGUP;
    if (channel->queue_first != NULL)
        events |= WATCH_WRITE;
    watch_set(channel->watch, events);
}

/*
 * A sibling broke the protocol: nothing it says can be trusted any more. One
 * that asks us is cut off, so that it cannot end recording, the log or deletion
 * by a packet; with one that we ask, we are as broken as it is, and the
 * supervisor starts us afresh.
 */
static enum status broken_sibling(struct channel *channel,
                                  enum message_kind kind, const char *why)
{
    log_line(LOG_ERROR, "impossible message kind=%s peer=%s: %s",
             message_name(kind), role_name(channel->peer), why);
    bool asks_us = channel->peer != ROLE_SUPERVISOR &&
                   channel->peer < channel->self;
    if (!asks_us && channel->self != ROLE_SUPERVISOR)
        _exit(70);
    channel->is_broken = true;
    return STATUS_BAD_INPUT;
}

/* ---- sending --------------------------------------------------------------- */

/* Keeps a packet until the socket takes it. */
static enum status queue_packet(struct channel *channel, struct bytes bytes,
                                int descriptor)
{
    if (channel->queue_count >= CHANNEL_QUEUE_MAX ||
        channel->queue_bytes > CHANNEL_QUEUE_BYTES_MAX - bytes.size)
        return STATUS_LIMIT;
    struct packet *packet = alloc_zeroed(sizeof *packet + bytes.size);
    if (packet == NULL)
        return STATUS_NO_MEMORY;
    packet->size = bytes.size;
    packet->descriptor = descriptor;
    memcpy(packet->data, bytes.data, bytes.size);
    *channel->queue_end = packet;
    channel->queue_end = &packet->next;
    channel->queue_count++;
    channel->queue_bytes += bytes.size;
    set_watch(channel);
    return STATUS_OK;
}

bool channel_may_lend(struct channel *channel)
{
    if (channel->queue_first == NULL &&
        socket_unreceived(channel->descriptor) == 0)
        channel->lent_bytes = channel->lent_count = 0;
    return channel->lent_bytes < CHANNEL_LENT_MAX &&
           channel->lent_count < CHANNEL_LENT_COUNT_MAX;
}

/* Memory is on its way: it is the peer's only when it has received it. */
static void note_lent(struct channel *channel, int descriptor)
{
    if (descriptor < 0)
        return;
    channel->lent_bytes += sealed_memory_size(descriptor);
    channel->lent_count++;
}

static enum status send_now_or_later(struct channel *channel,
                                     struct bytes bytes, int descriptor)
{
    enum status s = STATUS_AGAIN;
    note_lent(channel, descriptor);
    if (channel->descriptor < 0)
        s = STATUS_IO;
    else if (channel->queue_first == NULL)
        s = socket_send_packet(channel->descriptor, bytes, descriptor);
    if (s == STATUS_AGAIN) {
        s = queue_packet(channel, bytes, descriptor);
        if (s == STATUS_OK)
            return s; /* the queue owns the descriptor now */
    }
    if (descriptor >= 0)
        (void)close(descriptor);
    return s;
}

struct envelope {
    enum message_kind kind;
    uint32_t id;
    enum status status;
    bool is_reply;
};

static enum status send_message(struct channel *channel,
                                struct envelope envelope,
                                channel_encode_fn *encode, const void *message,
                                int descriptor)
{
    struct writer out = writer_on(channel->outbox, MESSAGE_SIZE_MAX);
    writer_u16be(&out, (uint16_t)envelope.kind);
    writer_u8(&out, envelope.is_reply);
    writer_u8(&out, (uint8_t)envelope.status);
    writer_u32be(&out, envelope.id);
    encode(message, &out);
    if (!out.failed) {
        enum status s =
            send_now_or_later(channel, writer_written(&out), descriptor);
        secret_wipe(channel->outbox, out.used);
        return s;
    }
    secret_wipe(channel->outbox, out.used);
    log_line(LOG_ERROR, "message beyond its limits kind=%s",
             message_name(envelope.kind));
    if (descriptor >= 0)
        (void)close(descriptor);
    return STATUS_LIMIT;
}

static enum status remember(struct channel *channel,
                            const struct pending *pending)
{
    if (channel->pending_count == channel->pending_capacity) {
        size_t capacity =
            channel->pending_capacity == 0 ? 16 : 2 * channel->pending_capacity;
        struct pending *grown =
            alloc_resize(channel->pending, capacity, sizeof *grown);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        channel->pending = grown;
        channel->pending_capacity = capacity;
    }
    channel->pending[channel->pending_count++] = *pending;
    return STATUS_OK;
}

enum status channel_request(struct channel *channel, enum message_kind kind,
                            channel_encode_fn *encode, const void *message,
                            int descriptor, channel_reply_fn *on_reply,
                            void *context, channel_user_fn *user)
{
    enum role receiver = message_receiver(kind);
    if (message_sender(kind) != channel->self ||
        (receiver != channel->peer && receiver != ROLE_COUNT)) {
        if (descriptor >= 0)
            (void)close(descriptor);
        return STATUS_INTERNAL;
    }
    const struct pending pending = {channel->next_id, kind, on_reply, context,
                                    user};
    enum status s = remember(channel, &pending);
    if (s != STATUS_OK) {
        if (descriptor >= 0)
            (void)close(descriptor);
        return s;
    }
    channel->next_id++;
    const struct envelope envelope = {kind, pending.id, STATUS_OK, false};
    s = send_message(channel, envelope, encode, message, descriptor);
    if (s != STATUS_OK)
        channel->pending_count--;
    return s;
}

enum status channel_answer(struct channel *channel, enum message_kind kind,
                           uint32_t id, enum status status,
                           channel_encode_fn *encode, const void *reply,
                           int descriptor)
{
    const struct envelope envelope = {kind, id, status, true};
    if (channel->unanswered > 0)
        channel->unanswered--;
    enum status s =
        send_message(channel, envelope, encode, reply, descriptor);
    set_watch(channel);
    return s;
}

/* ---- receiving ------------------------------------------------------------- */

static bool take_pending(struct channel *channel, uint32_t id,
                         enum message_kind kind, struct pending *out)
{
    for (size_t i = 0; i < channel->pending_count; i++) {
        if (channel->pending[i].id != id || channel->pending[i].kind != kind)
            continue;
        *out = channel->pending[i];
        channel->pending_count--;
        memmove(&channel->pending[i], &channel->pending[i + 1],
                (channel->pending_count - i) * sizeof *out);
        return true;
    }
    return false;
}

static enum status take_reply(struct channel *channel,
                              const struct envelope *envelope,
                              struct bytes fields, int descriptor)
{
    struct pending pending;
    if (!take_pending(channel, envelope->id, envelope->kind, &pending)) {
        if (descriptor >= 0)
            (void)close(descriptor);
        return broken_sibling(channel, envelope->kind,
                              "answer without a question");
    }
    if (pending.on_reply(pending.context, envelope->status, fields,
                         envelope->id, descriptor,
                         pending.user) == STATUS_OK)
        return STATUS_OK;
    enum status s = broken_sibling(channel, envelope->kind, "fields");
    (void)pending.on_reply(pending.context, STATUS_IO,
                           (struct bytes){NULL, 0}, pending.id, -1,
                           pending.user);
    return s;
}

static enum status take_request(struct channel *channel,
                                const struct envelope *envelope,
                                struct bytes fields, int descriptor)
{
    enum role receiver = message_receiver(envelope->kind);
    if (message_sender(envelope->kind) != channel->peer ||
        (receiver != channel->self && receiver != ROLE_COUNT)) {
        if (descriptor >= 0)
            (void)close(descriptor);
        return broken_sibling(channel, envelope->kind, "direction");
    }
    channel->unanswered++;
    enum status s =
        message_dispatch(envelope->kind, channel, envelope->id, fields,
                         descriptor, channel->handlers);
    return s == STATUS_OK
               ? s
               : broken_sibling(channel, envelope->kind, status_name(s));
}

static enum status take_packet(struct channel *channel, struct bytes packet,
                               int descriptor)
{
    struct reader in = reader_on(packet);
    struct envelope envelope = {.kind = (enum message_kind)reader_u16be(&in)};
    uint8_t is_reply = reader_u8(&in);
    uint8_t status = reader_u8(&in);
    envelope.id = reader_u32be(&in);
    envelope.status = (enum status)status;
    if (in.failed || is_reply > 1 || status >= STATUS_COUNT ||
        envelope.kind == MESSAGE_KIND_NONE ||
        envelope.kind >= MESSAGE_KIND_COUNT) {
        if (descriptor >= 0)
            (void)close(descriptor);
        return broken_sibling(channel, MESSAGE_KIND_NONE, "header");
    }
    return is_reply != 0
               ? take_reply(channel, &envelope, in.left, descriptor)
               : take_request(channel, &envelope, in.left, descriptor);
}

/* The peer is gone: every open question gets its answer, then the owner. */
static void closed(struct channel *channel)
{
    watch_destroy(&channel->watch);
    (void)close(channel->descriptor);
    channel->descriptor = -1;
    while (channel->pending_count > 0 && !channel->is_doomed) {
        struct pending pending = channel->pending[0];
        channel->pending_count--;
        memmove(&channel->pending[0], &channel->pending[1],
                channel->pending_count * sizeof pending);
        (void)pending.on_reply(pending.context, STATUS_IO,
                               (struct bytes){NULL, 0}, pending.id, -1,
                               pending.user);
    }
    if (!channel->is_doomed && channel->on_closed != NULL)
        channel->on_closed(channel->closed_context, channel);
}

static enum status send_queued(struct channel *channel)
{
    while (channel->queue_first != NULL) {
        struct packet *packet = channel->queue_first;
        enum status s =
            socket_send_packet(channel->descriptor,
                               bytes_of(packet->data, packet->size),
                               packet->descriptor);
        if (s == STATUS_AGAIN)
            return STATUS_OK;
        if (s != STATUS_OK)
            return s;
        drop_first(channel);
    }
    return STATUS_OK;
}

static enum status receive(struct channel *channel)
{
    for (int i = 0; i < PACKETS_PER_TURN && !channel->is_doomed; i++) {
        if (!may_ask(channel))
            return STATUS_OK;
        size_t size = 0;
        int descriptor = -1;
        enum status s =
            socket_receive_packet(channel->descriptor, channel->inbox,
                                  MESSAGE_SIZE_MAX, &size, &descriptor);
        if (s == STATUS_AGAIN)
            return STATUS_OK;
        if (s == STATUS_LIMIT || s == STATUS_BAD_INPUT)
            return broken_sibling(channel, MESSAGE_KIND_NONE, "packet");
        if (s == STATUS_OK)
            s = take_packet(channel, bytes_of(channel->inbox, size),
                            descriptor);
        secret_wipe(channel->inbox, size);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

static void on_event(void *context, struct watch *watch, unsigned events)
{
    struct channel *channel = context;
    (void)watch;
    channel->is_busy = true;
    enum status s = STATUS_OK;
    if ((events & WATCH_WRITE) != 0)
        s = send_queued(channel);
    if (s == STATUS_OK && (events & WATCH_HANGUP) != 0 && !may_ask(channel))
        s = STATUS_END; /* nobody is there to take the answers */
    if (s == STATUS_OK && (events & (WATCH_READ | WATCH_HANGUP)) != 0)
        s = receive(channel);
    if (s == STATUS_OK)
        set_watch(channel);
    else if (!channel->is_doomed)
        closed(channel);
    channel->is_busy = false;
    if (channel->is_doomed)
        release(channel);
}
