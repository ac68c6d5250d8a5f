/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/gate_stage - the gate as a process of its own, in its sandbox, on
 * real files; the test is its supervisor, web, vault and keeper.
 *
 * Each gate_stage_* request waits for its answer and gives its status; what
 * came with it stands in the stage.
 */
#ifndef SUPPORT_GATE_STAGE_H
#define SUPPORT_GATE_STAGE_H

#include <sys/types.h>

#include "ipc/channel.h"
#include "ipc/ticket.h"
#include "model/death.h"
#include "model/event.h"
#include "model/policy.h"
#include "model/public_page.h"

enum {
    STAGE_EVENTS_MAX = 64,
    STAGE_SLICES_MAX = 32,
    STAGE_JSON_MAX = 1 << 20,
    STAGE_CAMERAS_MAX = 4096,
    STAGE_CAMERA = 6, /* of the example's group sharing-okpo */
};

/* What the vault or the keeper tells, and whether the gate waits for more. */
struct stage_tale {
    size_t count;
    uint64_t acknowledged;
    bool is_waiting;
    uint32_t id;
};

struct gate_stage {
    char directory[128];
    struct loop *loop;
    struct timer *limit;
    struct message_handlers handlers;
    pid_t gate;
    struct channel *supervisor;
    struct channel *web;
    struct channel *vault;
    struct channel *keeper;
    struct channel *courier; /* where a test attaches one */

    /* What the neighbours have been told. */
    uint8_t vault_key[TICKET_KEY_SIZE];
    uint8_t keeper_key[TICKET_KEY_SIZE];
    size_t vault_told;  /* how often it was given its part */
    size_t keeper_told;
    size_t policies; /* bytes the vault has; 0 from a start on */
    size_t keeper_policies;
    struct policy keeper_first; /* of them */
    size_t orders_asked;  /* how often destroy_order came */
    uint64_t order_entry; /* of the last */
    bool is_order_slow;   /* the keeper does not answer it */
    bool has_no_text_key; /* the keeper refuses month keys */
    int64_t ahead_us;     /* of the keeper's clock, before the wall's */
    int64_t claimed_us;   /* the keeper says that the clock is in doubt */
    uint64_t attested_epoch; /* a TPM has signed for it; 0: there is none */
    uint64_t settled_entry; /* until the gate settles it by this entry */

    struct stage_tale event_tale;
    struct event events[STAGE_EVENTS_MAX];
    struct stage_tale death_tale;
    struct death deaths[STAGE_EVENTS_MAX];
    uint32_t many_cameras; /* 1 to this are in the vault; 0: STAGE_CAMERA is */
    size_t covers_told;       /* as vault: how often cover_set came */
    uint32_t cover_camera;    /* of the last one */
    size_t cover_bytes;       /* of its regions */
    struct span recorded; /* of every camera, as spans_get tells */
    size_t spans_asked;   /* spans_list */
    size_t looks;         /* how often kept_get came */
    bool is_camera_off;   /* STAGE_CAMERA, as vault_status tells */
    bool is_space_short;  /* of the first class, likewise */
    uint8_t pending;      /* enum pending, as the keeper tells; 0: nothing is */
    bool wants_sub;       /* of a live view, of those that have one */

    /* As vault and keeper, of holds. */
    struct stage_hold {
        bool has_no_room;
        bool is_slow;    /* the vault does not answer a slice */
        bool has_no_seeds; /* the keeper's come later */
        int64_t late_us; /* the copy begins so much behind the span */
        int64_t slice_us; /* 0: all at once */
        size_t rooms;    /* asked */
        size_t seeds;
        size_t slices;
        uint32_t copied[STAGE_SLICES_MAX]; /* the hold of each slice */
    } hold;

    /* The last answer. */
    enum status status;
    bool has_answer;
    char code[64];
    char session[65];
    char json[STAGE_JSON_MAX];
    uint8_t refusal; /* enum notice_refusal, of a publication; or enum
                      * export_refusal */
    uint64_t view;
    uint64_t plan_version;
    size_t openings; /* answers to gate_stage_ask_opening */
    size_t plan_bytes;
    size_t plan_off; /* cameras that nobody is to connect to */
    uint8_t ticket[TICKET_SIZE_MAX];
    size_t ticket_size;
};

/* A new installation after the example; nothing runs yet. */
void gate_stage_make(struct gate_stage *stage);
void gate_stage_remove(struct gate_stage *stage);

/* Starts the gate; status: of start_gate. cause: as in start_gate. */
enum status gate_stage_start(struct gate_stage *stage, const char *cause);
/* Attaches web, vault and keeper, and waits until they know their part. */
void gate_stage_attach(struct gate_stage *stage);
void gate_stage_attach_one(struct gate_stage *stage, enum role role);
/* Lets the gate and its neighbours talk for so long. */
void gate_stage_idle(struct gate_stage *stage, uint64_t ms);

/* Asks for the orderly stop. */
enum status gate_stage_stop(struct gate_stage *stage);
/* Ends the gate: with SIGKILL, or by leaving it alone. */
void gate_stage_kill(struct gate_stage *stage);
int gate_stage_end(struct gate_stage *stage);

enum status gate_stage_login_first(struct gate_stage *stage, const char *code,
                                   const char *name, const char *password);
enum status gate_stage_login(struct gate_stage *stage, const char *name,
                             const char *password, const char *address);
enum status gate_stage_logout(struct gate_stage *stage);
enum status gate_stage_session(struct gate_stage *stage);
enum status gate_stage_cameras(struct gate_stage *stage);
enum status gate_stage_coverage(struct gate_stage *stage, uint32_t camera,
                                struct span span);

struct stage_view {
    uint32_t camera; /* 0: live of cameras */
    struct bytes cameras;
    int64_t from_us;
    int64_t to_us;
    const char *purpose;
    const char *reason;
};
enum status gate_stage_view(struct gate_stage *stage,
                            const struct stage_view *view);
enum status gate_stage_view_close(struct gate_stage *stage, uint64_t view);
enum status gate_stage_ticket(struct gate_stage *stage, uint64_t view);
/* The same for a file that is taken away. */
enum status gate_stage_download(struct gate_stage *stage, uint64_t view);
enum status gate_stage_entries(struct gate_stage *stage, uint64_t before,
                               uint16_t count, const char *kind);
enum status gate_stage_status(struct gate_stage *stage, bool is_local);
enum status gate_stage_accounts(struct gate_stage *stage);
enum status gate_stage_account_add(struct gate_stage *stage, const char *name,
                                   const char *role, const char *person);
enum status gate_stage_account_close(struct gate_stage *stage,
                                     uint32_t account);
enum status gate_stage_clock_confirm(struct gate_stage *stage);
/* Orders a destruction of the camera (0: decommission); view: its entry. */
enum status gate_stage_destroy(struct gate_stage *stage, uint32_t camera,
                               struct span span, const char *reason);
enum status gate_stage_destruction(struct gate_stage *stage, uint64_t entry);
enum status gate_stage_destructions(struct gate_stage *stage);
enum status gate_stage_destruction_page(struct gate_stage *stage,
                                        uint64_t entry);
/* Orders a hold of the camera until an hour from now. */
enum status gate_stage_hold(struct gate_stage *stage, uint32_t camera,
                            struct span span, const char *reason);
enum status gate_stage_holds(struct gate_stage *stage);
enum status gate_stage_hold_end(struct gate_stage *stage, uint32_t hold,
                                const char *reason);
/* gate_stage_version.c. Announces the draft of this hash; refusal: why not. */
struct stage_announcement {
    const char *sha256;
    int64_t effective_us;
    bool is_at_once;
    const char *reason;
};
enum status gate_stage_publish(struct gate_stage *stage,
                               const struct stage_announcement *announcement);
enum status gate_stage_withdraw(struct gate_stage *stage, uint32_t version);
enum status gate_stage_confirm(struct gate_stage *stage, uint32_t version,
                               const char *page_sha256);
/* At this machine, without a session. */
enum status gate_stage_versions(struct gate_stage *stage);
enum status gate_stage_ledger(struct gate_stage *stage, int64_t from_us,
                              int64_t to_us, uint64_t next);
/* By hand; a copy with no texts but these. item 0: a new one, or a remark on
 * the row corrects. */
struct stage_copy {
    uint32_t item;
    uint64_t corrects;
    const char *use;
    const char *medium;
    int64_t done_us; /* 0: a minute ago */
    int64_t due_us;  /* 0: in a day */
    const char *receiver;
    const char *ground;
    const char *reason;
    const char *remark;
};
enum status gate_stage_copy(struct gate_stage *stage,
                            const struct stage_copy *copy);
enum status gate_stage_copy_end(struct gate_stage *stage, uint32_t item,
                                const char *how, const char *reason);
/* number 0: a new one. */
struct stage_duty {
    uint32_t number;
    const char *what;
    const char *subject;
    uint32_t months;
    int64_t due_us;
    int64_t done_us;
    const char *result;
    const char *reason;
};
enum status gate_stage_duty(struct gate_stage *stage,
                            const struct stage_duty *duty);
/* gate_stage_exclusion.c */
struct stage_signature {
    uint32_t camera;
    const char *place;
    const char *by;
    const char *picture_sha256;
    uint64_t view;
    int64_t taken_us;
};
enum status gate_stage_exclusions(struct gate_stage *stage);
enum status gate_stage_exclusion_sign(struct gate_stage *stage,
                                      const struct stage_signature *signature);
/* Copies that are not gone. */
enum status gate_stage_items(struct gate_stage *stage);
enum status gate_stage_review(struct gate_stage *stage, uint32_t month);
enum status gate_stage_review_sign(struct gate_stage *stage, uint32_t month,
                                   const char *remark);
/* gate_stage_export.c. Half a minute of the camera; view: what it opened. */
struct stage_export {
    uint32_t camera;
    bool only_asks;
    bool is_covered;
    const char *receiver;
};
enum status gate_stage_export(struct gate_stage *stage,
                              const struct stage_export *wish);
enum status gate_stage_export_answer(struct gate_stage *stage, uint64_t order,
                                     bool is_approved, const char *reason);
enum status gate_stage_export_take(struct gate_stage *stage, uint64_t order);
enum status gate_stage_export_orders(struct gate_stage *stage, uint64_t order);
enum status gate_stage_export_made(struct gate_stage *stage, uint64_t export);
enum status gate_stage_password_again(struct gate_stage *stage,
                                      const char *password);
enum status gate_stage_page(struct gate_stage *stage, enum public_page page,
                            uint32_t number, const char *language);
enum status gate_stage_restarted(struct gate_stage *stage, enum role role,
                                 const char *reason);
enum status gate_stage_plan(struct gate_stage *stage);
/* Asks when the gate takes sign-ins; the answer comes later, in openings. */
void gate_stage_ask_opening(struct gate_stage *stage);

/* Tells the gate; its entries come later. */
void gate_stage_event(struct gate_stage *stage, const struct event *event);
void gate_stage_death(struct gate_stage *stage, const struct death *death);

/* The log's file as it stands, terminated; from base/alloc. */
char *gate_stage_log(const struct gate_stage *stage);
/* How often a text stands in the log's file. */
size_t gate_stage_log_count(const struct gate_stage *stage, const char *text);
/* Lets them talk until it stands there so often, for entries that nobody waits
 * for; fails the test if it never does, or stands there more often. */
void gate_stage_await_log(struct gate_stage *stage, size_t count,
                          const char *text);
/* Lets them talk until the gate has written down all that vault and keeper have
 * to tell. */
void gate_stage_await_tales(struct gate_stage *stage);

int64_t gate_stage_now_us(void);

#endif
