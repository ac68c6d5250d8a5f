/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

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

enum status write_queue_init(struct write_queue *queue)
{
    *queue = (struct write_queue){.run = alloc_array(WRITE_RUN_BYTES, 1)};
    return queue->run == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

void write_queue_deinit(struct write_queue *queue)
{
    alloc_free(queue->run);
    *queue = (struct write_queue){0};
}

static void note_dirty(struct write_queue *queue, struct file *file)
{
    for (size_t i = 0; i < queue->dirty.count; i++) {
        if (queue->dirty.files[i] == file)
            return;
    }
    queue->dirty.files[queue->dirty.count++] = file;
}

/* The first job behind `first` that does not go on where the run ends. */
static struct write_job *end_of_run(const struct write_job *first,
                                    size_t *size)
{
    *size = first->size;
    struct write_job *job = first->next;
    if (first->size >= WRITE_ALONE_BYTES)
        return job;
    const struct write_job *last = first;
    while (job != NULL && job->file == first->file &&
           job->offset == last->offset + last->size &&
           job->size < WRITE_ALONE_BYTES &&
           *size <= WRITE_RUN_BYTES - job->size) {
        *size += job->size;
        last = job;
        job = job->next;
    }
    return job;
}

static enum status write_run(struct write_queue *queue,
                             struct write_job *first, struct write_job *end,
                             size_t size)
{
    struct bytes bytes = bytes_of(first->bytes, first->size);
    if (first->next != end) {
        size_t used = 0;
        for (struct write_job *job = first; job != end; job = job->next) {
            memcpy(queue->run + used, job->bytes, job->size);
            used += job->size;
        }
        bytes = bytes_of(queue->run, size);
    }
    return file_write_at(first->file, first->offset, bytes);
}

void write_queue_write(struct write_queue *queue,
                       const struct write_jobs *jobs)
{
    for (struct write_job *job = jobs->first; job != NULL;) {
        if (queue->dirty.count == WRITE_FILES_MAX) {
            enum status ignored = write_queue_sync(queue);
            (void)ignored; /* the files tell */
        }
        size_t size = 0;
        struct write_job *end = end_of_run(job, &size);
        note_dirty(queue, job->file);
        enum status s = write_run(queue, job, end, size);
        for (; job != end; job = job->next) {
            job->status = s;
            queue->written_job = job->number;
        }
    }
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
