/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi log witness-key, log witnessed: this installation as a witness of
 * others, read from its files; the recorder may run.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/options.h"
#include "log/tree/note.h"
#include "sys/file.h"

enum { PATH_SIZE = 1200 };

struct witness_options {
    const char *site;
    const char *origin;
};

#define SITE_OPTION                                                            \
    {                                                                          \
        .name = "--dir", .value = "DIRECTORY",                                 \
        .help = "the installation; it may run", .kind = OPTION_TEXT,           \
        .is_needed = true, .place = offsetof(struct witness_options, site)     \
    }

static const struct command_option KEY_OPTIONS[] = {SITE_OPTION};

static const struct command_option NOTES_OPTIONS[] = {
    SITE_OPTION,
    {.name = "--origin",
     .value = "ORIGIN",
     .help = "of this log alone",
     .kind = OPTION_TEXT,
     .place = offsetof(struct witness_options, origin)},
};

static int explain(const char *path, enum status status)
{
    (void)fprintf(stderr, "haechi: %s: %s - %s\n", path, status_name(status),
                  status == STATUS_NOT_FOUND
                      ? "it is made when the recorder runs for the first time"
                      : "run it as the user that records, or as root");
    return EXIT_ENVIRONMENT;
}

static int run_key(int argc, char **argv)
{
    AUTO(alloc_release) uint8_t *vkey = NULL;
    struct witness_options options = {.site = NULL};
    char path[PATH_SIZE];
    size_t size = 0;
    int code = options_read(&COMMAND_LOG_WITNESS_KEY, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(path, sizeof path, "%s/office/witness.vkey", options.site);
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_VKEY_SIZE,
                                  &vkey, &size);
    if (s != STATUS_OK)
        return explain(path, s);
    (void)fwrite(vkey, 1, size, stdout);
    return EXIT_OK;
}

struct printing {
    const struct witness_options *options;
    const char *directory;
    size_t printed;
};

static void print_note(void *context, const char *name)
{
    AUTO(alloc_release) uint8_t *note = NULL;
    struct printing *printing = context;
    char path[PATH_SIZE];
    size_t size = 0;
    /* What is being replaced has a longer name. */
    if (text_of(name).size != 64 ||
        (size_t)snprintf(path, sizeof path, "%s/%s", printing->directory,
                         name) >= sizeof path ||
        file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_SIZE_MAX, &note, &size) !=
            STATUS_OK)
        return;
    struct text rest = bytes_text(bytes_of(note, size));
    struct text origin = text_cut(&rest, '\n');
    if (printing->options->origin != NULL &&
        !text_equal(origin, text_of(printing->options->origin)))
        return;
    if (printing->printed++ > 0)
        (void)putchar('\n');
    (void)fwrite(note, 1, size, stdout);
}

static int run_notes(int argc, char **argv)
{
    struct witness_options options = {.site = NULL};
    char directory[PATH_SIZE - 80];
    int code = options_read(&COMMAND_LOG_WITNESSED, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    (void)snprintf(directory, sizeof directory, "%s/office/witnessed",
                   options.site);
    struct printing printing = {.options = &options, .directory = directory};
    enum status s = FILE_LAYER_SYSTEM.list(&FILE_LAYER_SYSTEM, directory,
                                           print_note, &printing);
    if (s != STATUS_OK)
        return explain(directory, s);
    if (printing.printed > 0)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi: nothing was cosigned here yet\n");
    return EXIT_FINDING;
}

const struct command COMMAND_LOG_WITNESS_KEY = {
    .name = "log witness-key",
    .synopsis = "--dir DIRECTORY",
    .summary = "print the key with which this installation cosigns others' "
               "logs",
    .options = KEY_OPTIONS,
    .option_count = OPTION_COUNT(KEY_OPTIONS),
    .run = run_key,
};

const struct command COMMAND_LOG_WITNESSED = {
    .name = "log witnessed",
    .synopsis = "--dir DIRECTORY [--origin ORIGIN]",
    .summary = "print the checkpoints of others' logs that were cosigned here "
               "last",
    .options = NOTES_OPTIONS,
    .option_count = OPTION_COUNT(NOTES_OPTIONS),
    .details = "What is printed with --origin is a checkpoint kept elsewhere "
               "for haechi verify --log: it finds an end that was cut off, and "
               "a log that was put back or made anew.",
    .run = run_notes,
};
