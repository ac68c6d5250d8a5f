/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/tpm_setup - the file keys/tpm: what the keeper must know to find its
 * cells in the TPM again, and to notice that it is another TPM.
 *
 *   "HTPM", version u16 = 1, is complete u16, first handle u32,
 *   auth value (32), name of the storage key (34), name of the attestation
 *   key (34), manufacturer (4), zeros up to 4064, SHA-256 of all before (32)
 *
 * Written in place, twice in its life: before the indices are defined, and
 * when all is there. It is no key: without the TPM it opens nothing.
 *
 * Threads: one.
 */
#ifndef KEYS_TPM_SETUP_H
#define KEYS_TPM_SETUP_H

#include <stdbool.h>

#include "base/status.h"
#include "tpm/tpm.h"

struct file_layer;

enum { TPM_SETUP_SIZE = 4096 };

struct tpm_setup {
    bool is_complete;
    uint32_t first_handle;
    uint8_t auth[TPM_AUTH_SIZE];
    uint8_t storage_name[TPM_NAME_SIZE];
    uint8_t signing_name[TPM_NAME_SIZE];
    char manufacturer[5]; /* terminated */
};

/* Fails with: NOT_FOUND, CORRUPT, IO, DENIED, NO_MEMORY, LIMIT, INTERNAL. */
MUST_USE enum status tpm_setup_read(const struct file_layer *layer,
                                    const char *directory,
                                    struct tpm_setup *out);

/* Synced, with its directory. Fails with: IO, DENIED, NO_SPACE, NO_MEMORY,
 * LIMIT, INTERNAL. */
MUST_USE enum status tpm_setup_write(const struct file_layer *layer,
                                     const char *directory,
                                     const struct tpm_setup *setup);

#endif
