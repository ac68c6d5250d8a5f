/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/qr.h"

#include <errno.h>
#include <qrencode.h>

enum { VERSION_BY_SIZE = 0, IS_DARK = 1 };

enum status qr_draw(struct paper_canvas *canvas, const char *address,
                    double x_pt, double y_pt, double size_pt)
{
    QRcode *code =
        QRcode_encodeString8bit(address, VERSION_BY_SIZE, QR_ECLEVEL_M);
    if (code == NULL)
        return errno == ENOMEM ? STATUS_NO_MEMORY : STATUS_LIMIT;
    double module = size_pt / (code->width + 2 * QR_QUIET_MODULES);
    cairo_t *cairo = canvas->cairo;
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_rectangle(cairo, x_pt, y_pt, size_pt, size_pt);
    cairo_fill(cairo);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    for (int row = 0; row < code->width; row++)
        for (int column = 0; column < code->width; column++)
            if (code->data[row * code->width + column] & IS_DARK)
                cairo_rectangle(cairo,
                                x_pt + module * (column + QR_QUIET_MODULES),
                                y_pt + module * (row + QR_QUIET_MODULES),
                                module, module);
    cairo_fill(cairo);
    QRcode_free(code);
    return STATUS_OK;
}
