/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi hold order, extend, end, destroy: a person of the notice keeps a span
 * beyond its period, and ends that; see docs/design/holds.md.
 */
#include "cmd/hold.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cmd/command.h"
#include "cmd/local/cameras.h"
#include "cmd/people_time.h"
#include "model/hold.h"

enum { PATH_SIZE_MAX = 64, NUMBER_SIZE = 16 };

struct hold_options {
    struct local_order order; /* first */
    uint64_t number;          /* of a hold that there is */
    struct wall_time until;
};

static int take_until(void *options, const char *value)
{
    struct hold_options *out = options;
    return local_take_time(&out->order, value, &out->until);
}

#define HOLD_NUMBER                                                            \
    {                                                                          \
        .name = "NUMBER", .help = "the hold; haechi hold list tells",          \
        .kind = OPTION_NUMBER, .is_needed = true,                              \
        .place = offsetof(struct hold_options, number),                        \
        .min = HOLD_NUMBER_MIN, .max = HOLD_NUMBER_MAX                         \
    }
#define HOLD_UNTIL                                                             \
    LOCAL_TIME("--until", take_until, true,                                    \
               "when it ends and its copies die; at most ten years ahead")
#define HOLD_YES                                                               \
    LOCAL_FLAG("--yes", is_sure,                                               \
               "do not ask for the number to be typed once more")
#define HOLD_JSON LOCAL_FLAG("--json", as_json, "the hold on standard output")

static const struct command_option ORDER_OPTIONS[] = {
    LOCAL_DIRECTORY,
    LOCAL_TEXT("--camera", "C", camera, true, "its number or id"),
    LOCAL_TIME("--from", local_take_from, true,
               "its first minute, such as 2026-11-22T10:00"),
    LOCAL_TIME("--to", local_take_to, true, "when the span ends"),
    HOLD_UNTIL,
    LOCAL_REASON,
    LOCAL_REQUEST,
    LOCAL_NAME,
    LOCAL_PASSWORD,
    LOCAL_WAIT,
    HOLD_JSON,
};

static const struct command_option EXTEND_OPTIONS[] = {
    HOLD_NUMBER,   LOCAL_DIRECTORY, HOLD_UNTIL, LOCAL_REASON, LOCAL_REQUEST,
    LOCAL_NAME,    LOCAL_PASSWORD,  LOCAL_WAIT, HOLD_JSON,
};

/* The last two: haechi hold destroy only. */
static const struct command_option END_OPTIONS[] = {
    HOLD_NUMBER,    LOCAL_DIRECTORY, LOCAL_REASON, LOCAL_NAME,
    LOCAL_PASSWORD, HOLD_YES,        LOCAL_WAIT,   HOLD_JSON,
};

/* ---- its way ---- */

static json_t *look(const struct local_order *order, uint64_t number)
{
    char path[PATH_SIZE_MAX];
    unsigned code = 0;
    json_t *answer = NULL;
    (void)snprintf(path, sizeof path, "/api/v1/holds/%" PRIu64, number);
    const struct local_call call = {.path = path};
    if (local_json(order->directory, &call, &code, &answer) == STATUS_OK &&
        code == 200)
        return answer;
    json_decref(answer); /* it is being restarted, perhaps: the order stands */
    return NULL;
}

static bool has_come(const json_t *hold, bool is_end)
{
    const char *state = local_text(hold, "state");
    return is_end ? strcmp(state, "destroyed") == 0
                  : strcmp(state, "copying") != 0;
}

/* Until it is made, or dead; then shows it. FINDING: not within --wait, or not
 * all of it could be kept. */
static int wait_and_show(const struct local_order *order, uint64_t number,
                         bool is_end)
{
    uint64_t looks = 0;
    json_t *hold = NULL;
    bool has_more = true;
    do {
        json_decref(hold);
        hold = look(order, number);
        has_more = (hold == NULL || !has_come(hold, is_end)) &&
                   local_order_wait(order, &looks);
    } while (has_more);
    int code = EXIT_FINDING;
    if (hold != NULL && has_come(hold, is_end) &&
        (is_end || json_array_size(json_object_get(hold, "missing")) == 0))
        code = EXIT_OK;
    if (hold == NULL)
        (void)fprintf(stderr,
                      "haechi %s: ordered; how it fares cannot be asked\n",
                      order->command->name);
    else if (order->as_json)
        local_print(hold);
    else
        hold_print(hold);
    json_decref(hold);
    return code;
}

/* ---- orders ---- */

/* *number: of the hold that the answer is about. */
static int give(const struct hold_options *options, const char *session,
                const char *method, const char *path, json_t *body,
                uint64_t *number)
{
    json_t *answer = NULL;
    const struct local_call call = {.method = method, .path = path};
    int code = local_order_give(&options->order, session, &call, body, &answer);
    if (code == EXIT_OK) {
        *number = (uint64_t)local_number(answer, "hold");
        (void)fprintf(stderr, "ordered: hold %" PRIu64 ", entry %lld\n",
                      *number, local_number(answer, "entry"));
    }
    json_decref(answer);
    return code;
}

static int make(const struct hold_options *options, const char *session,
                uint64_t *number)
{
    struct local_camera camera;
    (void)fprintf(stderr, "This will be held:\n");
    int code = local_cameras_show(&options->order, session, &camera);
    if (code != EXIT_OK)
        return code;
    return give(options, session, "POST", "/api/v1/holds",
                json_pack("{sIsI}", "camera", (json_int_t)camera.number,
                          "until", (json_int_t)options->until.us),
                number);
}

static int extend(const struct hold_options *options, const char *session,
                  uint64_t *number)
{
    char path[PATH_SIZE_MAX];
    (void)snprintf(path, sizeof path, "/api/v1/holds/%" PRIu64 "/extensions",
                   options->number);
    return give(options, session, "POST", path,
                json_pack("{sI}", "until", (json_int_t)options->until.us),
                number);
}

static int end(const struct hold_options *options, const char *session,
               uint64_t *number)
{
    char path[PATH_SIZE_MAX];
    char typed[NUMBER_SIZE];
    (void)snprintf(path, sizeof path, "/api/v1/holds/%" PRIu64,
                   options->number);
    (void)snprintf(typed, sizeof typed, "%" PRIu64, options->number);
    json_t *hold = look(&options->order, options->number);
    if (hold != NULL && !options->order.as_json)
        hold_print(hold);
    json_decref(hold);
    (void)fprintf(stderr, "Its copies will be destroyed, for good.\n");
    int code = local_confirm(&options->order, typed, "end");
    if (code != EXIT_OK)
        return code;
    return give(options, session, "DELETE", path, json_object(), number);
}

typedef int hold_deed_fn(const struct hold_options *options,
                         const char *session, uint64_t *number);

static int do_it(const struct hold_options *options, hold_deed_fn *deed,
                 bool waits)
{
    char session[LOCAL_SESSION_SIZE] = "";
    uint64_t number = 0;
    int code = local_sign_in(&options->order, session);
    if (code != EXIT_OK)
        return code;
    code = deed(options, session, &number);
    local_sign_out(&options->order, session);
    return code == EXIT_OK && waits
               ? wait_and_show(&options->order, number, deed == end)
               : code;
}

static int run_order(int argc, char **argv)
{
    struct hold_options options = {.order.command = &COMMAND_HOLD_ORDER};
    int code = local_order_read(&options.order, argc, argv);
    return code == EXIT_OK ? do_it(&options, make, true) : code;
}

static int run_extend(int argc, char **argv)
{
    struct hold_options options = {.order.command = &COMMAND_HOLD_EXTEND};
    int code = local_order_read(&options.order, argc, argv);
    return code == EXIT_OK ? do_it(&options, extend, true) : code;
}

static int run_end(int argc, char **argv)
{
    struct hold_options options = {.order.command = &COMMAND_HOLD_END};
    int code = local_order_read(&options.order, argc, argv);
    return code == EXIT_OK ? do_it(&options, end, false) : code;
}

static int run_destroy(int argc, char **argv)
{
    struct hold_options options = {.order.command = &COMMAND_HOLD_DESTROY};
    int code = local_order_read(&options.order, argc, argv);
    return code == EXIT_OK ? do_it(&options, end, true) : code;
}

const struct command COMMAND_HOLD_ORDER = {
    .name = "hold order",
    .synopsis =
        "--dir DIRECTORY --camera C --from T --to T --until T\n"
        "    --reason TEXT [--request NUMBER] [--name NAME --password-file "
        "FILE]\n"
        "    [--wait SECONDS] [--json]",
    .summary = "keep a span beyond its period, as a copy",
    .options = ORDER_OPTIONS,
    .option_count = OPTION_COUNT(ORDER_OPTIONS),
    .details =
        "It waits until the copy is made, and says which stretches could not "
        "be kept, and why (exit code 1). It is refused where the space that "
        "storage: hold_reserve keeps free would not take it. The originals die "
        "with their period all the same.",
    .run = run_order,
};

const struct command COMMAND_HOLD_EXTEND = {
    .name = "hold extend",
    .synopsis = "NUMBER --dir DIRECTORY --until T --reason TEXT\n"
                "    [--request NUMBER] [--name NAME --password-file FILE]\n"
                "    [--wait SECONDS] [--json]",
    .summary = "a hold goes on as another one, with another end",
    .options = EXTEND_OPTIONS,
    .option_count = OPTION_COUNT(EXTEND_OPTIONS),
    .details = "Another hold is made from this one, which ends when the new "
               "one is complete.",
    .run = run_extend,
};

const struct command COMMAND_HOLD_END = {
    .name = "hold end",
    .synopsis = "NUMBER --dir DIRECTORY --reason TEXT\n"
                "    [--name NAME --password-file FILE] [--yes]",
    .summary = "order the end of a hold",
    .options = END_OPTIONS,
    .option_count = OPTION_COUNT(END_OPTIONS) - 2,
    .details = "It returns when the order stands in the log; the keys of its "
               "copies die with the next rotation.",
    .run = run_end,
};

const struct command COMMAND_HOLD_DESTROY = {
    .name = "hold destroy",
    .synopsis = "NUMBER --dir DIRECTORY --reason TEXT\n"
                "    [--name NAME --password-file FILE] [--yes]\n"
                "    [--wait SECONDS] [--json]",
    .summary = "the same, and wait until its copies are dead",
    .options = END_OPTIONS,
    .option_count = OPTION_COUNT(END_OPTIONS),
    .run = run_destroy,
};
