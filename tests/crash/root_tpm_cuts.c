/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The link to the TPM broken at every command of a set-up, a rotation and a
 * move up from files; before the command is carried out, and after, with the
 * response lost; then a kill and a start. Nothing that lives is lost, and a
 * table of before does not open.
 */
#include <stdlib.h>

#include "unit/keys/root_tpm_support.h"

/* One life: a step with the link broken at this command; then a start. Whether
 * the link broke at all. */
static bool break_at(struct bench *bench, unsigned command, bool after,
                     int64_t now_s, uint8_t *stolen)
{
    bool committed = false;
    uint64_t epoch = rotation_epoch(bench->rotation);
    steal_table(bench, epoch, stolen);
    AUTO(key_state_deinit) struct key_state before = {0};
    AUTO(key_state_deinit) struct key_state after_step = {0};
    CHECK_OK(key_state_copy(&bench->state, &before));
    bench->emulator.commands = 0;
    bench->emulator.breaks_at = command;
    bench->emulator.breaks_after = after;
    enum status s = step(bench, now_s, &committed);
    bool broke = bench->emulator.commands >= command;
    bench->emulator.breaks_at = 0;
    /* A mark that was not signed is no erasure that failed. */
    CHECK(s == STATUS_OK || broke);
    CHECK(committed);
    CHECK(rotation_erasure_is_due(bench->rotation) == (s != STATUS_OK));
    CHECK_OK(key_state_copy(&bench->state, &after_step));
    /* Killed here, and started again. */
    reopen(bench);
    CHECK(rotation_epoch(bench->rotation) == epoch + 1);
    CHECK(key_state_equal(&bench->state, &after_step));
    CHECK(!rotation_erasure_is_due(bench->rotation));
    CHECK(!opens(bench, stolen));
    return broke;
}

static void test_a_link_that_breaks_at_every_command(void **state)
{
    (void)state;
    struct bench bench;
    uint8_t *stolen = malloc(TABLE_IMAGE);
    unsigned broken = 0;
    bench_begin(&bench);
    CHECK_OK(open_roots(&bench));
    CHECK_OK(open_rotation(&bench));
    step_well(&bench, NOW_S);
    int64_t now_s = NOW_S;
    for (unsigned command = 1;; command++) {
        bool broke = break_at(&bench, command, false, now_s += 5, stolen);
        broke = break_at(&bench, command, true, now_s += 5, stolen) && broke;
        if (!broke)
            break;
        broken++;
    }
    CHECK(broken > 10); /* commands in a rotation */
    free(stolen);
    bench_end(&bench);
}

/* The same in the middle of set-up: it is finished the next time. */
static void test_a_set_up_that_is_cut_off(void **state)
{
    (void)state;
    bool broke = true;
    for (unsigned command = 1; broke; command += 3) {
        struct bench bench;
        bench_begin(&bench);
        bench.emulator.breaks_at = command;
        bench.emulator.breaks_after = command % 2 == 0;
        enum status s = open_roots(&bench);
        broke = s != STATUS_OK;
        CHECK(s == STATUS_OK || s == STATUS_IO);
        bench.emulator.breaks_at = 0;
        if (broke)
            CHECK_OK(open_roots(&bench));
        CHECK_OK(open_rotation(&bench));
        step_well(&bench, NOW_S);
        bench_end(&bench);
    }
}

/* Killed at every command on the way: one of the two opens the table. */
static void test_a_move_that_is_cut_off(void **state)
{
    (void)state;
    for (unsigned command = 1; command < 60; command += 7) {
        struct bench bench;
        bool committed = false;
        bench_begin(&bench);
        CHECK_OK(open_rotation(&bench));
        step_well(&bench, NOW_S);
        close_all(&bench);
        CHECK_OK(open_roots(&bench));
        bench.emulator.commands = 0;
        bench.emulator.breaks_at = command;
        CHECK(open_rotation(&bench) == STATUS_OK);
        (void)!step(&bench, NOW_S + 5, &committed);
        AUTO(key_state_deinit) struct key_state kept = {0};
        CHECK_OK(key_state_copy(&bench.state, &kept));
        uint64_t epoch = rotation_epoch(bench.rotation);
        bench.emulator.breaks_at = 0;
        reopen(&bench);
        CHECK(rotation_epoch(bench.rotation) == epoch);
        CHECK(key_state_equal(&bench.state, &kept));
        step_well(&bench, NOW_S + 10);
        reopen(&bench);
        CHECK(rotation_epoch(bench.rotation) == epoch + 1);
        bench_end(&bench);
    }
}

TEST_MAIN("keys/root_tpm, cut off",
          TEST(test_a_link_that_breaks_at_every_command),
          TEST(test_a_set_up_that_is_cut_off), TEST(test_a_move_that_is_cut_off))
