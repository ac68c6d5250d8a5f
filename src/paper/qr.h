/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAPER_QR_H
#define PAPER_QR_H

#include "paper/canvas.h"

/* Lighter squares at each side (ISO/IEC 18004), in modules. */
enum { QR_QUIET_MODULES = 4 };

/*
 * Draws a QR code of the address, error correction M, in a square of that size
 * with its quiet zone. Fails with: LIMIT (too long), NO_MEMORY.
 */
MUST_USE enum status qr_draw(struct paper_canvas *canvas, const char *address,
                             double x_pt, double y_pt, double size_pt);

#endif
