/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/channel.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "unit/test.h"

/* A vault and a keeper in one process, on one loop. */
struct pair {
    struct loop *loop;
    struct channel *vault;
    struct channel *keeper;
    struct timer *limit;
    int asked;
    int answered;
    int gone;
    uint32_t held_id;
};

static void answer_seal_key(void *context, struct channel *channel,
                            const struct message_seal_key *message,
                            int descriptor)
{
    struct pair *pair = context;
    CHECK(descriptor == -1);
    pair->asked++;
    struct message_seal_key_reply reply = {.id = message->id, .unit_s = 60};
    reply.unit_us = message->time_us;
    memset(reply.unit_key, (int)message->camera, sizeof reply.unit_key);
    CHECK_OK(message_seal_key_answer(channel, &reply, -1));
}

/* Holds the first question until the second comes, then answers both. */
static void answer_late(void *context, struct channel *channel,
                        const struct message_epoch_wait *message,
                        int descriptor)
{
    struct pair *pair = context;
    (void)descriptor;
    if (pair->held_id == 0) {
        pair->held_id = message->id;
        return;
    }
    struct message_epoch_wait_reply reply = {.id = message->id, .epoch = 2};
    reply.deaths = bytes_of("xyz", 3);
    CHECK_OK(message_epoch_wait_answer(channel, &reply, -1));
    reply = (struct message_epoch_wait_reply){
        .id = pair->held_id, .status = STATUS_CONFLICT, .epoch = 1};
    CHECK_OK(message_epoch_wait_answer(channel, &reply, -1));
}

static void on_limit(void *context, struct timer *timer)
{
    (void)timer;
    struct pair *pair = context;
    loop_stop(pair->loop);
}

static void on_closed(void *context, struct channel *channel)
{
    struct pair *pair = context;
    pair->gone++;
    CHECK(channel == pair->vault);
    channel_destroy(&pair->vault);
    loop_stop(pair->loop);
}

static void pair_open(struct pair *pair, struct message_handlers *handlers)
{
    int ends[2];
    *pair = (struct pair){0};
    handlers->context = pair;
    CHECK_OK(loop_create(&pair->loop));
    CHECK_OK(socket_pair(ends));
    CHECK_OK(channel_create(pair->loop, ends[0], ROLE_VAULT, ROLE_KEEPER,
                            handlers, on_closed, pair, &pair->vault));
    CHECK_OK(channel_create(pair->loop, ends[1], ROLE_KEEPER, ROLE_VAULT,
                            handlers, NULL, NULL, &pair->keeper));
    CHECK_OK(timer_make(pair->loop, "limit", on_limit, pair, &pair->limit));
    timer_start(pair->limit, 5000, 0);
}

static void pair_close(struct pair *pair)
{
    channel_destroy(&pair->vault);
    channel_destroy(&pair->keeper);
    timer_destroy(&pair->limit);
    loop_destroy(&pair->loop);
}

static void on_key(void *context, enum status status,
                   const struct message_seal_key_reply *reply, int descriptor)
{
    struct pair *pair = context;
    CHECK(status == STATUS_OK && descriptor == -1);
    CHECK(reply->unit_key[31] == (uint8_t)(pair->answered + 1));
    CHECK(reply->unit_us == -(pair->answered + 1));
    if (++pair->answered == 100)
        loop_stop(pair->loop);
}

static void many_questions_get_their_own_answers(void **state)
{
    (void)state;
    struct message_handlers handlers = {.seal_key = answer_seal_key};
    struct pair pair;
    pair_open(&pair, &handlers);
    for (int i = 1; i <= 100; i++) {
        const struct message_seal_key question = {.camera = (uint32_t)i,
                                                  .time_us = -i};
        CHECK_OK(message_seal_key_send(pair.vault, &question, -1, on_key,
                                       &pair));
    }
    loop_run(pair.loop);
    CHECK(pair.asked == 100 && pair.answered == 100);
    pair_close(&pair);
}

static void on_epoch(void *context, enum status status,
                     const struct message_epoch_wait_reply *reply,
                     int descriptor)
{
    struct pair *pair = context;
    CHECK(descriptor == -1);
    pair->answered++;
    /* The second question was answered first. */
    CHECK(status == (pair->answered == 1 ? STATUS_OK : STATUS_CONFLICT));
    CHECK(reply->epoch == (pair->answered == 1 ? 2u : 1u));
    CHECK(reply->deaths.size == (pair->answered == 1 ? 3u : 0u));
    if (pair->answered == 2)
        loop_stop(pair->loop);
}

static void answers_may_wait_and_overtake(void **state)
{
    (void)state;
    struct message_handlers handlers = {.epoch_wait = answer_late};
    struct pair pair;
    pair_open(&pair, &handlers);
    const struct message_epoch_wait question = {.known_epoch = 1};
    CHECK_OK(message_epoch_wait_send(pair.vault, &question, -1, on_epoch,
                                     &pair));
    CHECK_OK(message_epoch_wait_send(pair.vault, &question, -1, on_epoch,
                                     &pair));
    loop_run(pair.loop);
    CHECK(pair.answered == 2);
    pair_close(&pair);
}

/* Where a packet's bytes stood while it was handled. */
static const uint8_t *seen_at;

static void on_seen(void *context, enum status status,
                    const struct message_epoch_wait_reply *reply,
                    int descriptor)
{
    struct pair *pair = context;
    (void)descriptor;
    CHECK(status == STATUS_OK && memcmp(reply->deaths.data, "xyz", 3) == 0);
    seen_at = reply->deaths.data;
    loop_stop(pair->loop);
}

static void answer_at_once(void *context, struct channel *channel,
                           const struct message_epoch_wait *message,
                           int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_epoch_wait_reply reply = {
        .id = message->id, .epoch = 2, .deaths = bytes_of("xyz", 3)};
    CHECK_OK(message_epoch_wait_answer(channel, &reply, -1));
}

static void nothing_of_a_packet_stays_behind(void **state)
{
    (void)state;
    struct message_handlers handlers = {.epoch_wait = answer_at_once};
    struct pair pair;
    pair_open(&pair, &handlers);
    const struct message_epoch_wait question = {.known_epoch = 1};
    CHECK_OK(message_epoch_wait_send(pair.vault, &question, -1, on_seen,
                                     &pair));
    loop_run(pair.loop);
    CHECK(seen_at[0] == 0 && seen_at[1] == 0 && seen_at[2] == 0);
    pair_close(&pair);
}

/* A peer that asks and does not read the answers shall not fill us up. */
static void a_queue_has_a_limit_in_bytes(void **state)
{
    (void)state;
    enum { BIG = 73728 };
    static uint8_t rows[BIG];
    struct message_handlers handlers = {0};
    struct pair pair;
    pair_open(&pair, &handlers);
    const struct message_epoch_wait_reply reply = {
        .id = 1, .deaths = bytes_of(rows, sizeof rows)};
    size_t taken = 0;
    while (message_epoch_wait_answer(pair.keeper, &reply, -1) == STATUS_OK)
        CHECK(++taken < CHANNEL_QUEUE_MAX);
    CHECK(taken > 100 && taken * BIG < 2 * (size_t)CHANNEL_QUEUE_BYTES_MAX);
    pair_close(&pair);
}

static void on_lost(void *context, enum status status,
                    const struct message_epoch_wait_reply *reply,
                    int descriptor)
{
    struct pair *pair = context;
    CHECK(status == STATUS_IO && reply == NULL && descriptor == -1);
    pair->answered++;
}

static void a_peer_that_goes_answers_all_open_questions(void **state)
{
    (void)state;
    struct message_handlers handlers = {.epoch_wait = answer_late};
    struct pair pair;
    pair_open(&pair, &handlers);
    const struct message_epoch_wait question = {.known_epoch = 1};
    CHECK_OK(message_epoch_wait_send(pair.vault, &question, -1, on_lost,
                                     &pair));
    channel_destroy(&pair.keeper);
    loop_run(pair.loop);
    CHECK(pair.answered == 1 && pair.gone == 1);
    pair_close(&pair);
}

static void nothing_goes_left(void **state)
{
    (void)state;
    struct message_handlers handlers = {0};
    struct pair pair;
    pair_open(&pair, &handlers);
    const struct message_seal_key question = {.camera = 1};
    CHECK_STATUS(STATUS_INTERNAL,
                 message_seal_key_send(pair.keeper, &question, -1, NULL, NULL));
    const struct message_text_key other = {.month = 1};
    CHECK_STATUS(STATUS_INTERNAL,
                 message_text_key_send(pair.vault, &other, -1, NULL, NULL));
    pair_close(&pair);
}

static void fields_beyond_their_limit_are_not_sent(void **state)
{
    (void)state;
    struct message_handlers handlers = {0};
    struct pair pair;
    pair_open(&pair, &handlers);
    static const uint8_t LARGE[20481];
    const struct message_open_key question = {.ticket = {LARGE, 20481}};
    CHECK_STATUS(STATUS_LIMIT,
                 message_open_key_send(pair.vault, &question, -1, NULL, NULL));
    pair_close(&pair);
}

enum { CUT_OFF = 71 };

static void on_broken(void *context, struct channel *channel)
{
    (void)context;
    _exit(channel_is_broken(channel) ? CUT_OFF : 2);
}

/* What becomes of a process with such a peer: 0, where it goes on, CUT_OFF,
 * where it has cut the peer off, or 70. */
static int exit_code_of(enum role self, enum role peer,
                        const struct bytes *packet, int descriptor)
{
    int ends[2];
    CHECK_OK(socket_pair(ends));
    pid_t child = fork();
    if (child == 0) {
        struct message_handlers handlers = {.seal_key = answer_seal_key};
        struct pair pair = {0};
        handlers.context = &pair;
        struct channel *channel = NULL;
        if (dup2(open("/dev/null", O_WRONLY), 2) < 0 ||
            loop_create(&pair.loop) != STATUS_OK ||
            channel_create(pair.loop, ends[1], self, peer, &handlers,
                           on_broken, NULL, &channel) != STATUS_OK ||
            timer_make(pair.loop, "limit", on_limit, &pair, &pair.limit) !=
                STATUS_OK)
            _exit(1);
        timer_start(pair.limit, 200, 0);
        loop_run(pair.loop);
        _exit(0);
    }
    CHECK_OK(socket_send_packet(ends[0], *packet, descriptor));
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    (void)close(ends[0]);
    (void)close(ends[1]);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int exit_code_after(const uint8_t *packet, size_t size)
{
    const struct bytes bytes = bytes_of(packet, size);
    return exit_code_of(ROLE_KEEPER, ROLE_VAULT, &bytes, -1);
}

/* One that asks is cut off, and its receiver serves on. */
static void impossible_messages_end_the_channel(void **state)
{
    (void)state;
    uint8_t good[MESSAGE_HEADER_SIZE + 12] = {0, MESSAGE_KIND_seal_key, 0, 0,
                                              0, 0, 0, 1};
    const struct bytes whole = bytes_of(good, sizeof good);
    CHECK(exit_code_after(good, sizeof good) == 0);
    CHECK(exit_code_after(good, sizeof good - 1) == CUT_OFF); /* cut short */
    CHECK(exit_code_after(good, 3) == CUT_OFF);               /* no header */
    CHECK(exit_code_of(ROLE_KEEPER, ROLE_VAULT, &whole, 0) ==
          CUT_OFF); /* a descriptor */
    good[1] = MESSAGE_KIND_open_key;
    CHECK(exit_code_after(good, sizeof good) == CUT_OFF); /* other layout */
    good[1] = MESSAGE_KIND_text_key;
    CHECK(exit_code_after(good, 12) == CUT_OFF); /* not for this sender */
    good[1] = MESSAGE_KIND_COUNT;
    CHECK(exit_code_after(good, sizeof good) == CUT_OFF); /* unknown */
    good[1] = MESSAGE_KIND_seal_key;
    good[2] = 1;
    CHECK(exit_code_after(good, sizeof good) == CUT_OFF); /* not asked */
    good[2] = 2;
    CHECK(exit_code_after(good, sizeof good) == CUT_OFF); /* no such form */
    /* The supervisor outlives everybody; one that is asked, or that starts
     * us, is to be trusted or we are lost. */
    CHECK(exit_code_of(ROLE_SUPERVISOR, ROLE_KEEPER, &whole, -1) == CUT_OFF);
    CHECK(exit_code_of(ROLE_KEEPER, ROLE_SUPERVISOR, &whole, -1) == 70);
    CHECK(exit_code_of(ROLE_VAULT, ROLE_KEEPER, &whole, -1) == 70);
    CHECK(exit_code_of(ROLE_VAULT, ROLE_GATE, &whole, -1) == CUT_OFF);
    CHECK(exit_code_of(ROLE_GATE, ROLE_VAULT, &whole, -1) == 70);
}

/* ---- a web that is taken for captured: the gate, and web's bare socket ---- */

enum {
    SPARSE_BYTES = 64 * 1024 * 1024,
    SHORT_MS = 50,
};

struct captured {
    struct loop *loop;
    struct timer *limit;
    struct channel *gate;
    int web;
    int asked;
    uint32_t last_id;
    size_t answer_bytes;
};

static void on_short_limit(void *context, struct timer *timer)
{
    struct captured *captured = context;
    (void)timer;
    loop_stop(captured->loop);
}

static void captured_run(struct captured *captured)
{
    timer_start(captured->limit, SHORT_MS, 0);
    loop_run(captured->loop);
}

static void keep_question(void *context, struct channel *channel,
                          const struct message_session_get *message,
                          int descriptor)
{
    struct captured *captured = context;
    (void)channel;
    CHECK(descriptor == -1);
    captured->asked++;
    captured->last_id = message->id;
}

static void answer_at_length(void *context, struct channel *channel,
                             const struct message_session_get *message,
                             int descriptor)
{
    static const uint8_t JSON[65536];
    struct captured *captured = context;
    keep_question(context, channel, message, descriptor);
    captured->answer_bytes += sizeof JSON;
    const struct message_session_get_reply reply = {
        .id = message->id, .json = bytes_of(JSON, sizeof JSON)};
    CHECK_OK(message_session_get_answer(channel, &reply, -1));
}

static void on_web_closed(void *context, struct channel *channel)
{
    struct captured *captured = context;
    (void)channel;
    channel_destroy(&captured->gate);
}

static void captured_open(struct captured *captured,
                          struct message_handlers *handlers)
{
    int ends[2];
    *captured = (struct captured){0};
    handlers->context = captured;
    CHECK_OK(loop_create(&captured->loop));
    CHECK_OK(socket_pair(ends));
    captured->web = ends[0];
    CHECK_OK(channel_create(captured->loop, ends[1], ROLE_GATE, ROLE_WEB,
                            handlers, on_web_closed, captured,
                            &captured->gate));
    CHECK_OK(timer_make(captured->loop, "limit", on_short_limit, captured,
                        &captured->limit));
}

static void captured_close(struct captured *captured)
{
    socket_close(&captured->web);
    captured_run(captured);
    CHECK(captured->gate == NULL); /* however it stood: its end is seen */
    timer_destroy(&captured->limit);
    loop_destroy(&captured->loop);
}

/* Asks as long as anybody takes the questions. */
static size_t ask_until_full(struct captured *captured, size_t most)
{
    static const uint8_t QUESTION[MESSAGE_HEADER_SIZE + 4] = {
        0, MESSAGE_KIND_session_get};
    size_t sent = 0;
    bool is_full = false;
    while (sent < most && !is_full) {
        enum status s = STATUS_OK;
        while (sent < most && s == STATUS_OK) {
            s = socket_send_packet(captured->web,
                                   bytes_of(QUESTION, sizeof QUESTION), -1);
            sent += s == STATUS_OK;
        }
        int asked = captured->asked;
        captured_run(captured);
        is_full = captured->asked == asked;
    }
    return sent;
}

static void unanswered_questions_of_web_have_a_limit(void **state)
{
    (void)state;
    struct message_handlers handlers = {.session_get = keep_question};
    struct captured captured;
    captured_open(&captured, &handlers);
    CHECK(ask_until_full(&captured, 100000) < 100000);
    assert_int_equal(CHANNEL_OWED_MAX, captured.asked);
    /* Each answer makes room for one more. */
    const struct message_session_get_reply reply = {.id = captured.last_id};
    for (int i = 1; i <= 3; i++) {
        CHECK_OK(message_session_get_answer(captured.gate, &reply, -1));
        captured_run(&captured);
        assert_int_equal(CHANNEL_OWED_MAX + i, captured.asked);
    }
    captured_close(&captured);
}

static void unreceived_answers_have_a_limit(void **state)
{
    (void)state;
    static uint8_t answer[MESSAGE_SIZE_MAX];
    struct message_handlers handlers = {.session_get = answer_at_length};
    struct captured captured;
    captured_open(&captured, &handlers);
    CHECK(ask_until_full(&captured, 100000) < 100000);
    CHECK(captured.answer_bytes >= CHANNEL_UNSENT_MAX);
    CHECK(captured.answer_bytes < CHANNEL_UNSENT_MAX + CHANNEL_UNSENT_MAX / 4);
    /* Received, they go on, and every one comes. */
    int received = 0;
    for (int asked = -1; asked != captured.asked;) {
        asked = captured.asked;
        size_t size = 0;
        int descriptor = -1;
        while (socket_receive_packet(captured.web, answer, sizeof answer,
                                     &size, &descriptor) == STATUS_OK)
            received++;
        captured_run(&captured);
        if (received < captured.asked)
            asked = -1;
    }
    assert_int_equal(received, captured.asked);
    CHECK(received > CHANNEL_UNSENT_MAX / 65536);
    captured_close(&captured);
}

static void memory_is_lent_until_it_is_received(void **state)
{
    (void)state;
    uint8_t answer[256];
    struct message_handlers handlers = {0};
    struct captured captured;
    size_t count = 0;
    size_t size = 0;
    int descriptor = -1;
    captured_open(&captured, &handlers);
    while (channel_may_lend(captured.gate) && count < 100) {
        int memory = memfd_create("sparse", MFD_CLOEXEC);
        CHECK(memory >= 0 && ftruncate(memory, SPARSE_BYTES) == 0);
        const struct message_logout_reply reply = {.id = 1};
        CHECK_OK(message_logout_answer(captured.gate, &reply, memory));
        count++;
    }
    assert_int_equal(CHANNEL_LENT_MAX / SPARSE_BYTES, count);
    for (size_t i = 0; i < count; i++) {
        CHECK(!channel_may_lend(captured.gate));
        CHECK_OK(socket_receive_packet(captured.web, answer, sizeof answer,
                                       &size, &descriptor));
        socket_close(&descriptor);
    }
    CHECK(channel_may_lend(captured.gate));
    /* Small ones are counted. */
    for (count = 0; channel_may_lend(captured.gate) && count < 1000; count++) {
        const struct message_logout_reply reply = {.id = 1};
        CHECK_OK(message_logout_answer(captured.gate, &reply,
                                       memfd_create("small", MFD_CLOEXEC)));
    }
    assert_int_equal(CHANNEL_LENT_COUNT_MAX, count);
    captured_close(&captured);
}

TEST_MAIN("ipc/channel", TEST(many_questions_get_their_own_answers),
          TEST(answers_may_wait_and_overtake),
          TEST(nothing_of_a_packet_stays_behind),
          TEST(a_queue_has_a_limit_in_bytes),
          TEST(a_peer_that_goes_answers_all_open_questions),
          TEST(nothing_goes_left),
          TEST(fields_beyond_their_limit_are_not_sent),
          TEST(impossible_messages_end_the_channel),
          TEST(unanswered_questions_of_web_have_a_limit),
          TEST(unreceived_answers_have_a_limit),
          TEST(memory_is_lent_until_it_is_received))
