/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody copied all key files before the deletion, and has all of the live
 * directory afterwards. What was destroyed opens from neither, in any mixture;
 * with the old root it would, so that the test can see.
 */
#include "keys/offline.h"
#include "keys/root_files.h"
#include "unit/keys/keyring_support.h"

static const char *const NAMES[] = {
    "/keys/root-0",   "/keys/root-1",   "/keys/table-0a", "/keys/table-0b",
    "/keys/table-1a", "/keys/table-1b", "/keys/spare-a",  "/keys/spare-b"};

enum { FILES = 8, FILE_BYTES_MAX = 1 << 20, TARGET_S = NOW_S + 30 };

static size_t read_whole(struct fake_disk *disk, const char *path, uint8_t *out)
{
    AUTO(file_close) struct file *file = NULL;
    uint64_t size = 0;
    CHECK_OK(file_open(fake_disk_layer(disk), path, FILE_READ, &file));
    CHECK_OK(file_size(file, &size));
    CHECK(size <= FILE_BYTES_MAX);
    CHECK_OK(file_read_at(file, 0, out, (size_t)size));
    return (size_t)size;
}

static void copy_file(struct fake_disk *from, const char *path,
                      struct fake_disk *to)
{
    static uint8_t content[FILE_BYTES_MAX];
    size_t size = read_whole(from, path, content);
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(
        file_open(fake_disk_layer(to), path, FILE_WRITE | FILE_CREATE, &file));
    CHECK_OK(file_write_at(file, 0, bytes_of(content, size)));
    CHECK_OK(file_sync(file));
}

/* Whether these files give the target's key, and the right one. */
static bool opens(struct fake_disk *disk, const struct unit_keys *target)
{
    AUTO(keys_offline_close) struct keys_offline *keys = NULL;
    struct unit_keys found;
    if (keys_offline_open(fake_disk_layer(disk), "/keys", NULL, &keys) != STATUS_OK)
        return false;
    enum status s =
        keys_offline_unit(keys, SHORT_CAMERA, at_s(TARGET_S), 5, &found, NULL);
    return s == STATUS_OK && memcmp(&found, target, sizeof found) == 0;
}

static void destroyed_is_destroyed_in_every_mixture(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    bench_run_s(&bench, 32);
    struct keyring_unit target;
    CHECK_OK(bench_unseal(&bench, SHORT_CAMERA, at_s(TARGET_S), &target));
    AUTO(fake_disk_destroy)
    struct fake_disk *stolen = fake_disk_copy(bench.disk);
    CHECK(opens(stolen, &target.keys));
    uint64_t epoch = keyring_epoch(bench.keyring);
    bench_run_s(&bench, KEPT_S + 10);
    CHECK(keyring_epoch(bench.keyring) > epoch);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 bench_unseal(&bench, SHORT_CAMERA, at_s(TARGET_S), &target));
    /* Each of the eight files from the theft or from the live directory; the
     * thief's roots are the secret that was lost, and tried alone below. */
    for (unsigned mask = 0; mask < 1u << FILES; mask += 4) {
        AUTO(fake_disk_destroy)
        struct fake_disk *mixture = fake_disk_copy(bench.disk);
        for (unsigned f = 2; f < FILES; f++) {
            if ((mask >> f & 1u) != 0)
                copy_file(stolen, NAMES[f], mixture);
        }
        CHECK(!opens(mixture, &target.keys));
    }
    AUTO(fake_disk_destroy)
    struct fake_disk *control = fake_disk_copy(bench.disk);
    for (unsigned f = 0; f < FILES; f++)
        copy_file(stolen, NAMES[f], control);
    CHECK(opens(control, &target.keys));
}

enum { HOURS = 5, MINUTES = HOURS * 60, THEFTS = 6 };

/* How many of the minutes that are dead by now these files open. */
static size_t dead_that_open(struct fake_disk *disk, struct bench *live)
{
    AUTO(keys_offline_close) struct keys_offline *keys = NULL;
    size_t opened = 0;
    if (keys_offline_open(fake_disk_layer(disk), "/keys", NULL, &keys) !=
        STATUS_OK)
        return 0;
    for (int64_t i = 0; i < MINUTES; i++) {
        struct wall_time start = at_s(NOW_S + i * 60);
        struct keyring_unit unit;
        struct unit_keys found;
        opened += bench_unseal(live, LONG_CAMERA, start, &unit) ==
                      STATUS_NOT_FOUND &&
                  keys_offline_unit(keys, LONG_CAMERA, start, 60, &found,
                                    NULL) == STATUS_OK;
    }
    return opened;
}

/* Thefts at any moment between orders for any minutes; at last the thief has
 * the live roots too. */
static void thefts_at_any_time_open_no_destroyed_minute(void **state)
{
    (void)state;
    struct test_random random = {.state = 4711};
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    const struct policy policy = policy_of(LONG_CAMERA, RETENTION_DAYS, 60);
    CHECK_OK(keyring_set_policies(bench.keyring, &policy, 1));
    bench_jump_s(&bench, HOURS * 3600);
    struct fake_disk *stolen[THEFTS];
    struct key_order_result result;
    uint64_t entry = 1;
    for (int theft = 0; theft < THEFTS; theft++) {
        for (uint64_t n = test_random_next(&random) % 4; n > 0; n--) {
            int64_t from = (int64_t)(test_random_next(&random) % (MINUTES - 1));
            int64_t to = from + 1 + (int64_t)(test_random_next(&random) % 90);
            const struct key_order order = {
                .entry = entry++,
                .subject = LONG_CAMERA,
                .span = {at_s(NOW_S + from * 60), at_s(NOW_S + to * 60)}};
            CHECK_OK(keyring_order(bench.keyring, &order));
            bench_run_s(&bench, (int64_t)(test_random_next(&random) % 900));
        }
        stolen[theft] = fake_disk_copy(bench.disk);
    }
    bench_run_s(&bench, 3 * 900);
    while (keyring_take_result(bench.keyring, &result))
        continue;
    CHECK(keyring_health(bench.keyring).orders_waiting == 0);
    size_t control = 0;
    for (int theft = 0; theft < THEFTS; theft++) {
        control += dead_that_open(stolen[theft], &bench);
        for (unsigned f = 0; f < 2; f++)
            copy_file(bench.disk, NAMES[f], stolen[theft]);
        CHECK(dead_that_open(stolen[theft], &bench) == 0);
        fake_disk_destroy(&stolen[theft]);
    }
    CHECK(control > 0);
}

static void old_roots_are_nowhere_in_the_live_directory(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    bench_set_policies(&bench);
    static uint8_t roots[60][2][ROOT_FILE_SIZE];
    size_t taken = 0;
    for (; taken < 20; taken++) {
        uint64_t epoch = keyring_epoch(bench.keyring);
        (void)read_whole(bench.disk, NAMES[epoch % 2], roots[taken][0]);
        bench_run_s(&bench, 5);
        CHECK(keyring_epoch(bench.keyring) == epoch + 1);
    }
    for (size_t i = 0; i < taken; i++)
        CHECK(
            !fake_disk_contains(bench.disk, bytes_of(roots[i][0], ROOT_SIZE)));
}

/* The reader for verify sees what the keeper sees, and changes nothing. */
static void the_offline_reader_agrees_with_the_keeper(void **state)
{
    (void)state;
    AUTO(bench_stop) struct bench bench;
    bench_start(&bench);
    AUTO(keys_offline_close) struct keys_offline *keys = NULL;
    bench_set_policies(&bench);
    bench_run_s(&bench, 100);
    size_t calls = fake_disk_calls(bench.disk);
    size_t syncs = fake_disk_syncs(bench.disk);
    CHECK_OK(keys_offline_open(fake_disk_layer(bench.disk), "/keys", NULL, &keys));
    CHECK(fake_disk_calls(bench.disk) > calls);
    CHECK(fake_disk_syncs(bench.disk) == syncs);
    CHECK(keys_offline_epoch(keys) == keyring_epoch(bench.keyring));
    CHECK(keys_offline_lost_chunks(keys) == 0);
    CHECK(keys_offline_time(keys).us == at_s(NOW_S + 100).us);
    CHECK(keys_offline_death_count(keys) > 0);
    CHECK(keys_offline_death(keys, 0)->subject == SHORT_CAMERA);
    CHECK(keys_offline_policy(keys, LONG_CAMERA)->retention.count == 60);
    CHECK(keys_offline_policy(keys, 99) == NULL);
    for (int64_t s = NOW_S; s < NOW_S + 100; s += 5) {
        struct keyring_unit ours;
        struct unit_keys theirs;
        bool is_doomed = true;
        enum status live = bench_unseal(&bench, SHORT_CAMERA, at_s(s), &ours);
        CHECK_STATUS(live, keys_offline_unit(keys, SHORT_CAMERA, at_s(s), 5,
                                             &theirs, &is_doomed));
        if (live != STATUS_OK)
            continue;
        CHECK(!is_doomed);
        assert_memory_equal(&ours.keys, &theirs, sizeof theirs);
    }
    uint8_t month[MONTH_KEY_SIZE];
    uint8_t same[MONTH_KEY_SIZE];
    const uint32_t november = (2026 - 1970) * 12 + 10;
    CHECK_OK(keyring_month_key(bench.keyring, november, month));
    CHECK_OK(keys_offline_month(keys, november, same));
    assert_memory_equal(month, same, sizeof same);
    CHECK_STATUS(STATUS_NOT_FOUND, keys_offline_month(keys, 5, same));
}

static void without_files_there_is_nothing_to_read(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = fake_disk_create();
    struct keys_offline *keys = NULL;
    CHECK_STATUS(STATUS_NOT_FOUND,
                 keys_offline_open(fake_disk_layer(disk), "/keys", NULL, &keys));
    CHECK(keys == NULL);
}

TEST_MAIN("keys/stolen_image", TEST(destroyed_is_destroyed_in_every_mixture),
          TEST(thefts_at_any_time_open_no_destroyed_minute),
          TEST(old_roots_are_nowhere_in_the_live_directory),
          TEST(the_offline_reader_agrees_with_the_keeper),
          TEST(without_files_there_is_nothing_to_read))
