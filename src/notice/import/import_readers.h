/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/import_readers - one reader for each part of a notice.
 *
 * Each takes the lines of its own section, sets what it finds in the draft
 * and marks the lines that it understood. They run in the order below: people
 * and storage refer to sites and groups. Memory failures are sticky in the
 * draft. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_IMPORT_READERS_H
#define NOTICE_IMPORT_IMPORT_READERS_H

#include "notice/import/draft.h"
#include "notice/import/import_text.h"

/* Title, introduction, and the days wherever they stand. */
void import_read_head(struct import_text *text, struct draft *draft);
void import_read_purposes(struct import_text *text, struct draft *draft);

/* The table of cameras: rows "site, count, place, coverage" in the order that
 * its header says, or as their contents tell. */
void import_read_cameras(struct import_text *text, struct draft *draft);

/* What each purpose is in the law's list, as its words and the bases tell. */
void import_read_purpose_kinds(struct import_text *text, struct draft *draft);
void import_read_people(struct import_text *text, struct draft *draft);

/* Bodies above and below, who owns, operates, stores; opinions gathered. After
 * the cameras: a site has bodies of its own. */
void import_read_bodies(struct import_text *text, struct draft *draft);

/* Hours, periods, places of storage, processing. */
void import_read_keeping(struct import_text *text, struct draft *draft);
void import_read_checking(struct import_text *text, struct draft *draft);
void import_read_outsourcing(struct import_text *text, struct draft *draft);
void import_read_requests(struct import_text *text, struct draft *draft);
void import_read_measures(struct import_text *text, struct draft *draft);
void import_read_changes(struct import_text *text, struct draft *draft);
void import_read_remedies(struct import_text *text, struct draft *draft);
void import_read_sign(struct import_text *text, struct draft *draft);

#endif
