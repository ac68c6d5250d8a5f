/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/notice/render - what is asked of haechi notice render; shared by both
 * programs. */
#ifndef CMD_NOTICE_RENDER_H
#define CMD_NOTICE_RENDER_H

#include "model/language.h"

struct notice_render_options {
    const char *file;
    const char *format; /* "html", "pdf", "txt" */
    const char *language;
    const char *out; /* NULL: standard output */
};

/* Reads them; EXIT_OK, or an exit code after a word on standard error. */
int notice_render_options_read(int argc, char **argv,
                               struct notice_render_options *out);

/* "ko" or "en"; NULL: Korean. */
enum language notice_render_language(const char *tag);

#endif
