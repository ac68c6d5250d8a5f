/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index against the volumes: every full volume has its row, every row its
 * volume, and the cameras' runs hold what the volumes do, no more and no less.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cmd/verify/index_copy.h"
#include "cmd/verify/private.h"
#include "store/index.h"
#include "store/limits.h"

enum { INDEX_SLACK_US = 2000000 }; /* a damaged record is told elsewhere */

static void compare_rows(struct verify *verify,
                         const struct catalogue *index)
{
    for (size_t i = 0; i < index->count; i++) {
        const struct catalogue_row *row = &index->rows[i];
        const struct catalogue_row *found =
            catalogue_find(&verify->volumes, row->number);
        if (found == NULL || found->class_id != row->class_id)
            verify_problem(verify, "index",
                           "volume %u stands in it, and is not there",
                           row->number);
        else if (!span_is_empty(found->span) &&
                 (found->span.from.us < row->span.from.us ||
                  found->span.to.us > row->span.to.us))
            verify_problem(verify, "index",
                           "volume %u holds another time than it says",
                           row->number);
    }
}

/* A volume that became full in the recorder's last moment may be unknown. */
static void find_unknown(struct verify *verify,
                         const struct catalogue *index)
{
    uint32_t last = 0;
    for (size_t i = verify->volumes.count; i > 0; i--) {
        const struct catalogue_row *row = &verify->volumes.rows[i - 1];
        if (catalogue_find(index, row->number) != NULL)
            last = row->number > last ? row->number : last;
        else if (!row->is_unread && row->number < last)
            verify_problem(verify, "index", "volume %u is not in it",
                           row->number);
    }
}

/* How much of the span no run holds. */
static int64_t outside(const struct camera_runs *runs, struct span span)
{
    int64_t left_us = span.to.us - span.from.us;
    size_t count = runs == NULL ? 0 : runs->count;
    for (size_t i = runs == NULL ? 0 : camera_runs_after(runs, span.from);
         i < count && runs->runs[i].from.us < span.to.us; i++) {
        struct span part = runs->runs[i];
        if (part.from.us < span.from.us)
            part.from = span.from;
        if (part.to.us > span.to.us)
            part.to = span.to;
        left_us -= part.to.us - part.from.us;
    }
    return left_us;
}

/* What of the one table's runs the other does not have. */
static void compare_runs(struct verify *verify, const struct run_table *these,
                         const struct run_table *those, const char *words)
{
    for (size_t i = 0; i < these->count; i++) {
        const struct camera_runs *camera = &these->cameras[i];
        const struct camera_runs *other =
            run_table_find(those, camera->camera);
        int64_t missing_us = 0;
        for (size_t j = 0; j < camera->count; j++)
            missing_us += outside(other, camera->runs[j]);
        if (missing_us > INDEX_SLACK_US)
            verify_problem(verify, "index", "camera %u: %lld s %s",
                           camera->camera,
                           (long long)(missing_us / SECOND_US), words);
    }
}

/* Without a full volume there is nothing that it could know. */
static bool has_full(const struct catalogue *volumes)
{
    for (size_t i = 0; i < volumes->count; i++) {
        if (!volumes->rows[i].is_unread)
            return true;
    }
    return false;
}

enum status verify_index(struct verify *verify)
{
    char path[PATH_SIZE];
    if (verify->volumes.count == 0) /* nothing recorded yet, and nothing here */
        return STATUS_OK;           /* says whose the index would be */
    (void)snprintf(path, sizeof path, "%s/index/runs.db", verify->directory);
    struct catalogue index = {0};
    struct run_table runs = {0};
    struct index_copy copy;
    enum status s = index_copy_make(verify->layer, path, &copy);
    if (s == STATUS_OK)
        s = store_index_read(copy.path, verify->installation, &index, &runs);
    index_copy_remove(&copy);
    if (s == STATUS_NOT_FOUND && has_full(&verify->volumes))
        verify_problem(verify, "index", "not there");
    else if (s == STATUS_CORRUPT)
        verify_problem(verify, "index", "edited or damaged");
    else if (s != STATUS_OK && s != STATUS_NOT_FOUND && s != STATUS_NO_MEMORY)
        verify_problem(verify, "index", "cannot be read: %s",
                       status_name(s));
    if (s == STATUS_OK) {
        compare_rows(verify, &index);
        find_unknown(verify, &index);
        if (verify->result->damaged == 0)
            compare_runs(verify, &runs, &verify->seen,
                         "stand in it, and are not there");
        compare_runs(verify, &verify->full, &runs, "are not in it");
    }
    catalogue_deinit(&index);
    run_table_deinit(&runs);
    return s == STATUS_NO_MEMORY ? s : STATUS_OK;
}
