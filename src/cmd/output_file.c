/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/output_file.h"

#include <stdio.h>

#include "cmd/command.h"
#include "cmd/findings_output.h"

static bool write_to(FILE *file, const struct buffer *content)
{
    bool is_written =
        fwrite(content->data, 1, content->size, file) == content->size;
    /* Closed in either case; a full disk may show only here. */
    return fclose(file) == 0 && is_written;
}

int output_file_write(const char *path, struct buffer *content)
{
    if (content->failed)
        (void)fprintf(stderr, "haechi: not enough memory\n");
    if (content->failed || path == NULL)
        return output_and_release(content);
    FILE *file = fopen(path, "wb");
    bool is_written = file != NULL && write_to(file, content);
    buffer_deinit(content);
    if (is_written)
        return EXIT_OK;
    (void)fprintf(stderr, "haechi: %s cannot be written; check that its "
                          "directory exists and has room\n", path);
    if (file != NULL)
        (void)remove(path);
    return EXIT_ENVIRONMENT;
}
