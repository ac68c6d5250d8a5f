/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench/bench - what the benchmarks share: children on a core of their own, and
 * what they cost.
 *
 * CPU is user + system time of a whole process tree, from /proc/PID/stat,
 * never from the machine's load.
 */
#ifndef CMD_BENCH_BENCH_H
#define CMD_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_ARGUMENTS_MAX = 64, BENCH_ANY_CORE = -1 };

/*
 * Starts a program (found by PATH, or a path) on one core, or BENCH_ANY_CORE,
 * with its output on /dev/null. arguments: NULL-terminated, argv[0] first. Returns its process
 * id, or -1.
 */
int bench_child_start(int core, const char *const *arguments);

/* The same on any core, with what it says on standard error in a new file. */
int bench_child_start_logged(const char *path, const char *const *arguments);

/* SIGTERM, then waits at most timeout_ms, then SIGKILL. The exit code, or
 * 128 + signal. */
int bench_child_stop(int child, int timeout_ms);

/* CPU seconds of the process and all below it, dead children included. */
double bench_tree_cpu_s(int root);

/* Of the process below root that is this role; 0: there is none. */
double bench_role_cpu_s(int root, const char *role);

/* Proportional set size of the process and all below it, in bytes. */
uint64_t bench_tree_pss_bytes(int root);

/* This binary's path. False where /proc does not tell. */
bool bench_own_path(char *out, size_t size);

/* A free TCP port on loopback, or 0. */
uint16_t bench_free_port(void);

void bench_sleep_ms(unsigned ms);

/*
 * A directory of its own: directory where it is not empty (it must not be
 * there), else a new one below TMPDIR, written into it. False where it cannot
 * be made, which is said.
 */
bool bench_directory_make(const char *bench, char *directory, size_t size);

/* Whether so much is free there; what is missing is said. */
bool bench_has_room(const char *bench, const char *directory, uint64_t bytes);

/* The clip that tools/make_clips.sh --bench makes beside the binary. */
bool bench_default_clip(char *out, size_t size);

#endif
