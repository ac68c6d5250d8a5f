/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies for holds: a slice of at most 30 s and 8 MiB at a time, in steps, so
 * that recording never waits. What a step has opened is sealed again under the
 * hold's own unit and handed to the intake like any record; the answer comes
 * when all of it is durable. Nothing is remembered between two slices: what is
 * in the hold is read from its volumes, and so a slice asked for twice is
 * copied once.
 *
 * Behind the records go the leaves of their pictures (store/held_leaves.h),
 * those over which a root is in the log: their salts come with the units' keys.
 * Where the newest pictures have none yet, the answer says so, and the gate asks
 * again.
 */
#include <string.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "model/hold.h"
#include "roles/vault/private.h"
#include "store/held.h"
#include "store/held_copy.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    UNITS_MAX = 64,                      /* of one slice */
    UNIT_BYTES = UNIT_KEY_SIZE + LEAF_SALT_SIZE,
    STEP_BYTES = 2 * 1024 * 1024,        /* sealed in one tick */
    RECORDING_BYTES = 16 * 1024 * 1024,  /* waiting for disks: copies pause */
    SPAN_BYTES = 16,
    ANSWER_BYTES = 16384,
    SLICE_LIFE_US = 45000000, /* less than a ticket's */
};

enum unit_state { UNIT_WANTED, UNIT_ASKED, UNIT_THERE, UNIT_REFUSED };

struct vault_hold;

struct hold_unit {
    struct vault_hold *copy;
    uint32_t subject;
    uint32_t unit_s;
    struct wall_time start;
    enum unit_state state;
};

struct vault_hold {
    struct vault *vault;
    struct channel *channel;
    uint32_t id;
    uint32_t subject; /* of the hold */
    struct buffer ticket;
    struct held_slice slice;
    size_t next; /* of the slice's records */
    struct hold_unit units[UNITS_MAX];
    size_t unit_count;
    uint8_t *keys; /* UNITS_MAX x UNIT_BYTES, locked */
    uint32_t volume; /* of the hold's newest record; 0: none */
    bool has_leaves; /* they have been put down */
    uint32_t records;
    uint32_t leaves;
    uint32_t refused;
    uint32_t damaged;
    uint32_t lost; /* on the way to the disk */
    bool is_full;
    struct boot_time deadline;
};

static void end(struct vault_hold *copy, enum status status)
{
    struct vault *vault = copy->vault;
    uint8_t encoded[ANSWER_BYTES];
    struct writer spans = writer_on(encoded, sizeof encoded);
    for (size_t i = 0; i < copy->slice.span_count &&
                       spans.used + SPAN_BYTES <= sizeof encoded;
         i++) {
        writer_i64be(&spans, copy->slice.spans[i].from.us);
        writer_i64be(&spans, copy->slice.spans[i].to.us);
    }
    const struct message_hold_copy_reply reply = {
        .id = copy->id,
        .status = status,
        .next_us = copy->slice.next_us,
        .records = copy->records + copy->slice.there,
        .leaves = copy->leaves + copy->slice.leaves.there,
        .refused = copy->refused,
        .damaged = copy->damaged,
        .is_full = copy->is_full,
        .is_behind = copy->slice.leaves.is_behind,
        .spans = writer_written(&spans),
    };
    if (copy->channel != NULL &&
        copy->channel == vault->process.peers[ROLE_GATE])
        (void)!message_hold_copy_answer(copy->channel, &reply, -1);
    buffer_deinit(&copy->ticket);
    held_slice_deinit(&copy->slice);
    secret_destroy(&copy->keys);
    alloc_free(copy);
    vault->hold = NULL;
}

/* ---- keys ---- */

static const struct hold_unit *unit_find(const struct vault_hold *copy,
                                         uint32_t subject,
                                         struct wall_time start)
{
    for (size_t i = 0; i < copy->unit_count; i++) {
        if (copy->units[i].subject == subject &&
            copy->units[i].start.us == start.us)
            return &copy->units[i];
    }
    return NULL;
}

static const uint8_t *key_of(const struct vault_hold *copy, uint32_t subject,
                             struct wall_time start)
{
    const struct hold_unit *unit = unit_find(copy, subject, start);
    return unit != NULL && unit->state == UNIT_THERE
               ? copy->keys + (size_t)(unit - copy->units) * UNIT_BYTES
               : NULL;
}

static void want(struct vault_hold *copy, uint32_t subject, uint32_t unit_s,
                 struct wall_time start)
{
    if (unit_find(copy, subject, start) == NULL &&
        copy->unit_count < UNITS_MAX)
        copy->units[copy->unit_count++] = (struct hold_unit){
            copy, subject, unit_s, start, UNIT_WANTED};
}

static struct wall_time own_unit(const struct record_row *row)
{
    return slot_start(row->start, HOLD_UNIT_S);
}

static void collect_units(struct vault_hold *copy)
{
    const struct selection *records = &copy->slice.records;
    for (size_t i = 0; i < records->count; i++) {
        const struct selected *record = &records->records[i];
        const struct record_row *row = &record->row;
        want(copy, copy->subject, HOLD_UNIT_S, own_unit(row));
        want(copy, row->camera, row->unit_s, record_row_unit(row));
        if (record->has_held)
            want(copy, record->held_row.camera, record->held_row.unit_s,
                 record_row_unit(&record->held_row));
    }
    for (size_t i = 0; i < copy->slice.leaves.count; i++) {
        const struct held_leaf *leaf = &copy->slice.leaves.list[i];
        want(copy, copy->subject, HOLD_UNIT_S,
             slot_start(leaf->leaf.span.from, HOLD_UNIT_S));
        want(copy, leaf->subject, leaf->unit_s, leaf->unit);
    }
}

static bool has_all_keys(const struct vault_hold *copy)
{
    for (size_t i = 0; i < copy->unit_count; i++) {
        if (copy->units[i].state == UNIT_WANTED ||
            copy->units[i].state == UNIT_ASKED)
            return false;
    }
    return true;
}

/* An answer of the keeper is on its way. */
static bool is_asking(const struct vault_hold *copy)
{
    for (size_t i = 0; i < copy->unit_count; i++) {
        if (copy->units[i].state == UNIT_ASKED)
            return true;
    }
    return false;
}

/* DENIED: the ticket is no good, or the keeper is another; the gate asks for
 * the slice again. */
static void on_open_key(void *context, enum status status,
                        const struct message_open_key_reply *reply,
                        int descriptor)
{
    struct hold_unit *unit = context;
    struct vault_hold *copy = unit->copy;
    socket_close(&descriptor);
    if (status == STATUS_OK && reply != NULL &&
        reply->unit_us == unit->start.us) {
        uint8_t *key = copy->keys + (size_t)(unit - copy->units) * UNIT_BYTES;
        memcpy(key, reply->unit_key, UNIT_KEY_SIZE);
        memcpy(key + UNIT_KEY_SIZE, reply->leaf_salt, LEAF_SALT_SIZE);
        unit->state = UNIT_THERE;
    } else if (status == STATUS_NOT_FOUND) {
        unit->state = UNIT_REFUSED;
    } else {
        unit->state = UNIT_WANTED;
        if (status != STATUS_IO)
            copy->deadline.us = 0;
    }
}

static void ask_keys(struct vault_hold *copy)
{
    struct channel *keeper = copy->vault->process.peers[ROLE_KEEPER];
    for (size_t i = 0; keeper != NULL && i < copy->unit_count; i++) {
        struct hold_unit *unit = &copy->units[i];
        const struct message_open_key message = {
            .ticket = buffer_bytes(&copy->ticket),
            .camera = unit->subject,
            .time_us = unit->start.us,
            .unit_s = unit->unit_s,
        };
        if (unit->state == UNIT_WANTED &&
            message_open_key_send(keeper, &message, -1, on_open_key, unit) ==
                STATUS_OK)
            unit->state = UNIT_ASKED;
    }
}

void vault_hold_keeper_attached(struct vault *vault)
{
    struct vault_hold *copy = vault->hold;
    for (size_t i = 0; copy != NULL && i < copy->unit_count; i++) {
        if (copy->units[i].state == UNIT_ASKED)
            copy->units[i].state = UNIT_WANTED;
    }
}

void vault_hold_epoch_changed(struct vault *vault)
{
    struct vault_hold *copy = vault->hold;
    if (copy == NULL)
        return;
    for (size_t i = 0; i < copy->unit_count; i++) {
        if (copy->units[i].state == UNIT_THERE)
            copy->units[i].state = UNIT_WANTED;
    }
    secret_wipe(copy->keys, (size_t)UNITS_MAX * UNIT_BYTES);
}

/* ---- sealing anew ---- */

static const uint8_t *key_for(const void *context,
                              const struct record_row *row)
{
    return key_of(context, row->camera, record_row_unit(row));
}

static enum status copy_record(struct vault_hold *copy,
                               const struct selected *record,
                               struct buffer *plain)
{
    struct vault *vault = copy->vault;
    struct held_copy sealed = {
        .subject = copy->subject,
        .key = key_of(copy, copy->subject, own_unit(&record->row)),
        .key_for = key_for,
        .context = copy,
    };
    if (sealed.key == NULL)
        return STATUS_NOT_FOUND; /* the hold has ended */
    enum status s = held_copy_make(&vault->store, record, plain, &sealed);
    if (s == STATUS_NOT_FOUND || s == STATUS_CORRUPT) {
        *(s == STATUS_NOT_FOUND ? &copy->refused : &copy->damaged) += 1;
        return STATUS_OK;
    }
    if (s != STATUS_OK)
        return s;
    struct intake_record taken = {.owner = copy,
                                  .class_id = HOLD_CLASS,
                                  .header = &sealed.header,
                                  .bytes = sealed.bytes,
                                  .size = sealed.size,
                                  .mark = UINT64_MAX};
    uint32_t lost = copy->lost;
    s = intake_add(&vault->intake, &taken);
    if (s != STATUS_OK) {
        alloc_free(sealed.bytes);
        return s;
    }
    if (copy->lost != lost)
        return STATUS_OK; /* no space */
    copy->records++;
    return held_slice_note(&copy->slice, record_row_span(&record->row));
}

/* A step; the status with which the slice ends, AGAIN while it goes on. */
static enum status copy_some(struct vault_hold *copy)
{
    const struct selection *records = &copy->slice.records;
    struct buffer plain = buffer_with_limit(RECORD_STORED_MAX);
    enum status s = STATUS_OK;
    size_t bytes = 0;
    while (s == STATUS_OK && copy->next < records->count &&
           bytes < STEP_BYTES && !copy->is_full) {
        const struct selected *record = &records->records[copy->next++];
        bytes += record->row.sealed_size;
        s = copy_record(copy, record, &plain);
    }
    if (plain.data != NULL)
        secret_wipe(plain.data, plain.capacity);
    buffer_deinit(&plain);
    if (s != STATUS_OK)
        return s;
    bool is_over = copy->next == records->count || copy->is_full;
    return is_over ? STATUS_OK : STATUS_AGAIN;
}

bool vault_hold_lost(struct vault *vault, const struct record_header *header,
                     enum cause cause)
{
    struct vault_hold *copy = vault->hold;
    if (!subject_is_hold(header->camera))
        return false;
    if (copy != NULL && copy->subject == header->camera) {
        copy->lost++;
        copy->is_full |= cause == CAUSE_SPACE;
    }
    return true;
}

void vault_hold_recorded(struct vault *vault, const void *owner,
                         const struct volume *volume)
{
    if (vault->hold != NULL && vault->hold == owner)
        vault->hold->volume = volume->number;
}

/* ---- leaves ---- */

/* NULL: no key leads to it any more, or what is held of it is damaged. */
static const uint8_t *salt_of(const struct vault_hold *copy,
                              const struct held_leaf *leaf,
                              uint8_t opened[LEAF_SALT_SIZE])
{
    const uint8_t *key = key_of(copy, leaf->subject, leaf->unit);
    if (key == NULL || !subject_is_hold(leaf->subject))
        return key == NULL ? NULL : key + UNIT_KEY_SIZE;
    return held_salt_open(&leaf->salt, key, opened) == STATUS_OK ? opened
                                                                 : NULL;
}

/* NOT_FOUND: its keys are dead. */
static enum status add_leaf(struct vault_hold *copy,
                            const struct held_leaf *leaf)
{
    uint8_t blocks[HELD_LEAF_BYTES_MAX];
    uint8_t opened[LEAF_SALT_SIZE];
    size_t size = 0;
    const uint8_t *key =
        key_of(copy, copy->subject,
               slot_start(leaf->leaf.span.from, HOLD_UNIT_S));
    const uint8_t *salt = salt_of(copy, leaf, opened);
    enum status s = key == NULL || salt == NULL
                        ? STATUS_NOT_FOUND
                        : held_leaf_seal(leaf, copy->subject, key, salt,
                                         blocks, &size);
    secret_wipe(opened, sizeof opened);
    return s == STATUS_OK ? store_add_held_leaf(&copy->vault->store,
                                                copy->volume,
                                                bytes_of(blocks, size))
                          : s;
}

/* What cannot be put down costs itself: the pictures are there. */
static void add_leaves(struct vault_hold *copy)
{
    const struct held_leaves *leaves = &copy->slice.leaves;
    uint64_t done = 0; /* sequence */
    copy->has_leaves = true;
    for (size_t i = 0; copy->volume != 0 && i < leaves->count; i++) {
        const struct held_leaf *leaf = &leaves->list[i];
        enum status s = leaf->leaf.sequence == done ? STATUS_NOT_FOUND
                                                    : add_leaf(copy, leaf);
        if (s == STATUS_OK) {
            done = leaf->leaf.sequence;
            copy->leaves++;
        } else if (s != STATUS_NOT_FOUND) {
            log_line(LOG_ERROR, "leaf not held hold=%u status=%s",
                     hold_of_subject(copy->subject), status_name(s));
        }
    }
    leaf_set_flush(&copy->vault->store.leaves);
}

/* False: more is to be done first. */
static bool try_end(struct vault_hold *copy, bool is_late)
{
    if (copy->next < copy->slice.records.count && !copy->is_full)
        return false;
    /* Lost for another reason than space: what is there is kept. */
    bool is_partial = copy->lost > 0 || copy->is_full;
    if (!is_partial && !copy->has_leaves)
        return false;
    enum status s = is_partial
                        ? STATUS_OK
                        : leaf_set_is_held(&copy->vault->store.leaves,
                                           copy->volume);
    if (s == STATUS_AGAIN && !is_late)
        return true; /* until they are durable */
    if (s == STATUS_IO)
        copy->leaves = 0;
    end(copy, (copy->lost > 0 && !copy->is_full) || s == STATUS_AGAIN
                  ? STATUS_AGAIN
                  : STATUS_OK);
    return true;
}

/* ---- steps ---- */

void vault_hold_tick(struct vault *vault)
{
    struct vault_hold *copy = vault->hold;
    if (copy == NULL)
        return;
    if (intake_of_owner(&vault->intake, copy) > 0)
        return; /* until it is durable */
    bool is_late = vault->is_stopping || vault->is_stopped ||
                   vault_now(vault).us >= copy->deadline.us;
    if (try_end(copy, is_late))
        return;
    if (is_late && !is_asking(copy)) {
        end(copy, STATUS_AGAIN);
        return;
    }
    if (!is_late)
        ask_keys(copy);
    if (!has_all_keys(copy) || vault->intake.held_bytes > RECORDING_BYTES)
        return;
    if (copy->next == copy->slice.records.count) {
        add_leaves(copy);
        return;
    }
    enum status s = copy_some(copy);
    if (s != STATUS_OK && s != STATUS_AGAIN) {
        log_line(LOG_ERROR, "hold not copied hold=%u status=%s",
                 hold_of_subject(copy->subject), status_name(s));
        copy->slice.records.count = copy->next; /* what has gone in stays */
        copy->lost += s != STATUS_NOT_FOUND;
        copy->refused += s == STATUS_NOT_FOUND;
    }
}

/* ---- the message ---- */

static enum status begin(struct vault *vault, struct channel *channel,
                         const struct message_hold_copy *message)
{
    struct ticket ticket = {0};
    enum status s =
        vault_open_ticket(vault, message->ticket, TICKET_HOLD, &ticket);
    struct span span = {{message->from_us}, {message->to_us}};
    if (s == STATUS_OK &&
        (ticket.view != message->hold || message->hold > HOLD_NUMBER_MAX ||
         !ticket_allows_camera(&ticket, message->camera) ||
         span.from.us < ticket.span.from.us ||
         span.to.us > ticket.span.to.us || span_is_empty(span)))
        s = STATUS_DENIED;
    if (s == STATUS_OK && (vault->hold != NULL || vault->is_stopping ||
                           vault->is_stopped))
        s = STATUS_AGAIN;
    if (s != STATUS_OK)
        return s;
    struct vault_hold *copy = alloc_zeroed(sizeof *copy);
    if (copy == NULL)
        return STATUS_NO_MEMORY;
    copy->vault = vault;
    copy->channel = channel;
    copy->id = message->id;
    copy->subject = hold_subject(message->hold, message->camera);
    copy->deadline.us = vault_now(vault).us + SLICE_LIFE_US;
    copy->ticket = buffer_with_limit(TICKET_SIZE_MAX);
    buffer_append(&copy->ticket, message->ticket);
    vault->hold = copy;
    s = buffer_status(&copy->ticket);
    if (s == STATUS_OK)
        s = secret_create((size_t)UNITS_MAX * UNIT_BYTES, &copy->keys);
    if (s == STATUS_OK)
        s = held_slice_make(&vault->store, copy->subject, span,
                            &copy->slice);
    copy->volume = copy->slice.leaves.volume;
    if (s == STATUS_OK) {
        collect_units(copy);
        ask_keys(copy);
    } else {
        end(copy, s);
    }
    return STATUS_OK;
}

void vault_on_hold_copy(void *context, struct channel *channel,
                        const struct message_hold_copy *message,
                        int descriptor)
{
    socket_close(&descriptor);
    const struct message_hold_copy_reply reply = {
        .id = message->id, .status = begin(context, channel, message)};
    if (reply.status != STATUS_OK)
        (void)!message_hold_copy_answer(channel, &reply, -1);
}
