/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/message.h"

#include <string.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "ipc/channel.h"

static void put_limited(struct writer *out, struct bytes field, size_t most)
{
    if (field.size > most)
        out->failed = true;
    writer_u32be(out, (uint32_t)field.size);
    writer_bytes(out, field);
}

static struct bytes take_limited(struct reader *in, size_t most)
{
    uint32_t size = reader_u32be(in);
    if (size > most)
        in->failed = true;
    return reader_bytes(in, size);
}

/* ---- encode -------------------------------------------------------------- */

#define REQUEST(name, from, to)                                                \
    void message_##name##_encode(const struct message_##name *message,         \
                                 struct writer *out)                           \
    {                                                                          \
        (void)message;                                                         \
        (void)out;
#define REPLY(name)                                                            \
    }                                                                          \
    void message_##name##_reply_encode(                                        \
        const struct message_##name##_reply *message, struct writer *out)      \
    {                                                                          \
        (void)message;                                                         \
        (void)out;
#define END(name) }
#define FD
#define U8(name) writer_u8(out, message->name);
#define U16(name) writer_u16be(out, message->name);
#define U32(name) writer_u32be(out, message->name);
#define U64(name) writer_u64be(out, message->name);
#define I64(name) writer_i64be(out, message->name);
#define KEY(name) writer_bytes(out, bytes_of(message->name, MESSAGE_KEY_SIZE));
#define TEXT(name, most) put_limited(out, text_bytes(message->name), most);
#define BLOB(name, most) put_limited(out, message->name, most);
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

/* ---- decode -------------------------------------------------------------- */

#define REQUEST(name, from, to)                                                \
    enum status message_##name##_decode(struct reader *in,                     \
                                        struct message_##name *message)        \
    {                                                                          \
        memset(message, 0, sizeof *message);
#define REPLY(name)                                                            \
        return reader_done(in) ? STATUS_OK : STATUS_BAD_INPUT;                 \
    }                                                                          \
    enum status message_##name##_reply_decode(                                 \
        struct reader *in, struct message_##name##_reply *message)             \
    {                                                                          \
        memset(message, 0, sizeof *message);
#define END(name)                                                              \
        return reader_done(in) ? STATUS_OK : STATUS_BAD_INPUT;                 \
    }
#define FD
#define U8(name) message->name = reader_u8(in);
#define U16(name) message->name = reader_u16be(in);
#define U32(name) message->name = reader_u32be(in);
#define U64(name) message->name = reader_u64be(in);
#define I64(name) message->name = reader_i64be(in);
#define KEY(name) reader_copy(in, message->name, MESSAGE_KEY_SIZE);
#define TEXT(name, most) message->name = bytes_text(take_limited(in, most));
#define BLOB(name, most) message->name = take_limited(in, most);
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

/* ---- send, answer, dispatch ---------------------------------------------- */

static void close_descriptor(int descriptor)
{
    if (descriptor >= 0)
        (void)close(descriptor);
}

/* How many descriptors travel along: 0 or 1. */
#include "ipc/no_fields.h"
#undef FD
#define FD +1
#define REQUEST(name, from, to) enum { DESCRIPTORS_IN_##name = 0
#define REPLY(name) , DESCRIPTORS_IN_##name##_REPLY = 0
#define END(name) };
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

#define REQUEST(name, from, to)                                                \
    static void name##_put(const void *message, struct writer *out)            \
    {                                                                          \
        message_##name##_encode(message, out);                                 \
    }                                                                          \
    static void name##_reply_put(const void *reply, struct writer *out)        \
    {                                                                          \
        message_##name##_reply_encode(reply, out);                             \
    }                                                                          \
    static enum status name##_on_reply(                                        \
        void *context, enum status status, struct bytes fields, uint32_t id,   \
        int descriptor, channel_user_fn *user)                                 \
    {                                                                          \
        message_##name##_reply_fn *on_reply =                                  \
            (message_##name##_reply_fn *)user;                                 \
        struct message_##name##_reply reply;                                   \
        struct reader in = reader_on(fields);                                  \
        bool is_gone = fields.data == NULL;                                    \
        bool is_extra =                                                        \
            descriptor >= 0 && DESCRIPTORS_IN_##name##_REPLY == 0;             \
        if (is_extra ||                                                        \
            (!is_gone &&                                                       \
             message_##name##_reply_decode(&in, &reply) != STATUS_OK)) {       \
            close_descriptor(descriptor);                                      \
            return STATUS_BAD_INPUT;                                           \
        }                                                                      \
        reply.id = id;                                                         \
        reply.status = status;                                                 \
        if (on_reply == NULL)                                                  \
            close_descriptor(descriptor);                                      \
        else                                                                   \
            on_reply(context, status, is_gone ? NULL : &reply, descriptor);    \
        secret_wipe(&reply, sizeof reply);                                     \
        return STATUS_OK;                                                      \
    }                                                                          \
    enum status message_##name##_send(                                         \
        struct channel *channel, const struct message_##name *message,         \
        int descriptor, message_##name##_reply_fn *on_reply, void *context)    \
    {                                                                          \
        return channel_request(channel, MESSAGE_KIND_##name, name##_put,       \
                               message, descriptor, name##_on_reply, context,  \
                               (channel_user_fn *)on_reply);                   \
    }                                                                          \
    enum status message_##name##_answer(                                       \
        struct channel *channel, const struct message_##name##_reply *reply,   \
        int descriptor)                                                        \
    {                                                                          \
        return channel_answer(channel, MESSAGE_KIND_##name, reply->id,         \
                              reply->status, name##_reply_put, reply,          \
                              descriptor);                                     \
    }                                                                          \
    static enum status name##_dispatch(                                        \
        struct channel *channel, uint32_t id, struct bytes fields,             \
        int descriptor, const struct message_handlers *handlers)               \
    {                                                                          \
        struct message_##name message;                                         \
        struct reader in = reader_on(fields);                                  \
        enum status s = message_##name##_decode(&in, &message);                \
        if (descriptor >= 0 && DESCRIPTORS_IN_##name == 0)                     \
            s = STATUS_BAD_INPUT;                                              \
        if (s == STATUS_OK && handlers->name == NULL)                          \
            s = STATUS_DENIED;                                                 \
        if (s != STATUS_OK) {                                                  \
            close_descriptor(descriptor);                                      \
            return s;                                                          \
        }                                                                      \
        message.id = id;                                                       \
        handlers->name(handlers->context, channel, &message, descriptor);      \
        secret_wipe(&message, sizeof message);                                 \
        return STATUS_OK;                                                      \
    }
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

/* ---- the table ----------------------------------------------------------- */

#define ROLE_ANY ROLE_COUNT

static const struct {
    const char *name;
    enum role sender;
    enum role receiver;
    enum status (*dispatch)(struct channel *channel, uint32_t id,
                            struct bytes fields, int descriptor,
                            const struct message_handlers *handlers);
} MESSAGES[MESSAGE_KIND_COUNT] = {
    [MESSAGE_KIND_NONE] = {"none", ROLE_COUNT, ROLE_COUNT, NULL},
#define REQUEST(name, from, to)                                                \
    [MESSAGE_KIND_##name] = {#name, ROLE_##from, ROLE_##to, name##_dispatch},
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"
};

static bool is_known(enum message_kind kind)
{
    return kind > MESSAGE_KIND_NONE && kind < MESSAGE_KIND_COUNT;
}

enum status message_dispatch(enum message_kind kind, struct channel *channel,
                             uint32_t id, struct bytes fields, int descriptor,
                             const struct message_handlers *handlers)
{
    if (!is_known(kind)) {
        close_descriptor(descriptor);
        return STATUS_BAD_INPUT;
    }
    return MESSAGES[kind].dispatch(channel, id, fields, descriptor, handlers);
}

const char *message_name(enum message_kind kind)
{
    return MESSAGES[is_known(kind) ? kind : MESSAGE_KIND_NONE].name;
}

enum role message_sender(enum message_kind kind)
{
    return MESSAGES[is_known(kind) ? kind : MESSAGE_KIND_NONE].sender;
}

enum role message_receiver(enum message_kind kind)
{
    return MESSAGES[is_known(kind) ? kind : MESSAGE_KIND_NONE].receiver;
}
