/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/verify/private.h"
#include "log/log_check.h"
#include "model/cause.h"
#include "store/limits.h"

/* The camera that the entry is about; NULL where it names none. */
static struct verify_track *track_of(struct verify *verify,
                                     const struct entry_line *entry)
{
    int64_t camera = 0;
    if (entry_line_number(entry, "camera", &camera) != STATUS_OK ||
        camera < CAMERA_NUMBER_MIN || camera > STREAM_NUMBER_MAX ||
        !stream_is_good((uint32_t)camera))
        return NULL;
    return verify_track_of(verify, (uint32_t)camera);
}

static void take_added(struct verify *verify, const struct entry_line *entry)
{
    struct verify_track *track = track_of(verify, entry);
    struct wall_time from;
    if (track == NULL ||
        entry_line_time(entry, "from", &from) != STATUS_OK)
        return;
    if (!track->is_added || from.us < track->added.us)
        track->added = from;
    track->is_added = true;
}

/* from and to, where they are a span. */
static void take_span(struct verify *verify, struct verify_track *track,
                      const struct entry_line *entry, bool is_destruction)
{
    struct span span;
    if (track == NULL ||
        entry_line_time(entry, "from", &span.from) != STATUS_OK ||
        entry_line_time(entry, "to", &span.to) != STATUS_OK ||
        span_is_empty(span))
        return;
    span_list_add(verify,
                  is_destruction ? &track->destroyed : &track->gaps, span);
    if (entry->kind == ENTRY_RECORDS_LOST)
        span_list_add(verify, &track->lost, span);
    struct text cause = text_of("");
    if (is_destruction && !verify_is_later(verify, entry->number) &&
        entry_line_text(entry, "cause", &cause) == STATUS_OK &&
        !text_equal(cause, text_of(cause_name(CAUSE_CORRUPT))))
        span_list_add(verify, &track->dead, span);
}

/* A camera's keys are those of both its streams. */
static void take_destruction(struct verify *verify,
                             const struct entry_line *entry)
{
    struct verify_track *track = track_of(verify, entry);
    uint32_t stream = track == NULL ? 0 : track->camera;
    take_span(verify, track, entry, true);
    take_span(verify, verify_sub_track(verify, stream), entry, true);
}

/* The end of a gap that was told while it was open. */
static void close_open_gap(struct verify *verify,
                           const struct entry_line *entry)
{
    struct verify_track *track = track_of(verify, entry);
    struct span gap;
    size_t kept = 0;
    if (track == NULL ||
        entry_line_time(entry, "from", &gap.from) != STATUS_OK ||
        entry_line_time(entry, "to", &gap.to) != STATUS_OK)
        return;
    for (size_t i = 0; i < track->open_gaps.count; i++) {
        struct wall_time from = track->open_gaps.spans[i].from;
        if (from.us < gap.from.us || from.us > gap.to.us)
            track->open_gaps.spans[kept++] = track->open_gaps.spans[i];
    }
    track->open_gaps.count = kept;
}

static void take_open_gap(struct verify *verify,
                          const struct entry_line *entry)
{
    struct verify_track *track = track_of(verify, entry);
    struct span span;
    if (track == NULL ||
        entry_line_time(entry, "from", &span.from) != STATUS_OK)
        return;
    span.to = span.from;
    span_list_add(verify, &track->open_gaps, span);
}

static void take_entry(struct verify *verify, const struct entry_line *entry)
{
    if (entry->time.us > verify->horizon.us)
        verify->horizon = entry->time;
    if (!entry->is_known)
        return;
    holds_add(&verify->holds, entry);
    verify_seeds_take(verify, entry);
    verify_leaves_take(verify, entry);
    if (entry->kind == ENTRY_CAMERA_ADDED)
        take_added(verify, entry);
    verify_take_span_entry(verify, entry);
    verify->result->restarts += entry->kind == ENTRY_ROLE_RESTARTED;
    verify->result->destructions += entry->kind == ENTRY_DELETION_DONE;
}

void verify_take_span_entry(struct verify *verify,
                            const struct entry_line *entry)
{
    if (entry->kind == ENTRY_GAP || entry->kind == ENTRY_RECORDS_LOST)
        take_span(verify, track_of(verify, entry), entry, false);
    else if (entry->kind == ENTRY_DELETION_DONE)
        take_destruction(verify, entry);
    else if (entry->kind == ENTRY_GAP_OPEN)
        take_open_gap(verify, entry);
    if (entry->kind == ENTRY_GAP)
        close_open_gap(verify, entry);
}

static void on_entry(void *context, uint64_t position,
                     const struct entry_line *entry, struct text line)
{
    (void)position;
    (void)line;
    take_entry(context, entry);
}

static void on_finding(void *context, const char *where, const char *what)
{
    char place[VERIFY_WHERE_SIZE];
    /* What was kept elsewhere has a path of its own. */
    bool is_path = where[0] == '/' || where[0] == '.';
    (void)snprintf(place, sizeof place, "%s%s", is_path ? "" : "log/", where);
    verify_problem(context, place, "%s", what);
}

static bool exists(const struct file_layer *layer, const char *path)
{
    AUTO(file_close) struct file *file = NULL;
    return file_open(layer, path, FILE_READ, &file) == STATUS_OK;
}

enum status verify_log(struct verify *verify)
{
    char directory[PATH_SIZE];
    char kept[PATH_SIZE];
    struct log_check_result result;
    const struct log_visitor visitor = {on_entry, on_finding, verify};
    (void)snprintf(directory, sizeof directory, "%s/log", verify->directory);
    (void)snprintf(kept, sizeof kept, "%s/office/checkpoint",
                   verify->directory);
    const struct log_check_request request = {
        .layer = verify->layer,
        .directory = directory,
        .checkpoints = {kept},
        .checkpoint_count = exists(verify->layer, kept) ? 1 : 0,
    };
    enum status s = log_check_run(&request, &visitor, &result);
    if (s == STATUS_NOT_FOUND) {
        verify_problem(verify, "log", "there is none");
        return STATUS_OK;
    }
    verify->result->entries = result.entries;
    verify->log_end = result.end;
    if (result.texts_absent > 0)
        verify_problem(verify, "log/texts",
                       "all %llu texts of the entries are missing",
                       (unsigned long long)result.texts_absent);
    return s;
}
