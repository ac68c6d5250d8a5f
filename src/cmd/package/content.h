/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/content - what stands in an MP4 of a package, read twice from its
 * beginning: once for its sum and its moov, once for the groups' hashes. So a
 * file of any size, sealed or not, needs no more memory than its tables.
 *
 * Threads: none.
 */
#ifndef CMD_PACKAGE_CONTENT_H
#define CMD_PACKAGE_CONTENT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "media/mp4_index.h"
#include "store/leaf_group.h"

enum { CONTENT_MOOV_MAX = 64 * 1024 * 1024 }; /* LIMIT: bytes */

typedef enum status content_piece_fn(void *context, struct bytes piece);

/* Gives all bytes of a file in order. */
struct content_source {
    enum status (*stream)(void *context, content_piece_fn *on_piece,
                          void *piece_context);
    void *context;
};

struct content {
    uint64_t size;
    uint8_t sha256[SHA256_SIZE];
    struct buffer moov;
    struct mp4_index index; /* count 0: none could be read */
};

/*
 * The first pass. Where the file is none of ours (ftyp, mdat..., moov) or its
 * tables do not fit, index.count is 0 and the rest is there. Fails with: LIMIT,
 * NO_MEMORY, INTERNAL, and as the source does.
 */
MUST_USE enum status content_read(const struct content_source *source,
                                  struct content *out);
void content_deinit(struct content *content);

/* A group as it stands in the file. */
struct content_group {
    uint32_t first;   /* sample */
    uint32_t samples;
    uint8_t samples_sha256[SHA256_SIZE]; /* set by content_hash */
};

/* The second pass: the groups must follow each other, the first at sample 0.
 * Fails with: BAD_INPUT (they do not; samples out of order or beyond the file),
 * NO_MEMORY, INTERNAL, and as the source does. */
MUST_USE enum status content_hash(const struct content_source *source,
                                  const struct content *content,
                                  struct content_group *groups, size_t count);

/* Whether the leaf says just these samples. */
bool content_is_leafs(const struct content *content,
                      const struct content_group *group,
                      const struct leaf_group *leaf);

#endif
