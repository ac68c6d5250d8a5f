/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cameras say beside their pictures. While a camera's session runs, the
 * listener is handed one connection after the other to its ONVIF port, and says
 * what it heard and when to come again. Motion goes on to ingest; tampering, and
 * what the camera is, to the gate.
 */
#include "onvif/listen.h"
#include "roles/supervisor/link.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    CONNECT_TIMEOUT_MS = 5000,
    TAMPER_EVERY_US = 60000000, /* each is two entries for ever */
};

static uint16_t port_of(const struct camera_link *link)
{
    const struct plant_camera *camera =
        plant_camera_find(link->supervisor->plant, link->plan.camera);
    return camera == NULL ? 0 : camera->onvif_port;
}

static void come_again(struct camera_link *link, uint64_t wait_ms)
{
    if (link->ear.is_open)
        timer_start(link->ear.timer, wait_ms, 0);
}

/* ---- what was heard ------------------------------------------------------- */

static void tell_motion(struct camera_link *link, bool is_on)
{
    struct channel *ingest = child_control(link->supervisor, ROLE_INGEST);
    const struct message_camera_motion message = {
        .camera = link->plan.camera,
        .is_on = is_on,
    };
    link->ear.has_motion = is_on;
    if (ingest != NULL && message_camera_motion_send(ingest, &message, -1,
                                                     NULL, NULL) != STATUS_OK)
        log_line(LOG_WARNING, "camera=%u: motion not told",
                 (unsigned)link->plan.camera);
}

static void tell_tamper(struct camera_link *link, bool is_on)
{
    struct channel *gate = child_control(link->supervisor, ROLE_GATE);
    const struct message_camera_tamper message = {
        .camera = link->plan.camera,
        .is_on = is_on,
    };
    if (gate == NULL || message_camera_tamper_send(gate, &message, -1, NULL,
                                                   NULL) != STATUS_OK)
        log_line(LOG_WARNING, "camera=%u: tampering not told",
                 (unsigned)link->plan.camera);
}

static void tell_report(struct camera_link *link, struct bytes report)
{
    struct channel *gate = child_control(link->supervisor, ROLE_GATE);
    const struct message_camera_told message = {
        .camera = link->plan.camera,
        .report = report,
    };
    if (gate == NULL || message_camera_told_send(gate, &message, -1, NULL,
                                                 NULL) != STATUS_OK)
        log_line(LOG_WARNING, "camera=%u: its report not told",
                 (unsigned)link->plan.camera);
}

static void take_motion(struct camera_link *link, enum onvif_word word)
{
    if (word == ONVIF_WORD_PASSED && !link->ear.has_motion)
        tell_motion(link, true);
    if ((word == ONVIF_WORD_ON) != link->ear.has_motion)
        tell_motion(link, word == ONVIF_WORD_ON);
}

/* A camera that says nothing now has not said that it is over. One that says it
 * again and again is believed once a minute. */
static void take_tamper(struct camera_link *link, enum onvif_word word)
{
    int64_t now_us = clock_boot(&CLOCK_SYSTEM).us;
    bool begins = word == ONVIF_WORD_ON || word == ONVIF_WORD_PASSED;
    if (word == link->ear.tamper || word == ONVIF_WORD_NONE ||
        (begins && now_us < link->ear.tamper_again_us))
        return;
    if (begins)
        link->ear.tamper_again_us = now_us + TAMPER_EVERY_US;
    link->ear.tamper = word;
    if (word == ONVIF_WORD_PASSED)
        tell_tamper(link, true);
    tell_tamper(link, word == ONVIF_WORD_ON);
}

static void on_heard(void *context, enum status status,
                     const struct message_camera_listen_reply *reply,
                     int descriptor)
{
    struct camera_link *link = context;
    socket_close(&descriptor);
    link->ear.is_asked = false;
    if (link->supervisor->is_stopping || reply == NULL)
        return; /* until a listener is there again */
    if (link->ear.is_open && !link->ear.is_new && status == STATUS_OK &&
        reply->motion < ONVIF_WORD_COUNT && reply->tamper < ONVIF_WORD_COUNT) {
        take_motion(link, (enum onvif_word)reply->motion);
        take_tamper(link, (enum onvif_word)reply->tamper);
        if (reply->report.size > 0)
            tell_report(link, reply->report);
    }
    /* Another session has begun meanwhile: its first question is due. */
    come_again(link, link->ear.is_new       ? 0
                     : status == STATUS_OK ? reply->wait_ms
                                            : LISTEN_AGAIN_MS);
}

/* ---- asking --------------------------------------------------------------- */

static enum status hand_over(struct camera_link *link, struct channel *listener,
                             int socket)
{
    struct message_camera_listen message = {
        .camera = link->plan.camera,
        .is_new = link->ear.is_new,
        .is_secure = link->plan.is_secure,
        .host = link->plan.host,
        .port = port_of(link),
        .user = link->plan.user,
        .password = link->plan.password,
    };
    enum status s = STATUS_OK;
    if (link->plan.is_secure)
        s = certificate_look_up(link, &message.pin);
    if (s != STATUS_OK)
        socket_close(&socket);
    else
        s = message_camera_listen_send(listener, &message, socket, on_heard,
                                       link);
    return s;
}

static void on_connected(void *context, struct socket_connect *connecting,
                         enum status status, int socket)
{
    struct camera_link *link = context;
    struct channel *listener = child_control(link->supervisor, ROLE_LISTENER);
    (void)connecting;
    socket_connect_cancel(&link->ear.connecting);
    if (listener == NULL) {
        socket_close(&socket);
        return; /* the next one asks anew */
    }
    if (status != STATUS_OK ||
        hand_over(link, listener, socket) != STATUS_OK) {
        take_motion(link, ONVIF_WORD_NONE);
        link->ear.is_new = true;
        come_again(link, LISTEN_AGAIN_MS);
        return;
    }
    link->ear.is_asked = true;
    link->ear.is_new = false;
}

static void on_time(void *context, struct timer *timer)
{
    struct camera_link *link = context;
    (void)timer;
    if (link->supervisor->is_stopping || !link->ear.is_open ||
        link->ear.is_asked || link->ear.connecting != NULL ||
        !link->supervisor->children[ROLE_LISTENER].is_ready)
        return;
    const struct socket_connect_options options = {
        .host = link->host,
        .port = port_of(link),
        .timeout_ms = CONNECT_TIMEOUT_MS,
        .worker = link->supervisor->resolver,
        .is_allowed = network_is_allowed,
    };
    if (socket_connect_start(link->supervisor->loop, &options, on_connected,
                             link, &link->ear.connecting) != STATUS_OK)
        come_again(link, LISTEN_AGAIN_MS);
}

void hearing_begin(struct camera_link *link)
{
    if (stream_is_sub(link->plan.camera) || port_of(link) == 0)
        return;
    if (link->ear.timer == NULL &&
        timer_make(link->supervisor->loop, "hearing", on_time, link,
                   &link->ear.timer) != STATUS_OK)
        return;
    link->ear.is_open = true;
    link->ear.is_new = true;
    come_again(link, 0);
}

void hearing_end(struct camera_link *link)
{
    if (!link->ear.is_open)
        return;
    link->ear.is_open = false;
    link->ear.has_motion = false; /* ingest's ends with the session */
    timer_stop(link->ear.timer);
    socket_connect_cancel(&link->ear.connecting);
}

void hearing_listener_ready(struct supervisor *supervisor)
{
    for (struct camera_link *link = supervisor->cameras; link != NULL;
         link = link->next) {
        link->ear.is_asked = false;
        link->ear.is_new = true;
        come_again(link, 0);
    }
}

void hearing_release(struct camera_link *link)
{
    socket_connect_cancel(&link->ear.connecting);
    timer_destroy(&link->ear.timer);
}

bool hearing_is_wanted(const struct plant *plant)
{
    bool is_wanted = false;
    for (size_t i = 0; i < plant->camera_count; i++)
        is_wanted |= plant->cameras[i].onvif_port != 0;
    return is_wanted;
}
