/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chief manager announces the next version: the draft is read from our own
 * directory, where only this machine's administrator can put it; what comes
 * through web names it by its hash. Checked, written, then the entry, then the
 * answer.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "notice/notice_signature.h"
#include "notice/versions/exception.h"
#include "notice/versions/store.h"
#include "roles/gate/account/account.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/notice/version.h"
#include "roles/gate/view/view.h"
#include "sys/logger.h"

enum {
    PATH_SIZE = GATE_DIRECTORY_SIZE + 128,
    DETAIL_SIZE = 512,
    DAY_SIZE = 16,
    GROUP_ID_SIZE = 65,
};

struct publishing {
    struct gate *gate;
    struct gate_asker asker;
    uint32_t account;
    char person[ACCOUNT_PERSON_SIZE];
    char sha256[NOTICE_DIGEST_SIZE];
    char reason[GATE_REASON_MAX + 1];
    struct wall_time effective;
    bool is_at_once;

    uint8_t *yaml;
    size_t yaml_size;
    uint8_t *signature; /* NULL: none came with it */
    size_t signature_size;
    struct notice *notice;
    uint32_t number;
    enum notice_exception exception;
    char manifest_sha256[NOTICE_DIGEST_SIZE];
    uint64_t entry;

    enum notice_refusal refusal; /* with CONFLICT */
    char detail[DETAIL_SIZE];
};

static void publishing_destroy(struct publishing **publishing)
{
    struct publishing *old = *publishing;
    *publishing = NULL;
    notice_destroy(&old->notice);
    alloc_free(old->yaml);
    alloc_free(old->signature);
    alloc_free(old);
}

static enum status refuse(struct publishing *publishing,
                          enum notice_refusal refusal, const char *detail)
{
    publishing->refusal = refusal;
    (void)snprintf(publishing->detail, sizeof publishing->detail, "%s", detail);
    return STATUS_CONFLICT;
}

/* ---- the draft ---- */

static enum status read_draft(struct publishing *publishing)
{
    char path[PATH_SIZE];
    char digest[NOTICE_DIGEST_SIZE];
    if (!notice_draft_path(publishing->gate->directory, publishing->sha256,
                           path, sizeof path))
        return STATUS_LIMIT;
    enum status s =
        file_read_all(&FILE_LAYER_SYSTEM, path, NOTICE_FILE_BYTES_MAX,
                      &publishing->yaml, &publishing->yaml_size);
    if (s == STATUS_OK)
        s = notice_digest(bytes_of(publishing->yaml, publishing->yaml_size),
                          digest);
    if (s == STATUS_NO_MEMORY)
        return s;
    if (s != STATUS_OK || strcmp(digest, publishing->sha256) != 0)
        return refuse(publishing, NOTICE_REFUSED_NO_DRAFT, "");
    return STATUS_OK;
}

static bool signature_path(const struct publishing *publishing,
                           char out[PATH_SIZE])
{
    char yaml[PATH_SIZE];
    if (!notice_draft_path(publishing->gate->directory, publishing->sha256,
                           yaml, sizeof yaml))
        return false;
    int used = snprintf(out, PATH_SIZE, "%s" NOTICE_SIGNATURE_SUFFIX, yaml);
    return used > 0 && used < PATH_SIZE;
}

static enum status check_signature(struct publishing *publishing)
{
    char path[PATH_SIZE];
    const struct text key =
        publishing->gate->configuration.plant->notice_key;
    if (!signature_path(publishing, path))
        return STATUS_LIMIT;
    enum status s = file_read_all(
        &FILE_LAYER_SYSTEM, path, NOTICE_SIGNATURE_BYTES_MAX,
        &publishing->signature, &publishing->signature_size);
    if (key.size == 0 || s == STATUS_NO_MEMORY)
        return s == STATUS_NO_MEMORY ? s : STATUS_OK;
    if (s == STATUS_OK)
        s = notice_signature_check(
            key, bytes_of(publishing->yaml, publishing->yaml_size),
            bytes_text(bytes_of(publishing->signature,
                                publishing->signature_size)));
    return s == STATUS_OK ? s
                          : refuse(publishing, NOTICE_REFUSED_UNSIGNED, "");
}

/* What starts nothing, and what must not be published so. */
static enum status load_draft(struct publishing *publishing)
{
    struct findings findings = {0};
    enum status s = notice_load(
        "notice.yaml", bytes_of(publishing->yaml, publishing->yaml_size),
        &findings, &publishing->notice);
    if (s == STATUS_OK && findings.blocking > 0)
        s = STATUS_BAD_INPUT;
    const char *words = "";
    for (size_t i = 0; i < findings.count && words[0] == 0; i++) {
        if (finding_code_severity(findings.list[i].code) != FINDING_WARNING)
            words = findings.list[i].message;
    }
    if (s == STATUS_BAD_INPUT)
        s = refuse(publishing, NOTICE_REFUSED_UNSOUND, words);
    findings_deinit(&findings);
    return s;
}

/* ---- what must be so ---- */

static void format_day(int64_t day, char out[DAY_SIZE])
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    (void)snprintf(out, DAY_SIZE, "%04d-%02u-%02u", (int)(year % 10000),
                   month % 100, day_of_month % 100);
}

static enum status check_lead(struct publishing *publishing)
{
    char first[DAY_SIZE];
    const struct gate *gate = publishing->gate;
    struct wall_time now = gate_now(gate);
    int64_t today = civil_day(now, UTC_OFFSET_KOREA_S);
    int64_t day = civil_day(publishing->effective, UTC_OFFSET_KOREA_S);
    if (gate->configuration.plant->is_demo) {
        int64_t lead_us = NOTICE_LEAD_DEMO_S * (int64_t)SECOND_US;
        if (publishing->is_at_once || publishing->effective.us >= now.us + lead_us)
            return STATUS_OK;
        return refuse(publishing, NOTICE_REFUSED_TOO_SOON, "5 s");
    }
    int64_t least = publishing->is_at_once ? today : today + NOTICE_LEAD_DAYS;
    format_day(least, first);
    if (day < least || (publishing->is_at_once && day != today))
        return refuse(publishing, NOTICE_REFUSED_TOO_SOON, first);
    if (publishing->effective.us != civil_day_start(day, UTC_OFFSET_KOREA_S).us)
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

/* What is published says itself when it was announced and takes effect. */
static enum status check_dates(struct publishing *publishing)
{
    char wanted[DAY_SIZE];
    char detail[64];
    const struct gate *gate = publishing->gate;
    const struct notice *notice = publishing->notice;
    int64_t today = civil_day(gate_now(gate), UTC_OFFSET_KOREA_S);
    int64_t day = civil_day(publishing->effective, UTC_OFFSET_KOREA_S);
    if (gate->configuration.plant->is_demo ||
        (notice->announced_day == today && notice->effective_day == day))
        return STATUS_OK;
    bool is_announced = notice->announced_day != today;
    format_day(is_announced ? today : day, wanted);
    (void)snprintf(detail, sizeof detail, "dates: %s: %s",
                   is_announced ? "announced" : "effective", wanted);
    return refuse(publishing, NOTICE_REFUSED_OTHER_DATES, detail);
}

static enum status check_exception(struct publishing *publishing)
{
    const struct notice *before = publishing->gate->configuration.notice;
    publishing->exception = NOTICE_EXCEPTION_NONE;
    if (!publishing->is_at_once)
        return STATUS_OK;
    enum status s = notice_exception_of(before, publishing->notice,
                                        &publishing->exception);
    if (s != STATUS_OK || publishing->exception != NOTICE_EXCEPTION_NONE)
        return s;
    publishing->refusal = NOTICE_REFUSED_NO_EXCEPTION;
    s = notice_exception_obstacle(before, publishing->notice,
                                  NOTICE_EXCEPTION_RESTRICTION,
                                  publishing->detail, DETAIL_SIZE);
    return s == STATUS_OK ? STATUS_CONFLICT : s;
}

static enum status check_waiting(struct publishing *publishing)
{
    char number[16];
    const struct notice_version *next =
        notice_versions_announced(&publishing->gate->versions);
    if (next == NULL || publishing->is_at_once)
        return STATUS_OK;
    (void)snprintf(number, sizeof number, "%u", (unsigned)next->number);
    return refuse(publishing, NOTICE_REFUSED_ONE_WAITS, number);
}

static enum status check_new(struct publishing *publishing)
{
    const struct notice_version *active =
        notice_versions_active(&publishing->gate->versions);
    bool is_same =
        active != NULL && strcmp(active->sha256, publishing->sha256) == 0;
    return is_same ? refuse(publishing, NOTICE_REFUSED_UNCHANGED, "")
                   : STATUS_OK;
}

static enum status check_plant(struct publishing *publishing)
{
    const struct plant *plant = publishing->gate->configuration.plant;
    const char *missing = "";
    char group[GROUP_ID_SIZE];
    if (gate_version_binds(publishing->gate, publishing->notice))
        return STATUS_OK;
    for (size_t i = 0; i < plant->all_count; i++) {
        if (notice_group_find(publishing->notice,
                              plant->cameras[i].group_id) == NULL &&
            notice_group_find(publishing->notice,
                              plant->cameras[i].otherwise_id) == NULL &&
            !text_equal(plant->cameras[i].otherwise_id, text_of("none")) &&
            text_copy(plant->cameras[i].group_id, group, sizeof group))
            missing = group;
    }
    return refuse(publishing, NOTICE_REFUSED_UNBOUND, missing);
}

static enum status check(struct publishing *publishing)
{
    enum status s = check_waiting(publishing);
    if (s == STATUS_OK)
        s = check_new(publishing);
    if (s == STATUS_OK)
        s = check_lead(publishing);
    if (s == STATUS_OK)
        s = read_draft(publishing);
    if (s == STATUS_OK)
        s = check_signature(publishing);
    if (s == STATUS_OK)
        s = load_draft(publishing);
    if (s == STATUS_OK)
        s = check_dates(publishing);
    if (s == STATUS_OK)
        s = check_exception(publishing);
    return s == STATUS_OK ? check_plant(publishing) : s;
}

/* ---- the answer ---- */

static void write_answer(const struct publishing *publishing,
                         struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "version", publishing->number);
    gate_put_named_number(&json, "entry", (int64_t)publishing->entry);
    gate_put_named_text(
        &json, "state",
        text_of(publishing->is_at_once ? "active" : "announced"));
    gate_put_named_text(&json, "exception",
                        text_of(notice_exception_name(publishing->exception)));
    gate_put_named_number(&json, "effective_us", publishing->effective.us);
    gate_put_close(&json, '}');
}

static void finish(struct publishing *publishing, enum status status)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct gate *gate = publishing->gate;
    struct channel *channel = gate_asker_channel(gate, &publishing->asker);
    struct message_version_publish_reply reply = {
        .id = publishing->asker.id,
        .status = status,
        .refusal = (uint8_t)publishing->refusal,
        .detail = text_of(publishing->detail)};
    if (status == STATUS_OK) {
        write_answer(publishing, &text);
        reply.json = buffer_bytes(&text);
    }
    if (channel != NULL)
        gate_sent(message_version_publish_answer(channel, &reply, -1),
                  "version_publish");
    gate->is_publishing = false;
    publishing_destroy(&publishing);
}

/* A draft that was announced is a version now. */
static void drop_draft(const struct publishing *publishing)
{
    char path[PATH_SIZE];
    if (notice_draft_path(publishing->gate->directory, publishing->sha256,
                          path, sizeof path))
        (void)!FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, path);
    if (publishing->signature != NULL && signature_path(publishing, path))
        (void)!FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, path);
}

static void on_active(void *context, enum status status)
{
    finish(context, status);
}

/* Durable, and so told to the list of versions already. */
static void on_announced(void *context, enum status status, uint64_t number)
{
    struct publishing *publishing = context;
    struct gate *gate = publishing->gate;
    publishing->entry = number;
    if (status == STATUS_OK) {
        gate_book_write(gate);
        drop_draft(publishing);
    }
    if (status == STATUS_OK && publishing->is_at_once) {
        status = gate_version_activate(gate, publishing->number, on_active,
                                       publishing);
        if (status == STATUS_OK)
            return;
        log_line(LOG_WARNING, "version=%u acts a little later status=%s",
                 (unsigned)publishing->number, status_name(status));
        status = STATUS_OK; /* gate_versions_tick puts it in force */
    }
    finish(publishing, status);
}

static enum status announce(struct publishing *publishing)
{
    struct gate *gate = publishing->gate;
    publishing->number = notice_versions_next(&gate->versions);
    if (publishing->number > NOTICE_VERSION_MAX)
        return STATUS_LIMIT;
    if (publishing->is_at_once)
        publishing->effective = gate_now(gate);
    const struct notice_version_content content = {
        .number = publishing->number,
        .yaml = bytes_of(publishing->yaml, publishing->yaml_size),
        .signature =
            bytes_of(publishing->signature, publishing->signature_size),
        .notice = publishing->notice,
        .before = gate->configuration.notice};
    enum status s =
        notice_version_write(&FILE_LAYER_SYSTEM, gate->directory, &content,
                             publishing->manifest_sha256);
    if (s != STATUS_OK)
        return s;
    struct entry entry = entry_of(ENTRY_NOTICE_ANNOUNCED);
    entry_number(&entry, "version", publishing->number);
    entry_number(&entry, "account", publishing->account);
    entry_text(&entry, "person", text_of(publishing->person));
    entry_text(&entry, "sha256", text_of(publishing->sha256));
    entry_text(&entry, "manifest_sha256",
               text_of(publishing->manifest_sha256));
    entry_time(&entry, "effective", publishing->effective);
    entry_text(&entry, "exception",
               text_of(notice_exception_name(publishing->exception)));
    entry_text(&entry, "reason", text_trim(text_of(publishing->reason)));
    return gate_append(gate, &entry, on_announced, publishing);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_version_publish *message,
                         struct publishing **out)
{
    struct gate_person person;
    enum status s = gate_publisher_find(gate, message->session, &person);
    if (s == STATUS_OK)
        s = gate_reason_check(message->reason);
    uint8_t digest[NOTICE_DIGEST_SIZE / 2];
    if (s == STATUS_OK)
        s = hex_decode(message->sha256, digest, sizeof digest);
    if (s == STATUS_OK && (gate->is_publishing || gate->is_activating))
        s = STATUS_AGAIN;
    if (s != STATUS_OK)
        return s;
    struct publishing *publishing = alloc_zeroed(sizeof *publishing);
    if (publishing == NULL)
        return STATUS_NO_MEMORY;
    publishing->gate = gate;
    publishing->asker = gate_asker_of(gate, channel, message->id);
    publishing->account = person.account.number;
    publishing->effective.us = message->effective_us;
    publishing->is_at_once = message->at_once != 0;
    bool is_good =
        text_copy(text_of(person.account.person), publishing->person,
                  sizeof publishing->person) &&
        text_copy(message->sha256, publishing->sha256,
                  sizeof publishing->sha256) &&
        text_copy(message->reason, publishing->reason,
                  sizeof publishing->reason);
    if (!is_good) {
        publishing_destroy(&publishing);
        return STATUS_LIMIT;
    }
    *out = publishing;
    return STATUS_OK;
}

void gate_on_version_publish(void *context, struct channel *channel,
                             const struct message_version_publish *message,
                             int descriptor)
{
    struct gate *gate = context;
    struct publishing *publishing = NULL;
    (void)descriptor;
    enum status s = begin(gate, channel, message, &publishing);
    if (s != STATUS_OK) {
        const struct message_version_publish_reply reply = {.id = message->id,
                                                            .status = s};
        gate_sent(message_version_publish_answer(channel, &reply, -1),
                  "version_publish");
        return;
    }
    gate->is_publishing = true;
    s = check(publishing);
    if (s == STATUS_OK)
        s = announce(publishing);
    if (s != STATUS_OK)
        finish(publishing, s);
}
