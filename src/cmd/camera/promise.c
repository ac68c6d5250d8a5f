/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/promise.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/encoding.h"
#include "cmd/log_lines.h"
#include "log/limits.h"
#include "log/tellings.h"
#include "onvif/report.h"

enum { PATH_SIZE = 1100 };

enum status camera_promise_report(const struct camera_survey *survey,
                                  struct camera_report *out)
{
    *out = (struct camera_report){.knows_masks = false};
    onvif_report_profiles(&survey->profiles, out);
    if (survey->knows_storage)
        onvif_report_copies(survey->storages + survey->recordings, out);
    return survey->knows_masks ? onvif_report_masks(&survey->masks, out)
                               : STATUS_OK;
}

static enum status read_tellings(const char *directory,
                                 struct tellings *tellings)
{
    char path[PATH_SIZE];
    AUTO(log_lines_close) struct log_lines *lines = NULL;
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    (void)snprintf(path, sizeof path, "%s/log", directory);
    enum status s = log_lines_open(path, &lines);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK; /* it has not run yet */
    for (uint64_t at = 0; s == STATUS_OK; at++) {
        struct entry_line entry;
        at = log_lines_next(lines, ENTRY_CAMERA_TOLD, at);
        if (at >= log_lines_count(lines))
            break;
        buffer_clear(&line);
        s = log_lines_read(lines, at, &line);
        if (s == STATUS_OK)
            s = entry_line_read(buffer_text(&line), &entry);
        if (s == STATUS_OK)
            tellings_add(tellings, &entry);
    }
    return s;
}

/* Those that it told first; has_masks false: it has told none. */
static enum status first_masks(const char *directory,
                               const struct plant_camera *camera,
                               struct telling *out)
{
    AUTO(tellings_deinit) struct tellings tellings = {.list = NULL};
    enum status s = read_tellings(directory, &tellings);
    const struct telling *telling =
        s == STATUS_OK ? tellings_find(&tellings, camera->number) : NULL;
    if (telling != NULL)
        *out = *telling;
    return s;
}

enum status camera_promise_compare(const char *directory,
                                   const struct plant_camera *camera,
                                   const struct notice_group *group,
                                   const struct camera_report *report,
                                   bool differs[CAPABILITY_COUNT])
{
    uint8_t wanted[CAMERA_MASKS_SHA256_SIZE];
    struct bytes masks = bytes_of(wanted, 0);
    struct telling first = {.has_masks = false};
    enum status s = STATUS_OK;
    if (camera->camera_masks.size > 0) {
        s = hex_decode(camera->camera_masks, wanted, sizeof wanted);
        if (s == STATUS_OK)
            masks = bytes_of(wanted, sizeof wanted);
    } else if (report->knows_masks) {
        s = first_masks(directory, camera, &first);
        if (first.has_masks)
            masks = bytes_of(first.first_masks_sha256,
                             sizeof first.first_masks_sha256);
    }
    capability_compare(group, report, masks, differs);
    return s;
}
