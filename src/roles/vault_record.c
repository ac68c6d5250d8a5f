/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/text.h"
#include "roles/vault_private.h"
#include "sys/logger.h"

/* ---- drafts ---- */

void vault_push_draft(struct vault *vault, struct vault_camera *camera,
                      struct record_draft *draft)
{
    struct vault_draft *waiting = alloc_zeroed(sizeof *waiting);
    if (waiting == NULL) {
        log_line(LOG_ERROR, "record dropped: no memory camera=%u",
                 camera->camera);
        record_draft_deinit(draft);
        return;
    }
    waiting->draft = *draft;
    vault->held_bytes += draft->stored.size;
    if (camera->last_draft == NULL)
        camera->first_draft = waiting;
    else
        camera->last_draft->next = waiting;
    camera->last_draft = waiting;
    vault_send_drafts(vault, camera);
}

static void pop_draft(struct vault_camera *camera)
{
    struct vault_draft *first = camera->first_draft;
    camera->first_draft = first->next;
    if (camera->first_draft == NULL)
        camera->last_draft = NULL;
    record_draft_deinit(&first->draft);
    alloc_free(first);
}

void vault_drop_drafts(struct vault_camera *camera)
{
    while (camera->first_draft != NULL)
        pop_draft(camera);
}

/* ---- flights ---- */

static void say_no_place(struct vault *vault, enum status s)
{
    struct boot_time now = vault_now(vault);
    if (now.us < vault->said_no_space.us)
        return;
    log_line(LOG_ERROR, "no volume takes records status=%s", status_name(s));
    vault->said_no_space.us = now.us + 60 * (int64_t)SECOND_US;
}

/* Gives the flight a place and its job to the writer. */
static enum status launch(struct vault *vault, struct vault_flight *flight)
{
    enum status s =
        store_place(&vault->store, flight->camera->policy.class_id,
                    &flight->header, &flight->volume, &flight->offset);
    if (s != STATUS_OK) {
        say_no_place(vault, s);
        return s;
    }
    struct write_job *job = flight->job;
    flight->job = NULL;
    job->file = flight->volume->file;
    job->offset = flight->offset;
    struct disk *disk = store_disk_of(&vault->store, flight->volume);
    flight->volume->last_job = disk_writer_submit(disk->writer, job);
    return STATUS_OK;
}

static struct vault_flight *make_flight(struct vault_camera *camera,
                                        struct record_draft *draft)
{
    struct vault_flight *flight = alloc_zeroed(sizeof *flight);
    struct write_job *job = alloc_zeroed(sizeof *job);
    if (flight == NULL || job == NULL) {
        alloc_free(flight);
        alloc_free(job);
        return NULL;
    }
    flight->camera = camera;
    flight->header = draft->header;
    flight->ring_index = draft->ring_index;
    flight->job = job;
    job->owner = flight;
    job->bytes = draft->stored.data; /* from base/alloc, like a job's */
    job->size = draft->stored.size;
    draft->stored = buffer_with_limit(0);
    return flight;
}

/* A draft has been sealed once its commitment stands: a key seals once. */
static bool is_sealed(const struct record_draft *draft)
{
    return draft->stored.size >= RECORD_HEADER_SIZE &&
           draft->stored.data[0] == 'H';
}

static enum status seal(struct vault *vault, struct vault_camera *camera,
                        struct record_draft *draft)
{
    if (is_sealed(draft))
        return STATUS_OK;
    const uint8_t *key = vault_unit_key(vault, camera, draft->header.unit);
    return key == NULL ? STATUS_AGAIN : record_draft_seal(draft, key);
}

void vault_send_drafts(struct vault *vault, struct vault_camera *camera)
{
    while (camera->first_draft != NULL) {
        struct record_draft *draft = &camera->first_draft->draft;
        enum status s = seal(vault, camera, draft);
        if (s == STATUS_AGAIN)
            return; /* the key comes */
        if (s != STATUS_OK) {
            log_line(LOG_ERROR, "record not sealed camera=%u status=%s",
                     camera->camera, status_name(s));
            vault->held_bytes -= draft->stored.size;
            pop_draft(camera);
            continue;
        }
        struct vault_flight *flight = make_flight(camera, draft);
        if (flight == NULL)
            return;
        pop_draft(camera);
        flight->next = vault->flights;
        vault->flights = flight;
        enum status ignored = launch(vault, flight);
        (void)ignored; /* without a place it is tried again at the tick */
    }
}

void vault_give_up_drafts(struct vault *vault, struct vault_camera *camera,
                          struct wall_time unit, enum cause cause)
{
    while (camera->first_draft != NULL) {
        const struct record_draft *draft = &camera->first_draft->draft;
        if (draft->header.unit.us != unit.us)
            return;
        struct event lost = {
            .kind = EVENT_RECORDS_LOST,
            .cause = cause,
            .camera = camera->camera,
            .span = {draft->header.start, record_end(&draft->header)},
            .detail = text_of("no key to seal with"),
        };
        vault_event(vault, &lost);
        vault->held_bytes -= draft->stored.size;
        pop_draft(camera);
    }
}

void vault_retry_flights(struct vault *vault)
{
    for (struct vault_flight *flight = vault->flights; flight != NULL;
         flight = flight->next) {
        if (flight->job != NULL && launch(vault, flight) != STATUS_OK)
            return;
    }
}

static void end_flight(struct vault *vault, struct vault_flight *flight)
{
    struct vault_flight **place = &vault->flights;
    while (*place != flight)
        place = &(*place)->next;
    *place = flight->next;
    alloc_free(flight);
}

static void on_job(struct vault *vault, struct write_job *job)
{
    struct vault_flight *flight = job->owner;
    if (job->status != STATUS_OK) {
        log_line(LOG_ERROR, "volume cannot be written volume=%u status=%s",
                 flight->volume->number, status_name(job->status));
        store_abort(&vault->store, flight->volume);
        flight->job = job; /* another volume, at the next tick */
        return;
    }
    enum status s = store_commit(&vault->store, flight->volume,
                                 flight->offset, &flight->header);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "record not listed camera=%u status=%s",
                 flight->camera->camera, status_name(s));
    flight->camera->recorded_us += flight->header.duration_us;
    vault->held_bytes -= job->size;
    write_job_destroy(&job);
    end_flight(vault, flight);
}

/* The volume of this file is not appended to any more. */
static void close_failed(struct disk *disk, const struct file *file)
{
    for (size_t i = 0; i < disk->set.count; i++) {
        struct volume *volume = disk->set.volumes[i];
        if (volume->file != file)
            continue;
        volume->is_failed = true;
        volume->is_open = false;
        log_line(LOG_ERROR, "volume given up after a failed sync volume=%u",
                 volume->number);
    }
}

static void collect(struct vault *vault, struct disk *disk)
{
    uint64_t synced = 0;
    struct file *failed = NULL;
    struct write_jobs jobs =
        disk_writer_collect(disk->writer, &synced, &failed);
    for (struct write_job *job = write_jobs_pop(&jobs); job != NULL;
         job = write_jobs_pop(&jobs))
        on_job(vault, job);
    if (failed != NULL)
        close_failed(disk, failed);
    store_note_synced(&vault->store, disk, synced);
}

void vault_on_written(void *context)
{
    struct vault *vault = context;
    for (size_t i = 0; i < vault->store.disk_count; i++)
        collect(vault, &vault->store.disks[i]);
    vault_release_ring(vault);
}

bool vault_has_room(const struct vault *vault)
{
    bool has_room = vault->held_bytes < VAULT_HELD_BYTES;
    for (size_t i = 0; has_room && i < vault->store.disk_count; i++)
        has_room = disk_writer_has_room(vault->store.disks[i].writer);
    return has_room;
}

/* ---- what may be overwritten in the ring ---- */

static void lower(uint64_t *least, uint64_t index)
{
    if (index < *least)
        *least = index;
}

void vault_release_ring(struct vault *vault)
{
    if (vault->ring == NULL || !vault->has_clock || !vault->has_policies)
        return;
    uint64_t least = ring_position(vault->ring);
    for (size_t i = 0; i < vault->camera_count; i++) {
        const struct vault_camera *camera = vault->cameras[i];
        if (!record_builder_is_empty(camera->builder))
            lower(&least, record_builder_ring_index(camera->builder));
        if (camera->first_draft != NULL)
            lower(&least, camera->first_draft->draft.ring_index);
    }
    for (const struct vault_flight *flight = vault->flights; flight != NULL;
         flight = flight->next)
        lower(&least, flight->ring_index);
    ring_release(vault->ring, least);
}

bool vault_has_unwritten(const struct vault *vault)
{
    if (vault->flights != NULL)
        return true;
    for (size_t i = 0; i < vault->camera_count; i++) {
        if (vault->cameras[i]->first_draft != NULL ||
            !record_builder_is_empty(vault->cameras[i]->builder))
            return true;
    }
    return false;
}
