/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "media/sample_pack.h"
#include "support/vault_stage_private.h"
#include "sys/sealed_memory.h"
#include "unit/test.h"

static const uint8_t OTHER_KEY[TICKET_KEY_SIZE] = {8};

/* ---- as gate ---- */

static void on_spans_get(void *context, enum status status,
                         const struct message_spans_get_reply *reply,
                         int descriptor)
{
    struct stage *stage = context;
    stage->span_count = 0;
    if (status == STATUS_OK) {
        struct reader in = reader_on(reply->spans);
        while (reader_more(&in) && stage->span_count < 16) {
            struct span *span = &stage->spans[stage->span_count++];
            span->from.us = reader_i64be(&in);
            span->to.us = reader_i64be(&in);
        }
    }
    stage_take_answer(stage, status, descriptor);
}

size_t stage_spans(struct stage *stage, uint32_t camera)
{
    const struct message_spans_get message = {
        .camera = camera,
        .from_us = stage_all().from.us,
        .to_us = stage_all().to.us,
    };
    CHECK_OK(message_spans_get_send(stage->gate, &message, -1, on_spans_get,
                                    stage));
    CHECK_OK(stage_wait_answer(stage, "spans_get"));
    return stage->span_count;
}

static void on_vault_status(void *context, enum status status,
                            const struct message_vault_status_reply *reply,
                            int descriptor)
{
    struct stage *stage = context;
    if (status == STATUS_OK)
        stage->numbers = *reply;
    stage->numbers.cameras = (struct bytes){NULL, 0}; /* borrowed */
    stage_take_answer(stage, status, descriptor);
}

enum status stage_numbers(struct stage *stage)
{
    const struct message_vault_status message = {.id = 0};
    CHECK_OK(message_vault_status_send(stage->gate, &message, -1,
                                       on_vault_status, stage));
    return stage_wait_answer(stage, "vault_status");
}

void stage_wait_recorded(struct stage *stage, uint32_t camera, uint64_t k)
{
    int64_t end_us = stage_time_of(stage, k) + STAGE_SAMPLE_US;
    for (int i = 0; i < STAGE_UNTIL_MS / 20; i++) {
        size_t count = stage_spans(stage, camera);
        if (count > 0 && stage->spans[count - 1].to.us >= end_us)
            return;
        stage_run(stage, 20);
    }
    fail_msg("camera %u: sample %d not recorded", camera, (int)k);
}

static void keep_event(struct stage *stage, const struct event *event)
{
    CHECK(stage->event_count < STAGE_EVENTS);
    struct stage_event *kept = &stage->events[stage->event_count++];
    *kept = (struct stage_event){.kind = event->kind,
                                 .cause = event->cause,
                                 .camera = event->camera,
                                 .span = event->span};
    (void)snprintf(kept->detail, sizeof kept->detail, "%.*s",
                   (int)event->detail.size, event->detail.data);
}

static void on_events_next(void *context, enum status status,
                           const struct message_events_next_reply *reply,
                           int descriptor)
{
    struct stage *stage = context;
    if (status == STATUS_OK) {
        struct reader in = reader_on(reply->events);
        while (reader_more(&in)) {
            struct event event;
            CHECK_OK(event_decode(&in, &event));
            keep_event(stage, &event);
        }
        stage->cursor = reply->cursor;
    }
    stage_take_answer(stage, status, descriptor);
}

void stage_drain_events(struct stage *stage)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK) {
        const struct message_events_next message = {
            .cursor = stage->cursor, .drain = 1};
        CHECK_OK(message_events_next_send(stage->gate, &message, -1,
                                          on_events_next, stage));
        s = stage_wait_answer(stage, "events_next");
    }
    CHECK_STATUS(STATUS_END, s);
}

const struct stage_event *stage_find_event(const struct stage *stage,
                                           enum event_kind kind,
                                           uint32_t camera)
{
    for (size_t i = 0; i < stage->event_count; i++) {
        if (stage->events[i].kind == kind &&
            stage->events[i].camera == camera)
            return &stage->events[i];
    }
    return NULL;
}

/* ---- as web ---- */

size_t stage_ticket(const struct stage_claim *claim, uint8_t *out,
                    size_t size)
{
    uint8_t camera[4];
    struct writer cameras = writer_on(camera, sizeof camera);
    writer_u32be(&cameras, claim->camera);
    const struct ticket ticket = {
        .kind = claim->kind,
        .view = 1,
        .person = 1,
        .span = claim->span,
        .expires = {clock_boot(&CLOCK_SYSTEM).us + claim->life_us},
        .cameras = writer_written(&cameras),
    };
    struct writer w = writer_on(out, size);
    CHECK_OK(ticket_seal(&ticket, claim->key == NULL ? STAGE_TICKET_KEY : claim->key,
                         OTHER_KEY, &w));
    return w.used;
}

static void keep_sample(struct stage *stage, uint32_t camera,
                        const struct sample *sample)
{
    CHECK(stage->sample_count < STAGE_SAMPLES);
    struct stage_sample *kept = &stage->samples[stage->sample_count++];
    *kept = (struct stage_sample){
        .camera = camera, .time_us = sample->time_us, .flags = sample->flags};
    struct reader in = reader_on(sample->data);
    reader_skip(&in, 8);
    uint64_t k = reader_u64be(&in);
    stage_fill_payload(stage, camera, k, stage->right);
    if (sample->data.size == stage->payload &&
        memcmp(sample->data.data, stage->right, stage->payload) == 0 &&
        sample->time_us == stage_time_of(stage, k))
        kept->k = k;
}

static void keep_packs(struct stage *stage, int descriptor, size_t size)
{
    struct bytes packs;
    CHECK_OK(sealed_memory_map(descriptor, size, &packs));
    struct reader in = reader_on(packs);
    while (reader_more(&in)) {
        struct sample_pack pack;
        CHECK_OK(sample_pack_read(&in, &pack));
        uint32_t row = 0;
        size_t offset = 0;
        struct sample sample;
        while (sample_pack_next(&pack, &row, &offset, &sample))
            keep_sample(stage, pack.camera, &sample);
    }
    sealed_memory_unmap(&packs);
}

static void on_read(void *context, enum status status,
                    const struct message_read_reply *reply, int descriptor)
{
    struct stage *stage = context;
    if (status == STATUS_OK) {
        if (reply->bytes > 0)
            keep_packs(stage, descriptor, reply->bytes);
        stage->next_us = reply->next_us;
    }
    stage_take_answer(stage, status, descriptor);
}

enum status stage_read(struct stage *stage, const struct stage_claim *claim,
                       uint32_t camera, int64_t from_us, int64_t to_us)
{
    uint8_t ticket[TICKET_SIZE_MAX];
    size_t size = stage_ticket(claim, ticket, sizeof ticket);
    const struct message_read message = {
        .ticket = bytes_of(ticket, size),
        .camera = camera,
        .from_us = from_us,
        .to_us = to_us,
    };
    CHECK_OK(message_read_send(stage->web, &message, -1, on_read, stage));
    return stage_wait_answer(stage, "read");
}

enum status stage_read_all(struct stage *stage, uint32_t camera)
{
    const struct stage_claim claim = {.kind = TICKET_RECORDED,
                                      .camera = camera,
                                      .span = stage_all(),
                                      .life_us = 60 * (int64_t)SECOND_US};
    if (stage_spans(stage, camera) == 0)
        return STATUS_OK;
    int64_t from_us = stage->spans[0].from.us;
    enum status s = STATUS_OK;
    stage->sample_count = 0;
    do {
        s = stage_read(stage, &claim, camera, from_us, 0);
        CHECK(stage->next_us == 0 || stage->next_us > from_us);
        from_us = stage->next_us;
    } while (s == STATUS_OK && stage->next_us != 0);
    return s;
}

static void on_live_next(void *context, enum status status,
                         const struct message_live_next_reply *reply,
                         int descriptor)
{
    struct stage *stage = context;
    if (status == STATUS_OK) {
        if (reply->bytes > 0)
            keep_packs(stage, descriptor, reply->bytes);
        CHECK(reply->cursor.size <= sizeof stage->live_cursor);
        stage->live_cursor_size = reply->cursor.size;
        if (reply->cursor.size > 0)
            memcpy(stage->live_cursor, reply->cursor.data,
                   reply->cursor.size);
    }
    stage_take_answer(stage, status, descriptor);
}

enum status stage_live(struct stage *stage, const struct stage_claim *claim)
{
    uint8_t ticket[TICKET_SIZE_MAX];
    size_t size = stage_ticket(claim, ticket, sizeof ticket);
    const struct message_live_next message = {
        .ticket = bytes_of(ticket, size),
        .cursor = bytes_of(stage->live_cursor, stage->live_cursor_size),
    };
    CHECK_OK(message_live_next_send(stage->web, &message, -1, on_live_next,
                                    stage));
    return stage_wait_answer(stage, "live_next");
}
