/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "cmd/destroy.h"
#include "cmd/options.h"
#include "cmd/people_time.h"

enum { WAIT_MAX_S = 7 * 24 * 3600 };

static int refuse(const char *what, const char *subject)
{
    return options_refuse(&COMMAND_DESTROY, what, subject);
}

static int take_time(const char *value, struct wall_time *time, bool *has)
{
    *has = true;
    return people_time_parse(text_of(value), time) == STATUS_OK
               ? EXIT_OK
               : refuse("not a time such as 2026-11-22T10:00:", value);
}

static int take_from(void *options, const char *value)
{
    struct destroy_options *out = options;
    return take_time(value, &out->from, &out->has_from);
}

static int take_to(void *options, const char *value)
{
    struct destroy_options *out = options;
    return take_time(value, &out->to, &out->has_to);
}

const struct command_option DESTROY_OPTIONS[DESTROY_OPTION_COUNT] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct destroy_options, directory)},
    {.name = "--camera",
     .value = "C",
     .help = "the number or id of the one camera",
     .kind = OPTION_TEXT,
     .place = offsetof(struct destroy_options, camera)},
    {.name = "--from",
     .value = "T",
     .help = "its first minute, such as 2026-11-22T10:00; without: all "
             "that is recorded of it",
     .kind = OPTION_CALL,
     .take = take_from},
    {.name = "--to",
     .value = "T",
     .help = "the minute at which it ends",
     .kind = OPTION_CALL,
     .take = take_to},
    {.name = "--all",
     .help = "every camera; with --decommission",
     .kind = OPTION_FLAG,
     .place = offsetof(struct destroy_options, is_all)},
    {.name = "--decommission",
     .help = "the installation ends for good",
     .kind = OPTION_FLAG,
     .place = offsetof(struct destroy_options, is_decommission)},
    {.name = "--reason",
     .value = "TEXT",
     .help = "why; stands in the log, erasable",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct destroy_options, reason)},
    {.name = "--request",
     .value = "NUMBER",
     .help = "the number of the request that it answers",
     .kind = OPTION_TEXT,
     .place = offsetof(struct destroy_options, request)},
    {.name = "--name",
     .value = "NAME",
     .help = "who signs in; without: asked for",
     .kind = OPTION_TEXT,
     .place = offsetof(struct destroy_options, name)},
    {.name = "--password-file",
     .value = "FILE",
     .help = "whose first line is the password; without: asked for",
     .kind = OPTION_TEXT,
     .place = offsetof(struct destroy_options, password_file)},
    {.name = "--yes",
     .help = "do not ask for the camera to be typed once more",
     .kind = OPTION_FLAG,
     .place = offsetof(struct destroy_options, is_sure)},
    {.name = "--wait",
     .value = "SECONDS",
     .help = "wait so long for its end, at most; without: until it is "
             "done",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct destroy_options, wait_s),
     .min = 1,
     .max = WAIT_MAX_S},
    {.name = "--record",
     .value = "FILE",
     .help = "write the record of destruction there",
     .kind = OPTION_TEXT,
     .place = offsetof(struct destroy_options, record_file)},
    {.name = "--json",
     .help = "the record on standard output",
     .kind = OPTION_FLAG,
     .place = offsetof(struct destroy_options, as_json)},
};


static int make_sense(const struct destroy_options *options)
{
    if (options->is_all != options->is_decommission)
        return refuse("--all and --decommission go together: the whole "
                      "installation, for good", "");
    if (options->is_all == (options->camera != NULL))
        return refuse("either --camera, or --all --decommission", "");
    if (options->has_from != options->has_to ||
        (options->has_from && options->is_all))
        return refuse("--from and --to go together, with --camera", "");
    if (options->has_from && options->from.us >= options->to.us)
        return refuse("--from must be before --to", "");
    if (options->password_file != NULL && options->name == NULL)
        return refuse("--password-file needs --name", "");
    return EXIT_OK;
}

int destroy_options_read(int argc, char **argv, struct destroy_options *out)
{
    *out = (struct destroy_options){.directory = NULL};
    int code = options_read(&COMMAND_DESTROY, argc, argv, out);
    return code == EXIT_OK ? make_sense(out) : code;
}
