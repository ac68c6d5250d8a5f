/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tally.h"

#include "base/alloc.h"
#include "base/number.h"
#include "base/text.h"
#include "log/ledger.h"
#include "model/camera.h"
#include "model/policy.h"

enum { FIRST_CAPACITY = 8, MINUTE_S = 60 };

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;
static const struct tally_hours ALL_DAY = {0, TALLY_DAY_MINUTES};

struct tally tally_of(struct span span)
{
    return (struct tally){.span = span};
}

void tally_deinit(struct tally *tally)
{
    for (size_t i = 0; i < tally->camera_count; i++)
        alloc_free(tally->cameras[i].recent.list);
    alloc_free(tally->cameras);
    alloc_free(tally->drifts);
    *tally = (struct tally){.cameras = NULL};
}

/* Room for one more in a list of elements; *list is as it was without memory,
 * which is sticky. */
static bool make_room(struct tally *tally, void **list, size_t count,
                      size_t *capacity, size_t element)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity == 0 ? (size_t)FIRST_CAPACITY : *capacity * 2;
    void *grown = alloc_resize(*list, wanted, element);
    if (grown == NULL) {
        tally->failed = true;
        return false;
    }
    *list = grown;
    *capacity = wanted;
    return true;
}

/* ---- spans and hours ---- */

static struct span clip(struct span span, struct span to)
{
    struct span out = {
        {span.from.us > to.from.us ? span.from.us : to.from.us},
        {span.to.us < to.to.us ? span.to.us : to.to.us}};
    if (span_is_empty(out))
        out.to = out.from;
    return out;
}

static int64_t length(struct span span)
{
    return span_is_empty(span) ? 0 : span.to.us - span.from.us;
}

static bool is_all_day(struct tally_hours hours)
{
    return hours.from_minute == 0 && hours.to_minute == TALLY_DAY_MINUTES;
}

int64_t tally_within(struct tally_hours hours, struct span span)
{
    if (is_all_day(hours))
        return length(span);
    int64_t sum_us = 0;
    uint32_t minutes = hours.to_minute > hours.from_minute
                           ? hours.to_minute - hours.from_minute
                           : hours.to_minute + TALLY_DAY_MINUTES -
                                 hours.from_minute;
    if (span_is_empty(span))
        return 0;
    /* The day before: its hours may reach over midnight. */
    int64_t last = civil_day(span.to, UTC_OFFSET_KOREA_S);
    for (int64_t day = civil_day(span.from, UTC_OFFSET_KOREA_S) - 1;
         day <= last; day++) {
        int64_t from_us = civil_day_start(day, UTC_OFFSET_KOREA_S).us +
                          hours.from_minute * (int64_t)MINUTE_S * SECOND_US;
        struct span window = {
            {from_us},
            {from_us + minutes * (int64_t)MINUTE_S * SECOND_US}};
        sum_us += length(clip(window, span));
    }
    return sum_us;
}

/* ---- cameras ---- */

static size_t place_of(const struct tally *tally, uint32_t camera)
{
    size_t low = 0;
    size_t high = tally->camera_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tally->cameras[middle].camera < camera)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct tally *tally, size_t place, uint32_t camera)
{
    return place < tally->camera_count &&
           tally->cameras[place].camera == camera;
}

const struct tally_camera *tally_camera(const struct tally *tally,
                                        uint32_t camera)
{
    size_t place = place_of(tally, camera);
    return is_at(tally, place, camera) ? &tally->cameras[place] : NULL;
}

/* Made where it is not there; NULL without memory. */
static struct tally_camera *camera_row(struct tally *tally, uint32_t camera)
{
    size_t place = place_of(tally, camera);
    void *list = tally->cameras;
    if (is_at(tally, place, camera))
        return &tally->cameras[place];
    if (!make_room(tally, &list, tally->camera_count, &tally->camera_capacity,
                   sizeof *tally->cameras))
        return NULL;
    tally->cameras = list;
    memmove(&tally->cameras[place + 1], &tally->cameras[place],
            (tally->camera_count - place) * sizeof *tally->cameras);
    tally->cameras[place] =
        (struct tally_camera){.camera = camera, .hours = ALL_DAY};
    tally->camera_count++;
    return &tally->cameras[place];
}

void tally_promise(struct tally *tally, uint32_t camera,
                   struct tally_hours hours)
{
    struct tally_camera *row = camera_row(tally, camera);
    if (row != NULL)
        row->hours = hours;
}

/* ---- gaps ---- */

static void add_gap(struct tally *tally, struct tally_camera *camera,
                    struct span gap, enum cause cause)
{
    void *list = camera->recent.list;
    struct span inside = clip(gap, tally->span);
    int64_t missing_us = tally_within(camera->hours, inside);
    if (missing_us <= 0)
        return;
    camera->gaps[cause].count++;
    camera->gaps[cause].us += missing_us;
    if (!make_room(tally, &list, camera->recent.count,
                   &camera->recent.capacity, sizeof(struct span)))
        return;
    camera->recent.list = list;
    camera->recent.list[camera->recent.count++] = inside;
}

/* from; to where the entry has one. */
static struct span span_of(const struct entry_line *entry)
{
    struct span span = {{0}, {0}};
    if (entry_line_time(entry, "from", &span.from) != STATUS_OK ||
        entry_line_time(entry, "to", &span.to) != STATUS_OK)
        span.to = span.from;
    return span;
}

static enum cause cause_of(const struct entry_line *entry)
{
    struct text name = text_of("");
    enum cause cause = CAUSE_NONE;
    if (entry_line_text(entry, "cause", &name) != STATUS_OK ||
        cause_from_name(name, &cause) != STATUS_OK)
        return CAUSE_NONE;
    return cause;
}

static void take_gap(struct tally *tally, struct tally_camera *camera,
                     const struct entry_line *entry)
{
    struct span gap = span_of(entry);
    if (camera->has_open_gap && entry->kind == ENTRY_GAP &&
        gap.from.us <= camera->open_since.us &&
        gap.to.us >= camera->open_since.us)
        camera->has_open_gap = false;
    add_gap(tally, camera, gap, cause_of(entry));
}

static void take_open_gap(struct tally_camera *camera,
                          const struct entry_line *entry)
{
    camera->has_open_gap = true;
    camera->open_since = span_of(entry).from;
    camera->open_cause = cause_of(entry);
}

/* ---- days that are over ---- */

/* Of the spans that the entry names, what lies in the hours; "+": there were
 * more, of which nothing is known. */
static int64_t spans_within(struct tally_hours hours, struct wall_time start,
                            struct text spans)
{
    int64_t sum_us = 0;
    if (spans.size > 0 && spans.data[spans.size - 1] == '+')
        spans.size--;
    while (spans.size > 0) {
        uint64_t from_ms = 0;
        uint64_t to_ms = 0;
        struct text to = text_cut(&spans, ',');
        struct text from = text_cut(&to, '-');
        if (number_parse_u64(from, 0, (uint64_t)DAY_US / 1000, &from_ms) !=
                STATUS_OK ||
            number_parse_u64(to, 0, (uint64_t)DAY_US / 1000, &to_ms) !=
                STATUS_OK)
            break;
        sum_us += tally_within(
            hours,
            (struct span){{start.us + (int64_t)from_ms * 1000},
                          {start.us + (int64_t)to_ms * 1000}});
    }
    return sum_us;
}

static void drop_recent(struct tally_camera *camera)
{
    size_t kept = 0;
    for (size_t i = 0; i < camera->recent.count; i++) {
        if (camera->recent.list[i].to.us > camera->closed.us)
            camera->recent.list[kept++] = camera->recent.list[i];
    }
    camera->recent.count = kept;
}

static void take_day(const struct tally *tally, struct tally_camera *camera,
                     const struct entry_line *entry)
{
    struct span day = span_of(entry);
    struct text spans = text_of("");
    int64_t recorded_ms = 0;
    if (day.from.us < tally->span.from.us || day.to.us > tally->span.to.us ||
        day.to.us - day.from.us > DAY_US || day.from.us < camera->closed.us ||
        entry_line_number(entry, "recorded_ms", &recorded_ms) != STATUS_OK ||
        recorded_ms < 0 || recorded_ms > DAY_US / 1000 ||
        entry_line_text(entry, "spans", &spans) != STATUS_OK)
        return;
    camera->day_us += is_all_day(camera->hours)
                          ? recorded_ms * 1000
                          : spans_within(camera->hours, day.from, spans);
    camera->closed = day.to;
    drop_recent(camera);
}

static void take_camera(struct tally *tally, const struct entry_line *entry)
{
    int64_t number = 0;
    bool is_one = entry->kind == ENTRY_CAMERA_ADDED ||
                  entry->kind == ENTRY_GAP || entry->kind == ENTRY_GAP_OPEN ||
                  entry->kind == ENTRY_RECORDS_LOST ||
                  entry->kind == ENTRY_RECORDING_DAY ||
                  (entry->kind == ENTRY_VIEW_OPEN &&
                   span_holds(tally->span, entry->time));
    if (!is_one || entry_line_number(entry, "camera", &number) != STATUS_OK)
        return;
    if (entry->kind == ENTRY_VIEW_OPEN && number > 0 &&
        number <= STREAM_NUMBER_MAX)
        number = stream_camera((uint32_t)number); /* either of both */
    if (number < CAMERA_NUMBER_MIN || number > CAMERA_NUMBER_MAX)
        return;
    struct tally_camera *camera = camera_row(tally, (uint32_t)number);
    if (camera == NULL)
        return;
    if (entry->kind == ENTRY_CAMERA_ADDED && !camera->is_added) {
        camera->is_added = true;
        camera->added = span_of(entry).from;
    } else if (entry->kind == ENTRY_VIEW_OPEN) {
        camera->views++;
    } else if (entry->kind == ENTRY_RECORDING_DAY) {
        take_day(tally, camera, entry);
    } else if (entry->kind == ENTRY_GAP_OPEN) {
        take_open_gap(camera, entry);
    } else if (entry->kind != ENTRY_CAMERA_ADDED) {
        take_gap(tally, camera, entry);
    }
}

/* ---- drifts ---- */

static void find_drift(struct tally *tally, const struct entry_line *entry)
{
    void *list = tally->drifts;
    struct tally_drift row = {.entry = entry->number, .found = entry->time};
    struct text code = text_of("");
    struct text subject = text_of("");
    if (entry_line_text(entry, "code", &code) != STATUS_OK ||
        entry_line_text(entry, "subject", &subject) != STATUS_OK ||
        entry_line_time(entry, "since", &row.since) != STATUS_OK ||
        !text_copy(code, row.code, sizeof row.code) ||
        !text_copy(subject, row.subject, sizeof row.subject) ||
        !make_room(tally, &list, tally->drift_count, &tally->drift_capacity,
                   sizeof *tally->drifts))
        return;
    tally->drifts = list;
    tally->drifts[tally->drift_count++] = row;
}

/* What ended before the span is none of its own. */
static void end_drift(struct tally *tally, const struct entry_line *entry)
{
    int64_t found = 0;
    if (entry_line_number(entry, "found", &found) != STATUS_OK)
        return;
    for (size_t i = 0; i < tally->drift_count; i++) {
        struct tally_drift *row = &tally->drifts[i];
        if (row->ended.us != 0 || (int64_t)row->entry != found)
            continue;
        row->ended = entry->time;
        if (entry->time.us >= tally->span.from.us)
            return;
        memmove(row, row + 1, (tally->drift_count - i - 1) * sizeof *row);
        tally->drift_count--;
        return;
    }
}

/* ---- what was done ---- */

static void take_death(struct tally *tally, const struct entry_line *entry)
{
    int64_t keys = 0;
    struct tally_deaths *deaths = &tally->deaths[cause_of(entry)];
    deaths->entries++;
    if (entry_line_number(entry, "seeds", &keys) == STATUS_OK && keys > 0)
        deaths->keys += (uint64_t)keys;
    if (entry_line_time(entry, "died", &tally->last_death) != STATUS_OK)
        tally->last_death = entry->time;
}

static void take_pending(struct tally *tally, const struct entry_line *entry)
{
    struct text state = text_of("");
    tally->is_death_pending =
        entry_line_text(entry, "state", &state) == STATUS_OK &&
        text_equal(state, text_of("pending"));
}

static void take_deed(struct tally *tally, const struct entry_line *entry)
{
    struct ledger_fact fact;
    if (ledger_fact_read(entry, &fact) != STATUS_OK)
        return;
    tally->deeds[fact.deed]++;
    tally->requests += fact.request.size > 0;
}

void tally_add(struct tally *tally, const struct entry_line *entry)
{
    if (tally->first.us == 0)
        tally->first = entry->time;
    tally->last = entry->time;
    /* The end of a day or of a gap is told behind it. */
    if (entry->is_known)
        take_camera(tally, entry);
    if (entry->time.us >= tally->span.to.us)
        return;
    bool is_inside = span_holds(tally->span, entry->time);
    tally->entries += is_inside;
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_DRIFT_FOUND)
        find_drift(tally, entry);
    else if (entry->kind == ENTRY_DRIFT_ENDED)
        end_drift(tally, entry);
    else if (entry->kind == ENTRY_DELETION_PENDING)
        take_pending(tally, entry);
    if (!is_inside)
        return;
    tally->kinds[entry->kind]++;
    if (entry->kind == ENTRY_DELETION_DONE)
        take_death(tally, entry);
    take_deed(tally, entry);
}

/* ---- the end ---- */

/* Of what is behind the days that are over. */
static int64_t recorded_since(const struct tally_camera *camera,
                              struct span open)
{
    int64_t sum_us = tally_within(camera->hours, open);
    for (size_t i = 0; i < camera->recent.count; i++)
        sum_us -= tally_within(camera->hours,
                               clip(camera->recent.list[i], open));
    return sum_us > 0 ? sum_us : 0;
}

static void finish_camera(struct tally *tally, struct tally_camera *camera,
                          struct wall_time now)
{
    struct span promised = clip(
        (struct span){camera->added, now}, tally->span);
    struct span known = clip((struct span){camera->added, tally->last},
                             tally->span);
    if (camera->has_open_gap)
        add_gap(tally, camera, (struct span){camera->open_since, known.to},
                camera->open_cause);
    for (unsigned i = 0; i < CAUSE_COUNT; i++)
        camera->explained_us += camera->gaps[i].us;
    if (!camera->is_added)
        return;
    if (camera->closed.us > known.from.us)
        known.from = camera->closed;
    camera->promised_us = tally_within(camera->hours, promised);
    camera->recorded_us = camera->day_us;
    if (!span_is_empty(known))
        camera->recorded_us += recorded_since(camera, known);
}

void tally_finish(struct tally *tally, struct wall_time now)
{
    if (now.us - tally->last.us < TALLY_SETTLING_S * (int64_t)SECOND_US)
        now = tally->last;
    tally->until = now.us < tally->span.to.us ? now : tally->span.to;
    for (size_t i = 0; i < tally->camera_count; i++)
        finish_camera(tally, &tally->cameras[i], now);
}
