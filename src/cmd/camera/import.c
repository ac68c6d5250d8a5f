/* SPDX-License-Identifier: Apache-2.0 */
/* haechi camera import: many cameras into plant.yaml, out of a table. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/csv.h"
#include "cmd/camera/rows.h"
#include "cmd/options.h"
#include "crypto/library.h"
#include "sys/file.h"

struct options {
    const char *directory;
    const char *file;
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
};
enum { COLUMN_COUNT = sizeof COLUMNS / sizeof COLUMNS[0] };

static int refuse(const char *file, uint32_t line, const char *what,
                  struct text subject, const char *remedy)
{
    enum { SHOWN_MAX = 60 };
    int size = subject.size > SHOWN_MAX ? SHOWN_MAX : (int)subject.size;
    (void)fprintf(stderr, "%s:%u: error: %s '%.*s' - %s\n", file,
                  (unsigned)line, what, text_is_plain(subject) ? size : 0,
                  subject.size == 0 ? "" : subject.data, remedy);
    return EXIT_USAGE;
}

/* Which column of the table is which of ours. */
static int read_heading(const char *file, const struct csv_row *heading,
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
            return refuse(file, heading->line, "there is no column", name,
                          "passwords stay out of tables: write them into a "
                          "file of secrets/ and name it in password_file");
        if (at == COLUMN_COUNT)
            return refuse(file, heading->line, "there is no column", name,
                          "see haechi camera import --help");
        if (seen[at])
            return refuse(file, heading->line, "twice the column", name,
                          "leave one of them out");
        seen[at] = true;
        columns[i] = at;
    }
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (COLUMNS[i].is_needed && !seen[i])
            return refuse(file, heading->line, "missing is the column",
                          text_of(COLUMNS[i].name), "add it to the first line");
    return EXIT_OK;
}

static int read_rows(const char *file, const struct csv *csv,
                     struct camera_row *out)
{
    size_t columns[CSV_COLUMNS_MAX];
    int code = read_heading(file, &csv->rows[0], columns);
    for (size_t i = 1; code == EXIT_OK && i < csv->count; i++) {
        const struct csv_row *from = &csv->rows[i];
        struct camera_row *row = &out[i - 1];
        row->line = from->line;
        if (from->count != csv->rows[0].count)
            return refuse(file, from->line, "another number of cells than in "
                          "the first line:", text_of(""),
                          "put a cell with a comma in quotes");
        for (size_t j = 0; j < from->count; j++) {
            struct text *cell =
                (struct text *)(void *)((char *)row +
                                        COLUMNS[columns[j]].place);
            *cell = text_trim(from->cells[j]);
            if (!text_is_plain(*cell))
                return refuse(file, from->line, "no plain text in the column",
                              text_of(COLUMNS[columns[j]].name),
                              "write it in one line, without control "
                              "characters, as UTF-8");
        }
    }
    return code;
}

static int import(const struct options *options, const struct csv *csv)
{
    if (csv->count < 2)
        return refuse(options->file, 1, "no cameras", text_of(""),
                      "a heading and a line for each camera");
    size_t count = csv->count - 1;
    AUTO(alloc_release) struct camera_row *list =
        alloc_array(count, sizeof *list);
    if (list == NULL)
        return EXIT_ENVIRONMENT;
    int code = read_rows(options->file, csv, list);
    struct camera_rows rows = {.directory = options->directory,
                               .from = options->file,
                               .list = list,
                               .count = count};
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
        (void)fprintf(stderr, "haechi camera import: %s cannot be read: %s\n",
                      options.file, status_name(s));
        return EXIT_ENVIRONMENT;
    }
    s = csv_read(bytes_of(file, size), &csv);
    if (s == STATUS_NO_MEMORY)
        return EXIT_ENVIRONMENT;
    if (s != STATUS_OK)
        return refuse(options.file, csv.line, "no table:",
                      text_of(status_name(s)),
                      "cells with quotes or commas stand in quotes, and quotes "
                      "in them twice");
    return import(&options, &csv);
}

const struct command COMMAND_CAMERA_IMPORT = {
    .name = "camera import",
    .synopsis = "FILE --dir DIRECTORY [--json]",
    .summary = "write many cameras into plant.yaml, all or none",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "The first line names the columns: group, name_ko, host; and "
               "any of number, id, name_en, port, path, sub_path, user, "
               "password_file, tls, transport, onvif_port. A number that is "
               "missing is the next above all; a path that is missing is "
               "asked of the camera over ONVIF, and its sub_path with it (- "
               "for none). One wrong line, and nothing is written.",
    .run = run,
};
