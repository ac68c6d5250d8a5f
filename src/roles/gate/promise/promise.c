/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every few seconds, what the notice promises is held against what the vault
 * holds and the log says (notice/promise); where they differ, an entry says so
 * when it begins and when it ends.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/encoding.h"
#include "base/text.h"
#include "notice/promise/capability.h"
#include "roles/gate/exclusion/exclusion.h"
#include "roles/gate/gate.h"
#include "roles/gate/promise/promise.h"
#include "roles/gate/witness/witnesses.h"
#include "sys/logger.h"

enum {
    LOOK_EVERY_MS = 5000,
    POOL_SKIPPED = 4, /* bytes of a pool's row: cameras */
    DETAIL_SIZE = 512,
};

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

/* One look at the vault. */
struct look {
    struct gate_call call; /* first */
    struct promise_camera *cameras; /* in the plant's order */
    bool *is_space_short;           /* by group */
    bool has_vault;
    uint32_t version; /* of the notice that groups are counted by */
};

static void look_end(struct look **look)
{
    (*look)->call.gate->promises.is_asked = false;
    gate_call_end(&(*look)->call);
    alloc_free((*look)->cameras);
    alloc_free((*look)->is_space_short);
    alloc_free(*look);
    *look = NULL;
}

/* ---- what the log knows of a camera ----------------------------------------
 */

static int64_t overlap_us(struct span span, struct span window)
{
    int64_t from_us = span.from.us > window.from.us ? span.from.us
                                                    : window.from.us;
    int64_t to_us = span.to.us < window.to.us ? span.to.us : window.to.us;
    return to_us > from_us ? to_us - from_us : 0;
}

/* Outside the hours of filming nothing is missing. */
static int64_t missing_us(const struct history_span *gap, struct span span,
                          struct span window)
{
    return gap->cause == CAUSE_PLANNED_OFF ? 0 : overlap_us(span, window);
}

/* Stored once, and gone before its period's end. */
static bool is_loss(const struct history_span *gap)
{
    return gap->cause == CAUSE_SPACE || gap->cause == CAUSE_CORRUPT;
}

static void add_history(const struct history_camera *history,
                        struct wall_time now, struct promise_camera *camera)
{
    struct wall_time back = {0};
    const struct span window = {{now.us - DAY_US}, now};
    for (size_t i = 0; i < history->gaps.count; i++) {
        const struct history_span *gap = &history->gaps.list[i];
        camera->missing_us += missing_us(gap, gap->span, window);
        if (gap->span.to.us > back.us)
            back = gap->span.to;
        if (is_loss(gap) && gap->span.to.us > camera->lost_to.us)
            camera->lost_to = gap->span.to;
    }
    if (history->has_open_gap)
        camera->missing_us += missing_us(
            &history->open_gap,
            (struct span){history->open_gap.span.from, now}, window);
    bool is_off = history->has_open_gap ||
                  (history->has_state && history->state != CAUSE_NONE);
    if (is_off == camera->is_recording)
        return; /* the log does not know it yet */
    if (is_off)
        camera->state_since = history->has_open_gap
                                  ? history->open_gap.span.from
                                  : history->state_since;
    else if (back.us != 0)
        camera->state_since = back;
    else
        camera->state_since = history->added;
}

/* The masks as they are to be: as the plant says, or as they were first. */
static struct bytes masks_wanted(const struct plant_camera *camera,
                                 const struct telling *telling,
                                 uint8_t memory[CAMERA_MASKS_SHA256_SIZE])
{
    if (camera->camera_masks.size > 0)
        return hex_decode(camera->camera_masks, memory,
                          CAMERA_MASKS_SHA256_SIZE) == STATUS_OK
                   ? bytes_of(memory, CAMERA_MASKS_SHA256_SIZE)
                   : bytes_of(memory, 0);
    return bytes_of(telling->first_masks_sha256,
                    telling->has_masks ? CAMERA_MASKS_SHA256_SIZE : 0);
}

static void add_telling(const struct gate *gate,
                        const struct plant_camera *camera,
                        struct promise_camera *out)
{
    uint8_t memory[CAMERA_MASKS_SHA256_SIZE];
    const struct telling *telling =
        tellings_find(&gate->tellings, camera->number);
    if (telling == NULL)
        return;
    out->has_told = true;
    out->told_since =
        telling->has_report ? telling->since : telling->tamper_since;
    if (telling->has_report)
        capability_compare(&gate->configuration.notice->groups[camera->group],
                           &telling->report,
                           masks_wanted(camera, telling, memory),
                           out->differs);
    out->differs[CAPABILITY_TAMPERED] = telling->tamper != 0;
}

/* ---- the log ----------------------------------------------------------------
 */

/* Groups whose places are not proven yet: "2 of 6: lobby, yard". */
static void detail_of_proof(const struct gate *gate,
                            const struct promise *proof,
                            char out[DETAIL_SIZE])
{
    const struct promises *promises = &gate->promises.last;
    const char *before = ": ";
    int used = snprintf(out, DETAIL_SIZE, "%u of %u", proof->measured,
                        proof->promised);
    for (size_t i = 0; i < promises->count && used < DETAIL_SIZE; i++) {
        const struct promise *promise = &promises->list[i];
        if (promise->kind != PROMISE_EXCLUSION ||
            promise->measured == promise->promised)
            continue;
        struct text id = promise_subject(gate->configuration.notice, promise);
        used += snprintf(out + used, (size_t)(DETAIL_SIZE - used), "%s%.*s",
                         before, (int)id.size, id.data);
        before = ", ";
    }
}

/* Numbers of the cameras that are refused: "12, 13". */
static void detail_of_listed(const struct gate *gate, char out[DETAIL_SIZE])
{
    const struct plant *plant = gate->configuration.plant;
    int used = 0;
    for (size_t i = plant->camera_count;
         i < plant->all_count && used < DETAIL_SIZE; i++)
        if (plant->cameras[i].is_refused)
            used += snprintf(out + used, (size_t)(DETAIL_SIZE - used), "%s%u",
                             used == 0 ? "" : ", ",
                             (unsigned)plant->cameras[i].number);
}

static void detail_of(const struct gate *gate, const struct promise *promise,
                      char out[DETAIL_SIZE])
{
    out[0] = 0;
    if (promise->kind == PROMISE_CAMERAS)
        (void)snprintf(out, DETAIL_SIZE, "%u recording, %u installed, %u promised",
                       promise->measured, promise->installed,
                       promise->promised);
    else if (promise->kind == PROMISE_ENCRYPTION ||
             promise->kind == PROMISE_RIGHTS ||
             promise->kind == PROMISE_CAPABILITY)
        (void)snprintf(out, DETAIL_SIZE, "%u of %u", promise->measured,
                       promise->promised);
    else if (promise->kind == PROMISE_PROOF)
        detail_of_proof(gate, promise, out);
    else if (promise->kind == PROMISE_LISTED)
        detail_of_listed(gate, out);
    else if (promise->kind == PROMISE_HOURS)
        (void)snprintf(out, DETAIL_SIZE, "missing %d s",
                       (int)promise->missing_s);
}

static void note_found(struct gate *gate, const struct promise *promise,
                       struct text subject)
{
    char detail[DETAIL_SIZE];
    struct entry entry = entry_of(ENTRY_DRIFT_FOUND);
    detail_of(gate, promise, detail);
    entry_text(&entry, "code", text_of(drift_code(promise->drift)));
    entry_text(&entry, "subject", subject);
    entry_time(&entry, "since", promise->since);
    entry_text(&entry, "detail", text_of(detail));
    gate_note(gate, &entry);
}

static void note_ended(struct gate *gate, const struct drift_row *row)
{
    struct entry entry = entry_of(ENTRY_DRIFT_ENDED);
    entry_text(&entry, "code", text_of(row->code));
    entry_text(&entry, "subject", text_of(row->subject));
    entry_number(&entry, "found", (int64_t)row->entry);
    gate_note(gate, &entry);
}

static bool still_stands(const struct gate *gate, const struct drift_row *row)
{
    const struct promises *promises = &gate->promises.last;
    for (size_t i = 0; i < promises->count; i++) {
        const struct promise *promise = &promises->list[i];
        if (text_equal(text_of(row->code),
                       text_of(drift_code(promise->drift))) &&
            text_equal(text_of(row->subject),
                       promise_subject(gate->configuration.notice, promise)))
            return true;
    }
    return false;
}

static void note_drifts(struct gate *gate)
{
    const struct promises *promises = &gate->promises.last;
    /* What was noted a moment ago must be durable to be known here. */
    if (gate->stop.is_asked || log_writer_waiting(gate->log) > 0)
        return;
    for (size_t i = 0; i < promises->count; i++) {
        const struct promise *promise = &promises->list[i];
        struct text subject =
            promise_subject(gate->configuration.notice, promise);
        if (promise_is_drift(promise) && subject.size < DRIFT_SUBJECT_SIZE &&
            drifts_find(&gate->drifts, text_of(drift_code(promise->drift)),
                        subject) == NULL)
            note_found(gate, promise, subject);
    }
    for (size_t i = 0; i < gate->drifts.count; i++) {
        if (!still_stands(gate, &gate->drifts.list[i]))
            note_ended(gate, &gate->drifts.list[i]);
    }
}

/* ---- the evaluation ---------------------------------------------------------
 */

/* Since the last drift of it was over; or the notice has been in force. */
static struct wall_time kept_since(const struct gate *gate,
                                   const struct promise *promise)
{
    struct wall_time since = gate->promises.figures.in_force;
    struct text subject =
        promise_subject(gate->configuration.notice, promise);
    for (size_t i = 0; i < gate->drifts.over_count; i++) {
        const struct drift_row *row = &gate->drifts.over[i];
        if (row->ended.us > since.us &&
            text_equal(text_of(row->subject), subject) &&
            drift_kind(drift_from_code(text_of(row->code))) == promise->kind)
            since = row->ended;
    }
    return since;
}

/* Since when it stands the log may know better than this process. */
static void recall(struct gate *gate)
{
    const struct promises *promises = &gate->promises.last;
    for (size_t i = 0; i < promises->count; i++) {
        struct promise *promise = &promises->list[i];
        if (promise->state == PROMISE_KEPT && promise->since.us == 0)
            promise->since = kept_since(gate, promise);
        const struct drift_row *row = drifts_find(
            &gate->drifts, text_of(drift_code(promise->drift)),
            promise_subject(gate->configuration.notice, promise));
        if (row != NULL && row->since.us < promise->since.us)
            promise->since = row->since;
    }
}

/* Accounts of roles that could be shown a picture. */
struct viewers {
    const struct gate *gate;
    uint32_t open;
    uint32_t unlisted;
};

static void count_viewer(void *context, const struct account *account)
{
    struct viewers *viewers = context;
    bool may_look = role_has_right(account->role, RIGHT_VIEW_RECORDED, true) ||
                    role_has_right(account->role, RIGHT_VIEW_LIVE, true);
    if (account->closed.us != 0 || !may_look)
        return;
    viewers->open++;
    viewers->unlisted +=
        notice_person_find(viewers->gate->configuration.notice,
                           text_of(account->person)) == NULL;
}

/* Behind those that are filmed; others there wait for a notice. */
static uint32_t count_refused(const struct plant *plant)
{
    uint32_t count = 0;
    for (size_t i = plant->camera_count; i < plant->all_count; i++)
        count += plant->cameras[i].is_refused;
    return count;
}

static void fill_people(struct gate *gate, struct promise_figures *out)
{
    struct viewers viewers = {.gate = gate};
    if (account_each(gate->office, count_viewer, &viewers) != STATUS_OK)
        return;
    out->viewers = viewers.open;
    out->unlisted = viewers.unlisted;
}

static void fill_version(const struct gate *gate, struct promise_figures *out)
{
    const struct notice_version *version =
        notice_versions_active(&gate->versions);
    if (version == NULL)
        return;
    out->in_force = version->active;
    out->confirmed = version->confirmed;
    out->differed = version->differed;
}

static void fill_figures(const struct gate *gate, const struct look *look,
                         struct promise_figures *out)
{
    *out = (struct promise_figures){
        .now = gate_now(gate),
        .is_demo = gate->configuration.plant->is_demo,
        .has_site = gate->configuration.plant->site != PLANT_ALL_SITES,
        .site = gate->configuration.plant->site,
        .has_vault = look->has_vault,
        .cameras = look->cameras,
        .camera_count = gate->configuration.plant->camera_count,
        .refused = count_refused(gate->configuration.plant),
        .is_space_short = look->is_space_short,
        .pending = gate->pending,
        .erasure_level = gate->erasure_level,
        .destructions = gate->history.destructions,
        .last_destruction = gate->history.last_destruction,
        .is_log_open = log_writer_is_open(gate->log),
        .entries = log_store_count(log_writer_store(gate->log)),
        .witnessed = gate_witnesses_last(gate),
    };
}

static void finish(struct look *look)
{
    struct gate *gate = look->call.gate;
    struct gate_promises *held = &gate->promises;
    struct promises fresh;
    struct promise_figures figures;
    const struct plant *plant = gate->configuration.plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct history_camera *history =
            history_camera(&gate->history, plant->cameras[i].number);
        if (history != NULL)
            add_history(history, gate_now(gate), &look->cameras[i]);
        gate_exclusions_count(gate, &plant->cameras[i], &look->cameras[i]);
        add_telling(gate, &plant->cameras[i], &look->cameras[i]);
    }
    fill_figures(gate, look, &figures);
    fill_people(gate, &figures);
    fill_version(gate, &figures);
    enum status s = promise_evaluate(gate->configuration.notice, &figures,
                                     &fresh);
    bool has_vault = look->has_vault;
    figures.cameras = NULL;
    figures.is_space_short = NULL;
    look_end(&look);
    if (s != STATUS_OK) {
        log_line(LOG_WARNING, "promises not evaluated status=%s",
                 status_name(s));
        return;
    }
    promises_continue(&fresh, &held->last);
    promises_deinit(&held->last);
    held->last = fresh;
    held->figures = figures;
    recall(gate);
    if (has_vault)
        note_drifts(gate);
}

/* Another notice came into force meanwhile: its groups are others. */
static bool is_stale(const struct look *look)
{
    return look->version != look->call.gate->configuration.version;
}

static void lost(struct gate_call *call)
{
    struct look *look = (struct look *)call;
    look->has_vault = false;
    if (is_stale(look))
        look_end(&look);
    else
        finish(look);
}

/* ---- the vault's figures ----------------------------------------------------
 */

static struct promise_camera *camera_of(struct look *look, uint32_t number)
{
    const struct plant *plant = look->call.gate->configuration.plant;
    const struct plant_camera *found = plant_camera_find(plant, number);
    return found == NULL ? NULL
                         : &look->cameras[(size_t)(found - plant->cameras)];
}

static void on_kept(void *context, enum status status,
                    const struct message_kept_get_reply *reply, int descriptor)
{
    struct look *look = context;
    (void)descriptor;
    look->has_vault = status == STATUS_OK && reply != NULL;
    if (is_stale(look)) {
        look_end(&look);
        return;
    }
    struct reader in = reader_on(look->has_vault
                                     ? reply->cameras
                                     : (struct bytes){NULL, 0});
    while (reader_more(&in)) {
        struct promise_camera *camera = camera_of(look, reader_u32be(&in));
        struct wall_time oldest = {reader_i64be(&in)};
        struct wall_time newest = {reader_i64be(&in)};
        if (camera == NULL || in.failed)
            continue;
        camera->oldest = oldest;
        camera->newest = newest;
    }
    finish(look);
}

static void take_states(struct look *look, struct bytes rows)
{
    enum { BEHIND_STATE = 1 + 2 + 8 + 4 + 8 }; /* see ipc/messages.def */
    struct reader in = reader_on(rows);
    while (reader_more(&in)) {
        struct promise_camera *camera = camera_of(look, reader_u32be(&in));
        uint8_t state = reader_u8(&in);
        reader_skip(&in, BEHIND_STATE);
        if (camera != NULL && !in.failed)
            camera->is_recording = state == CAUSE_NONE;
    }
}

static void take_pools(struct look *look, struct bytes pools)
{
    const struct notice *notice = look->call.gate->configuration.notice;
    struct reader in = reader_on(pools);
    while (reader_more(&in)) {
        uint16_t class_id = reader_u16be(&in);
        reader_skip(&in, POOL_SKIPPED);
        bool is_measured = reader_u8(&in) != 0;
        (void)reader_u64be(&in);
        int64_t promised_s = reader_i64be(&in);
        int64_t holds_s = reader_i64be(&in);
        if (in.failed || !is_measured || holds_s >= promised_s)
            continue;
        for (size_t i = 0; i < notice->group_count; i++)
            look->is_space_short[i] |=
                notice_class_of(notice, notice->groups[i].retention) ==
                class_id;
    }
}

static void on_vault_status(void *context, enum status status,
                            const struct message_vault_status_reply *reply,
                            int descriptor)
{
    struct look *look = context;
    (void)descriptor;
    struct channel *vault = NULL;
    if (is_stale(look)) {
        look_end(&look);
        return;
    }
    if (status == STATUS_OK && reply != NULL) {
        take_states(look, reply->cameras);
        take_pools(look, reply->pools);
        vault = gate_call_ask(&look->call, ROLE_VAULT);
    }
    const struct message_kept_get question = {.id = 0};
    if (vault == NULL || message_kept_get_send(vault, &question, -1, on_kept,
                                               look) != STATUS_OK)
        finish(look);
}

/* Encrypted, or it never leaves this machine. */
static bool is_safe_on_its_way(const struct plant_camera *camera)
{
    return camera->is_secure ||
           text_starts_with(camera->host, text_of("127."));
}

static struct look *look_begin(struct gate *gate)
{
    const struct configuration *configuration = &gate->configuration;
    const struct plant *plant = configuration->plant;
    struct look *look = alloc_zeroed(sizeof *look);
    if (look == NULL)
        return NULL;
    gate_call_begin(gate, &look->call);
    look->call.lost = lost;
    look->version = configuration->version;
    gate->promises.is_asked = true;
    look->cameras = alloc_array(plant->all_count + 1,
                                sizeof *look->cameras);
    look->is_space_short = alloc_array(configuration->notice->group_count + 1,
                                       sizeof *look->is_space_short);
    if (look->cameras == NULL || look->is_space_short == NULL) {
        look_end(&look);
        return NULL;
    }
    for (size_t i = 0; i < plant->camera_count; i++)
        look->cameras[i] = (struct promise_camera){
            .group = plant->cameras[i].group,
            .is_encrypted = is_safe_on_its_way(&plant->cameras[i]),
        };
    for (size_t i = 0; i < configuration->notice->group_count; i++)
        look->is_space_short[i] = false;
    return look;
}

static void on_look(void *context, struct timer *timer)
{
    struct gate *gate = context;
    (void)timer;
    if (gate->promises.is_asked || gate->stop.is_asked || !gate->is_started)
        return;
    struct look *look = look_begin(gate);
    if (look == NULL)
        return;
    struct channel *vault = gate_call_ask(&look->call, ROLE_VAULT);
    const struct message_vault_status question = {.id = 0};
    if (vault == NULL ||
        message_vault_status_send(vault, &question, -1, on_vault_status,
                                  look) != STATUS_OK)
        finish(look);
}

enum status gate_promises_begin(struct gate *gate)
{
    enum status s = timer_make(gate->process.loop, "promises", on_look, gate,
                               &gate->promises.timer);
    if (s == STATUS_OK)
        timer_start(gate->promises.timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
    return s;
}
