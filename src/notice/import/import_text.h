/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/import_text - a published text as lines, cells and words.
 *
 * The text is copied once and made even: one kind of line end, one kind of
 * space, nothing invisible. All views point into that copy. A line that holds
 * what may not stand in a notice (base/text.h, but for tabs) keeps its number
 * and no text.
 *
 * Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_IMPORT_TEXT_H
#define NOTICE_IMPORT_IMPORT_TEXT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum {
    IMPORT_BYTES_MAX = 1 << 20, /* of the text; what is beyond is not read */
    IMPORT_LINES_MAX = 20000,
    IMPORT_LINE_BYTES_MAX = 8000, /* longer lines are not understood */
    IMPORT_CELLS_MAX = 48,        /* the last one holds the rest */
};

/* The parts of a published notice. */
enum import_section {
    IMPORT_SECTION_HEAD = 0, /* title and introduction */
    IMPORT_SECTION_PURPOSES,
    IMPORT_SECTION_CAMERAS,
    IMPORT_SECTION_PEOPLE,
    IMPORT_SECTION_KEEPING, /* hours, period, place of storage, processing */
    IMPORT_SECTION_CHECKING,
    IMPORT_SECTION_OUTSOURCING,
    IMPORT_SECTION_REQUESTS,
    IMPORT_SECTION_MEASURES,
    IMPORT_SECTION_CHANGES,
    IMPORT_SECTION_REMEDIES,
    IMPORT_SECTION_PARTS,
    IMPORT_SECTION_SIGN,
    IMPORT_SECTION_COUNT
};

struct import_line {
    struct text text; /* as it stands, blanks at its ends too */
    struct text body; /* trimmed; of a heading: what follows its title */
    uint32_t number;  /* from 1 */
    enum import_section section;
    bool is_heading;
    bool is_unfit;      /* not plain, or too long: text is empty */
    bool is_understood; /* some reader took it */
};

struct import_text {
    char *characters;
    size_t size;
    struct import_line *lines;
    size_t count;
    bool is_cut; /* it had more lines or bytes than we read */
};

/* Fails with: NO_MEMORY. */
MUST_USE enum status import_text_init(struct import_text *text,
                                      struct bytes published);

void import_text_deinit(struct import_text *text);

/* Makes every tab a blank, in all views: a value may span cells, and holds no
 * tab. After the last reader. */
void import_text_end_cells(struct import_text *text);

/* How a line was cut: the fewer blanks, the less its cells can be trusted. */
enum import_cut {
    IMPORT_CUT_TABS = 1, /* at each tab or |; cells may be empty */
    IMPORT_CUT_RUNS,     /* at two blanks and more; no cell is empty */
    IMPORT_CUT_WORDS,    /* at each blank */
};

struct import_cells {
    struct text list[IMPORT_CELLS_MAX];
    size_t count;
    enum import_cut cut;
};

struct import_cells import_cells_of(struct text line);

/* The cells that are not empty. */
struct import_cells import_cells_filled(const struct import_cells *cells);

/* From the beginning of cell first to the end of cell last, as it stands. */
struct text import_cells_span(const struct import_cells *cells, size_t first,
                              size_t last);

/* Index of the first such characters, or SIZE_MAX. */
size_t import_find(struct text text, const char *wanted);
bool import_holds(struct text text, const char *wanted);
bool import_starts(struct text text, const char *wanted);
bool import_ends(struct text text, const char *wanted);

/* The text without its first count bytes; before and behind an index. */
struct text import_from(struct text text, size_t index);
struct text import_until(struct text text, size_t index);

/* Equal, and contained, if blanks do not count. */
bool import_same_letters(struct text a, struct text b);
bool import_holds_letters(struct text text, struct text wanted);

/* Characters of UTF-8. */
size_t import_letter_count(struct text text);

/* Bytes of the first character; 0 at the end. */
size_t import_letter_size(struct text text);

/* Without bullets, dashes and the like in front: "- ◎ 가. ". *had_bullet says
 * whether there was one; may be NULL. */
struct text import_unbullet(struct text text, bool *had_bullet);

#endif
