/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_set.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/gop_chain.h"
#include "support/store_fixture.h"
#include "sys/file.h"
#include "unit/test.h"

enum { CAMERA = 5, VOLUME = 7, OTHER_VOLUME = 9, CLASS = 1, OTHER_CLASS = 2 };

struct stage {
    char directory[128];
    struct store_fixture fixture;
    struct disk *disk;
    struct leaf_set set;
    uint64_t sequence;
    uint8_t head[GOP_HASH_SIZE]; /* of the newest leaf */
};

static void open_stage(struct stage *stage)
{
    CHECK_OK(fixture_open(&stage->fixture, &FILE_LAYER_SYSTEM,
                          stage->directory, NULL));
    stage->disk = &stage->fixture.store.disks[0];
    stage->set = (struct leaf_set){.count = 0};
}

static void close_stage(struct stage *stage)
{
    fixture_close(&stage->fixture);
    leaf_set_deinit(&stage->set);
}

static void add(struct stage *stage, uint16_t class_id, uint32_t volume)
{
    struct gop_leaf leaf = {.camera = CAMERA,
                            .sequence = ++stage->sequence,
                            .samples = 3,
                            .record_count = 1,
                            .first_record = stage->sequence,
                            .span = {{(int64_t)stage->sequence * 1000},
                                     {(int64_t)stage->sequence * 1000 + 500}}};
    memset(leaf.content, (int)stage->sequence, GOP_HASH_SIZE);
    memcpy(leaf.previous, stage->head, GOP_HASH_SIZE);
    CHECK_OK(gop_leaf_hash(&leaf, stage->head));
    CHECK_OK(leaf_set_add(&stage->set, stage->disk, class_id, volume, &leaf));
}

/* The writer's thread and the loop, once. */
static void write_and_sync(struct stage *stage)
{
    uint64_t synced = 0;
    leaf_set_flush(&stage->set);
    disk_writer_run(stage->disk->writer, true);
    struct write_jobs jobs =
        disk_writer_collect(stage->disk->writer, &synced);
    for (struct write_job *job = write_jobs_pop(&jobs); job != NULL;
         job = write_jobs_pop(&jobs)) {
        CHECK(job->is_leaves);
        CHECK(leaf_set_on_job(&stage->set, &job) == 0);
    }
    stage->disk->set.synced_job = synced;
    leaf_set_on_synced(&stage->set);
}

static struct leaf_root close_batch(struct stage *stage)
{
    struct leaf_root root;
    CHECK_OK(leaf_set_close_batch(&stage->set));
    CHECK_STATUS(STATUS_AGAIN, leaf_set_close_batch(&stage->set));
    CHECK_STATUS(STATUS_AGAIN, leaf_set_root(&stage->set, false, &root));
    write_and_sync(stage);
    CHECK_OK(leaf_set_root(&stage->set, false, &root));
    CHECK_STATUS(STATUS_END, leaf_set_root(&stage->set, false, &root));
    return root;
}

static void a_root_is_told_when_its_leaves_are_durable(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    CHECK_STATUS(STATUS_END, leaf_set_close_batch(&stage.set));
    for (int i = 0; i < 5; i++)
        add(&stage, CLASS, VOLUME);
    for (int i = 0; i < 3; i++)
        add(&stage, OTHER_CLASS, OTHER_VOLUME);
    struct leaf_root root = close_batch(&stage);
    CHECK(root.batch == 1 && root.leaves == 8);
    CHECK(root.span.from.us == 1000 && root.span.to.us == 8500);
    CHECK(leaf_set_is_idle(&stage.set));
    add(&stage, CLASS, VOLUME);
    CHECK(!leaf_set_is_idle(&stage.set));
    CHECK(close_batch(&stage).batch == 2);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

/* Many cameras never leave the disk's writer without a leaf: what comes behind
 * a batch does not keep its root back, pending or handed over. */
static void a_root_waits_for_no_later_leaves(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    struct leaf_root root;
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    for (unsigned batch = 1; batch <= 3; batch++) {
        add(&stage, CLASS, VOLUME);
        CHECK_OK(leaf_set_close_batch(&stage.set));
        add(&stage, CLASS, VOLUME);
        CHECK_STATUS(STATUS_AGAIN, leaf_set_root(&stage.set, false, &root));
        write_and_sync(&stage);
        add(&stage, CLASS, VOLUME);
        if (batch > 1)
            leaf_set_flush(&stage.set);
        CHECK_OK(leaf_set_root(&stage.set, false, &root));
        CHECK(root.batch == batch && root.leaves == (batch == 1 ? 1 : 3));
    }
    write_and_sync(&stage);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

static void what_had_no_root_goes_on_after_a_restart(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    add(&stage, CLASS, VOLUME);
    struct leaf_root told = close_batch(&stage);
    add(&stage, CLASS, VOLUME);
    add(&stage, CLASS, VOLUME);
    write_and_sync(&stage);
    add(&stage, CLASS, VOLUME); /* in memory only */
    close_stage(&stage);

    open_stage(&stage);
    CHECK_OK(leaf_set_resume(&stage.set, stage.disk, CLASS, VOLUME, false));
    CHECK(leaf_set_head(&stage.set, CAMERA).sequence == 3);
    CHECK(leaf_set_head(&stage.set, CAMERA + 1).sequence == 0);
    CHECK(stage.set.newest_batch == 1 && stage.set.untold.batch == 1);
    CHECK(memcmp(&stage.set.untold.root, &told.root, sizeof told.root) == 0);
    stage.sequence = 3;
    add(&stage, CLASS, VOLUME);
    struct leaf_root root = close_batch(&stage);
    CHECK(root.batch == 2 && root.leaves == 3);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

/* The power goes between the blocks of a batch's two files: its root speaks of
 * what stands under it, and the rest comes under the next. */
static void a_root_that_only_one_file_has_is_told_for_that(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    char path[PATH_SIZE];
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    for (int i = 0; i < 5; i++)
        add(&stage, CLASS, VOLUME);
    for (int i = 0; i < 3; i++)
        add(&stage, OTHER_CLASS, OTHER_VOLUME);
    struct leaf_root told = close_batch(&stage);
    close_stage(&stage);
    CHECK_OK(leaf_file_path(stage.directory, OTHER_CLASS, OTHER_VOLUME, path));
    {
        AUTO(file_close) struct file *file = NULL;
        CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path, FILE_READ | FILE_WRITE,
                           &file));
        CHECK_OK(file_truncate(file, 3 * LEAF_BLOCK_SIZE));
    }
    open_stage(&stage);
    CHECK_OK(leaf_set_resume(&stage.set, stage.disk, CLASS, VOLUME, false));
    CHECK_OK(leaf_set_resume(&stage.set, stage.disk, OTHER_CLASS,
                             OTHER_VOLUME, false));
    CHECK(stage.set.untold.batch == 1 && stage.set.untold.leaves == 5);
    CHECK(memcmp(&stage.set.untold.root, &told.root, sizeof told.root) == 0);
    struct leaf_root root = close_batch(&stage);
    CHECK(root.batch == 2 && root.leaves == 3);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

static bool count_block(void *context, const struct leaf_block *block)
{
    size_t *counts = context;
    counts[block->kind]++;
    return true;
}

/* The tail that a power cut tore is cut off; the rest goes on. */
static void a_torn_tail_is_cut_off(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    char path[PATH_SIZE];
    uint8_t zeros[2 * LEAF_BLOCK_SIZE] = {0};
    size_t counts[LEAF_BLOCK_PROOF + 1] = {0};
    struct file *file = NULL;
    uint64_t end = 0;
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    for (int i = 0; i < 4; i++)
        add(&stage, CLASS, VOLUME);
    write_and_sync(&stage);
    close_stage(&stage);
    CHECK_OK(leaf_file_path(stage.directory, CLASS, VOLUME, path));
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path, FILE_READ | FILE_WRITE,
                       &file));
    CHECK_OK(file_write_at(file, 3 * LEAF_BLOCK_SIZE,
                           bytes_of(zeros, sizeof zeros)));
    open_stage(&stage);
    CHECK_OK(leaf_set_resume(&stage.set, stage.disk, CLASS, VOLUME, true));
    CHECK(leaf_set_head(&stage.set, CAMERA).sequence == 3);
    stage.sequence = 3;
    add(&stage, CLASS, VOLUME);
    CHECK(close_batch(&stage).leaves == 4);
    CHECK_OK(leaf_file_read(file, count_block, counts, &end));
    CHECK(counts[LEAF_BLOCK_LEAF] == 4 && counts[LEAF_BLOCK_BATCH] == 1);
    CHECK(end == 5 * LEAF_BLOCK_SIZE);
    close_stage(&stage);
    file_close(&file);
    test_directory_remove(stage.directory);
}

/* What a file that fails was to get goes to another one. */
static void leaves_of_a_failed_file_find_another(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    add(&stage, CLASS, VOLUME);
    add(&stage, CLASS, VOLUME);
    leaf_set_flush(&stage.set);
    struct write_jobs jobs = disk_writer_withdraw(stage.disk->writer);
    struct write_job *job = write_jobs_pop(&jobs);
    job->status = STATUS_IO;
    CHECK(leaf_set_on_job(&stage.set, &job) == VOLUME);
    add(&stage, CLASS, OTHER_VOLUME);
    CHECK(close_batch(&stage).leaves == 3);
    add(&stage, CLASS, VOLUME); /* to the one that takes them */
    CHECK(close_batch(&stage).leaves == 1);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

/* What a file that fails behind a failure was to get goes from it, too. */
static void nothing_stays_behind_a_job_that_failed(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    struct file *file = NULL;
    uint64_t synced = 0;
    uint64_t size = 1;
    char path[PATH_SIZE];
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    for (int i = 0; i < 2; i++) {
        add(&stage, CLASS, VOLUME);
        leaf_set_flush(&stage.set);
    }
    disk_writer_run(stage.disk->writer, true);
    struct write_jobs jobs =
        disk_writer_collect(stage.disk->writer, &synced);
    for (int i = 0; i < 2; i++) {
        struct write_job *job = write_jobs_pop(&jobs);
        if (i == 0)
            job->status = STATUS_IO;
        CHECK(leaf_set_on_job(&stage.set, &job) == VOLUME);
    }
    CHECK_OK(leaf_file_path(stage.disk->set.directory, CLASS, VOLUME, path));
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file));
    CHECK_OK(file_size(file, &size));
    CHECK(size == 0);
    file_close(&file);
    stage.disk->set.synced_job = synced;
    add(&stage, CLASS, OTHER_VOLUME);
    CHECK(close_batch(&stage).leaves == 3);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

/* The disk was full for one job and had room again for the next. */
struct leaves_seen {
    uint64_t count;
    bool is_ordered;
};

static bool see_leaf(void *context, const struct leaf_block *block)
{
    struct leaves_seen *seen = context;
    if (block->kind == LEAF_BLOCK_LEAF)
        seen->is_ordered &= block->leaf.sequence == ++seen->count;
    return true;
}

static void a_full_disk_gets_its_leaves_again_in_order(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    struct file *file = NULL;
    uint64_t synced = 0;
    uint64_t size = 1;
    char path[PATH_SIZE];
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    for (int i = 0; i < 2; i++) {
        add(&stage, CLASS, VOLUME);
        leaf_set_flush(&stage.set);
    }
    disk_writer_run(stage.disk->writer, true);
    struct write_jobs jobs =
        disk_writer_collect(stage.disk->writer, &synced);
    struct write_job *job = write_jobs_pop(&jobs);
    job->status = STATUS_NO_SPACE;
    CHECK(leaf_set_on_job(&stage.set, &job) == 0);
    leaf_set_flush(&stage.set); /* waits for the one in hand */
    job = write_jobs_pop(&jobs);
    CHECK(job->status == STATUS_OK);
    CHECK(leaf_set_on_job(&stage.set, &job) == 0);
    CHECK_OK(leaf_file_path(stage.disk->set.directory, CLASS, VOLUME, path));
    CHECK_OK(file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file));
    CHECK_OK(file_size(file, &size));
    CHECK(size == 0);
    stage.disk->set.synced_job = synced;
    add(&stage, CLASS, VOLUME);
    CHECK(close_batch(&stage).leaves == 3);
    struct leaves_seen seen = {.is_ordered = true};
    CHECK_OK(leaf_file_read(file, see_leaf, &seen, &size));
    CHECK(seen.count == 3 && seen.is_ordered && size == 4 * LEAF_BLOCK_SIZE);
    file_close(&file);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

static void what_waits_at_a_stalled_writer_is_handed_over_anew(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    add(&stage, CLASS, VOLUME);
    leaf_set_flush(&stage.set);
    struct write_jobs jobs = disk_writer_withdraw(stage.disk->writer);
    leaf_set_on_withdrawn(&stage.set, write_jobs_pop(&jobs));
    CHECK(close_batch(&stage).leaves == 1);
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

static void a_deleted_volume_takes_its_file_along(void **state)
{
    (void)state;
    struct stage stage = {.sequence = 0};
    test_directory_make(stage.directory, sizeof stage.directory);
    open_stage(&stage);
    add(&stage, CLASS, VOLUME);
    leaf_set_flush(&stage.set);
    leaf_set_forget(&stage.set, VOLUME);
    CHECK(stage.set.count == 1); /* the writer has it in hand */
    write_and_sync(&stage);
    CHECK(stage.set.count == 0 && leaf_set_is_idle(&stage.set));
    close_stage(&stage);
    test_directory_remove(stage.directory);
}

TEST_MAIN("store/leaf_set", TEST(a_root_is_told_when_its_leaves_are_durable),
          TEST(a_root_waits_for_no_later_leaves),
          TEST(what_had_no_root_goes_on_after_a_restart),
          TEST(a_root_that_only_one_file_has_is_told_for_that),
          TEST(a_torn_tail_is_cut_off),
          TEST(leaves_of_a_failed_file_find_another),
          TEST(nothing_stays_behind_a_job_that_failed),
          TEST(a_full_disk_gets_its_leaves_again_in_order),
          TEST(what_waits_at_a_stalled_writer_is_handed_over_anew),
          TEST(a_deleted_volume_takes_its_file_along))
