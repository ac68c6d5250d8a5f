/* SPDX-License-Identifier: Apache-2.0 */
/* haechi export: an evidence package out of a running installation. */
#include "cmd/package/export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/log_files.h"
#include "cmd/people_time.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "sys/file.h"

enum {
    PATH_SIZE_MAX = 160,
    DATE_SIZE = 32,
    CREATED = 201,
    ZIP_PASSWORD_MAX = 256,
    ZIP_PASSWORD_MIN = 10,
};

int export_explain(const char *what, enum status status)
{
    (void)fprintf(stderr, "haechi export: %s: %s\n", what,
                  status_name(status));
    return EXIT_ENVIRONMENT;
}

/* ---- options ---- */

static int take_camera(void *context, const char *value)
{
    struct export_options *options = context;
    if (options->camera_count == MANIFEST_CAMERAS_MAX)
        return options_refuse(&COMMAND_EXPORT, "too many:", "--camera");
    options->cameras[options->camera_count++] = value;
    return EXIT_OK;
}

/* The end of a day in Korea. */
static int take_until(void *context, const char *value)
{
    struct export_options *options = context;
    char text[DATE_SIZE];
    int size = snprintf(text, sizeof text, "%sT00:00", value);
    if (size != (int)strlen("2026-11-22T00:00") ||
        people_time_parse(text_of(text), &options->until) != STATUS_OK)
        return options_refuse(&COMMAND_EXPORT,
                              "not a day such as 2026-12-22:", value);
    options->until.us += INT64_C(86400) * SECOND_US;
    return EXIT_OK;
}

#define EXPORT_TEXT(option, what, needed, member, words)                       \
    {                                                                          \
        .name = option, .value = what, .help = words, .kind = OPTION_TEXT,     \
        .is_needed = needed, .place = offsetof(struct export_options, member)  \
    }

static const struct command_option OPTIONS[] = {
    LOCAL_DIRECTORY,
    {.name = "--camera",
     .value = "C",
     .help = "its number or id; may be given again",
     .kind = OPTION_CALL,
     .may_repeat = true,
     .take = take_camera},
    LOCAL_TIME("--from", local_take_from, false,
               "the beginning, such as 2026-11-22T10:00"),
    LOCAL_TIME("--to", local_take_to, false, "the end; a day later at most"),
    EXPORT_TEXT("--purpose", "ID", false, purpose, "a purpose of the notice"),
    LOCAL_TEXT("--reason", "TEXT", reason, false,
               "why; stands in the log, erasable"),
    EXPORT_TEXT("--ground", "TEXT", false, ground,
                "on which it is used or provided, such as the law's article"),
    EXPORT_TEXT("--receiver", "TEXT", false, receiver, "who gets it"),
    EXPORT_TEXT("--conditions", "TEXT", false, conditions,
                "what the receiver has undertaken"),
    {.name = "--until",
     .value = "DATE",
     .help = "the last day on which the copy may exist",
     .kind = OPTION_CALL,
     .take = take_until},
    {.name = "--order",
     .value = "N",
     .help = "instead of all these: what was asked for in the console, or "
             "here; by whoever has asked",
     .kind = OPTION_NUMBER,
     .place = offsetof(struct export_options, from_order),
     .min = 1,
     .max = INT64_MAX},
    {.name = "--provide",
     .help = "it is given to others; without: used here",
     .kind = OPTION_FLAG,
     .place = offsetof(struct export_options, is_provided)},
    {.name = "--covered",
     .help = "no package: an MP4 of one camera in which what display masks "
             "hide is black, and nothing is left beneath",
     .kind = OPTION_FLAG,
     .place = offsetof(struct export_options, is_covered)},
    EXPORT_TEXT("--out", "FILE", true, out, "the package, a zip; must not be there"),
    {.name = "--zip-password-file",
     .value = "FILE",
     .help = "whose first line is the package's password (AES-256)",
     .kind = OPTION_TEXT,
     .place = offsetof(struct export_options, zip_password_file)},
    LOCAL_NAME,
    LOCAL_PASSWORD,
};

static bool says_all(const struct export_options *options)
{
    return options->camera_count > 0 && options->order.has_from &&
           options->order.has_to && options->purpose != NULL &&
           options->order.reason != NULL && options->ground != NULL &&
           options->receiver != NULL && options->conditions != NULL &&
           options->until.us != 0;
}

static bool says_some(const struct export_options *options)
{
    return options->camera_count > 0 || options->order.has_from ||
           options->order.has_to || options->purpose != NULL ||
           options->order.reason != NULL || options->ground != NULL ||
           options->receiver != NULL || options->conditions != NULL ||
           options->until.us != 0 || options->is_provided;
}

static int read_options(int argc, char **argv, struct export_options *out)
{
    *out = (struct export_options){.order = {.command = &COMMAND_EXPORT}};
    int code = options_read(&COMMAND_EXPORT, argc, argv, out);
    struct stat there;
    if (code != EXIT_OK)
        return code;
    if (out->from_order != 0 ? says_some(out) : !says_all(out))
        return options_refuse(&COMMAND_EXPORT,
                              "either --order alone, or --camera, --from, "
                              "--to, --purpose, --reason, --ground, "
                              "--receiver, --conditions and --until",
                              "");
    if (out->is_covered &&
        (out->from_order != 0 || out->camera_count != 1 ||
         out->zip_password_file != NULL))
        return options_refuse(&COMMAND_EXPORT,
                              "--covered is for one --camera, at once, without "
                              "--zip-password-file",
                              "");
    if (out->from_order == 0 && out->order.from.us >= out->order.to.us)
        return options_refuse(&COMMAND_EXPORT, "--from must be before --to",
                              "");
    if (out->order.password_file != NULL && out->order.name == NULL)
        return options_refuse(&COMMAND_EXPORT, "--password-file needs --name",
                              "");
    if (lstat(out->out, &there) == 0)
        return options_refuse(&COMMAND_EXPORT, "there is one already:",
                              out->out);
    return EXIT_OK;
}

/* NULL in *out: none is wanted. */
static int read_zip_password(const struct export_options *options, char **out)
{
    AUTO(alloc_release) uint8_t *content = NULL;
    size_t size = 0;
    *out = NULL;
    if (options->zip_password_file == NULL)
        return EXIT_OK;
    enum status s =
        file_read_all(&FILE_LAYER_SYSTEM, options->zip_password_file,
                      ZIP_PASSWORD_MAX, &content, &size);
    if (s != STATUS_OK)
        return export_explain(options->zip_password_file, s);
    struct text rest = bytes_text(bytes_of(content, size));
    struct text line = text_cut(&rest, '\n');
    char *password = alloc_zeroed(ZIP_PASSWORD_MAX + 1);
    bool is_good = password != NULL && line.size >= ZIP_PASSWORD_MIN &&
                   text_copy(line, password, ZIP_PASSWORD_MAX + 1);
    secret_wipe(content, size);
    if (!is_good) {
        alloc_free(password);
        return options_refuse(&COMMAND_EXPORT,
                              "a package's password has 10 to 256 bytes", "");
    }
    *out = password;
    return EXIT_OK;
}

/* ---- the package ---- */

/* The page, then the manifest with its sum, then its own into the log. */
static int close_manifest(struct export_job *job)
{
    char path[PATH_SIZE_MAX];
    char sum[HEX_SIZE(SHA256_SIZE) + 1];
    uint8_t digest[SHA256_SIZE];
    json_t *answer = NULL;
    enum status s = log_files_key(job->log, &job->key);
    if (s == STATUS_OK)
        s = export_page(job);
    const struct bytes page = buffer_bytes(&job->page);
    if (s == STATUS_OK)
        s = sha256(&page, 1, job->manifest->page_sha256);
    if (s == STATUS_OK)
        s = manifest_write(job->manifest, &job->json);
    const struct bytes json = buffer_bytes(&job->json);
    if (s == STATUS_OK)
        s = sha256(&json, 1, digest);
    if (s != STATUS_OK)
        return export_explain("the manifest", s);
    hex_encode(bytes_of(digest, sizeof digest), sum);
    (void)snprintf(path, sizeof path, "/api/v1/exports/%" PRIu64 "/package",
                   job->manifest->export);
    int code = export_post(job, path, json_pack("{ss}", "manifest", sum), &answer);
    job->made_entry = (uint64_t)local_number(answer, "entry");
    json_decref(answer);
    return code;
}

static enum status add_all(struct export_job *job, struct archive_out *zip,
                           struct text vkey)
{
    enum status s = archive_out_add(zip, "manifest.json",
                                    buffer_bytes(&job->json));
    if (s == STATUS_OK)
        s = archive_out_add(zip, "verification.html",
                            buffer_bytes(&job->page));
    for (size_t i = 0; s == STATUS_OK && i < job->manifest->camera_count;
         i++) {
        if (job->videos[i].file != NULL)
            s = archive_out_add_file(zip, job->manifest->cameras[i].file,
                                     &job->videos[i].file,
                                     job->videos[i].size);
    }
    if (s == STATUS_OK)
        s = archive_out_add(zip, "checkpoint",
                            buffer_bytes(&job->checkpoint));
    if (s == STATUS_OK)
        s = archive_out_add(zip, "vkey", text_bytes(vkey));
    if (s == STATUS_OK)
        s = archive_out_add(zip, "entries", buffer_bytes(&job->lines));
    for (size_t i = 0; s == STATUS_OK && i < job->proof_count; i++)
        s = archive_out_add(zip, job->proofs[i].name,
                            buffer_bytes(&job->proofs[i].file));
    return s;
}

static int write_package(struct export_job *job, const char *password)
{
    AUTO(archive_out_drop) struct archive_out *zip = NULL;
    char vkey[NOTE_VKEY_SIZE + 1];
    uint64_t all = job->json.size + job->page.size + job->lines.size;
    for (size_t i = 0; i < job->manifest->camera_count; i++)
        all += job->videos[i].size;
    for (size_t i = 0; i < job->proof_count; i++)
        all += job->proofs[i].file.size + 2 * ZIP_FORM_NAME_MAX + 128;
    if (all > ZIP_FORM_BYTES_MAX - EXPORT_PAGE_MAX)
        return export_explain("more than 4 GB; take a shorter time, or fewer "
                              "cameras",
                              STATUS_LIMIT);
    note_key_format(&job->key, vkey);
    size_t size = strlen(vkey);
    vkey[size] = '\n';
    vkey[size + 1] = 0;
    (void)umask(077);
    enum status s = archive_out_create(job->options->out, password, &zip);
    if (s == STATUS_OK)
        s = add_all(job, zip, text_of(vkey));
    if (s == STATUS_OK)
        s = archive_out_finish(&zip);
    return s == STATUS_OK ? EXIT_OK : export_explain(job->options->out, s);
}

static void tell(const struct export_job *job)
{
    for (size_t c = 0; c < job->manifest->camera_count; c++) {
        const struct manifest_camera *camera = &job->manifest->cameras[c];
        size_t whole = 0;
        for (size_t i = 0; i < camera->group_count; i++)
            whole += camera->groups[i].is_whole ? 1 : 0;
        (void)printf("camera %" PRIu32 ": %zu groups of pictures, %zu of them "
                     "proven, %zu gaps\n",
                     camera->camera, camera->group_count, whole,
                     camera->gap_count);
    }
    (void)printf("%s\n", job->options->out);
}

/* A package without a picture is none. */
static int demand_pictures(const struct export_job *job)
{
    for (size_t i = 0; i < job->manifest->camera_count; i++) {
        if (job->videos[i].size > 0)
            return EXIT_OK;
    }
    (void)fprintf(stderr, "haechi export: nothing of this time is there any "
                          "more, or was ever recorded; no package was made. "
                          "The console's timeline says why\n");
    return EXIT_FINDING;
}

static int make(struct export_job *job, const char *password)
{
    int code = export_order(job);
    for (size_t i = 0; code == EXIT_OK && i < job->manifest->camera_count; i++)
        code = export_camera(job, i);
    if (code == EXIT_OK)
        code = demand_pictures(job);
    if (code == EXIT_OK)
        code = export_find_roots(job);
    if (code == EXIT_OK)
        code = close_manifest(job);
    if (code == EXIT_OK)
        code = export_prove(job);
    if (code == EXIT_OK)
        code = write_package(job, password);
    if (code == EXIT_OK)
        tell(job);
    return code;
}

static void job_deinit(struct export_job *job)
{
    for (size_t i = 0; i < MANIFEST_CAMERAS_MAX; i++) {
        if (job->videos[i].file != NULL)
            (void)fclose(job->videos[i].file);
    }
    for (size_t i = 0; i < job->proof_count; i++)
        buffer_deinit(&job->proofs[i].file);
    alloc_free(job->proofs);
    buffer_deinit(&job->page);
    buffer_deinit(&job->json);
    buffer_deinit(&job->checkpoint);
    buffer_deinit(&job->lines);
    json_decref(job->cameras);
    manifest_destroy(&job->manifest);
}

static int run(int argc, char **argv)
{
    struct export_options options;
    char *password = NULL;
    int code = read_options(argc, argv, &options);
    if (code == EXIT_OK)
        code = read_zip_password(&options, &password);
    if (code != EXIT_OK)
        return code;
    struct export_job job = {
        .options = &options,
        .manifest = manifest_create(),
        .page = buffer_with_limit(EXPORT_PAGE_MAX),
        .json = buffer_with_limit(MANIFEST_BYTES_MAX),
        .checkpoint = buffer_with_limit(NOTE_SIZE_MAX),
        .lines = buffer_with_limit(EXPORT_LINES_MAX),
    };
    (void)snprintf(job.log, sizeof job.log, "%.1000s/log",
                   options.order.directory);
    code = job.manifest == NULL ? export_explain("begin", STATUS_NO_MEMORY)
                                : local_sign_in(&options.order, job.session);
    if (code == EXIT_OK) {
        code = options.is_covered ? export_covered(&job)
                                  : make(&job, password);
        local_sign_out(&options.order, job.session);
    }
    job_deinit(&job);
    if (password != NULL)
        secret_wipe(password, strlen(password));
    alloc_free(password);
    return code;
}

const struct command COMMAND_EXPORT = {
    .name = "export",
    .synopsis = "--dir DIRECTORY (--order N | --camera C... --from T --to T\n"
                "    --purpose ID --reason TEXT --ground TEXT --receiver TEXT\n"
                "    --conditions TEXT --until DATE [--provide] [--covered]) "
                "--out FILE\n"
                "    [--zip-password-file FILE] [--name NAME --password-file "
                "FILE]",
    .summary = "take video out as an evidence package that anybody can verify",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "For chief manager and access holder, who sign in. An entry of "
               "the log, and so a\nrow of the ledger, says who took what, why, "
               "for whom and until when, before the\nfirst byte leaves. Groups "
               "of pictures stay whole: up to 15 s more than was\nasked for. "
               "What is missing is named with its cause. While the package is "
               "made,\nits video lies beside it without a name, unsealed. "
               "Of a camera with a mask, and of\nall where plant.yaml says so "
               "(exports: second_person), it only asks and ends\nwith 1: "
               "another person says yes in the console, then --order takes it "
               "out.\n--covered needs no second person for a mask: nobody can "
               "take it off there. Such a\ncopy is encoded anew and proves "
               "nothing by itself; it begins with the first picture\nthat "
               "stands alone.",
    .run = run,
};
