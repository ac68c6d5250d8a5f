/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/check/storage - whether this machine's disks hold what the notice
 * promises, and what about them weakens it.
 */
#ifndef CMD_CHECK_STORAGE_H
#define CMD_CHECK_STORAGE_H

#include "notice/configuration.h"

/* By the bitrates that the installation measured (events/disks), else by those
 * that plant.yaml assumes. Adds findings. */
void check_storage(const char *directory,
                   const struct configuration *configuration,
                   struct findings *findings);

#endif
