/* SPDX-License-Identifier: Apache-2.0 */
/* What the supervisor's files share; nobody else includes this. */
#ifndef ROLES_SUPERVISOR_PRIVATE_H
#define ROLES_SUPERVISOR_PRIVATE_H

#include "crypto/certificate.h"
#include "ipc/channel.h"
#include "ipc/plan.h"
#include "model/cause.h"
#include "notice/plant.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/process.h"

struct supervisor;
struct camera_link;
struct socket_connect;

enum { REASON_SIZE = 200, CODE_SIZE = 65 };

/* One role's process and what is known of its deaths. */
struct child {
    struct supervisor *supervisor;
    enum role role;
    struct process *process; /* NULL: not running */
    struct channel *control;
    struct timer *restart_timer;
    bool is_ready;    /* start_* has been answered */
    bool is_restart;  /* this process replaces one that died */
    unsigned deaths;  /* in a row, without ten seconds of life between */
    int64_t died_boot_us;
    int64_t started_boot_us;
    int64_t starts_full_us;   /* boot time: see KEEPER_STARTS */
    bool is_blamed;           /* this process is ended for what it sent; */
    char reason[REASON_SIZE]; /* why, or why the last one died */
};

struct supervisor {
    struct loop *loop;
    const char *directory;
    const char *reason; /* how the one before it died; empty: none did */
    int64_t died_boot_us;
    bool is_told; /* that one's death, to the gate */
    struct plant *plant;
    struct child children[ROLE_COUNT]; /* [ROLE_SUPERVISOR] unused */
    struct message_handlers handlers;  /* empty: nobody asks the supervisor */
    struct signals *signals;
    struct timer *stop_timer;
    struct worker *resolver; /* looks up the names of cameras */
    int ring;      /* memfd */
    int kick;      /* eventfd */
    int tls_listener;
    int local_listener;
    uint8_t *certificate_pem;
    size_t certificate_size;
    uint8_t *private_key_pem;
    size_t private_key_size;
    char fingerprint[CERTIFICATE_FINGERPRINT_SIZE];
    struct camera_link *cameras; /* list */
    uint64_t plan_version;
    struct {
        struct timer *limit;
        char code[CODE_SIZE]; /* of the first sign-in; empty: none */
        bool is_due;          /* the address is still to be told */
        bool is_gate_open;    /* this gate takes sign-ins */
        bool is_told;         /* at least once */
    } opening;
    struct timer *tpm_timer;
    struct socket_connect *courier_connecting; /* what the courier wants */
    bool tpm_is_away;
    bool is_stopping;
    unsigned stopped_count; /* roles that have answered stop */
    int exit_code;
};

/* ---- supervisor/children.c ------------------------------------------------ */

/* Starts the role and joins it to the neighbours that run. */
void child_start(struct supervisor *supervisor, enum role role);

/* A keeper's start that may write its TPM, or that has refused to start and so
 * did not: starts wait once there have been too many. */
void child_note_wear(struct child *child, bool writes);

/* Closes all control channels; the processes end. */
void children_close(struct supervisor *supervisor);

/* True while any child process is alive. */
bool children_alive(const struct supervisor *supervisor);

/* The role's control channel, or NULL. */
struct channel *child_control(struct supervisor *supervisor, enum role role);

/* ---- supervisor/start.c ---------------------------------------------------- */

/* Sends the role's start_* and what it needs besides. */
MUST_USE enum status child_send_start(struct child *child);

/* ---- supervisor/opening.c -------------------------------------------------- */

/* The address is told once people can sign in there, or where that takes too
 * long; again with each new code. code: of the first sign-in, empty: none. */
void opening_gate_ready(struct supervisor *supervisor, struct text code);
void opening_web_ready(struct supervisor *supervisor);

void opening_release(struct supervisor *supervisor);

/* ---- supervisor/tpm.c ------------------------------------------------------ */

/* Gives the keeper a link to the TPM, where the plant wants one. Fails with:
 * what tpm_link_open fails with; logged. */
MUST_USE enum status tpm_send_link(struct supervisor *supervisor);

void tpm_release(struct supervisor *supervisor);

/* ---- supervisor/courier.c -------------------------------------------------- */

/* The courier is there (again): waits for what it wants to be connected to. */
void courier_ready(struct supervisor *supervisor);

void courier_release(struct supervisor *supervisor);

/* ---- supervisor/hearing.c -------------------------------------------------- */

/* Whether some camera of the plant can be asked. */
bool hearing_is_wanted(const struct plant *plant);

/* The listener is there (again): all is asked anew. */
void hearing_listener_ready(struct supervisor *supervisor);

/* ---- supervisor/cameras.c --------------------------------------------------- */

/* Asks the gate for the plan, again and again. */
void cameras_ask_plan(struct supervisor *supervisor);

/* ingest is there (again): connect all. */
void cameras_ingest_ready(struct supervisor *supervisor);

/* A vault that has started anew does not know who is off. */
void cameras_vault_ready(struct supervisor *supervisor);

/* Forgets all; only after ingest's control channel is closed. */
void cameras_release(struct supervisor *supervisor);

#endif
