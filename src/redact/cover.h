/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact/cover - blackens regions of a decoded picture.
 *
 * Pictures are planar, 8 bits, 4:2:0. A pixel is covered where a region touches
 * it, and so is its neighbour on each side: an edge shows nothing.
 *
 * Threads: any; pure.
 */
#ifndef REDACT_COVER_H
#define REDACT_COVER_H

#include <stdbool.h>

#include "base/status.h"
#include "model/region.h"

struct cover;

/* For pictures of this size in pixels. The caller owns *out. Fails with:
 * NO_MEMORY. */
MUST_USE enum status cover_create(const struct regions *regions, unsigned width,
                                  unsigned height, struct cover **out);

void cover_destroy(struct cover **cover);

/* planes: Y, U, V; strides: bytes of a line of each, not negative. */
void cover_apply(const struct cover *cover, uint8_t *const planes[3],
                 const size_t strides[3]);

bool cover_hides(const struct cover *cover, unsigned x, unsigned y);

#endif
