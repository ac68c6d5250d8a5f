/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would change, in the words of a reader: with each draft that waits, and
 * with a version against the one that it followed, or will follow.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/notice_difference.h"
#include "notice/versions/exception.h"
#include "notice/versions/store.h"
#include "roles/gate/json.h"
#include "roles/gate/notice/version.h"

enum {
    DRAFTS_MAX = 16, /* shown; the rest when these are gone */
    HASH_LETTERS = NOTICE_DIGEST_SIZE - 1,
    PATH_SIZE = GATE_DIRECTORY_SIZE + 128,
    DAY_SIZE = 16,
};

static const char DRAFT_END[] = ".yaml";

/* ---- both languages ---- */

static enum status put_changes(struct json *json, struct buffer *out,
                               const struct notice *before,
                               const struct notice *after)
{
    static const struct {
        const char *name;
        enum language language;
    } LANGUAGES[] = {{"ko", LANGUAGE_KOREAN}, {"en", LANGUAGE_ENGLISH}};
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < 2; i++) {
        gate_put_name(json, LANGUAGES[i].name);
        s = notice_difference_json(before, after, LANGUAGES[i].language, out);
        json->wants_comma = true;
    }
    return s;
}

/* ---- drafts ---- */

struct drafts {
    char sha256[DRAFTS_MAX][NOTICE_DIGEST_SIZE];
    size_t count;
};

static void take_name(void *context, const char *name)
{
    struct drafts *drafts = context;
    if (drafts->count == DRAFTS_MAX ||
        strlen(name) != HASH_LETTERS + sizeof DRAFT_END - 1 ||
        strcmp(name + HASH_LETTERS, DRAFT_END) != 0)
        return;
    char *taken = drafts->sha256[drafts->count++];
    memcpy(taken, name, HASH_LETTERS);
    taken[HASH_LETTERS] = 0;
}

static void put_day(struct json *json, const char *name, int64_t day)
{
    if (day != NOTICE_NO_DAY)
        gate_put_named_number(
            json, name, civil_day_start(day, UTC_OFFSET_KOREA_S).us);
}

/* The first thing that keeps it from being announced; empty: nothing here. */
static void put_obstacle(struct json *json, const struct findings *findings)
{
    struct text words = text_of("");
    for (size_t i = 0; i < findings->count && words.size == 0; i++)
        if (finding_code_severity(findings->list[i].code) != FINDING_WARNING)
            words = text_of(findings->list[i].message);
    gate_put_named_text(json, "obstacle", words);
}

static enum status put_loaded(const struct gate *gate, struct json *json,
                              struct buffer *out, const struct notice *notice)
{
    const struct notice *before = gate->configuration.notice;
    enum notice_exception exception = NOTICE_EXCEPTION_NONE;
    enum status s = notice_exception_of(before, notice, &exception);
    gate_put_named_text(json, "exception",
                        text_of(notice_exception_name(exception)));
    put_day(json, "announced_us", notice->announced_day);
    put_day(json, "effective_us", notice->effective_day);
    return s == STATUS_OK ? put_changes(json, out, before, notice) : s;
}

static enum status put_draft(const struct gate *gate, struct json *json,
                             struct buffer *out, const char *sha256)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    uint8_t *yaml = NULL;
    size_t size = 0;
    char path[PATH_SIZE];
    if (!notice_draft_path(gate->directory, sha256, path, sizeof path))
        return STATUS_LIMIT;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  NOTICE_FILE_BYTES_MAX, &yaml, &size);
    if (s != STATUS_OK)
        return s == STATUS_NO_MEMORY ? s : STATUS_OK; /* gone meanwhile */
    s = notice_load("notice.yaml", bytes_of(yaml, size), &findings, &notice);
    if (s == STATUS_OK || s == STATUS_BAD_INPUT) {
        gate_put_open(json, '{');
        gate_put_named_text(json, "sha256", text_of(sha256));
        put_obstacle(json, &findings);
        s = notice == NULL ? STATUS_OK : put_loaded(gate, json, out, notice);
        gate_put_close(json, '}');
    }
    notice_destroy(&notice);
    findings_deinit(&findings);
    alloc_free(yaml);
    return s;
}

enum status gate_drafts_write(const struct gate *gate, struct buffer *out)
{
    struct json json = gate_put_on(out);
    struct drafts drafts = {.count = 0};
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/" NOTICE_DRAFTS_DIRECTORY,
                   gate->directory);
    enum status s = FILE_LAYER_SYSTEM.list(&FILE_LAYER_SYSTEM, path, take_name,
                                           &drafts);
    s = s == STATUS_NOT_FOUND ? STATUS_OK : s; /* nobody has put one there */
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "clock_us", gate_now(gate).us);
    gate_put_named_number(&json, "lead_days",
                          gate->configuration.plant->is_demo
                              ? 0
                              : NOTICE_LEAD_DAYS);
    gate_put_name(&json, "drafts");
    gate_put_open(&json, '[');
    for (size_t i = 0; s == STATUS_OK && i < drafts.count; i++)
        s = put_draft(gate, &json, out, drafts.sha256[i]);
    gate_put_close(&json, ']');
    gate_put_close(&json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

/* ---- versions ---- */

/* The one that it followed, or follows on its day; NULL: it is the first. */
static const struct notice_version *before_of(const struct gate *gate,
                                              const struct notice_version *one)
{
    const struct notice_versions *versions = &gate->versions;
    if (one->state == NOTICE_VERSION_ANNOUNCED)
        return notice_versions_active(versions);
    for (size_t i = 0; i < versions->count; i++)
        if (versions->list[i].successor == one->number)
            return &versions->list[i];
    return NULL;
}

static enum status load(const struct gate *gate,
                        const struct notice_version *version,
                        struct notice **out)
{
    struct findings findings = {0};
    enum status s = notice_version_load(&FILE_LAYER_SYSTEM, gate->directory,
                                        version, &findings, out);
    findings_deinit(&findings);
    return s;
}

enum status gate_change_write(const struct gate *gate, uint32_t number,
                              struct buffer *out)
{
    AUTO(notice_destroy) struct notice *after = NULL;
    AUTO(notice_destroy) struct notice *before = NULL;
    struct json json = gate_put_on(out);
    const struct notice_version *one =
        notice_versions_find(&gate->versions, number);
    if (one == NULL || one->state == NOTICE_VERSION_WITHDRAWN)
        return STATUS_NOT_FOUND;
    const struct notice_version *other = before_of(gate, one);
    enum status s = load(gate, one, &after);
    if (s == STATUS_OK && other != NULL)
        s = load(gate, other, &before);
    if (s != STATUS_OK)
        return s;
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "version", number);
    gate_put_named_number(&json, "before", other == NULL ? 0 : other->number);
    if (before != NULL)
        s = put_changes(&json, out, before, after);
    gate_put_close(&json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}
