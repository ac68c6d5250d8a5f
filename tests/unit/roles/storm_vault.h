/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit/roles/storm_vault - a vault's process, in its sandbox, on real files, in
 * a time that the test sets (fast_time.h). The test is its keeper (a
 * keyring), its gate (a log that says what the gate's would) and its
 * supervisor.
 *
 * The directory is an installation's: cmd/verify reads it afterwards.
 */
#ifndef UNIT_ROLES_STORM_VAULT_H
#define UNIT_ROLES_STORM_VAULT_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/secret.h"
#include "ipc/channel.h"
#include "keys/keyring.h"
#include "keys/trusted_clock.h"
#include "model/death.h"
#include "roles/gate/event_entry.h"
#include "roles/role.h"
#include "support/log_fixture.h"
#include "sys/clock.h"
#include "sys/event_descriptor.h"
#include "sys/file.h"
#include "sys/ring.h"
#include "sys/socket.h"
#include "unit/roles/fast_time.h"
#include "unit/test.h"

enum {
    STORM_CAMERAS = 2,
    STORM_VOLUME_BYTES = 32 * 1024 * 1024,
    STORM_KEPT_DAYS = 3,
    STORM_DEATHS_BYTES = 65536,
    STORM_STOP_TURN_US = 100000,
    STORM_STOP_TURNS = 300,
};

struct storm_vault {
    char directory[128];
    struct fake_clock *clock;
    struct fast_time *time;
    struct loop *loop;
    pid_t process;
    struct channel *supervisor;
    struct channel *gate;
    struct channel *keeper;
    struct message_handlers handlers;
    int ring;
    int kick;
    bool is_held; /* it gets no turn */
    bool is_stopped;
    bool has_answer;
    enum status answer;
    /* as keeper */
    struct keyring *keyring;
    bool has_no_keys;
    bool is_epoch_asked;
    uint32_t epoch_id;
    uint64_t epoch_known;
    /* as gate */
    struct log_store *log;
    uint64_t cursor;
    unsigned entries;
    unsigned causes[CAUSE_COUNT]; /* of gaps */
};

static inline void storm_vault_answered(void *context, enum status status,
                                        int descriptor)
{
    struct storm_vault *vault = context;
    socket_close(&descriptor);
    vault->answer = status;
    vault->has_answer = true;
    loop_stop(vault->loop);
}

static inline void storm_vault_wait(struct storm_vault *vault)
{
    while (!vault->has_answer)
        loop_run(vault->loop);
    vault->has_answer = false;
}

#define STORM_ANSWERED(name)                                                   \
    static inline void storm_on_##name(                                        \
        void *context, enum status status,                                     \
        const struct message_##name##_reply *reply, int descriptor)            \
    {                                                                          \
        (void)reply;                                                           \
        storm_vault_answered(context, status, descriptor);                     \
    }

STORM_ANSWERED(start_vault)
STORM_ANSWERED(peer_attach)
STORM_ANSWERED(ring_attach)
STORM_ANSWERED(kick_attach)
STORM_ANSWERED(vault_policy_set)

static inline void storm_on_stop(void *context, enum status status,
                                 const struct message_stop_reply *reply,
                                 int descriptor)
{
    struct storm_vault *vault = context;
    (void)reply;
    socket_close(&descriptor);
    CHECK_OK(status);
    vault->is_stopped = true;
}

/* Asks, and waits for the answer, which must be OK. */
#define STORM_ASK(vault, channel, name, message, descriptor)                   \
    do {                                                                       \
        CHECK_OK(message_##name##_send(channel, message, descriptor,           \
                                       storm_on_##name, vault));               \
        storm_vault_wait(vault);                                               \
        CHECK_OK((vault)->answer);                                             \
    } while (0)

/* ---- as keeper ----------------------------------------------------------- */

static inline void
storm_on_vault_clock(void *context, struct channel *channel,
                     const struct message_vault_clock *message, int descriptor)
{
    struct storm_vault *vault = context;
    socket_close(&descriptor);
    const struct message_vault_clock_reply reply = {
        .id = message->id,
        .trusted_minus_boot_us = keyring_trusted_minus_boot_us(vault->keyring),
        .epoch = keyring_epoch(vault->keyring),
    };
    CHECK_OK(message_vault_clock_answer(channel, &reply, -1));
}

static inline void storm_on_seal_key(void *context, struct channel *channel,
                                     const struct message_seal_key *message,
                                     int descriptor)
{
    struct storm_vault *vault = context;
    struct keyring_unit unit = {0};
    struct message_seal_key_reply reply = {.id = message->id};
    socket_close(&descriptor);
    reply.status =
        vault->has_no_keys
            ? STATUS_AGAIN
            : keyring_seal(vault->keyring, message->camera,
                           (struct wall_time){message->time_us}, &unit);
    reply.unit_us = unit.span.from.us;
    reply.unit_s = unit.unit_s;
    memcpy(reply.unit_key, unit.keys.key, sizeof reply.unit_key);
    memcpy(reply.leaf_salt, unit.keys.leaf_salt, sizeof reply.leaf_salt);
    CHECK_OK(message_seal_key_answer(channel, &reply, -1));
}

static inline void storm_answer_epoch(struct storm_vault *vault)
{
    static uint8_t memory[STORM_DEATHS_BYTES];
    struct writer rows = writer_on(memory, sizeof memory);
    uint64_t epoch = vault->epoch_known;
    if (!vault->is_epoch_asked)
        return;
    (void)keyring_deaths_since(vault->keyring, &epoch, &rows);
    if (epoch == vault->epoch_known)
        return;
    const struct message_epoch_wait_reply reply = {
        .id = vault->epoch_id, .epoch = epoch, .deaths = writer_written(&rows)};
    vault->is_epoch_asked = false;
    CHECK_OK(message_epoch_wait_answer(vault->keeper, &reply, -1));
}

static inline void storm_on_epoch_wait(void *context, struct channel *channel,
                                       const struct message_epoch_wait *message,
                                       int descriptor)
{
    struct storm_vault *vault = context;
    (void)channel;
    socket_close(&descriptor);
    vault->is_epoch_asked = true;
    vault->epoch_id = message->id;
    vault->epoch_known = message->known_epoch;
    storm_answer_epoch(vault);
}

/* Rotations, and what the wall clock says. */
static inline void storm_keep_keys(struct storm_vault *vault)
{
    (void)keyring_observe_clock(vault->keyring);
    if (keyring_rotation_in_us(vault->keyring) == 0)
        CHECK_OK(keyring_rotate(vault->keyring));
    storm_answer_epoch(vault);
}

/* ---- as gate ------------------------------------------------------------- */

static inline void storm_append(struct storm_vault *vault, struct bytes events,
                                uint64_t last)
{
    struct log_batch batch;
    struct reader in = reader_on(events);
    uint64_t count = 0;
    for (struct reader look = in; reader_more(&look); count++) {
        struct event event;
        CHECK_OK(event_decode(&look, &event));
    }
    uint64_t number = last - count;
    log_batch_init(&batch, log_store_count(vault->log));
    while (reader_more(&in)) {
        struct event event;
        struct entry entry;
        char words[EVENT_ENTRY_WORDS];
        CHECK_OK(event_decode(&in, &event));
        CHECK_OK(event_entry(&event, ++number, words, &entry));
        log_fixture_add(&batch, &entry, keyring_now(vault->keyring), NULL);
        vault->entries++;
        if (event.kind == EVENT_GAP) {
            CHECK(event.cause != CAUSE_NONE && event.cause < CAUSE_COUNT);
            vault->causes[event.cause]++;
        }
    }
    CHECK_OK(log_fixture_append(vault->log, &batch));
    log_batch_deinit(&batch);
}

static inline void
storm_on_events(void *context, enum status status,
                const struct message_events_next_reply *reply, int descriptor)
{
    struct storm_vault *vault = context;
    if (status == STATUS_OK) {
        storm_append(vault, reply->events, reply->cursor);
        vault->cursor = reply->cursor;
    }
    storm_vault_answered(context, status, descriptor);
}

/* All that it has to tell; it has had a turn. */
static inline void storm_take_events(struct storm_vault *vault)
{
    do {
        const struct message_events_next message = {.cursor = vault->cursor,
                                                    .drain = 1};
        CHECK_OK(message_events_next_send(vault->gate, &message, -1,
                                          storm_on_events, vault));
        storm_vault_wait(vault);
    } while (vault->answer == STATUS_OK);
    CHECK_STATUS(STATUS_END, vault->answer);
}

/* ---- as supervisor ------------------------------------------------------- */

static inline void storm_on_closed(void *context, struct channel *channel)
{
    (void)channel;
    struct storm_vault *vault = context;
    if (vault->process > 0)
        fail_msg("the vault has ended by itself");
}

static inline struct channel *storm_channel(struct storm_vault *vault,
                                            int descriptor, enum role self)
{
    struct channel *channel = NULL;
    CHECK_OK(channel_create(vault->loop, descriptor, self, ROLE_VAULT,
                            &vault->handlers, storm_on_closed, vault,
                            &channel));
    return channel;
}

static inline struct channel *storm_attach(struct storm_vault *vault,
                                           enum role role)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    struct channel *channel = storm_channel(vault, ends[0], role);
    const struct message_peer_attach message = {.role = (uint8_t)role};
    STORM_ASK(vault, vault->supervisor, peer_attach, &message, ends[1]);
    return channel;
}

static inline void storm_give_policies(struct storm_vault *vault)
{
    uint8_t memory[STORM_CAMERAS * POLICY_SIZE];
    struct policy policies[STORM_CAMERAS];
    struct writer w = writer_on(memory, sizeof memory);
    for (uint32_t i = 0; i < STORM_CAMERAS; i++) {
        policies[i] = (struct policy){
            i + 1, 1, {RETENTION_DAYS, STORM_KEPT_DAYS}, UTC_OFFSET_KOREA_S};
        policy_encode(&policies[i], &w);
    }
    CHECK_OK(keyring_set_policies(vault->keyring, policies, STORM_CAMERAS));
    const struct message_vault_policy_set message = {.policies =
                                                         writer_written(&w)};
    STORM_ASK(vault, vault->gate, vault_policy_set, &message, -1);
}

/* What it logs stands beside what it records. */
static inline void storm_become_vault(struct storm_vault *vault, int control)
{
    char path[160];
    (void)snprintf(path, sizeof path, "%s/vault.log", vault->directory);
    int lines = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (dup2(control, ROLE_CONTROL_DESCRIPTOR) < 0 ||
        dup2(lines, STDERR_FILENO) < 0)
        _exit(1);
    for (int i = ROLE_CONTROL_DESCRIPTOR + 1; i < 64; i++)
        (void)close(i);
    fast_time_enter(vault->time);
    _exit(role_vault_main());
}

/* cause: of the start, for people; empty: the first. */
static inline void storm_vault_start(struct storm_vault *vault,
                                     const char *cause)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    fast_time_set(vault->time, vault->clock->boot, vault->clock->wall);
    pid_t process = fork();
    if (process == 0)
        storm_become_vault(vault, ends[1]);
    CHECK(process > 0);
    vault->process = process;
    (void)close(ends[1]);
    vault->supervisor = storm_channel(vault, ends[0], ROLE_SUPERVISOR);
    const struct message_start_vault message = {
        .directory = text_of(vault->directory),
        .volume_bytes = STORM_VOLUME_BYTES,
        .cause = text_of(cause),
    };
    STORM_ASK(vault, vault->supervisor, start_vault, &message, -1);
    const struct message_ring_attach ring = {.id = 0};
    const struct message_kick_attach kick = {.id = 0};
    STORM_ASK(vault, vault->supervisor, ring_attach, &ring, dup(vault->ring));
    STORM_ASK(vault, vault->supervisor, kick_attach, &kick, dup(vault->kick));
    vault->keeper = storm_attach(vault, ROLE_KEEPER);
    vault->gate = storm_attach(vault, ROLE_GATE);
    storm_give_policies(vault);
}

static inline void storm_vault_kill(struct storm_vault *vault)
{
    int status = 0;
    pid_t process = vault->process;
    vault->process = -1;
    vault->is_held = vault->is_epoch_asked = false;
    CHECK(kill(process, SIGKILL) == 0);
    CHECK(waitpid(process, &status, 0) == process);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    channel_destroy(&vault->supervisor);
    channel_destroy(&vault->gate);
    channel_destroy(&vault->keeper);
}

static inline void storm_vault_hold(struct storm_vault *vault, bool is_held)
{
    if (vault->process > 0 && is_held != vault->is_held)
        CHECK(kill(vault->process, is_held ? SIGSTOP : SIGCONT) == 0);
    vault->is_held = is_held && vault->process > 0;
}

/* A turn at the present time: its loop's, its threads', and once more its
 * loop's, which takes what they have done. */
static inline void storm_vault_turn(struct storm_vault *vault)
{
    fast_time_set(vault->time, vault->clock->boot, vault->clock->wall);
    if (vault->process < 0 || vault->is_held)
        return;
    event_descriptor_ring(vault->kick);
    storm_take_events(vault);
    fast_time_settle(vault->time);
    storm_take_events(vault);
}

/* In order: all is written and told. It takes its time. */
static inline void storm_vault_stop(struct storm_vault *vault)
{
    const struct message_stop message = {.id = 0};
    storm_vault_hold(vault, false);
    vault->is_stopped = false;
    CHECK_OK(message_stop_send(vault->supervisor, &message, -1, storm_on_stop,
                               vault));
    for (int i = 0; !vault->is_stopped; i++) {
        CHECK(i < STORM_STOP_TURNS);
        fake_clock_advance(vault->clock, STORM_STOP_TURN_US);
        storm_vault_turn(vault);
    }
    storm_take_events(vault);
    storm_vault_kill(vault);
}

static inline void storm_vault_make_directory(struct storm_vault *vault,
                                              const char *name, char path[160])
{
    (void)snprintf(path, 160, "%s/%s", vault->directory, name);
    CHECK_OK(FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, path));
}

/* ring: the caller's. */
static inline void storm_vault_open(struct storm_vault *vault,
                                    struct fake_clock *clock, int ring)
{
    static const uint8_t BOOT_ID[BOOT_ID_SIZE] = {1};
    char path[160];
    *vault = (struct storm_vault){
        .clock = clock, .time = fast_time_make(), .process = -1, .ring = ring};
    vault->handlers = (struct message_handlers){
        .context = vault,
        .vault_clock = storm_on_vault_clock,
        .seal_key = storm_on_seal_key,
        .epoch_wait = storm_on_epoch_wait,
    };
    fast_time_skip_syncs();
    test_directory_make(vault->directory, sizeof vault->directory);
    CHECK_OK(loop_create(&vault->loop));
    CHECK_OK(event_descriptor_make(&vault->kick));
    storm_vault_make_directory(vault, "volumes", path);
    storm_vault_make_directory(vault, "keys", path);
    CHECK_OK(keyring_open(&FILE_LAYER_SYSTEM, path, NULL, &clock->clock,
                          BOOT_ID, &vault->keyring));
    storm_vault_make_directory(vault, "log", path);
    CHECK_OK(log_fixture_open(&FILE_LAYER_SYSTEM, path, &vault->log));
    CHECK_OK(log_fixture_sign(vault->log));
}

/* Keys and log stand on the disk; the vault has been stopped. */
static inline void storm_vault_close(struct storm_vault *vault)
{
    CHECK_OK(log_fixture_sign(vault->log));
    log_store_close(&vault->log);
    keyring_close(&vault->keyring);
    loop_destroy(&vault->loop);
    socket_close(&vault->kick);
    fast_time_remove(&vault->time);
}

#endif
