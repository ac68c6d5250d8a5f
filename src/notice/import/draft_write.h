/* SPDX-License-Identifier: Apache-2.0 */
/* notice/import/draft_write - a draft as notice.yaml, and as a list of values. */
#ifndef NOTICE_IMPORT_DRAFT_WRITE_H
#define NOTICE_IMPORT_DRAFT_WRITE_H

#include "base/buffer.h"
#include "notice/import/draft.h"

/* Appends the document to yaml (ask buffer_status) and each value to values
 * (struct import_value; memory failures are the draft's). */
void draft_write(struct draft *draft, struct buffer *yaml,
                 struct draft_list *values);

#endif
