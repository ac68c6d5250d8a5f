/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/pins.h"
#include "cmd/camera/rows_private.h"
#include "cmd/camera/survey.h"
#include "cmd/camera/wire.h"

static void take_found(struct camera_row *row,
                       const struct plant_camera *camera,
                       const struct camera_survey *survey)
{
    (void)text_copy(text_of(survey->path), row->found_path,
                    sizeof row->found_path);
    (void)text_copy(text_of(survey->sub_path), row->found_sub_path,
                    sizeof row->found_sub_path);
    if (survey->port != camera->port) /* else it goes without saying */
        (void)snprintf(row->found_port, sizeof row->found_port, "%u",
                       (unsigned)survey->port);
}

/* What a person says of the certificate goes before what the book says. */
static void take_confirmed(const struct camera_row *row,
                           struct camera_target *target)
{
    uint8_t fingerprint[TLS_FINGERPRINT_SIZE];
    if (camera_pins_fingerprint(row->fingerprint, fingerprint) != STATUS_OK)
        return; /* there is none */
    memcpy(target->pin, fingerprint, sizeof target->pin);
    target->has_pin = true;
}

/* Whether its stream shows another certificate than was confirmed. Where nothing
 * answers the recorder will say so. */
static bool has_two_certificates(const struct camera_rows_work *work,
                                 const struct camera_row *row,
                                 const struct camera_target *target,
                                 const struct camera_survey *survey)
{
    uint8_t seen[TLS_FINGERPRINT_SIZE];
    AUTO(camera_wire_close) struct camera_wire *wire = NULL;
    uint16_t port = survey->port != 0 ? survey->port : target->camera->port;
    if (!target->camera->is_secure ||
        camera_wire_open(target, port, seen, &wire) != STATUS_CONFLICT)
        return false;
    camera_rows_say_stream_certificate(work, row, port, survey, seen);
    return true;
}

static int ask_stream(const struct camera_rows_work *work,
                      struct camera_row *row,
                      const struct camera_target *target,
                      struct camera_survey *survey)
{
    enum status s = camera_survey_stream(target, survey);
    if (s == STATUS_OK && has_two_certificates(work, row, target, survey))
        return EXIT_FINDING;
    if (s == STATUS_OK && survey->missed != NULL)
        camera_rows_say_missed(work, row, survey);
    if (s == STATUS_OK)
        take_found(row, target->camera, survey);
    else if (s == STATUS_CONFLICT && target->camera->is_secure)
        camera_rows_say_certificate(work, row, target, survey->seen);
    else
        camera_rows_say_unasked(work, row, survey);
    return s == STATUS_OK ? EXIT_OK : EXIT_FINDING;
}

static int ask_path(const struct camera_rows_work *work, struct camera_row *row,
                    const struct plant_camera *camera)
{
    struct camera_target target;
    AUTO(alloc_release) struct camera_survey *survey =
        alloc_zeroed(sizeof *survey);
    if (survey == NULL)
        return EXIT_ENVIRONMENT;
    int code = camera_target_init(work->rows->directory, work->plant, camera,
                                  work->rows->language, &target);
    if (code == EXIT_OK) {
        take_confirmed(row, &target);
        code = ask_stream(work, row, &target, survey);
    }
    camera_target_deinit(&target);
    return code;
}

int camera_rows_ask(struct camera_rows_work *work, bool *has_asked)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < work->rows->count; i++) {
        struct camera_row *row = &work->rows->list[i];
        if (row->path.size > 0)
            continue;
        int one = ask_path(work, row, camera_rows_camera(work, i));
        code = one == EXIT_OK ? code : one;
        *has_asked = true;
    }
    return code;
}
