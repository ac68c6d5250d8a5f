/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/web/web - what the files of the web role share.
 *
 *   web.c         starts, listens, sweeps, stops
 *   web/client.c  one browser: its socket and its web/connection
 *   web/call.c    one question to gate or vault whose answer may come late
 *   web/api.c     the routes that the gate answers
 *   web/hold.c         holds
 *   web/ledger.c       the ledger and its reviews
 *   web/version.c      versions of the notice
 *   web/destruction.c  orders to destroy, and their records
 *   web/witness.c  what another installation's log asks of its witness
 *   web/public.c  pages for everybody: how often, and kept for a moment
 *   web/file.c    the console's files
 *   web/ticket.c  a fresh ticket of a view, whenever one is needed
 *   web/video.c   recorded video: fragments and the download
 *   web/download.c  the entered span as one file
 *   web/live.c    live video: one stream of all tiles
 *
 * Web holds the TLS key and nothing else: it swaps session and view number for
 * a ticket with each look, and forgets it. Threads: the loop's.
 */
#ifndef ROLES_WEB_WEB_H
#define ROLES_WEB_WEB_H

#include "roles/role.h"
#include "sys/socket.h"
#include "web/connection.h"
#include "web/kept_pages.h"
#include "web/limits.h"
#include "web/network_rate.h"
#include "web/router.h"

struct tls_server;
struct web;
struct web_call;

enum {
    WEB_LISTENERS_MAX = 4,
    WEB_SWEEP_MS = 250, /* while anybody is there */
    WEB_LOOK_MS = 5000, /* at the neighbours */
    WEB_ALONE_MS = 60000, /* a neighbour that has gone is back by then */
};

struct web_listener {
    struct web *web;
    int descriptor;
    bool is_local;
    struct watch *watch;
};

struct web_client {
    struct web *web;
    struct web_client *next;
    struct web_client *previous;
    struct connection *connection;
    struct watch *watch;
    struct web_call *call; /* what the answer waits for, or NULL */
    int descriptor;
    bool is_local;
    bool is_in_turn;
    char address[SOCKET_ADDRESS_SIZE];
    char network[SOCKET_ADDRESS_SIZE]; /* that its peer has to itself */
};

struct web {
    struct role_process process; /* first: see roles/role.h */
    struct tls_server *tls;
    struct timer *sweep;
    bool is_sweeping;
    struct timer *look;
    int64_t last_seen_ms[ROLE_COUNT]; /* a neighbour's channel; 0: never */
    struct web_listener listeners[WEB_LISTENERS_MAX];
    size_t listener_count;
    struct web_client *clients;
    size_t client_count;
    struct web_call *calls;
    uint64_t attached[ROLE_COUNT]; /* how often this neighbour has come */
    uint32_t own_user_id;
    uint64_t refusals; /* connections, since the last line about them */
    int64_t refusals_ms;
    struct kept_pages *pages;
    struct network_rate *rate; /* of public pages */
};

int64_t web_now_ms(const struct web *web);

/* Somebody is there: from now on deadlines and calls to be made again are
 * looked at, until nobody is. */
void web_begin_sweeping(struct web *web);

/* ---- web/client.c ---------------------------------------------------------- */

/* Accepts all that wait. */
void web_client_accept(struct web_listener *listener);

/*
 * Goes on with what the client has sent and what it is owed; to be called
 * after each answer. May destroy the client.
 */
void web_client_turn(struct web_client *client);

/* Drops the connection. Its call goes on without it and frees itself. */
void web_client_destroy(struct web_client **client);

/* Drops all that still wait or stream for a session that has ended. */
void web_client_end_session(struct web *web, struct text session);

/* Time has passed for all clients. */
void web_client_sweep(struct web *web);

/* ---- web/call.c ------------------------------------------------------------ */

/*
 * The first member of every call's own struct, which begins with alloc_zeroed
 * and web_call_begin, and ends with web_call_end. Between them the client may
 * vanish: client is NULL then.
 */
struct web_call {
    struct web *web;
    struct web_client *client;
    struct web_call *next;
    struct web_call *previous;
    enum role peer;       /* whose answer is awaited; ROLE_COUNT: nobody's */
    uint64_t attachment;  /* of that peer when the question left */
    int64_t retry_ms;     /* when to call again_later; 0: not */
    bool has_more;        /* for drained to write, as soon as there is room */
    char session[WEB_SESSION_MAX + 1];
    /* The peer was replaced and will not answer, or time has come. */
    void (*lost)(struct web_call *call);
    void (*again)(struct web_call *call);
    /* The client has taken enough to be given more; may be NULL. */
    void (*drained)(struct web_call *call);
    void (*release)(struct web_call *call); /* what the own struct holds */
};

/* The client's one call; peer away is answered by the caller. */
void web_call_begin(struct web_call *call, struct web_client *client,
                    const struct request *request);

/* Frees the call and, where the client is still there, lets it go on. */
void web_call_end(struct web_call *call);

/* The channel to a neighbour, noted as awaited; NULL while it is away. */
struct channel *web_call_ask(struct web_call *call, enum role peer);

/* The awaited answer is here. */
void web_call_answered(struct web_call *call);

struct text web_call_session(const struct web_call *call);

/* Answers with the problem and ends the call. */
void web_call_refuse(struct web_call *call, enum problem problem);

/* Calls that wait for this neighbour's earlier process are lost. */
void web_call_peer_replaced(struct web *web, enum role peer);

void web_call_sweep(struct web *web);

/* ---- web/ticket.c ---------------------------------------------------------- */

/* The ticket of one view, renewed while a call goes on. */
struct web_ticket {
    uint64_t view;
    bool is_download;    /* the first one is for a file */
    int64_t asked_ms; /* when the last was asked for */
    int64_t renew_ms; /* from when on another is wanted */
    int64_t dead_ms;  /* from when on the present one is surely refused */
    struct buffer sealed;
    /* What stands in it (not verified here: the vault does that). */
    int64_t from_us;
    int64_t to_us;
    uint32_t camera; /* the first */
};

void web_ticket_init(struct web_ticket *ticket, uint64_t view);
void web_ticket_deinit(struct web_ticket *ticket);

/* Whether it needs no renewal yet. */
bool web_ticket_is_fresh(const struct web_ticket *ticket, int64_t now_ms);

/* It cannot be renewed now; true if the old one will do a little longer. */
MUST_USE bool web_ticket_stretch(struct web_ticket *ticket, int64_t now_ms);

/* The vault does not know it (any more): its keys are new after a restart. */
void web_ticket_drop(struct web_ticket *ticket);

/*
 * Asks the gate for one; call->session says for whom.
 * Fails with: IO (the gate is away) and what sending fails with.
 */
MUST_USE enum status web_ticket_ask(struct web_ticket *ticket,
                                    struct web_call *call,
                                    message_ticket_get_reply_fn *on_ticket);

/* Takes over what the gate answered. Fails with: CORRUPT, NO_MEMORY. */
MUST_USE enum status web_ticket_take(struct web_ticket *ticket,
                                     struct bytes sealed);

/* ---- handlers -------------------------------------------------------------- */

typedef void web_handler_fn(struct web_client *client,
                            const struct request *request, uint64_t number);

/* web/api.c: answers the request, or begins a call. */
void web_api_handle(struct web_client *client, const struct request *request);

/* web/file.c: a file of the console, and what a path does not know. */
void web_file_serve(struct web_client *client, const struct request *request);
void web_file_refuse_method(struct web_client *client, unsigned allowed);

/* web/destruction.c */
web_handler_fn web_destructions;
web_handler_fn web_destruction_order;
web_handler_fn web_destruction;
web_handler_fn web_destruction_page;

/* web/hold.c */
web_handler_fn web_holds;
web_handler_fn web_hold_order;
web_handler_fn web_hold;
web_handler_fn web_hold_extend;
web_handler_fn web_hold_end;

/* web/views.c */
web_handler_fn web_coverage;
web_handler_fn web_view_open;
web_handler_fn web_view_close;
web_handler_fn web_live_open;

/* web/groups.c */
web_handler_fn web_view_groups;

/* web/export.c */
web_handler_fn web_exports;
web_handler_fn web_export_order;
web_handler_fn web_export_ask;
web_handler_fn web_export_orders;
web_handler_fn web_export_answer;
web_handler_fn web_export_take;
web_handler_fn web_password_again;
web_handler_fn web_export_made;
web_handler_fn web_export_destroyed;

/* web/public.c */
web_handler_fn web_public;
MUST_USE enum status web_public_prepare(struct web *web);
/* web/exclusion.c */
web_handler_fn web_exclusions;
web_handler_fn web_exclusion_sign;
/* web/version.c */
web_handler_fn web_versions;
web_handler_fn web_drafts;
web_handler_fn web_version_change;
web_handler_fn web_version_publish;
web_handler_fn web_version_withdraw;
web_handler_fn web_version_confirm;

/* web/ledger.c */
web_handler_fn web_ledger;
web_handler_fn web_ledger_remark;
web_handler_fn web_ledger_items;
web_handler_fn web_ledger_add;
web_handler_fn web_ledger_correct;
web_handler_fn web_ledger_end;
web_handler_fn web_duty_add;
web_handler_fn web_duty_done;
web_handler_fn web_review;
web_handler_fn web_review_sign;

/* web/witness.c */
web_handler_fn web_witness;

/* web/video.c, web/live.c */
web_handler_fn web_video_media;
web_handler_fn web_video_motion;
web_handler_fn web_video_download;
web_handler_fn web_live_stream;

#endif
