/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/plan.h"

enum { PLAN_FIXED_BYTES = 4 + 4 * 2 + 2 + 1 + 1 };

static void put_text(struct writer *out, struct text text)
{
    if (text.size > UINT16_MAX)
        out->failed = true;
    writer_u16be(out, (uint16_t)text.size);
    writer_bytes(out, text_bytes(text));
}

static struct text take_text(struct reader *in, size_t most, bool *too_long)
{
    uint16_t size = reader_u16be(in);
    *too_long = *too_long || size > most;
    return bytes_text(reader_bytes(in, size));
}

void plan_camera_encode(const struct plan_camera *camera, struct writer *out)
{
    writer_u32be(out, camera->camera);
    put_text(out, camera->host);
    put_text(out, camera->path);
    put_text(out, camera->user);
    put_text(out, camera->password);
    writer_u16be(out, camera->port);
    writer_u8(out, (uint8_t)camera->transport);
    writer_u8(out, camera->is_secure);
}

size_t plan_camera_size(const struct plan_camera *camera)
{
    return PLAN_FIXED_BYTES + camera->host.size + camera->path.size +
           camera->user.size + camera->password.size;
}

enum status plan_camera_decode(struct reader *in, struct plan_camera *out)
{
    bool too_long = false;
    struct plan_camera camera = {.camera = reader_u32be(in)};
    camera.host = take_text(in, PLAN_HOST_MAX, &too_long);
    camera.path = take_text(in, PLAN_PATH_MAX, &too_long);
    camera.user = take_text(in, PLAN_CREDENTIAL_MAX, &too_long);
    camera.password = take_text(in, PLAN_CREDENTIAL_MAX, &too_long);
    camera.port = reader_u16be(in);
    uint8_t transport = reader_u8(in);
    uint8_t is_secure = reader_u8(in);
    if (too_long)
        return STATUS_LIMIT;
    if (in->failed || !stream_is_good(camera.camera) ||
        camera.host.size == 0 ||
        camera.port == 0 || transport < CAMERA_TCP || transport > CAMERA_ANY ||
        is_secure > 1)
        return STATUS_BAD_INPUT;
    camera.is_secure = is_secure != 0;
    camera.transport = (enum camera_transport)transport;
    *out = camera;
    return STATUS_OK;
}
