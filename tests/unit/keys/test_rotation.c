/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/root_files.h"
#include "keys/rotation.h"
#include "support/fake_disk.h"
#include "unit/keys/keys_support.h"

/* An opened rotation with its state in use. */
struct opened {
    struct rotation *rotation;
    struct key_state state;
    struct rotation_start start;
};

static void opened_close(struct opened *opened)
{
    rotation_close(&opened->rotation);
    key_state_deinit(&opened->state);
}

static enum status open_it(struct fake_disk *disk, struct opened *opened)
{
    return rotation_open(fake_disk_layer(disk), "/keys", NULL,
                         &opened->rotation, &opened->state, &opened->start);
}

static struct fake_disk *disk_create(void)
{
    struct fake_disk *disk = fake_disk_create();
    const struct file_layer *layer = fake_disk_layer(disk);
    CHECK_OK(layer->make_directory(layer, "/keys"));
    CHECK_OK(layer->sync_directory(layer, "/"));
    return disk;
}

/* To the next epoch, with seeds made at this time. */
static enum status step(struct opened *opened, int64_t now_s, bool *committed)
{
    AUTO(key_state_deinit) struct key_state next = {0};
    const struct policy policy = policy_of(3, RETENTION_SECONDS, 60);
    bool is_more = false;
    enum status s = key_state_copy(&opened->state, &next);
    if (s == STATUS_OK)
        s = key_state_set_policies(&next, &policy, 1, at_s(now_s));
    if (s == STATUS_OK)
        s = expire(&next, rotation_epoch(opened->rotation) + 1, now_s, &is_more);
    if (s == STATUS_OK)
        s = key_state_make_ahead(&next, at_s(now_s));
    next.mark = (struct trusted_mark){.is_set = true, .trusted = at_s(now_s)};
    if (s == STATUS_OK)
        s = rotation_run(opened->rotation, &next, committed);
    if (*committed) {
        struct key_state before = opened->state;
        opened->state = next;
        next = before;
    }
    return s;
}

static void read_root(struct fake_disk *disk, const char *path,
                      uint8_t root[ROOT_SIZE])
{
    AUTO(file_close) struct file *file = NULL;
    CHECK_OK(file_open(fake_disk_layer(disk), path, FILE_READ, &file));
    CHECK_OK(root_file_read(file, 0, root));
}

static void the_first_start_makes_epoch_one(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened first = {0};
    CHECK_OK(open_it(disk, &first));
    CHECK(first.start.is_new && rotation_epoch(first.rotation) == 1);
    CHECK(!rotation_erasure_is_due(first.rotation));
    CHECK(first.state.table.count == 0);
    opened_close(&first);
    CHECK_OK(open_it(disk, &first));
    CHECK(!first.start.is_new && rotation_epoch(first.rotation) == 1);
}

static void each_epoch_survives_a_restart(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    CHECK_OK(open_it(disk, &running));
    for (int i = 0; i < 9; i++) {
        bool committed = false;
        CHECK_OK(step(&running, NOW_S + 30 * i, &committed));
        CHECK(committed && !rotation_erasure_is_due(running.rotation));
        fake_disk_crash(disk, FAKE_CRASH_LOSE, (uint64_t)i);
        AUTO(opened_close) struct opened again = {0};
        CHECK_OK(open_it(disk, &again));
        CHECK(rotation_epoch(again.rotation) == (uint64_t)i + 2);
        CHECK(key_state_equal(&again.state, &running.state));
        opened_close(&running);
        running = again;
        again = (struct opened){0};
    }
    CHECK(running.state.death_count > 0);
}

static void each_rotation_overwrites_the_old_root(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    CHECK_OK(open_it(disk, &running));
    for (int i = 0; i < 6; i++) {
        bool committed = false;
        uint8_t old[ROOT_SIZE];
        const char *path = rotation_epoch(running.rotation) % 2 == 0
                               ? "/keys/root-0"
                               : "/keys/root-1";
        read_root(disk, path, old);
        CHECK(fake_disk_contains(disk, bytes_of(old, sizeof old)));
        CHECK_OK(step(&running, NOW_S + 30 * i, &committed));
        CHECK(!fake_disk_contains(disk, bytes_of(old, sizeof old)));
        CHECK(!fake_disk_contains(disk, bytes_of(old, 16)));
    }
}

/* The waiting root is renewed at every start. */
static void a_start_renews_the_waiting_root(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    CHECK_OK(open_it(disk, &running));
    uint8_t waiting[ROOT_SIZE];
    read_root(disk, "/keys/root-0", waiting);
    opened_close(&running);
    CHECK_OK(open_it(disk, &running));
    CHECK(!fake_disk_contains(disk, bytes_of(waiting, sizeof waiting)));
}

/* A write, a sync or a read that fails once: as before, then it works. */
static void an_error_leaves_everything_as_before(void **state)
{
    (void)state;
    const unsigned kinds[] = {FAKE_WRITE, FAKE_SYNC, FAKE_READ};
    for (size_t k = 0; k < 3; k++) {
        for (size_t n = 1; n < 40; n++) {
            AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
            AUTO(opened_close) struct opened running = {0};
            bool committed = false;
            CHECK_OK(open_it(disk, &running));
            CHECK_OK(step(&running, NOW_S, &committed));
            fake_disk_fail_at(disk, kinds[k], n, STATUS_IO);
            enum status s = step(&running, NOW_S + 100, &committed);
            fake_disk_fail_at(disk, kinds[k], 0, STATUS_OK);
            /* A table file that refuses has a spare: only a root's failure
             * shows, and then the table is in use, its erasure due. */
            if (s != STATUS_OK) {
                CHECK(committed == rotation_erasure_is_due(running.rotation));
                CHECK_OK(rotation_erase(running.rotation));
                committed = false;
                CHECK_OK(step(&running, NOW_S + 200, &committed));
            }
            CHECK(committed);
            fake_disk_crash(disk, FAKE_CRASH_LOSE, n);
            AUTO(opened_close) struct opened again = {0};
            CHECK_OK(open_it(disk, &again));
            CHECK(key_state_equal(&again.state, &running.state));
        }
    }
}

static void a_full_disk_does_not_stop_deletion(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    bool committed = false;
    CHECK_OK(open_it(disk, &running));
    CHECK_OK(step(&running, NOW_S, &committed));
    fake_disk_set_capacity(disk, 4096);
    for (int i = 1; i < 5; i++) {
        size_t deaths = running.state.death_count;
        CHECK_OK(step(&running, NOW_S + 100 * i, &committed));
        CHECK(running.state.death_count > deaths);
    }
}

static void a_table_file_that_refuses_is_replaced_by_the_spare(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    CHECK_OK(open_it(disk, &running));
    for (int i = 0; i < 8; i++) {
        bool committed = false;
        if (i % 3 == 1) /* the first write is that of the table's first copy */
            fake_disk_fail_at(disk, FAKE_WRITE, 1, STATUS_IO);
        CHECK_OK(step(&running, NOW_S + 30 * i, &committed));
        AUTO(opened_close) struct opened again = {0};
        CHECK_OK(open_it(disk, &again));
        CHECK(key_state_equal(&again.state, &running.state));
        opened_close(&running);
        running = again;
        again = (struct opened){0};
    }
}

static const char *const FILES[] = {
    "/keys/root-0",   "/keys/root-1",   "/keys/table-0a", "/keys/table-0b",
    "/keys/table-1a", "/keys/table-1b", "/keys/spare-a",  "/keys/spare-b"};

/* Any one 4 KiB sector unreadable or changed at rest: nothing is lost. */
static void one_bad_sector_costs_nothing(void **state)
{
    (void)state;
    for (size_t f = 0; f < 8; f++) {
        size_t sectors = f < 2 ? 2 : 12;
        for (size_t sector = 0; sector < sectors; sector++) {
            for (int broken = 0; broken < 2; broken++) {
                AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
                AUTO(opened_close) struct opened running = {0};
                bool committed = false;
                CHECK_OK(open_it(disk, &running));
                CHECK_OK(step(&running, NOW_S, &committed));
                CHECK_OK(step(&running, NOW_S + 30, &committed));
                if (broken)
                    fake_disk_break_sectors(disk, FILES[f], sector * 4096,
                                            4096);
                else
                    fake_disk_flip(disk, FILES[f], sector * 4096, 4096);
                AUTO(opened_close) struct opened again = {0};
                CHECK_OK(open_it(disk, &again));
                CHECK(key_state_equal(&again.state, &running.state));
                CHECK(!rotation_erasure_is_due(again.rotation));
                CHECK_OK(step(&again, NOW_S + 60, &committed));
            }
        }
    }
}

/* Both copies of one block: that block only, and it is said. */
static void the_same_sector_twice_costs_its_chunks(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    bool committed = false;
    CHECK_OK(open_it(disk, &running));
    CHECK_OK(step(&running, NOW_S, &committed));
    /* Epoch 2; directory and policies are the first two blocks. */
    fake_disk_flip(disk, "/keys/table-0a", 4096 + 3 * 1024, 1);
    fake_disk_flip(disk, "/keys/table-0b", 4096 + 3 * 1024, 1);
    AUTO(opened_close) struct opened again = {0};
    CHECK_OK(open_it(disk, &again));
    CHECK(again.start.damage.lost_chunks == 1);
    CHECK(again.state.table.count + 1 == running.state.table.count);
    const struct death *row = &again.state.deaths[again.state.death_count - 1];
    CHECK(row->cause == CAUSE_CORRUPT && row->subject == 3);
}

static void lost_roots_are_said_and_nothing_is_overwritten(void **state)
{
    (void)state;
    AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
    AUTO(opened_close) struct opened running = {0};
    bool committed = false;
    CHECK_OK(open_it(disk, &running));
    CHECK_OK(step(&running, NOW_S, &committed));
    opened_close(&running);
    AUTO(fake_disk_destroy) struct fake_disk *before = fake_disk_copy(disk);
    fake_disk_flip(disk, "/keys/root-0", 0, 8192);
    CHECK_STATUS(STATUS_CORRUPT, open_it(disk, &running));
    CHECK(running.rotation == NULL);
    fake_disk_flip(disk, "/keys/root-0", 0, 8192); /* found again */
    CHECK_OK(open_it(disk, &running));
    AUTO(opened_close) struct opened as_before = {0};
    CHECK_OK(open_it(before, &as_before));
    CHECK(key_state_equal(&running.state, &as_before.state));
}

/* A power cut at any point of the very first start. */
static void the_first_start_can_be_cut_anywhere(void **state)
{
    (void)state;
    bool is_through = false;
    for (size_t n = 1; !is_through; n++) {
        for (unsigned mode = 0; mode < FAKE_CRASH_MODES; mode++) {
            AUTO(fake_disk_destroy) struct fake_disk *disk = disk_create();
            AUTO(opened_close) struct opened first = {0};
            fake_disk_power_off_at(disk, n);
            enum status s = open_it(disk, &first);
            is_through = s == STATUS_OK && !fake_disk_is_off(disk);
            opened_close(&first);
            fake_disk_crash(disk, (enum fake_crash)mode, n);
            CHECK_OK(open_it(disk, &first));
            CHECK(rotation_epoch(first.rotation) == 1);
        }
    }
}

TEST_MAIN("keys/rotation", TEST(the_first_start_makes_epoch_one),
          TEST(each_epoch_survives_a_restart),
          TEST(each_rotation_overwrites_the_old_root),
          TEST(a_start_renews_the_waiting_root),
          TEST(an_error_leaves_everything_as_before),
          TEST(a_full_disk_does_not_stop_deletion),
          TEST(a_table_file_that_refuses_is_replaced_by_the_spare),
          TEST(one_bad_sector_costs_nothing),
          TEST(the_same_sector_twice_costs_its_chunks),
          TEST(lost_roots_are_said_and_nothing_is_overwritten),
          TEST(the_first_start_can_be_cut_anywhere))
