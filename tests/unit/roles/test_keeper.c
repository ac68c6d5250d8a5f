/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper as a process of its own, in its sandbox, on real files; this test
 * is its supervisor, gate and vault.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/channel.h"
#include "ipc/ticket.h"
#include "model/death.h"
#include "model/policy.h"
#include "roles/role.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "unit/test.h"

/* Kept long enough that a keeper is started again before the key is due. */
enum { SHORT = 3, LONG = 7, KEPT_S = 5, WAIT_LIMIT_MS = 60000 };

struct stage {
    char directory[128];
    struct loop *loop;
    struct timer *limit;
    struct message_handlers nothing;
    pid_t keeper;
    struct channel *supervisor;
    struct channel *gate;
    struct channel *vault;
    /* The last answer. */
    enum status status;
    int64_t offset_us;
    uint64_t epoch;
    uint64_t cursor;
    struct message_seal_key_reply sealed;
    struct message_open_key_reply opened;
    uint8_t month_key[32];
    struct death deaths[64];
    size_t death_count;
    uint32_t destroyed;
    uint8_t accused;
};

static void on_limit(void *context, struct timer *timer)
{
    (void)context;
    (void)timer;
    fail_msg("the keeper did not answer");
}

static struct channel *attach(struct stage *stage, int descriptor,
                              enum role self)
{
    struct channel *channel = NULL;
    CHECK_OK(channel_create(stage->loop, descriptor, self, ROLE_KEEPER,
                            &stage->nothing, NULL, NULL, &channel));
    return channel;
}

static void wait_for_answer(struct stage *stage)
{
    timer_start(stage->limit, WAIT_LIMIT_MS, 0);
    loop_run(stage->loop);
    timer_stop(stage->limit);
}

#define ON_REPLY(name)                                                         \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)

ON_REPLY(start_keeper)
{
    struct stage *stage = context;
    stage->status = status;
    stage->epoch = reply == NULL ? 0 : reply->epoch;
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

#define PLAIN_REPLY(name)                                                      \
    ON_REPLY(name)                                                             \
    {                                                                          \
        struct stage *stage = context;                                         \
        stage->status = status;                                                \
        CHECK(reply != NULL && descriptor == -1);                              \
        loop_stop(stage->loop);                                                \
    }

PLAIN_REPLY(peer_attach)
PLAIN_REPLY(keeper_policy_set)
PLAIN_REPLY(keeper_ticket_key)
PLAIN_REPLY(stop)

ON_REPLY(gate_clock)
{
    struct stage *stage = context;
    stage->status = status;
    stage->offset_us = reply->trusted_minus_boot_us;
    stage->epoch = reply->epoch;
    CHECK(reply->level == 0 && descriptor == -1);
    loop_stop(stage->loop);
}

ON_REPLY(destroy_order)
{
    struct stage *stage = context;
    stage->status = status;
    stage->epoch = reply->epoch;
    stage->destroyed = reply->slots;
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

ON_REPLY(seal_key)
{
    struct stage *stage = context;
    stage->status = status;
    stage->sealed = *reply;
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

ON_REPLY(open_key)
{
    struct stage *stage = context;
    stage->status = status;
    stage->opened = *reply;
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

ON_REPLY(text_key)
{
    struct stage *stage = context;
    stage->status = status;
    memcpy(stage->month_key, reply->key, sizeof stage->month_key);
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

static void keep_deaths(struct stage *stage, struct bytes encoded)
{
    struct reader in = reader_on(encoded);
    stage->death_count = 0;
    while (reader_more(&in) && stage->death_count < 64)
        CHECK_OK(death_decode(&in, &stage->deaths[stage->death_count++]));
}

ON_REPLY(deaths_next)
{
    struct stage *stage = context;
    stage->status = status;
    if (status == STATUS_OK) {
        keep_deaths(stage, reply->deaths);
        stage->cursor = reply->cursor;
    }
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

ON_REPLY(epoch_wait)
{
    struct stage *stage = context;
    stage->status = status;
    stage->epoch = reply->epoch;
    keep_deaths(stage, reply->deaths);
    CHECK(descriptor == -1);
    loop_stop(stage->loop);
}

/* Our end of a channel that the keeper takes for this role's. */
static int join(struct stage *stage, enum role role)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    const struct message_peer_attach message = {.role = (uint8_t)role};
    CHECK_OK(message_peer_attach_send(stage->supervisor, &message, ends[1],
                                      on_peer_attach, stage));
    wait_for_answer(stage);
    CHECK_OK(stage->status);
    return ends[0];
}

static void attach_peer(struct stage *stage, enum role role,
                        struct channel **channel)
{
    channel_destroy(channel);
    *channel = attach(stage, join(stage, role), role);
}

static void keeper_start(struct stage *stage)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    stage->keeper = fork();
    if (stage->keeper == 0) {
        if (dup2(ends[1], ROLE_CONTROL_DESCRIPTOR) < 0)
            _exit(1);
        /* Nothing of the test's is the keeper's. */
        for (int i = ROLE_CONTROL_DESCRIPTOR + 1; i < 64; i++)
            (void)close(i);
        _exit(role_keeper_main());
    }
    (void)close(ends[1]);
    CHECK_OK(loop_create(&stage->loop));
    CHECK_OK(timer_make(stage->loop, "limit", on_limit, stage, &stage->limit));
    stage->supervisor = attach(stage, ends[0], ROLE_SUPERVISOR);
    const struct message_start_keeper message = {.directory =
                                                     text_of(stage->directory)};
    CHECK_OK(message_start_keeper_send(stage->supervisor, &message, -1,
                                       on_start_keeper, stage));
    wait_for_answer(stage);
}

static void peers_start(struct stage *stage)
{
    CHECK_OK(stage->status);
    attach_peer(stage, ROLE_GATE, &stage->gate);
    attach_peer(stage, ROLE_VAULT, &stage->vault);
}

/* The exit status after the supervisor has gone, or the signal negative. */
static int keeper_end(struct stage *stage)
{
    int status = 0;
    channel_destroy(&stage->vault);
    channel_destroy(&stage->gate);
    channel_destroy(&stage->supervisor);
    CHECK(waitpid(stage->keeper, &status, 0) == stage->keeper);
    timer_destroy(&stage->limit);
    loop_destroy(&stage->loop);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* A keeper with its neighbours, on a directory of its own. */
static void stage_make(struct stage *stage)
{
    *stage = (struct stage){0};
    test_directory_make(stage->directory, sizeof stage->directory);
    keeper_start(stage);
    peers_start(stage);
}

static void set_policies(struct stage *stage, const struct policy *policies,
                         size_t count)
{
    uint8_t encoded[4 * POLICY_SIZE];
    struct writer out = writer_on(encoded, sizeof encoded);
    for (size_t i = 0; i < count; i++)
        policy_encode(&policies[i], &out);
    const struct message_keeper_policy_set message = {.policies =
                                                          writer_written(&out)};
    CHECK_OK(message_keeper_policy_set_send(stage->gate, &message, -1,
                                            on_keeper_policy_set, stage));
    wait_for_answer(stage);
}

static void set_usual_policies(struct stage *stage)
{
    const struct policy policies[] = {
        {SHORT, 1, {RETENTION_SECONDS, KEPT_S}, UTC_OFFSET_KOREA_S},
        {LONG, 2, {RETENTION_DAYS, 60}, UTC_OFFSET_KOREA_S}};
    set_policies(stage, policies, 2);
    CHECK_OK(stage->status);
}

static int64_t trusted_now_us(struct stage *stage)
{
    const struct message_gate_clock message = {0};
    CHECK_OK(message_gate_clock_send(stage->gate, &message, -1, on_gate_clock,
                                     stage));
    wait_for_answer(stage);
    CHECK_OK(stage->status);
    return clock_boot(&CLOCK_SYSTEM).us + stage->offset_us;
}

static enum status seal_key(struct stage *stage, uint32_t camera,
                            int64_t time_us)
{
    const struct message_seal_key message = {.camera = camera,
                                             .time_us = time_us};
    CHECK_OK(
        message_seal_key_send(stage->vault, &message, -1, on_seal_key, stage));
    wait_for_answer(stage);
    return stage->status;
}

static const uint8_t KEEPER_KEY[TICKET_KEY_SIZE] = {1};
static const uint8_t VAULT_KEY[TICKET_KEY_SIZE] = {2};

static void set_ticket_key(struct stage *stage)
{
    struct message_keeper_ticket_key message = {0};
    memcpy(message.key, KEEPER_KEY, sizeof message.key);
    CHECK_OK(message_keeper_ticket_key_send(stage->gate, &message, -1,
                                            on_keeper_ticket_key, stage));
    wait_for_answer(stage);
    CHECK_OK(stage->status);
}

/* What a ticket says, and with which key its MAC for the keeper is made. */
struct claim {
    enum ticket_kind kind;
    uint32_t camera;
    struct span span;
    const uint8_t *keeper_key;
};

/* What the vault asks: a camera's unit at a time, with such a ticket. */
static enum status open_key(struct stage *stage, const struct claim *claim,
                            uint32_t camera, int64_t time_us)
{
    uint8_t camera_bytes[4];
    struct writer cameras = writer_on(camera_bytes, sizeof camera_bytes);
    writer_u32be(&cameras, claim->camera);
    const struct ticket ticket = {
        .kind = claim->kind,
        .view = 1,
        .person = 1,
        .span = claim->span,
        .expires = {clock_boot(&CLOCK_SYSTEM).us + 60 * (int64_t)SECOND_US},
        .cameras = writer_written(&cameras)};
    uint8_t sealed[TICKET_FIXED_SIZE + 4];
    struct writer out = writer_on(sealed, sizeof sealed);
    CHECK_OK(ticket_seal(&ticket, VAULT_KEY, claim->keeper_key, &out));
    const struct message_open_key message = {
        .ticket = writer_written(&out), .camera = camera, .time_us = time_us};
    CHECK_OK(
        message_open_key_send(stage->vault, &message, -1, on_open_key, stage));
    wait_for_answer(stage);
    return stage->status;
}

static void it_starts_serves_and_stops_in_its_sandbox(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage);
    int64_t now_us = trusted_now_us(&stage);
    int64_t wall_us = clock_wall(&CLOCK_SYSTEM).us;
    CHECK(now_us > wall_us - SECOND_US && now_us < wall_us + SECOND_US);
    CHECK_STATUS(STATUS_NOT_FOUND, seal_key(&stage, LONG, now_us));
    set_usual_policies(&stage);
    CHECK_OK(seal_key(&stage, LONG, now_us));
    CHECK(stage.sealed.unit_s == 60);
    CHECK_OK(seal_key(&stage, SHORT, now_us));
    CHECK(stage.sealed.unit_s == 5);
    const struct message_stop message = {0};
    CHECK_OK(
        message_stop_send(stage.supervisor, &message, -1, on_stop, &stage));
    wait_for_answer(&stage);
    CHECK_OK(stage.status);
    CHECK(keeper_end(&stage) == 0);
    test_directory_remove(stage.directory);
}

static void only_the_gates_ticket_opens_and_only_its_span(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage);
    set_usual_policies(&stage);
    int64_t now_us = trusted_now_us(&stage);
    CHECK_OK(seal_key(&stage, LONG, now_us));
    int64_t unit_us = stage.sealed.unit_us;
    const struct span span = {{unit_us}, {unit_us + 30 * SECOND_US}};
    const struct span later = {{unit_us + 60 * SECOND_US},
                               {unit_us + 90 * SECOND_US}};
    const struct claim good = {TICKET_RECORDED, LONG, span, KEEPER_KEY};
    CHECK_STATUS(STATUS_DENIED, open_key(&stage, &good, LONG, now_us));
    set_ticket_key(&stage);
    CHECK_OK(open_key(&stage, &good, LONG, now_us));
    assert_memory_equal(stage.opened.unit_key, stage.sealed.unit_key, 32);
    assert_memory_equal(stage.opened.leaf_salt, stage.sealed.leaf_salt, 32);
    CHECK(stage.opened.unit_us == unit_us && stage.opened.unit_s == 60);
    const struct claim bad[] = {
        {TICKET_RECORDED, LONG, span, VAULT_KEY}, /* made by the vault */
        {TICKET_LIVE, LONG, span, KEEPER_KEY},
        {TICKET_RECORDED, SHORT, span, KEEPER_KEY},
        {TICKET_RECORDED, LONG, later, KEEPER_KEY}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_STATUS(STATUS_DENIED, open_key(&stage, &bad[i], LONG, now_us));
    /* A new gate has not said its key yet. */
    attach_peer(&stage, ROLE_GATE, &stage.gate);
    CHECK_STATUS(STATUS_DENIED, open_key(&stage, &good, LONG, now_us));
    CHECK(keeper_end(&stage) == 0);
    test_directory_remove(stage.directory);
}

static enum status destroy(struct stage *stage, uint64_t entry,
                           int64_t from_us, int64_t to_us)
{
    const struct message_destroy_order message = {
        .entry = entry, .camera = LONG, .from_us = from_us, .to_us = to_us};
    CHECK_OK(message_destroy_order_send(stage->gate, &message, -1,
                                        on_destroy_order, stage));
    wait_for_answer(stage);
    return stage->status;
}

static void an_order_is_answered_when_the_root_is_dead(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage);
    set_usual_policies(&stage);
    set_ticket_key(&stage);
    int64_t now_us = trusted_now_us(&stage);
    CHECK_OK(seal_key(&stage, LONG, now_us));
    const struct claim claim = {
        TICKET_RECORDED, LONG, {{0}, {INT64_MAX}}, KEEPER_KEY};
    CHECK_OK(open_key(&stage, &claim, LONG, now_us));
    uint64_t epoch = stage.epoch;
    CHECK_STATUS(STATUS_BAD_INPUT, destroy(&stage, 0, 0, now_us + 1));
    CHECK_OK(destroy(&stage, 41, now_us, now_us + 1));
    CHECK(stage.epoch > epoch && stage.destroyed >= 1);
    uint64_t destroyed_in = stage.epoch;
    CHECK_STATUS(STATUS_NOT_FOUND, open_key(&stage, &claim, LONG, now_us));
    CHECK_STATUS(STATUS_NOT_FOUND, seal_key(&stage, LONG, now_us));
    /* Asked again, by another gate. */
    attach_peer(&stage, ROLE_GATE, &stage.gate);
    CHECK_OK(destroy(&stage, 41, now_us, now_us + 1));
    CHECK(stage.epoch == destroyed_in && stage.destroyed >= 1);
    CHECK(keeper_end(&stage) == 0);
    test_directory_remove(stage.directory);
}

static void text_has_a_key_a_month(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage);
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_day(civil_day((struct wall_time){trusted_now_us(&stage)},
                             UTC_OFFSET_KOREA_S),
                   &year, &month, &day);
    struct message_text_key message = {.month = (uint32_t)((year - 1970) * 12) +
                                                month - 1};
    CHECK_OK(
        message_text_key_send(stage.gate, &message, -1, on_text_key, &stage));
    wait_for_answer(&stage);
    CHECK_OK(stage.status); /* even before there is any policy */
    message.month -= 1;
    CHECK_OK(
        message_text_key_send(stage.gate, &message, -1, on_text_key, &stage));
    wait_for_answer(&stage);
    CHECK_STATUS(STATUS_NOT_FOUND, stage.status);
    CHECK(keeper_end(&stage) == 0);
    test_directory_remove(stage.directory);
}

/* Killed, started again without a gate's policies: expires by itself, and
 * gate and vault hear of it. */
static void it_expires_by_itself_and_tells(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage);
    set_usual_policies(&stage);
    int64_t now_us = trusted_now_us(&stage);
    CHECK_OK(seal_key(&stage, SHORT, now_us));
    int64_t unit_us = stage.sealed.unit_us;
    CHECK(kill(stage.keeper, SIGKILL) == 0);
    CHECK(keeper_end(&stage) == -SIGKILL);
    keeper_start(&stage);
    CHECK(stage.epoch >= 3);
    peers_start(&stage);
    const struct message_epoch_wait wait = {.known_epoch = stage.epoch};
    CHECK_OK(
        message_epoch_wait_send(stage.vault, &wait, -1, on_epoch_wait, &stage));
    wait_for_answer(&stage);
    CHECK(stage.status == STATUS_OK && stage.epoch > wait.known_epoch);
    stage.cursor = 0;
    bool is_told = false;
    int64_t deadline_us = unit_us + (5 + KEPT_S + 60) * (int64_t)SECOND_US;
    while (!is_told && trusted_now_us(&stage) < deadline_us) {
        const struct message_deaths_next next = {.cursor = stage.cursor};
        CHECK_OK(message_deaths_next_send(stage.gate, &next, -1, on_deaths_next,
                                          &stage));
        wait_for_answer(&stage);
        for (size_t i = 0; i < stage.death_count; i++)
            is_told |= stage.deaths[i].subject == SHORT &&
                       stage.deaths[i].slot.from.us == unit_us;
    }
    CHECK(is_told);
    CHECK(trusted_now_us(&stage) >= unit_us + (5 + KEPT_S) * SECOND_US);
    const struct message_deaths_next drain = {.cursor = stage.cursor,
                                              .drain = 1};
    CHECK_OK(message_deaths_next_send(stage.gate, &drain, -1, on_deaths_next,
                                      &stage));
    wait_for_answer(&stage);
    CHECK(stage.status == STATUS_END || stage.status == STATUS_OK);
    CHECK(keeper_end(&stage) == 0);
    test_directory_remove(stage.directory);
}

ON_REPLY(peer_watch)
{
    struct stage *stage = context;
    CHECK(descriptor == -1 && status == STATUS_OK);
    CHECK(stage->accused == 0 || stage->accused == reply->role);
    stage->accused = reply->role;
    loop_stop(stage->loop);
}

static void watch(struct stage *stage)
{
    const struct message_peer_watch message = {0};
    stage->accused = 0;
    CHECK_OK(message_peer_watch_send(stage->supervisor, &message, -1,
                                     on_peer_watch, stage));
}

/* A peer of the keeper's that says something else than our messages. */
static void be_hostile(struct stage *stage, enum role role, unsigned how)
{
    uint8_t packet[MESSAGE_HEADER_SIZE + 12] = {0, (uint8_t)(how * 37), 1};
    int end = join(stage, role);
    CHECK_OK(socket_send_packet(end,
                                bytes_of(packet, 1 + how % (sizeof packet - 1)),
                                -1));
    wait_for_answer(stage);
    CHECK(stage->accused == role);
    (void)close(end);
}

/* Gates and vaults that send anything: cut off, told of, and the keeper lives,
 * serves the other one, and writes nothing to its erasable memory. */
static void a_hostile_peer_is_cut_off_and_nothing_is_rotated(void **state)
{
    (void)state;
    struct stage stage;
    stage_make(&stage);
    const struct policy policy = {
        LONG, 2, {RETENTION_DAYS, 60}, UTC_OFFSET_KOREA_S};
    set_policies(&stage, &policy, 1);
    CHECK_OK(stage.status);
    int64_t now_us = trusted_now_us(&stage);
    uint64_t epoch = stage.epoch;
    for (unsigned i = 1; i < 40; i++) {
        watch(&stage);
        be_hostile(&stage, i % 2 == 0 ? ROLE_GATE : ROLE_VAULT, i);
        if (i % 2 == 0) {
            CHECK_OK(seal_key(&stage, LONG, now_us));
            attach_peer(&stage, ROLE_GATE, &stage.gate);
        } else {
            (void)trusted_now_us(&stage);
            attach_peer(&stage, ROLE_VAULT, &stage.vault);
        }
    }
    CHECK_OK(seal_key(&stage, LONG, now_us));
    (void)trusted_now_us(&stage);
    CHECK(stage.epoch <= epoch + 1); /* the hour's own */
    CHECK(keeper_end(&stage) == 0);
    test_directory_remove(stage.directory);
}

static void a_directory_that_is_not_there_is_said(void **state)
{
    (void)state;
    struct stage stage = {0};
    (void)strcpy(stage.directory, "/nonexistent/keys");
    keeper_start(&stage);
    CHECK_STATUS(STATUS_NOT_FOUND, stage.status);
    /* Long before its sandbox it leaves no core. */
    char path[64];
    char line[160] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/limits", (int)stage.keeper);
    FILE *limits = fopen(path, "r");
    CHECK(limits != NULL);
    while (strncmp(line, "Max core file size", 18) != 0)
        CHECK(fgets(line, sizeof line, limits) != NULL);
    (void)fclose(limits);
    CHECK(strncmp(line + 26, "0 ", 2) == 0);
    CHECK(keeper_end(&stage) == 0);
}

TEST_MAIN("roles/keeper", TEST(it_starts_serves_and_stops_in_its_sandbox),
          TEST(only_the_gates_ticket_opens_and_only_its_span),
          TEST(an_order_is_answered_when_the_root_is_dead),
          TEST(text_has_a_key_a_month), TEST(it_expires_by_itself_and_tells),
          TEST(a_hostile_peer_is_cut_off_and_nothing_is_rotated),
          TEST(a_directory_that_is_not_there_is_said))
