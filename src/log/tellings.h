/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tellings - what cameras have told of themselves, as the log has it:
 * the last camera.told of each, the masks of its first, and whether a
 * camera.tamper is not over.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_TELLINGS_H
#define LOG_TELLINGS_H

#include "log/entry_line.h"
#include "model/camera_report.h"

struct telling {
    uint32_t camera;
    bool has_report;
    struct camera_report report; /* the last */
    struct wall_time since;      /* of it */
    bool has_masks; /* it has told of masks once */
    uint8_t first_masks_sha256[CAMERA_MASKS_SHA256_SIZE];
    uint64_t tamper; /* the entry of one that is not over; 0: none */
    struct wall_time tamper_since;
};

struct tellings {
    struct telling *list;
    size_t count;
    size_t capacity;
    bool failed; /* out of memory: answers are not complete */
};

void tellings_deinit(struct tellings *tellings);

/* Takes an entry in; sticky failure. */
void tellings_add(struct tellings *tellings, const struct entry_line *entry);

/* NULL: it has told nothing. Borrowed until the next tellings_add. */
const struct telling *tellings_find(const struct tellings *tellings,
                                    uint32_t camera);

#endif
