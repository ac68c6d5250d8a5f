/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that meets cameras: bytes in, samples and events into the ring.
 * It holds no key and opens nothing; sockets, ring and bell are handed to it.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "roles/ingest/private.h"
#include "roles/profiles.h"
#include "sys/event_descriptor.h"
#include "sys/heap.h"
#include "sys/logger.h"
#include "sys/socket.h"

enum {
    EXIT_SOFTWARE = 70, /* sysexits.h: EX_SOFTWARE */
    HEAP_KEPT_BYTES = 1024 * 1024, /* some key pictures */
};

void ingest_sent(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    log_line(LOG_ERROR, "cannot answer what=%s status=%s", what,
             status_name(status));
    exit(EXIT_SOFTWARE);
}

static void demand(bool holds, const char *what)
{
    if (holds)
        return;
    log_line(LOG_ERROR, "the supervisor broke the order what=%s", what);
    exit(EXIT_SOFTWARE);
}

void ingest_ring_bell(struct ingest *ingest)
{
    if (!ingest->is_watched_written &&
        ingest->written_bytes < INGEST_BELL_BYTES)
        return;
    ingest->is_watched_written = false;
    ingest->written_bytes = 0;
    if (ingest->kick >= 0)
        event_descriptor_ring(ingest->kick);
}

/* ---- the timer ---------------------------------------------------------- */

static bool has_running(const struct ingest *ingest)
{
    for (const struct ingest_camera *camera = ingest->cameras; camera != NULL;
         camera = camera->next)
        if (ingest_camera_is_running(camera))
            return true;
    return false;
}

static void finish_stop(struct ingest *ingest)
{
    if (!ingest->is_stopping || ingest->stop_id == 0 || has_running(ingest))
        return;
    const struct message_stop_reply reply = {.id = ingest->stop_id};
    ingest->stop_id = 0;
    ingest_sent(message_stop_answer(ingest->process.control, &reply, -1),
                "stop");
}

static void trim_memory(struct ingest *ingest)
{
    struct boot_time now = ingest_now(ingest);
    if (ingest->ring == NULL || now.us < ingest->trim_again.us)
        return;
    ingest->trim_again.us = now.us + INGEST_TRIM_US;
    ring_trim(ingest->ring);
    heap_trim();
}

static void on_batch(void *context, struct timer *timer)
{
    struct ingest *ingest = context;
    (void)timer;
    for (struct ingest_camera *camera = ingest->cameras; camera != NULL;
         camera = camera->next)
        ingest_camera_tick(camera);
    ingest_ring_bell(ingest);
    trim_memory(ingest);
    finish_stop(ingest);
}

/* ---- handlers ----------------------------------------------------------- */

static void on_start_ingest(void *context, struct channel *channel,
                            const struct message_start_ingest *message,
                            int descriptor)
{
    struct ingest *ingest = context;
    (void)descriptor;
    demand(ingest->timer == NULL, "start_ingest");
    struct message_start_ingest_reply reply = {.id = message->id};
    ingest->batch_ms =
        message->batch_ms == 0 || message->batch_ms > INGEST_BATCH_MAX_MS
            ? INGEST_BATCH_DEFAULT_MS
            : message->batch_ms;
    ingest->read_memory = alloc_array(INGEST_READ_BYTES, 1);
    reply.status =
        ingest->read_memory == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    if (reply.status == STATUS_OK)
        reply.status = tls_client_create(&ingest->tls);
    if (reply.status == STATUS_OK)
        reply.status = timer_make(ingest->process.loop, "batch", on_batch,
                                  ingest, &ingest->timer);
    if (reply.status == STATUS_OK)
        reply.status = role_sandbox(ROLE_INGEST, NULL);
    if (reply.status == STATUS_OK)
        timer_start(ingest->timer, ingest->batch_ms, ingest->batch_ms);
    ingest_sent(message_start_ingest_answer(channel, &reply, -1),
                "start_ingest");
}

static void on_ring_attach(void *context, struct channel *channel,
                           const struct message_ring_attach *message,
                           int descriptor)
{
    struct ingest *ingest = context;
    demand(descriptor >= 0 && ingest->ring == NULL, "ring_attach");
    struct message_ring_attach_reply reply = {.id = message->id};
    reply.status = ring_writer_create(descriptor, &ingest->ring);
    socket_close(&descriptor);
    if (reply.status != STATUS_OK)
        log_line(LOG_ERROR, "no ring status=%s", status_name(reply.status));
    ingest_sent(message_ring_attach_answer(channel, &reply, -1),
                "ring_attach");
}

static void on_kick_attach(void *context, struct channel *channel,
                           const struct message_kick_attach *message,
                           int descriptor)
{
    struct ingest *ingest = context;
    demand(descriptor >= 0 && ingest->kick < 0, "kick_attach");
    const struct message_kick_attach_reply reply = {.id = message->id};
    ingest->kick = descriptor;
    ingest_sent(message_kick_attach_answer(channel, &reply, -1),
                "kick_attach");
}

static void on_camera_run(void *context, struct channel *channel,
                          const struct message_camera_run *message,
                          int descriptor)
{
    struct ingest *ingest = context;
    demand(descriptor >= 0 && ingest->timer != NULL &&
               stream_is_good(message->camera),
           "camera_run");
    struct message_camera_run_reply reply = {.id = message->id};
    struct ingest_camera *camera = ingest_camera_find(ingest, message->camera);
    if (ingest->is_stopping || camera == NULL) {
        socket_close(&descriptor);
        reply.cause = CAUSE_STOPPED;
        reply.status = camera == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    } else {
        reply.status = ingest_camera_start(camera, message, descriptor);
        reply.cause = CAUSE_REFUSED;
        if (reply.status == STATUS_OK)
            return; /* the answer waits for the end of the session */
        reply.detail = text_of("its address or user cannot be used");
    }
    ingest_sent(message_camera_run_answer(channel, &reply, -1), "camera_run");
}

static void on_camera_datagrams(void *context, struct channel *channel,
                                const struct message_camera_datagrams *message,
                                int descriptor)
{
    struct ingest *ingest = context;
    demand(descriptor >= 0 && message->kind < 2 &&
               stream_is_good(message->camera),
           "camera_datagrams");
    struct message_camera_datagrams_reply reply = {.id = message->id};
    struct ingest_camera *camera = ingest_camera_find(ingest, message->camera);
    demand(camera == NULL || !ingest_camera_is_running(camera),
           "camera_datagrams");
    if (camera == NULL) {
        socket_close(&descriptor);
        reply.status = STATUS_NO_MEMORY;
    } else {
        ingest_datagram_attach(camera, message->kind, descriptor);
    }
    ingest_sent(message_camera_datagrams_answer(channel, &reply, -1),
                "camera_datagrams");
}

static void
on_camera_report_wait(void *context, struct channel *channel,
                      const struct message_camera_report_wait *message,
                      int descriptor)
{
    struct ingest *ingest = context;
    (void)descriptor;
    demand(stream_is_good(message->camera), "camera_report_wait");
    const struct message_camera_report_wait_reply reply = {
        .id = message->id,
        .status = STATUS_END,
    };
    struct ingest_camera *camera = ingest_camera_find(ingest, message->camera);
    if (camera != NULL && ingest_camera_is_running(camera))
        camera->report_wait_id = message->id;
    else
        ingest_sent(message_camera_report_wait_answer(channel, &reply, -1),
                    "camera_report_wait");
}

static void on_camera_down(void *context, struct channel *channel,
                           const struct message_camera_down *message,
                           int descriptor)
{
    struct ingest *ingest = context;
    (void)descriptor;
    demand(stream_is_good(message->camera) && message->cause < CAUSE_COUNT,
           "camera_down");
    struct message_camera_down_reply reply = {.id = message->id};
    struct ingest_camera *camera = ingest_camera_find(ingest, message->camera);
    char detail[INGEST_DETAIL_SIZE];
    if (!text_copy(message->detail, detail, sizeof detail))
        detail[0] = 0;
    if (camera == NULL)
        reply.status = STATUS_NO_MEMORY;
    else if (!ingest_camera_is_running(camera))
        ingest_tell_state(camera, (enum cause)message->cause,
                          ingest_now(ingest), detail);
    else if (message->cause == CAUSE_PLANNED_OFF)
        ingest_camera_turn_off(camera);
    ingest_sent(message_camera_down_answer(channel, &reply, -1),
                "camera_down");
}

static void on_camera_motion(void *context, struct channel *channel,
                             const struct message_camera_motion *message,
                             int descriptor)
{
    struct ingest *ingest = context;
    (void)descriptor;
    demand(stream_is_good(message->camera), "camera_motion");
    struct message_camera_motion_reply reply = {.id = message->id};
    struct ingest_camera *camera = ingest_camera_find(ingest, message->camera);
    if (camera == NULL)
        reply.status = STATUS_NO_MEMORY;
    else
        ingest_camera_motion(camera, message->is_on != 0);
    ingest_sent(message_camera_motion_answer(channel, &reply, -1),
                "camera_motion");
}

static void on_stop(void *context, struct channel *channel,
                    const struct message_stop *message, int descriptor)
{
    struct ingest *ingest = context;
    (void)channel;
    (void)descriptor;
    ingest->is_stopping = true;
    ingest->stop_id = message->id;
    for (struct ingest_camera *camera = ingest->cameras; camera != NULL;
         camera = camera->next)
        if (ingest_camera_is_running(camera))
            ingest_camera_stop(camera);
    finish_stop(ingest);
}

/* ---- the role's power, in full ------------------------------------------ */

int role_ingest_main(void)
{
    static struct ingest ingest = {.kick = -1};
    static const struct message_handlers HANDLERS = {
        .context = &ingest,
        .stop = on_stop,
        .start_ingest = on_start_ingest,
        .ring_attach = on_ring_attach,
        .kick_attach = on_kick_attach,
        .camera_datagrams = on_camera_datagrams,
        .camera_report_wait = on_camera_report_wait,
        .camera_run = on_camera_run,
        .camera_down = on_camera_down,
        .camera_motion = on_camera_motion,
    };
    heap_keep(HEAP_KEPT_BYTES, SAMPLE_SIZE_MAX);
    alloc_wipe_freed(); /* of pictures only buffers that grew are freed */
    enum status s =
        role_process_init(&ingest.process, ROLE_INGEST, &HANDLERS, NULL);
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "ingest: no process status=%s", status_name(s));
        return EXIT_SOFTWARE;
    }
    return role_process_run(&ingest.process);
}
