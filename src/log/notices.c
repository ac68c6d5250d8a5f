/* SPDX-License-Identifier: Apache-2.0 */
#include "log/notices.h"

#include "base/text.h"

/* Absent, or no number of a version: 0. */
static uint32_t version_of(const struct entry_line *entry)
{
    int64_t number = 0;
    bool is_good =
        entry_line_number(entry, "version", &number) == STATUS_OK &&
        number >= 1 && number <= NOTICE_VERSION_MAX;
    return is_good ? (uint32_t)number : 0;
}

/* A member without its escapes; empty where it does not fit. */
static void take_text(const struct entry_line *entry, const char *member,
                      char *out, size_t size)
{
    struct text text = text_of("");
    size_t used = 0;
    out[0] = 0;
    if (entry_line_text(entry, member, &text) != STATUS_OK)
        return;
    for (size_t i = 0; i < text.size && used + 1 < size; i++) {
        if (text.data[i] == '\\' && i + 1 < text.size)
            i++;
        out[used++] = text.data[i];
    }
    out[used] = 0;
}

static void add_announced(struct notice_versions *versions,
                          const struct entry_line *entry)
{
    struct text exception = text_of("");
    uint32_t number = version_of(entry);
    if (number < notice_versions_next(versions))
        return;
    struct notice_version *version = notice_versions_add(versions, number);
    if (version == NULL)
        return;
    version->entry = entry->number;
    version->announced = entry->time;
    version->effective = entry->time;
    if (entry_line_time(entry, "effective", &version->effective) != STATUS_OK ||
        entry_line_text(entry, "exception", &exception) != STATUS_OK ||
        notice_exception_from_name(exception, &version->exception) != STATUS_OK)
        version->exception = NOTICE_EXCEPTION_NONE;
    take_text(entry, "sha256", version->sha256, NOTICE_DIGEST_SIZE);
    take_text(entry, "manifest_sha256", version->manifest_sha256,
              NOTICE_DIGEST_SIZE);
    take_text(entry, "reason", version->reason, NOTICE_REASON_SIZE);
}

/* A log from before there were announcements has only this. */
static struct notice_version *unannounced(struct notice_versions *versions,
                                          const struct entry_line *entry,
                                          uint32_t number)
{
    if (number < notice_versions_next(versions))
        return NULL;
    struct notice_version *version = notice_versions_add(versions, number);
    if (version == NULL)
        return NULL;
    version->exception = NOTICE_EXCEPTION_FIRST;
    version->announced = entry->time;
    version->effective = entry->time;
    take_text(entry, "sha256", version->sha256, NOTICE_DIGEST_SIZE);
    return version;
}

static void end_active(struct notice_versions *versions, uint32_t successor,
                       struct wall_time when)
{
    for (size_t i = 0; i < versions->count; i++) {
        struct notice_version *version = &versions->list[i];
        if (version->state != NOTICE_VERSION_ACTIVE)
            continue;
        version->state = NOTICE_VERSION_SUPERSEDED;
        version->ended = when;
        version->successor = successor;
    }
}

static void add_active(struct notice_versions *versions,
                       const struct entry_line *entry)
{
    uint32_t number = version_of(entry);
    if (number == 0)
        return;
    struct notice_version *version = notice_versions_find(versions, number);
    if (version == NULL)
        version = unannounced(versions, entry, number);
    if (version == NULL || version->state != NOTICE_VERSION_ANNOUNCED)
        return;
    end_active(versions, number, entry->time);
    version->state = NOTICE_VERSION_ACTIVE;
    version->active = entry->time;
}

void notices_add(struct notice_versions *versions,
                 const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_NOTICE_ANNOUNCED) {
        add_announced(versions, entry);
        return;
    }
    if (entry->kind == ENTRY_NOTICE_VERSION) {
        add_active(versions, entry);
        return;
    }
    if (entry->kind != ENTRY_NOTICE_WITHDRAWN &&
        entry->kind != ENTRY_NOTICE_CONFIRMED &&
        entry->kind != ENTRY_NOTICE_DIFFERS)
        return;
    struct notice_version *version =
        notice_versions_find(versions, version_of(entry));
    if (version == NULL)
        return;
    if (entry->kind == ENTRY_NOTICE_CONFIRMED) {
        version->confirmed = entry->time;
        version->differed = (struct wall_time){0};
    } else if (entry->kind == ENTRY_NOTICE_DIFFERS) {
        version->differed = entry->time;
    } else if (version->state == NOTICE_VERSION_ANNOUNCED) {
        version->state = NOTICE_VERSION_WITHDRAWN;
        version->ended = entry->time;
    }
}
