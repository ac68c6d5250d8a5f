/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "cmd/verify_private.h"
#include "keys/offline.h"

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
    else if (hold->destroyed_entry != 0)
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

void verify_holds(struct verify *verify)
{
    struct wall_time now = keys_offline_time(verify->keys);
    for (size_t i = 0; i < verify->holds.count; i++) {
        const struct hold *hold = &verify->holds.list[i];
        char where[VERIFY_WHERE_SIZE];
        verify->result->holds++;
        verify->result->holds_alive += hold_is_alive(hold, now);
        (void)snprintf(where, sizeof where, "hold %" PRIu32, hold->number);
        if (is_beyond_end(verify, hold))
            verify_problem(verify, where, "its end has passed, and no entry "
                                          "says that it was destroyed");
    }
    keys_offline_each(verify->keys, check_cell, verify);
}
