/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/package.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/package/check.h"
#include "cmd/people_time.h"
#include "cmd/verify/log_directory.h"
#include "crypto/secret.h"
#include "sys/file.h"

enum { PASSWORD_MAX = 256 };

/* What no package can say of itself. */
static const char *not_checked(const struct package_result *result,
                               size_t index)
{
    if (index == 0)
        return "whether texts in the log's entries (reason, receiver) are those "
               "of the manifest: they are sealed there";
    if (index == 1 && result->witness_count > 0)
        return "whether the log has another branch that these witnesses were "
               "not shown";
    if (index == 1)
        return "whether the log has another branch: a checkpoint kept elsewhere "
               "or a witness is needed";
    if (index == 2 && !result->has_given_key)
        return "whose log this is: the key is the package's own; give the "
               "published one with --vkey";
    if (index == 2)
        return "what happened before the camera, and whether the clock was "
               "right";
    return NULL;
}

static void print_witnesses(const struct package_result *result)
{
    (void)fputs(",\"witnesses\":[", stdout);
    for (size_t i = 0; i < result->witness_count; i++) {
        (void)fputs(i == 0 ? "{\"name\":" : ",{\"name\":", stdout);
        verify_print_text(result->witnesses[i].name, stdout);
        (void)printf(",\"time_s\":%llu}",
                     (unsigned long long)result->witnesses[i].time_s);
    }
    (void)fputs("]", stdout);
}

static void print_json(const struct package_result *result)
{
    (void)printf("{\"ok\":%s,\"export\":%llu,\"cameras\":%zu,\"groups\":%llu,"
                 "\"groups_hashed\":%llu,\"samples\":%llu,\"loose\":%llu,"
                 "\"gaps\":%llu,\"entries\":%llu,\"log_size\":%llu,"
                 "\"cosignatures\":%zu,\"origin\":",
                 result->problems_all == 0 ? "true" : "false",
                 (unsigned long long)result->export, result->cameras,
                 (unsigned long long)result->groups,
                 (unsigned long long)result->groups_hashed,
                 (unsigned long long)result->samples,
                 (unsigned long long)result->loose,
                 (unsigned long long)result->gaps,
                 (unsigned long long)result->entries,
                 (unsigned long long)result->size, result->cosignatures);
    verify_print_text(result->origin, stdout);
    print_witnesses(result);
    (void)printf(",\"approval\":%llu,\"masked\":%s",
                 (unsigned long long)result->approval,
                 result->has_masked ? "true" : "false");
    (void)fputs(",\"not_checked\":[", stdout);
    for (size_t i = 0; not_checked(result, i) != NULL; i++) {
        (void)fputs(i == 0 ? "" : ",", stdout);
        verify_print_text(not_checked(result, i), stdout);
    }
    (void)printf("],\"problems_all\":%zu,\"problems\":[",
                 result->problems_all);
    verify_print_problems(result->problems, result->problem_count, stdout);
    (void)fputs("]}\n", stdout);
}

static void print_plain(const struct package_result *result)
{
    (void)printf("export %llu of %s: %zu cameras, %llu groups of pictures, "
                 "%llu of them proven and hashed anew; %llu gaps; %llu entries "
                 "under the checkpoint of %llu\n",
                 (unsigned long long)result->export,
                 result->origin[0] != 0 ? result->origin : "(unknown)",
                 result->cameras, (unsigned long long)result->groups,
                 (unsigned long long)result->groups_hashed,
                 (unsigned long long)result->gaps,
                 (unsigned long long)result->entries,
                 (unsigned long long)result->size);
    for (size_t i = 0; i < result->problem_count; i++)
        (void)printf("  %s: %s\n", result->problems[i].where,
                     result->problems[i].what);
    if (result->problems_all > result->problem_count)
        (void)printf("  ... and %zu more\n",
                     result->problems_all - result->problem_count);
    if (result->loose > 0)
        (void)printf("not proven: %llu pictures that stand under no leaf\n",
                     (unsigned long long)result->loose);
    for (size_t i = 0; i < result->witness_count; i++) {
        char time[PEOPLE_TIME_SIZE];
        people_time_format(
            (struct wall_time){(int64_t)result->witnesses[i].time_s *
                               (int64_t)SECOND_US},
            time);
        (void)printf("witness %s has cosigned this log at %s (by its clock)\n",
                     result->witnesses[i].name, time);
    }
    if (result->has_masked)
        (void)printf("pictures of a masked camera, as the camera sent them\n");
    if (result->approval != 0)
        (void)printf("another person said yes: entry %llu\n",
                     (unsigned long long)result->approval);
    if (result->cosignatures > 0)
        (void)printf("not checked: %zu cosignatures of witnesses; give their "
                     "keys with --witness\n",
                     result->cosignatures);
    for (size_t i = 0; not_checked(result, i) != NULL; i++)
        (void)printf("not checked: %s\n", not_checked(result, i));
    (void)printf("%s\n", result->problems_all == 0 ? "ok" : "NOT ok");
}

static enum status read_password(const char *path, char out[PASSWORD_MAX + 1])
{
    uint8_t *content = NULL;
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path, PASSWORD_MAX,
                                  &content, &size);
    if (s != STATUS_OK)
        return s;
    struct text rest = bytes_text(bytes_of(content, size));
    bool is_good = text_copy(text_cut(&rest, '\n'), out, PASSWORD_MAX + 1);
    secret_wipe(content, size);
    alloc_free(content);
    return is_good ? STATUS_OK : STATUS_LIMIT;
}

static int explain(const char *path, enum status status)
{
    const char *remedy = "look at the message above";
    if (status == STATUS_NOT_FOUND)
        remedy = "there is no such file";
    else if (status == STATUS_DENIED)
        remedy = "it may not be read, or it is sealed: give its password "
                 "(--zip-password-file)";
    else if (status == STATUS_CONFLICT)
        remedy = "the password is wrong; the package may well be sound "
                 "(--zip-password-file)";
    else if (status == STATUS_BAD_INPUT)
        remedy = "--vkey or --witness is none";
    (void)fprintf(stderr, "haechi: cannot verify %s: %s - %s\n", path,
                  status_name(status), remedy);
    return status == STATUS_BAD_INPUT ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

int verify_package(const struct verify_package_options *options)
{
    static struct package_result result;
    char password[PASSWORD_MAX + 1] = "";
    enum status s = STATUS_OK;
    if (options->password_file != NULL)
        s = read_password(options->password_file, password);
    if (s != STATUS_OK)
        return explain(options->password_file, s);
    const struct package_request request = {
        .path = options->path,
        .vkey = options->vkey,
        .witnesses = options->witnesses,
        .witness_count = options->witness_count,
        .password = options->password_file == NULL ? NULL : password};
    s = package_check(&request, &result);
    secret_wipe(password, sizeof password);
    if (s != STATUS_OK)
        return explain(options->path, s);
    if (options->as_json)
        print_json(&result);
    else
        print_plain(&result);
    return result.problems_all == 0 ? EXIT_OK : EXIT_FINDING;
}
