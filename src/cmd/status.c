/* SPDX-License-Identifier: Apache-2.0 */
/* haechi status: what a running installation says of itself. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cmd/options.h"
#include "cmd/local/json.h"
#include "cmd/local/request.h"
#include "cmd/people_time.h"

static void print_number(const json_t *object, const char *name,
                         const char *label)
{
    (void)printf("  %-16s %lld\n", label,
                 (long long)json_integer_value(json_object_get(object, name)));
}

static void print_groups(const json_t *root)
{
    size_t i = 0;
    const json_t *group = NULL;
    json_array_foreach(json_object_get(root, "groups"), i, group)
    {
        char floor[PEOPLE_TIME_SIZE];
        char ceiling[PEOPLE_TIME_SIZE];
        const char *id = json_string_value(json_object_get(group, "id"));
        const char *unit = json_string_value(json_object_get(group, "unit"));
        people_time_format(
            (struct wall_time){(int64_t)json_integer_value(
                json_object_get(group, "floor_us"))},
            floor);
        people_time_format(
            (struct wall_time){(int64_t)json_integer_value(
                json_object_get(group, "ceiling_us"))},
            ceiling);
        (void)printf("  keeps %-20s %lld %s: what is recorded now until %s, "
                     "dead by %s\n",
                     id == NULL ? "?" : id,
                     (long long)json_integer_value(
                         json_object_get(group, "count")),
                     unit == NULL ? "?" : unit, floor, ceiling);
    }
}

/* What is due and not destroyed is said first of all. */
static void print_pending(const json_t *root)
{
    const char *reason =
        json_string_value(json_object_get(root, "pending_reason"));
    long long waiting =
        json_integer_value(json_object_get(root, "orders_open"));
    if (waiting > 0)
        (void)printf("  %-16s %lld ordered, next in %lld s\n", "destructions",
                     waiting,
                     (long long)json_integer_value(
                         json_object_get(root, "next_order_s")));
    if (json_is_true(json_object_get(root, "deletion_pending")))
        (void)printf("  DELETION PENDING: %s\n",
                     reason == NULL ? "?" : reason);
}

/* What a person has to do for the ledger. */
static void print_ledger(const json_t *root)
{
    long long copies =
        json_integer_value(json_object_get(root, "copies_overdue"));
    if (copies > 0)
        (void)printf("  ledger           %lld copies outside the recorder are "
                     "overdue (haechi ledger due)\n",
                     copies);
    long long duties =
        json_integer_value(json_object_get(root, "duties_overdue"));
    if (duties > 0)
        (void)printf("  duties           %lld overdue (haechi duty due)\n",
                     duties);
    if (json_is_true(json_object_get(root, "review_overdue")))
        (void)printf("  ledger           last month's review is not signed "
                     "(haechi ledger review)\n");
}

static void print_keys(const json_t *root)
{
    const json_t *keys = json_object_get(root, "keys");
    long long damage =
        json_integer_value(json_object_get(keys, "scrub_damage"));
    if (damage > 0)
        (void)printf("  key files        %lld bad copies found at the last "
                     "check\n",
                     damage);
    if (json_is_false(json_object_get(keys, "memory_locked")))
        (void)printf("  KEYS MAY REACH THE SWAP: raise the limit of locked "
                     "memory\n");
}

/* A length of time in its two greatest units. */
static void print_length(long long seconds)
{
    enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
    if (seconds >= DAY)
        (void)printf("%lld d %lld h", seconds / DAY, seconds % DAY / HOUR);
    else if (seconds >= HOUR)
        (void)printf("%lld h %lld min", seconds / HOUR,
                     seconds % HOUR / MINUTE);
    else
        (void)printf("%lld min %lld s", seconds / MINUTE, seconds % MINUTE);
}

static void print_clock(const json_t *root)
{
    const json_t *clock = json_object_get(root, "clock");
    long long ahead =
        json_integer_value(json_object_get(clock, "claimed_s"));
    long long alone =
        json_integer_value(json_object_get(clock, "unconfirmed_s"));
    long long behind =
        json_integer_value(json_object_get(clock, "behind_s"));
    char since[PEOPLE_TIME_SIZE];
    if (behind > 0) {
        (void)printf("  clock            the wall clock is behind by ");
        print_length(behind);
        (void)printf("; trusted time goes on\n");
    }
    if (!json_is_true(json_object_get(clock, "in_doubt")))
        return;
    people_time_format((struct wall_time){(int64_t)json_integer_value(
                           json_object_get(clock, "since_us"))},
                       since);
    (void)printf("  CLOCK IN DOUBT since %s at the latest:", since);
    if (ahead > 0) {
        (void)printf(" the wall clock is ahead by ");
        print_length(ahead);
        (void)printf(".");
    }
    if (alone > 0) {
        (void)printf(" Of the time in use, ");
        print_length(alone);
        (void)printf(" is the wall clock's word alone.");
    }
    (void)printf("\n    Nothing is destroyed because of it; what would be over "
                 "by it is not shown.\n"
                 "    Two people confirm the clock in the console, each from "
                 "their own account\n"
                 "    (%lld of 2 have).\n",
                 (long long)json_integer_value(
                     json_object_get(clock, "confirmations")));
}

static void print_storage(const json_t *root)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(json_object_get(root, "disks"), i, one)
    {
        const char *id = json_string_value(json_object_get(one, "id"));
        const char *state = json_string_value(json_object_get(one, "state"));
        (void)printf("  disk %-11s %s, %.1f GB, %.1f GB free\n", id, state,
                     (double)json_integer_value(
                         json_object_get(one, "bytes")) / 1e9,
                     (double)json_integer_value(
                         json_object_get(one, "free_bytes")) / 1e9);
        if (state != NULL && strcmp(state, "ok") != 0)
            (void)printf("  DISK: %s is %s and takes no video; haechi disk "
                         "list says what to do\n", id, state);
    }
    json_array_foreach(json_object_get(root, "pools"), i, one)
    {
        bool is_measured =
            json_is_true(json_object_get(one, "measured"));
        (void)printf("  class %-10lld %.2f MB/s %s; promised %.1f days, the "
                     "disks hold %.1f\n",
                     (long long)json_integer_value(
                         json_object_get(one, "class")),
                     (double)json_integer_value(
                         json_object_get(one, "bytes_per_s")) / 1e6,
                     is_measured ? "measured" : "assumed",
                     (double)json_integer_value(
                         json_object_get(one, "promised_s")) / 86400,
                     (double)json_integer_value(
                         json_object_get(one, "holds_s")) / 86400);
    }
    if (json_is_integer(json_object_get(root, "full_in_s")))
        (void)printf("  SPACE: a period will be broken in %.1f days\n",
                     (double)json_integer_value(
                         json_object_get(root, "full_in_s")) / 86400);
}

/* Whether somebody else knows this log, and since when not. */
static void print_witnesses(const json_t *root)
{
    size_t i = 0;
    const json_t *one = NULL;
    const char *predecessor =
        json_string_value(json_object_get(root, "predecessor"));
    if (predecessor != NULL && predecessor[0] != 0)
        (void)printf("  SUCCESSOR LOG: it goes on from %s, of which %lld "
                     "entries are missing\n",
                     predecessor,
                     (long long)json_integer_value(
                         json_object_get(root, "predecessor_missing")));
    json_array_foreach(json_object_get(root, "witnesses"), i, one)
    {
        char last[PEOPLE_TIME_SIZE];
        const char *name = json_string_value(json_object_get(one, "name"));
        const char *state = json_string_value(json_object_get(one, "state"));
        const char *detail = json_string_value(json_object_get(one, "detail"));
        int64_t last_us = json_integer_value(json_object_get(one, "last_us"));
        people_time_format((struct wall_time){last_us}, last);
        (void)printf("  witness %-8s last witnessed %s%s%s\n",
                     name == NULL ? "?" : name, last_us == 0 ? "never" : last,
                     detail == NULL || detail[0] == 0 ? "" : ": ",
                     detail == NULL ? "" : detail);
        if (state != NULL && strcmp(state, "away") == 0)
            (void)printf("  WITNESS AWAY: %s has not cosigned this log for "
                         "more than a day\n", name);
        if (state != NULL && strcmp(state, "contradicted") == 0)
            (void)printf("  LOG CONTRADICTED: %s knows another log of this "
                         "name, or a longer one; see docs/design/log.md\n",
                         name);
    }
    json_array_foreach(json_object_get(root, "witnessed"), i, one)
    {
        const char *origin = json_string_value(json_object_get(one, "origin"));
        (void)printf("  is witness of    %s, %lld entries%s\n",
                     origin == NULL ? "?" : origin,
                     (long long)json_integer_value(json_object_get(one, "size")),
                     json_is_true(json_object_get(one, "equivocation"))
                         ? ": IT HAS SHOWN TWO HISTORIES"
                         : "");
    }
}

static void print_timestamps(const json_t *stamps)
{
    char last[PEOPLE_TIME_SIZE];
    if (stamps == NULL)
        return;
    const char *detail = json_string_value(json_object_get(stamps, "detail"));
    int64_t last_us = json_integer_value(json_object_get(stamps, "last_us"));
    people_time_format((struct wall_time){last_us}, last);
    (void)printf("  timestamp of log %s%s%s\n", last_us == 0 ? "never" : last,
                 detail == NULL || detail[0] == 0 ? "" : ": ",
                 detail == NULL ? "" : detail);
    if (json_is_true(json_object_get(stamps, "overdue")))
        (void)printf("  TIMESTAMP OVERDUE: no service has stamped this log for "
                     "three days\n");
}

/* The promise that has this code now; NULL: none any more. */
static const json_t *find_promise(const json_t *root, const char *code)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(json_object_get(root, "promises"), i, one)
        if (strcmp(local_text(one, "code"), code) == 0)
            return one;
    return NULL;
}

/* Where practice differs from the notice, and what to do. */
static void print_drift(const json_t *root)
{
    size_t i = 0;
    const json_t *one = NULL;
    json_array_foreach(json_object_get(root, "drift"), i, one)
    {
        char since[PEOPLE_TIME_SIZE];
        const char *code = local_text(one, "code");
        const char *subject = local_text(one, "subject");
        const json_t *promise = find_promise(root, code);
        const char *words =
            local_text(json_object_get(promise, "words"), "en");
        people_time_format(local_time(one, "since_us"), since);
        (void)printf("  DIFFERS FROM THE NOTICE since %s: %s%s%s (%s)\n",
                     since, words, subject[0] == 0 ? "" : ": ", subject, code);
        if (promise != NULL)
            (void)printf("    %s\n",
                         local_text(json_object_get(promise, "remedy"), "en"));
    }
}

static int print_plain(struct text text)
{
    json_t *root = json_loadb(text.data, text.size, 0, NULL);
    if (root == NULL)
        return EXIT_ENVIRONMENT;
    size_t i = 0;
    const json_t *camera = NULL;
    json_array_foreach(json_object_get(root, "cameras"), i, camera)
    {
        const char *state =
            json_string_value(json_object_get(camera, "state"));
        /* An unencrypted link is the exception that is to be seen. */
        bool is_clear = json_is_false(json_object_get(camera, "encrypted"));
        bool is_sub = strcmp(local_text(camera, "stream"), "sub") == 0;
        (void)printf("  camera %-5lld%s %s%s\n",
                     (long long)json_integer_value(
                         json_object_get(camera, "number")),
                     is_sub ? "sub " : "    ", state == NULL ? "?" : state,
                     is_clear ? " (link not encrypted)" : "");
    }
    print_storage(root);
    print_number(root, "records", "records");
    print_number(root, "bytes", "bytes");
    print_number(root, "entries", "log entries");
    print_number(root, "destructions", "destructions");
    print_number(root, "epoch", "key epoch");
    print_number(root, "erasure_level", "erasure level");
    print_groups(root);
    print_drift(root);
    print_pending(root);
    print_ledger(root);
    print_keys(root);
    print_clock(root);
    print_witnesses(root);
    print_timestamps(json_object_get(root, "timestamps"));
    json_decref(root);
    return EXIT_OK;
}

struct options {
    const char *directory;
    bool as_json;
};

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--json",
     .help = "the answer of GET /api/v1/status as it stands",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int run_command(int argc, char **argv)
{
    struct options options = {.as_json = false};
    int code = options_read(&COMMAND_STATUS, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    const struct local_call call = {.path = "/api/v1/status"};
    enum status s = local_request(options.directory, &call, &answer);
    if (s != STATUS_OK)
        return local_request_explain(options.directory, s);
    if (answer.code == 200 && !options.as_json)
        return print_plain(buffer_text(&answer.body));
    (void)printf("%.*s\n", (int)answer.body.size,
                 (const char *)answer.body.data);
    return answer.code == 200 ? EXIT_OK : EXIT_ENVIRONMENT;
}

const struct command COMMAND_STATUS = {
    .name = "status",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "what a running installation says of itself",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Cameras and their states, groups with the oldest and the "
               "newest second, disks, keys and their erasure level, the clock, "
               "and what is pending. No picture and no personal text; the "
               "machine's administrator may ask without signing in.",
    .run = run_command,
};
