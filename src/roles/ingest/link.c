/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/encoding.h"
#include "roles/ingest/private.h"

enum { PART_BYTES = TLS_PENDING_MAX / 2 };

enum status ingest_link_start(struct ingest_camera *camera, struct bytes pin)
{
    camera->has_pin = pin.size > 0;
    return secure_link_create(camera->ingest->tls, pin, &camera->link);
}

/* The certificate is not the pinned one; or it is seen for the first time, and
 * the next session will know it. */
static void tell_certificate(struct ingest_camera *camera)
{
    char hex[HEX_SIZE(TLS_FINGERPRINT_SIZE) + 1];
    char detail[sizeof hex + 16];
    hex_encode(secure_link_seen(camera->link), hex);
    (void)snprintf(detail, sizeof detail, "sha256 %s", hex);
    rtsp_session_link_failed(
        camera->session, camera->has_pin ? CAUSE_CERTIFICATE : CAUSE_STARTING,
        detail);
}

static void take_plain(struct ingest_camera *camera)
{
    static uint8_t plain[TLS_RECORD_PLAIN_MAX];
    enum status s = STATUS_OK;
    while (s == STATUS_OK && !rtsp_session_has_ended(camera->session)) {
        size_t used = 0;
        s = secure_link_read(camera->link, plain, sizeof plain, &used);
        if (s == STATUS_OK)
            rtsp_session_input(camera->session, bytes_of(plain, used),
                               ingest_now(camera->ingest));
    }
    if (s == STATUS_DENIED)
        tell_certificate(camera);
    else if (s == STATUS_END)
        rtsp_session_peer_closed(camera->session);
    else if (s != STATUS_OK && s != STATUS_AGAIN)
        rtsp_session_link_failed(camera->session, CAUSE_PROTOCOL,
                                 "no TLS 1.2 or 1.3 as we want it");
}

void ingest_link_take(struct ingest_camera *camera, struct bytes received)
{
    if (camera->link == NULL)
        rtsp_session_input(camera->session, received,
                           ingest_now(camera->ingest));
    while (camera->link != NULL && received.size > 0 &&
           !rtsp_session_has_ended(camera->session)) {
        size_t size = received.size < PART_BYTES ? received.size : PART_BYTES;
        if (secure_link_receive(camera->link,
                                bytes_of(received.data, size)) != STATUS_OK) {
            rtsp_session_link_failed(camera->session, CAUSE_OVERLOAD,
                                     "no memory");
            return;
        }
        take_plain(camera);
        received = bytes_of(received.data + size, received.size - size);
    }
}

struct bytes ingest_link_output(struct ingest_camera *camera)
{
    struct bytes plain = rtsp_session_output(camera->session);
    if (camera->link == NULL)
        return plain;
    if (plain.size > 0 &&
        secure_link_write(camera->link, plain) == STATUS_OK)
        rtsp_session_output_taken(camera->session, plain.size);
    return secure_link_output(camera->link);
}

void ingest_link_output_taken(struct ingest_camera *camera, size_t size)
{
    if (camera->link == NULL)
        rtsp_session_output_taken(camera->session, size);
    else
        secure_link_output_consume(camera->link, size);
}

struct bytes ingest_link_fingerprint(const struct ingest_camera *camera)
{
    if (camera->link == NULL || secure_link_is_trusted(camera->link))
        return (struct bytes){NULL, 0};
    return secure_link_seen(camera->link);
}
