/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/bench/seek - a recorder's disk after many days, made in a minute: what a
 * start and a reader touch is real, the rest has holes.
 *
 * Real: the name and size of every volume, the index, the directories of the
 * volumes around each place that is read, there every record of the camera
 * that is read, sealed as the vault seals, and the volume that is open: all
 * record headers, and the records that a start after a power cut checks.
 */
#ifndef CMD_BENCH_SEEK_H
#define CMD_BENCH_SEEK_H

#include "store/store.h"

enum {
    SEEK_PATH_SIZE = 512,
    SEEK_PROBES = 150,
    SEEK_GOP_S = 2,
    SEEK_SAMPLES_PER_S = 15,
    SEEK_VOLUME_BYTES = 1024 * 1024 * 1024,
    SEEK_READ_US = 10000000, /* of one answer, as the console asks */
};

/* A place that will be read. */
struct seek_probe {
    uint32_t volume; /* in which it lies; the one before and behind are real */
    uint32_t camera;
    struct wall_time time;
};

struct seek_site {
    char directory[SEEK_PATH_SIZE];
    char volumes[SEEK_PATH_SIZE + 16];
    char index[SEEK_PATH_SIZE + 16];
    char book[SEEK_PATH_SIZE + 16];
    uint32_t cameras;
    uint32_t days;
    uint32_t volume_count; /* full ones; one more is open */
    uint32_t seconds;      /* of pictures in one volume */
    uint64_t stride;       /* bytes of one record in it */
    uint8_t installation[INSTALLATION_ID_SIZE];
    struct seek_probe probes[SEEK_PROBES];
    uint64_t real_records;
    uint64_t real_directories;
};

/* Makes it below site->directory, for site->cameras and site->days. */
MUST_USE enum status seek_site_make(struct seek_site *site);

MUST_USE enum status seek_site_open(const struct seek_site *site,
                                    struct store *store);

/* What a keeper gives for the camera's unit. */
MUST_USE enum status seek_unit_key(uint32_t camera, struct wall_time unit,
                                   uint8_t out[UNIT_KEY_SIZE]);

/* Nothing of the volume's content stays in memory. */
void seek_forget_pages(const struct seek_site *site, uint32_t volume);

#endif
