/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipc/ticket - what the vault and the keeper obey.
 *
 * The gate writes a ticket after the entry that allows it is durable, and puts
 * two HMAC-SHA-256 values under it: one with the key it shares with the vault,
 * one with the key it shares with the keeper. Neither receiver can make one
 * that the other takes. Both keys are new each time a channel is attached.
 *
 * Layout: "HTK1", kind u8, zero x3, view u64, person u32, from i64, to i64,
 * expires i64 (boot time, us), count u16, stream u32 each; MAC for the vault
 * (32), MAC for the keeper (32), both over all that stands before them.
 */
#ifndef IPC_TICKET_H
#define IPC_TICKET_H

#include "base/time.h"
#include "base/writer.h"
#include "model/camera.h"
#include "model/span.h"

enum ticket_kind {
    TICKET_RECORDED = 1, /* one camera, inside span */
    TICKET_LIVE = 2,     /* from now on, until it expires */
    TICKET_HOLD = 3,     /* to be copied for a hold, whose number view is;
                            nothing is given out by it */
};

enum {
    TICKET_CAMERAS_MAX = CAMERAS_MAX,
    TICKET_KEY_SIZE = 32,
    TICKET_MAC_SIZE = 32,
    TICKET_FIXED_SIZE = 46 + 2 * TICKET_MAC_SIZE,
    TICKET_SIZE_MAX = TICKET_FIXED_SIZE + 4 * TICKET_CAMERAS_MAX,
    TICKET_LIFE_S = 60,
};

/*
 * On a camera's number in a ticket: parts of its picture are not for this
 * reader's eyes. The vault gives out pictures of it only with those covered.
 */
#define TICKET_COVERED UINT32_C(0x80000000)

enum ticket_reader { TICKET_FOR_VAULT = 0, TICKET_FOR_KEEPER = 1 };

struct ticket {
    enum ticket_kind kind;
    uint64_t view; /* number of the entry that allows it */
    uint32_t person;
    struct span span;
    struct boot_time expires;
    struct bytes cameras; /* u32 big-endian each, with TICKET_COVERED where so;
                           * borrowed */
};

/* Writes ticket and MACs. Fails with: LIMIT, INTERNAL. */
MUST_USE enum status ticket_seal(const struct ticket *ticket,
                                 const uint8_t vault_key[TICKET_KEY_SIZE],
                                 const uint8_t keeper_key[TICKET_KEY_SIZE],
                                 struct writer *out);

/*
 * Checks the MAC meant for this reader, in constant time, then the layout and
 * the expiry. Fails with: DENIED. cameras points into sealed.
 */
MUST_USE enum status ticket_open(struct bytes sealed,
                                 enum ticket_reader reader,
                                 const uint8_t key[TICKET_KEY_SIZE],
                                 struct boot_time now, struct ticket *out);

/* camera: a stream's number, as the ticket has it. */
bool ticket_allows_camera(const struct ticket *ticket, uint32_t camera);

/* Whether it allows a stream of this camera, whose keys both streams share. */
bool ticket_allows_keys(const struct ticket *ticket, uint32_t camera);

/* Whether it allows this camera's pictures only with regions covered. */
bool ticket_covers_camera(const struct ticket *ticket, uint32_t camera);

#endif
