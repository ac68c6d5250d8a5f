/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/columns.h"

/* One long sentence must not squeeze the others to their words. */
#define NATURAL_SHARE_MAX 0.5

static double wanted(const struct column_wish *wish, double width_pt)
{
    double most = width_pt * NATURAL_SHARE_MAX;
    double natural = wish->natural_pt < most ? wish->natural_pt : most;
    return natural > wish->minimum_pt ? natural : wish->minimum_pt;
}

void columns_share(const struct column_wish *wishes, size_t count,
                   double width_pt, double *out_pt)
{
    double minimum = 0;
    double natural = 0;
    for (size_t i = 0; i < count; i++) {
        minimum += wishes[i].minimum_pt;
        natural += wanted(&wishes[i], width_pt);
    }
    for (size_t i = 0; i < count; i++) {
        double least = wishes[i].minimum_pt;
        double want = wanted(&wishes[i], width_pt);
        if (natural <= 0)
            out_pt[i] = width_pt / (double)count;
        else if (natural <= width_pt)
            out_pt[i] = want * width_pt / natural;
        else if (minimum < width_pt)
            out_pt[i] = least + (want - least) * (width_pt - minimum) /
                                    (natural - minimum);
        else
            out_pt[i] = least * width_pt / minimum;
    }
}
