/* SPDX-License-Identifier: Apache-2.0 */
#include "log/ledger.h"

#include "base/text.h"
#include "model/camera.h"

/* The kinds with a row; tests/unit/log/test_ledger.c asks about a new one. */
static const struct {
    enum entry_kind kind;
    enum ledger_deed deed;
} ROWS[] = {
    {ENTRY_VIEW_OPEN, LEDGER_VIEWED},
    {ENTRY_LIVE_OPEN, LEDGER_WATCHED},
    {ENTRY_HOLD_INTENT, LEDGER_HELD},
    {ENTRY_HOLD_END, LEDGER_HOLD_ENDED},
    {ENTRY_HOLD_DESTROYED, LEDGER_HOLD_DESTROYED},
    {ENTRY_DELETION_INTENT, LEDGER_DESTRUCTION_ORDERED},
    {ENTRY_DELETION_DONE, LEDGER_DESTROYED},
    {ENTRY_LEDGER_ADDED, LEDGER_COPY},
    {ENTRY_LEDGER_CORRECTED, LEDGER_COPY_CORRECTED},
    {ENTRY_LEDGER_DESTROYED, LEDGER_COPY_DESTROYED},
    {ENTRY_LEDGER_REMARKED, LEDGER_REMARKED},
    {ENTRY_EXPORT, LEDGER_PROVIDED}, /* or LEDGER_EXPORTED, as the entry says */
    {ENTRY_EXPORT_COVERED, LEDGER_PROVIDED}, /* likewise */
    {ENTRY_EXPORT_DESTROYED, LEDGER_EXPORT_DESTROYED},
};

bool ledger_has_row(enum entry_kind kind, enum ledger_deed *out)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (ROWS[i].kind != kind)
            continue;
        *out = ROWS[i].deed;
        return true;
    }
    return false;
}

/* Absent or out of range: 0. */
static uint64_t number_of(const struct entry_line *entry, const char *member,
                          uint64_t max)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0 && (uint64_t)value <= max;
    return is_good ? (uint64_t)value : 0;
}

/* Absent: empty, or the beginning of time. */
static struct text text_in(const struct entry_line *entry, const char *member)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK ? text
                                                               : text_of("");
}

static struct wall_time time_in(const struct entry_line *entry,
                                const char *member)
{
    struct wall_time time = {0};
    return entry_line_time(entry, member, &time) == STATUS_OK
               ? time
               : (struct wall_time){0};
}

/* By hand: as the entry says; else as the deed does. */
static enum ledger_kind kind_of(const struct entry_line *entry,
                                enum ledger_deed deed)
{
    enum ledger_kind kind = ledger_deed_kind(deed);
    return ledger_kind_from_id(text_in(entry, "use"), &kind) == STATUS_OK
               ? kind
               : ledger_deed_kind(deed);
}

enum status ledger_fact_read(const struct entry_line *entry,
                             struct ledger_fact *out)
{
    enum ledger_deed deed = LEDGER_VIEWED;
    if (!entry->is_known || !ledger_has_row(entry->kind, &deed))
        return STATUS_NOT_FOUND;
    *out = (struct ledger_fact){
        .entry = entry->number,
        .deed = deed,
        .time = entry->time,
        .account = (uint32_t)number_of(entry, "account", UINT32_MAX),
        .cameras = text_in(entry, "cameras"),
        .camera = stream_camera(
            (uint32_t)number_of(entry, "camera", UINT32_MAX)),
        .span = {time_in(entry, "from"), time_in(entry, "to")},
        .purpose = text_in(entry, "purpose"),
        .request = text_in(entry, "request"),
        .cause = text_in(entry, "cause"),
        .order = number_of(entry, "order", INT64_MAX),
        .hold = (uint32_t)number_of(entry, "hold", UINT32_MAX),
        .until = time_in(entry, "until"),
        .seeds = number_of(entry, "seeds", INT64_MAX),
        .kind = kind_of(entry, deed),
        .item = (uint32_t)number_of(entry, "item", UINT32_MAX),
        .corrects = number_of(entry, "corrects", INT64_MAX),
        .medium = text_in(entry, "medium"),
        .how = text_in(entry, "how"),
        .done = time_in(entry, "done"),
        .export = number_of(entry, "export", INT64_MAX),
        .has_password = number_of(entry, "protected", 1) == 1,
    };
    if (out->until.us == 0)
        out->until = time_in(entry, "due");
    bool is_own =
        deed == LEDGER_PROVIDED && number_of(entry, "provided", 1) == 0;
    if (is_own) {
        out->deed = LEDGER_EXPORTED;
        out->kind = ledger_deed_kind(LEDGER_EXPORTED);
    }
    return STATUS_OK;
}
