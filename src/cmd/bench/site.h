/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/bench/site - an installation of N cameras on loopback, to measure. */
#ifndef CMD_BENCH_SITE_H
#define CMD_BENCH_SITE_H

#include <stdint.h>

#include "base/status.h"

/*
 * Makes directory with notice.yaml and plant.yaml for cameras 1..count at
 * rtsp://127.0.0.1:camera_port/cam/N, kept 30 days. Fails with: as sys/file.h.
 */
MUST_USE enum status bench_site_write(const char *directory, uint64_t cameras,
                                      uint16_t camera_port);

/* Removes a directory that a benchmark made, and all below it. */
void bench_directory_remove(const char *directory);

#endif
