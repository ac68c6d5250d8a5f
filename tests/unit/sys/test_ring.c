/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/ring.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/socket.h"
#include "unit/test.h"

enum {
    DATA_BYTES = RING_DATA_MIN,
    DATA_AT = 16384,
    ENTRIES = 20000,
    PAYLOAD_MAX = DATA_BYTES / 4 - 8,
};

/* What the n-th entry holds: both sides know it without talking. */
static size_t payload_of(uint32_t number, uint8_t *out)
{
    struct test_random random = {number * UINT64_C(2654435761) + 1};
    size_t size = test_random_next(&random) % 700;
    if (number % 97 == 0)
        size = PAYLOAD_MAX;
    if (out != NULL)
        test_random_fill(&random, out, size);
    return size;
}

static enum status put(struct ring_writer *writer, uint32_t number)
{
    uint8_t *room = NULL;
    enum status s =
        ring_reserve(writer, number, payload_of(number, NULL), &room);
    if (s != STATUS_OK)
        return s;
    (void)payload_of(number, room);
    ring_commit(writer);
    return STATUS_OK;
}

static void check_entry(uint32_t number, uint32_t kind, struct bytes payload)
{
    static uint8_t expected[PAYLOAD_MAX];
    size_t size = payload_of(number, expected);
    assert_int_equal(number, kind);
    assert_int_equal(size, payload.size);
    assert_memory_equal(expected, payload.data, size);
}

static void *write_all(void *context)
{
    for (uint32_t number = 0; number < ENTRIES;) {
        if (put(context, number) == STATUS_OK)
            number++;
        else
            (void)usleep(50);
    }
    return NULL;
}

static void entries_come_in_order_between_threads(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(ring_reader_create(ring, &reader));
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, write_all, writer) == 0);
    for (uint32_t number = 0; number < ENTRIES;) {
        uint32_t kind = 0;
        struct bytes payload;
        uint64_t index = 0;
        enum status s = ring_next(reader, &kind, &payload, &index);
        if (s == STATUS_AGAIN) {
            (void)usleep(20);
            continue;
        }
        CHECK_OK(s);
        check_entry(number++, kind, payload);
        if (number % 5 == 0)
            ring_release(reader, ring_position(reader));
    }
    CHECK(pthread_join(thread, NULL) == 0);
}

static void a_new_reader_begins_with_what_was_not_released(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    for (uint32_t number = 1; number < 6; number++)
        CHECK_OK(put(writer, number));
    CHECK_OK(ring_reader_create(ring, &reader));
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    for (uint32_t number = 1; number < 4; number++) {
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(number, kind, payload);
    }
    ring_release(reader, index); /* entry 3 and what follows stay */
    ring_reader_destroy(&reader);
    CHECK_OK(ring_reader_create(ring, &reader));
    for (uint32_t number = 3; number < 6; number++) {
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(number, kind, payload);
    }
    CHECK_STATUS(STATUS_AGAIN, ring_next(reader, &kind, &payload, &index));
    CHECK(ring_held(reader) > 0); /* read, but not released */
    CHECK(!ring_has_more(reader));
    ring_release(reader, ring_position(reader));
    CHECK(ring_held(reader) == 0);
}

static void a_new_writer_goes_on_behind_what_was_committed(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(put(writer, 1));
    uint8_t *room = NULL;
    CHECK_OK(ring_reserve(writer, 2, 100, &room)); /* dies before commit */
    ring_writer_destroy(&writer);
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(put(writer, 3));
    CHECK_OK(ring_reader_create(ring, &reader));
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    CHECK_OK(ring_next(reader, &kind, &payload, &index));
    check_entry(1, kind, payload);
    CHECK_OK(ring_next(reader, &kind, &payload, &index));
    check_entry(3, kind, payload);
    CHECK_STATUS(STATUS_AGAIN, ring_next(reader, &kind, &payload, &index));
}

static void sizes_have_bounds(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    CHECK_STATUS(STATUS_LIMIT, ring_make(RING_DATA_MIN / 2, &ring));
    CHECK_STATUS(STATUS_LIMIT, ring_make(RING_DATA_MIN + 8, &ring));
    CHECK_STATUS(STATUS_LIMIT, ring_make((size_t)RING_DATA_MAX * 2, &ring));
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK(ftruncate(ring, 0) != 0);
    CHECK(ftruncate(ring, 1 << 20) != 0);
    CHECK_OK(ring_writer_create(ring, &writer));
    uint8_t *room = NULL;
    CHECK_STATUS(STATUS_LIMIT,
                 ring_reserve(writer, 1, PAYLOAD_MAX + 1, &room));
    CHECK_STATUS(STATUS_LIMIT, ring_reserve(writer, 1, SIZE_MAX, &room));
    for (int i = 0; i < 4; i++) {
        CHECK_OK(ring_reserve(writer, 1, PAYLOAD_MAX, &room));
        ring_commit(writer);
    }
    CHECK_STATUS(STATUS_NO_SPACE, ring_reserve(writer, 1, 0, &room));
}

static void only_a_sealed_ring_is_mapped(void **state)
{
    (void)state;
    struct ring_reader *reader = NULL;
    AUTO(socket_close) int loose = memfd_create("loose", MFD_CLOEXEC);
    CHECK(ftruncate(loose, DATA_AT + DATA_BYTES) == 0);
    CHECK_STATUS(STATUS_CORRUPT, ring_reader_create(loose, &reader));
    CHECK_STATUS(STATUS_CORRUPT, ring_reader_create(0x7fff, &reader));
    CHECK(reader == NULL);
}

static void watched_bits_cross_over(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(ring_reader_create(ring, &reader));
    const uint32_t cameras[] = {0, 7, 8, RING_CAMERAS - 1};
    for (size_t i = 0; i < 4; i++) {
        CHECK(!ring_is_watched(writer, cameras[i]));
        ring_set_watched(reader, cameras[i], true);
        CHECK(ring_is_watched(writer, cameras[i]));
        ring_set_watched(reader, cameras[i], false);
        CHECK(!ring_is_watched(writer, cameras[i]));
    }
    ring_set_watched(reader, RING_CAMERAS, true);
    CHECK(!ring_is_watched(writer, RING_CAMERAS));
}

static void overwrite_something(uint8_t *memory, struct test_random *random)
{
    uint64_t value = test_random_next(random);
    size_t at = (size_t)(test_random_next(random) % (DATA_BYTES / 8)) * 8;
    switch (test_random_next(random) % 5) {
    case 0: /* the write index, wildly */
        memcpy(memory + 16, &value, sizeof value);
        break;
    case 1: /* the write index, a little */
        memory[16 + value % 8] ^= (uint8_t)(1u << value % 7);
        break;
    case 2: /* places of two chunks */
        memcpy(memory + 24 + value % 32 * 8, &value, sizeof value);
        break;
    case 3: /* any eight bytes */
        memcpy(memory + DATA_AT + at, &value, sizeof value);
        break;
    default: /* a plausible size and a filler */
        value = (value & 0xffff) | UINT64_C(0xffffffff) << 32;
        memcpy(memory + DATA_AT + at, &value, sizeof value);
        break;
    }
}

/* Whatever a hostile writer does to its memory, the reader stays inside it,
 * keeps to the limits, and reads on once the writer behaves. */
static void a_hostile_writer_cannot_hurt_the_reader(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(ring_reader_create(ring, &reader));
    uint8_t *memory = mmap(NULL, DATA_AT + DATA_BYTES,
                           PROT_READ | PROT_WRITE, MAP_SHARED, ring, 0);
    CHECK(memory != MAP_FAILED);
    struct test_random random = {20261122};
    size_t corrupt = 0;
    for (int round = 0; round < 50000; round++) {
        uint32_t kind = 0;
        struct bytes payload;
        uint64_t index = 0;
        for (uint64_t i = test_random_next(&random) % 3; i > 0; i--)
            if (put(writer, (uint32_t)round) != STATUS_OK)
                ring_release(reader, ring_position(reader));
        overwrite_something(memory, &random);
        enum status s = ring_next(reader, &kind, &payload, &index);
        if (s == STATUS_OK)
            CHECK(payload.size <= PAYLOAD_MAX);
        else
            CHECK(s == STATUS_AGAIN || s == STATUS_CORRUPT);
        corrupt += s == STATUS_CORRUPT;
        if (test_random_next(&random) % 2 == 0)
            ring_release(reader, ring_position(reader));
    }
    CHECK(corrupt > 1000);
    enum status s = STATUS_OK;
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    for (int tries = 0; tries < 3 || kind != 7; tries++) {
        CHECK(tries < 100);
        (void)put(writer, 7);
        do {
            s = ring_next(reader, &kind, &payload, &index);
            ring_release(reader, ring_position(reader));
        } while (s == STATUS_OK);
    }
    (void)munmap(memory, DATA_AT + DATA_BYTES);
}

static uint64_t memory_of(int ring)
{
    struct stat stat;
    CHECK(fstat(ring, &stat) == 0);
    return (uint64_t)stat.st_blocks * 512;
}

/* A reader that lags by a little keeps the ring small; one that does not read
 * gets all of it. */
static void memory_is_used_again(void **state)
{
    (void)state;
    enum { BYTES = 1 << 22, SMALL = BYTES / 8 };
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(ring_reader_create(ring, &reader));
    uint64_t before[64] = {0};
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    for (uint32_t number = 0; number < 60000; number++) {
        CHECK_OK(put(writer, number));
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(number, kind, payload);
        ring_release(reader, before[number % 64]); /* 64 entries late */
        before[number % 64] = index;
    }
    CHECK(memory_of(ring) <= SMALL);
    uint32_t number = 60000;
    enum status s = STATUS_OK;
    for (; s == STATUS_OK; number++)
        s = put(writer, number);
    CHECK_STATUS(STATUS_NO_SPACE, s);
    CHECK(memory_of(ring) >= BYTES * 3 / 4);
    for (uint32_t next = 60000; next + 1 < number; next++) {
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(next, kind, payload);
    }
    CHECK_STATUS(STATUS_AGAIN, ring_next(reader, &kind, &payload, &index));
}

/* What a stall has filled goes back at the second trim behind it, and what is
 * unread stays what it is. */
static void memory_of_a_stall_is_given_back(void **state)
{
    (void)state;
    enum { BYTES = 1 << 22, SMALL = BYTES / 8 };
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(ring_reader_create(ring, &reader));
    uint32_t count = 0;
    while (put(writer, count) == STATUS_OK)
        count++;
    uint64_t full = memory_of(ring);
    ring_trim(writer);
    ring_trim(writer);
    CHECK(memory_of(ring) == full);
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    for (uint32_t number = 0; number < count; number++) {
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(number, kind, payload);
        if (number + 9 == count) /* nine stay unread */
            ring_release(reader, index);
    }
    ring_trim(writer); /* in use until just now */
    ring_trim(writer);
    CHECK(memory_of(ring) <= SMALL);
    ring_reader_destroy(&reader);
    CHECK_OK(ring_reader_create(ring, &reader));
    CHECK_OK(put(writer, count));
    for (uint32_t number = count - 9; number <= count; number++) {
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(number, kind, payload);
    }
}

/* Where chunks are smaller than a page, a trim must not take a neighbour. */
static void a_small_ring_keeps_what_is_unread(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    CHECK_OK(ring_writer_create(ring, &writer));
    CHECK_OK(ring_reader_create(ring, &reader));
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    for (uint32_t number = 0; number < 2000; number++) {
        CHECK_OK(put(writer, number));
        ring_trim(writer);
        CHECK_OK(ring_next(reader, &kind, &payload, &index));
        check_entry(number, kind, payload);
        ring_release(reader, index);
    }
}

static enum status whole_life(void *context)
{
    const int *ring = context;
    AUTO(ring_writer_destroy) struct ring_writer *writer = NULL;
    AUTO(ring_reader_destroy) struct ring_reader *reader = NULL;
    enum status s = ring_writer_create(*ring, &writer);
    if (s == STATUS_OK)
        s = ring_reader_create(*ring, &reader);
    if (s == STATUS_OK)
        s = put(writer, 97);
    uint32_t kind = 0;
    struct bytes payload;
    uint64_t index = 0;
    if (s == STATUS_OK)
        s = ring_next(reader, &kind, &payload, &index);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(socket_close) int ring = -1;
    CHECK_OK(ring_make(DATA_BYTES, &ring));
    test_every_allocation_fails(whole_life, &ring);
}

TEST_MAIN("sys/ring", TEST(entries_come_in_order_between_threads),
          TEST(a_new_reader_begins_with_what_was_not_released),
          TEST(a_new_writer_goes_on_behind_what_was_committed),
          TEST(sizes_have_bounds), TEST(only_a_sealed_ring_is_mapped),
          TEST(watched_bits_cross_over),
          TEST(a_hostile_writer_cannot_hurt_the_reader),
          TEST(memory_is_used_again),
          TEST(memory_of_a_stall_is_given_back),
          TEST(a_small_ring_keeps_what_is_unread), TEST(every_allocation_may_fail))
