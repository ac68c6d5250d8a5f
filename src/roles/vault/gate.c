/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "roles/vault/private.h"
#include "store/held.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    POLICIES_BYTES_MAX = 98304,
    EVENTS_BYTES = 65536,
    EVENTS_AT_ONCE = 500,
    SPANS_MAX = 2000,
    SPAN_SIZE = 16,
    SPANS_LIST_BYTES = 98304,
    HELD_MAX = 400,
    HELD_SIZE = 20,
    STATUS_ROW_SIZE = 28,
    KEPT_SIZE = 4 + 8 + 8, /* see ipc/messages.def; so the others */
    STATUS_DISKS_SIZE = 4096,
    STATUS_POOLS_SIZE = 8192,
    BOOK_AHEAD_US = 10000000,
};

void vault_on_ticket_key(void *context, struct channel *channel,
                         const struct message_vault_ticket_key *message,
                         int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    memcpy(vault->ticket_key, message->key, TICKET_KEY_SIZE);
    vault->has_ticket_key = true;
    const struct message_vault_ticket_key_reply reply = {.id = message->id};
    (void)!message_vault_ticket_key_answer(channel, &reply, -1);
}

/* ---- policies ---- */

static int by_number(const void *a, const void *b)
{
    const struct vault_camera *const *left = a;
    const struct vault_camera *const *right = b;
    if ((*left)->camera == (*right)->camera)
        return 0;
    return (*left)->camera < (*right)->camera ? -1 : 1;
}

static enum status append_camera(struct vault *vault,
                                 struct vault_camera *camera)
{
    if (vault->camera_count == vault->camera_capacity) {
        size_t capacity = vault->camera_capacity == 0
                              ? 16
                              : vault->camera_capacity * 2;
        struct vault_camera **cameras = alloc_resize(
            vault->cameras, capacity, sizeof(struct vault_camera *));
        if (cameras == NULL)
            return STATUS_NO_MEMORY;
        vault->cameras = cameras;
        vault->camera_capacity = capacity;
    }
    vault->cameras[vault->camera_count++] = camera;
    qsort(vault->cameras, vault->camera_count, sizeof(struct vault_camera *),
          by_number);
    return STATUS_OK;
}

/*
 * Up to when the camera's time is accounted for: what is recorded, or, where
 * that has been destroyed since, what the book says. A book that is only a
 * little ahead told of records that a power cut took: then the records count.
 */
static struct wall_time accounted_until(const struct vault *vault,
                                        const struct camera_page *page)
{
    struct wall_time until =
        store_recorded_until(&vault->store, page->camera);
    if (page->covered.us > until.us + BOOK_AHEAD_US)
        until = page->covered;
    return until.us > page->added.us ? until : page->added;
}

static enum status find_page(struct vault *vault, uint32_t camera,
                             enum cause *default_cause,
                             struct camera_page **out)
{
    *out = camera_book_find(&vault->book, camera);
    if (*out != NULL)
        return STATUS_OK;
    struct wall_time now = vault_trusted(vault, vault_now(vault));
    enum status s = camera_book_add(&vault->book, camera, now, out);
    if (s != STATUS_OK)
        return s;
    *default_cause = CAUSE_STARTING;
    struct event added = {.kind = EVENT_CAMERA_ADDED,
                          .camera = camera,
                          .span = {now, now}};
    vault_event(vault, &added);
    vault->is_book_due = true;
    return STATUS_OK;
}

static enum status fill_camera(struct vault *vault,
                               struct vault_camera *camera)
{
    enum cause default_cause = vault->default_cause;
    enum status s =
        find_page(vault, camera->camera, &default_cause, &camera->page);
    if (s == STATUS_OK)
        s = record_builder_create(
            camera->camera,
            store_next_sequence(&vault->store, camera->camera),
            &camera->builder);
    if (s == STATUS_OK)
        s = secret_create((size_t)VAULT_UNITS * VAULT_UNIT_BYTES,
                          &camera->keys);
    if (s == STATUS_OK && camera->page->config.codec != CODEC_NONE)
        s = record_builder_set_config(camera->builder,
                                      &camera->page->config);
    if (s == STATUS_OK)
        s = vault_begin_chain(vault, camera);
    if (s != STATUS_OK)
        return s;
    camera->coverage =
        coverage_from(camera->camera, accounted_until(vault, camera->page),
                      default_cause);
    camera->has_recorded =
        store_last_record(&vault->store, camera->camera,
                          &camera->recorded) == STATUS_OK;
    if (camera->has_recorded) {
        camera->last_picture_us =
            camera->recorded.start.us + camera->recorded.duration_us - 1;
        camera->last_sample_us = record_row_begun(&camera->recorded).us - 1;
    }
    return STATUS_OK;
}

static struct vault_camera *add_camera(struct vault *vault, uint32_t number)
{
    struct vault_camera *camera = alloc_zeroed(sizeof *camera);
    if (camera == NULL)
        return NULL;
    camera->vault = vault;
    camera->camera = number;
    enum status s = fill_camera(vault, camera);
    if (s == STATUS_OK)
        s = append_camera(vault, camera);
    if (s == STATUS_OK)
        return camera;
    log_line(LOG_ERROR, "camera cannot be recorded camera=%u status=%s",
             number, status_name(s));
    record_builder_destroy(&camera->builder);
    gop_chain_destroy(&camera->chain);
    secret_destroy(&camera->keys);
    alloc_free(camera);
    return NULL;
}

static void apply_policy(struct vault *vault, const struct policy *policy)
{
    struct vault_camera *camera = vault_find(vault, policy->camera);
    if (camera == NULL)
        camera = add_camera(vault, policy->camera);
    if (camera == NULL)
        return;
    uint32_t unit_s = slot_grid_of(policy->retention).unit_s;
    vault_finish_record(vault, camera, NULL);
    camera->policy = *policy;
    camera->is_promised = true;
    record_builder_set_unit(camera->builder, unit_s, AEAD_AES_256_GCM);
}

void vault_apply_policies(struct vault *vault)
{
    if (!vault->has_clock || !vault->has_new_policies)
        return;
    vault->has_new_policies = false;
    for (size_t i = 0; i < vault->camera_count; i++)
        vault->cameras[i]->is_promised = false;
    struct reader in = reader_on(buffer_bytes(&vault->policies));
    while (reader_more(&in)) {
        struct policy policy;
        if (policy_decode(&in, &policy) != STATUS_OK)
            break; /* checked when they came */
        if (stream_is_good(policy.camera))
            apply_policy(vault, &policy);
    }
    vault->has_policies = true;
}

static enum status check_policies(struct bytes policies)
{
    struct reader in = reader_on(policies);
    while (reader_more(&in)) {
        struct policy policy;
        enum status s = policy_decode(&in, &policy);
        if (s != STATUS_OK)
            return s;
    }
    return reader_done(&in) ? STATUS_OK : STATUS_BAD_INPUT;
}

static enum status take_policies(struct vault *vault, struct bytes policies)
{
    enum status s = check_policies(policies);
    if (s != STATUS_OK)
        return s;
    buffer_clear(&vault->policies);
    buffer_append(&vault->policies, policies);
    s = buffer_status(&vault->policies);
    if (s == STATUS_OK) {
        vault->has_new_policies = true;
        vault_apply_policies(vault);
    }
    return s;
}

void vault_on_policy_set(void *context, struct channel *channel,
                         const struct message_vault_policy_set *message,
                         int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    bool is_same = message->policies.size == vault->policies.size &&
                   (message->policies.size == 0 ||
                    memcmp(message->policies.data, vault->policies.data,
                           message->policies.size) == 0); /* public */
    struct message_vault_policy_set_reply reply = {.id = message->id};
    if (!is_same || !vault->has_policies)
        reply.status = take_policies(vault, message->policies);
    /* Kept, so that recording goes on without the gate after a restart. */
    if (!is_same && reply.status == STATUS_OK)
        reply.status =
            file_replace(&FILE_LAYER_SYSTEM, vault->policies_path,
                         message->policies);
    (void)!message_vault_policy_set_answer(channel, &reply, -1);
    vault_drain(vault);
}

void vault_load_policies(struct vault *vault)
{
    uint8_t *content = NULL;
    size_t size = 0;
    if (file_read_all(&FILE_LAYER_SYSTEM, vault->policies_path,
                      POLICIES_BYTES_MAX, &content, &size) != STATUS_OK)
        return; /* the gate brings them */
    if (take_policies(vault, bytes_of(content, size)) != STATUS_OK)
        log_line(LOG_WARNING, "kept policies cannot be read");
    alloc_free(content);
}

/* ---- events ---- */

static void answer_events(struct vault *vault, enum status status,
                          uint64_t cursor, struct bytes events)
{
    const struct message_events_next_reply reply = {
        .id = vault->events_id,
        .status = status,
        .cursor = cursor,
        .events = events,
    };
    struct channel *channel = vault->events_channel;
    vault->events_channel = NULL;
    if (channel == vault->process.peers[ROLE_GATE])
        (void)!message_events_next_answer(channel, &reply, -1);
}

void vault_answer_events(struct vault *vault)
{
    if (vault->events_channel == NULL)
        return;
    /* Durable before they are told: else a number could come back. */
    enum status s = event_journal_sync(vault->journal);
    if (s != STATUS_OK)
        return; /* logged at the tick */
    uint8_t *encoded = alloc_array(EVENTS_BYTES, 1);
    if (encoded == NULL)
        return;
    struct writer out = writer_on(encoded, EVENTS_BYTES);
    uint64_t last = 0;
    event_journal_get(vault->journal, vault->events_cursor, EVENTS_AT_ONCE,
                      &out, &last);
    if (last != vault->events_cursor)
        answer_events(vault, STATUS_OK, last, writer_written(&out));
    alloc_free(encoded);
}

void vault_on_events_next(void *context, struct channel *channel,
                          const struct message_events_next *message,
                          int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    enum status s = event_journal_acknowledge(vault->journal,
                                              message->cursor);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "events not acknowledged status=%s",
                 status_name(s));
    if (vault->events_channel != NULL) /* one waits at a time */
        answer_events(vault, STATUS_CONFLICT, vault->events_cursor,
                      (struct bytes){NULL, 0});
    vault->events_channel = channel;
    vault->events_id = message->id;
    vault->events_cursor = message->cursor;
    vault_answer_events(vault);
    if (vault->events_channel != NULL && message->drain != 0)
        answer_events(vault, STATUS_END, message->cursor,
                      (struct bytes){NULL, 0});
}

/* ---- questions ---- */

static struct bytes write_held(const struct vault *vault, uint32_t camera,
                               struct span asked, uint8_t *out, size_t size)
{
    struct held_span spans[HELD_MAX];
    struct writer w = writer_on(out, size);
    size_t count =
        store_held_spans(&vault->store, camera, asked, spans, HELD_MAX);
    for (size_t i = 0; i < count; i++) {
        writer_i64be(&w, spans[i].span.from.us);
        writer_i64be(&w, spans[i].span.to.us);
        writer_u32be(&w, spans[i].hold);
    }
    return writer_written(&w);
}

/* Of one camera behind those before; false: no room is left. */
static bool list_spans(const struct vault *vault, struct reader *asked,
                       struct span *spans, struct writer *out)
{
    uint32_t camera = reader_u32be(asked);
    struct span span = {{reader_i64be(asked)}, {0}};
    span.to.us = reader_i64be(asked);
    size_t count =
        asked->failed
            ? 0
            : store_spans(&vault->store, camera, span, spans, SPANS_MAX);
    if (out->size - out->used < sizeof(uint32_t) + count * SPAN_SIZE)
        return false;
    writer_u32be(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        writer_i64be(out, spans[i].from.us);
        writer_i64be(out, spans[i].to.us);
    }
    return true;
}

void vault_on_spans_list(void *context, struct channel *channel,
                         const struct message_spans_list *message,
                         int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct message_spans_list_reply reply = {.id = message->id};
    struct span *spans = alloc_array(SPANS_MAX, sizeof *spans);
    uint8_t *encoded = alloc_array(SPANS_LIST_BYTES, 1);
    if (spans == NULL || encoded == NULL) {
        reply.status = STATUS_NO_MEMORY;
    } else {
        struct reader asked = reader_on(message->asked);
        struct writer out = writer_on(encoded, SPANS_LIST_BYTES);
        while (reader_more(&asked) && list_spans(vault, &asked, spans, &out))
            continue;
        reply.spans = writer_written(&out);
    }
    (void)!message_spans_list_answer(channel, &reply, -1);
    alloc_free(spans);
    alloc_free(encoded);
}

void vault_on_spans_get(void *context, struct channel *channel,
                        const struct message_spans_get *message,
                        int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct message_spans_get_reply reply = {.id = message->id};
    uint8_t held[HELD_MAX * HELD_SIZE];
    struct span *spans = alloc_array(SPANS_MAX, sizeof *spans);
    uint8_t *encoded = alloc_array(SPANS_MAX, SPAN_SIZE);
    if (spans == NULL || encoded == NULL) {
        reply.status = STATUS_NO_MEMORY;
    } else {
        struct span asked = {{message->from_us}, {message->to_us}};
        size_t count = store_spans(&vault->store, message->camera, asked,
                                   spans, SPANS_MAX);
        struct writer w =
            writer_on(encoded, (size_t)SPANS_MAX * SPAN_SIZE);
        for (size_t i = 0; i < count; i++) {
            writer_i64be(&w, spans[i].from.us);
            writer_i64be(&w, spans[i].to.us);
        }
        reply.spans = writer_written(&w);
        reply.held = write_held(vault, message->camera, asked, held,
                                sizeof held);
    }
    (void)!message_spans_get_answer(channel, &reply, -1);
    alloc_free(spans);
    alloc_free(encoded);
}

void vault_on_kept_get(void *context, struct channel *channel,
                       const struct message_kept_get *message, int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct message_kept_get_reply reply = {.id = message->id};
    size_t size = vault->camera_count * KEPT_SIZE;
    uint8_t *encoded = alloc_array(size + 1, 1);
    struct writer w = writer_on(encoded, encoded == NULL ? 0 : size);
    struct span kept;
    if (encoded == NULL)
        reply.status = STATUS_NO_MEMORY;
    for (size_t i = 0; encoded != NULL && i < vault->camera_count; i++) {
        uint32_t camera = vault->cameras[i]->camera;
        if (stream_is_sub(camera) || !store_kept(&vault->store, camera, &kept))
            continue;
        writer_u32be(&w, camera);
        writer_i64be(&w, kept.from.us);
        writer_i64be(&w, kept.to.us);
    }
    reply.cameras = writer_written(&w);
    (void)!message_kept_get_answer(channel, &reply, -1);
    alloc_free(encoded);
}

static void write_status_row(struct writer *w,
                             const struct vault_camera *camera)
{
    bool is_silent = camera->coverage.has_open_gap ||
                     !camera->coverage.is_state_known;
    enum cause state = camera->coverage.state;
    if (is_silent && state == CAUSE_NONE)
        state = camera->coverage.has_open_gap ? CAUSE_NO_DATA
                                              : CAUSE_STARTING;
    if (!camera->coverage.is_state_known && !camera->coverage.has_open_gap &&
        camera->last_picture_us >= camera->coverage.until.us &&
        camera->recorded_us > 0)
        state = CAUSE_NONE;
    writer_u32be(w, camera->camera);
    writer_u8(w, (uint8_t)state);
    writer_u8(w, 0);
    writer_u16be(w, camera->pictures_dropped < UINT16_MAX
                        ? (uint16_t)camera->pictures_dropped
                        : UINT16_MAX);
    writer_i64be(w, camera->last_picture_us);
    writer_u32be(w, camera->packets_lost);
    writer_u64be(w, camera->recorded_us / 1000);
}

/* What a status answer borrows while it is sent. */
struct status_memory {
    struct forecast forecast;
    uint8_t cameras[CAMERAS_MAX * STATUS_ROW_SIZE];
    uint8_t disks[STATUS_DISKS_SIZE];
    uint8_t pools[STATUS_POOLS_SIZE];
};

static void fill_status(const struct vault *vault,
                        struct status_memory *memory,
                        struct message_vault_status_reply *reply)
{
    vault_forecast(vault, &memory->forecast);
    reply->capacity_bytes = memory->forecast.capacity_bytes;
    reply->needed_bytes = memory->forecast.needed_bytes;
    reply->full_in_s = memory->forecast.full_in_s;
    struct writer cameras =
        writer_on(memory->cameras, sizeof memory->cameras);
    for (size_t i = 0; i < vault->camera_count; i++)
        write_status_row(&cameras, vault->cameras[i]);
    struct writer disks = writer_on(memory->disks, sizeof memory->disks);
    vault_write_disks(vault, &disks);
    struct writer pools = writer_on(memory->pools, sizeof memory->pools);
    vault_write_pools(&memory->forecast, &pools);
    reply->cameras = writer_written(&cameras);
    reply->disks = writer_written(&disks);
    reply->pools = writer_written(&pools);
}

void vault_on_status(void *context, struct channel *channel,
                     const struct message_vault_status *message,
                     int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct store_numbers numbers = store_numbers(&vault->store);
    struct message_vault_status_reply reply = {
        .id = message->id,
        .records = vault->store.records,
        .bytes = vault->store.bytes,
        .volumes = numbers.volumes,
        .free_bytes = numbers.free_bytes,
    };
    struct status_memory *memory = alloc_zeroed(sizeof *memory);
    if (memory == NULL)
        reply.status = STATUS_NO_MEMORY;
    else
        fill_status(vault, memory, &reply);
    (void)!message_vault_status_answer(channel, &reply, -1);
    alloc_free(memory);
}
