/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/gate - what the files of the gate share.
 *
 *   gate.c       starts, enters the sandbox, stops
 *   peer.c       vault and keeper: their keys, policies, clock
 *   events.c     what the vault tells becomes entries
 *   asker.c      requests whose answer comes late
 *   status.c, storage.c  figures of the whole
 *   supervised.c  what the supervisor tells becomes entries
 *   clock.c      the keeper's doubts about the time, and who confirmed it
 *   plan.c       cameras and policies, from the notice and the plant
 *   retention.c  periods of groups: floor, ceiling, changes
 *   page.c       answers with them; what they say first of all
 *   json.c       writing JSON; none is ever read
 *   account/     sessions, passwords, rights: who may
 *   view/        views, their tickets and their end; cameras and coverage
 *   destruction/ orders and deaths become entries; the record of one
 *   hold/        holds: made, copied, listed, ended
 *   export/      evidence packages: asked for, approved, taken out
 *   ledger/      the ledger: rows, entries by hand, duties, reviews
 *   text/        personal texts and their months' keys; entries to read
 *   witness/     witnesses of our log, and those whose witness we are;
 *                timestamps; what the courier brings
 *   exclusion/   places that are not filmed: how each stands, signed
 *   promise/     what was promised against what is measured; public pages
 *   notice/      versions of the notice: announced, in force, ended
 *
 * The gate obeys web, which is taken for captured at worst: nothing that it
 * says is trusted but a session's token, and no view and no ticket comes
 * before its entry is durable. Threads: the loop's; two workers.
 */
#ifndef ROLES_GATE_GATE_H
#define ROLES_GATE_GATE_H

#include "ipc/ticket.h"
#include "log/drifts.h"
#include "log/exclusions.h"
#include "log/history.h"
#include "log/holds.h"
#include "log/duties.h"
#include "log/items.h"
#include "log/log_writer.h"
#include "log/notices.h"
#include "log/orders.h"
#include "log/review.h"
#include "log/tellings.h"
#include "log/witness/watch.h"
#include "roles/gate/witness/outbox.h"
#include "model/pending.h"
#include "model/public_page.h"
#include "notice/configuration.h"
#include "notice/promise/promise.h"
#include "office/account.h"
#include "office/session.h"
#include "office/view.h"
#include "roles/role.h"

struct worker;
struct gate_call;

struct gate_clock_state {
    int64_t unconfirmed_us; /* as in keys/trusted_clock.h */
    int64_t claimed_us;
    int64_t behind_us;
    struct wall_time since; /* in doubt, as far as this process knows */
    uint32_t first_account; /* who has said that it is right; 0: nobody */
    struct boot_time first_at;
    uint64_t confirmation; /* the entry of the second word */
};

/* How the key files and memory are, as the keeper says. */
struct gate_keys {
    int64_t last_scrub_us; /* 0: none yet */
    uint32_t scrub_damage; /* bad copies that it found */
    bool is_locked;        /* no key may reach the swap */
};

/* What the TPM has signed, on its way into the log. */
struct gate_attestation {
    uint64_t noted_epoch; /* of the last that this process has appended */
    bool is_asked;
};

struct gate_text_keys;
struct gate_witnesses;
struct gate_witnessed;
struct gate_timestamps;
struct gate_rates;
struct gate_order_call;
struct gate_hold_job;

enum {
    GATE_DIRECTORY_SIZE = 1024,
    GATE_CODE_SIZE = 24, /* 4 x 5 characters, dashes, a zero */
    GATE_JSON_MAX = 98304,
    GATE_JSON_SMALL_MAX = 4096,
    GATE_VIEW_SPAN_MAX_S = 24 * 3600,
    GATE_REASON_CHARACTERS_MIN = 2,
    GATE_REASON_MAX = 1024,
    GATE_CLOCK_TICK_MS = 10000,
    GATE_SWEEP_MS = 30000,
    GATE_STOP_LIMIT_MS = 4000,
    GATE_READINGS = 64,
    GATE_PROOFS = 64,
    GATE_SHOWN = 256,
};

/* Whom an answer goes to, when it comes; their process may be another then. */
struct gate_asker {
    uint32_t id;
    enum role peer;
    uint64_t attachment;
};

/* What a neighbour tells piece by piece, and how far it is in the log. */
enum gate_tale_state {
    TALE_IDLE,
    TALE_ASKED,   /* the neighbour has the question */
    TALE_WRITING, /* its answer is being written */
};

struct gate_tale {
    enum gate_tale_state state;
    uint64_t cursor;   /* durable: acknowledged with the next question */
    uint64_t appended; /* the last number handed to the log */
    bool is_done;      /* while stopping: there is no more */
};

/* Who reads the log's texts, and since when an entry says so. */
struct gate_reading {
    uint8_t session[SESSION_HASH_SIZE];
    const char *what; /* NULL: unused */
    struct boot_time noted;
};

/* A session in which the password was given once more. */
struct gate_proof {
    bool is_used;
    uint8_t session[SESSION_HASH_SIZE];
    struct boot_time at;
};

/* The promises as they were found last. */
struct gate_promises {
    struct timer *timer;
    bool is_asked; /* the vault */
    struct promises last; /* empty: not yet */
    struct promise_figures figures; /* of these; without cameras */
};

/* An orderly stop that waits. */
struct gate_stop {
    bool is_asked;
    bool is_written;
    struct gate_asker asker;
    struct timer *limit;
};

struct gate {
    struct role_process process;   /* first: see roles/role.h */
    uint64_t attached[ROLE_COUNT]; /* how often this neighbour has come */
    bool is_started;
    char directory[GATE_DIRECTORY_SIZE];

    struct configuration configuration; /* of the version in force */
    struct notice_versions versions;    /* as the log says */
    bool is_activating; /* one is on its way into force */
    bool is_publishing; /* one at a time: its number is reserved */
    struct wall_time version_retry; /* not before: one could not be taken */
    uint8_t *plan; /* locked memory: it holds the cameras' passwords; room for
                    * plan_all behind a count */
    size_t plan_size;
    uint8_t *plan_all; /* likewise, of all cameras of the plant, one behind the
                        * other */
    size_t plan_all_size;
    struct gate_asker opening_asker; /* the supervisor, where is_opening_asked */
    bool is_opening_asked;
    struct gate_asker plan_asker; /* the supervisor, where is_plan_asked */
    bool is_plan_asked;
    uint64_t plan_known; /* the version that it has */

    struct log_writer *log;
    struct history history;
    struct orders orders; /* destructions that people have ordered */
    struct holds holds;
    struct items items; /* copies outside the recorder */
    struct duties duties; /* what people have to see to */
    struct exclusions exclusions; /* signed by people */
    struct review_list reviews;
    bool is_entering; /* by hand, one at a time: its number is reserved */
    struct gate_reading readings[GATE_READINGS];
    size_t next_reading;
    struct gate_proof proofs[GATE_PROOFS];
    size_t next_proof;
    uint64_t shown[GATE_SHOWN]; /* the last views to get a ticket; 0: none */
    size_t next_shown;
    struct drifts drifts;
    struct tellings tellings; /* what cameras say of themselves */
    struct gate_promises promises;
    struct gate_hold_job *hold_jobs; /* on their way */
    bool is_adding_hold; /* one at a time: its number is reserved */
    struct timer *hold_timer;
    struct gate_order_call *order_calls; /* of which the keeper knows */
    struct office *office;
    struct worker *passwords;
    size_t passwords_waiting;
    struct timer *clock_timer;
    struct timer *sweep_timer;
    struct timer *second_timer;
    struct gate_call *calls;
    size_t status_calls; /* of these */
    struct gate_rates *rates;
    struct gate_text_keys *text_keys;

    /* The keeper's clock, once known. */
    bool has_trusted;
    int64_t trusted_minus_boot_us;
    int64_t noted_step_ms; /* wall minus trusted, as the log has it */
    uint64_t epoch;
    uint8_t erasure_level;
    struct gate_clock_state clock; /* the keeper's doubts, and who has spoken */
    struct gate_keys keys;
    enum pending pending; /* why a deletion that is due waits; NONE: none */
    uint32_t orders_waiting; /* as the keeper says; so next_order_s */
    uint32_t next_order_s;

    /* Two ticket keys, the vault's and the keeper's; locked memory. */
    uint8_t *ticket_keys;
    bool has_ticket_key[2];

    struct gate_tale events; /* the vault's */
    struct gate_tale deaths; /* the keeper's */
    struct gate_attestation attestation;

    struct witness_watch witness_watch; /* what the log says of both */
    struct gate_witnesses *witnesses;   /* NULL: none */
    struct gate_witnessed *witnessed;   /* NULL: none */
    struct gate_timestamps *timestamps; /* NULL: no service is configured */
    struct gate_outbox {
        struct gate_asker courier; /* whose question waits, where is_asked */
        bool is_asked;
        gate_letter_fn *on_answer; /* NULL: nothing is on its way */
        uint64_t item;
        int64_t sent_boot_us;
    } outbox;

    bool has_code; /* no account yet */
    uint8_t code_sha256[32];
    bool is_adding_account; /* one at a time: its number is reserved */

    struct gate_stop stop;
};

/* Trusted time, or the wall's until it is known. */
struct wall_time gate_now(const struct gate *gate);

/* ---- gate/asker.c ---- */

struct gate_asker gate_asker_of(const struct gate *gate,
                                struct channel *channel, uint32_t id);

/* The channel to answer on; NULL where that process has gone. */
struct channel *gate_asker_channel(const struct gate *gate,
                                   const struct gate_asker *asker);

/* Logs an answer that could not be sent, unless the peer has just gone. */
void gate_sent(enum status status, const char *what);

/*
 * A question of ours to the vault or the keeper on somebody's behalf: first
 * member of its own struct. lost runs where the neighbour was replaced and
 * will not answer any more.
 */
struct gate_call {
    struct gate *gate;
    struct gate_call *next;
    struct gate_call **link; /* what points to this one */
    enum role peer;
    uint64_t attachment;
    struct gate_asker asker;
    void (*lost)(struct gate_call *call);
};

void gate_call_begin(struct gate *gate, struct gate_call *call);
void gate_call_end(struct gate_call *call); /* the caller frees */
/* The channel to a neighbour, noted as awaited; NULL while it is away. */
struct channel *gate_call_ask(struct gate_call *call, enum role peer);
void gate_calls_peer_replaced(struct gate *gate, enum role peer);

/* ---- the log ---- */

/* log_writer_append with the trusted time. */
MUST_USE enum status gate_append(struct gate *gate, const struct entry *entry,
                                 log_appended_fn *on_done, void *context);

/* The same where nobody waits; a failure is logged. */
void gate_note(struct gate *gate, const struct entry *entry);

/* ---- gate/peer.c ---- */

/* Tells a neighbour that has come what it must know. */
void gate_peer_ready(struct gate *gate, enum role peer);
void gate_clock_ask(struct gate *gate);

/* ---- gate/clock.c ---- */

struct json;
/* What the keeper says of its doubts. */
void gate_clock_take(struct gate *gate,
                     const struct message_gate_clock_reply *reply);
/* The member "clock" of a status. */
void gate_clock_write(const struct gate *gate, struct json *json);

/* ---- gate/events.c ---- */

/* Asks for more unless an answer is awaited or being written; while stopping,
 * for what is left. */
void gate_events_ask(struct gate *gate);
/*
 * Whether an answer that ends with this number brings nothing new: while
 * stopping, two questions may be on their way, and both may be answered. A
 * number below the cursor is no such answer: the neighbour has begun to count
 * anew.
 */
bool gate_tale_knows(const struct gate_tale *tale, uint64_t last);
/* The first number of an answer that is to be appended. */
uint64_t gate_tale_first(const struct gate_tale *tale, uint64_t last,
                         size_t count);
/* The neighbour is another: what was asked of the old one is void. */
void gate_tale_begin_anew(struct gate_tale *tale);

/* ---- gate/gate.c ---- */

/* host/haechi/site: the log's name for ever. */
enum { GATE_ORIGIN_SIZE = 256 };
void gate_origin(const struct gate *gate, char out[GATE_ORIGIN_SIZE]);

/* Goes on with an orderly stop when events and deaths are done. */
void gate_stop_continue(struct gate *gate);

/* ---- gate/plan.c ---- */

/* Reads the cameras' passwords and encodes the plan. As sys/file.h. */
MUST_USE enum status gate_plan_make(struct gate *gate);
/* The plan anew: of those that the notice in force has filmed. */
void gate_plan_compose(struct gate *gate);
/* Tells the supervisor where hours of filming begin or end. Each second. */
void gate_plan_tick(struct gate *gate);
/* All cameras' policies, or all streams', POLICY_SIZE bytes each, appended. */
void gate_policies_write(const struct gate *gate, bool of_streams,
                         struct buffer *out);
/* The notice is another: entries of what is other, and vault and keeper are
 * told. */
void gate_policies_changed(struct gate *gate);
/* gate/peer.c: tells this one of the two, if it is there. */
void gate_policies_tell(struct gate *gate, enum role peer);
/* gate/gate.c: an entry, where they are other than the log says. */
void gate_settings_note(struct gate *gate);

/* ---- gate/retention.c ---- */

/* An entry for each group whose period is another than the log says. */
void gate_periods_note(struct gate *gate);
/* "groups": period, reason, floor and ceiling of what is recorded now. */
void gate_periods_write(const struct gate *gate, struct json *json);

/* ---- gate/page.c ---- */

/* The page, marked while something is due and not destroyed. */
void gate_page_mark(const struct gate *gate, enum language language,
                    struct bytes page, struct buffer *out);

/* ---- gate/storage.c ---- */

/* Members of the status document, without braces. */
void gate_put_storage(const struct message_vault_status_reply *reply,
                      struct buffer *out);

#endif
