/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tickets: for a view that is open, of the very session that opened it, by
 * somebody who still has the right. The view is there only if its entry is
 * durable, and so no ticket comes before its entry.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/export/export.h"
#include "roles/gate/handlers.h"
#include "roles/gate/view/mask.h"
#include "roles/gate/view/view.h"

struct ticket_making {
    struct gate *gate;
    const struct gate_person *person;
    struct writer *out;
    bool is_download;
    enum export_refusal refusal;
};

/* The notice or the account may have changed since. */
static bool still_allowed(const struct ticket_making *making,
                          const struct view *view)
{
    struct reader in = reader_on(view->cameras);
    enum right right =
        view->kind == VIEW_LIVE ? RIGHT_VIEW_LIVE : RIGHT_VIEW_RECORDED;
    while (reader_more(&in)) {
        if (gate_person_camera(making->gate, making->person, right,
                               reader_u32be(&in)) == NULL)
            return false;
    }
    return !in.failed && view->account == making->person->account.number;
}

/* Of the entry that opened it. */
static enum entry_kind kind_of(const struct gate *gate,
                               const struct view *view)
{
    const struct log_store *store = log_writer_store(gate->log);
    return view->number < log_store_count(store)
               ? log_store_kind(store, view->number)
               : ENTRY_VIEW_OPEN;
}

/* Each camera has a display mask that holds now. */
static bool is_covered(const struct gate *gate, const struct view *view)
{
    struct reader in = reader_on(view->cameras);
    while (reader_more(&in)) {
        const struct plant_camera *camera = plant_stream_find(
            gate->configuration.plant, reader_u32be(&in));
        if (camera == NULL || !gate_camera_is_covered(gate, camera))
            return false;
    }
    return !in.failed;
}

/* A file of an ordinary view is a byte-exact copy like a package. */
static enum export_refusal
download_refusal(const struct gate *gate, const struct gate_person *person,
                 const struct view *view)
{
    if (gate_is_export(kind_of(gate, view)))
        return EXPORT_REFUSED_NOT; /* asked when it was taken out */
    if (gate_export_needs_second(gate, view->cameras))
        return EXPORT_REFUSED_APPROVAL;
    return gate_export_needs_password(gate, person) ? EXPORT_REFUSED_PASSWORD
                                                    : EXPORT_REFUSED_NOT;
}

bool gate_view_was_shown(const struct gate *gate, uint64_t view)
{
    for (size_t i = 0; i < GATE_SHOWN; i++)
        if (gate->shown[i] == view)
            return true;
    return false;
}

/* Entry 0 begins the log and is no view. */
static void note_shown(struct gate *gate, uint64_t view)
{
    if (!gate_view_was_shown(gate, view))
        gate->shown[gate->next_shown++ % GATE_SHOWN] = view;
}

static enum status seal(void *context, const struct view *view)
{
    struct ticket_making *making = context;
    struct gate *gate = making->gate;
    struct boot_time now = clock_boot(gate->process.clock);
    int64_t life_us = (int64_t)TICKET_LIFE_S * SECOND_US;
    struct wall_time trusted = gate_now(gate);
    enum entry_kind kind = kind_of(gate, view);
    if (!still_allowed(making, view) ||
        (kind == ENTRY_EXPORT_COVERED && !is_covered(gate, view)))
        return STATUS_DENIED;
    if (making->is_download)
        making->refusal = download_refusal(gate, making->person, view);
    if (making->refusal != EXPORT_REFUSED_NOT)
        return STATUS_DENIED;
    bool is_live = view->kind == VIEW_LIVE;
    AUTO(buffer_deinit)
    struct buffer marked = buffer_with_limit(4 * (size_t)TICKET_CAMERAS_MAX);
    if (kind == ENTRY_EXPORT)
        buffer_append(&marked, view->cameras); /* as the cameras sent them */
    else
        gate_masks_mark(gate, view->cameras, &marked);
    if (marked.failed)
        return STATUS_NO_MEMORY;
    const struct ticket ticket = {
        .kind = is_live ? TICKET_LIVE : TICKET_RECORDED,
        .view = view->number,
        .person = view->account,
        .span = is_live ? (struct span){trusted, {trusted.us + life_us}}
                        : view->span,
        .expires = {now.us + life_us},
        .cameras = buffer_bytes(&marked),
    };
    enum status s =
        ticket_seal(&ticket, gate->ticket_keys,
                    gate->ticket_keys + TICKET_KEY_SIZE, making->out);
    if (s == STATUS_OK)
        note_shown(gate, view->number);
    return s;
}

static enum status make(struct gate *gate,
                        const struct message_ticket_get *message,
                        struct writer *out, uint8_t *refusal)
{
    struct gate_person person;
    struct ticket_making making = {.gate = gate,
                                   .person = &person,
                                   .out = out,
                                   .is_download = message->is_download != 0};
    if (!gate->is_started || gate->stop.is_asked)
        return STATUS_AGAIN;
    enum status s = gate_person_find(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    /* Keys that vault or keeper do not have yet make tickets that they
     * refuse; a log that cannot be written ends all viewing. */
    if (!gate->has_ticket_key[TICKET_FOR_VAULT] ||
        !gate->has_ticket_key[TICKET_FOR_KEEPER])
        return STATUS_AGAIN;
    if (!log_writer_is_open(gate->log))
        return STATUS_IO;
    s = view_use(gate->office, message->view, person.session.hash,
                 gate_now(gate), seal, &making);
    *refusal = (uint8_t)making.refusal;
    if (making.refusal != EXPORT_REFUSED_NOT) {
        const struct export_denial denial = {
            .refusal = making.refusal,
            .view = message->view,
            .address = text_of(""),
        };
        gate_export_deny(gate, &person, &denial);
    }
    return s;
}

/* A ticket for a file, which waits for its entry. */
struct noting {
    struct gate *gate;
    struct gate_asker asker;
    size_t size;
    uint8_t sealed[TICKET_SIZE_MAX];
};

static void on_noted(void *context, enum status status, uint64_t number)
{
    struct noting *noting = context;
    struct channel *channel =
        gate_asker_channel(noting->gate, &noting->asker);
    struct message_ticket_get_reply reply = {.id = noting->asker.id,
                                             .status = status};
    (void)number;
    if (status == STATUS_OK)
        reply.ticket = bytes_of(noting->sealed, noting->size);
    if (channel != NULL)
        gate_sent(message_ticket_get_answer(channel, &reply, -1),
                  "ticket_get");
    alloc_free(noting);
}

/* Web says that it is for a file: the gate cannot see that. So the entry tells
 * of people, not of a captured web, whose every view is an entry anyway. */
static enum status note_download(struct gate *gate,
                                 const struct gate_asker *asker,
                                 const struct message_ticket_get *message,
                                 struct bytes sealed)
{
    struct gate_person person;
    enum status s = gate_person_find(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    struct noting *noting = alloc_zeroed(sizeof *noting);
    if (noting == NULL)
        return STATUS_NO_MEMORY;
    noting->gate = gate;
    noting->asker = *asker;
    noting->size = sealed.size;
    memcpy(noting->sealed, sealed.data, sealed.size);
    struct entry entry = entry_of(ENTRY_VIEW_DOWNLOAD);
    entry_number(&entry, "account", person.account.number);
    entry_number(&entry, "view", (int64_t)message->view);
    s = gate_append(gate, &entry, on_noted, noting);
    if (s != STATUS_OK)
        alloc_free(noting);
    return s;
}

void gate_on_ticket_get(void *context, struct channel *channel,
                        const struct message_ticket_get *message,
                        int descriptor)
{
    uint8_t sealed[TICKET_SIZE_MAX];
    struct gate *gate = context;
    struct writer out = writer_on(sealed, sizeof sealed);
    (void)descriptor;
    struct message_ticket_get_reply reply = {.id = message->id};
    reply.status = make(gate, message, &out, &reply.refusal);
    if (reply.status == STATUS_OK && message->is_download != 0) {
        const struct gate_asker asker =
            gate_asker_of(gate, channel, message->id);
        reply.status =
            note_download(gate, &asker, message, writer_written(&out));
        if (reply.status == STATUS_OK)
            return;
    }
    if (reply.status == STATUS_OK)
        reply.ticket = writer_written(&out);
    gate_sent(message_ticket_get_answer(channel, &reply, -1), "ticket_get");
}
