/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every span that the log or the key table calls destroyed, against the table
 * and the volumes: no living key reaches into it, and no record of it opens.
 */
#include "cmd/verify/leaves.h"
#include "keys/offline.h"

enum {
    /* The last picture of a record may last beyond its key unit. */
    TAIL_US = 1 * SECOND_US,
};

static void on_cell(void *context, uint32_t subject, struct span span,
                    struct wall_time die_at)
{
    struct verify *verify = context;
    char from[TIME_TEXT_SIZE];
    verify->result->live_keys++;
    verify->result->overdue_keys +=
        die_at.us <= keys_offline_time(verify->keys).us;
    if (subject > CAMERA_NUMBER_MAX)
        return;
    const struct verify_track *track = verify_track_of(verify, subject);
    if (track == NULL || span_list_inside(&track->dead, span) == 0)
        return;
    wall_time_format(span.from, from);
    verify_problem(verify, "keys",
                   "camera %u: the key of %s lives, and was to be dead",
                   subject, from);
}

static void judge_track(struct verify *verify, const struct verify_track *track)
{
    for (size_t i = 0; i < track->recorded.count; i++) {
        struct span run = track->recorded.spans[i];
        int64_t inside_us = span_list_inside(&track->dead, run);
        char from[TIME_TEXT_SIZE];
        if (inside_us <= TAIL_US)
            continue;
        wall_time_format(run.from, from);
        verify_problem(verify, "volumes",
                       "camera %u: records from %s open, %lld s of them were "
                       "to be destroyed",
                       track->camera, from,
                       (long long)(inside_us / SECOND_US));
    }
}

bool verify_is_gone(struct verify *verify, uint32_t camera, struct span span)
{
    const struct verify_track *track = verify_track_of(verify, camera);
    return track != NULL && (span_list_inside(&track->destroyed, span) > 0 ||
                             span_list_inside(&track->lost, span) > 0);
}

bool verify_is_any_gone(struct verify *verify, struct span span)
{
    for (size_t i = 0; i < verify->track_count; i++) {
        if (verify_is_gone(verify, verify->tracks[i].camera, span))
            return true;
    }
    return false;
}

enum status verify_destroyed(struct verify *verify)
{
    for (size_t i = 0; i < verify->track_count; i++)
        span_list_merge(&verify->tracks[i].dead, 0);
    keys_offline_each(verify->keys, on_cell, verify);
    for (size_t i = 0; i < verify->track_count; i++)
        judge_track(verify, &verify->tracks[i]);
    return verify->status;
}
