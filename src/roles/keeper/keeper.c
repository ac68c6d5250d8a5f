/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/keeper/keeper - holds all seeds; gives keys, kills seeds. Opens the key files
 * before its sandbox and nothing after. Expiry needs nobody: a timer rotates,
 * the policies stand in the table. See keys/keyring.
 */
#include <unistd.h>

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/library.h"
#include "crypto/secret.h"
#include "ipc/ticket.h"
#include "roles/keeper/private.h"
#include "roles/profiles.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    DIRECTORY_SIZE = 1025,
    BOOT_ID_TEXT_SIZE = 36,
    EXIT_SOFTWARE = 70,
    OBSERVE_MS = 30000,
};

/* An answer that does not fit or has no peer is the peer's end, not ours. */
void keeper_sent(enum status s, const char *what)
{
    if (s != STATUS_OK && s != STATUS_IO)
        log_line(LOG_ERROR, "keeper: answer=%s status=%s", what,
                 status_name(s));
}

/* ---- answers that wait -------------------------------------------------- */

static void answer_deaths(struct keeper *keeper, bool drains)
{
    struct writer rows = writer_on(keeper->rows, sizeof keeper->rows);
    uint64_t cursor = keeper->deaths.known;
    size_t count = keyring_deaths_after(keeper->keyring, &cursor, &rows);
    if (count == 0 && !drains)
        return;
    const struct message_deaths_next_reply reply = {
        .id = keeper->deaths.id,
        .status = count == 0 ? STATUS_END : STATUS_OK,
        .cursor = cursor,
        .epoch = keyring_epoch(keeper->keyring),
        .deaths = writer_written(&rows)};
    keeper->deaths.is_open = false;
    keeper_sent(message_deaths_next_answer(keeper->process.peers[ROLE_GATE], &reply,
                                    -1),
         "deaths_next");
}

static void answer_order(struct keeper *keeper, struct waiting *waiting,
                         const struct message_destroy_order_reply *result)
{
    struct message_destroy_order_reply reply = *result;
    reply.id = waiting->id;
    waiting->is_open = false;
    keeper_sent(message_destroy_order_answer(keeper->process.peers[ROLE_GATE], &reply,
                                      -1),
         "destroy_order");
}

/* What is carried out and nobody waits for: the gate asks again. */
static void answer_orders(struct keeper *keeper)
{
    struct key_order_result result;
    while (keyring_take_result(keeper->keyring, &result)) {
        const struct message_destroy_order_reply reply = {
            .epoch = result.epoch,
            .died_us = result.died_at.us,
            .slots = result.seeds};
        for (size_t i = 0; i < KEY_ORDERS_MAX; i++) {
            struct waiting *waiting = &keeper->orders[i];
            if (waiting->is_open && waiting->known == result.entry)
                answer_order(keeper, waiting, &reply);
        }
    }
}

/* What a restart would forget has not been done. */
static void answer_settle(struct keeper *keeper)
{
    const struct message_clock_settle_reply reply = {
        .id = keeper->settle.id, .step_us = keeper->settled_step_us};
    if (!keeper->settle.is_open ||
        !keyring_clock_is_settled(keeper->keyring))
        return;
    keeper->settle.is_open = false;
    keeper_sent(message_clock_settle_answer(keeper->process.peers[ROLE_GATE],
                                            &reply, -1),
                "clock_settle");
}

static void tell_waiting(struct keeper *keeper)
{
    answer_orders(keeper);
    answer_settle(keeper);
    if (keeper->deaths.is_open && keeper->process.peers[ROLE_GATE] != NULL)
        answer_deaths(keeper, false);
    if (keeper->epoch.is_open && keeper->process.peers[ROLE_VAULT] != NULL)
        keeper_answer_epoch(keeper);
}

/* ---- rotation ------------------------------------------------------------ */

static void arm(struct keeper *keeper)
{
    int64_t wait_us = keyring_rotation_in_us(keeper->keyring);
    /* Rounded up: a moment early, nothing would have died yet. */
    timer_start(keeper->rotation, (uint64_t)wait_us / 1000 + 1, 0);
}

/* A step that has found its second witness acts at once. */
static void on_observe(void *context, struct timer *timer)
{
    struct keeper *keeper = context;
    (void)timer;
    if (keyring_observe_clock(keeper->keyring)) {
        (void)!keyring_rotate(keeper->keyring);
        tell_waiting(keeper);
    }
    arm(keeper); /* timers sleep with the machine, and trusted time does not */
}

static void on_rotation(void *context, struct timer *timer)
{
    struct keeper *keeper = context;
    (void)timer;
    (void)keyring_observe_clock(keeper->keyring);
    /* A failure is in the log and tried again when the timer says. */
    (void)!keyring_rotate(keeper->keyring);
    if (keyring_scrub(keeper->keyring))
        (void)!keyring_rotate(keeper->keyring);
    tell_waiting(keeper);
    arm(keeper);
}

/* The TPM's thread has ended a piece of work. */
static void on_roots_done(void *context)
{
    struct keeper *keeper = context;
    keeper_roots_tell(&keeper->roots, keeper->process.control);
    (void)!keyring_collect(keeper->keyring); /* logged, and tried again */
    tell_waiting(keeper);
    arm(keeper);
}

/* ---- supervisor ---------------------------------------------------------- */

static void on_tpm_attach(void *context, struct channel *channel,
                          const struct message_tpm_attach *message,
                          int descriptor)
{
    struct keeper *keeper = context;
    (void)channel;
    keeper_roots_attach(&keeper->roots, message->id, descriptor);
    if (keeper->keyring != NULL)
        on_roots_done(keeper); /* what is due goes over the new link */
}

/* Nobody is served by a keeper that did not start: the supervisor ends it. */
static void on_peer_attach(void *context, struct channel *channel,
                           const struct message_peer_attach *message,
                           int descriptor)
{
    struct keeper *keeper = context;
    const struct message_peer_attach_reply reply = {.id = message->id,
                                                    .status = STATUS_AGAIN};
    if (keeper->keyring != NULL) {
        role_on_peer_attach(context, channel, message, descriptor);
        return;
    }
    socket_close(&descriptor);
    keeper_sent(message_peer_attach_answer(channel, &reply, -1), "peer_attach");
}

static enum status read_boot_id(uint8_t out[BOOT_ID_SIZE])
{
    AUTO(file_close) struct file *file = NULL;
    char text[BOOT_ID_TEXT_SIZE];
    enum status s =
        file_open(&FILE_LAYER_SYSTEM, "/proc/sys/kernel/random/boot_id",
                  FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_read_at(file, 0, text, sizeof text);
    if (s == STATUS_OK)
        s = boot_id_parse((struct text){text, sizeof text}, out);
    return s;
}

static enum status start(struct keeper *keeper, struct text directory,
                         uint32_t tpm_handle)
{
    struct root_store *store = NULL;
    char path[DIRECTORY_SIZE];
    uint8_t boot_id[BOOT_ID_SIZE];
    if (!text_copy(directory, path, sizeof path) || directory.size == 0)
        return STATUS_BAD_INPUT;
    enum status s = crypto_library_init();
    if (s == STATUS_OK)
        s = secret_create(TICKET_KEY_SIZE, &keeper->ticket_key);
    if (s == STATUS_OK)
        s = timer_make(keeper->process.loop, "rotation", on_rotation, keeper,
                       &keeper->rotation);
    if (s == STATUS_OK)
        s = timer_make(keeper->process.loop, "observe", on_observe, keeper,
                       &keeper->observe);
    if (s == STATUS_OK)
        s = read_boot_id(boot_id);
    if (s == STATUS_OK)
        s = keeper_roots_open(&keeper->roots, path, tpm_handle, &store);
    if (s == STATUS_OK)
        s = keyring_open(&FILE_LAYER_SYSTEM, path, store,
                         keeper->process.clock, boot_id, &keeper->keyring);
    return s;
}

static void on_start_keeper(void *context, struct channel *channel,
                            const struct message_start_keeper *message,
                            int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    if (keeper->keyring != NULL)
        _exit(EXIT_SOFTWARE);
    struct message_start_keeper_reply reply = {.id = message->id};
    reply.status = start(keeper, message->directory, message->tpm_handle);
    if (reply.status == STATUS_OK)
        reply.status = role_sandbox(ROLE_KEEPER, NULL);
    if (reply.status == STATUS_OK)
        reply.status = keeper_roots_work(&keeper->roots, keeper->process.loop,
                                         on_roots_done, keeper);
    if (reply.status == STATUS_OK) {
        if (message->trusts_wall != 0)
            (void)keyring_settle_clock(keeper->keyring);
        if (!secret_memory_is_locked())
            log_line(LOG_ERROR, "keeper: keys cannot be locked in memory and "
                                "may reach the swap: raise the limit (ulimit "
                                "-l, LimitMEMLOCK)");
        reply.epoch = keyring_epoch(keeper->keyring);
        reply.level = (uint8_t)keyring_level(keeper->keyring);
        reply.is_new = keeper_roots_are_new(&keeper->roots);
        timer_start(keeper->observe, OBSERVE_MS, OBSERVE_MS);
        arm(keeper);
    } else {
        log_line(LOG_ERROR, "keeper: cannot start status=%s",
                 status_name(reply.status));
    }
    keeper_sent(message_start_keeper_answer(channel, &reply, -1), "start_keeper");
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    (void)context;
    (void)descriptor;
    /* All that is held stands on the medium already. */
    const struct message_stop_reply reply = {.id = message->id};
    keeper_sent(message_stop_answer(channel, &reply, -1), "stop");
}

static void on_peer(struct role_process *process, enum role peer)
{
    struct keeper *keeper = process->handlers->context;
    if (peer == ROLE_GATE) {
        keeper->deaths.is_open = false;
        keeper->settle.is_open = false;
        for (size_t i = 0; i < KEY_ORDERS_MAX; i++)
            keeper->orders[i].is_open = false;
        keeper->has_ticket_key = false; /* the new gate brings its own */
    } else if (peer == ROLE_VAULT) {
        keeper->epoch.is_open = false;
    }
}

/* ---- gate ---------------------------------------------------------------- */

static void
on_keeper_ticket_key(void *context, struct channel *channel,
                     const struct message_keeper_ticket_key *message,
                     int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    memcpy(keeper->ticket_key, message->key, TICKET_KEY_SIZE);
    keeper->has_ticket_key = true;
    const struct message_keeper_ticket_key_reply reply = {.id = message->id};
    keeper_sent(message_keeper_ticket_key_answer(channel, &reply, -1),
         "keeper_ticket_key");
}

static enum status set_policies(struct keeper *keeper, struct bytes encoded)
{
    AUTO(buffer_deinit)
    struct buffer list =
        buffer_with_limit(KEY_POLICIES_MAX * sizeof(struct policy));
    struct reader in = reader_on(encoded);
    size_t count = 0;
    while (reader_more(&in)) {
        struct policy policy;
        if (policy_decode(&in, &policy) != STATUS_OK)
            return STATUS_BAD_INPUT;
        if (policy.camera > CAMERA_NUMBER_MAX)
            return STATUS_BAD_INPUT; /* personal text: the keeper's own */
        buffer_append(&list, bytes_of(&policy, sizeof policy));
        count++;
    }
    enum status s = in.failed ? STATUS_BAD_INPUT : buffer_status(&list);
    if (s == STATUS_OK)
        s = keyring_set_policies(
            keeper->keyring, (const struct policy *)(void *)list.data, count);
    return s;
}

static void
on_keeper_policy_set(void *context, struct channel *channel,
                     const struct message_keeper_policy_set *message,
                     int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    const struct message_keeper_policy_set_reply reply = {
        .id = message->id, .status = set_policies(keeper, message->policies)};
    if (reply.status != STATUS_OK)
        log_line(LOG_ERROR, "keeper: policies not in use yet status=%s",
                 status_name(reply.status));
    keeper_sent(message_keeper_policy_set_answer(channel, &reply, -1),
         "keeper_policy_set");
    tell_waiting(keeper);
    arm(keeper); /* the grid may be finer now */
}

/* Where this entry's answer waits, or a free place; NULL: neither. */
static struct waiting *place_for_order(struct keeper *keeper, uint64_t entry)
{
    struct waiting *free_place = NULL;
    for (size_t i = 0; i < KEY_ORDERS_MAX; i++) {
        struct waiting *waiting = &keeper->orders[i];
        if (waiting->is_open && waiting->known == entry)
            return waiting;
        if (!waiting->is_open)
            free_place = waiting;
    }
    return free_place;
}

static void on_destroy_order(void *context, struct channel *channel,
                             const struct message_destroy_order *message,
                             int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    const struct key_order order = {
        .entry = message->entry,
        .subject = message->camera,
        .span = {{message->from_us}, {message->to_us}},
        .with_text = message->decommission != 0};
    struct waiting *waiting = place_for_order(keeper, message->entry);
    struct message_destroy_order_reply reply = {.id = message->id};
    if (waiting == NULL)
        reply.status = STATUS_LIMIT;
    else if (waiting->is_open)
        reply.status = STATUS_CONFLICT;
    else
        reply.status = keyring_order(keeper->keyring, &order);
    if (reply.status != STATUS_OK) {
        keeper_sent(message_destroy_order_answer(channel, &reply, -1),
             "destroy_order");
        return;
    }
    *waiting = (struct waiting){true, message->id, message->entry};
    answer_orders(keeper); /* there may be nothing to destroy */
    arm(keeper);
}

static void on_hold_seeds(void *context, struct channel *channel,
                          const struct message_hold_seeds *message,
                          int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    struct message_hold_seeds_reply reply = {.id = message->id};
    const struct key_hold hold = {
        .subject = hold_subject(message->hold, message->camera),
        .span = {{message->from_us}, {message->to_us}},
        .die_at = {message->until_us}};
    bool is_good = message->hold >= HOLD_NUMBER_MIN &&
                   message->hold <= HOLD_NUMBER_MAX &&
                   message->camera >= CAMERA_NUMBER_MIN &&
                   message->camera <= CAMERA_NUMBER_MAX;
    reply.status = is_good ? keyring_hold(keeper->keyring, &hold)
                           : STATUS_BAD_INPUT;
    keeper_sent(message_hold_seeds_answer(channel, &reply, -1), "hold_seeds");
    arm(keeper);
}

static void on_deaths_next(void *context, struct channel *channel,
                           const struct message_deaths_next *message,
                           int descriptor)
{
    struct keeper *keeper = context;
    (void)channel;
    (void)descriptor;
    keeper->deaths = (struct waiting){true, message->id, message->cursor};
    answer_deaths(keeper, message->drain != 0);
}

static void on_text_key(void *context, struct channel *channel,
                        const struct message_text_key *message, int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    struct message_text_key_reply reply = {.id = message->id};
    reply.status =
        keyring_month_key(keeper->keyring, message->month, reply.key);
    keeper_sent(message_text_key_answer(channel, &reply, -1), "text_key");
    secret_wipe(reply.key, sizeof reply.key);
}

static void on_gate_clock(void *context, struct channel *channel,
                          const struct message_gate_clock *message,
                          int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    const struct keyring_health health = keyring_health(keeper->keyring);
    const struct message_gate_clock_reply reply = {
        .id = message->id,
        .trusted_minus_boot_us = keyring_trusted_minus_boot_us(keeper->keyring),
        .epoch = keyring_epoch(keeper->keyring),
        .level = (uint8_t)keyring_level(keeper->keyring),
        .pending = health.reason != PENDING_NONE,
        .reason = (uint8_t)health.reason,
        .orders_waiting = health.orders_waiting,
        .next_order_s = health.next_order_s,
        .last_scrub_us = health.last_scrub.us,
        .scrub_damage = health.scrub_damage,
        .is_locked = secret_memory_is_locked(),
        .unconfirmed_us = health.unconfirmed_us,
        .claimed_us = health.claimed_us,
        .behind_us = health.behind_us};
    keeper_sent(message_gate_clock_answer(channel, &reply, -1), "gate_clock");
}

static void on_attestation_get(void *context, struct channel *channel,
                               const struct message_attestation_get *message,
                               int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    keeper_roots_answer(&keeper->roots, channel, message->id);
}

static void on_clock_settle(void *context, struct channel *channel,
                            const struct message_clock_settle *message,
                            int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    struct message_clock_settle_reply reply = {.id = message->id,
                                               .status = STATUS_CONFLICT};
    if (keeper->settle.is_open) {
        keeper_sent(message_clock_settle_answer(channel, &reply, -1),
                    "clock_settle");
        return;
    }
    keeper->settle = (struct waiting){true, message->id, message->entry};
    keeper->settled_step_us = keyring_settle_clock(keeper->keyring);
    log_line(LOG_WARNING, "keeper: clock settled by two people entry=%llu",
             (unsigned long long)message->entry);
    tell_waiting(keeper);
    arm(keeper);
}

/* ---- the role's power, in full ------------------------------------------- */

int role_keeper_main(void)
{
    static struct keeper keeper; /* large, and the process's only one */
    static const struct message_handlers HANDLERS = {
        .context = &keeper,
        .peer_attach = on_peer_attach,
        .peer_watch = role_on_peer_watch,
        .stop = on_stop,
        .start_keeper = on_start_keeper,
        .tpm_attach = on_tpm_attach,
        .keeper_ticket_key = on_keeper_ticket_key,
        .keeper_policy_set = on_keeper_policy_set,
        .destroy_order = on_destroy_order,
        .hold_seeds = on_hold_seeds,
        .deaths_next = on_deaths_next,
        .text_key = on_text_key,
        .gate_clock = on_gate_clock,
        .attestation_get = on_attestation_get,
        .clock_settle = on_clock_settle,
        .vault_clock = keeper_on_vault_clock,
        .seal_key = keeper_on_seal_key,
        .open_key = keeper_on_open_key,
        .epoch_wait = keeper_on_epoch_wait,
        .alive_get = keeper_on_alive_get,
    };
    keeper.roots.descriptor = -1;
    enum status s =
        role_process_init(&keeper.process, ROLE_KEEPER, &HANDLERS, on_peer);
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "keeper: no process status=%s", status_name(s));
        return EXIT_SOFTWARE;
    }
    return role_process_run(&keeper.process);
}
