/* SPDX-License-Identifier: Apache-2.0 */
/* haechi hold list, haechi hold show: what is kept beyond its period. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/hold.h"
#include "cmd/local/json.h"
#include "cmd/options.h"
#include "cmd/people_time.h"
#include "model/hold.h"

enum { PATH_SIZE_MAX = 64 };

static void print_time(const json_t *object, const char *name)
{
    char shown[PEOPLE_TIME_SIZE];
    people_time_format(local_time(object, name), shown);
    (void)printf("%s", shown);
}

static void print_span(const json_t *object)
{
    print_time(object, "from_us");
    (void)printf(" .. ");
    print_time(object, "to_us");
}

static void print_entry(const json_t *hold, const char *name, const char *label)
{
    if (local_number(hold, name) != 0)
        (void)printf("%-14sentry %lld\n", label, local_number(hold, name));
}

void hold_print(const json_t *hold)
{
    size_t i = 0;
    const json_t *missing = NULL;
    (void)printf("%-14s%lld  %s\n", "hold", local_number(hold, "hold"),
                 local_text(hold, "state"));
    (void)printf("%-14s%lld  ", "camera", local_number(hold, "camera"));
    print_span(hold);
    (void)printf("\n%-14s", "until");
    print_time(hold, "until_us");
    (void)printf("\n%-14saccount %lld, entry %lld\n", "ordered by",
                 local_number(hold, "account"), local_number(hold, "entry"));
    if (local_number(hold, "extends") != 0)
        (void)printf("%-14shold %lld\n", "goes on from",
                     local_number(hold, "extends"));
    (void)printf("%-14s%lld records, %lld leaves\n", "kept",
                 local_number(hold, "records"), local_number(hold, "leaves"));
    json_array_foreach(json_object_get(hold, "missing"), i, missing)
    {
        (void)printf("%-14s", "not kept");
        print_span(missing);
        (void)printf("  %s\n", local_text(missing, "cause"));
    }
    print_entry(hold, "made_entry", "made");
    print_entry(hold, "end_entry", "end ordered");
    print_entry(hold, "destroyed_entry", "destroyed");
}

static void print_row(const json_t *hold)
{
    size_t missing = json_array_size(json_object_get(hold, "missing"));
    (void)printf("%6lld  %-9s camera %-6lld ", local_number(hold, "hold"),
                 local_text(hold, "state"), local_number(hold, "camera"));
    print_span(hold);
    (void)printf("  until ");
    print_time(hold, "until_us");
    if (missing > 0)
        (void)printf("  %zu stretches not kept", missing);
    (void)printf("\n");
}

/* EXIT_OK with the answer, or the exit code after a word about it. */
static int fetch(const char *directory, const char *path, json_t **answer)
{
    unsigned code = 0;
    const struct local_call call = {.path = path};
    enum status s = local_json(directory, &call, &code, answer);
    if (s != STATUS_OK)
        return local_request_explain(directory, s);
    if (code == 200)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi hold: %s\n", local_problem(*answer));
    json_decref(*answer);
    *answer = NULL;
    return code == 404 ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

struct options {
    const char *directory;
    uint64_t number;
    bool as_json;
};

/* The last two are what both commands take. */
static const struct command_option OPTIONS[] = {
    {.name = "NUMBER",
     .help = "the hold; haechi hold list tells",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, number),
     .min = HOLD_NUMBER_MIN,
     .max = HOLD_NUMBER_MAX},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--json",
     .help = "as JSON",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int run_show(int argc, char **argv)
{
    char path[PATH_SIZE_MAX];
    struct options options = {.as_json = false};
    json_t *hold = NULL;
    int code = options_read(&COMMAND_HOLD_SHOW, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path, "/api/v1/holds/%" PRIu64,
                   options.number);
    code = fetch(options.directory, path, &hold);
    if (code != EXIT_OK)
        return code;
    if (options.as_json)
        local_print(hold);
    else
        hold_print(hold);
    json_decref(hold);
    return EXIT_OK;
}

const struct command COMMAND_HOLD_SHOW = {
    .name = "hold show",
    .synopsis = "NUMBER --dir DIRECTORY [--json]",
    .summary = "one hold: what is kept, until when, what is missing",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run_show,
};

static int run_list(int argc, char **argv)
{
    struct options options = {.as_json = false};
    size_t i = 0;
    const json_t *hold = NULL;
    json_t *answer = NULL;
    int code = options_read(&COMMAND_HOLD_LIST, argc, argv, &options);
    if (code == EXIT_OK)
        code = fetch(options.directory, "/api/v1/holds", &answer);
    if (code != EXIT_OK)
        return code;
    if (options.as_json) {
        local_print(json_object_get(answer, "holds"));
    } else {
        json_array_foreach(json_object_get(answer, "holds"), i, hold)
            print_row(hold);
    }
    json_decref(answer);
    return EXIT_OK;
}

const struct command COMMAND_HOLD_LIST = {
    .name = "hold list",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "what is kept beyond its period, and until when",
    .options = OPTIONS + 1,
    .option_count = OPTION_COUNT(OPTIONS) - 1,
    .run = run_list,
};
