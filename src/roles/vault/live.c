/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "media/sample_pack.h"
#include "roles/vault/cover.h"
#include "sys/logger.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum {
    CURSOR_ROW_SIZE = 12,
    CURSOR_BYTES_MAX = CURSOR_ROW_SIZE * TICKET_CAMERAS_MAX,
    LIVE_ANSWER_MAX = 48 * 1024 * 1024,
    LIVE_SAMPLES_AT_ONCE = 1024,
    LIVE_CALLS_MAX = 256,
    HEAP_PIECE_BYTES = 32, /* what the heap takes for the smallest */
};

/* A live_next that waits for something new. */
struct vault_live_call {
    struct vault_live_call *next;
    struct channel *channel;
    uint32_t id;
    struct boot_time deadline;
    struct buffer cameras; /* u32 each, from the ticket */
    struct buffer cursor;
};

/* ---- one camera's newest pictures ---- */

/* What keeping a sample takes: its bytes, and its row in an array that may have
 * room for twice as many. */
static size_t cost_of(const struct sample *sample)
{
    return sample->data.size + HEAP_PIECE_BYTES +
           2 * sizeof(struct vault_live_sample);
}

static void drop_first(struct vault_live *live, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        live->bytes -= cost_of(&live->samples[i].sample);
        secret_wipe(live->samples[i].data, live->samples[i].sample.data.size);
        alloc_free(live->samples[i].data);
    }
    live->count -= count;
    if (live->count > 0)
        memmove(live->samples, live->samples + count,
                live->count * sizeof *live->samples);
}

void vault_live_deinit(struct vault_live *live)
{
    drop_first(live, live->count);
    alloc_free(live->samples);
    live->samples = NULL;
    live->capacity = 0;
}

/* Index of the newest IDR; count where there is none. */
static size_t last_idr(const struct vault_live *live)
{
    for (size_t i = live->count; i > 0; i--) {
        if ((live->samples[i - 1].sample.flags & SAMPLE_IDR) != 0)
            return i - 1;
    }
    return live->count;
}

static bool grow(struct vault_live *live)
{
    if (live->count < live->capacity)
        return true;
    size_t capacity = live->capacity == 0 ? 64 : live->capacity * 2;
    struct vault_live_sample *samples =
        alloc_resize(live->samples, capacity, sizeof *samples);
    if (samples == NULL)
        return false;
    live->samples = samples;
    live->capacity = capacity;
    return true;
}

static bool append(struct vault *vault, struct vault_live *live,
                   const struct sample *sample)
{
    uint8_t *copy = alloc_array(sample->data.size, 1);
    if (copy == NULL || !grow(live)) {
        alloc_free(copy);
        return false;
    }
    memcpy(copy, sample->data.data, sample->data.size);
    struct vault_live_sample *kept = &live->samples[live->count++];
    *kept = (struct vault_live_sample){
        .number = ++vault->live_number, .sample = *sample, .data = copy};
    kept->sample.data = bytes_of(copy, sample->data.size);
    live->bytes += cost_of(sample);
    return true;
}

void vault_live_push(struct vault *vault, struct vault_camera *camera,
                     const struct sample *sample)
{
    if (camera->live.is_watched && !vault_cover_live(vault, camera, sample))
        vault_live_keep(vault, camera, sample);
}

void vault_live_keep(struct vault *vault, struct vault_camera *camera,
                     const struct sample *sample)
{
    struct vault_live *live = &camera->live;
    bool is_idr = (sample->flags & SAMPLE_IDR) != 0;
    if (!live->is_watched || (live->count == 0 && !is_idr))
        return;
    if (is_idr) /* the GOP before stays, for those who are behind */
        drop_first(live, live->count == 0 ? 0 : last_idr(live));
    if (live->bytes + cost_of(sample) > VAULT_LIVE_BYTES)
        drop_first(live, last_idr(live));
    if (live->bytes + cost_of(sample) > VAULT_LIVE_BYTES ||
        !append(vault, live, sample))
        drop_first(live, live->count); /* begins anew with the next IDR */
}

/* ---- answers ---- */

static uint64_t cursor_of(struct bytes cursor, uint32_t camera)
{
    struct reader in = reader_on(cursor);
    while (reader_more(&in)) {
        uint32_t row_camera = reader_u32be(&in);
        uint64_t number = reader_u64be(&in);
        if (!in.failed && row_camera == camera)
            return number;
    }
    return 0;
}

/* The first sample that the viewer has not got; *is_jump: not the next one. */
static size_t first_unseen(const struct vault_live *live, uint64_t seen,
                           bool *is_jump)
{
    *is_jump = false;
    for (size_t i = 0; i < live->count; i++) {
        if (live->samples[i].number == seen)
            return i + 1;
    }
    *is_jump = true;
    return last_idr(live);
}

/* Appends what is new of one camera; returns its new cursor. */
static uint64_t pack_camera(const struct vault *vault,
                            const struct vault_camera *camera, uint64_t seen,
                            struct buffer *out)
{
    const struct vault_live *live = &camera->live;
    bool is_jump = false;
    size_t first = first_unseen(live, seen, &is_jump);
    size_t count = live->count - first;
    if (count > LIVE_SAMPLES_AT_ONCE)
        count = LIVE_SAMPLES_AT_ONCE;
    if (count == 0)
        return seen;
    struct sample *samples = alloc_array(count, sizeof *samples);
    if (samples == NULL)
        return seen;
    for (size_t i = 0; i < count; i++)
        samples[i] = live->samples[first + i].sample;
    if (is_jump)
        samples[0].flags |= SAMPLE_DISCONTINUITY;
    size_t before = out->size;
    sample_pack_append(out, camera->camera, vault_live_config(vault, camera),
                       samples, count);
    alloc_free(samples);
    if (out->failed) { /* full: the rest comes with the next answer */
        out->failed = false;
        out->size = before;
        return seen;
    }
    return live->samples[first + count - 1].number;
}

static void append_cursor(struct buffer *cursor, uint32_t camera,
                          uint64_t number)
{
    uint8_t row[CURSOR_ROW_SIZE];
    struct writer w = writer_on(row, sizeof row);
    writer_u32be(&w, camera);
    writer_u64be(&w, number);
    buffer_append(cursor, writer_written(&w));
}

static void send_answer(struct vault *vault, const struct vault_live_call *call,
                        enum status status, struct bytes packs,
                        struct bytes cursor)
{
    struct message_live_next_reply reply = {
        .id = call->id, .status = status, .cursor = cursor};
    int descriptor = -1;
    if (status == STATUS_OK && packs.size > 0) {
        reply.status = sealed_memory_make(&packs, 1, &descriptor);
        if (reply.status == STATUS_OK)
            reply.bytes = (uint32_t)packs.size;
    }
    if (call->channel == vault->process.peers[ROLE_WEB])
        (void)!message_live_next_answer(call->channel, &reply, descriptor);
    else
        socket_close(&descriptor);
}

/* True where it has been answered. For a web that does not receive what it
 * was sent nothing more is made. */
static bool try_answer(struct vault *vault, struct vault_live_call *call)
{
    bool is_late = vault_now(vault).us >= call->deadline.us;
    if (call->channel == vault->process.peers[ROLE_WEB] &&
        !channel_may_lend(call->channel)) {
        if (is_late)
            send_answer(vault, call, STATUS_AGAIN, (struct bytes){NULL, 0},
                        (struct bytes){NULL, 0});
        return is_late;
    }
    struct buffer packs = buffer_with_limit(LIVE_ANSWER_MAX);
    struct buffer cursor = buffer_with_limit(CURSOR_BYTES_MAX);
    struct reader cameras = reader_on(buffer_bytes(&call->cameras));
    while (reader_more(&cameras)) {
        uint32_t flagged = reader_u32be(&cameras);
        uint32_t number = flagged & ~TICKET_COVERED;
        uint64_t seen = cursor_of(buffer_bytes(&call->cursor), number);
        const struct vault_camera *camera = vault_find(vault, number);
        /* Without its regions, which the gate will tell, nothing is shown. */
        if (camera != NULL &&
            (flagged == number || vault_cover_knows(vault, number)))
            seen = pack_camera(vault, camera, seen, &packs);
        if (seen != 0)
            append_cursor(&cursor, number, seen);
    }
    bool is_due = packs.size > 0 || is_late;
    if (is_due)
        send_answer(vault, call, buffer_status(&cursor), buffer_bytes(&packs),
                    buffer_bytes(&cursor));
    if (packs.data != NULL)
        secret_wipe(packs.data, packs.capacity);
    buffer_deinit(&packs);
    buffer_deinit(&cursor);
    return is_due;
}

static void call_destroy(struct vault_live_call *call)
{
    buffer_deinit(&call->cameras);
    buffer_deinit(&call->cursor);
    alloc_free(call);
}

void vault_live_drop_calls(struct vault *vault)
{
    while (vault->live_calls != NULL) {
        struct vault_live_call *call = vault->live_calls;
        vault->live_calls = call->next;
        call_destroy(call);
    }
}

/* ---- who watches ---- */

static void watch_camera(struct vault *vault, uint32_t number)
{
    struct vault_camera *camera = vault_find(vault, number);
    if (camera == NULL)
        return;
    camera->live.watched_until.us = vault_now(vault).us + VAULT_WATCHED_US;
    if (camera->live.is_watched)
        return;
    camera->live.is_watched = true;
    if (vault->ring != NULL)
        ring_set_watched(vault->ring, number, true);
}

static void end_watching(struct vault *vault)
{
    struct boot_time now = vault_now(vault);
    for (size_t i = 0; i < vault->camera_count; i++) {
        struct vault_camera *camera = vault->cameras[i];
        if (!camera->live.is_watched ||
            now.us < camera->live.watched_until.us)
            continue;
        camera->live.is_watched = false;
        vault_live_deinit(&camera->live);
        vault_cover_end_live(vault, camera->camera);
        if (vault->ring != NULL)
            ring_set_watched(vault->ring, camera->camera, false);
    }
}

void vault_live_tick(struct vault *vault)
{
    struct vault_live_call **place = &vault->live_calls;
    while (*place != NULL) {
        struct vault_live_call *call = *place;
        if (!try_answer(vault, call)) {
            place = &call->next;
            continue;
        }
        *place = call->next;
        call_destroy(call);
    }
    end_watching(vault);
}

static size_t waiting_calls(const struct vault *vault)
{
    size_t count = 0;
    for (const struct vault_live_call *call = vault->live_calls; call != NULL;
         call = call->next)
        count++;
    return count;
}

static enum status take_call(struct vault *vault, struct vault_live_call *call,
                             const struct message_live_next *message)
{
    struct ticket ticket;
    enum status s =
        vault_open_ticket(vault, message->ticket, TICKET_LIVE, &ticket);
    if (s != STATUS_OK)
        return s;
    if (message->cursor.size % CURSOR_ROW_SIZE != 0)
        return STATUS_BAD_INPUT;
    buffer_append(&call->cameras, ticket.cameras);
    buffer_append(&call->cursor, message->cursor);
    if (call->cameras.failed || call->cursor.failed)
        return STATUS_NO_MEMORY;
    struct reader cameras = reader_on(ticket.cameras);
    while (reader_more(&cameras))
        watch_camera(vault, reader_u32be(&cameras) & ~TICKET_COVERED);
    return STATUS_OK;
}

void vault_on_live_next(void *context, struct channel *channel,
                        const struct message_live_next *message,
                        int descriptor)
{
    struct vault *vault = context;
    socket_close(&descriptor);
    struct bytes nothing = {NULL, 0};
    struct vault_live_call refused = {.channel = channel, .id = message->id};
    struct vault_live_call *call = alloc_zeroed(sizeof *call);
    if (call == NULL || waiting_calls(vault) >= LIVE_CALLS_MAX) {
        alloc_free(call);
        send_answer(vault, &refused, STATUS_NO_MEMORY, nothing, nothing);
        return;
    }
    *call = refused;
    call->deadline.us = vault_now(vault).us + VAULT_LIVE_WAIT_US;
    call->cameras = buffer_with_limit(4 * (size_t)TICKET_CAMERAS_MAX);
    call->cursor = buffer_with_limit(CURSOR_BYTES_MAX);
    enum status s = take_call(vault, call, message);
    if (s != STATUS_OK) {
        send_answer(vault, call, s, nothing, nothing);
        call_destroy(call);
        return;
    }
    if (try_answer(vault, call)) {
        call_destroy(call);
        return;
    }
    call->next = vault->live_calls;
    vault->live_calls = call;
}
