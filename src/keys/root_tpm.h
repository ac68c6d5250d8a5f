/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/root_tpm - erasable memory of level 2: NV indices of a TPM 2.0.
 *
 *   first handle       cell 0, 32 bytes       read and written with the auth
 *   first handle + 1   cell 1, 32 bytes       value only
 *   first handle + 2   the mark, 40 bytes: epoch u64, commitment
 *
 *   commitment = SHA-256("haechi root" || epoch u64 || root in use)
 *
 * The mark is what the TPM signs; a root is never signed, since a signature
 * prints what it signs.
 *
 * keys/tpm, 4096 bytes, made at set-up, holds the auth value and the names of
 * the storage and attestation keys: a TPM that was cleared or replaced is
 * noticed. Layout and what it protects: docs/design/tpm.md.
 *
 * Each piece of work is a visit (tpm/tpm.h) that leaves no session or object.
 * Before root_tpm_work_on it is done at once, afterwards on a thread, because
 * one command may take up to TPM_LINK_LIMIT_MS and a discrete TPM takes about
 * a second for a rotation.
 *
 * The link to the TPM is made elsewhere and may be replaced: once it has
 * failed, nothing more is sent on it.
 *
 * Threads: the loop's; the work runs on one of its own.
 */
#ifndef KEYS_ROOT_TPM_H
#define KEYS_ROOT_TPM_H

#include <stdbool.h>

#include "keys/root_store.h"

struct file_layer;
struct loop;
struct root_tpm;
struct tpm_transport;

enum {
    ROOT_TPM_HANDLES = 3,
    ROOT_TPM_FIRST_DEFAULT = 0x01848100,
    ROOT_TPM_LEVEL = 2, /* of a TPM that is hardware; an emulator's is 0 */
};

/* What is asked for, and what was found. */
struct root_tpm_options {
    const struct file_layer *layer;
    const char *directory; /* keys/ */
    uint32_t first_handle;
    bool reads_only; /* nothing is set up; for verifying */
    int descriptor;  /* sys/tpm_link; the store's on success; or -1 and */
    const struct tpm_transport *transport; /* in its place, for tests */
};

/*
 * Sets up what is not there yet: the file, then the indices, then noise in the
 * cells. A set-up that was cut off is finished.
 * Fails with: IO (no answer), AGAIN (busy), CONFLICT (an index is somebody
 * else's; another TPM; other handles than at set-up), CORRUPT (the TPM was
 * cleared: the roots are gone; or keys/tpm is damaged), DENIED (owner's
 * password), NO_SPACE, NOT_FOUND (reads_only, and never set up), NO_MEMORY,
 * INTERNAL; logged with the remedy.
 */
MUST_USE enum status root_tpm_open(const struct root_tpm_options *options,
                                   struct root_tpm **out);

/* Borrowed; closing it closes all. */
struct root_store *root_tpm_store(struct root_tpm *roots);

/* Whether this call has made the indices: somebody should read what a dead
 * mainboard means. */
bool root_tpm_is_new(const struct root_tpm *roots);

/* Whether it is an emulator. */
bool root_tpm_is_software(const struct root_tpm *roots);

/* From now on on a thread: on_done runs in the loop when a write has ended.
 * Fails as worker_create. */
MUST_USE enum status root_tpm_work_on(struct root_tpm *roots, struct loop *loop,
                                      void (*on_done)(void *context),
                                      void *context);

/* Whether the link has failed; then a new one, which is the store's. */
bool root_tpm_needs_link(const struct root_tpm *roots);
void root_tpm_take_link(struct root_tpm *roots, int descriptor);

/* The last attestation, in the layout of tpm_certify; empty: none yet.
 * Borrowed until the loop goes on. */
struct bytes root_tpm_attestation(const struct root_tpm *roots);

/* Whether a directory has been set up for a TPM. */
bool root_tpm_is_set_up(const struct file_layer *layer, const char *directory);

#endif
