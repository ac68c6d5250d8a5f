/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/verify_private.h"
#include "log/log_reader.h"
#include "model/cause.h"
#include "store/limits.h"

/* The camera that the entry is about; NULL where it names none. */
static struct verify_track *track_of(struct verify *verify,
                                     const struct entry_line *entry)
{
    int64_t camera = 0;
    if (entry_line_number(entry, "camera", &camera) != STATUS_OK ||
        camera < CAMERA_NUMBER_MIN || camera > CAMERA_NUMBER_MAX)
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
static void take_span(struct verify *verify, const struct entry_line *entry,
                      bool is_destruction)
{
    struct verify_track *track = track_of(verify, entry);
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
    if (is_destruction &&
        entry_line_text(entry, "cause", &cause) == STATUS_OK &&
        !text_equal(cause, text_of(cause_name(CAUSE_CORRUPT))))
        span_list_add(verify, &track->dead, span);
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
    else if (entry->kind == ENTRY_GAP || entry->kind == ENTRY_RECORDS_LOST)
        take_span(verify, entry, false);
    else if (entry->kind == ENTRY_DELETION_DONE)
        take_span(verify, entry, true);
    else if (entry->kind == ENTRY_GAP_OPEN)
        take_open_gap(verify, entry);
    if (entry->kind == ENTRY_GAP)
        close_open_gap(verify, entry);
    verify->result->restarts += entry->kind == ENTRY_ROLE_RESTARTED;
    verify->result->destructions += entry->kind == ENTRY_DELETION_DONE;
}

static void take_item(struct verify *verify, const struct log_item *item)
{
    if (item->problem == LOG_PROBLEM_TORN)
        return; /* never acknowledged */
    char where[VERIFY_WHERE_SIZE];
    (void)snprintf(where, sizeof where, "log/entries line %llu",
                   (unsigned long long)item->position + 1);
    if (item->problem != LOG_PROBLEM_NONE &&
        item->problem != LOG_PROBLEM_NO_LEAF)
        verify_problem(verify, where, "%s", log_problem_text(item->problem));
    bool is_read = item->problem == LOG_PROBLEM_NONE ||
                   item->problem == LOG_PROBLEM_LEAF ||
                   item->problem == LOG_PROBLEM_NO_LEAF;
    if (!is_read)
        return;
    verify->result->entries++;
    take_entry(verify, &item->entry);
}

enum status verify_log(struct verify *verify)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/log", verify->directory);
    AUTO(log_reader_destroy) struct log_reader *reader = NULL;
    enum status s = log_reader_create(verify->layer, path, &reader);
    if (s == STATUS_NOT_FOUND) {
        verify_problem(verify, "log", "there is none");
        return STATUS_OK;
    }
    while (s == STATUS_OK) {
        struct log_item item;
        s = log_reader_next(reader, &item);
        if (s == STATUS_OK)
            take_item(verify, &item);
    }
    if (s == STATUS_LIMIT) {
        verify_problem(verify, "log/entries", "a line beyond all limits");
        s = STATUS_END;
    }
    return s == STATUS_END ? STATUS_OK : s;
}
