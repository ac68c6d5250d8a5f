/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "model/hold.h"
#include "roles/vault/private.h"
#include "sys/logger.h"

enum {
    LOST_TELL_US = 5000000,
    LOST_JOIN_US = 1000000, /* between records that are told together */
};

/* ---- drafts ---- */

void vault_push_draft(struct vault *vault, struct vault_camera *camera,
                      struct record_draft *draft)
{
    struct vault_draft *waiting = alloc_zeroed(sizeof *waiting);
    if (waiting == NULL) {
        log_line(LOG_ERROR, "record dropped: no memory camera=%u",
                 camera->camera);
        gop_chain_on_lost(camera->chain, draft->header.sequence);
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

/* ---- sealed ---- */

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
    if (key == NULL)
        return STATUS_AGAIN;
    enum status s = record_draft_seal(draft, key);
    if (s == STATUS_OK)
        gop_chain_on_sealed(camera->chain, &draft->header,
                            key + UNIT_KEY_SIZE);
    return s;
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
            gop_chain_on_lost(camera->chain, draft->header.sequence);
            vault->held_bytes -= draft->stored.size;
            pop_draft(camera);
            continue;
        }
        const struct intake_record record = {
            .owner = camera,
            .class_id = camera->policy.class_id,
            .header = &draft->header,
            .bytes = draft->stored.data, /* from base/alloc, like a job's */
            .size = draft->stored.size,
            .mark = draft->ring_index,
        };
        if (intake_add(&vault->intake, &record) != STATUS_OK)
            return;
        vault->held_bytes -= draft->stored.size;
        draft->stored = buffer_with_limit(0);
        pop_draft(camera);
    }
}

static void tell_lost(struct vault *vault, struct vault_camera *camera)
{
    struct event event = {.kind = EVENT_RECORDS_LOST,
                          .cause = camera->lost_cause,
                          .camera = camera->camera,
                          .span = camera->lost};
    if (!span_is_empty(camera->lost))
        vault_event(vault, &event);
    camera->lost = (struct span){{0}, {0}};
}

static void give_up_first(struct vault *vault, struct vault_camera *camera,
                          enum cause cause)
{
    const struct record_draft *draft = &camera->first_draft->draft;
    vault_on_record_lost(vault, &draft->header, cause);
    vault->held_bytes -= draft->stored.size;
    pop_draft(camera);
}

void vault_give_up_drafts(struct vault *vault, struct vault_camera *camera,
                          struct wall_time unit, enum cause cause)
{
    while (camera->first_draft != NULL) {
        const struct record_draft *draft = &camera->first_draft->draft;
        if (draft->header.unit.us != unit.us)
            break;
        give_up_first(vault, camera, cause);
    }
    tell_lost(vault, camera);
}

void vault_give_up_rest(struct vault *vault, struct vault_camera *camera)
{
    while (camera->first_draft != NULL)
        give_up_first(vault, camera, CAUSE_STOPPED);
}

/* ---- what the intake tells ---- */

void vault_on_recorded(void *context, void *owner,
                       const struct record_header *header,
                       const struct volume *volume)
{
    if (subject_is_hold(header->camera)) {
        vault_hold_recorded(context, owner, volume);
        return;
    }
    struct vault_camera *camera = owner;
    camera->leaf_volume = volume->number;
    gop_chain_on_written(camera->chain, header->sequence);
    camera->recorded_us += header->duration_us;
    vault_count_record(context, camera->policy.class_id, header);
}

/* Neighbours become one event, at most LOST_TELL_US long. */
void vault_on_record_lost(void *context, const struct record_header *header,
                          enum cause cause)
{
    struct vault *vault = context;
    struct vault_camera *camera = vault_find(vault, header->camera);
    if (vault_hold_lost(vault, header, cause) || camera == NULL)
        return; /* it was added with its first record */
    gop_chain_on_lost(camera->chain, header->sequence);
    struct span *lost = &camera->lost;
    bool goes_on = !span_is_empty(*lost) && cause == camera->lost_cause &&
                   header->start.us >= lost->from.us &&
                   header->start.us - lost->to.us < LOST_JOIN_US;
    if (!goes_on) {
        tell_lost(vault, camera);
        lost->from = header->start;
        camera->lost_since = vault_now(vault);
    }
    lost->to = record_end(header);
    camera->lost_cause = cause;
}

void vault_tell_lost(struct vault *vault, bool all)
{
    int64_t now_us = vault_now(vault).us;
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        if (all || now_us - camera->lost_since.us > LOST_TELL_US)
            tell_lost(vault, camera);
    }
}

void vault_on_written(void *context)
{
    struct vault *vault = context;
    intake_run(&vault->intake, vault_now(vault));
    vault_release_ring(vault);
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
    vault_book_tick(vault);
    uint64_t least = ring_position(vault->ring);
    for (size_t i = 0; i < vault->camera_count; i++) {
        const struct vault_camera *camera = vault->cameras[i];
        if (!record_builder_is_empty(camera->builder))
            lower(&least, record_builder_ring_index(camera->builder));
        if (camera->first_draft != NULL)
            lower(&least, camera->first_draft->draft.ring_index);
    }
    /* What waits for a disk may let go of the ring's older half: it is in this
     * process, and nothing later of its camera is on a disk. */
    uint64_t half = ring_bytes(vault->ring) / 2;
    uint64_t waiting = intake_least_mark(&vault->intake);
    if (ring_position(vault->ring) > half &&
        waiting < ring_position(vault->ring) - half)
        waiting = ring_position(vault->ring) - half;
    lower(&least, waiting);
    ring_release(vault->ring, least);
}

bool vault_has_unwritten(const struct vault *vault)
{
    if (vault->intake.unwritten > 0)
        return true;
    for (size_t i = 0; i < vault->camera_count; i++) {
        if (vault->cameras[i]->first_draft != NULL ||
            !record_builder_is_empty(vault->cameras[i]->builder))
            return true;
    }
    return false;
}
