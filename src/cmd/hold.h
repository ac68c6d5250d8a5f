/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/hold - what the files of haechi hold share. */
#ifndef CMD_HOLD_H
#define CMD_HOLD_H

#include <jansson.h>

void hold_print(const json_t *hold);

#endif
