/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/ledger - the ledger of personal video (docs/design/ledger.md).
 *
 *   page.c     a page of its rows, for those who may read texts
 *   row.c      one row, and one person in it, as JSON
 *   enter.c    what is entered by hand, and corrected
 *   duty.c     what people have to see to: entered, done
 *   duty_list.c  what of it is due
 *   review.c   a month's accesses: looked through, signed
 *   reading.c  who has read all this
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_LEDGER_LEDGER_H
#define ROLES_GATE_LEDGER_LEDGER_H

#include "log/ledger.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"

/* The entry's line into line (emptied first), read. As log_store_line. */
MUST_USE enum status gate_entry_read(const struct gate *gate, uint64_t number,
                                     struct buffer *line,
                                     struct entry_line *out);

/* Whether entries of a kind are looked for. Only those that come with trusted
 * time, which never goes back. */
typedef bool gate_kind_fn(enum entry_kind kind);

/* The next such entry at or behind number, before end; end: none. */
uint64_t gate_entry_next(const struct gate *gate, gate_kind_fn *wanted,
                         uint64_t number, uint64_t end);

/* From where on the wanted entries are of this time or later; by halving. As
 * gate_entry_read. */
MUST_USE enum status gate_entry_find(const struct gate *gate,
                                     gate_kind_fn *wanted,
                                     struct wall_time from, uint64_t *out);

/* ---- row.c ---- */

/* Somebody who has done what stands in a row of the page. */
struct ledger_person {
    uint32_t account;
    bool is_found;
    uint64_t entry; /* that gave the account its name */
};

/* A row of this entry; line: memory for it. As gate_entry_read. */
MUST_USE enum status gate_ledger_row(const struct gate *gate,
                                     struct json *json, uint64_t number,
                                     struct buffer *line);
MUST_USE enum status gate_ledger_person(const struct gate *gate,
                                        struct json *json,
                                        const struct ledger_person *person,
                                        struct buffer *line);

/* ---- enter.c ---- */

typedef void gate_entered_fn(struct channel *channel, uint32_t id,
                             enum status status, struct bytes json);

/* What somebody enters, on its way into the log. */
struct gate_entering {
    struct gate *gate;
    struct gate_asker asker;
    const char *name;        /* of its number in the answer: "item" */
    uint32_t number;         /* 0: it has none */
    gate_entered_fn *answer; /* when its entry is durable */
};

/* Who may keep the ledger; one entry at a time. Fails with: AGAIN, DENIED,
 * LIMIT, and as gate_person_find. */
MUST_USE enum status gate_entering_who(struct gate *gate, struct text session,
                                       struct gate_person *out);

/* made is copied; the answer comes later, with OK. Fails with: as gate_append;
 * then there is none. */
MUST_USE enum status gate_entering_append(const struct gate_entering *made,
                                          const struct entry *entry);

/* A time that somebody says: it has been; it is not years ahead. */
bool gate_is_past(const struct gate *gate, int64_t time_us);
bool gate_is_within_years(const struct gate *gate, int64_t time_us);

/* ---- duty_list.c ---- */

/* The members "duties", what is due, and "subjects", what one may be about.
 * Fails with: NO_MEMORY. */
MUST_USE enum status gate_duties_write(const struct gate *gate, struct json *json);

/* ---- reading.c ---- */

/*
 * Notes that this person reads what ("entries", "ledger", "review"), unless the
 * log says so of this session since ten minutes ago. on_done runs when the
 * entry is durable; at once where there is none to write. Fails with: as
 * gate_append; then on_done does not run.
 */
MUST_USE enum status gate_reading_note(struct gate *gate,
                                       const struct gate_person *person,
                                       const char *what,
                                       log_appended_fn *on_done,
                                       void *context);

/* The last whole month's accesses have not been signed. */
bool gate_review_is_overdue(const struct gate *gate);

#endif
