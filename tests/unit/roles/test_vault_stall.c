/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vault's process whose disk does not answer for a while. The program has a
 * pwritev(2) of its own: what writes records waits there as long as the test
 * wants it to, all else goes on.
 */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "media/sample.h"
#include "support/vault_stage.h"
#include "sys/socket.h"
#include "unit/test.h"

enum {
    RING_BYTES = 32 * 1024 * 1024,
    BURST = 30, /* pictures of MUCH bytes: more than VAULT_PACE_BYTES */
    MUCH = 250000,
    LITTLE = 300,
    TURN_MS = 100,
    LOOK_US = 1000,
};

static atomic_bool *is_stalled; /* shared with the vault's process */

ssize_t pwritev(int descriptor, const struct iovec *parts, int count,
                off_t offset)
{
    while (is_stalled != NULL && atomic_load(is_stalled))
        (void)usleep(LOOK_US);
    return syscall(SYS_pwritev, descriptor, parts, count, offset, 0L);
}

static void open_stage(struct stage *stage)
{
    is_stalled = mmap(NULL, sizeof *is_stalled, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(is_stalled != MAP_FAILED);
    stage_make(stage, 0);
    ring_writer_destroy(&stage->ring); /* one with room for a stall */
    socket_close(&stage->ring_descriptor);
    CHECK_OK(ring_make(RING_BYTES, &stage->ring_descriptor));
    CHECK_OK(ring_writer_create(stage->ring_descriptor, &stage->ring));
    stage_start(stage);
    stage_put_config(stage, 1);
    stage_put_config(stage, 2);
}

static void close_stage(struct stage *stage)
{
    stage_stop(stage);
    stage_kill(stage);
    stage_remove(stage);
    (void)munmap(is_stalled, sizeof *is_stalled);
    is_stalled = NULL;
}

/* Of now. */
static void put(struct stage *stage, uint32_t camera, size_t size)
{
    static uint64_t number;
    uint8_t *at = NULL;
    CHECK_OK(ring_reserve(stage->ring, 1, 28 + size, &at));
    struct writer w = writer_on(at, 28 + size);
    writer_u32be(&w, camera);
    writer_u32be(&w, SAMPLE_IDR);
    writer_u64be(&w, ++number);
    writer_i64be(&w, clock_boot(&CLOCK_SYSTEM).us);
    writer_u32be(&w, STAGE_SAMPLE_US);
    writer_u32be(&w, (uint32_t)size - 4);
    writer_zeros(&w, size - 4);
    CHECK(writer_full(&w));
    ring_commit(stage->ring);
}

/* Both cameras send for so long. */
static void film(struct stage *stage, unsigned turns)
{
    for (unsigned i = 0; i < turns; i++) {
        put(stage, 1, LITTLE);
        put(stage, 2, LITTLE);
        stage_ring_bell(stage);
        stage_run(stage, TURN_MS);
    }
}

static size_t silences(struct stage *stage)
{
    size_t count = 0;
    stage_drain_events(stage);
    for (size_t i = 0; i < stage->event_count; i++)
        if (stage->events[i].kind == EVENT_GAP_OPEN &&
            stage->events[i].cause == CAUSE_NO_DATA)
            count++;
    return count;
}

static void a_disk_that_stalls_is_no_silent_camera(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    film(&stage, 10);
    atomic_store(is_stalled, true);
    for (unsigned i = 0; i < BURST; i++) {
        put(&stage, 1, MUCH);
        if (i % 3 == 0)
            film(&stage, 1); /* records are cut, and wait for the disk */
    }
    film(&stage, 35);
    CHECK(silences(&stage) == 0);
    atomic_store(is_stalled, false);
    film(&stage, 10);
    CHECK(silences(&stage) == 0);
    CHECK(stage_find_event(&stage, EVENT_RECORDS_LOST, 1) == NULL);
    stage_run(&stage, 3000); /* now nobody sends */
    CHECK(silences(&stage) == 2);
    close_stage(&stage);
}

TEST_MAIN("roles/vault_stall", TEST(a_disk_that_stalls_is_no_silent_camera))
