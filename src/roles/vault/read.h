/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/vault/read - one answer to a reader: which records, whose keys, which
 * of their pictures.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_VAULT_READ_H
#define ROLES_VAULT_READ_H

#include "roles/vault/private.h"

enum { READ_ANSWER_MAX = 60 * 1024 * 1024 }; /* bytes */

enum read_unit_state {
    UNIT_WANTED,
    UNIT_ASKED,
    UNIT_THERE,
    UNIT_REFUSED,
};

struct read_unit {
    struct vault_read *read;
    uint32_t subject; /* the camera, or a hold of it */
    struct wall_time start;
    enum read_unit_state state;
};

/* Takes what has been made so far. Fails with: LIMIT, IO. */
typedef enum status read_flush_fn(void *context, struct bytes packs);

struct read_request {
    uint32_t camera;
    struct span allowed; /* the ticket's: no picture outside leaves */
    struct wall_time from;
    int64_t soft_us; /* ends at the first IDR so long after its start */
    uint64_t soft_bytes;
    bool is_bare; /* times and flags, each sample without its bytes */
    struct selection selection;
    read_flush_fn *flush; /* NULL: all stays in out */
    void *flush_context;
};

struct vault_read {
    struct vault_read *next;
    struct vault *vault;
    struct channel *channel; /* NULL: nobody waits any more */
    uint32_t id;
    struct boot_time deadline; /* for web to receive what it was sent */
    bool is_covered;           /* by way of vault/cover */
    struct buffer ticket;
    struct read_request request;
    uint8_t *keys; /* VAULT_READ_UNITS x UNIT_KEY_SIZE, locked */
    struct read_unit units[VAULT_READ_UNITS];
    size_t unit_count;
};

/* The key of the record's unit; NULL: none. */
typedef const uint8_t *read_key_fn(const void *context,
                                   const struct record_row *row);

/*
 * Opens the selected records and packs the pictures from the last IDR at or
 * before from (but inside allowed) to the first IDR at or behind the soft
 * limits. Where a record's key is no more, the copy that a hold keeps of it is
 * taken. Damaged records and those without a key are left out; the next
 * picture is flagged. *next_us: where to go on; 0 where nothing follows inside
 * allowed. out: empty; where the request has a flush, it ends with what has not
 * been given to that. An answer is at most READ_ANSWER_MAX. Where the pictures
 * that lead up to from are more than that, it begins with the first one at or
 * behind from, flagged: who has the answer before decodes on, others at the next
 * IDR. So *next_us is 0 or behind from. Fails with: NO_MEMORY, and as flush does.
 */
MUST_USE enum status read_make(struct store *store,
                               const struct read_request *request,
                               read_key_fn *key_of, const void *key_context,
                               struct buffer *out, int64_t *next_us);

#endif
