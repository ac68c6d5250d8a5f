/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "model/hold.h"
#include "roles/profiles.h"
#include "roles/vault/cover.h"
#include "store/scrub.h"
#include "sys/event_descriptor.h"
#include "sys/heap.h"
#include "sys/logger.h"
#include "sys/socket.h"
#include "sys/worker.h"

enum {
    POLICIES_BYTES_MAX = 98304,
    EXIT_BROKEN = 70,
    HEAP_KEPT_BYTES = 64 * 1024 * 1024, /* two turns' records of 1,000 cameras */
};

struct vault_camera *vault_find(const struct vault *vault, uint32_t camera)
{
    size_t low = 0;
    size_t high = vault->camera_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (vault->cameras[middle]->camera < camera)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < vault->camera_count && vault->cameras[low]->camera == camera)
        return vault->cameras[low];
    return NULL;
}

void vault_event(struct vault *vault, const struct event *event)
{
    if (event->camera > STREAM_NUMBER_MAX) { /* a copy of a hold */
        log_line(LOG_WARNING, "event of a hold kind=%s hold=%u",
                 event_kind_name(event->kind), hold_of_subject(event->camera));
        return;
    }
    enum status s = event_journal_append(vault->journal, event);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "event not kept kind=%s camera=%u status=%s",
                 event_kind_name(event->kind), event->camera,
                 status_name(s));
}

static enum status write_book(struct vault *vault)
{
    /* What the book says is accounted for, an event has told. */
    (void)!event_journal_sync(vault->journal); /* a failure: see the tick */
    for (size_t i = 0; i < vault->camera_count; i++)
        vault->cameras[i]->page->head =
            *gop_chain_head(vault->cameras[i]->chain);
    enum status s = camera_book_write(&vault->book, &FILE_LAYER_SYSTEM,
                                      vault->book_path);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "camera book not written status=%s",
                 status_name(s));
    return s;
}

void vault_book_tick(struct vault *vault)
{
    if (!vault->is_book_due || vault_now(vault).us < vault->book_again.us)
        return;
    vault->is_book_due = write_book(vault) != STATUS_OK;
    if (vault->is_book_due)
        vault->book_again.us = vault_now(vault).us + VAULT_RETRY_US;
}

static void on_lost(void *context, uint32_t camera, struct span span,
                    enum cause cause)
{
    struct event event = {.kind = EVENT_RECORDS_LOST,
                          .cause = cause,
                          .camera = camera,
                          .span = span};
    vault_event(context, &event);
}

/* Once: the book, written behind the event, knows of it at the next start. */
static void on_missing(void *context, uint32_t camera, struct span span)
{
    struct vault *vault = context;
    struct camera_page *page = camera_book_find(&vault->book, camera);
    if (page != NULL && span.to.us <= page->covered.us)
        return;
    log_line(LOG_WARNING, "records never reached the disk camera=%u", camera);
    on_lost(context, camera, span, CAUSE_CORRUPT);
    if (page != NULL)
        page->covered = span.to;
    vault->has_missing = true;
}

/* Without it they are told again by the next start. */
static void note_missing(struct vault *vault)
{
    if (vault->has_missing &&
        event_journal_sync(vault->journal) == STATUS_OK)
        vault->is_book_due = true;
    vault_book_tick(vault);
}

/* ---- the end ---- */

static void tell_stop_gaps(struct vault *vault)
{
    vault_tell_lost(vault, true);
    vault_look_ahead(vault, true);
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        camera->page->covered = camera->coverage.until;
        if (!camera->is_promised)
            continue;
        struct event event;
        if (coverage_tell_damage(&camera->coverage, camera->coverage.until,
                                 &event))
            vault_event(vault, &event);
        coverage_on_stop(&camera->coverage, &event);
        vault_event(vault, &event);
    }
    (void)!write_book(vault); /* said there */
    if (event_journal_is_dirty(vault->journal))
        log_line(LOG_ERROR, "events not synced");
}

static void finish_stop(struct vault *vault)
{
    if (vault_has_unwritten(vault))
        log_line(LOG_ERROR, "stopped with records that could not be written");
    intake_tell_rest(&vault->intake, CAUSE_STOPPED);
    for (size_t i = 0; i < vault->camera_count; i++)
        vault_give_up_rest(vault, vault->cameras[i]);
    tell_stop_gaps(vault);
    vault->is_stopping = false;
    vault->is_stopped = true;
    const struct message_stop_reply reply = {.id = vault->stop_id};
    (void)!message_stop_answer(vault->stop_channel, &reply, -1);
    vault_answer_events(vault);
}

static bool is_all_synced(const struct vault *vault)
{
    struct volume_walk walk = {0};
    for (struct volume *volume = store_next_volume(&vault->store, &walk);
         volume != NULL; volume = store_next_volume(&vault->store, &walk)) {
        if (volume->last_job > volume->set->synced_job)
            return false;
    }
    return true;
}

/* All is written first, then one sync of each disk, then the answer. */
static void continue_stop(struct vault *vault)
{
    if (!vault->is_stopping)
        return;
    vault_drain(vault);
    vault_finish_idle(vault, true);
    bool is_late = vault_now(vault).us >= vault->stop_deadline.us;
    if (vault_has_unwritten(vault) && !is_late)
        return;
    bool is_told = vault_end_leaves(vault);
    if (!vault->has_asked_sync || !is_told) {
        vault->has_asked_sync = true;
        for (size_t i = 0; i < vault->store.disk_count; i++)
            disk_writer_sync_soon(vault->store.disks[i].writer);
    }
    if ((is_all_synced(vault) && is_told) || is_late)
        finish_stop(vault);
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    vault->stop_channel = channel;
    vault->stop_id = message->id;
    vault->stop_deadline.us = vault_now(vault).us + VAULT_STOP_US;
    vault->has_asked_sync = false;
    if (!vault->is_started || vault->is_stopped) {
        const struct message_stop_reply reply = {.id = message->id};
        (void)!message_stop_answer(channel, &reply, -1);
        return;
    }
    vault->is_stopping = true;
    continue_stop(vault);
}

/* ---- every VAULT_TICK_MS ---- */

static void tell_open_gaps(struct vault *vault)
{
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        struct event event;
        if (camera->is_promised &&
            coverage_on_time(&camera->coverage, now, &event)) {
            vault_event(vault, &event);
            camera->page->covered = camera->coverage.until;
            vault->is_book_due = true;
        }
    }
}

static void trim_memory(struct vault *vault)
{
    struct boot_time now = vault_now(vault);
    if (now.us < vault->trim_again.us)
        return;
    vault->trim_again.us = now.us + VAULT_TRIM_US;
    heap_trim();
}

static void on_tick(void *context, struct timer *timer)
{
    struct vault *vault = context;
    (void)timer;
    vault_on_written(vault);
    vault_tell_lost(vault, false);
    vault_tell_disks(vault);
    vault_look_ahead(vault, false);
    vault_scrub(vault);
    vault_drain(vault);
    vault_keys_tick(vault);
    vault_hold_tick(vault);
    vault_leaves_tick(vault);
    vault_sweep_tick(vault);
    vault_owed_tick(vault);
    if (vault->has_clock && vault->has_policies && vault->ring != NULL &&
        !vault->is_stopped && !vault->is_stopping && !vault_is_behind(vault))
        tell_open_gaps(vault);
    if (event_journal_is_dirty(vault->journal) &&
        event_journal_sync(vault->journal) != STATUS_OK)
        log_line(LOG_ERROR, "events cannot be synced");
    vault_book_tick(vault);
    vault_answer_events(vault);
    vault_reads_tick(vault);
    vault_groups_tick(vault);
    vault_cover_tick(vault);
    vault_live_tick(vault);
    trim_memory(vault);
    continue_stop(vault);
}

static void on_kick(void *context, struct watch *watch, unsigned events)
{
    struct vault *vault = context;
    (void)watch;
    (void)events;
    event_descriptor_clear(vault->kick_descriptor);
    vault_drain(vault);
}

/* ---- what the supervisor brings ---- */

static void on_ring_attach(void *context, struct channel *channel,
                           const struct message_ring_attach *message,
                           int descriptor)
{
    struct vault *vault = context;
    struct message_ring_attach_reply reply = {.id = message->id};
    if (vault->ring != NULL || descriptor < 0) {
        reply.status = STATUS_CONFLICT;
        socket_close(&descriptor);
    } else {
        reply.status = ring_reader_create(descriptor, &vault->ring);
        vault->ring_descriptor = descriptor;
    }
    (void)!message_ring_attach_answer(channel, &reply, -1);
    if (vault->is_started)
        vault_drain(vault);
}

static void on_kick_attach(void *context, struct channel *channel,
                           const struct message_kick_attach *message,
                           int descriptor)
{
    struct vault *vault = context;
    struct message_kick_attach_reply reply = {.id = message->id};
    if (vault->kick != NULL || descriptor < 0) {
        reply.status = STATUS_CONFLICT;
        socket_close(&descriptor);
    } else {
        vault->kick_descriptor = descriptor;
        reply.status =
            watch_create(vault->process.loop, descriptor, WATCH_READ, "kick",
                         on_kick, vault, &vault->kick);
    }
    (void)!message_kick_attach_answer(channel, &reply, -1);
}

static void on_peer(struct role_process *process, enum role peer)
{
    struct vault *vault = (struct vault *)process;
    if (!vault->is_started)
        return;
    if (peer == ROLE_KEEPER) {
        vault_keeper_attached(vault);
        vault_reads_retry(vault);
        vault_groups_keeper_attached(vault);
        vault_hold_keeper_attached(vault);
    } else if (peer == ROLE_WEB) {
        vault_web_attached(vault);
        vault_cover_web_attached(vault);
    } else if (peer == ROLE_WORK) {
        vault_cover_work_attached(vault);
    } else if (peer == ROLE_GATE) {
        vault->events_channel = NULL;
    }
}

/* ---- the beginning ---- */

static bool join(char out[PATH_SIZE], struct text directory, const char *name)
{
    int size = snprintf(out, PATH_SIZE, "%.*s/%s", (int)directory.size,
                        directory.data, name);
    return size > 0 && size < PATH_SIZE;
}

static bool name_paths(struct vault *vault, struct text directory)
{
    return join(vault->index_path, directory, "index/runs.db") &&
           join(vault->events_path, directory, "events") &&
           join(vault->journal_path, directory, "events/journal") &&
           join(vault->book_path, directory, "events/cameras") &&
           join(vault->policies_path, directory, "events/policies") &&
           join(vault->disks_path, directory, "events/disks");
}

static enum status make_directories(struct vault *vault,
                                    struct text directory)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    char index_directory[PATH_SIZE];
    if (!name_paths(vault, directory) ||
        !join(index_directory, directory, "index"))
        return STATUS_LIMIT;
    enum status s = layer->make_directory(layer, index_directory);
    return s == STATUS_OK ? layer->make_directory(layer, vault->events_path)
                          : s;
}

/* A damaged book costs repeated "added" entries, not the recording. */
static enum status read_book(struct vault *vault)
{
    enum status s = camera_book_read(&vault->book, &FILE_LAYER_SYSTEM,
                                     vault->book_path);
    if (s == STATUS_CORRUPT) {
        log_line(LOG_ERROR, "camera book damaged, begun anew");
        return STATUS_OK;
    }
    return s;
}

static enum status open_all(struct vault *vault,
                            const struct vault_disks *disks,
                            const struct message_start_vault *message)
{
    const struct store_options options = {
        .disks = disks->options,
        .disk_count = disks->count,
        .book_layer = &FILE_LAYER_SYSTEM,
        .book_path = vault->disks_path,
        .index_path = vault->index_path,
        .volume_bytes = message->volume_bytes,
        .hold_reserve_bytes = message->hold_reserve_bytes,
        .on_lost = on_lost,
        .on_missing = on_missing,
        .on_freed = vault_on_freed,
        .on_unreadable = vault_on_unreadable,
        .context = vault,
    };
    enum status s = read_book(vault);
    if (s == STATUS_OK)
        s = event_journal_open(&FILE_LAYER_SYSTEM, vault->journal_path,
                               &vault->journal);
    if (s == STATUS_OK)
        s = store_open(&vault->store, &options);
    if (s == STATUS_OK)
        s = secret_create(TICKET_KEY_SIZE, &vault->ticket_key);
    if (s == STATUS_OK) {
        note_missing(vault);
        vault->epoch = store_epoch(&vault->store);
        vault_begin_leaves(vault);
    }
    return s;
}

static void ignore_name(void *context, const char *name)
{
    (void)context;
    (void)name;
}

/* What the vault may do from here on: roles/profiles.c. A disk's directory that
 * is not there cannot be allowed: it needs a new start. */
static enum status enter_sandbox(struct vault *vault, struct text directory)
{
    char index_directory[PATH_SIZE];
    if (!join(index_directory, directory, "index"))
        return STATUS_LIMIT;
    const char *directories[DISKS_MAX + 3] = {index_directory,
                                              vault->events_path};
    size_t count = 2;
    for (size_t i = 0; i < vault->store.disk_count; i++) {
        const struct volume_set *set = &vault->store.disks[i].set;
        if (set->layer->list(set->layer, set->directory, ignore_name, NULL) ==
            STATUS_OK)
            directories[count++] = set->directory;
    }
    return role_sandbox(ROLE_VAULT, directories);
}

static enum status start(struct vault *vault,
                         const struct message_start_vault *message)
{
    vault->default_cause =
        message->cause.size > 0 ? CAUSE_RESTART : CAUSE_STARTING;
    vault->policies = buffer_with_limit(POLICIES_BYTES_MAX);
    vault->live_number = (uint64_t)vault_now(vault).us;
    enum status s = make_directories(vault, message->directory);
    struct vault_disks *disks = alloc_zeroed(sizeof *disks);
    if (s == STATUS_OK)
        s = disks == NULL ? STATUS_NO_MEMORY
                          : vault_read_disks(vault, message, disks);
    if (s == STATUS_OK)
        s = open_all(vault, disks, message);
    alloc_free(disks);
    if (s == STATUS_OK)
        s = enter_sandbox(vault, message->directory);
    for (size_t i = 0; s == STATUS_OK && i < vault->store.disk_count; i++)
        s = disk_writer_create(vault->process.loop, vault_on_written, vault,
                               &vault->store.disks[i].writer);
    const struct intake_options intake = {
        .store = &vault->store,
        .on_written = vault_on_recorded,
        .on_lost = vault_on_record_lost,
        .context = vault,
    };
    intake_init(&vault->intake, &intake);
    vault->scrub_days = message->scrub_days;
    if (s == STATUS_OK)
        s = worker_create(vault->process.loop, "sweep", 1, &vault->sweeper);
    vault->scrub = alloc_zeroed(sizeof *vault->scrub);
    if (s == STATUS_OK && vault->scrub == NULL)
        s = STATUS_NO_MEMORY;
    if (s == STATUS_OK)
        s = worker_create(vault->process.loop, "scrub", 1,
                          &vault->scrubber);
    if (s == STATUS_OK)
        s = timer_make(vault->process.loop, "vault", on_tick, vault,
                       &vault->tick);
    return s;
}

static void on_start(void *context, struct channel *channel,
                     const struct message_start_vault *message,
                     int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct message_start_vault_reply reply = {.id = message->id};
    reply.status =
        vault->is_started ? STATUS_CONFLICT : start(vault, message);
    if (reply.status != STATUS_OK)
        log_line(LOG_ERROR, "vault cannot start status=%s",
                 status_name(reply.status));
    (void)!message_start_vault_answer(channel, &reply, -1);
    if (reply.status != STATUS_OK)
        return; /* the supervisor says why, and tries again */
    vault->is_started = true;
    vault_load_policies(vault);
    timer_start(vault->tick, VAULT_TICK_MS, VAULT_TICK_MS);
    if (vault->process.peers[ROLE_KEEPER] != NULL)
        vault_keeper_attached(vault);
}

int role_vault_main(void)
{
    static struct vault vault = {.ring_descriptor = -1,
                                 .kick_descriptor = -1};
    static const struct message_handlers handlers = {
        .context = &vault,
        .peer_attach = role_on_peer_attach,
        .peer_watch = role_on_peer_watch,
        .stop = on_stop,
        .start_vault = on_start,
        .ring_attach = on_ring_attach,
        .kick_attach = on_kick_attach,
        .vault_ticket_key = vault_on_ticket_key,
        .vault_policy_set = vault_on_policy_set,
        .events_next = vault_on_events_next,
        .spans_get = vault_on_spans_get,
        .spans_list = vault_on_spans_list,
        .kept_get = vault_on_kept_get,
        .hold_copy = vault_on_hold_copy,
        .hold_room = vault_on_hold_room,
        .vault_status = vault_on_status,
        .read = vault_on_read,
        .groups_get = vault_on_groups_get,
        .live_next = vault_on_live_next,
        .cover_set = vault_on_cover_set,
        .cover_wait = vault_on_cover_wait,
        .cover_done = vault_on_cover_done,
    };
    heap_keep(HEAP_KEPT_BYTES, RECORD_STORED_MAX);
    if (role_process_init(&vault.process, ROLE_VAULT, &handlers, on_peer) !=
        STATUS_OK)
        return EXIT_BROKEN;
    return role_process_run(&vault.process);
}
