/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privilege/attempt - what a child tries inside a role's sandbox.
 *
 * An attempt returns one of the exit codes below, if it lives to return.
 */
#ifndef PRIVILEGE_ATTEMPT_H
#define PRIVILEGE_ATTEMPT_H

#include <stddef.h>
#include <sys/types.h>

enum {
    CHILD_DID_IT = 10,   /* the attempt succeeded */
    CHILD_REFUSED = 11,  /* the kernel said no, the child lives */
    CHILD_CANNOT = 12,   /* what must work does not */
    CHILD_UNSEALED = 13, /* the sandbox could not be entered */
    SECRET_DESCRIPTOR = 50,
};

/* What attempts may use; made before the fork. */
struct ground {
    char inside[128];
    char outside[128];
    char outside_file[160];
    int pair[2];     /* connected packets */
    int listener;    /* a TCP listener with one connection waiting */
    int connection;
    int key_file;    /* open for reading and writing */
    int unix_socket; /* bound to nothing, made before */
    int ring;
    pid_t parent;
};

typedef int attempt_fn(const struct ground *ground);

struct attempt {
    const char *what;
    attempt_fn *run;
    unsigned power;    /* enum sandbox_power; 0: see the table */
    unsigned is_plain; /* 1: harmless outside a sandbox, and succeeds there */
};

/* What no role may. */
extern const struct attempt FORBIDDEN[];
extern const size_t FORBIDDEN_COUNT;

/* What a role may only with this power; 0: every role must be able to. */
extern const struct attempt ALLOWED[];
extern const size_t ALLOWED_COUNT;

#endif
