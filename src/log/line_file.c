/* SPDX-License-Identifier: Apache-2.0 */
#include "log/line_file.h"

#include <string.h>

#include "base/alloc.h"

enum status line_file_init(struct line_file *lines, struct file *file)
{
    return line_file_init_wide(lines, file, LINE_FILE_WINDOW);
}

enum status line_file_init_wide(struct line_file *lines, struct file *file,
                                size_t window)
{
    *lines = (struct line_file){.file = file, .window_most = window};
    lines->window = alloc_array(window, 1);
    if (lines->window == NULL)
        return STATUS_NO_MEMORY;
    enum status s = file_size(file, &lines->size);
    if (s != STATUS_OK)
        line_file_deinit(lines);
    return s;
}

void line_file_deinit(struct line_file *lines)
{
    alloc_free(lines->window);
    *lines = (struct line_file){.file = NULL};
}

/* Moves the window so that it begins where the next line does. */
static enum status fill(struct line_file *lines)
{
    uint64_t left = lines->size - lines->at;
    size_t wanted =
        left < lines->window_most ? (size_t)left : lines->window_most;
    lines->window_at = lines->at;
    lines->window_size = 0;
    enum status s = file_read_at(lines->file, lines->at, lines->window, wanted);
    if (s == STATUS_OK)
        lines->window_size = wanted;
    return s == STATUS_END ? STATUS_IO : s;
}

/* The line in the window, if it ends there. */
bool line_file_held(struct line_file *lines, struct text *line,
                    uint64_t *offset)
{
    size_t skip = (size_t)(lines->at - lines->window_at);
    if (skip >= lines->window_size)
        return false;
    const uint8_t *start = lines->window + skip;
    const uint8_t *end = memchr(start, '\n', lines->window_size - skip);
    if (end == NULL)
        return false;
    *line = bytes_text(bytes_of(start, (size_t)(end - start)));
    *offset = lines->at;
    lines->at += line->size + 1;
    return true;
}

enum status line_file_next(struct line_file *lines, struct text *line,
                           uint64_t *offset)
{
    if (lines->at == lines->size)
        return STATUS_END;
    if (line_file_held(lines, line, offset))
        return STATUS_OK;
    enum status s = fill(lines);
    if (s != STATUS_OK)
        return s;
    if (line_file_held(lines, line, offset))
        return STATUS_OK;
    if (lines->window_at + lines->window_size < lines->size)
        return STATUS_LIMIT;
    *line = bytes_text(bytes_of(lines->window, lines->window_size));
    *offset = lines->at;
    return STATUS_AGAIN;
}
