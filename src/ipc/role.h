/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IPC_ROLE_H
#define IPC_ROLE_H

/*
 * The processes, by rank: a request goes from a smaller rank to a larger one,
 * never back. ingest, web, work and courier share a rank and do not talk to
 * each other.
 */
enum role {
    ROLE_SUPERVISOR = 0,
    ROLE_INGEST = 1,
    ROLE_WEB = 2,
    ROLE_COURIER = 3,
    ROLE_WORK = 4,
    ROLE_GATE = 5,
    ROLE_VAULT = 6,
    ROLE_KEEPER = 7,
    ROLE_COUNT
};

/* "supervisor", "ingest", ... Never NULL. */
const char *role_name(enum role role);

#endif
