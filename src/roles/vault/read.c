/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/vault/read.h"

#include <string.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "roles/vault/cover.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

static void read_destroy(struct vault_read *read)
{
    buffer_deinit(&read->ticket);
    selection_deinit(&read->request.selection);
    secret_destroy(&read->keys);
    alloc_free(read);
}

/* Out of the list, and released. */
static void end_read(struct vault *vault, struct vault_read *read)
{
    struct vault_read **place = &vault->reads;
    while (*place != read)
        place = &(*place)->next;
    *place = read->next;
    vault->read_count--;
    read_destroy(read);
}

/* descriptor: taken; -1 where there are no pictures. */
static void answer(const struct vault *vault, struct channel *channel,
                   const struct message_read_reply *reply, int descriptor)
{
    if (channel != NULL && channel == vault->process.peers[ROLE_WEB])
        (void)!message_read_answer(channel, reply, descriptor);
    else
        socket_close(&descriptor);
}

static void refuse(const struct vault *vault, struct channel *channel,
                   uint32_t id, enum status status)
{
    const struct message_read_reply reply = {.id = id, .status = status};
    answer(vault, channel, &reply, -1);
}

static const uint8_t *key_of(const void *context,
                             const struct record_row *row)
{
    const struct vault_read *read = context;
    struct wall_time start = record_row_unit(row);
    for (size_t i = 0; i < read->unit_count; i++) {
        if (read->units[i].start.us == start.us &&
            read->units[i].subject == stream_camera(row->camera))
            return read->units[i].state == UNIT_THERE
                       ? read->keys + i * UNIT_KEY_SIZE
                       : NULL;
    }
    return NULL;
}

static enum status flush(void *context, struct bytes packs)
{
    return memory_draft_append(context, packs);
}

/* All keys that will come are there. One record after the other is opened in
 * memory that stays in the processor's cache, and goes from there to where the
 * reader will map it. */
static void finish(struct vault *vault, struct vault_read *read)
{
    struct memory_draft draft;
    struct buffer out = buffer_with_limit(READ_ANSWER_MAX);
    struct message_read_reply reply = {.id = read->id};
    int descriptor = -1;
    reply.status = memory_draft_begin(&draft);
    read->request.flush = flush;
    read->request.flush_context = &draft;
    if (reply.status == STATUS_OK)
        reply.status = read_make(&vault->store, &read->request, key_of, read,
                                 &out, &reply.next_us);
    if (reply.status == STATUS_OK)
        reply.status = memory_draft_append(&draft, buffer_bytes(&out));
    if (reply.status == STATUS_OK) {
        reply.bytes = (uint32_t)draft.size;
        reply.status = memory_draft_seal(&draft, &descriptor);
    }
    if (reply.status != STATUS_OK)
        reply.bytes = 0;
    memory_draft_drop(&draft);
    if (out.data != NULL)
        secret_wipe(out.data, out.capacity);
    buffer_deinit(&out);
    if (read->is_covered && reply.bytes > 0)
        vault_cover_read(vault, read->channel, &reply, read->request.camera,
                         read->request.allowed, descriptor);
    else
        answer(vault, read->channel, &reply, descriptor);
    end_read(vault, read);
}

/* For a web that asks and does not receive nothing more is made. */
static bool must_wait(const struct vault_read *read)
{
    return read->channel != NULL &&
           read->channel == read->vault->process.peers[ROLE_WEB] &&
           !channel_may_lend(read->channel);
}

static void finish_if_complete(struct vault_read *read)
{
    for (size_t i = 0; i < read->unit_count; i++) {
        if (read->units[i].state == UNIT_WANTED ||
            read->units[i].state == UNIT_ASKED)
            return;
    }
    struct vault *vault = read->vault;
    if (!must_wait(read)) {
        finish(vault, read);
    } else if (vault_now(vault).us >= read->deadline.us) {
        refuse(vault, read->channel, read->id, STATUS_AGAIN);
        end_read(vault, read);
    }
}

void vault_reads_tick(struct vault *vault)
{
    struct vault_read *next = NULL;
    for (struct vault_read *read = vault->reads; read != NULL; read = next) {
        next = read->next;
        finish_if_complete(read);
    }
}

static void on_open_key(void *context, enum status status,
                        const struct message_open_key_reply *reply,
                        int descriptor)
{
    struct read_unit *unit = context;
    struct vault_read *read = unit->read;
    socket_close(&descriptor);
    if (status == STATUS_OK && reply != NULL &&
        reply->unit_us == unit->start.us) {
        size_t at = (size_t)(unit - read->units);
        memcpy(read->keys + at * UNIT_KEY_SIZE, reply->unit_key,
               UNIT_KEY_SIZE);
        unit->state = UNIT_THERE;
    } else if (status == STATUS_IO || status == STATUS_AGAIN) {
        unit->state = UNIT_WANTED; /* asked again when the keeper is back */
        return;
    } else {
        unit->state = UNIT_REFUSED; /* its pictures are gone, or not his */
    }
    finish_if_complete(read);
}

static void ask_keys(struct vault_read *read)
{
    struct vault *vault = read->vault;
    struct channel *keeper = vault->process.peers[ROLE_KEEPER];
    for (size_t i = 0; keeper != NULL && i < read->unit_count; i++) {
        struct read_unit *unit = &read->units[i];
        if (unit->state != UNIT_WANTED)
            continue;
        const struct message_open_key message = {
            .ticket = buffer_bytes(&read->ticket),
            .camera = unit->subject,
            .time_us = unit->start.us,
        };
        if (message_open_key_send(keeper, &message, -1, on_open_key, unit) ==
            STATUS_OK)
            unit->state = UNIT_ASKED;
    }
}

void vault_reads_retry(struct vault *vault)
{
    for (struct vault_read *read = vault->reads; read != NULL;
         read = read->next) {
        /* The channel before this one is gone, and its answers with it. */
        for (size_t i = 0; i < read->unit_count; i++) {
            if (read->units[i].state == UNIT_ASKED)
                read->units[i].state = UNIT_WANTED;
        }
        ask_keys(read);
    }
}

void vault_read_epoch_changed(struct vault *vault)
{
    for (struct vault_read *read = vault->reads; read != NULL;
         read = read->next) {
        for (size_t i = 0; i < read->unit_count; i++) {
            if (read->units[i].state == UNIT_THERE)
                read->units[i].state = UNIT_WANTED;
        }
        secret_wipe(read->keys, (size_t)VAULT_READ_UNITS * UNIT_KEY_SIZE);
        ask_keys(read);
    }
}

void vault_web_attached(struct vault *vault)
{
    for (struct vault_read *read = vault->reads; read != NULL;
         read = read->next)
        read->channel = NULL; /* nobody waits for it any more */
    vault_groups_web_attached(vault);
    vault_live_drop_calls(vault);
}

enum status vault_open_ticket(struct vault *vault, struct bytes sealed,
                              enum ticket_kind kind, struct ticket *out)
{
    if (!vault->has_ticket_key)
        return STATUS_DENIED;
    enum status s = ticket_open(sealed, TICKET_FOR_VAULT, vault->ticket_key,
                                vault_now(vault), out);
    return s == STATUS_OK && out->kind != kind ? STATUS_DENIED : s;
}

static void collect_unit(struct vault_read *read,
                         const struct record_row *row)
{
    struct wall_time start = record_row_unit(row);
    for (size_t i = 0; i < read->unit_count; i++) {
        if (read->units[i].start.us == start.us &&
            read->units[i].subject == stream_camera(row->camera))
            return;
    }
    if (read->unit_count < VAULT_READ_UNITS)
        read->units[read->unit_count++] =
            (struct read_unit){.read = read,
                               .subject = stream_camera(row->camera),
                               .start = start,
                               .state = UNIT_WANTED};
}

/* Each unit of the selection once. */
static void collect_units(struct vault_read *read)
{
    const struct selection *selection = &read->request.selection;
    for (size_t i = 0; i < selection->count; i++) {
        collect_unit(read, &selection->records[i].row);
        if (selection->records[i].has_held)
            collect_unit(read, &selection->records[i].held_row);
    }
}

static enum status prepare(struct vault *vault, struct vault_read *read,
                           const struct message_read *message,
                           const struct ticket *ticket)
{
    struct read_request *request = &read->request;
    request->camera = message->camera;
    request->allowed = ticket->span;
    request->from.us = message->from_us < ticket->span.from.us
                           ? ticket->span.from.us
                           : message->from_us;
    int64_t soft_us = message->to_us - request->from.us;
    if (message->to_us <= request->from.us || soft_us > VAULT_READ_SPAN_US)
        soft_us = VAULT_READ_SPAN_US;
    request->is_bare = message->is_bare != 0;
    if (read->is_covered && soft_us > VAULT_COVERED_SPAN_US)
        soft_us = VAULT_COVERED_SPAN_US;
    request->soft_us = soft_us;
    request->soft_bytes = VAULT_READ_BYTES;
    buffer_append(&read->ticket, message->ticket);
    enum status s = buffer_status(&read->ticket);
    if (s == STATUS_OK)
        s = secret_create((size_t)VAULT_READ_UNITS * UNIT_KEY_SIZE,
                          &read->keys);
    const struct selection_limits limits = {soft_us, VAULT_READ_BYTES};
    struct span span = {request->from, ticket->span.to};
    if (s == STATUS_OK && !span_is_empty(span))
        s = selection_make(&vault->store, message->camera, span, &limits,
                           &request->selection);
    if (s == STATUS_OK)
        collect_units(read);
    return s;
}

void vault_on_read(void *context, struct channel *channel,
                   const struct message_read *message, int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct ticket ticket;
    enum status s = vault_open_ticket(vault, message->ticket,
                                      TICKET_RECORDED, &ticket);
    if (s == STATUS_OK && !ticket_allows_camera(&ticket, message->camera))
        s = STATUS_DENIED;
    /* Where there is no picture, there is nothing to cover. */
    bool is_covered =
        s == STATUS_OK && message->is_bare == 0 &&
        ticket_covers_camera(&ticket, message->camera);
    if (s == STATUS_OK &&
        (vault->read_count == VAULT_READS_MAX ||
         (is_covered && !vault_cover_knows(vault, message->camera))))
        s = STATUS_AGAIN;
    struct vault_read *read = NULL;
    if (s == STATUS_OK) {
        read = alloc_zeroed(sizeof *read);
        s = read == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    }
    if (s == STATUS_OK) {
        read->vault = vault;
        read->channel = channel;
        read->id = message->id;
        read->deadline.us = vault_now(vault).us + VAULT_READ_WAIT_US;
        read->ticket = buffer_with_limit(TICKET_SIZE_MAX);
        read->is_covered = is_covered;
        s = prepare(vault, read, message, &ticket);
        if (s != STATUS_OK)
            read_destroy(read);
    }
    if (s != STATUS_OK) {
        refuse(vault, channel, message->id, s);
        return;
    }
    read->next = vault->reads;
    vault->reads = read;
    vault->read_count++;
    ask_keys(read);
    finish_if_complete(read); /* nothing there: no key to wait for */
}
