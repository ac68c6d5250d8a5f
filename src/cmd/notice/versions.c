/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice versions, confirm, withdraw. */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/local/order.h"
#include "cmd/people_time.h"
#include "notice/versions/store.h"

enum { PATH_SIZE_MAX = 64, PAGE_BYTES_MAX = 16 << 20 };

struct version_options {
    struct local_order order; /* first */
    uint64_t number;
    const char *page;
};

#define VERSION_NUMBER                                                         \
    {                                                                          \
        .name = "NUMBER", .help = "the version; haechi notice versions tells", \
        .kind = OPTION_NUMBER, .is_needed = true,                              \
        .place = offsetof(struct version_options, number), .min = 1,           \
        .max = NOTICE_VERSION_MAX                                              \
    }

static const struct command_option VERSIONS_OPTIONS[] = {
    LOCAL_TEXT("--dir", "DIRECTORY", directory, true, "the installation"),
    LOCAL_FLAG("--json", as_json, "as one JSON object"),
};

static const struct command_option CONFIRM_OPTIONS[] = {
    VERSION_NUMBER,
    LOCAL_DIRECTORY,
    {.name = "--page",
     .value = "FILE",
     .help = "the page as saved from the homepage: its hash is compared; "
             "without it, your word is taken",
     .kind = OPTION_TEXT,
     .place = offsetof(struct version_options, page)},
    LOCAL_NAME,
    LOCAL_PASSWORD,
    LOCAL_FLAG("--json", as_json, "the answer on standard output"),
};

static const struct command_option WITHDRAW_OPTIONS[] = {
    VERSION_NUMBER, LOCAL_DIRECTORY, LOCAL_REASON,
    LOCAL_NAME,     LOCAL_PASSWORD,
    LOCAL_FLAG("--json", as_json, "the answer on standard output"),
};

/* ---- the list ---- */

static json_t *as_json(const struct notice_version *version)
{
    const struct {
        const char *name;
        struct wall_time time;
    } TIMES[] = {{"announced_us", version->announced},
                 {"effective_us", version->effective},
                 {"active_us", version->active},
                 {"ended_us", version->ended},
                 {"confirmed_us", version->confirmed}};
    json_t *object = json_pack(
        "{sIssssssssss}", "version", (json_int_t)version->number, "state",
        notice_version_state_name(version->state), "exception",
        notice_exception_name(version->exception), "reason", version->reason,
        "sha256", version->sha256, "manifest_sha256",
        version->manifest_sha256);
    for (size_t i = 0; object != NULL && i < sizeof TIMES / sizeof TIMES[0];
         i++) {
        if (TIMES[i].time.us != 0)
            (void)json_object_set_new(object, TIMES[i].name,
                                      json_integer(TIMES[i].time.us));
    }
    if (object != NULL && version->successor != 0)
        (void)json_object_set_new(object, "successor",
                                  json_integer(version->successor));
    return object;
}

static void print_line(const struct notice_version *version)
{
    char effective[PEOPLE_TIME_SIZE];
    people_time_format(version->effective, effective);
    (void)printf("%4u  %-10s  from %s", (unsigned)version->number,
                 notice_version_state_name(version->state), effective);
    if (version->exception > NOTICE_EXCEPTION_FIRST)
        (void)printf("  declared: %s",
                     notice_exception_name(version->exception));
    if (version->confirmed.us != 0)
        (void)printf("  on the homepage");
    (void)printf("\n      %s\n      %s\n", version->sha256,
                 version->reason[0] == 0 ? "(the first one read)"
                                         : version->reason);
}

static int run_versions(int argc, char **argv)
{
    struct version_options options = {.order.command =
                                          &COMMAND_NOTICE_VERSIONS};
    int code = options_read(options.order.command, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    AUTO(notice_versions_deinit) struct notice_versions versions;
    enum status s = notice_book_read(&FILE_LAYER_SYSTEM,
                                     options.order.directory, &versions);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi notice versions: %s: %s\n",
                      options.order.directory, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < versions.count; i++) {
        if (options.order.as_json)
            (void)json_array_append_new(list, as_json(&versions.list[i]));
        else
            print_line(&versions.list[i]);
    }
    json_t *document = json_pack("{so}", "versions", list);
    if (options.order.as_json && document != NULL)
        local_print(document);
    json_decref(document);
    return EXIT_OK;
}

/* ---- deeds ---- */

/* body: released in any case. */
static int give(const struct version_options *options, const char *method,
                const char *end, json_t *body)
{
    char path[PATH_SIZE_MAX];
    json_t *answer = NULL;
    (void)snprintf(path, sizeof path, "/api/v1/versions/%" PRIu64 "%s",
                   options->number, end);
    const struct local_call call = {.method = method, .path = path};
    int code = local_order_once(&options->order, &call, body, &answer);
    if (code == EXIT_OK)
        (void)fprintf(stderr, "version %" PRIu64 ": %s (entry %lld)\n",
                      options->number, local_text(answer, "state"),
                      local_number(answer, "entry"));
    if (code == EXIT_OK && options->order.as_json)
        local_print(answer);
    json_decref(answer);
    return code;
}

static int digest_page(const char *path, char digest[NOTICE_DIGEST_SIZE])
{
    uint8_t *page = NULL;
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, PAGE_BYTES_MAX,
                                  &page, &size);
    if (s == STATUS_OK)
        s = notice_digest(bytes_of(page, size), digest);
    alloc_free(page);
    if (s == STATUS_OK)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi notice confirm: %s: %s\n", path,
                  status_name(s));
    return EXIT_USAGE;
}

static int run_confirm(int argc, char **argv)
{
    struct version_options options = {.order.command = &COMMAND_NOTICE_CONFIRM};
    char digest[NOTICE_DIGEST_SIZE];
    int code = local_order_read(&options.order, argc, argv);
    if (code == EXIT_OK && options.page != NULL)
        code = digest_page(options.page, digest);
    if (code != EXIT_OK)
        return code;
    json_t *body = options.page == NULL
                       ? json_object()
                       : json_pack("{ss}", "page_sha256", digest);
    return give(&options, "POST", "/confirmations", body);
}

static int run_withdraw(int argc, char **argv)
{
    struct version_options options = {.order.command =
                                          &COMMAND_NOTICE_WITHDRAW};
    int code = local_order_read(&options.order, argc, argv);
    return code == EXIT_OK ? give(&options, "DELETE", "", json_object())
                           : code;
}

const struct command COMMAND_NOTICE_VERSIONS = {
    .name = "notice versions",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "all versions of an installation's notice, and how each stands",
    .options = VERSIONS_OPTIONS,
    .option_count = OPTION_COUNT(VERSIONS_OPTIONS),
    .run = run_versions,
};

const struct command COMMAND_NOTICE_CONFIRM = {
    .name = "notice confirm",
    .synopsis = "NUMBER --dir DIRECTORY [--page FILE]\n"
                "    [--name NAME --password-file FILE] [--json]",
    .summary = "say that a version stands on the institution's homepage",
    .options = CONFIRM_OPTIONS,
    .option_count = OPTION_COUNT(CONFIRM_OPTIONS),
    .details = "The chief manager signs in. With --page, the file must be one "
               "of the version's\npages, byte for byte; else it is refused, "
               "and the homepage shows another text.",
    .run = run_confirm,
};

const struct command COMMAND_NOTICE_WITHDRAW = {
    .name = "notice withdraw",
    .synopsis = "NUMBER --dir DIRECTORY --reason TEXT\n"
                "    [--name NAME --password-file FILE] [--json]",
    .summary = "an announced version will not come",
    .options = WITHDRAW_OPTIONS,
    .option_count = OPTION_COUNT(WITHDRAW_OPTIONS),
    .details = "The chief manager signs in. What is in force already is not "
               "withdrawn, but\nfollowed by another version.",
    .run = run_withdraw,
};
