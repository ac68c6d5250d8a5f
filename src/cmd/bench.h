/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench - what the benchmarks share: children on a core of their own, and
 * what they cost.
 *
 * CPU is user + system time of a whole process tree, from /proc/PID/stat,
 * never from the machine's load.
 */
#ifndef CMD_BENCH_H
#define CMD_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_ARGUMENTS_MAX = 64 };

/*
 * Starts a program (found by PATH, or a path) on one core, with its output on
 * /dev/null. arguments: NULL-terminated, argv[0] first. Returns its process
 * id, or -1.
 */
int bench_child_start(int core, const char *const *arguments);

/* SIGTERM, then waits at most timeout_ms, then SIGKILL. The exit code, or
 * 128 + signal. */
int bench_child_stop(int child, int timeout_ms);

/* CPU seconds of the process and all below it, dead children included. */
double bench_tree_cpu_s(int root);

/* Proportional set size of the process and all below it, in bytes. */
uint64_t bench_tree_pss_bytes(int root);

/* This binary's path. False where /proc does not tell. */
bool bench_own_path(char *out, size_t size);

/* A free TCP port on loopback, or 0. */
uint16_t bench_free_port(void);

void bench_sleep_ms(unsigned ms);

int bench_record_run(int argc, char **argv);
int bench_floor_run(int argc, char **argv);
int bench_seek_run(int argc, char **argv);

#endif
