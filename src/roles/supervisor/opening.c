/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the person at the terminal where the recorder is and with which code
 * the first one signs in: as soon as the web answers and the gate takes
 * sign-ins, so that what is told works at once.
 */
#include <stdio.h>

#include "base/text.h"
#include "crypto/secret.h"
#include "roles/supervisor/private.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    WAIT_LIMIT_MS = 20000, /* then it is told all the same */
    SITE_LINE_SIZE = 128,
    CODE_LINE_SIZE = 128,
};

/* In one piece: other sites may print on the same terminal. */
static void announce(struct supervisor *supervisor)
{
    char site[SITE_LINE_SIZE] = "";
    char code_line[CODE_LINE_SIZE] = "";
    char *code = supervisor->opening.code;
    struct text site_id = supervisor->plant->site_id;
    if (site_id.size > 0)
        (void)snprintf(site, sizeof site, "    시설 · site           %.*s\n",
                       (int)site_id.size, site_id.data);
    if (code[0] != 0)
        (void)snprintf(code_line, sizeof code_line,
                       "    일회용 코드 · one-time code    %s\n", code);
    (void)fprintf(stderr,
                  "\n  해치가 돌고 있습니다 · Haechi is running\n%s"
                  "    주소 · address        https://localhost:%u/\n"
                  "    지문 · fingerprint    %s\n%s"
                  "    멈춤 · stop           Ctrl-C\n\n",
                  site, (unsigned)supervisor->plant->web_port,
                  supervisor->fingerprint, code_line);
    secret_wipe(code_line, sizeof code_line);
    secret_wipe(code, CODE_SIZE);
    supervisor->opening.is_due = false;
    supervisor->opening.is_told = true;
    timer_stop(supervisor->opening.limit);
}

static void announce_once_open(struct supervisor *supervisor)
{
    if (supervisor->opening.is_due && supervisor->opening.is_gate_open &&
        supervisor->children[ROLE_WEB].is_ready)
        announce(supervisor);
}

/* Also a recorder that nobody can sign in to yet has an address: what is wrong
 * is told there, too. */
static void on_limit(void *context, struct timer *timer)
{
    struct supervisor *supervisor = context;
    (void)timer;
    if (!supervisor->opening.is_due)
        return;
    log_line(LOG_WARNING, "nobody can sign in yet: %s is not ready",
             supervisor->opening.is_gate_open ? "web" : "gate or keeper");
    announce(supervisor);
}

/* A gate that has died is followed by another, which is asked itself. */
static void on_open(void *context, enum status status,
                    const struct message_opening_wait_reply *reply,
                    int descriptor)
{
    struct supervisor *supervisor = context;
    (void)reply;
    socket_close(&descriptor);
    supervisor->opening.is_gate_open = status == STATUS_OK;
    announce_once_open(supervisor);
}

void opening_gate_ready(struct supervisor *supervisor, struct text code)
{
    struct channel *gate = child_control(supervisor, ROLE_GATE);
    const struct message_opening_wait message = {.id = 0};
    if (supervisor->opening.limit == NULL &&
        timer_make(supervisor->loop, "opening", on_limit, supervisor,
                   &supervisor->opening.limit) != STATUS_OK)
        return;
    supervisor->opening.is_gate_open = false;
    if (code.size > 0)
        (void)text_copy(code, supervisor->opening.code, CODE_SIZE);
    if (code.size > 0 || !supervisor->opening.is_told) {
        supervisor->opening.is_due = true;
        timer_start(supervisor->opening.limit, WAIT_LIMIT_MS, 0);
    }
    if (gate == NULL || message_opening_wait_send(gate, &message, -1, on_open,
                                                  supervisor) != STATUS_OK)
        log_line(LOG_WARNING, "the gate is not asked when it is open");
}

void opening_web_ready(struct supervisor *supervisor)
{
    announce_once_open(supervisor);
}

void opening_release(struct supervisor *supervisor)
{
    timer_destroy(&supervisor->opening.limit);
    secret_wipe(supervisor->opening.code, CODE_SIZE);
}
