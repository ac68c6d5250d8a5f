/* SPDX-License-Identifier: Apache-2.0 */
/* haechi verify: what it is asked to check, and how that is told. */
#include "cmd/verify/verify.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/options.h"
#include "cmd/people_time.h"
#include "cmd/verify/destruction.h"
#include "cmd/verify/log_directory.h"
#include "cmd/verify/package.h"
#include "crypto/timestamp.h"
#include "store/limits.h"
#include "sys/lock.h"

static double seconds(int64_t us)
{
    return (double)us / 1e6;
}

/* Ours are plain ASCII but for names of files. */
void verify_print_text(const char *text, FILE *out)
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

void verify_print_problems(const struct verify_problem *problems, size_t count,
                           FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i == 0 ? "{\"where\":" : ",{\"where\":", out);
        verify_print_text(problems[i].where, out);
        (void)fputs(",\"what\":", out);
        verify_print_text(problems[i].what, out);
        (void)fputc('}', out);
    }
}

void verify_print_json(const struct verify_result *result, FILE *out)
{
    (void)fprintf(
        out,
        "{\"ok\":%s,\"records\":%llu,\"damaged\":%llu,"
        "\"destroyed_records\":%llu,\"unexplained_s\":%.3f,"
        "\"audio_tracks\":%llu,\"entries\":%llu,\"live_keys\":%llu,"
        "\"overdue_keys\":%llu,\"held_records\":%llu,\"holds\":%llu,"
        "\"holds_alive\":%llu,\"leaves\":%llu,\"leaves_hashed\":%llu,"
        "\"held_leaves\":%llu,\"held_leaves_hashed\":%llu,"
        "\"roots\":%llu,\"without_leaf_s\":%.3f,\"is_running\":%s,"
        "\"checked_to_us\":%lld,\"younger_records\":%llu,"
        "\"entries_meanwhile\":%llu,\"problems_all\":%zu,"
        "\"problems\":[",
        verify_is_ok(result) ? "true" : "false",
        (unsigned long long)result->records,
        (unsigned long long)result->damaged,
        (unsigned long long)result->destroyed_records,
        seconds(result->unexplained_us),
        (unsigned long long)result->audio_tracks,
        (unsigned long long)result->entries,
        (unsigned long long)result->live_keys,
        (unsigned long long)result->overdue_keys,
        (unsigned long long)result->held_records,
        (unsigned long long)result->holds,
        (unsigned long long)result->holds_alive,
        (unsigned long long)result->leaves,
        (unsigned long long)result->leaves_hashed,
        (unsigned long long)result->held_leaves,
        (unsigned long long)result->held_leaves_hashed,
        (unsigned long long)result->roots, seconds(result->loose_us),
        result->is_beside ? "true" : "false", (long long)result->settled.us,
        (unsigned long long)result->younger,
        (unsigned long long)result->appended,
        result->problems_all);
    verify_print_problems(result->problems, result->problem_count, out);
    (void)fputs("],\"cameras\":[", out);
    for (size_t i = 0; i < result->camera_count; i++) {
        const struct verify_camera *camera = &result->cameras[i];
        (void)fprintf(out,
                      "%s{\"camera\":%u,\"stream\":\"%s\","
                      "\"recorded_s\":%.3f,\"explained_s\":%.3f,"
                      "\"destroyed_s\":%.3f,\"unexplained_s\":%.3f}",
                      i == 0 ? "" : ",", stream_camera(camera->camera),
                      stream_is_sub(camera->camera) ? "sub" : "main",
                      seconds(camera->recorded_us),
                      seconds(camera->explained_us),
                      seconds(camera->destroyed_us),
                      seconds(camera->unexplained_us));
    }
    (void)fputs("]}\n", out);
}

static void print_beside(const struct verify_result *result)
{
    char when[PEOPLE_TIME_SIZE];
    people_time_format(result->settled, when);
    (void)printf("it is running: checked up to %s; not checked: %llu younger "
                 "records, %llu entries that came meanwhile, the index\n",
                 when, (unsigned long long)result->younger,
                 (unsigned long long)result->appended);
}

static void print_plain(const struct verify_result *result)
{
    (void)printf("records %llu (of holds: %llu), damaged %llu, destroyed "
                 "%llu; log entries %llu; audio tracks %llu; unexplained %.3f s\n",
                 (unsigned long long)result->records,
                 (unsigned long long)result->held_records,
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
    if (result->is_beside)
        print_beside(result);
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

struct verify_options {
    const char *directory;
    const char *record;
    const char *images;
    const char *log;
    struct log_check_request check; /* of the log */
    const char *authority_file;
    const char *package;
    const char *zip_password_file;
    bool as_json;
};

static int take_checkpoint(void *context, const char *value)
{
    struct log_check_request *check =
        &((struct verify_options *)context)->check;
    if (check->checkpoint_count == LOG_CHECKPOINTS_MAX)
        return options_refuse(&COMMAND_VERIFY, "too many:", "--checkpoint");
    check->checkpoints[check->checkpoint_count++] = value;
    return EXIT_OK;
}

static int take_witness(void *context, const char *value)
{
    struct log_check_request *check =
        &((struct verify_options *)context)->check;
    if (check->witness_count == LOG_WITNESSES_MAX)
        return options_refuse(&COMMAND_VERIFY, "too many:", "--witness");
    check->witnesses[check->witness_count++] = value;
    return EXIT_OK;
}

static const struct command_option OPTIONS[] = {
    {.name = "PACKAGE",
     .help = "an evidence package (haechi export): no key is needed",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, package)},
    {.name = "--zip-password-file",
     .value = "FILE",
     .help = "whose first line is the package's password",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, zip_password_file)},
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation; it may be running",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, directory)},
    {.name = "--destruction",
     .value = "FILE",
     .help = "a record of destruction (JSON): by itself its own sums and "
             "signatures, with --dir whether the destroyed keys are gone there",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, record)},
    {.name = "--images",
     .value = "DIRECTORY",
     .help = "old copies of the key files: that none opens with anything this "
             "installation holds",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, images)},
    {.name = "--log",
     .value = "DIRECTORY",
     .help = "a log alone, DIRECTORY/log of an installation or a copy of it: "
             "no key is needed, the recorder may run",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, log)},
    {.name = "--checkpoint",
     .value = "FILE|LINE",
     .help = "with --log: a checkpoint of it that was kept elsewhere, as a "
             "file or as the line that haechi log paper prints",
     .kind = OPTION_CALL,
     .may_repeat = true,
     .take = take_checkpoint},
    {.name = "--witness",
     .value = "TEXT",
     .help = "with --log or a package: the key of a witness, whose "
             "cosignature must be there",
     .kind = OPTION_CALL,
     .may_repeat = true,
     .take = take_witness},
    {.name = "--authority",
     .value = "FILE",
     .help = "with --log: certificates (PEM) of whom vouches for the "
             "time-stamping service",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, authority_file)},
    {.name = "--vkey",
     .value = "TEXT",
     .help = "with --log or a package: the log's key that is believed, "
             "instead of its own",
     .kind = OPTION_TEXT,
     .place = offsetof(struct verify_options, check.vkey)},
    {.name = "--json",
     .help = "the outcome as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct verify_options, as_json)},
};

static enum status lock_installation(const char *directory, struct lock **lock)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/run/lock", directory);
    return lock_take(path, lock);
}

/* A record of destruction, or copies of key files. */
static int run_destruction(const struct verify_options *options)
{
    static struct verify_result result;
    static struct verify_destruction check;
    static struct verify_beside beside;
    AUTO(lock_release) struct lock *lock = NULL;
    check.verify.layer = &FILE_LAYER_SYSTEM;
    check.verify.result = &result;
    enum status s = STATUS_OK;
    const char *what = options->record;
    if (options->record != NULL)
        s = verify_destruction_record(&check, options->record);
    if (s == STATUS_OK && options->directory != NULL) {
        what = options->directory;
        check.verify.directory = options->directory;
        s = lock_installation(options->directory, &lock);
        if (s == STATUS_CONFLICT)
            s = verify_destruction_beside(&check, &beside);
    }
    if (s == STATUS_OK && options->record != NULL &&
        options->directory != NULL)
        s = verify_destruction_installation(&check);
    if (s == STATUS_OK && options->images != NULL) {
        what = options->images;
        s = verify_destruction_images(&check, options->images);
    }
    if (s == STATUS_BAD_INPUT) {
        (void)fprintf(stderr, "haechi: %s is no record of destruction\n",
                      what);
        verify_destruction_deinit(&check);
        return EXIT_USAGE;
    }
    if (s != STATUS_OK) {
        verify_destruction_deinit(&check);
        return explain(what, s);
    }
    verify_destruction_print(&check, options->as_json);
    int code = EXIT_FINDING;
    if (result.problems_all == 0)
        code = verify_destruction_is_ok(&check) ? EXIT_OK : EXIT_ENVIRONMENT;
    verify_destruction_deinit(&check);
    return code;
}

static int run_whole(const struct verify_options *options)
{
    AUTO(lock_release) struct lock *lock = NULL;
    enum status s = lock_installation(options->directory, &lock);
    struct verify_result result = {0};
    if (s == STATUS_CONFLICT)
        s = verify_run_beside(options->directory, &result);
    else if (s == STATUS_OK)
        s = verify_run(options->directory, &result);
    if (s != STATUS_OK)
        return explain(options->directory, s);
    if (options->as_json)
        verify_print_json(&result, stdout);
    else
        print_plain(&result);
    int code = verify_is_ok(&result) ? EXIT_OK : EXIT_FINDING;
    verify_result_deinit(&result);
    return code;
}

static int run_log(struct verify_options *options)
{
    AUTO(alloc_release) uint8_t *authorities = NULL;
    size_t size = 0;
    options->check.layer = &FILE_LAYER_SYSTEM;
    options->check.directory = options->log;
    if (options->authority_file != NULL) {
        enum status s =
            file_read_all(&FILE_LAYER_SYSTEM, options->authority_file,
                          TIMESTAMP_AUTHORITY_MAX, &authorities, &size);
        if (s != STATUS_OK)
            return explain(options->authority_file, s);
        options->check.authorities = bytes_text(bytes_of(authorities, size));
    }
    return verify_log_directory(&options->check, options->as_json);
}

static int run_command(int argc, char **argv)
{
    struct verify_options options = {.as_json = false};
    int code = options_read(&COMMAND_VERIFY, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (options.package != NULL &&
        (options.directory != NULL || options.record != NULL ||
         options.images != NULL || options.log != NULL ||
         options.check.checkpoint_count > 0))
        return options_refuse(&COMMAND_VERIFY, "alone:", "PACKAGE");
    if (options.package != NULL)
        return verify_package(&(struct verify_package_options){
            .path = options.package,
            .vkey = options.check.vkey,
            .password_file = options.zip_password_file,
            .witnesses = options.check.witnesses,
            .witness_count = options.check.witness_count,
            .as_json = options.as_json});
    bool is_about_log =
        options.check.vkey != NULL || options.check.checkpoint_count > 0 ||
        options.check.witness_count > 0 || options.authority_file != NULL;
    if (is_about_log && options.log == NULL)
        return options_refuse(&COMMAND_VERIFY, "needed:", "--log");
    if (options.log != NULL &&
        (options.directory != NULL || options.record != NULL ||
         options.images != NULL))
        return options_refuse(&COMMAND_VERIFY, "alone:", "--log");
    if (options.log != NULL)
        return run_log(&options);
    if (options.directory == NULL &&
        (options.record == NULL || options.images != NULL))
        return options_refuse(&COMMAND_VERIFY, "needed:", "--dir");
    if (options.record != NULL || options.images != NULL)
        return run_destruction(&options);
    return run_whole(&options);
}

const struct command COMMAND_VERIFY = {
    .name = "verify",
    .synopsis = "--dir DIRECTORY [--json]\n"
                "       haechi verify PACKAGE [--vkey TEXT] [--witness TEXT]...\n"
                "           [--zip-password-file FILE] [--json]\n"
                "       haechi verify --destruction FILE [--dir DIRECTORY\n"
                "           [--images DIRECTORY]] [--json]\n"
                "       haechi verify --dir DIRECTORY --images DIRECTORY "
                "[--json]\n"
                "       haechi verify --log DIRECTORY [--checkpoint FILE|LINE]...\n"
                "           [--witness TEXT]... [--authority FILE] [--vkey TEXT] "
                "[--json]",
    .summary = "check an installation, a log, an evidence package, a record "
               "of destruction",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Of an installation: every record opens and matches its header, "
               "every second of every camera is recorded or explained, there "
               "is no sound, and the log hashes as it says. Nothing is "
               "changed. Where it is running this holds up to some seconds "
               "before the check began.",
    .run = run_command,
};
