/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/gate_site - an installation of the example that is no demo, on a
 * stage: its periods are days, a change is announced seven days before, and the
 * keeper's clock is in the test's hand.
 */
#ifndef SUPPORT_GATE_SITE_H
#define SUPPORT_GATE_SITE_H

#include "model/notice_version.h"
#include "support/gate_stage.h"

/* In a file of the example: the first find becomes replacement. */
struct stage_change {
    const char *find;
    const char *replacement;
};

/* The directory; nothing runs yet. */
void gate_site_make(struct gate_stage *stage);
/* A file in it. */
void gate_site_put(const struct gate_stage *stage, const char *name,
                   struct bytes content);

/* The first find in the text. */
struct buffer;
void gate_site_replace(struct buffer *text, const char *find,
                       const char *replacement);

/* By the keeper's clock; civil days of Korea. */
int64_t gate_site_today(const struct gate_stage *stage);
/* The keeper is there anew, and so its clock is known at once. */
void gate_site_clock(struct gate_stage *stage, int64_t ahead_us);

/* The notice with changes and its dates, as a draft: its hash. */
void gate_site_draft(const struct gate_stage *stage,
                     const struct stage_change *changes, size_t count,
                     int64_t effective_day, char sha256[NOTICE_DIGEST_SIZE]);
enum status gate_site_publish(struct gate_stage *stage, const char *sha256,
                              int64_t day, bool is_at_once);

#endif
