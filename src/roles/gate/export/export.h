/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/export - evidence packages as the log knows them
 * (docs/design/evidence.md).
 *
 *   order.c   asked for, or taken out at once
 *   answer.c  another person's word on what was asked for
 *   take.c    what was asked for is taken out
 *   deeds.c   made; the copy outside destroyed
 *   rule.c    when another person's word or the password is needed; refusals
 *   fact.c    an export, an order: what the log says of it
 *   list.c    exports
 *   orders.c  orders, with their texts
 *
 * Nothing is kept in memory: an export or an order is found by its entry's
 * number, and what became of it by the entries behind it. Threads: the loop's.
 */
#ifndef ROLES_GATE_EXPORT_EXPORT_H
#define ROLES_GATE_EXPORT_EXPORT_H

#include "log/entry_line.h"
#include "model/export_refusal.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"

enum {
    EXPORT_CAMERA_BYTES = 4, /* u32 big-endian, ascending */
    EXPORT_CAMERAS_MOST = 64,
    EXPORT_TRIES_MOST = 8, /* of an order, until one package is made of it */
};

/* An evidence package, or a covered copy. */
static inline bool gate_is_export(enum entry_kind kind)
{
    return kind == ENTRY_EXPORT || kind == ENTRY_EXPORT_COVERED;
}

/* ---- fact.c ---- */

struct export_fact {
    uint64_t entry;
    uint32_t account;
    uint64_t order;           /* 0: it was taken out at once */
    uint64_t made_entry;      /* 0: not yet, or never */
    uint64_t destroyed_entry; /* 0: nobody has said so */
};

/* Fails with: NOT_FOUND (no such export), IO, CORRUPT, NO_MEMORY. */
MUST_USE enum status gate_export_find(const struct gate *gate, uint64_t entry,
                                      struct export_fact *out);

enum export_order_state {
    EXPORT_ORDER_WAITING,  /* for another person's word */
    EXPORT_ORDER_READY,    /* to be taken out */
    EXPORT_ORDER_DECLINED,
    EXPORT_ORDER_EXPIRED,
    EXPORT_ORDER_MADE,
};

struct export_order {
    uint64_t entry;
    struct wall_time time;
    uint32_t account;
    uint8_t cameras[EXPORT_CAMERA_BYTES * EXPORT_CAMERAS_MOST];
    size_t cameras_size; /* bytes */
    struct span asked;
    char purpose[65];
    bool is_provided;
    struct wall_time until;
    bool needs_second;
    struct wall_time expires;
    bool is_answered;
    bool is_approved;
    uint64_t answer_entry;
    uint32_t answer_account;
    uint64_t exports[EXPORT_TRIES_MOST]; /* by which it was taken out */
    size_t export_count;
    uint64_t made_entry;
    enum export_order_state state;
};

/* Fails with: NOT_FOUND (no such order), IO, CORRUPT, NO_MEMORY. */
MUST_USE enum status gate_export_order_find(const struct gate *gate,
                                            uint64_t entry,
                                            struct export_order *out);

/* Members of a line; absent: 0, or empty. */
int64_t gate_number_in(const struct entry_line *entry, const char *member);
struct wall_time gate_time_in(const struct entry_line *entry,
                              const char *member);
struct text gate_text_in(const struct entry_line *entry, const char *member);

/* Numbers with commas as "name": [...]. */
void gate_put_camera_list(struct json *json, const char *name,
                          struct text list);

/* ---- rule.c ---- */

/* The cameras of these (as above) that have a mask, with commas; true: there
 * are some. */
bool gate_export_masked(const struct gate *gate, struct bytes cameras,
                        struct buffer *out);
/* Another person's word is needed, by the plant or for a masked camera. */
bool gate_export_needs_second(const struct gate *gate, struct bytes cameras);
/* The password was given long ago, and the plant asks for it again. */
bool gate_export_needs_password(const struct gate *gate,
                                const struct gate_person *person);

/* What was not done, and why; an entry says so. */
struct export_denial {
    enum export_refusal refusal;
    uint64_t order;
    uint64_t view;
    struct bytes cameras; /* may be empty */
    struct text address;
};
void gate_export_deny(struct gate *gate, const struct gate_person *person,
                      const struct export_denial *denial);

/* ---- order.c ---- */

/* What is to be taken out; all borrowed. */
struct export_wish {
    struct bytes cameras;
    struct span asked;
    struct wall_time until;
    bool is_provided;
    bool has_password;
    bool is_covered; /* a copy with the display masks burnt in */
    struct text purpose;
    struct text ground;
    struct text receiver;
    struct text conditions;
    struct text reason;
    struct text address;
    uint64_t order;    /* 0: none */
    uint64_t approval; /* of it; 0: none */
};

/* Rights, span and words; asked may be cut off at now. shown: the cameras'
 * numbers with commas. Fails with: DENIED, BAD_INPUT. */
MUST_USE enum status gate_export_check(struct gate *gate,
                                       const struct gate_person *person,
                                       struct export_wish *wish,
                                       struct buffer *shown);

/* Takes it out: the entry, its fdatasync, the view, then on_done with the
 * answer's document. Where it fails on_done does not run. */
typedef void gate_export_fn(void *context, enum status status, uint64_t view,
                            struct bytes json);
MUST_USE enum status gate_export_begin(struct gate *gate,
                                       const struct gate_person *person,
                                       const struct export_wish *wish,
                                       struct text shown,
                                       gate_export_fn *on_done, void *context);

/* An answer that names an order and an entry. */
void gate_export_write_noted(const char *name, uint64_t number,
                             uint64_t entry, struct buffer *out);

#endif
