/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi export orders, approve, decline: what was asked for, and another
 * person's word on it, where there is no browser. Who that may be is the gate's
 * to say; being the machine's administrator is not enough.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/local/order.h"
#include "cmd/people_time.h"

enum { PATH_SIZE_MAX = 96, WORDS_SIZE = 32 };

struct answer_options {
    struct local_order order; /* first */
    uint64_t number;          /* 0: all */
};

#define ORDER_NUMBER(is_wanted)                                                \
    {                                                                          \
        .name = "NUMBER",                                                      \
        .help = "the order; haechi export orders tells",                       \
        .kind = OPTION_NUMBER, .is_needed = is_wanted,                         \
        .place = offsetof(struct answer_options, number), .min = 1,            \
        .max = INT64_MAX                                                       \
    }

static const struct command_option ORDERS_OPTIONS[] = {
    LOCAL_DIRECTORY,
    LOCAL_NAME,
    LOCAL_PASSWORD,
    LOCAL_FLAG("--json", as_json, "as JSON"),
};

static const struct command_option APPROVE_OPTIONS[] = {
    ORDER_NUMBER(true),
    LOCAL_DIRECTORY,
    LOCAL_FLAG("--yes", is_sure, "do not ask whether it is meant"),
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static const struct command_option DECLINE_OPTIONS[] = {
    ORDER_NUMBER(true), LOCAL_DIRECTORY, LOCAL_REASON,
    LOCAL_NAME,         LOCAL_PASSWORD,
};

/* ---- what was asked for ---- */

static void print_time(const json_t *order, const char *name)
{
    char shown[PEOPLE_TIME_SIZE];
    people_time_format(local_time(order, name), shown);
    (void)printf("%s", shown);
}

static void print_cameras(const json_t *order)
{
    size_t i = 0;
    const json_t *camera = NULL;
    size_t masked = json_array_size(json_object_get(order, "masked"));
    (void)printf("  cameras    ");
    json_array_foreach(json_object_get(order, "cameras"), i, camera)
        (void)printf("%s%lld", i == 0 ? "" : ", ",
                     (long long)json_integer_value(camera));
    (void)printf("%s\n  pictures   ",
                 masked > 0 ? "; masked ones among them, which leave without "
                              "their masks"
                            : "");
    print_time(order, "from_us");
    (void)printf(" .. ");
    print_time(order, "to_us");
}

static void print_text(const json_t *order, const char *label,
                       const char *name)
{
    const char *text = local_text(order, name);
    (void)printf("  %-10s %s\n", label, text[0] == 0 ? "(erased)" : text);
}

static void print_order(const json_t *order)
{
    (void)printf("order %lld  %s  asked for by %s, ",
                 local_number(order, "order"), local_text(order, "state"),
                 local_text(order, "asked_by"));
    print_time(order, "time_us");
    (void)printf("; until ");
    print_time(order, "expires_us");
    (void)printf("\n");
    print_cameras(order);
    (void)printf("\n");
    print_text(order, "purpose", "purpose");
    print_text(order, "reason", "why");
    print_text(order, "ground", "ground");
    print_text(order, local_number(order, "provided") != 0 ? "given to"
                                                           : "used by",
               "receiver");
    print_text(order, "conditions", "conditions");
    (void)printf("  gone by    ");
    print_time(order, "until_us");
    (void)printf("\n");
    if (local_number(order, "answer_entry") != 0)
        (void)printf("  answered   by %s, entry %lld\n",
                     local_text(order, "answered_by"),
                     local_number(order, "answer_entry"));
}

/* *out: the caller's on EXIT_OK. */
static int fetch(const struct answer_options *options, const char *session,
                 json_t **out)
{
    char path[PATH_SIZE_MAX] = "/api/v1/exports/orders";
    unsigned code = 0;
    if (options->number != 0)
        (void)snprintf(path, sizeof path, "/api/v1/exports/orders/%" PRIu64,
                       options->number);
    const struct local_call call = {.path = path, .session = session};
    enum status s =
        local_json(options->order.directory, &call, &code, out);
    if (s != STATUS_OK)
        return local_request_explain(options->order.directory, s);
    if (code == 200)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi %s: refused (%u): %s\n",
                  options->order.command->name, code, local_problem(*out));
    json_decref(*out);
    *out = NULL;
    return code == 404 ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

static int show(const struct answer_options *options, const char *session)
{
    size_t i = 0;
    json_t *answer = NULL;
    const json_t *order = NULL;
    int code = fetch(options, session, &answer);
    if (code != EXIT_OK)
        return code;
    const json_t *orders = json_object_get(answer, "orders");
    if (options->order.as_json)
        local_print(orders);
    else
        json_array_foreach(orders, i, order)
            print_order(order);
    json_decref(answer);
    return EXIT_OK;
}

/* ---- a word on it ---- */

static int answer(const struct answer_options *options, const char *session,
                  bool is_yes)
{
    char path[PATH_SIZE_MAX];
    json_t *said = NULL;
    (void)snprintf(path, sizeof path,
                   "/api/v1/exports/orders/%" PRIu64 "/answer",
                   options->number);
    const struct local_call call = {.method = "POST", .path = path};
    int code =
        local_order_give(&options->order, session, &call,
                         json_pack("{si}", "approved", is_yes ? 1 : 0), &said);
    if (code == EXIT_OK)
        (void)printf("order %" PRIu64 " is %s: entry %lld\n", options->number,
                     is_yes ? "approved; who asked takes it out with haechi "
                              "export --order"
                            : "declined",
                     local_number(said, "entry"));
    json_decref(said);
    return code;
}

static int approve(const struct answer_options *options, const char *session)
{
    char words[WORDS_SIZE];
    int code = show(options, session);
    (void)snprintf(words, sizeof words, "%" PRIu64, options->number);
    (void)fflush(stdout);
    if (code == EXIT_OK)
        code = local_confirm(&options->order, words, "approve");
    return code == EXIT_OK ? answer(options, session, true) : code;
}

static int decline(const struct answer_options *options, const char *session)
{
    return answer(options, session, false);
}

static int run(const struct command *command, int argc, char **argv,
               int (*deed)(const struct answer_options *options,
                           const char *session))
{
    struct answer_options options = {.order.command = command};
    char session[LOCAL_SESSION_SIZE] = "";
    int code = local_order_read(&options.order, argc, argv);
    if (code == EXIT_OK)
        code = local_sign_in(&options.order, session);
    if (code != EXIT_OK)
        return code;
    code = deed(&options, session);
    local_sign_out(&options.order, session);
    return code;
}

static int run_orders(int argc, char **argv)
{
    return run(&COMMAND_EXPORT_ORDERS, argc, argv, show);
}

static int run_approve(int argc, char **argv)
{
    return run(&COMMAND_EXPORT_APPROVE, argc, argv, approve);
}

static int run_decline(int argc, char **argv)
{
    return run(&COMMAND_EXPORT_DECLINE, argc, argv, decline);
}

/* ---- the commands ---- */

const struct command COMMAND_EXPORT_ORDERS = {
    .name = "export orders",
    .synopsis = "--dir DIRECTORY [--json]\n"
                "    [--name NAME --password-file FILE]",
    .summary = "what was asked for as evidence, and how it stands",
    .options = ORDERS_OPTIONS,
    .option_count = OPTION_COUNT(ORDERS_OPTIONS),
    .run = run_orders,
};

const struct command COMMAND_EXPORT_APPROVE = {
    .name = "export approve",
    .synopsis = "NUMBER --dir DIRECTORY [--yes]\n"
                "    [--name NAME --password-file FILE]",
    .summary = "say yes to another person's order",
    .options = APPROVE_OPTIONS,
    .option_count = OPTION_COUNT(APPROVE_OPTIONS),
    .details = "For chief manager and access holder, never on their own order. "
               "What would leave, why and to whom is shown first. The yes is "
               "an entry of the log; who asked then makes the package.",
    .run = run_approve,
};

const struct command COMMAND_EXPORT_DECLINE = {
    .name = "export decline",
    .synopsis = "NUMBER --dir DIRECTORY --reason TEXT\n"
                "    [--name NAME --password-file FILE]",
    .summary = "say no to another person's order",
    .options = DECLINE_OPTIONS,
    .option_count = OPTION_COUNT(DECLINE_OPTIONS),
    .run = run_decline,
};
