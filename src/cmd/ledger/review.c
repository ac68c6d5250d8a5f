/* SPDX-License-Identifier: Apache-2.0 */
/* haechi ledger review: a month's accesses, sorted, and a person's signature
 * that they have been looked through. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/ledger/ledger.h"
#include "cmd/people_time.h"

enum { PATH_SIZE_MAX = 80, MONTH_MIN = 197001, MONTH_MAX = 999912 };

struct review_options {
    struct local_order order; /* first */
    uint64_t month;
    const char *remark;
};

static const struct command_option OPTIONS[] = {
    LOCAL_DIRECTORY,
    {.name = "--month",
     .value = "YYYYMM",
     .help = "such as 202611; without: the last whole one",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct review_options, month),
     .min = MONTH_MIN,
     .max = MONTH_MAX},
    {.name = "--sign",
     .value = "REMARK",
     .help = "sign that it has been looked through, with this remark",
     .kind = OPTION_TEXT,
     .place = offsetof(struct review_options, remark)},
    LOCAL_FLAG("--json", as_json, "as the API tells it"),
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

struct finding_words {
    const char *name;
    const char *words;
};

static const struct finding_words WORDS[] = {
    {"refused", "asked for pictures without the right"},
    {"failed", "sign-ins failed"},
    {"odd_hours", "viewed outside working hours or at a weekend"},
    {"same_camera", "viewed one camera again and again"},
    {"downloads", "took away many files"},
    {"no_request", "provided or showed with no request's number"},
};

static void print_finding(const json_t *finding)
{
    size_t i = 0;
    const json_t *entry = NULL;
    const char *name = local_text(finding, "finding");
    const char *words = name;
    long long camera = local_number(finding, "camera");
    for (size_t w = 0; w < sizeof WORDS / sizeof WORDS[0]; w++) {
        if (strcmp(name, WORDS[w].name) == 0)
            words = WORDS[w].words;
    }
    (void)printf("account %lld: %s, %lld times", local_number(finding,
                 "account"), words, local_number(finding, "count"));
    if (camera != 0)
        (void)printf(", camera %lld", camera);
    (void)printf("; entries");
    json_array_foreach(json_object_get(finding, "entries"), i, entry)
        (void)printf(" %lld", (long long)json_integer_value(entry));
    (void)printf("\n");
}

static void print_review(const json_t *review)
{
    size_t i = 0;
    const json_t *one = NULL;
    const json_t *findings = json_object_get(review, "findings");
    const json_t *sign = json_object_get(review, "signed");
    (void)printf("month %lld: %zu findings\n", local_number(review, "month"),
                 json_array_size(findings));
    json_array_foreach(findings, i, one)
        print_finding(one);
    if (json_is_object(sign)) {
        char time[PEOPLE_TIME_SIZE];
        people_time_format(local_time(sign, "time_us"), time);
        (void)printf("signed %s by account %lld, entry %lld\n", time,
                     local_number(sign, "account"),
                     local_number(sign, "entry"));
    }
    json_array_foreach(json_object_get(review, "missing"), i, one)
        (void)printf("not signed: %lld\n", (long long)json_integer_value(one));
}

/* Signs what was shown. */
static int sign(const struct review_options *options, const char *session,
                const json_t *review)
{
    char path[PATH_SIZE_MAX];
    json_t *answer = NULL;
    (void)snprintf(path, sizeof path, "/api/v1/reviews/%lld",
                   local_number(review, "month"));
    int code = ledger_post(&options->order, session, path,
                           json_pack("{ss}", "remark", options->remark),
                           &answer);
    if (code == EXIT_OK)
        (void)fprintf(stderr, "signed: entry %lld\n",
                      local_number(answer, "entry"));
    json_decref(answer);
    return code;
}

static int run(int argc, char **argv)
{
    char path[PATH_SIZE_MAX];
    char session[LOCAL_SESSION_SIZE] = "";
    json_t *review = NULL;
    struct review_options options = {.order.command = &COMMAND_LEDGER_REVIEW};
    int code = options_read(&COMMAND_LEDGER_REVIEW, argc, argv, &options);
    if (code == EXIT_OK)
        code = local_sign_in(&options.order, session);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path, "/api/v1/reviews/%" PRIu64,
                   options.month);
    code = ledger_fetch(&options.order, session, path, &review);
    if (code == EXIT_OK && options.order.as_json)
        local_print(review);
    else if (code == EXIT_OK)
        print_review(review);
    if (code == EXIT_OK && options.remark != NULL)
        code = sign(&options, session, review);
    else if (code == EXIT_OK &&
             json_array_size(json_object_get(review, "missing")) > 0)
        code = EXIT_FINDING;
    local_sign_out(&options.order, session);
    json_decref(review);
    return code;
}

const struct command COMMAND_LEDGER_REVIEW = {
    .name = "ledger review",
    .synopsis = "--dir DIRECTORY [--month YYYYMM] [--sign REMARK]\n"
                "    [--json] [--name NAME --password-file FILE]",
    .summary = "look through a month's accesses, and sign that it was done",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "For chief manager and auditor. Each finding names the entries "
               "that it rests on;\nhaechi log entry N shows one. A finding "
               "accuses nobody. Exit code 1 where a whole\nmonth is not "
               "signed.",
    .run = run,
};
