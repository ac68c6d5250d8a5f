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
#include "cmd/options.h"
#include "log/leaf.h"
#include "log/line_file.h"
#include "log/log_index.h"
#include "log/tree/proof.h"
#include "log/tree/tile_file.h"

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
    AUTO(alloc_release) struct tile_reader *reader =
        alloc_zeroed(sizeof *reader);
    struct checkpoint checkpoint;
    struct merkle_hash leaf;
    struct proof proof = {.index = options->number};
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    enum status s = log_files_checkpoint(options->directory, &memory, &proof.note,
                                         &checkpoint);
    if (s != STATUS_OK)
        return s;
    reader->layer = &FILE_LAYER_SYSTEM;
    reader->directory = options->directory;
    reader->size = checkpoint.size;
    s = tree_prove_leaf(options->number, checkpoint.size, tile_reader_node,
                          reader, &proof.path);
    if (s == STATUS_OK)
        s = tile_reader_node(reader, 0, options->number, &leaf);
    if (s == STATUS_OK)
        s = tree_check_leaf(options->number, checkpoint.size, &leaf,
                              &proof.path, &checkpoint.root);
    return s == STATUS_OK ? proof_format(&proof, out) : s;
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

/* Where to begin: the bundle where the index knows it, else the first line. */
static enum status seek(const struct log_options *options, uint64_t *number,
                        uint64_t *offset)
{
    char path[PATH_SIZE + 32];
    AUTO(log_index_close) struct log_index *index = NULL;
    (void)snprintf(path, sizeof path, "%s/index", options->directory);
    enum status s = log_index_look(&FILE_LAYER_SYSTEM, path, &index);
    *number = 0;
    *offset = 0;
    if (s != STATUS_OK)
        return s == STATUS_NOT_FOUND ? STATUS_OK : s;
    *number = log_index_count(index);
    *offset = log_index_end(index);
    if (options->number < *number) {
        *number = options->number - options->number % LOG_BUNDLE;
        *offset = log_index_bundle(index, options->number).begin;
    }
    return STATUS_OK;
}

static enum status print_entry(const struct log_options *options)
{
    AUTO(file_close) struct file *file = NULL;
    struct line_file lines;
    char path[PATH_SIZE + 32];
    uint64_t number = 0;
    uint64_t offset = 0;
    struct text line = {NULL, 0};
    (void)snprintf(path, sizeof path, "%s/entries", options->directory);
    enum status s = seek(options, &number, &offset);
    if (s == STATUS_OK)
        s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = line_file_init(&lines, file);
    if (s != STATUS_OK)
        return s;
    lines.at = offset;
    for (; s == STATUS_OK && number <= options->number; number++)
        s = line_file_next(&lines, &line, &offset);
    if (s == STATUS_OK) {
        print(line);
        (void)putchar('\n');
    }
    line_file_deinit(&lines);
    return s == STATUS_END || s == STATUS_AGAIN ? STATUS_NOT_FOUND : s;
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
