/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/manifest - manifest.json of an evidence package
 * (docs/design/evidence.md): what is in it, and what proves each group of
 * pictures.
 *
 * Its SHA-256 stands in the log (entry export.made), and it holds that of each
 * other file that the log does not know: so whoever changes a bit has to change
 * the log.
 *
 * Threads: none.
 */
#ifndef CMD_PACKAGE_MANIFEST_H
#define CMD_PACKAGE_MANIFEST_H

#include <jansson.h>

#include "base/buffer.h"
#include "base/time.h"
#include "cmd/package/content.h"
#include "cmd/package/zip_form.h"
#include "model/cause.h"
#include "store/leaf_group.h"

enum {
    MANIFEST_BYTES_MAX = 64 * 1024 * 1024,
    MANIFEST_CAMERAS_MAX = 64,
    MANIFEST_GROUPS_MAX = 20000, /* of all cameras */
    MANIFEST_GAPS_MAX = 2000,    /* of one camera */
    MANIFEST_CAUSE_SIZE = 32,
    MANIFEST_GAP_US = 700000, /* shorter ones are none */
};

struct manifest_group {
    struct leaf_group proven; /* with its salt and proof, where they are */
    uint64_t root_entry;      /* of the log; 0: none */
    uint32_t samples;         /* in the file */
    uint32_t loose;           /* behind them there: under no leaf */
    bool is_whole;            /* just those that the leaf says */
};

struct manifest_gap {
    struct span span;
    char cause[MANIFEST_CAUSE_SIZE];
};

struct manifest_camera {
    uint32_t camera;
    bool is_masked; /* a part of its picture nobody is to see */
    char file[ZIP_FORM_NAME_MAX + 1]; /* empty: it has no pictures */
    uint8_t sha256[SHA256_SIZE];
    struct manifest_group *groups; /* by sequence */
    size_t group_count;
    struct manifest_gap *gaps; /* by time */
    size_t gap_count;
};

struct manifest {
    uint64_t export; /* its entry */
    uint64_t order;    /* the entry that asked for it; 0: none */
    uint64_t approval; /* the entry of another person's yes; 0: none */
    struct span asked;
    uint8_t page_sha256[SHA256_SIZE];
    json_t *about; /* texts for people; owned */
    struct manifest_camera cameras[MANIFEST_CAMERAS_MAX];
    size_t camera_count;
};

/* NULL where memory is short. */
struct manifest *manifest_create(void);
void manifest_destroy(struct manifest **manifest);

/* Fails with: NO_MEMORY, LIMIT. */
MUST_USE enum status manifest_write(const struct manifest *manifest,
                                    struct buffer *out);

/* Fails with: BAD_INPUT, LIMIT, NO_MEMORY; where it is BAD_INPUT *what says
 * which member. */
MUST_USE enum status manifest_read(struct bytes json, struct manifest **out,
                                   const char **what);

/*
 * Where the groups stand in the camera's file: two for each, its own samples and
 * the loose ones behind. In base/alloc; NULL where memory is short.
 */
struct content_group *manifest_places(const struct manifest_camera *camera,
                                      size_t *count);

/* Spans of the asked one in which the camera's whole groups have no picture,
 * without causes; at most most. Returns how many there are. */
size_t manifest_find_gaps(const struct manifest_camera *camera,
                          struct span asked, struct span *out, size_t most);

#endif
