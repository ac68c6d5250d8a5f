/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cameras: resolve, connect, hand the socket to ingest, wait for its end, back
 * off, again.
 *
 *   WAITING --time--> CONNECTING --connected--> RUNNING --ended--> WAITING
 *                          `------failed------------------------------^
 *
 * Outside its hours of filming a camera is OFF, from wherever it was; a session
 * that runs is ended first.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "ipc/document.h"
#include "roles/supervisor/link.h"
#include "sys/logger.h"
#include "sys/random.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum { CONNECT_TIMEOUT_MS = 5000 };

static void connect_camera(struct camera_link *link);

static void turn_off(struct camera_link *link);

static void wait_then_connect(struct camera_link *link, uint64_t wait_ms)
{
    if (link->is_off) {
        turn_off(link);
        return;
    }
    link->state = LINK_WAITING;
    timer_start(link->timer, wait_ms, 0);
}

static void back_off(struct camera_link *link)
{
    uint32_t dice = 0;
    random_fill(&dice, sizeof dice);
    wait_then_connect(link,
                      back_off_next(&link->back_off, link->cause, dice));
}

/* The ring carries the state of every camera; a cause is told once. */
static void tell_down(struct camera_link *link, enum cause cause,
                      struct text detail)
{
    struct channel *ingest = child_control(link->supervisor, ROLE_INGEST);
    link->cause = cause;
    if (link->told == cause || ingest == NULL)
        return;
    const struct message_camera_down message = {
        .camera = link->plan.camera,
        .cause = (uint8_t)cause,
        .detail = detail,
    };
    if (message_camera_down_send(ingest, &message, -1, NULL, NULL) ==
        STATUS_OK)
        link->told = cause;
}

/* ---- hours of filming ---------------------------------------------------- */

static void turn_off(struct camera_link *link)
{
    timer_stop(link->timer);
    socket_connect_cancel(&link->connecting);
    link->is_redirected = false;
    link->back_off = (struct back_off){0};
    link->state = LINK_OFF;
    tell_down(link, CAUSE_PLANNED_OFF, text_of(""));
}

/* Ingest answers the session's camera_run, and then it is off. */
static void end_session(struct camera_link *link)
{
    link->told = CAUSE_NONE;
    tell_down(link, CAUSE_PLANNED_OFF, text_of(""));
}

static void take_hours(struct camera_link *link, bool is_off)
{
    if (link->is_off == is_off)
        return;
    link->is_off = is_off;
    if (is_off && link->state == LINK_RUNNING) {
        end_session(link);
    } else if (is_off) {
        turn_off(link);
    } else if (link->state == LINK_OFF) {
        /* From here on it is another reason. */
        tell_down(link, CAUSE_STARTING, text_of(""));
        wait_then_connect(link, 0);
    }
}

/* ---- a session --------------------------------------------------------------- */

static void on_ended(void *context, enum status status,
                     const struct message_camera_run_reply *reply,
                     int descriptor)
{
    struct camera_link *link = context;
    socket_close(&descriptor);
    hearing_end(link);
    if (link->supervisor->is_stopping)
        return;
    bool ingest_died = reply == NULL;
    link->cause = CAUSE_RESTART;
    if (!ingest_died && reply->cause < CAUSE_COUNT)
        link->cause = (enum cause)reply->cause;
    if (ingest_died) {
        link->back_off = (struct back_off){0};
        link->told = CAUSE_RESTART;
        link->state = LINK_WAITING; /* until ingest is there again */
        return;
    }
    if (status != STATUS_OK)
        log_line(LOG_WARNING, "camera=%u session status=%s",
                 (unsigned)link->plan.camera, status_name(status));
    if (reply->fingerprint.size > 0 &&
        certificate_seen(link, reply->fingerprint) == STATUS_OK) {
        wait_then_connect(link, 0);
        return;
    }
    log_line(LOG_WARNING, "camera=%u ended cause=%s detail=%.*s",
             (unsigned)link->plan.camera, cause_name(link->cause),
             (int)reply->detail.size, reply->detail.data);
    link->told = link->cause; /* ingest wrote it into the ring itself */
    if (back_off_ran(&link->back_off, link->cause,
                     clock_boot(&CLOCK_SYSTEM).us - link->began_us))
        link->redirections = 0;
    network_take_redirection(link, reply->redirection);
    /* Datagrams would leave an encrypted link. */
    if (reply->refuses_transport != 0 && link->plan.transport == CAMERA_ANY &&
        !link->plan.is_secure)
        link->uses_udp = !link->uses_udp;
    back_off(link);
}

/* ---- datagrams ---------------------------------------------------------- */

static void wait_for_report(struct camera_link *link);

/* Ingest can send no datagram: its reports go through here. */
static void on_report(void *context, enum status status,
                      const struct message_camera_report_wait_reply *reply,
                      int descriptor)
{
    struct camera_link *link = context;
    socket_close(&descriptor);
    if (status != STATUS_OK || reply == NULL || reply->port == 0)
        return;
    if (socket_datagram_send(&link->datagrams, reply->port, reply->report) !=
        STATUS_OK)
        log_line(LOG_DEBUG, "camera=%u report not sent",
                 (unsigned)link->plan.camera);
    wait_for_report(link);
}

static void wait_for_report(struct camera_link *link)
{
    struct channel *ingest = child_control(link->supervisor, ROLE_INGEST);
    const struct message_camera_report_wait message = {
        .camera = link->plan.camera,
    };
    if (ingest != NULL &&
        message_camera_report_wait_send(ingest, &message, -1, on_report,
                                        link) != STATUS_OK)
        log_line(LOG_WARNING, "camera=%u sends no reports",
                 (unsigned)link->plan.camera);
}

/* Opens the pair beside the connection and hands it over. */
static enum status give_datagrams(struct camera_link *link,
                                  struct channel *ingest, int connection)
{
    enum status s = socket_datagrams_open(connection, &link->datagrams);
    for (unsigned kind = 0; kind < 2 && s == STATUS_OK; kind++) {
        const struct message_camera_datagrams message = {
            .camera = link->plan.camera,
            .kind = (uint8_t)kind,
        };
        int given = link->datagrams.sockets[kind];
        link->datagrams.sockets[kind] = -1;
        s = message_camera_datagrams_send(ingest, &message, given, NULL, NULL);
    }
    socket_datagrams_close(&link->datagrams);
    return s;
}

static void write_url(const struct camera_link *link, char *out, size_t size)
{
    const char *host =
        link->is_redirected ? link->redirected_host : link->host;
    const char *path =
        link->is_redirected ? link->redirected_path : link->path;
    uint16_t port =
        link->is_redirected ? link->redirected_port : link->plan.port;
    bool is_ipv6 = strchr(host, ':') != NULL;
    (void)snprintf(out, size, "%s://%s%s%s:%u%s",
                   link->plan.is_secure ? "rtsps" : "rtsp", is_ipv6 ? "[" : "",
                   host, is_ipv6 ? "]" : "", port, path);
}

/* Sends what belongs to the session before the session. */
static enum status prepare(struct camera_link *link, struct channel *ingest,
                           int socket, struct message_camera_run *message)
{
    enum status s = ingest == NULL ? STATUS_AGAIN : STATUS_OK;
    if (s == STATUS_OK && link->plan.is_secure)
        s = certificate_look_up(link, &message->pin);
    if (s == STATUS_OK && link->uses_udp)
        s = give_datagrams(link, ingest, socket);
    if (s == STATUS_OK && link->uses_udp)
        message->client_port = socket_address_port(&link->datagrams.local);
    return s;
}

static void run_session(struct camera_link *link, int socket)
{
    struct channel *ingest = child_control(link->supervisor, ROLE_INGEST);
    char url[PLAN_HOST_MAX + PLAN_PATH_MAX + 32];
    write_url(link, url, sizeof url);
    struct message_camera_run message = {
        .camera = link->plan.camera,
        .cause = (uint8_t)(link->cause == CAUSE_NONE ? CAUSE_STARTING
                                                     : link->cause),
        .url = text_of(url),
        .user = link->plan.user,
        .password = link->plan.password,
    };
    link->is_redirected = false;
    enum status s = prepare(link, ingest, socket, &message);
    if (s != STATUS_OK)
        socket_close(&socket);
    if (s != STATUS_OK && ingest != NULL) {
        tell_down(link, CAUSE_UNREACHABLE, text_of(status_name(s)));
        back_off(link);
        return;
    }
    link->state = LINK_RUNNING;
    link->told = CAUSE_NONE;
    link->began_us = clock_boot(&CLOCK_SYSTEM).us;
    if (s == STATUS_OK)
        s = message_camera_run_send(ingest, &message, socket, on_ended, link);
    if (s != STATUS_OK)
        link->state = LINK_WAITING; /* until ingest is there again */
    else if (link->uses_udp)
        wait_for_report(link);
    if (s == STATUS_OK)
        hearing_begin(link);
}

static void on_connected(void *context, struct socket_connect *connecting,
                         enum status status, int socket)
{
    struct camera_link *link = context;
    (void)connecting;
    socket_connect_cancel(&link->connecting);
    if (status == STATUS_OK) {
        run_session(link, socket);
        return;
    }
    link->is_redirected = false;
    tell_down(link, CAUSE_UNREACHABLE, text_of(status_name(status)));
    back_off(link);
}

static void connect_camera(struct camera_link *link)
{
    link->state = LINK_CONNECTING;
    const struct socket_connect_options options = {
        .host = link->is_redirected ? link->redirected_host : link->host,
        .port = link->is_redirected ? link->redirected_port : link->plan.port,
        .timeout_ms = CONNECT_TIMEOUT_MS,
        .worker = link->supervisor->resolver,
        .is_allowed = network_is_allowed,
    };
    enum status s = socket_connect_start(link->supervisor->loop, &options,
                                         on_connected, link,
                                         &link->connecting);
    if (s == STATUS_OK)
        return;
    link->is_redirected = false;
    tell_down(link, CAUSE_UNREACHABLE, text_of(status_name(s)));
    back_off(link);
}

static void on_time(void *context, struct timer *timer)
{
    struct camera_link *link = context;
    (void)timer;
    struct supervisor *supervisor = link->supervisor;
    if (supervisor->is_stopping || !supervisor->children[ROLE_INGEST].is_ready)
        return;
    connect_camera(link);
}

void cameras_ingest_ready(struct supervisor *supervisor)
{
    for (struct camera_link *link = supervisor->cameras; link != NULL;
         link = link->next)
        if (link->state == LINK_WAITING)
            wait_then_connect(link, 0);
    cameras_vault_ready(supervisor);
}

void cameras_vault_ready(struct supervisor *supervisor)
{
    for (struct camera_link *link = supervisor->cameras; link != NULL;
         link = link->next) {
        if (link->state != LINK_OFF)
            continue;
        link->told = CAUSE_NONE;
        turn_off(link);
    }
}

/* ---- the plan ------------------------------------------------------------------ */

static struct camera_link *find(struct supervisor *supervisor, uint32_t camera)
{
    struct camera_link *link = supervisor->cameras;
    while (link != NULL && link->plan.camera != camera)
        link = link->next;
    return link;
}

static struct camera_link *add(struct supervisor *supervisor, uint32_t camera)
{
    struct camera_link *link = alloc_zeroed(sizeof *link);
    if (link == NULL)
        return NULL;
    link->supervisor = supervisor;
    link->cause =
        supervisor->reason[0] == 0 ? CAUSE_STARTING : CAUSE_RESTART;
    link->told = link->cause;
    link->plan.camera = camera;
    if (timer_make(supervisor->loop, "camera", on_time, link, &link->timer) !=
        STATUS_OK) {
        alloc_free(link);
        return NULL;
    }
    link->next = supervisor->cameras;
    supervisor->cameras = link;
    wait_then_connect(link, 0);
    return link;
}

/* A change of address or password counts from the next connection on. */
static enum status take_camera(struct supervisor *supervisor,
                               const struct plan_camera *camera)
{
    struct camera_link *link = find(supervisor, camera->camera);
    if (link == NULL)
        link = add(supervisor, camera->camera);
    if (link == NULL)
        return STATUS_NO_MEMORY;
    if (!text_copy(camera->host, link->host, sizeof link->host) ||
        !text_copy(camera->path, link->path, sizeof link->path) ||
        !text_copy(camera->user, link->user, sizeof link->user) ||
        !text_copy(camera->password, link->password, sizeof link->password))
        return STATUS_BAD_INPUT;
    if (link->plan.transport != camera->transport)
        link->uses_udp = camera->transport == CAMERA_UDP;
    link->is_planned = true;
    link->plan = (struct plan_camera){
        .camera = camera->camera,
        .port = camera->port,
        .transport = camera->transport,
        .is_secure = camera->is_secure,
        .host = text_of(link->host),
        .path = text_of(link->path),
        .user = text_of(link->user),
        .password = text_of(link->password),
    };
    return STATUS_OK;
}

static bool is_in(struct bytes numbers, uint32_t camera)
{
    struct reader in = reader_on(numbers);
    while (reader_more(&in)) {
        if (reader_u32be(&in) == camera)
            return true;
    }
    return false;
}

static enum status take_cameras(struct supervisor *supervisor,
                                struct bytes plan)
{
    struct reader in = reader_on(plan);
    uint16_t count = reader_u16be(&in);
    enum status s = STATUS_OK;
    for (unsigned i = 0; i < count && s == STATUS_OK; i++) {
        struct plan_camera camera;
        s = plan_camera_decode(&in, &camera);
        if (s == STATUS_OK)
            s = take_camera(supervisor, &camera);
    }
    return s == STATUS_OK && !reader_done(&in) ? STATUS_BAD_INPUT : s;
}

/* The cameras' passwords stand in it: it is let go of at once. */
static enum status take_plan(struct supervisor *supervisor,
                             const struct message_plan_wait_reply *reply,
                             int *descriptor)
{
    struct bytes plan;
    struct bytes mapped;
    enum status s = document_open(reply->plan, reply->outside_bytes,
                                  descriptor, &mapped, &plan);
    if (s == STATUS_OK)
        s = take_cameras(supervisor, plan);
    sealed_memory_unmap(&mapped);
    return s;
}

static void on_plan(void *context, enum status status,
                    const struct message_plan_wait_reply *reply,
                    int descriptor)
{
    struct supervisor *supervisor = context;
    if (reply == NULL || supervisor->is_stopping) {
        socket_close(&descriptor);
        return; /* the gate is started again, and asked again */
    }
    for (struct camera_link *link = supervisor->cameras; link != NULL;
         link = link->next)
        link->is_planned = false;
    if (status == STATUS_OK)
        status = take_plan(supervisor, reply, &descriptor);
    socket_close(&descriptor);
    /* Which the notice in force does not name any more nobody connects to. */
    for (struct camera_link *link = supervisor->cameras;
         status == STATUS_OK && link != NULL; link = link->next)
        take_hours(link,
                   !link->is_planned ||
                       is_in(reply->off, stream_camera(link->plan.camera)));
    if (status != STATUS_OK) {
        log_line(LOG_ERROR, "no plan from the gate status=%s",
                 status_name(status));
        return;
    }
    supervisor->plan_version = reply->version;
    cameras_ask_plan(supervisor);
}

void cameras_ask_plan(struct supervisor *supervisor)
{
    struct channel *gate = child_control(supervisor, ROLE_GATE);
    const struct message_plan_wait message = {
        .known_version = supervisor->plan_version,
    };
    if (gate == NULL || message_plan_wait_send(gate, &message, -1, on_plan,
                                               supervisor) != STATUS_OK)
        log_line(LOG_WARNING, "cannot ask the gate for the plan");
}

void cameras_release(struct supervisor *supervisor)
{
    while (supervisor->cameras != NULL) {
        struct camera_link *link = supervisor->cameras;
        supervisor->cameras = link->next;
        socket_connect_cancel(&link->connecting);
        timer_destroy(&link->timer);
        hearing_release(link);
        memset(link->password, 0, sizeof link->password);
        alloc_free(link);
    }
}
