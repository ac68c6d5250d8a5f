/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera import: many cameras into plant.yaml, out of a table. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/csv.h"
#include "cmd/camera/options.h"
#include "cmd/camera/rows.h"
#include "cmd/camera/words.h"
#include "cmd/notice/render.h"
#include "crypto/library.h"
#include "sys/file.h"

struct options {
    const char *directory;
    const char *file;
    const char *language;
    bool as_json;
};

static const struct command_option OPTIONS[] = {
    {.name = "FILE",
     .help = "the table, comma separated, UTF-8",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, file)},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    CAMERA_LANGUAGE(struct options),
    {.name = "--json",
     .help = "what was added, as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

#define CELL(member) offsetof(struct camera_row, member)

static const struct {
    const char *name;
    size_t place;
    bool is_needed;
} COLUMNS[] = {
    {"number", CELL(number), false},
    {"id", CELL(id), false},
    {"group", CELL(group), true},
    {"name_ko", CELL(name_ko), true},
    {"name_en", CELL(name_en), false},
    {"host", CELL(host), true},
    {"port", CELL(port), false},
    {"path", CELL(path), false},
    {"sub_path", CELL(sub_path), false},
    {"user", CELL(user), false},
    {"password_file", CELL(password_file), false},
    {"tls", CELL(tls), false},
    {"transport", CELL(transport), false},
    {"onvif_port", CELL(onvif_port), false},
    {"fingerprint", CELL(fingerprint), false},
};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof COLUMNS[0] };

/* What a table can have that no row can. */
enum fault {
    FAULT_PASSWORD,
    FAULT_UNKNOWN_COLUMN,
    FAULT_COLUMN_TWICE,
    FAULT_NO_COLUMN,
    FAULT_CELLS,
    FAULT_NOT_PLAIN,
    FAULT_NO_CAMERAS,
    FAULT_NO_TABLE,
    FAULT_TOO_LARGE,
};

/* By language. */
static const struct {
    const char *what[2];
    const char *remedy[2];
} FAULTS[] = {
    [FAULT_PASSWORD] =
        {{"그런 열은 없습니다:", "there is no column"},
         {"비밀번호는 표에 적지 않습니다. secrets/의 파일에 적고 그 파일을 "
          "password_file에 적으십시오",
          "passwords stay out of tables: write them into a file of secrets/ "
          "and name it in password_file"}},
    [FAULT_UNKNOWN_COLUMN] =
        {{"그런 열은 없습니다:", "there is no column"},
         {"haechi camera import --help를 보십시오",
          "see haechi camera import --help"}},
    [FAULT_COLUMN_TWICE] = {{"두 번 나오는 열입니다:", "twice the column"},
                            {"하나를 지우십시오", "leave one of them out"}},
    [FAULT_NO_COLUMN] = {{"빠진 열이 있습니다:", "missing is the column"},
                         {"첫 줄에 더하십시오", "add it to the first line"}},
    [FAULT_CELLS] =
        {{"칸의 수가 첫 줄과 다릅니다",
          "another number of cells than in the first line"},
         {"쉼표가 든 칸은 따옴표로 묶으십시오",
          "put a cell with a comma in quotes"}},
    [FAULT_NOT_PLAIN] =
        {{"이 열에 쓸 수 없는 문자가 있습니다:", "no plain text in the column"},
         {"제어 문자 없이 한 줄로, UTF-8로 적으십시오",
          "write it in one line, without control characters, as UTF-8"}},
    [FAULT_NO_CAMERAS] = {{"카메라가 없습니다", "no cameras"},
                          {"첫 줄에 열의 이름을, 그 아래에 카메라를 한 줄씩 "
                           "적으십시오",
                           "a heading and a line for each camera"}},
    [FAULT_NO_TABLE] =
        {{"표가 아닙니다", "no table"},
         {"따옴표나 쉼표가 든 칸은 따옴표로 묶고, 그 안의 따옴표는 두 번 "
          "적으십시오",
          "cells with quotes or commas stand in quotes, and quotes in them "
          "twice"}},
    [FAULT_TOO_LARGE] =
        {{"표가 너무 큽니다", "this table is too large"},
         {"여러 표로 나누십시오", "make more than one of it"}},
};

static int refuse(const struct options *options, uint32_t line,
                  enum fault fault, struct text subject)
{
    enum { SHOWN_MAX = 60 };
    enum language language = notice_render_language(options->language);
    int size = subject.size > SHOWN_MAX ? SHOWN_MAX : (int)subject.size;
    (void)fprintf(stderr, "%s:%u: error: %s", options->file, (unsigned)line,
                  FAULTS[fault].what[language]);
    if (size > 0)
        (void)fprintf(stderr, " '%.*s'", text_is_plain(subject) ? size : 0,
                      subject.data);
    (void)fprintf(stderr, " - %s\n", FAULTS[fault].remedy[language]);
    return EXIT_USAGE;
}

/* Which column of the table is which of ours. */
static int read_heading(const struct options *options,
                        const struct csv_row *heading,
                        size_t columns[CSV_COLUMNS_MAX])
{
    bool seen[COLUMN_COUNT] = {false};
    for (size_t i = 0; i < heading->count; i++) {
        struct text name = text_trim(heading->cells[i]);
        size_t at = 0;
        while (at < COLUMN_COUNT &&
               !text_equal(name, text_of(COLUMNS[at].name)))
            at++;
        if (text_equal(name, text_of("password")))
            return refuse(options, heading->line, FAULT_PASSWORD, name);
        if (at == COLUMN_COUNT)
            return refuse(options, heading->line, FAULT_UNKNOWN_COLUMN, name);
        if (seen[at])
            return refuse(options, heading->line, FAULT_COLUMN_TWICE, name);
        seen[at] = true;
        columns[i] = at;
    }
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (COLUMNS[i].is_needed && !seen[i])
            return refuse(options, heading->line, FAULT_NO_COLUMN,
                          text_of(COLUMNS[i].name));
    return EXIT_OK;
}

static int read_rows(const struct options *options, const struct csv *csv,
                     struct camera_row *out)
{
    size_t columns[CSV_COLUMNS_MAX];
    int code = read_heading(options, &csv->rows[0], columns);
    for (size_t i = 1; code == EXIT_OK && i < csv->count; i++) {
        const struct csv_row *from = &csv->rows[i];
        struct camera_row *row = &out[i - 1];
        row->line = from->line;
        if (from->count != csv->rows[0].count)
            return refuse(options, from->line, FAULT_CELLS, text_of(""));
        for (size_t j = 0; j < from->count; j++) {
            struct text *cell =
                (struct text *)(void *)((char *)row +
                                        COLUMNS[columns[j]].place);
            *cell = text_trim(from->cells[j]);
            if (!text_is_plain(*cell))
                return refuse(options, from->line, FAULT_NOT_PLAIN,
                              text_of(COLUMNS[columns[j]].name));
        }
    }
    return code;
}

static int import(const struct options *options, const struct csv *csv)
{
    if (csv->count < 2)
        return refuse(options, 1, FAULT_NO_CAMERAS, text_of(""));
    size_t count = csv->count - 1;
    AUTO(alloc_release) struct camera_row *list =
        alloc_array(count, sizeof *list);
    if (list == NULL)
        return EXIT_ENVIRONMENT;
    int code = read_rows(options, csv, list);
    struct camera_rows rows = {.directory = options->directory,
                               .from = options->file,
                               .is_table = true,
                               .list = list,
                               .count = count,
                               .language =
                                   notice_render_language(options->language)};
    return code == EXIT_OK ? camera_rows_add(&rows, options->as_json) : code;
}

static int run(int argc, char **argv)
{
    struct options options = {.file = NULL};
    int code = options_read(&COMMAND_CAMERA_IMPORT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (crypto_library_init() != STATUS_OK)
        return EXIT_ENVIRONMENT;
    AUTO(alloc_release) uint8_t *file = NULL;
    AUTO(csv_deinit) struct csv csv = {.line = 0};
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, options.file,
                                  CSV_BYTES_MAX, &file, &size);
    if (s != STATUS_OK) {
        (void)fprintf(
            stderr, "haechi camera import: %s: %s: %s\n", options.file,
            camera_either(notice_render_language(options.language),
                          "읽을 수 없습니다", "this cannot be read"),
            camera_words_file(s, notice_render_language(options.language)));
        return EXIT_ENVIRONMENT;
    }
    s = csv_read(bytes_of(file, size), &csv);
    if (s == STATUS_NO_MEMORY)
        return EXIT_ENVIRONMENT;
    if (s != STATUS_OK)
        return refuse(&options, csv.line,
                      s == STATUS_LIMIT ? FAULT_TOO_LARGE : FAULT_NO_TABLE,
                      text_of(""));
    return import(&options, &csv);
}

const struct command COMMAND_CAMERA_IMPORT = {
    .name = "camera import",
    .synopsis = "FILE --dir DIRECTORY [--lang ko|en] [--json]",
    .summary = "write many cameras into plant.yaml, all or none",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "The first line names the columns: group, name_ko, host; and "
               "any of number, id, name_en, port, path, sub_path, user, "
               "password_file, tls, transport, onvif_port, fingerprint. A "
               "number that is missing is the next above all; a path that is missing is "
               "asked of the camera over ONVIF, and its sub_path with it (- "
               "for none). One wrong line, and nothing is written.",
    .run = run,
};
