/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/verify/private.h"
#include "keys/offline.h"
#include "store/limits.h"

enum { FIRST_CAPACITY = 16, LOOKS = 3 };

struct verify_track *verify_track_of(struct verify *verify, uint32_t camera)
{
    size_t at = 0;
    while (at < verify->track_count && verify->tracks[at].camera < camera)
        at++;
    if (at < verify->track_count && verify->tracks[at].camera == camera)
        return &verify->tracks[at];
    if (verify->track_count == verify->track_capacity) {
        size_t capacity = verify->track_capacity == 0
                              ? FIRST_CAPACITY
                              : verify->track_capacity * 2;
        struct verify_track *tracks =
            alloc_resize(verify->tracks, capacity, sizeof *tracks);
        if (tracks == NULL) {
            verify->status = STATUS_NO_MEMORY;
            return NULL;
        }
        verify->tracks = tracks;
        verify->track_capacity = capacity;
    }
    memmove(&verify->tracks[at + 1], &verify->tracks[at],
            (verify->track_count - at) * sizeof *verify->tracks);
    verify->tracks[at] = (struct verify_track){.camera = camera};
    verify->track_count++;
    return &verify->tracks[at];
}

struct verify_track *verify_sub_track(struct verify *verify, uint32_t camera)
{
    for (size_t i = 0; i < verify->track_count; i++)
        if (stream_is_sub(verify->tracks[i].camera) &&
            stream_camera(verify->tracks[i].camera) == camera)
            return &verify->tracks[i];
    return NULL;
}

void span_list_add(struct verify *verify, struct span_list *list,
                   struct span span)
{
    if (list->count > 0) { /* records mostly follow each other */
        struct span *last = &list->spans[list->count - 1];
        if (span.from.us >= last->from.us && span.from.us <= last->to.us) {
            if (span.to.us > last->to.us)
                last->to = span.to;
            return;
        }
    }
    if (list->count == list->capacity) {
        size_t capacity =
            list->capacity == 0 ? FIRST_CAPACITY : list->capacity * 2;
        struct span *spans =
            alloc_resize(list->spans, capacity, sizeof *spans);
        if (spans == NULL) {
            verify->status = STATUS_NO_MEMORY;
            return;
        }
        list->spans = spans;
        list->capacity = capacity;
    }
    list->spans[list->count++] = span;
}

static int by_from(const void *a, const void *b)
{
    const struct span *left = a;
    const struct span *right = b;
    if (left->from.us == right->from.us)
        return 0;
    return left->from.us < right->from.us ? -1 : 1;
}

void span_list_merge(struct span_list *list, int64_t tolerance_us)
{
    if (list->count < 2)
        return;
    qsort(list->spans, list->count, sizeof *list->spans, by_from);
    size_t kept = 0;
    for (size_t i = 1; i < list->count; i++) {
        struct span *last = &list->spans[kept];
        struct span next = list->spans[i];
        if (next.from.us - last->to.us > tolerance_us)
            list->spans[++kept] = next;
        else if (next.to.us > last->to.us)
            last->to = next.to;
    }
    list->count = kept + 1;
}

int64_t span_list_inside(const struct span_list *list, struct span span)
{
    int64_t inside_us = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct span part = list->spans[i];
        if (!span_overlaps(part, span))
            continue;
        int64_t from_us =
            part.from.us > span.from.us ? part.from.us : span.from.us;
        int64_t to_us = part.to.us < span.to.us ? part.to.us : span.to.us;
        inside_us += to_us - from_us;
    }
    return inside_us;
}

void verify_problem(struct verify *verify, const char *where,
                    const char *format, ...)
{
    struct verify_result *result = verify->result;
    result->problems_all++;
    if (result->problem_count == VERIFY_PROBLEMS_MAX)
        return;
    if (result->problems == NULL)
        result->problems =
            alloc_array(VERIFY_PROBLEMS_MAX, sizeof *result->problems);
    if (result->problems == NULL) {
        verify->status = STATUS_NO_MEMORY;
        return;
    }
    struct verify_problem *problem =
        &result->problems[result->problem_count++];
    (void)snprintf(problem->where, sizeof problem->where, "%s", where);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(problem->what, sizeof problem->what, format, arguments);
    va_end(arguments);
}

static void take_death(struct verify *verify, struct verify_track *track,
                       const struct death *death, bool is_later)
{
    if (track == NULL)
        return;
    span_list_add(verify, &track->destroyed, death->slot);
    if (death->cause != CAUSE_CORRUPT && !is_later)
        span_list_add(verify, &track->dead, death->slot);
}

/* The table's own list of deaths explains too: entries may come later. */
void verify_take_deaths(struct verify *verify, bool is_later)
{
    size_t count = keys_offline_death_count(verify->keys);
    for (size_t i = 0; i < count; i++) {
        const struct death *death = keys_offline_death(verify->keys, i);
        if (death->subject > CAMERA_NUMBER_MAX)
            continue;
        take_death(verify, verify_track_of(verify, death->subject), death,
                   is_later);
        take_death(verify, verify_sub_track(verify, death->subject), death,
                   is_later);
    }
}

static void judge_chunks(struct verify *verify)
{
    size_t lost = keys_offline_lost_chunks(verify->keys);
    if (lost > 0)
        verify_problem(verify, "keys", "%zu camera-days of keys are damaged",
                       lost);
}

static void deinit(struct verify *verify)
{
    for (size_t i = 0; i < verify->track_count; i++) {
        alloc_free(verify->tracks[i].recorded.spans);
        alloc_free(verify->tracks[i].gaps.spans);
        alloc_free(verify->tracks[i].destroyed.spans);
        alloc_free(verify->tracks[i].explained.spans);
        alloc_free(verify->tracks[i].dead.spans);
        alloc_free(verify->tracks[i].open_gaps.spans);
        alloc_free(verify->tracks[i].lost.spans);
        alloc_free(verify->tracks[i].leaves.spans);
    }
    alloc_free(verify->tracks);
    holds_deinit(&verify->holds);
    alloc_free(verify->held);
    verify_seeds_release(verify);
    verify_leaves_release(verify);
    catalogue_deinit(&verify->volumes);
    run_table_deinit(&verify->seen);
    run_table_deinit(&verify->full);
}

static enum status check_all(struct verify *verify)
{
    enum status s = verify_records(verify);
    if (s == STATUS_OK && verify->beside == NULL)
        s = verify_index(verify);
    if (s == STATUS_OK)
        s = verify_log(verify);
    if (s == STATUS_OK)
        s = verify->status;
    if (s == STATUS_OK)
        s = verify_destroyed(verify);
    if (s == STATUS_OK)
        verify_holds(verify);
    if (s == STATUS_OK)
        s = verify_look_again(verify);
    if (verify->beside != NULL &&
        verify->horizon.us > verify->beside->settled.us)
        verify->horizon = verify->beside->settled;
    if (s == STATUS_OK)
        s = verify_coverage(verify);
    if (s == STATUS_OK)
        s = verify_leaf_files(verify);
    if (s == STATUS_OK)
        verify_holds_leaves(verify);
    return s;
}

static enum status run(struct verify *verify, struct verify_result *out)
{
    *out = (struct verify_result){0};
    verify->result = out;
    enum status s = verify_keys_renew(verify);
    if (s == STATUS_OK) {
        verify_take_deaths(verify, false);
        judge_chunks(verify);
        s = check_all(verify);
    }
    keys_offline_close(&verify->keys);
    deinit(verify);
    if (s != STATUS_OK)
        verify_result_deinit(out);
    return s;
}

enum status verify_run(const char *directory, struct verify_result *out)
{
    struct verify verify = {.layer = &FILE_LAYER_SYSTEM,
                            .directory = directory};
    return run(&verify, out);
}

enum status verify_run_beside(const char *directory, struct verify_result *out)
{
    enum status s = STATUS_OK;
    for (int look = 0; s == STATUS_OK && look < LOOKS; look++) {
        struct verify_beside beside;
        struct verify verify = {.layer = &FILE_LAYER_SYSTEM,
                                .directory = directory,
                                .beside = &beside};
        if (look > 0)
            verify_result_deinit(out);
        s = verify_beside_begin(&verify, &beside);
        if (s == STATUS_OK)
            s = run(&verify, out);
        if (s != STATUS_OK)
            break;
        out->is_beside = true;
        out->settled = beside.settled;
        if (verify_is_ok(out))
            break;
    }
    return s;
}

bool verify_is_ok(const struct verify_result *result)
{
    return result->damaged == 0 && result->audio_tracks == 0 &&
           result->unexplained_us == 0 && result->problems_all == 0;
}

void verify_result_deinit(struct verify_result *result)
{
    alloc_free(result->cameras);
    alloc_free(result->problems);
    *result = (struct verify_result){0};
}
