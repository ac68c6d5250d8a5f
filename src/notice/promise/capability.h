/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/promise/capability - what a camera says of itself, held against what
 * the notice says of its group.
 *
 * Sound is never promised: the law forbids it. Threads: none; pure.
 */
#ifndef NOTICE_PROMISE_CAPABILITY_H
#define NOTICE_PROMISE_CAPABILITY_H

#include "model/camera_report.h"
#include "notice/promise/promise.h"

/*
 * masks_sha256: the masks as they are to be, CAMERA_MASKS_SHA256_SIZE bytes;
 * empty: not known. differs: by capability; TAMPERED is left as it is.
 */
void capability_compare(const struct notice_group *group,
                        const struct camera_report *report,
                        struct bytes masks_sha256,
                        bool differs[CAPABILITY_COUNT]);

/* What it is called where the two differ. */
enum drift capability_drift(enum capability capability);

#endif
