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

struct camsim_ledger;

struct camsim_ledger_line {
    uint32_t camera;
    uint64_t index;
    struct boot_time boot;
    struct wall_time wall;
    const char *digest; /* hexadecimal, terminated */
};

/* Begins an empty file. Fails with: what file_open fails with. */
MUST_USE enum status camsim_ledger_create(const struct file_layer *layer,
                                          const char *path,
                                          struct camsim_ledger **out);

/* Flushes and closes. */
void camsim_ledger_destroy(struct camsim_ledger **ledger);

/* Sticky failure: camsim_ledger_flush tells. */
void camsim_ledger_append(struct camsim_ledger *ledger,
                          const struct camsim_ledger_line *line);

/* Fails with: IO, NO_SPACE, NO_MEMORY; for good. */
MUST_USE enum status camsim_ledger_flush(struct camsim_ledger *ledger);

#endif
