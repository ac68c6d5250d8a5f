/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice draft, bundle: what the machine's administrator does where the
 * chief manager announces in the console. */
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/notice/bundle.h"
#include "cmd/notice/draft_file.h"
#include "cmd/options.h"

struct options {
    const char *file;
    uint64_t number;
    const char *directory;
    const char *out;
};

#define OPTION_DIRECTORY                                                       \
    {                                                                          \
        .name = "--dir", .value = "DIRECTORY", .help = "the installation",     \
        .kind = OPTION_TEXT, .is_needed = true,                                \
        .place = offsetof(struct options, directory)                           \
    }

static const struct command_option DRAFT_OPTIONS[] = {
    {.name = "FILE",
     .help = "the new notice.yaml, with its own dates; and FILE.sig, where it "
             "is signed",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, file)},
    OPTION_DIRECTORY,
};

static const struct command_option BUNDLE_OPTIONS[] = {
    {.name = "NUMBER",
     .help = "the version; haechi notice versions tells",
     .kind = OPTION_NUMBER,
     .is_needed = true,
     .place = offsetof(struct options, number),
     .min = 1,
     .max = NOTICE_VERSION_MAX},
    OPTION_DIRECTORY,
    {.name = "--out",
     .value = "DIRECTORY",
     .help = "where they are written; made where it is not there",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, out)},
};

static int run_draft(int argc, char **argv)
{
    struct options options = {0};
    struct draft_file draft = {.yaml = NULL};
    int code = options_read(&COMMAND_NOTICE_DRAFT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    code = draft_file_read(options.file, &draft);
    if (code == EXIT_OK)
        code = draft_file_put(&draft, options.directory);
    if (code == EXIT_OK)
        (void)fprintf(stderr, "draft %.12s waits; the chief manager announces "
                              "it in the console\n", draft.sha256);
    draft_file_deinit(&draft);
    return code;
}

static int run_bundle(int argc, char **argv)
{
    struct options options = {0};
    int code = options_read(&COMMAND_NOTICE_BUNDLE, argc, argv, &options);
    return code == EXIT_OK ? notice_bundle_write(options.directory,
                                                 (uint32_t)options.number,
                                                 options.out)
                           : code;
}

const struct command COMMAND_NOTICE_DRAFT = {
    .name = "notice draft",
    .synopsis = "FILE --dir DIRECTORY",
    .summary = "put a draft where the chief manager announces it in the console",
    .options = DRAFT_OPTIONS,
    .option_count = OPTION_COUNT(DRAFT_OPTIONS),
    .details = "Checks it as haechi notice check does. Nothing changes by it: "
               "the console shows\nwhat would, and announces it with its day "
               "and reason.",
    .run = run_draft,
};

const struct command COMMAND_NOTICE_BUNDLE = {
    .name = "notice bundle",
    .synopsis = "NUMBER --dir DIRECTORY --out DIRECTORY",
    .summary = "write a version's files out for the institution's homepage",
    .options = BUNDLE_OPTIONS,
    .option_count = OPTION_COUNT(BUNDLE_OPTIONS),
    .details = "As haechi notice publish does: pages, changes, PDF and their "
               "hashes.",
    .run = run_bundle,
};
