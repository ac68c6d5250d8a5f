/* SPDX-License-Identifier: Apache-2.0 */
/* haechi ledger: the ledger of personal video, as a table or to print. */
#include "cmd/ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/ledger/facts.h"
#include "cmd/ledger/words.h"
#include "cmd/notice/render.h"
#include "cmd/output_file.h"
#include "cmd/other_program.h"
#include "cmd/people_time.h"
#include "model/policy.h"
#include "paper/ledger_csv.h"

enum { PATH_SIZE_MAX = 160, DATE_SIZE = 32, CSV_BYTES_MAX = 256 << 20 };

int ledger_take_day(const struct local_order *order, const char *value,
                    struct wall_time *out)
{
    char text[DATE_SIZE];
    int size = snprintf(text, sizeof text, "%sT00:00", value);
    if (size == (int)strlen("2026-11-22T00:00") &&
        people_time_parse(text_of(text), out) == STATUS_OK)
        return EXIT_OK;
    return options_refuse(order->command, "not a day such as 2026-11-22:",
                          value);
}

static int take_from(void *options, const char *value)
{
    struct local_order *order = options;
    order->has_from = true;
    return ledger_take_day(order, value, &order->from);
}

/* The last day is one of those asked for. */
static int take_to(void *options, const char *value)
{
    struct local_order *order = options;
    int code = ledger_take_day(order, value, &order->to);
    order->has_to = true;
    order->to.us += INT64_C(86400) * SECOND_US;
    return code;
}

static const struct command_option OPTIONS[] = {
    LOCAL_DIRECTORY,
    {.name = "--format",
     .value = "csv|pdf",
     .help = "for a spreadsheet, or to print and sign",
     .kind = OPTION_CHOICE,
     .is_needed = true,
     .place = offsetof(struct ledger_options, format)},
    {.name = "--from",
     .value = "DATE",
     .help = "the first day, such as 2026-11-01; without: from the beginning",
     .kind = OPTION_CALL,
     .take = take_from},
    {.name = "--to",
     .value = "DATE",
     .help = "the last day; without: until now",
     .kind = OPTION_CALL,
     .take = take_to},
    {.name = "--lang",
     .value = "ko|en",
     .help = "Korean (the default) or English",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct ledger_options, language)},
    {.name = "--out",
     .value = "F",
     .help = "file to write; without it, standard output",
     .kind = OPTION_TEXT,
     .place = offsetof(struct ledger_options, out)},
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

int ledger_options_read(int argc, char **argv, struct ledger_options *out)
{
    *out = (struct ledger_options){
        .order = {.command = &COMMAND_LEDGER, .to = {INT64_MAX}}};
    int code = options_read(&COMMAND_LEDGER, argc, argv, out);
    if (code == EXIT_OK && out->order.from.us >= out->order.to.us)
        return options_refuse(&COMMAND_LEDGER, "--from is behind --to", "");
    return code;
}

/* ---- what the installation says ---- */

/* What has been fetched; all of it is owned. */
struct answers {
    json_t *cameras;
    json_t *facts;
    json_t *people;
    int64_t clock_us;
};

static void answers_deinit(struct answers *answers)
{
    json_decref(answers->cameras);
    json_decref(answers->facts);
    json_decref(answers->people);
}

static int ask(const struct local_order *order, const struct local_call *call,
               unsigned expected, json_t **out)
{
    unsigned code = 0;
    enum status s = local_json(order->directory, call, &code, out);
    if (s != STATUS_OK)
        return local_request_explain(order->directory, s);
    if (code == expected && *out != NULL)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi %s: %s\n", order->command->name,
                  local_problem(*out));
    return EXIT_ENVIRONMENT;
}

int ledger_fetch(const struct local_order *order, const char *session,
                 const char *path, json_t **out)
{
    const struct local_call call = {.path = path, .session = session};
    return ask(order, &call, 200, out);
}

int ledger_post(const struct local_order *order, const char *session,
                const char *path, json_t *body, json_t **out)
{
    char *text = local_dump(body, JSON_COMPACT);
    const struct local_call call = {.method = "POST",
                                    .path = path,
                                    .body = text_of(text),
                                    .session = session};
    int code = text == NULL ? EXIT_ENVIRONMENT : ask(order, &call, 201, out);
    alloc_free(text);
    json_decref(body);
    return code;
}

static int take_page(struct answers *answers, const json_t *page)
{
    enum status s = ledger_facts_take(answers->facts, page);
    if (s == STATUS_OK && json_array_extend(answers->people,
                                            json_object_get(page, "people")))
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK)
        return EXIT_OK;
    if (s == STATUS_LIMIT)
        (void)fprintf(stderr, "haechi ledger: more than %d rows: take a "
                              "shorter time with --from and --to\n",
                      LEDGER_FACTS_MAX);
    else
        (void)fprintf(stderr, "haechi ledger: the answer cannot be used: %s\n",
                      status_name(s));
    return EXIT_ENVIRONMENT;
}

static int fetch_pages(const struct local_order *order, const char *session,
                       struct answers *answers)
{
    long long next = 0;
    bool has_more = true;
    int code = EXIT_OK;
    while (code == EXIT_OK && has_more) {
        char path[PATH_SIZE_MAX];
        json_t *page = NULL;
        (void)snprintf(path, sizeof path,
                       "/api/v1/ledger?from=%" PRId64 "&to=%" PRId64
                       "&next=%lld",
                       order->from.us, order->to.us, next);
        code = ledger_fetch(order, session, path, &page);
        if (code == EXIT_OK)
            code = take_page(answers, page);
        /* Always further: a page that does not go on is the last. */
        has_more = local_number(page, "next") > next;
        next = local_number(page, "next");
        answers->clock_us = local_number(page, "clock_us");
        json_decref(page);
    }
    return code;
}

static int fetch_all(const struct ledger_options *options,
                     struct answers *answers)
{
    char session[LOCAL_SESSION_SIZE] = "";
    int code = local_sign_in(&options->order, session);
    if (code != EXIT_OK)
        return code;
    code = ledger_fetch(&options->order, session, "/api/v1/cameras",
                        &answers->cameras);
    if (code == EXIT_OK)
        code = fetch_pages(&options->order, session, answers);
    local_sign_out(&options->order, session);
    return code;
}

/* ---- what is made of it ---- */

static json_t *word_rows(const struct answers *answers, enum language language)
{
    const struct ledger_names names = {answers->cameras, answers->people,
                                       language};
    size_t i = 0;
    const json_t *fact = NULL;
    json_t *cells = json_array();
    json_array_foreach(answers->facts, i, fact)
    {
        if (json_array_append_new(cells, ledger_words(&names, fact)) == 0)
            continue;
        json_decref(cells);
        return NULL;
    }
    return cells;
}

static int write_csv(const struct ledger_options *options, const json_t *cells)
{
    struct ledger_row *rows = NULL;
    struct buffer out = buffer_with_limit(CSV_BYTES_MAX);
    enum status s = ledger_rows_read(cells, &rows);
    if (s == STATUS_OK)
        s = ledger_csv(rows, json_array_size(cells),
                       notice_render_language(options->language), &out);
    out.failed |= s != STATUS_OK;
    alloc_free(rows);
    return output_file_write(options->out, &out);
}

/* haechi-paper reads the rows from a file without a name. */
static int become_paper(const json_t *cells, const struct answers *answers,
                        int argc, char **argv)
{
    FILE *file = tmpfile();
    json_t *document =
        json_pack("{sIsO}", "day",
                  (json_int_t)civil_day((struct wall_time){answers->clock_us},
                                        UTC_OFFSET_KOREA_S),
                  "rows", cells);
    bool is_good = file != NULL && document != NULL &&
                   json_dumpf(document, file, JSON_COMPACT) == 0 &&
                   fflush(file) == 0 && lseek(fileno(file), 0, SEEK_SET) == 0 &&
                   dup2(fileno(file), STDIN_FILENO) == STDIN_FILENO;
    json_decref(document);
    if (file != NULL)
        (void)fclose(file);
    if (is_good)
        return paper_program_become("ledger", argc, argv);
    (void)fprintf(stderr, "haechi ledger: no room for the rows\n");
    return EXIT_ENVIRONMENT;
}

static int run(int argc, char **argv)
{
    struct ledger_options options;
    int code = ledger_options_read(argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct answers answers = {.facts = json_array(), .people = json_array()};
    code = fetch_all(&options, &answers);
    json_t *cells = NULL;
    if (code == EXIT_OK) {
        cells = word_rows(&answers, notice_render_language(options.language));
        code = cells == NULL ? EXIT_ENVIRONMENT : EXIT_OK;
    }
    if (code == EXIT_OK)
        code = strcmp(options.format, "pdf") == 0
                   ? become_paper(cells, &answers, argc, argv)
                   : write_csv(&options, cells);
    json_decref(cells);
    answers_deinit(&answers);
    return code;
}

const struct command COMMAND_LEDGER = {
    .name = "ledger",
    .synopsis = "--dir DIRECTORY --format csv|pdf [--from DATE] [--to DATE]\n"
                "    [--lang ko|en] [--out F] [--name NAME --password-file "
                "FILE]",
    .summary = "who saw, kept and destroyed what: the ledger, out of the log",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "For chief manager and auditor, who sign in. Rows write "
               "themselves: each is\nmade of one entry of the log, whose "
               "number it says; what the automatic cycle\ndestroyed in a day "
               "is one row. Names and reasons whose time is over are said\n"
               "as erased.",
    .run = run,
};
