/* SPDX-License-Identifier: Apache-2.0 */
/*
 * I1 under arbitrary messages: web sends thousands of requests of every kind
 * that messages.def lets it send, their fields made up, taken from answers
 * before, or changed in one byte. Every ticket and every picture that comes is
 * held against the log on disk (recorder_stage.h). Bytes that are no message
 * at all bring nothing, and neither end recording nor the log.
 */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "privilege/recorder_stage.h"
#include "store/leaf_group.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "unit/test.h"

enum {
    SAMPLES = 150,
    STRANGER_MESSAGES = 2000,
    PERSON_MESSAGES = 3000,
    AT_ONCE = 16,
    POOL = 32,      /* answers' fields that are remembered, of each name */
    NAMES = 96,
    FIELD_MAX = 4096,
    GARBAGE_PACKETS = 200,
    GARBAGE_MAX = 2048,
};

/* Fields that came in answers, by name: what a hostile web would keep. */
struct pool {
    const char *name;
    size_t count;
    struct {
        size_t size;
        uint8_t bytes[FIELD_MAX];
    } values[POOL];
};

struct hostile {
    struct recorder_stage stage;
    struct test_random random;
    struct pool pools[NAMES];
    size_t pool_count;
    uint8_t scratch[8][FIELD_MAX]; /* fields of the message being made */
    size_t scratch_used;
    bool is_ending; /* this message would end the session: make one up */
    bool harvests;
    size_t waiting;
    size_t answers_ok;
    size_t tickets;
    size_t pictures;
};

static uint64_t any(struct hostile *hostile, uint64_t below)
{
    return test_random_next(&hostile->random) % below;
}

/* ---- what is remembered ---------------------------------------------------- */

static struct pool *pool_of(struct hostile *hostile, const char *name)
{
    for (size_t i = 0; i < hostile->pool_count; i++) {
        if (strcmp(hostile->pools[i].name, name) == 0)
            return &hostile->pools[i];
    }
    CHECK(hostile->pool_count < NAMES);
    struct pool *pool = &hostile->pools[hostile->pool_count++];
    pool->name = name;
    return pool;
}

static void remember(struct hostile *hostile, const char *name,
                     struct bytes value)
{
    struct pool *pool = pool_of(hostile, name);
    if (value.size == 0 || value.size > FIELD_MAX)
        return;
    size_t at = pool->count < POOL ? pool->count++ : any(hostile, POOL);
    memcpy(pool->values[at].bytes, value.data, value.size);
    pool->values[at].size = value.size;
}

/* ---- fields ------------------------------------------------------------------ */

static struct bytes made_up(struct hostile *hostile, uint8_t *out, size_t most)
{
    static const char *const KNOWN[] = {
        "",   "facility-safety", "crime-prevention", "분실물 확인",
        "ko", "chief_manager",   "director",         "' OR '1'='1",
        "a long enough one",     "192.0.2.9",        "line\nfeed\"}",
    };
    size_t count = sizeof KNOWN / sizeof *KNOWN;
    size_t choice = any(hostile, count + 3);
    size_t size = any(hostile, (most < FIELD_MAX ? most : FIELD_MAX) + 1);
    if (choice < count) {
        size = strlen(KNOWN[choice]);
        size = size < most ? size : most;
        memcpy(out, KNOWN[choice], size);
    } else {
        test_random_fill(&hostile->random, out, size);
    }
    return bytes_of(out, size);
}

/* What a view needs and nothing else brings: mostly left as it is, since the
 * gate lets an account try sixty times a minute and some must succeed. */
static bool opens_views(const char *name)
{
    return strcmp(name, "purpose") == 0 || strcmp(name, "reason") == 0;
}

/* Half the time what was given before, and of that a third changed. */
static struct bytes any_field(struct hostile *hostile, const char *name,
                              size_t most)
{
    const struct pool *pool = pool_of(hostile, name);
    uint8_t *out = hostile->scratch[hostile->scratch_used++ % 8];
    bool is_session = strcmp(name, "session") == 0;
    bool is_kept = pool->count > 0 && !(is_session && hostile->is_ending);
    bool is_apt = is_session || opens_views(name);
    if (!is_kept || any(hostile, is_apt ? 8 : 4) == 0)
        return made_up(hostile, out, most);
    size_t at = any(hostile, pool->count);
    size_t size = pool->values[at].size;
    size = size < most ? size : most;
    memcpy(out, pool->values[at].bytes, size);
    if (!is_session && any(hostile, is_apt ? 8 : 3) == 0)
        out[any(hostile, size)] ^= (uint8_t)(1u << any(hostile, 8));
    return bytes_of(out, size);
}

static uint64_t any_number(struct hostile *hostile, const char *name)
{
    static const uint64_t KNOWN[] = {0,          1,         RECORDER_CAMERA,
                                     UINT64_MAX, INT64_MAX, UINT64_C(1) << 63};
    const struct recorder_stage *stage = &hostile->stage;
    const struct pool *pool = pool_of(hostile, name);
    if (strcmp(name, "camera") == 0 && any(hostile, 4) != 0)
        return any(hostile, 2) == 0 ? RECORDER_CAMERA : RECORDER_OTHER_CAMERA;
    if (strstr(name, "_us") != NULL && any(hostile, 4) != 0) {
        uint64_t k = any(hostile, SAMPLES / 2);
        k += strcmp(name, "to_us") == 0 ? SAMPLES / 3 : 0;
        return (uint64_t)recorder_stage_before(stage, k) +
               any(hostile, RECORDER_SAMPLE_US);
    }
    if (pool->count > 0 && any(hostile, 4) != 0) {
        uint64_t number = 0;
        size_t at = any(hostile, pool->count);
        memcpy(&number, pool->values[at].bytes, sizeof number);
        return number;
    }
    return any(hostile, 2) == 0 ? KNOWN[any(hostile, 6)]
                                : test_random_next(&hostile->random);
}

static void on_number(struct hostile *hostile, const char *name,
                      uint64_t value, uint64_t *out)
{
    if (!hostile->harvests)
        *out = any_number(hostile, name);
    else if (value != 0)
        remember(hostile, name, bytes_of(&value, sizeof value));
}

static void on_field(struct hostile *hostile, const char *name, size_t most,
                     struct bytes *field)
{
    if (!hostile->harvests)
        *field = any_field(hostile, name, most);
    else if (strcmp(name, "json") != 0 && strcmp(name, "html") != 0)
        remember(hostile, name, *field);
}

static void on_text(struct hostile *hostile, const char *name, size_t most,
                    struct text *field)
{
    struct bytes bytes = text_bytes(*field);
    on_field(hostile, name, most, &bytes);
    *field = bytes_text(bytes);
}

/* The same walk over a message's fields makes requests up and keeps what
 * answers bring. */
#define REQUEST(name, from, to)                                                \
    static void walk_##name(struct hostile *hostile,                           \
                            struct message_##name *message)                    \
    {                                                                          \
        uint64_t number = 0;                                                   \
        (void)number;                                                          \
        (void)hostile;                                                         \
        (void)message;
#define REPLY(name)                                                            \
    }                                                                          \
    static void walk_##name##_reply(struct hostile *hostile,                   \
                                    struct message_##name##_reply *message)    \
    {                                                                          \
        uint64_t number = 0;                                                   \
        (void)number;                                                          \
        (void)hostile;                                                         \
        (void)message;
#define END(name) }
#define FD
#define NUMBER(type, name)                                                     \
    on_number(hostile, #name, (uint64_t)message->name, &number);               \
    message->name = (type)number;
#define U8(name) NUMBER(uint8_t, name)
#define U16(name) NUMBER(uint16_t, name)
#define U32(name) NUMBER(uint32_t, name)
#define U64(name) NUMBER(uint64_t, name)
#define I64(name) NUMBER(int64_t, name)
#define KEY(name)                                                              \
    test_random_fill(&hostile->random, message->name, MESSAGE_KEY_SIZE);
#define TEXT(name, most) on_text(hostile, #name, most, &message->name);
#define BLOB(name, most) on_field(hostile, #name, most, &message->name);
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"
#undef NUMBER

/* ---- answers ------------------------------------------------------------------- */

/* Leaves of groups, no picture: whole ones, and none before there was a
 * ticket, which has its entry. */
static void take_groups(struct hostile *hostile, int descriptor, uint32_t bytes)
{
    if (descriptor == -1)
        return;
    CHECK(hostile->tickets > 0);
    uint8_t *groups = alloc_array(bytes, 1);
    CHECK(groups != NULL && pread(descriptor, groups, bytes, 0) == (ssize_t)bytes);
    (void)close(descriptor);
    struct reader in = reader_on(bytes_of(groups, bytes));
    while (!reader_done(&in)) {
        struct leaf_group group;
        CHECK_OK(leaf_group_read(&in, &group));
        CHECK(group.leaf.camera == RECORDER_CAMERA ||
              group.leaf.camera == RECORDER_OTHER_CAMERA);
    }
    alloc_free(groups);
}

/* What an answer carries beside fields that are only remembered. */
static void take_pictures(struct hostile *hostile, enum message_kind kind,
                          int descriptor, const void *reply)
{
    struct recorder_stage *stage = &hostile->stage;
    recorder_stage_forget(stage);
    if (kind == MESSAGE_KIND_read)
        recorder_stage_take_recorded(
            stage, descriptor, ((const struct message_read_reply *)reply)->bytes);
    else if (kind == MESSAGE_KIND_live_next)
        recorder_stage_take_live(
            stage, descriptor,
            ((const struct message_live_next_reply *)reply)->bytes);
    else if (kind == MESSAGE_KIND_groups_get)
        take_groups(
            hostile, descriptor,
            ((const struct message_groups_get_reply *)reply)->bytes);
    else
        CHECK(descriptor == -1);
    hostile->pictures += stage->frame_count;
}

static void take_ticket(struct hostile *hostile, enum message_kind kind,
                        enum status status, const void *reply)
{
    if (kind != MESSAGE_KIND_ticket_get || status != STATUS_OK)
        return;
    recorder_stage_check_ticket(
        &hostile->stage,
        ((const struct message_ticket_get_reply *)reply)->ticket);
    hostile->tickets++;
}

#define REQUEST(name, from, to)                                                \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        struct hostile *hostile = context;                                     \
        CHECK(reply != NULL);                                                  \
        CHECK(status == STATUS_OK || descriptor == -1);                        \
        struct message_##name##_reply kept = *reply;                           \
        take_ticket(hostile, MESSAGE_KIND_##name, status, reply);              \
        take_pictures(hostile, MESSAGE_KIND_##name, descriptor, reply);        \
        hostile->harvests = true;                                              \
        walk_##name##_reply(hostile, &kept);                                   \
        hostile->harvests = false;                                             \
        hostile->answers_ok += status == STATUS_OK;                            \
        hostile->waiting--;                                                    \
        if (hostile->waiting == 0)                                             \
            loop_stop(hostile->stage.loop);                                    \
    }                                                                          \
    static void send_##name(struct hostile *hostile, struct channel *channel)  \
    {                                                                          \
        struct message_##name message = {.id = 0};                             \
        walk_##name(hostile, &message);                                        \
        CHECK_OK(message_##name##_send(channel, &message, -1, on_##name,       \
                                       hostile));                              \
        hostile->waiting++;                                                    \
    }
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"

typedef void send_fn(struct hostile *hostile, struct channel *channel);

static send_fn *const SENDS[MESSAGE_KIND_COUNT] = {
#define REQUEST(name, from, to) [MESSAGE_KIND_##name] = send_##name,
#define REPLY(name)
#define END(name)
#include "ipc/no_fields.h"
#include "ipc/messages.def"
#include "ipc/undefine_fields.h"
};

/* ---- messages -------------------------------------------------------------------- */

/* Of web's own kinds; viewing more often than the rest. */
static enum message_kind any_kind(struct hostile *hostile)
{
    static const enum message_kind VIEWING[] = {
        MESSAGE_KIND_view_open, MESSAGE_KIND_live_open, MESSAGE_KIND_ticket_get,
        MESSAGE_KIND_read, MESSAGE_KIND_read, MESSAGE_KIND_live_next};
    if (any(hostile, 3) != 0)
        return VIEWING[any(hostile, sizeof VIEWING / sizeof *VIEWING)];
    enum message_kind kind = MESSAGE_KIND_NONE;
    while (kind == MESSAGE_KIND_NONE || message_sender(kind) != ROLE_WEB)
        kind = (enum message_kind)any(hostile, MESSAGE_KIND_COUNT);
    return kind;
}

static void send_many(struct hostile *hostile, size_t messages)
{
    struct recorder_stage *stage = &hostile->stage;
    for (size_t i = 1; i <= messages; i++) {
        enum message_kind kind = any_kind(hostile);
        hostile->is_ending = kind == MESSAGE_KIND_logout ||
                             kind == MESSAGE_KIND_account_close;
        SENDS[kind](hostile, message_receiver(kind) == ROLE_GATE
                                 ? stage->gate
                                 : stage->vault);
        if (hostile->waiting < AT_ONCE && i < messages)
            continue;
        recorder_stage_idle(stage, RECORDER_WAIT_MS);
        assert_int_equal(0, hostile->waiting);
    }
}

/* Before anybody has logged in nothing comes, whatever is asked. */
static void a_stranger_gets_nothing(void **state)
{
    (void)state;
    static struct hostile hostile = {.random = {20261122}};
    struct recorder_stage *stage = &hostile.stage;
    recorder_stage_make(stage);
    recorder_stage_put(stage, SAMPLES);
    send_many(&hostile, STRANGER_MESSAGES);
    assert_int_equal(0, hostile.tickets);
    assert_int_equal(0, hostile.pictures);
    CHECK(recorder_stage_entry(stage, 0) == NULL && stage->allowed_count == 0);
    recorder_stage_remove(stage);
}

/* A session passes through web: it can be used, and each use is an entry. */
static void with_a_session_every_picture_has_its_entry(void **state)
{
    (void)state;
    static struct hostile hostile = {.random = {42}};
    struct recorder_stage *stage = &hostile.stage;
    recorder_stage_make(stage);
    CHECK_OK(recorder_stage_login(stage));
    recorder_stage_put(stage, SAMPLES);
    recorder_stage_wait_recorded(stage);
    remember(&hostile, "session", text_bytes(text_of(stage->session)));
    for (int i = 0; i < POOL / 4; i++) {
        remember(&hostile, "purpose",
                 text_bytes(text_of("facility-safety")));
        remember(&hostile, "reason", text_bytes(text_of("분실물 확인")));
        remember(&hostile, "cameras",
                 bytes_of("\0\0\0\4\0\0\0\10", i % 2 == 0 ? 4 : 8));
    }
    for (int round = 0; round < 6; round++) {
        recorder_stage_put(stage, 10);
        send_many(&hostile, PERSON_MESSAGES / 6);
    }
    /* The attack was one: it got tickets and pictures, all of them entries. */
    CHECK(recorder_stage_entry(stage, 0) == NULL);
    print_message("# %d answers, %d views, %d tickets, %d pictures\n",
                  (int)hostile.answers_ok, (int)stage->allowed_count,
                  (int)hostile.tickets, (int)hostile.pictures);
    CHECK(stage->allowed_count >= 5);
    CHECK(hostile.tickets >= 20 && hostile.pictures >= 200);
    recorder_stage_remove(stage);
}

/* ---- descriptors ------------------------------------------------------------------ */

/* A message that has the right form and a descriptor too many. */
static void a_descriptor_too_many_is_the_last(void **state)
{
    (void)state;
    static struct hostile hostile = {.random = {3}};
    struct recorder_stage *stage = &hostile.stage;
    uint8_t packet[MESSAGE_HEADER_SIZE + 4] = {0, MESSAGE_KIND_session_get};
    uint8_t answer[MESSAGE_HEADER_SIZE + 256];
    size_t size = 0;
    int descriptor = -1;
    recorder_stage_make(stage);
    int socket = recorder_stage_raw(stage, ROLE_GATE);
    CHECK_OK(socket_send_packet(socket, bytes_of(packet, sizeof packet), -1));
    CHECK_OK(socket_wait_readable(socket, RECORDER_WAIT_MS));
    CHECK_OK(socket_receive_packet(socket, answer, sizeof answer, &size,
                                   &descriptor));
    CHECK_OK(socket_send_packet(socket, bytes_of(packet, sizeof packet),
                                STDERR_FILENO));
    CHECK_OK(socket_wait_readable(socket, RECORDER_WAIT_MS));
    CHECK_STATUS(STATUS_END,
                 socket_receive_packet(socket, answer, sizeof answer, &size,
                                       &descriptor));
    CHECK(recorder_stage_is_alive(stage, ROLE_GATE));
    (void)close(socket);
    recorder_stage_remove(stage);
}

/* ---- bytes ----------------------------------------------------------------------- */

static size_t any_packet(struct hostile *hostile, uint8_t *out)
{
    struct writer w = writer_on(out, GARBAGE_MAX);
    bool has_header = any(hostile, 2) == 0;
    if (has_header) {
        writer_u16be(&w, (uint16_t)any(hostile, MESSAGE_KIND_COUNT + 2));
        writer_u8(&w, (uint8_t)any(hostile, 3));
        writer_u8(&w, (uint8_t)any(hostile, STATUS_COUNT + 1));
    }
    size_t more = 1 + any(hostile, 200);
    test_random_fill(&hostile->random, out + w.used, more);
    return w.used + more;
}

/* What the role sent back before it cut us off: no descriptor among it. */
static void check_no_descriptor(int socket)
{
    static uint8_t packet[MESSAGE_SIZE_MAX];
    enum status s = STATUS_OK;
    while (s == STATUS_OK) {
        size_t size = 0;
        int descriptor = -1;
        s = socket_receive_packet(socket, packet, sizeof packet, &size,
                                  &descriptor);
        CHECK(descriptor == -1);
    }
}

static void garbage_brings_nothing(void **state)
{
    (void)state;
    static struct hostile hostile = {.random = {7}};
    static const enum role ROLES[] = {ROLE_GATE, ROLE_VAULT};
    struct recorder_stage *stage = &hostile.stage;
    uint8_t packet[GARBAGE_MAX];
    recorder_stage_make(stage);
    for (int i = 0; i < GARBAGE_PACKETS; i++) {
        enum role role = ROLES[i % 2];
        int socket = recorder_stage_raw(stage, role);
        size_t size = any_packet(&hostile, packet);
        /* Every fifth with a descriptor, which nobody wants either. */
        CHECK_OK(socket_send_packet(socket, bytes_of(packet, size),
                                    i % 5 == 0 ? STDERR_FILENO : -1));
        recorder_stage_idle(stage, 20);
        check_no_descriptor(socket);
        (void)close(socket);
        CHECK(recorder_stage_is_alive(stage, role));
    }
    recorder_stage_remove(stage);
}

TEST_MAIN("privilege/hostile web", TEST(a_stranger_gets_nothing),
          TEST(with_a_session_every_picture_has_its_entry),
          TEST(a_descriptor_too_many_is_the_last),
          TEST(garbage_brings_nothing))
