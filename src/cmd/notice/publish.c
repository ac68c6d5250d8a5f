/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice publish: the next version is announced, and its files are
 * written out for the homepage. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/findings_output.h"
#include "cmd/local/order.h"
#include "cmd/notice/bundle.h"
#include "cmd/output_file.h"
#include "cmd/people_time.h"
#include "model/policy.h"
#include "notice/notice_difference.h"
#include "notice/notice_signature.h"
#include "notice/render_text.h"
#include "notice/versions/store.h"

enum { PATH_SIZE = 4096, DIFFERENCE_BYTES_MAX = 16 << 20, DATE_SIZE = 32 };

struct publish_options {
    struct local_order order; /* first */
    const char *file;
    const char *out;
    struct wall_time effective;
    bool is_at_once;
};

/* "2026-12-01": the day's beginning in Korea; a demo also takes a time. */
static int take_effective(void *options, const char *value)
{
    struct publish_options *out = options;
    char text[DATE_SIZE];
    int size = snprintf(text, sizeof text, "%sT00:00", value);
    if (size == (int)strlen("2026-12-01T00:00") &&
        people_time_parse(text_of(text), &out->effective) == STATUS_OK)
        return EXIT_OK;
    return local_take_time(&out->order, value, &out->effective);
}

static const struct command_option OPTIONS[] = {
    {.name = "FILE",
     .help = "the new notice.yaml, with its own dates",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct publish_options, file)},
    LOCAL_DIRECTORY,
    {.name = "--effective",
     .value = "DATE",
     .help = "its first day, at least 7 days after today; in a demo also a "
             "time, 5 seconds ahead",
     .kind = OPTION_CALL,
     .is_needed = true,
     .take = take_effective},
    LOCAL_TEXT("--reason", "TEXT", reason, true, "why; is published with it"),
    {.name = "--out",
     .value = "DIRECTORY",
     .help = "where the files for the homepage are written; made where it is "
             "not there",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct publish_options, out)},
    {.name = "--at-once",
     .help = "without the 7 days; only for what restricts viewing or corrects "
             "a fact",
     .kind = OPTION_FLAG,
     .place = offsetof(struct publish_options, is_at_once)},
    LOCAL_NAME,
    LOCAL_PASSWORD,
    LOCAL_FLAG("--json", as_json, "the version on standard output"),
};

/* ---- what is to be published ---- */

struct draft {
    uint8_t *yaml;
    size_t size;
    uint8_t *signature; /* of FILE.sig; NULL: there is none */
    size_t signature_size;
    struct notice *notice;
    char sha256[NOTICE_DIGEST_SIZE];
};

static void draft_deinit(struct draft *draft)
{
    notice_destroy(&draft->notice);
    alloc_free(draft->yaml);
    alloc_free(draft->signature);
}

static int say(const char *what, enum status status)
{
    (void)fprintf(stderr, "haechi notice publish: %s: %s\n", what,
                  status_name(status));
    return EXIT_ENVIRONMENT;
}

/* Where it is signed: FILE.sig. */
static int read_signature(const char *path, struct draft *out)
{
    char beside[PATH_SIZE];
    int used = snprintf(beside, sizeof beside, "%s" NOTICE_SIGNATURE_SUFFIX,
                        path);
    if (used < 0 || used >= PATH_SIZE)
        return say(path, STATUS_LIMIT);
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, beside,
                                  NOTICE_SIGNATURE_BYTES_MAX, &out->signature,
                                  &out->signature_size);
    return s == STATUS_OK || s == STATUS_NOT_FOUND ? EXIT_OK : say(beside, s);
}

/* With everything that the linter says of it. */
static int read_draft(const char *path, struct draft *out)
{
    struct findings findings = {0};
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  NOTICE_FILE_BYTES_MAX, &out->yaml,
                                  &out->size);
    if (s != STATUS_OK)
        return say(path, s);
    struct bytes yaml = bytes_of(out->yaml, out->size);
    s = notice_load(path, yaml, &findings, &out->notice);
    int code = EXIT_OK;
    if (s == STATUS_OK || s == STATUS_BAD_INPUT)
        code = findings_output(&findings, false);
    else
        code = say(path, s);
    if (code == EXIT_OK && findings.blocking > 0)
        code = EXIT_FINDING;
    findings_deinit(&findings);
    if (code == EXIT_OK && notice_digest(yaml, out->sha256) != STATUS_OK)
        code = EXIT_ENVIRONMENT;
    return code;
}

/* ---- what changes ---- */

static enum status load_active(const char *directory, struct notice **out)
{
    struct findings findings = {0};
    struct notice_versions versions;
    enum status s = notice_book_read(&FILE_LAYER_SYSTEM, directory, &versions);
    if (s != STATUS_OK)
        return s;
    const struct notice_version *active = notice_versions_active(&versions);
    s = active == NULL ? STATUS_NOT_FOUND
                       : notice_version_load(&FILE_LAYER_SYSTEM, directory,
                                             active, &findings, out);
    findings_deinit(&findings);
    notice_versions_deinit(&versions);
    return s;
}

static int show_difference(const char *directory, const struct draft *draft)
{
    AUTO(notice_destroy) struct notice *before = NULL;
    struct document document;
    size_t changes = 0;
    enum status s = load_active(directory, &before);
    if (s != STATUS_OK)
        return say("the version in force cannot be read; has it ever run?", s);
    s = notice_difference(before, draft->notice, LANGUAGE_KOREAN, &document,
                          &changes);
    if (s != STATUS_OK)
        return say("the difference cannot be made", s);
    struct buffer out = buffer_with_limit(DIFFERENCE_BYTES_MAX);
    s = render_text(&document, &out);
    document_deinit(&document);
    if (s == STATUS_OK)
        (void)fwrite(out.data, 1, out.size, stderr);
    buffer_deinit(&out);
    return s == STATUS_OK ? EXIT_OK : say("the difference cannot be shown", s);
}

/* ---- the announcement ---- */

static int give(const struct publish_options *options,
                const struct draft *draft, json_t **answer)
{
    const struct local_call call = {.method = "POST",
                                    .path = "/api/v1/versions"};
    json_t *body = json_pack("{sssIsi}", "sha256", draft->sha256, "effective",
                             (json_int_t)options->effective.us, "at_once",
                             options->is_at_once ? 1 : 0);
    return local_order_once(&options->order, &call, body, answer);
}

/* The recorder reads it from its own directory, by its hash. */
static int announce(const struct publish_options *options,
                    const struct draft *draft, json_t **answer)
{
    char path[PATH_SIZE];
    char beside[PATH_SIZE + 8];
    if (!notice_draft_path(options->order.directory, draft->sha256, path,
                           sizeof path))
        return say(options->order.directory, STATUS_LIMIT);
    (void)snprintf(beside, sizeof beside, "%s" NOTICE_SIGNATURE_SUFFIX, path);
    enum status s = STATUS_OK;
    if (draft->signature != NULL)
        s = file_replace(&FILE_LAYER_SYSTEM, beside,
                         bytes_of(draft->signature, draft->signature_size));
    if (s == STATUS_OK)
        s = file_replace(&FILE_LAYER_SYSTEM, path,
                         bytes_of(draft->yaml, draft->size));
    if (s != STATUS_OK)
        return say(path, s);
    int code = give(options, draft, answer);
    if (code != EXIT_OK) {
        (void)!FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, path);
        (void)!FILE_LAYER_SYSTEM.unlink(&FILE_LAYER_SYSTEM, beside);
    }
    return code;
}

static int tell(const struct publish_options *options, const json_t *answer)
{
    char when[PEOPLE_TIME_SIZE];
    uint32_t version = (uint32_t)local_number(answer, "version");
    int code = notice_bundle_write(options->order.directory, version,
                                   options->out);
    people_time_format(local_time(answer, "effective_us"), when);
    (void)fprintf(stderr,
                  "version %u is %s, in force from %s (entry %lld)\n"
                  "put the files of %s on the homepage, then: haechi notice "
                  "confirm %u --dir %s\n",
                  (unsigned)version, local_text(answer, "state"), when,
                  local_number(answer, "entry"), options->out,
                  (unsigned)version, options->order.directory);
    if (options->order.as_json)
        local_print(answer);
    return code;
}

static int run(int argc, char **argv)
{
    struct publish_options options = {.order.command = &COMMAND_NOTICE_PUBLISH};
    struct draft draft = {.yaml = NULL};
    json_t *answer = NULL;
    int code = local_order_read(&options.order, argc, argv);
    if (code != EXIT_OK)
        return code;
    code = read_draft(options.file, &draft);
    if (code == EXIT_OK)
        code = read_signature(options.file, &draft);
    if (code == EXIT_OK)
        code = show_difference(options.order.directory, &draft);
    if (code == EXIT_OK)
        code = announce(&options, &draft, &answer);
    if (code == EXIT_OK)
        code = tell(&options, answer);
    json_decref(answer);
    draft_deinit(&draft);
    return code;
}

const struct command COMMAND_NOTICE_PUBLISH = {
    .name = "notice publish",
    .synopsis = "FILE --dir DIRECTORY --effective DATE --reason TEXT\n"
                "    --out DIRECTORY [--at-once] [--name NAME --password-file "
                "FILE]\n    [--json]",
    .summary = "announce the next version of the notice",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details =
        "The chief manager signs in. Says what changes, checks the notice, "
        "and writes its\npages, the page of changes, the PDF and their hashes "
        "for the homepage. Until its\nfirst day the version in force stays in "
        "force; from then on the recorder follows\nthe new one without a "
        "restart. It is refused with less than 7 days between, but\nfor what "
        "only restricts viewing or corrects a fact (--at-once): such a "
        "version is\nshown as declared.",
    .run = run,
};
