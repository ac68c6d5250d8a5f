/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/text.h"
#include "roles/ingest/private.h"
#include "sys/random.h"
#include "sys/socket.h"

struct ingest_camera *ingest_camera_find(struct ingest *ingest,
                                         uint32_t number)
{
    struct ingest_camera *camera = ingest->cameras;
    while (camera != NULL && camera->camera != number)
        camera = camera->next;
    if (camera != NULL)
        return camera;
    camera = alloc_zeroed(sizeof *camera);
    if (camera == NULL)
        return NULL;
    camera->ingest = ingest;
    camera->camera = number;
    camera->socket = -1;
    camera->datagrams[0] = camera->datagrams[1] = -1;
    camera->next = ingest->cameras;
    ingest->cameras = camera;
    return camera;
}

static void release(struct ingest_camera *camera)
{
    watch_destroy(&camera->watch);
    socket_close(&camera->socket);
    ingest_datagram_stop(camera);
    secure_link_destroy(&camera->link);
    rtsp_session_destroy(&camera->session);
}

/* The session is over: ring, supervisor, memory. */
static void finish(struct ingest_camera *camera)
{
    struct ingest *ingest = camera->ingest;
    const bool is_off = camera->is_ended_by_plan;
    enum cause cause = is_off ? CAUSE_PLANNED_OFF
                              : rtsp_session_cause(camera->session);
    const char *detail = is_off ? "" : rtsp_session_detail(camera->session);
    ingest_tell_state(camera, cause, ingest_now(ingest), detail);
    const struct message_camera_run_reply reply = {
        .id = camera->run_id,
        .status = STATUS_OK,
        .cause = (uint8_t)cause,
        .refuses_transport = rtsp_session_refuses_transport(camera->session),
        .detail = text_of(camera->state_detail),
        .fingerprint = ingest_link_fingerprint(camera),
        .redirection = rtsp_session_redirection(camera->session),
    };
    ingest_sent(message_camera_run_answer(ingest->process.control, &reply, -1),
                "camera_run");
    release(camera);
}

/* What the socket does not take now waits for the next turn. */
static void write_output(struct ingest_camera *camera)
{
    for (;;) {
        struct bytes output = ingest_link_output(camera);
        size_t taken = 0;
        if (output.size == 0)
            return;
        enum status s = socket_write(camera->socket, output, &taken);
        if (s == STATUS_OK)
            ingest_link_output_taken(camera, taken);
        else if (s != STATUS_AGAIN)
            rtsp_session_peer_closed(camera->session);
        if (s != STATUS_OK)
            return;
    }
}

static void read_input(struct ingest_camera *camera)
{
    struct ingest *ingest = camera->ingest;
    for (unsigned i = 0; i < INGEST_READS_A_BATCH; i++) {
        size_t got = 0;
        enum status s = socket_read(camera->socket, ingest->read_memory,
                                    INGEST_READ_BYTES, &got);
        if (s == STATUS_AGAIN)
            return;
        if (s != STATUS_OK) {
            rtsp_session_peer_closed(camera->session);
            return;
        }
        ingest_link_take(camera, bytes_of(ingest->read_memory, got));
        if (got < INGEST_READ_BYTES ||
            rtsp_session_has_ended(camera->session))
            return;
    }
}

void ingest_camera_settle(struct ingest_camera *camera)
{
    if (!rtsp_session_has_ended(camera->session))
        write_output(camera);
    ingest_datagram_report(camera);
    if (rtsp_session_has_ended(camera->session))
        finish(camera);
}

static void on_readable(void *context, struct watch *watch, unsigned events)
{
    struct ingest_camera *camera = context;
    (void)watch;
    (void)events;
    read_input(camera);
    ingest_camera_settle(camera);
    ingest_ring_bell(camera->ingest);
}

/* Read at once, or by the timer. Without memory for a watch the timer does. */
static void choose_reader(struct ingest_camera *camera)
{
    struct ingest *ingest = camera->ingest;
    bool is_urgent = !rtsp_session_is_playing(camera->session) ||
                     ring_is_watched(ingest->ring, camera->camera);
    if (!is_urgent)
        watch_destroy(&camera->watch);
    else if (camera->watch == NULL &&
             watch_create(ingest->process.loop, camera->socket, WATCH_READ,
                          "camera", on_readable, camera,
                          &camera->watch) != STATUS_OK)
        camera->watch = NULL;
}

void ingest_camera_tick(struct ingest_camera *camera)
{
    ingest_tell_owed(camera);
    if (!ingest_camera_is_running(camera))
        return;
    struct boot_time now = ingest_now(camera->ingest);
    if (camera->watch == NULL)
        read_input(camera);
    ingest_datagram_read(camera);
    if (now.us >= rtsp_session_deadline(camera->session).us)
        rtsp_session_tick(camera->session, now);
    ingest_camera_settle(camera);
    if (ingest_camera_is_running(camera))
        choose_reader(camera);
}

static enum status begin_session(struct ingest_camera *camera,
                                 const struct message_camera_run *message)
{
    struct session_options options = {
        .url = message->url,
        .user = message->user,
        .password = message->password,
        .client_port = message->client_port,
    };
    random_fill(&options.random, sizeof options.random);
    struct session_sink sink = INGEST_SINK;
    sink.context = camera;
    enum status s = rtsp_session_create(
        &options, &sink, ingest_now(camera->ingest), &camera->session);
    if (s == STATUS_OK && message->client_port != 0)
        s = ingest_datagram_start(camera);
    if (s == STATUS_OK &&
        text_starts_with(message->url, text_of("rtsps://")))
        s = ingest_link_start(camera, message->pin);
    return s;
}

enum status ingest_camera_start(struct ingest_camera *camera,
                                const struct message_camera_run *message,
                                int socket)
{
    struct ingest *ingest = camera->ingest;
    if (ingest_camera_is_running(camera) || ingest->ring == NULL) {
        socket_close(&socket);
        return STATUS_CONFLICT;
    }
    camera->socket = socket;
    enum status s = socket_prepare(socket);
    if (s == STATUS_OK)
        s = begin_session(camera, message);
    if (s != STATUS_OK) {
        release(camera);
        return s;
    }
    camera->run_id = message->id;
    camera->is_ended_by_plan = false;
    camera->motion_until_us = 0;
    socket_set_no_delay(socket);
    enum cause cause =
        message->cause < CAUSE_COUNT ? (enum cause)message->cause : CAUSE_NONE;
    ingest_tell_state(camera, cause == CAUSE_NONE ? CAUSE_STARTING : cause,
                      ingest_now(ingest), "");
    choose_reader(camera);
    ingest_camera_settle(camera);
    return STATUS_OK;
}

void ingest_camera_turn_off(struct ingest_camera *camera)
{
    camera->is_ended_by_plan = true;
    ingest_camera_stop(camera);
}

void ingest_camera_motion(struct ingest_camera *camera, bool is_on)
{
    if (is_on)
        camera->motion_until_us = INT64_MAX;
    else if (camera->motion_until_us == INT64_MAX)
        camera->motion_until_us =
            ingest_now(camera->ingest).us + INGEST_MOTION_TAIL_US;
}

void ingest_camera_stop(struct ingest_camera *camera)
{
    rtsp_session_stop(camera->session, ingest_now(camera->ingest));
    ingest_camera_settle(camera);
}
