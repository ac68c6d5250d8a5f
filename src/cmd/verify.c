/* SPDX-License-Identifier: Apache-2.0 */
/* haechi verify: checks an installation that does not run. */
#include "cmd/verify.h"

#include <string.h>

#include "base/cleanup.h"
#include "cmd/command.h"
#include "store/limits.h"
#include "sys/lock.h"

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

/* Ours are plain ASCII but for names of files. */
static void print_text(const char *text, FILE *out)
{
    (void)fputc('"', out);
    for (const char *at = text; *at != 0; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte >= 0x7f)
            (void)fprintf(out, "\\u%04x", byte);
        else if (byte == '"' || byte == '\\')
            (void)fprintf(out, "\\%c", byte);
        else
            (void)fputc(byte, out);
    }
    (void)fputc('"', out);
}

static void print_problems(const struct verify_result *result, FILE *out)
{
    for (size_t i = 0; i < result->problem_count; i++) {
        (void)fputs(i == 0 ? "{\"where\":" : ",{\"where\":", out);
        print_text(result->problems[i].where, out);
        (void)fputs(",\"what\":", out);
        print_text(result->problems[i].what, out);
        (void)fputc('}', out);
    }
}

void verify_print_json(const struct verify_result *result, FILE *out)
{
    (void)fprintf(
        out,
        "{\"ok\":%s,\"records\":%llu,\"damaged\":%llu,"
        "\"destroyed_records\":%llu,\"unexplained_s\":%.3f,"
        "\"audio_tracks\":%llu,\"entries\":%llu,\"problems_all\":%zu,"
        "\"problems\":[",
        verify_is_ok(result) ? "true" : "false",
        (unsigned long long)result->records,
        (unsigned long long)result->damaged,
        (unsigned long long)result->destroyed_records,
        seconds(result->unexplained_us),
        (unsigned long long)result->audio_tracks,
        (unsigned long long)result->entries, result->problems_all);
    print_problems(result, out);
    (void)fputs("],\"cameras\":[", out);
    for (size_t i = 0; i < result->camera_count; i++) {
        const struct verify_camera *camera = &result->cameras[i];
        (void)fprintf(out,
                      "%s{\"camera\":%u,\"recorded_s\":%.3f,"
                      "\"explained_s\":%.3f,\"destroyed_s\":%.3f,"
                      "\"unexplained_s\":%.3f}",
                      i == 0 ? "" : ",", camera->camera,
                      seconds(camera->recorded_us),
                      seconds(camera->explained_us),
                      seconds(camera->destroyed_us),
                      seconds(camera->unexplained_us));
    }
    (void)fputs("]}\n", out);
}

static void print_plain(const struct verify_result *result)
{
    (void)printf("records %llu, damaged %llu, destroyed %llu; log entries "
                 "%llu; audio tracks %llu; unexplained %.3f s\n",
                 (unsigned long long)result->records,
                 (unsigned long long)result->damaged,
                 (unsigned long long)result->destroyed_records,
                 (unsigned long long)result->entries,
                 (unsigned long long)result->audio_tracks,
                 seconds(result->unexplained_us));
    for (size_t i = 0; i < result->problem_count; i++)
        (void)printf("  %s: %s\n", result->problems[i].where,
                     result->problems[i].what);
    if (result->problems_all > result->problem_count)
        (void)printf("  ... and %zu more\n",
                     result->problems_all - result->problem_count);
    (void)printf("%s\n", verify_is_ok(result) ? "ok" : "NOT ok");
}

static int explain(const char *directory, enum status status)
{
    const char *remedy = "look at the message above";
    if (status == STATUS_CONFLICT)
        remedy = "it is running; stop it first (Ctrl-C in its terminal)";
    else if (status == STATUS_NOT_FOUND)
        remedy = "no installation that has ever run; give its directory "
                 "with --dir";
    else if (status == STATUS_DENIED)
        remedy = "run it as the user that records, or as root";
    else if (status == STATUS_CORRUPT)
        remedy = "no key table opens: the key files are damaged or belong "
                 "to another installation";
    (void)fprintf(stderr, "haechi: cannot verify %s: %s - %s\n", directory,
                  status_name(status), remedy);
    return EXIT_ENVIRONMENT;
}

static int run_command(int argc, char **argv)
{
    bool wants_json = argc == 4 && strcmp(argv[3], "--json") == 0;
    if ((argc != 3 && !wants_json) || strcmp(argv[1], "--dir") != 0) {
        (void)fprintf(stderr,
                      "usage: haechi verify --dir DIRECTORY [--json]\n");
        return EXIT_USAGE;
    }
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/run/lock", argv[2]);
    AUTO(lock_release) struct lock *lock = NULL;
    enum status s = lock_take(path, &lock);
    struct verify_result result = {0};
    if (s == STATUS_OK)
        s = verify_run(argv[2], &result);
    if (s != STATUS_OK)
        return explain(argv[2], s);
    if (wants_json)
        verify_print_json(&result, stdout);
    else
        print_plain(&result);
    int code = verify_is_ok(&result) ? EXIT_OK : EXIT_FINDING;
    verify_result_deinit(&result);
    return code;
}

const struct command COMMAND_VERIFY = {
    .name = "verify",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "check records, keys and log of an installation that is not "
               "running",
    .run = run_command,
};
