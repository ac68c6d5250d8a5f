/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/check/network - whether plant.yaml says in which networks cameras are.
 *
 * Threads: any; no state.
 */
#ifndef CMD_CHECK_NETWORK_H
#define CMD_CHECK_NETWORK_H

#include "notice/configuration.h"

/* Nothing where all cameras are on this machine, as a demo's. directory: for
 * the place of the finding. Adds findings. */
void check_network(const char *directory,
                   const struct configuration *configuration,
                   struct findings *findings);

#endif
