/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/logger.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"
#include "sys/clock.h"

enum { LINE_SIZE_MAX = 1024 }; /* what one write(2) puts down in one piece */

/* The process has one standard error, and so one name on it. */
static _Atomic(const char *) speaker = "haechi";
static atomic_int most_level = LOG_INFO;

static const char *const LEVEL_NAMES[] = {
    [LOG_ERROR] = "error",
    [LOG_WARNING] = "warning",
    [LOG_INFO] = "info",
    [LOG_DEBUG] = "debug",
};

void logger_start(const char *name, enum log_level most)
{
    atomic_store(&speaker, name);
    atomic_store(&most_level, (int)most);
}

static size_t limited(int written, size_t room)
{
    if (written < 0)
        return 0;
    return (size_t)written < room ? (size_t)written : room - 1;
}

/* One event is one line, whatever a field holds. */
static void make_plain(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f)
            text[i] = '?';
    }
}

static void write_whole(const char *line, size_t size)
{
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, line, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* nobody listens: there is nowhere to say so */
        line += written;
        size -= (size_t)written;
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    if ((int)level > atomic_load(&most_level))
        return;
    int error_number = errno;
    char time[TIME_TEXT_SIZE];
    wall_time_format(clock_wall(&CLOCK_SYSTEM), time);
    char line[LINE_SIZE_MAX];
    size_t size = limited(snprintf(line, sizeof line, "%s %s %s: ", time,
                                   LEVEL_NAMES[level], atomic_load(&speaker)),
                          sizeof line);
    va_list arguments;
    va_start(arguments, format);
    size += limited(vsnprintf(line + size, sizeof line - size, format,
                              arguments),
                    sizeof line - size);
    va_end(arguments);
    make_plain(line, size);
    line[size++] = '\n';
    write_whole(line, size);
    errno = error_number;
}
