/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "cmd/verify/private.h"
#include "keys/offline.h"

enum { FIRST_CAPACITY = 16 };

/* The hold's row, made where it is new; NULL without memory. */
static struct verify_held *held_of(struct verify *verify, uint32_t subject)
{
    for (size_t i = 0; i < verify->held_count; i++) {
        if (verify->held[i].subject == subject)
            return &verify->held[i];
    }
    if (verify->held_count == verify->held_capacity) {
        size_t capacity = verify->held_capacity == 0
                              ? FIRST_CAPACITY
                              : verify->held_capacity * 2;
        struct verify_held *grown =
            alloc_resize(verify->held, capacity, sizeof *grown);
        if (grown == NULL) {
            verify->status = STATUS_NO_MEMORY;
            return NULL;
        }
        verify->held = grown;
        verify->held_capacity = capacity;
    }
    verify->held[verify->held_count] =
        (struct verify_held){.subject = subject};
    return &verify->held[verify->held_count++];
}

void verify_holds_count(struct verify *verify, uint32_t subject,
                        bool is_damaged)
{
    struct verify_held *held = held_of(verify, subject);
    if (held != NULL)
        *(is_damaged ? &held->damaged : &held->opened) += 1;
}

void verify_holds_count_leaf(struct verify *verify, uint32_t subject)
{
    struct verify_held *held = held_of(verify, subject);
    if (held != NULL)
        held->leaves++;
}

/* Every living key of a hold has an entry that orders it, does not outlive that
 * hold's end, and is not one that was told to be dead. */
static void check_cell(void *context, uint32_t subject, struct span span,
                       struct wall_time die_at)
{
    struct verify *verify = context;
    char where[VERIFY_WHERE_SIZE];
    uint32_t number = hold_of_subject(subject);
    (void)span;
    if (number == 0)
        return;
    const struct hold *hold = holds_find(&verify->holds, number);
    (void)snprintf(where, sizeof where, "keys of hold %" PRIu32, number);
    if (hold == NULL || hold->camera != camera_of_subject(subject))
        verify_problem(verify, where, "no entry orders this hold");
    else if (die_at.us > hold->until.us)
        verify_problem(verify, where, "they outlive the hold's end");
    else if (hold->destroyed_entry != 0 &&
             !verify_is_later(verify, hold->destroyed_entry))
        verify_problem(verify, where, "they live, though entry %" PRIu64
                       " says that they are dead", hold->destroyed_entry);
}

/* Past its end by more than a rotation can take. */
static bool is_beyond_end(const struct verify *verify, const struct hold *hold)
{
    int64_t rotation_us =
        slot_grid_of((struct retention){RETENTION_DAYS, 1}).rotation_s *
        (int64_t)SECOND_US;
    return hold->destroyed_entry == 0 && hold->made_entry != 0 &&
           hold->records > 0 &&
           verify->horizon.us > hold->until.us + 2 * rotation_us;
}

/* As many records as the entry says are there; those that are damaged have
 * been told of. */
static void check_copies(struct verify *verify, const struct hold *hold,
                         const char *where)
{
    const struct verify_held *held =
        held_of(verify, hold_subject(hold->number, hold->camera));
    if (held != NULL && !verify_is_later(verify, hold->made_entry) &&
        held->opened + held->damaged < hold->records)
        verify_problem(verify, where,
                       "entry %" PRIu64 " says that %" PRIu64
                       " records are held; there are %" PRIu64,
                       hold->made_entry, hold->records,
                       held->opened + held->damaged);
}

void verify_holds_leaves(struct verify *verify)
{
    struct wall_time now = keys_offline_time(verify->keys);
    for (size_t i = 0; i < verify->holds.count; i++) {
        const struct hold *hold = &verify->holds.list[i];
        const struct verify_held *held =
            held_of(verify, hold_subject(hold->number, hold->camera));
        char where[VERIFY_WHERE_SIZE];
        if (held == NULL || hold->made_entry == 0 ||
            held->leaves >= hold->leaves || !hold_is_alive(hold, now))
            continue;
        (void)snprintf(where, sizeof where, "hold %" PRIu32, hold->number);
        verify_problem(verify, where,
                       "entry %" PRIu64 " says that the leaves of %" PRIu64
                       " groups of pictures are held; there are %" PRIu64,
                       hold->made_entry, hold->leaves, held->leaves);
    }
}

void verify_holds(struct verify *verify)
{
    struct wall_time now = keys_offline_time(verify->keys);
    for (size_t i = 0; i < verify->holds.count; i++) {
        const struct hold *hold = &verify->holds.list[i];
        char where[VERIFY_WHERE_SIZE];
        verify->result->holds++;
        verify->result->holds_alive += hold_is_alive(hold, now);
        (void)snprintf(where, sizeof where, "hold %" PRIu32, hold->number);
        if (hold->made_entry != 0 && hold_is_alive(hold, now))
            check_copies(verify, hold, where);
        if (is_beyond_end(verify, hold))
            verify_problem(verify, where, "its end has passed, and no entry "
                                          "says that it was destroyed");
    }
    keys_offline_each(verify->keys, check_cell, verify);
}
