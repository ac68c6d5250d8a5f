/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice publish: the next version is announced, and its files are
 * written out for the homepage. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/local/order.h"
#include "cmd/notice/bundle.h"
#include "cmd/notice/draft_file.h"
#include "cmd/output_file.h"
#include "cmd/people_time.h"
#include "model/policy.h"
#include "notice/notice_difference.h"
#include "notice/render_text.h"
#include "notice/versions/store.h"

enum { DIFFERENCE_BYTES_MAX = 16 << 20, DATE_SIZE = 32 };

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

static int say(const char *what, enum status status)
{
    (void)fprintf(stderr, "haechi notice publish: %s: %s\n", what,
                  status_name(status));
    return EXIT_ENVIRONMENT;
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

static int show_difference(const char *directory, const struct draft_file *draft)
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
                const struct draft_file *draft, json_t **answer)
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
                    const struct draft_file *draft, json_t **answer)
{
    int code = draft_file_put(draft, options->order.directory);
    if (code == EXIT_OK)
        code = give(options, draft, answer);
    if (code != EXIT_OK)
        draft_file_withdraw(draft, options->order.directory);
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
    struct draft_file draft = {.yaml = NULL};
    json_t *answer = NULL;
    int code = local_order_read(&options.order, argc, argv);
    if (code != EXIT_OK)
        return code;
    code = draft_file_read(options.file, &draft);
    if (code == EXIT_OK)
        code = show_difference(options.order.directory, &draft);
    if (code == EXIT_OK)
        code = announce(&options, &draft, &answer);
    if (code == EXIT_OK)
        code = tell(&options, answer);
    json_decref(answer);
    draft_file_deinit(&draft);
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
