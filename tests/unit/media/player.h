/* SPDX-License-Identifier: Apache-2.0 */
/* Asks tools that are not ours what they think of a file. */
#ifndef UNIT_MEDIA_PLAYER_H
#define UNIT_MEDIA_PLAYER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "unit/test.h"

static inline void player_write(const char *path, const struct bytes *parts,
                                size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(parts[i].size,
                         fwrite(parts[i].data, 1, parts[i].size, file));
    assert_int_equal(0, fclose(file));
}

/* What a command prints, errors too; it must succeed. */
__attribute__((format(printf, 3, 4))) static inline void
player_run(char *out, size_t size, const char *format, ...)
{
    char command[4096];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t got = fread(out, 1, size - 1, pipe);
    out[got] = 0;
    int code = pclose(pipe);
    if (code != 0)
        fail_msg("%s: exit %d: %s", command, code, out);
}

/* ffmpeg decodes all of it without a word. */
static inline void player_decodes(const char *path)
{
    char said[4096];
    player_run(said, sizeof said,
               "ffmpeg -nostdin -v warning -i %s -f null - 2>&1", path);
    assert_string_equal("", said);
}

/* Packets as ffprobe sees them: "time,duration,size,flags" a line. */
static inline void player_packets(const char *path, char *out, size_t size)
{
    player_run(out, size,
               "ffprobe -v error -show_entries "
               "packet=pts_time,duration_time,size,flags -of csv=p=0 %s 2>&1",
               path);
}

#endif
