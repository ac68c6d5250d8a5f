/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privilege/gate_seam - two calls of a forked gate, in the test's hands: the
 * linker sends fdatasync and clock_gettime of the whole test program through
 * gate_seam.c, and the page of memory below is shared with the fork.
 *
 * Threads: the fields are atomic.
 */
#ifndef PRIVILEGE_GATE_SEAM_H
#define PRIVILEGE_GATE_SEAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct gate_seam {
    /* The log's file of entries, by inode; 0: not known yet. */
    _Atomic uint64_t entries_inode;
    /* So much of it has been through fdatasync. */
    _Atomic int64_t synced_bytes;
    /* Its next fdatasync waits while `holds`, and says so. */
    atomic_bool holds;
    atomic_bool is_held;
    /* Added to what the gate's boot clock shows. */
    _Atomic int64_t boot_shift_us;
};

struct gate_seam *gate_seam_make(void);
void gate_seam_remove(struct gate_seam **seam);

/* Called in the fork: from here on this process is the gate. */
void gate_seam_enter(struct gate_seam *seam);

#endif
