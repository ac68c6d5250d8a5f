/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/view/mask.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/ticket.h"
#include "notice/plant_masks.h"
#include "roles/gate/json.h"
#include "sys/logger.h"

static bool holds(const struct gate *gate, const struct plant_camera *camera,
                  const struct plant_mask *mask)
{
    const struct notice *notice = gate->configuration.notice;
    return plant_mask_holds(mask, &notice->groups[camera->group]);
}

bool gate_camera_has_mask(const struct gate *gate,
                          const struct plant_camera *camera)
{
    for (size_t i = 0; i < camera->mask_count; i++)
        if (holds(gate, camera, &camera->masks[i]))
            return true;
    return false;
}

bool gate_camera_is_covered(const struct gate *gate,
                            const struct plant_camera *camera)
{
    for (size_t i = 0; i < camera->mask_count; i++)
        if (camera->masks[i].by == PLANT_MASK_DISPLAY &&
            holds(gate, camera, &camera->masks[i]))
            return true;
    return false;
}

void gate_masks_write(const struct gate *gate, struct json *json,
                      const struct plant_camera *camera)
{
    gate_put_name(json, "masks");
    gate_put_open(json, '[');
    for (size_t i = 0; i < camera->mask_count; i++) {
        const struct plant_mask *mask = &camera->masks[i];
        if (!holds(gate, camera, mask))
            continue;
        gate_put_open(json, '{');
        gate_put_named_text(json, "what", mask->what);
        gate_put_named_text(json, "by", text_of(plant_mask_by_name(mask->by)));
        gate_put_named_text(json, "region", mask->region);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}

void gate_masks_write_all(const struct gate *gate, struct buffer *out)
{
    const struct plant *plant = gate->configuration.plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        struct json json = gate_put_on(out);
        if (!gate_camera_has_mask(gate, camera))
            continue;
        gate_put_open(&json, '{');
        gate_put_named_number(&json, "camera", camera->number);
        gate_masks_write(gate, &json, camera);
        gate_put_close(&json, '}');
    }
}

/* ---- for the vault ---- */

static void on_told(void *context, enum status status,
                    const struct message_cover_set_reply *reply,
                    int descriptor)
{
    (void)context;
    (void)reply;
    (void)descriptor;
    if (status != STATUS_OK && status != STATUS_IO)
        log_line(LOG_ERROR, "masks refused status=%s", status_name(status));
}

static void tell(struct gate *gate, struct channel *vault,
                 const struct plant_camera *camera, bool is_filmed)
{
    AUTO(buffer_deinit)
    struct buffer regions = buffer_with_limit(REGIONS_BYTES_MAX);
    bool has_any = false;
    for (size_t i = 0; i < camera->mask_count; i++) {
        const struct plant_mask *mask = &camera->masks[i];
        has_any |= mask->by == PLANT_MASK_DISPLAY;
        if (is_filmed && mask->by == PLANT_MASK_DISPLAY &&
            holds(gate, camera, mask))
            region_write(&regions, &mask->area);
    }
    /* Both streams show the same. */
    size_t streams = camera->sub_path.size > 0 ? 2 : 1;
    for (uint32_t i = 0; i < streams && has_any && !regions.failed; i++) {
        const struct message_cover_set message = {
            .camera = camera->number + i * STREAM_SUB,
            .regions = buffer_bytes(&regions)};
        gate_sent(message_cover_set_send(vault, &message, -1, on_told, gate),
                  "cover_set");
    }
}

void gate_masks_tell(struct gate *gate)
{
    const struct plant *plant = gate->configuration.plant;
    struct channel *vault = gate->process.peers[ROLE_VAULT];
    if (vault == NULL)
        return;
    for (size_t i = 0; i < plant->all_count; i++)
        tell(gate, vault, &plant->cameras[i], i < plant->camera_count);
}

void gate_masks_mark(const struct gate *gate, struct bytes cameras,
                     struct buffer *out)
{
    struct reader in = reader_on(cameras);
    while (reader_more(&in)) {
        uint32_t number = reader_u32be(&in);
        const struct plant_camera *camera =
            plant_stream_find(gate->configuration.plant, number);
        bool is_covered =
            camera != NULL && gate_camera_is_covered(gate, camera);
        buffer_append_u32be(out, number | (is_covered ? TICKET_COVERED : 0u));
    }
}
