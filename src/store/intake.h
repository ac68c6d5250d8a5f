/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/intake - sealed records on their way to a disk, and what becomes of
 * them when a disk stalls, errs or goes.
 *
 *   waiting   it has no place: no disk takes records at present
 *   writing   placed, at a disk's writer
 *   written   listed and found by readers, not yet synced
 *
 * A write that fails closes its volume; the record goes to another one, on
 * another disk where there is one. A disk that errs DISK_ERRORS_MAX times
 * without a good sync between is closed, and tried again after DISK_RETRY_US. A
 * sync that fails closes its volume for good, and what was written into it since the last good sync
 * is told as lost, for nothing says whether it is there.
 *
 * Copies for holds (HOLD_CLASS) never stand in the way of recordings: one that
 * finds no place is given up at once, which is told (SPACE).
 *
 * A disk that does not answer for STALL_US is stalled: what waits at its
 * writer goes elsewhere, and so does a copy of what it has in hand; should it
 * write that after all, the copy is punched. Without another disk all waits
 * for it; beyond INTAKE_HELD_MAX the oldest is dropped, which is told.
 *
 * Threads: the loop's.
 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "base/time.h"
#include "model/cause.h"
#include "store/store.h"

enum {
    INTAKE_HELD_MAX = 192 * 1024 * 1024, /* bytes, not written */
    STALL_US = 800000,
    DISK_ERRORS_MAX = 3,
    DISK_RETRY_US = 60000000,
};

struct flight;

struct intake_options {
    struct store *store;
    size_t held_max; /* 0: INTAKE_HELD_MAX */
    /* All with context; none may call the intake. owner: intake_add's. */
    void (*on_written)(void *context, void *owner,
                       const struct record_header *header,
                       const struct volume *volume);
    void (*on_lost)(void *context, const struct record_header *header,
                    enum cause cause);
    void *context;
};

struct intake {
    struct intake_options options;
    struct flight *first; /* oldest first */
    struct flight *last;
    size_t held_bytes; /* waiting and writing */
    size_t unwritten;  /* flights waiting and writing */
    uint64_t dropped;  /* records, for want of room */
};

void intake_init(struct intake *intake, const struct intake_options *options);

/* The writers must have ended. */
void intake_deinit(struct intake *intake);

struct intake_record {
    void *owner;
    uint16_t class_id;
    const struct record_header *header; /* copied */
    uint8_t *bytes; /* the whole record, padded; from base/alloc */
    size_t size;
    uint64_t mark; /* the caller's: intake_least_mark */
};

/* Takes record->bytes over and sends it where it can go. Fails with:
 * NO_MEMORY (then the bytes stay the caller's). */
MUST_USE enum status intake_add(struct intake *intake,
                                const struct intake_record *record);

/* Looks at what the writers have done; call it when one has, and now and then:
 * stalls and second tries are noticed here. */
void intake_run(struct intake *intake, struct boot_time now);

/*
 * The camera's records that start in span are dead: what waits is given up
 * (EXPIRED); what is being written is committed late, and its disk owes it from
 * now on (store_owes). Fails as disk_book_write.
 */
MUST_USE enum status intake_forget(struct intake *intake, uint32_t camera,
                                   struct span span, uint64_t epoch);

/* Whether some of that is still being written. */
bool intake_has_dead(const struct intake *intake);

/* At a stop that waits no longer: what is not on a disk yet is told as lost,
 * though some of it may get there. */
void intake_tell_rest(struct intake *intake, enum cause cause);

/* How many records of this owner are not durable yet. */
size_t intake_of_owner(const struct intake *intake, const void *owner);

/* The least mark of all that is not written; UINT64_MAX where all is. */
uint64_t intake_least_mark(const struct intake *intake);

#endif
