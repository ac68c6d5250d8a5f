/* SPDX-License-Identifier: Apache-2.0 */
#include "log/history.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { SPANS_FIRST = 16, CAMERAS_FIRST = 16, PERIODS_FIRST = 8 };

void history_deinit(struct history *history)
{
    for (size_t i = 0; i < history->camera_count; i++) {
        alloc_free(history->cameras[i].gaps.list);
        alloc_free(history->cameras[i].destroyed.list);
    }
    alloc_free(history->cameras);
    alloc_free(history->periods);
    *history = (struct history){.cameras = NULL};
}

/* The first camera that is not below this number. */
static size_t place_of(const struct history *history, uint32_t camera)
{
    size_t low = 0;
    size_t high = history->camera_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->cameras[middle].camera < camera)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct history_camera *history_camera(const struct history *history,
                                            uint32_t camera)
{
    size_t at = place_of(history, camera);
    bool is_there =
        at < history->camera_count && history->cameras[at].camera == camera;
    return is_there ? &history->cameras[at] : NULL;
}

static bool grow_cameras(struct history *history)
{
    if (history->camera_count < history->camera_capacity)
        return true;
    size_t wanted = history->camera_capacity == 0
                        ? (size_t)CAMERAS_FIRST
                        : history->camera_capacity * 2;
    void *grown =
        alloc_resize(history->cameras, wanted, sizeof *history->cameras);
    if (grown == NULL)
        return false;
    history->cameras = grown;
    history->camera_capacity = wanted;
    return true;
}

/* The camera's row, made where there is none; NULL without memory. */
static struct history_camera *camera_row(struct history *history,
                                         uint32_t camera)
{
    size_t at = place_of(history, camera);
    if (at < history->camera_count && history->cameras[at].camera == camera)
        return &history->cameras[at];
    if (!grow_cameras(history)) {
        history->failed = true;
        return NULL;
    }
    struct history_camera *row = &history->cameras[at];
    memmove(row + 1, row, (history->camera_count - at) * sizeof *row);
    *row = (struct history_camera){.camera = camera};
    history->camera_count++;
    return row;
}

static void add_span(struct history *history, struct history_spans *spans,
                     const struct history_span *span)
{
    if (spans->count == spans->capacity) {
        size_t wanted =
            spans->capacity == 0 ? (size_t)SPANS_FIRST : spans->capacity * 2;
        void *grown = alloc_resize(spans->list, wanted, sizeof *spans->list);
        if (grown == NULL) {
            history->failed = true;
            return;
        }
        spans->list = grown;
        spans->capacity = wanted;
    }
    spans->list[spans->count++] = *span;
}

/* Gaps that lie wholly inside what has just been destroyed say nothing any
 * more; in place, order kept. */
static void forget_gaps(struct history_spans *gaps, struct span destroyed)
{
    size_t kept = 0;
    for (size_t i = 0; i < gaps->count; i++) {
        const struct span *gap = &gaps->list[i].span;
        if (gap->from.us < destroyed.from.us || gap->to.us > destroyed.to.us)
            gaps->list[kept++] = gaps->list[i];
    }
    gaps->count = kept;
}

static void add_destroyed(struct history *history, struct history_camera *row,
                          const struct history_span *span)
{
    struct history_spans *destroyed = &row->destroyed;
    struct history_span *last =
        destroyed->count == 0 ? NULL : &destroyed->list[destroyed->count - 1];
    if (last != NULL && last->cause == span->cause &&
        last->span.to.us == span->span.from.us) {
        last->span.to = span->span.to;
        last->entry = span->entry;
    } else {
        add_span(history, destroyed, span);
        last = destroyed->count == 0 ? NULL
                                     : &destroyed->list[destroyed->count - 1];
    }
    if (last != NULL)
        forget_gaps(&row->gaps, last->span);
}

static struct history_span span_of(const struct entry_line *entry)
{
    struct history_span span = {.entry = entry->number};
    struct text cause = text_of("");
    bool has_span =
        entry_line_time(entry, "from", &span.span.from) == STATUS_OK;
    if (entry_line_time(entry, "to", &span.span.to) != STATUS_OK || !has_span)
        span.span.to = span.span.from;
    if (entry_line_text(entry, "cause", &cause) != STATUS_OK ||
        cause_from_name(cause, &span.cause) != STATUS_OK)
        span.cause = CAUSE_NONE;
    return span;
}

static void add_state(struct history_camera *row,
                      const struct history_span *span)
{
    row->has_state = true;
    row->state = span->cause;
    row->state_since = span->span.from;
}

static void add_to_camera(struct history *history, struct history_camera *row,
                          const struct entry_line *entry)
{
    struct history_span span = span_of(entry);
    if (entry->kind == ENTRY_CAMERA_ADDED && !row->is_added) {
        row->is_added = true;
        row->added = span.span.from;
    } else if (entry->kind == ENTRY_CAMERA_STATE) {
        add_state(row, &span);
    } else if (entry->kind == ENTRY_GAP_OPEN) {
        row->has_open_gap = true;
        row->open_gap = span;
    } else if (entry->kind == ENTRY_GAP) {
        if (row->has_open_gap &&
            span.span.from.us <= row->open_gap.span.from.us &&
            span.span.to.us >= row->open_gap.span.from.us)
            row->has_open_gap = false;
        if (!span_is_empty(span.span))
            add_span(history, &row->gaps, &span);
    } else if (entry->kind == ENTRY_RECORDS_LOST) {
        add_span(history, &row->gaps, &span);
    } else if (entry->kind == ENTRY_DELETION_DONE) {
        add_destroyed(history, row, &span);
    }
}

static void add_cursor(const struct entry_line *entry, const char *member,
                       uint64_t *last)
{
    int64_t cursor = 0;
    if (entry_line_number(entry, member, &cursor) == STATUS_OK && cursor >= 0)
        *last = (uint64_t)cursor;
}

#define SETTING_NAME(constant, name) name,
static const char *const SETTING_NAMES[HISTORY_SETTING_COUNT] = {
    HISTORY_SETTINGS(SETTING_NAME)};

const char *history_setting_name(enum history_setting setting)
{
    return SETTING_NAMES[setting];
}

/* What the last entries say about the configuration. */
static void add_configuration(struct history *history,
                              const struct entry_line *entry)
{
    struct text name = text_of("");
    struct text digest = text_of("");
    if (entry->kind != ENTRY_SETTING ||
        entry_line_text(entry, "name", &name) != STATUS_OK ||
        entry_line_text(entry, "value", &digest) != STATUS_OK)
        return;
    for (unsigned i = 0; i < HISTORY_SETTING_COUNT; i++)
        if (text_equal(name, text_of(SETTING_NAMES[i])))
            (void)text_copy(digest, history->settings[i], HISTORY_DIGEST_SIZE);
}

/* ---- periods ---- */

static struct history_period *find_period(const struct history *history,
                                          struct text group)
{
    for (size_t i = 0; i < history->period_count; i++) {
        if (text_equal(group, text_of(history->periods[i].group)))
            return &history->periods[i];
    }
    return NULL;
}

const char *history_period(const struct history *history, struct text group)
{
    const struct history_period *found = find_period(history, group);
    return found == NULL ? NULL : found->period;
}

static struct history_period *new_period(struct history *history)
{
    if (history->period_count == history->period_capacity) {
        size_t wanted = history->period_capacity == 0
                            ? (size_t)PERIODS_FIRST
                            : history->period_capacity * 2;
        void *grown =
            alloc_resize(history->periods, wanted, sizeof *history->periods);
        if (grown == NULL) {
            history->failed = true;
            return NULL;
        }
        history->periods = grown;
        history->period_capacity = wanted;
    }
    return &history->periods[history->period_count];
}

static void add_period(struct history *history, const struct entry_line *entry)
{
    struct history_period fresh;
    struct text group = text_of("");
    struct text period = text_of("");
    if (entry_line_text(entry, "group", &group) != STATUS_OK ||
        entry_line_text(entry, "period", &period) != STATUS_OK ||
        !text_copy(group, fresh.group, sizeof fresh.group) ||
        !text_copy(period, fresh.period, sizeof fresh.period))
        return;
    struct history_period *row = find_period(history, group);
    if (row == NULL) {
        row = new_period(history);
        history->period_count += row != NULL;
    }
    if (row != NULL)
        *row = fresh;
}

/* ---- disks ---- */

static void drop_disk(struct history *history, struct text id)
{
    size_t kept = 0;
    for (size_t i = 0; i < history->disk_count; i++) {
        if (!text_equal(id, text_of(history->disks[i].id)))
            history->disks[kept++] = history->disks[i];
    }
    history->disk_count = kept;
}

/* The detail: its id and its state. */
static void add_disk(struct history *history, const struct entry_line *entry)
{
    struct text state = text_of("");
    struct history_disk disk = {.since = entry->time};
    if (entry_line_text(entry, "detail", &state) != STATUS_OK)
        return;
    struct text id = text_cut(&state, ' ');
    drop_disk(history, id);
    if (!text_equal(state, text_of("ok")) &&
        history->disk_count < HISTORY_DISKS_MAX &&
        text_copy(id, disk.id, sizeof disk.id) &&
        text_copy(state, disk.state, sizeof disk.state))
        history->disks[history->disk_count++] = disk;
}

void history_add(struct history *history, const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    add_cursor(entry, "event", &history->last_event);
    add_cursor(entry, "death", &history->last_death);
    history->destructions += entry->kind == ENTRY_DELETION_DONE;
    if (entry->kind == ENTRY_DELETION_DONE ||
        entry->kind == ENTRY_KEYS_DROPPED)
        add_cursor(entry, "epoch", &history->done_epoch);
    if (entry->kind == ENTRY_DELETION_DONE) {
        if (entry_line_time(entry, "died", &history->last_destruction) !=
            STATUS_OK)
            history->last_destruction = entry->time;
    }
    if (entry->kind == ENTRY_DELETION_ATTESTED)
        add_cursor(entry, "epoch", &history->attested_epoch);
    history->restarts += entry->kind == ENTRY_ROLE_RESTARTED;
    history->starts += entry->kind == ENTRY_RECORDER_START;
    if (entry->kind == ENTRY_RECORDER_START)
        history->is_running = true;
    if (entry->kind == ENTRY_RECORDER_STOP)
        history->is_running = false;
    add_configuration(history, entry);
    if (entry->kind == ENTRY_RETENTION_SET)
        add_period(history, entry);
    if (entry->kind == ENTRY_DISK_STATE)
        add_disk(history, entry);
    int64_t camera = 0;
    /* These name a camera too, but say nothing about its time. */
    if (entry->kind == ENTRY_VIEW_OPEN ||
        entry->kind == ENTRY_DELETION_INTENT ||
        entry->kind == ENTRY_DELETION_SEEDS ||
        entry_line_number(entry, "camera", &camera) != STATUS_OK ||
        camera < CAMERA_NUMBER_MIN || !stream_is_good((uint32_t)camera))
        return;
    struct history_camera *row = camera_row(history, (uint32_t)camera);
    if (row != NULL)
        add_to_camera(history, row, entry);
    /* Keys are a camera's: with them both its streams have gone. */
    uint32_t sub = (uint32_t)camera + STREAM_SUB;
    if (entry->kind == ENTRY_DELETION_DONE &&
        history_camera(history, sub) != NULL) {
        row = camera_row(history, sub);
        if (row != NULL)
            add_to_camera(history, row, entry);
    }
}
