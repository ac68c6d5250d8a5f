/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/local/cameras - the cameras that an order is about, shown before it. */
#ifndef CMD_LOCAL_CAMERAS_H
#define CMD_LOCAL_CAMERAS_H

#include "cmd/local/order.h"

struct local_camera {
    uint32_t number; /* 0: all */
    char id[LOCAL_NAME_SIZE];
};

/*
 * Finds the order's camera (none named: all that the person may see) and shows
 * it on standard error, with the seconds recorded of the order's span. session:
 * of the person. EXIT_OK, or the exit code after a word about it.
 */
int local_cameras_show(const struct local_order *order, const char *session,
                       struct local_camera *out);

#endif
