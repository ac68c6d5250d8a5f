/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/root_place - the keys of an installation that does not run, wherever its
 * roots live. */
#ifndef CMD_ROOT_PLACE_H
#define CMD_ROOT_PLACE_H

#include <stdbool.h>

#include "base/status.h"

struct keys_offline;
struct root_store;

/* Whether the roots of this installation live in a TPM. */
bool root_place_is_tpm(const char *directory);

/* The store of the roots, to read them. Fails as root_place_keys. */
MUST_USE enum status root_place_open(const char *directory,
                                     struct root_store **out);

/*
 * directory: the installation's; where its roots live in a TPM, its plant.yaml
 * says where that is. Fails with: IO (no TPM there), BAD_INPUT (plant.yaml),
 * and as root_tpm_open and keys_offline_open.
 */
MUST_USE enum status root_place_keys(const char *directory,
                                     struct keys_offline **out);

#endif
