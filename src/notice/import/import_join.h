/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/import_join - tables with one cell a line, as some viewers
 * copy them: each row becomes one line with tabs, in the place of its first
 * cell. Cells that were empty or merged are not there; a row is told by its
 * count, its telephone number or its number of cells. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_IMPORT_JOIN_H
#define NOTICE_IMPORT_IMPORT_JOIN_H

#include "notice/import/import_text.h"

/* After import_sections_find. Joined lines keep their numbers and no text. */
void import_join_cells(struct import_text *text);

#endif
