/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/csv - a table as spreadsheets write it.
 *
 * Commas, quotes doubled inside quotes, lines ended by LF or CRLF, a mark of
 * UTF-8 at the start; empty lines are passed over.
 *
 * Source: RFC 4180.
 */
#ifndef CMD_CAMERA_CSV_H
#define CMD_CAMERA_CSV_H

#include "base/bytes.h"
#include "base/status.h"

enum {
    CSV_BYTES_MAX = 1 << 20,
    CSV_ROWS_MAX = 4097, /* a heading and CAMERAS_MAX */
    CSV_COLUMNS_MAX = 32,
};

struct csv_row {
    uint32_t line; /* from 1; where it begins */
    uint32_t count;
    struct text cells[CSV_COLUMNS_MAX];
};

struct csv {
    char *memory; /* what the cells point into */
    struct csv_row *rows;
    size_t count;
    size_t capacity;
    uint32_t line; /* where reading stopped */
};

/* csv_deinit also after a failure, whose place is out->line. Fails with:
 * BAD_INPUT (a quote that does not end, or stands inside a cell), LIMIT,
 * NO_MEMORY. */
MUST_USE enum status csv_read(struct bytes file, struct csv *out);
void csv_deinit(struct csv *csv);

#endif
