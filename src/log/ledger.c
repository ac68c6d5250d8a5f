/* SPDX-License-Identifier: Apache-2.0 */
#include "log/ledger.h"

#include "base/text.h"

/* No default: the compiler asks about a new kind, tests/unit/log too. */
static enum ledger_deed deed_of(enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_VIEW_OPEN:
        return LEDGER_VIEWED;
    case ENTRY_LIVE_OPEN:
        return LEDGER_WATCHED;
    case ENTRY_HOLD_INTENT:
        return LEDGER_HELD;
    case ENTRY_HOLD_END:
        return LEDGER_HOLD_ENDED;
    case ENTRY_HOLD_DESTROYED:
        return LEDGER_HOLD_DESTROYED;
    case ENTRY_DELETION_INTENT:
        return LEDGER_DESTRUCTION_ORDERED;
    case ENTRY_DELETION_DONE:
        return LEDGER_DESTROYED;
    case ENTRY_LEDGER_ADDED:
        return LEDGER_COPY;
    case ENTRY_LEDGER_CORRECTED:
        return LEDGER_COPY_CORRECTED;
    case ENTRY_LEDGER_DESTROYED:
        return LEDGER_COPY_DESTROYED;
    case ENTRY_LEDGER_REMARKED:
        return LEDGER_REMARKED;
    case ENTRY_EXPORT:
        return LEDGER_PROVIDED; /* or LEDGER_EXPORTED, as the entry says */
    case ENTRY_EXPORT_DESTROYED:
        return LEDGER_EXPORT_DESTROYED;
    case ENTRY_LOG_START:
    case ENTRY_RECORDER_START:
    case ENTRY_RECORDER_STOP:
    case ENTRY_ROLE_RESTARTED:
    case ENTRY_NOTICE_VERSION:
    case ENTRY_RETENTION_SET:
    case ENTRY_SETTING:
    case ENTRY_CLOCK_STEP:
    case ENTRY_CLOCK_CONFIRMED:
    case ENTRY_CLOCK_SETTLED:
    case ENTRY_CAMERA_ADDED:
    case ENTRY_CAMERA_STATE:
    case ENTRY_CAMERA_CERTIFICATE:
    case ENTRY_CAMERA_CODEC:
    case ENTRY_GAP:
    case ENTRY_GAP_OPEN:
    case ENTRY_RECORDS_LOST:
    case ENTRY_SPACE_FREED:
    case ENTRY_INDEX_REBUILT:
    case ENTRY_RECORDING_ROOT:
    case ENTRY_RECORDING_DAY:
    case ENTRY_DISK_STATE:
    case ENTRY_SPACE_WARNING:
    case ENTRY_DELETION_ANSWERED:
    case ENTRY_DELETION_SEEDS:
    case ENTRY_DELETION_ATTESTED:
    case ENTRY_DELETION_PENDING:
    case ENTRY_TEXTS_DELETED:
    case ENTRY_HOLD_MISSING:
    case ENTRY_HOLD_MADE:
    case ENTRY_LOGIN:
    case ENTRY_LOGIN_FAILED:
    case ENTRY_LOGIN_FIRST:
    case ENTRY_LOGOUT:
    case ENTRY_ACCOUNT_ADDED:
    case ENTRY_ACCOUNT_CLOSED:
    case ENTRY_VIEW_CLOSE:
    case ENTRY_VIEW_DOWNLOAD:
    case ENTRY_VIEW_REFUSED:
    case ENTRY_LOG_READ:
    case ENTRY_LEDGER_REVIEWED:
    case ENTRY_EXPORT_MADE:
    case ENTRY_LOG_SUCCEEDED:
    case ENTRY_WITNESS_STATE:
    case ENTRY_WITNESS_EQUIVOCATION:
    case ENTRY_KIND_COUNT:
        return LEDGER_DEED_END;
    }
    return LEDGER_DEED_END;
}

bool ledger_has_row(enum entry_kind kind, enum ledger_deed *out)
{
    enum ledger_deed deed = deed_of(kind);
    if (deed != LEDGER_DEED_END)
        *out = deed;
    return deed != LEDGER_DEED_END;
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
        .camera = (uint32_t)number_of(entry, "camera", UINT32_MAX),
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
