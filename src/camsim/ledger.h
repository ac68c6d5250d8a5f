/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camsim/ledger - one line for each access unit that was sent whole:
 *
 *   camera index boottime_us wall_us sha256hex
 *
 * index: runs on for ever; modulo the clip's frames it is the frame's number,
 * and so the counter burned into the demo's clips. The digest is that of the
 * sample in MP4 form, as a receiver stores it. Lines are buffered; the owner
 * flushes at least every LEDGER_FLUSH_MS.
 */
#ifndef CAMSIM_LEDGER_H
#define CAMSIM_LEDGER_H

#include "base/status.h"
#include "base/time.h"
#include "sys/file.h"

enum { LEDGER_FLUSH_MS = 200 };

struct ledger;

struct ledger_line {
    uint32_t camera;
    uint64_t index;
    struct boot_time boot;
    struct wall_time wall;
    const char *digest; /* hexadecimal, terminated */
};

/* Begins an empty file. Fails with: what file_open fails with. */
MUST_USE enum status ledger_create(const struct file_layer *layer,
                                   const char *path, struct ledger **out);

/* Flushes and closes. */
void ledger_destroy(struct ledger **ledger);

/* Sticky failure: ledger_flush tells. */
void ledger_append(struct ledger *ledger, const struct ledger_line *line);

/* Fails with: IO, NO_SPACE, NO_MEMORY; for good. */
MUST_USE enum status ledger_flush(struct ledger *ledger);

#endif
