/* SPDX-License-Identifier: Apache-2.0 */
/* The stage's processes: started, joined, killed; and its ring. */
#include "privilege/recorder_stage_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "media/codec.h"
#include "media/sample.h"
#include "notice/example.h"
#include "roles/role.h"
#include "sys/event_descriptor.h"
#include "sys/loop.h"
#include "sys/ring.h"
#include "sys/socket.h"
#include "unit/test.h"

enum {
    RING_SIZE = 4 << 20,
    VOLUME_BYTES = 64 << 20,
    PAST_S = 100, /* sample 0 lies so far back */
    PATH_SIZE = 192,
    /* Ring entries: docs/design/recording-path.md. */
    RING_SAMPLE = 1,
    RING_CONFIG = 2,
    RING_SAMPLE_HEAD = 28,
    RING_CONFIG_HEAD = 12,
    SETTLE_MS = 150,
};

static const enum role STARTED[] = {ROLE_KEEPER, ROLE_VAULT, ROLE_GATE};

/* ---- waiting ------------------------------------------------------------- */

static void on_limit(void *context, struct timer *timer)
{
    (void)timer;
    loop_stop(((struct recorder_stage *)context)->loop);
}

void recorder_stage_idle(struct recorder_stage *stage, uint64_t ms)
{
    timer_start(stage->limit, ms, 0);
    loop_run(stage->loop);
    timer_stop(stage->limit);
}

void recorder_stage_answered(struct recorder_stage *stage, enum status status)
{
    stage->status = status;
    stage->has_answer = true;
    loop_stop(stage->loop);
}

enum status recorder_stage_wait(struct recorder_stage *stage, const char *what)
{
    stage->has_answer = false;
    recorder_stage_idle(stage, RECORDER_WAIT_MS);
    if (!stage->has_answer)
        fail_msg("no answer: %s", what);
    return stage->status;
}

#define ON_PLAIN(name)                                                         \
    ON_REPLY(name)                                                             \
    {                                                                          \
        (void)reply;                                                           \
        CHECK(descriptor == -1);                                               \
        recorder_stage_answered(context, status);                              \
    }
ON_PLAIN(start_keeper)
ON_PLAIN(start_vault)
ON_PLAIN(peer_attach)
ON_PLAIN(ring_attach)
ON_PLAIN(kick_attach)

ON_REPLY(start_gate)
{
    struct recorder_stage *stage = context;
    CHECK(descriptor == -1 && reply != NULL);
    stage->code[0] = 0;
    CHECK(text_copy(reply->one_time_code, stage->code, sizeof stage->code));
    recorder_stage_answered(stage, status);
}

/* ---- processes ----------------------------------------------------------- */

static void on_closed(void *context, struct channel *channel)
{
    struct recorder_stage *stage = context;
    struct channel **places[ROLE_COUNT + 2] = {&stage->gate, &stage->vault};
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        places[i + 2] = &stage->roles[i].control;
    for (size_t i = 0; i < ROLE_COUNT + 2; i++) {
        if (*places[i] == channel)
            channel_destroy(places[i]);
    }
}

static struct channel *channel_as(struct recorder_stage *stage, int descriptor,
                                  enum role self, enum role peer)
{
    struct channel *channel = NULL;
    CHECK_OK(channel_create(stage->loop, descriptor, self, peer,
                            &stage->handlers, on_closed, stage, &channel));
    return channel;
}

static void become(struct recorder_stage *stage, enum role role, int control)
{
    if (dup2(control, ROLE_CONTROL_DESCRIPTOR) < 0)
        _exit(1);
    /* Nothing of the test's is the role's, nor does it outlive a test that
     * fails. */
    (void)close_range(ROLE_CONTROL_DESCRIPTOR + 1, ~0U, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (role == ROLE_GATE) {
        gate_seam_enter(stage->seam);
        _exit(role_gate_main());
    }
    const char *haechi = getenv("HAECHI");
    if (haechi != NULL)
        (void)execl(haechi, "haechi", "role", role_name(role), (char *)NULL);
    _exit(1);
}

static void give_ring(struct recorder_stage *stage)
{
    struct channel *vault = stage->roles[ROLE_VAULT].control;
    const struct message_ring_attach ring = {.id = 0};
    const struct message_kick_attach kick = {.id = 0};
    CHECK_OK(message_ring_attach_send(vault, &ring,
                                      dup(stage->ring_descriptor),
                                      on_ring_attach, stage));
    CHECK_OK(recorder_stage_wait(stage, "ring_attach"));
    CHECK_OK(message_kick_attach_send(vault, &kick,
                                      dup(stage->kick_descriptor),
                                      on_kick_attach, stage));
    CHECK_OK(recorder_stage_wait(stage, "kick_attach"));
}

static enum status send_start(struct recorder_stage *stage, enum role role,
                              struct channel *control)
{
    char keys[PATH_SIZE];
    (void)snprintf(keys, sizeof keys, "%s/keys", stage->directory);
    const struct message_start_keeper keeper = {.directory = text_of(keys)};
    const struct message_start_vault vault = {
        .directory = text_of(stage->directory), .volume_bytes = VOLUME_BYTES};
    const struct message_start_gate gate = {.directory =
                                                text_of(stage->directory)};
    if (role == ROLE_KEEPER)
        return ASK(stage, control, start_keeper, &keeper);
    if (role == ROLE_VAULT)
        return ASK(stage, control, start_vault, &vault);
    return ASK(stage, control, start_gate, &gate);
}

static void hand_over(struct recorder_stage *stage, enum role to,
                      enum role neighbour, int end)
{
    const struct message_peer_attach message = {.role = (uint8_t)neighbour};
    CHECK_OK(message_peer_attach_send(stage->roles[to].control, &message, end,
                                      on_peer_attach, stage));
    CHECK_OK(recorder_stage_wait(stage, "peer_attach"));
}

static void join(struct recorder_stage *stage, enum role left, enum role right)
{
    int ends[2];
    if (stage->roles[left].pid == 0 || stage->roles[right].pid == 0)
        return;
    CHECK_OK(socket_pair(ends));
    hand_over(stage, right, left, ends[1]);
    hand_over(stage, left, right, ends[0]);
}

int recorder_stage_raw(struct recorder_stage *stage, enum role role)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    channel_destroy(role == ROLE_GATE ? &stage->gate : &stage->vault);
    hand_over(stage, role, ROLE_WEB, ends[1]);
    return ends[0];
}

void recorder_stage_join_web(struct recorder_stage *stage, enum role role)
{
    int end = recorder_stage_raw(stage, role);
    *(role == ROLE_GATE ? &stage->gate : &stage->vault) =
        channel_as(stage, end, ROLE_WEB, role);
}

/* The seam must know which file is the log. */
static void find_log(struct recorder_stage *stage)
{
    char path[PATH_SIZE];
    struct stat file;
    (void)snprintf(path, sizeof path, "%s/log/entries", stage->directory);
    CHECK(stat(path, &file) == 0);
    atomic_store(&stage->seam->entries_inode, file.st_ino);
}

/* Until vault and keeper have this gate's keys: only then does it say of a
 * ticket that it is nobody's. A session that was there before tells. */
static void await_keys(struct recorder_stage *stage)
{
    if (stage->session[0] == 0 || stage->gate == NULL)
        return;
    for (int i = 0; i < RECORDER_WAIT_MS / SETTLE_MS; i++) {
        if (recorder_stage_ticket(stage, UINT64_MAX) != STATUS_AGAIN)
            return;
        recorder_stage_idle(stage, SETTLE_MS);
    }
    fail_msg("vault and keeper do not take the gate's keys");
}

void recorder_stage_start(struct recorder_stage *stage, enum role role)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0)
        become(stage, role, ends[1]);
    (void)close(ends[1]);
    struct channel *control = channel_as(stage, ends[0], ROLE_SUPERVISOR, role);
    stage->roles[role] = (struct recorder_role){pid, control};
    CHECK_OK(send_start(stage, role, control));
    if (role == ROLE_VAULT)
        give_ring(stage);
    if (role == ROLE_GATE)
        find_log(stage);
    if (role != ROLE_KEEPER)
        join(stage, ROLE_GATE, ROLE_VAULT);
    if (role != ROLE_VAULT)
        join(stage, ROLE_GATE, ROLE_KEEPER);
    if (role != ROLE_GATE)
        join(stage, ROLE_VAULT, ROLE_KEEPER);
    if (role != ROLE_KEEPER)
        recorder_stage_join_web(stage, role);
    await_keys(stage);
    recorder_stage_idle(stage, SETTLE_MS); /* and policies are told */
}

int recorder_stage_end(struct recorder_stage *stage, enum role role)
{
    int status = 0;
    CHECK(waitpid(stage->roles[role].pid, &status, 0) ==
          stage->roles[role].pid);
    stage->roles[role].pid = 0;
    channel_destroy(&stage->roles[role].control);
    if (role == ROLE_GATE)
        channel_destroy(&stage->gate);
    if (role == ROLE_VAULT)
        channel_destroy(&stage->vault);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void recorder_stage_kill(struct recorder_stage *stage, enum role role)
{
    CHECK(kill(stage->roles[role].pid, SIGKILL) == 0);
    assert_int_equal(-SIGKILL, recorder_stage_end(stage, role));
}

bool recorder_stage_is_alive(struct recorder_stage *stage, enum role role)
{
    siginfo_t ended = {.si_pid = 0};
    CHECK(waitid(P_PID, (id_t)stage->roles[role].pid, &ended,
                 WEXITED | WNOHANG | WNOWAIT) == 0);
    return ended.si_pid == 0;
}

/* ---- as ingest ------------------------------------------------------------ */

static struct writer reserve(struct recorder_stage *stage, uint32_t kind,
                             size_t size)
{
    uint8_t *at = NULL;
    CHECK_OK(ring_reserve(stage->ring, kind, size, &at));
    return writer_on(at, size);
}

static void put_config(struct recorder_stage *stage, uint32_t camera)
{
    static const uint8_t RECORD[] = {1, 100, 0, 30, 255};
    struct writer w =
        reserve(stage, RING_CONFIG, RING_CONFIG_HEAD + sizeof RECORD);
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

void recorder_stage_payload(uint32_t camera, uint64_t k,
                            uint8_t out[RECORDER_PAYLOAD])
{
    struct writer w = writer_on(out, RECORDER_PAYLOAD);
    writer_u32be(&w, RECORDER_PAYLOAD - 4);
    writer_u32be(&w, camera);
    writer_u64be(&w, k);
    for (size_t i = w.used; i < RECORDER_PAYLOAD; i++)
        out[i] = (uint8_t)(camera * 31 + k * 7 + i);
}

static void put_sample(struct recorder_stage *stage, uint32_t camera,
                       uint64_t k)
{
    struct writer w =
        reserve(stage, RING_SAMPLE, RING_SAMPLE_HEAD + RECORDER_PAYLOAD);
    writer_u32be(&w, camera);
    writer_u32be(&w, k % RECORDER_IDR_EVERY == 0 ? SAMPLE_IDR : 0);
    writer_u64be(&w, k);
    writer_i64be(&w, stage->first_boot_us + (int64_t)k * RECORDER_SAMPLE_US);
    writer_u32be(&w, RECORDER_SAMPLE_US);
    uint8_t *payload = writer_reserve(&w, RECORDER_PAYLOAD);
    CHECK(writer_full(&w));
    recorder_stage_payload(camera, k, payload);
    ring_commit(stage->ring);
}

void recorder_stage_put(struct recorder_stage *stage, uint64_t count)
{
    uint64_t end = stage->put + count;
    for (uint64_t k = stage->put; k < end; k++)
        put_sample(stage, RECORDER_CAMERA, k);
    for (uint64_t k = stage->put; k < end; k++)
        put_sample(stage, RECORDER_OTHER_CAMERA, k);
    stage->put = end;
    event_descriptor_ring(stage->kick_descriptor);
}

int64_t recorder_stage_before(const struct recorder_stage *stage, uint64_t k)
{
    return stage->first_boot_us + stage->wall_minus_boot +
           (int64_t)k * RECORDER_SAMPLE_US - RECORDER_SAMPLE_US / 2;
}

/* ---- the whole -------------------------------------------------------------- */

static void make_directories(struct recorder_stage *stage)
{
    char keys[PATH_SIZE];
    const struct notice_example example = {
        .short_retention_s = 60,
        .camera_port = 8554,
        .web_port = 8443,
        .volume_bytes = VOLUME_BYTES,
    };
    test_directory_make(stage->directory, sizeof stage->directory);
    CHECK_OK(
        notice_example_write(&FILE_LAYER_SYSTEM, stage->directory, &example));
    (void)snprintf(keys, sizeof keys, "%s/keys", stage->directory);
    CHECK(mkdir(keys, 0700) == 0);
}

static void make_ring(struct recorder_stage *stage)
{
    CHECK_OK(ring_make(RING_SIZE, &stage->ring_descriptor));
    CHECK_OK(event_descriptor_make(&stage->kick_descriptor));
    CHECK_OK(ring_writer_create(stage->ring_descriptor, &stage->ring));
    int64_t boot_us = clock_boot(&CLOCK_SYSTEM).us;
    stage->wall_minus_boot = clock_wall(&CLOCK_SYSTEM).us - boot_us;
    stage->first_boot_us = boot_us - PAST_S * (int64_t)SECOND_US;
}

void recorder_stage_make(struct recorder_stage *stage)
{
    *stage = (struct recorder_stage){.put = 0};
    make_directories(stage);
    stage->handlers = (struct message_handlers){.context = stage};
    stage->seam = gate_seam_make();
    stage->json = alloc_array(RECORDER_JSON_MAX, 1);
    CHECK(stage->json != NULL);
    CHECK_OK(loop_create(&stage->loop));
    CHECK_OK(timer_make(stage->loop, "limit", on_limit, stage, &stage->limit));
    make_ring(stage);
    for (size_t i = 0; i < sizeof STARTED / sizeof *STARTED; i++)
        recorder_stage_start(stage, STARTED[i]);
    put_config(stage, RECORDER_CAMERA);
    put_config(stage, RECORDER_OTHER_CAMERA);
}

void recorder_stage_remove(struct recorder_stage *stage)
{
    for (size_t i = 0; i < sizeof STARTED / sizeof *STARTED; i++) {
        if (stage->roles[STARTED[i]].pid != 0)
            recorder_stage_kill(stage, STARTED[i]);
    }
    ring_writer_destroy(&stage->ring);
    socket_close(&stage->ring_descriptor);
    socket_close(&stage->kick_descriptor);
    timer_destroy(&stage->limit);
    loop_destroy(&stage->loop);
    gate_seam_remove(&stage->seam);
    alloc_free(stage->json);
    test_directory_remove(stage->directory);
}
