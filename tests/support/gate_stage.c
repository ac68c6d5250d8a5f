/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "notice/example.h"
#include "roles/role.h"
#include "support/gate_stage_private.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "unit/test.h"

int64_t gate_stage_now_us(void)
{
    return clock_wall(&CLOCK_SYSTEM).us;
}

/* ---- the neighbours
 * -------------------------------------------------------------- */

#define ON_REQUEST(name)                                                       \
    static void on_##name(void *context, struct channel *channel,              \
                          const struct message_##name *message,                \
                          int descriptor)

ON_REQUEST(vault_ticket_key)
{
    struct gate_stage *stage = context;
    const struct message_vault_ticket_key_reply reply = {.id = message->id};
    CHECK(descriptor == -1);
    memcpy(stage->vault_key, message->key, sizeof stage->vault_key);
    CHECK_OK(message_vault_ticket_key_answer(channel, &reply, -1));
}

ON_REQUEST(keeper_ticket_key)
{
    struct gate_stage *stage = context;
    const struct message_keeper_ticket_key_reply reply = {.id = message->id};
    CHECK(descriptor == -1);
    memcpy(stage->keeper_key, message->key, sizeof stage->keeper_key);
    CHECK_OK(message_keeper_ticket_key_answer(channel, &reply, -1));
}

ON_REQUEST(vault_policy_set)
{
    struct gate_stage *stage = context;
    const struct message_vault_policy_set_reply reply = {.id = message->id};
    CHECK(descriptor == -1);
    stage->vault_told++; /* with the key, which comes before */
    stage->policies = message->policies.size;
    CHECK_OK(message_vault_policy_set_answer(channel, &reply, -1));
}

ON_REQUEST(cover_set)
{
    struct gate_stage *stage = context;
    const struct message_cover_set_reply reply = {.id = message->id};
    CHECK(descriptor == -1);
    stage->covers_told++;
    stage->cover_camera = message->camera;
    stage->cover_bytes = message->regions.size;
    CHECK_OK(message_cover_set_answer(channel, &reply, -1));
}

ON_REQUEST(keeper_policy_set)
{
    struct gate_stage *stage = context;
    const struct message_keeper_policy_set_reply reply = {.id = message->id};
    CHECK(descriptor == -1);
    stage->keeper_told++;
    stage->keeper_policies = message->policies.size;
    struct reader in = reader_on(message->policies);
    CHECK_OK(policy_decode(&in, &stage->keeper_first));
    CHECK_OK(message_keeper_policy_set_answer(channel, &reply, -1));
}

ON_REQUEST(gate_clock)
{
    const struct message_gate_clock_reply reply = {
        .id = message->id,
        .trusted_minus_boot_us = gate_stage_now_us() -
                                 clock_boot(&CLOCK_SYSTEM).us +
                                 ((struct gate_stage *)context)->ahead_us,
        .epoch = 5,
        .pending = ((struct gate_stage *)context)->pending != 0,
        .reason = ((struct gate_stage *)context)->pending,
        .claimed_us = ((struct gate_stage *)context)->claimed_us,
    };
    CHECK(descriptor == -1);
    CHECK_OK(message_gate_clock_answer(channel, &reply, -1));
}

/* The shape of tpm/tpm.h, with a signature that no key has made. */
static struct bytes attestation_of(uint64_t epoch, struct writer *w)
{
    static const uint8_t ZEROS[64] = {0};
    enum { STATEMENT = 6 + 2 + 2 + 17 + 8 + 2 + 2 + 2 + 40, SIGNATURE = 72,
           KEY = 10 + 10 + 68 };
    writer_bytes(w, bytes_of("HATT\1\0IBM ", 10));
    writer_u16be(w, STATEMENT);
    writer_bytes(w, bytes_of("\xff\x54\x43\x47\x80\x14", 6));
    writer_bytes(w, bytes_of(ZEROS, 2 + 2 + 17 + 8 + 2 + 2));
    writer_u16be(w, 40);
    writer_u64be(w, epoch);
    writer_bytes(w, bytes_of(ZEROS, 32));
    writer_u16be(w, SIGNATURE);
    writer_bytes(w, bytes_of("\x00\x18\x00\x0b\x00\x20", 6));
    writer_bytes(w, bytes_of(ZEROS, 32));
    writer_u16be(w, 32);
    writer_bytes(w, bytes_of(ZEROS, 32));
    writer_u16be(w, KEY);
    writer_bytes(w, bytes_of("\0\x23\0\x0b\0\5\0\x32\0\0", 10));
    writer_bytes(w, bytes_of("\0\x10\0\x18\0\x0b\0\3\0\x10", 10));
    writer_u16be(w, 32);
    writer_bytes(w, bytes_of(ZEROS, 32));
    writer_u16be(w, 32);
    writer_bytes(w, bytes_of(ZEROS, 32));
    return writer_written(w);
}

ON_REQUEST(attestation_get)
{
    const struct gate_stage *stage = context;
    uint8_t blob[512];
    struct writer w = writer_on(blob, sizeof blob);
    struct message_attestation_get_reply reply = {
        .id = message->id, .status = STATUS_NOT_FOUND};
    CHECK(descriptor == -1);
    if (stage->attested_epoch != 0) {
        reply.status = STATUS_OK;
        reply.attestation = attestation_of(stage->attested_epoch, &w);
    }
    CHECK_OK(message_attestation_get_answer(channel, &reply, -1));
}

ON_REQUEST(clock_settle)
{
    struct gate_stage *stage = context;
    const struct message_clock_settle_reply reply = {
        .id = message->id, .step_us = stage->claimed_us};
    CHECK(descriptor == -1);
    stage->claimed_us = 0;
    stage->settled_entry = message->entry;
    CHECK_OK(message_clock_settle_answer(channel, &reply, -1));
}

ON_REQUEST(destroy_order)
{
    struct gate_stage *stage = context;
    const struct message_destroy_order_reply reply = {
        .id = message->id, .epoch = 9, .died_us = 1000, .slots = 1};
    CHECK(descriptor == -1);
    stage->orders_asked++;
    stage->order_entry = message->entry;
    if (!stage->is_order_slow)
        CHECK_OK(message_destroy_order_answer(channel, &reply, -1));
}

ON_REQUEST(text_key)
{
    const struct gate_stage *stage = context;
    struct message_text_key_reply reply = {.id = message->id};
    CHECK(descriptor == -1);
    reply.status = stage->has_no_text_key ? STATUS_NOT_FOUND : STATUS_OK;
    memset(reply.key, (int)(message->month & 0xff), sizeof reply.key);
    CHECK_OK(message_text_key_answer(channel, &reply, -1));
}

ON_REQUEST(spans_get)
{
    const struct gate_stage *stage = context;
    uint8_t spans[16];
    struct writer out = writer_on(spans, sizeof spans);
    writer_i64be(&out, stage->recorded.from.us);
    writer_i64be(&out, stage->recorded.to.us);
    const struct message_spans_get_reply reply = {
        .id = message->id, .spans = writer_written(&out)};
    CHECK(descriptor == -1);
    CHECK_OK(message_spans_get_answer(channel, &reply, -1));
}

/* Answers for a few at a time, as one does whose answer has no more room. */
ON_REQUEST(spans_list)
{
    enum { ROW = 20, AT_ONCE = 20 };
    struct gate_stage *stage = context;
    static uint8_t spans[AT_ONCE * ROW];
    struct writer out = writer_on(spans, sizeof spans);
    CHECK(message->asked.size % ROW == 0 && message->asked.size > 0);
    for (size_t i = 0; i < message->asked.size / ROW && i < AT_ONCE; i++) {
        writer_u32be(&out, 1);
        writer_i64be(&out, stage->recorded.from.us);
        writer_i64be(&out, stage->recorded.to.us);
    }
    const struct message_spans_list_reply reply = {
        .id = message->id, .spans = writer_written(&out)};
    CHECK(descriptor == -1);
    stage->spans_asked++;
    CHECK_OK(message_spans_list_answer(channel, &reply, -1));
}

ON_REQUEST(kept_get)
{
    struct gate_stage *stage = context;
    uint8_t row[20];
    struct writer out = writer_on(row, sizeof row);
    writer_u32be(&out, STAGE_CAMERA);
    writer_i64be(&out, stage->recorded.from.us);
    writer_i64be(&out, stage->recorded.to.us);
    const struct message_kept_get_reply reply = {
        .id = message->id, .cameras = writer_written(&out)};
    CHECK(descriptor == -1);
    stage->looks++;
    CHECK_OK(message_kept_get_answer(channel, &reply, -1));
}

/* One pool, of the first class, which was measured. */
static struct bytes pool_of(const struct gate_stage *stage, struct writer *out)
{
    enum { PROMISED_S = 1000, BYTES_PER_S = 100, CLASS = 1 };
    writer_u16be(out, CLASS);
    writer_u32be(out, 1);
    writer_u8(out, 1);
    writer_u64be(out, BYTES_PER_S);
    writer_i64be(out, PROMISED_S);
    writer_i64be(out, stage->is_space_short ? PROMISED_S - 1 : PROMISED_S);
    return writer_written(out);
}

ON_REQUEST(vault_status)
{
    uint8_t pool[31];
    struct writer pools = writer_on(pool, sizeof pool);
    const struct gate_stage *stage = context;
    static uint8_t rows[STAGE_CAMERAS_MAX * 28];
    uint32_t count = stage->many_cameras == 0 ? 1 : stage->many_cameras;
    CHECK(count <= STAGE_CAMERAS_MAX);
    struct writer out = writer_on(rows, count * 28);
    for (uint32_t i = 1; i <= count; i++) {
        writer_u32be(&out, count == 1 ? STAGE_CAMERA : i);
        writer_u8(&out, stage->is_camera_off ? CAUSE_NO_DATA : CAUSE_NONE);
        writer_u8(&out, 0);
        writer_u16be(&out, 6);
        writer_i64be(&out, 1000);
        writer_u32be(&out, 5);
        writer_u64be(&out, 12300);
    }
    const struct message_vault_status_reply reply = {
        .id = message->id,
        .records = 12,
        .bytes = 3456,
        .pools = pool_of(stage, &pools),
        .cameras = writer_written(&out),
    };
    CHECK(context != NULL && descriptor == -1 && writer_full(&out));
    CHECK_OK(message_vault_status_answer(channel, &reply, -1));
}

static void answer_events(struct gate_stage *stage, bool is_draining)
{
    static uint8_t memory[65536];
    struct stage_tale *tale = &stage->event_tale;
    struct writer out = writer_on(memory, sizeof memory);
    struct message_events_next_reply reply = {.id = tale->id,
                                              .cursor = tale->count};
    if (tale->count == tale->acknowledged && !is_draining)
        return;
    for (size_t i = tale->acknowledged; i < tale->count; i++)
        event_encode(&stage->events[i], &out);
    reply.status = out.used == 0 ? STATUS_END : STATUS_OK;
    reply.events = writer_written(&out);
    tale->is_waiting = false;
    CHECK_OK(message_events_next_answer(stage->vault, &reply, -1));
}

ON_REQUEST(events_next)
{
    struct gate_stage *stage = context;
    struct stage_tale *tale = &stage->event_tale;
    CHECK(channel == stage->vault && descriptor == -1);
    if (tale->is_waiting) {
        const struct message_events_next_reply replaced = {
            .id = tale->id, .status = STATUS_CONFLICT};
        CHECK_OK(message_events_next_answer(stage->vault, &replaced, -1));
    }
    CHECK(message->cursor >= tale->acknowledged &&
          message->cursor <= tale->count);
    tale->acknowledged = message->cursor;
    tale->is_waiting = true;
    tale->id = message->id;
    answer_events(stage, message->drain != 0);
}

static void answer_deaths(struct gate_stage *stage, bool is_draining)
{
    static uint8_t memory[STAGE_EVENTS_MAX * DEATH_SIZE];
    struct stage_tale *tale = &stage->death_tale;
    struct writer out = writer_on(memory, sizeof memory);
    struct message_deaths_next_reply reply = {
        .id = tale->id, .cursor = tale->count, .epoch = 6};
    if (tale->count == tale->acknowledged && !is_draining)
        return;
    for (size_t i = tale->acknowledged; i < tale->count; i++)
        death_encode(&stage->deaths[i], &out);
    reply.status = out.used == 0 ? STATUS_END : STATUS_OK;
    reply.deaths = writer_written(&out);
    tale->is_waiting = false;
    CHECK_OK(message_deaths_next_answer(stage->keeper, &reply, -1));
}

ON_REQUEST(deaths_next)
{
    struct gate_stage *stage = context;
    struct stage_tale *tale = &stage->death_tale;
    CHECK(channel == stage->keeper && descriptor == -1);
    CHECK(message->cursor >= tale->acknowledged &&
          message->cursor <= tale->count);
    tale->acknowledged = message->cursor;
    tale->is_waiting = true;
    tale->id = message->id;
    answer_deaths(stage, message->drain != 0);
}

void gate_stage_event(struct gate_stage *stage, const struct event *event)
{
    CHECK(stage->event_tale.count < STAGE_EVENTS_MAX);
    stage->events[stage->event_tale.count++] = *event;
    if (stage->event_tale.is_waiting && stage->vault != NULL)
        answer_events(stage, false);
}

void gate_stage_death(struct gate_stage *stage, const struct death *death)
{
    CHECK(stage->death_tale.count < STAGE_EVENTS_MAX);
    stage->deaths[stage->death_tale.count++] = *death;
}

/* ---- the process
 * ------------------------------------------------------------------ */

static void on_limit(void *context, struct timer *timer)
{
    struct gate_stage *stage = context;
    (void)timer;
    loop_stop(stage->loop); /* has_answer tells */
}

static void on_closed(void *context, struct channel *channel)
{
    struct gate_stage *stage = context;
    CHECK(channel != NULL);
    stage->status = STATUS_IO;
    loop_stop(stage->loop);
}

enum status gate_stage_wait(struct gate_stage *stage)
{
    stage->has_answer = false;
    timer_start(stage->limit, WAIT_LIMIT_MS, 0);
    loop_run(stage->loop);
    timer_stop(stage->limit);
    CHECK(stage->has_answer);
    return stage->status;
}

void gate_stage_answered(struct gate_stage *stage, enum status status,
                         struct bytes json, int descriptor)
{
    CHECK(descriptor == -1 && json.size < sizeof stage->json);
    stage->status = status;
    stage->has_answer = true;
    if (json.size > 0)
        memcpy(stage->json, json.data, json.size);
    stage->json[json.size] = 0;
    loop_stop(stage->loop);
}

void gate_stage_idle(struct gate_stage *stage, uint64_t ms)
{
    timer_start(stage->limit, ms, 0);
    loop_run(stage->loop);
    timer_stop(stage->limit);
}

static struct channel *attach(struct gate_stage *stage, int descriptor,
                              enum role self)
{
    struct channel *channel = NULL;
    CHECK_OK(channel_create(stage->loop, descriptor, self, ROLE_GATE,
                            &stage->handlers, on_closed, stage, &channel));
    return channel;
}

static const struct bytes NOTHING = {NULL, 0};

ON_REPLY(start_gate)
{
    struct gate_stage *stage = context;
    stage->code[0] = 0;
    if (reply != NULL)
        CHECK(text_copy(reply->one_time_code, stage->code, sizeof stage->code));
    gate_stage_answered(stage, status, NOTHING, descriptor);
}

ON_REPLY(peer_attach)
{
    CHECK(reply != NULL);
    gate_stage_answered(context, status, NOTHING, descriptor);
}

ON_REPLY(stop)
{
    CHECK(reply != NULL);
    gate_stage_answered(context, status, NOTHING, descriptor);
}

void gate_stage_attach_one(struct gate_stage *stage, enum role role)
{
    int ends[2];
    struct channel **channel = role == ROLE_WEB       ? &stage->web
                               : role == ROLE_VAULT   ? &stage->vault
                               : role == ROLE_COURIER ? &stage->courier
                                                      : &stage->keeper;
    const size_t *told = role == ROLE_VAULT    ? &stage->vault_told
                         : role == ROLE_KEEPER ? &stage->keeper_told
                                               : NULL;
    const size_t before = told == NULL ? 0 : *told;
    CHECK_OK(socket_pair(ends));
    channel_destroy(channel);
    if (role == ROLE_VAULT)
        stage->event_tale.is_waiting = false;
    if (role == ROLE_KEEPER)
        stage->death_tale.is_waiting = false;
    *channel = attach(stage, ends[0], role);
    const struct message_peer_attach message = {.role = (uint8_t)role};
    CHECK_OK(message_peer_attach_send(stage->supervisor, &message, ends[1],
                                      on_peer_attach, stage));
    CHECK_OK(gate_stage_wait(stage));
    for (int i = 0; i < TURNS && told != NULL && *told == before; i++)
        gate_stage_idle(stage, TURN_MS);
    CHECK(told == NULL || *told > before);
}

/* Signing in needs the month's key, which the keeper gives once the gate knows
 * the time from it: what it told before that has been heard too. */
static void await_opening(struct gate_stage *stage)
{
    const size_t before = stage->openings;
    if (stage->has_no_text_key)
        return;
    gate_stage_ask_opening(stage);
    for (int i = 0; i < TURNS && stage->openings == before; i++)
        gate_stage_idle(stage, TURN_MS);
    assert_int_equal(before + 1, stage->openings);
    stage->openings = before;
}

void gate_stage_attach(struct gate_stage *stage)
{
    gate_stage_attach_one(stage, ROLE_VAULT);
    gate_stage_attach_one(stage, ROLE_KEEPER);
    gate_stage_attach_one(stage, ROLE_WEB);
    for (int i = 0;
         i < TURNS && (stage->policies == 0 || stage->keeper_policies == 0);
         i++)
        gate_stage_idle(stage, TURN_MS);
    CHECK(stage->policies > 0 && stage->keeper_policies > 0);
    await_opening(stage);
    gate_stage_idle(stage, 50);
}

enum status gate_stage_start(struct gate_stage *stage, const char *cause)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    stage->policies = stage->keeper_policies = 0;
    stage->gate = fork();
    if (stage->gate == 0) {
        if (dup2(ends[1], ROLE_CONTROL_DESCRIPTOR) < 0)
            _exit(1);
        /* Nothing of the test's is the gate's. */
        for (int i = ROLE_CONTROL_DESCRIPTOR + 1; i < 64; i++)
            (void)close(i);
        _exit(role_gate_main());
    }
    (void)close(ends[1]);
    CHECK_OK(loop_create(&stage->loop));
    CHECK_OK(timer_make(stage->loop, "limit", on_limit, stage, &stage->limit));
    stage->supervisor = attach(stage, ends[0], ROLE_SUPERVISOR);
    const struct message_start_gate message = {
        .directory = text_of(stage->directory), .cause = text_of(cause)};
    return ASK(stage, stage->supervisor, start_gate, &message);
}

enum status gate_stage_stop(struct gate_stage *stage)
{
    const struct message_stop message = {.id = 0};
    return ASK(stage, stage->supervisor, stop, &message);
}

void gate_stage_kill(struct gate_stage *stage)
{
    CHECK(kill(stage->gate, SIGKILL) == 0);
    (void)gate_stage_end(stage);
}

int gate_stage_end(struct gate_stage *stage)
{
    int status = 0;
    channel_destroy(&stage->web);
    channel_destroy(&stage->vault);
    channel_destroy(&stage->keeper);
    channel_destroy(&stage->courier);
    channel_destroy(&stage->supervisor);
    CHECK(waitpid(stage->gate, &status, 0) == stage->gate);
    timer_destroy(&stage->limit);
    loop_destroy(&stage->loop);
    stage->event_tale.is_waiting = false;
    stage->death_tale.is_waiting = false;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void gate_stage_make(struct gate_stage *stage)
{
    *stage = (struct gate_stage){.gate = 0};
    test_directory_make(stage->directory, sizeof stage->directory);
    const struct notice_example example = {
        .short_retention_s = 60,
        .camera_port = 8554,
        .web_port = 8443,
        .volume_bytes = 64 << 20,
        .hold_reserve_bytes = 64 << 20,
        .camera_user = "haechi",
        .camera_password = "demo-camera",
    };
    CHECK_OK(
        notice_example_write(&FILE_LAYER_SYSTEM, stage->directory, &example));
    stage->handlers = (struct message_handlers){
        .context = stage,
        .vault_ticket_key = on_vault_ticket_key,
        .vault_policy_set = on_vault_policy_set,
        .cover_set = on_cover_set,
        .events_next = on_events_next,
        .spans_get = on_spans_get,
        .spans_list = on_spans_list,
        .kept_get = on_kept_get,
        .vault_status = on_vault_status,
        .keeper_ticket_key = on_keeper_ticket_key,
        .keeper_policy_set = on_keeper_policy_set,
        .deaths_next = on_deaths_next,
        .destroy_order = on_destroy_order,
        .text_key = on_text_key,
        .gate_clock = on_gate_clock,
        .attestation_get = on_attestation_get,
        .clock_settle = on_clock_settle,
    };
    gate_stage_hold_handlers(&stage->handlers);
}

void gate_stage_remove(struct gate_stage *stage)
{
    test_directory_remove(stage->directory);
}
