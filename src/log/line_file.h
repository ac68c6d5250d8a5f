/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/line_file - walks the lines of a file, in pieces of fixed size.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_LINE_FILE_H
#define LOG_LINE_FILE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "sys/file.h"

enum { LINE_FILE_WINDOW = 1 << 18 }; /* bytes read at once; no line is longer */

struct line_file {
    struct file *file; /* borrowed */
    uint64_t size;     /* of the file, when the walk began */
    uint64_t at;       /* where the next line begins */
    uint8_t *window;
    size_t window_most;
    uint64_t window_at;
    size_t window_size;
};

/* Begins at the start. Fails with: NO_MEMORY, and as sys/file.h. */
MUST_USE enum status line_file_init(struct line_file *lines, struct file *file);
/* The same with so many bytes read at once, LINE_FILE_WINDOW at least. */
MUST_USE enum status line_file_init_wide(struct line_file *lines,
                                         struct file *file, size_t window);
void line_file_deinit(struct line_file *lines);

/*
 * The next line without its line feed, borrowed until the next call; *offset:
 * where it begins. Fails with: END (nothing is left), AGAIN (what is left has
 * no line feed: *line is all of it), LIMIT (a line longer than the window),
 * and as sys/file.h.
 */
MUST_USE enum status line_file_next(struct line_file *lines, struct text *line,
                                    uint64_t *offset);

/* The next line where it is read already: those before it stay as they are.
 * False: line_file_next has to look. */
bool line_file_held(struct line_file *lines, struct text *line,
                    uint64_t *offset);

#endif
