/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the witnesses of our log: one after the other, each about once a minute,
 * through the courier. What a witness has cosigned stands in log/cosigned/NAME;
 * the log itself says only when one is away for a day, contradicts us, or is
 * back: an entry for each cosignature would be a reason for the next one.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/witness/submission.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"
#include "roles/gate/witness/outbox.h"
#include "roles/gate/witness/witnesses.h"
#include "sys/logger.h"

enum {
    TICK_MS = 1000,
    ASK_EVERY_US = 60 * SECOND_US,
    ASK_EVERY_DEMO_US = 2 * SECOND_US,
    PATH_SIZE = GATE_DIRECTORY_SIZE + 80,
    DETAIL_SIZE = 64,
    CODE_OK = 200,
    CODE_CONFLICT = 409,
    CODE_NO_PROOF = 422,
};

struct gate_witness {
    const struct plant_witness *plant;
    struct note_key key;
    bool is_usable;       /* its key is one */
    uint64_t known_size;  /* of our log, that it has cosigned last */
    int64_t last_us;      /* when, by its clock; 0: never */
    uint64_t last_size;   /* of what lies in log/cosigned */
    int64_t next_boot_us; /* not asked before */
    bool is_retry;        /* it has told its size: asked again at once */
    enum witness_state noted; /* by this process; perhaps not durable yet */
    char detail[DETAIL_SIZE]; /* why it has not cosigned, where it has not */
};

struct gate_witnesses {
    struct gate_witness list[WITNESSES_MAX];
    size_t count;
    struct timer *timer;
    char log_directory[PATH_SIZE];

    /* What is on its way. */
    struct gate_witness *addressee; /* NULL: nothing is */
    struct submission submission;
};

static int64_t now_boot_us(const struct gate *gate)
{
    return clock_boot(gate->process.clock).us;
}

/* ---- what the log says ---------------------------------------------------- */

static enum witness_state state_of(const struct gate *gate,
                                   const struct gate_witness *witness)
{
    const struct witness_row *row =
        witness_watch_find(&gate->witness_watch, witness->plant->name);
    return row == NULL ? WITNESS_UNKNOWN : row->state;
}

/* Once for each change: the log is asked, not this process's memory. */
static void note_state(struct gate *gate, struct gate_witness *witness,
                       enum witness_state state)
{
    if (state_of(gate, witness) == state || witness->noted == state)
        return;
    witness->noted = state;
    struct entry entry = entry_of(ENTRY_WITNESS_STATE);
    entry_text(&entry, "witness", witness->plant->name);
    entry_text(&entry, "state", text_of(witness_state_name(state)));
    entry_number(&entry, "size", (int64_t)witness->last_size);
    entry_time(&entry, "last", (struct wall_time){witness->last_us});
    gate_note(gate, &entry);
    log_line(state == WITNESS_SET || state == WITNESS_BACK ? LOG_INFO
                                                           : LOG_ERROR,
             "witness=%.*s state=%s", (int)witness->plant->name.size,
             witness->plant->name.data, witness_state_name(state));
}

static void check_overdue(struct gate *gate)
{
    for (size_t i = 0; i < gate->witnesses->count; i++) {
        struct gate_witness *witness = &gate->witnesses->list[i];
        const struct witness_row *row =
            witness_watch_find(&gate->witness_watch, witness->plant->name);
        if (row == NULL)
            note_state(gate, witness, WITNESS_SET);
        else if (row->state != WITNESS_CONTRADICTED &&
                 witness_is_overdue(row, witness->last_us, gate_now(gate)))
            note_state(gate, witness, WITNESS_AWAY);
    }
}

/* ---- asking --------------------------------------------------------------- */

static void put_off(struct gate *gate, struct gate_witness *witness)
{
    witness->next_boot_us =
        now_boot_us(gate) + (gate->configuration.plant->is_demo
                                 ? ASK_EVERY_DEMO_US
                                 : ASK_EVERY_US);
    witness->is_retry = false;
}

static void fail(struct gate *gate, struct gate_witness *witness,
                 const char *detail)
{
    (void)snprintf(witness->detail, sizeof witness->detail, "%s", detail);
    put_off(gate, witness);
}

/* It has seen a log that ours does not go on from. */
static void contradict(struct gate *gate, struct gate_witness *witness,
                       const char *detail)
{
    fail(gate, witness, detail);
    note_state(gate, witness, WITNESS_CONTRADICTED);
}

static bool make_path(const struct plant_witness *witness, char *out,
                      size_t size)
{
    struct text path = witness->server.path;
    if (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    int used = snprintf(out, size, "%.*s/add-checkpoint", (int)path.size,
                        path.data);
    return used > 0 && (size_t)used < size;
}

static gate_letter_fn on_answer;

/* Hands one over to the courier. Fails with: as submission_make, LIMIT. */
static enum status post(struct gate *gate, struct gate_witness *witness)
{
    struct gate_witnesses *all = gate->witnesses;
    char path[512];
    enum status s = submission_make(
        &FILE_LAYER_SYSTEM, all->log_directory,
        log_store_key(log_writer_store(gate->log)), witness->known_size,
        &all->submission);
    if (s == STATUS_OK && !make_path(witness->plant, path, sizeof path))
        s = STATUS_LIMIT;
    if (s != STATUS_OK)
        return s;
    const struct gate_letter letter = {
        .to = &witness->plant->server,
        .path = text_of(path),
        .type = text_of("text/plain; charset=utf-8"),
        .body = buffer_bytes(&all->submission.body),
    };
    all->addressee = witness;
    gate_outbox_post(gate, &letter, on_answer);
    return STATUS_OK;
}

static void ask(struct gate *gate, struct gate_witness *witness)
{
    enum status s = post(gate, witness);
    if (s == STATUS_OK)
        return;
    if (s == STATUS_CONFLICT)
        contradict(gate, witness, "our log is shorter than what it knows");
    else if (s == STATUS_NOT_FOUND) /* nothing signed yet, or tiles at work */
        witness->next_boot_us = now_boot_us(gate) + SECOND_US;
    else
        fail(gate, witness, "our log's files cannot be read");
}

/* The one that has waited longest. */
static struct gate_witness *next_of(struct gate *gate)
{
    struct gate_witness *next = NULL;
    int64_t now_us = now_boot_us(gate);
    for (size_t i = 0; i < gate->witnesses->count; i++) {
        struct gate_witness *witness = &gate->witnesses->list[i];
        if (witness->is_usable && witness->next_boot_us <= now_us &&
            (next == NULL || witness->next_boot_us < next->next_boot_us))
            next = witness;
    }
    return next;
}

void gate_witnesses_work(struct gate *gate)
{
    if (gate->witnesses == NULL || !gate_outbox_is_free(gate))
        return;
    struct gate_witness *next = next_of(gate);
    if (next != NULL)
        ask(gate, next);
}

static void on_tick(void *context, struct timer *timer)
{
    (void)timer;
    check_overdue(context);
}

/* ---- answers -------------------------------------------------------------- */

static enum status keep(const struct gate *gate,
                        const struct gate_witness *witness, struct text answer,
                        struct cosigned *said)
{
    AUTO(buffer_deinit) struct buffer note = buffer_with_limit(NOTE_SIZE_MAX);
    const struct gate_witnesses *all = gate->witnesses;
    char path[PATH_SIZE];
    enum status s = cosigned_join(
        buffer_text(&all->submission.note), answer,
        log_store_key(log_writer_store(gate->log)), &witness->key, &note,
        said);
    if (s == STATUS_OK && !cosigned_path(all->log_directory,
                                         witness->plant->name, path,
                                         sizeof path))
        s = STATUS_LIMIT;
    return s == STATUS_OK
               ? file_replace(&FILE_LAYER_SYSTEM, path, buffer_bytes(&note))
               : s;
}

static void take_cosignature(struct gate *gate, struct gate_witness *witness,
                             struct text answer)
{
    struct cosigned said;
    if (keep(gate, witness, answer, &said) != STATUS_OK) {
        fail(gate, witness, "no cosignature of its key, or not kept");
        return;
    }
    enum witness_state before = state_of(gate, witness);
    witness->known_size = said.checkpoint.size;
    witness->last_size = said.checkpoint.size;
    witness->last_us = (int64_t)said.time_s * SECOND_US;
    witness->detail[0] = 0;
    put_off(gate, witness);
    if (before == WITNESS_AWAY || before == WITNESS_CONTRADICTED)
        note_state(gate, witness, WITNESS_BACK);
}

/* It stands at another size than we thought. */
static void take_size(struct gate *gate, struct gate_witness *witness,
                      struct text answer)
{
    uint64_t size = 0;
    if (add_checkpoint_parse_size(answer, &size) != STATUS_OK) {
        fail(gate, witness, "refused without its size");
        return;
    }
    if (size == witness->known_size) {
        contradict(gate, witness, "it knows another log of this size");
        return;
    }
    bool was_retry = witness->is_retry;
    witness->known_size = size;
    put_off(gate, witness);
    if (was_retry)
        return; /* somebody else asks it too: later */
    witness->is_retry = true;
    witness->next_boot_us = now_boot_us(gate);
}

static void on_answer(struct gate *gate, unsigned code, struct text why,
                      struct bytes body)
{
    struct gate_witness *witness = gate->witnesses->addressee;
    char detail[DETAIL_SIZE];
    gate->witnesses->addressee = NULL;
    if (code == CODE_OK) {
        take_cosignature(gate, witness, bytes_text(body));
    } else if (code == CODE_CONFLICT) {
        take_size(gate, witness, bytes_text(body));
    } else if (code == CODE_NO_PROOF) {
        contradict(gate, witness, "it knows another log");
    } else if (code == 0) {
        fail(gate, witness,
             text_copy(why, detail, sizeof detail) ? detail : "no answer");
    } else {
        (void)snprintf(detail, sizeof detail, "refused: HTTP %u", code);
        fail(gate, witness, detail);
    }
}

/* ---- start and status ----------------------------------------------------- */

/* What it has said before this start. */
static void read_last(const struct gate *gate, struct gate_witness *witness)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    char path[PATH_SIZE];
    size_t size = 0;
    struct cosigned said;
    if (!cosigned_path(gate->witnesses->log_directory, witness->plant->name,
                       path, sizeof path) ||
        file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_SIZE_MAX, &memory,
                      &size) != STATUS_OK ||
        cosigned_open(bytes_text(bytes_of(memory, size)),
                      log_store_key(log_writer_store(gate->log)),
                      &witness->key, &said) != STATUS_OK)
        return;
    witness->known_size = said.checkpoint.size;
    witness->last_size = said.checkpoint.size;
    witness->last_us = (int64_t)said.time_s * SECOND_US;
}

static void open_one(const struct gate *gate, const struct plant_witness *plant,
                     struct gate_witness *witness)
{
    witness->plant = plant;
    witness->is_usable = note_key_parse(plant->key, &witness->key) ==
                             STATUS_OK &&
                         witness->key.type == NOTE_KEY_COSIGNATURE;
    if (witness->is_usable) {
        read_last(gate, witness);
        return;
    }
    (void)snprintf(witness->detail, sizeof witness->detail,
                   "its key in plant.yaml is no cosignature key");
    log_line(LOG_ERROR, "witness=%.*s: %s", (int)plant->name.size,
             plant->name.data, witness->detail);
}

enum status gate_witnesses_open(struct gate *gate)
{
    const struct plant *plant = gate->configuration.plant;
    char path[PATH_SIZE];
    if (plant->witness_count == 0)
        return STATUS_OK;
    struct gate_witnesses *all = alloc_zeroed(sizeof *all);
    if (all == NULL)
        return STATUS_NO_MEMORY;
    gate->witnesses = all;
    submission_init(&all->submission);
    (void)snprintf(all->log_directory, sizeof all->log_directory, "%s/log",
                   gate->directory);
    (void)snprintf(path, sizeof path, "%s/log/cosigned", gate->directory);
    enum status s =
        FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path);
    for (size_t i = 0; i < plant->witness_count && i < WITNESSES_MAX; i++)
        open_one(gate, &plant->witnesses[i], &all->list[all->count++]);
    if (s == STATUS_OK)
        s = timer_make(gate->process.loop, "witnesses", on_tick, gate,
                       &all->timer);
    if (s == STATUS_OK)
        timer_start(all->timer, TICK_MS, TICK_MS);
    return s;
}

void gate_witnesses_write(const struct gate *gate, struct json *json)
{
    const struct gate_witnesses *all = gate->witnesses;
    gate_put_name(json, "witnesses");
    gate_put_open(json, '[');
    for (size_t i = 0; all != NULL && i < all->count; i++) {
        const struct gate_witness *witness = &all->list[i];
        gate_put_open(json, '{');
        gate_put_named_text(json, "name", witness->plant->name);
        gate_put_named_text(json, "state",
                            text_of(witness_state_name(
                                state_of(gate, witness))));
        gate_put_named_number(json, "last_us", witness->last_us);
        gate_put_named_number(json, "size", (int64_t)witness->last_size);
        gate_put_named_text(json, "detail", text_of(witness->detail));
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

struct wall_time gate_witnesses_last(const struct gate *gate)
{
    const struct gate_witnesses *all = gate->witnesses;
    struct wall_time last = {0};
    for (size_t i = 0; all != NULL && i < all->count; i++) {
        if (all->list[i].last_us > last.us)
            last.us = all->list[i].last_us;
    }
    return last;
}
