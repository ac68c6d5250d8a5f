/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "cmd/camera/options.h"
#include "cmd/camera/pins.h"
#include "cmd/camera/rows_private.h"
#include "cmd/camera/survey.h"
#include "cmd/camera/wire.h"

/* Begins a line about a row. */
static void begin_line(const struct camera_rows_work *work,
                       const struct camera_row *row)
{
    (void)fprintf(stderr, "%s:%u: error: ", work->rows->from,
                  (unsigned)row->line);
}

/* The way on is the administrator's: look at the camera's page, confirm. */
static void say_certificate(const struct camera_rows_work *work,
                            const struct camera_row *row,
                            const struct camera_target *target,
                            const uint8_t seen[TLS_FINGERPRINT_SIZE])
{
    enum language language = work->rows->language;
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    hex_encode(bytes_of(seen, TLS_FINGERPRINT_SIZE), hex);
    const char *what =
        target->has_pin
            ? camera_either(language, "확인된 것과 다른 인증서를 보입니다",
                            "shows another certificate than the confirmed one")
            : camera_either(language, "아직 아무도 확인하지 않은 인증서를 보입니다",
                            "shows a certificate that nobody has confirmed");
    begin_line(work, row);
    (void)fprintf(
        stderr,
        language == LANGUAGE_KOREAN
            ? "카메라 %.*s: %s: sha256 %s - 카메라의 설정 화면에 나오는 지문과 "
              "비교하고, 같으면 --fingerprint %s를 붙여 다시 실행하십시오"
              "(표에서는 fingerprint 열). 또는 path를 적으십시오\n"
            : "camera %.*s %s: sha256 %s - compare it with what the camera's "
              "own page shows; where it is the same, run this again with "
              "--fingerprint %s (in a table: the column fingerprint). Or write "
              "its path\n",
        (int)row->id.size, row->id.data, what, hex, hex);
}

/* Its stream's is the one that is pinned; ONVIF need not be asked again. */
static void say_stream_certificate(const struct camera_rows_work *work,
                                   const struct camera_row *row,
                                   uint16_t port, const char *path,
                                   const uint8_t seen[TLS_FINGERPRINT_SIZE])
{
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    hex_encode(bytes_of(seen, TLS_FINGERPRINT_SIZE), hex);
    begin_line(work, row);
    (void)fprintf(
        stderr,
        work->rows->language == LANGUAGE_KOREAN
            ? "카메라 %.*s: 영상 스트림은 ONVIF와 다른 인증서를 보입니다: sha256 "
              "%s - 카메라의 설정 화면에 나오는 지문과 비교하고, 같으면 --port %u "
              "--path %s --fingerprint %s를 붙여 다시 실행하십시오(표에서는 "
              "port, path, fingerprint 열)\n"
            : "camera %.*s: its stream shows another certificate than ONVIF: "
              "sha256 %s - compare it with what the camera's own page shows; "
              "where it is the same, run this again with --port %u --path %s "
              "--fingerprint %s (in a table: the columns port, path and "
              "fingerprint)\n",
        (int)row->id.size, row->id.data, hex, (unsigned)port, path, hex);
}

static void say_unasked(const struct camera_rows_work *work,
                        const struct camera_row *row, enum status status,
                        const struct camera_survey *survey)
{
    begin_line(work, row);
    (void)fprintf(stderr,
                  work->rows->language == LANGUAGE_KOREAN
                      ? "카메라 %.*s: ONVIF로 path를 알려주지 않습니다: %s %s - "
                        "path를 적거나 host, onvif_port, 비밀번호를 "
                        "확인하십시오\n"
                      : "camera %.*s does not say its path over ONVIF: %s %s - "
                        "write its path, or check host, onvif_port and "
                        "password\n",
                  (int)row->id.size, row->id.data, status_name(status),
                  survey->fault.reason);
}

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
    say_stream_certificate(work, row, port, survey->path, seen);
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
    if (s == STATUS_OK)
        take_found(row, target->camera, survey);
    else if (s == STATUS_CONFLICT && target->camera->is_secure)
        say_certificate(work, row, target, survey->seen);
    else
        say_unasked(work, row, s, survey);
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
                                  &target);
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
