/* SPDX-License-Identifier: Apache-2.0 */
/* keys/keyring, inside: for keyring*.c only. */
#ifndef KEYS_KEYRING_PRIVATE_H
#define KEYS_KEYRING_PRIVATE_H

#include "keys/keyring.h"
#include "keys/rotation.h"
#include "model/hold.h"

/* Tokens for rotations that somebody asks for. */
struct bucket {
    int64_t full_us; /* boot time; to come: tokens are missing */
};

struct keyring {
    const struct clock *clock;
    struct rotation *rotation;
    struct key_state state; /* in use: exactly what stands on the medium, but
                               for marks of use */
    struct policy *wanted;  /* from the gate, where not yet in state */
    size_t wanted_count;
    bool has_wanted;
    struct key_order orders[KEY_ORDERS_MAX]; /* not carried out yet */
    size_t order_count;
    struct bucket ordered;  /* stands in the table */
    struct bucket changed;  /* for policies; begins full */
    struct key_hold holds[KEY_HOLDS_MAX]; /* not in the table yet */
    size_t hold_count;
    struct trusted_clock trusted;
    uint64_t acknowledged;   /* deaths, by the gate */
    bool settle_is_due;      /* a settled clock is not in the table yet */
    struct wall_time last;   /* the last attempt at a rotation */
    enum status last_status; /* of it, or of the erasure since */
    bool is_unfinished;      /* another is to follow soon */
    unsigned failures;       /* in a row, up to the limit */
    struct wall_time last_scrub;
    uint32_t scrub_damage;
};

/* Trusted time by which seeds die, and by which they are not used any more. */
struct wall_time keyring_earliest(const struct keyring *keyring);
struct wall_time keyring_latest(const struct keyring *keyring);

/* Seeds for all holds that wait, into the table to come. Fails with:
 * NO_MEMORY, LIMIT. */
MUST_USE enum status keyring_make_holds(const struct keyring *keyring,
                                        struct key_state *next);
/* Those that stand on the medium wait no more. */
void keyring_drop_made_holds(struct keyring *keyring);

/* Until a rotation that is asked for may be. */
int64_t keyring_bucket_wait_us(const struct keyring *keyring,
                               const struct bucket *bucket);

/* When the bucket is full again (boot time), should a token be taken now. */
int64_t keyring_bucket_after_us(const struct keyring *keyring,
                                const struct bucket *bucket, bool takes_one);

/* Trusted time has gone back: orders end near the present again. */
void keyring_cut_orders(struct keyring *keyring);

#endif
