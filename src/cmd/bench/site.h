/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/bench/site - an installation of N cameras on loopback, to measure. */
#ifndef CMD_BENCH_SITE_H
#define CMD_BENCH_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct bench_site {
    uint64_t cameras;
    uint16_t camera_port;
    const char *transport; /* as plant.yaml has it; NULL: tcp */
    bool is_secure;        /* rtsps */
};

/*
 * Makes directory with notice.yaml and plant.yaml for cameras 1..cameras at
 * rtsp://127.0.0.1:camera_port/cam/N, kept 30 days. Fails with: as sys/file.h.
 */
MUST_USE enum status bench_site_write(const char *directory,
                                      const struct bench_site *site);

/* Removes a directory that a benchmark made, and all below it. */
void bench_directory_remove(const char *directory);

#endif
