/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/destroy.h"
#include "cmd/people_time.h"

enum { WAIT_MAX_S = 7 * 24 * 3600 };

static bool complain(const char *what, const char *subject)
{
    (void)fprintf(stderr, "haechi destroy: %s%s\n", what, subject);
    return false;
}

static bool take_flag(const char *name, struct destroy_options *out)
{
    if (strcmp(name, "--all") == 0)
        out->is_all = true;
    else if (strcmp(name, "--decommission") == 0)
        out->is_decommission = true;
    else if (strcmp(name, "--yes") == 0)
        out->is_sure = true;
    else if (strcmp(name, "--json") == 0)
        out->as_json = true;
    else
        return false;
    return true;
}

static const char **place_of(const char *name, struct destroy_options *out)
{
    const struct {
        const char *name;
        const char **place;
    } TEXTS[] = {
        {"--dir", &out->directory},         {"--camera", &out->camera},
        {"--reason", &out->reason},         {"--request", &out->request},
        {"--name", &out->name},             {"--record", &out->record_file},
        {"--password-file", &out->password_file},
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        if (strcmp(name, TEXTS[i].name) == 0)
            return TEXTS[i].place;
    }
    return NULL;
}

static bool take_time(const char *value, struct wall_time *time, bool *has)
{
    *has = true;
    return people_time_parse(text_of(value), time) == STATUS_OK ||
           complain("not a time such as 2026-11-22T10:00: ", value);
}

static bool take_value(const char *name, const char *value,
                       struct destroy_options *out)
{
    const char **place = place_of(name, out);
    if (place != NULL) {
        *place = value;
        return true;
    }
    if (strcmp(name, "--from") == 0)
        return take_time(value, &out->from, &out->has_from);
    if (strcmp(name, "--to") == 0)
        return take_time(value, &out->to, &out->has_to);
    if (strcmp(name, "--wait") == 0)
        return number_parse_u64(text_of(value), 1, WAIT_MAX_S, &out->wait_s) ==
                   STATUS_OK ||
               complain("--wait is seconds: ", value);
    return complain("what is ", name);
}

static bool make_sense(const struct destroy_options *options)
{
    if (options->directory == NULL)
        return complain("--dir is missing", "");
    if (options->reason == NULL || options->reason[0] == 0)
        return complain("--reason is missing", "");
    if (options->is_all != options->is_decommission)
        return complain("--all and --decommission go together: the whole "
                        "installation, for good", "");
    if (options->is_all == (options->camera != NULL))
        return complain("either --camera, or --all --decommission", "");
    if (options->has_from != options->has_to ||
        (options->has_from && options->is_all))
        return complain("--from and --to go together, with --camera", "");
    if (options->has_from && options->from.us >= options->to.us)
        return complain("--from must be before --to", "");
    if (options->password_file != NULL && options->name == NULL)
        return complain("--password-file needs --name", "");
    return true;
}

bool destroy_options_read(int argc, char **argv, struct destroy_options *out)
{
    *out = (struct destroy_options){.directory = NULL};
    for (int i = 1; i < argc; i++) {
        if (take_flag(argv[i], out))
            continue;
        if (i + 1 == argc)
            return complain("what is, or what belongs to ", argv[i]);
        if (!take_value(argv[i], argv[i + 1], out))
            return false;
        i++;
    }
    return make_sense(out);
}
