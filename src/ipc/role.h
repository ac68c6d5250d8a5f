/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPC_ROLE_H
#define IPC_ROLE_H

/*
 * The processes, by rank: a request goes from a smaller rank to a larger one,
 * never back. ingest, web, work, courier and listener share a rank and do not
 * talk to each other.
 */
enum role {
    ROLE_SUPERVISOR = 0,
    ROLE_INGEST = 1,
    ROLE_WEB = 2,
    ROLE_COURIER = 3,
    ROLE_WORK = 4,
    ROLE_LISTENER = 5,
    ROLE_GATE = 6,
    ROLE_VAULT = 7,
    ROLE_KEEPER = 8,
    ROLE_COUNT
};

/* "supervisor", "ingest", ... Never NULL. */
const char *role_name(enum role role);

#endif
