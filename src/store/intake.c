/* SPDX-License-Identifier: Apache-2.0 */
#include "store/intake.h"

#include <string.h>

#include "base/alloc.h"
#include "model/hold.h"
#include "store/store_private.h"
#include "sys/logger.h"

enum flight_state { FLIGHT_WAITING, FLIGHT_WRITING, FLIGHT_WRITTEN };

struct flight {
    struct flight *next;
    struct flight *previous;
    enum flight_state state;
    void *owner;
    uint16_t class_id;
    uint64_t mark;
    struct record_header header;
    struct write_job *job; /* the writer's while writing; then NULL */
    struct volume *volume; /* where placed */
    uint64_t offset;
    uint64_t number; /* of its job */
    bool is_dead; /* its key has died while it was being written */
};

void intake_init(struct intake *intake, const struct intake_options *options)
{
    *intake = (struct intake){.options = *options};
    if (intake->options.held_max == 0)
        intake->options.held_max = INTAKE_HELD_MAX;
}

/* ---- the list ---- */

static void append(struct intake *intake, struct flight *flight)
{
    flight->previous = intake->last;
    if (intake->last == NULL)
        intake->first = flight;
    else
        intake->last->next = flight;
    intake->last = flight;
}

static void take_out(struct intake *intake, struct flight *flight)
{
    if (flight->previous == NULL)
        intake->first = flight->next;
    else
        flight->previous->next = flight->next;
    if (flight->next == NULL)
        intake->last = flight->previous;
    else
        flight->next->previous = flight->previous;
    alloc_free(flight);
}

static void count(struct intake *intake, const struct flight *flight,
                  int direction)
{
    size_t size = record_stored_size(flight->header.sealed_size);
    if (direction > 0) {
        intake->unwritten++;
        intake->held_bytes += size;
    } else {
        intake->unwritten--;
        intake->held_bytes -= size;
    }
}

void intake_deinit(struct intake *intake)
{
    while (intake->first != NULL) {
        if (intake->first->state == FLIGHT_WAITING)
            write_job_destroy(&intake->first->job);
        take_out(intake, intake->first);
    }
}

size_t intake_of_owner(const struct intake *intake, const void *owner)
{
    size_t found = 0;
    for (const struct flight *flight = intake->first; flight != NULL;
         flight = flight->next)
        found += flight->owner == owner;
    return found;
}

void intake_tell_rest(struct intake *intake, enum cause cause)
{
    for (const struct flight *flight = intake->first; flight != NULL;
         flight = flight->next)
        intake->options.on_lost(intake->options.context, &flight->header,
                                cause);
}

uint64_t intake_least_mark(const struct intake *intake)
{
    uint64_t least = UINT64_MAX;
    for (const struct flight *flight = intake->first; flight != NULL;
         flight = flight->next) {
        if (flight->state != FLIGHT_WRITTEN && flight->mark < least)
            least = flight->mark;
    }
    return least;
}

/* ---- disks ---- */

static void set_state(struct disk *disk, enum disk_state state,
                      struct boot_time now)
{
    log_line(state == DISK_OK ? LOG_INFO : LOG_ERROR, "disk=%s state=%s",
             disk->id, disk_state_name(state));
    disk->state = state;
    disk->since = now;
}

static struct disk *disk_of(struct intake *intake,
                            const struct volume *volume)
{
    return store_disk_of(intake->options.store, volume);
}

static bool has_writable_disk(const struct intake *intake)
{
    const struct store *store = intake->options.store;
    for (size_t i = 0; i < store->disk_count; i++) {
        if (disk_is_writable(&store->disks[i]))
            return true;
    }
    return false;
}

/* ---- flights ---- */

/* Fails as store_place does; then nothing has happened. */
static enum status launch(struct intake *intake, struct flight *flight)
{
    enum status s = store_place(intake->options.store, flight->class_id,
                                &flight->header, &flight->volume,
                                &flight->offset);
    if (s != STATUS_OK)
        return s;
    struct write_job *job = flight->job;
    job->owner = flight;
    job->file = flight->volume->file;
    job->offset = flight->offset;
    flight->state = FLIGHT_WRITING;
    flight->number = disk_writer_submit(
        disk_of(intake, flight->volume)->writer, job);
    flight->volume->last_job = flight->number;
    return STATUS_OK;
}

static void give_up(struct intake *intake, struct flight *flight,
                    enum cause cause)
{
    intake->options.on_lost(intake->options.context, &flight->header, cause);
    count(intake, flight, -1);
    write_job_destroy(&flight->job);
    take_out(intake, flight);
}

/* A copy does not wait: whoever makes it makes it again, but for want of space,
 * which does not pass. */
static void launch_copy(struct intake *intake, struct flight *flight)
{
    enum status s = launch(intake, flight);
    if (s != STATUS_OK)
        give_up(intake, flight,
                s == STATUS_NO_SPACE ? CAUSE_SPACE : CAUSE_DISK);
}

/* All that waits, in order; the first that finds no place ends it, but for
 * copies of holds, which do not wait. */
static void launch_waiting(struct intake *intake)
{
    bool has_place = true;
    for (struct flight *flight = intake->first; flight != NULL;) {
        struct flight *next = flight->next;
        bool is_copy = flight->class_id == HOLD_CLASS;
        if (flight->state == FLIGHT_WAITING && flight->is_dead) {
            give_up(intake, flight, CAUSE_EXPIRED);
        } else if (flight->state == FLIGHT_WAITING && is_copy) {
            launch_copy(intake, flight);
        } else if (flight->state == FLIGHT_WAITING && has_place) {
            has_place = launch(intake, flight) == STATUS_OK;
        }
        flight = next;
    }
}

/* Too much is held: the oldest that no writer has in hand goes. */
static void drop_oldest(struct intake *intake)
{
    struct flight *flight = intake->first;
    while (flight != NULL &&
           intake->held_bytes > intake->options.held_max) {
        struct flight *next = flight->next;
        if (flight->state == FLIGHT_WAITING) {
            intake->dropped++;
            give_up(intake, flight, CAUSE_OVERLOAD);
        }
        flight = next;
    }
}

enum status intake_add(struct intake *intake,
                       const struct intake_record *record)
{
    struct flight *flight = alloc_zeroed(sizeof *flight);
    struct write_job *job = alloc_zeroed(sizeof *job);
    if (flight == NULL || job == NULL) {
        alloc_free(flight);
        alloc_free(job);
        return STATUS_NO_MEMORY;
    }
    job->bytes = record->bytes;
    job->size = record->size;
    flight->job = job;
    flight->owner = record->owner;
    flight->class_id = record->class_id;
    flight->mark = record->mark;
    flight->header = *record->header;
    /* In order: where one waits, so does the next. */
    bool is_copy = record->class_id == HOLD_CLASS;
    bool must_wait = intake->last != NULL && !is_copy &&
                     intake->last->state == FLIGHT_WAITING;
    append(intake, flight);
    count(intake, flight, 1);
    if (is_copy)
        launch_copy(intake, flight);
    else if (!must_wait)
        (void)launch(intake, flight); /* where it fails it waits */
    if (intake->last != NULL && intake->last->state == FLIGHT_WAITING)
        drop_oldest(intake); /* what writers have in hand cannot be dropped */
    return STATUS_OK;
}

/* ---- death ---- */

enum status intake_forget(struct intake *intake, uint32_t camera,
                          struct span span, uint64_t epoch)
{
    enum status s = STATUS_OK;
    for (struct flight *flight = intake->first; flight != NULL;) {
        struct flight *next = flight->next;
        bool is_dead = flight->header.camera == camera &&
                       span_holds(span, flight->header.start);
        if (is_dead && flight->state == FLIGHT_WAITING) {
            give_up(intake, flight, CAUSE_EXPIRED);
        } else if (is_dead && flight->state == FLIGHT_WRITING) {
            flight->is_dead = true;
            enum status noted = store_note_owed(
                intake->options.store, epoch, flight->volume->set->slot);
            s = s == STATUS_OK ? noted : s;
        }
        flight = next;
    }
    return s;
}

bool intake_has_dead(const struct intake *intake)
{
    for (const struct flight *flight = intake->first; flight != NULL;
         flight = flight->next) {
        if (flight->is_dead && flight->state != FLIGHT_WRITTEN)
            return true;
    }
    return false;
}

/* ---- what writers have done ---- */

/* A copy of it went elsewhere meanwhile, or its volume is closed. */
static void end_orphan(struct intake *intake, struct disk *disk,
                       struct write_job *job)
{
    for (size_t i = 0; i < disk->set.count; i++) {
        struct volume *volume = disk->set.volumes[i];
        if (volume->file != job->file)
            continue;
        enum status ignored =
            file_punch(job->file, job->offset, job->size);
        (void)ignored; /* a reader passes over the second of two */
        store_release(intake->options.store, volume);
        break;
    }
    write_job_destroy(&job);
}

static void on_failed_write(struct intake *intake, struct flight *flight,
                            struct write_job *job)
{
    log_line(LOG_ERROR, "volume cannot be written volume=%u status=%s",
             flight->volume->number, status_name(job->status));
    if (job->status != STATUS_OK)
        disk_of(intake, flight->volume)->errors++;
    store_abort(intake->options.store, flight->volume);
    flight->volume = NULL;
    flight->job = job;
    flight->state = FLIGHT_WAITING;
}

/* Its leaf file cannot be written: nothing is appended to it any more. */
static void close_volume(struct intake *intake, struct disk *disk,
                         uint32_t number)
{
    struct volume *volume =
        number == 0 ? NULL : store_volume(intake->options.store, number);
    disk->errors += number != 0;
    if (volume == NULL || !volume->is_open)
        return;
    volume->is_failed = true;
    volume->is_open = false;
}

static void on_job(struct intake *intake, struct disk *disk,
                   struct write_job *job)
{
    struct flight *flight = job->owner;
    if (job->is_leaves) {
        close_volume(intake, disk,
                     leaf_set_on_job(&intake->options.store->leaves, &job));
        return;
    }
    if (flight == NULL) {
        end_orphan(intake, disk, job);
        return;
    }
    if (job->status != STATUS_OK || flight->volume->is_unsynced) {
        on_failed_write(intake, flight, job);
        return;
    }
    enum status s =
        store_commit(intake->options.store, flight->volume, flight->offset,
                     &flight->header);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "record not listed camera=%u status=%s",
                 flight->header.camera, status_name(s));
    count(intake, flight, -1);
    flight->job = NULL;
    flight->state = FLIGHT_WRITTEN;
    write_job_destroy(&job);
    intake->options.on_written(intake->options.context, flight->owner,
                               &flight->header, flight->volume);
}

/* Something of it may not be on the disk, or is still to come. */
static bool is_in_use(const struct volume_set *set,
                      const struct volume *volume)
{
    return volume->is_open || volume->wants_index ||
           !volume_set_is_idle(set, volume);
}

/* Whoever synced a file: where that failed, what is in it counts as unsynced,
 * and no later sync is believed. Whether there is one more. */
static bool close_unsynced(struct intake *intake, struct disk *disk)
{
    struct leaf_set *leaves = &intake->options.store->leaves;
    bool has_closed = false;
    for (uint32_t number = leaf_set_end_unsynced(leaves, disk); number != 0;
         number = leaf_set_end_unsynced(leaves, disk)) {
        close_volume(intake, disk, number);
        has_closed = true;
    }
    for (size_t i = 0; i < disk->set.count; i++) {
        struct volume *volume = disk->set.volumes[i];
        if (volume->is_unsynced || !is_in_use(&disk->set, volume) ||
            !file_has_failed_sync(volume->file))
            continue;
        log_line(LOG_ERROR, "volume given up: not synced volume=%u",
                 volume->number);
        volume->is_unsynced = volume->is_failed = true;
        volume->is_open = false;
        disk->errors++;
        has_closed = true;
    }
    return has_closed;
}

/* What was written has been synced, or never will be. */
static void end_written(struct intake *intake, struct disk *disk,
                        uint64_t synced)
{
    for (struct flight *flight = intake->first; flight != NULL;) {
        struct flight *next = flight->next;
        if (flight->state == FLIGHT_WRITTEN &&
            flight->volume->set == &disk->set) {
            bool is_lost = flight->volume->is_unsynced;
            if (is_lost) {
                store_drop(intake->options.store, flight->volume,
                           &flight->header);
                intake->options.on_lost(intake->options.context,
                                        &flight->header, CAUSE_DISK);
            }
            if (is_lost || flight->number <= synced)
                take_out(intake, flight);
        }
        flight = next;
    }
}

static void collect(struct intake *intake, struct disk *disk)
{
    uint64_t synced = 0;
    uint64_t before = disk->set.synced_job;
    struct write_jobs jobs = disk_writer_collect(disk->writer, &synced);
    bool has_closed = close_unsynced(intake, disk);
    for (struct write_job *job = write_jobs_pop(&jobs); job != NULL;
         job = write_jobs_pop(&jobs))
        on_job(intake, disk, job);
    if (synced > before || has_closed)
        end_written(intake, disk, synced);
    if (synced > before) {
        if (disk->errors == disk->errors_before)
            disk->errors = 0;
        disk->errors_before = disk->errors;
    }
    store_note_synced(intake->options.store, disk, synced);
}

/* ---- stalls ---- */

/* A second job with the same bytes; the first one's owner is forgotten. */
static bool make_copy(struct flight *flight)
{
    struct write_job *job = alloc_zeroed(sizeof *job);
    uint8_t *bytes = alloc_blocks(flight->job->size);
    if (job == NULL || bytes == NULL) {
        alloc_free(job);
        alloc_free(bytes);
        return false;
    }
    memcpy(bytes, flight->job->bytes, flight->job->size);
    job->bytes = bytes;
    job->size = flight->job->size;
    flight->job->owner = NULL;
    flight->job = job;
    flight->volume = NULL;
    flight->state = FLIGHT_WAITING;
    return true;
}

/* What had not been begun: its place was the volume's last. */
static void take_back(struct intake *intake, struct disk *disk)
{
    struct write_jobs jobs = disk_writer_withdraw(disk->writer);
    for (struct write_job *job = write_jobs_pop(&jobs); job != NULL;
         job = write_jobs_pop(&jobs)) {
        struct flight *flight = job->owner;
        if (job->is_leaves) {
            leaf_set_on_withdrawn(&intake->options.store->leaves, job);
            continue;
        }
        if (flight->volume->append_at > flight->offset)
            flight->volume->append_at = flight->offset;
        store_release(intake->options.store, flight->volume);
        flight->volume = NULL;
        flight->state = FLIGHT_WAITING;
    }
}

static void copy_what_is_in_hand(struct intake *intake,
                                 const struct disk *disk)
{
    for (struct flight *flight = intake->first; flight != NULL;
         flight = flight->next) {
        if (flight->state == FLIGHT_WRITING &&
            flight->volume->set == &disk->set && !make_copy(flight))
            return;
    }
}

static void watch(struct intake *intake, struct disk *disk,
                  struct boot_time now)
{
    int64_t since_us = disk_writer_busy_since_us(disk->writer);
    bool hangs = since_us != 0 && now.us - since_us > STALL_US;
    if (disk->state == DISK_OK && hangs) {
        set_state(disk, DISK_STALLED, now);
    } else if (disk->state == DISK_OK && disk->errors >= DISK_ERRORS_MAX) {
        set_state(disk, DISK_FAILED, now);
    } else if (disk->state == DISK_STALLED && !hangs) {
        set_state(disk, DISK_OK, now);
    } else if (disk->state == DISK_FAILED &&
               now.us - disk->since.us >= DISK_RETRY_US) {
        disk->errors = DISK_ERRORS_MAX - 1; /* one more, and it is closed */
        set_state(disk, DISK_OK, now);
    }
    if (disk->state == DISK_OK)
        return;
    take_back(intake, disk);
    if (has_writable_disk(intake))
        copy_what_is_in_hand(intake, disk);
}

void intake_run(struct intake *intake, struct boot_time now)
{
    struct store *store = intake->options.store;
    for (size_t i = 0; i < store->disk_count; i++)
        collect(intake, &store->disks[i]);
    for (size_t i = 0; i < store->disk_count; i++)
        watch(intake, &store->disks[i], now);
    launch_waiting(intake);
    drop_oldest(intake);
}
