/* SPDX-License-Identifier: Apache-2.0 */
/* A package is made; a copy outside is destroyed. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/view/view.h"

/* An entry that somebody waits for. */
struct deed_call {
    struct gate *gate;
    struct gate_asker asker;
    uint64_t export;
};

#define ON_NOTED(name)                                                         \
    static void on_##name(void *context, enum status status, uint64_t number)  \
    {                                                                          \
        AUTO(alloc_release) struct deed_call *call = context;                  \
        AUTO(buffer_deinit)                                                    \
        struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);           \
        struct channel *channel =                                              \
            gate_asker_channel(call->gate, &call->asker);                      \
        if (status == STATUS_OK)                                               \
            gate_export_write_noted("export", call->export, number, &text);    \
        const struct message_##name##_reply reply = {                          \
            .id = call->asker.id,                                              \
            .status = status,                                                  \
            .json = buffer_bytes(&text),                                       \
        };                                                                     \
        if (channel != NULL)                                                   \
            gate_sent(message_##name##_answer(channel, &reply, -1), #name);    \
    }
ON_NOTED(export_made)
ON_NOTED(export_destroyed)

static struct deed_call *call_create(struct gate *gate,
                                       struct channel *channel, uint32_t id,
                                       uint64_t export)
{
    struct deed_call *call = alloc_zeroed(sizeof *call);
    if (call == NULL)
        return NULL;
    call->gate = gate;
    call->asker = gate_asker_of(gate, channel, id);
    call->export = export;
    return call;
}

static enum status begin_made(struct gate *gate, struct channel *channel,
                              const struct message_export_made *message)
{
    AUTO(alloc_release) struct deed_call *call = NULL;
    struct gate_person person;
    struct export_fact fact;
    char manifest[HEX_SIZE(SHA256_SIZE) + 1] = "";
    enum status s = gate->is_started && !gate->stop.is_asked
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK)
        s = gate_export_find(gate, message->export, &fact);
    if (s == STATUS_OK && fact.account != person.account.number)
        s = STATUS_DENIED;
    if (s != STATUS_OK)
        return s;
    call = call_create(gate, channel, message->id, message->export);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    /* Its view is open, so it has not been told yet; and now it ends. */
    s = view_remove(gate->office, message->export, person.session.hash);
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND ? STATUS_CONFLICT : s;
    hex_encode(bytes_of(message->manifest, SHA256_SIZE), manifest);
    struct entry entry = entry_of(ENTRY_EXPORT_MADE);
    entry_number(&entry, "account", person.account.number);
    entry_number(&entry, "export", (int64_t)message->export);
    entry_text(&entry, "manifest", text_of(manifest));
    s = gate_append(gate, &entry, on_export_made, call);
    if (s == STATUS_OK)
        call = NULL;
    return s;
}

void gate_on_export_made(void *context, struct channel *channel,
                         const struct message_export_made *message,
                         int descriptor)
{
    (void)descriptor;
    struct message_export_made_reply reply = {.id = message->id};
    reply.status = begin_made(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_made_answer(channel, &reply, -1),
                  "export_made");
}

static enum status
begin_destroyed(struct gate *gate, struct channel *channel,
                const struct message_export_destroyed *message)
{
    AUTO(alloc_release) struct deed_call *call = NULL;
    struct gate_person person;
    struct export_fact fact;
    enum status s = gate->is_started && !gate->stop.is_asked
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_EXPORT))
        s = STATUS_DENIED;
    if (s == STATUS_OK)
        s = gate_export_find(gate, message->export, &fact);
    if (s == STATUS_OK && fact.destroyed_entry != 0)
        s = STATUS_CONFLICT;
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    if (s != STATUS_OK)
        return s;
    call = call_create(gate, channel, message->id, message->export);
    if (call == NULL)
        return STATUS_NO_MEMORY;
    struct entry entry = entry_of(ENTRY_EXPORT_DESTROYED);
    entry_number(&entry, "account", person.account.number);
    entry_number(&entry, "export", (int64_t)message->export);
    entry_personal(&entry, "why", text_trim(message->reason));
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_export_destroyed, call);
    if (s == STATUS_OK)
        call = NULL;
    return s;
}

void gate_on_export_destroyed(void *context, struct channel *channel,
                              const struct message_export_destroyed *message,
                              int descriptor)
{
    (void)descriptor;
    struct message_export_destroyed_reply reply = {.id = message->id};
    reply.status = begin_destroyed(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_export_destroyed_answer(channel, &reply, -1),
                  "export_destroyed");
}
