/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/promise/promise.h"

#include "base/alloc.h"
#include "base/text.h"
#include "notice/promise/capability.h"
#include "notice/promise/hours.h"

enum {
    PROMISES_PER_GROUP = 4 + CAPABILITY_COUNT,
    PROMISES_OF_ALL = 7,
};

struct evaluation {
    const struct notice *notice;
    const struct promise_figures *figures;
    struct promises *out;
};

static struct promise *add(struct evaluation *evaluation,
                           enum promise_kind kind, size_t subject)
{
    struct promises *out = evaluation->out;
    struct promise *promise = &out->list[out->count++];
    *promise = (struct promise){.kind = kind, .subject = subject};
    return promise;
}

static void set(struct promise *promise, enum promise_state state,
                enum drift drift, struct wall_time since)
{
    promise->state = state;
    promise->drift = drift;
    promise->since = since;
}

static const struct wall_time UNKNOWN = {0};

/* The cameras of a group in one look. */
struct group_figures {
    uint32_t installed;
    uint32_t recording;
    struct wall_time off_since;  /* of the first that is off; 0: unknown */
    struct wall_time last_change;
    int64_t missing_us; /* the most */
    struct wall_time oldest;
    struct wall_time newest;
    struct wall_time lost_to;
    uint32_t proven; /* exclusions, of all cameras */
    struct wall_time proven_at;
};

static struct wall_time earlier(struct wall_time a, struct wall_time b)
{
    return b.us != 0 && (a.us == 0 || b.us < a.us) ? b : a;
}

static struct wall_time later(struct wall_time a, struct wall_time b)
{
    return b.us > a.us ? b : a;
}

static void add_camera(struct group_figures *out,
                       const struct promise_camera *camera)
{
    out->installed++;
    out->recording += camera->is_recording;
    if (!camera->is_recording)
        out->off_since = earlier(out->off_since, camera->state_since);
    out->last_change = later(out->last_change, camera->state_since);
    if (camera->missing_us > out->missing_us)
        out->missing_us = camera->missing_us;
    out->oldest = earlier(out->oldest, camera->oldest);
    out->newest = later(out->newest, camera->newest);
    out->lost_to = later(out->lost_to, camera->lost_to);
    out->proven += camera->proven;
    out->proven_at = later(out->proven_at, camera->proven_at);
}

static struct group_figures figures_of(const struct promise_figures *figures,
                                       size_t group)
{
    struct group_figures out = {0};
    for (size_t i = 0; i < figures->camera_count; i++) {
        if (figures->cameras[i].group == group)
            add_camera(&out, &figures->cameras[i]);
    }
    return out;
}

/* ---- a group ---------------------------------------------------------------
 */

/* Whether it is to be recorded now; *is_known: whether its words are times. */
static bool is_in_hours(const struct notice_group *group, struct wall_time now,
                        bool *is_known)
{
    struct filming_hours hours;
    *is_known = group->trigger.ko.size == 0 &&
                filming_hours_parse(group->hours.ko, &hours);
    return !*is_known || filming_hours_hold(hours, now);
}

static void evaluate_off(const struct promise_figures *figures,
                         const struct group_figures *seen,
                         struct promise *promise)
{
    int64_t limit_s = figures->is_demo ? PROMISE_OFF_DEMO_S : PROMISE_OFF_S;
    bool is_off = seen->off_since.us != 0 &&
                  figures->now.us - seen->off_since.us >= limit_s * SECOND_US;
    set(promise, is_off ? PROMISE_BROKEN : PROMISE_AT_RISK, DRIFT_CAMERA_OFF,
        seen->off_since);
}

static void evaluate_cameras(struct evaluation *evaluation, size_t index,
                             const struct group_figures *seen)
{
    const struct notice_group *group = &evaluation->notice->groups[index];
    const struct promise_figures *figures = evaluation->figures;
    bool is_known = false;
    struct promise *promise = add(evaluation, PROMISE_CAMERAS, index);
    promise->promised = group->camera_count;
    promise->installed = seen->installed;
    promise->measured = seen->recording;
    if (seen->installed < group->camera_count)
        set(promise, PROMISE_BROKEN, DRIFT_CAMERAS_FEWER, UNKNOWN);
    else if (seen->installed > group->camera_count)
        set(promise, PROMISE_BROKEN, DRIFT_CAMERAS_MORE, UNKNOWN);
    else if (!figures->has_vault)
        set(promise, PROMISE_UNMEASURED, DRIFT_NONE, UNKNOWN);
    else if (seen->recording < seen->installed &&
             is_in_hours(group, figures->now, &is_known))
        evaluate_off(figures, seen, promise);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, seen->last_change);
}

static void evaluate_hours(struct evaluation *evaluation, size_t index,
                           const struct group_figures *seen)
{
    const struct notice_group *group = &evaluation->notice->groups[index];
    const struct promise_figures *figures = evaluation->figures;
    bool is_known = false;
    bool is_in = is_in_hours(group, figures->now, &is_known);
    struct promise *promise = add(evaluation, PROMISE_HOURS, index);
    promise->missing_s = seen->missing_us / SECOND_US;
    if (!figures->has_vault || !is_known)
        set(promise, PROMISE_UNMEASURED, DRIFT_NONE, UNKNOWN);
    else if (!is_in && seen->recording > 0)
        set(promise, PROMISE_BROKEN, DRIFT_HOURS_EXCEEDED, UNKNOWN);
    else if (promise->missing_s >= PROMISE_MISSING_BROKEN_S)
        set(promise, PROMISE_BROKEN, DRIFT_HOURS_MISSED, UNKNOWN);
    else if (promise->missing_s >= PROMISE_MISSING_RISK_S)
        set(promise, PROMISE_AT_RISK, DRIFT_HOURS_MISSED, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

/* When the period's ceiling had passed for what was recorded then. */
static struct wall_time ceiling_of(struct retention retention,
                                   struct wall_time recorded)
{
    struct slot_grid grid = slot_grid_of(retention);
    int64_t die_us = retention_die_at(retention,
                                      slot_start(recorded, grid.slot_s),
                                      UTC_OFFSET_KOREA_S)
                         .us;
    return (struct wall_time){die_us + grid.rotation_s * (int64_t)SECOND_US};
}

static void evaluate_period(struct evaluation *evaluation, size_t index,
                            const struct group_figures *seen)
{
    const struct promise_figures *figures = evaluation->figures;
    struct retention retention = evaluation->notice->groups[index].retention;
    int64_t settling_s =
        figures->is_demo ? PROMISE_SETTLING_DEMO_S : PROMISE_SETTLING_S;
    struct wall_time due = {
        figures->now.us -
        (slot_grid_of(retention).rotation_s + settling_s) * SECOND_US};
    struct promise *promise = add(evaluation, PROMISE_PERIOD, index);
    promise->oldest = seen->oldest;
    promise->newest = seen->newest;
    promise->floor =
        retention_alive_from(retention, figures->now, UTC_OFFSET_KOREA_S);
    promise->ceiling =
        retention_alive_from(retention, due, UTC_OFFSET_KOREA_S);
    if (!figures->has_vault)
        set(promise, PROMISE_UNMEASURED, DRIFT_NONE, UNKNOWN);
    else if (seen->oldest.us != 0 && seen->oldest.us < promise->ceiling.us)
        set(promise, PROMISE_BROKEN, DRIFT_KEPT_TOO_LONG,
            ceiling_of(retention, seen->oldest));
    else if (seen->lost_to.us > promise->floor.us)
        set(promise, PROMISE_BROKEN, DRIFT_LOST_EARLY, UNKNOWN);
    else if (figures->is_space_short != NULL && figures->is_space_short[index])
        set(promise, PROMISE_AT_RISK, DRIFT_SPACE_SHORT, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

/* How each is met the notice must say; whether a camera's aim or mask is as it
 * says, a person has looked, for each camera of the group. */
static void evaluate_exclusion(struct evaluation *evaluation, size_t index,
                               const struct group_figures *seen)
{
    const struct notice_group *group = &evaluation->notice->groups[index];
    if (group->exclusion_count == 0)
        return;
    struct promise *promise = add(evaluation, PROMISE_EXCLUSION, index);
    promise->promised = seen->installed * (uint32_t)group->exclusion_count;
    promise->measured = seen->proven;
    if (promise->promised > 0 && promise->measured == promise->promised)
        set(promise, PROMISE_KEPT, DRIFT_NONE, seen->proven_at);
    else
        set(promise, PROMISE_UNMEASURED, DRIFT_NONE, UNKNOWN);
    for (size_t i = 0; i < group->exclusion_count; i++) {
        if (group->exclusions[i].met_by == 0)
            set(promise, PROMISE_BROKEN, DRIFT_EXCLUSION_UNMET, UNKNOWN);
    }
}

/* One row for each thing in which cameras differ; where none does, one. Where
 * no camera says anything of itself, nothing is said of it here. */
static void evaluate_capability(struct evaluation *evaluation, size_t index)
{
    const struct promise_figures *figures = evaluation->figures;
    uint32_t told = 0;
    uint32_t differing[CAPABILITY_COUNT] = {0};
    struct wall_time since = UNKNOWN;
    bool is_kept = true;
    for (size_t i = 0; i < figures->camera_count; i++) {
        const struct promise_camera *camera = &figures->cameras[i];
        if (camera->group != index || !camera->has_told)
            continue;
        told++;
        since = earlier(since, camera->told_since);
        for (unsigned j = 0; j < CAPABILITY_COUNT; j++)
            differing[j] += camera->differs[j];
    }
    for (unsigned j = 0; j < CAPABILITY_COUNT; j++)
        is_kept &= differing[j] == 0;
    for (unsigned j = 0; j < CAPABILITY_COUNT && told > 0; j++) {
        if (differing[j] == 0 && !(is_kept && j == 0))
            continue;
        struct promise *promise = add(evaluation, PROMISE_CAPABILITY, index);
        promise->promised = told;
        promise->measured = differing[j];
        set(promise, is_kept ? PROMISE_KEPT : PROMISE_BROKEN,
            is_kept ? DRIFT_NONE : capability_drift((enum capability)j),
            is_kept ? since : UNKNOWN);
    }
}

/* ---- the whole -------------------------------------------------------------
 */

/* Nothing is recorded of the others; they are there all the same. */
static void evaluate_listed(struct evaluation *evaluation)
{
    const struct promise_figures *figures = evaluation->figures;
    struct promise *promise = add(evaluation, PROMISE_LISTED, 0);
    promise->measured = (uint32_t)figures->camera_count;
    promise->promised = promise->measured + figures->refused;
    if (figures->refused > 0)
        set(promise, PROMISE_AT_RISK, DRIFT_CAMERA_UNKNOWN, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

static void evaluate_destruction(struct evaluation *evaluation)
{
    const struct promise_figures *figures = evaluation->figures;
    struct promise *promise = add(evaluation, PROMISE_DESTRUCTION, 0);
    if (figures->pending == PENDING_FAILED)
        set(promise, PROMISE_BROKEN, DRIFT_DESTRUCTION_LATE, UNKNOWN);
    else if (figures->pending == PENDING_BUSY ||
             figures->pending == PENDING_CLOCK)
        set(promise, PROMISE_AT_RISK, DRIFT_DESTRUCTION_LATE, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

/* One for all groups: a recorder that was just set up has one thing to be
 * seen to, and not one for each place. */
static void evaluate_proof(struct evaluation *evaluation)
{
    struct promises *out = evaluation->out;
    uint32_t promised = 0;
    uint32_t measured = 0;
    struct wall_time since = UNKNOWN;
    for (size_t i = 0; i < out->count; i++) {
        if (out->list[i].kind != PROMISE_EXCLUSION)
            continue;
        promised += out->list[i].promised;
        measured += out->list[i].measured;
        since = later(since, out->list[i].since);
    }
    if (promised == 0)
        return;
    struct promise *promise = add(evaluation, PROMISE_PROOF, 0);
    promise->promised = promised;
    promise->measured = measured;
    if (measured < promised)
        set(promise, PROMISE_AT_RISK, DRIFT_EXCLUSION_UNPROVEN, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, since);
}

/* What is stored is always sealed: there is no other way into a volume. */
static void evaluate_encryption(struct evaluation *evaluation)
{
    const struct promise_figures *figures = evaluation->figures;
    struct promise *promise = add(evaluation, PROMISE_ENCRYPTION, 0);
    promise->promised = (uint32_t)figures->camera_count;
    for (size_t i = 0; i < figures->camera_count; i++)
        promise->measured += figures->cameras[i].is_encrypted;
    if (promise->measured < promise->promised)
        set(promise, PROMISE_AT_RISK, DRIFT_STREAM_UNENCRYPTED, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

static void evaluate_log(struct evaluation *evaluation)
{
    struct promise *promise = add(evaluation, PROMISE_LOG, 0);
    if (evaluation->figures->is_log_open)
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
    else
        set(promise, PROMISE_BROKEN, DRIFT_LOG_CLOSED, UNKNOWN);
}

/* Whoever is not on the list is shown nothing; the account is still there. */
static void evaluate_rights(struct evaluation *evaluation)
{
    const struct promise_figures *figures = evaluation->figures;
    struct promise *promise = add(evaluation, PROMISE_RIGHTS, 0);
    promise->promised = figures->viewers;
    promise->measured = figures->viewers - figures->unlisted;
    if (figures->unlisted > 0)
        set(promise, PROMISE_AT_RISK, DRIFT_ACCOUNT_UNLISTED, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

/* The recorder does not see the homepage: people look, and say so. */
static void evaluate_homepage(struct evaluation *evaluation)
{
    const struct promise_figures *figures = evaluation->figures;
    struct promise *promise = add(evaluation, PROMISE_NOTICE, 0);
    struct wall_time late = {figures->in_force.us +
                             PROMISE_HOMEPAGE_DAYS * INT64_C(86400) *
                                 SECOND_US};
    if (figures->differed.us > figures->confirmed.us)
        set(promise, PROMISE_BROKEN, DRIFT_HOMEPAGE_DIFFERS,
            figures->differed);
    else if (figures->confirmed.us != 0)
        set(promise, PROMISE_KEPT, DRIFT_NONE, figures->confirmed);
    else if (figures->in_force.us != 0 && figures->now.us >= late.us)
        set(promise, PROMISE_AT_RISK, DRIFT_HOMEPAGE_UNCONFIRMED, late);
    else
        set(promise, PROMISE_UNMEASURED, DRIFT_NONE, UNKNOWN);
}

static void evaluate_processor(struct evaluation *evaluation, size_t index)
{
    const struct notice_processor *processor =
        &evaluation->notice->processors[index];
    struct wall_time now = evaluation->figures->now;
    int64_t today = civil_day(now, UTC_OFFSET_KOREA_S);
    struct promise *promise = add(evaluation, PROMISE_PROCESSOR, index);
    if (processor->until_day == NOTICE_NO_DAY)
        set(promise, PROMISE_UNMEASURED, DRIFT_NONE, UNKNOWN);
    else if (processor->until_day < today)
        set(promise, PROMISE_BROKEN, DRIFT_PROCESSOR_EXPIRED,
            civil_day_start(processor->until_day + 1, UTC_OFFSET_KOREA_S));
    else if (processor->until_day - today < PROMISE_CONTRACT_ENDS_DAYS)
        set(promise, PROMISE_AT_RISK, DRIFT_PROCESSOR_EXPIRED, UNKNOWN);
    else
        set(promise, PROMISE_KEPT, DRIFT_NONE, UNKNOWN);
}

static void evaluate_group(struct evaluation *evaluation, size_t index)
{
    const struct notice_group *group = &evaluation->notice->groups[index];
    struct group_figures seen = figures_of(evaluation->figures, index);
    if (evaluation->figures->has_site &&
        group->site != evaluation->figures->site)
        return; /* another installation's to keep */
    evaluate_cameras(evaluation, index, &seen);
    if (group->camera_count == 0 && seen.installed == 0)
        return; /* nothing that could be kept */
    evaluate_hours(evaluation, index, &seen);
    evaluate_period(evaluation, index, &seen);
    evaluate_exclusion(evaluation, index, &seen);
    evaluate_capability(evaluation, index);
}

enum status promise_evaluate(const struct notice *notice,
                             const struct promise_figures *figures,
                             struct promises *out)
{
    size_t most = notice->group_count * PROMISES_PER_GROUP + PROMISES_OF_ALL +
                  notice->processor_count;
    *out = (struct promises){.list = alloc_array(most, sizeof *out->list),
                             .measured = figures->now};
    if (out->list == NULL)
        return STATUS_NO_MEMORY;
    struct evaluation evaluation = {notice, figures, out};
    for (size_t i = 0; i < notice->group_count; i++)
        evaluate_group(&evaluation, i);
    evaluate_listed(&evaluation);
    evaluate_destruction(&evaluation);
    evaluate_proof(&evaluation);
    evaluate_encryption(&evaluation);
    evaluate_log(&evaluation);
    evaluate_rights(&evaluation);
    evaluate_homepage(&evaluation);
    for (size_t i = 0; i < notice->processor_count; i++)
        evaluate_processor(&evaluation, i);
    for (size_t i = 0; i < out->count; i++)
        out->states[out->list[i].state]++;
    return STATUS_OK;
}

void promises_continue(struct promises *promises,
                       const struct promises *before)
{
    for (size_t i = 0; i < promises->count; i++) {
        struct promise *promise = &promises->list[i];
        const struct promise *old = i < before->count ? &before->list[i] : NULL;
        bool is_same = old != NULL && old->kind == promise->kind &&
                       old->subject == promise->subject;
        if (promise->since.us != 0)
            continue;
        if (is_same && old->state == promise->state &&
            old->drift == promise->drift)
            promise->since = old->since;
        else if (is_same || promise->state != PROMISE_KEPT)
            promise->since = promises->measured;
    }
}

void promises_deinit(struct promises *promises)
{
    alloc_free(promises->list);
    *promises = (struct promises){.list = NULL};
}

/* ---- names -----------------------------------------------------------------
 */

const char *promise_kind_name(enum promise_kind kind)
{
    static const char *const NAMES[PROMISE_KIND_COUNT] = {
        [PROMISE_CAMERAS] = "cameras",
        [PROMISE_HOURS] = "hours",
        [PROMISE_PERIOD] = "period",
        [PROMISE_EXCLUSION] = "exclusion",
        [PROMISE_CAPABILITY] = "capability",
        [PROMISE_LISTED] = "listed",
        [PROMISE_DESTRUCTION] = "destruction",
        [PROMISE_PROOF] = "proof",
        [PROMISE_ENCRYPTION] = "encryption",
        [PROMISE_LOG] = "log",
        [PROMISE_RIGHTS] = "rights",
        [PROMISE_NOTICE] = "notice",
        [PROMISE_PROCESSOR] = "processor",
    };
    return NAMES[kind];
}

const char *promise_state_name(enum promise_state state)
{
    static const char *const NAMES[PROMISE_STATE_COUNT] = {
        [PROMISE_KEPT] = "kept",
        [PROMISE_AT_RISK] = "at_risk",
        [PROMISE_BROKEN] = "broken",
        [PROMISE_UNMEASURED] = "unmeasured",
    };
    return NAMES[state];
}

struct drift_text {
    enum promise_kind kind;
    const char *code;
    const char *words[2];
    const char *remedy[2];
};

static const struct drift_text DRIFTS[DRIFT_COUNT] = {
    [DRIFT_NONE] = {PROMISE_KIND_COUNT, "", {"", ""}, {"", ""}},
#define DRIFT(name, kind, code, ko, en, remedy_ko, remedy_en)                  \
    [DRIFT_##name] = {PROMISE_##kind, code, {ko, en}, {remedy_ko, remedy_en}},
#include "notice/promise/drift_codes.def"
#undef DRIFT
};

enum promise_kind drift_kind(enum drift drift)
{
    return DRIFTS[drift].kind;
}

enum drift drift_from_code(struct text code)
{
    for (unsigned i = DRIFT_NONE + 1; i < DRIFT_COUNT; i++)
        if (text_equal(code, text_of(DRIFTS[i].code)))
            return (enum drift)i;
    return DRIFT_NONE;
}

const char *drift_code(enum drift drift)
{
    return DRIFTS[drift].code;
}

const char *drift_words(enum drift drift, enum language language)
{
    return DRIFTS[drift].words[language];
}

const char *drift_remedy(enum drift drift, enum language language)
{
    return DRIFTS[drift].remedy[language];
}

struct text promise_subject(const struct notice *notice,
                            const struct promise *promise)
{
    switch (promise->kind) {
    case PROMISE_CAMERAS:
    case PROMISE_HOURS:
    case PROMISE_PERIOD:
    case PROMISE_EXCLUSION:
    case PROMISE_CAPABILITY:
        return notice->groups[promise->subject].id;
    case PROMISE_PROCESSOR:
        return notice->processors[promise->subject].id;
    case PROMISE_LISTED:
    case PROMISE_DESTRUCTION:
    case PROMISE_PROOF:
    case PROMISE_ENCRYPTION:
    case PROMISE_LOG:
    case PROMISE_RIGHTS:
    case PROMISE_NOTICE:
    case PROMISE_KIND_COUNT:
        break;
    }
    return (struct text){"", 0};
}

/* A short silence is a gap in the log, not yet a difference to the notice. */
bool promise_is_drift(const struct promise *promise)
{
    bool passes = promise->drift == DRIFT_CAMERA_OFF ||
                  promise->drift == DRIFT_HOURS_MISSED;
    return promise->state == PROMISE_BROKEN ||
           (promise->state == PROMISE_AT_RISK && !passes);
}
