/* SPDX-License-Identifier: Apache-2.0 */
/* notice/import/draft_write_sites - what cameras are there, what for, when and
 * how long, as lines of notice.yaml. */
#ifndef NOTICE_IMPORT_DRAFT_WRITE_SITES_H
#define NOTICE_IMPORT_DRAFT_WRITE_SITES_H

#include "notice/import/draft_put.h"

/* Purposes, hours, period, sum, and the sites with their groups. */
void draft_write_sites(struct draft_writer *w);

/* Who owns, operates, stores; of the whole or of a site. */
void draft_write_bodies(struct draft_writer *w,
                        const struct draft_bodies *bodies);

#endif
