/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi log: the log's name and key, its last checkpoint, proofs and entries,
 * read from its files; the recorder may run.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/log_files.h"
#include "cmd/log_lines.h"
#include "cmd/options.h"

enum { PATH_SIZE = 1200, TRIES = 5 };

struct log_options {
    const char *site;
    const char *log;
    uint64_t number;
    char directory[PATH_SIZE]; /* of the log */
};

#define WHERE_OPTIONS                                                          \
    {.name = "--dir",                                                          \
     .value = "DIRECTORY",                                                     \
     .help = "the installation; it may run",                                   \
     .kind = OPTION_TEXT,                                                      \
     .place = offsetof(struct log_options, site)},                             \
    {                                                                          \
        .name = "--log", .value = "DIRECTORY",                                 \
        .help = "a log alone, instead of --dir", .kind = OPTION_TEXT,          \
        .place = offsetof(struct log_options, log)                             \
    }

static const struct command_option OPTIONS[] = {WHERE_OPTIONS};

static const struct command_option NUMBER_OPTIONS[] = {
    {.name = "N",
     .help = "the entry's number, from 0",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct log_options, number),
     .min = 0,
     .max = INT64_MAX},
    WHERE_OPTIONS,
};

static int read_options(const struct command *command, int argc, char **argv,
                        struct log_options *out)
{
    *out = (struct log_options){.number = 0};
    int code = options_read(command, argc, argv, out);
    if (code != EXIT_OK)
        return code;
    if ((out->site == NULL) == (out->log == NULL))
        return options_refuse(command, "needed:", "--dir or --log");
    int size = snprintf(out->directory, PATH_SIZE, "%s%s",
                        out->site != NULL ? out->site : out->log,
                        out->site != NULL ? "/log" : "");
    return size < PATH_SIZE
               ? EXIT_OK
               : options_refuse(command, "too long:", "the directory");
}

static int explain(const struct log_options *options, enum status status)
{
    return log_files_explain(options->directory, status);
}

static void print(struct text text)
{
    (void)fwrite(text.data, 1, text.size, stdout);
}

/* ---- key and checkpoint --------------------------------------------------- */

static int run_key(int argc, char **argv)
{
    struct log_options options;
    struct note_key key;
    char vkey[NOTE_VKEY_SIZE];
    int code = read_options(&COMMAND_LOG_KEY, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    enum status s = log_files_key(options.directory, &key);
    if (s != STATUS_OK)
        return explain(&options, s);
    note_key_format(&key, vkey);
    (void)printf("%s\n%s\n", key.name, vkey);
    return EXIT_OK;
}

static int run_checkpoint(int argc, char **argv)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct log_options options;
    struct text note;
    struct checkpoint checkpoint;
    int code = read_options(&COMMAND_LOG_CHECKPOINT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    enum status s = log_files_checkpoint(options.directory, &memory, &note,
                                         &checkpoint);
    if (s != STATUS_OK)
        return explain(&options, s);
    print(note);
    return EXIT_OK;
}

/* ---- a proof -------------------------------------------------------------- */

static enum status prove(const struct log_options *options, struct buffer *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    struct text note;
    struct checkpoint checkpoint;
    enum status s = log_files_checkpoint(options->directory, &memory, &note,
                                         &checkpoint);
    return s == STATUS_OK ? log_lines_prove(options->directory, note,
                                            &checkpoint, options->number, out)
                          : s;
}

static int run_prove(int argc, char **argv)
{
    AUTO(buffer_deinit) struct buffer out = buffer_with_limit(PROOF_SIZE_MAX);
    struct log_options options;
    int code = read_options(&COMMAND_LOG_PROVE, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    enum status s = STATUS_NOT_FOUND;
    /* A recorder at work replaces checkpoint and unfinished tiles. */
    for (int i = 0; i < TRIES && s == STATUS_NOT_FOUND; i++) {
        buffer_clear(&out);
        s = prove(&options, &out);
    }
    if (s != STATUS_OK)
        return explain(&options, s);
    print(buffer_text(&out));
    return EXIT_OK;
}

/* ---- an entry ------------------------------------------------------------- */

static enum status print_entry(const struct log_options *options)
{
    AUTO(log_lines_close) struct log_lines *lines = NULL;
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    enum status s = log_lines_open(options->directory, &lines);
    if (s == STATUS_OK)
        s = log_lines_read(lines, options->number, &line);
    if (s == STATUS_OK) {
        print(buffer_text(&line));
        (void)putchar('\n');
    }
    return s;
}

static int run_entry(int argc, char **argv)
{
    struct log_options options;
    int code = read_options(&COMMAND_LOG_ENTRY, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    enum status s = print_entry(&options);
    return s == STATUS_OK ? EXIT_OK : explain(&options, s);
}

const struct command COMMAND_LOG_KEY = {
    .name = "log key",
    .synopsis = "--dir DIRECTORY|--log DIRECTORY",
    .summary = "print the log's origin and the key that verifies it (vkey)",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run_key,
};

const struct command COMMAND_LOG_CHECKPOINT = {
    .name = "log checkpoint",
    .synopsis = "--dir DIRECTORY|--log DIRECTORY",
    .summary = "print the log's last signed checkpoint",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run_checkpoint,
};

const struct command COMMAND_LOG_PROVE = {
    .name = "log prove",
    .synopsis = "N --dir DIRECTORY|--log DIRECTORY > FILE.tlog-proof",
    .summary = "print a proof that entry N is in the log",
    .options = NUMBER_OPTIONS,
    .option_count = OPTION_COUNT(NUMBER_OPTIONS),
    .run = run_prove,
};

const struct command COMMAND_LOG_ENTRY = {
    .name = "log entry",
    .synopsis = "N --dir DIRECTORY|--log DIRECTORY",
    .summary = "print the line of entry N, as it is hashed",
    .options = NUMBER_OPTIONS,
    .option_count = OPTION_COUNT(NUMBER_OPTIONS),
    .run = run_entry,
};
