/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/disk_writer - puts sealed records into volumes: large writes, few syncs.
 *
 * write_queue is the logic alone: each file's jobs in order; what lies behind each
 * other in one file is one write, out of the jobs' own memory (sys/file,
 * FILE_BULK); what has been written is synced together. A job is *written* when
 * the kernel has it (it survives the death of this process) and *durable* when
 * its file has been synced since. Only a durable job survives a power cut.
 *
 * disk_writer is the same on a thread of its own. It writes and syncs so early
 * that a job is durable SYNC_WITHIN_US after it was handed over, as long as the
 * disk needs no more than that for it; a slower disk is synced without pause.
 * Before that it writes where WRITE_TAKE_BYTES have come together. So few cameras
 * wake it, and the disk, no oftener than the promise asks.
 *
 * Threads: write_queue none; disk_writer_submit, _collect from one thread.
 */
#ifndef STORE_DISK_WRITER_H
#define STORE_DISK_WRITER_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

struct file;
struct loop;

struct write_job {
    struct write_job *next; /* the queue's */
    struct file *file;      /* borrowed until the job is durable */
    uint64_t offset;
    uint8_t *bytes; /* from base/alloc; released with the job */
    size_t size;
    uint64_t number; /* from 1; set when it is taken */
    int64_t submitted_us; /* on the boot clock; set when it is taken */
    enum status status; /* of the write */
    void *owner;        /* the caller's */
    bool is_leaves;     /* no record's, but a leaf file's (store/leaf_set.h) */
    bool is_tried;      /* the queue's: status tells how its write ended */
};

void write_job_destroy(struct write_job **job);

struct write_jobs {
    struct write_job *first;
    struct write_job *last;
};

void write_jobs_push(struct write_jobs *jobs, struct write_job *job);
struct write_job *write_jobs_pop(struct write_jobs *jobs);
void write_jobs_clear(struct write_jobs *jobs);

enum { WRITE_FILES_MAX = 64 }; /* written and not yet synced at a time */

struct write_files {
    struct file *files[WRITE_FILES_MAX];
    size_t count;
};

struct write_queue {
    struct write_files dirty;
    uint64_t written_job; /* number of the newest */
    uint64_t synced_job;
};

/* Writes all of jobs; each gets its status (OK, NO_SPACE, IO). */
void write_queue_write(struct write_queue *queue,
                       const struct write_jobs *jobs);

/*
 * Syncs what is dirty. The first failure is returned; the files themselves say
 * which have failed (file_has_failed_sync), which is final for them. synced_job
 * moves in any case. Fails with: IO.
 */
MUST_USE enum status write_queue_sync(struct write_queue *queue);

/* ---- on its own thread ---- */

struct disk_writer;

/* Jobs have been written, or synced: call disk_writer_collect. In the loop. */
typedef void disk_writer_done_fn(void *context);

/* loop NULL: without a thread, for tests; disk_writer_run does its work. Fails
 * with: NO_MEMORY, INTERNAL. */
MUST_USE enum status disk_writer_create(struct loop *loop,
                                        disk_writer_done_fn *on_done,
                                        void *context,
                                        struct disk_writer **out);

/* Writes and syncs what it still has, ends the thread, releases all jobs. */
void disk_writer_destroy(struct disk_writer **writer);

/* Takes the job over and numbers it. */
uint64_t disk_writer_submit(struct disk_writer *writer, struct write_job *job);

/* Written jobs, the caller's from now on; *synced: all jobs up to this number
 * are durable but those of files that say file_has_failed_sync. */
struct write_jobs disk_writer_collect(struct disk_writer *writer,
                                      uint64_t *synced);

/* Gives back, in order, what has not been begun; at most WRITE_TAKE_BYTES and
 * a job stay in the writer's hands. */
struct write_jobs disk_writer_withdraw(struct disk_writer *writer);

/* Since when the present write or sync lasts, on the boot clock; 0: idle. */
int64_t disk_writer_busy_since_us(struct disk_writer *writer);

/* One turn of the thread: writes what waits (at most WRITE_TAKE_BYTES), syncs
 * where wants_sync. Only without a thread. */
void disk_writer_run(struct disk_writer *writer, bool wants_sync);

/* Asks for a sync now; collect tells when it has happened. */
void disk_writer_sync_soon(struct disk_writer *writer);

#endif
