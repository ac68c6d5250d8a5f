/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often somebody may ask: so many a minute for one, so many for all
 * together. The address is what web says; the sum holds even where web lies.
 */
#include "base/alloc.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"

enum {
    ROWS = 512,
    WHO_SIZE = 65,
    WINDOW_US = 60 * SECOND_US,
};

struct rate_limit {
    uint32_t of_one; /* a minute */
    uint32_t of_all;
};

static const struct rate_limit LIMITS[RATE_COUNT] = {
    [RATE_LOGIN] = {.of_one = 12, .of_all = 300},
    [RATE_VIEW] = {.of_one = 60, .of_all = 600},
    [RATE_WITNESS] = {.of_one = 120, .of_all = 600},
};

struct rate_row {
    char who[WHO_SIZE];
    struct boot_time began;
    uint32_t count;
};

struct gate_rates {
    struct rate_row rows[RATE_COUNT][ROWS];
    struct rate_row all[RATE_COUNT];
};

enum status gate_rates_create(struct gate_rates **out)
{
    *out = alloc_zeroed(sizeof **out);
    return *out == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

void gate_rates_destroy(struct gate_rates **rates)
{
    alloc_free(*rates);
    *rates = NULL;
}

static bool takes(struct rate_row *row, struct boot_time now, uint32_t most)
{
    if (row->count == 0 || now.us - row->began.us >= WINDOW_US) {
        row->began = now;
        row->count = 0;
    }
    if (row->count >= most)
        return false;
    row->count++;
    return true;
}

/* This one's row, or the one whose window began first. */
static struct rate_row *row_of(struct rate_row *rows, const char *who)
{
    struct rate_row *oldest = &rows[0];
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].count > 0 && strcmp(rows[i].who, who) == 0)
            return &rows[i];
        if (rows[i].began.us < oldest->began.us)
            oldest = &rows[i];
    }
    *oldest = (struct rate_row){.count = 0};
    (void)text_copy(text_of(who), oldest->who, sizeof oldest->who);
    return oldest;
}

bool gate_rate_allows(struct gate *gate, enum gate_rate rate, struct text who)
{
    char name[WHO_SIZE];
    struct gate_rates *rates = gate->rates;
    struct boot_time now = clock_boot(gate->process.clock);
    (void)text_copy(who, name, sizeof name);
    return takes(row_of(rates->rows[rate], name), now, LIMITS[rate].of_one) &&
           takes(&rates->all[rate], now, LIMITS[rate].of_all);
}
