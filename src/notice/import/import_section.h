/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/import_section - which part of the notice each line is in.
 *
 * A part begins with a numbered heading that holds one of its words, in any
 * order and under any number; a line below belongs to the last heading. The
 * text of the signboard is found by its own lines wherever it stands, since it
 * has no heading. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_IMPORT_SECTION_H
#define NOTICE_IMPORT_IMPORT_SECTION_H

#include "notice/import/import_text.h"

/* Sets section, is_heading and body of each line; headings are understood. */
void import_sections_find(struct import_text *text);

/* "2-1. 본관", "2.1 본관", "나-1) 별관": a part of the cameras' section; *title is what
 * follows the number. */
bool import_is_subheading(struct text line, struct text *title);

/* A line "key : value" or "▶ key": *value is what follows, perhaps nothing. */
bool import_is_keyed(struct text line, const char *key, struct text *value);

#endif
