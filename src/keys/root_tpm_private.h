/* SPDX-License-Identifier: Apache-2.0 */
/* keys/root_tpm_private - root_tpm.c: the store, its thread, its link;
 * root_tpm_visit.c: what is done in the TPM; root_tpm_open.c: set-up. */
#ifndef KEYS_ROOT_TPM_PRIVATE_H
#define KEYS_ROOT_TPM_PRIVATE_H

#include "keys/root_tpm.h"
#include "keys/tpm_setup.h"
#include "sys/worker.h"

enum { MARK_SIZE = 8 + 32 };

/* One visit's task, and how it went. The thread's while it runs. */
struct work {
    unsigned cell;
    uint8_t root[ROOT_SIZE];   /* to write */
    uint64_t epoch;            /* in use; 0: not in this TPM */
    uint8_t in_use[ROOT_SIZE]; /* its root, to commit to */
    int arrived;               /* a new link, to change to; -1: none */
    enum status status;
    uint32_t code;    /* of the TPM, where it gave one */
    bool is_marked;   /* the TPM holds the epoch now */
    bool is_attested; /* and has signed it */
};

/* In locked memory as a whole. */
struct root_tpm {
    struct root_store store;
    struct tpm_setup setup;
    struct tpm_identity identity;
    bool is_new;

    /* The thread's while is_working, else the loop's. */
    int descriptor;
    bool link_failed;
    struct tpm_transport link; /* on the descriptor, or a test's */
    struct tpm_transport inner;
    struct work work;
    uint8_t signed_mark[TPM_ATTESTATION_MAX];
    size_t signed_size;

    /* The loop's. */
    int arrived; /* a new link, for the next piece of work; -1: none */
    struct worker *worker;
    bool is_working;
    bool has_next;
    struct work next; /* while another is under way */
    bool has_result;
    enum status result;
    uint8_t attestation[TPM_ATTESTATION_MAX];
    size_t attestation_size;
    void (*on_done)(void *context);
    void *context;
};

/* ---- root_tpm_visit.c: any thread ---------------------------------------- */

struct tpm_index root_tpm_cell(const struct root_tpm *roots, unsigned cell);
struct tpm_index root_tpm_mark(const struct root_tpm *roots);

/* A visit by the names of the set-up. Fails as tpm_open, tpm_authorize. */
MUST_USE enum status root_tpm_visit(struct root_tpm *roots, struct tpm **out,
                                    uint32_t *code);

/* What the mark says: the epoch, 0 before the first one. Fails as
 * tpm_index_read. */
MUST_USE enum status root_tpm_read_mark(struct root_tpm *roots,
                                        struct tpm *tpm, uint64_t *epoch);

/* Does roots->work, up to its status. */
void root_tpm_do(struct root_tpm *roots);

/* ---- root_tpm.c ---------------------------------------------------------- */

MUST_USE enum status root_tpm_create(const struct root_tpm_options *options,
                                     struct root_tpm **out);
void root_tpm_destroy(struct root_tpm **roots);

/* What a failure means and what to do; one line. */
void root_tpm_tell(enum status status, uint32_t code);

#endif
