/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/keyring - all that the keeper knows and decides; its role only joins
 * this to messages and a timer.
 *
 * Keys come out of seeds that stand on the medium, are alive by trusted time,
 * and, for sealing, only near the present, so that a captured vault cannot
 * read the past. Expiry needs nobody: policies stand in the table.
 *
 * Threads: one.
 */
#ifndef KEYS_KEYRING_H
#define KEYS_KEYRING_H

#include <stdbool.h>

#include "base/status.h"
#include "crypto/derive.h"
#include "keys/deaths.h"
#include "model/pending.h"
#include "model/policy.h"
#include "model/span.h"

struct clock;
struct file_layer;
struct keyring;
struct root_store;

enum {
    KEYRING_RETRY_S = 5,       /* after a rotation that failed; twice as long */
    KEYRING_DOUBLINGS_MAX = 6, /* after each further one, up to 320 s */
    KEYRING_ROTATIONS_MAX = 8, /* at once, where more seeds are past their
                                  time than one rotation may list */
};

/* One unit's keys as a message carries them. */
struct keyring_unit {
    struct span span;
    uint32_t unit_s;
    struct unit_keys keys;
};

/*
 * Opens or makes the key files and applies the start-up rule; then, where
 * anything is due, one rotation, so that what died meanwhile is gone before
 * anybody asks. A rotation that fails is logged and tried again later, as is a
 * renewal. In the same boot, with nothing due, there is none: a start alone
 * shall not wear erasable memory.
 * store: as for rotation_open.
 * Fails as rotation_open.
 */
MUST_USE enum status keyring_open(const struct file_layer *layer,
                                  const char *directory,
                                  struct root_store *store,
                                  const struct clock *clock,
                                  const uint8_t boot_id[BOOT_ID_SIZE],
                                  struct keyring **out);
void keyring_close(struct keyring **keyring); /* wipes */

struct wall_time keyring_now(const struct keyring *keyring);
int64_t keyring_trusted_minus_boot_us(const struct keyring *keyring);
uint64_t keyring_epoch(const struct keyring *keyring);

/* Of erasure, as it holds now. */
unsigned keyring_level(const struct keyring *keyring);

/*
 * The policies of all cameras, from the gate; where they differ, a rotation
 * follows at once, so that new cameras have seeds. That takes a token of a
 * bucket like that of the orders; empty, the policies wait, and it is OK.
 * Fails with: BAD_INPUT (a camera twice), LIMIT, NO_MEMORY, DENIED (a period in
 * seconds where the roots are in a TPM), and as a rotation;
 * a failed rotation is tried again later, with the new policies.
 */
MUST_USE enum status keyring_set_policies(struct keyring *keyring,
                                          const struct policy *policies,
                                          size_t count);

/*
 * An ordered deletion, carried out by the next rotation; orders that wait
 * together share one. Where none is due anyway, it takes a token from a bucket
 * (KEY_ORDER_BURST, one more each KEY_ORDER_EVERY_S of boot time), which stands
 * in the table: see keyring_rotation_in_us. What lies further ahead than
 * KEY_REPLACE_AFTER_S is left out. The same entry again is no second order.
 * Fails with: BAD_INPUT, LIMIT (KEY_ORDERS_MAX wait).
 */
MUST_USE enum status keyring_order(struct keyring *keyring,
                                   const struct key_order *order);

/* Seeds of a hold: its own, in hours of the span, dead at die_at. */
struct key_hold {
    uint32_t subject; /* model/hold.h */
    struct span span;
    struct wall_time die_at;
};

/*
 * Makes seeds for a hold with the next rotation, which takes a token as an
 * order does. What is there already stays as it is: die_at is never raised.
 * OK: they stand on the medium. AGAIN: they will after a rotation; ask again.
 * Fails with: BAD_INPUT, LIMIT (KEY_HOLDS_MAX wait), NOT_FOUND (it has
 * ended).
 */
MUST_USE enum status keyring_hold(struct keyring *keyring,
                                  const struct key_hold *hold);

/* The keys of a hold's minute, to seal a copy or to read one; allowed as in
 * keyring_unseal. Fails with: NOT_FOUND, DENIED, INTERNAL. */
MUST_USE enum status keyring_hold_unit(struct keyring *keyring,
                                       uint32_t subject, struct wall_time time,
                                       struct span allowed,
                                       struct keyring_unit *out);

struct key_order_result {
    uint64_t entry;
    uint64_t epoch; /* the first table without them */
    struct wall_time died_at;
    uint32_t seeds; /* 0: there was nothing, or it has been told long ago */
};

/* An order of which nothing is left, and no root that opened it; it waits no
 * more. false: none. */
bool keyring_take_result(struct keyring *keyring, struct key_order_result *out);

/* What is due and not done, and how the key files are, for people. */
struct keyring_health {
    enum pending reason;
    uint32_t orders_waiting;
    uint32_t next_order_s; /* until the next ordered rotation may be */
    int64_t unconfirmed_us; /* of trusted time: the wall clock's word alone */
    int64_t claimed_us;     /* the wall clock is ahead of trusted time */
    int64_t behind_us;      /* or behind it */
    struct wall_time last_scrub; /* 0: none yet */
    uint32_t scrub_damage;       /* bad copies of table, root, spare it found */
};
struct keyring_health keyring_health(const struct keyring *keyring);

/* Looks at the wall clock; to be called every minute or so. True: a step has
 * found its second witness, and a rotation is due. */
bool keyring_observe_clock(struct keyring *keyring);

/* Two people say that the wall clock is right: what is past its period by it
 * dies now. The step that trusted time made, us; see keys/trusted_clock. */
int64_t keyring_settle_clock(struct keyring *keyring);

/* Whether the last such word stands on the medium: else a restart forgets it,
 * and it is to be said again. */
bool keyring_clock_is_settled(const struct keyring *keyring);

/* Reads both copies of all that is in use and tries the spare, where the last
 * time was KEY_SCRUB_EVERY_S ago. Whether a rotation should heal damage now. */
bool keyring_scrub(struct keyring *keyring);

/* One rotation, or several where much has died. AGAIN: its last step is under
 * way; nobody is told of its deaths yet. Fails as rotation_run. */
MUST_USE enum status keyring_rotate(struct keyring *keyring);

/* The store of the roots has come to an end of what was under way: takes the
 * result, and goes on where more is due. As keyring_rotate. */
MUST_USE enum status keyring_collect(struct keyring *keyring);

/* Microseconds until keyring_rotate is due; 0: now. */
int64_t keyring_rotation_in_us(const struct keyring *keyring);

/* For sealing. Fails with: NOT_FOUND (no policy, or dead), DENIED (too far
 * from now), INTERNAL. Wipe *out after use. */
MUST_USE enum status keyring_seal(struct keyring *keyring,
                                  uint32_t camera, struct wall_time time,
                                  struct keyring_unit *out);

/*
 * For reading; the caller has checked the ticket, and asks only for units that
 * overlap allowed. unit_s: of the record, 0 where unknown.
 * Fails with: NOT_FOUND (destroyed, doomed, or never was), DENIED (outside
 * allowed), INTERNAL. Wipe *out after use.
 */
MUST_USE enum status keyring_unseal(const struct keyring *keyring,
                                    uint32_t camera, struct wall_time time,
                                    uint32_t unit_s, struct span allowed,
                                    struct keyring_unit *out);

/* Fails with: NOT_FOUND, INTERNAL. */
MUST_USE enum status keyring_month_key(const struct keyring *keyring,
                                       uint32_t month,
                                       uint8_t out[MONTH_KEY_SIZE]);

/*
 * Deaths after the running number *cursor, which acknowledges those up to it;
 * at most KEY_DEATHS_MESSAGE rows. *cursor becomes the number of the last row.
 * Only what has been erased is told. A cursor beyond all deaths ever (the key
 * files were made anew) begins at the oldest row. The count; 0: none yet.
 */
size_t keyring_deaths_after(struct keyring *keyring, uint64_t *cursor,
                            struct writer *out);

/*
 * Deaths of epochs after *epoch, whole epochs only, at most KEY_DEATHS_MESSAGE
 * rows; *epoch becomes the last one told: ask again until it is the current.
 */
size_t keyring_deaths_since(const struct keyring *keyring, uint64_t *epoch,
                            struct writer *out);

/*
 * The time of which the subject has seeds or kept units, neighbours joined, in
 * no order: at most limit spans; where there would be more, the last reaches
 * over what is between, so that never too little is said to live.
 * Fails with: AGAIN (an erasure is due: what left the table may still open).
 */
MUST_USE enum status keyring_alive(const struct keyring *keyring,
                                   uint32_t subject, struct span *out,
                                   size_t limit, size_t *count);

#endif
