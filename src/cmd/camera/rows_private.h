/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/camera/rows_private - what the files of cmd/camera/rows share. */
#ifndef CMD_CAMERA_ROWS_PRIVATE_H
#define CMD_CAMERA_ROWS_PRIVATE_H

#include <stdbool.h>

#include "cmd/camera/rows.h"
#include "cmd/camera/survey.h"

enum { CAMERA_ROWS_PATH_SIZE = 1100 };

struct camera_rows_work {
    struct camera_rows *rows;
    char plant_path[CAMERA_ROWS_PATH_SIZE];
    uint8_t *before; /* the file as it is */
    size_t before_size;
    size_t cameras_before;
    struct buffer after;
    struct plant *plant; /* of the new text; the rows are its last cameras */
    struct notice *notice;
    struct findings findings;
    size_t insert_at; /* an offset into before */
    uint32_t insert_line;
    unsigned indent;
    bool has_list;
};

static inline const struct plant_camera *
camera_rows_camera(const struct camera_rows_work *work, size_t row)
{
    return &work->plant->cameras[work->cameras_before + row];
}

/* Gives numbers and ids to the rows that have none: "never given twice", so
 * above all that plant.yaml, the rows and the installation's books of cameras
 * know. Fails with: NO_MEMORY. */
MUST_USE enum status camera_rows_number(struct camera_rows *rows,
                                        const struct plant *plant);

/* Asks the cameras whose path is missing, into their rows. EXIT_OK, or another
 * code after a word about each that was asked in vain. *has_asked: one was. */
int camera_rows_ask(struct camera_rows_work *work, bool *has_asked);

/* ---- a line on standard error, of a camera that was asked in vain ---- */

/* Of ONVIF, and nobody has confirmed it. */
void camera_rows_say_certificate(const struct camera_rows_work *work,
                                 const struct camera_row *row,
                                 const struct camera_target *target,
                                 const uint8_t seen[TLS_FINGERPRINT_SIZE]);

/* Of the stream at port, and not that of ONVIF. */
void camera_rows_say_stream_certificate(
    const struct camera_rows_work *work, const struct camera_row *row,
    uint16_t port, const struct camera_survey *survey,
    const uint8_t seen[TLS_FINGERPRINT_SIZE]);

void camera_rows_say_unasked(const struct camera_rows_work *work,
                             const struct camera_row *row,
                             const struct camera_survey *survey);

/* Its path is not that of the profile that came first; of one that was found
 * all the same. */
void camera_rows_say_missed(const struct camera_rows_work *work,
                            const struct camera_row *row,
                            const struct camera_survey *survey);

/* ---- what came of it ---- */

/* What was added, and what the notice has to say from now on. */
void camera_rows_print(const struct camera_rows_work *work);
void camera_rows_print_json(const struct camera_rows_work *work);

#endif
