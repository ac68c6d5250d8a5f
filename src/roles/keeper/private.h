/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/keeper/private - what the files of the keeper share.
 *
 *   keeper.c        start, rotation, what the gate asks
 *   keeper/vault.c  keys for sealing and reading, deaths for the vault
 *   keeper/roots.c  where the roots live
 *
 * Threads: the loop's.
 */
#ifndef ROLES_KEEPER_PRIVATE_H
#define ROLES_KEEPER_PRIVATE_H

#include "keys/keyring.h"
#include "keys/limits.h"
#include "model/hold.h"
#include "roles/keeper/roots.h"
#include "roles/role.h"

enum { DEATHS_BYTES = KEY_DEATHS_MESSAGE * DEATH_SIZE };

/* A request whose answer waits. */
struct waiting {
    bool is_open;
    uint32_t id;
    uint64_t known;
};

struct keeper {
    struct role_process process;
    struct keyring *keyring; /* NULL before start_keeper */
    struct timer *rotation;
    struct keeper_roots roots;
    struct timer *observe; /* looks at the wall clock */
    uint8_t *ticket_key; /* locked memory */
    bool has_ticket_key;
    struct waiting deaths; /* of the gate */
    struct waiting epoch;  /* of the vault */
    struct waiting settle; /* of the gate; known: the entry */
    int64_t settled_step_us;
    struct waiting orders[KEY_ORDERS_MAX]; /* of the gate; known: the entry */
    uint8_t rows[DEATHS_BYTES];
};

/* An answer that does not fit or has no peer is the peer's end, not ours. */
void keeper_sent(enum status s, const char *what);

/* ---- keeper/vault.c ---- */

void keeper_answer_epoch(struct keeper *keeper);

#define KEEPER_HANDLER(name)                                                   \
    void keeper_on_##name(void *context, struct channel *channel,              \
                          const struct message_##name *message,                \
                          int descriptor)
KEEPER_HANDLER(vault_clock);
KEEPER_HANDLER(seal_key);
KEEPER_HANDLER(open_key);
KEEPER_HANDLER(epoch_wait);
KEEPER_HANDLER(alive_get);
#undef KEEPER_HANDLER

#endif
