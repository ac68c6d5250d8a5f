/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/destroy/destroy - what the files of haechi destroy share. */
#ifndef CMD_DESTROY_DESTROY_H
#define CMD_DESTROY_DESTROY_H

#include "cmd/local/order.h"

struct destroy_options {
    struct local_order order; /* first; camera NULL: all */
    bool is_all;
    bool is_decommission;
    const char *record_file; /* where to write the record; may be NULL */
};

enum { DESTROY_OPTION_COUNT = 14 };

extern const struct command_option DESTROY_OPTIONS[DESTROY_OPTION_COUNT];

/* EXIT_OK, or the exit code after a word about it on standard error. */
int destroy_options_read(int argc, char **argv, struct destroy_options *out);

void destroy_print_record(const json_t *record);

#endif
