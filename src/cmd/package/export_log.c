/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/log_files.h"
#include "cmd/log_lines.h"
#include "cmd/package/export.h"
#include "log/entry_line.h"

enum {
    TRIES = 40,
    PAUSE_NS = 500000000,
    FIRST_CAPACITY = 256,
};

static void pause_a_while(void)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    (void)nanosleep(&pause, NULL);
}

/* ---- roots ---- */

struct roots {
    struct log_lines *lines;
    uint64_t *entries; /* recording.root, ascending */
    size_t count;
    size_t capacity;
};

static enum status list_roots(struct roots *roots)
{
    uint64_t end = log_lines_count(roots->lines);
    uint64_t at = log_lines_next(roots->lines, ENTRY_RECORDING_ROOT, 0);
    for (; at < end;
         at = log_lines_next(roots->lines, ENTRY_RECORDING_ROOT, at + 1)) {
        if (roots->count == roots->capacity) {
            size_t capacity =
                roots->capacity == 0 ? FIRST_CAPACITY : roots->capacity * 2;
            uint64_t *entries =
                alloc_resize(roots->entries, capacity, sizeof *entries);
            if (entries == NULL)
                return STATUS_NO_MEMORY;
            roots->entries = entries;
            roots->capacity = capacity;
        }
        roots->entries[roots->count++] = at;
    }
    return STATUS_OK;
}

static enum status batch_of(struct roots *roots, size_t at, uint64_t *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line entry;
    int64_t batch = 0;
    enum status s = log_lines_read(roots->lines, roots->entries[at], &line);
    if (s == STATUS_OK)
        s = entry_line_read(buffer_text(&line), &entry);
    if (s == STATUS_OK)
        s = entry_line_number(&entry, "batch", &batch);
    *out = (uint64_t)batch;
    return s;
}

/* Batches only rise. NOT_FOUND: it is not in the log. */
static enum status find_root(struct roots *roots, uint64_t batch,
                             uint64_t *entry)
{
    size_t low = 0;
    size_t high = roots->count;
    uint64_t found = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && low < high) {
        size_t middle = low + (high - low) / 2;
        s = batch_of(roots, middle, &found);
        if (s == STATUS_OK && found == batch) {
            *entry = roots->entries[middle];
            return STATUS_OK;
        }
        if (found < batch)
            low = middle + 1;
        else
            high = middle;
    }
    return s == STATUS_OK ? STATUS_NOT_FOUND : s;
}

static enum status find_all(struct export_job *job, struct roots *roots)
{
    enum status s = log_lines_open(job->log, &roots->lines);
    if (s == STATUS_OK)
        s = list_roots(roots);
    for (size_t c = 0; s == STATUS_OK && c < job->manifest->camera_count;
         c++) {
        struct manifest_camera *camera = &job->manifest->cameras[c];
        uint64_t known = 0;
        uint64_t entry = 0;
        for (size_t i = 0; s == STATUS_OK && i < camera->group_count; i++) {
            struct manifest_group *group = &camera->groups[i];
            if (!group->proven.has_proof)
                continue;
            if (group->proven.proof.batch != known)
                s = find_root(roots, group->proven.proof.batch, &entry);
            known = group->proven.proof.batch;
            group->root_entry = entry;
        }
    }
    return s;
}

static void roots_deinit(struct roots *roots)
{
    log_lines_close(&roots->lines);
    alloc_free(roots->entries);
    *roots = (struct roots){.count = 0};
}

int export_find_roots(struct export_job *job)
{
    enum status s = STATUS_NOT_FOUND;
    /* A root is on its way to the log while its leaves are there already. */
    for (int i = 0; i < TRIES && s == STATUS_NOT_FOUND; i++) {
        struct roots roots = {.count = 0};
        s = find_all(job, &roots);
        roots_deinit(&roots);
        if (s == STATUS_NOT_FOUND)
            pause_a_while();
    }
    return s == STATUS_OK ? EXIT_OK : export_explain("roots in the log", s);
}

/* ---- proofs ---- */

static int by_entry(const void *a, const void *b)
{
    uint64_t left = ((const struct export_proof *)a)->entry;
    uint64_t right = ((const struct export_proof *)b)->entry;
    return left < right ? -1 : left > right;
}

/* The entries that are named, ascending, each once. */
static enum status name_entries(struct export_job *job)
{
    size_t most = 4;
    for (size_t c = 0; c < job->manifest->camera_count; c++)
        most += job->manifest->cameras[c].group_count;
    struct export_proof *proofs = alloc_array(most, sizeof *proofs);
    if (proofs == NULL)
        return STATUS_NO_MEMORY;
    size_t count = 0;
    proofs[count++] = (struct export_proof){.entry = job->manifest->export};
    proofs[count++] = (struct export_proof){.entry = job->made_entry};
    if (job->manifest->order != 0)
        proofs[count++] = (struct export_proof){.entry = job->manifest->order};
    if (job->manifest->approval != 0)
        proofs[count++] =
            (struct export_proof){.entry = job->manifest->approval};
    for (size_t c = 0; c < job->manifest->camera_count; c++) {
        const struct manifest_camera *camera = &job->manifest->cameras[c];
        for (size_t i = 0; i < camera->group_count; i++) {
            if (camera->groups[i].proven.has_proof)
                proofs[count++] = (struct export_proof){
                    .entry = camera->groups[i].root_entry};
        }
    }
    qsort(proofs, count, sizeof *proofs, by_entry);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || proofs[i].entry != proofs[i - 1].entry)
            proofs[job->proof_count++] = proofs[i];
    }
    job->proofs = proofs;
    return job->proof_count > ZIP_FORM_FILES_MAX - MANIFEST_CAMERAS_MAX
               ? STATUS_LIMIT
               : STATUS_OK;
}

static enum status copy_lines(struct export_job *job)
{
    AUTO(log_lines_close) struct log_lines *lines = NULL;
    enum status s = log_lines_open(job->log, &lines);
    for (size_t i = 0; s == STATUS_OK && i < job->proof_count; i++) {
        s = log_lines_read(lines, job->proofs[i].entry, &job->lines);
        buffer_append_text(&job->lines, "\n");
    }
    return s == STATUS_OK ? buffer_status(&job->lines) : s;
}

/* All against one checkpoint. */
static enum status prove_all(struct export_job *job)
{
    struct checkpoint checkpoint;
    enum status s = export_checkpoint(job);
    if (s == STATUS_OK)
        s = checkpoint_open(buffer_text(&job->checkpoint), &job->key,
                            &checkpoint);
    for (size_t i = 0; s == STATUS_OK && i < job->proof_count; i++) {
        struct export_proof *proof = &job->proofs[i];
        proof->file.limit = PROOF_SIZE_MAX;
        (void)snprintf(proof->name, sizeof proof->name,
                       "proofs/%" PRIu64 ".tlog-proof", proof->entry);
        s = log_lines_prove(job->log, buffer_text(&job->checkpoint),
                            &checkpoint, proof->entry, &proof->file);
    }
    return s;
}

int export_prove(struct export_job *job)
{
    enum status s = name_entries(job);
    if (s == STATUS_OK)
        s = log_files_key(job->log, &job->key);
    if (s == STATUS_OK)
        s = copy_lines(job);
    if (s != STATUS_OK)
        return export_explain("the log", s);
    s = prove_all(job);
    return s == STATUS_OK ? EXIT_OK : export_explain("proofs", s);
}
