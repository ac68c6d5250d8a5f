/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This installation as a witness: answers the logs that the plant names, and
 * writes an entry where one of them shows two histories. Its key is another
 * than the log's: office/witness.key, and office/witness.vkey for those who are
 * to believe it.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "log/witness/witness_book.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/witness/witnesses.h"
#include "sys/logger.h"

enum {
    PATH_SIZE = GATE_DIRECTORY_SIZE + 32,
    KNOWN_SHOWN_MAX = 4096, /* bytes of a note in an entry, before base64 */
    SHOWN_SHOWN_MAX = ADD_CHECKPOINT_SIZE_MAX,
};

static const char NAME_END[] = "/witness";

struct gate_witnessed {
    struct witness_book *book;
    struct note_key logs[WITNESSES_MAX];
    size_t count;
    /* What was cosigned last of each; time 0: nothing yet. */
    uint64_t sizes[WITNESSES_MAX];
    int64_t last_us[WITNESSES_MAX];
    /* Contradicted at this size, by this process; perhaps not durable yet. */
    uint64_t noted_sizes[WITNESSES_MAX];
};

/* ---- answers -------------------------------------------------------------- */

static bool is_noted(const struct gate *gate, const char *origin,
                     uint64_t known_size)
{
    const struct equivocation_row *row =
        witness_watch_equivocation(&gate->witness_watch, text_of(origin));
    return row != NULL && row->known_size == known_size;
}

static const struct note_key *log_of(const struct gate_witnessed *all,
                                     struct text body)
{
    struct add_checkpoint asked;
    if (add_checkpoint_parse(body, &asked) != STATUS_OK)
        return NULL;
    struct text origin = text_cut(&asked.note, '\n');
    for (size_t i = 0; i < all->count; i++)
        if (text_equal(origin, text_of(all->logs[i].name)))
            return &all->logs[i];
    return NULL;
}

static char *encode(struct bytes bytes)
{
    char *out = alloc_array(1, BASE64_SIZE(bytes.size) + 1);
    if (out != NULL)
        base64_encode(bytes, out);
    return out;
}

/* Both notes, so that anybody can see it. */
static void note_equivocation(struct gate *gate, const struct note_key *log,
                              const struct witness_contradiction *found)
{
    uint64_t *noted = &gate->witnessed->noted_sizes[log - gate->witnessed->logs];
    if (is_noted(gate, log->name, found->known_size) ||
        *noted == found->known_size)
        return;
    *noted = found->known_size;
    if (found->known.size > KNOWN_SHOWN_MAX ||
        found->shown.size > SHOWN_SHOWN_MAX)
        return; /* ours and what was asked are smaller */
    char *known = encode(buffer_bytes(&found->known));
    char *shown = encode(buffer_bytes(&found->shown));
    struct entry entry = entry_of(ENTRY_WITNESS_EQUIVOCATION);
    entry_text(&entry, "origin", text_of(log->name));
    entry_number(&entry, "known_size", (int64_t)found->known_size);
    entry_number(&entry, "shown_size", (int64_t)found->shown_size);
    entry_text(&entry, "known", text_of(known));
    entry_text(&entry, "shown", text_of(shown));
    if (known != NULL && shown != NULL)
        gate_note(gate, &entry);
    log_line(LOG_ERROR, "the log %s has shown two histories", log->name);
    alloc_free(known);
    alloc_free(shown);
}

static enum status answer(struct gate *gate, struct text body,
                          struct witness_answer *out)
{
    struct gate_witnessed *all = gate->witnessed;
    const struct note_key *log = log_of(all, body);
    int64_t now_us = gate_now(gate).us;
    /* By log, not by address: web may lie about that. */
    if (!gate_rate_allows(gate, RATE_WITNESS,
                          text_of(log == NULL ? "" : log->name)))
        return STATUS_LIMIT;
    enum status s = witness_book_answer(all->book, all->logs, all->count, body,
                                        (uint64_t)(now_us / SECOND_US), out);
    if (s != STATUS_OK || log == NULL)
        return s;
    if (out->contradiction.is_there)
        note_equivocation(gate, log, &out->contradiction);
    if (out->code == 200) {
        all->sizes[log - all->logs] = out->size;
        all->last_us[log - all->logs] = now_us;
    }
    return STATUS_OK;
}

void gate_on_witness_ask(void *context, struct channel *channel,
                         const struct message_witness_ask *message,
                         int descriptor)
{
    struct gate *gate = context;
    struct message_witness_ask_reply reply = {.id = message->id};
    AUTO(witness_answer_deinit) struct witness_answer made = {.code = 0};
    (void)descriptor;
    if (!gate->is_started || gate->witnessed == NULL)
        reply.status = gate->is_started ? STATUS_NOT_FOUND : STATUS_AGAIN;
    else
        reply.status = answer(gate, bytes_text(message->body), &made);
    reply.code = (uint16_t)made.code;
    reply.body = buffer_bytes(&made.body);
    gate_sent(message_witness_ask_answer(channel, &reply, -1), "witness_ask");
}

/* ---- start and status ----------------------------------------------------- */

static enum status open_book(const struct gate *gate,
                             struct gate_witnessed *all)
{
    char directory[PATH_SIZE];
    char key[PATH_SIZE];
    char vkey[PATH_SIZE];
    char name[NOTE_NAME_MAX + sizeof NAME_END];
    (void)snprintf(directory, sizeof directory, "%s/office/witnessed",
                   gate->directory);
    (void)snprintf(key, sizeof key, "%s/office/witness.key", gate->directory);
    (void)snprintf(vkey, sizeof vkey, "%s/office/witness.vkey",
                   gate->directory);
    (void)snprintf(name, sizeof name, "%s%s",
                   log_store_key(log_writer_store(gate->log))->name, NAME_END);
    const struct witness_place place = {directory, key, vkey, name};
    enum status s =
        FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, directory);
    return s == STATUS_OK
               ? witness_book_open(&FILE_LAYER_SYSTEM, &place, &all->book)
               : s;
}

static void open_log(struct gate_witnessed *all,
                     const struct plant_witnessed *plant)
{
    struct note_key *key = &all->logs[all->count];
    struct checkpoint last;
    uint64_t time_s = 0;
    if (note_key_parse(plant->key, key) != STATUS_OK ||
        key->type != NOTE_KEY_ED25519) {
        log_line(LOG_ERROR, "witnessed: %.*s is no log's key",
                 (int)plant->key.size, plant->key.data);
        return;
    }
    if (witness_book_last(all->book, key, &last, &time_s) == STATUS_OK) {
        all->sizes[all->count] = last.size;
        all->last_us[all->count] = (int64_t)time_s * SECOND_US;
    }
    all->count++;
}

/* Without its book this installation is no witness; it records all the same. */
enum status gate_witnessed_open(struct gate *gate)
{
    const struct plant *plant = gate->configuration.plant;
    struct gate_witnessed *all = alloc_zeroed(sizeof *all);
    if (all == NULL)
        return STATUS_NO_MEMORY;
    enum status s = open_book(gate, all);
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "cannot be a witness of others status=%s",
                 status_name(s));
        alloc_free(all);
        return s == STATUS_NO_MEMORY ? s : STATUS_OK;
    }
    for (size_t i = 0; i < plant->witnessed_count && i < WITNESSES_MAX; i++)
        open_log(all, &plant->witnessed[i]);
    gate->witnessed = all;
    return STATUS_OK;
}

void gate_witnessed_write(const struct gate *gate, struct json *json)
{
    const struct gate_witnessed *all = gate->witnessed;
    gate_put_name(json, "witnessed");
    gate_put_open(json, '[');
    for (size_t i = 0; all != NULL && i < all->count; i++) {
        struct text origin = text_of(all->logs[i].name);
        gate_put_open(json, '{');
        gate_put_named_text(json, "origin", origin);
        gate_put_named_number(json, "last_us", all->last_us[i]);
        gate_put_named_number(json, "size", (int64_t)all->sizes[i]);
        gate_put_name(json, "equivocation");
        gate_put_bool(json, witness_watch_equivocation(&gate->witness_watch,
                                                       origin) != NULL);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}
