/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/report - a camera's answers as what a notice promises of it.
 *
 * Threads: none of its own.
 */
#ifndef ONVIF_REPORT_H
#define ONVIF_REPORT_H

#include "model/camera_report.h"
#include "onvif/answer.h"

void onvif_report_profiles(const struct onvif_profiles *profiles,
                           struct camera_report *out);

/*
 * How many masks are on, and the digest of all of them: of each its source,
 * type, polygon and whether it is on, hashed; these hashes sorted, hashed
 * again. Tokens do not count: cameras make them anew. Fails with: INTERNAL;
 * then out is as before.
 */
MUST_USE enum status onvif_report_masks(const struct onvif_masks *masks,
                                        struct camera_report *out);

/* count: of storages or of recordings; one answer does not undo another. */
void onvif_report_copies(size_t count, struct camera_report *out);

#endif
