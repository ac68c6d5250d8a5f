/* SPDX-License-Identifier: Apache-2.0 */
#include "support/vault_stage_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "media/sample.h"
#include "model/policy.h"
#include "store/camera_book.h"
#include "sys/event_descriptor.h"
#include "sys/file.h"
#include "sys/socket.h"
#include "unit/test.h"

enum {
    UNIT_S = 5,
    RING_SIZE = 4 * 1024 * 1024,
    SLICE_MS = 10,
    VOLUME_BYTES = 64 * 1024 * 1024,
};

const uint8_t STAGE_TICKET_KEY[TICKET_KEY_SIZE] = {7, 7, 7};

int64_t stage_time_of(const struct stage *stage, uint64_t k)
{
    return stage->first_boot_us + STAGE_OFFSET_US +
           (int64_t)k * STAGE_SAMPLE_US;
}

struct span stage_all(void)
{
    return (struct span){{STAGE_OFFSET_US}, {INT64_MAX / 2}};
}

/* ---- the loop ---- */

static void on_slice(void *context, struct timer *timer)
{
    (void)timer;
    loop_stop(((struct stage *)context)->loop);
}

void stage_run(struct stage *stage, unsigned ms)
{
    timer_start(stage->slice, ms, 0);
    loop_run(stage->loop);
    timer_stop(stage->slice);
}

void stage_until(struct stage *stage, stage_done_fn *done, const char *what)
{
    for (unsigned ms = 0; !done(stage); ms += SLICE_MS) {
        if (ms > STAGE_UNTIL_MS)
            fail_msg("waited in vain: %s", what);
        stage_run(stage, SLICE_MS);
    }
}

static bool has_answer(struct stage *stage)
{
    return stage->answers > 0;
}

enum status stage_wait_answer(struct stage *stage, const char *what)
{
    stage_until(stage, has_answer, what);
    stage->answers = 0;
    return stage->status;
}

void stage_take_answer(struct stage *stage, enum status status,
                        int descriptor)
{
    stage->status = status;
    stage->answers++;
    socket_close(&descriptor);
}

#define PLAIN_REPLY(name)                                                      \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        (void)reply;                                                           \
        stage_take_answer(context, status, descriptor);                              \
    }

PLAIN_REPLY(start_vault)
PLAIN_REPLY(peer_attach)
PLAIN_REPLY(ring_attach)
PLAIN_REPLY(kick_attach)
PLAIN_REPLY(stop)
PLAIN_REPLY(vault_ticket_key)
PLAIN_REPLY(vault_policy_set)

/* ---- as keeper ---- */

static void on_vault_clock(void *context, struct channel *channel,
                           const struct message_vault_clock *message,
                           int descriptor)
{
    struct stage *stage = context;
    socket_close(&descriptor);
    const struct message_vault_clock_reply reply = {
        .id = message->id,
        .trusted_minus_boot_us = STAGE_OFFSET_US,
        .epoch = stage->epoch,
    };
    CHECK_OK(message_vault_clock_answer(channel, &reply, -1));
}

static struct wall_time unit_of(int64_t time_us)
{
    return slot_start((struct wall_time){time_us}, UNIT_S);
}

static void fill_key(uint32_t camera, struct wall_time unit, uint8_t *key)
{
    for (size_t i = 0; i < MESSAGE_KEY_SIZE; i++)
        key[i] = (uint8_t)(camera + (uint64_t)(unit.us / SECOND_US) * 3 + i);
}

static void on_seal_key(void *context, struct channel *channel,
                        const struct message_seal_key *message,
                        int descriptor)
{
    struct stage *stage = context;
    socket_close(&descriptor);
    struct wall_time unit = unit_of(message->time_us);
    struct message_seal_key_reply reply = {
        .id = message->id, .unit_us = unit.us, .unit_s = UNIT_S};
    CHECK(message->camera <= CAMERA_NUMBER_MAX); /* keys are a camera's */
    fill_key(message->camera, unit, reply.unit_key);
    if (stage->has_no_keys)
        reply.status = STATUS_AGAIN;
    else if (unit.us < stage->no_keys_until_us)
        reply.status = STATUS_NOT_FOUND;
    else
        stage->seal_keys++;
    CHECK_OK(message_seal_key_answer(channel, &reply, -1));
}

static bool is_dead(const struct stage *stage, uint32_t camera,
                    struct wall_time unit)
{
    for (size_t i = 0; i < stage->death_count; i++) {
        if (stage->deaths[i].subject == camera &&
            span_holds(stage->deaths[i].slot, unit))
            return true;
    }
    return false;
}

static void on_open_key(void *context, struct channel *channel,
                        const struct message_open_key *message,
                        int descriptor)
{
    struct stage *stage = context;
    socket_close(&descriptor);
    struct wall_time unit = unit_of(message->time_us);
    struct message_open_key_reply reply = {
        .id = message->id, .unit_us = unit.us, .unit_s = UNIT_S};
    CHECK(message->camera <= CAMERA_NUMBER_MAX);
    if (is_dead(stage, message->camera, unit))
        reply.status = STATUS_NOT_FOUND;
    else
        fill_key(message->camera, unit, reply.unit_key);
    stage->open_keys++;
    CHECK_OK(message_open_key_answer(channel, &reply, -1));
}

static void answer_epoch(struct stage *stage)
{
    uint8_t encoded[8 * DEATH_SIZE];
    struct writer w = writer_on(encoded, sizeof encoded);
    for (size_t i = 0; i < stage->death_count; i++)
        death_encode(&stage->deaths[i], &w);
    const struct message_epoch_wait_reply reply = {
        .id = stage->epoch_id,
        .epoch = stage->epoch,
        .deaths = writer_written(&w),
    };
    stage->epoch_id = 0;
    CHECK_OK(message_epoch_wait_answer(stage->keeper, &reply, -1));
}

static void on_epoch_wait(void *context, struct channel *channel,
                          const struct message_epoch_wait *message,
                          int descriptor)
{
    struct stage *stage = context;
    (void)channel;
    socket_close(&descriptor);
    stage->epoch_id = message->id;
    if (message->known_epoch != stage->epoch)
        answer_epoch(stage);
}

static bool waits_for_epoch(struct stage *stage)
{
    return stage->epoch_id != 0;
}

void stage_die(struct stage *stage, uint32_t camera, struct span slot)
{
    stage_until(stage, waits_for_epoch, "epoch_wait");
    stage->deaths[stage->death_count++] = (struct death){
        .epoch = ++stage->epoch,
        .subject = camera,
        .cause = CAUSE_EXPIRED,
        .slot = slot,
        .died_at = slot.to,
    };
    answer_epoch(stage);
    /* It waits again when it has followed. */
    stage_until(stage, waits_for_epoch, "deaths followed");
}

/* ---- life ---- */

static void on_closed(void *context, struct channel *channel)
{
    (void)context;
    (void)channel; /* destroyed by stage_kill */
}

static struct channel *make_channel(struct stage *stage, int descriptor,
                                    enum role self)
{
    struct channel *channel = NULL;
    CHECK_OK(channel_create(stage->loop, descriptor, self, ROLE_VAULT,
                            &stage->handlers, on_closed, stage, &channel));
    return channel;
}

void stage_make(struct stage *stage, int64_t past_s)
{
    *stage = (struct stage){.epoch = 1,
                            .payload = STAGE_PAYLOAD,
                            .lasts_us = STAGE_SAMPLE_US,
                            .volume_bytes = VOLUME_BYTES};
    stage->right = alloc_array(STAGE_PAYLOAD_MAX, 1);
    CHECK(stage->right != NULL);
    test_directory_make(stage->directory, sizeof stage->directory);
    stage->handlers = (struct message_handlers){
        .context = stage,
        .vault_clock = on_vault_clock,
        .seal_key = on_seal_key,
        .open_key = on_open_key,
        .epoch_wait = on_epoch_wait,
    };
    CHECK_OK(loop_create(&stage->loop));
    CHECK_OK(timer_make(stage->loop, "slice", on_slice, stage,
                        &stage->slice));
    CHECK_OK(ring_make(RING_SIZE, &stage->ring_descriptor));
    CHECK_OK(event_descriptor_make(&stage->kick_descriptor));
    CHECK_OK(ring_writer_create(stage->ring_descriptor, &stage->ring));
    int64_t now_us = clock_boot(&CLOCK_SYSTEM).us;
    int64_t unit_us = (int64_t)UNIT_S * SECOND_US;
    /* On a unit's border, so that tests know where units are. */
    stage->first_boot_us = (now_us - past_s * SECOND_US) / unit_us * unit_us;
    stage->vault = -1;
}

void stage_remove(struct stage *stage)
{
    alloc_free(stage->right);
    ring_writer_destroy(&stage->ring);
    socket_close(&stage->ring_descriptor);
    socket_close(&stage->kick_descriptor);
    timer_destroy(&stage->slice);
    loop_destroy(&stage->loop);
    test_directory_remove(stage->directory);
}

void stage_attach(struct stage *stage, enum role role,
                  struct channel **channel)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    *channel = make_channel(stage, ends[0], role);
    const struct message_peer_attach message = {.role = (uint8_t)role};
    CHECK_OK(message_peer_attach_send(stage->supervisor, &message, ends[1],
                                      on_peer_attach, stage));
    CHECK_OK(stage_wait_answer(stage, "peer_attach"));
}

static void give_ring(struct stage *stage)
{
    const struct message_ring_attach ring = {.id = 0};
    const struct message_kick_attach kick = {.id = 0};
    CHECK_OK(message_ring_attach_send(stage->supervisor, &ring,
                                      dup(stage->ring_descriptor),
                                      on_ring_attach, stage));
    CHECK_OK(stage_wait_answer(stage, "ring_attach"));
    CHECK_OK(message_kick_attach_send(stage->supervisor, &kick,
                                      dup(stage->kick_descriptor),
                                      on_kick_attach, stage));
    CHECK_OK(stage_wait_answer(stage, "kick_attach"));
}

static void give_policies(struct stage *stage)
{
    uint8_t encoded[3 * POLICY_SIZE];
    struct writer w = writer_on(encoded, sizeof encoded);
    static const uint32_t STREAMS[] = {1, 2, STAGE_SUB};
    for (size_t i = 0; i < (stage->has_sub ? 3 : 2); i++) {
        const struct policy policy = {
            STREAMS[i], 1, {RETENTION_SECONDS, 600}, UTC_OFFSET_KOREA_S};
        policy_encode(&policy, &w);
    }
    const struct message_vault_policy_set policies = {
        .policies = writer_written(&w)};
    CHECK_OK(message_vault_policy_set_send(stage->gate, &policies, -1,
                                           on_vault_policy_set, stage));
    CHECK_OK(stage_wait_answer(stage, "vault_policy_set"));
    struct message_vault_ticket_key key = {.id = 0};
    memcpy(key.key, STAGE_TICKET_KEY, sizeof key.key);
    CHECK_OK(message_vault_ticket_key_send(stage->gate, &key, -1,
                                           on_vault_ticket_key, stage));
    CHECK_OK(stage_wait_answer(stage, "vault_ticket_key"));
}

static void become_vault(int control)
{
    if (dup2(control, ROLE_CONTROL_DESCRIPTOR) < 0)
        _exit(1);
    for (int i = ROLE_CONTROL_DESCRIPTOR + 1; i < 64; i++)
        (void)close(i);
    _exit(role_vault_main());
}

void stage_start(struct stage *stage)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    stage->vault = fork();
    if (stage->vault == 0)
        become_vault(ends[1]);
    (void)close(ends[1]);
    stage->supervisor = make_channel(stage, ends[0], ROLE_SUPERVISOR);
    const struct message_start_vault message = {
        .directory = text_of(stage->directory),
        .volume_bytes = stage->volume_bytes,
    };
    stage->answers = 0;
    CHECK_OK(message_start_vault_send(stage->supervisor, &message, -1,
                                      on_start_vault, stage));
    CHECK_OK(stage_wait_answer(stage, "start_vault"));
    give_ring(stage);
    stage_attach(stage, ROLE_KEEPER, &stage->keeper);
    stage_attach(stage, ROLE_GATE, &stage->gate);
    stage_attach(stage, ROLE_WEB, &stage->web);
    give_policies(stage);
}

static void forget_vault(struct stage *stage)
{
    int status = 0;
    CHECK(waitpid(stage->vault, &status, 0) == stage->vault);
    stage->vault = -1;
    channel_destroy(&stage->supervisor);
    channel_destroy(&stage->gate);
    channel_destroy(&stage->web);
    channel_destroy(&stage->work);
    channel_destroy(&stage->keeper);
    stage->epoch_id = 0;
}

void stage_kill(struct stage *stage)
{
    CHECK(kill(stage->vault, SIGKILL) == 0);
    forget_vault(stage);
}

void stage_stop(struct stage *stage)
{
    const struct message_stop message = {.id = 0};
    CHECK_OK(message_stop_send(stage->supervisor, &message, -1, on_stop,
                               stage));
    CHECK_OK(stage_wait_answer(stage, "stop"));
}

/* ---- as ingest ---- */

void stage_ring_bell(struct stage *stage)
{
    event_descriptor_ring(stage->kick_descriptor);
}

static struct writer reserve(struct stage *stage, uint32_t kind, size_t size)
{
    uint8_t *at = NULL;
    enum status s = ring_reserve(stage->ring, kind, size, &at);
    for (int tries = 0; s == STATUS_NO_SPACE && tries < 500; tries++) {
        stage_ring_bell(stage);
        stage_run(stage, SLICE_MS);
        s = ring_reserve(stage->ring, kind, size, &at);
    }
    CHECK_OK(s);
    return writer_on(at, size);
}

void stage_put_config(struct stage *stage, uint32_t camera)
{
    static const uint8_t RECORD[] = {1, 100, 0, 30, 255};
    struct writer w = reserve(stage, 2, 12 + sizeof RECORD);
    writer_u32be(&w, camera);
    writer_u8(&w, CODEC_H264);
    writer_u8(&w, 0);
    writer_u16be(&w, 640);
    writer_u16be(&w, 360);
    writer_u16be(&w, sizeof RECORD);
    writer_bytes(&w, bytes_of(RECORD, sizeof RECORD));
    CHECK(writer_full(&w));
    ring_commit(stage->ring);
}

void stage_fill_payload(const struct stage *stage, uint32_t camera,
                        uint64_t k, uint8_t *out)
{
    struct writer w = writer_on(out, stage->payload);
    writer_u32be(&w, (uint32_t)stage->payload - 4);
    writer_u32be(&w, camera);
    writer_u64be(&w, k);
    for (size_t i = w.used; i < stage->payload; i++)
        out[i] = (uint8_t)(camera + k * 7 + i);
}

static void put_sample(struct stage *stage, uint32_t camera, uint64_t k)
{
    struct writer w = reserve(stage, 1, 28 + stage->payload);
    writer_u32be(&w, camera);
    writer_u32be(&w, k % 10 == 0 ? SAMPLE_IDR : 0);
    writer_u64be(&w, k);
    writer_i64be(&w, stage->first_boot_us + (int64_t)k * STAGE_SAMPLE_US);
    writer_u32be(&w, stage->lasts_us);
    uint8_t *payload = writer_reserve(&w, stage->payload);
    CHECK(writer_full(&w));
    stage_fill_payload(stage, camera, k, payload);
    ring_commit(stage->ring);
}

void stage_put_samples(struct stage *stage, uint32_t camera, uint64_t from,
                       uint64_t to)
{
    for (uint64_t k = from; k <= to; k++)
        put_sample(stage, camera, k);
}

void stage_put_state(struct stage *stage, uint32_t camera, enum cause cause,
                     uint64_t at_k)
{
    struct writer w = reserve(stage, 3, 16 + 4);
    writer_u32be(&w, camera);
    writer_u8(&w, (uint8_t)cause);
    writer_zeros(&w, 3);
    writer_i64be(&w, stage->first_boot_us + (int64_t)at_k * STAGE_SAMPLE_US);
    writer_bytes(&w, bytes_of("test", 4));
    CHECK(writer_full(&w));
    ring_commit(stage->ring);
}

void stage_backdate_cameras(const struct stage *stage)
{
    struct camera_book book;
    char path[160];
    (void)snprintf(path, sizeof path, "%s/events/cameras", stage->directory);
    CHECK_OK(camera_book_read(&book, &FILE_LAYER_SYSTEM, path));
    CHECK(book.count == (stage->has_sub ? 3 : 2));
    for (size_t i = 0; i < book.count; i++)
        book.pages[i]->added.us = stage_time_of(stage, 0);
    CHECK_OK(camera_book_write(&book, &FILE_LAYER_SYSTEM, path));
    camera_book_deinit(&book);
}
