/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/reorder - datagrams of one stream back in the order of their numbers.
 *
 * What is next goes through at once. What comes too early waits, copied, until
 * the hole before it is filled, the window is full, or it has waited
 * REORDER_WAIT_MS; then the hole is left as it is, for the assembler to count.
 * What comes after its place was given up, and what comes twice, is dropped.
 *
 * A number far away from all others is believed only when the next one follows
 * it (RFC 3550 section A.1): one stray datagram changes nothing, a sender that
 * began anew is followed. Another SSRC is another sender, at once.
 *
 * Threads: none of its own.
 */
#ifndef INGEST_REORDER_H
#define INGEST_REORDER_H

#include "base/time.h"
#include "ingest/limits.h"
#include "wire/rtp.h"

/* packet lives while the callback runs. */
typedef void reorder_fn(void *context, const struct rtp_packet *packet);

struct reorder_slot {
    bool is_taken;
    struct boot_time arrival;
    struct rtp_packet packet; /* its payload is memory of our own */
};

struct reorder {
    reorder_fn *on_packet;
    void *context;
    bool has_next;
    uint16_t next; /* the number that is due */
    uint32_t ssrc;
    size_t held;
    size_t held_bytes;
    struct reorder_slot slots[REORDER_PACKETS_MAX]; /* by number, modulo */
    struct reorder_slot stray; /* far away; the next may follow it */
    /* For statistics and tests */
    uint64_t late; /* dropped: behind their place */
};

void reorder_init(struct reorder *reorder, reorder_fn *on_packet,
                  void *context);
void reorder_deinit(struct reorder *reorder);

/* Takes one packet; on_packet may run, also more than once. Without memory to
 * keep it, it goes through with the hole before it. */
void reorder_take(struct reorder *reorder, const struct rtp_packet *packet,
                  struct boot_time now);

/* Gives up what has been waited for long enough. */
void reorder_tick(struct reorder *reorder, struct boot_time now);

/* No more comes: passes all that is held. */
void reorder_end(struct reorder *reorder);

/* When reorder_tick wants to be called; INT64_MAX: not at all. */
struct boot_time reorder_deadline(const struct reorder *reorder);

#endif
