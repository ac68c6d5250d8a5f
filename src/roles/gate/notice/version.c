/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/notice/version.h"
#include "roles/gate/view/view.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/notice_signature.h"
#include "notice/versions/store.h"
#include "sys/logger.h"

enum { RETRY_S = 60, PATH_SIZE = GATE_DIRECTORY_SIZE + 128 };

/* A version on its way into force. */
struct activation {
    struct gate *gate;
    uint32_t number;
    struct notice *notice;
    uint8_t *yaml;
    size_t yaml_size;
    uint8_t *signature; /* NULL: there is none */
    size_t signature_size;
    gate_version_fn *on_done;
    void *context;
};

static void activation_destroy(struct activation **activation)
{
    struct activation *old = *activation;
    *activation = NULL;
    if (old == NULL)
        return;
    notice_destroy(&old->notice);
    alloc_free(old->yaml);
    alloc_free(old->signature);
    alloc_free(old);
}

void gate_book_write(struct gate *gate)
{
    enum status s = notice_book_write(&FILE_LAYER_SYSTEM, gate->directory,
                                      &gate->versions);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "the book of versions is not written status=%s",
                 status_name(s));
}

/* ---- a notice that the plant is bound to ---- */

static enum status bind(struct gate *gate, const struct notice *notice)
{
    struct findings findings = {0};
    enum status s =
        plant_bind_in_force(gate->configuration.plant, "plant.yaml", notice,
                            "notice.yaml", &findings);
    findings_deinit(&findings);
    return s;
}

bool gate_version_binds(struct gate *gate, const struct notice *notice)
{
    struct findings findings = {0};
    bool is_bound = plant_bind(gate->configuration.plant, "plant.yaml", notice,
                               "notice.yaml", &findings) == STATUS_OK;
    findings_deinit(&findings);
    /* It was bound to this one before: that cannot fail but for memory. */
    if (bind(gate, gate->configuration.notice) != STATUS_OK)
        log_line(LOG_ERROR, "the plant is not bound to its notice");
    return is_bound;
}

/* Everything follows from the notice; what was it before ends here. */
static void take(struct activation *activation)
{
    struct gate *gate = activation->gate;
    struct configuration *configuration = &gate->configuration;
    struct notice *old = configuration->notice;
    configuration->notice = activation->notice;
    activation->notice = NULL;
    if (bind(gate, configuration->notice) != STATUS_OK)
        log_line(LOG_ERROR, "the plant is not bound to its notice");
    notice_destroy(&old);
    alloc_free(configuration->notice_yaml);
    configuration->notice_yaml = activation->yaml;
    configuration->notice_yaml_size = activation->yaml_size;
    activation->yaml = NULL;
    configuration->version = activation->number;
    alloc_free(configuration->signature);
    configuration->signature = activation->signature;
    configuration->signature_size = activation->signature_size;
    activation->signature = NULL;
    promises_deinit(&gate->promises.last); /* of the old one's groups */
}

/* ---- into force ---- */

static void format_day(int64_t day, char out[16])
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    out[0] = 0;
    if (day == NOTICE_NO_DAY)
        return;
    civil_from_day(day, &year, &month, &day_of_month);
    (void)snprintf(out, 16, "%04d-%02u-%02u", (int)(year % 10000), month % 100,
                   day_of_month % 100);
}

static enum status note_in_force(struct gate *gate, uint32_t number,
                                 const char *sha256,
                                 const struct notice *notice,
                                 log_appended_fn *on_done, void *context)
{
    char announced[16];
    char effective[16];
    format_day(notice->announced_day, announced);
    format_day(notice->effective_day, effective);
    struct entry entry = entry_of(ENTRY_NOTICE_VERSION);
    entry_number(&entry, "version", number);
    entry_text(&entry, "sha256", text_of(sha256));
    entry_text(&entry, "announced", text_of(announced));
    entry_text(&entry, "effective", text_of(effective));
    return gate_append(gate, &entry, on_done, context);
}

static void note_superseded(struct gate *gate, uint32_t number,
                            uint32_t successor)
{
    struct entry entry = entry_of(ENTRY_NOTICE_SUPERSEDED);
    entry_number(&entry, "version", number);
    entry_number(&entry, "successor", successor);
    gate_note(gate, &entry);
}

/* The entry is durable: the standing order is another one now. */
static void on_in_force(void *context, enum status status, uint64_t entry)
{
    struct activation *activation = context;
    struct gate *gate = activation->gate;
    gate->is_activating = false;
    if (status == STATUS_OK) {
        take(activation);
        log_line(LOG_INFO, "notice version=%u is in force entry=%llu",
                 (unsigned)activation->number, (unsigned long long)entry);
        gate_book_write(gate);
        gate_policies_changed(gate);
        gate_sweep(gate);
    }
    if (activation->on_done != NULL)
        activation->on_done(activation->context, status);
    activation_destroy(&activation);
}

/* A version keeps its own; where the plant asks for one, it must be good. */
static enum status load_signature(struct activation *activation)
{
    const struct gate *gate = activation->gate;
    const struct text key = gate->configuration.plant->notice_key;
    char path[PATH_SIZE];
    if (!notice_version_path(gate->directory, activation->number,
                             "notice.yaml" NOTICE_SIGNATURE_SUFFIX, path,
                             sizeof path))
        return STATUS_LIMIT;
    enum status s = file_read_all(
        &FILE_LAYER_SYSTEM, path, NOTICE_SIGNATURE_BYTES_MAX,
        &activation->signature, &activation->signature_size);
    if (key.size == 0)
        return s == STATUS_NOT_FOUND ? STATUS_OK : s;
    return s != STATUS_OK
               ? s
               : notice_signature_check(
                     key, bytes_of(activation->yaml, activation->yaml_size),
                     bytes_text(bytes_of(activation->signature,
                                         activation->signature_size)));
}

static enum status load(struct activation *activation,
                        const struct notice_version *version)
{
    const struct gate *gate = activation->gate;
    struct findings findings = {0};
    enum status s =
        notice_version_read(&FILE_LAYER_SYSTEM, gate->directory, version,
                            &activation->yaml, &activation->yaml_size);
    if (s == STATUS_OK)
        s = notice_load("notice.yaml",
                        bytes_of(activation->yaml, activation->yaml_size),
                        &findings, &activation->notice);
    findings_deinit(&findings);
    return s == STATUS_OK ? load_signature(activation) : s;
}

static enum status append(struct activation *activation,
                          const struct notice_version *version)
{
    struct gate *gate = activation->gate;
    const struct notice_version *before =
        notice_versions_active(&gate->versions);
    uint32_t old = before == NULL ? 0 : before->number;
    enum status s =
        note_in_force(gate, version->number, version->sha256,
                      activation->notice, on_in_force, activation);
    if (s == STATUS_OK && old != 0)
        note_superseded(gate, old, version->number);
    return s;
}

enum status gate_version_activate(struct gate *gate, uint32_t number,
                                  gate_version_fn *on_done, void *context)
{
    const struct notice_version *version =
        notice_versions_find(&gate->versions, number);
    if (version == NULL)
        return STATUS_NOT_FOUND;
    if (gate->is_activating)
        return STATUS_AGAIN;
    struct activation *activation = alloc_zeroed(sizeof *activation);
    if (activation == NULL)
        return STATUS_NO_MEMORY;
    activation->gate = gate;
    activation->number = number;
    activation->on_done = on_done;
    activation->context = context;
    enum status s = load(activation, version);
    if (s == STATUS_OK && !gate_version_binds(gate, activation->notice))
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK)
        s = append(activation, version);
    if (s == STATUS_OK)
        gate->is_activating = true;
    else
        activation_destroy(&activation);
    return s;
}

void gate_versions_tick(struct gate *gate)
{
    const struct notice_version *next =
        notice_versions_announced(&gate->versions);
    int64_t now_us = gate_now(gate).us;
    if (!gate->is_started || gate->stop.is_asked || gate->is_activating ||
        next == NULL || gate->version_retry.us > now_us ||
        (next->exception == NOTICE_EXCEPTION_NONE &&
         next->effective.us > now_us))
        return;
    enum status s = gate_version_activate(gate, next->number, NULL, NULL);
    if (s == STATUS_OK)
        return;
    gate->version_retry.us = now_us + RETRY_S * (int64_t)SECOND_US;
    log_line(LOG_ERROR, "notice version=%u is due and not in force status=%s",
             (unsigned)next->number, status_name(s));
}

/* ---- at a start ---- */

static void on_begun(void *context, enum status status, uint64_t entry)
{
    struct gate *gate = context;
    const struct notice_version *active =
        notice_versions_active(&gate->versions);
    (void)entry;
    if (status != STATUS_OK || active == NULL)
        return;
    gate->configuration.version = active->number;
    gate_book_write(gate);
}

static void note_announced(struct gate *gate, const char *sha256,
                           const char *manifest_sha256,
                           enum notice_exception exception)
{
    int64_t day = gate->configuration.notice->effective_day;
    struct entry entry = entry_of(ENTRY_NOTICE_ANNOUNCED);
    entry_number(&entry, "version", notice_versions_next(&gate->versions));
    entry_number(&entry, "account", 0);
    entry_text(&entry, "person", text_of(""));
    entry_text(&entry, "sha256", text_of(sha256));
    entry_text(&entry, "manifest_sha256", text_of(manifest_sha256));
    entry_time(&entry, "effective",
               day == NOTICE_NO_DAY
                   ? gate_now(gate)
                   : civil_day_start(day, UTC_OFFSET_KOREA_S));
    entry_text(&entry, "exception", text_of(notice_exception_name(exception)));
    entry_text(&entry, "reason", text_of(""));
    gate_note(gate, &entry);
}

/* The notice that was read becomes a version: the first, or one instead of a
 * version whose files are lost. */
static void begin_with(struct gate *gate, const char *sha256,
                       enum notice_exception exception)
{
    const struct configuration *configuration = &gate->configuration;
    const struct notice_version *before =
        notice_versions_active(&gate->versions);
    uint32_t old = before == NULL ? 0 : before->number;
    uint32_t number = notice_versions_next(&gate->versions);
    char manifest[NOTICE_DIGEST_SIZE] = "";
    const struct notice_version_content content = {
        .number = number,
        .yaml = bytes_of(configuration->notice_yaml,
                         configuration->notice_yaml_size),
        .signature = bytes_of(configuration->signature,
                              configuration->signature_size),
        .notice = configuration->notice};
    enum status s = notice_version_write(&FILE_LAYER_SYSTEM, gate->directory,
                                         &content, manifest);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "version=%u has no files status=%s",
                 (unsigned)number, status_name(s));
    note_announced(gate, sha256, manifest, exception);
    s = note_in_force(gate, number, sha256, configuration->notice, on_begun,
                      gate);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "version=%u is not in the log status=%s",
                 (unsigned)number, status_name(s));
    else if (old != 0)
        note_superseded(gate, old, number);
}

static void put_first(struct gate *gate, const struct notice_version *version)
{
    enum status s =
        note_in_force(gate, version->number, version->sha256,
                      gate->configuration.notice, on_begun, gate);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "version=%u is not in the log status=%s",
                 (unsigned)version->number, status_name(s));
}

/* What the log says is in force is what was read; only its files may lack. */
static void heal(struct gate *gate, const struct notice_version *active)
{
    const struct configuration *configuration = &gate->configuration;
    char manifest[NOTICE_DIGEST_SIZE] = "";
    const struct notice_version_content content = {
        .number = active->number,
        .yaml = bytes_of(configuration->notice_yaml,
                         configuration->notice_yaml_size),
        .signature = bytes_of(configuration->signature,
                              configuration->signature_size),
        .notice = configuration->notice};
    if (configuration->version == 0 &&
        notice_version_write(&FILE_LAYER_SYSTEM, gate->directory, &content,
                             manifest) == STATUS_OK)
        gate->configuration.version = active->number;
    gate_book_write(gate);
}

/* The book was behind the log. */
static enum status follow_log(struct gate *gate,
                              const struct notice_version *active)
{
    struct activation activation = {.gate = gate, .number = active->number};
    enum status s = load(&activation, active);
    if (s == STATUS_OK && !gate_version_binds(gate, activation.notice))
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK) {
        take(&activation);
        gate_book_write(gate);
    }
    notice_destroy(&activation.notice);
    alloc_free(activation.yaml);
    alloc_free(activation.signature);
    return s;
}

void gate_versions_begin(struct gate *gate)
{
    const struct configuration *configuration = &gate->configuration;
    const struct notice_version *active =
        notice_versions_active(&gate->versions);
    const struct notice_version *next =
        notice_versions_announced(&gate->versions);
    char sha256[NOTICE_DIGEST_SIZE];
    if (notice_digest(bytes_of(configuration->notice_yaml,
                               configuration->notice_yaml_size),
                      sha256) != STATUS_OK)
        return;
    if (active == NULL && next != NULL && strcmp(next->sha256, sha256) == 0) {
        put_first(gate, next); /* ended between the first one's two entries */
    } else if (active == NULL) {
        begin_with(gate, sha256, NOTICE_EXCEPTION_FIRST);
    } else if (strcmp(active->sha256, sha256) == 0) {
        heal(gate, active);
    } else if (follow_log(gate, active) != STATUS_OK) {
        log_line(LOG_ERROR, "the files of version=%u are lost: notice.yaml is "
                            "taken", (unsigned)active->number);
        begin_with(gate, sha256, NOTICE_EXCEPTION_REPLACED);
    }
}
