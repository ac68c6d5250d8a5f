/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/ledger - the rows of the ledger of personal video, out of the log.
 *
 * One entry, at most one row, and nothing but the entry decides: so no row can
 * be left out or altered without altering the log. Every kind by which somebody
 * sees or gets pictures, keeps them longer or has them destroyed, and every
 * death of pictures, is a row; each kind of the table is decided in one switch
 * without a default.
 *
 * Threads: none; pure.
 */
#ifndef LOG_LEDGER_H
#define LOG_LEDGER_H

#include "log/entry_line.h"
#include "model/ledger_deed.h"
#include "model/span.h"

/* The member with the reason, where a person gave one; and what an export says
 * besides. */
#define LEDGER_REASON_MEMBER "why"
#define LEDGER_GROUND_MEMBER "ground"
#define LEDGER_RECEIVER_MEMBER "receiver"
#define LEDGER_CONDITIONS_MEMBER "conditions"

/* What an entry says of a row; texts are views into its line, with escapes. */
struct ledger_fact {
    uint64_t entry;
    enum ledger_deed deed;
    struct wall_time time;
    uint32_t account;    /* who; 0: the machine */
    struct text cameras; /* numbers with commas (watched); else empty */
    uint32_t camera;     /* else this one; 0: all, or none is named */
    struct span span;    /* of the pictures; empty: none is named */
    struct text purpose; /* its id in the notice */
    struct text request; /* number of the request that it answers */
    struct text cause;   /* of a death */
    uint64_t order;      /* the entry that ordered it; 0: none did */
    uint32_t hold;       /* 0: none */
    struct wall_time until; /* kept until, or due; us 0: does not say */
    uint64_t seeds;         /* keys that died */
    enum ledger_kind kind;
    uint32_t item;         /* a copy outside the recorder; 0: none */
    uint64_t corrects;     /* the entry that this one corrects; 0: none */
    struct text medium;    /* of the copy */
    struct text how;       /* it ended */
    struct wall_time done; /* when, by hand; us 0: at the entry's time */
    uint64_t export;        /* whose copy was destroyed; 0: none */
    bool has_password;      /* the package of an export */
};

/* Whether a kind makes a row, and which. */
bool ledger_has_row(enum entry_kind kind, enum ledger_deed *out);

/* Fails with: NOT_FOUND (no row). */
MUST_USE enum status ledger_fact_read(const struct entry_line *entry,
                                      struct ledger_fact *out);

#endif
