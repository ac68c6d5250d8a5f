/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "store/limits.h"
#include "store/disk_writer.h"
#include "sys/file.h"

void write_job_destroy(struct write_job **job)
{
    if (*job != NULL)
        alloc_free((*job)->bytes);
    alloc_free(*job);
    *job = NULL;
}

void write_jobs_push(struct write_jobs *jobs, struct write_job *job)
{
    job->next = NULL;
    if (jobs->last == NULL)
        jobs->first = job;
    else
        jobs->last->next = job;
    jobs->last = job;
}

struct write_job *write_jobs_pop(struct write_jobs *jobs)
{
    struct write_job *job = jobs->first;
    if (job == NULL)
        return NULL;
    jobs->first = job->next;
    if (jobs->first == NULL)
        jobs->last = NULL;
    job->next = NULL;
    return job;
}

void write_jobs_clear(struct write_jobs *jobs)
{
    for (;;) {
        struct write_job *job = write_jobs_pop(jobs);
        if (job == NULL)
            return;
        write_job_destroy(&job);
    }
}

static void note_dirty(struct write_queue *queue, struct file *file)
{
    for (size_t i = 0; i < queue->dirty.count; i++) {
        if (queue->dirty.files[i] == file)
            return;
    }
    queue->dirty.files[queue->dirty.count++] = file;
}

struct run {
    struct bytes parts[FILE_PARTS_MAX];
    size_t count;
    struct write_job *jobs[FILE_PARTS_MAX];
};

/* The jobs from `first` on that lie behind each other in its file, whatever
 * other files' jobs stand between them. */
static void run_find(struct run *run, struct write_job *first)
{
    uint64_t offset = first->offset;
    run->count = 0;
    for (struct write_job *job = first;
         job != NULL && run->count < FILE_PARTS_MAX; job = job->next) {
        if (job->file != first->file)
            continue;
        if (job->offset != offset)
            return;
        run->jobs[run->count] = job;
        run->parts[run->count++] = bytes_of(job->bytes, job->size);
        offset += job->size;
    }
}

static void run_write(struct run *run)
{
    struct write_job *first = run->jobs[0];
    enum status s = file_write_parts(first->file, first->offset, run->parts,
                                     run->count);
    for (size_t i = 0; i < run->count; i++) {
        run->jobs[i]->status = s;
        run->jobs[i]->is_tried = true;
    }
}

void write_queue_write(struct write_queue *queue,
                       const struct write_jobs *jobs)
{
    struct run run;
    for (struct write_job *job = jobs->first; job != NULL; job = job->next) {
        if (job->is_tried)
            continue;
        if (queue->dirty.count == WRITE_FILES_MAX) {
            enum status ignored = write_queue_sync(queue);
            (void)ignored; /* the files tell */
        }
        run_find(&run, job);
        note_dirty(queue, job->file);
        run_write(&run);
    }
    if (jobs->last != NULL)
        queue->written_job = jobs->last->number;
}

enum status write_queue_sync(struct write_queue *queue)
{
    enum status first = STATUS_OK;
    for (size_t i = 0; i < queue->dirty.count; i++) {
        enum status s = file_sync(queue->dirty.files[i]);
        if (first == STATUS_OK)
            first = s;
    }
    queue->dirty.count = 0;
    queue->synced_job = queue->written_job;
    return first;
}
