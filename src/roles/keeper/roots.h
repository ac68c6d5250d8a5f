/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/keeper/roots - the keeper's erasable memory where that is a TPM: its
 * link, which the supervisor opens, and its thread.
 *
 * A link that has failed is answered to the supervisor, which opens another;
 * meanwhile deletion is pending and all else goes on.
 */
#ifndef ROLES_KEEPER_ROOTS_H
#define ROLES_KEEPER_ROOTS_H

#include "ipc/message.h"

struct loop;
struct root_store;
struct root_tpm;

struct keeper_roots {
    struct root_tpm *tpm; /* NULL: the roots live in files */
    int descriptor;       /* a link that nobody has taken yet; -1 */
    bool is_attached;     /* a tpm_attach waits for its answer */
    uint32_t attach_id;
};

/* Keeps the descriptor; answers when it is of no use any more. */
void keeper_roots_attach(struct keeper_roots *roots, uint32_t id,
                         int descriptor);

/*
 * Before the sandbox. first_handle 0: level 0. *store: for keyring_open, NULL
 * for files. Fails as root_tpm_open; IO: no link has come.
 */
MUST_USE enum status keeper_roots_open(struct keeper_roots *roots,
                                       const char *directory,
                                       uint32_t first_handle,
                                       struct root_store **store);

/* After the sandbox: a thread, where there is a TPM. Fails as worker_create. */
MUST_USE enum status keeper_roots_work(struct keeper_roots *roots,
                                       struct loop *loop,
                                       void (*on_done)(void *context),
                                       void *context);

/* Tells the supervisor of a link that has failed. */
void keeper_roots_tell(struct keeper_roots *roots, struct channel *control);

/* Whether this start has set up the TPM. */
bool keeper_roots_are_new(const struct keeper_roots *roots);

/* Answers attestation_get. */
void keeper_roots_answer(const struct keeper_roots *roots,
                         struct channel *channel, uint32_t id);

#endif
