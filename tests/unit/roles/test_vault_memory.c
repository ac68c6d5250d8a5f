/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/sample.h"
#include "support/vault_stage.h"
#include "unit/test.h"

#ifdef __SANITIZE_ADDRESS__
/* What was freed is given back, not kept to find late uses of it: here memory
 * is measured. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=1:thread_local_quarantine_size_kb=64";
}
#endif

/* Samples so near each other that many fit into the recent past. */
enum { QUICK_US = 5000, QUICK_BYTES = 8000, WAIT_MS = 20 };

/* How often there was no room yet. */
static unsigned put_quick(struct stage *stage, uint32_t camera, uint64_t k,
                      unsigned flags, size_t size)
{
    uint8_t *at = NULL;
    unsigned waits = 0;
    while (ring_reserve(stage->ring, 1, 28 + size, &at) != STATUS_OK) {
        stage_ring_bell(stage);
        stage_run(stage, WAIT_MS);
        waits++;
    }
    struct writer w = writer_on(at, 28 + size);
    writer_u32be(&w, camera);
    writer_u32be(&w, flags);
    writer_u64be(&w, k);
    writer_i64be(&w, stage->first_boot_us + (int64_t)k * QUICK_US);
    writer_u32be(&w, QUICK_US);
    writer_u32be(&w, (uint32_t)size - 4);
    writer_zeros(&w, size - 4);
    CHECK(writer_full(&w));
    ring_commit(stage->ring);
    return waits;
}

/* The most memory that the process has had, in kB. */
static unsigned long peak_kb(pid_t process)
{
    char path[64];
    char line[256];
    unsigned long peak = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "re");
    CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtoul(line + 6, NULL, 10);
    }
    (void)fclose(file);
    return peak;
}

static void put_without_end(struct stage *stage, uint64_t from, uint64_t to)
{
    for (uint64_t k = from; k < to; k++)
        (void)put_quick(stage, 1, k, k == 0 ? SAMPLE_IDR : 0, QUICK_BYTES);
    stage_ring_bell(stage);
}

/*
 * A camera that sends one key picture and then none: its group is cut again and
 * again, a viewer's pictures with it. What is under way to the disk takes some
 * memory at first; from then on none is added, however long it goes on, and
 * its neighbour is recorded as ever.
 */
static void a_group_without_end_costs_no_memory(void **state)
{
    (void)state;
    enum {
        FIRST = 30000,
        ALL = 60000,
        GROWTH_KB = 20000,
        WITHOUT_END_KB = 160000
    };
    struct stage stage;
    stage_make(&stage, 60);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_config(&stage, 2);
    const struct stage_claim claim = {.kind = TICKET_LIVE,
                                      .camera = 1,
                                      .span = stage_all(),
                                      .life_us = 60 * (int64_t)SECOND_US};
    CHECK_OK(stage_live(&stage, &claim)); /* somebody watches */
    stage_put_samples(&stage, 2, 0, 20);
    put_without_end(&stage, 0, FIRST);
    unsigned long before = peak_kb(stage.vault);
    put_without_end(&stage, FIRST, ALL);
    stage_put_samples(&stage, 2, 21, 200);
    stage_ring_bell(&stage);
    stage_wait_recorded(&stage, 2, 190);
    unsigned long grown = peak_kb(stage.vault) - before;
    print_message("# %lu kB at first, %lu kB more for %d kB\n", before, grown,
                  (ALL - FIRST) * QUICK_BYTES / 1000);
    CHECK(before < WITHOUT_END_KB);
    CHECK(grown < GROWTH_KB);
    CHECK_OK(stage_read_all(&stage, 2));
    for (size_t i = 0; i < stage.sample_count; i++)
        assert_int_equal(stage.samples[i].k, i);
    CHECK(stage.sample_count > 180);
    stage_stop(&stage);
    stage_kill(&stage);
    stage_remove(&stage);
}

/*
 * A second in which one camera sends twelve rings full and its neighbour a few
 * bytes. Nothing else asks for a cut of the neighbour's record: if that held the
 * ring until it is old enough, there would be no room for a second and a half,
 * twelve times.
 */
static void who_sends_little_holds_no_room(void **state)
{
    (void)state;
    enum { COUNT = 200, MUCH = 250000, LITTLE = 300, WAITS_MAX = 450 };
    struct stage stage;
    stage_make(&stage, 0);
    stage_start(&stage);
    stage_put_config(&stage, 1);
    stage_put_config(&stage, 2);
    unsigned waits = 0;
    for (uint64_t k = 0; k < COUNT; k++) {
        int64_t zero_us =
            clock_boot(&CLOCK_SYSTEM).us - (int64_t)(k * QUICK_US);
        if (zero_us > stage.first_boot_us)
            stage.first_boot_us = zero_us; /* no sample is old */
        waits += put_quick(&stage, 1, k, k == 0 ? SAMPLE_IDR : 0, MUCH);
        waits += put_quick(&stage, 2, k, k == 0 ? SAMPLE_IDR : 0, LITTLE);
    }
    print_message("# %u waits of %d ms\n", waits, WAIT_MS);
    CHECK(waits < WAITS_MAX);
    stage_stop(&stage); /* the records in the making, too */
    stage_kill(&stage);
    stage_start(&stage);
    CHECK_OK(stage_read_all(&stage, 2));
    assert_int_equal(COUNT, stage.sample_count);
    stage_stop(&stage);
    stage_kill(&stage);
    stage_remove(&stage);
}

TEST_MAIN("roles/vault_memory", TEST(a_group_without_end_costs_no_memory),
          TEST(who_sends_little_holds_no_room))
