/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/destroy - what the files of haechi destroy share. */
#ifndef CMD_DESTROY_H
#define CMD_DESTROY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/time.h"
#include "cmd/local_request.h"
#include "cmd/options.h"

enum { DESTROY_NAME_SIZE = 129, DESTROY_PASSWORD_SIZE = 257 };

struct destroy_options {
    const char *directory;
    const char *camera; /* its number or id; NULL: all */
    struct wall_time from;
    struct wall_time to;
    bool has_from;
    bool has_to;
    bool is_all;
    bool is_decommission;
    const char *reason;
    const char *request; /* may be NULL */
    const char *name;    /* who signs in; NULL: asked for */
    const char *password_file;
    const char *record_file; /* where to write the record; may be NULL */
    uint64_t wait_s;         /* 0: until it is done */
    bool is_sure;            /* --yes */
    bool as_json;
};

enum { DESTROY_OPTION_COUNT = 14 };

extern const struct command_option DESTROY_OPTIONS[DESTROY_OPTION_COUNT];

/* EXIT_OK, or the exit code after a word about it on standard error. */
int destroy_options_read(int argc, char **argv, struct destroy_options *out);

/* What is going to be destroyed. */
struct destroy_target {
    uint32_t camera; /* 0: all */
    char id[DESTROY_NAME_SIZE]; /* to be typed as confirmation */
};

/*
 * Finds the camera and shows what will be destroyed on standard error. session:
 * of the person. EXIT_OK, or the exit code after a word about it.
 */
int destroy_preview(const struct destroy_options *options, const char *session,
                    struct destroy_target *out);

void destroy_print_record(const json_t *record);

#endif
