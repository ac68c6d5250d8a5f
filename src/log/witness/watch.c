/* SPDX-License-Identifier: Apache-2.0 */
#include "log/witness/watch.h"

#include <string.h>

#include "base/text.h"

static const char *const STATES[WITNESS_STATE_COUNT] = {
    [WITNESS_UNKNOWN] = "",
    [WITNESS_SET] = "set",
    [WITNESS_AWAY] = "away",
    [WITNESS_CONTRADICTED] = "contradicted",
    [WITNESS_BACK] = "back",
};

const char *witness_state_name(enum witness_state state)
{
    return (unsigned)state < WITNESS_STATE_COUNT ? STATES[state] : "";
}

static enum witness_state state_of(struct text name)
{
    for (unsigned i = WITNESS_SET; i < WITNESS_STATE_COUNT; i++)
        if (text_equal(name, text_of(STATES[i])))
            return (enum witness_state)i;
    return WITNESS_UNKNOWN;
}

const struct witness_row *witness_watch_find(const struct witness_watch *watch,
                                             struct text name)
{
    for (size_t i = 0; i < watch->count; i++)
        if (text_equal(text_of(watch->rows[i].name), name))
            return &watch->rows[i];
    return NULL;
}

const struct equivocation_row *
witness_watch_equivocation(const struct witness_watch *watch,
                           struct text origin)
{
    for (size_t i = 0; i < watch->equivocation_count; i++)
        if (text_equal(text_of(watch->equivocations[i].origin), origin))
            return &watch->equivocations[i];
    return NULL;
}

static void take_state(struct witness_watch *watch,
                       const struct entry_line *entry)
{
    struct text name;
    struct text state;
    struct witness_row row = {.since = entry->time, .set = entry->time};
    if (entry_line_text(entry, "witness", &name) != STATUS_OK ||
        entry_line_text(entry, "state", &state) != STATUS_OK ||
        !text_copy(name, row.name, sizeof row.name))
        return;
    const struct witness_row *known = witness_watch_find(watch, name);
    row.state = state_of(state);
    if (known != NULL) {
        if (row.state != WITNESS_SET)
            row.set = known->set;
        watch->rows[known - watch->rows] = row;
        return;
    }
    if (watch->count == WATCH_ROWS_MAX)
        memmove(watch->rows, watch->rows + 1,
                --watch->count * sizeof *watch->rows);
    watch->rows[watch->count++] = row;
}

static void take_equivocation(struct witness_watch *watch,
                              const struct entry_line *entry)
{
    struct text origin;
    int64_t known_size = 0;
    struct equivocation_row row = {.at = entry->time};
    if (entry_line_text(entry, "origin", &origin) != STATUS_OK ||
        entry_line_number(entry, "known_size", &known_size) != STATUS_OK ||
        known_size < 0 || !text_copy(origin, row.origin, sizeof row.origin))
        return;
    row.known_size = (uint64_t)known_size;
    const struct equivocation_row *known =
        witness_watch_equivocation(watch, origin);
    if (known != NULL) {
        watch->equivocations[known - watch->equivocations] = row;
        return;
    }
    if (watch->equivocation_count == WITNESSES_MAX)
        memmove(watch->equivocations, watch->equivocations + 1,
                --watch->equivocation_count * sizeof *watch->equivocations);
    watch->equivocations[watch->equivocation_count++] = row;
}

static void take_successor(struct witness_watch *watch,
                           const struct entry_line *entry)
{
    struct text predecessor;
    int64_t size = 0;
    int64_t sound = 0;
    if (entry_line_text(entry, "predecessor", &predecessor) != STATUS_OK ||
        entry_line_number(entry, "size", &size) != STATUS_OK ||
        entry_line_number(entry, "sound", &sound) != STATUS_OK ||
        !text_copy(predecessor, watch->predecessor,
                   sizeof watch->predecessor))
        return;
    watch->missing = size > sound ? size - sound : 0;
}

void witness_watch_add(struct witness_watch *watch,
                       const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_LOG_SUCCEEDED)
        take_successor(watch, entry);
    if (entry->kind == ENTRY_WITNESS_STATE)
        take_state(watch, entry);
    else if (entry->kind == ENTRY_WITNESS_EQUIVOCATION)
        take_equivocation(watch, entry);
}

bool witness_is_overdue(const struct witness_row *row, int64_t last_us,
                        struct wall_time now)
{
    int64_t from_us = last_us > row->set.us ? last_us : row->set.us;
    return now.us - from_us > (int64_t)WITNESS_AWAY_S * SECOND_US;
}
