/* SPDX-License-Identifier: Apache-2.0 */
/* haechi destroy list, haechi destroy show: what was destroyed, and why. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/destroy/destroy.h"
#include "cmd/destruction_fetch.h"
#include "cmd/options.h"
#include "cmd/people_time.h"

static void print_span(const json_t *object)
{
    char from[PEOPLE_TIME_SIZE];
    char to[PEOPLE_TIME_SIZE];
    people_time_format(local_time(object, "from_us"), from);
    people_time_format(local_time(object, "to_us"), to);
    if (local_number(object, "from_us") == 0)
        (void)printf("all until %s", to);
    else
        (void)printf("%s .. %s", from, to);
}

/* ---- one record -------------------------------------------------------------
 */

static void print_order(const json_t *record)
{
    const json_t *order = json_object_get(record, "order");
    if (strcmp(local_text(order, "by"), "person") == 0) {
        (void)printf("ordered by    account %lld %s\n",
                     local_number(order, "account"), local_text(order, "person"));
        if (json_object_get(order, "reason") != NULL)
            (void)printf("reason        %s\n", local_text(order, "reason"));
        (void)printf("asked         ");
        print_span(json_object_get(record, "asked"));
        (void)printf("\n");
    } else {
        (void)printf("ordered by    version %lld of the notice (its period "
                     "has ended)\n",
                     local_number(order, "version"));
    }
}

static void print_attestation(const json_t *attestation)
{
    if (json_is_object(attestation))
        (void)printf("attestation   epoch %lld, signed by the TPM, entry "
                     "%lld\n",
                     local_number(attestation, "epoch"),
                     local_number(attestation, "entry"));
    else
        (void)printf("attestation   none\n");
}

void destroy_print_record(const json_t *record)
{
    size_t i = 0;
    const json_t *part = NULL;
    (void)printf("record        %lld  %s\n", local_number(record, "record"),
                 local_text(record, "state"));
    const json_t *pending = json_object_get(record, "pending");
    if (json_is_object(pending))
        (void)printf("waits         %s\n", local_text(pending, "en"));
    print_order(record);
    json_array_foreach(json_object_get(record, "destroyed"), i, part)
    {
        (void)printf("%s  camera %lld  ",
                     json_is_true(json_object_get(part, "unused"))
                         ? "never used  "
                         : "destroyed   ",
                     local_number(part, "camera"));
        print_span(part);
        (void)printf("  epoch %lld, %lld keys, entry %lld\n",
                     local_number(part, "epoch"), local_number(part, "seeds"),
                     local_number(part, "entry"));
    }
    (void)printf("level         %s\n",
                 local_text(json_object_get(record, "level"), "en"));
    print_attestation(json_object_get(record, "attestation"));
    (void)printf("entries      ");
    json_array_foreach(json_object_get(record, "entries"), i, part)
        (void)printf(" %lld", local_number(part, "n"));
    (void)printf("\n");
}

static int print_answer(json_t *answer, bool as_json)
{
    if (as_json) {
        local_print(answer);
    } else {
        destroy_print_record(answer);
    }
    json_decref(answer);
    return EXIT_OK;
}

static int refuse(const json_t *answer)
{
    (void)fprintf(stderr, "haechi destroy: %s\n", local_problem(answer));
    return EXIT_ENVIRONMENT;
}

struct options {
    const char *directory;
    uint64_t entry;
    bool as_json;
};

/* The last two are what both commands take. */
static const struct command_option OPTIONS[] = {
    {.name = "ENTRY",
     .help = "the number of its entry in the log; haechi destroy list tells",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, entry),
     .min = 1,
     .max = INT64_MAX},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--json",
     .help = "as JSON; of one destruction: the record that haechi verify "
             "--destruction reads",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int run_show(int argc, char **argv)
{
    struct options options = {.as_json = false};
    int exit_code = options_read(&COMMAND_DESTROY_SHOW, argc, argv, &options);
    if (exit_code != EXIT_OK)
        return exit_code;
    unsigned code = 0;
    json_t *answer = NULL;
    enum status s = destruction_fetch(options.directory, options.entry, NULL, &code, &answer);
    if (s != STATUS_OK)
        return local_request_explain(options.directory, s);
    if (code == 200)
        return print_answer(answer, options.as_json);
    exit_code = code == 404 ? EXIT_USAGE : EXIT_ENVIRONMENT;
    (void)refuse(answer);
    json_decref(answer);
    return exit_code;
}

const struct command COMMAND_DESTROY_SHOW = {
    .name = "destroy show",
    .synopsis = "ENTRY --dir DIRECTORY [--json]",
    .summary = "the record of one destruction",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run_show,
};

/* ---- the list ----------------------------------------------------------------
 */

static void print_item(const json_t *item)
{
    (void)printf("%8lld  %-8s %-8s camera %-6lld ", local_number(item, "entry"),
                 local_text(item, "kind"), local_text(item, "state"),
                 local_number(item, "camera"));
    print_span(item);
    (void)printf("  %lld keys\n", local_number(item, "seeds"));
}

/* One page; *before goes on, 0: nothing is left. */
static int list_page(const char *directory, long long *before, json_t *all)
{
    char path[96];
    json_t *answer = NULL;
    unsigned code = 0;
    size_t i = 0;
    json_t *item = NULL;
    (void)snprintf(path, sizeof path,
                   "/api/v1/destructions?count=200&before=%lld", *before);
    const struct local_call call = {.path = path};
    enum status s = local_json(directory, &call, &code, &answer);
    if (s != STATUS_OK)
        return local_request_explain(directory, s);
    if (code != 200) {
        int exit_code = refuse(answer);
        json_decref(answer);
        return exit_code;
    }
    json_array_foreach(json_object_get(answer, "destructions"), i, item)
    {
        if (all == NULL)
            print_item(item);
        else if (json_array_append(all, item) != 0)
            code = 0;
    }
    *before = local_number(answer, "next");
    json_decref(answer);
    return code == 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}

static int run_list(int argc, char **argv)
{
    struct options options = {.as_json = false};
    int code = options_read(&COMMAND_DESTROY_LIST, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    long long before = 0;
    json_t *all = options.as_json ? json_array() : NULL;
    do
        code = list_page(options.directory, &before, all);
    while (code == EXIT_OK && before > 0);
    if (all != NULL && code == EXIT_OK) {
        local_print(all);
    }
    json_decref(all);
    return code;
}

const struct command COMMAND_DESTROY_LIST = {
    .name = "destroy list",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "what was destroyed, by order or by the notice",
    .options = OPTIONS + 1,
    .option_count = OPTION_COUNT(OPTIONS) - 1,
    .run = run_list,
};
