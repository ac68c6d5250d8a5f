/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench/namespace - a loopback of our own, whose receive work one core does.
 *
 * On loopback whoever sends pays for the receiver's half of TCP too: cameras on
 * another core take work off a recorder that a network would leave with it. In
 * a network namespace of its own (unshare(2)) the loopback's receive packet
 * steering (Documentation/networking/scaling.rst) gives that half to the
 * recorder's core.
 *
 * Threads: before the process has a second one.
 */
#ifndef CMD_BENCH_NAMESPACE_H
#define CMD_BENCH_NAMESPACE_H

#include <stdbool.h>

/* This process, and all that it starts, from here on. Needs root; false where
 * it cannot be, which is said. */
bool bench_namespace_enter(unsigned receive_core);

/* Seconds that a core has spent with receiving and the like (softirq) since
 * the machine began. Where a process was running the kernel counts them as
 * that process's too. */
double bench_core_softirq_s(unsigned core);

#endif
