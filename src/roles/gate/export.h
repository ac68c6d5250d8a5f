/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/export - evidence packages as the log knows them.
 *
 * Nothing is kept in memory: an export is found by its entry's number, and
 * what became of it by the entries behind it. Threads: the loop's.
 */
#ifndef ROLES_GATE_EXPORT_H
#define ROLES_GATE_EXPORT_H

#include "roles/gate/gate.h"

struct export_fact {
    uint64_t entry;
    uint32_t account;
    uint64_t made_entry;      /* 0: not yet, or never */
    uint64_t destroyed_entry; /* 0: nobody has said so */
};

/* Fails with: NOT_FOUND (no such export), IO, CORRUPT, NO_MEMORY. */
MUST_USE enum status gate_export_find(const struct gate *gate, uint64_t entry,
                                      struct export_fact *out);

#endif
