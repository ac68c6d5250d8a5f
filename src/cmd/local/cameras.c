/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/cameras.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/local/json.h"
#include "cmd/people_time.h"

/* As much as the API tells at once. */
static const int64_t LOOK_BACK_US = INT64_C(62) * 86400 * SECOND_US;

/* ---- seconds
 * -----------------------------------------------------------------
 */

static int64_t overlap_us(const json_t *pair, struct wall_time from,
                          struct wall_time to)
{
    int64_t begin = (int64_t)json_integer_value(json_array_get(pair, 0));
    int64_t end = (int64_t)json_integer_value(json_array_get(pair, 1));
    begin = begin < from.us ? from.us : begin;
    end = end > to.us ? to.us : end;
    return end > begin ? end - begin : 0;
}

static int64_t recorded_us(const struct local_order *order, const char *session,
                           uint32_t camera, struct wall_time from,
                           struct wall_time to)
{
    char path[160];
    json_t *answer = NULL;
    unsigned code = 0;
    size_t i = 0;
    const json_t *pair = NULL;
    int64_t sum_us = 0;
    (void)snprintf(path, sizeof path,
                   "/api/v1/cameras/%" PRIu32 "/coverage?from=%" PRId64
                   "&to=%" PRId64,
                   camera, from.us, to.us);
    const struct local_call call = {.path = path, .session = session};
    if (local_json(order->directory, &call, &code, &answer) != STATUS_OK ||
        code != 200) {
        json_decref(answer);
        return -1;
    }
    json_array_foreach(json_object_get(answer, "recorded"), i, pair) sum_us +=
        overlap_us(pair, from, to);
    json_decref(answer);
    return sum_us;
}

static void show_camera(const struct local_order *order, const char *session,
                        const json_t *camera, struct wall_time now)
{
    char from_shown[PEOPLE_TIME_SIZE];
    char to_shown[PEOPLE_TIME_SIZE];
    struct wall_time from = {now.us - LOOK_BACK_US};
    struct wall_time to = now;
    uint32_t number =
        (uint32_t)json_integer_value(json_object_get(camera, "number"));
    const char *name = json_string_value(json_object_get(camera, "ko"));
    if (order->has_from) {
        from = order->from;
        to = order->to;
    }
    int64_t sum_us = recorded_us(order, session, number, from, to);
    people_time_format(from, from_shown);
    people_time_format(to, to_shown);
    (void)fprintf(stderr, "  camera %" PRIu32 " %s: ", number,
                  name == NULL ? "" : name);
    if (order->has_from)
        (void)fprintf(stderr, "%s .. %s", from_shown, to_shown);
    else
        (void)fprintf(stderr, "all video until now");
    if (sum_us >= 0)
        (void)fprintf(stderr, ", %lld s recorded",
                      (long long)(sum_us / SECOND_US));
    (void)fprintf(stderr, "\n");
}

/* ---- cameras
 * ------------------------------------------------------------------
 */

static bool is_wanted(const struct local_order *order, const json_t *camera)
{
    uint64_t number = 0;
    const char *id = json_string_value(json_object_get(camera, "id"));
    if (order->camera == NULL)
        return true;
    bool is_number = number_parse_u64(text_of(order->camera), 1, UINT32_MAX,
                                      &number) == STATUS_OK;
    return is_number ? (json_int_t)number ==
                           json_integer_value(json_object_get(camera, "number"))
                     : id != NULL && strcmp(order->camera, id) == 0;
}

static void take(const struct local_order *order, const char *session,
                 const json_t *camera, struct wall_time now,
                 struct local_camera *out)
{
    const char *id = json_string_value(json_object_get(camera, "id"));
    show_camera(order, session, camera, now);
    if (order->camera == NULL)
        return;
    out->number =
        (uint32_t)json_integer_value(json_object_get(camera, "number"));
    (void)text_copy(text_of(id), out->id, sizeof out->id);
}

static size_t walk(const struct local_order *order, const char *session,
                   const json_t *list, struct local_camera *out)
{
    size_t found = 0;
    size_t s = 0;
    size_t g = 0;
    size_t c = 0;
    const json_t *site = NULL;
    const json_t *group = NULL;
    const json_t *camera = NULL;
    struct wall_time now = {
        (int64_t)json_integer_value(json_object_get(list, "clock_us"))};
    json_array_foreach(json_object_get(list, "sites"), s, site)
        json_array_foreach(json_object_get(site, "groups"), g, group)
            json_array_foreach(json_object_get(group, "cameras"), c, camera)
    {
        if (!is_wanted(order, camera))
            continue;
        take(order, session, camera, now, out);
        found++;
    }
    return found;
}

int local_cameras_show(const struct local_order *order, const char *session,
                       struct local_camera *out)
{
    json_t *answer = NULL;
    unsigned code = 0;
    *out = (struct local_camera){.number = 0};
    const struct local_call call = {.path = "/api/v1/cameras",
                                    .session = session};
    enum status s = local_json(order->directory, &call, &code, &answer);
    if (s != STATUS_OK)
        return local_request_explain(order->directory, s);
    if (code != 200) {
        (void)fprintf(stderr, "haechi %s: cameras: %s\n",
                      order->command->name, local_problem(answer));
        json_decref(answer);
        return EXIT_ENVIRONMENT;
    }
    size_t found = walk(order, session, answer, out);
    json_decref(answer);
    if (found > 0)
        return EXIT_OK;
    return options_refuse(order->command,
                          "no such camera that this person may see:",
                          order->camera == NULL ? "" : order->camera);
}
