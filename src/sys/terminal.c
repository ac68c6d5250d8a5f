/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/terminal.h"

#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Byte by byte, so that nothing behind the line is taken. */
static enum status read_line(int terminal, char *out, size_t size)
{
    size_t used = 0;
    for (;;) {
        char byte = 0;
        ssize_t got = read(terminal, &byte, 1);
        if (got <= 0)
            return got == 0 ? STATUS_END : STATUS_IO;
        if (byte == '\n')
            break;
        if (used + 1 >= size)
            return STATUS_LIMIT;
        out[used++] = byte;
    }
    out[used] = 0;
    return STATUS_OK;
}

enum status terminal_ask(const char *prompt, bool is_secret, char *out,
                         size_t size)
{
    struct termios before;
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    out[0] = 0;
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        if (terminal >= 0)
            (void)close(terminal);
        return STATUS_NOT_FOUND;
    }
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    enum status s = STATUS_OK;
    if (write(terminal, prompt, strlen(prompt)) < 0 ||
        (is_secret && tcsetattr(terminal, TCSAFLUSH, &quiet) != 0))
        s = STATUS_IO;
    if (s == STATUS_OK)
        s = read_line(terminal, out, size);
    if (is_secret) {
        (void)tcsetattr(terminal, TCSAFLUSH, &before);
        (void)!write(terminal, "\n", 1);
    }
    (void)close(terminal);
    return s;
}
