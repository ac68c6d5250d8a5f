/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipc/plan - what the gate tells the supervisor to run.
 *
 * Layout: count u16, then per camera: stream's number u32, and host, path, user,
 * password each as u16 size and bytes, port u16, transport u8,
 * secure u8.
 */
#ifndef IPC_PLAN_H
#define IPC_PLAN_H

#include <stdbool.h>

#include "base/reader.h"
#include "base/writer.h"
#include "model/camera.h"

struct plan_camera {
    uint32_t camera; /* a stream's number: each has a session of its own */
    uint16_t port;
    struct text host; /* a name or an address */
    struct text path; /* with the leading slash */
    struct text user; /* empty: no authentication */
    struct text password;
    enum camera_transport transport;
    bool is_secure; /* over TLS */
};

enum { PLAN_HOST_MAX = 255, PLAN_PATH_MAX = 700, PLAN_CREDENTIAL_MAX = 128 };

void plan_camera_encode(const struct plan_camera *camera, struct writer *out);

/* Bytes that it takes. */
size_t plan_camera_size(const struct plan_camera *camera);

/* Texts point into the input. Fails with: BAD_INPUT, LIMIT. */
MUST_USE enum status plan_camera_decode(struct reader *in,
                                        struct plan_camera *out);

#endif
