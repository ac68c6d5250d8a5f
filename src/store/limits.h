/* SPDX-License-Identifier: Apache-2.0 */
/* store/limits - sizes of volumes and records, and bounds on what is read
 * back from a disk that may hold anything. */
#ifndef STORE_LIMITS_H
#define STORE_LIMITS_H

#include "media/sample.h"
#include "media/sample_pack.h"

enum {
    STORE_ALIGNMENT = 512,      /* records begin at multiples of it */
    VOLUME_HEADER_SIZE = 4096,  /* bytes */
    RECORD_HEADER_SIZE = 160,   /* bytes */

    RECORD_SPAN_MAX_US = 1000000,      /* of one record's pictures */
    RECORD_SPAN_IDR_US = 500000,       /* from here on an IDR cuts */
    RECORD_DATA_TARGET = 1024 * 1024,  /* bytes; one larger sample alone */
    RECORD_SAMPLES_MAX = 1024,         /* in one record */

    /* A pack of one largest sample, or of many small ones. */
    RECORD_SEALED_MAX = SAMPLE_PACK_HEADER_SIZE + CODEC_CONFIG_SIZE_MAX +
                        RECORD_SAMPLES_MAX * SAMPLE_PACK_ROW_SIZE +
                        SAMPLE_SIZE_MAX,
    RECORD_STORED_MAX = RECORD_HEADER_SIZE + RECORD_SEALED_MAX,

    VOLUME_BYTES_MIN = 32 * 1024 * 1024, /* two of the largest records */
    VOLUME_NUMBER_MAX = 999999999,
    VOLUMES_MAX = 1000000,               /* on one disk */
    VOLUME_RECORDS_MAX = 4 * 1024 * 1024,

    PATH_SIZE = 1200, /* bytes of a path with its zero */

    WRITE_TAKE_BYTES = 2 * 1024 * 1024, /* at once, and in its hands at a time */
    /* A record fills in 1 s and its samples wait 0.3 s: less than 2 s in all. */
    SYNC_WITHIN_US = 500000,

    /* Between two records of a camera that still belong together. */
    GAP_TOLERANCE_US = 700000,
    SILENCE_US = 2000000, /* then a gap is open */
    /* Losses are told together, at first this often; twice as long each time,
     * and after as long without a loss anew. */
    DAMAGE_EVERY_US = 60000000,
    DAMAGE_EVERY_MOST_S = 3600,
};

#endif
