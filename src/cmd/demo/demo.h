/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/demo - what the files of haechi demo share; nobody else includes this.
 *
 * Each example is one published notice: as one installation, or as one for each
 * of its sites.
 */
#ifndef CMD_DEMO_DEMO_H
#define CMD_DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/installation.h"

enum { DEMO_SITES_MAX = 4, DEMO_PATH_SIZE = 1024 };

struct demo_options {
    const char *directory;
    const char *example;
    const char *ledger;
    const char *clips;
    uint64_t seconds; /* 0: until Ctrl-C */
    uint64_t web_port; /* of the first site; the others follow */
    uint64_t camera_port;
    bool wants_json;
};

struct demo_example {
    const char *name;
    const char *sites[DEMO_SITES_MAX + 1]; /* ids; the first NULL: not by site */
    unsigned cameras;
    unsigned frames_per_second;
    const char *clip; /* beginning of the names of its nine clips */
};

struct demo;

/* An installation of the example. */
struct demo_site {
    struct demo *demo;
    const char *id; /* NULL: the whole notice */
    char directory[DEMO_PATH_SIZE];
    struct installation *installation;
    bool is_running;
};

extern const char DEMO_CAMERA_USER[];
extern const char DEMO_CAMERA_PASSWORD[];

/* demo/configure.c: the example of this name; NULL: there is none. */
const struct demo_example *demo_example_find(const char *name);

/*
 * Fills sites and *count, and writes what is missing below the directory; what
 * stands there goes on as it is, and its cameras' port goes into *options.
 * An exit code.
 */
int demo_configure(const struct demo_example *example,
                   struct demo_options *options,
                   struct demo_site sites[DEMO_SITES_MAX], size_t *count);

/* demo/report.c: checks what is left on disk, by the verifier and not by what
 * roles say. An exit code. */
int demo_report(const struct demo_site *sites, size_t count, bool wants_json);

#endif
