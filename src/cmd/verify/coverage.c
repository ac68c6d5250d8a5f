/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/alloc.h"
#include "cmd/verify/private.h"
#include "store/limits.h"

enum {
    /* Pictures of the last seconds may be on their way when all power goes
     * (at most 2 s unsynced), and a silence is told after 2 s. */
    TAIL_US = 5000000,
};

/* An open gap lasts until pictures come back, or to the end. */
static void close_open_gaps(struct verify *verify, struct verify_track *track)
{
    for (size_t i = 0; i < track->open_gaps.count; i++) {
        struct span gap = {track->open_gaps.spans[i].from, verify->horizon};
        for (size_t j = 0; j < track->recorded.count; j++) {
            struct span run = track->recorded.spans[j];
            if (run.from.us <= gap.from.us && run.to.us > gap.from.us)
                gap.to = gap.from; /* so short that it was no gap */
            else if (run.from.us > gap.from.us && run.from.us < gap.to.us)
                gap.to = run.from;
        }
        if (!span_is_empty(gap))
            span_list_add(verify, &track->gaps, gap);
    }
}

/* What of the hole is in no explanation. */
static void judge_piece(struct verify *verify, struct verify_camera *camera,
                        struct span piece)
{
    int64_t size_us = piece.to.us - piece.from.us;
    if (size_us <= GAP_TOLERANCE_US)
        return;
    if (piece.to.us >= verify->horizon.us && size_us <= TAIL_US)
        return;
    camera->unexplained_us += size_us;
    char where[VERIFY_WHERE_SIZE];
    char from[TIME_TEXT_SIZE];
    wall_time_format(piece.from, from);
    (void)snprintf(where, sizeof where, "camera %u %s", camera->camera, from);
    verify_problem(verify, where, "%lld.%03lld s neither recorded nor "
                                  "explained",
                   (long long)(size_us / SECOND_US),
                   (long long)(size_us % SECOND_US / 1000));
}

/* How much of the hole was recorded once: destroyed, and not a gap. */
static int64_t destroyed_in(const struct verify_track *track,
                            struct span hole)
{
    int64_t destroyed_us = 0;
    for (size_t i = 0; i < track->destroyed.count; i++) {
        struct span part = track->destroyed.spans[i];
        if (part.from.us < hole.from.us)
            part.from = hole.from;
        if (part.to.us > hole.to.us)
            part.to = hole.to;
        if (!span_is_empty(part))
            destroyed_us += part.to.us - part.from.us -
                            span_list_inside(&track->gaps, part);
    }
    return destroyed_us;
}

static void add_all(struct verify *verify, struct span_list *to,
                    const struct span_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        span_list_add(verify, to, from->spans[i]);
}

/* A stretch without records, against the merged explanations. */
static void judge_hole(struct verify *verify, const struct verify_track *track,
                       struct verify_camera *camera, struct span hole)
{
    struct wall_time at = hole.from;
    camera->destroyed_us += destroyed_in(track, hole);
    for (size_t i = 0; i < track->explained.count && at.us < hole.to.us;
         i++) {
        struct span why = track->explained.spans[i];
        if (why.to.us <= at.us)
            continue;
        if (why.from.us >= hole.to.us)
            break;
        if (why.from.us > at.us)
            judge_piece(verify, camera, (struct span){at, why.from});
        struct wall_time from = why.from.us > at.us ? why.from : at;
        struct wall_time to = why.to.us < hole.to.us ? why.to : hole.to;
        camera->explained_us += to.us - from.us;
        at = to;
    }
    if (at.us < hole.to.us)
        judge_piece(verify, camera, (struct span){at, hole.to});
}

static void judge_track(struct verify *verify, struct verify_track *track,
                        struct verify_camera *camera)
{
    span_list_merge(&track->recorded, GAP_TOLERANCE_US);
    close_open_gaps(verify, track);
    span_list_merge(&track->gaps, 0);
    span_list_merge(&track->destroyed, 0);
    add_all(verify, &track->explained, &track->gaps);
    add_all(verify, &track->explained, &track->destroyed);
    span_list_merge(&track->explained, 0);
    *camera = (struct verify_camera){.camera = track->camera,
                                     .recorded_us = track->recorded_us};
    struct wall_time at = track->added;
    if (!track->is_added) {
        if (track->recorded.count == 0)
            return; /* only deaths of seeds that were never used */
        char where[VERIFY_WHERE_SIZE];
        (void)snprintf(where, sizeof where, "camera %u", track->camera);
        verify_problem(verify, where, "records, but no camera.added entry");
        at = track->recorded.spans[0].from;
    }
    for (size_t i = 0; i < track->recorded.count; i++) {
        struct span run = track->recorded.spans[i];
        if (run.from.us > at.us)
            judge_hole(verify, track, camera, (struct span){at, run.from});
        if (run.to.us > at.us)
            at = run.to;
    }
    if (at.us < verify->horizon.us)
        judge_hole(verify, track, camera,
                   (struct span){at, verify->horizon});
}

enum status verify_coverage(struct verify *verify)
{
    struct verify_result *result = verify->result;
    if (verify->track_count == 0)
        return STATUS_OK;
    result->cameras =
        alloc_array(verify->track_count, sizeof *result->cameras);
    if (result->cameras == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < verify->track_count; i++) {
        struct verify_camera camera;
        judge_track(verify, &verify->tracks[i], &camera);
        result->unexplained_us += camera.unexplained_us;
        result->cameras[result->camera_count++] = camera;
    }
    return verify->status;
}
