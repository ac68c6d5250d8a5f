/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/destruction - one destruction, gathered from the log.
 *
 * A destruction is an order, named by its deletion.intent, or an expiry, named
 * by its deletion.done; a deletion.done that an order has caused leads to the
 * order. Its record is made of lines of the log and of nothing else, so that a
 * stranger with the log can check every word of it:
 *
 *   order    deletion.intent,
 *            (deletion.seeds, deletion.done or keys.dropped)*,
 *            deletion.answered
 *   expiry   notice.version (the standing intent), deletion.seeds,
 *            deletion.done
 *
 * and, where a TPM erased, the deletion.attested of the last epoch in which
 * something of it died, or the first of a later one.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_DESTRUCTION_H
#define ROLES_GATE_DESTRUCTION_H

#include "roles/gate/gate.h"
#include "tpm/attestation.h"
#include "tpm/tpm.h"

enum {
    DESTRUCTION_DIGEST_SIZE = 65, /* hexadecimal, terminated */
    DESTRUCTION_NAME_SIZE = 129,
    /* Bytes of lines in one answer; the rest comes with the next question. */
    DESTRUCTION_LINES_MAX = 49152,
    DESTRUCTION_COMMITMENT_BYTES = 16,
};

/* A deletion.done or keys.dropped, and the deletion.seeds before it. */
struct destruction_part {
    uint64_t entry;
    uint64_t seeds_entry; /* 0: there is none */
    uint32_t camera;
    struct span span;
    uint64_t epoch;
    enum cause cause;
    struct wall_time died;
    uint64_t order;
    bool is_unused; /* keys.dropped: there was no video */
    uint64_t seeds;
    int64_t level; /* -1: not known */
    char seeds_sha256[DESTRUCTION_DIGEST_SIZE];
};

enum destruction_wait {
    DESTRUCTION_DONE,
    DESTRUCTION_WAITS_KEEPER,  /* it is away */
    DESTRUCTION_WAITS_TURN,    /* orders are carried out one after another */
    DESTRUCTION_WAITS_ERASURE, /* the erasable memory refuses */
    DESTRUCTION_WAITS_ENTRIES, /* dead, and not all in the log yet */
    DESTRUCTION_WAIT_COUNT
};

struct destruction {
    uint64_t entry;
    struct wall_time time; /* of that entry */
    bool is_order;
    struct order order; /* done is borrowed from gate->orders */
    char person[DESTRUCTION_NAME_SIZE]; /* of the notice; may be empty */
    char request[DESTRUCTION_NAME_SIZE];
    bool has_notice;
    uint64_t attested_entry; /* 0: none, or not yet */
    uint64_t notice_entry;
    int64_t notice_version;
    char notice_sha256[DESTRUCTION_DIGEST_SIZE];
    enum destruction_wait wait;
};

/* Fails with: NOT_FOUND, NO_MEMORY, and as log_store_line. */
MUST_USE enum status destruction_find(const struct gate *gate, uint64_t entry,
                                      struct destruction *out);

/* entry: a deletion.done or keys.dropped. Fails likewise. */
MUST_USE enum status destruction_part_read(const struct gate *gate,
                                           uint64_t entry,
                                           struct destruction_part *out);

/* The space.freed behind a part that says when its place on the disk went;
 * false: not yet, or long after. */
bool destruction_part_freed(const struct gate *gate,
                            const struct destruction_part *part,
                            uint64_t *entry, struct wall_time *time);

/* What the TPM has signed, taken apart; borrows from scratch. Fails with:
 * NOT_FOUND (no attested_entry), CORRUPT, and as log_store_line. */
MUST_USE enum status
destruction_attestation_read(const struct gate *gate,
                             const struct destruction *destruction,
                             uint8_t scratch[TPM_ATTESTATION_MAX],
                             struct tpm_attestation *out);

/* Its parts' entries; index < the count. */
size_t destruction_part_count(const struct destruction *destruction);
uint64_t destruction_part_entry(const struct destruction *destruction,
                                size_t index);

/* Calls on_line for each line of its record, in the order of the log. Stops
 * where on_line does not give OK, and gives that. */
typedef enum status destruction_line_fn(void *context, uint64_t number);
MUST_USE enum status
destruction_each_line(const struct gate *gate,
                      const struct destruction *destruction,
                      destruction_line_fn *on_line, void *context);

/* ---- words, for JSON and paper --------------------------------------------- */

/* What erasure of this level is worth, in one plain sentence. Never NULL. */
const char *destruction_level_words(int64_t level, enum language language);
/* Never NULL; empty where it is done. */
const char *destruction_wait_words(enum destruction_wait wait,
                                   enum language language);
const char *destruction_wait_name(enum destruction_wait wait);

/* ---- the texts of an order --------------------------------------------------
 */

/* Reason of an order in plain words, with the salt of its commitment. */
struct destruction_reason {
    bool is_there;
    uint8_t salt[COMMITMENT_SALT_SIZE];
    char plain[LOG_TEXT_MAX + 1];
};

/* Fills out where the month's key is known and alive. */
void destruction_reason_read(const struct gate *gate, uint64_t entry,
                             struct destruction_reason *out);

/* ---- gate/destruction/json.c, gate/destruction/page.c ------------------------
 */

/* reason: NULL where this person may not read it. after: as in messages.def. */
MUST_USE enum status
destruction_write_json(const struct gate *gate,
                       const struct destruction *destruction, uint64_t after,
                       const struct destruction_reason *reason,
                       struct buffer *out);
MUST_USE enum status
destruction_write_page(const struct gate *gate,
                       const struct destruction *destruction,
                       const struct destruction_reason *reason,
                       struct buffer *out);

/* deaths.c: asks for more unless an answer is awaited or being written; while
 * stopping, for what is left. */
void gate_deaths_ask(struct gate *gate);
/* attestation.c: what the TPM has signed of the newest deletion, where the log
 * does not have it yet. */
void gate_attestation_ask(struct gate *gate);
/* order.c: asks the keeper for every order that it has not carried out. */
void gate_orders_ask(struct gate *gate);

#endif
