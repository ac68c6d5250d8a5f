/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is taken out: as the options say, or (--order) as it was asked for. Where
 * another person's word is needed the options only ask; what leaves then is what
 * the order says, word for word.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/package/export.h"
#include "cmd/people_time.h"

enum { CREATED = 201, PATH_SIZE_MAX = 160 };

/* ---- asking ---- */

int export_post(const struct export_job *job, const char *path, json_t *body,
                json_t **answer)
{
    unsigned code = 0;
    char *text = local_dump(body, JSON_COMPACT);
    const struct local_call call = {.method = "POST",
                                    .path = path,
                                    .body = text_of(text == NULL ? "" : text),
                                    .session = job->session};
    enum status s = text == NULL ? STATUS_NO_MEMORY
                                 : local_json(job->options->order.directory,
                                              &call, &code, answer);
    json_decref(body);
    alloc_free(text);
    if (s != STATUS_OK)
        return local_request_explain(job->options->order.directory, s);
    if (code == CREATED)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi export: refused (%u): %s\n", code,
                  local_problem(*answer));
    return code == 400 || code == 404 ? EXIT_USAGE : EXIT_ENVIRONMENT;
}

static int get(const struct export_job *job, const char *path,
               const char *what, json_t **out)
{
    unsigned code = 0;
    const struct local_call call = {.path = path, .session = job->session};
    enum status s =
        local_json(job->options->order.directory, &call, &code, out);
    if (s == STATUS_OK && code == 404)
        s = STATUS_NOT_FOUND;
    else if (s == STATUS_OK && code != 200)
        s = STATUS_DENIED;
    return s == STATUS_OK ? EXIT_OK : export_explain(what, s);
}

/* ---- cameras ---- */

static const json_t *find_camera(const json_t *list, const char *wanted)
{
    size_t s = 0;
    size_t g = 0;
    size_t c = 0;
    const json_t *site = NULL;
    const json_t *group = NULL;
    const json_t *camera = NULL;
    uint64_t number = 0;
    bool is_number =
        number_parse_u64(text_of(wanted), 1, UINT32_MAX, &number) == STATUS_OK;
    json_array_foreach(json_object_get(list, "sites"), s, site)
        json_array_foreach(json_object_get(site, "groups"), g, group)
            json_array_foreach(json_object_get(group, "cameras"), c, camera)
    {
        if (is_number ? (long long)number == local_number(camera, "number")
                      : strcmp(wanted, local_text(camera, "id")) == 0)
            return camera;
    }
    return NULL;
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = ((const struct manifest_camera *)a)->camera;
    uint32_t right = ((const struct manifest_camera *)b)->camera;
    return left < right ? -1 : left > right;
}

static int take_camera(struct export_job *job, const char *wanted)
{
    struct manifest *manifest = job->manifest;
    const json_t *camera = find_camera(job->cameras, wanted);
    if (camera == NULL)
        return options_refuse(&COMMAND_EXPORT,
                              "no such camera that this person may see:",
                              wanted);
    if (manifest->camera_count == MANIFEST_CAMERAS_MAX)
        return export_explain("cameras", STATUS_LIMIT);
    manifest->cameras[manifest->camera_count++] = (struct manifest_camera){
        .camera = (uint32_t)local_number(camera, "number"),
        .is_masked = json_array_size(json_object_get(camera, "masks")) > 0,
    };
    return EXIT_OK;
}

/* Numbers, ascending, each once. wanted: of an order; NULL: the options'. */
static int resolve_cameras(struct export_job *job, const json_t *wanted)
{
    const struct export_options *options = job->options;
    struct manifest *manifest = job->manifest;
    char number[16];
    int code = EXIT_OK;
    for (size_t i = 0; code == EXIT_OK && i < json_array_size(wanted); i++) {
        (void)snprintf(number, sizeof number, "%lld",
                       (long long)json_integer_value(json_array_get(wanted, i)));
        code = take_camera(job, number);
    }
    for (size_t i = 0; code == EXIT_OK && i < options->camera_count; i++)
        code = take_camera(job, options->cameras[i]);
    if (code != EXIT_OK)
        return code;
    qsort(manifest->cameras, manifest->camera_count,
          sizeof *manifest->cameras, by_number);
    for (size_t i = 1; i < manifest->camera_count; i++) {
        if (manifest->cameras[i].camera == manifest->cameras[i - 1].camera)
            return options_refuse(&COMMAND_EXPORT, "named twice:", "--camera");
    }
    return EXIT_OK;
}

/* What masks there are, in words: {"what", "by"} each. */
static json_t *masks_of(const json_t *camera)
{
    json_t *masks = json_array();
    const json_t *mask = NULL;
    size_t i = 0;
    json_array_foreach(json_object_get(camera, "masks"), i, mask)
        (void)json_array_append_new(
            masks, json_pack("{ss,ss}", "what", local_text(mask, "what"), "by",
                             local_text(mask, "by")));
    return masks;
}

static json_t *describe_cameras(const struct export_job *job)
{
    json_t *cameras = json_array();
    for (size_t i = 0; i < job->manifest->camera_count; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%" PRIu32,
                       job->manifest->cameras[i].camera);
        const json_t *camera = find_camera(job->cameras, number);
        (void)json_array_append_new(
            cameras,
            json_pack("{sI,ss,ss,so}", "camera",
                      (json_int_t)job->manifest->cameras[i].camera, "ko",
                      local_text(camera, "ko"), "en", local_text(camera, "en"),
                      "masks", masks_of(camera)));
    }
    return cameras;
}

/* ---- by the options ---- */

static int describe(struct export_job *job)
{
    const struct export_options *options = job->options;
    job->manifest->about = json_pack(
        "{so,ss,ss,ss,ss,ss,sb,sI}", "cameras", describe_cameras(job),
        "purpose", options->purpose, "reason", options->order.reason, "ground",
        options->ground, "receiver", options->receiver, "conditions",
        options->conditions, "provided", options->is_provided ? 1 : 0,
        "until_us", (json_int_t)options->until.us);
    return job->manifest->about == NULL
               ? export_explain("the words", STATUS_NO_MEMORY)
               : EXIT_OK;
}

static json_t *order_body(const struct export_job *job)
{
    const struct export_options *options = job->options;
    json_t *cameras = json_array();
    for (size_t i = 0; i < job->manifest->camera_count; i++)
        (void)json_array_append_new(
            cameras,
            json_integer((json_int_t)job->manifest->cameras[i].camera));
    return json_pack(
        "{so,sI,sI,sI,si,si,si,ss,ss,ss,ss,ss}", "cameras", cameras, "from",
        (json_int_t)options->order.from.us, "to",
        (json_int_t)options->order.to.us, "until",
        (json_int_t)options->until.us, "provided", options->is_provided ? 1 : 0,
        "password", options->zip_password_file != NULL ? 1 : 0, "covered",
        options->is_covered ? 1 : 0, "purpose", options->purpose, "ground",
        options->ground, "receiver",
        options->receiver, "conditions", options->conditions, "reason",
        options->order.reason);
}

/* Asks, says how it goes on, and ends there. */
static int only_ask(struct export_job *job)
{
    char expires[PEOPLE_TIME_SIZE];
    json_t *answer = NULL;
    int code =
        export_post(job, "/api/v1/exports/orders", order_body(job), &answer);
    if (code == EXIT_OK) {
        people_time_format(local_time(answer, "expires_us"), expires);
        (void)printf(
            "order %lld waits for another person's word, until %s; then: "
            "haechi export --dir %s --order %lld --out %s\n",
            (long long)local_number(answer, "order"), expires,
            job->options->order.directory,
            (long long)local_number(answer, "order"), job->options->out);
        code = EXIT_FINDING; /* nothing was taken out */
    }
    json_decref(answer);
    return code;
}

static bool needs_second(const struct export_job *job, const json_t *orders)
{
    bool needs = json_is_true(json_object_get(orders, "second_person"));
    if (job->options->is_covered)
        return false; /* the recorder says where it is refused */
    for (size_t i = 0; i < job->manifest->camera_count; i++)
        needs = needs || job->manifest->cameras[i].is_masked;
    return needs;
}

/* The answer of the gate, when it has been taken out. */
static void take_answer(struct export_job *job, const json_t *answer)
{
    struct manifest *manifest = job->manifest;
    manifest->export = (uint64_t)local_number(answer, "export");
    manifest->asked.from = local_time(answer, "asked_from_us");
    manifest->asked.to = local_time(answer, "asked_to_us");
    job->allowed.from = local_time(answer, "from_us");
    job->allowed.to = local_time(answer, "to_us");
    (void)fprintf(stderr, "export %" PRIu64 " is in the log\n",
                  manifest->export);
}

static int order_by_options(struct export_job *job)
{
    json_t *orders = NULL;
    json_t *answer = NULL;
    int code = resolve_cameras(job, NULL);
    if (code == EXIT_OK)
        code = describe(job);
    if (code == EXIT_OK)
        code = get(job, "/api/v1/exports/orders", "orders", &orders);
    bool must_wait = code == EXIT_OK && needs_second(job, orders);
    json_decref(orders);
    if (code != EXIT_OK || must_wait)
        return must_wait ? only_ask(job) : code;
    code = export_post(job, "/api/v1/exports", order_body(job), &answer);
    if (code == EXIT_OK)
        take_answer(job, answer);
    json_decref(answer);
    return code;
}

/* ---- by what was asked for ---- */

static int describe_order(struct export_job *job, const json_t *order)
{
    const char *why = local_text(order, "why");
    if (why[0] == 0)
        return export_explain("its texts cannot be read", STATUS_CORRUPT);
    job->manifest->about = json_pack(
        "{so,ss,ss,ss,ss,ss,sb,sI}", "cameras", describe_cameras(job),
        "purpose", local_text(order, "purpose"), "reason", why, "ground",
        local_text(order, "ground"), "receiver", local_text(order, "receiver"),
        "conditions", local_text(order, "conditions"), "provided",
        local_number(order, "provided") != 0 ? 1 : 0, "until_us",
        (json_int_t)local_number(order, "until_us"));
    job->manifest->order = (uint64_t)local_number(order, "order");
    if (json_is_true(json_object_get(order, "second")))
        job->manifest->approval = (uint64_t)local_number(order, "answer_entry");
    return job->manifest->about == NULL
               ? export_explain("the words", STATUS_NO_MEMORY)
               : EXIT_OK;
}

static int take_order(struct export_job *job)
{
    char path[PATH_SIZE_MAX];
    json_t *answer = NULL;
    (void)snprintf(path, sizeof path,
                   "/api/v1/exports/orders/%" PRIu64 "/export",
                   job->options->from_order);
    int code = export_post(
        job, path,
        json_pack("{si}", "password",
                  job->options->zip_password_file != NULL ? 1 : 0),
        &answer);
    if (code == EXIT_OK)
        take_answer(job, answer);
    json_decref(answer);
    return code;
}

static int order_by_number(struct export_job *job)
{
    char path[PATH_SIZE_MAX];
    json_t *list = NULL;
    (void)snprintf(path, sizeof path, "/api/v1/exports/orders/%" PRIu64,
                   job->options->from_order);
    int code = get(job, path, "the order", &list);
    const json_t *order = json_array_get(json_object_get(list, "orders"), 0);
    if (code == EXIT_OK)
        code = resolve_cameras(job, json_object_get(order, "cameras"));
    if (code == EXIT_OK)
        code = describe_order(job, order);
    if (code == EXIT_OK)
        code = take_order(job);
    json_decref(list);
    return code;
}

int export_order(struct export_job *job)
{
    int code = get(job, "/api/v1/cameras", "cameras", &job->cameras);
    if (code != EXIT_OK)
        return code;
    return job->options->from_order != 0 ? order_by_number(job)
                                         : order_by_options(job);
}
