/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/ingest/private.h"
#include "sys/socket.h"

void ingest_datagram_attach(struct ingest_camera *camera, unsigned kind,
                            int socket)
{
    socket_close(&camera->datagrams[kind]);
    camera->datagrams[kind] = socket;
}

static void read_socket(struct ingest_camera *camera, unsigned kind)
{
    struct ingest *ingest = camera->ingest;
    size_t sizes[SOCKET_DATAGRAM_SLOTS];
    size_t count = SOCKET_DATAGRAM_SLOTS;
    for (unsigned i = 0;
         i < INGEST_READS_A_BATCH && count == SOCKET_DATAGRAM_SLOTS; i++) {
        if (socket_datagrams_read(camera->datagrams[kind], ingest->read_memory,
                                  sizes, &count) != STATUS_OK)
            return; /* nothing waits; or an error that the next one shows */
        struct boot_time now = ingest_now(ingest);
        const uint8_t *at = ingest->read_memory;
        for (size_t j = 0; j < count; j++, at += SOCKET_DATAGRAM_BYTES_MAX)
            if (sizes[j] > 0)
                rtsp_session_datagram(camera->session,
                                      kind == 0 ? DATAGRAM_MEDIA
                                                : DATAGRAM_CONTROL,
                                      bytes_of(at, sizes[j]), now);
    }
}

void ingest_datagram_read(struct ingest_camera *camera)
{
    for (unsigned kind = 0; kind < 2; kind++)
        if (camera->datagrams[kind] >= 0 && camera->session != NULL)
            read_socket(camera, kind);
}

static void on_readable(void *context, struct watch *watch, unsigned events)
{
    struct ingest_camera *camera = context;
    (void)watch;
    (void)events;
    read_socket(camera, 0);
    ingest_camera_settle(camera);
    ingest_ring_bell(camera->ingest);
}

enum status ingest_datagram_start(struct ingest_camera *camera)
{
    if (camera->datagrams[0] < 0 || camera->datagrams[1] < 0)
        return STATUS_BAD_INPUT;
    for (unsigned kind = 0; kind < 2; kind++) {
        enum status s = socket_prepare(camera->datagrams[kind]);
        if (s != STATUS_OK)
            return s;
    }
    return watch_create(camera->ingest->process.loop, camera->datagrams[0],
                        WATCH_READ, "datagrams", on_readable, camera,
                        &camera->datagram_watch);
}

void ingest_datagram_report(struct ingest_camera *camera)
{
    struct message_camera_report_wait_reply reply = {
        .id = camera->report_wait_id,
        .status = STATUS_OK,
    };
    if (camera->report_wait_id == 0 || camera->session == NULL)
        return;
    reply.report = rtsp_session_report(camera->session, &reply.port);
    if (reply.report.size == 0)
        return;
    camera->report_wait_id = 0;
    ingest_sent(message_camera_report_wait_answer(
                    camera->ingest->process.control, &reply, -1),
                "camera_report_wait");
    rtsp_session_report_taken(camera->session);
}

void ingest_datagram_stop(struct ingest_camera *camera)
{
    watch_destroy(&camera->datagram_watch);
    socket_close(&camera->datagrams[0]);
    socket_close(&camera->datagrams[1]);
    if (camera->report_wait_id == 0)
        return;
    const struct message_camera_report_wait_reply reply = {
        .id = camera->report_wait_id,
        .status = STATUS_END,
    };
    camera->report_wait_id = 0;
    ingest_sent(message_camera_report_wait_answer(
                    camera->ingest->process.control, &reply, -1),
                "camera_report_wait");
}
