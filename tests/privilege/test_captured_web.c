/* SPDX-License-Identifier: Apache-2.0 */
/*
 * I1, no record, no view: the test is web, with web's channels to a real gate
 * and a real vault, and tries to get a picture that no entry of the log allows.
 * Each picture that comes is held against the log on disk (recorder_stage.h).
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "privilege/recorder_stage.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "unit/test.h"

enum {
    SAMPLES = 200, /* twenty seconds of each camera */
    FROM = 52,     /* a view that begins and ends inside a GOP */
    TO = 97,
    HELD_MS = 400,
    POLL_MS = 20,
    EXPIRED_S = 61,
    ASKING_ROUNDS = 8,
    ASKING_MS = 150,
    QUESTION_MAX = 2048, /* bytes */
};

/* Somebody is logged in, and both cameras have a past. */
static void record(struct recorder_stage *stage)
{
    CHECK_OK(recorder_stage_login(stage));
    recorder_stage_put(stage, SAMPLES);
    recorder_stage_wait_recorded(stage);
}

static void begin(struct recorder_stage *stage)
{
    recorder_stage_make(stage);
    record(stage);
}

/* The pictures since the last recorder_stage_forget: from..to-1, in order. */
static void check_frames(const struct recorder_stage *stage, uint32_t camera,
                         uint64_t from, uint64_t to)
{
    assert_int_equal(to - from, stage->frame_count);
    for (size_t i = 0; i < stage->frame_count; i++) {
        assert_int_equal(camera, stage->frames[i].camera);
        assert_int_equal(from + i, stage->frames[i].k);
    }
}

static void check_no_frames(struct recorder_stage *stage, struct bytes ticket,
                            uint32_t camera)
{
    (void)!recorder_stage_read_all(stage, ticket, camera);
    assert_int_equal(0, stage->frame_count);
}

static void check_refused(struct recorder_stage *stage, struct bytes ticket,
                          uint32_t camera)
{
    recorder_stage_forget(stage);
    CHECK_STATUS(STATUS_DENIED,
                 recorder_stage_read(stage, ticket, camera, 0, INT64_MAX));
    assert_int_equal(0, stage->frame_count);
}

/* Opens a view and gets its ticket, which is copied. */
static struct bytes ticket_for(struct recorder_stage *stage, uint32_t camera,
                               uint64_t from, uint64_t to,
                               uint8_t out[TICKET_SIZE_MAX])
{
    CHECK_OK(recorder_stage_view(stage, camera, from, to));
    CHECK_OK(recorder_stage_ticket(stage, stage->view));
    memcpy(out, stage->ticket, stage->ticket_size);
    return bytes_of(out, stage->ticket_size);
}

/* The log's sync does not return, and the entry's line stands before it; for a
 * while, in which an answer could come. */
static void wait_held(struct recorder_stage *stage)
{
    for (int i = 0; i < RECORDER_WAIT_MS / POLL_MS; i++) {
        (void)recorder_stage_entry(stage, 0);
        if (atomic_load(&stage->seam->is_held) && stage->allowed_count > 0)
            break;
        recorder_stage_idle(stage, POLL_MS);
    }
    CHECK(atomic_load(&stage->seam->is_held));
    recorder_stage_idle(stage, HELD_MS);
}

/* The positive control: this is how pictures come, and they do come. */
static void an_entry_first_then_the_pictures(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    begin(&stage);
    uint64_t number = 0;
    CHECK_OK(recorder_stage_view(&stage, RECORDER_CAMERA, FROM, TO));
    number = stage.view;
    const struct recorder_allowed *entry = recorder_stage_entry(&stage, number);
    CHECK(entry != NULL && entry->camera == RECORDER_CAMERA);
    CHECK(entry->span.from.us == recorder_stage_before(&stage, FROM));
    CHECK(entry->span.to.us == recorder_stage_before(&stage, TO));
    CHECK((int64_t)entry->end <= atomic_load(&stage.seam->synced_bytes));
    CHECK_OK(recorder_stage_ticket(&stage, number));
    CHECK_OK(recorder_stage_read_all(&stage,
                                     recorder_stage_ticket_bytes(&stage),
                                     RECORDER_CAMERA));
    /* From the first IDR inside the span. */
    check_frames(&stage, RECORDER_CAMERA, 60, TO);
    recorder_stage_remove(&stage);
}

/* While the entry's fdatasync has not returned there is no view, no ticket
 * under any number, and no answer. */
static void nothing_before_the_entry_is_durable(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    begin(&stage);
    int64_t synced = atomic_load(&stage.seam->synced_bytes);
    atomic_store(&stage.seam->holds, true);
    recorder_stage_send_view(&stage, RECORDER_CAMERA, FROM, TO);
    wait_held(&stage);
    CHECK(!stage.has_answer);
    CHECK(atomic_load(&stage.seam->synced_bytes) == synced);
    /* The line stands in the file already, but a power cut could take it. */
    CHECK(recorder_stage_entry(&stage, 0) == NULL && stage.allowed_count == 1);
    uint64_t number = stage.allowed[0].entry;
    for (uint64_t view = 0; view < number + 8; view++) {
        CHECK_STATUS(STATUS_DENIED, recorder_stage_ticket(&stage, view));
        assert_int_equal(0, stage.ticket_size);
    }
    stage.has_answer = false;
    atomic_store(&stage.seam->holds, false);
    recorder_stage_idle(&stage, RECORDER_WAIT_MS);
    CHECK(stage.has_answer && stage.status == STATUS_OK);
    CHECK(stage.view == number);
    CHECK_OK(recorder_stage_ticket(&stage, number));
    recorder_stage_remove(&stage);
}

/* Every bit of a ticket is under both MACs, or means nothing. */
static void a_changed_ticket_opens_nothing(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    uint8_t right[TICKET_SIZE_MAX];
    uint8_t changed[TICKET_SIZE_MAX];
    begin(&stage);
    struct bytes ticket =
        ticket_for(&stage, RECORDER_CAMERA, FROM, TO, right);
    for (size_t bit = 0; bit < 8 * ticket.size; bit++) {
        memcpy(changed, right, ticket.size);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        check_no_frames(&stage, bytes_of(changed, ticket.size),
                        RECORDER_CAMERA);
    }
    for (size_t size = 0; size < ticket.size; size++)
        check_refused(&stage, bytes_of(right, size), RECORDER_CAMERA);
    /* Unchanged it still opens. */
    CHECK_OK(recorder_stage_read_all(&stage, ticket, RECORDER_CAMERA));
    check_frames(&stage, RECORDER_CAMERA, 60, TO);
    recorder_stage_remove(&stage);
}

/* Two tickets that web has by right do not make a third. */
static void parts_of_tickets_do_not_mix(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    uint8_t narrow[TICKET_SIZE_MAX];
    uint8_t wide[TICKET_SIZE_MAX];
    uint8_t mixed[TICKET_SIZE_MAX];
    begin(&stage);
    struct bytes a = ticket_for(&stage, RECORDER_CAMERA, 60, 70, narrow);
    struct bytes b = ticket_for(&stage, RECORDER_OTHER_CAMERA, 0, 150, wide);
    assert_int_equal(a.size, b.size);
    size_t body = a.size - 2 * TICKET_MAC_SIZE;
    /* Which of body, the vault's MAC, the keeper's MAC come from b. */
    for (unsigned from_b = 1; from_b < 7; from_b++) {
        memcpy(mixed, narrow, a.size);
        if ((from_b & 1) != 0)
            memcpy(mixed, wide, body);
        if ((from_b & 2) != 0)
            memcpy(mixed + body, wide + body, TICKET_MAC_SIZE);
        if ((from_b & 4) != 0)
            memcpy(mixed + body + TICKET_MAC_SIZE,
                   wide + body + TICKET_MAC_SIZE, TICKET_MAC_SIZE);
        check_no_frames(&stage, bytes_of(mixed, a.size), RECORDER_CAMERA);
        check_no_frames(&stage, bytes_of(mixed, a.size),
                        RECORDER_OTHER_CAMERA);
    }
    recorder_stage_remove(&stage);
}

static void a_ticket_shows_its_camera_and_span(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    uint8_t memory[TICKET_SIZE_MAX];
    begin(&stage);
    struct bytes ticket =
        ticket_for(&stage, RECORDER_CAMERA, FROM, TO, memory);
    check_refused(&stage, ticket, RECORDER_OTHER_CAMERA);
    for (uint32_t camera = 0; camera < 12; camera++) {
        if (camera != RECORDER_CAMERA)
            check_refused(&stage, ticket, camera);
    }
    /* Asked for anything, it gives of its own span only. */
    for (int64_t k = -20; k <= SAMPLES + 20; k += 3) {
        int64_t from_us = recorder_stage_before(&stage, 0) +
                          k * RECORDER_SAMPLE_US;
        recorder_stage_forget(&stage);
        CHECK_OK(recorder_stage_read(&stage, ticket, RECORDER_CAMERA, from_us,
                                     INT64_MAX));
        for (size_t i = 0; i < stage.frame_count; i++)
            CHECK(stage.frames[i].k >= FROM && stage.frames[i].k < TO);
    }
    /* It is for what was recorded, not for what comes. */
    recorder_stage_forget(&stage);
    CHECK_STATUS(STATUS_DENIED, recorder_stage_live_next(&stage, ticket));
    assert_int_equal(0, stage.frame_count);
    recorder_stage_remove(&stage);
}

/* Wherever a view ends inside a record: the last picture comes once. */
static void reading_ends_where_the_view_ends(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    begin(&stage);
    for (uint64_t to = 61; to <= 90; to++) {
        CHECK_OK(recorder_stage_view(&stage, RECORDER_CAMERA, FROM, to));
        CHECK_OK(recorder_stage_ticket(&stage, stage.view));
        CHECK_OK(recorder_stage_read_all(&stage,
                                         recorder_stage_ticket_bytes(&stage),
                                         RECORDER_CAMERA));
        check_frames(&stage, RECORDER_CAMERA, 60, to);
    }
    recorder_stage_remove(&stage);
}

static void a_ticket_ends_with_its_minute(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    uint8_t memory[TICKET_SIZE_MAX];
    recorder_stage_make(&stage);
    /* A gate whose clock is late: its MACs are right, its minute is over. */
    atomic_store(&stage.seam->boot_shift_us, -EXPIRED_S * (int64_t)SECOND_US);
    record(&stage);
    CHECK_OK(recorder_stage_view(&stage, RECORDER_CAMERA, FROM, TO));
    CHECK_OK(recorder_stage_ticket(&stage, stage.view));
    check_refused(&stage, recorder_stage_ticket_bytes(&stage),
                  RECORDER_CAMERA);
    atomic_store(&stage.seam->boot_shift_us, 0);
    CHECK_OK(recorder_stage_ticket(&stage, stage.view));
    memcpy(memory, stage.ticket, stage.ticket_size);
    struct bytes ticket = bytes_of(memory, stage.ticket_size);
    CHECK_OK(recorder_stage_read_all(&stage, ticket, RECORDER_CAMERA));
    check_frames(&stage, RECORDER_CAMERA, 60, TO);
    /* A closed view gives no further ticket, not even to its own session. */
    CHECK_OK(recorder_stage_view_close(&stage, stage.view));
    CHECK_STATUS(STATUS_DENIED, recorder_stage_ticket(&stage, stage.view));
    recorder_stage_remove(&stage);
}

static void live_pictures_need_their_entry_too(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    begin(&stage);
    CHECK_OK(recorder_stage_live(&stage, RECORDER_CAMERA));
    CHECK_OK(recorder_stage_ticket(&stage, stage.view));
    struct bytes ticket = recorder_stage_ticket_bytes(&stage);
    recorder_stage_forget(&stage);
    /* The first question makes the vault watch; it waits, and is empty. */
    CHECK_OK(recorder_stage_live_next(&stage, ticket));
    recorder_stage_put(&stage, 20);
    CHECK_OK(recorder_stage_live_next(&stage, ticket));
    CHECK(stage.frame_count > 0);
    for (size_t i = 0; i < stage.frame_count; i++) {
        assert_int_equal(RECORDER_CAMERA, stage.frames[i].camera);
        CHECK(stage.frames[i].k >= SAMPLES); /* nothing of the past */
    }
    /* And gives nothing of what was recorded. */
    check_refused(&stage, ticket, RECORDER_CAMERA);
    recorder_stage_remove(&stage);
}

/* Killed after the entry's line is written, before it is durable: there is no
 * view afterwards, whatever number is asked for. */
static void a_gate_killed_before_its_entry_is_durable(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    begin(&stage);
    atomic_store(&stage.seam->holds, true);
    recorder_stage_send_view(&stage, RECORDER_CAMERA, FROM, TO);
    wait_held(&stage);
    CHECK(!stage.has_answer);
    recorder_stage_kill(&stage, ROLE_GATE);
    atomic_store(&stage.seam->holds, false);
    recorder_stage_start(&stage, ROLE_GATE);
    for (uint64_t view = 0; view < 32; view++)
        CHECK_STATUS(STATUS_DENIED, recorder_stage_ticket(&stage, view));
    /* The session is still good: the next view is an entry of its own. */
    CHECK_OK(recorder_stage_view(&stage, RECORDER_CAMERA, FROM, TO));
    CHECK_OK(recorder_stage_ticket(&stage, stage.view));
    recorder_stage_remove(&stage);
}

/* Killed after the entry, before the ticket: the view is there again or it is
 * not; a picture comes with its entry or not at all. */
static void a_gate_killed_between_entry_and_ticket(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    struct test_random random = {20261122};
    size_t tickets = 0;
    begin(&stage);
    for (int round = 0; round < 12; round++) {
        recorder_stage_send_view(&stage, RECORDER_CAMERA, FROM, TO);
        /* Every fourth round the answer comes first: the positive control. */
        recorder_stage_idle(&stage, round % 4 == 0
                                        ? RECORDER_WAIT_MS
                                        : 1 + test_random_next(&random) % 20);
        recorder_stage_kill(&stage, ROLE_GATE);
        recorder_stage_start(&stage, ROLE_GATE);
        /* Every view that there may be; each ticket is held against the log. */
        uint64_t last = 64;
        for (uint64_t view = 0; view < last; view++) {
            if (recorder_stage_ticket(&stage, view) != STATUS_OK)
                continue;
            tickets++;
            CHECK_OK(recorder_stage_read_all(
                &stage, recorder_stage_ticket_bytes(&stage), RECORDER_CAMERA));
            check_frames(&stage, RECORDER_CAMERA, 60, TO);
            CHECK_OK(recorder_stage_view_close(&stage, view));
        }
    }
    CHECK(tickets >= 3);
    recorder_stage_remove(&stage);
}

/* Killed between ticket and picture: until the next gate comes the ticket is
 * good for its minute, and its entry is there; then its keys are others. */
static void a_gate_killed_between_ticket_and_picture(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    uint8_t memory[TICKET_SIZE_MAX];
    begin(&stage);
    struct bytes ticket =
        ticket_for(&stage, RECORDER_CAMERA, FROM, TO, memory);
    uint64_t view = stage.view;
    recorder_stage_kill(&stage, ROLE_GATE);
    CHECK_OK(recorder_stage_read_all(&stage, ticket, RECORDER_CAMERA));
    check_frames(&stage, RECORDER_CAMERA, 60, TO);
    check_refused(&stage, ticket, RECORDER_OTHER_CAMERA);
    recorder_stage_start(&stage, ROLE_GATE);
    check_refused(&stage, ticket, RECORDER_CAMERA);
    CHECK_OK(recorder_stage_ticket(&stage, view));
    CHECK_OK(recorder_stage_read_all(&stage,
                                     recorder_stage_ticket_bytes(&stage),
                                     RECORDER_CAMERA));
    check_frames(&stage, RECORDER_CAMERA, 60, TO);
    recorder_stage_remove(&stage);
}

/* Neither a new vault nor a new keeper knows the tickets of before. */
static void a_new_vault_or_keeper_takes_no_old_ticket(void **state)
{
    (void)state;
    static struct recorder_stage stage;
    uint8_t memory[TICKET_SIZE_MAX];
    static const enum role ROLES[] = {ROLE_VAULT, ROLE_KEEPER};
    begin(&stage);
    CHECK_OK(recorder_stage_view(&stage, RECORDER_CAMERA, FROM, TO));
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(recorder_stage_ticket(&stage, stage.view));
        memcpy(memory, stage.ticket, stage.ticket_size);
        recorder_stage_kill(&stage, ROLES[i]);
        recorder_stage_start(&stage, ROLES[i]);
        check_no_frames(&stage, bytes_of(memory, stage.ticket_size),
                        RECORDER_CAMERA);
        CHECK_OK(recorder_stage_ticket(&stage, stage.view));
        CHECK_OK(recorder_stage_read_all(&stage,
                                         recorder_stage_ticket_bytes(&stage),
                                         RECORDER_CAMERA));
        check_frames(&stage, RECORDER_CAMERA, 60, TO);
    }
    recorder_stage_remove(&stage);
}

/* ---- a web that asks and does not receive ---------------------------------- */

/* Sends the same packet as often as the role takes it; how often. */
static size_t ask_without_end(struct recorder_stage *stage, int socket,
                              struct bytes packet)
{
    size_t sent = 0;
    for (int round = 0; round < ASKING_ROUNDS; round++) {
        while (socket_send_packet(socket, packet, -1) == STATUS_OK)
            sent++;
        recorder_stage_idle(stage, ASKING_MS);
    }
    return sent;
}

/* Receives all there is; how often memory came along. */
static size_t receive_memory(int socket)
{
    static uint8_t packet[MESSAGE_SIZE_MAX];
    size_t count = 0;
    size_t size = 0;
    int descriptor = -1;
    while (socket_receive_packet(socket, packet, sizeof packet, &size,
                                 &descriptor) == STATUS_OK) {
        count += descriptor >= 0;
        socket_close(&descriptor);
    }
    return count;
}

/* What the vault has made and nobody has received: it stands still while its
 * packets are counted. */
static size_t count_unreceived(struct recorder_stage *stage, int socket)
{
    CHECK(kill(stage->roles[ROLE_VAULT].pid, SIGSTOP) == 0);
    recorder_stage_idle(stage, ASKING_MS);
    size_t count = receive_memory(socket);
    CHECK(kill(stage->roles[ROLE_VAULT].pid, SIGCONT) == 0);
    return count;
}

/* The packet of a question that this ticket answers with memory. */
static struct bytes question_with(struct bytes ticket, bool is_live,
                                  uint8_t out[QUESTION_MAX])
{
    struct writer w = writer_on(out, QUESTION_MAX);
    writer_u16be(&w, is_live ? MESSAGE_KIND_live_next : MESSAGE_KIND_read);
    writer_u16be(&w, 0); /* a request */
    writer_u32be(&w, 1); /* its id: always the same */
    const struct message_read read = {.ticket = ticket,
                                      .camera = RECORDER_CAMERA,
                                      .to_us = INT64_MAX};
    const struct message_live_next live = {.ticket = ticket};
    if (is_live)
        message_live_next_encode(&live, &w);
    else
        message_read_encode(&read, &w);
    return writer_written(&w);
}

static void check_asking_has_an_end(bool is_live)
{
    static struct recorder_stage stage;
    static uint8_t question[QUESTION_MAX];
    begin(&stage);
    CHECK_OK(is_live ? recorder_stage_live(&stage, RECORDER_CAMERA)
                     : recorder_stage_view(&stage, RECORDER_CAMERA, FROM, TO));
    CHECK_OK(recorder_stage_ticket(&stage, stage.view));
    struct bytes packet = question_with(recorder_stage_ticket_bytes(&stage),
                                        is_live, question);
    int socket = recorder_stage_raw(&stage, ROLE_VAULT);
    if (is_live) { /* so that every question has its answer at once */
        CHECK_OK(socket_send_packet(socket, packet, -1));
        recorder_stage_idle(&stage, ASKING_MS);
        recorder_stage_put(&stage, 20);
    }
    size_t asked = ask_without_end(&stage, socket, packet);
    CHECK(asked > 4 * (size_t)CHANNEL_LENT_COUNT_MAX);
    size_t count = count_unreceived(&stage, socket);
    CHECK(count > 0 && count <= CHANNEL_LENT_COUNT_MAX);
    /* Received, it goes on, and the vault has lost nothing. */
    count = 0;
    for (int round = 0; count == 0 && round < ASKING_ROUNDS; round++) {
        recorder_stage_idle(&stage, ASKING_MS);
        count = receive_memory(socket);
    }
    CHECK(count > 0);
    CHECK(recorder_stage_is_alive(&stage, ROLE_VAULT));
    (void)close(socket);
    recorder_stage_join_web(&stage, ROLE_VAULT);
    CHECK_OK(recorder_stage_view(&stage, RECORDER_CAMERA, FROM, TO));
    CHECK_OK(recorder_stage_ticket(&stage, stage.view));
    recorder_stage_forget(&stage);
    CHECK_OK(recorder_stage_read_all(&stage,
                                     recorder_stage_ticket_bytes(&stage),
                                     RECORDER_CAMERA));
    check_frames(&stage, RECORDER_CAMERA, 60, TO);
    recorder_stage_remove(&stage);
}

static void reads_that_are_not_received_end(void **state)
{
    (void)state;
    check_asking_has_an_end(false);
}

static void live_pictures_that_are_not_received_end(void **state)
{
    (void)state;
    check_asking_has_an_end(true);
}

TEST_MAIN("privilege/captured web", TEST(an_entry_first_then_the_pictures),
          TEST(nothing_before_the_entry_is_durable),
          TEST(a_changed_ticket_opens_nothing),
          TEST(parts_of_tickets_do_not_mix),
          TEST(a_ticket_shows_its_camera_and_span),
          TEST(reading_ends_where_the_view_ends),
          TEST(a_ticket_ends_with_its_minute),
          TEST(live_pictures_need_their_entry_too),
          TEST(a_gate_killed_before_its_entry_is_durable),
          TEST(a_gate_killed_between_entry_and_ticket),
          TEST(a_gate_killed_between_ticket_and_picture),
          TEST(a_new_vault_or_keeper_takes_no_old_ticket),
          TEST(reads_that_are_not_received_end),
          TEST(live_pictures_that_are_not_received_end))
