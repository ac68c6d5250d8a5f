/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ingest as a process of its own, in its sandbox; the test is its supervisor,
 * the reader of its ring and, through camsim, its camera.
 */
#ifndef UNIT_ROLES_INGEST_STAGE_H
#define UNIT_ROLES_INGEST_STAGE_H

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/text.h"
#include "camsim/camsim.h"
#include "crypto/hash.h"
#include "ipc/channel.h"
#include "media/codec.h"
#include "model/cause.h"
#include "roles/role.h"
#include "sys/event_descriptor.h"
#include "sys/ring.h"
#include "sys/socket.h"
#include "sys/socket_datagram.h"
#include "unit/media/stream.h"

enum {
    CAMERA = 5,
    OTHER_CAMERA = 6, /* only ever down: fills the ring */
    BATCH_MS = 20,
    LONG_BATCH_MS = 1000, /* the longest there is */
    LOOK_MS = 10,
    PROMPT_LOOKS = 25, /* a sample is due every second look, a batch every
                        * hundred */
    WAIT_LIMIT_MS = 60000,
    FRAMES_PER_SECOND = 60,
    RING_BYTES = 1 << 16,
    ENTRY_SAMPLE = 1,
    ENTRY_CONFIG = 2,
    ENTRY_STATE = 3,
    ENTRY_LOSS = 4,
};

struct stage {
    struct loop *loop;
    struct timer *limit;
    struct timer *look;
    struct message_handlers nothing;
    pid_t ingest;
    struct channel *supervisor;
    struct camsim_clip *clip;
    struct camsim *camsim;
    struct ring_reader *ring;
    int kick;
    bool (*is_enough)(const struct stage *stage);
    bool keeps_ring; /* nothing is released: it fills up */
    unsigned looks;  /* at the ring since the last sample */
    unsigned prompt; /* samples, or a few, that came within PROMPT_LOOKS of the
                      * one before, in a row */
    unsigned pauses; /* longer than that */
    /* What the ring brought */
    size_t samples;
    size_t configs;
    unsigned pictures_lost;
    size_t unknown; /* samples that are not in the clip */
    size_t bells;
    uint64_t number;
    int64_t last_us;
    bool is_first_key;
    bool was_flagged; /* the last sample: a discontinuity */
    size_t samples_after_overload;
    enum cause states[32];
    size_t state_count;
    char detail[201];
    /* Answers */
    bool has_answer;
    bool has_ended;
    enum status status;
    uint8_t ended_cause;
    bool has_report;
    struct socket_datagrams datagrams;
    bool is_secure;
    struct bytes pin;
    uint8_t fingerprint[32];
    size_t fingerprint_size;
};

static inline void on_limit(void *context, struct timer *timer)
{
    (void)context;
    (void)timer;
    fail_msg("ingest did not do it in time");
}

static inline void on_closed(void *context, struct channel *channel)
{
    (void)context;
    (void)channel;
}

static inline void wait_until(struct stage *stage,
                       bool (*is_enough)(const struct stage *stage))
{
    stage->is_enough = is_enough;
    timer_start(stage->limit, WAIT_LIMIT_MS, 0);
    loop_run(stage->loop);
    timer_stop(stage->limit);
}

/* ---- the ring ----------------------------------------------------------- */

static inline bool is_in_clip(const struct stage *stage, struct bytes data)
{
    uint8_t hash[SHA256_SIZE];
    char hex[HEX_SIZE(SHA256_SIZE) + 1];
    CHECK_OK(sha256(&data, 1, hash));
    hex_encode(bytes_of(hash, sizeof hash), hex);
    for (size_t i = 0; i < stage->clip->count; i++)
        if (strcmp(hex, stage->clip->frames[i].digest) == 0)
            return true;
    return false;
}

static inline void take_sample(struct stage *stage, struct reader *in)
{
    unsigned flags = reader_u32be(in);
    uint64_t number = reader_u64be(in);
    int64_t time_us = reader_i64be(in);
    uint32_t duration_us = reader_u32be(in);
    CHECK(stage->configs > 0);
    CHECK(number == stage->number + 1);
    CHECK(time_us > stage->last_us);
    CHECK(duration_us > 0 && duration_us <= SECOND_US);
    if (stage->samples == 0)
        stage->is_first_key = (flags & SAMPLE_IDR) != 0;
    stage->was_flagged = (flags & SAMPLE_DISCONTINUITY) != 0;
    if (stage->state_count > 0 &&
        stage->states[stage->state_count - 1] == CAUSE_OVERLOAD &&
        stage->samples_after_overload++ == 0)
        CHECK(stage->was_flagged && (flags & SAMPLE_IDR) != 0);
    stage->number = number;
    stage->last_us = time_us;
    stage->samples++;
    if (!is_in_clip(stage, in->left))
        stage->unknown++;
    reader_skip(in, in->left.size);
}

static inline void take_config(struct stage *stage, struct reader *in)
{
    CHECK(reader_u8(in) == CODEC_H264);
    CHECK(reader_u8(in) == 0);
    CHECK(reader_u16be(in) == 64);
    CHECK(reader_u16be(in) == 48);
    reader_skip(in, reader_u16be(in));
    stage->configs++;
}

static inline void take_state(struct stage *stage, struct reader *in)
{
    uint8_t cause = reader_u8(in);
    reader_skip(in, 3 + 8);
    CHECK(cause < CAUSE_COUNT && stage->state_count < 32);
    stage->states[stage->state_count++] = (enum cause)cause;
    struct text detail = bytes_text(reader_bytes(in, in->left.size));
    CHECK(text_copy(detail, stage->detail, sizeof stage->detail));
}

static inline void take_loss(struct stage *stage, struct reader *in)
{
    CHECK(reader_u32be(in) == 0); /* no packet */
    stage->pictures_lost += reader_u32be(in);
    reader_skip(in, 8);
}

static inline void take_entry(struct stage *stage, uint32_t kind, struct bytes entry)
{
    struct reader in = reader_on(entry);
    uint32_t camera = reader_u32be(&in);
    if (camera == OTHER_CAMERA)
        return;
    CHECK(camera == CAMERA);
    if (kind == ENTRY_SAMPLE)
        take_sample(stage, &in);
    else if (kind == ENTRY_CONFIG)
        take_config(stage, &in);
    else if (kind == ENTRY_STATE)
        take_state(stage, &in);
    else if (kind == ENTRY_LOSS)
        take_loss(stage, &in);
    else
        fail_msg("entry of kind %u", (unsigned)kind);
    CHECK(reader_done(&in));
}

/* Looks are counted, not time: a machine that stands still makes none, and
 * meanwhile the camera, which is here too, sends nothing. */
static inline void note_pace(struct stage *stage, bool has_sample)
{
    stage->looks++;
    if (!has_sample)
        return;
    bool is_prompt = stage->looks <= PROMPT_LOOKS;
    stage->prompt = is_prompt ? stage->prompt + 1 : 0;
    stage->pauses += !is_prompt;
    stage->looks = 0;
}

static inline void on_look(void *context, struct timer *timer)
{
    struct stage *stage = context;
    uint32_t kind = 0;
    struct bytes entry;
    uint64_t index = 0;
    size_t before = stage->samples;
    (void)timer;
    struct pollfd bell = {.fd = stage->kick, .events = POLLIN};
    if (poll(&bell, 1, 0) == 1) {
        stage->bells++;
        event_descriptor_clear(stage->kick);
    }
    while (!stage->keeps_ring &&
           ring_next(stage->ring, &kind, &entry, &index) == STATUS_OK) {
        take_entry(stage, kind, entry);
        ring_release(stage->ring, ring_position(stage->ring));
    }
    note_pace(stage, stage->samples > before);
    if (stage->is_enough != NULL && stage->is_enough(stage))
        loop_stop(stage->loop);
}

/* ---- start and end ------------------------------------------------------ */

static inline void on_start_ingest(void *context, enum status status,
                            const struct message_start_ingest_reply *reply,
                            int descriptor)
{
    struct stage *stage = context;
    CHECK(reply != NULL && descriptor == -1);
    stage->status = status;
    stage->has_answer = true;
}

static inline void on_stop(void *context, enum status status,
                    const struct message_stop_reply *reply, int descriptor)
{
    struct stage *stage = context;
    CHECK(reply != NULL && descriptor == -1);
    stage->status = status;
    stage->has_answer = true;
}

static inline void on_ended(void *context, enum status status,
                     const struct message_camera_run_reply *reply,
                     int descriptor)
{
    struct stage *stage = context;
    CHECK(reply != NULL && descriptor == -1);
    CHECK_OK(status);
    stage->ended_cause = reply->cause;
    stage->fingerprint_size = reply->fingerprint.size;
    if (reply->fingerprint.size == sizeof stage->fingerprint)
        memcpy(stage->fingerprint, reply->fingerprint.data,
               sizeof stage->fingerprint);
    stage->has_ended = true;
}

static inline bool has_answer(const struct stage *stage)
{
    return stage->has_answer;
}

static inline bool has_ended(const struct stage *stage)
{
    return stage->has_ended;
}

static inline void attach_ring(struct stage *stage)
{
    int memory = -1;
    int bell = -1;
    const struct message_ring_attach ring = {.id = 0};
    const struct message_kick_attach kick = {.id = 0};
    CHECK_OK(ring_make(RING_BYTES, &memory));
    CHECK_OK(ring_reader_create(memory, &stage->ring));
    CHECK_OK(message_ring_attach_send(stage->supervisor, &ring, memory, NULL,
                                      NULL));
    CHECK_OK(event_descriptor_make(&stage->kick));
    bell = dup(stage->kick);
    CHECK_OK(
        message_kick_attach_send(stage->supervisor, &kick, bell, NULL, NULL));
}

static inline void start_camera(struct stage *stage, bool is_secure)
{
    static uint8_t file[65536];
    struct bytes bytes =
        stream_file("tiny-64x48.h264", file, sizeof file);
    CHECK_OK(camsim_clip_create(bytes, CODEC_H264, FRAMES_PER_SECOND,
                                &stage->clip));
    /* Borrowed for camsim's life. */
    static const struct camsim_clip *clips[1];
    static struct camsim_options options;
    clips[0] = stage->clip;
    options = (struct camsim_options){
        .address = "127.0.0.1",
        .cameras = 1,
        .clips = clips,
        .clip_count = 1,
        .user = "camera",
        .password = "pass",
        .algorithm = DIGEST_SHA256,
        .is_secure = is_secure,
    };
    CHECK_OK(camsim_create(stage->loop, &CLOCK_SYSTEM, &options,
                           &stage->camsim));
}

static inline void begin_with(struct stage *stage, bool is_secure,
                              uint32_t batch_ms)
{
    int ends[2];
    *stage = (struct stage){.kick = -1, .is_secure = is_secure};
    CHECK_OK(socket_pair(ends));
    stage->ingest = fork();
    if (stage->ingest == 0) {
        if (dup2(ends[1], ROLE_CONTROL_DESCRIPTOR) < 0)
            _exit(1);
        for (int i = ROLE_CONTROL_DESCRIPTOR + 1; i < 64; i++)
            (void)close(i);
        _exit(role_ingest_main());
    }
    (void)close(ends[1]);
    CHECK_OK(loop_create(&stage->loop));
    CHECK_OK(timer_make(stage->loop, "limit", on_limit, stage, &stage->limit));
    CHECK_OK(timer_make(stage->loop, "look", on_look, stage, &stage->look));
    CHECK_OK(channel_create(stage->loop, ends[0], ROLE_SUPERVISOR, ROLE_INGEST,
                            &stage->nothing, on_closed, stage,
                            &stage->supervisor));
    const struct message_start_ingest message = {.batch_ms = batch_ms};
    CHECK_OK(message_start_ingest_send(stage->supervisor, &message, -1,
                                       on_start_ingest, stage));
    attach_ring(stage);
    start_camera(stage, is_secure);
    timer_start(stage->look, LOOK_MS, LOOK_MS);
    wait_until(stage, has_answer);
    CHECK_OK(stage->status);
}

static inline void begin(struct stage *stage)
{
    begin_with(stage, false, BATCH_MS);
}

/* Opens the pair beside the connection, as the supervisor does. */
static inline void give_datagrams(struct stage *stage, int connection,
                           struct socket_datagrams *out)
{
    CHECK_OK(socket_datagrams_open(connection, out));
    for (unsigned kind = 0; kind < 2; kind++) {
        const struct message_camera_datagrams message = {
            .camera = CAMERA, .kind = (uint8_t)kind};
        CHECK_OK(message_camera_datagrams_send(
            stage->supervisor, &message, out->sockets[kind], NULL, NULL));
    }
}

static inline void run_camera_over(struct stage *stage, const char *password,
                            struct socket_datagrams *datagrams)
{
    uint16_t port = camsim_port(stage->camsim);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char url[64];
    int socket_descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(socket_descriptor, (struct sockaddr *)&address,
                  sizeof address) == 0);
    (void)snprintf(url, sizeof url, "%s://127.0.0.1:%u/cam/1",
                   stage->is_secure ? "rtsps" : "rtsp", port);
    struct message_camera_run message = {.camera = CAMERA,
                                         .cause = CAUSE_UNREACHABLE,
                                         .url = text_of(url),
                                         .user = text_of("camera"),
                                         .password = text_of(password),
                                         .pin = stage->pin};
    if (datagrams != NULL) {
        give_datagrams(stage, socket_descriptor, datagrams);
        message.client_port = socket_address_port(&datagrams->local);
    }
    stage->has_ended = false;
    CHECK_OK(message_camera_run_send(stage->supervisor, &message,
                                     socket_descriptor, on_ended, stage));
}

static inline void run_camera(struct stage *stage, const char *password)
{
    run_camera_over(stage, password, NULL);
}

/* Stops in order; nothing of the process is left. */
static inline void finish(struct stage *stage)
{
    const struct message_stop message = {.id = 0};
    int exit_status = 0;
    stage->has_answer = false;
    CHECK_OK(message_stop_send(stage->supervisor, &message, -1, on_stop,
                               stage));
    wait_until(stage, has_answer);
    CHECK_OK(stage->status);
    channel_destroy(&stage->supervisor);
    CHECK(waitpid(stage->ingest, &exit_status, 0) == stage->ingest);
    CHECK(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 0);
    camsim_destroy(&stage->camsim);
    camsim_clip_destroy(&stage->clip);
    ring_reader_destroy(&stage->ring);
    socket_close(&stage->kick);
    timer_destroy(&stage->limit);
    timer_destroy(&stage->look);
    /* Lets the loop give the handles back. */
    loop_run(stage->loop);
    loop_destroy(&stage->loop);
}

static inline bool has_forty_samples(const struct stage *stage)
{
    return stage->samples >= 40;
}

#endif
