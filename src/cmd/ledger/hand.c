/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi ledger add, correct, destroyed, remark, due: what a person enters of
 * prints, sticks and other media outside the recorder, and when they must be
 * gone.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "cmd/command.h"
#include "cmd/ledger/ledger.h"
#include "cmd/people_time.h"
#include "model/camera.h"
#include "model/ledger_deed.h"

enum { PATH_SIZE_MAX = 80, ITEM_MAX = 1000000 };

struct hand_options {
    struct local_order order; /* first */
    uint64_t number;          /* of a copy, or of a row's entry */
    uint64_t corrects;
    uint64_t camera;
    const char *use;
    const char *medium;
    const char *how;
    const char *receiver;
    const char *ground;
    const char *form;
    const char *remark;
    struct wall_time done;
    struct wall_time due;
};

static int take_done(void *options, const char *value)
{
    struct hand_options *out = options;
    return local_take_time(&out->order, value, &out->done);
}

/* The last day: due is its end. */
static int take_due(void *options, const char *value)
{
    struct hand_options *out = options;
    int code = ledger_take_day(&out->order, value, &out->due);
    out->due.us += INT64_C(86400) * SECOND_US;
    return code;
}

#define HAND_TEXT(option, what, member, needed, words)                         \
    {                                                                          \
        .name = option, .value = what, .help = words, .kind = OPTION_TEXT,     \
        .is_needed = needed, .place = offsetof(struct hand_options, member)    \
    }
#define HAND_CHOICE(option, words_of, member, words)                           \
    {                                                                          \
        .name = option, .value = words_of, .help = words,                      \
        .kind = OPTION_CHOICE, .is_needed = true,                              \
        .place = offsetof(struct hand_options, member)                         \
    }
#define HAND_NUMBER(option, words, member, needed, most)                       \
    {                                                                          \
        .name = option, .value = "N", .help = words, .kind = OPTION_NUMBER,    \
        .is_needed = needed, .place = offsetof(struct hand_options, member),   \
        .min = 1, .max = most                                                  \
    }
#define HAND_ITEM                                                              \
    HAND_NUMBER("NUMBER", "the copy; haechi ledger due tells", number, true,   \
                ITEM_MAX)
#define HAND_DONE(words) LOCAL_TIME("--done", take_done, true, words)
#define HAND_COPY                                                              \
    HAND_CHOICE("--use", "use|provision|viewing", use,                         \
                "used inside, given to somebody else, or shown"),              \
        HAND_CHOICE("--medium", "print|usb|disc|other", medium,                \
                    "what it is on"),                                          \
        HAND_NUMBER("--camera", "number of the camera", camera, false,         \
                    CAMERA_NUMBER_MAX),                                        \
        LOCAL_TIME("--from", local_take_from, false,                           \
                   "where its pictures begin"),                                \
        LOCAL_TIME("--to", local_take_to, false, "where they end"),            \
        HAND_DONE("when it was made or given"),                                \
        {.name = "--due",                                                      \
         .value = "DATE",                                                      \
         .help = "the last day on which it may be there, as 2026-12-31",       \
         .kind = OPTION_CALL,                                                  \
         .is_needed = true,                                                    \
         .take = take_due},                                                    \
        HAND_TEXT("--receiver", "TEXT", receiver, false,                       \
                  "who received or saw it; needed but for use"),               \
        HAND_TEXT("--ground", "TEXT", ground, false,                           \
                  "on which ground; needed for provision"),                    \
        HAND_TEXT("--form", "TEXT", form, false, "in which form"),             \
        LOCAL_REQUEST, LOCAL_REASON

static const struct command_option ADD_OPTIONS[] = {
    LOCAL_DIRECTORY, HAND_COPY, LOCAL_NAME, LOCAL_PASSWORD,
};

static const struct command_option CORRECT_OPTIONS[] = {
    HAND_ITEM,
    LOCAL_DIRECTORY,
    HAND_NUMBER("--corrects", "the last entry about it", corrects, true,
                INT64_MAX),
    HAND_TEXT("--remark", "TEXT", remark, true, "what was wrong"),
    HAND_COPY,
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static const struct command_option END_OPTIONS[] = {
    HAND_ITEM,
    LOCAL_DIRECTORY,
    HAND_CHOICE("--how", "shredded|burnt|erased|returned", how,
                "what has become of it"),
    HAND_DONE("when"),
    LOCAL_REASON,
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static const struct command_option REMARK_OPTIONS[] = {
    HAND_NUMBER("ENTRY", "the entry of the row that is not right", number,
                true, INT64_MAX),
    LOCAL_DIRECTORY,
    LOCAL_REASON,
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static const struct command_option DUE_OPTIONS[] = {
    LOCAL_DIRECTORY,
    LOCAL_FLAG("--json", as_json, "as the API tells them"),
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

/* ---- entering ---- */

static bool put_text(json_t *body, const char *name, const char *text)
{
    return text == NULL ||
           json_object_set_new(body, name, json_string(text)) == 0;
}

/* NULL without memory. */
static json_t *copy_body(const struct hand_options *options)
{
    json_t *body = json_pack(
        "{ss ss sI sI sI}", "use", options->use, "medium", options->medium,
        "camera", (json_int_t)options->camera, "done",
        (json_int_t)options->done.us, "due", (json_int_t)options->due.us);
    bool is_good = put_text(body, "receiver", options->receiver) &&
                   put_text(body, "ground", options->ground) &&
                   put_text(body, "form", options->form) &&
                   put_text(body, "remark", options->remark);
    if (is_good && options->corrects != 0)
        is_good = json_object_set_new(
                      body, "corrects",
                      json_integer((json_int_t)options->corrects)) == 0;
    if (is_good)
        return body;
    json_decref(body);
    return NULL;
}

/* body: released in any case. */
static int enter(const struct hand_options *options, const char *path,
                 json_t *body)
{
    json_t *answer = NULL;
    const struct local_call call = {.method = "POST", .path = path};
    int code = local_order_once(&options->order, &call, body, &answer);
    if (code == EXIT_OK && local_number(answer, "item") != 0)
        (void)printf("copy %lld, entry %lld\n", local_number(answer, "item"),
                     local_number(answer, "entry"));
    else if (code == EXIT_OK)
        (void)printf("entry %lld\n", local_number(answer, "entry"));
    json_decref(answer);
    return code;
}

static int read_options(const struct command *command, int argc, char **argv,
                        struct hand_options *out)
{
    *out = (struct hand_options){.order.command = command};
    int code = options_read(command, argc, argv, out);
    if (code == EXIT_OK && out->order.has_from != out->order.has_to)
        return options_refuse(command, "--from and --to go together", "");
    return code;
}

static int run_add(int argc, char **argv)
{
    struct hand_options options;
    int code = read_options(&COMMAND_LEDGER_ADD, argc, argv, &options);
    return code == EXIT_OK
               ? enter(&options, "/api/v1/ledger/items", copy_body(&options))
               : code;
}

static int run_correct(int argc, char **argv)
{
    char path[PATH_SIZE_MAX];
    struct hand_options options;
    int code = read_options(&COMMAND_LEDGER_CORRECT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path,
                   "/api/v1/ledger/items/%" PRIu64 "/corrections",
                   options.number);
    return enter(&options, path, copy_body(&options));
}

static int run_end(int argc, char **argv)
{
    char path[PATH_SIZE_MAX];
    struct hand_options options;
    int code = read_options(&COMMAND_LEDGER_DESTROYED, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path, "/api/v1/ledger/items/%" PRIu64 "/end",
                   options.number);
    return enter(&options, path,
                 json_pack("{ss sI}", "how", options.how, "done",
                           (json_int_t)options.done.us));
}

static int run_remark(int argc, char **argv)
{
    char path[PATH_SIZE_MAX];
    struct hand_options options;
    int code = read_options(&COMMAND_LEDGER_REMARK, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path, "/api/v1/ledger/%" PRIu64 "/remarks",
                   options.number);
    return enter(&options, path, json_object());
}

/* ---- what is due ---- */

static void print_item(const json_t *row, int64_t now_us)
{
    char due[PEOPLE_TIME_SIZE];
    enum ledger_medium medium = LEDGER_OTHER_MEDIUM;
    (void)!ledger_medium_from_name(text_of(local_text(row, "medium")),
                                   &medium);
    people_time_format(local_time(row, "until_us"), due);
    (void)printf("copy %lld  %s  due %s%s  to %s  (last entry %lld)\n",
                 local_number(row, "item"),
                 ledger_medium_words(medium, LANGUAGE_ENGLISH), due,
                 local_number(row, "until_us") < now_us ? "  OVERDUE" : "",
                 local_text(row, "receiver"), local_number(row, "last"));
}

/* FINDING: some are overdue. */
static int print_page(const struct local_order *order, const json_t *page)
{
    size_t i = 0;
    const json_t *row = NULL;
    if (order->as_json)
        local_print(page);
    else
        json_array_foreach(json_object_get(page, "rows"), i, row)
            print_item(row, local_number(page, "clock_us"));
    return local_number(page, "overdue") > 0 ? EXIT_FINDING : EXIT_OK;
}

static int run_due(int argc, char **argv)
{
    char session[LOCAL_SESSION_SIZE] = "";
    struct hand_options options;
    int code = read_options(&COMMAND_LEDGER_DUE, argc, argv, &options);
    if (code == EXIT_OK)
        code = local_sign_in(&options.order, session);
    if (code != EXIT_OK)
        return code;
    long long next = 0;
    bool has_more = true;
    while (has_more && (code == EXIT_OK || code == EXIT_FINDING)) {
        char path[PATH_SIZE_MAX];
        json_t *page = NULL;
        (void)snprintf(path, sizeof path, "/api/v1/ledger/items?next=%lld",
                       next);
        code = ledger_fetch(&options.order, session, path, &page);
        if (code == EXIT_OK)
            code = print_page(&options.order, page);
        has_more = local_number(page, "next") > next;
        next = local_number(page, "next");
        json_decref(page);
    }
    local_sign_out(&options.order, session);
    return code;
}

/* ---- the commands ---- */

const struct command COMMAND_LEDGER_ADD = {
    .name = "ledger add",
    .synopsis =
        "--dir DIRECTORY --use use|provision|viewing\n"
        "    --medium print|usb|disc|other --done T --due DATE --reason TEXT\n"
        "    [--receiver TEXT] [--ground TEXT] [--form TEXT]\n"
        "    [--camera N] [--from T --to T] [--request NUMBER]\n"
        "    [--name NAME --password-file FILE]",
    .summary = "enter a print, a stick or another copy; it gets its number",
    .options = ADD_OPTIONS,
    .option_count = OPTION_COUNT(ADD_OPTIONS),
    .details = "For chief manager, access holder and request clerk. The number "
               "belongs on the copy.",
    .run = run_add,
};

const struct command COMMAND_LEDGER_CORRECT = {
    .name = "ledger correct",
    .synopsis =
        "NUMBER --dir DIRECTORY --corrects N --remark TEXT\n"
        "    --use use|provision|viewing --medium print|usb|disc|other\n"
        "    --done T --due DATE --reason TEXT [--receiver TEXT]\n"
        "    [--ground TEXT] [--form TEXT] [--camera N] [--from T --to T]\n"
        "    [--request NUMBER] [--name NAME --password-file FILE]",
    .summary = "say anew what is true of a copy; what was said stays",
    .options = CORRECT_OPTIONS,
    .option_count = OPTION_COUNT(CORRECT_OPTIONS),
    .details = "All of it is said once more. One that was entered as gone is "
               "there again.",
    .run = run_correct,
};

const struct command COMMAND_LEDGER_DESTROYED = {
    .name = "ledger destroyed",
    .synopsis = "NUMBER --dir DIRECTORY\n"
                "    --how shredded|burnt|erased|returned --done T\n"
                "    --reason TEXT [--name NAME --password-file FILE]",
    .summary = "a copy was destroyed, or given back",
    .options = END_OPTIONS,
    .option_count = OPTION_COUNT(END_OPTIONS),
    .run = run_end,
};

const struct command COMMAND_LEDGER_REMARK = {
    .name = "ledger remark",
    .synopsis = "ENTRY --dir DIRECTORY --reason TEXT\n"
                "    [--name NAME --password-file FILE]",
    .summary = "correct a row that the recorder wrote, by another one",
    .options = REMARK_OPTIONS,
    .option_count = OPTION_COUNT(REMARK_OPTIONS),
    .run = run_remark,
};

const struct command COMMAND_LEDGER_DUE = {
    .name = "ledger due",
    .synopsis = "--dir DIRECTORY [--json]\n"
                "    [--name NAME --password-file FILE]",
    .summary = "copies outside the recorder, the next due first",
    .options = DUE_OPTIONS,
    .option_count = OPTION_COUNT(DUE_OPTIONS),
    .details = "Exit code 1 where one is overdue.",
    .run = run_due,
};
