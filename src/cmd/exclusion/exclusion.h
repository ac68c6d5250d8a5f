/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/exclusion - what the commands about places that are not filmed share. */
#ifndef CMD_EXCLUSION_EXCLUSION_H
#define CMD_EXCLUSION_EXCLUSION_H

#include "cmd/local/order.h"

/* The recorder's list of them, as the API gives it, for who has signed in; the
 * caller's. EXIT_OK, or an exit code after a word on standard error. */
int exclusion_fetch(const struct local_order *order, const char *session,
                    json_t **out);

#endif
