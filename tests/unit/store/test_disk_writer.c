/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk_writer.h"

#include <string.h>

#include "base/alloc.h"
#include "store/limits.h"
#include "support/fake_disk.h"
#include "sys/loop.h"
#include "unit/test.h"

enum { JOB_SIZE = 3000, JOBS = 2000, LIMIT_MS = 60000 };

struct bench {
    struct loop *loop;
    struct timer *limit;
    struct disk_writer *writer;
    struct fake_disk *disk;
    struct file *file;
    uint64_t collected;
    uint64_t synced;
    uint64_t wanted;
    enum status worst;
};

static void on_limit(void *context, struct timer *timer)
{
    (void)context;
    (void)timer;
    fail_msg("the writer did not answer");
}

static void on_done_once(struct bench *bench)
{
    struct write_jobs jobs =
        disk_writer_collect(bench->writer, &bench->synced);
    for (struct write_job *job = write_jobs_pop(&jobs); job != NULL;
         job = write_jobs_pop(&jobs)) {
        CHECK(job->number == ++bench->collected); /* in order */
        if (job->status != STATUS_OK)
            bench->worst = job->status;
        write_job_destroy(&job);
    }
}

static void on_done(void *context)
{
    struct bench *bench = context;
    on_done_once(bench);
    if (bench->collected >= bench->wanted && bench->synced >= bench->wanted)
        loop_stop(bench->loop);
}

static void bench_open(struct bench *bench)
{
    *bench = (struct bench){.disk = fake_disk_create()};
    CHECK_OK(loop_create(&bench->loop));
    CHECK_OK(timer_make(bench->loop, "limit", on_limit, bench,
                        &bench->limit));
    CHECK_OK(file_open(fake_disk_layer(bench->disk), "/f",
                       FILE_READ | FILE_WRITE | FILE_CREATE, &bench->file));
    CHECK_OK(disk_writer_create(bench->loop, on_done, bench,
                                &bench->writer));
}

/* disk_writer_run does its work. */
static void give_up_thread(struct bench *bench)
{
    disk_writer_destroy(&bench->writer);
    CHECK_OK(disk_writer_create(NULL, NULL, NULL, &bench->writer));
}

static void bench_close(struct bench *bench)
{
    disk_writer_destroy(&bench->writer);
    file_close(&bench->file);
    timer_destroy(&bench->limit);
    loop_destroy(&bench->loop);
    fake_disk_destroy(&bench->disk);
}

static void submit(struct bench *bench, uint64_t offset, uint8_t fill)
{
    struct write_job *job = alloc_zeroed(sizeof *job);
    CHECK(job != NULL);
    job->bytes = alloc_array(JOB_SIZE, 1);
    CHECK(job->bytes != NULL);
    memset(job->bytes, fill, JOB_SIZE);
    job->size = JOB_SIZE;
    job->file = bench->file;
    job->offset = offset;
    bench->wanted = disk_writer_submit(bench->writer, job);
}

static void wait_synced(struct bench *bench)
{
    disk_writer_sync_soon(bench->writer);
    timer_start(bench->limit, LIMIT_MS, 0);
    loop_run(bench->loop);
    timer_stop(bench->limit);
}

static void writes_all_in_order(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    for (uint64_t i = 0; i < JOBS; i++)
        submit(&bench, i * JOB_SIZE, (uint8_t)i);
    wait_synced(&bench);
    CHECK(bench.collected == JOBS && bench.synced == JOBS);
    CHECK_OK(bench.worst);
    uint8_t bytes[JOB_SIZE];
    for (uint64_t i = 0; i < JOBS; i++) {
        CHECK_OK(file_read_at(bench.file, i * JOB_SIZE, bytes, JOB_SIZE));
        CHECK(bytes[0] == (uint8_t)i && bytes[JOB_SIZE - 1] == (uint8_t)i);
    }
    CHECK(fake_disk_syncs(bench.disk) < 10); /* not one a record */
    bench_close(&bench);
}

static void tells_what_failed(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    fake_disk_fail_at(bench.disk, FAKE_WRITE, 1, STATUS_NO_SPACE);
    submit(&bench, 0, 1);
    wait_synced(&bench);
    CHECK_STATUS(STATUS_NO_SPACE, bench.worst);
    fake_disk_fail_at(bench.disk, FAKE_SYNC, 1, STATUS_IO);
    submit(&bench, 0, 2);
    wait_synced(&bench);
    CHECK(file_has_failed_sync(bench.file));
    bench_close(&bench);
}

/* What was handed over is written when it ends, collected or not. */
static void its_end_writes_the_rest(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    for (uint64_t i = 0; i < 50; i++)
        submit(&bench, i * JOB_SIZE, 7);
    disk_writer_destroy(&bench.writer);
    uint8_t last = 0;
    CHECK_OK(file_read_at(bench.file, 50 * JOB_SIZE - 1, &last, 1));
    CHECK(last == 7);
    CHECK(fake_disk_syncs(bench.disk) >= 1);
    bench_close(&bench);
}

/* Without a thread: what was not begun comes back, in order; the rest is
 * written. */
static void gives_back_what_was_not_begun(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    give_up_thread(&bench);
    enum { COUNT = 2 * (WRITE_TAKE_BYTES / JOB_SIZE) };
    for (uint64_t i = 0; i < COUNT; i++)
        submit(&bench, i * JOB_SIZE, 7);
    disk_writer_run(bench.writer, true);
    CHECK(disk_writer_busy_since_us(bench.writer) == 0);
    on_done_once(&bench);
    CHECK(bench.collected > 0 && bench.collected < COUNT);
    CHECK(bench.synced == bench.collected);
    struct write_jobs rest = disk_writer_withdraw(bench.writer);
    for (struct write_job *job = write_jobs_pop(&rest); job != NULL;
         job = write_jobs_pop(&rest)) {
        CHECK(job->number == ++bench.collected);
        write_job_destroy(&job);
    }
    CHECK(bench.collected == COUNT);
    bench_close(&bench);
}

static size_t count_of_writes;

static enum status count_parts(struct file *file, uint64_t offset,
                               const struct bytes *parts, size_t count)
{
    count_of_writes++;
    for (size_t i = 0; i < count; i++) {
        CHECK_OK(file->layer->write_at(file, offset, parts[i]));
        offset += parts[i].size;
    }
    return STATUS_OK;
}

/* Records and leaves come in turn; they are two writes, not one for each. */
static void writes_each_file_at_once(void **state)
{
    (void)state;
    enum { TURNS = 20, HOLE = 512 };
    struct bench bench;
    bench_open(&bench);
    give_up_thread(&bench);
    struct file *records = bench.file;
    struct file *leaves = NULL;
    CHECK_OK(file_open(fake_disk_layer(bench.disk), "/g",
                       FILE_READ | FILE_WRITE | FILE_CREATE, &leaves));
    struct file_layer counting = *records->layer;
    counting.write_parts = count_parts;
    const struct file_layer *layer = records->layer;
    records->layer = leaves->layer = &counting;
    for (uint64_t i = 0; i < TURNS; i++) {
        bench.file = records;
        submit(&bench, i * JOB_SIZE, (uint8_t)(1 + i));
        bench.file = leaves;
        submit(&bench, i * JOB_SIZE, (uint8_t)(101 + i));
    }
    submit(&bench, (uint64_t)TURNS * JOB_SIZE + HOLE, 99);
    bench.file = records;
    count_of_writes = 0;
    disk_writer_run(bench.writer, true);
    on_done_once(&bench);
    CHECK(count_of_writes == 3); /* and what is behind the hole */
    CHECK(bench.collected == bench.wanted && bench.synced == bench.wanted);
    for (uint64_t i = 0; i < TURNS; i++) {
        uint8_t byte = 0;
        CHECK_OK(file_read_at(records, i * JOB_SIZE + 1, &byte, 1));
        CHECK(byte == 1 + i);
        CHECK_OK(file_read_at(leaves, i * JOB_SIZE + 1, &byte, 1));
        CHECK(byte == 101 + i);
    }
    records->layer = leaves->layer = layer;
    file_close(&leaves);
    bench_close(&bench);
}

TEST_MAIN("store/disk_writer", TEST(writes_all_in_order),
          TEST(tells_what_failed), TEST(its_end_writes_the_rest),
          TEST(gives_back_what_was_not_begun),
          TEST(writes_each_file_at_once))
