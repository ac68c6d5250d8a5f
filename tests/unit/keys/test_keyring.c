/* SPDX-License-Identifier: Apache-2.0 */
#include "base/writer.h"
#include "crypto/hash.h"
#include "keys/limits.h"
#include "unit/keys/keyring_support.h"

static uint8_t rows[KEY_DEATHS_MESSAGE * DEATH_SIZE];

static size_t deaths_after(struct bench *bench, uint64_t *cursor)
{
    struct writer out = writer_on(rows, sizeof rows);
    size_t count = keyring_deaths_after(bench->keyring, cursor, &out);
    CHECK(!out.failed && out.used == count * DEATH_SIZE);
    return count;
}

static struct death row(size_t index)
{
    struct death death;
    struct reader in =
        reader_on(bytes_of(rows + index * DEATH_SIZE, DEATH_SIZE));
    CHECK_OK(death_decode(&in, &death));
    return death;
}

static void without_a_policy_there_is_no_key(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    struct keyring_unit unit;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_seal(bench.keyring, SHORT_CAMERA, at_s(NOW_S), &unit));
    bench_set_policies(&bench);
    CHECK_OK(keyring_seal(bench.keyring, SHORT_CAMERA, at_s(NOW_S), &unit));
    CHECK(unit.unit_s == 5 &&
          unit.span.to.us - unit.span.from.us == 5 * (int64_t)SECOND_US);
    CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &unit));
    CHECK(unit.unit_s == 60 && span_holds(unit.span, at_s(NOW_S)));
    CHECK_STATUS(
        STATUS_NOT_FOUND,
        keyring_seal(bench.keyring, SUBJECT_TEXT_MONTH, at_s(NOW_S), &unit));
}

/* A captured vault reads neither the past nor the far future. */
static void sealing_keys_are_for_the_present_only(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit unit;
    bench_jump_s(&bench, 1000);
    const int64_t now_s = NOW_S + 1000;
    CHECK_OK(
        keyring_seal(bench.keyring, LONG_CAMERA, at_s(now_s - 180), &unit));
    CHECK_STATUS(STATUS_DENIED, keyring_seal(bench.keyring, LONG_CAMERA,
                                             at_s(now_s - 181), &unit));
    CHECK_OK(
        keyring_seal(bench.keyring, LONG_CAMERA, at_s(now_s + 240), &unit));
    CHECK_STATUS(STATUS_DENIED, keyring_seal(bench.keyring, LONG_CAMERA,
                                             at_s(now_s + 241), &unit));
}

/* The vault's key for sealing is the one for reading, after any restart. */
static void a_unit_has_one_key(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit sealed;
    struct keyring_unit opened;
    struct keyring_unit next;
    CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &sealed));
    CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S + 60), &next));
    assert_memory_not_equal(sealed.keys.key, next.keys.key, UNIT_KEY_SIZE);
    bench_restart(&bench);
    bench_jump_s(&bench, 8000);
    bench_restart(&bench);
    CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S + 59), &opened));
    assert_memory_equal(&sealed.keys, &opened.keys, sizeof sealed.keys);
    CHECK(opened.span.from.us == sealed.span.from.us && opened.unit_s == 60);
    const struct span elsewhere = {at_s(NOW_S + 60), at_s(NOW_S + 120)};
    CHECK_STATUS(STATUS_DENIED,
                 keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 60,
                                elsewhere, &opened));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 5,
                                all_time(), &opened));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 61,
                                all_time(), &opened));
}

static void a_seed_dies_at_its_time_and_is_listed(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit unit;
    bench_run_s(&bench, 4 + KEPT_S);
    CHECK_OK(bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    bench_run_s(&bench, 1);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    CHECK_OK(bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S + 5), &unit));
    uint64_t cursor = 0;
    size_t count = deaths_after(&bench, &cursor);
    CHECK(count > 0 && cursor == count);
    struct death last = row(count - 1);
    CHECK(last.subject == SHORT_CAMERA && last.cause == CAUSE_EXPIRED);
    CHECK(last.slot.from.us == at_s(NOW_S).us);
    CHECK(last.slot.to.us == at_s(NOW_S + 5).us);
    CHECK(last.died_at.us == at_s(NOW_S + 5 + KEPT_S).us);
    CHECK(last.epoch == keyring_epoch(bench.keyring));
    CHECK(deaths_after(&bench, &cursor) == 0);
}

/* No gate, no vault, no policy told again. */
static void expiry_needs_nobody(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_restart(&bench);
    struct keyring_unit unit;
    CHECK_OK(bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    bench_run_s(&bench, 65);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    /* Switched off beyond the period: gone before the start has ended. */
    uint64_t epoch = keyring_epoch(bench.keyring);
    fake_clock_advance(&bench.clock, 3600 * (int64_t)SECOND_US);
    bench_restart(&bench);
    CHECK(keyring_epoch(bench.keyring) > epoch);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S + 60), &unit));
    CHECK_OK(keyring_seal(bench.keyring, SHORT_CAMERA,
                          keyring_now(bench.keyring), &unit));
}

/* c1 = SHA-256(seed 1), ck = SHA-256(c(k-1) || seed k), halves each. */
static void the_commitment_is_that_of_the_seeds(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state sample = {0};
    sample_state(&sample);
    const struct key_chunk *chunk = &sample.table.chunks[0];
    struct key_slot first = {0};
    uint8_t digest[SHA256_SIZE];
    uint32_t seeds = 0;
    for (unsigned i = 0; i < KEY_CHUNK_SLOTS; i++) {
        const struct bytes parts[] = {
            bytes_of(digest, seeds == 0 ? 0 : 16),
            bytes_of(chunk->of.seeds[i].bytes, SEED_SIZE)};
        if (!key_chunk_has(chunk, i))
            continue;
        if (seeds == 0)
            first = key_chunk_slot(chunk, i);
        CHECK_OK(sha256(parts, 2, digest));
        seeds++;
    }
    struct key_slot last = first;
    last.number += seeds - 1;
    const struct key_order order = {
        .entry = 5,
        .subject = chunk->subject,
        .span = {key_slot_span(&first).from, key_slot_span(&last).to}};
    const struct key_moment moment = {9, at_s(NOW_S), at_s(NOW_S)};
    bool is_more = false;
    size_t before = sample.death_count;
    CHECK_OK(key_state_destroy(&sample, &order, 1, &moment, &is_more));
    CHECK(sample.death_count == before + 1);
    const struct death *row = &sample.deaths[before];
    assert_memory_equal(row->commitment, digest, sizeof row->commitment);
    CHECK(row->seeds == seeds && row->order_entry == 5 && row->epoch == 9);
    CHECK(row->slot.from.us == order.span.from.us &&
          row->slot.to.us == order.span.to.us);
}

static void told_deaths_are_told_once_untold_ones_for_ever(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_run_s(&bench, 300);
    uint64_t cursor = 0;
    size_t first = deaths_after(&bench, &cursor);
    CHECK(first > 20);
    bench_restart(&bench);
    uint64_t again = 0; /* the gate had not written them yet */
    CHECK(deaths_after(&bench, &again) >= first);
    bench_run_s(&bench, 60);
    uint64_t more = cursor;
    size_t second = deaths_after(&bench, &more);
    CHECK(second >= 10 && more == cursor + second);
    CHECK(row(0).slot.from.us > 0);
    /* A gate that knows more than there ever was: begin at the oldest. */
    uint64_t beyond = more + 1000;
    CHECK(deaths_after(&bench, &beyond) == more);
    CHECK(beyond == more);
}

static void the_list_does_not_grow_for_ever(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state list = {0};
    for (uint64_t i = 1; i <= 3000; i++) {
        const struct death death = {.epoch = i};
        CHECK_OK(key_state_add_death(&list, &death));
    }
    key_state_forget_deaths(&list, 0, at_s(NOW_S));
    CHECK(list.death_count == 3000);
    key_state_forget_deaths(&list, 500, at_s(NOW_S));
    CHECK(list.death_count == 2500 && list.deaths[0].epoch == 501);
    key_state_forget_deaths(&list, 3000, at_s(NOW_S));
    CHECK(list.death_count == KEY_DEATHS_TOLD_KEPT);
    CHECK(key_state_deaths_before(&list) == 3000 - KEY_DEATHS_TOLD_KEPT);
    for (uint64_t i = 1; i <= KEY_DEATHS_MAX; i++) {
        const struct death death = {.epoch = 3000 + i};
        CHECK_OK(key_state_add_death(&list, &death));
    }
    key_state_forget_deaths(&list, 3000, at_s(NOW_S));
    CHECK(list.death_count <= KEY_DEATHS_MAX);
    CHECK(list.deaths[list.death_count - 1].epoch == 3000 + KEY_DEATHS_MAX);
}

static void the_vault_hears_whole_epochs(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_run_s(&bench, 200);
    struct writer out = writer_on(rows, sizeof rows);
    uint64_t epoch = 0;
    size_t all = keyring_deaths_since(bench.keyring, &epoch, &out);
    CHECK(all > 10 && epoch == keyring_epoch(bench.keyring));
    CHECK(row(all - 1).epoch == epoch);
    out = writer_on(rows, sizeof rows);
    CHECK(keyring_deaths_since(bench.keyring, &epoch, &out) == 0);
    CHECK(epoch == keyring_epoch(bench.keyring));
    uint64_t before = epoch;
    bench_run_s(&bench, 5);
    out = writer_on(rows, sizeof rows);
    CHECK(keyring_deaths_since(bench.keyring, &epoch, &out) == 1);
    CHECK(epoch == before + 1 && row(0).epoch == epoch);
}

/* For a disk that was away: what died is in none of it, the present is, and
 * where the answer is too small it says too much, never too little. */
static void what_lives_is_all_but_what_died(void **state)
{
    (void)state;
    enum { SPANS = 64 };
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_run_s(&bench, 200);
    struct span alive[SPANS];
    size_t count = 0;
    CHECK_OK(keyring_alive(bench.keyring, SHORT_CAMERA, alive, SPANS, &count));
    CHECK(count == 1 && span_holds(alive[0], keyring_now(bench.keyring)));
    struct writer out = writer_on(rows, sizeof rows);
    uint64_t epoch = 0;
    size_t deaths = keyring_deaths_since(bench.keyring, &epoch, &out);
    for (size_t i = 0; i < deaths; i++)
        CHECK(row(i).subject != SHORT_CAMERA ||
              !span_overlaps(row(i).slot, alive[0]));
    CHECK_OK(keyring_alive(bench.keyring, 99, alive, SPANS, &count));
    CHECK(count == 0); /* never was */

    const struct key_order order = {
        .entry = 5,
        .subject = LONG_CAMERA,
        .span = {at_s(NOW_S + 60), at_s(NOW_S + 120)},
    };
    CHECK_OK(keyring_order(bench.keyring, &order));
    CHECK_OK(keyring_rotate(bench.keyring));
    CHECK_OK(keyring_alive(bench.keyring, LONG_CAMERA, alive, SPANS, &count));
    CHECK(count >= 2); /* before and behind the minute */
    for (size_t i = 0; i < count; i++)
        CHECK(!span_overlaps(alive[i], order.span));
    size_t all = count;
    CHECK_OK(keyring_alive(bench.keyring, LONG_CAMERA, alive, 1, &count));
    CHECK(all > 1 && count == 1 && span_overlaps(alive[0], order.span));
}

/* More rows at once than one message carries: one for each camera's run. */
static void a_great_dying_takes_several_epochs(void **state)
{
    (void)state;
    enum { CAMERAS = KEY_DEATHS_MESSAGE + 100 };
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    static struct policy policies[CAMERAS];
    for (uint32_t i = 0; i < CAMERAS; i++)
        policies[i] = policy_of(i + 1, RETENTION_SECONDS, 3);
    CHECK_OK(keyring_set_policies(bench.keyring, policies, CAMERAS));
    uint64_t epoch = keyring_epoch(bench.keyring);
    uint64_t start_epoch = epoch;
    /* 120 slots ahead of each, and an hour without rotation. */
    fake_clock_advance(&bench.clock, 3600 * (int64_t)SECOND_US);
    CHECK_OK(keyring_rotate(bench.keyring));
    CHECK(keyring_epoch(bench.keyring) == start_epoch + 2);
    size_t told = 0;
    size_t seeds = 0;
    while (epoch != keyring_epoch(bench.keyring)) {
        struct writer out = writer_on(rows, sizeof rows);
        uint64_t known = epoch;
        size_t count = keyring_deaths_since(bench.keyring, &epoch, &out);
        CHECK(!out.failed && epoch > known);
        told += count;
        for (size_t i = 0; i < count; i++)
            seeds += row(i).seeds;
    }
    CHECK(told == CAMERAS && seeds >= CAMERAS * 120);
    uint64_t cursor = 0;
    size_t listed = 0;
    size_t count = 0;
    while ((count = deaths_after(&bench, &cursor)) > 0)
        listed += count;
    CHECK(listed >= told);
}

/* Shorter acts on what is there, longer only on what comes. */
static void a_changed_period_only_lowers(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit unit;
    struct policy policy = policy_of(SHORT_CAMERA, RETENTION_SECONDS, 20);
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    bench_run_s(&bench, 25);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    const int64_t then_s = NOW_S + 25;
    policy.retention.count = 600;
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    bench_run_s(&bench, 25);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(then_s), &unit));
    /* A slot that was still far when the period changed has the new one. */
    bench_jump_s(&bench, 1000);
    CHECK_OK(bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S + 50 + 560), &unit));
}

static void days_to_seconds_finds_both_grids(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit before;
    struct keyring_unit after;
    struct keyring_unit found;
    CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &before));
    const struct policy policy = policy_of(LONG_CAMERA, RETENTION_SECONDS, 60);
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &after));
    CHECK(before.unit_s == 60 && after.unit_s == 5);
    CHECK_OK(keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 60,
                            all_time(), &found));
    assert_memory_equal(&found.keys, &before.keys, sizeof found.keys);
    CHECK_OK(keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 5,
                            all_time(), &found));
    assert_memory_equal(&found.keys, &after.keys, sizeof found.keys);
    /* The long slot ends with the hour, its pictures a minute later. */
    bench_jump_s(&bench, 3600 + 59);
    CHECK_OK(keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 60,
                            all_time(), &found));
    bench_jump_s(&bench, 1);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_unseal(bench.keyring, LONG_CAMERA, at_s(NOW_S), 60,
                                all_time(), &found));
}

static void a_camera_given_up_keeps_what_it_has_until_its_time(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit unit;
    CHECK_OK(keyring_set_policies(bench.keyring, NULL, 0));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &unit));
    CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &unit));
    CHECK_OK(bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    bench_jump_s(&bench, 3700); /* no short policy: hourly now */
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &unit));
}

/* The 60th civil day ends; the hour's rotation after it kills. */
static void days_end_at_midnight(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    struct keyring_unit unit;
    /* 12:00 in Korea; 60 full days after today end 60 days and 12 h later. */
    const int64_t end_s = NOW_S + 60 * 86400 + 12 * 3600;
    fake_clock_advance(&bench.clock,
                       (end_s - NOW_S - 3600) * (int64_t)SECOND_US);
    CHECK_OK(keyring_rotate(bench.keyring));
    CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &unit));
    bench_jump_s(&bench, 3599);
    CHECK_OK(bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &unit));
    bench_run_s(&bench, 1);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, LONG_CAMERA, at_s(NOW_S), &unit));
}

static void months_have_keys_for_three_years(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    const uint32_t november = (2026 - 1970) * 12 + 10;
    uint8_t key[MONTH_KEY_SIZE];
    uint8_t again[MONTH_KEY_SIZE];
    CHECK_OK(keyring_month_key(bench.keyring, november, key));
    CHECK_OK(keyring_month_key(bench.keyring, november + 1, again));
    assert_memory_not_equal(key, again, sizeof key);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_month_key(bench.keyring, november - 1, again));
    fake_clock_advance(&bench.clock, 2 * 365 * 86400LL * SECOND_US);
    bench_restart(&bench);
    CHECK_OK(keyring_month_key(bench.keyring, november, again));
    assert_memory_equal(key, again, sizeof key);
    fake_clock_advance(&bench.clock, 400 * 86400LL * SECOND_US);
    bench_restart(&bench);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_month_key(bench.keyring, november, again));
}

/* The erasable memory fails: the picture is refused, nothing is told. */
static void a_root_that_refuses_makes_deletion_pending(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_run_s(&bench, 60);
    uint64_t cursor = 0;
    (void)deaths_after(&bench, &cursor);
    fake_clock_advance(&bench.clock, 5 * (int64_t)SECOND_US);
    /* Two table copies, then the root's first copy. */
    fake_disk_fail_at(bench.disk, FAKE_WRITE, 3, STATUS_IO);
    CHECK_STATUS(STATUS_IO, keyring_rotate(bench.keyring));
    fake_disk_fail_at(bench.disk, FAKE_WRITE, 0, STATUS_OK);
    CHECK(keyring_health(bench.keyring).reason != PENDING_NONE);
    struct keyring_unit unit;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(NOW_S), &unit));
    CHECK_OK(keyring_seal(bench.keyring, SHORT_CAMERA,
                          keyring_now(bench.keyring), &unit));
    CHECK(deaths_after(&bench, &cursor) == 0);
    CHECK(keyring_rotation_in_us(bench.keyring) <=
          KEYRING_RETRY_S * (int64_t)SECOND_US);
    bench_run_s(&bench, KEYRING_RETRY_S);
    CHECK(keyring_health(bench.keyring).reason == PENDING_NONE);
    CHECK(deaths_after(&bench, &cursor) > 0);
}

static void policies_that_failed_come_with_the_next_rotation(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    const struct policy policies[] = {
        policy_of(SHORT_CAMERA, RETENTION_SECONDS, KEPT_S),
        policy_of(SHORT_CAMERA, RETENTION_DAYS, 60)};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 keyring_set_policies(bench.keyring, policies, 2));
    fake_disk_power_off_at(bench.disk, 1);
    CHECK_STATUS(STATUS_IO, keyring_set_policies(bench.keyring, policies, 1));
    struct keyring_unit unit;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keyring_seal(bench.keyring, SHORT_CAMERA, at_s(NOW_S), &unit));
    fake_disk_power_off_at(bench.disk, 0);
    fake_disk_fail_at(bench.disk, FAKE_ANY, 0, STATUS_OK);
}

/* Starts alone wear no erasable memory by rotations; a new boot rotates, for
 * its clock has to be written down. */
static void a_start_with_nothing_due_rotates_nothing(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    const struct policy policies[] = {
        policy_of(LONG_CAMERA, RETENTION_DAYS, 60)};
    CHECK_OK(keyring_set_policies(bench.keyring, policies, 1));
    uint64_t epoch = keyring_epoch(bench.keyring);
    struct keyring_unit unit;
    CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &unit));
    for (int i = 0; i < 20; i++) {
        bench_restart(&bench);
        CHECK(keyring_epoch(bench.keyring) == epoch);
        CHECK_OK(keyring_seal(bench.keyring, LONG_CAMERA, at_s(NOW_S), &unit));
        fake_clock_advance(&bench.clock, SECOND_US);
    }
    fake_clock_advance(&bench.clock, 3600 * (int64_t)SECOND_US);
    bench_restart(&bench); /* the hour is over */
    CHECK(keyring_epoch(bench.keyring) == epoch + 1);
    bench.boot_id[0]++;
    bench_restart(&bench);
    CHECK(keyring_epoch(bench.keyring) == epoch + 2);
}

TEST_MAIN("keys/keyring", TEST(without_a_policy_there_is_no_key),
          TEST(sealing_keys_are_for_the_present_only), TEST(a_unit_has_one_key),
          TEST(a_seed_dies_at_its_time_and_is_listed),
          TEST(expiry_needs_nobody),
          TEST(a_start_with_nothing_due_rotates_nothing),
          TEST(the_commitment_is_that_of_the_seeds),
          TEST(told_deaths_are_told_once_untold_ones_for_ever),
          TEST(the_list_does_not_grow_for_ever),
          TEST(the_vault_hears_whole_epochs),
          TEST(what_lives_is_all_but_what_died),
          TEST(a_great_dying_takes_several_epochs),
          TEST(a_changed_period_only_lowers),
          TEST(days_to_seconds_finds_both_grids),
          TEST(a_camera_given_up_keeps_what_it_has_until_its_time),
          TEST(days_end_at_midnight), TEST(months_have_keys_for_three_years),
          TEST(a_root_that_refuses_makes_deletion_pending),
          TEST(policies_that_failed_come_with_the_next_rotation))
