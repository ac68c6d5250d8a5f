/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/rows - new cameras into plant.yaml: all of them, or none.
 *
 * What is there stays as it is, byte for byte, comments too; the rows go behind
 * the last camera. The new text is read back and checked like any plant.yaml,
 * in memory, before the file is replaced.
 */
#ifndef CMD_CAMERA_ROWS_H
#define CMD_CAMERA_ROWS_H

#include "base/buffer.h"
#include "model/language.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/plant.h"

/* As text, as they came; empty: not said. */
struct camera_row {
    struct text number;
    struct text id;
    struct text group;
    struct text name_ko;
    struct text name_en;
    struct text host;
    struct text port;
    struct text path;
    struct text sub_path; /* "-": none, whatever the camera says */
    struct text user;
    struct text password_file;
    struct text tls;       /* "true", or no */
    struct text fingerprint; /* of its certificate, as confirmed by a person */
    struct text transport;
    struct text onvif_port;
    uint32_t line;         /* where it came from */
    uint32_t first_line;   /* in the new plant.yaml */
    uint32_t last_line;
    char given_number[8];  /* for a row without one */
    char given_id[16];
    char found_path[512];  /* what the camera said */
    char found_sub_path[512];
    char found_port[8];
};

struct camera_rows {
    const char *directory;
    const char *from; /* the file of the rows, for findings */
    bool is_table;    /* what they lack goes into columns, else into options */
    struct camera_row *list;
    size_t count;
    enum language language;
};

/*
 * Adds them; paths that are missing are asked of the cameras. A certificate
 * whose fingerprint stands in a row is pinned for its camera; one that nobody
 * has confirmed is shown, and that camera is asked nothing. What is wrong is
 * said on standard error, at the row's own line, with its remedy; then the file
 * is as it was. What the notice now has to say is said too.
 * EXIT_OK, EXIT_USAGE (the rows), EXIT_FINDING (a camera was asked in vain),
 * EXIT_ENVIRONMENT.
 */
int camera_rows_add(struct camera_rows *rows, bool as_json);

#endif
