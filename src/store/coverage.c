/* SPDX-License-Identifier: Apache-2.0 */
#include "store/coverage.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/limits.h"

struct coverage coverage_from(uint32_t camera, struct wall_time until,
                              enum cause default_cause)
{
    return (struct coverage){.camera = camera,
                             .until = until,
                             .settled = until,
                             .default_cause = default_cause};
}

static void set_detail(struct coverage *coverage, struct text detail)
{
    if (detail.size > sizeof coverage->detail || !text_is_plain(detail))
        detail = (struct text){NULL, 0};
    if (detail.size > 0)
        memcpy(coverage->detail, detail.data, detail.size);
    coverage->detail_size = detail.size;
}

static struct text detail_of(const struct coverage *coverage)
{
    return (struct text){coverage->detail, coverage->detail_size};
}

static enum cause cause_of(const struct coverage *coverage)
{
    return coverage->cause != CAUSE_NONE ? coverage->cause
                                         : coverage->default_cause;
}

bool coverage_on_state(struct coverage *coverage, enum cause cause,
                       struct text detail, struct wall_time time,
                       struct event *out)
{
    /* The same again without words, as at the next try: the words stand. */
    if (cause != CAUSE_NONE && (cause != coverage->cause || detail.size > 0)) {
        coverage->cause = cause;
        set_detail(coverage, detail);
    }
    if (coverage->is_state_known && coverage->state == cause)
        return false;
    coverage->state = cause;
    coverage->is_state_known = true;
    *out = (struct event){.kind = EVENT_CAMERA_STATE,
                          .cause = cause,
                          .camera = coverage->camera,
                          .span = {time, time}};
    if (cause != CAUSE_NONE)
        out->detail = detail_of(coverage);
    return true;
}

/* Why nothing comes at all; a loss behind it explains the end of it at most. */
static bool explains_silence(enum cause cause)
{
    return cause != CAUSE_NONE && cause != CAUSE_STARTING &&
           cause != CAUSE_DAMAGED;
}

void coverage_on_loss(struct coverage *coverage, uint32_t packets)
{
    if (coverage->cause == CAUSE_OVERLOAD)
        return; /* lost by us */
    coverage->lost_packets += packets;
    if (explains_silence(coverage->cause))
        return;
    coverage->cause = CAUSE_DAMAGED;
    char words[DAMAGE_WORDS_SIZE];
    int size = snprintf(words, sizeof words, "%u packets",
                        (unsigned)coverage->lost_packets);
    set_detail(coverage, (struct text){words, size > 0 ? (size_t)size : 0});
}

void coverage_on_step(struct coverage *coverage, struct wall_time now)
{
    coverage->cause = CAUSE_CLOCK;
    coverage->detail_size = 0;
    if (coverage->until.us > now.us)
        coverage->until = now;
    coverage->settled = coverage->until;
    if (coverage->heard.us > now.us)
        coverage->heard = now;
    if (coverage->damage.told.us > now.us)
        coverage->damage.told = now;
}

static void fill(const struct coverage *coverage, enum event_kind kind,
                 struct span span, struct event *out)
{
    *out = (struct event){.kind = kind,
                          .cause = cause_of(coverage),
                          .camera = coverage->camera,
                          .span = span};
    if (coverage->cause != CAUSE_NONE)
        out->detail = detail_of(coverage);
}

/* What was never told to be planned is not called so: a vault that has started
 * anew has its own reason up to here. */
bool coverage_split(struct coverage *coverage, enum cause cause,
                    struct wall_time time, struct event *out)
{
    const bool was_planned = coverage->cause == CAUSE_PLANNED_OFF;
    const bool is_planned = cause == CAUSE_PLANNED_OFF;
    if (was_planned == is_planned || coverage->until.us == 0 ||
        time.us - coverage->until.us <= GAP_TOLERANCE_US)
        return false;
    fill(coverage, EVENT_GAP, (struct span){coverage->until, time}, out);
    coverage->until = coverage->settled = time;
    coverage->has_open_gap = false;
    coverage->cause = CAUSE_NONE;
    coverage->default_cause = CAUSE_NO_DATA;
    coverage->is_split = true;
    return true;
}

/* How long a sample lasts is reckoned; it ends where the next one begins, if
 * that is earlier, here as in its record. */
static void add_sample(struct coverage *coverage, struct span sample)
{
    int64_t end_us = coverage->until.us < sample.from.us ? coverage->until.us
                                                         : sample.from.us;
    if (end_us > coverage->settled.us)
        coverage->settled.us = end_us;
    coverage->until = sample.to.us > coverage->settled.us ? sample.to
                                                          : coverage->settled;
}

/* A hole that is no gap by its length. True where it is told at once. */
static bool take_damage(struct coverage *coverage, struct span hole)
{
    const int64_t calm_us = (int64_t)DAMAGE_EVERY_MOST_S * SECOND_US;
    if (coverage->lost_packets == 0 || hole.from.us == 0)
        return false;
    if (coverage->damage.told.us == 0 ||
        (coverage->damage.holes == 0 &&
         hole.to.us - coverage->damage.told.us >= calm_us)) {
        coverage->damage.told = hole.to;
        coverage->damage.every_us = DAMAGE_EVERY_US;
        return true;
    }
    coverage->damage.holes++;
    coverage->damage.packets += coverage->lost_packets;
    coverage->damage.missing_us += hole.to.us - hole.from.us;
    coverage->damage.last = hole.to;
    return false;
}

bool coverage_tell_damage(struct coverage *coverage, struct wall_time now,
                          struct event *out)
{
    if (coverage->damage.holes == 0)
        return false;
    int size = snprintf(coverage->damage.words, DAMAGE_WORDS_SIZE,
                        "%u packets, %u holes, %lld ms in all",
                        (unsigned)coverage->damage.packets,
                        (unsigned)coverage->damage.holes,
                        (long long)coverage->damage.missing_us / 1000);
    *out = (struct event){
        .kind = EVENT_GAP,
        .cause = CAUSE_DAMAGED,
        .camera = coverage->camera,
        .span = {coverage->damage.last, coverage->damage.last},
        .detail = {coverage->damage.words, size > 0 ? (size_t)size : 0},
    };
    coverage->damage.told = now;
    coverage->damage.every_us *= 2;
    if (coverage->damage.every_us > (int64_t)DAMAGE_EVERY_MOST_S * SECOND_US)
        coverage->damage.every_us = (int64_t)DAMAGE_EVERY_MOST_S * SECOND_US;
    coverage->damage.holes = coverage->damage.packets = 0;
    coverage->damage.missing_us = 0;
    return true;
}

bool coverage_on_sample(struct coverage *coverage, struct span sample,
                        struct event *out)
{
    struct span gap = {coverage->until, sample.from};
    bool is_gap = gap.from.us != 0 &&
                  (gap.to.us - gap.from.us > GAP_TOLERANCE_US ||
                   coverage->has_open_gap || coverage->is_split);
    if (gap.to.us < gap.from.us)
        gap.to = gap.from;
    is_gap = is_gap || take_damage(coverage, gap);
    if (is_gap)
        fill(coverage, EVENT_GAP, gap, out);
    add_sample(coverage, sample);
    coverage->lost_packets = 0;
    coverage->has_open_gap = false;
    coverage->is_split = false;
    coverage->cause = CAUSE_NONE;
    coverage->default_cause = CAUSE_NO_DATA;
    return is_gap;
}

void coverage_on_arrival(struct coverage *coverage, struct wall_time now)
{
    coverage->heard = now;
}

bool coverage_on_time(struct coverage *coverage, struct wall_time now,
                      struct event *out)
{
    if (now.us - coverage->damage.told.us >= coverage->damage.every_us &&
        coverage_tell_damage(coverage, now, out))
        return true;
    int64_t since_us = coverage->until.us > coverage->heard.us
                           ? coverage->until.us
                           : coverage->heard.us;
    if (coverage->has_open_gap || coverage->until.us == 0 ||
        now.us - since_us <= SILENCE_US)
        return false;
    coverage->has_open_gap = true;
    fill(coverage, EVENT_GAP_OPEN,
         (struct span){coverage->until, coverage->until}, out);
    return true;
}

void coverage_on_stop(struct coverage *coverage, struct event *out)
{
    *out = (struct event){.kind = EVENT_GAP_OPEN,
                          .cause = CAUSE_STOPPED,
                          .camera = coverage->camera,
                          .span = {coverage->until, coverage->until}};
    coverage->has_open_gap = true;
}
