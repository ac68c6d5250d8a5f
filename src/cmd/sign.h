/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/sign - what is asked of haechi sign; shared by both programs. */
#ifndef CMD_SIGN_H
#define CMD_SIGN_H

struct sign_options {
    const char *file;
    const char *site;
    const char *place; /* NULL: all places of the site */
    const char *paper; /* "A4", "A3"; NULL: A4 */
    const char *language;
    const char *out; /* NULL: standard output */
};

/* Reads them; EXIT_OK, or an exit code after a word on standard error. */
int sign_options_read(int argc, char **argv, struct sign_options *out);

#endif
