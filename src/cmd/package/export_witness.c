/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checkpoint of a package: the newest one that a witness has cosigned and
 * that covers all its entries, with the lines of all witnesses of that one; or
 * the log's own, where there is no witness, or it is away.
 */
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/log_files.h"
#include "cmd/package/export.h"
#include "log/witness/cosigned.h"
#include "sys/file.h"

enum {
    PATH_SIZE = 1240,
    TRIES = 150, /* half a second each: a witness is asked every minute */
    PAUSE_NS = 500000000,
};

/* What lies in LOG/cosigned. */
struct search {
    struct export_job *job;
    uint64_t size;    /* of the best note so far */
    bool has_witness; /* there is a note at all */
    enum status status;
};

/* The lines of a note that are not in job->checkpoint yet. */
static void join(struct buffer *note, struct text other)
{
    while (other.size > 0) {
        struct text line = text_cut(&other, '\n');
        struct text rest = buffer_text(note);
        bool is_there = false;
        while (rest.size > 0 && !is_there)
            is_there = text_equal(text_cut(&rest, '\n'), line);
        if (is_there)
            continue;
        buffer_append(note, text_bytes(line));
        buffer_append_text(note, "\n");
    }
}

static void take_note(struct search *search, struct text note)
{
    struct export_job *job = search->job;
    struct checkpoint checkpoint;
    if (checkpoint_open(note, &job->key, &checkpoint) != STATUS_OK)
        return; /* torn, or of a log before this one */
    search->has_witness = true;
    if (checkpoint.size <= job->made_entry || checkpoint.size < search->size)
        return;
    if (checkpoint.size > search->size)
        buffer_clear(&job->checkpoint);
    search->size = checkpoint.size;
    join(&job->checkpoint, note);
}

static void take_name(void *context, const char *name)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct search *search = context;
    char path[PATH_SIZE];
    size_t size = 0;
    if (!cosigned_path(search->job->log, text_of(name), path, sizeof path))
        return;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_SIZE_MAX,
                                  &memory, &size);
    if (s == STATUS_OK)
        take_note(search, bytes_text(bytes_of(memory, size)));
    else if (s != STATUS_NOT_FOUND)
        search->status = s;
}

static enum status look(struct search *search)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/cosigned", search->job->log);
    enum status s = FILE_LAYER_SYSTEM.list(&FILE_LAYER_SYSTEM, path, take_name,
                                           search);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    return s == STATUS_OK ? search->status : s;
}

static enum status take_own(struct export_job *job)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct checkpoint checkpoint;
    struct text note;
    enum status s =
        log_files_checkpoint(job->log, &memory, &note, &checkpoint);
    if (s != STATUS_OK)
        return s;
    buffer_clear(&job->checkpoint);
    buffer_append(&job->checkpoint, text_bytes(note));
    return checkpoint.size <= job->made_entry
               ? STATUS_NOT_FOUND
               : buffer_status(&job->checkpoint);
}

enum status export_checkpoint(struct export_job *job)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    struct search search = {.job = job};
    enum status s = look(&search);
    if (search.has_witness && search.size == 0)
        (void)fprintf(stderr, "waiting for a witness\n");
    for (int i = 0; s == STATUS_OK && search.has_witness && search.size == 0 &&
                    i < TRIES;
         i++) {
        (void)nanosleep(&pause, NULL);
        s = look(&search);
    }
    if (s == STATUS_OK && search.has_witness && search.size == 0)
        (void)fprintf(stderr, "no witness has answered: without its word\n");
    for (int i = 0; s == STATUS_OK && search.size == 0 && i < TRIES; i++) {
        s = take_own(job);
        if (s != STATUS_NOT_FOUND)
            return s;
        s = STATUS_OK;
        (void)nanosleep(&pause, NULL);
    }
    if (s == STATUS_OK)
        s = search.size == 0 ? STATUS_NOT_FOUND
                             : buffer_status(&job->checkpoint);
    return s;
}
