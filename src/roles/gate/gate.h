/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/gate - what the files of the gate share.
 *
 *   gate.c           starts, enters the sandbox, stops
 *   gate/peer.c      vault and keeper: their keys, policies, clock
 *   gate/events.c    what the vault tells becomes entries
 *   gate/deaths.c    what the keeper has destroyed becomes entries
 *   gate/attestation.c  what its TPM has signed of it, likewise
 *   gate/destroy.c   early destruction by a person's order
 *   gate/hold.c      holds: made, ended
 *   gate/hold_room.c whether one more fits
 *   gate/hold_list.c what holds there are
 *   gate/hold_work.c seeds and copies of holds, one slice at a time
 *   gate/destruction.c       one destruction, gathered from the log
 *   gate/destruction_json.c  its record
 *   gate/destruction_page.c  its record on paper
 *   gate/destructions.c      the list of all; who may read them
 *   gate/texts.c     month keys of personal texts
 *   gate/asker.c     requests whose answer comes late
 *   gate/login.c     first login, login, logout
 *   gate/password.c  slow hashes, two at a time
 *   gate/rate.c      how often somebody may ask
 *   gate/right.c     session, account, right, group: who may
 *   gate/account.c   accounts: list, add, close
 *   gate/view.c      views: purpose, entry, then the view
 *   gate/ticket.c    tickets for views that are open
 *   gate/sweep.c     views and sessions that have ended
 *   gate/cameras.c   what a person may see: sites, groups, cameras
 *   gate/coverage.c  recorded, missing and destroyed spans of a camera
 *   gate/log.c       entries for those who may read them
 *   gate/ledger/     the ledger: rows, entries by hand, reviews
 *   gate/export/     evidence packages: asked for, approved, taken out
 *   gate/step_up.c   the password once more
 *   gate/text_fetch.c  texts of entries, with their months' keys
 *   gate/status.c    figures of the whole
 *   gate/plan.c      cameras and policies, from the notice and the plant
 *   gate/page.c      answers with them; what they say first of all
 *   gate/promise.c   what was promised against what is measured; drift
 *   gate/public.c    the pages that everybody may read
 *   gate/retention.c periods of groups: floor, ceiling, changes
 *   gate/outbox.c    what the courier is to bring to other servers
 *   gate/witness.c   asks the witnesses of our log
 *   gate/timestamp.c asks a time-stamping service about our log
 *   gate/witnessed.c answers the logs whose witness we are
 *   gate/notice/     versions of the notice: announced, in force, ended
 *   gate/json.c      writing JSON; none is ever read
 *
 * The gate obeys web, which is taken for captured at worst: nothing that it
 * says is trusted but a session's token, and no view and no ticket comes
 * before its entry is durable. Threads: the loop's; two workers.
 */
#ifndef ROLES_GATE_GATE_H
#define ROLES_GATE_GATE_H

#include "ipc/ticket.h"
#include "log/drifts.h"
#include "log/history.h"
#include "log/holds.h"
#include "log/duties.h"
#include "log/items.h"
#include "log/log_writer.h"
#include "log/notices.h"
#include "log/orders.h"
#include "log/review.h"
#include "log/witness/watch.h"
#include "roles/gate/outbox.h"
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
    uint8_t *plan;          /* locked memory: it holds the cameras' passwords */
    size_t plan_size;
    struct gate_asker plan_asker; /* the supervisor, where is_plan_asked */
    bool is_plan_asked;
    uint64_t plan_known; /* the version that it has */

    struct log_writer *log;
    struct history history;
    struct orders orders; /* destructions that people have ordered */
    struct holds holds;
    struct items items; /* copies outside the recorder */
    struct duties duties; /* what people have to see to */
    struct review_list reviews;
    bool is_entering; /* by hand, one at a time: its number is reserved */
    struct gate_reading readings[GATE_READINGS];
    size_t next_reading;
    struct gate_proof proofs[GATE_PROOFS];
    size_t next_proof;
    struct drifts drifts;
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

/* ---- gate/asker.c ----------------------------------------------------------
 */

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

/* ---- the log ----------------------------------------------------------------
 */

/* log_writer_append with the trusted time. */
MUST_USE enum status gate_append(struct gate *gate, const struct entry *entry,
                                 log_appended_fn *on_done, void *context);

/* The same where nobody waits; a failure is logged. */
void gate_note(struct gate *gate, const struct entry *entry);

/* ---- gate/peer.c, gate/events.c, gate/deaths.c, gate/texts.c ---------------
 */

/* Tells a neighbour that has come what it must know. */
void gate_peer_ready(struct gate *gate, enum role peer);
void gate_clock_ask(struct gate *gate);

/* ---- gate/clock.c ---------------------------------------------------------
 */

struct json;
/* What the keeper says of its doubts. */
void gate_clock_take(struct gate *gate,
                     const struct message_gate_clock_reply *reply);
/* The member "clock" of a status. */
void gate_clock_write(const struct gate *gate, struct json *json);

/* Asks for more unless an answer is awaited or being written; while stopping,
 * for what is left. */
void gate_events_ask(struct gate *gate);
void gate_deaths_ask(struct gate *gate);
/* gate/attestation.c: what the TPM has signed of the newest deletion, where the
 * log does not have it yet. */
void gate_attestation_ask(struct gate *gate);
/* Asks the keeper for every order that it has not carried out. */
void gate_orders_ask(struct gate *gate);
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

MUST_USE enum status gate_text_keys_create(struct gate_text_keys **out);
void gate_text_keys_destroy(struct gate_text_keys **keys);
/* Months since 1970-01, in Korea. */
uint32_t gate_month(struct wall_time time);
/* Asks the keeper for this month's key where it is not there yet. */
void gate_texts_refresh(struct gate *gate);
/* Forgets all keys but the one in use: some may have died. */
void gate_texts_forget(struct gate *gate);
/* NULL: not there, or dead. *is_known: whether the keeper has been asked. */
const uint8_t *gate_texts_key(const struct gate *gate, uint32_t month,
                              bool *is_known);
/* Remembers what the keeper said; key NULL: there is none. */
void gate_texts_take(struct gate *gate, uint32_t month, const uint8_t *key);

/* ---- gate_origin, gate_stop: in gate.c ---------------------------------------------------
 */

/* host/haechi/site: the log's name for ever. */
enum { GATE_ORIGIN_SIZE = 256 };
void gate_origin(const struct gate *gate, char out[GATE_ORIGIN_SIZE]);

/* Goes on with an orderly stop when events and deaths are done. */
void gate_stop_continue(struct gate *gate);

/* ---- gate/password.c, gate/rate.c -------------------------------------------
 */

enum gate_password_work { PASSWORD_MAKE, PASSWORD_CHECK };

/* status and the hash that was made; context is the caller's. */
typedef void gate_password_fn(void *context, enum status status,
                              const char *hash);
/* hash: what to check against, or NULL to make one. The password is copied
 * and wiped. Fails with: LIMIT (too many wait), NO_MEMORY. */
MUST_USE enum status gate_password_submit(struct gate *gate, const char *hash,
                                          struct text password,
                                          gate_password_fn *on_done,
                                          void *context);

/* gate/step_up.c: the password was given again in this session, so long ago at
 * most. */
bool gate_password_is_fresh(const struct gate *gate,
                            const uint8_t session[SESSION_HASH_SIZE],
                            int64_t most_us);

enum gate_rate { RATE_LOGIN, RATE_VIEW, RATE_WITNESS, RATE_COUNT };

MUST_USE enum status gate_rates_create(struct gate_rates **out);
void gate_rates_destroy(struct gate_rates **rates);
/* False where this one (an address, an account) or all together ask too
 * often. */
bool gate_rate_allows(struct gate *gate, enum gate_rate rate, struct text who);

/* ---- gate/right.c
 * ------------------------------------------------------------ */

/* A person at work. */
struct gate_person {
    struct session session;
    struct account account;
    bool has_administrator;
};

/* Fails with: DENIED (no such session), and as office/office.h. */
MUST_USE enum status gate_person_find(struct gate *gate, struct text token,
                                      struct gate_person *out);
bool gate_person_may(const struct gate_person *person, enum right right);
/* Whether the notice gives this person the group (an index). */
/* A group of a site that is not run here nobody reaches. */
bool gate_person_reaches(const struct gate *gate,
                         const struct gate_person *person, size_t group);
/* Both, for a camera; NULL where not allowed or not there. */
const struct plant_camera *gate_person_camera(const struct gate *gate,
                                              const struct gate_person *person,
                                              enum right right,
                                              uint32_t camera);

/* ---- gate/plan.c
 * ------------------------------------------------------------- */

/* Reads the cameras' passwords and encodes the plan. As sys/file.h. */
MUST_USE enum status gate_plan_make(struct gate *gate);
/* Tells the supervisor where hours of filming begin or end. Each second. */
void gate_plan_tick(struct gate *gate);
/* All cameras' policies, POLICY_SIZE bytes each, appended. */
void gate_policies_write(const struct gate *gate, struct buffer *out);
/* The notice is another: entries of what is other, and vault and keeper are
 * told. */
void gate_policies_changed(struct gate *gate);
/* gate/peer.c: tells this one of the two, if it is there. */
void gate_policies_tell(struct gate *gate, enum role peer);
/* gate/gate.c: an entry, where they are other than the log says. */
void gate_settings_note(struct gate *gate);

/* ---- gate/retention.c
 * ---------------------------------------------------------- */

/* An entry for each group whose period is another than the log says. */
void gate_periods_note(struct gate *gate);
/* "groups": period, reason, floor and ceiling of what is recorded now. */
void gate_periods_write(const struct gate *gate, struct json *json);

/* ---- mask.c: which part of the pictures nobody is to see ---- */

/* The camera's masks as "masks": [...]. */
void gate_masks_write(struct json *json, const struct plant_camera *camera);

/* Those of all cameras that have some, for the log's digest; empty: none. */
void gate_masks_write_all(const struct gate *gate, struct buffer *out);

/* ---- gate/page.c ----
 */

/* gate/public.c: one of the pages, appended. Fails with: NOT_FOUND (no such
 * version), AGAIN (nothing is measured yet), NO_MEMORY. */
MUST_USE enum status gate_public_make(struct gate *gate, enum public_page page,
                                      uint32_t number, enum language language,
                                      struct buffer *out);

/* The page, marked while something is due and not destroyed. */
void gate_page_mark(const struct gate *gate, enum language language,
                    struct bytes page, struct buffer *out);

/* ---- gate/promise.c ----
 */

MUST_USE enum status gate_promises_begin(struct gate *gate);
/* The members "promises" and "drift" of a status: with remedies. */
void gate_promises_write(const struct gate *gate, struct json *json);
/* What everybody may know, as one JSON document. */
void gate_promises_publish(const struct gate *gate, struct buffer *out);
/* The member "drift": what is open in the log. */
void gate_drifts_write(const struct gate *gate, struct json *json);

/* ---- gate/login.c
 * -------------------------------------------------------------- */

/* Makes a new one-time code where no account is there; "" else. */
MUST_USE enum status gate_code_make(struct gate *gate,
                                    char out[GATE_CODE_SIZE]);

/* ---- gate/ledger/ ---- */

/* The last whole month's accesses have not been signed. */
bool gate_review_is_overdue(const struct gate *gate);

/* ---- gate/sweep.c
 * -------------------------------------------------------------- */

/* Closes a session's views with an entry each. how: see entry_kinds.def. */
void gate_views_close(struct gate *gate,
                      const uint8_t session[SESSION_HASH_SIZE],
                      const char *how);
void gate_sweep(struct gate *gate);

/* ---- gate/view.c
 * --------------------------------------------------------------- */

/* Plain text of two characters at least. Fails with: BAD_INPUT. */
MUST_USE enum status gate_reason_check(struct text reason);
/* One camera that this person may see, for a purpose that the notice states for
 * its group. Not there and not allowed look alike; an entry says so. Fails with:
 * DENIED, BAD_INPUT (the purpose). */
MUST_USE enum status gate_camera_check(struct gate *gate,
                                       const struct gate_person *person,
                                       enum right right, uint32_t camera,
                                       struct text purpose,
                                       struct text address);
/* Somebody who may open one more view. Fails with: AGAIN, DENIED, LIMIT, and as
 * office/office.h. */
MUST_USE enum status gate_viewer_find(struct gate *gate, struct text session,
                                      struct gate_person *out);

/* ---- handlers
 * ------------------------------------------------------------------ */

#define GATE_HANDLER(name)                                                     \
    void gate_on_##name(void *context, struct channel *channel,                \
                        const struct message_##name *message, int descriptor)
GATE_HANDLER(plan_wait);
GATE_HANDLER(login_first);
GATE_HANDLER(login);
GATE_HANDLER(logout);
GATE_HANDLER(clock_confirm);
GATE_HANDLER(session_get);
GATE_HANDLER(cameras_get);
GATE_HANDLER(coverage_get);
GATE_HANDLER(view_open);
GATE_HANDLER(live_open);
GATE_HANDLER(view_close);
GATE_HANDLER(ticket_get);
GATE_HANDLER(entries_get);
GATE_HANDLER(status_get);
GATE_HANDLER(accounts_get);
GATE_HANDLER(account_add);
GATE_HANDLER(account_close);
GATE_HANDLER(public_page);
GATE_HANDLER(destruction_order);
GATE_HANDLER(destructions_get);
GATE_HANDLER(destruction_get);
GATE_HANDLER(destruction_page);
GATE_HANDLER(hold_order);
GATE_HANDLER(holds_get);
GATE_HANDLER(hold_end);
GATE_HANDLER(ledger_get);
GATE_HANDLER(ledger_enter);
GATE_HANDLER(ledger_end);
GATE_HANDLER(duty_enter);
GATE_HANDLER(review_get);
GATE_HANDLER(review_sign);
GATE_HANDLER(outbox_wait);
GATE_HANDLER(outbox_result);
GATE_HANDLER(witness_ask);
GATE_HANDLER(export_order);
GATE_HANDLER(export_answer);
GATE_HANDLER(export_take);
GATE_HANDLER(export_orders_get);
GATE_HANDLER(password_again);
GATE_HANDLER(export_made);
GATE_HANDLER(export_destroyed);
GATE_HANDLER(exports_get);
GATE_HANDLER(version_publish);
GATE_HANDLER(version_withdraw);
GATE_HANDLER(version_confirm);
GATE_HANDLER(versions_get);
#undef GATE_HANDLER

/* ---- gate/storage.c ---- */

/* Members of the status document, without braces. */
void gate_put_storage(const struct message_vault_status_reply *reply,
                      struct buffer *out);

#endif
