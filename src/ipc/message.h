/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipc/message - the messages of messages.def as C: for each `name`
 *
 *   struct message_name, struct message_name_reply   plain values; text and
 *                        blob fields are views
 *   message_name_encode / _decode, and the same for _reply
 *   message_name_send    a request on a channel, with a callback for its reply
 *   message_name_answer  the reply to request `id`
 *   struct message_handlers.name   what a role does when the request arrives
 *
 * Layout of a packet: kind u16 (enum message_kind), is_reply u8, status u8,
 * id u32, then the fields in order, big-endian; text and blob with a u32 size
 * before. A decoder demands every field within its limit and nothing after.
 */
#ifndef IPC_MESSAGE_H
#define IPC_MESSAGE_H

#include "base/reader.h"
#include "base/status.h"
#include "base/writer.h"
#include "ipc/role.h"

enum {
    MESSAGE_SIZE_MAX = 131072, /* bytes of one packet */
    MESSAGE_HEADER_SIZE = 8,
    MESSAGE_KEY_SIZE = 32,
};

struct channel;

enum message_kind {
    MESSAGE_KIND_NONE = 0,
#define REQUEST(name, from, to) MESSAGE_KIND_##name,
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"
    MESSAGE_KIND_COUNT
};

/* The structs. `id` is set by the channel; it names the request. */
#define REQUEST(name, from, to)                                                \
    struct message_##name {                                                    \
        uint32_t id;
#define REPLY(name)                                                            \
    }                                                                          \
    ;                                                                          \
    struct message_##name##_reply {                                            \
        uint32_t id;                                                           \
        enum status status;
#define END(name)                                                              \
    }                                                                          \
    ;
#define FD
#define U8(name) uint8_t name;
#define U16(name) uint16_t name;
#define U32(name) uint32_t name;
#define U64(name) uint64_t name;
#define I64(name) int64_t name;
#define KEY(name) uint8_t name[MESSAGE_KEY_SIZE];
#define TEXT(name, most) struct text name;
#define BLOB(name, most) struct bytes name;
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

/*
 * The functions. encode writes the fields after the header; decode fails with
 * BAD_INPUT. send takes ownership of descriptor (-1: none) in every case.
 * on_reply runs exactly once, unless the channel is destroyed before: reply is
 * NULL, with status IO, where the peer has gone; descriptor belongs to the
 * callback. on_reply may be NULL. answer takes ownership of descriptor too.
 * Fails with: NO_MEMORY, IO (peer gone), LIMIT (a field beyond its limit).
 */
#define REQUEST(name, from, to)                                                \
    typedef void message_##name##_reply_fn(                                    \
        void *context, enum status status,                                     \
        const struct message_##name##_reply *reply, int descriptor);           \
    void message_##name##_encode(const struct message_##name *message,         \
                                 struct writer *out);                          \
    MUST_USE enum status message_##name##_decode(                              \
        struct reader *in, struct message_##name *out);                        \
    void message_##name##_reply_encode(                                        \
        const struct message_##name##_reply *reply, struct writer *out);       \
    MUST_USE enum status message_##name##_reply_decode(                        \
        struct reader *in, struct message_##name##_reply *out);                \
    MUST_USE enum status message_##name##_send(                                \
        struct channel *channel, const struct message_##name *message,         \
        int descriptor, message_##name##_reply_fn *on_reply, void *context);   \
    MUST_USE enum status message_##name##_answer(                              \
        struct channel *channel, const struct message_##name##_reply *reply,   \
        int descriptor);
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

/*
 * What a role does with each request; NULL: this role never gets it, and a
 * neighbour that sends it makes the role exit. The message's views live while
 * the handler runs; the answer may come later, by message->id. descriptor (-1:
 * none) belongs to the handler.
 */
struct message_handlers {
    void *context;
#define REQUEST(name, from, to)                                                \
    void (*name)(void *context, struct channel *channel,                       \
                 const struct message_##name *message, int descriptor);
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"
};

/*
 * Decodes a request and calls its handler. Fails with: BAD_INPUT (layout),
 * DENIED (no handler); the descriptor is closed then.
 */
MUST_USE enum status message_dispatch(enum message_kind kind,
                                      struct channel *channel, uint32_t id,
                                      struct bytes fields, int descriptor,
                                      const struct message_handlers *handlers);

/* "seal_key" and the like; "none" for an unknown kind. */
const char *message_name(enum message_kind kind);

/* Who may send this kind, and to whom (ROLE_COUNT: any role). */
enum role message_sender(enum message_kind kind);
enum role message_receiver(enum message_kind kind);

#endif
