/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/account/account.h"
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/hold/hold.h"
#include "roles/gate/notice/version.h"
#include "roles/gate/promise/promise.h"
#include "roles/gate/text/keys.h"
#include "roles/gate/view/mask.h"
#include "roles/gate/view/view.h"
#include "roles/gate/witness/witnesses.h"
#include "roles/profiles.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "notice/versions/store.h"
#include "sys/logger.h"
#include "sys/worker.h"

enum {
    SECOND_MS = 1000,
    EXIT_SOFTWARE = 70,
    EXIT_LOG_CLOSED = 75, /* sysexits.h: EX_TEMPFAIL */
    LOG_ROOM_BYTES = 4 << 20,
    PASSWORD_THREADS = 2,
    PRIVATE_UMASK = 077,
    PATH_SIZE = GATE_DIRECTORY_SIZE + 32,
};

static const char VERSION[] = "0.1.0";

struct wall_time gate_now(const struct gate *gate)
{
    const struct clock *clock = gate->process.clock;
    if (!gate->has_trusted)
        return clock_wall(clock);
    return (struct wall_time){clock_boot(clock).us +
                              gate->trusted_minus_boot_us};
}

enum status gate_append(struct gate *gate, const struct entry *entry,
                        log_appended_fn *on_done, void *context)
{
    return log_writer_append(gate->log, entry, gate_now(gate), on_done,
                             context);
}

void gate_note(struct gate *gate, const struct entry *entry)
{
    enum status s = gate_append(gate, entry, NULL, NULL);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "entry not written kind=%s status=%s",
                 entry_shape(entry->kind)->name, status_name(s));
}

static void on_entry(void *context, const struct entry_line *entry,
                     struct text line)
{
    struct gate *gate = context;
    (void)line;
    history_add(&gate->history, entry);
    orders_add(&gate->orders, entry);
    holds_add(&gate->holds, entry);
    items_add(&gate->items, entry);
    duties_add(&gate->duties, entry);
    exclusions_add(&gate->exclusions, entry);
    review_list_add(&gate->reviews, entry);
    witness_watch_add(&gate->witness_watch, entry);
    drifts_add(&gate->drifts, entry);
    tellings_add(&gate->tellings, entry);
    notices_add(&gate->versions, entry);
}

/* ---- start ------------------------------------------------------------------
 */

static void path_in(const struct gate *gate, const char *name,
                    char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", gate->directory, name);
}

/* What is read from outside the gate's own directories, once. */
static enum status load(struct gate *gate)
{
    struct findings findings = {0};
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, gate->directory,
                                       &findings, &gate->configuration);
    findings_deinit(&findings); /* shown by whoever has started us */
    if (s == STATUS_OK)
        s = gate_plan_make(gate);
    return s;
}

static enum status enter_sandbox(const struct gate *gate)
{
    static char log_path[PATH_SIZE];
    static char office_path[PATH_SIZE];
    static char versions_path[PATH_SIZE];
    static const char *const DIRECTORIES[] = {log_path, office_path,
                                              versions_path, NULL};
    path_in(gate, "log", log_path);
    path_in(gate, "office", office_path);
    path_in(gate, NOTICE_VERSIONS_DIRECTORY, versions_path);
    (void)umask(PRIVATE_UMASK);
    enum status s =
        FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, log_path);
    if (s == STATUS_OK)
        s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, office_path);
    if (s == STATUS_OK)
        s = FILE_LAYER_SYSTEM.make_directory(&FILE_LAYER_SYSTEM, versions_path);
    return s == STATUS_OK ? role_sandbox(ROLE_GATE, DIRECTORIES) : s;
}

/* A log closed by a full disk cannot be trusted to this process any more; once
 * there is room again, the next one reads what is durable and goes on. */
static void end_without_log(const struct gate *gate)
{
    char path[PATH_SIZE];
    uint64_t free_bytes = 0;
    if (log_writer_failure(gate->log) != STATUS_NO_SPACE)
        return;
    path_in(gate, "log", path);
    if (FILE_LAYER_SYSTEM.free_bytes(&FILE_LAYER_SYSTEM, path, &free_bytes) !=
            STATUS_OK ||
        free_bytes < LOG_ROOM_BYTES)
        return;
    log_line(LOG_WARNING, "room again for the log: the gate starts anew");
    _exit(EXIT_LOG_CLOSED);
}

static void on_clock_tick(void *context, struct timer *timer)
{
    struct gate *gate = context;
    (void)timer;
    end_without_log(gate);
    gate_clock_ask(gate);
    gate_texts_refresh(gate);
    /* Only where an answer could not be written at once. */
    gate_events_ask(gate);
    gate_deaths_ask(gate);
    gate_attestation_ask(gate);
    gate_orders_ask(gate);
    gate_holds_work(gate);
    gate_versions_tick(gate);
}

static void on_hold_timer(void *context, struct timer *timer)
{
    (void)timer;
    gate_holds_work(context);
}

static void on_second(void *context, struct timer *timer)
{
    (void)timer;
    gate_outbox_tick(context);
    gate_plan_tick(context);
}

static void on_sweep(void *context, struct timer *timer)
{
    (void)timer;
    gate_sweep(context);
}

static void on_stop_limit(void *context, struct timer *timer)
{
    struct gate *gate = context;
    (void)timer;
    log_line(LOG_WARNING, "stopping without the last events or deaths");
    gate->events.is_done = true;
    gate->deaths.is_done = true;
    gate_stop_continue(gate);
}

void gate_origin(const struct gate *gate, char out[GATE_ORIGIN_SIZE])
{
    struct text host = gate->configuration.notice->homepage_host;
    struct text site = gate->configuration.plant->installation;
    (void)snprintf(out, GATE_ORIGIN_SIZE, "%.*s/haechi/%.*s",
                   (int)(host.size < 150 ? host.size : 150), host.data,
                   (int)(site.size < 90 ? site.size : 90), site.data);
}

/* The signing key and a second copy of the last checkpoint lie beside the
 * office database: the log's own directory can be handed out whole. */
static enum status open_log(struct gate *gate)
{
    char directory[PATH_SIZE];
    char key[PATH_SIZE];
    char kept[PATH_SIZE];
    char origin[GATE_ORIGIN_SIZE];
    path_in(gate, "log", directory);
    path_in(gate, "office/log.key", key);
    path_in(gate, "office/checkpoint", kept);
    gate_origin(gate, origin);
    const struct log_place place = {directory, key, kept, origin};
    enum status s = log_writer_create(gate->process.loop, &FILE_LAYER_SYSTEM,
                                      &place, on_entry, gate, &gate->log);
    gate->events.cursor = gate->events.appended = gate->history.last_event;
    gate->deaths.cursor = gate->deaths.appended = gate->history.last_death;
    if (s == STATUS_OK && (gate->history.failed || gate->orders.failed ||
                            gate->holds.failed || gate->items.failed ||
                            gate->duties.failed ||
                            gate->reviews.failed ||
                            gate->drifts.failed || gate->tellings.failed ||
                            gate->versions.failed))
        s = STATUS_NO_MEMORY;
    return s;
}

static enum status open_rest(struct gate *gate)
{
    char path[PATH_SIZE];
    struct loop *loop = gate->process.loop;
    path_in(gate, "office/office.sqlite", path);
    enum status s = office_open(path, &gate->office);
    if (s == STATUS_OK)
        s = worker_create(loop, "passwords", PASSWORD_THREADS,
                          &gate->passwords);
    if (s == STATUS_OK)
        s = timer_make(loop, "clock", on_clock_tick, gate, &gate->clock_timer);
    if (s == STATUS_OK)
        s = timer_make(loop, "holds", on_hold_timer, gate, &gate->hold_timer);
    if (s == STATUS_OK)
        s = timer_make(loop, "sweep", on_sweep, gate, &gate->sweep_timer);
    if (s == STATUS_OK)
        s = timer_make(loop, "stop", on_stop_limit, gate, &gate->stop.limit);
    if (s == STATUS_OK)
        s = secret_create(2 * (size_t)TICKET_KEY_SIZE, &gate->ticket_keys);
    if (s == STATUS_OK)
        s = gate_text_keys_create(&gate->text_keys);
    if (s == STATUS_OK)
        s = gate_rates_create(&gate->rates);
    if (s == STATUS_OK)
        s = gate_witnesses_open(gate);
    if (s == STATUS_OK)
        s = gate_witnessed_open(gate);
    if (s == STATUS_OK)
        s = gate_timestamps_open(gate);
    if (s == STATUS_OK)
        s = timer_make(loop, "second", on_second, gate, &gate->second_timer);
    if (s == STATUS_OK)
        timer_start(gate->second_timer, SECOND_MS, SECOND_MS);
    if (s == STATUS_OK)
        s = gate_promises_begin(gate);
    return s;
}

/* ---- what a start says
 * -------------------------------------------------------- */

static enum status digest_of(struct bytes content,
                             char out[HISTORY_DIGEST_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    enum status s = sha256(&content, 1, digest);
    if (s == STATUS_OK)
        (void)snprintf(out, HISTORY_DIGEST_SIZE, "%s", "");
    for (size_t i = 0; s == STATUS_OK && i < sizeof digest; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return s;
}

static void note_first_entry(struct gate *gate)
{
    const struct log_store *store = log_writer_store(gate->log);
    struct entry entry = entry_of(ENTRY_LOG_START);
    entry_number(&entry, "format", 1);
    entry_text(&entry, "origin", text_of(log_store_key(store)->name));
    gate_note(gate, &entry);
}

static void note_setting(struct gate *gate, enum history_setting setting,
                         const char *value)
{
    if (text_equal(text_of(value), text_of(gate->history.settings[setting])))
        return;
    struct entry entry = entry_of(ENTRY_SETTING);
    entry_number(&entry, "account", 0);
    entry_text(&entry, "name", text_of(history_setting_name(setting)));
    entry_text(&entry, "value", text_of(value));
    gate_note(gate, &entry);
}

/* Empty where taking video out asks for nothing but the right. */
static void note_exports(struct gate *gate)
{
    const struct plant_exports *rule = &gate->configuration.plant->exports;
    char value[HISTORY_DIGEST_SIZE] = "";
    if (rule->needs_second || rule->password_minutes != 0)
        (void)snprintf(value, sizeof value,
                       "second person %s, password %u min, approval %u h",
                       rule->needs_second ? "always" : "for masks",
                       (unsigned)rule->password_minutes,
                       (unsigned)rule->approval_hours);
    note_setting(gate, HISTORY_SETTING_EXPORTS, value);
}

/* Which cameras there are and how long each one's video is kept; what nobody
 * is to see of their pictures; whose signature the notice bears; what taking
 * video out asks for. */
void gate_settings_note(struct gate *gate)
{
    AUTO(buffer_deinit) struct buffer policies = buffer_with_limit(1 << 20);
    AUTO(buffer_deinit) struct buffer masks = buffer_with_limit(16 << 20);
    char value[HISTORY_DIGEST_SIZE];
    gate_policies_write(gate, false, &policies);
    if (!policies.failed &&
        digest_of(buffer_bytes(&policies), value) == STATUS_OK)
        note_setting(gate, HISTORY_SETTING_POLICIES, value);
    gate_masks_write_all(gate, &masks);
    if (masks.size == 0)
        note_setting(gate, HISTORY_SETTING_MASKS, "");
    else if (!masks.failed &&
             digest_of(buffer_bytes(&masks), value) == STATUS_OK)
        note_setting(gate, HISTORY_SETTING_MASKS, value);
    if (text_copy(gate->configuration.plant->notice_key, value, sizeof value))
        note_setting(gate, HISTORY_SETTING_NOTICE_KEY, value);
    note_exports(gate);
}

/* cause: empty where the recorder as a whole was started, not the gate. */
static void note_start(struct gate *gate, struct text cause)
{
    bool was_running = gate->history.is_running;
    if (log_store_count(log_writer_store(gate->log)) == 0)
        note_first_entry(gate);
    if (cause.size == 0) {
        struct entry entry = entry_of(ENTRY_RECORDER_START);
        entry_text(&entry, "version", text_of(VERSION));
        entry_text(&entry, "cause",
                   text_of(was_running ? cause_name(CAUSE_RESTART) : ""));
        gate_note(gate, &entry);
    }
    gate_versions_begin(gate);
    gate_settings_note(gate);
    gate_periods_note(gate);
}

/* Somebody has signed in here before, and the log knows nothing of it: it is
 * gone, and does not begin anew by itself. */
static enum status check_log_is_there(const struct gate *gate)
{
    if (gate->has_code || log_store_count(log_writer_store(gate->log)) > 0)
        return STATUS_OK;
    log_line(LOG_ERROR, "there are accounts and no log: put it back, or begin "
                        "a successor with haechi log succeed");
    return STATUS_CORRUPT;
}

static enum status start(struct gate *gate, struct text directory,
                         struct text cause, char code[GATE_CODE_SIZE])
{
    if (directory.size == 0 ||
        !text_copy(directory, gate->directory, sizeof gate->directory))
        return STATUS_BAD_INPUT;
    enum status s = load(gate);
    if (s == STATUS_OK)
        s = enter_sandbox(gate);
    if (s == STATUS_OK)
        s = open_log(gate);
    if (s == STATUS_OK)
        s = open_rest(gate);
    if (s == STATUS_OK)
        s = gate_code_make(gate, code);
    if (s == STATUS_OK)
        s = check_log_is_there(gate);
    if (s == STATUS_OK)
        note_start(gate, cause);
    return s;
}

static void on_start_gate(void *context, struct channel *channel,
                          const struct message_start_gate *message,
                          int descriptor)
{
    struct gate *gate = context;
    char code[GATE_CODE_SIZE] = "";
    (void)descriptor;
    if (gate->is_started)
        _exit(EXIT_SOFTWARE);
    struct message_start_gate_reply reply = {.id = message->id};
    reply.status = start(gate, message->directory, message->cause, code);
    if (reply.status != STATUS_OK)
        log_line(LOG_ERROR, "cannot start status=%s",
                 status_name(reply.status));
    reply.one_time_code = text_of(code);
    gate->is_started = reply.status == STATUS_OK;
    gate_sent(message_start_gate_answer(channel, &reply, -1), "start_gate");
    secret_wipe(code, sizeof code);
    if (!gate->is_started)
        return;
    timer_start(gate->clock_timer, GATE_CLOCK_TICK_MS, GATE_CLOCK_TICK_MS);
    timer_start(gate->sweep_timer, GATE_SWEEP_MS, GATE_SWEEP_MS);
    for (unsigned peer = 0; peer < ROLE_COUNT; peer++) {
        if (gate->process.peers[peer] != NULL)
            gate_peer_ready(gate, (enum role)peer);
    }
}

static void on_peer(struct role_process *process, enum role peer)
{
    struct gate *gate = process->handlers->context;
    gate->attached[peer]++;
    gate_calls_peer_replaced(gate, peer);
    if (gate->is_started)
        gate_peer_ready(gate, peer);
}

/* ---- stop
 * -------------------------------------------------------------------- */

static void answer_stop(void *context, enum status status)
{
    struct gate *gate = context;
    const struct message_stop_reply reply = {.id = gate->stop.asker.id,
                                             .status = status};
    struct channel *channel = gate_asker_channel(gate, &gate->stop.asker);
    if (channel != NULL)
        gate_sent(message_stop_answer(channel, &reply, -1), "stop");
}

/* Nothing stays unsigned behind an orderly end. */
static void on_last_entry(void *context, enum status status, uint64_t number)
{
    struct gate *gate = context;
    (void)number;
    if (status == STATUS_OK)
        log_writer_sign(gate->log, answer_stop, gate);
    else
        answer_stop(gate, status);
}

void gate_stop_continue(struct gate *gate)
{
    struct gate_stop *stop = &gate->stop;
    if (!stop->is_asked || stop->is_written || !gate->events.is_done ||
        !gate->deaths.is_done)
        return;
    stop->is_written = true;
    timer_stop(stop->limit);
    struct entry entry = entry_of(ENTRY_RECORDER_STOP);
    entry_text(&entry, "cause", text_of(cause_name(CAUSE_STOPPED)));
    enum status s = gate_append(gate, &entry, on_last_entry, gate);
    if (s != STATUS_OK)
        answer_stop(gate, s);
}

/* From here on the neighbours are asked to drain: see gate/events.c. */
static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    gate->stop.asker = gate_asker_of(gate, channel, message->id);
    if (!gate->is_started) {
        answer_stop(gate, STATUS_OK);
        return;
    }
    gate->stop.is_asked = true;
    timer_start(gate->stop.limit, GATE_STOP_LIMIT_MS, 0);
    gate_events_ask(gate);
    gate_deaths_ask(gate);
    gate_stop_continue(gate);
}

/* ---- the role's power, in full
 * ----------------------------------------------- */

int role_gate_main(void)
{
    static struct gate gate; /* large, and the process's only one */
    static const struct message_handlers HANDLERS = {
        .context = &gate,
        .peer_attach = role_on_peer_attach,
        .peer_watch = role_on_peer_watch,
        .stop = on_stop,
        .start_gate = on_start_gate,
        .opening_wait = gate_on_opening_wait,
        .plan_wait = gate_on_plan_wait,
        .role_restarted = gate_on_role_restarted,
        .camera_certificate = gate_on_camera_certificate,
        .camera_tamper = gate_on_camera_tamper,
        .camera_told = gate_on_camera_told,
        .login_first = gate_on_login_first,
        .login = gate_on_login,
        .logout = gate_on_logout,
        .session_get = gate_on_session_get,
        .cameras_get = gate_on_cameras_get,
        .coverage_get = gate_on_coverage_get,
        .view_open = gate_on_view_open,
        .live_open = gate_on_live_open,
        .view_close = gate_on_view_close,
        .ticket_get = gate_on_ticket_get,
        .entries_get = gate_on_entries_get,
        .status_get = gate_on_status_get,
        .accounts_get = gate_on_accounts_get,
        .account_add = gate_on_account_add,
        .account_close = gate_on_account_close,
        .public_page = gate_on_public_page,
        .destruction_order = gate_on_destruction_order,
        .clock_confirm = gate_on_clock_confirm,
        .destructions_get = gate_on_destructions_get,
        .destruction_get = gate_on_destruction_get,
        .destruction_page = gate_on_destruction_page,
        .hold_order = gate_on_hold_order,
        .holds_get = gate_on_holds_get,
        .hold_end = gate_on_hold_end,
        .ledger_get = gate_on_ledger_get,
        .ledger_enter = gate_on_ledger_enter,
        .ledger_end = gate_on_ledger_end,
        .duty_enter = gate_on_duty_enter,
        .exclusions_get = gate_on_exclusions_get,
        .exclusion_sign = gate_on_exclusion_sign,
        .review_get = gate_on_review_get,
        .review_sign = gate_on_review_sign,
        .outbox_wait = gate_on_outbox_wait,
        .outbox_result = gate_on_outbox_result,
        .witness_ask = gate_on_witness_ask,
        .export_order = gate_on_export_order,
        .export_answer = gate_on_export_answer,
        .export_take = gate_on_export_take,
        .export_orders_get = gate_on_export_orders_get,
        .password_again = gate_on_password_again,
        .export_made = gate_on_export_made,
        .export_destroyed = gate_on_export_destroyed,
        .exports_get = gate_on_exports_get,
        .version_publish = gate_on_version_publish,
        .version_withdraw = gate_on_version_withdraw,
        .version_confirm = gate_on_version_confirm,
        .versions_get = gate_on_versions_get,
        .drafts_get = gate_on_drafts_get,
        .version_change_get = gate_on_version_change_get,
    };
    enum status s =
        role_process_init(&gate.process, ROLE_GATE, &HANDLERS, on_peer);
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "no process status=%s", status_name(s));
        return EXIT_SOFTWARE;
    }
    return role_process_run(&gate.process);
}
