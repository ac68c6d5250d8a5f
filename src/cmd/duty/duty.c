/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi duty add, done, due: what people have to see to because no program
 * can, by when, and that it was done.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/ledger/ledger.h"
#include "cmd/log_files.h"
#include "cmd/people_time.h"
#include "log/duties.h"
#include "log/line_file.h"
#include "sys/clock.h"

enum { PATH_SIZE = 1200 };

static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

struct duty_options {
    struct local_order order; /* first */
    uint64_t number;
    uint64_t months;
    const char *what;
    const char *subject;
    const char *result;
    struct wall_time done;
    struct wall_time due;
};

static int take_done(void *options, const char *value)
{
    struct duty_options *out = options;
    return local_take_time(&out->order, value, &out->done);
}

/* The last day: due is its end. */
static int take_due(void *options, const char *value)
{
    struct duty_options *out = options;
    int code = ledger_take_day(&out->order, value, &out->due);
    out->due.us += DAY_US;
    return code;
}

static const struct command_option ADD_OPTIONS[] = {
    LOCAL_DIRECTORY,
    {.name = "--what",
     .value = "locks|keys|signs|aim|training|processor|requests|need|"
              "self_check|other",
     .help = "what is to be seen to",
     .kind = OPTION_CHOICE,
     .is_needed = true,
     .place = offsetof(struct duty_options, what)},
    {.name = "--due",
     .value = "DATE",
     .help = "the last day on which it is to be done, as 2026-12-31",
     .kind = OPTION_CALL,
     .is_needed = true,
     .take = take_due},
    {.name = "--months",
     .value = "N",
     .help = "to be done again after so many; without: once",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct duty_options, months),
     .min = 1,
     .max = DUTY_MONTHS_MAX},
    {.name = "--of",
     .value = "ID",
     .help = "a site or a processor of the notice that it is about",
     .kind = OPTION_TEXT,
     .place = offsetof(struct duty_options, subject)},
    LOCAL_REASON,
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static const struct command_option DONE_OPTIONS[] = {
    {.name = "NUMBER",
     .help = "the duty; haechi duty due tells",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct duty_options, number),
     .min = 1,
     .max = DUTY_NUMBER_MAX},
    LOCAL_DIRECTORY,
    {.name = "--result",
     .value = "good|defect|dropped",
     .help = "nothing wrong; something to mend; not done, and not needed any "
             "more",
     .kind = OPTION_CHOICE,
     .is_needed = true,
     .place = offsetof(struct duty_options, result)},
    LOCAL_TIME("--done", take_done, true, "when"),
    {.name = "--next",
     .value = "DATE",
     .help = "the last day for the next time; without: by its months",
     .kind = OPTION_CALL,
     .take = take_due},
    LOCAL_REASON,
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static const struct command_option DUE_OPTIONS[] = {
    LOCAL_TEXT("--dir", "DIRECTORY", directory, true,
               "the installation; it may run"),
    LOCAL_FLAG("--json", as_json, "as one JSON object"),
};

/* ---- entering ---- */

/* body: released in any case. */
static int enter(const struct duty_options *options, const char *path,
                 json_t *body)
{
    json_t *answer = NULL;
    const struct local_call call = {.method = "POST", .path = path};
    int code = local_order_once(&options->order, &call, body, &answer);
    if (code == EXIT_OK)
        (void)printf("duty %lld, entry %lld\n", local_number(answer, "duty"),
                     local_number(answer, "entry"));
    json_decref(answer);
    return code;
}

static int run_add(int argc, char **argv)
{
    struct duty_options options = {.order.command = &COMMAND_DUTY_ADD};
    int code = options_read(&COMMAND_DUTY_ADD, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    return enter(&options, "/api/v1/duties",
                 json_pack("{ss sI sI ss}", "what", options.what, "due",
                           (json_int_t)options.due.us, "months",
                           (json_int_t)options.months, "subject",
                           options.subject == NULL ? "" : options.subject));
}

static int run_done(int argc, char **argv)
{
    char path[PATH_SIZE];
    struct duty_options options = {.order.command = &COMMAND_DUTY_DONE};
    int code = options_read(&COMMAND_DUTY_DONE, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path, "/api/v1/duties/%" PRIu64 "/done",
                   options.number);
    return enter(&options, path,
                 json_pack("{ss sI sI}", "result", options.result, "done",
                           (json_int_t)options.done.us, "due",
                           (json_int_t)options.due.us));
}

/* ---- what is due ---- */

/* From the first line on: without an index nothing is left out. */
static enum status read_duties(const char *path, struct duties *out)
{
    AUTO(file_close) struct file *file = NULL;
    struct line_file lines;
    struct text line;
    uint64_t offset = 0;
    enum status s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = line_file_init(&lines, file);
    if (s != STATUS_OK)
        return s;
    while ((s = line_file_next(&lines, &line, &offset)) == STATUS_OK) {
        struct entry_line entry;
        if (entry_line_read(line, &entry) == STATUS_OK)
            duties_add(out, &entry);
    }
    line_file_deinit(&lines);
    if (out->failed)
        return STATUS_NO_MEMORY;
    return s == STATUS_END || s == STATUS_AGAIN ? STATUS_OK : s;
}

static json_t *as_json(const struct duties *duties, const struct duty *duty,
                       struct wall_time now)
{
    const struct duty_done *last = duties_last(duties, duty->number);
    return json_pack("{sI ss ss sI sI sb sI}", "duty",
                     (json_int_t)duty->number, "what",
                     duty_kind_name(duty->kind), "subject", duty->subject,
                     "months", (json_int_t)duty->months, "due_us",
                     (json_int_t)duty->due.us, "overdue",
                     duty->due.us < now.us, "last_done_us",
                     (json_int_t)(last == NULL ? 0 : last->done.us));
}

static void print_duty(const struct duties *duties, const struct duty *duty,
                       struct wall_time now)
{
    char due[PEOPLE_TIME_SIZE];
    char when[PEOPLE_TIME_SIZE];
    const struct duty_done *last = duties_last(duties, duty->number);
    people_time_format((struct wall_time){duty->due.us - 1}, due);
    (void)printf("duty %" PRIu32 "  %s%s%s  by %.10s%s", duty->number,
                 duty_kind_words(duty->kind, LANGUAGE_ENGLISH),
                 duty->subject[0] == 0 ? "" : " of ", duty->subject, due,
                 duty->due.us < now.us ? "  OVERDUE" : "");
    if (last == NULL) {
        (void)printf("  never done\n");
        return;
    }
    people_time_format(last->done, when);
    (void)printf("  last done %.10s: %s\n", when,
                 duty_result_words(last->result, LANGUAGE_ENGLISH));
}

/* FINDING: some are overdue. */
static int print_all(const struct duties *duties, bool is_json)
{
    struct wall_time now = clock_wall(&CLOCK_SYSTEM);
    size_t overdue = duties_overdue(duties, now);
    json_t *list = json_array();
    for (size_t i = 0; i < duties->count; i++) {
        if (duties->list[i].due.us == 0)
            continue;
        if (is_json)
            (void)json_array_append_new(
                list, as_json(duties, &duties->list[i], now));
        else
            print_duty(duties, &duties->list[i], now);
    }
    json_t *document = json_pack("{so sI}", "duties", list, "overdue",
                                 (json_int_t)overdue);
    if (is_json && document != NULL)
        local_print(document);
    json_decref(document);
    return overdue > 0 ? EXIT_FINDING : EXIT_OK;
}

static int run_due(int argc, char **argv)
{
    char path[PATH_SIZE];
    struct duty_options options = {.order.command = &COMMAND_DUTY_DUE};
    AUTO(duties_deinit) struct duties duties = {.list = NULL};
    int code = options_read(&COMMAND_DUTY_DUE, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (snprintf(path, sizeof path, "%s/log/entries",
                 options.order.directory) >= PATH_SIZE)
        return options_refuse(&COMMAND_DUTY_DUE, "too long:",
                              "the directory");
    enum status s = read_duties(path, &duties);
    return s == STATUS_OK ? print_all(&duties, options.order.as_json)
                          : log_files_explain(path, s);
}

/* ---- the commands ---- */

const struct command COMMAND_DUTY_ADD = {
    .name = "duty add",
    .synopsis = "--dir DIRECTORY --what KIND --due DATE --reason TEXT\n"
                "    [--months N] [--of ID] [--name NAME --password-file FILE]",
    .summary = "enter what people have to see to, and by when",
    .options = ADD_OPTIONS,
    .option_count = OPTION_COUNT(ADD_OPTIONS),
    .details = "Locks, holders of keys, signs on the wall, training, the "
               "processor's inspection:\nwhat no program sees. For chief "
               "manager, access holder and request clerk. It\nstands in the "
               "yearly report; what is overdue, in haechi status too.",
    .run = run_add,
};

const struct command COMMAND_DUTY_DONE = {
    .name = "duty done",
    .synopsis = "NUMBER --dir DIRECTORY --result good|defect|dropped\n"
                "    --done TIME --reason TEXT [--next DATE]\n"
                "    [--name NAME --password-file FILE]",
    .summary = "enter that it was done, with what result",
    .options = DONE_OPTIONS,
    .option_count = OPTION_COUNT(DONE_OPTIONS),
    .run = run_done,
};

const struct command COMMAND_DUTY_DUE = {
    .name = "duty due",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "what people have to see to, and what is overdue",
    .options = DUE_OPTIONS,
    .option_count = OPTION_COUNT(DUE_OPTIONS),
    .details = "Out of the log's files; nobody signs in. Exit code 1 where one "
               "is overdue.",
    .run = run_due,
};
