/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/event_entry.h"

#include "base/text.h"

struct event_kind_row {
    enum entry_kind kind;
    bool has_to;
    bool has_cause;
    bool has_detail;
};

static const struct event_kind_row ROWS[EVENT_KIND_COUNT] = {
    [EVENT_CAMERA_ADDED] = {.kind = ENTRY_CAMERA_ADDED},
    [EVENT_GAP] = {.kind = ENTRY_GAP,
                   .has_to = true,
                   .has_cause = true,
                   .has_detail = true},
    [EVENT_GAP_OPEN] = {.kind = ENTRY_GAP_OPEN,
                        .has_cause = true,
                        .has_detail = true},
    [EVENT_CAMERA_STATE] = {.kind = ENTRY_CAMERA_STATE,
                            .has_cause = true,
                            .has_detail = true},
    [EVENT_CODEC] = {.kind = ENTRY_CAMERA_CODEC, .has_detail = true},
    [EVENT_DISK_STATE] = {.kind = ENTRY_DISK_STATE, .has_detail = true},
    [EVENT_SPACE_WARNING] = {.kind = ENTRY_SPACE_WARNING,
                             .has_to = true,
                             .has_detail = true},
    [EVENT_RECORDS_LOST] = {.kind = ENTRY_RECORDS_LOST,
                            .has_to = true,
                            .has_cause = true,
                            .has_detail = true},
    [EVENT_SPACE_FREED] = {.kind = ENTRY_SPACE_FREED,
                           .has_to = true,
                           .has_detail = true},
    [EVENT_INDEX_REBUILT] = {.kind = ENTRY_INDEX_REBUILT, .has_detail = true},
    [EVENT_RECORDING_ROOT] = {.kind = ENTRY_RECORDING_ROOT, .has_to = true},
    [EVENT_RECORDING_DAY] = {.kind = ENTRY_RECORDING_DAY, .has_to = true},
};

static struct text hash_text(const uint8_t hash[RECORDED_HASH_SIZE],
                             char out[EVENT_ENTRY_WORDS])
{
    hex_encode(bytes_of(hash, RECORDED_HASH_SIZE), out);
    return text_of(out);
}

static void add_root(struct entry *entry, const struct recorded_root *root,
                     char words[EVENT_ENTRY_WORDS])
{
    entry_number(entry, "batch", (int64_t)root->batch);
    entry_number(entry, "leaves", (int64_t)root->leaves);
    entry_text(entry, "root", hash_text(root->root, words));
}

static void add_day(struct entry *entry, const struct event *event,
                    const struct recorded_day *day,
                    char words[EVENT_ENTRY_WORDS])
{
    entry_number(entry, "camera", event->camera);
    entry_number(entry, "recorded_ms", (int64_t)day->recorded_ms);
    entry_number(entry, "gaps", (int64_t)day->gaps);
    entry_number(entry, "leaves", (int64_t)day->leaves);
    entry_text(entry, "head", hash_text(day->head, words));
    entry_text(entry, "spans", day->spans);
}

static enum status add_leaves(struct entry *entry, const struct event *event,
                              char words[EVENT_ENTRY_WORDS])
{
    struct recorded_root root = {0};
    struct recorded_day day = {0};
    enum status s = event->kind == EVENT_RECORDING_ROOT
                        ? recorded_root_read(event->detail, &root)
                        : recorded_day_read(event->detail, &day);
    entry_time(entry, "from", event->span.from);
    entry_time(entry, "to", event->span.to);
    if (s == STATUS_OK && event->kind == EVENT_RECORDING_ROOT)
        add_root(entry, &root, words);
    else if (s == STATUS_OK)
        add_day(entry, event, &day, words);
    return s;
}

enum status event_entry(const struct event *event, uint64_t number,
                        char words[EVENT_ENTRY_WORDS], struct entry *out)
{
    const struct event_kind_row *row = &ROWS[event->kind];
    *out = entry_of(row->kind);
    entry_number(out, "event", (int64_t)number);
    if (event->kind == EVENT_RECORDING_ROOT ||
        event->kind == EVENT_RECORDING_DAY)
        return add_leaves(out, event, words);
    entry_number(out, "camera", event->camera);
    entry_time(out, "from", event->span.from);
    if (row->has_to)
        entry_time(out, "to", event->span.to);
    if (row->has_cause)
        entry_text(out, "cause", text_of(cause_name(event->cause)));
    if (row->has_detail)
        entry_text(out, "detail",
                   text_is_plain(event->detail) ? event->detail : text_of(""));
    return STATUS_OK;
}
